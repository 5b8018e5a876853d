//! The Discord accounts that the config names.

use std::collections::BTreeMap;
use std::sync::Arc;

use bot_core::chat::{Lang, Pace, Platform};
use bot_core::clock::Clock;
use bot_core::feature::{CommandSpec, Places};
use bot_core::hall::Hall;
use bot_core::texts::Text;
use guildhall_discord::{Command, DiscordPlatform, Said, Settings};

use crate::config::Config;

/// Commands that are about a message, and stand in the menu of messages too.
const ON_MESSAGES: [&str; 2] = ["report", "ticket"];

/// The accounts, not yet running.
///
/// # Errors
/// One sentence when an address or an id is none.
pub(crate) fn accounts(
    config: &Config,
    hall: &Hall,
    clock: &Arc<dyn Clock>,
) -> Result<Vec<Arc<dyn Platform>>, String> {
    let commands = commands(hall);
    let platform = |(name, account): (String, crate::config::DiscordAccount)| {
        let api_url =
            account.api_url.parse().map_err(|error| format!("[{name}] api_url is no address: {error}"))?;
        let settings = Settings {
            account: name.as_str().into(),
            token: account.token.clone(),
            api_url,
            guilds: account.guild_ids().map_err(|sentence| format!("[{name}] {sentence}"))?,
            private_threads: account.private_threads,
            pace: Pace { account: account.rate, chat: account.chat_rate, group: account.group_rate },
            clock: Arc::clone(clock),
            files: Arc::clone(&hall.files),
            commands: commands.clone(),
        };
        Ok(Arc::new(DiscordPlatform::new(settings)) as Arc<dyn Platform>)
    };
    config.discord.all().map(platform).collect()
}

/// What people are shown when they type `/` or open the menu of a message.
fn commands(hall: &Hall) -> Vec<Command> {
    let specs: BTreeMap<&str, &CommandSpec> =
        hall.features.commands().map(|spec| (spec.name, spec)).collect();
    let said = |text: &Text| Said {
        other: hall.texts.say(hall.default_lang, text),
        en: hall.texts.say(Lang::En, text),
        zh: hall.texts.say(Lang::Zh, text),
    };
    let command = |spec: &&CommandSpec| Command {
        offers: hall.features.offers(spec.name),
        ..command(spec, said(&spec.help()), said(&spec.usage()))
    };
    specs.values().map(command).collect()
}

fn command(spec: &CommandSpec, about: Said, usage: Said) -> Command {
    let (in_servers, in_direct) = places(spec);
    Command {
        name: spec.name.to_owned(),
        about,
        takes: (!spec.args.is_empty()).then_some(usage),
        offers: false,
        for_staff: spec.needs.is_some() || spec.places == Places::Staff,
        in_servers,
        in_direct,
        on_messages: ON_MESSAGES.contains(&spec.name),
    }
}

/// Whether a command is shown in servers, and in the private chat. `/start` opens the private chat.
fn places(spec: &CommandSpec) -> (bool, bool) {
    let in_servers = spec.places != Places::Direct && spec.name != "start";
    let in_direct = spec.needs.is_none() && !matches!(spec.places, Places::Groups | Places::Staff);
    (in_servers, in_direct)
}

#[cfg(test)]
mod tests {
    use super::*;
    use bot_core::roster::Permission;

    #[test]
    fn nobody_is_shown_what_they_cannot_use() {
        let spec = |name, needs, places| CommandSpec { name, needs, places, args: &[] };
        assert_eq!(places(&spec("help", None, Places::Anywhere)), (true, true));
        assert_eq!(places(&spec("mute", Some(Permission::Moderate), Places::Groups)), (true, false));
        assert_eq!(places(&spec("me", None, Places::Direct)), (false, true));
        assert_eq!(places(&spec("start", None, Places::Direct)), (false, true));
        assert_eq!(places(&spec("close", None, Places::StaffOrDirect)), (true, true));
    }

    #[test]
    fn staff_commands_are_marked_and_those_about_messages_stand_in_their_menu() {
        let said = || Said { other: "x".into(), en: "x".into(), zh: "x".into() };
        let spec = |name, needs| CommandSpec { name, needs, places: Places::Groups, args: &[] };
        let mute = command(&spec("mute", Some(Permission::Moderate)), said(), said());
        assert_eq!((mute.for_staff, mute.on_messages, mute.takes), (true, false, None));
        let ticket = command(&spec("ticket", None), said(), said());
        assert_eq!((ticket.for_staff, ticket.on_messages), (false, true));
    }
}
