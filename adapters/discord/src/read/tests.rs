//! Dispatches as Discord sends them, and what they mean.

use bot_core::chat::{AttachmentKind, ChatKind, EventBody, FileRef, MemberRole, Sender, ThreadChange};
use serde_json::{Value, json};

use super::{Dispatch, Reader};
use crate::known::Known;
use crate::own::Own;
use crate::wire::{Id, User};

struct Bench {
    known: Known,
    own: Own,
    guilds: Vec<u64>,
}

impl Bench {
    fn new() -> Self {
        let known = Known::default();
        known.is_me(User { id: Id(9), username: "guildhall".into(), ..User::default() });
        known.is_application(Id(90));
        let bench = Self { known, own: Own::default(), guilds: Vec::new() };
        bench.told("GUILD_CREATE", guild());
        bench
    }

    fn told(&self, name: &str, data: Value) -> Vec<bot_core::chat::Event> {
        let reader = Reader {
            account: &"discord".into(),
            session: "S",
            guilds: &self.guilds,
            known: &self.known,
            own: &self.own,
            now_ms: 5,
        };
        reader.events(&Dispatch { name: name.into(), seq: 3, data })
    }

    fn body(&self, name: &str, data: Value) -> EventBody {
        let mut events = self.told(name, data);
        assert_eq!(events.len(), 1, "{events:?}");
        events.remove(0).body
    }
}

fn guild() -> Value {
    json!({
        "id": "1", "name": "Sellers", "owner_id": "50", "system_channel_id": "11", "member_count": 3,
        "roles": [{"id": "1", "permissions": "3072"}, {"id": "2", "permissions": "8"}],
        "members": [{"user": {"id": "9", "username": "guildhall"}, "roles": []}],
        "channels": [{"id": "11", "type": 0, "name": "general"}, {"id": "12", "type": 5, "name": "news"},
            {"id": "13", "type": 2, "name": "voice"}],
        "threads": [{"id": "77", "type": 11, "parent_id": "11", "name": "T-1",
            "thread_metadata": {"archived": false, "locked": false}}],
    })
}

fn message(more: Value) -> Value {
    let mut message = json!({
        "id": "175928847299117063", "channel_id": "11", "guild_id": "1", "type": 0, "content": "hello <@51>",
        "author": {"id": "50", "username": "lin", "global_name": "Lin"}, "member": {"roles": [], "nick": "Lin 🛍"},
        "mentions": [{"id": "51", "username": "bo"}],
    });
    for (name, value) in more.as_object().unwrap() {
        message[name] = value.clone();
    }
    message
}

#[test]
fn a_message_says_who_where_and_what() {
    let bench = Bench::new();
    let mut events = bench.told("MESSAGE_CREATE", message(json!({})));
    let event = events.remove(0);
    assert_eq!((event.key.as_str(), event.at_ms), ("m/175928847299117063", 1_462_015_105_796));
    let EventBody::Message(said) = event.body else { panic!("a message") };
    assert_eq!((said.chat.title.as_str(), said.chat.kind, said.thread), ("Sellers", ChatKind::Group, None));
    assert_eq!((said.content.text.text.as_str(), said.content.text.marks.len()), ("hello @bo", 1));
    let Sender::User { user, role } = said.from else { panic!("a user") };
    assert_eq!(
        (user.name.as_str(), user.username.as_deref(), role),
        ("Lin 🛍", Some("lin"), MemberRole::Owner)
    );
}

#[test]
fn a_message_of_a_thread_belongs_to_its_chat_and_names_what_it_answers() {
    let reference = json!({"message_id": "5", "channel_id": "77"});
    let EventBody::Message(said) = Bench::new().body(
        "MESSAGE_CREATE",
        message(json!({"channel_id": "77", "type": 19, "message_reference": reference})),
    ) else {
        panic!("a message")
    };
    assert_eq!((said.chat.key.as_str(), said.thread.unwrap().as_str()), ("11", "77"));
    assert_eq!((said.message.as_str(), said.reply_to.unwrap().as_str()), ("77/175928847299117063", "77/5"));
}

#[test]
fn files_polls_stickers_and_forwards_are_read_too() {
    let files = json!([{"id": "6", "filename": "../order.png", "content_type": "image/png; x", "size": 7, "url": "u"}]);
    let forwarded = json!([{"message": {"content": "from elsewhere", "attachments": [{"id": "8", "filename": "a.pdf"}]}}]);
    let more = json!({"content": "", "attachments": files, "sticker_items": [{"id": "1", "name": "Hi"}],
        "poll": {"question": {"text": "When?"}, "answers": [{"poll_media": {"text": "Now"}}]},
        "message_snapshots": forwarded, "message_reference": {"type": 1, "message_id": "4"}});
    let EventBody::Message(said) = Bench::new().body("MESSAGE_CREATE", message(more)) else {
        panic!("a message")
    };
    assert_eq!(said.content.text.text, "When?\n- Now\n:Hi:\nfrom elsewhere");
    let files = &said.content.attachments;
    assert_eq!(
        (files[0].name.as_str(), files[0].kind, files.len()),
        ("order.png", AttachmentKind::Picture, 2)
    );
    assert_eq!(files[0].file, FileRef::Platform("11/175928847299117063/6".into()));
    assert!(said.forwarded.is_some() && said.reply_to.is_none());
}

#[test]
fn what_the_bot_did_itself_is_no_news() {
    let bench = Bench::new();
    let own = json!({"author": {"id": "9", "username": "guildhall"}});
    assert_eq!(bench.told("MESSAGE_CREATE", message(own.clone())), []);
    assert_eq!(bench.told("MESSAGE_CREATE", message(json!({"webhook_id": "3", "application_id": "90"}))), []);
    bench.own.deletes(Id(7));
    let deleted = json!({"ids": ["7", "8"], "channel_id": "11", "guild_id": "1"});
    let EventBody::Deleted { messages, .. } = bench.body("MESSAGE_DELETE_BULK", deleted) else {
        panic!("deleted")
    };
    assert_eq!(messages, ["8".into()]);
}

#[test]
fn an_edit_is_one_only_when_somebody_edited() {
    let bench = Bench::new();
    assert_eq!(bench.told("MESSAGE_UPDATE", message(json!({}))), [], "Discord added a preview");
    let edited = message(json!({"edited_timestamp": "2026-11-21T08:00:00Z", "content": "new"}));
    let events = bench.told("MESSAGE_UPDATE", edited);
    assert_eq!(events[0].key.as_str(), "e/175928847299117063/2026-11-21T08:00:00Z");
    assert!(matches!(&events[0].body, EventBody::Edited(edited) if edited.content.text.text == "new"));
}

#[test]
fn webhooks_are_no_users_and_discords_own_words_no_messages() {
    let bench = Bench::new();
    let EventBody::Message(said) = bench.body("MESSAGE_CREATE", message(json!({"webhook_id": "3"}))) else {
        panic!("a message")
    };
    assert!(matches!(said.from, Sender::Chat { .. }));
    let joined = bench.body("MESSAGE_CREATE", message(json!({"type": 7})));
    assert_eq!(joined, EventBody::Unknown { kind: "message.type.7".into() });
}

fn press(more: Value) -> Value {
    let mut press = json!({
        "id": "600", "application_id": "90", "type": 3, "token": "tok", "guild_id": "1", "channel_id": "11",
        "member": {"user": {"id": "51", "username": "bo"}, "roles": ["2"]}, "locale": "zh-CN",
        "message": {"id": "500", "channel_id": "11"}, "data": {"component_type": 2, "custom_id": "abc"},
    });
    for (name, value) in more.as_object().unwrap() {
        press[name] = value.clone();
    }
    press
}

#[test]
fn a_press_names_its_button_and_how_to_answer_it() {
    let body = Bench::new().body("INTERACTION_CREATE", press(json!({})));
    let EventBody::Pressed { by, message, press, handle, .. } = body else { panic!("a press") };
    assert_eq!((handle.as_str(), message.unwrap().as_str(), press.as_str()), ("abc", "500", "b/600/tok"));
    assert_eq!((by.key.as_str(), by.language.as_deref()), ("51", Some("zh-CN")));
}

#[test]
fn a_command_is_the_words_that_people_type_elsewhere() {
    let bench = Bench::new();
    let data = json!({"name": "mute", "type": 1, "options": [{"name": "text", "type": 3, "value": "<@50> 10m spam"}]});
    let EventBody::Message(said) = bench.body("INTERACTION_CREATE", press(json!({"type": 2, "data": data})))
    else {
        panic!("a command")
    };
    assert_eq!(said.content.text.text, "/mute @50 10m spam");
    assert_eq!((said.message.as_str(), said.press.unwrap().as_str()), ("i600", "c/600/tok"));
    assert!(matches!(said.from, Sender::User { role: MemberRole::Admin, .. }));
    let data = json!({"name": "report", "type": 3, "target_id": "500"});
    let EventBody::Message(said) = bench.body("INTERACTION_CREATE", press(json!({"type": 2, "data": data})))
    else {
        panic!("a command")
    };
    assert_eq!((said.content.text.text.as_str(), said.reply_to.unwrap().as_str()), ("/report", "500"));
}

#[test]
fn the_private_chat_is_opened_by_a_button_or_by_its_command() {
    let bench = Bench::new();
    bench.known.is_direct(Id(51), Id(700));
    let opens = press(json!({"data": {"component_type": 2, "custom_id": "open:t7"}}));
    let EventBody::DirectOpened { chat, payload, .. } = bench.body("INTERACTION_CREATE", opens) else {
        panic!("opened")
    };
    assert_eq!((chat.key.as_str(), chat.kind, payload.as_deref()), ("700", ChatKind::Direct, Some("t7")));
    let start = json!({"type": 2, "data": {"name": "start", "type": 1}, "guild_id": null, "channel_id": "700",
        "member": null, "user": {"id": "51", "username": "bo"}});
    let EventBody::DirectOpened { payload, .. } = bench.body("INTERACTION_CREATE", press(start)) else {
        panic!("opened")
    };
    assert_eq!(payload, None);
}

#[test]
fn an_interaction_without_a_place_or_of_an_unknown_sort_is_counted_and_passed_over() {
    let bench = Bench::new();
    for more in [json!({"channel_id": "404"}), json!({"type": 99}), json!({"member": null})] {
        assert!(matches!(bench.body("INTERACTION_CREATE", press(more)), EventBody::Unknown { .. }));
    }
}

#[test]
fn members_come_go_and_change_in_the_main_channel() {
    let bench = Bench::new();
    let member =
        json!({"guild_id": "1", "user": {"id": "51", "username": "bo"}, "roles": ["2"], "joined_at": "T"});
    let events = bench.told("GUILD_MEMBER_ADD", member.clone());
    assert_eq!(events[0].key.as_str(), "j/1/51/T");
    assert!(matches!(&events[0].body, EventBody::Joined { chat, .. } if chat.key.as_str() == "11"));
    assert!(matches!(bench.body("GUILD_MEMBER_REMOVE", member.clone()), EventBody::Left { .. }));
    assert!(matches!(
        bench.body("GUILD_MEMBER_UPDATE", member),
        EventBody::RoleChanged { role: MemberRole::Admin, .. }
    ));
}

#[test]
fn who_stands_in_the_gate_of_a_server_has_not_joined_yet() {
    let bench = Bench::new();
    // It is just after midnight.
    let joined_at = "1970-01-01T00:00:00+00:00";
    let member = |pending: bool| json!({"guild_id": "1", "user": {"id": "51", "username": "bo"}, "roles": [], "joined_at": joined_at, "pending": pending});
    assert_eq!(bench.told("GUILD_MEMBER_ADD", member(true)), []);
    let through = bench.told("GUILD_MEMBER_UPDATE", member(false));
    assert!(matches!(through[0].body, EventBody::Joined { .. }), "{through:?}");
    assert!(matches!(through[1].body, EventBody::RoleChanged { .. }), "{through:?}");
    let again = bench.told("GUILD_MEMBER_ADD", member(false));
    assert_eq!(again[0].key, through[0].key, "who was told of is not told of twice");
    let mut old = member(false);
    old["joined_at"] = json!("1969-12-30T00:00:00+00:00");
    assert_eq!(bench.told("GUILD_MEMBER_UPDATE", old).len(), 1, "only what changed about them");
}

#[test]
fn a_server_that_is_lost_for_a_while_is_not_gone() {
    let bench = Bench::new();
    assert_eq!(bench.told("GUILD_DELETE", json!({"id": "1", "unavailable": true})), []);
    assert_eq!(bench.known.outages().len(), 1);
    assert_eq!(bench.told("GUILD_CREATE", guild()), [], "nothing has changed");
    assert_eq!(bench.known.outages(), []);
    let gone = bench.told("GUILD_DELETE", json!({"id": "1"}));
    assert_eq!(gone.len(), 2);
    assert!(gone.iter().all(|one| matches!(one.body, EventBody::ChatChanged { bot_present: false, .. })));
}

#[test]
fn a_thread_is_closed_when_it_is_locked_by_somebody_else() {
    let bench = Bench::new();
    let thread = |archived: bool, locked: bool| {
        json!({"id": "77", "type": 11, "guild_id": "1", "parent_id": "11", "name": "T-1",
            "thread_metadata": {"archived": archived, "locked": locked}})
    };
    assert_eq!(bench.told("THREAD_UPDATE", thread(true, false)), [], "silent for too long");
    let body = bench.body("THREAD_UPDATE", thread(true, true));
    assert!(matches!(body, EventBody::ThreadChanged { change: ThreadChange::Closed, .. }));
    bench.own.closes(Id(77), false);
    assert_eq!(bench.told("THREAD_UPDATE", thread(false, false)), [], "the bot did it");
    let body = bench.body("THREAD_DELETE", thread(false, false));
    assert!(matches!(body, EventBody::ThreadChanged { change: ThreadChange::Deleted, .. }));
}

#[test]
fn servers_that_are_not_served_are_not_heard() {
    let mut bench = Bench::new();
    bench.guilds = vec![2];
    assert_eq!(bench.told("MESSAGE_CREATE", message(json!({}))), []);
    assert_eq!(bench.told("GUILD_CREATE", guild()), []);
}

#[test]
fn nothing_that_cannot_be_read_stops_anything() {
    let bench = Bench::new();
    let names = [
        "MESSAGE_CREATE",
        "MESSAGE_UPDATE",
        "MESSAGE_DELETE",
        "MESSAGE_REACTION_ADD",
        "INTERACTION_CREATE",
        "GUILD_CREATE",
        "GUILD_DELETE",
        "GUILD_MEMBER_ADD",
        "GUILD_ROLE_UPDATE",
        "CHANNEL_UPDATE",
        "CHANNEL_DELETE",
        "THREAD_UPDATE",
        "THREAD_DELETE",
        "THREAD_LIST_SYNC",
        "GUILD_MEMBER_UPDATE",
        "SOMETHING_NEW",
    ];
    for name in names {
        for data in [
            json!(null),
            json!([]),
            json!("x"),
            json!({}),
            json!({"id": {}, "channel_id": -1}),
            json!({"id": "99999999999999999999999"}),
        ] {
            bench.told(name, data);
        }
    }
    assert!(matches!(bench.body("SOMETHING_NEW", json!({})), EventBody::Unknown { .. }));
}

#[test]
fn what_automod_kept_back_is_told_with_who_wrote_it_and_once() {
    let bench = Bench::new();
    let told = |kind: u8, member: Value| {
        let data = json!({"guild_id": "1", "channel_id": "11", "user_id": "51", "rule_id": "6", "rule_trigger_type": 1,
            "action": {"type": kind}, "content": "free nitro", "matched_keyword": "*nitro*", "member": member});
        bench.told("AUTO_MODERATION_ACTION_EXECUTION", data)
    };
    let lin = || json!({"user": {"id": "51", "username": "lin", "global_name": "Lin"}, "roles": []});
    let [event]: [_; 1] = told(1, lin()).try_into().unwrap();
    let EventBody::Withheld { chat, by, text, why } = event.body else { panic!("{:?}", event.body) };
    assert_eq!((chat.key.as_str(), by.name.as_str()), ("11", "Lin"));
    assert_eq!((text.as_str(), why.as_str()), ("free nitro", "AutoMod: *nitro*"));
    assert!(told(2, lin()).is_empty() && told(3, lin()).is_empty(), "one message is one event");
    for nobody in [Value::Null, json!({"user": {"id": "52", "username": "x"}})] {
        let unknown = told(1, nobody);
        assert!(matches!(&unknown[0].body, EventBody::Unknown { .. }), "{unknown:?}");
    }
}
