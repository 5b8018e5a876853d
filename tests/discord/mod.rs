//! Discord alone: what the program promises there, and what no input can make it break.

#![expect(clippy::unwrap_used, reason = "a story that cannot be told has failed")]

mod automod;
mod bad_input;
mod commands;
mod file;
mod forum;
mod gateway;
mod interactions;
mod limits;
mod promises;
mod purge;
mod shards;
mod suggest;

use bot_core::chat::{Action, ChatKey, Content, Lane};
use bot_core::ids::ChatId;
use bot_core::store::chat;
use bot_core::work::{Outgoing, Place};

use crate::harness::{Kind, Stage, on};

/// Tells a story on Discord alone.
fn on_discord(tell: impl AsyncFn(&mut Stage)) {
    on(Kind::Discord, tell);
}

/// Our id of a group.
async fn id_of(h: &Stage, title: &str) -> ChatId {
    let key: ChatKey = h.chat(title);
    let mut tx = h.hall().db.read().await.unwrap();
    chat::by_key(&mut tx, h.world.account(), &key).await.unwrap().unwrap().id
}

/// Has the program do something in a group.
async fn does(h: &mut Stage, title: &str, lane: Lane, action: Action) {
    let id = id_of(h, title).await;
    let mut work = h.hall().begin().await.unwrap();
    work.send(Outgoing::new(Place::chat(&id), lane, action));
    work.commit().await.unwrap();
}

/// Has the program say something in a group.
async fn says(h: &mut Stage, title: &str, text: &str) {
    does(h, title, Lane::Talk, Action::Send(Content::text(text))).await;
}

/// How often the private chat of Lin has the answer to `/nonsense`.
fn answered(h: &Stage) -> usize {
    h.transcript("@Lin").matches("no command /nonsense").count()
}

/// Lin, who has opened the private chat.
async fn lin(h: &mut Stage) {
    h.merchant("Lin").await;
    h.opens_direct("Lin").await;
}

/// Lin asks for what there is not; the program has not done anything about it yet.
fn asks(h: &Stage) {
    h.world.say(&h.user("Lin"), &h.chat("@Lin"), "/nonsense").unwrap();
}
