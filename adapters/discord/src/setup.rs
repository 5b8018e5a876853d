//! What is done once at start: who the bot is, what it may see, and its commands.

use bot_core::chat::TroubleKind;
use reqwest_012::Method;
use serde_json::{Value, json};
use serenity::builder::{CreateCommand, CreateCommandOption};
use serenity::model::Permissions;
use serenity::model::application::{CommandOptionType, CommandType, InteractionContext};
use serenity::model::gateway::GatewayIntents;

use crate::api::Fault;
use crate::platform::DiscordPlatform;
use crate::settings::{Command, Said};
use crate::wire::{Application, GatewayBot, Id, User};
use crate::write::components::cut;

/// How long to wait before Discord is asked again who the bot is, milliseconds.
const AGAIN_MS: i64 = 10_000;
/// Longest description, and longest name in a menu, characters.
const ABOUT_MAX: usize = 100;
const MENU_MAX: usize = 32;
/// Most commands in the menu of messages (docs.discord.com, "Application Commands", read 2026-11-21).
const MENU_COMMANDS: usize = 5;

/// What the gateway is to tell, and no more: servers and their channels, who comes and goes, messages and what they
/// say, reactions, private messages, and what AutoMod kept back.
pub(crate) const INTENTS: GatewayIntents = GatewayIntents::GUILDS
    .union(GatewayIntents::GUILD_MEMBERS)
    .union(GatewayIntents::GUILD_MESSAGES)
    .union(GatewayIntents::GUILD_MESSAGE_REACTIONS)
    .union(GatewayIntents::DIRECT_MESSAGES)
    .union(GatewayIntents::DIRECT_MESSAGE_REACTIONS)
    .union(GatewayIntents::AUTO_MODERATION_EXECUTION)
    .union(GatewayIntents::MESSAGE_CONTENT);

/// The flags of an application that may have a privileged intent: verified, or small enough not to need that.
const MEMBERS_FLAGS: u64 = 1 << 14 | 1 << 15;
const CONTENT_FLAGS: u64 = 1 << 18 | 1 << 19;

impl DiscordPlatform {
    /// Asks Discord until it says who the bot is and where its gateway stands. Says in words what stands in the way.
    pub(crate) async fn introduce(&self) -> GatewayBot {
        loop {
            match self.ask_who().await {
                Ok(Some(gateway)) => return gateway,
                Ok(None) => self.pause(AGAIN_MS * 6).await,
                Err(fault) => {
                    let asked_ms = self.failed(fault);
                    self.pause(asked_ms.unwrap_or(AGAIN_MS)).await;
                }
            }
        }
    }

    /// `None` when it may not see what it needs.
    async fn ask_who(&self) -> Result<Option<GatewayBot>, Fault> {
        let application: Application = self.api.get("/applications/@me", self.now_ms()).await?;
        self.known.is_application(application.id);
        if let Some(missing) = missing_intents(application.flags) {
            self.troubles.is(TroubleKind::IntentsOff { which: missing });
            return Ok(None);
        }
        let gateway: GatewayBot = self.api.get("/gateway/bot", self.now_ms()).await?;
        let stops = |kind: &TroubleKind| {
            use TroubleKind as T;
            matches!(kind, T::Unreachable { .. } | T::WrongToken | T::IntentsOff { .. })
        };
        self.troubles.over(stops);
        Ok(Some(gateway))
    }

    /// Says what a failed call at start means. Gives how long Discord asks to wait.
    pub(crate) fn failed(&self, fault: Fault) -> Option<i64> {
        let kind = match fault {
            Fault::TooFast { wait_ms, .. } => return Some(wait_ms),
            Fault::NotDone(why) | Fault::Unknown(why) | Fault::FileGone(why) => {
                TroubleKind::Unreachable { why }
            }
            Fault::Refused { status: 401, .. } => TroubleKind::WrongToken,
            Fault::Refused { words, .. } => TroubleKind::Unreachable { why: words },
        };
        self.troubles.is(kind);
        None
    }

    /// The bot's own id, asked for when nobody has said it yet: what was in hand at the last end is dealt with before the
    /// gateway tells anything.
    pub(crate) async fn myself(&self) -> Result<Id, Fault> {
        if let Some(known) = self.known.me() {
            return Ok(known);
        }
        let me: User = self.api.get("/users/@me", self.now_ms()).await?;
        let id = me.id;
        self.known.is_me(me);
        Ok(id)
    }

    /// The bot's application, asked for when nobody has said it yet.
    pub(crate) async fn application(&self) -> Result<Id, Fault> {
        if let Some(known) = self.known.application() {
            return Ok(known);
        }
        let application: Application = self.api.get("/applications/@me", self.now_ms()).await?;
        self.known.is_application(application.id);
        Ok(application.id)
    }

    /// Registers commands where they are wanted, for as long as the account runs.
    pub(crate) async fn keep_registering(&self) {
        loop {
            let next = self.to_register().pop_front();
            match next {
                Some(guild) => self.register(guild).await,
                None => self.register_more.notified().await,
            }
        }
    }

    /// Tells Discord the commands of a server, or those of private chats, if they are not what it has already. The bot
    /// works without them.
    async fn register(&self, guild: Option<Id>) {
        if self.settings.commands.is_empty() {
            return;
        }
        if let Err(fault) = self.register_changed(guild).await {
            tracing::warn!(account = %self.settings.account, %fault, "Discord did not take the commands");
        }
    }

    async fn register_changed(&self, guild: Option<Id>) -> Result<(), Fault> {
        let application = self.application().await?;
        let path = match guild {
            Some(guild) => format!("/applications/{application}/guilds/{guild}/commands"),
            None => format!("/applications/{application}/commands"),
        };
        let wanted = commands(&self.settings.commands, guild.is_some());
        let there: Vec<Value> =
            self.api.get(&format!("{path}?with_localizations=true"), self.now_ms()).await?;
        if same(&wanted, &there) {
            return Ok(());
        }
        let body = Value::Array(wanted);
        self.done(Method::PUT, &path, Some(&body)).await.map(|_| ())
    }
}

/// The privileged intents that are off in the portal.
fn missing_intents(flags: u64) -> Option<String> {
    let mut missing = Vec::new();
    if flags & MEMBERS_FLAGS == 0 {
        missing.push("Server Members Intent");
    }
    if flags & CONTENT_FLAGS == 0 {
        missing.push("Message Content Intent");
    }
    (!missing.is_empty()).then(|| missing.join(" and "))
}

/// The commands of servers, or of private chats.
fn commands(all: &[Command], of_servers: bool) -> Vec<Value> {
    let shown = |command: &&Command| if of_servers { command.in_servers } else { command.in_direct };
    let slash = all.iter().filter(shown).map(|command| slash(command, of_servers));
    let menu = all.iter().filter(|command| of_servers && command.on_messages).take(MENU_COMMANDS).map(menu);
    slash.chain(menu).filter_map(|command| serde_json::to_value(command).ok()).collect()
}

fn slash(command: &Command, of_servers: bool) -> CreateCommand {
    let about = |text: &str| cut(text, ABOUT_MAX);
    let mut made = CreateCommand::new(&command.name)
        .kind(CommandType::ChatInput)
        .description(about(&command.about.other))
        .description_localized("en-US", about(&command.about.en))
        .description_localized("en-GB", about(&command.about.en))
        .description_localized("zh-CN", about(&command.about.zh))
        .description_localized("zh-TW", about(&command.about.zh));
    if let Some(takes) = &command.takes {
        let option = CreateCommandOption::new(CommandOptionType::String, "text", about(&takes.other))
            .description_localized("en-US", about(&takes.en))
            .description_localized("en-GB", about(&takes.en))
            .description_localized("zh-CN", about(&takes.zh))
            .description_localized("zh-TW", about(&takes.zh))
            .required(false)
            .set_autocomplete(command.offers);
        made = made.add_option(option);
    }
    placed(made, command, of_servers)
}

/// A command in the menu of messages. Its name is what it does, as far as that is short.
fn menu(command: &Command) -> CreateCommand {
    let name = |said: &str| {
        let said = said.trim().trim_end_matches(['.', '。']);
        if said.chars().count() <= MENU_MAX { said.to_owned() } else { command.name.clone() }
    };
    let Said { en, zh, .. } = &command.about;
    // What comes back is the name that is not translated.
    let made = CreateCommand::new(&command.name)
        .kind(CommandType::Message)
        .name_localized("en-US", name(en))
        .name_localized("en-GB", name(en))
        .name_localized("zh-CN", name(zh))
        .name_localized("zh-TW", name(zh));
    placed(made, command, true)
}

fn placed(made: CreateCommand, command: &Command, of_servers: bool) -> CreateCommand {
    if !of_servers {
        return made.contexts(vec![InteractionContext::BotDm]);
    }
    // Who may use it the hall decides; others need not be shown it.
    if command.for_staff { made.default_member_permissions(Permissions::MANAGE_MESSAGES) } else { made }
}

/// Whether Discord has these commands already. It adds ids, versions and defaults of its own to them.
fn same(wanted: &[Value], there: &[Value]) -> bool {
    let key = |command: &Value| (command["type"].as_u64().unwrap_or(1), command["name"].to_string());
    let mut wanted: Vec<&Value> = wanted.iter().collect();
    let mut there: Vec<&Value> = there.iter().collect();
    wanted.sort_by_key(|command| key(command));
    there.sort_by_key(|command| key(command));
    wanted.len() == there.len() && wanted.iter().zip(there).all(|(wanted, there)| is_within(wanted, there))
}

/// Whether all that is wanted stands there. What is empty or off need not be written.
fn is_within(wanted: &Value, there: &Value) -> bool {
    let is_nothing = |value: &Value| match value {
        Value::Null | Value::Bool(false) => true,
        Value::Array(all) => all.is_empty(),
        Value::Object(all) => all.is_empty(),
        Value::String(text) => text.is_empty(),
        Value::Number(_) | Value::Bool(true) => false,
    };
    match (wanted, there) {
        (Value::Object(wanted), Value::Object(_)) => {
            wanted.iter().all(|(name, value)| is_within(value, &there[name.as_str()]))
        }
        (Value::Array(wanted), Value::Array(there)) => {
            wanted.len() == there.len()
                && wanted.iter().zip(there).all(|(wanted, there)| is_within(wanted, there))
        }
        _ => wanted == there || is_nothing(wanted) && is_nothing(there),
    }
}

/// The body of what begins a session.
pub(crate) fn identify(token: &str, shard: (u32, u32)) -> Value {
    json!({
        "token": token,
        "intents": INTENTS.bits(),
        "properties": { "os": std::env::consts::OS, "browser": "guildhall", "device": "guildhall" },
        "shard": [shard.0, shard.1],
        "large_threshold": 50,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Said {
        Said { other: text.into(), en: text.into(), zh: format!("{text}（中文）") }
    }

    fn command(name: &str) -> Command {
        Command {
            name: name.into(),
            about: said("Report a message"),
            takes: Some(said("what is wrong with it")),
            offers: name == "mute",
            for_staff: name == "mute",
            in_servers: true,
            in_direct: name == "tickets",
            on_messages: name == "report",
        }
    }

    #[test]
    fn commands_are_told_again_only_when_they_changed() {
        let all = [command("report"), command("mute")];
        let wanted = commands(&all, true);
        let mut there = wanted.clone();
        there.reverse();
        for (at, one) in there.iter_mut().enumerate() {
            one["id"] = json!(at.to_string());
            one["version"] = json!("7");
            one["nsfw"] = json!(false);
        }
        assert!(same(&wanted, &there));
        let mute = there.iter_mut().find(|one| one["name"] == "mute").unwrap();
        mute["description_localizations"]["zh-CN"] = json!("别的");
        assert!(!same(&wanted, &there));
        assert!(!same(&wanted, &wanted[1..]));
    }

    #[test]
    fn who_may_not_use_a_command_is_not_shown_it() {
        let all = [command("report"), command("mute"), command("tickets")];
        let told = commands(&all, true);
        let of = |kind: u64, name: &str| {
            told.iter().find(|one| one["name"] == name && one["type"].as_u64() == Some(kind)).cloned()
        };
        assert_eq!(of(1, "mute").unwrap()["default_member_permissions"], "8192");
        assert_eq!(of(1, "report").unwrap().get("default_member_permissions"), None);
        let menu = of(3, "report").unwrap();
        assert_eq!(menu["name_localizations"]["zh-CN"], "Report a message（中文）");
        assert!(of(3, "mute").is_none());
        let direct = commands(&all, false);
        assert_eq!((direct.len(), &direct[0]["contexts"]), (1, &json!([1])));
    }

    #[test]
    fn intents_that_are_off_are_named_as_the_portal_names_them() {
        assert_eq!(missing_intents(1 << 15 | 1 << 19), None);
        assert_eq!(missing_intents(1 << 14 | 1 << 18), None);
        assert_eq!(missing_intents(1 << 15), Some("Message Content Intent".into()));
        assert_eq!(missing_intents(0), Some("Server Members Intent and Message Content Intent".into()));
    }

    #[test]
    fn no_more_is_asked_for_than_is_used() {
        let expected = 1 | 1 << 1 | 1 << 9 | 1 << 10 | 1 << 12 | 1 << 13 | 1 << 15 | 1 << 21;
        assert_eq!(INTENTS.bits(), expected);
    }
}
