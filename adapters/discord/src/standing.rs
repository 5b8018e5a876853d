//! What a mute or a lock changes: asked before, and brought back as it was.
//!
//! A channel is locked by its permission overwrites: nobody may write but admins, to whom overwrites do not apply, and
//! the bot. Lifting the lock brings back the bits that it changed and no others, so that what staff changed meanwhile
//! stays.

use bot_core::chat::{Delivered, Standing, UserKey};
use reqwest_012::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use serenity::model::{Permissions, Timestamp};

use crate::api::Fault;
use crate::perform::need_user;
use crate::platform::DiscordPlatform;
use crate::wire::Id;

/// What nobody may do in a locked channel.
const LOCKED: u64 = Permissions::SEND_MESSAGES
    .union(Permissions::SEND_MESSAGES_IN_THREADS)
    .union(Permissions::CREATE_PUBLIC_THREADS)
    .union(Permissions::CREATE_PRIVATE_THREADS)
    .union(Permissions::ADD_REACTIONS)
    .bits();
/// What stands for a member who was not timed out. Never nothing: a time-out of our own, looked at again after a crash or
/// when it is renewed, would be taken for what stood before.
const NOT_TIMED_OUT: &str = "none";
/// Overwrites for a role, and for a member.
const OF_ROLE: u8 = 0;
const OF_MEMBER: u8 = 1;

/// An overwrite with all of its fields, as it is read and written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Overwrite {
    id: String,
    #[serde(rename = "type")]
    kind: u8,
    allow: String,
    deny: String,
}

impl Overwrite {
    fn bits(&self) -> (u64, u64) {
        (self.allow.parse().unwrap_or_default(), self.deny.parse().unwrap_or_default())
    }

    fn with(&self, allow: u64, deny: u64) -> Self {
        Self { allow: allow.to_string(), deny: deny.to_string(), ..self.clone() }
    }
}

#[derive(Deserialize)]
struct Shown {
    #[serde(default)]
    permission_overwrites: Vec<Overwrite>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct TimedOut {
    communication_disabled_until: Option<String>,
}

impl DiscordPlatform {
    /// How something stands.
    pub(crate) async fn look(&self, chat: Id, at: &Standing) -> Result<Delivered, Fault> {
        let before = match at {
            Standing::Member(user) => {
                Some(self.timed_out_until(chat, user).await?.unwrap_or_else(|| NOT_TIMED_OUT.to_owned()))
            }
            Standing::Chat => serde_json::to_string(&self.overwrites(chat).await?).ok(),
        };
        Ok(Delivered { before, ..Delivered::default() })
    }

    /// The time-out that somebody has already; `None` when they have none.
    async fn timed_out_until(&self, chat: Id, user: &UserKey) -> Result<Option<String>, Fault> {
        let path = format!("/guilds/{}/members/{}", self.guild_of(chat).await?, need_user(user)?);
        let member: TimedOut = self.api.get(&path, self.now_ms()).await?;
        Ok(still_ahead(member.communication_disabled_until.as_deref(), self.now_ms()))
    }

    /// Lifts a mute. Who was timed out by somebody else until later is so again.
    pub(crate) async fn unmute(
        &self,
        chat: Id,
        user: &UserKey,
        before: Option<&str>,
    ) -> Result<Delivered, Fault> {
        let until = still_ahead(before, self.now_ms());
        self.change_member(chat, user, &json!({ "communication_disabled_until": until })).await
    }

    async fn overwrites(&self, chat: Id) -> Result<Vec<Overwrite>, Fault> {
        let shown: Shown = self.api.get(&format!("/channels/{chat}"), self.now_ms()).await?;
        Ok(shown.permission_overwrites)
    }

    /// Lets nobody write but admins and the bot. Locking what is locked changes nothing.
    pub(crate) async fn lock(&self, chat: Id) -> Result<Delivered, Fault> {
        let guild = self.guild_of(chat).await?;
        let me = self.myself().await?;
        let there = self.overwrites(chat).await?;
        // Discord lets a bot set only what it may do itself.
        let held = self.known.permissions(chat).unwrap_or(u64::MAX);
        self.overwrite(chat, locked(&there, guild, me, LOCKED & held)).await
    }

    /// Lets people write as before.
    pub(crate) async fn unlock(&self, chat: Id, before: Option<&str>) -> Result<Delivered, Fault> {
        let guild = self.guild_of(chat).await?;
        let there = self.overwrites(chat).await?;
        let before = before.and_then(|before| serde_json::from_str::<Vec<Overwrite>>(before).ok());
        let before = before.unwrap_or_else(|| without_lock(&there, guild));
        self.overwrite(chat, unlocked(&there, &before)).await
    }

    async fn overwrite(&self, chat: Id, overwrites: Vec<Overwrite>) -> Result<Delivered, Fault> {
        let body: Value = json!({ "permission_overwrites": overwrites });
        self.done(Method::PATCH, &format!("/channels/{chat}"), Some(&body)).await
    }
}

/// A moment, if it is still to come.
fn still_ahead(moment: Option<&str>, now_ms: i64) -> Option<String> {
    let at = Timestamp::parse(moment?).ok()?;
    (at.unix_timestamp().saturating_mul(1_000) > now_ms).then(|| at.to_string())
}

/// The overwrites of a channel in which nobody may use these bits.
fn locked(there: &[Overwrite], guild: Id, me: Id, bits: u64) -> Vec<Overwrite> {
    let (guild, me) = (guild.to_string(), me.to_string());
    let blank =
        |id: &str, kind| Overwrite { id: id.to_owned(), kind, allow: "0".to_owned(), deny: "0".to_owned() };
    let mut all = there.to_vec();
    for (id, kind) in [(&guild, OF_ROLE), (&me, OF_MEMBER)] {
        if !all.iter().any(|one| one.id == *id) {
            all.push(blank(id, kind));
        }
    }
    let lock = |one: &Overwrite| {
        let (allow, deny) = one.bits();
        if one.id == me {
            one.with(allow | bits, deny & !bits)
        } else if one.id == guild {
            one.with(allow & !bits, deny | bits)
        } else {
            // Who was allowed by name is so no more; who was denied stays so.
            one.with(allow & !bits, deny)
        }
    };
    all.iter().map(lock).collect()
}

/// The overwrites with the bits of the lock as they were. Those that the lock brought with it, and that hold nothing
/// else, are gone.
fn unlocked(there: &[Overwrite], before: &[Overwrite]) -> Vec<Overwrite> {
    let mut all = Vec::new();
    for one in there {
        let was = before.iter().find(|was| was.id == one.id);
        let ((allow, deny), (was_allow, was_deny)) =
            (one.bits(), was.map(Overwrite::bits).unwrap_or_default());
        let back = one.with(allow & !LOCKED | was_allow & LOCKED, deny & !LOCKED | was_deny & LOCKED);
        if was.is_some() || back.bits() != (0, 0) {
            all.push(back);
        }
    }
    all
}

/// What stood before a lock of which nobody remembers what stood before it: everybody may write.
fn without_lock(there: &[Overwrite], guild: Id) -> Vec<Overwrite> {
    let guild = guild.to_string();
    let open = |one: &Overwrite| {
        let (allow, deny) = one.bits();
        if one.id == guild { one.with(allow, deny & !LOCKED) } else { one.clone() }
    };
    there.iter().map(open).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(id: &str, kind: u8, allow: u64, deny: u64) -> Overwrite {
        Overwrite { id: id.into(), kind, allow: allow.to_string(), deny: deny.to_string() }
    }

    const SEND: u64 = 1 << 11;
    const VIEW: u64 = 1 << 10;

    #[test]
    fn a_lock_closes_to_all_but_the_bot_and_opens_as_it_was() {
        let before = [
            one("1", OF_ROLE, VIEW, 1 << 6),
            one("5", OF_ROLE, SEND | VIEW, 0),
            one("8", OF_MEMBER, 0, SEND),
        ];
        let closed = locked(&before, Id(1), Id(9), LOCKED);
        assert_eq!(closed[0], one("1", OF_ROLE, VIEW, LOCKED));
        assert_eq!(closed[1], one("5", OF_ROLE, VIEW, 0));
        assert_eq!(closed[2], one("8", OF_MEMBER, 0, SEND));
        assert_eq!(closed[3], one("9", OF_MEMBER, LOCKED, 0));
        assert_eq!(locked(&closed, Id(1), Id(9), LOCKED), closed, "locking twice is locking once");
        assert_eq!(unlocked(&closed, &before), before);
    }

    #[test]
    fn what_staff_changed_meanwhile_stays() {
        let before = [one("1", OF_ROLE, 0, 0)];
        let mut closed = locked(&before, Id(1), Id(9), LOCKED);
        closed[0] = closed[0].with(VIEW, LOCKED);
        closed.push(one("7", OF_ROLE, 0, VIEW));
        let expected = [one("1", OF_ROLE, VIEW, 0), one("7", OF_ROLE, 0, VIEW)];
        assert_eq!(unlocked(&closed, &before), expected);
    }

    #[test]
    fn a_lock_of_which_nobody_remembers_anything_is_lifted_all_the_same() {
        let closed = locked(&[], Id(1), Id(9), LOCKED);
        let open = unlocked(&closed, &without_lock(&closed, Id(1)));
        assert!(open.iter().all(|one| one.id != "1" || one.bits().1 & LOCKED == 0), "{open:?}");
    }

    #[test]
    fn only_a_time_out_that_is_still_ahead_is_brought_back() {
        let until = "2026-11-21T08:00:00+00:00";
        assert!(still_ahead(Some(until), 1_795_247_999_000).is_some());
        assert_eq!(still_ahead(Some(until), 1_795_248_000_000), None);
        assert_eq!((still_ahead(None, 0), still_ahead(Some("soon"), 0)), (None, None));
    }
}
