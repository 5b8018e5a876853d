//! What is thrown away, and when.

use bot_core::features::form::NewButton;
use bot_core::store::{form, message};

use crate::harness::{Stage, story};

/// Whether a message event with this text would be taken if it came again.
async fn is_forgotten(h: &Stage, text: &str) -> bool {
    let key = h.event_key(text);
    let mut tx = h.hall().db.write().await.unwrap();
    let before = message::take_events(&mut tx, &[(h.world.account(), &key)], 0).await.unwrap();
    // Not committed: only asked.
    before.is_empty()
}

#[test]
fn what_was_taken_is_remembered_for_two_days() {
    story(async |h| {
        h.merchant("Lin").await;
        h.says("Lin", "hello").await;
        h.pass("47h").await;
        assert!(!is_forgotten(h, "hello").await, "a platform may still send it again");
        h.pass("3h").await;
        assert!(is_forgotten(h, "hello").await);
    });
}

#[test]
fn a_button_that_expired_is_swept_and_one_that_is_good_stays() {
    story(async |h| {
        let mut handles = Vec::new();
        let mut work = h.hall().begin().await.unwrap();
        for lives_ms in [Some(30 * 60_000), Some(24 * 3_600_000), None] {
            let expires_at_ms = lives_ms.map(|ms| work.now_ms + ms);
            let payload = Default::default();
            let new = NewButton { feature: "help", verb: "none", payload, for_user: None, expires_at_ms };
            let button = work.button(new, "press".into()).await.unwrap();
            let bot_core::chat::ButtonDo::Press(handle) = button.does else { panic!("{button:?}") };
            handles.push(handle);
        }
        work.commit().await.unwrap();
        h.pass("2h").await;
        let mut tx = h.hall().db.read().await.unwrap();
        let mut there = Vec::new();
        for handle in &handles {
            there.push(form::button(&mut tx, handle).await.unwrap().is_some());
        }
        assert_eq!(there, [false, true, true]);
    });
}
