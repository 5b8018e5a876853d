//! What a dispatch of the gateway means in our words.

mod filtered;
mod interaction;
mod message;
#[cfg(test)]
mod tests;
mod text;

use bot_core::chat::{
    AccountId, CUSTOM_EMOJI, ChatInfo, Event, EventBody, EventKey, MemberRole, ReactionChange, ThreadChange,
    UserInfo, UserKey,
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::history::joined_ms;
use crate::keys::{message_key, thread_key};
use crate::known::{Changed, Known};
use crate::own::Own;
use crate::wire::{Channel, Deleted, Guild, Id, Interaction, Member, Message, Reaction, Role, User};

pub(crate) use filtered::FILTERED;
pub(crate) use interaction::{AUTOCOMPLETE, by, press_of};
pub(crate) use message::FileKey;

/// Who stands in a server's gate for longer than this is not told of as somebody who joined, milliseconds: for not much longer
/// does the hall remember whom it was told of.
const GATE_MS: i64 = 24 * 60 * 60 * 1000;

/// One dispatch.
#[derive(Clone, Debug)]
pub(crate) struct Dispatch {
    /// Discord's name of what happened.
    pub(crate) name: String,
    /// Its number in the session.
    pub(crate) seq: u64,
    /// What it says.
    pub(crate) data: Value,
}

/// What is known when a dispatch is read.
pub(crate) struct Reader<'a> {
    /// The account.
    pub(crate) account: &'a AccountId,
    /// The session, which together with its number tells dispatches apart that have no id of their own.
    pub(crate) session: &'a str,
    /// The servers that are served; all when empty.
    pub(crate) guilds: &'a [u64],
    /// Servers, channels and rights.
    pub(crate) known: &'a Known,
    /// What the bot did itself, and need not be told.
    pub(crate) own: &'a Own,
    /// Now, for what Discord puts no time on.
    pub(crate) now_ms: i64,
}

/// An event before it has its account: its key, when it happened, what happened.
pub(crate) struct Told {
    pub(crate) key: Option<String>,
    pub(crate) at_ms: i64,
    pub(crate) body: EventBody,
}

impl Told {
    /// Something with an id of its own.
    fn of(key: String, at_ms: i64, body: EventBody) -> Self {
        Self { key: Some(key), at_ms, body }
    }

    /// Something that only its place in the session tells apart.
    fn now(at_ms: i64, body: EventBody) -> Self {
        Self { key: None, at_ms, body }
    }
}

impl Reader<'_> {
    /// The events of a dispatch; none for what changes only what is known, and for what the bot did itself.
    pub(crate) fn events(&self, dispatch: &Dispatch) -> Vec<Event> {
        if !self.is_served(&dispatch.data) {
            return Vec::new();
        }
        let told = self.told(dispatch).unwrap_or_else(|error| {
            metrics::counter!("guildhall_discord_odd_events_total").increment(1);
            tracing::warn!(account = %self.account, dispatch = dispatch.name, %error, "a dispatch cannot be read and is passed over");
            self.unknown(&dispatch.name)
        });
        self.keyed(told, dispatch.seq)
    }

    /// Events with their keys and account.
    pub(crate) fn keyed(&self, told: Vec<Told>, seq: u64) -> Vec<Event> {
        let key = |at: usize, one: &Told| match &one.key {
            Some(key) => EventKey(key.clone()),
            None => EventKey(format!("s/{}/{seq}/{at}", self.session)),
        };
        let event = |(at, one): (usize, Told)| Event {
            account: self.account.clone(),
            key: key(at, &one),
            at_ms: one.at_ms,
            body: one.body,
        };
        told.into_iter().enumerate().map(event).collect()
    }

    /// Whether the server that it speaks of is one that is served.
    fn is_served(&self, data: &Value) -> bool {
        let guild = data.get("guild_id").and_then(Value::as_str).and_then(Id::read);
        self.guilds.is_empty() || guild.is_none_or(|guild| self.guilds.contains(&guild.0))
    }

    fn unknown(&self, kind: &str) -> Vec<Told> {
        vec![Told::now(self.now_ms, EventBody::Unknown { kind: kind.to_owned() })]
    }

    fn told(&self, dispatch: &Dispatch) -> serde_json::Result<Vec<Told>> {
        let data = &dispatch.data;
        Ok(match dispatch.name.as_str() {
            "MESSAGE_CREATE" => self.written(&read::<Message>(data)?),
            "MESSAGE_UPDATE" => self.edited(&read::<Message>(data)?),
            "MESSAGE_DELETE" | "MESSAGE_DELETE_BULK" => self.deleted(&read::<Deleted>(data)?),
            "MESSAGE_REACTION_ADD" => self.reacted(&read::<Reaction>(data)?, ReactionChange::Added),
            "MESSAGE_REACTION_REMOVE" => self.reacted(&read::<Reaction>(data)?, ReactionChange::Taken),
            "MESSAGE_REACTION_REMOVE_ALL" | "MESSAGE_REACTION_REMOVE_EMOJI" => {
                self.cleared(&read::<Reaction>(data)?)
            }
            "INTERACTION_CREATE" => self.interaction(&read::<Interaction>(data)?),
            "GUILD_CREATE" | "GUILD_UPDATE" => self.guild(&read::<Guild>(data)?),
            "GUILD_DELETE" => self.guild_gone(&read::<Guild>(data)?),
            "GUILD_MEMBER_ADD" => self.joined(&read::<Member>(data)?),
            "GUILD_MEMBER_REMOVE" => self.left(&read::<Member>(data)?),
            "GUILD_MEMBER_UPDATE" => self.member_changed(&read::<Member>(data)?),
            "GUILD_ROLE_CREATE" | "GUILD_ROLE_UPDATE" => self.role(data, true)?,
            "GUILD_ROLE_DELETE" => self.role(data, false)?,
            "CHANNEL_CREATE" | "CHANNEL_UPDATE" => self.changes(self.known.saw_channel(&read(data)?)),
            "CHANNEL_DELETE" => {
                let channel = read::<Channel>(data)?;
                let Some(guild) = channel.guild_id else { return Ok(Vec::new()) };
                self.changes(self.known.lost_channel(guild, channel.id))
            }
            "THREAD_CREATE" | "THREAD_UPDATE" => self.thread(&read::<Channel>(data)?),
            "THREAD_DELETE" => self.thread_gone(&read::<Channel>(data)?),
            "THREAD_LIST_SYNC" => {
                for thread in data["threads"].as_array().into_iter().flatten() {
                    self.known.saw_channel(&read(thread)?);
                }
                Vec::new()
            }
            FILTERED => self.filtered(&read(data)?),
            // What only says how things stand anyway.
            "READY"
            | "RESUMED"
            | "GUILD_MEMBERS_CHUNK"
            | "CHANNEL_PINS_UPDATE"
            | "TYPING_START"
            | "PRESENCE_UPDATE"
            | "VOICE_STATE_UPDATE"
            | "AUTO_MODERATION_RULE_CREATE"
            | "AUTO_MODERATION_RULE_UPDATE"
            | "AUTO_MODERATION_RULE_DELETE"
            | "THREAD_MEMBERS_UPDATE"
            | "THREAD_MEMBER_UPDATE"
            | "GUILD_APPLICATION_COMMAND_INDEX_UPDATE"
            | "APPLICATION_COMMAND_PERMISSIONS_UPDATE"
            | "GUILD_EMOJIS_UPDATE"
            | "GUILD_STICKERS_UPDATE"
            | "GUILD_INTEGRATIONS_UPDATE"
            | "INTEGRATION_CREATE"
            | "INTEGRATION_UPDATE"
            | "INTEGRATION_DELETE"
            | "CHANNEL_TOPIC_UPDATE"
            | "VOICE_CHANNEL_STATUS_UPDATE"
            | "STAGE_INSTANCE_CREATE"
            | "STAGE_INSTANCE_UPDATE"
            | "STAGE_INSTANCE_DELETE" => Vec::new(),
            other => self.unknown(other),
        })
    }

    fn guild(&self, guild: &Guild) -> Vec<Told> {
        if !self.guilds.is_empty() && !self.guilds.contains(&guild.id.0) {
            return Vec::new();
        }
        if guild.unavailable {
            self.known.is_out(guild.id);
            return Vec::new();
        }
        self.changes(self.known.saw_guild(guild))
    }

    /// The bot was removed, or Discord has lost the server for a while: then nothing is gone.
    fn guild_gone(&self, guild: &Guild) -> Vec<Told> {
        if guild.unavailable {
            tracing::warn!(account = %self.account, guild = %guild.id, "Discord has lost this server for a while");
            self.known.is_out(guild.id);
            return Vec::new();
        }
        self.changes(self.known.lost_guild(guild.id))
    }

    fn changes(&self, changed: Changed) -> Vec<Told> {
        let told = |bot_present: bool| {
            move |chat: ChatInfo| {
                Told::now(self.now_ms, EventBody::ChatChanged { chat, bot_present, added_by: None })
            }
        };
        changed.there.into_iter().map(told(true)).chain(changed.gone.into_iter().map(told(false))).collect()
    }

    fn role(&self, data: &Value, is_there: bool) -> serde_json::Result<Vec<Told>> {
        let guild = read::<Id>(&data["guild_id"])?;
        let role = if is_there {
            read::<Role>(&data["role"])?
        } else {
            Role { id: read(&data["role_id"])?, ..Role::default() }
        };
        Ok(self.changes(self.known.saw_role(guild, &role, is_there)))
    }

    /// Who joins a server joins its main channel, once they are through its gate.
    pub(crate) fn joined(&self, member: &Member) -> Vec<Told> {
        let (Some(guild), Some(user)) = (member.guild_id, &member.user) else { return Vec::new() };
        if self.known.me() == Some(user.id) || member.pending == Some(true) {
            return Vec::new();
        }
        let Some(chat) = self.known.main_chat(guild) else { return self.unknown("GUILD_MEMBER_ADD") };
        let since = member.joined_at.clone().unwrap_or_default();
        let body = EventBody::Joined { chat, user: user_info(user, member.nick.as_deref()) };
        vec![Told::of(format!("j/{guild}/{}/{since}", user.id), self.now_ms, body)]
    }

    fn left(&self, member: &Member) -> Vec<Told> {
        let (Some(guild), Some(user)) = (member.guild_id, &member.user) else { return Vec::new() };
        if self.known.me() == Some(user.id) {
            return Vec::new();
        }
        let Some(chat) = self.known.main_chat(guild) else { return self.unknown("GUILD_MEMBER_REMOVE") };
        vec![Told::now(self.now_ms, EventBody::Left { chat, user: user_info(user, None) })]
    }

    fn member_changed(&self, member: &Member) -> Vec<Told> {
        let (Some(guild), Some(user)) = (member.guild_id, &member.user) else { return Vec::new() };
        if self.known.me() == Some(user.id) {
            return self.changes(self.known.saw_member(guild, member));
        }
        let Some(chat) = self.known.main_chat(guild) else { return Vec::new() };
        // Nothing says that somebody has just come through the gate; who was told of when they joined is not told of twice.
        let lately = joined_ms(member).is_some_and(|at_ms| at_ms + GATE_MS > self.now_ms);
        let mut told = if member.pending == Some(false) && lately { self.joined(member) } else { Vec::new() };
        let role = self.known.role(Some(guild), user.id, &member.roles);
        let user = user_info(user, member.nick.as_deref());
        told.push(Told::now(self.now_ms, EventBody::RoleChanged { chat, user, role }));
        told
    }

    fn deleted(&self, deleted: &Deleted) -> Vec<Told> {
        let Some(spot) = self.known.spot(deleted.channel_id) else { return self.unknown("MESSAGE_DELETE") };
        let by_others = |id: &&Id| !self.own.deleted(**id);
        let ids: Vec<&Id> = deleted.id.iter().chain(&deleted.ids).filter(by_others).collect();
        let Some(first) = ids.first() else { return Vec::new() };
        let key = format!("d/{first}/{}", ids.len());
        let messages = ids.iter().map(|id| message_key(spot.thread, **id)).collect();
        vec![Told::of(key, self.now_ms, EventBody::Deleted { chat: spot.chat, messages })]
    }

    /// Discord tells of one reaction at a time: those that somebody set before stand beside it. Who takes one away, and who
    /// reacts in private, is named by an id alone.
    fn reacted(&self, reaction: &Reaction, change: ReactionChange) -> Vec<Told> {
        if self.known.me() == Some(reaction.user_id) {
            return Vec::new();
        }
        let member = reaction.member.as_ref();
        let user = member.and_then(|member| member.user.clone());
        let user = user.unwrap_or_else(|| User { id: reaction.user_id, ..User::default() });
        let by = user_info(&user, member.and_then(|member| member.nick.as_deref()));
        self.reactions(reaction, Some(by), change)
    }

    /// What a moderator cleared: all reactions, or all of one emoji, whosever they were.
    fn cleared(&self, reaction: &Reaction) -> Vec<Told> {
        let change = if reaction.emoji.name.is_some() || reaction.emoji.id.is_some() {
            ReactionChange::Taken
        } else {
            ReactionChange::Stand
        };
        self.reactions(reaction, None, change)
    }

    fn reactions(&self, reaction: &Reaction, by: Option<UserInfo>, change: ReactionChange) -> Vec<Told> {
        let Some(spot) = self.known.spot(reaction.channel_id) else { return Vec::new() };
        let custom = reaction.emoji.id.map(|id| format!("{CUSTOM_EMOJI}{id}"));
        let body = EventBody::Reacted {
            chat: spot.chat,
            message: message_key(spot.thread, reaction.message_id),
            by,
            emoji: custom.or_else(|| reaction.emoji.name.clone()).into_iter().collect(),
            change,
        };
        vec![Told::now(self.now_ms, body)]
    }

    /// A thread is closed when it is locked: Discord archives threads by itself when nobody has written for a while, and
    /// opens them again with the next message.
    fn thread(&self, thread: &Channel) -> Vec<Told> {
        let before = self.known.place(thread.id).and_then(|place| place.thread);
        self.known.saw_channel(thread);
        let (Some(before), Some(now)) = (before, &thread.thread_metadata) else { return Vec::new() };
        if before.locked == now.locked || self.own.closed(thread.id, now.locked) {
            return Vec::new();
        }
        let change = if now.locked { ThreadChange::Closed } else { ThreadChange::Reopened };
        self.thread_told(thread.id, change)
    }

    fn thread_gone(&self, thread: &Channel) -> Vec<Told> {
        let told = self.thread_told(thread.id, ThreadChange::Deleted);
        if let Some(guild) = thread.guild_id {
            self.known.lost_channel(guild, thread.id);
        }
        told
    }

    fn thread_told(&self, thread: Id, change: ThreadChange) -> Vec<Told> {
        let Some(spot) = self.known.spot(thread) else { return Vec::new() };
        let body = EventBody::ThreadChanged { chat: spot.chat, thread: thread_key(thread), change };
        vec![Told::now(self.now_ms, body)]
    }

    fn role_of(&self, guild: Option<Id>, user: Id, member: Option<&Member>) -> MemberRole {
        self.known.role(guild, user, member.map(|member| member.roles.as_slice()).unwrap_or_default())
    }
}

fn read<T: DeserializeOwned>(data: &Value) -> serde_json::Result<T> {
    T::deserialize(data)
}

/// A user in our words: called as the server calls them, else as they call themselves.
pub(crate) fn user_info(user: &User, nick: Option<&str>) -> UserInfo {
    let name = nick.or(user.global_name.as_deref()).filter(|name| !name.trim().is_empty());
    UserInfo {
        key: UserKey(user.id.to_string()),
        name: name.unwrap_or(&user.username).to_owned(),
        username: Some(user.username.clone()).filter(|name| !name.is_empty()),
        language: None,
        is_bot: user.bot,
    }
}
