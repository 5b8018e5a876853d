//! Stories of moderation: rules that act and flag, sanctions that begin and end, cases that explain them.

#![expect(clippy::unwrap_used, reason = "a story that cannot be told has failed")]

mod engine;
mod picture;
mod platform;
mod report;
mod rules;
mod staff;

use bot_core::directory::Chat;
use bot_core::features::moderation::{Moderation, SourcedPolicy};
use bot_core::ids::{CaseNo, PersonId};
use bot_core::store::chat;
use bot_core::store::moderation::{self as store, Case, Sanction, SanctionState};

use crate::harness::{GROUP, Stage};

/// A policy whose ladder begins with ten minutes.
const POLICY: &str = r#"
version = 3

[ladder]
steps = ["mute 10m", "mute 1d", "ban"]

[[rule]]
id = "drugs"
title = { en = "Drugs", zh-CN = "毒品" }
message = { en = "Drugs are illegal here.", zh-CN = "毒品交易属违法行为。" }
action = "act"
words = ["大麻", "weed"]

[[rule]]
id = "contact"
title = { en = "Private contacts", zh-CN = "私人联系方式" }
words = ["vx"]
"#;

/// Puts the policy of these stories in force.
fn strict(h: &Stage) {
    Moderation::set_policy(&h.hall(), SourcedPolicy::parse(POLICY).unwrap());
}

/// A case, and its sanctions.
async fn case(h: &Stage, no: i64) -> (Case, Vec<Sanction>) {
    let mut tx = h.hall().db.read().await.unwrap();
    let case = store::get(&mut tx, CaseNo(no)).await.unwrap().unwrap();
    (case, store::of_case(&mut tx, CaseNo(no)).await.unwrap())
}

/// How far the only sanction of a case has come.
async fn state(h: &Stage, no: i64) -> SanctionState {
    let (_, sanctions) = case(h, no).await;
    assert_eq!(sanctions.len(), 1, "{sanctions:?}");
    sanctions[0].state
}

/// How many cases there are.
async fn cases(h: &Stage) -> usize {
    let mut tx = h.hall().db.read().await.unwrap();
    store::list(&mut tx, &store::CaseFilter::default(), None, 100).await.unwrap().len()
}

/// Whether somebody is muted on the platform now.
fn is_muted(h: &Stage, name: &str) -> bool {
    let view = h.world.chat(&h.chat(GROUP), None, 1).unwrap();
    view.members.iter().find(|member| member.name == name).unwrap().muted
}

/// The group, as the program knows it.
async fn group(h: &Stage) -> Chat {
    let mut tx = h.hall().db.read().await.unwrap();
    chat::by_key(&mut tx, h.world.account(), &h.chat(GROUP)).await.unwrap().unwrap()
}

/// The person that a user is.
async fn person(h: &Stage, name: &str) -> PersonId {
    let mut tx = h.hall().db.read().await.unwrap();
    chat::user_by_key(&mut tx, h.world.account(), &h.user(name)).await.unwrap().unwrap().person
}
