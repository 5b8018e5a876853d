//! Two accounts of ours in one group: one takes part, and the other takes over when it cannot.

use bot_core::chat::{Lane, UserInfo, UserKey};
use guildhall_sandbox::{Post, World};
use serde_json::json;

use super::{REVERSE, send};
use crate::harness::onebot::FakeOneBot;
use crate::harness::{GROUP, Stage, on};

/// Lin in the world of the second account: the same person, who writes there what they write here.
fn lin_beside(h: &Stage, second: &World) -> UserKey {
    let key = h.user("Lin");
    let info =
        UserInfo { key: key.clone(), name: "Lin".into(), username: None, language: None, is_bot: false };
    second.add_user(info).unwrap();
    second.join(&key, &h.chat(GROUP)).unwrap();
    key
}

/// Lin writes in the group, and both accounts hear of it.
async fn writes(h: &mut Stage, second: &World, words: &str) {
    let (lin, group) = (h.user("Lin"), h.chat(GROUP));
    second.say(&lin, &group, Post::text(words)).unwrap();
    h.world.say(&lin, &group, Post::text(words)).unwrap();
    h.settle().await;
}

/// What each account has said in the group.
fn said(h: &Stage, second: &FakeOneBot) -> (usize, usize) {
    (h.onebot().called("send_group_msg").len(), second.called("send_group_msg").len())
}

#[test]
fn two_accounts_in_a_group_answer_once_and_the_second_takes_over() {
    on(REVERSE, async |h| {
        h.merchant("Lin").await;
        let (second, fake) = h.opens_beside().await;
        lin_beside(h, &second);
        h.settle().await;
        let before = said(h, &fake);
        writes(h, &second, "/help").await;
        assert_eq!(said(h, &fake), (before.0 + 1, before.1), "{}", second.transcript(&h.chat(GROUP)));
        // What the first said, the second hears as somebody's talk: it says nothing to it.
        let first = UserInfo {
            key: h.world.bot().key.clone(),
            name: "Guildhall".into(),
            username: None,
            language: None,
            is_bot: false,
        };
        second.add_user(first.clone()).unwrap();
        second.join(&first.key, &h.chat(GROUP)).unwrap();
        second.say(&first.key, &h.chat(GROUP), Post::text("/help")).unwrap();
        h.settle().await;
        assert_eq!(said(h, &fake), (before.0 + 1, before.1));
        // Signed out, the first takes part no more. What it had to say it keeps to itself.
        h.onebot().feed(json!({ "post_type": "notice", "notice_type": "bot_offline", "message": "kicked" }));
        h.settle().await;
        send(h, Lane::Bulk, &["an announcement of the first"]).await;
        h.settle().await;
        second.say(&h.user("Lin"), &h.chat(GROUP), Post::text("/help")).unwrap();
        h.settle().await;
        assert_eq!(said(h, &fake), (before.0 + 1, before.1 + 1));
        assert!(!second.transcript(&h.chat(GROUP)).contains("an announcement"), "nothing fails over");
        // And back again.
        h.onebot().beat(true, 30_000);
        h.pass("2m").await;
        let before = said(h, &fake);
        assert!(h.transcript(GROUP).contains("an announcement of the first"));
        writes(h, &second, "/help").await;
        assert_eq!(said(h, &fake), (before.0 + 1, before.1));
    });
}
