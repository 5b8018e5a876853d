//! Numbered choices in place of buttons.

use bot_core::chat::{Content, MessageKey};
use bot_core::features::form::NewButton;
use bot_core::store::chat;
use bot_core::work::Place;
use guildhall_sandbox::Post;
use serde_json::json;

use super::{REVERSE, id_of};
use crate::harness::{GROUP, Stage, on};

/// Says something with two choices in the group, for one person or for everybody. They open nothing: what is tested
/// is who is understood.
async fn asks(h: &mut Stage, text: &str, for_user: Option<&str>) -> MessageKey {
    let group = id_of(h, GROUP).await;
    let hall = h.hall();
    let mut work = hall.begin().await.unwrap();
    let user = match for_user {
        Some(name) => {
            let key = h.user(name);
            let account = h.world.account().clone();
            chat::user_by_key(work.tx().await.unwrap(), &account, &key).await.unwrap().map(|user| user.id)
        }
        None => None,
    };
    let expires_at_ms = Some(work.now_ms + 14 * 86_400_000);
    let mut row = Vec::new();
    for label in ["Yes", "No"] {
        let button = NewButton {
            feature: "nobody",
            verb: "x",
            payload: json!({}),
            for_user: user.clone(),
            expires_at_ms,
        };
        row.push(work.button(button, label.to_owned()).await.unwrap());
    }
    work.say(Place::chat(&group), Content::text(text).with_row(row));
    work.commit().await.unwrap();
    h.settle().await;
    h.latest(GROUP, text).key
}

/// How often somebody was told that a button is no longer good: each time the press was understood, since the
/// feature that is asked is not there.
fn understood(h: &Stage) -> usize {
    h.transcript(GROUP).matches("This button is no longer good.").count()
}

#[test]
fn a_number_the_words_and_a_quoted_reply_are_understood() {
    on(REVERSE, async |h| {
        h.merchant("Lin").await;
        let asked = asks(h, "Did it help?", None).await;
        let written = h.world.transcript(&h.chat(GROUP));
        assert!(written.contains("Did it help?\n    1. Yes\n    2. No"), "{written}");
        for (at, written) in ["1", "２", "no", "1."].into_iter().enumerate() {
            h.says("Lin", written).await;
            assert_eq!(understood(h), at + 1, "{written}:\n{}", h.transcript(GROUP));
        }
        h.says_in(GROUP, "Lin", Post::text("2").replying_to(&asked)).await;
        assert_eq!(understood(h), 5);
        for written in ["3", "10", "yes please", "1 piece", "0"] {
            h.says("Lin", written).await;
        }
        assert_eq!(understood(h), 5, "{}", h.transcript(GROUP));
    });
}

#[test]
fn a_number_alone_is_soon_talk_again_and_a_quote_holds_for_a_week() {
    on(REVERSE, async |h| {
        h.merchant("Lin").await;
        let asked = asks(h, "Did it help?", None).await;
        h.pass("31m").await;
        h.says("Lin", "1").await;
        assert_eq!(understood(h), 0, "people count in groups, too");
        h.says_in(GROUP, "Lin", Post::text("1").replying_to(&asked)).await;
        assert_eq!(understood(h), 1);
        h.pass("8d").await;
        h.says_in(GROUP, "Lin", Post::text("1").replying_to(&asked)).await;
        assert_eq!(understood(h), 1);
    });
}

#[test]
fn a_choice_is_its_persons_alone_and_survives_a_restart() {
    on(REVERSE, async |h| {
        h.merchant("Lin").await;
        h.merchant("Mei").await;
        h.says("Lin", "hello").await;
        let lins = asks(h, "Did it help, Lin?", Some("Lin")).await;
        h.kill();
        h.start().await;
        h.says("Mei", "1").await;
        assert_eq!(understood(h), 0, "a number of somebody else is talk");
        h.says_in(GROUP, "Mei", Post::text("1").replying_to(&lins)).await;
        assert!(h.transcript(GROUP).contains("This button is for somebody else."), "{}", h.transcript(GROUP));
        h.says("Lin", "1").await;
        assert_eq!(understood(h), 1);
    });
}

#[test]
fn a_number_under_two_messages_means_neither() {
    on(REVERSE, async |h| {
        h.merchant("Lin").await;
        let first = asks(h, "Tea?", None).await;
        asks(h, "Coffee?", None).await;
        h.says("Lin", "1").await;
        assert_eq!(understood(h), 0);
        h.says_in(GROUP, "Lin", Post::text("1").replying_to(&first)).await;
        assert_eq!(understood(h), 1);
    });
}
