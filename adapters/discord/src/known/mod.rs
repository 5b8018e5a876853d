//! What is known of servers and channels: their names, what the bot may do there, who is an admin.
//!
//! The gateway tells all of it anew with every session, so none of it is kept over a restart.

mod place;
mod rights;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use bot_core::chat::{ChatInfo, ChatKind};
use serenity::model::Permissions;

use crate::keys::chat_key;
use crate::read::FileKey;
use crate::wire::{Channel, Guild, Id, Member, Role, User};

use place::DIRECT;
use place::Server;
pub(crate) use place::{ANNOUNCEMENT, FORUM, Place};

/// Of so many files it is remembered where they were.
const FILES_KEPT: usize = 1_024;
/// Of so many servers that the bot is not in it is remembered that they were spoken of.
const STRANGERS_KEPT: usize = 1_024;

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
    /// Servers that were spoken of though the bot is not in them.
    strangers: HashSet<Id>,
    /// Where the files of the last messages were, the oldest first.
    files: VecDeque<(FileKey, String)>,
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

    /// What the bot calls itself.
    pub(crate) fn my_name(&self) -> Option<String> {
        self.lock().me.as_ref().map(|me| me.username.clone()).filter(|name| !name.is_empty())
    }

    /// A post of a forum by its title, if it is not locked.
    pub(crate) fn post(&self, forum: Id, title: &str) -> Option<Id> {
        let inner = self.lock();
        let open = |place: &Place| place.thread.as_ref().is_none_or(|thread| !thread.locked);
        let is_it = |place: &Place| place.parent == Some(forum) && place.name == title && open(place);
        inner.places.iter().filter(|(_, place)| is_it(place)).map(|(id, _)| *id).min()
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
            server.roles = roles.iter().map(|role| (role.id, role.clone())).collect();
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
                server.roles.insert(role.id, role.clone());
            } else {
                server.roles.remove(&role.id);
            }
        }
        inner.changed(guild, &before)
    }

    /// The roles of a server that are called like one of `names`, by their names; of several of one name the first made.
    pub(crate) fn roles_called(&self, guild: Id, names: &[String]) -> BTreeMap<String, Id> {
        let inner = self.lock();
        let roles = inner.guilds.get(&guild).into_iter().flat_map(|server| server.roles.values());
        let mut called = BTreeMap::new();
        for role in roles.filter(|role| names.contains(&role.name)) {
            let first = called.entry(role.name.clone()).or_insert(role.id);
            *first = role.id.min(*first);
        }
        called
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

    /// Whether a server that the bot is not in is spoken of for the first time. Only so many are remembered.
    pub(crate) fn is_stranger(&self, guild: Id) -> bool {
        let strangers = &mut self.lock().strangers;
        if strangers.len() >= STRANGERS_KEPT {
            strangers.clear();
        }
        strangers.insert(guild)
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

    /// Keeps where a file of a message is, for as long as not many came after it.
    pub(crate) fn saw_file(&self, file: FileKey, address: &str) {
        let mut inner = self.lock();
        if inner.files.len() >= FILES_KEPT {
            inner.files.pop_front();
        }
        inner.files.push_back((file, address.to_owned()));
    }

    /// Where a file was when its message came.
    pub(crate) fn address(&self, file: &FileKey) -> Option<String> {
        let inner = self.lock();
        inner.files.iter().rev().find(|(one, _)| one == file).map(|(_, address)| address.clone())
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
        Some(rights::permissions(server, guild, me, &own.overwrites))
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
