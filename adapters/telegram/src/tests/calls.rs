//! What is sent to Telegram, and what its answers mean.

use bot_core::chat::{
    Action, Attachment, AttachmentKind, Button, ButtonDo, Content, Delivered, FileRef, Lang, LossKind,
    MarkKind, Outcome, Platform as _, RejectionKind, RetryScope, RichText,
};
use serde_json::{Value, json};

use super::{GROUP, Server, TOKEN, address, settings};
use crate::{Mode, Settings, TelegramPlatform};

fn sent(id: i64) -> Value {
    json!({"ok": true, "result": {"message_id": id}})
}

#[tokio::test]
async fn text_goes_out_with_entities_and_never_with_markup() {
    let server = Server::start().await;
    server.will_say("sendMessage", 200, &sent(70));
    let text = RichText::plain("😀<b>")
        .then_bold("Lin")
        .then_marked("ask", MarkKind::Mention { user: "77".into() })
        .then_marked("here", MarkKind::Link { url: "https://hall.example/x".into() });
    let content = Content::text(text).replying_to(bot_core::chat::MessageKey::from("9-10")).with_row(vec![
        Button { label: "Yes".into(), does: ButtonDo::Press("abc".into()) },
        Button { label: "Private".into(), does: ButtonDo::OpenDirect("t_1".into()) },
    ]);
    let outcome = server.does(&server.platform(), GROUP, Action::Send(content)).await;
    assert_eq!(outcome, Outcome::Sent(Delivered { message: Some("70".into()), ..Delivered::default() }));
    let asked = server.asked("sendMessage").remove(0);
    assert_eq!(asked["chat_id"], -1_001_234_567_890_i64);
    assert_eq!(asked["text"], "😀<b>Linaskhere");
    assert_eq!(asked.get("parse_mode"), None);
    assert_eq!(asked["link_preview_options"]["is_disabled"], true);
    let entities: Vec<(String, i64, i64)> = asked["entities"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            (
                one["type"].as_str().unwrap().into(),
                one["offset"].as_i64().unwrap(),
                one["length"].as_i64().unwrap(),
            )
        })
        .collect();
    assert_eq!(entities, [("bold".into(), 5, 3), ("text_mention".into(), 8, 3), ("text_link".into(), 11, 4)]);
    assert_eq!(asked["entities"][1]["user"]["id"], 77);
    assert_eq!(asked["reply_parameters"]["message_id"], 9, "a reply to an album is one to its first part");
    let row = &asked["reply_markup"]["inline_keyboard"][0];
    assert_eq!(
        (&row[0]["callback_data"], &row[1]["url"]),
        (&json!("abc"), &json!("https://t.me/guildhall_bot?start=t_1"))
    );
}

#[tokio::test]
async fn sends_are_paid_for_only_where_that_is_switched_on() {
    for is_paid in [false, true] {
        let server = Server::start().await;
        let settings = Settings { paid_broadcast: is_paid, ..settings(&server.url, TOKEN, Mode::Polling) };
        let platform = TelegramPlatform::new(settings);
        assert_eq!(platform.sends(), is_paid.then_some(crate::PAID));
        assert_eq!(platform.pace(), crate::PACE, "what is no send keeps its pace");
        server.will_say("sendMessage", 200, &sent(1));
        server.will_say("sendPhoto", 200, &sent(2));
        server.does(&platform, GROUP, Action::Send(Content::text("hi"))).await;
        let picture = Attachment {
            kind: AttachmentKind::Picture,
            name: "a.png".to_owned(),
            media_type: "image/png".to_owned(),
            size_bytes: 9,
            file: FileRef::Platform("photo:AgAC".to_owned()),
        };
        let content = Content { attachments: vec![picture], ..Content::text("look") };
        server.does(&platform, GROUP, Action::Send(content)).await;
        for method in ["sendMessage", "sendPhoto"] {
            let asked = server.asked(method).remove(0);
            assert_eq!(asked.get("allow_paid_broadcast"), is_paid.then_some(&json!(true)), "{method}");
        }
    }
}

#[tokio::test]
async fn a_topic_is_named_but_the_general_one() {
    let server = Server::start().await;
    let platform = server.platform();
    for (thread, named) in [("12", json!(12)), ("1", Value::Null)] {
        server.will_say("sendMessage", 200, &sent(1));
        let mut to = address(GROUP);
        to.thread = Some(thread.into());
        let plan = platform.plan(&to, &Action::Send(Content::text("x")));
        platform.perform(&to, &plan.calls[0], "o".into()).await;
        assert_eq!(server.asked("sendMessage").pop().unwrap()["message_thread_id"], named, "{thread}");
    }
}

fn file(sort: &str, id: &str) -> Attachment {
    Attachment {
        kind: AttachmentKind::Picture,
        name: "x".into(),
        media_type: "image/png".into(),
        size_bytes: 1,
        file: FileRef::Platform(format!("{sort}:{id}")),
    }
}

#[tokio::test]
async fn files_are_sent_again_by_their_id_and_by_their_own_method() {
    let server = Server::start().await;
    let platform = server.platform();
    server.will_say("sendVoice", 200, &sent(5));
    let voice = Content { attachments: vec![file("voice", "V")], text: "hear".into(), ..Content::default() };
    server.does(&platform, GROUP, Action::Send(voice)).await;
    let asked = server.asked("sendVoice").remove(0);
    assert_eq!((&asked["voice"], &asked["caption"]), (&json!("V"), &json!("hear")));

    server.will_say(
        "sendMediaGroup",
        200,
        &json!({"ok": true, "result": [{"message_id": 6}, {"message_id": 7}]}),
    );
    let album = Content {
        attachments: vec![file("photo", "A"), file("video", "B")],
        text: "two".into(),
        ..Content::default()
    };
    let outcome = server.does(&platform, GROUP, Action::Send(album)).await;
    assert_eq!(outcome, Outcome::Sent(Delivered { message: Some("6-7".into()), ..Delivered::default() }));
    let media = server.asked("sendMediaGroup").remove(0)["media"].clone();
    assert_eq!(
        (&media[0]["type"], &media[0]["media"], &media[0]["caption"]),
        (&json!("photo"), &json!("A"), &json!("two"))
    );
    assert_eq!(
        (&media[1]["type"], &media[1]["media"], media[1].get("caption")),
        (&json!("video"), &json!("B"), None)
    );
}

#[tokio::test]
async fn each_act_is_its_own_method() {
    let server = Server::start().await;
    let platform = server.platform();
    let user = || "77".into();
    server.does(&platform, GROUP, Action::Kick { user: user() }).await;
    server.does(&platform, GROUP, Action::Ban { user: user(), purge_ms: 0 }).await;
    server.does(&platform, GROUP, Action::Unban { user: user() }).await;
    let unbans: Vec<Value> =
        server.asked("unbanChatMember").iter().map(|one| one["only_if_banned"].clone()).collect();
    assert_eq!(unbans, [json!(false), json!(true)]);
    assert_eq!(server.asked("banChatMember").len(), 1);
    server.does(&platform, "-55", Action::Kick { user: user() }).await;
    assert_eq!(server.asked("banChatMember").len(), 2, "a basic group knows no unban");
    let key = |key: &str| bot_core::chat::MessageKey::from(key).into();
    server.does(&platform, GROUP, Action::Delete { messages: vec![key("5")] }).await;
    assert_eq!(server.asked("deleteMessage")[0]["message_id"], 5);
    server.does(&platform, GROUP, Action::Delete { messages: vec![key("6-7"), key("9")] }).await;
    assert_eq!(server.asked("deleteMessages")[0]["message_ids"], json!([6, 7, 9]));
    let many = (1..=205).map(|id| key(&id.to_string())).collect();
    server.does(&platform, GROUP, Action::Delete { messages: many }).await;
    assert_eq!(server.asked("deleteMessages").len(), 4, "a hundred to a call");
    server.does(&platform, GROUP, Action::Pin { message: key("5") }).await;
    assert_eq!(server.asked("pinChatMessage")[0]["disable_notification"], true);
    server.will_say(
        "createForumTopic",
        200,
        &json!({"ok": true, "result": {"message_thread_id": 33, "name": "T"}}),
    );
    let opened = server.does(&platform, GROUP, Action::OpenThread { title: "T".into() }).await;
    assert_eq!(opened, Outcome::Sent(Delivered { thread: Some("33".into()), ..Delivered::default() }));
    server.does(&platform, GROUP, Action::AnswerPress { press: "p1".into(), text: "done".into() }).await;
    assert_eq!(server.asked("answerCallbackQuery")[0], json!({"callback_query_id": "p1", "text": "done"}));
}

#[tokio::test]
async fn a_chat_that_moved_is_served_at_its_new_id() {
    let server = Server::start().await;
    let moved = json!({"ok": false, "error_code": 400, "description": "Bad Request: group chat was upgraded to a supergroup chat",
        "parameters": {"migrate_to_chat_id": -1_001_234_567_890_i64}});
    server.will_say("sendMessage", 400, &moved);
    server.will_say("sendMessage", 200, &sent(8));
    let outcome = server.does(&server.platform(), "-55", Action::Send(Content::text("x"))).await;
    assert_eq!(
        outcome,
        Outcome::Sent(Delivered {
            message: Some("8".into()),
            chat: Some(GROUP.into()),
            ..Delivered::default()
        })
    );
}

#[tokio::test]
async fn refusals_are_what_they_are() {
    let server = Server::start().await;
    let platform = server.platform();
    for (code, words, kind) in [
        (403, "Forbidden: bot was blocked by the user", RejectionKind::Blocked),
        (403, "Forbidden: user is deactivated", RejectionKind::Deactivated),
        (400, "Bad Request: chat not found", RejectionKind::NotStarted),
    ] {
        server.will_refuse("sendMessage", code, words);
        match server.does(&platform, "1001", Action::Send(Content::text("x"))).await {
            Outcome::Rejected(rejection) => {
                assert_eq!((rejection.kind, rejection.why.as_str()), (kind, words))
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn two_chats_that_are_too_fast_at_once_mean_the_account() {
    let server = Server::start().await;
    let platform = server.platform();
    let too_fast = json!({"ok": false, "error_code": 429, "description": "Too Many Requests: retry after 3", "parameters": {"retry_after": 3}});
    let mut scopes = Vec::new();
    for chat in [GROUP, GROUP, "-1005"] {
        server.will_say("sendMessage", 429, &too_fast);
        let Outcome::RetryAfter { wait_ms: 3_000, scope } =
            server.does(&platform, chat, Action::Send(Content::text("x"))).await
        else {
            panic!()
        };
        scopes.push(scope);
    }
    assert_eq!(scopes, [RetryScope::Chat, RetryScope::Chat, RetryScope::Account]);
}

#[tokio::test]
async fn an_edit_of_a_message_with_a_file_edits_its_caption() {
    let server = Server::start().await;
    server.will_refuse("editMessageText", 400, "Bad Request: there is no text in the message to edit");
    let message = bot_core::chat::MessageKey::from("5").into();
    let outcome =
        server.does(&server.platform(), GROUP, Action::Edit { message, content: Content::text("new") }).await;
    assert!(matches!(outcome, Outcome::Sent(_)), "{outcome:?}");
    assert_eq!(server.asked("editMessageCaption")[0]["caption"], "new");
}

#[tokio::test]
async fn long_text_is_several_messages_and_buttons_stand_under_the_last() {
    let server = Server::start().await;
    let button = Button { label: "Go".into(), does: ButtonDo::Press("h".into()) };
    let content = Content::text("word ".repeat(1_000).as_str()).with_row(vec![button]);
    let plan = server.platform().plan(&address(GROUP), &Action::Send(content));
    assert_eq!(plan.losses[0].kind, LossKind::Split { parts: 2 });
    let buttons: Vec<usize> = plan
        .calls
        .iter()
        .map(|call| match &call.action {
            Action::Send(content) => content.buttons.len(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(buttons, [0, 1]);
}

#[tokio::test]
async fn what_telegram_would_refuse_is_said_before() {
    let server = Server::start().await;
    let platform = server.platform();
    let press = |handle: String| Button { label: "x".into(), does: ButtonDo::Press(handle) };
    let rows = vec![press("a".repeat(64)), press("a".repeat(65))];
    let plan = platform.plan(&address(GROUP), &Action::Send(Content::text("x").with_row(rows)));
    let Action::Send(content) = &plan.calls[0].action else { panic!() };
    assert_eq!((content.buttons[0].len(), plan.losses[0].kind.clone()), (1, LossKind::Dropped));
    let direct = platform.plan(&address("1001"), &Action::Mute { user: "7".into(), until_ms: None });
    assert!(direct.calls.is_empty() && !direct.losses.is_empty());
}

#[tokio::test]
async fn commands_are_told_by_scope_and_language() {
    let server = Server::start().await;
    let mut settings = server.platform().settings.clone();
    settings.commands = vec![crate::CommandList {
        scope: crate::CommandScope::GroupAdmins,
        lang: Some(Lang::Zh),
        commands: vec![("mute".into(), "禁言".into())],
    }];
    crate::TelegramPlatform::new(settings).introduce().await;
    let asked = server.asked("setMyCommands").remove(0);
    assert_eq!(asked["scope"]["type"], "all_chat_administrators");
    assert_eq!((&asked["language_code"], &asked["commands"][0]["command"]), (&json!("zh"), &json!("mute")));
}

#[tokio::test]
async fn a_refusal_has_the_rights_asked_again_and_is_told_as_what_it_is() {
    let server = Server::start().await;
    let platform = server.platform();
    let admin = |may: bool| {
        let own = json!({"status": "administrator", "user": {"id": 4242, "is_bot": true, "first_name": "B"},
            "can_delete_messages": may, "can_restrict_members": true});
        json!({"ok": true, "result": [own]})
    };
    let delete = || Action::Delete { messages: vec![bot_core::chat::MessageKey::from("5").into()] };
    let kind = |outcome| match outcome {
        Outcome::Rejected(rejection) => rejection.kind,
        other => panic!("{other:?}"),
    };
    server.will_say("getChatAdministrators", 200, &admin(false));
    server.will_refuse("deleteMessage", 400, "Bad Request: message can't be deleted");
    assert_eq!(kind(server.does(&platform, GROUP, delete()).await), RejectionKind::MissingRight);
    let member = json!({"status": "member", "user": {"id": 77}});
    for _ in 0..2 {
        server.will_say("getChatMember", 200, &json!({"ok": true, "result": member}));
    }
    server.will_refuse(
        "restrictChatMember",
        400,
        "Bad Request: not enough rights to restrict/unrestrict chat member",
    );
    let mute = || Action::Mute { user: "77".into(), until_ms: None };
    assert_eq!(kind(server.does(&platform, GROUP, mute()).await), RejectionKind::MissingRight);
    let again = server.does(&platform, GROUP, mute()).await;
    assert!(matches!(again, Outcome::Sent(_)), "what was refused once is tried again: {again:?}");
    assert_eq!(server.asked("getChatAdministrators").len(), 1, "but not asked about at every refusal");

    let other = "-1009";
    server.will_say("getChatAdministrators", 200, &admin(true));
    server.will_refuse("deleteMessage", 400, "Bad Request: message can't be deleted");
    assert_eq!(kind(server.does(&platform, other, delete()).await), RejectionKind::Other, "it is too old");
}
