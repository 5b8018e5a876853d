//! What the bot does, and what the platform refuses it.

use bot_core::chat::{
    Action, Attachment, AttachmentKind, Button, ButtonDo, Content, Delivered, EventBody, FileRef, MessageRef,
    Outcome, Platform as _, RejectionKind, Right, ThreadRef,
};

use super::form::{form, press_button};
use super::{BYTES, Town, key};
use crate::{DirectFirst, Nonces, Profile};

fn town() -> Town {
    Town::new(Profile::sandbox())
}

#[tokio::test]
async fn it_sends_replies_edits_pins_and_deletes() {
    let town = town();
    let here = town.here();
    let question = town.says("Lin", "how?");
    let answer = town.sends(&here, Content::text("like thsi").replying_to(question.clone())).await;
    let edit = |text: &str| Action::Edit { message: answer.clone().into(), content: Content::text(text) };
    town.done(&here, edit("like this")).await;
    assert_eq!(town.refused(&here, edit("like this")).await, RejectionKind::AlreadySo);
    town.done(&here, Action::Pin { message: answer.clone().into() }).await;
    assert_eq!(
        town.refused(&here, Action::Pin { message: answer.clone().into() }).await,
        RejectionKind::AlreadySo
    );
    town.done(&here, Action::Delete { messages: vec![question.clone().into(), "77".into_ref()] }).await;
    assert_eq!(town.transcript(), "Lin: (deleted) how?\nGuildhall ↩ “…”: like this (edited) (pinned)\n");
    assert_eq!(
        town.refused(&here, Action::Delete { messages: vec![question.clone().into()] }).await,
        RejectionKind::NotFound
    );
    let reply = Action::Send(Content::text("x").replying_to(question.clone()));
    assert_eq!(town.refused(&here, reply).await, RejectionKind::NotFound);
    assert_eq!(town.refused(&here, Action::Pin { message: question.into() }).await, RejectionKind::NotFound);
}

trait IntoRef {
    fn into_ref(self) -> MessageRef;
}

impl IntoRef for &str {
    fn into_ref(self) -> MessageRef {
        MessageRef::Key(self.into())
    }
}

#[tokio::test]
async fn it_cannot_edit_what_others_wrote_or_point_at_what_has_no_key() {
    let town = town();
    let theirs = town.says("Lin", "hi");
    let edit = Action::Edit { message: theirs.into(), content: Content::text("x") };
    assert_eq!(town.refused(&town.here(), edit).await, RejectionKind::Other);
    let pointed = Action::Pin { message: MessageRef::Outbox("o9".into()) };
    assert_eq!(town.refused(&town.here(), pointed).await, RejectionKind::Other);
}

#[tokio::test]
async fn bad_content_is_refused() {
    let town = town();
    let file = |size_bytes, file| Attachment {
        kind: AttachmentKind::File,
        name: "a".into(),
        media_type: "application/pdf".into(),
        size_bytes,
        file,
    };
    let with = |attachments| Content { attachments, ..Content::default() };
    let link = |url: &str| {
        Content::text("x").with_row(vec![Button { label: "x".into(), does: ButtonDo::Url(url.into()) }])
    };
    let direct = Button { label: "x".into(), does: ButtonDo::OpenDirect("a b".into()) };
    town.stored(b"bytes").await;
    for content in [
        Content::text(""),
        Content::text("x".repeat(4_097)),
        Content::text("😀".repeat(2_049)),
        press_button(&"h".repeat(65)),
        press_button("手"),
        press_button(""),
        Content::text("x").with_row(vec![]),
        Content::text("x").with_row(vec![direct]),
        link("javascript:alert(1)"),
        with(vec![file(9_000_000, FileRef::Stored(BYTES.into()))]),
        with(vec![file(1, FileRef::Stored(BYTES.into())); 11]),
    ] {
        assert_eq!(town.refused(&town.here(), Action::Send(content)).await, RejectionKind::BadContent);
    }
    town.sends(&town.here(), with(vec![file(1, FileRef::Stored(BYTES.into()))])).await;
    town.sends(&town.here(), Content::text("😀".repeat(2_048))).await;
}

#[tokio::test]
async fn it_mutes_removes_and_bans_members_but_no_admins() {
    let town = town();
    let here = town.here();
    for name in ["Ann", "Bo"] {
        for action in [
            Action::Mute { user: key(name), until_ms: None },
            Action::Kick { user: key(name) },
            Action::Ban { user: key(name), purge_ms: 0 },
        ] {
            assert_eq!(town.refused(&here, action).await, RejectionKind::Other);
        }
    }
    assert_eq!(town.refused(&here, Action::Kick { user: "guildhall".into() }).await, RejectionKind::Other);
    for name in ["Tom", "Nobody"] {
        let mute = Action::Mute { user: key(name), until_ms: None };
        assert_eq!(town.refused(&here, mute).await, RejectionKind::NotFound);
    }
    let mute = Action::Mute { user: key("Lin"), until_ms: Some(1_600_000) };
    town.done(&here, mute.clone()).await;
    town.done(&here, mute).await;
    town.done(&here, Action::Unmute { user: key("Lin"), before: None }).await;
    assert_eq!(
        town.refused(&here, Action::Unmute { user: key("Lin"), before: None }).await,
        RejectionKind::AlreadySo
    );
    for until_ms in [5, 1_000_000] {
        let past = Action::Mute { user: key("Lin"), until_ms: Some(until_ms) };
        assert_eq!(town.refused(&here, past).await, RejectionKind::AlreadySo);
    }
    town.done(&here, Action::Kick { user: key("Lin") }).await;
    assert_eq!(town.refused(&here, Action::Kick { user: key("Lin") }).await, RejectionKind::NotFound);
    town.done(&here, Action::Ban { user: key("Mei"), purge_ms: 0 }).await;
    assert_eq!(
        town.refused(&here, Action::Ban { user: key("Mei"), purge_ms: 0 }).await,
        RejectionKind::AlreadySo
    );
    town.done(&here, Action::Unban { user: key("Mei") }).await;
    assert_eq!(town.refused(&here, Action::Unban { user: key("Mei") }).await, RejectionKind::AlreadySo);
    town.world.join(&key("Mei"), &town.group).unwrap();
    assert_eq!(
        town.transcript(),
        "* Lin is muted for 10 min\n* Lin is no longer muted\n* Lin was removed\n* Mei was banned\n\
         * Mei is no longer banned\n* Mei joined\n"
    );
    let kinds: Vec<_> = town.events().iter().map(EventBody::kind).collect();
    assert_eq!(kinds, ["chat_changed", "left", "left", "joined"]);
}

#[tokio::test]
async fn each_right_that_it_lacks_is_felt() {
    let town = town();
    let here = town.here();
    let theirs = town.says("Lin", "hi");
    let own = town.sends(&here, "own").await;
    town.world.set_bot_rights(&town.group, Some(&[])).unwrap();
    for action in [
        Action::Send(Content::text("x")),
        Action::Delete { messages: vec![theirs.clone().into()] },
        Action::Pin { message: theirs.into() },
        Action::Mute { user: key("Lin"), until_ms: None },
        Action::Unmute { user: key("Lin"), before: None },
        Action::Kick { user: key("Lin") },
        Action::Ban { user: key("Lin"), purge_ms: 0 },
        Action::Unban { user: key("Lin") },
        Action::OpenThread { title: "x".into() },
        Action::ShowForm { user: key("Lin"), press: None, form: form() },
    ] {
        let word = action.word();
        assert_eq!(town.refused(&here, action).await, RejectionKind::MissingRight, "{word}");
    }
    town.done(&here, Action::Delete { messages: vec![own.into()] }).await;
    town.world.set_bot_rights(&town.group, None).unwrap();
    assert_eq!(town.refused(&here, Action::Send(Content::text("x"))).await, RejectionKind::Kicked);
}

#[tokio::test]
async fn it_writes_in_private_only_when_the_person_lets_it() {
    let town = town();
    let send = || Action::Send(Content::text("hi"));
    assert_eq!(town.refused(&town.direct("Nobody"), send()).await, RejectionKind::NotFound);
    assert_eq!(town.refused(&town.direct("Lin"), send()).await, RejectionKind::NotStarted);
    let chat = town.world.open_direct(&key("Lin"), None).unwrap();
    let delivered = town.done(&town.direct("Lin"), send()).await;
    assert_eq!(delivered, Delivered { message: Some("2".into()), chat: Some(chat), ..Delivered::default() });
    town.world.close_direct(&key("Lin")).unwrap();
    assert_eq!(town.refused(&town.direct("Lin"), send()).await, RejectionKind::Blocked);
    town.world.open_direct(&key("Mei"), None).unwrap();
    town.world.deactivate(&key("Mei")).unwrap();
    assert_eq!(town.refused(&town.direct("Mei"), send()).await, RejectionKind::Deactivated);
    let mute = Action::Mute { user: key("Lin"), until_ms: None };
    town.world.open_direct(&key("Lin"), None).unwrap();
    assert_eq!(town.refused(&town.direct("Lin"), mute).await, RejectionKind::Other);
}

#[tokio::test]
async fn a_person_whom_the_bot_wrote_to_first_can_simply_answer() {
    let town = Town::new(Profile { direct_first: DirectFirst::SharedGroup, ..Profile::sandbox() });
    let to = bot_core::chat::Address { via: Some(town.group.clone()), ..town.direct("Lin") };
    town.sends(&to, "hi").await;
    town.world.say(&key("Lin"), &"d.lin".into(), "hello").unwrap();
    town.sends(&town.direct("Lin"), "no group is needed now").await;
}

#[tokio::test]
async fn where_the_platform_allows_it_writes_first() {
    let town = Town::new(Profile { direct_first: DirectFirst::SharedGroup, ..Profile::sandbox() });
    let send = || Action::Send(Content::text("hi"));
    let mut to = town.direct("Lin");
    assert_eq!(town.refused(&to, send()).await, RejectionKind::NotStarted);
    to.via = Some(town.group.clone());
    assert_eq!(town.done(&to, send()).await.chat, Some("d.lin".into()));
    let tom = bot_core::chat::Address { peer: Some(key("Tom")), ..to };
    assert_eq!(town.refused(&tom, send()).await, RejectionKind::NotStarted);
    let town = Town::new(Profile { direct_first: DirectFirst::Everybody, ..Profile::sandbox() });
    let empty = Action::Send(Content::text(""));
    assert_eq!(town.refused(&town.direct("Tom"), empty).await, RejectionKind::BadContent);
    assert!(
        town.world.chats(Some(&key("Tom"))).iter().all(|chat| chat.key != "d.tom".into()),
        "nothing is half done"
    );
    town.sends(&town.direct("Tom"), "hi").await;
    assert_eq!(town.world.transcript(&"d.tom".into()), "Guildhall: hi\n");
}

#[tokio::test]
async fn threads_open_close_and_end() {
    let town = town();
    let here = town.here();
    let thread = town.done(&here, Action::OpenThread { title: "T-1".into() }).await.thread.unwrap();
    let inside = bot_core::chat::Address { thread: Some(thread.clone()), ..town.here() };
    town.sends(&inside, "hello").await;
    let at = || ThreadRef::Key(thread.clone());
    town.done(&here, Action::RenameThread { thread: at(), title: "T-1 Lin".into() }).await;
    town.done(&here, Action::CloseThread { thread: at() }).await;
    assert_eq!(town.refused(&here, Action::CloseThread { thread: at() }).await, RejectionKind::AlreadySo);
    assert_eq!(town.refused(&inside, Action::Send(Content::text("x"))).await, RejectionKind::Other);
    town.done(&here, Action::ReopenThread { thread: at() }).await;
    town.world.delete_thread(&key("Ann"), &town.group, &thread).unwrap();
    assert_eq!(town.refused(&here, Action::ReopenThread { thread: at() }).await, RejectionKind::NotFound);
    assert_eq!(town.refused(&inside, Action::Send(Content::text("x"))).await, RejectionKind::NotFound);
    assert_eq!(
        town.transcript(),
        "* thread “T-1” opened\n#T-1 Lin Guildhall: (deleted) hello\n* thread “T-1 Lin” renamed\n\
         * thread “T-1 Lin” closed\n* thread “T-1 Lin” reopened\n* thread “T-1 Lin” deleted\n"
    );
}

#[tokio::test]
async fn a_nonce_is_worth_what_the_profile_says() {
    for (nonces, messages) in [(Nonces::Ignored, 2), (Nonces::Enforced, 1), (Nonces::Kept, 2)] {
        let town = Town::new(Profile { nonces, ..Profile::sandbox() });
        town.sends(&town.here(), "hi").await;
        town.sends(&town.here(), "hi").await;
        assert_eq!(town.transcript().lines().count(), messages, "{nonces:?}");
    }
}

#[tokio::test]
async fn a_platform_that_keeps_nonces_can_be_asked() {
    let town = Town::new(Profile { nonces: Nonces::Kept, ..Profile::sandbox() });
    let call = |text: &str| bot_core::chat::Call {
        method: "send".into(),
        action: Action::Send(Content::text(text)),
    };
    let message = town.sends(&town.here(), "hi").await;
    let settled = town.bot.settle(&town.here(), &call("hi"), "o1".into()).await;
    assert!(
        matches!(settled, Some(Outcome::Sent(Delivered { message: Some(found), .. })) if found == message)
    );
    let lost = town.bot.settle(&town.here(), &call("hi"), "o2".into()).await;
    assert!(matches!(lost, Some(Outcome::NotDone { .. })));
    let town = Town::new(Profile::sandbox());
    assert_eq!(town.bot.settle(&town.here(), &call("hi"), "o1".into()).await, None);
}

#[tokio::test]
async fn a_history_that_has_forgotten_cannot_tell() {
    let town = Town::new(Profile { nonces: Nonces::Kept, ..Profile::sandbox() });
    for n in 0..=crate::world::NONCES_KEPT {
        let outcome = town.does_as(&town.here(), Action::Send(Content::text("hi")), &format!("o{n}")).await;
        assert!(matches!(outcome, Outcome::Sent(_)));
    }
    let call = bot_core::chat::Call { method: "send".into(), action: Action::Send(Content::text("hi")) };
    assert_eq!(town.bot.settle(&town.here(), &call, "o0".into()).await, None);
    assert!(matches!(town.bot.settle(&town.here(), &call, "o1".into()).await, Some(Outcome::Sent(_))));
}

#[tokio::test]
async fn an_echoing_platform_tells_the_bot_of_its_own_messages() {
    let town = Town::new(Profile { echoes_own: true, ..Profile::sandbox() });
    town.events();
    town.sends(&town.here(), "hi").await;
    let events = town.events();
    assert!(matches!(&events[0], EventBody::Message(event) if event.from == bot_core::chat::Sender::Myself));
}

#[tokio::test]
async fn a_poor_platform_refuses_what_it_lacks() {
    let town = Town::new(Profile::bare());
    let here = town.here();
    let own = town.sends(&here, "hi").await;
    for action in [
        Action::Edit { message: own.clone().into(), content: Content::text("x") },
        Action::Pin { message: own.clone().into() },
        Action::OpenThread { title: "x".into() },
        Action::ShowForm { user: key("Lin"), press: None, form: form() },
    ] {
        let word = action.word();
        assert_eq!(town.refused(&here, action).await, RejectionKind::Other, "{word}");
    }
    assert_eq!(town.refused(&here, Action::Send(press_button("h"))).await, RejectionKind::BadContent);
    let for_ever = Action::Mute { user: key("Lin"), until_ms: None };
    assert_eq!(town.refused(&here, for_ever).await, RejectionKind::BadContent);
    town.clock.move_to(1_000_000 + 2 * 60_000 + 1);
    assert_eq!(
        town.refused(&here, Action::Delete { messages: vec![own.into()] }).await,
        RejectionKind::Other
    );
}

#[test]
fn what_it_may_do_is_known_before() {
    let town = town();
    town.world.set_bot_rights(&town.group, Some(&[Right::Write])).unwrap();
    let caps = town.bot.capabilities(&town.here());
    let denied = |missing| bot_core::chat::Support::Denied { missing };
    assert_eq!(caps.of(bot_core::chat::Feature::Mute), &denied(Right::RestrictMembers));
    assert!(caps.is_native(bot_core::chat::Feature::Text));
    let direct = town.bot.capabilities(&town.direct("Lin"));
    assert_eq!(direct.of(bot_core::chat::Feature::Mute), &bot_core::chat::Support::Absent);
    assert!(direct.is_native(bot_core::chat::Feature::Pin));
}
