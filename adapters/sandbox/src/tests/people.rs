//! What people do, and what the platform refuses them.

use std::collections::BTreeMap;

use bot_core::chat::{
    Action, Button, ButtonDo, Content, EventBody, Field, FieldKind, Form, ForwardOrigin, Mark, MarkKind,
    MemberRole, MessageKey, RichText, Sender,
};

use super::{Town, key, user};
use crate::{Post, Profile, Refusal, Tapped};

fn town() -> Town {
    let town = Town::new(Profile::sandbox());
    town.events();
    town
}

#[test]
fn a_message_reaches_the_bot_with_its_mentions_and_reply() {
    let town = town();
    let first = town.says("Lin", "hello");
    let reply = Post::text("@mei_shop 你好 @guildhall_bot @nobody").replying_to(&first);
    let second = town.world.say(&key("Bo"), &town.group, reply).unwrap();
    let EventBody::Message(event) = town.events().remove(1) else { panic!() };
    assert_eq!((&event.message, &event.reply_to), (&second, &Some(first)));
    assert_eq!(event.from, Sender::User { user: user("Bo"), role: MemberRole::Admin });
    let mentioned: Vec<_> = event.content.text.mentioned().map(|user| user.as_str()).collect();
    assert_eq!(mentioned, ["mei", "guildhall"]);
}

#[tokio::test]
async fn those_who_may_not_write_are_told_why() {
    let town = town();
    let say = |name: &str| town.world.say(&key(name), &town.group, "hi").unwrap_err();
    assert_eq!(say("Tom"), Refusal::NotMember);
    assert_eq!(say("Nobody"), Refusal::NoUser(key("Nobody")));
    let until_ms = Some(1_060_000);
    town.done(&town.here(), Action::Mute { user: key("Lin"), until_ms }).await;
    assert_eq!(say("Lin"), Refusal::Muted { until_ms });
    town.done(&town.here(), Action::Ban { user: key("Mei"), purge_ms: 0 }).await;
    assert_eq!(say("Mei"), Refusal::Banned);
    assert_eq!(town.world.join(&key("Mei"), &town.group), Err(Refusal::Banned));
    town.world.deactivate(&key("Bo")).unwrap();
    assert_eq!(say("Bo"), Refusal::Deactivated);
    assert_eq!(town.world.say(&key("Lin"), &"g9".into(), "hi"), Err(Refusal::NoChat("g9".into())));
    town.clock.move_to(1_060_000);
    town.says("Lin", "the mute is over");
}

#[test]
fn bad_content_is_refused_in_a_sentence() {
    let town = town();
    let say = |post: Post| town.world.say(&key("Lin"), &town.group, post).unwrap_err();
    let long = say(Post::text("x".repeat(10 * 1024 * 1024)));
    assert_eq!(long.to_string(), "the message is too long: 10485760 characters, 4096 are allowed");
    assert_eq!(say(Post::text(" \n")), Refusal::Empty);
    assert_eq!(say(Post::text("x").replying_to(&"99".into())), Refusal::NoMessage("99".into()));
    assert_eq!(say(Post::text("x").in_thread(&"t9".into())), Refusal::NoThread("t9".into()));
    let mark = |start_utf8, end_utf8| Mark { start_utf8, end_utf8, kind: MarkKind::Bold };
    for marks in [vec![mark(0, 99)], vec![mark(1, 3)], vec![mark(0, 6), mark(3, 9)]] {
        assert_eq!(say(Post::text(RichText { text: "你好吗".into(), marks })), Refusal::BadMarks);
    }
    let press = Button { label: "x".into(), does: ButtonDo::Press("h".into()) };
    let content = Content::text("x").with_row(vec![press]);
    assert_eq!(say(Post { content, ..Post::default() }), Refusal::BotOnly("buttons"));
    assert!(town.events().is_empty() && town.transcript().is_empty());
}

#[test]
fn names_are_kept_as_hostile_as_they_are() {
    let town = town();
    let name = format!("\u{202E}<b>{}", "\u{0301}".repeat(1000));
    town.world.rename_user(&key("Lin"), &name).unwrap();
    town.says("Lin", "hi");
    let events = town.events();
    assert_eq!(events[0].user().unwrap().name, name);
}

#[test]
fn keys_and_usernames_are_unique() {
    let town = town();
    assert_eq!(town.world.add_user(user("Lin")), Err(Refusal::Taken("lin".into())));
    let mut other = user("Kim");
    other.username = Some("LIN_SHOP".into());
    assert_eq!(town.world.add_user(other.clone()), Err(Refusal::Taken("@LIN_SHOP".into())));
    other.username = Some("guildhall_bot".into());
    assert_eq!(town.world.add_user(other), Err(Refusal::Taken("@guildhall_bot".into())));
    for key in ["g1", "d.lin"] {
        assert_eq!(town.world.create_group(key, "x", &[]), Err(Refusal::Taken(key.into())));
    }
}

#[test]
fn people_edit_delete_and_react_within_their_rights() {
    let town = town();
    let (world, group) = (&town.world, &town.group);
    let hers = town.says("Lin", "helo");
    assert_eq!(world.edit(&key("Mei"), group, &hers, "x"), Err(Refusal::NotAuthor));
    assert_eq!(world.edit(&key("Lin"), group, &hers, "helo"), Err(Refusal::Unchanged));
    world.edit(&key("Lin"), group, &hers, "hello").unwrap();
    world.react(&key("Mei"), group, &hers, &["👍"]).unwrap();
    assert_eq!(world.react(&key("Mei"), group, &hers, &["👍"]), Err(Refusal::Unchanged));
    assert_eq!(town.transcript(), "Lin: hello (edited) 👍\n");
    assert_eq!(world.delete(&key("Mei"), group, std::slice::from_ref(&hers)), Err(Refusal::NotAuthor));
    world.delete(&key("Bo"), group, std::slice::from_ref(&hers)).unwrap();
    assert_eq!(
        world.delete(&key("Bo"), group, std::slice::from_ref(&hers)),
        Err(Refusal::NoMessage(hers.clone()))
    );
    assert_eq!(world.edit(&key("Lin"), group, &hers, "x"), Err(Refusal::NoMessage(hers)));
    assert_eq!(town.transcript(), "Lin: (deleted) hello (edited) 👍\n");
    let kinds: Vec<_> = town.events().iter().map(EventBody::kind).collect();
    assert_eq!(kinds, ["message", "edited", "reacted", "deleted"]);
}

#[test]
fn some_platforms_do_not_tell_of_deletions() {
    let town = Town::new(Profile { tells_deletions: false, ..Profile::sandbox() });
    let hers = town.says("Lin", "hi");
    town.world.delete(&key("Lin"), &town.group, &[hers]).unwrap();
    assert!(town.events().iter().all(|event| event.kind() != "deleted"));
}

#[test]
fn the_private_chat_is_the_persons_to_open_and_shut() {
    let town = town();
    let lin = key("Lin");
    assert_eq!(town.world.close_direct(&lin), Err(Refusal::DirectNotOpen));
    assert!(town.world.open_direct(&lin, Some("not a payload!")).is_err());
    let chat = town.world.open_direct(&lin, Some("t-12")).unwrap();
    town.world.say(&lin, &chat, "hi").unwrap();
    assert_eq!(town.world.say(&key("Mei"), &chat, "hi"), Err(Refusal::NotMember));
    town.world.close_direct(&lin).unwrap();
    assert_eq!(town.world.say(&lin, &chat, "hi"), Err(Refusal::DirectNotOpen));
    assert_eq!(town.world.open_direct(&lin, None), Ok(chat));
    let events = town.events();
    assert!(
        matches!(&events[0], EventBody::DirectOpened { payload: Some(payload), .. } if payload == "t-12")
    );
    assert!(matches!(&events[2], EventBody::DirectClosed { .. }));
    assert!(matches!(&events[3], EventBody::DirectOpened { payload: None, .. }));
}

#[tokio::test]
async fn buttons_do_what_they_say() {
    let town = town();
    let button = |label: &str, does| Button { label: label.to_owned(), does };
    let content = Content::text("Solved?").with_row(vec![
        button("Yes", ButtonDo::Press("h1".into())),
        button("Ticket", ButtonDo::OpenDirect("t-1".into())),
        button("Help", ButtonDo::Url("https://example.org".into())),
    ]);
    let message = town.sends(&town.here(), content).await;
    let tap = |name: &str, label: &str| town.world.tap(&key(name), &town.group, &message, label);
    assert_eq!(tap("Tom", "Yes"), Err(Refusal::NotMember));
    assert_eq!(tap("Lin", "No"), Err(Refusal::NoButton));
    assert_eq!(tap("Lin", "Help"), Ok(Tapped::Url("https://example.org".into())));
    assert_eq!(tap("Lin", "Ticket"), Ok(Tapped::Direct("d.lin".into())));
    let press = town.world.press(&key("Lin"), &town.group, &message, "h1").unwrap();
    assert_eq!(town.world.press(&key("Lin"), &town.group, &message, "h2"), Err(Refusal::NoButton));
    let events = town.events();
    assert_eq!(events.len(), 2);
    assert!(
        matches!(&events[1], EventBody::Pressed { press: told, handle, .. } if *told == press && handle == "h1")
    );
    town.done(&town.here(), Action::AnswerPress { press, text: "Thank you".into() }).await;
    assert!(town.transcript().ends_with("(only Lin) * “Thank you”\n"));
}

#[tokio::test]
async fn a_form_wants_answers_that_fit() {
    let town = town();
    let field = |name: &str, kind, required| Field {
        name: name.into(),
        label: name.into(),
        hint: String::new(),
        kind,
        required,
    };
    let fields = vec![
        field("subject", FieldKind::Line, true),
        field("kind", FieldKind::Choice(vec![("pay".into(), "Payment".into())]), true),
        field("more", FieldKind::Text, false),
    ];
    let form = Form { handle: "f1".into(), title: "New ticket".into(), fields };
    town.done(&town.here(), Action::ShowForm { user: key("Lin"), press: None, form }).await;
    let fill = |name: &str, answers: &[(&str, &str)]| {
        let answers: BTreeMap<_, _> =
            answers.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        town.world.fill_form(&key(name), "f1", answers)
    };
    assert_eq!(fill("Mei", &[]), Err(Refusal::NoForm));
    for (answers, said) in [
        (&[("subject", " "), ("kind", "pay")][..], "“subject”: an answer is needed"),
        (&[("subject", "a\nb"), ("kind", "pay")], "“subject”: one line is wanted"),
        (&[("subject", "a"), ("kind", "Payment")], "“kind”: this is not one of the choices"),
        (&[("subject", "a"), ("kind", "pay"), ("x", "y")], "“x”: the form has no such field"),
    ] {
        assert_eq!(fill("Lin", answers).unwrap_err().to_string(), said);
    }
    assert!(town.events().is_empty());
    fill("Lin", &[("subject", "no payout"), ("kind", "pay"), ("more", "")]).unwrap();
    let EventBody::Submitted { answers, handle, .. } = town.events().remove(0) else { panic!() };
    assert_eq!((handle.as_str(), answers.len()), ("f1", 2));
    assert_eq!(fill("Lin", &[]), Err(Refusal::NoForm));
    assert_eq!(
        town.transcript(),
        "(only Lin) * form “New ticket” shown\n(only Lin) * form “New ticket” filled\n"
    );
}

#[test]
fn files_are_bounded_and_typed_by_their_bytes() {
    let town = town();
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
    let file = town.world.upload("../../etc/shop.txt", png).unwrap();
    assert_eq!((file.name.as_str(), file.media_type.as_str()), ("shop.txt", "image/png"));
    assert!(matches!(town.world.upload("x", &vec![0; 8 * 1024 * 1024 + 1]), Err(Refusal::TooBig { .. })));
    assert_eq!(town.world.upload("x", b""), Err(Refusal::Empty));
    town.world.say(&key("Lin"), &town.group, Post::text("look").with_file(file.clone())).unwrap();
    assert_eq!(town.world.file("f0").as_deref(), Some(&png[..]));
    let forged =
        bot_core::chat::Attachment { file: bot_core::chat::FileRef::Platform("f7".into()), ..file.clone() };
    let say = |post| town.world.say(&key("Lin"), &town.group, post);
    assert_eq!(say(Post::default().with_file(forged)), Err(Refusal::NoFile("f7".into())));
    let eleven = (0..11).fold(Post::default(), |post, _| post.with_file(file.clone()));
    assert_eq!(say(eleven), Err(Refusal::TooManyFiles(10)));
    assert_eq!(town.transcript(), "Lin: <shop.txt> look\n");
}

#[test]
fn a_linked_channel_and_a_forward_are_told_as_such() {
    let town = town();
    town.world.say_as_chat(&town.group, "News channel", "sale").unwrap();
    let forwarded = Some(ForwardOrigin { name: "Ann".into(), user: Some(key("Ann")) });
    town.world
        .say(&key("Lin"), &town.group, Post { forwarded: forwarded.clone(), ..Post::text("see") })
        .unwrap();
    let events = town.events();
    assert!(
        matches!(&events[0], EventBody::Message(event) if event.from == Sender::Chat { name: "News channel".into() })
    );
    assert!(matches!(&events[1], EventBody::Message(event) if event.forwarded == forwarded));
}

#[test]
fn the_oldest_messages_are_forgotten_with_their_files() {
    let town = Town::new(Profile { history: 3, ..Profile::sandbox() });
    let file = town.world.upload("a.bin", b"abc").unwrap();
    let first = town.world.say(&key("Lin"), &town.group, Post::default().with_file(file)).unwrap();
    for n in 0..3 {
        town.says("Lin", &n.to_string());
    }
    assert_eq!(town.transcript(), "Lin: 0\nLin: 1\nLin: 2\n");
    assert_eq!(town.world.file("f0"), None);
    assert_eq!(town.world.edit(&key("Lin"), &town.group, &first, "x"), Err(Refusal::NoMessage(first)));
    let missing = MessageKey::from("no number");
    assert_eq!(town.world.edit(&key("Lin"), &town.group, &missing, "x"), Err(Refusal::NoMessage(missing)));
}
