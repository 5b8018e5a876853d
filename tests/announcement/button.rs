//! Buttons under an announcement that open an address, on platforms that have buttons and on those that have none.

use bot_core::chat::ButtonDo;
use bot_core::features::announcement::{self, NewAnnouncement, read_link};
use bot_core::features::segment::Audience;
use bot_core::features::wording::Wording;
use bot_core::roster::Role;
use bot_core::store::click;
use bot_core::store::people::Tier;

use super::{FORM, drafted, ledger, merchants};
use crate::harness::{STAFF, Stage, story, story_with_crashes};

const FAIR: &str = "https://shop.example/fair";

/// Where the button with this label leads under the latest message of a chat that says `text`; on a platform without buttons
/// it is a line of that message.
fn leads(h: &Stage, chat: &str, text: &str, label: &str) -> Option<String> {
    let content = h.latest(chat, text).content;
    let button = content.buttons.iter().flatten().find(|button| button.label == label);
    match button.map(|button| &button.does) {
        Some(ButtonDo::Url(url)) => Some(url.clone()),
        Some(other) => panic!("{label} does {other:?}"),
        None => {
            let mut lines = content.text.text.lines();
            lines.find_map(|line| line.strip_prefix(label)?.strip_prefix(": ").map(str::to_owned))
        }
    }
}

fn form(english: &str) -> [(&str, &str); 5] {
    let mut answers = FORM;
    answers[2] = ("en", english);
    answers
}

#[test]
fn a_line_that_is_a_link_is_a_button_for_its_reader() {
    story(async |h| {
        merchants(h, Tier::Crown, &["Ann"]).await;
        let text = format!("Come to the fair\n[Sign {{contact}} up]({FAIR})\nSee you");
        drafted(h, &form(&text)).await;
        h.taps(STAFF, "Olivia", "Send now").await;
        h.pass("1m").await;
        assert_eq!(ledger(h, 1).await, ["Ann sent"]);
        assert_eq!(leads(h, "@Ann", "Come to the fair", "Sign Ann up").as_deref(), Some(FAIR));
        let got = h.latest("@Ann", "Come to the fair").content.text.text;
        assert!(got.contains("fair\nSee you") && !got.contains("]("), "{got}");
    });
}

#[test]
fn what_a_button_opens_is_counted() {
    story(async |h| {
        merchants(h, Tier::Crown, &["Ann"]).await;
        drafted(h, &form(&format!("Fair\n[Sign up]({FAIR})"))).await;
        h.says_in(STAFF, "Olivia", "/announce clicks A-1").await;
        h.latest(STAFF, &format!("Clicks are counted on: {FAIR}"));
        h.taps(STAFF, "Olivia", "Send now").await;
        h.pass("1m").await;
        let link = leads(h, "@Ann", "Fair", "Sign up").unwrap();
        let word = link.strip_prefix("https://hall.test/l/").unwrap_or_else(|| panic!("{link}"));
        let (token, n) = read_link(word).unwrap();
        let found = click::find(&mut h.hall().db.read().await.unwrap(), token, n).await.unwrap().unwrap();
        assert_eq!((found.url.as_str(), found.push.as_str()), (FAIR, "A-1"));
    });
}

#[test]
fn a_button_that_is_wrong_goes_nowhere_and_a_name_is_none() {
    story(async |h| {
        h.merchant("Ann").await;
        h.opens_direct("Ann").await;
        h.shop_of("Ann", "[Prize](https://evil.example)", Tier::Crown).await;
        drafted(h, &form("Fair\n[Go](javascript:alert)")).await;
        h.latest(STAFF, "The button “Go” cannot open “javascript:alert”");
        h.says_in(STAFF, "Olivia", "/announce edit A-1").await;
        h.fills(STAFF, "Olivia", &[("en", "Fair for\n{merchant}")]).await;
        h.taps(STAFF, "Olivia", "Send now").await;
        h.pass("1m").await;
        assert_eq!(ledger(h, 1).await, ["Ann sent"]);
        assert_eq!(leads(h, "@Ann", "Fair for", "Prize"), None);
        let got = h.latest("@Ann", "Fair for").content.text.text;
        assert!(got.contains("[Prize](https://evil.example)"), "{got}");
    });
}

#[test]
fn buttons_stand_once_wherever_the_program_was_killed() {
    story_with_crashes(&[STAFF, "@Ann", "@Ben"], async |h| {
        merchants(h, Tier::Crown, &["Ann", "Ben"]).await;
        let olivia = h.staff("Olivia", Role::Ops).await;
        let mut work = h.hall().begin().await.unwrap();
        let body = format!("Come\n[Sign up]({FAIR})");
        let new = NewAnnouncement {
            wording: Wording::typed(Some("Fair"), None, Some(&body)),
            audience: Some(Audience::all_people()),
            ..NewAnnouncement::default()
        };
        let one = announcement::create(&mut work, new, &olivia).await.unwrap();
        let at_ms = work.now_ms + 60_000;
        announcement::schedule(&mut work, one.no, at_ms, &olivia).await.unwrap();
        work.commit().await.unwrap();
        h.pass("5m").await;
    });
}
