//! What the bot may do in a channel, and who is an admin.

use bot_core::chat::{MemberRole, Right};
use serenity::model::Permissions;

use super::Known;
use super::place::Server;
use crate::wire::{Id, Overwrite};

/// To pin messages, which was part of managing them until 2026; serenity 0.12 has no name for it yet.
const PIN_MESSAGES: u64 = 1 << 51;

impl Known {
    /// The role of a member in a server.
    pub(crate) fn role(&self, guild: Option<Id>, user: Id, roles: &[Id]) -> MemberRole {
        let inner = self.lock();
        let Some(server) = guild.and_then(|guild| inner.guilds.get(&guild)) else {
            return MemberRole::Member;
        };
        if server.owner == Some(user) {
            return MemberRole::Owner;
        }
        let held: u64 = roles
            .iter()
            .filter_map(|role| server.roles.get(role))
            .fold(0, |all, one| all | one.permissions.0);
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
            (Right::ManageNicks, has(Permissions::MANAGE_NICKNAMES)),
            (Right::ManageBadges, has(Permissions::MANAGE_ROLES)),
        ];
        Some(all.into_iter().filter(|(_, held)| *held).map(|(right, _)| right).collect())
    }

    /// The permissions of the bot in a channel; `None` when nobody has said.
    pub(crate) fn permissions(&self, channel: Id) -> Option<u64> {
        let inner = self.lock();
        inner.permissions(inner.places.get(&channel)?)
    }
}

/// The permissions of a member with these roles, after the overwrites of a channel (docs.discord.com, "Permissions",
/// read 2026-11-21).
pub(super) fn permissions(server: &Server, guild: Id, me: Id, overwrites: &[Overwrite]) -> u64 {
    let of = |role: &Id| server.roles.get(role).map_or(0, |role| role.permissions.0);
    let base = server.my_roles.iter().map(of).fold(of(&guild), |all, one| all | one);
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
