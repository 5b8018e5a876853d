//! The trace of what staff did in chats: each act once, in a chain that is whole, wherever the program is killed.

use bot_core::roster::Role;
use bot_core::store::audit::{self, By, Filter};

use crate::harness::{GROUP, Stage, story, story_with_crashes};

/// What is in the whole log, oldest first, and that it is whole.
async fn log(h: &Stage) -> Vec<String> {
    let mut tx = h.hall().db.read().await.unwrap();
    let mut acts = Vec::new();
    let judged = audit::verify(&mut tx, &[], |link| acts.push(link.act.act.clone())).await.unwrap();
    assert_eq!(judged.unwrap().seq, i64::try_from(acts.len()).unwrap());
    acts
}

#[test]
fn what_staff_do_in_a_chat_is_in_the_log_with_who_did_it() {
    story(async |h| {
        let before = log(h).await.len();
        h.staff("Chen", Role::Moderator).await;
        h.merchant("Lin").await;
        h.says("Lin", "hello").await;
        h.says("Lin", "/slow 30s").await;
        h.says("Chen", "/slow 30s").await;
        h.pass("31s").await;
        h.says("Chen", "/slow off").await;
        let acts = log(h).await;
        assert_eq!(acts[before..], ["group.slow", "group.slow"], "what a merchant may not do is no act");
        let mut tx = h.hall().db.read().await.unwrap();
        let names = audit::staff_names(&mut tx).await.unwrap();
        let chen = names.iter().find(|(_, name)| *name == "Chen").unwrap().0.clone();
        let filter = Filter { by: By::Staff(chen), ..Filter::default() };
        assert_eq!(audit::list(&mut tx, &filter).await.unwrap().len(), 2);
    });
}

#[test]
fn an_act_is_in_the_log_once_wherever_the_program_is_killed() {
    story_with_crashes(&[GROUP], async |h| {
        h.staff("Chen", Role::Moderator).await;
        h.says("Chen", "/slow 30s").await;
        h.pass("31s").await;
        h.says("Chen", "/slow off").await;
        h.pass("1m").await;
        let acts = log(h).await;
        assert_eq!(acts.iter().filter(|act| *act == "group.slow").count(), 2, "{acts:?}");
    });
}
