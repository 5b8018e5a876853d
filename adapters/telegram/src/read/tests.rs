//! Real-looking updates and what they mean.

use bot_core::chat::{ChatKind, EventBody, MemberRole, MessageEvent, ReactionChange, Sender, ThreadChange};
use serde_json::{Value, json};

use super::{Reader, raw};
use crate::chats::Chats;
use crate::keys::Albums;

const ME: i64 = 4242;

/// A bot account that reads what it is told.
#[derive(Default)]
struct Ear {
    chats: Chats,
    albums: Albums,
}

impl Ear {
    fn hears(&self, updates: &[Value]) -> Vec<(String, EventBody)> {
        let raws: Vec<_> = updates
            .iter()
            .map(|update| raw(&serde_json::value::to_raw_value(update).unwrap()).unwrap())
            .collect();
        let account = "tg".into();
        let reader =
            Reader { account: &account, me: ME, chats: &self.chats, albums: &self.albums, now_ms: 1_000 };
        reader.all(&raws).into_iter().map(|event| (event.key.0, event.body)).collect()
    }

    fn one(&self, update: Value) -> EventBody {
        let mut events = self.hears(&[update]);
        assert_eq!(events.len(), 1, "{events:?}");
        events.remove(0).1
    }

    fn message(&self, fields: Value) -> MessageEvent {
        match self.one(message(1, 10, fields)) {
            EventBody::Message(message) => message,
            other => panic!("{other:?}"),
        }
    }
}

fn hear(update: Value) -> EventBody {
    Ear::default().one(update)
}

fn lin() -> Value {
    json!({"id": 1001, "is_bot": false, "first_name": "Lin", "last_name": "Wu", "username": "linwu", "language_code": "zh-hans"})
}

fn group() -> Value {
    json!({"id": -1_001_234_567_890_i64, "type": "supergroup", "title": "Starmarket"})
}

fn with(mut base: Value, fields: Value) -> Value {
    let (Value::Object(base_map), Value::Object(fields)) = (&mut base, fields) else { panic!() };
    base_map.extend(fields);
    base
}

fn message(update_id: i64, message_id: i64, fields: Value) -> Value {
    let base = json!({"message_id": message_id, "from": lin(), "chat": group(), "date": 1_700_000_000});
    json!({"update_id": update_id, "message": with(base, fields)})
}

#[test]
fn a_message_is_its_words_its_writer_and_its_place() {
    let said = Ear::default()
        .message(json!({"text": "你好", "entities": [{"type": "bold", "offset": 0, "length": 2}]}));
    assert_eq!((said.message.as_str(), said.content.text.text.as_str()), ("10", "你好"));
    assert_eq!(said.content.text.marks.len(), 1);
    assert_eq!((said.chat.kind, said.chat.title.as_str()), (ChatKind::Group, "Starmarket"));
    let Sender::User { user, role } = said.from else { panic!() };
    assert_eq!(
        (user.key.as_str(), user.name.as_str(), user.username.as_deref()),
        ("1001", "Lin Wu", Some("linwu"))
    );
    assert_eq!((user.language.as_deref(), role), (Some("zh-hans"), MemberRole::Member));
}

#[test]
fn an_update_is_known_by_its_id() {
    let ear = Ear::default();
    let heard = ear.hears(&[message(77, 10, json!({"text": "a"})), message(78, 11, json!({"text": "b"}))]);
    let keys: Vec<&str> = heard.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(keys, ["77", "78"]);
}

#[test]
fn an_edit_is_an_edit_of_the_same_message() {
    let edited = json!({"update_id": 1, "edited_message": {"message_id": 10, "from": lin(), "chat": group(),
        "date": 1, "edit_date": 5, "text": "better"}});
    let EventBody::Edited(edit) = hear(edited) else { panic!() };
    assert_eq!((edit.message.as_str(), edit.content.text.text.as_str()), ("10", "better"));
}

#[test]
fn an_album_is_one_message_with_all_its_files_and_its_caption() {
    let ear = Ear::default();
    let part = |update, id, caption: Option<&str>| {
        let photo = json!([{"file_id": "small"}, {"file_id": format!("big{id}"), "file_size": 9}]);
        message(update, id, json!({"media_group_id": "A", "photo": photo, "caption": caption}))
    };
    let heard = ear.hears(&[
        part(1, 10, None),
        message(2, 12, json!({"text": "between"})),
        part(3, 11, Some("two pictures")),
    ]);
    let parts: Vec<_> = heard
        .into_iter()
        .filter_map(|(_, body)| match body {
            EventBody::Part { album, message } => Some((album, message)),
            _ => None,
        })
        .collect();
    assert!(parts.len() == 2 && parts.iter().all(|(album, _)| album == "A"), "{parts:?}");
    let mut parts = parts.into_iter().map(|(_, part)| part);
    let album = super::joined(&ear.albums, parts.next().unwrap(), parts.collect());
    assert_eq!((album.message.as_str(), album.content.text.text.as_str()), ("10-11", "two pictures"));
    let files: Vec<String> =
        album.content.attachments.iter().map(|file| format!("{:?}", file.file)).collect();
    assert_eq!(files, [r#"Platform("photo:big10")"#, r#"Platform("photo:big11")"#]);
    let reply =
        message(4, 13, json!({"text": "nice", "reply_to_message": {"message_id": 11, "chat": group()}}));
    let EventBody::Message(reply) = ear.one(reply) else { panic!() };
    assert_eq!(reply.reply_to, Some("10-11".into()), "a reply to a part is one to the album");
}

#[test]
fn anonymous_admins_and_channels_are_never_a_member() {
    let anonymous = json!({"text": "rules", "from": {"id": 1_087_968_824, "is_bot": true, "first_name": "Group"},
        "sender_chat": group(), "author_signature": "boss"});
    assert_eq!(Ear::default().message(anonymous).from, Sender::Chat { name: "boss".into() });
    let channel = json!({"id": -1_009_999_999_999_i64, "type": "channel", "title": "News"});
    let linked = json!({"text": "post", "from": {"id": 777_000, "is_bot": false, "first_name": "Telegram"},
        "sender_chat": channel, "is_automatic_forward": true});
    assert_eq!(Ear::default().message(linked).from, Sender::Chat { name: "News".into() });
    let post = json!({"update_id": 1, "channel_post": {"message_id": 5, "chat": channel, "date": 1, "text": "hello"}});
    let EventBody::Message(post) = hear(post) else { panic!() };
    assert_eq!((post.chat.kind, post.from), (ChatKind::Channel, Sender::Chat { name: "News".into() }));
}

#[test]
fn what_the_bot_wrote_is_its_own() {
    let own = json!({"text": "hi", "from": {"id": ME, "is_bot": true, "first_name": "Bot"}});
    assert_eq!(Ear::default().message(own).from, Sender::Myself);
}

#[test]
fn topics_are_threads_and_chains_of_replies_are_none() {
    let in_topic = json!({"text": "x", "message_thread_id": 7, "is_topic_message": true,
        "reply_to_message": {"message_id": 7, "chat": group(), "forum_topic_created": {"name": "T", "icon_color": 1}}});
    let said = Ear::default().message(in_topic);
    assert_eq!((said.thread, said.reply_to), (Some("7".into()), None));
    let in_chain =
        json!({"text": "x", "message_thread_id": 7, "reply_to_message": {"message_id": 9, "chat": group()}});
    let said = Ear::default().message(in_chain);
    assert_eq!((said.thread, said.reply_to), (None, Some("9".into())));
}

#[test]
fn forwards_say_where_they_come_from() {
    let from =
        |origin| Ear::default().message(json!({"text": "x", "forward_origin": origin})).forwarded.unwrap();
    let user = from(
        json!({"type": "user", "date": 1, "sender_user": {"id": 5, "is_bot": false, "first_name": "Ann"}}),
    );
    assert_eq!((user.name.as_str(), user.user), ("Ann", Some("5".into())));
    let hidden = from(json!({"type": "hidden_user", "date": 1, "sender_user_name": "Ghost"}));
    assert_eq!((hidden.name.as_str(), hidden.user), ("Ghost", None));
    let channel = from(
        json!({"type": "channel", "date": 1, "message_id": 3, "chat": {"id": -1005, "type": "channel", "title": "Ads"}}),
    );
    assert_eq!((channel.name.as_str(), channel.user), ("Ads", None));
}

#[test]
fn a_quote_from_elsewhere_is_read_with_the_message() {
    let said = Ear::default().message(json!({"text": "look", "quote": {"text": "buy now", "position": 0},
        "external_reply": {"origin": {"type": "channel", "chat": {"id": -1005, "type": "channel", "title": "Ads"}}}}));
    assert_eq!(said.content.text.text, "look\nbuy now");
    assert_eq!(said.forwarded.unwrap().name, "Ads");
    let own = Ear::default().message(json!({"text": "yes", "quote": {"text": "a part"}, "reply_to_message": {"message_id": 9, "chat": group()}}));
    assert_eq!((own.content.text.text.as_str(), own.reply_to), ("yes", Some("9".into())));
}

#[test]
fn files_keep_what_they_are_and_lose_their_folders() {
    let files = |fields| Ear::default().message(fields).content.attachments;
    let document = files(
        json!({"document": {"file_id": "D", "file_name": "../../etc/pass\u{7}wd", "mime_type": "text/plain", "file_size": 12}}),
    );
    assert_eq!(
        (document[0].name.as_str(), document[0].media_type.as_str(), document[0].size_bytes),
        ("passwd", "text/plain", 12)
    );
    let animation = files(json!({"animation": {"file_id": "G"}, "document": {"file_id": "G"}}));
    assert_eq!(format!("{:?}", animation[0].file), r#"Platform("animation:G")"#);
    let sticker = files(json!({"sticker": {"file_id": "S", "is_video": true, "emoji": "👍"}}));
    assert_eq!((sticker[0].name.as_str(), sticker[0].media_type.as_str()), ("sticker👍.webm", "video/webm"));
}

#[test]
fn what_has_no_words_is_spelt_out_so_that_rules_can_read_it() {
    let words = |fields| Ear::default().message(fields).content.text.text;
    let poll = json!({"poll": {"id": "1", "question": "Cheap coins?", "options": [{"text": "t.me/x", "voter_count": 0}]}});
    assert_eq!(words(poll), "Cheap coins?\n- t.me/x");
    let contact = json!({"contact": {"phone_number": "+86123", "first_name": "Li"}});
    assert_eq!(words(contact), "Li +86123");
    assert_eq!(words(json!({"dice": {"emoji": "🎲", "value": 6}})), "🎲 6");
}

#[test]
fn service_messages_are_changes_or_counted() {
    assert!(matches!(
        hear(message(1, 2, json!({"new_chat_title": "New"}))),
        EventBody::ChatChanged { bot_present: true, .. }
    ));
    let closed = hear(message(
        1,
        2,
        json!({"message_thread_id": 7, "is_topic_message": true, "forum_topic_closed": {}}),
    ));
    assert!(matches!(closed, EventBody::ThreadChanged { change: ThreadChange::Closed, .. }));
    let reopened = hear(message(
        1,
        2,
        json!({"message_thread_id": 7, "is_topic_message": true, "forum_topic_reopened": {}}),
    ));
    assert!(matches!(reopened, EventBody::ThreadChanged { change: ThreadChange::Reopened, .. }));
    let own = json!({"message_thread_id": 7, "forum_topic_closed": {}, "from": {"id": ME, "is_bot": true, "first_name": "B"}});
    assert!(matches!(hear(message(1, 2, own)), EventBody::Unknown { .. }), "what the bot did is no news");
    let pinned =
        hear(message(1, 2, json!({"pinned_message": {"message_id": 1, "date": 0, "chat": group()}})));
    assert_eq!(pinned, EventBody::Unknown { kind: "message.service".into() });
}

#[test]
fn a_group_that_becomes_a_supergroup_keeps_its_history() {
    let old = json!({"id": -55, "type": "group", "title": "G"});
    let to = json!({"chat": old, "migrate_to_chat_id": -1_001_234_567_890_i64});
    let EventBody::ChatMigrated { chat, from } = hear(message(1, 2, to)) else { panic!() };
    assert_eq!((chat.key.as_str(), from.as_str()), ("-1001234567890", "-55"));
    let from = hear(message(1, 2, json!({"migrate_from_chat_id": -55})));
    let EventBody::ChatMigrated { chat, from } = from else { panic!() };
    assert_eq!((chat.key.as_str(), from.as_str()), ("-1001234567890", "-55"));
}

#[test]
fn start_opens_the_private_chat_with_what_the_link_carried() {
    let private = |text| {
        hear(message(
            1,
            2,
            json!({"text": text, "chat": {"id": 1001, "type": "private", "first_name": "Lin"}}),
        ))
    };
    for (text, expected) in
        [("/start", None), ("/start ticket_7", Some("ticket_7")), ("/START@guildhall_bot a-b", Some("a-b"))]
    {
        let EventBody::DirectOpened { chat, by, payload } = private(text) else { panic!("{text}") };
        assert_eq!((chat.key.as_str(), by.key.as_str(), payload.as_deref()), ("1001", "1001", expected));
    }
    assert!(matches!(private("/started"), EventBody::Message(_)));
    let in_group = message(1, 2, json!({"text": "/start x"}));
    assert!(matches!(hear(in_group), EventBody::Message(_)));
}

#[test]
fn a_press_names_its_message_and_can_be_answered() {
    let press = json!({"update_id": 9, "callback_query": {"id": "998877", "from": lin(), "chat_instance": "1",
        "data": "abc123", "message": {"message_id": 10, "chat": group(), "date": 0}}});
    let EventBody::Pressed { press, handle, message, by, .. } = hear(press) else { panic!() };
    assert_eq!((press.0.as_str(), handle.as_str(), message), ("998877", "abc123", Some("10".into())));
    assert_eq!(by.key.as_str(), "1001");
}

#[test]
fn reactions_name_who_reacted() {
    let reaction = |who: Value| {
        with(
            json!({"chat": group(), "message_id": 10, "date": 1, "old_reaction": [],
            "new_reaction": [{"type": "emoji", "emoji": "👍"}, {"type": "custom_emoji", "custom_emoji_id": "53"}]}),
            who,
        )
    };
    let by_user = json!({"update_id": 1, "message_reaction": reaction(json!({"user": lin()}))});
    let EventBody::Reacted { emoji, message, change, .. } = hear(by_user) else { panic!() };
    assert_eq!((emoji, message), (vec!["👍".to_owned(), "custom:53".to_owned()], "10".into()));
    assert_eq!(change, ReactionChange::Stand, "Telegram tells of all that stand");
    let anonymous = json!({"update_id": 1, "message_reaction": reaction(json!({"actor_chat": group()}))});
    assert!(matches!(hear(anonymous), EventBody::Unknown { .. }));
}

fn member_update(field: &str, chat: Value, old: Value, new: Value) -> Value {
    json!({"update_id": 1, field: {"chat": chat, "from": lin(), "date": 100, "old_chat_member": old, "new_chat_member": new}})
}

fn bot(status: &str) -> Value {
    json!({"status": status, "user": {"id": ME, "is_bot": true, "first_name": "B"}, "can_delete_messages": true})
}

fn user(status: &str) -> Value {
    json!({"status": status, "user": {"id": 7, "is_bot": false, "first_name": "Mo"}})
}

#[test]
fn the_bot_is_added_promoted_and_removed() {
    let ear = Ear::default();
    let change = |old, new| ear.one(member_update("my_chat_member", group(), bot(old), bot(new)));
    let EventBody::ChatChanged { bot_present: true, added_by: Some(by), .. } = change("left", "member")
    else {
        panic!()
    };
    assert_eq!(by.key.as_str(), "1001");
    let mut hidden = member_update("my_chat_member", group(), bot("left"), bot("member"));
    hidden["my_chat_member"]["from"] = json!({"id": 1_087_968_824, "is_bot": true, "first_name": "Group"});
    assert!(
        matches!(ear.one(hidden), EventBody::ChatChanged { added_by: None, .. }),
        "nobody is called Group"
    );
    let promoted = change("member", "administrator");
    assert!(
        matches!(promoted, EventBody::ChatChanged { bot_present: true, added_by: None, .. }),
        "{promoted:?}"
    );
    let rights = ear.chats.get(-1_001_234_567_890).rights.unwrap();
    assert!(rights.contains(&bot_core::chat::Right::DeleteMessages) && rights.len() == 2);
    assert!(matches!(change("administrator", "kicked"), EventBody::ChatChanged { bot_present: false, .. }));
}

#[test]
fn a_person_blocks_the_bot_and_takes_it_back() {
    let private = || json!({"id": 1001, "type": "private", "first_name": "Lin"});
    let blocked = hear(member_update("my_chat_member", private(), bot("member"), bot("kicked")));
    assert!(matches!(blocked, EventBody::DirectClosed { .. }));
    let back = hear(member_update("my_chat_member", private(), bot("kicked"), bot("member")));
    assert!(matches!(back, EventBody::ChatChanged { bot_present: true, added_by: None, .. }));
}

#[test]
fn members_come_go_and_are_promoted_and_are_told_of_once() {
    let ear = Ear::default();
    let change = |old, new| ear.one(member_update("chat_member", group(), user(old), user(new)));
    assert!(matches!(change("left", "member"), EventBody::Joined { .. }));
    let service = message(
        2,
        3,
        json!({"date": 101, "new_chat_members": [{"id": 7, "is_bot": false, "first_name": "Mo"}]}),
    );
    assert!(matches!(ear.one(service), EventBody::Unknown { .. }), "the same joining in other words");
    let EventBody::RoleChanged { role, .. } = change("member", "administrator") else { panic!() };
    assert_eq!(role, MemberRole::Admin);
    let said = message(3, 4, json!({"text": "x", "from": {"id": 7, "is_bot": false, "first_name": "Mo"}}));
    let EventBody::Message(said) = ear.one(said) else { panic!() };
    assert!(matches!(said.from, Sender::User { role: MemberRole::Admin, .. }));
    assert!(matches!(change("administrator", "left"), EventBody::Left { .. }));
    let muted = json!({"status": "restricted", "user": {"id": 7, "is_bot": false, "first_name": "Mo"}, "is_member": true});
    let restricted = ear.one(member_update("chat_member", group(), user("member"), muted));
    assert!(matches!(restricted, EventBody::Unknown { .. }));
}

#[test]
fn several_who_come_at_once_are_several_events_of_one_update() {
    let users = json!({"new_chat_members": [{"id": 7, "first_name": "A"}, {"id": ME, "first_name": "B"}, {"id": 8, "first_name": "C"}]});
    let heard = Ear::default().hears(&[message(5, 2, users)]);
    let keys: Vec<&str> = heard.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(keys, ["5", "5/1"]);
    assert!(heard.iter().all(|(_, body)| matches!(body, EventBody::Joined { .. })));
}

#[test]
fn what_nobody_has_a_word_for_is_counted_and_stops_nothing() {
    let boost = json!({"update_id": 5, "chat_boost": {"chat": group(), "boost": {}}});
    assert_eq!(hear(boost), EventBody::Unknown { kind: "chat_boost".into() });
    let broken = json!({"update_id": 6, "message": {"message_id": "ten", "chat": 7}});
    assert_eq!(hear(broken), EventBody::Unknown { kind: "message".into() });
    let newer = message(7, 2, json!({"hologram": {"depth": 3}}));
    assert!(matches!(hear(newer), EventBody::Unknown { .. }));
}

#[test]
fn halves_of_characters_lose_no_update() {
    let whole = message(7, 10, json!({"text": "see HALF_1 and HALF_2 😀"})).to_string();
    let torn = whole.replace("HALF_1", "\\ud83d").replace("HALF_2", "\\uDE00");
    // As a batch of `getUpdates` and as the body of a webhook's request they come apart in the same way.
    let json: Box<serde_json::value::RawValue> = serde_json::from_str(&torn).unwrap();
    let read = raw(&json).unwrap();
    assert_eq!((read.id, read.kind.as_str()), (7, ""));
    let text = read.update.message.unwrap().text.unwrap_or_default();
    assert_eq!(text, "see \u{FFFD} and \u{FFFD} 😀");
}
