//! What a page shows.

use bot_core::chat::{Action, Content, Field, FieldKind, Form, MemberRole};

use super::{Town, key};
use crate::{Author, Door, Notice, Post, Profile, ThreadState};

#[tokio::test]
async fn a_chat_is_seen_by_each_as_it_concerns_them() {
    let town = Town::new(Profile::sandbox());
    let field = Field {
        name: "a".into(),
        label: "A".into(),
        hint: String::new(),
        kind: FieldKind::Line,
        required: true,
    };
    let form = Form { handle: "f1".into(), title: "Form".into(), fields: vec![field] };
    let gone = town.says("Mei", "secret");
    town.world.delete(&key("Mei"), &town.group, &[gone]).unwrap();
    town.done(&town.here(), Action::ShowForm { user: key("Lin"), press: None, form: form.clone() }).await;
    town.done(&town.here(), Action::Mute { user: key("Lin"), until_ms: Some(1_060_000) }).await;
    town.sends(&town.here(), Content::text("hi")).await;

    let lin = town.world.chat(&town.group, Some(&key("Lin")), 99).unwrap();
    let mei = town.world.chat(&town.group, Some(&key("Mei")), 99).unwrap();
    assert_eq!((lin.forms.len(), mei.forms.len()), (1, 0));
    assert_eq!((lin.messages.len(), mei.messages.len()), (4, 3));
    assert!(lin.messages[1].only_you);
    assert!(mei.messages[0].deleted && mei.messages[0].content == Content::default());
    assert_eq!(mei.messages[2].author, Author::Bot);
    let names: Vec<_> = mei.members.iter().map(|member| (member.name.as_str(), member.role)).collect();
    let expected = [
        ("Ann", MemberRole::Owner),
        ("Bo", MemberRole::Admin),
        ("Lin", MemberRole::Member),
        ("Mei", MemberRole::Member),
    ];
    assert_eq!(names, expected);
    assert_eq!((mei.members[2].muted, mei.members[2].muted_until_ms), (true, Some(1_060_000)));
    town.clock.move_to(1_060_000);
    assert!(!town.world.chat(&town.group, None, 1).unwrap().members[2].muted);
    assert_eq!(town.world.chat(&town.group, None, 1).unwrap().messages.len(), 1);
}

#[test]
fn private_chats_are_listed_for_their_owner_alone() {
    let town = Town::new(Profile::sandbox());
    let chat = town.world.open_direct(&key("Lin"), None).unwrap();
    let titles = |name| {
        let name: Option<&str> = name;
        town.world.chats(name.map(key).as_ref()).into_iter().map(|chat| chat.title).collect::<Vec<_>>()
    };
    assert_eq!(titles(Some("Lin")), ["Lin", "Shops"]);
    assert_eq!(titles(Some("Mei")), ["Shops"]);
    assert_eq!(titles(None), ["Shops"]);
    let view = town.world.chat(&chat, Some(&key("Lin")), 9).unwrap();
    assert_eq!(
        (view.door, &view.messages[0].author),
        (Some(Door::Open), &Author::Platform(Notice::DirectOpened))
    );
    let lin = town.world.user(&key("Lin")).unwrap();
    assert_eq!((lin.groups, lin.direct), (vec![town.group.clone()], Some(Door::Open)));
}

#[test]
fn threads_are_listed_by_age_without_those_that_are_gone() {
    let town = Town::new(Profile::sandbox());
    let made: Vec<_> = (0..11)
        .map(|n| town.world.open_thread(&key("Ann"), &town.group, &format!("T{n}")).unwrap())
        .collect();
    town.world.close_thread(&key("Ann"), &town.group, &made[1]).unwrap();
    town.world.delete_thread(&key("Ann"), &town.group, &made[2]).unwrap();
    let view = town.world.chat(&town.group, None, 0).unwrap();
    let titles: Vec<_> = view.threads.iter().map(|thread| thread.title.as_str()).collect();
    assert_eq!(titles, ["T0", "T1", "T3", "T4", "T5", "T6", "T7", "T8", "T9", "T10"]);
    assert_eq!(view.threads[1].state, ThreadState::Closed);
}

#[test]
fn views_can_be_sent_as_json() {
    let town = Town::new(Profile::sandbox());
    let mut changes = town.world.subscribe();
    town.world.say(&key("Lin"), &town.group, Post::text("hi")).unwrap();
    let view = serde_json::to_value(town.world.chat(&town.group, None, 9).unwrap()).unwrap();
    assert_eq!(view["title"], "Shops");
    assert_eq!(view["messages"][0]["name"], "Lin");
    assert_eq!(view["messages"][0]["author"]["user"], "lin");
    let change = serde_json::to_value(changes.try_recv().unwrap()).unwrap();
    assert_eq!(change, serde_json::json!({ "what": "message", "chat": "g1", "message": "1" }));
    assert_eq!(serde_json::to_value(town.world.users()).unwrap()[0]["name"], "Ann");
}
