//! The Telegram accounts that the config names.

use std::collections::BTreeMap;
use std::sync::Arc;

use bot_core::chat::{Lang, Pace, PostBox};
use bot_core::clock::Clock;
use bot_core::feature::{CommandSpec, Places, Registry};
use bot_core::hall::Hall;
use bot_core::texts::Texts;
use guildhall_telegram::{CommandList, CommandScope, Mode, Settings, TelegramPlatform};

use crate::config::{Config, TelegramMode};

/// The accounts, not yet running.
///
/// # Errors
/// One sentence when an address is none.
pub(crate) fn accounts(
    config: &Config,
    hall: &Arc<Hall>,
    clock: &Arc<dyn Clock>,
) -> Result<Vec<Arc<TelegramPlatform>>, String> {
    let commands = commands(&hall.features, &hall.texts, hall.default_lang);
    let platform = |(name, account): (String, crate::config::TelegramAccount)| {
        let address = |what: &str, url: &str| {
            url.parse().map_err(|error| format!("[{name}] {what} is no address: {error}"))
        };
        let mode = match account.mode {
            TelegramMode::Polling => Mode::Polling,
            TelegramMode::Webhook => Mode::Webhook {
                secret: account.webhook_secret,
                public_url: address("[server] public_url", &config.public_url())?,
            },
        };
        let api_url = address("api_url", &account.api_url)?;
        let settings = Settings {
            account: name.as_str().into(),
            token: account.token.clone(),
            api_url,
            mode,
            clock: Arc::clone(clock),
            commands: commands.clone(),
            files: Arc::clone(&hall.files),
            local_server: account.local_server,
            pace: Pace { account: account.rate, chat: account.chat_rate, group: account.group_rate },
            paid_broadcast: account.paid_broadcast,
            posts: Some(PostBox::of(hall)),
        };
        Ok(Arc::new(TelegramPlatform::new(settings)))
    };
    config.telegram.all().map(platform).collect()
}

/// What people are shown when they type `/`: in private what anybody may do, in groups what members may, and to
/// admins of groups also what staff may. In English, in Chinese, and in the hall's language for everybody else.
fn commands(features: &Registry, texts: &Texts, default_lang: Lang) -> Vec<CommandList> {
    let mut lists = Vec::new();
    for scope in [CommandScope::Private, CommandScope::Groups, CommandScope::GroupAdmins] {
        let specs: BTreeMap<&str, &CommandSpec> =
            features.commands().filter(|spec| shown(scope, spec)).map(|spec| (spec.name, spec)).collect();
        for lang in [None, Some(Lang::En), Some(Lang::Zh)] {
            let said = lang.unwrap_or(default_lang);
            let command =
                |(name, spec): (&&str, &&CommandSpec)| ((*name).to_owned(), texts.say(said, &spec.help()));
            lists.push(CommandList { scope, lang, commands: specs.iter().map(command).collect() });
        }
    }
    lists
}

/// Whether a list shows a command. What only staff can do is shown to nobody else, and `/start` is what Telegram
/// sends by itself.
fn shown(scope: CommandScope, spec: &CommandSpec) -> bool {
    let open = spec.needs.is_none();
    let listed = spec.name != "start";
    listed
        && match scope {
            CommandScope::Private => open && !matches!(spec.places, Places::Groups | Places::Staff),
            CommandScope::Groups => open && matches!(spec.places, Places::Anywhere | Places::Groups),
            CommandScope::GroupAdmins => spec.places != Places::Direct,
        }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bot_core::roster::Permission;

    #[test]
    fn nobody_is_shown_what_they_cannot_use() {
        let spec = |needs, places| CommandSpec { name: "x", needs, places, args: &[] };
        let everybody = spec(None, Places::Anywhere);
        let staff = spec(Some(Permission::Moderate), Places::Groups);
        let private = spec(None, Places::Direct);
        let scopes = [CommandScope::Private, CommandScope::Groups, CommandScope::GroupAdmins];
        let of = |spec: &CommandSpec| scopes.map(|scope| shown(scope, spec));
        assert_eq!(of(&everybody), [true, true, true]);
        assert_eq!(of(&staff), [false, false, true]);
        assert_eq!(of(&private), [true, false, false]);
    }

    #[test]
    fn each_place_has_its_commands_in_each_language() {
        let features = bot_core::features::all(Default::default());
        let lists = commands(&features, &Texts::new(jiff::tz::TimeZone::UTC), Lang::Zh);
        assert_eq!(lists.len(), 9, "three places, in two languages and for everybody else");
        for list in &lists {
            let has = |name: &str| list.commands.iter().any(|(own, _)| own == name);
            assert!(has("help") && !has("start"));
            assert_eq!(has("lock"), list.scope == CommandScope::GroupAdmins);
            assert_eq!(has("me"), list.scope == CommandScope::Private, "{:?}", list.scope);
            let is_chinese = list.commands.iter().all(|(_, about)| !about.is_ascii());
            assert_eq!(is_chinese, list.lang != Some(Lang::En));
        }
    }
}
