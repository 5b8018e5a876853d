//! QQ alone: what our adapter promises on a simulated OneBot implementation, and what it makes of bad input.

#![expect(clippy::unwrap_used, reason = "a story that cannot be told has failed")]

mod accounts;
mod acts;
mod board;
mod choices;
mod files;
mod input;
mod line;
mod pace;
pub mod peer;
mod promises;
mod ticket;

use bot_core::chat::{Action, Content, Lane};
use bot_core::ids::ChatId;
use bot_core::store::chat;
use bot_core::work::{Outgoing, Place};

use crate::harness::{Dials, GROUP, Kind, Stage};

/// The implementation dials the program.
const REVERSE: Kind = Kind::Qq(Dials::Us);
/// The program dials the implementation.
const FORWARD: Kind = Kind::Qq(Dials::It);

/// Our id of a chat.
async fn id_of(h: &Stage, title: &str) -> ChatId {
    let mut tx = h.hall().db.read().await.unwrap();
    chat::by_key(&mut tx, h.world.account(), &h.chat(title)).await.unwrap().unwrap().id
}

/// Puts actions for the group into the outbox.
async fn put(h: &Stage, lane: Lane, actions: Vec<Action>) {
    let group = id_of(h, GROUP).await;
    let mut work = h.hall().begin().await.unwrap();
    for action in actions {
        work.send(Outgoing::new(Place::chat(&group), lane, action));
    }
    work.commit().await.unwrap();
}

/// Puts texts for the group into the outbox.
async fn send(h: &Stage, lane: Lane, texts: &[&str]) {
    put(h, lane, texts.iter().map(|text| Action::Send(Content::text(*text))).collect()).await;
}
