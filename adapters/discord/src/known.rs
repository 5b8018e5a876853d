//! What is known of servers and channels: their names, what the bot may do there, who is an admin.
//!
//! The gateway tells all of it anew with every session, so none of it is kept over a restart.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bot_core::chat::{ChatInfo, ChatKind, MemberRole, Right};
use serenity::model::Permissions;

use crate::keys::chat_key;
use crate::wire::{Channel, Guild, Id, Member, Overwrite, Role, ThreadMetadata, User};

/// To pin messages, which was part of managing them until 2026; serenity 0.12 has no name for it yet.
pub(crate) const PIN_MESSAGES: u64 = 1 << 51;

/// Channels of text, of announcements, and forums.
const TEXT: u8 = 0;
const DIRECT: u8 = 1;
pub(crate) const ANNOUNCEMENT: u8 = 5;
pub(crate) const FORUM: u8 = 15;

/// All that is known.
#[derive(Default)]
pub(crate) struct Known(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    me: Option<User>,
    application: Option<Id>,
    guilds: HashMap<Id, Server>,
    places: HashMap<Id, Place>,
    /// The private channels of people.
    directs: HashMap<Id, Id>,
}

/// A server.
#[derive(Clone, Debug, Default)]
struct Server {
    name: String,
    owner: Option<Id>,
    main: Option<Id>,
    roles: HashMap<Id, u64>,
    my_roles: Vec<Id>,
    is_out: bool,
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
    position: i64,
    overwrites: Vec<Overwrite>,
    pub(crate) thread: Option<ThreadMetadata>,
}

impl Place {
    fn of(channel: &Channel, guild: Option<Id>) -> Self {
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
pub(crate) fn is_thread(kind: u8) -> bool {
    (10..=12).contains(&kind)
}

/// Where in our words a channel is: its chat, and the thread of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Spot {
    /// The chat.
    pub(crate) chat: ChatInfo,
    /// The thread, when the channel is one.
    pub(crate) thread: Option<Id>,
    /// The server.
    pub(crate) guild: Option<Id>,
}

impl Known {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps who the bot is.
    pub(crate) fn is_me(&self, me: User) {
        self.lock().me = Some(me);
    }

    /// The bot's own id.
    pub(crate) fn me(&self) -> Option<Id> {
        self.lock().me.as_ref().map(|me| me.id)
    }

    /// Keeps the application of the bot.
    pub(crate) fn is_application(&self, id: Id) {
        self.lock().application = Some(id);
    }

    /// The application of the bot.
    pub(crate) fn application(&self) -> Option<Id> {
        self.lock().application
    }

    /// Keeps a server with all that is told of it, and gives the chats of it that are new, gone, or called
    /// otherwise.
    pub(crate) fn saw_guild(&self, guild: &Guild) -> Changed {
        let mut inner = self.lock();
        let before = inner.chats_of(guild.id);
        let me = inner.me.as_ref().map(|me| me.id);
        let server = inner.guilds.entry(guild.id).or_default();
        server.name.clone_from(&guild.name);
        server.owner = guild.owner_id.or(server.owner);
        server.is_out = false;
        if let Some(roles) = &guild.roles {
            server.roles = roles.iter().map(|role| (role.id, role.permissions.0)).collect();
        }
        let own = guild.members.iter().find(|member| member.user.as_ref().map(|user| user.id) == me);
        if let Some(own) = own {
            server.my_roles.clone_from(&own.roles);
        }
        if !guild.channels.is_empty() {
            inner.places.retain(|_, place| place.guild != Some(guild.id));
        }
        for channel in guild.channels.iter().chain(&guild.threads) {
            inner.places.insert(channel.id, Place::of(channel, Some(guild.id)));
        }
        inner.choose_main(guild.id, guild.system_channel_id);
        inner.changed(guild.id, &before)
    }

    /// Keeps a channel of a server.
    pub(crate) fn saw_channel(&self, channel: &Channel) -> Changed {
        let mut inner = self.lock();
        let Some(guild) = channel.guild_id else {
            inner.places.insert(channel.id, Place::of(channel, None));
            for person in &channel.recipients {
                inner.directs.insert(person.id, channel.id);
            }
            return Changed::default();
        };
        let before = inner.chats_of(guild);
        inner.places.insert(channel.id, Place::of(channel, Some(guild)));
        let main = inner.guilds.get(&guild).and_then(|server| server.main);
        inner.choose_main(guild, main);
        inner.changed(guild, &before)
    }

    /// Forgets a channel.
    pub(crate) fn lost_channel(&self, guild: Id, channel: Id) -> Changed {
        let mut inner = self.lock();
        let before = inner.chats_of(guild);
        inner.places.remove(&channel);
        inner.places.retain(|_, place| place.parent != Some(channel));
        inner.changed(guild, &before)
    }

    /// Keeps a role of a server, or that it is gone.
    pub(crate) fn saw_role(&self, guild: Id, role: &Role, is_there: bool) -> Changed {
        let mut inner = self.lock();
        let before = inner.chats_of(guild);
        if let Some(server) = inner.guilds.get_mut(&guild) {
            if is_there {
                server.roles.insert(role.id, role.permissions.0);
            } else {
                server.roles.remove(&role.id);
            }
        }
        inner.changed(guild, &before)
    }

    /// Keeps the roles of a member, when it is the bot itself.
    pub(crate) fn saw_member(&self, guild: Id, member: &Member) -> Changed {
        let mut inner = self.lock();
        let before = inner.chats_of(guild);
        let me = inner.me.as_ref().map(|me| me.id);
        if member.user.as_ref().map(|user| user.id) == me
            && let Some(server) = inner.guilds.get_mut(&guild)
        {
            server.my_roles.clone_from(&member.roles);
        }
        inner.changed(guild, &before)
    }

    /// Forgets a server that the bot is no longer in.
    pub(crate) fn lost_guild(&self, guild: Id) -> Changed {
        let mut inner = self.lock();
        let before = inner.chats_of(guild);
        inner.guilds.remove(&guild);
        inner.places.retain(|_, place| place.guild != Some(guild));
        inner.changed(guild, &before)
    }

    /// Keeps that Discord has lost a server for a while.
    pub(crate) fn is_out(&self, guild: Id) {
        self.lock().guilds.entry(guild).or_default().is_out = true;
    }

    /// The chats of servers that Discord has lost for a while.
    pub(crate) fn outages(&self) -> Vec<ChatInfo> {
        let inner = self.lock();
        let out = inner.guilds.iter().filter(|(_, server)| server.is_out);
        let main = out.filter_map(|(_, server)| server.main);
        main.filter_map(|main| inner.info(main)).collect()
    }

    /// Whether a server is known.
    pub(crate) fn has_guild(&self, guild: Id) -> bool {
        self.lock().guilds.contains_key(&guild)
    }

    /// A channel.
    pub(crate) fn place(&self, channel: Id) -> Option<Place> {
        self.lock().places.get(&channel).cloned()
    }

    /// Where a channel is in our words; `None` for channels that are no chat.
    pub(crate) fn spot(&self, channel: Id) -> Option<Spot> {
        let inner = self.lock();
        let place = inner.places.get(&channel)?;
        let (chat, thread) = place.parent.map_or((channel, None), |parent| (parent, Some(channel)));
        Some(Spot { chat: inner.info(chat)?, thread, guild: place.guild })
    }

    /// Where people join a server: the channel in which Discord itself greets them, or the first one.
    pub(crate) fn main_chat(&self, guild: Id) -> Option<ChatInfo> {
        let inner = self.lock();
        inner.info(inner.guilds.get(&guild)?.main?)
    }

    /// The role of a member in a server.
    pub(crate) fn role(&self, guild: Option<Id>, user: Id, roles: &[Id]) -> MemberRole {
        let inner = self.lock();
        let Some(server) = guild.and_then(|guild| inner.guilds.get(&guild)) else {
            return MemberRole::Member;
        };
        if server.owner == Some(user) {
            return MemberRole::Owner;
        }
        let held: u64 = roles.iter().filter_map(|role| server.roles.get(role)).fold(0, |all, one| all | one);
        let admin = (Permissions::ADMINISTRATOR | Permissions::MANAGE_GUILD).bits();
        if held & admin != 0 { MemberRole::Admin } else { MemberRole::Member }
    }

    /// What the bot may do in a channel; `None` when nobody has said.
    pub(crate) fn rights(&self, channel: Id) -> Option<Vec<Right>> {
        let held = self.permissions(channel)?;
        let has = |wanted: Permissions| held & wanted.bits() == wanted.bits();
        let all = [
            (Right::Write, has(Permissions::VIEW_CHANNEL | Permissions::SEND_MESSAGES)),
            (Right::DeleteMessages, has(Permissions::MANAGE_MESSAGES)),
            (
                Right::RestrictMembers,
                has(Permissions::MODERATE_MEMBERS | Permissions::KICK_MEMBERS | Permissions::BAN_MEMBERS),
            ),
            (Right::PinMessages, held & PIN_MESSAGES != 0),
            (
                Right::ManageThreads,
                has(Permissions::CREATE_PUBLIC_THREADS
                    | Permissions::SEND_MESSAGES_IN_THREADS
                    | Permissions::MANAGE_THREADS),
            ),
            (Right::ManageChat, has(Permissions::MANAGE_CHANNELS | Permissions::MANAGE_ROLES)),
        ];
        Some(all.into_iter().filter(|(_, held)| *held).map(|(right, _)| right).collect())
    }

    /// The permissions of the bot in a channel; `None` when nobody has said.
    pub(crate) fn permissions(&self, channel: Id) -> Option<u64> {
        let inner = self.lock();
        inner.permissions(inner.places.get(&channel)?)
    }

    /// The private channel of somebody.
    pub(crate) fn direct(&self, user: Id) -> Option<Id> {
        self.lock().directs.get(&user).copied()
    }

    /// Keeps the private channel of somebody.
    pub(crate) fn is_direct(&self, user: Id, channel: Id) {
        let mut inner = self.lock();
        inner.directs.insert(user, channel);
        inner.places.entry(channel).or_insert_with(|| Place { kind: DIRECT, ..Place::default() });
    }
}

/// What became of the chats of a server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Changed {
    /// Those that are new, or in which something is otherwise than before.
    pub(crate) there: Vec<ChatInfo>,
    /// Those that the bot no longer sees.
    pub(crate) gone: Vec<ChatInfo>,
}

impl Inner {
    fn permissions(&self, place: &Place) -> Option<u64> {
        let guild = place.guild?;
        let (server, me) = (self.guilds.get(&guild)?, self.me.as_ref()?.id);
        let own = place.parent.and_then(|parent| self.places.get(&parent)).unwrap_or(place);
        Some(permissions(server, guild, me, &own.overwrites))
    }

    /// The chats of a server that the bot sees, with what makes a difference for them.
    fn chats_of(&self, guild: Id) -> HashMap<Id, (ChatInfo, u64)> {
        let of_guild = self.places.iter().filter(|(_, place)| place.guild == Some(guild) && place.is_chat());
        let seen = of_guild.filter_map(|(id, place)| {
            let held = self.permissions(place)?;
            let visible = held & Permissions::VIEW_CHANNEL.bits() != 0;
            visible.then(|| Some((*id, (self.info(*id)?, held)))).flatten()
        });
        seen.collect()
    }

    fn changed(&self, guild: Id, before: &HashMap<Id, (ChatInfo, u64)>) -> Changed {
        let now = self.chats_of(guild);
        let mut there: Vec<ChatInfo> = now
            .iter()
            .filter(|(id, seen)| before.get(id) != Some(seen))
            .map(|(_, (info, _))| info.clone())
            .collect();
        let mut gone: Vec<ChatInfo> = before
            .iter()
            .filter(|(id, _)| !now.contains_key(id))
            .map(|(_, (info, _))| info.clone())
            .collect();
        there.sort_by(|a, b| a.key.cmp(&b.key));
        gone.sort_by(|a, b| a.key.cmp(&b.key));
        Changed { there, gone }
    }

    fn choose_main(&mut self, guild: Id, wanted: Option<Id>) {
        let seen = self.chats_of(guild);
        let first = || {
            let place = |id: &Id| self.places.get(id).map(|place| (place.position, *id));
            seen.keys().filter_map(place).min().map(|(_, id)| id)
        };
        let main = wanted.filter(|main| seen.contains_key(main)).or_else(first);
        if let Some(server) = self.guilds.get_mut(&guild) {
            server.main = main;
        }
    }

    /// A chat in our words. The main channel goes by the name of its server, the others by both names.
    fn info(&self, channel: Id) -> Option<ChatInfo> {
        let place = self.places.get(&channel).filter(|place| place.is_chat())?;
        let key = chat_key(channel);
        let Some(guild) = place.guild else {
            return Some(ChatInfo { key, kind: ChatKind::Direct, title: String::new() });
        };
        let server = self.guilds.get(&guild)?;
        let title = if server.main == Some(channel) {
            server.name.clone()
        } else {
            format!("{} #{}", server.name, place.name)
        };
        let kind = if place.kind == ANNOUNCEMENT { ChatKind::Channel } else { ChatKind::Group };
        Some(ChatInfo { key, kind, title })
    }
}

/// The permissions of a member with these roles, after the overwrites of a channel (docs.discord.com, "Permissions",
/// read 2026-11-21).
fn permissions(server: &Server, guild: Id, me: Id, overwrites: &[Overwrite]) -> u64 {
    let everyone = server.roles.get(&guild).copied().unwrap_or_default();
    let base =
        server.my_roles.iter().filter_map(|role| server.roles.get(role)).fold(everyone, |all, one| all | one);
    if server.owner == Some(me) || base & Permissions::ADMINISTRATOR.bits() != 0 {
        return u64::MAX;
    }
    let mut held = base;
    for overwrite in overwrites.iter().filter(|one| one.id == guild) {
        held = held & !overwrite.deny.0 | overwrite.allow.0;
    }
    let of_roles = || overwrites.iter().filter(|one| server.my_roles.contains(&one.id));
    held &= !of_roles().fold(0, |all, one| all | one.deny.0);
    held |= of_roles().fold(0, |all, one| all | one.allow.0);
    for overwrite in overwrites.iter().filter(|one| one.id == me) {
        held = held & !overwrite.deny.0 | overwrite.allow.0;
    }
    // Who cannot see a channel can do nothing in it.
    if held & Permissions::VIEW_CHANNEL.bits() == 0 { 0 } else { held }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn guild(channels: serde_json::Value) -> Guild {
        let all =
            (Permissions::VIEW_CHANNEL | Permissions::SEND_MESSAGES | Permissions::MANAGE_MESSAGES).bits();
        serde_json::from_value(json!({
            "id": "1", "name": "Sellers", "owner_id": "50", "system_channel_id": "11",
            "roles": [{"id": "1", "permissions": all.to_string()}, {"id": "2", "permissions": "8"},
                {"id": "3", "permissions": "0"}],
            "members": [{"user": {"id": "9"}, "roles": ["3"]}],
            "channels": channels,
        }))
        .unwrap()
    }

    fn known(channels: serde_json::Value) -> (Known, Changed) {
        let known = Known::default();
        known.is_me(User { id: Id(9), ..User::default() });
        let changed = known.saw_guild(&guild(channels));
        (known, changed)
    }

    fn two() -> serde_json::Value {
        json!([{"id": "11", "type": 0, "name": "general", "position": 1},
            {"id": "12", "type": 0, "name": "orders", "position": 0}, {"id": "13", "type": 2, "name": "voice"}])
    }

    #[test]
    fn the_main_channel_goes_by_the_name_of_its_server() {
        let (known, changed) = known(two());
        let titles: Vec<&str> = changed.there.iter().map(|chat| chat.title.as_str()).collect();
        assert_eq!(titles, ["Sellers", "Sellers #orders"]);
        assert_eq!(known.main_chat(Id(1)).unwrap().key.as_str(), "11");
        assert_eq!(known.saw_guild(&guild(two())), Changed::default(), "nothing new the second time");
    }

    #[test]
    fn overwrites_count_for_everyone_then_for_roles_then_for_the_bot() {
        let overwrites =
            json!([{"id": "1", "deny": "2048", "allow": "0"}, {"id": "3", "allow": "2048", "deny": "8192"}]);
        let (known, _) =
            known(json!([{"id": "11", "type": 0, "name": "a", "permission_overwrites": overwrites}]));
        assert_eq!(known.rights(Id(11)), Some(vec![Right::Write]));
        let own = json!([{"id": "9", "deny": "1024", "allow": "0"}]);
        let hidden: Channel = serde_json::from_value(
            json!({"id": "11", "guild_id": "1", "type": 0, "name": "a", "permission_overwrites": own}),
        )
        .unwrap();
        let changed = known.saw_channel(&hidden);
        assert_eq!((changed.there.len(), changed.gone.len()), (0, 1), "what the bot cannot see it is not in");
    }

    #[test]
    fn owners_and_admins_are_told_from_members() {
        let (known, _) = known(two());
        let role = |user, roles: &[Id]| known.role(Some(Id(1)), Id(user), roles);
        assert_eq!(role(50, &[]), MemberRole::Owner);
        assert_eq!(role(51, &[Id(2)]), MemberRole::Admin);
        assert_eq!(role(52, &[Id(3)]), MemberRole::Member);
        assert_eq!(known.role(None, Id(50), &[]), MemberRole::Member);
    }

    #[test]
    fn a_thread_is_a_spot_of_its_chat_and_has_its_rights() {
        let (known, _) = known(two());
        let thread: Channel = serde_json::from_value(
            json!({"id": "77", "type": 11, "guild_id": "1", "parent_id": "12", "name": "T-1"}),
        )
        .unwrap();
        assert_eq!(known.saw_channel(&thread), Changed::default());
        let spot = known.spot(Id(77)).unwrap();
        assert_eq!((spot.chat.key.as_str(), spot.thread), ("12", Some(Id(77))));
        assert_eq!(known.rights(Id(77)), known.rights(Id(12)));
        assert_eq!(known.spot(Id(13)), None, "a voice channel is no chat");
    }
}
