//! Servers, channels and rights, held against what the gateway tells.

use bot_core::chat::{MemberRole, Right};
use serde_json::json;

use super::*;

fn guild(channels: serde_json::Value) -> Guild {
    let all = (Permissions::VIEW_CHANNEL | Permissions::SEND_MESSAGES | Permissions::MANAGE_MESSAGES).bits();
    serde_json::from_value(json!({
        "id": "1", "name": "Sellers", "owner_id": "50", "system_channel_id": "11",
        "roles": [{"id": "1", "permissions": all.to_string()}, {"id": "2", "permissions": "8"},
            {"id": "3", "permissions": "0"}],
        "members": [{"user": {"id": "9"}, "roles": ["3"]}],
        "channels": channels,
    }))
    .unwrap()
}

fn known(channels: serde_json::Value) -> (Known, Changed) {
    let known = Known::default();
    known.is_me(User { id: Id(9), ..User::default() });
    let changed = known.saw_guild(&guild(channels));
    (known, changed)
}

fn two() -> serde_json::Value {
    json!([{"id": "11", "type": 0, "name": "general", "position": 1},
        {"id": "12", "type": 0, "name": "orders", "position": 0}, {"id": "13", "type": 2, "name": "voice"}])
}

#[test]
fn the_main_channel_goes_by_the_name_of_its_server() {
    let (known, changed) = known(two());
    let titles: Vec<&str> = changed.there.iter().map(|chat| chat.title.as_str()).collect();
    assert_eq!(titles, ["Sellers", "Sellers #orders"]);
    assert_eq!(known.main_chat(Id(1)).unwrap().key.as_str(), "11");
    assert_eq!(known.saw_guild(&guild(two())), Changed::default(), "nothing new the second time");
}

#[test]
fn overwrites_count_for_everyone_then_for_roles_then_for_the_bot() {
    let overwrites =
        json!([{"id": "1", "deny": "2048", "allow": "0"}, {"id": "3", "allow": "2048", "deny": "8192"}]);
    let (known, _) =
        known(json!([{"id": "11", "type": 0, "name": "a", "permission_overwrites": overwrites}]));
    assert_eq!(known.rights(Id(11)), Some(vec![Right::Write]));
    let own = json!([{"id": "9", "deny": "1024", "allow": "0"}]);
    let hidden: Channel = serde_json::from_value(
        json!({"id": "11", "guild_id": "1", "type": 0, "name": "a", "permission_overwrites": own}),
    )
    .unwrap();
    let changed = known.saw_channel(&hidden);
    assert_eq!((changed.there.len(), changed.gone.len()), (0, 1), "what the bot cannot see it is not in");
}

#[test]
fn owners_and_admins_are_told_from_members() {
    let (known, _) = known(two());
    let role = |user, roles: &[Id]| known.role(Some(Id(1)), Id(user), roles);
    assert_eq!(role(50, &[]), MemberRole::Owner);
    assert_eq!(role(51, &[Id(2)]), MemberRole::Admin);
    assert_eq!(role(52, &[Id(3)]), MemberRole::Member);
    assert_eq!(known.role(None, Id(50), &[]), MemberRole::Member);
}

#[test]
fn a_thread_is_a_spot_of_its_chat_and_has_its_rights() {
    let (known, _) = known(two());
    let thread: Channel = serde_json::from_value(
        json!({"id": "77", "type": 11, "guild_id": "1", "parent_id": "12", "name": "T-1"}),
    )
    .unwrap();
    assert_eq!(known.saw_channel(&thread), Changed::default());
    let spot = known.spot(Id(77)).unwrap();
    assert_eq!((spot.chat.key.as_str(), spot.thread), ("12", Some(Id(77))));
    assert_eq!(known.rights(Id(77)), known.rights(Id(12)));
    assert_eq!(known.spot(Id(13)), None, "a voice channel is no chat");
}
