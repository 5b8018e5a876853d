//! What is done once at start: who the bot is, its commands, and how its updates come.

use bot_core::chat::{Lang, TroubleKind};
use serde::de::IgnoredAny;
use teloxide::payloads::{
    DeleteWebhook, GetMe, GetWebhookInfo, SetMyCommands, SetMyCommandsSetters as _, SetWebhook,
    SetWebhookSetters as _,
};
use teloxide::types::{BotCommand, BotCommandScope};
use url::Url;

use crate::api::Fault;
use crate::platform::TelegramPlatform;
use crate::poll::UPDATES;
use crate::settings::{CommandList, CommandScope, Mode};
use crate::wire::{User, WebhookInfo};

/// How long to wait before Telegram is asked again who the bot is, milliseconds.
const AGAIN_MS: i64 = 10_000;
/// Longest description of a command, characters.
const ABOUT_MAX: usize = 256;

impl TelegramPlatform {
    /// Asks Telegram until it says who the bot is, then sets everything up. Says in words what stands in the way.
    pub(crate) async fn introduce(&self) {
        loop {
            match self.ask_me().await {
                Ok(_) => break,
                Err(fault) => {
                    let asked_ms = self.failed(fault).await;
                    self.pause(asked_ms.unwrap_or(AGAIN_MS)).await;
                }
            }
        }
        self.troubles.over(|kind| matches!(kind, TroubleKind::Unreachable { .. } | TroubleKind::WrongToken));
        self.set_commands().await;
        if self.settings.mode == Mode::Polling {
            self.leave_own_webhook().await;
        }
    }

    /// Asks who the bot is.
    pub(crate) async fn ask_me(&self) -> Result<User, Fault> {
        let me: User = self.api.call(&GetMe::new()).await?;
        if let Some(username) = &me.username {
            self.is_called(username.clone());
        }
        if me.can_read_all_group_messages == Some(false) {
            self.troubles.is(TroubleKind::PrivacyMode);
        } else {
            self.troubles.over(|kind| *kind == TroubleKind::PrivacyMode);
        }
        Ok(me)
    }

    /// Tells Telegram what people are shown when they type `/`. The bot works without it.
    async fn set_commands(&self) {
        for list in &self.settings.commands {
            if let Err(fault) = self.api.call::<_, IgnoredAny>(&commands(list)).await {
                tracing::warn!(account = %self.settings.account, %fault, "Telegram did not take the list of commands");
                return;
            }
        }
    }

    /// Takes away the webhook that this very account had before somebody chose polling. Anybody else's stays: the
    /// poll says so.
    async fn leave_own_webhook(&self) {
        let Ok(info) = self.api.call::<_, WebhookInfo>(&GetWebhookInfo::new()).await else { return };
        let own = format!("/telegram/{}", self.settings.account);
        if Url::parse(&info.url).is_ok_and(|url| url.path().ends_with(&own)) {
            tracing::info!(account = %self.settings.account, "the webhook of an earlier start is taken away, since updates are fetched now");
            if let Err(fault) = self.api.call::<_, IgnoredAny>(&DeleteWebhook::new()).await {
                tracing::warn!(account = %self.settings.account, %fault, "the webhook cannot be taken away");
            }
        }
    }

    /// The host that updates are posted to.
    pub(crate) async fn webhook_host(&self) -> String {
        let info = self.api.call::<_, WebhookInfo>(&GetWebhookInfo::new()).await.unwrap_or_default();
        host(&info.url)
    }

    /// Has Telegram post updates to `address`.
    pub(crate) async fn set_webhook(&self, address: &Url, secret: &str) -> Result<(), Fault> {
        let before: WebhookInfo = self.api.call(&GetWebhookInfo::new()).await?;
        if !before.url.is_empty() && before.url != address.as_str() {
            tracing::warn!(account = %self.settings.account, host = host(&before.url), "updates were posted there until now; from now on they are posted here");
        }
        let set = SetWebhook::new(address.clone()).secret_token(secret).allowed_updates(UPDATES);
        self.api.call::<_, IgnoredAny>(&set).await.map(|_| ())
    }

    /// Looks whether updates still come here, and whether Telegram can post them.
    pub(crate) async fn check_webhook(&self, address: &Url) {
        let Ok(info) = self.api.call::<_, WebhookInfo>(&GetWebhookInfo::new()).await else { return };
        if info.url == address.as_str() {
            self.troubles.over(|kind| matches!(kind, TroubleKind::WebhookElsewhere { .. }));
        } else {
            self.troubles.is(TroubleKind::WebhookElsewhere { host: host(&info.url) });
        }
        match info.last_error_message {
            Some(why) if info.pending_update_count > 0 => self.troubles.is(TroubleKind::WebhookFails { why }),
            _ => self.troubles.over(|kind| matches!(kind, TroubleKind::WebhookFails { .. })),
        }
    }
}

/// The host of an address, which is as much as may be told: its path may hold a secret.
fn host(address: &str) -> String {
    Url::parse(address)
        .ok()
        .and_then(|url| url.host_str().map(str::to_owned))
        .unwrap_or_else(|| "nowhere".to_owned())
}

/// A list of commands as Telegram takes it.
fn commands(list: &CommandList) -> SetMyCommands {
    let scope = match list.scope {
        CommandScope::Private => BotCommandScope::AllPrivateChats,
        CommandScope::Groups => BotCommandScope::AllGroupChats,
        CommandScope::GroupAdmins => BotCommandScope::AllChatAdministrators,
    };
    let about = |about: &str| about.chars().take(ABOUT_MAX).collect::<String>();
    let commands = list.commands.iter().map(|(name, what)| BotCommand::new(name.as_str(), about(what)));
    let set = SetMyCommands::new(commands).scope(scope);
    match list.lang {
        Some(Lang::En) => set.language_code("en"),
        Some(Lang::Zh) => set.language_code("zh"),
        None => set,
    }
}
