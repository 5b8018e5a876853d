//! What was said while nobody listened: the gateway keeps nothing for a bot that was gone, but the channels do.

use std::collections::{HashMap, HashSet};

use bot_core::chat::{Event, EventSink, IntakeClosed};
use serenity::model::Timestamp;

use crate::api::Fault;
use crate::give::AGAIN_MS;
use crate::platform::DiscordPlatform;
use crate::wire::{Channel, Guild, Id, Member, Message};

/// Messages to a call.
const PAGE: usize = 100;
/// The most messages of one channel.
const CHANNEL_MAX: usize = 2_000;
/// Members to a call.
const MEMBERS_PAGE: usize = 1_000;
/// In larger servers who joined meanwhile is not looked for: it would take a call for each thousand members.
const MEMBERS_MAX: u64 = 5_000;

impl DiscordPlatform {
    /// Hands over what was said in a server since then, and who joined it.
    pub(crate) async fn catch_up(
        &self,
        guild: &Guild,
        since_ms: i64,
        session: &str,
        sink: &EventSink,
    ) -> Result<(), IntakeClosed> {
        sink.take_all(self.joined_since(guild, since_ms, session).await).await?;
        let first = Id::first_at(since_ms);
        let spoken_in = |channel: &&Channel| channel.last_message_id.is_some_and(|last| last >= first);
        for channel in guild.channels.iter().chain(&guild.threads).filter(spoken_in) {
            if self.known.spot(channel.id).is_none() {
                continue;
            }
            let events = self.said_since(channel.id, Some(guild.id), first, session).await;
            sink.take_all(events).await?;
        }
        Ok(())
    }

    /// Hands over what was said in private chats since then.
    pub(crate) async fn catch_up_directs(
        &self,
        directs: Vec<Id>,
        since_ms: i64,
        session: &str,
        sink: &EventSink,
    ) -> Result<(), IntakeClosed> {
        for channel in directs {
            let events = self.said_since(channel, None, Id::first_at(since_ms), session).await;
            sink.take_all(events).await?;
        }
        Ok(())
    }

    /// Messages of a channel, oldest first. Without an answer there are none: what cannot be fetched now is not said
    /// to have been taken.
    async fn said_since(&self, channel: Id, guild: Option<Id>, first: Id, session: &str) -> Vec<Event> {
        let mut messages = match self.messages_since(channel, first).await {
            Ok(messages) => messages,
            Err(fault) => {
                tracing::warn!(account = %self.settings.account, %channel, %fault, "what was said in a channel meanwhile cannot be fetched");
                return Vec::new();
            }
        };
        let mut members = HashMap::new();
        if let Some(guild) = guild {
            members = self.members(guild, &messages).await;
        }
        let reader = self.reader(session);
        let unseen = Id::first_at(first.at_ms() + AGAIN_MS + 1);
        let mut events = Vec::new();
        for message in &mut messages {
            let author = message.author.as_ref().map(|author| author.id).unwrap_or_default();
            message.guild_id = guild;
            message.member = members.get(&author).cloned();
            if guild.is_none() && Some(author) != self.known.me() {
                self.known.is_direct(author, channel);
            }
            events.extend(reader.keyed(reader.written(message), 0));
            // What was heard of before may have been changed since. What is new comes as it is now.
            if message.id < unseen {
                events.extend(reader.keyed(reader.edited(message), 0));
            }
        }
        events
    }

    async fn messages_since(&self, channel: Id, first: Id) -> Result<Vec<Message>, Fault> {
        let mut all: Vec<Message> = Vec::new();
        let mut after = Id(first.0.saturating_sub(1));
        loop {
            let path = format!("/channels/{channel}/messages?after={after}&limit={PAGE}");
            let mut page: Vec<Message> = self.patiently(&path).await?;
            page.sort_by_key(|message| message.id);
            let whole = page.len() == PAGE;
            after = page.last().map_or(after, |message| message.id);
            all.append(&mut page);
            if !whole || all.len() >= CHANNEL_MAX {
                return Ok(all);
            }
        }
    }

    /// The authors as members: what they may do is told with each message by the gateway, and not by the history.
    async fn members(&self, guild: Id, messages: &[Message]) -> HashMap<Id, Member> {
        let authors: HashSet<Id> = messages
            .iter()
            .filter(|message| message.webhook_id.is_none())
            .filter_map(|message| message.author.as_ref().map(|author| author.id))
            .filter(|author| Some(*author) != self.known.me())
            .collect();
        let mut members = HashMap::new();
        for author in authors {
            if let Ok(member) = self.patiently::<Member>(&format!("/guilds/{guild}/members/{author}")).await {
                members.insert(author, member);
            }
        }
        members
    }

    async fn joined_since(&self, guild: &Guild, since_ms: i64, session: &str) -> Vec<Event> {
        if guild.member_count.is_none_or(|count| count > MEMBERS_MAX) {
            return Vec::new();
        }
        let (reader, mut events, mut after) = (self.reader(session), Vec::new(), Id(0));
        loop {
            let path = format!("/guilds/{}/members?limit={MEMBERS_PAGE}&after={after}", guild.id);
            let page: Vec<Member> = match self.patiently(&path).await {
                Ok(page) => page,
                Err(fault) => {
                    tracing::warn!(account = %self.settings.account, guild = %guild.id, %fault, "who joined meanwhile cannot be asked");
                    return events;
                }
            };
            let ids = page.iter().filter_map(|member| member.user.as_ref().map(|user| user.id));
            after = ids.max().unwrap_or(after);
            let whole = page.len() == MEMBERS_PAGE;
            let recent = page.into_iter().filter(|member| joined_ms(member) >= Some(since_ms));
            for member in recent {
                let told = reader.joined(&Member { guild_id: Some(guild.id), ..member });
                events.extend(reader.keyed(told, 0));
            }
            if !whole {
                return events;
            }
        }
    }

    /// Asks, and waits where Discord says that it has to.
    async fn patiently<T: serde::de::DeserializeOwned>(&self, path: &str) -> Result<T, Fault> {
        loop {
            match self.api.get(path, self.now_ms()).await {
                Err(Fault::TooFast { wait_ms, .. }) => self.pause(wait_ms).await,
                other => return other,
            }
        }
    }
}

pub(crate) fn joined_ms(member: &Member) -> Option<i64> {
    let at = Timestamp::parse(member.joined_at.as_deref()?).ok()?;
    Some(at.unix_timestamp().saturating_mul(1_000))
}
