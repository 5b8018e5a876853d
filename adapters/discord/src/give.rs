//! Hands what the gateway tells over to the hall, with what has to be known first.

use std::collections::HashSet;
use std::sync::Arc;

use bot_core::chat::{Event, EventBody, EventSink, Heard, IntakeClosed, UserInfo};
use serde::Deserialize as _;
use serde_json::Value;

use crate::api::Fault;
use crate::gateway::Missed;
use crate::platform::DiscordPlatform;
use crate::read::{Dispatch, FILTERED, Reader, press_of, user_info};
use crate::wire::{AuditLog, Channel, Guild, Id, Interaction, Message};
use crate::write::components::OPEN_DIRECT;

/// So many private chats are asked for what was said in them while nobody listened: those that were spoken in last.
const DIRECTS_ASKED: i64 = 100;
/// What was taken last is asked for again as far back, milliseconds: events of several chats are taken side by side, and
/// what comes twice changes nothing.
pub(crate) const AGAIN_MS: i64 = 10 * 60_000;
/// No more than so much history is fetched, milliseconds: what is older nobody waits for any more, and the hall does
/// not remember for longer what it has taken.
const HISTORY_MS: i64 = 24 * 60 * 60_000;

/// What is handed along with a batch of dispatches.
pub(crate) struct Task {
    /// The session.
    pub(crate) session: String,
    /// Servers whose history is still to be asked for.
    pub(crate) awaited: HashSet<Id>,
    /// Since when.
    pub(crate) since_ms: Option<i64>,
    /// What the session before this one told while nobody listened.
    pub(crate) missed: Option<Arc<Missed>>,
}

/// A batch that has taken effect.
pub(crate) struct Taken {
    /// Its last dispatch.
    pub(crate) seq: u64,
    /// As handed along, less those that were asked for.
    pub(crate) awaited: HashSet<Id>,
    /// As handed along.
    pub(crate) since_ms: Option<i64>,
}

/// What the log of a server calls the adding of a bot.
const BOT_ADD: u32 = 28;

/// Says in an event of a chat who added the bot.
fn added_by(event: &mut Event, by: Option<&UserInfo>) {
    if let EventBody::ChatChanged { bot_present: true, added_by, .. } = &mut event.body {
        *added_by = by.cloned();
    }
}

impl DiscordPlatform {
    /// Hands dispatches over, in order, and returns once all have taken effect.
    ///
    /// # Errors
    /// [`IntakeClosed`] when the program is stopping.
    pub(crate) async fn take(
        &self,
        batch: Vec<Dispatch>,
        mut task: Task,
        sink: &EventSink,
    ) -> Result<Taken, IntakeClosed> {
        let mut events = Vec::with_capacity(batch.len());
        let (mut seq, mut heard) = (0, Vec::new());
        for mut dispatch in batch {
            seq = dispatch.seq;
            if self.is_of_no_server(&dispatch) {
                continue;
            }
            self.prepare(&mut dispatch).await;
            let reader = self.reader(&task.session);
            events.extend(reader.events(&dispatch));
            match dispatch.name.as_str() {
                "READY" => {
                    sink.take_all(std::mem::take(&mut events)).await?;
                    self.begins(&dispatch.data, &mut task, sink).await?;
                }
                "GUILD_CREATE" => {
                    let Ok(guild) = Guild::deserialize(&dispatch.data) else { continue };
                    if !self.serves(guild.id) || guild.unavailable {
                        continue;
                    }
                    self.wants_commands(Some(guild.id));
                    match (task.awaited.remove(&guild.id), task.since_ms) {
                        (true, since_ms) => {
                            sink.take_all(std::mem::take(&mut events)).await?;
                            self.take_missed(&task, Some(guild.id), sink).await?;
                            if let Some(since_ms) = since_ms {
                                self.catch_up(&guild, since_ms, &task.session, sink).await?;
                            }
                        }
                        (false, _) => {
                            let by = self.who_added(guild.id).await;
                            events.iter_mut().for_each(|event| added_by(event, by.as_ref()));
                        }
                    }
                }
                "INTERACTION_CREATE" if self.asked.came(&dispatch.data) => {}
                "INTERACTION_CREATE" => heard.extend(self.waits_for_answer(&dispatch.data)),
                _ => {}
            }
        }
        sink.take_all(events).await?;
        heard.into_iter().for_each(|press| self.presses.is_heard(press, self.now_ms()));
        Ok(Taken { seq, awaited: task.awaited, since_ms: task.since_ms })
    }

    /// Whether a dispatch speaks of a server that the bot is not in. It is passed over: said once for each server, and
    /// counted.
    fn is_of_no_server(&self, dispatch: &Dispatch) -> bool {
        let Some(guild) = dispatch.data.get("guild_id").and_then(|id| Id::deserialize(id).ok()) else {
            return false;
        };
        if !self.serves(guild) || self.known.has_guild(guild) {
            return false;
        }
        metrics::counter!("guildhall_discord_unknown_servers_total").increment(1);
        if self.known.is_stranger(guild) {
            tracing::warn!(account = %self.settings.account, %guild, dispatch = dispatch.name, "Discord speaks of a server that the bot is not in; it is passed over");
        }
        true
    }

    /// Hands over what the session before this one told of a server, or of none, while nobody listened.
    async fn take_missed(
        &self,
        task: &Task,
        guild: Option<Id>,
        sink: &EventSink,
    ) -> Result<(), IntakeClosed> {
        let Some(missed) = &task.missed else { return Ok(()) };
        let before = Task {
            session: missed.session().to_owned(),
            awaited: HashSet::new(),
            since_ms: None,
            missed: None,
        };
        Box::pin(self.take(missed.about(guild), before, sink)).await.map(|_| ())
    }

    /// Who added the bot to a server, where it may read the server's log.
    async fn who_added(&self, guild: Id) -> Option<UserInfo> {
        let path = format!("/guilds/{guild}/audit-logs?action_type={BOT_ADD}&limit=10");
        let log: AuditLog = self.api.get(&path, self.now_ms()).await.ok()?;
        let entry = log.audit_log_entries.iter().find(|entry| entry.target_id == self.known.me())?;
        let user = log.users.iter().find(|user| Some(user.id) == entry.user_id)?;
        Some(user_info(user, None))
    }

    /// What dispatches mean in a session.
    pub(crate) fn reader<'a>(&'a self, session: &'a str) -> Reader<'a> {
        Reader {
            account: &self.settings.account,
            session,
            guilds: &self.settings.guilds,
            known: &self.known,
            own: &self.own,
            now_ms: self.now_ms(),
        }
    }

    /// Whether a server is one that is served.
    pub(crate) fn serves(&self, guild: Id) -> bool {
        self.settings.guilds.is_empty() || self.settings.guilds.contains(&guild.0)
    }

    /// A session begins: what was said before it nobody tells but the history.
    async fn begins(&self, ready: &Value, task: &mut Task, sink: &EventSink) -> Result<(), IntakeClosed> {
        let ids = ready["guilds"].as_array().into_iter().flatten();
        task.awaited = ids.filter_map(|guild| Id::deserialize(&guild["id"]).ok()).collect();
        let heard = match sink.heard(&self.settings.account, DIRECTS_ASKED).await {
            Ok(heard) => heard,
            Err(error) => {
                tracing::error!(account = %self.settings.account, %error, "how far this account was heard cannot be read; its history is not asked for");
                Heard::default()
            }
        };
        let directs: Vec<Id> = heard.directs.iter().filter_map(|chat| Id::read(chat.as_str())).collect();
        for channel in &directs {
            self.known.saw_channel(&Channel { id: *channel, kind: 1, ..Channel::default() });
        }
        self.take_missed(task, None, sink).await?;
        let Some(until_ms) = heard.until_ms else { return Ok(()) };
        let since_ms = (until_ms - AGAIN_MS).max(self.now_ms() - HISTORY_MS);
        task.since_ms = Some(since_ms);
        self.catch_up_directs(directs, since_ms, &task.session, sink).await
    }

    /// Learns what a dispatch speaks of and nobody has told yet. Without an answer it goes on without.
    async fn prepare(&self, dispatch: &mut Dispatch) {
        let data = &dispatch.data;
        let channel = data.get("channel_id").and_then(|id| Id::deserialize(id).ok());
        let guild = data.get("guild_id").and_then(|id| Id::deserialize(id).ok());
        match dispatch.name.as_str() {
            "MESSAGE_CREATE" if guild.is_none() => {
                if let Ok(message) = Message::deserialize(data)
                    && let Some(author) = message.author.filter(|author| Some(author.id) != self.known.me())
                {
                    self.known.is_direct(author.id, message.channel_id);
                }
            }
            "MESSAGE_CREATE" | "MESSAGE_UPDATE" | "MESSAGE_DELETE" | "MESSAGE_DELETE_BULK" => {
                self.learn(channel, guild).await;
            }
            FILTERED => {
                if let Some(member) = self.whom_it_filtered(data).await {
                    dispatch.data["member"] = member;
                }
            }
            "INTERACTION_CREATE" => {
                if let Ok(interaction) = Interaction::deserialize(data) {
                    self.prepare_interaction(&interaction).await;
                }
            }
            _ => {}
        }
    }

    /// Who wrote what AutoMod kept back: it tells of an id alone.
    async fn whom_it_filtered(&self, data: &Value) -> Option<Value> {
        let guild = Id::deserialize(data.get("guild_id")?).ok()?;
        let user = Id::deserialize(data.get("user_id")?).ok()?;
        let is_told = self.serves(guild) && self.known.has_guild(guild) && data["action"]["type"] == 1;
        if !is_told {
            return None;
        }
        self.api.get(&format!("/guilds/{guild}/members/{user}"), self.now_ms()).await.ok()
    }

    async fn learn(&self, channel: Option<Id>, guild: Option<Id>) {
        let Some(channel) = channel.filter(|channel| self.known.place(*channel).is_none()) else { return };
        if !guild.is_some_and(|guild| self.serves(guild)) {
            return;
        }
        if let Err(fault) = self.ask_about(channel).await {
            tracing::debug!(account = %self.settings.account, %channel, %fault, "a channel is not told");
        }
    }

    async fn prepare_interaction(&self, interaction: &Interaction) {
        let Some(channel) = interaction.channel_id else { return };
        let user = interaction.user.as_ref().or_else(|| interaction.member.as_ref()?.user.as_ref());
        let Some(user) = user else { return };
        match (interaction.guild_id, &interaction.channel) {
            (None, _) => self.known.is_direct(user.id, channel),
            (Some(guild), Some(told))
                if self.known.place(channel).is_none() && self.known.has_guild(guild) =>
            {
                self.known.saw_channel(&Channel { guild_id: Some(guild), ..told.clone() });
            }
            (guild, _) => self.learn(Some(channel), guild).await,
        }
        if interaction.data.custom_id.starts_with(OPEN_DIRECT)
            && let Err(fault) = self.opened_for(user.id).await
        {
            tracing::warn!(account = %self.settings.account, %fault, "a private chat was not opened");
        }
    }

    /// The private channel of somebody who has just asked for it. Who is told to wait waits, or the press would be lost.
    async fn opened_for(&self, user: Id) -> Result<Id, Fault> {
        loop {
            match self.direct_of(user).await {
                Err(Fault::TooFast { wait_ms, .. }) => self.pause(wait_ms).await,
                other => return other,
            }
        }
    }

    /// Somebody waits for an answer, and is told of a failure when none comes. Gives the press if nobody will answer it:
    /// it is quieted as soon as it has taken effect, so that who lost it in a crash is told.
    fn waits_for_answer(&self, data: &Value) -> Option<Id> {
        let interaction = Interaction::deserialize(data).ok()?;
        let press = press_of(&interaction)?;
        // The hall answers presses and commands. What it hears as something else is only quieted.
        let opens = interaction.data.custom_id.starts_with(OPEN_DIRECT);
        let starts = interaction.data.name == "start" && interaction.guild_id.is_none();
        let waits = press.kind != crate::keys::PressKind::Form && !opens && !starts;
        self.presses.came(press, interaction.id.at_ms().min(self.now_ms()));
        (!waits).then_some(interaction.id)
    }
}
