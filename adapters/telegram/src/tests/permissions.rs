//! What members may do is taken away, and given back exactly as it was.

use bot_core::chat::{Action, Outcome, Platform as _};
use serde_json::json;

use super::{GROUP, Server, address};

#[tokio::test]
async fn a_mute_takes_every_permission_and_unmute_gives_back_what_was_before() {
    let server = Server::start().await;
    let platform = server.platform();
    let until_ms = platform.now_ms() + 600_500;
    let mute = Action::Mute { user: "77".into(), until_ms: Some(until_ms) };
    let calls = platform.plan(&address(GROUP), &mute).calls;
    let methods: Vec<&str> = calls.iter().map(|call| call.method.as_str()).collect();
    assert_eq!(methods, ["getChatMember", "restrictChatMember"]);
    let plain = json!({"status": "member", "user": {"id": 77}});
    let no_pictures = json!({"status": "restricted", "user": {"id": 77}, "is_member": true, "until_date": 0,
        "can_send_messages": true, "can_send_photos": false});
    for (at, member) in [plain, no_pictures].into_iter().enumerate() {
        server.will_say("getChatMember", 200, &json!({"ok": true, "result": member}));
        let Outcome::Sent(found) = platform.perform(&address(GROUP), &calls[0], "o1".into()).await else {
            panic!()
        };
        assert!(
            found.before.is_some(),
            "also that there was nothing is kept: a repeated look finds the mute"
        );
        platform.perform(&address(GROUP), &calls[1], "o1".into()).await;
        let asked = server.asked("restrictChatMember").remove(2 * at);
        assert!(
            asked["permissions"].as_object().unwrap().values().all(|may| *may == json!(false)),
            "{asked}"
        );
        assert_eq!(asked["until_date"], (until_ms + 999) / 1_000, "never too early");
        server.does(&platform, GROUP, Action::Unmute { user: "77".into(), before: found.before }).await;
        let permissions = server.asked("restrictChatMember").remove(2 * at + 1)["permissions"].clone();
        assert_eq!(permissions["can_send_messages"], true, "{permissions}");
        let photos = permissions.get("can_send_photos").is_some_and(|may| *may == json!(true));
        assert_eq!(photos, at == 0, "{permissions}");
    }
}

#[tokio::test]
async fn a_lock_takes_what_all_may_do_and_unlock_gives_exactly_that_back() {
    let server = Server::start().await;
    let platform = server.platform();
    let calls = platform.plan(&address(GROUP), &Action::Lock).calls;
    let methods: Vec<&str> = calls.iter().map(|call| call.method.as_str()).collect();
    assert_eq!(methods, ["getChat", "setChatPermissions"]);
    let permissions = json!({"can_send_messages": true, "can_send_photos": true, "can_pin_messages": true});
    let full = json!({"id": -100, "permissions": permissions});
    server.will_say("getChat", 200, &json!({"ok": true, "result": full}));
    let Outcome::Sent(found) = platform.perform(&address(GROUP), &calls[0], "o1".into()).await else {
        panic!()
    };
    platform.perform(&address(GROUP), &calls[1], "o1".into()).await;
    server.does(&platform, GROUP, Action::Unlock { before: found.before }).await;
    let given: Vec<Vec<String>> = server
        .asked("setChatPermissions")
        .iter()
        .map(|asked| {
            let all = asked["permissions"].as_object().unwrap();
            all.iter().filter(|(_, may)| **may == json!(true)).map(|(name, _)| name.clone()).collect()
        })
        .collect();
    let before = ["can_pin_messages", "can_send_messages", "can_send_photos"];
    assert_eq!(given, [vec![], before.map(str::to_owned).to_vec()]);
}

#[tokio::test]
async fn who_asked_is_let_in_or_turned_away() {
    let server = Server::start().await;
    let platform = server.platform();
    for (let_in, method) in [(true, "approveChatJoinRequest"), (false, "declineChatJoinRequest")] {
        let answer = Action::AnswerJoin { user: "77".into(), request: "1".into(), let_in };
        assert_eq!(platform.plan(&address(GROUP), &answer).calls[0].method, method);
        server.does(&platform, GROUP, answer).await;
        assert_eq!(server.asked(method)[0]["user_id"], 77);
    }
}

#[tokio::test]
async fn ends_that_telegram_does_not_know_are_left_to_the_bot_and_said() {
    let server = Server::start().await;
    let platform = server.platform();
    let day_ms = 86_400_000;
    for (span_ms, kept) in [(10_000, false), (60_000, true), (366 * day_ms, true), (400 * day_ms, false)] {
        let until_ms = Some(platform.now_ms() + span_ms);
        let plan = platform.plan(&address(GROUP), &Action::Mute { user: "7".into(), until_ms });
        let Action::Mute { until_ms: planned, .. } = &plan.calls[1].action else { panic!() };
        assert_eq!((planned.is_some(), plan.losses.is_empty()), (kept, kept), "{span_ms}");
    }
}
