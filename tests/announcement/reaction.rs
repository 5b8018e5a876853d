//! What people react with under copies is counted while it stands.

use bot_core::store::people::Tier;
use bot_core::store::reaction::{self, Sums};

use super::{FORM, drafted, merchants};
use crate::harness::{About, GROUP, STAFF, Stage, story, story_about};

async fn sums(h: &Stage) -> Sums {
    reaction::sums(&mut h.hall().db.read().await.unwrap(), "A-1").await.unwrap()
}

/// What the card says of it, if anything.
async fn card(h: &mut Stage) -> Option<String> {
    h.says_in(STAFF, "Olivia", "/announce A-1").await;
    let card = h.latest(STAFF, "Announcement A-1").content.text.text;
    card.lines().find(|line| line.contains("reacted")).map(str::to_owned)
}

async fn sent(h: &mut Stage, audience: &'static str) {
    let mut form = FORM;
    form[3] = ("audience", audience);
    drafted(h, &form).await;
    h.taps(STAFF, "Olivia", "Send now").await;
    h.pass("1m").await;
}

#[test]
fn what_stands_under_a_copy_in_a_group_is_counted() {
    story(async |h| {
        for name in ["Ann", "Ben"] {
            h.merchant(name).await;
        }
        sent(h, "all groups").await;
        let question = h.says("Ann", "what is on?").await;
        h.reacts(GROUP, "Ben", &question, &["👍"]).await;
        assert_eq!(sums(h).await, Sums::default(), "what is no copy is not counted");
        assert_eq!(card(h).await, None);

        let copy = h.latest(GROUP, "Sign-up is open").key;
        h.reacts(GROUP, "Ann", &copy, &["👍"]).await;
        h.reacts(GROUP, "Ben", &copy, &["👍"]).await;
        assert_eq!(card(h).await.as_deref(), Some("2 people have reacted: 👍 2"));
        h.reacts(GROUP, "Ben", &copy, &["👍", "custom:53"]).await;
        assert_eq!(card(h).await.as_deref(), Some("2 people have reacted: 👍 2, custom emoji 1"));
        h.reacts(GROUP, "Ben", &copy, &["custom:53"]).await;
        h.reacts(GROUP, "Ann", &copy, &[]).await;
        assert_eq!(card(h).await.as_deref(), Some("1 person has reacted: custom emoji 1"));
        h.reacts(GROUP, "Ben", &copy, &[]).await;
        assert_eq!(sums(h).await, Sums::default());
        assert_eq!(card(h).await, None, "what was taken away is counted no more");
    });
}

#[test]
fn in_private_it_is_known_whose_it_is() {
    story_about(&[About::Doors], async |h| {
        merchants(h, Tier::Crown, &["Ann", "Ben"]).await;
        sent(h, "tier crown").await;
        let copy = h.latest("@Ann", "Sign-up is open").key;
        h.reacts("@Ann", "Ann", &copy, &["❤"]).await;
        let of_all = sums(h).await;
        assert_eq!((of_all.people, of_all.emoji.as_slice()), (1, &[("❤".to_owned(), 1)][..]));
        let mut tx = h.hall().db.read().await.unwrap();
        let copies = bot_core::store::delivery::page(&mut tx, "A-1", None, "", 9).await.unwrap();
        let whose: Vec<&str> = copies.iter().map(|copy| copy.recipient.as_str()).collect();
        let by = reaction::of_recipients(&mut tx, "A-1", &whose).await.unwrap();
        let names: Vec<&str> = copies
            .iter()
            .filter(|copy| by.contains_key(&copy.recipient))
            .map(|copy| copy.name.as_str())
            .collect();
        assert_eq!(names, ["Ann"]);
    });
}
