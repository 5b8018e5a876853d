//! The fake refuses what the real server refuses, in its words.

use bot_core::chat::{Pace, Rate};
use guildhall_sandbox::{Fault, Post};
use serde_json::json;

use super::{ADMIN, BARE, GROUP, LIN, OWNER, STRANGER, chat, scene, user};

#[test]
fn a_method_is_found_by_name_and_takes_its_parameters_in_every_form() {
    scene(async |s| {
        let text = |url: String| async move { reqwest::get(url).await.unwrap().text().await.unwrap() };
        let wrong = s.url("getMe").replace("7000000001:", "7000000001:X");
        assert_eq!(text(wrong).await, r#"{"description":"Unauthorized","error_code":401,"ok":false}"#);
        assert!(text(s.url("noSuchMethod")).await.contains("Not Found"));
        assert!(text(s.url("GETME")).await.contains("guildhall_bot"));

        let query = format!("{}?chat_id={GROUP}&text=by+query", s.url("SendMessage"));
        assert!(text(query).await.contains("by query"));
        let form =
            s.http.post(s.url("sendmessage")).header("content-type", "application/x-www-form-urlencoded");
        let form = form.body(format!("chat_id={GROUP}&text=by%20form")).send().await.unwrap();
        assert!(form.text().await.unwrap().contains("by form"));
        let part = |name: &str, value: &str| {
            format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let body = part("chat_id", &GROUP.to_string()) + &part("text", "by parts") + "--b--\r\n";
        let parts =
            s.http.post(s.url("sendMessage")).header("content-type", "multipart/form-data; boundary=b");
        assert!(parts.body(body).send().await.unwrap().text().await.unwrap().contains("by parts"));
        assert_eq!(
            s.world.transcript(&chat(GROUP)),
            "Guildhall: by query\nGuildhall: by form\nGuildhall: by parts\n"
        );
    });
}

#[test]
fn what_cannot_be_sent_is_refused() {
    scene(async |s| {
        let long = "你".repeat(4_097);
        let bold = |offset: i64, length: i64| json!([{ "type": "bold", "offset": offset, "length": length }]);
        let button = |data: &str| json!({ "inline_keyboard": [[{ "text": "Go", "callback_data": data }]] });
        let cases = [
            (json!({ "text": "hi" }), "chat_id is empty"),
            (json!({ "chat_id": -1_009, "text": "hi" }), "chat not found"),
            (json!({ "chat_id": GROUP }), "message text is empty"),
            (json!({ "chat_id": GROUP, "text": "  \n " }), "message must be non-empty"),
            (json!({ "chat_id": GROUP, "text": long }), "message is too long"),
            (
                json!({ "chat_id": GROUP, "text": "short", "entities": bold(0, 6) }),
                "entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 6",
            ),
            (
                json!({ "chat_id": GROUP, "text": "short", "entities": bold(5, 1) }),
                "entity begins after the end of the text at UTF-16 offset 5",
            ),
            (
                json!({ "chat_id": GROUP, "text": "a😀b", "entities": bold(0, 2) }),
                "entity beginning at UTF-16 offset 0 ends in a middle of a UTF-16 symbol at byte offset 5",
            ),
            (
                json!({ "chat_id": GROUP, "text": "hi", "reply_markup": button(&"x".repeat(65)) }),
                "BUTTON_DATA_INVALID",
            ),
            (json!({ "chat_id": GROUP, "text": "hi", "reply_markup": button("") }), "BUTTON_DATA_INVALID"),
            (
                json!({ "chat_id": GROUP, "text": "hi", "reply_parameters": { "message_id": 77 } }),
                "message to be replied not found",
            ),
            (json!({ "chat_id": GROUP, "text": "hi", "message_thread_id": 77 }), "message thread not found"),
        ];
        for (params, why) in cases {
            assert_eq!(s.refused("sendMessage", params).await, format!("Bad Request: {why}"));
        }
        assert_eq!(s.world.transcript(&chat(GROUP)), "", "nothing of it was sent");
        s.done("sendMessage", json!({ "chat_id": GROUP, "text": "a😀b", "entities": bold(1, 2) })).await;
        let lenient = json!({ "message_id": 77, "allow_sending_without_reply": true });
        s.done("sendMessage", json!({ "chat_id": GROUP, "text": "hi", "reply_parameters": lenient })).await;
    });
}

#[test]
fn files_are_taken_by_upload_or_by_an_id_of_their_own_kind() {
    scene(async |s| {
        let refused =
            s.refused("sendDocument", json!({ "chat_id": GROUP, "document": "nobody-knows-it" })).await;
        assert_eq!(refused, "Bad Request: wrong file identifier/HTTP URL specified");
        let long = "x".repeat(1_025);
        let part = |head: &str, value: &str| {
            format!("--b\r\nContent-Disposition: form-data; {head}\r\n\r\n{value}\r\n")
        };
        let file = part("name=\"document\"; filename=\"bill.txt\"", "7 yuan");
        let send = |caption: String| {
            let body = part("name=\"chat_id\"", &GROUP.to_string())
                + &part("name=\"caption\"", &caption)
                + &file
                + "--b--\r\n";
            let request =
                s.http.post(s.url("sendDocument")).header("content-type", "multipart/form-data; boundary=b");
            async move { request.body(body).send().await.unwrap().text().await.unwrap() }
        };
        assert!(send(long).await.contains("Bad Request: message is too long"));
        let sent: serde_json::Value = serde_json::from_str(&send("the bill".to_owned()).await).unwrap();
        let document = &sent["result"]["document"];
        assert_eq!(
            (&document["file_name"], &sent["result"]["caption"]),
            (&json!("bill.txt"), &json!("the bill"))
        );
        let id = document["file_id"].clone();
        let as_photo = s.refused("sendPhoto", json!({ "chat_id": GROUP, "photo": id })).await;
        assert_eq!(as_photo, "Bad Request: can't use file of type Document as Photo");
        s.done("sendDocument", json!({ "chat_id": GROUP, "document": id })).await;
        let path =
            s.done("getFile", json!({ "file_id": id })).await["file_path"].as_str().unwrap().to_owned();
        let url = s.url(&path).replace("/bot", "/file/bot");
        assert_eq!(reqwest::get(url).await.unwrap().text().await.unwrap(), "7 yuan");
    });
}

#[test]
fn an_album_is_several_messages_with_numbers_of_their_own() {
    scene(async |s| {
        let mut files = Vec::new();
        for name in ["a.txt", "b.txt", "c.txt"] {
            files.push(s.world.upload(name, name.as_bytes()).unwrap());
        }
        let mut post = Post::text("three");
        post.content.attachments = files;
        let first: i64 = s.world.say(&user(LIN), &chat(GROUP), post).unwrap().as_str().parse().unwrap();
        let updates = s.updates(json!({})).await;
        let parts: Vec<_> = updates.iter().filter_map(|update| update.get("message")).collect();
        let ids: Vec<i64> = parts.iter().map(|part| part["message_id"].as_i64().unwrap()).collect();
        assert_eq!(ids, [first, first + 1, first + 2]);
        assert!(parts.iter().all(|part| part["media_group_id"] == parts[0]["media_group_id"]));
        assert_eq!((parts[0]["caption"].as_str(), parts[1]["caption"].as_str()), (Some("three"), None));
        assert!(s.says("next").await > first + 2);

        s.done("deleteMessage", json!({ "chat_id": GROUP, "message_id": first })).await;
        assert!(!s.world.transcript(&chat(GROUP)).contains("(deleted)"), "two of three are there");
        s.done("deleteMessages", json!({ "chat_id": GROUP, "message_ids": [first + 1, first + 2] })).await;
        assert!(s.world.transcript(&chat(GROUP)).contains("(deleted)"));
    });
}

#[test]
fn an_edit_must_change_something_and_be_of_its_own_message() {
    scene(async |s| {
        let id = s.says("one").await;
        let lins: i64 = s.world.say(&user(LIN), &chat(GROUP), "mine").unwrap().as_str().parse().unwrap();
        let edit = |id: i64, text: &str| json!({ "chat_id": GROUP, "message_id": id, "text": text });
        assert_eq!(
            s.refused("editMessageText", edit(id, "one")).await,
            "Bad Request: message is not modified: specified new message content and reply markup are exactly the \
             same as a current content and reply markup of the message"
        );
        assert_eq!(
            s.refused("editMessageText", edit(lins, "yours")).await,
            "Bad Request: message can't be edited"
        );
        assert_eq!(
            s.refused("editMessageText", edit(99, "x")).await,
            "Bad Request: message to edit not found"
        );
        let caption = json!({ "chat_id": GROUP, "message_id": id, "caption": "x" });
        assert_eq!(
            s.refused("editMessageCaption", caption).await,
            "Bad Request: there is no caption in the message to edit"
        );
        let edited = s.done("editMessageText", edit(id, "two")).await;
        assert_eq!((&edited["text"], edited["edit_date"].is_i64()), (&json!("two"), true));
    });
}

#[test]
fn deleting_has_its_limits() {
    scene(async |s| {
        let id = s.says("one").await;
        let delete = |id: i64| json!({ "chat_id": GROUP, "message_id": id });
        assert_eq!(s.refused("deleteMessage", delete(99)).await, "Bad Request: message to delete not found");
        s.done("deleteMessages", json!({ "chat_id": GROUP, "message_ids": [98, 99] })).await;
        let many: Vec<i64> = (1..=101).collect();
        let refused = s.refused("deleteMessages", json!({ "chat_id": GROUP, "message_ids": many })).await;
        assert_eq!(refused, "Bad Request: too many message identifiers specified");
        let lins: i64 = s.world.say(&user(LIN), &chat(BARE), "mine").unwrap().as_str().parse().unwrap();
        assert_eq!(
            s.refused("deleteMessage", json!({ "chat_id": BARE, "message_id": lins })).await,
            "Bad Request: message can't be deleted"
        );
        s.clock.move_to(crate::harness::START_MS + 49 * 3_600_000);
        assert_eq!(
            s.refused("deleteMessage", delete(id)).await,
            "Bad Request: message can't be deleted for everyone"
        );
    });
}

#[test]
fn restricting_needs_the_right_and_spares_admins() {
    scene(async |s| {
        let restrict = |chat: i64, user: i64, until_s: i64| json!({ "chat_id": chat, "user_id": user, "until_date": until_s, "permissions": {} });
        let now_s = crate::harness::START_MS / 1_000;
        let why = async |chat, user| s.refused("restrictChatMember", restrict(chat, user, 0)).await;
        assert_eq!(why(BARE, LIN).await, "Bad Request: not enough rights to restrict/unrestrict chat member");
        assert_eq!(why(GROUP, OWNER).await, "Bad Request: can't remove chat owner");
        assert_eq!(why(GROUP, ADMIN).await, "Bad Request: user is an administrator of the chat");
        assert_eq!(why(GROUP, 7_000_000_001).await, "Bad Request: can't restrict self");
        assert_eq!(why(GROUP, 4_711).await, "Bad Request: PARTICIPANT_ID_INVALID");
        assert_eq!(why(GROUP, STRANGER).await, "Bad Request: USER_NOT_PARTICIPANT");

        s.done("restrictChatMember", restrict(GROUP, LIN, now_s + 600)).await;
        s.world.say(&user(LIN), &chat(GROUP), "hi").unwrap_err();
        let lin = s.done("getChatMember", json!({ "chat_id": GROUP, "user_id": LIN })).await;
        assert_eq!((&lin["status"], &lin["until_date"]), (&json!("restricted"), &json!(now_s + 600)));
        assert_eq!((&lin["can_send_messages"], &lin["is_member"]), (&json!(false), &json!(true)));

        let most = json!({ "can_send_messages": true, "can_send_photos": true });
        let back = json!({ "chat_id": GROUP, "user_id": LIN, "permissions": most });
        s.done("restrictChatMember", back).await;
        s.world.say(&user(LIN), &chat(GROUP), "hi").unwrap();
        let lin = s.done("getChatMember", json!({ "chat_id": GROUP, "user_id": LIN })).await;
        assert_eq!((&lin["can_send_photos"], &lin["can_send_polls"]), (&json!(true), &json!(false)));

        s.done("restrictChatMember", restrict(GROUP, LIN, now_s + 20)).await;
        let lin = s.done("getChatMember", json!({ "chat_id": GROUP, "user_id": LIN })).await;
        assert_eq!(lin["until_date"], json!(0), "less than 30 seconds is for ever");
    });
}

#[test]
fn a_ban_removes_and_its_lifting_lets_back() {
    scene(async |s| {
        let whom = |user: i64| json!({ "chat_id": GROUP, "user_id": user });
        assert_eq!(s.refused("banChatMember", whom(OWNER)).await, "Bad Request: can't remove chat owner");
        s.done("unbanChatMember", json!({ "chat_id": GROUP, "user_id": LIN, "only_if_banned": true })).await;
        assert_eq!(s.done("getChatMember", whom(LIN)).await["status"], json!("member"));
        s.done("unbanChatMember", whom(LIN)).await;
        assert_eq!(s.done("getChatMember", whom(LIN)).await["status"], json!("left"), "it removes a member");
        s.world.join(&user(LIN), &chat(GROUP)).unwrap();
        s.done("banChatMember", whom(LIN)).await;
        s.done("banChatMember", whom(LIN)).await;
        assert_eq!(s.done("getChatMember", whom(LIN)).await["status"], json!("kicked"));
        s.world.join(&user(LIN), &chat(GROUP)).unwrap_err();
        s.done("unbanChatMember", whom(LIN)).await;
        s.world.join(&user(LIN), &chat(GROUP)).unwrap();
    });
}

#[test]
fn topics_are_of_forums_and_only_while_they_are_there() {
    scene(async |s| {
        let create = |chat: i64| json!({ "chat_id": chat, "name": "T-1" });
        assert_eq!(s.refused("createForumTopic", create(BARE)).await, "Bad Request: the chat is not a forum");
        let topic = s.done("createForumTopic", create(GROUP)).await["message_thread_id"].as_i64().unwrap();
        let at = |topic: i64| json!({ "chat_id": GROUP, "message_thread_id": topic });
        let send = |topic: i64| json!({ "chat_id": GROUP, "message_thread_id": topic, "text": "hi" });
        let sent = s.done("sendMessage", send(topic)).await;
        assert_eq!((&sent["is_topic_message"], &sent["message_thread_id"]), (&json!(true), &json!(topic)));
        assert_eq!(sent["reply_to_message"]["forum_topic_created"]["name"], json!("T-1"));
        let same = json!({ "chat_id": GROUP, "message_thread_id": topic, "name": "T-1" });
        assert_eq!(s.refused("editForumTopic", same).await, "Bad Request: TOPIC_NOT_MODIFIED");
        s.done("closeForumTopic", at(topic)).await;
        assert_eq!(s.refused("sendMessage", send(topic)).await, "Bad Request: TOPIC_CLOSED");
        s.done("reopenForumTopic", at(topic)).await;
        s.world.delete_thread(&user(ADMIN), &chat(GROUP), &topic.to_string().into()).unwrap();
        assert_eq!(s.refused("sendMessage", send(topic)).await, "Bad Request: message thread not found");
        assert_eq!(s.refused("closeForumTopic", at(topic)).await, "Bad Request: TOPIC_ID_INVALID");
    });
}

#[test]
fn a_private_chat_is_the_persons_to_open_and_to_shut() {
    scene(async |s| {
        let to = |id: i64| json!({ "chat_id": id, "text": "hi" });
        assert_eq!(s.refused("sendMessage", to(4_711)).await, "Bad Request: chat not found");
        let first = "Forbidden: bot can't initiate conversation with a user";
        assert_eq!(s.refused("sendMessage", to(LIN)).await, first);
        s.world.open_direct(&user(LIN), None).unwrap();
        s.done("sendMessage", to(LIN)).await;
        s.world.close_direct(&user(LIN)).unwrap();
        assert_eq!(s.refused("sendMessage", to(LIN)).await, "Forbidden: bot was blocked by the user");
        s.world.deactivate(&user(LIN)).unwrap();
        assert_eq!(s.refused("sendMessage", to(LIN)).await, "Forbidden: user is deactivated");
        s.world.set_bot_rights(&chat(GROUP), None).unwrap();
        let kicked = "Forbidden: bot was kicked from the supergroup chat";
        assert_eq!(s.refused("sendMessage", to(GROUP)).await, kicked);
    });
}

#[test]
fn a_group_that_moved_says_where_it_is_now() {
    scene(async |s| {
        s.world.create_group("-4242", "Small", &[]).unwrap();
        s.world.migrate(&chat(-4_242), "-1004242").unwrap();
        let body = s.answer("sendMessage", json!({ "chat_id": -4_242, "text": "hi" })).await;
        assert_eq!(body["description"], json!("Bad Request: group chat was upgraded to a supergroup chat"));
        assert_eq!(body["parameters"]["migrate_to_chat_id"], json!(-1_004_242));
    });
}

#[test]
fn a_press_is_answered_once_and_in_time() {
    scene(async |s| {
        let keyboard = json!({ "inline_keyboard": [[{ "text": "Go", "callback_data": "go" }]] });
        let id = s
            .done("sendMessage", json!({ "chat_id": GROUP, "text": "?", "reply_markup": keyboard }))
            .await["message_id"]
            .to_string();
        let answer = |press: &str| json!({ "callback_query_id": press, "text": "done" });
        let press = s.world.press(&user(LIN), &chat(GROUP), &id.as_str().into(), "go").unwrap();
        s.updates(json!({})).await;
        s.done("answerCallbackQuery", answer(press.as_str())).await;
        let old = "Bad Request: query is too old and response timeout expired or query ID is invalid";
        assert_eq!(s.refused("answerCallbackQuery", answer(press.as_str())).await, old);
        assert_eq!(s.refused("answerCallbackQuery", answer("4711")).await, old);
        let late = s.world.press(&user(LIN), &chat(GROUP), &id.as_str().into(), "go").unwrap();
        s.updates(json!({})).await;
        s.clock.move_to(crate::harness::START_MS + 16 * 60_000);
        assert_eq!(s.refused("answerCallbackQuery", answer(late.as_str())).await, old);
    });
}

#[test]
fn whoever_acts_too_fast_is_told_how_long_to_wait() {
    scene(async |s| {
        let rate = |count, per_ms| Rate { count, per_ms };
        let pace = Pace { account: rate(30, 1_000), chat: rate(5, 1_000), group: rate(20, 60_000) };
        s.world.enforce_pace(Some(pace));
        let send = || s.answer("sendMessage", json!({ "chat_id": GROUP, "text": "hi" }));
        for second in 0..4 {
            s.clock.move_to(crate::harness::START_MS + second * 1_000);
            for _ in 0..5 {
                assert_eq!(send().await["ok"], json!(true));
            }
        }
        let refused = send().await;
        assert_eq!(refused["error_code"], json!(429));
        assert_eq!(refused["description"], json!("Too Many Requests: retry after 57"));
        assert_eq!(refused["parameters"]["retry_after"], json!(57), "20 a minute in a group");
    });
}

#[test]
fn a_bad_network_is_as_bad_as_it_is_told_to_be() {
    scene(async |s| {
        let send = |text: &str| {
            let body = json!({ "chat_id": GROUP, "text": text }).to_string();
            s.http.post(s.url("sendMessage")).header("content-type", "application/json").body(body).send()
        };
        s.world.faults().next(Fault::TimeoutBefore, 1);
        assert!(send("never").await.is_err(), "the connection is closed without an answer");
        s.world.faults().next(Fault::TimeoutAfter, 1);
        assert!(send("arrived").await.is_err(), "and so it is here");
        assert_eq!(s.world.transcript(&chat(GROUP)), "Guildhall: arrived\n");
        s.world.faults().next(Fault::ServerError, 1);
        assert_eq!(send("never").await.unwrap().status(), 500);
        s.world
            .faults()
            .next(Fault::RetryAfter { wait_ms: 6_500, scope: bot_core::chat::RetryScope::Chat }, 1);
        let refused = s.refused("sendMessage", json!({ "chat_id": GROUP, "text": "never" })).await;
        assert_eq!(refused, "Too Many Requests: retry after 7");

        s.world.faults().always(Fault::Down);
        s.fake.heed_outage().await;
        let refused = send("never").await.unwrap_err();
        assert!(refused.is_connect(), "{refused:?}");
        s.world.faults().clear();
        s.fake.heed_outage().await;
        assert_eq!(send("back").await.unwrap().status(), 200);
    });
}
