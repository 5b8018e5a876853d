//! What is offered to who types a command.

use bot_core::chat::ChatKey;
use bot_core::roster::Role;
use serde_json::Value;

use super::on_discord;
use crate::harness::patience::comes_about;
use crate::harness::{GROUP, STAFF, Stage};

/// Somebody types a command, and reads what is offered: values and labels.
async fn typing(
    h: &mut Stage,
    name: &str,
    chat: &ChatKey,
    command: &str,
    text: &str,
) -> Vec<(String, String)> {
    let asked = h.discord().types(chat, &h.user(name), command, text);
    h.settle().await;
    comes_about(|| !h.discord().answers(asked).is_empty()).await;
    let answers = h.discord().answers(asked);
    let [(8, data)] = answers.as_slice() else { panic!("not answered once with a list: {answers:?}") };
    let words = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    data["choices"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (words(&one["value"]), words(&one["name"])))
        .collect()
}

fn values(offered: &[(String, String)]) -> Vec<&str> {
    offered.iter().map(|(value, _)| value.as_str()).collect()
}

#[test]
fn who_types_a_case_is_offered_those_that_they_may_see() {
    on_discord(async |h| {
        h.merchant("Lin").await;
        h.merchant("Bo").await;
        h.opens_direct("Lin").await;
        h.staff("Mo", Role::Moderator).await;
        let (lin, bo) = (h.user("Lin"), h.user("Bo"));
        h.says("Mo", &format!("/warn {lin} shouting")).await;
        h.says("Mo", &format!("/warn {bo} flooding")).await;
        h.pass("1m").await;
        let (staff, group) = (h.chat(STAFF), h.chat(GROUP));
        let offered = typing(h, "Mo", &staff, "case", "").await;
        assert_eq!(values(&offered), ["C-2", "C-1"]);
        assert_eq!(offered[0].1, "C-2 · Bo · stands · flooding");
        let offered = typing(h, "Mo", &staff, "case", "shout").await;
        assert_eq!(values(&offered), ["C-1"], "searched by what it says");
        let direct = h.chat("@Lin");
        let offered = typing(h, "Lin", &direct, "case", "").await;
        assert_eq!(values(&offered), ["C-1"], "nobody sees other people's");
        assert_eq!(typing(h, "Lin", &direct, "undo", "").await, [], "nor what they may not use");
        assert_eq!(typing(h, "Bo", &group, "case", "").await, [], "nor where it is not used");
        assert_eq!(typing(h, "Mo", &staff, "dismiss", "").await, [], "none waits for a decision");
    });
}

#[test]
fn offers_are_told_in_the_language_of_who_types_and_25_at_most() {
    on_discord(async |h| {
        h.staff("Mo", Role::Moderator).await;
        for at in 0..30 {
            let name = format!("Bo{at}");
            let user = h.merchant(&name).await;
            h.says("Mo", &format!("/warn {user} again")).await;
        }
        h.says_in(STAFF, "Mo", "/language zh").await;
        h.pass("5m").await;
        let staff = h.chat(STAFF);
        let offered = typing(h, "Mo", &staff, "undo", "").await;
        assert_eq!((offered.len(), offered[0].0.as_str()), (25, "C-30"));
        assert_eq!(offered[0].1, "C-30 · Bo29 · 成立 · again");
        let offered = typing(h, "Mo", &staff, "help", "禁").await;
        assert!(values(&offered).contains(&"mute") && !values(&offered).contains(&"group"), "{offered:?}");
    });
}

#[test]
fn tickets_are_offered_to_agents_and_to_each_merchant_their_own() {
    on_discord(async |h| {
        for name in ["Lin", "Bo"] {
            h.merchant(name).await;
            h.opens_direct(name).await;
            h.says_in(&format!("@{name}"), name, format!("/ticket refund of {name}")).await;
        }
        h.staff("Ann", Role::Support).await;
        h.pass("1m").await;
        let (staff, direct) = (h.chat(STAFF), h.chat("@Lin"));
        let offered = typing(h, "Ann", &staff, "claim", "").await;
        assert_eq!(values(&offered), ["T-2", "T-1"]);
        assert_eq!(offered[1].1, "T-1 · Lin · refund of Lin · new");
        assert_eq!(values(&typing(h, "Lin", &direct, "close", "").await), ["T-1"]);
        assert_eq!(typing(h, "Lin", &direct, "reopen", "").await, []);
    });
}
