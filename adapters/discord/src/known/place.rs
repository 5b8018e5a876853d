//! A server and its channels, as far as they matter here.

use std::collections::HashMap;

use crate::wire::{Channel, Id, Overwrite, Role, ThreadMetadata};

/// Channels of text, of announcements, and forums.
const TEXT: u8 = 0;
pub(super) const DIRECT: u8 = 1;
pub(crate) const ANNOUNCEMENT: u8 = 5;
pub(crate) const FORUM: u8 = 15;

/// A server.
#[derive(Clone, Debug, Default)]
pub(super) struct Server {
    pub(super) name: String,
    pub(super) owner: Option<Id>,
    pub(super) main: Option<Id>,
    pub(super) roles: HashMap<Id, Role>,
    pub(super) my_roles: Vec<Id>,
    pub(super) is_out: bool,
}

/// A channel.
#[derive(Clone, Debug, Default)]
pub(crate) struct Place {
    /// Its server; `None` for a private chat.
    pub(crate) guild: Option<Id>,
    /// The channel that it is a thread of.
    pub(crate) parent: Option<Id>,
    /// Discord's number of its sort.
    pub(crate) kind: u8,
    pub(crate) name: String,
    pub(super) position: i64,
    pub(super) overwrites: Vec<Overwrite>,
    pub(crate) thread: Option<ThreadMetadata>,
}

impl Place {
    pub(super) fn of(channel: &Channel, guild: Option<Id>) -> Self {
        let is_thread = is_thread(channel.kind);
        Self {
            guild: channel.guild_id.or(guild),
            parent: channel.parent_id.filter(|_| is_thread),
            kind: channel.kind,
            name: channel.name.clone().unwrap_or_default(),
            position: channel.position,
            overwrites: channel.permission_overwrites.clone().unwrap_or_default(),
            thread: channel.thread_metadata.clone(),
        }
    }

    /// Whether people write there, and the bot serves it.
    pub(crate) fn is_chat(&self) -> bool {
        matches!(self.kind, TEXT | DIRECT | ANNOUNCEMENT | FORUM)
    }
}

/// Whether channels of this sort are threads.
fn is_thread(kind: u8) -> bool {
    (10..=12).contains(&kind)
}
