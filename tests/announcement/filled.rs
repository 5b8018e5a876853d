//! What is another for each recipient, and who gets it by language, platform and sign-up.

use bot_core::features::announcement::State;
use bot_core::store::people::Tier;

use super::{FORM, drafted, ledger, merchants, stored};
use crate::harness::{About, GROUP, STAFF, Stage, story, story_about};

fn card(h: &Stage) -> String {
    h.latest(STAFF, "Announcement A-1: draft").content.text.text
}

#[test]
fn each_recipient_reads_their_own_name_and_shop() {
    story(async |h| {
        merchants(h, Tier::Crown, &["Ann", "Ben"]).await;
        let mut answers = FORM;
        answers[2] = ("en", "Hi {contact} of {merchant}, {tier|member} since {{today}}");
        drafted(h, &answers).await;
        let card = card(h);
        let said = "{merchant}, {contact}, {tier} is filled for each recipient";
        assert!(card.contains(said), "{card}");
        h.says_in(STAFF, "Olivia", "/announce test A-1 Ben").await;
        h.pass("1m").await;
        let test = h.transcript("@Olivia");
        assert!(test.contains("Hi Ben of Ben's shop, crown since {today}"), "{test}");
        h.taps(STAFF, "Olivia", "Send now").await;
        h.pass("1m").await;
        assert_eq!(ledger(h, 1).await, ["Ann sent", "Ben sent"]);
        for name in ["Ann", "Ben"] {
            let got = h.transcript(&format!("@{name}"));
            assert!(got.contains(&format!("Hi {name} of {name}'s shop, crown since {{today}}")), "{got}");
        }
    });
}

#[test]
fn an_edit_is_filled_anew() {
    story_about(&[About::Edits], async |h| {
        merchants(h, Tier::Crown, &["Ann", "Ben"]).await;
        drafted(h, &FORM).await;
        h.taps(STAFF, "Olivia", "Send now").await;
        h.pass("1m").await;
        h.says_in(STAFF, "Olivia", "/announce edit A-1").await;
        h.fills(STAFF, "Olivia", &[("en", "{contakt}, it is over")]).await;
        h.latest(STAFF, "There is no variable {contakt}. Did you mean {contact}?");
        h.says_in(STAFF, "Olivia", "/announce edit A-1").await;
        h.fills(STAFF, "Olivia", &[("en", "{contact}, it is over")]).await;
        h.pass("1m").await;
        for name in ["Ann", "Ben"] {
            let got = h.transcript(&format!("@{name}"));
            assert!(got.contains(&format!("{name}, it is over")), "{got}");
        }
    });
}

#[test]
fn a_variable_that_there_is_not_goes_nowhere() {
    story(async |h| {
        merchants(h, Tier::Crown, &["Ann"]).await;
        let mut answers = FORM;
        answers[2] = ("en", "Hi {contakt}");
        drafted(h, &answers).await;
        assert!(card(h).contains("There is no variable {contakt}. Did you mean {contact}?"), "{}", card(h));
        assert!(h.button(STAFF, "Olivia", "Send now").is_none());
        h.says_in(STAFF, "Olivia", "/announce send A-1").await;
        h.says_in(STAFF, "Olivia", "/announce test A-1").await;
        h.pass("1m").await;
        assert_eq!(stored(h, 1).await.state, State::Draft);
        assert!(!h.transcript("@Olivia").contains("Hi {contakt}"), "{}", h.transcript("@Olivia"));
    });
}

#[test]
fn a_group_reads_its_title_and_what_stands_for_the_rest() {
    story(async |h| {
        h.merchant("Ann").await;
        let name = h.world.profile().name;
        let audience = format!("all groups language English platform {name}");
        let mut answers = FORM;
        answers[2] = ("en", "Dear {merchant|sellers} of {group}");
        answers[3] = ("audience", &audience);
        drafted(h, &answers).await;
        let shown = card(h);
        let said = format!("all groups, only those that get it in English, only on {name}");
        assert!(shown.contains(&said), "{shown}");
        assert!(shown.contains("In a group {merchant} has no value"), "{shown}");
        h.taps(STAFF, "Olivia", "Send now").await;
        h.pass("1m").await;
        assert!(h.transcript(GROUP).contains("Dear sellers of Sellers"), "{}", h.transcript(GROUP));

        h.says_in(STAFF, "Olivia", "/announce audience A-1 platform Nowhere").await;
        assert!(
            h.transcript(STAFF).contains("There is no connected platform “Nowhere”"),
            "{}",
            h.transcript(STAFF)
        );
    });
}
