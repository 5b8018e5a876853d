//! Events of several implementations, and what they mean to us.

use bot_core::chat::{
    AttachmentKind, EventBody, FileRef, MarkKind, MemberRole, MessageEvent, ReactionChange, Sender,
};
use serde_json::{Value, json};

use crate::tests::{ME, account};

fn body(event: &Value) -> EventBody {
    account().read(event).remove(0).body
}

fn message(event: &Value) -> MessageEvent {
    match body(event) {
        EventBody::Message(message) => message,
        other => panic!("{other:?}"),
    }
}

fn said(message: &Value) -> Value {
    json!({"post_type": "message", "message_type": "group", "sub_type": "normal", "time": 1_700_000_000, "self_id": ME,
        "group_id": 77, "user_id": 5, "message_id": -123, "message": message, "raw_message": "", "font": 14,
        "sender": {"user_id": 5, "nickname": "Lin", "card": "", "role": "admin"}})
}

fn piece(kind: &str, data: &Value) -> Value {
    json!({"type": kind, "data": data})
}

#[test]
fn a_message_of_any_spelling_is_the_same_message() {
    let plain = said(&json!([{"type": "text", "data": {"text": "hello"}}]));
    let mut strings = plain.clone();
    for name in ["time", "group_id", "user_id", "message_id"] {
        strings[name] = json!(plain[name].to_string());
    }
    strings["sender"]["user_id"] = json!("5");
    strings["message"] = json!("hello");
    strings["real_seq"] = json!("9");
    let (one, other) = (account().read(&plain).remove(0), account().read(&strings).remove(0));
    assert_eq!(one, other);
    assert_eq!((one.key.as_str(), one.at_ms), ("m.-123.1700000000", 1_700_000_000_000));
    let message = message(&plain);
    assert_eq!((message.chat.key.as_str(), message.message.as_str()), ("g77", "-123"));
    let Sender::User { user, role } = message.from else { panic!("a user") };
    assert_eq!((user.key.as_str(), user.name.as_str(), role), ("5", "Lin", MemberRole::Admin));
}

#[test]
fn pieces_become_text_marks_and_files() {
    let read = message(&said(&json!([
        piece("reply", &json!({"id": "42"})),
        piece("at", &json!({"qq": ME.to_string()})),
        piece("text", &json!({"text": " see "})),
        piece("at", &json!({"qq": "9", "name": "Mei"})),
        piece("at", &json!({"qq": "all"})),
        piece("face", &json!({"id": 14})),
        piece("image", &json!({"file": "a.jpg", "url": "https://q/a.jpg", "file_size": "7", "subType": 0})),
        piece("file", &json!({"file": "..\\x/re\u{0}port.pdf", "file_id": "/abc", "file_size": 9})),
        piece("hologram", &json!({"x": 1})),
    ])));
    assert_eq!(read.reply_to, Some("42".into()));
    assert_eq!(read.content.text.text, " see @Mei@全体成员\n[表情14]");
    let marks: Vec<&MarkKind> = read.content.text.marks.iter().map(|mark| &mark.kind).collect();
    assert_eq!(marks, [&MarkKind::Mention { user: "9".into() }, &MarkKind::MentionAll]);
    let files: Vec<_> = read
        .content
        .attachments
        .iter()
        .map(|file| (file.kind, file.name.as_str(), file.size_bytes))
        .collect();
    assert_eq!(files, [(AttachmentKind::Picture, "photo.jpg", 7), (AttachmentKind::File, "report.pdf", 9)]);
    let keys: Vec<_> = read.content.attachments.iter().map(|file| file.file.clone()).collect();
    let key = |key: &str| FileRef::Platform(key.to_owned());
    assert_eq!(keys, [key("image|a.jpg|https://q/a.jpg"), key("file|/abc|")]);
}

#[test]
fn a_command_after_our_name_is_ours_and_a_quoted_answer_is_only_the_answer() {
    let at = piece("at", &json!({"qq": ME}));
    let command = message(&said(&json!([at, piece("text", &json!({"text": " /help"}))])));
    assert_eq!(command.content.text.text, "/help");
    let answer = message(&said(&json!([
        piece("reply", &json!({"id": 4})),
        at,
        piece("text", &json!({"text": " 1"}))
    ])));
    assert_eq!(answer.content.text.text, "1");
    let talk = message(&said(&json!([at, piece("text", &json!({"text": " hello"}))])));
    assert_eq!(talk.content.text.marks.len(), 1);
}

#[test]
fn what_is_inside_cards_and_bundles_can_be_read_by_rules() {
    let card = json!({"prompt": "[QQ小程序]大奖", "meta": {"detail": {"title": "点我", "qqdocurl": "https://bad.example", "x": 1}}});
    let read = message(&said(&json!([piece("json", &json!({"data": card.to_string()}))])));
    for part in ["大奖", "点我", "https://bad.example"] {
        assert!(read.content.text.text.contains(part), "{}", read.content.text.text);
    }
    let bundle = piece(
        "forward",
        &json!({"id": "x", "content": [
            {"user_id": 1, "message": [piece("text", &json!({"text": "buy at bad.example"}))]},
            {"type": "node", "data": {"content": "[CQ:face,id=1]再说"}},
        ]}),
    );
    let read = message(&said(&json!([bundle])));
    assert_eq!(read.content.text.text, "[转发消息]\nbuy at bad.example\n[表情1]\n再说");
    assert!(read.forwarded.is_some());
}

#[test]
fn private_temporary_and_own_messages_stand_where_they_belong() {
    let mut private = said(&json!("hi"));
    private["message_type"] = json!("private");
    assert_eq!(message(&private).chat.key.as_str(), "5", "a temporary session is the private chat");
    let mut own = private.clone();
    (own["post_type"], own["user_id"], own["target_id"]) = (json!("message_sent"), json!(ME), json!(9));
    let read = message(&own);
    assert_eq!((read.chat.key.as_str(), read.from), ("9", Sender::Myself));
    let mut nobody = own;
    nobody["target_id"] = json!(null);
    assert!(matches!(body(&nobody), EventBody::Unknown { .. }));
}

#[test]
fn notices_tell_of_people_and_of_the_bot_itself() {
    let notice = |kind: &str, sub: &str, user: i64| {
        json!({"post_type": "notice", "notice_type": kind, "sub_type": sub, "group_id": 77, "user_id": user,
            "operator_id": 9, "message_id": 3, "time": 1_700_000_000, "self_id": ME})
    };
    assert!(
        matches!(body(&notice("group_increase", "approve", 5)), EventBody::Joined { user, .. } if user.key.as_str() == "5")
    );
    assert!(matches!(body(&notice("group_decrease", "kick", 5)), EventBody::Left { .. }));
    assert!(matches!(
        body(&notice("group_decrease", "kick_me", ME)),
        EventBody::ChatChanged { bot_present: false, .. }
    ));
    assert!(
        matches!(body(&notice("group_increase", "invite", ME)), EventBody::ChatChanged { bot_present: true, added_by: Some(by), .. } if by.key.as_str() == "9")
    );
    assert!(matches!(
        body(&notice("group_admin", "set", 5)),
        EventBody::RoleChanged { role: MemberRole::Admin, .. }
    ));
    assert!(
        matches!(body(&notice("group_recall", "", 5)), EventBody::Deleted { messages, .. } if messages == ["3".into()])
    );
    assert!(
        matches!(body(&notice("friend_add", "", 5)), EventBody::DirectOpened { chat, .. } if chat.key.as_str() == "5")
    );
    let mut liked = notice("group_msg_emoji_like", "", 5);
    liked["likes"] = json!([{"emoji_id": "128077", "count": 4}, {"emoji_id": "76", "count": 1}]);
    for (is_add, change) in [
        (json!(null), ReactionChange::Added),
        (json!(true), ReactionChange::Added),
        (json!(false), ReactionChange::Taken),
    ] {
        liked["is_add"] = is_add;
        let EventBody::Reacted { by: Some(by), emoji, change: told, .. } = body(&liked) else { panic!() };
        assert_eq!((by.key.as_str(), told), ("5", change));
        assert_eq!(emoji, ["👍", "custom:76"], "a face of QQ's own has no character");
    }
    let key = |event: &Value| account().read(event).remove(0).key;
    let mut other = liked.clone();
    other["likes"] = json!([{"emoji_id": "76", "count": 1}]);
    let mut back = liked.clone();
    back["is_add"] = json!(true);
    assert_eq!(key(&liked), key(&liked));
    assert!(key(&other) != key(&liked) && key(&back) != key(&liked), "each of a second is its own");
    let qq = account();
    assert!(matches!(qq.read(&notice("bot_offline", "", ME)).remove(0).body, EventBody::Unknown { .. }));
    assert!(qq.breaker.is_offline().is_some());
}

#[test]
fn nothing_that_comes_in_is_too_strange_to_be_counted() {
    let strange = [
        json!({"post_type": "message"}),
        json!({"post_type": "message", "message_id": {}, "user_id": []}),
        json!({"post_type": "message", "message_type": "guild", "message_id": 1, "user_id": 2, "message": 5}),
        json!({"post_type": "notice", "notice_type": "notify", "sub_type": "poke", "user_id": "x"}),
        json!({"post_type": "notice"}),
        json!({"post_type": 7}),
        json!({"post_type": "request", "request_type": "friend", "flag": "f"}),
        said(&json!([])),
        said(&json!({"type": "text"})),
    ];
    for event in strange {
        assert!(matches!(body(&event), EventBody::Unknown { .. }), "{event}");
    }
    assert!(account().read(&json!({"post_type": "meta_event", "meta_event_type": "heartbeat"})).is_empty());
}

#[test]
fn the_group_card_is_the_name_and_events_of_one_second_are_told_apart() {
    let mut carded = said(&json!("x"));
    carded["sender"]["card"] = json!("Lin's shop\u{202E}");
    let Sender::User { user, .. } = message(&carded).from else { panic!("a user") };
    assert_eq!(user.name, "Lin's shop\u{202E}", "names are cleaned by the hall, for all platforms alike");
    let joined = |user: i64| json!({"post_type": "notice", "notice_type": "group_increase", "time": 5, "group_id": 1, "user_id": user});
    let key = |event: &Value| account().read(event).remove(0).key;
    assert_ne!(key(&joined(5)), key(&joined(6)));
    assert_eq!(key(&joined(5)), key(&joined(5)));
}

#[test]
fn halves_of_characters_lose_no_event() {
    let torn =
        said(&json!([piece("text", &json!({"text": "a HALF b"}))])).to_string().replace("HALF", "\\udc00");
    let crate::wire::Frame::Event(event) = crate::wire::frame(&torn) else { panic!("it is an event") };
    assert_eq!(message(&event).content.text.text, "a \u{FFFD} b");
    let card = json!({"prompt": "HALF 加我", "meta": {}}).to_string().replace("HALF", "\\ud800");
    let event = said(&json!([piece("json", &json!({"data": card}))]));
    assert_eq!(message(&event).content.text.text, "\u{FFFD} 加我");
}
