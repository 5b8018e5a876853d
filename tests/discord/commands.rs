//! Commands as Discord is told them.

use serde_json::Value;

use super::{lin, on_discord};
use crate::harness::patience::a_while;
use crate::harness::{GROUP, Stage};

/// Starts the program anew, and gives what it registered meanwhile: path and commands.
async fn registered(h: &mut Stage) -> Vec<(String, Vec<Value>)> {
    let before = h.discord().calls_of("PUT", "/commands").len();
    h.kill();
    h.start().await;
    a_while().await;
    h.settle().await;
    let told = h.discord().calls_of("PUT", "/commands").into_iter().skip(before);
    told.map(|call| (call.path, call.body.as_array().cloned().unwrap_or_default())).collect()
}

#[test]
fn commands_are_registered_for_each_server_in_both_languages_and_only_when_they_changed() {
    on_discord(async |h| {
        lin(h).await;
        h.discord().give_commands();
        let told = registered(h).await;
        let guild = h.discord().guild_of(&h.chat(GROUP));
        let (_, of_guild) = told.iter().find(|(path, _)| path.contains(&guild)).expect("the server is told");
        let of = |kind: u64, name: &str| {
            of_guild
                .iter()
                .find(|one| one["type"] == kind && one["name"] == name)
                .cloned()
                .unwrap_or_default()
        };
        assert_eq!(of(1, "ticket")["description"], "Open a ticket");
        assert_eq!(of(1, "ticket")["description_localizations"]["zh-CN"], "提交工单");
        assert_eq!(of(3, "ticket")["name_localizations"]["zh-CN"], "提交工单", "in the menu of messages");
        assert_eq!(of(1, "ticket")["options"][0]["autocomplete"], true, "something is offered for it");
        assert_ne!(of(1, "mute")["options"][0]["autocomplete"], true);
        assert_eq!(of(1, "mute")["default_member_permissions"], "8192", "shown to moderators");
        assert!(told.iter().any(|(path, _)| !path.contains("/guilds/")), "private chats are told theirs");
        assert_eq!(told.len(), 3, "two servers and the private chats");
        assert_eq!(registered(h).await, [], "nothing has changed");
    });
}
