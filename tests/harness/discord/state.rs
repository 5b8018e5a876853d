//! What the server knows besides the world.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use bot_core::chat::{ChatKey, MessageKey, PressKey, ThreadKey, UserKey};
use serde_json::Value;
use tokio::sync::mpsc::UnboundedSender;

/// One call of the bot.
#[derive(Clone, Debug)]
pub struct Called {
    /// `POST`, `PATCH` and so on.
    pub method: String,
    /// What stands behind `/api/v10`.
    pub path: String,
    /// The body; `null` without one.
    pub body: Value,
}

/// How the gateway goes wrong, each once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GatewayFault {
    /// The next resume is refused: the session is over.
    InvalidSession,
    /// The next session is refused with this close code.
    Close(u16),
}

#[derive(Default)]
pub(super) struct State {
    pub(super) calls: Vec<Called>,
    pub(super) chats: Vec<ChatKey>,
    pub(super) messages: BTreeMap<(ChatKey, MessageKey), u64>,
    /// When messages were last changed, as it was told.
    pub(super) edited: BTreeMap<u64, String>,
    /// What the bot wrote, as it wrote it.
    pub(super) written: BTreeMap<u64, String>,
    pub(super) threads: BTreeMap<u64, (ChatKey, ThreadKey)>,
    /// When people joined, unix microseconds.
    pub(super) joined_us: BTreeMap<(ChatKey, UserKey), i64>,
    pub(super) instants: i64,
    /// What people react to messages with.
    pub(super) reactions: BTreeMap<(ChatKey, MessageKey, UserKey), Vec<String>>,
    pub(super) presses: BTreeMap<u64, Press>,
    pub(super) next_press: u64,
    pub(super) nonces: BTreeMap<(u64, String), (MessageKey, i64)>,
    pub(super) overwrites: BTreeMap<ChatKey, Vec<Value>>,
    pub(super) commands: BTreeMap<String, Value>,
    /// By the number of their shard.
    pub(super) sessions: BTreeMap<u64, Session>,
    /// How many shards the bot is told to begin, beyond the first.
    pub(super) more_shards: u64,
    pub(super) sessions_begun: u64,
    pub(super) told_guilds: BTreeMap<u64, String>,
    pub(super) gateway_faults: VecDeque<GatewayFault>,
    pub(super) intents_off: bool,
    /// The roles that the bot made, by their numbers.
    pub(super) roles: BTreeMap<u64, (ChatKey, String)>,
    /// Groups whose channel is a forum.
    pub(super) forums: BTreeSet<ChatKey>,
    /// Groups whose channel is for announcements.
    pub(super) news: BTreeSet<ChatKey>,
    /// What was handed on to those who follow a channel.
    pub(super) published: BTreeSet<u64>,
    /// Whether the program opens private threads.
    pub(super) private_threads: bool,
    /// Whether the program has commands to register.
    pub(super) has_commands: bool,
    /// Answers of the REST API that were ordered: by method and part of the path.
    pub(super) ordered: Vec<Ordered>,
    /// Buckets, when they are enforced: calls that are left and when they are full again, by route.
    pub(super) buckets: Option<BTreeMap<String, (u32, i64)>>,
}

/// An answer that was ordered.
pub(super) struct Ordered {
    pub(super) method: String,
    pub(super) part: String,
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Value,
}

/// A session of the gateway.
pub(super) struct Session {
    pub(super) id: String,
    pub(super) seq: u64,
    /// What was told, for those who resume.
    pub(super) log: VecDeque<(u64, String)>,
    /// The last dispatch that the bot said it has.
    pub(super) acked: u64,
    pub(super) line: Option<UnboundedSender<Line>>,
    /// When its connection was lost, unix milliseconds.
    pub(super) left_ms: Option<i64>,
}

/// What goes over a connection.
pub(super) enum Line {
    Text(String),
    Close(u16),
    Cut,
}

/// An interaction.
#[derive(Clone, Debug)]
pub(super) struct Press {
    pub(super) token: String,
    pub(super) at_ms: i64,
    pub(super) chat: ChatKey,
    pub(super) user: UserKey,
    /// The press in the world; none for commands and forms.
    pub(super) world: Option<PressKey>,
    /// How it was answered: the sort of answer, and what it said.
    pub(super) answers: Vec<(u64, Value)>,
    /// What was told of it.
    pub(super) told: Value,
    /// Whether who pressed leaves it at that, though nothing was answered.
    pub(super) is_left: bool,
    /// The session that it was told in; empty when there was none.
    pub(super) session: String,
}

impl State {
    pub(super) fn chat_number(&mut self, chat: &ChatKey) -> u64 {
        let at = self.chats.iter().position(|one| one == chat).unwrap_or_else(|| {
            self.chats.push(chat.clone());
            self.chats.len() - 1
        });
        at as u64 & 0xff
    }

    /// A moment that is like no other, unix microseconds: Discord's own are so fine that none comes twice.
    pub(super) fn instant_us(&mut self, at_ms: i64) -> i64 {
        self.instants += 1;
        at_ms * 1_000 + self.instants % 1_000
    }

    /// Tells the bot something over the shard that it belongs to.
    pub(super) fn dispatch(&mut self, name: &str, data: &Value) {
        self.dispatch_on(self.shard_of(name, data), name, data);
    }

    /// The shard that is told of something: that of its server; private chats are told to the first.
    pub(super) fn shard_of(&self, name: &str, data: &Value) -> u64 {
        let of_itself = matches!(name, "GUILD_CREATE" | "GUILD_UPDATE" | "GUILD_DELETE");
        let guild = if of_itself { &data["id"] } else { &data["guild_id"] };
        let guild: Option<u64> = guild.as_str().and_then(|id| id.parse().ok());
        guild.map_or(0, |guild| self.shard_of_guild(guild))
    }

    /// The shard of a server (docs.discord.com, "Gateway", "Sharding", read 2026-11-22).
    pub(super) fn shard_of_guild(&self, guild: u64) -> u64 {
        (guild >> 22) % (1 + self.more_shards)
    }

    /// Tells the bot something over a shard, if it has a session there: Discord keeps nothing for those who have none.
    pub(super) fn dispatch_on(&mut self, shard: u64, name: &str, data: &Value) {
        let Some(session) = self.sessions.get_mut(&shard) else { return };
        session.seq += 1;
        let frame = serde_json::json!({ "op": 0, "t": name, "s": session.seq, "d": data }).to_string();
        session.log.push_back((session.seq, frame.clone()));
        session.say(Line::Text(frame));
    }
}

impl Session {
    /// Whether it is told over this connection.
    pub(super) fn is_on(&self, line: &UnboundedSender<Line>) -> bool {
        self.line.as_ref().is_some_and(|own| own.same_channel(line))
    }

    pub(super) fn say(&mut self, line: Line) {
        if self.line.as_ref().is_some_and(|to| to.send(line).is_err()) {
            self.line = None;
        }
    }

    pub(super) fn is_connected(&self) -> bool {
        self.line.as_ref().is_some_and(|line| !line.is_closed())
    }
}

impl State {
    /// The role of this name that the bot made in a group's server.
    pub(super) fn role(&self, chat: &ChatKey, name: &str) -> Option<u64> {
        self.roles_of(chat).find(|(_, own)| *own == name).map(|(id, _)| id)
    }

    /// The roles that the bot made in a group's server.
    pub(super) fn roles_of(&self, chat: &ChatKey) -> impl Iterator<Item = (u64, &str)> {
        self.roles.iter().filter(move |(_, (of, _))| of == chat).map(|(id, (_, name))| (*id, name.as_str()))
    }
}
