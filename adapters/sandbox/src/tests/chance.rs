//! Long random lives: what the log rebuilds is what was, and what is planned is never refused as bad content.

use std::path::Path;
use std::sync::Arc;

use bot_core::chat::{
    AccountId, Action, Attachment, AttachmentKind, Button, ButtonDo, Content, FileRef, Form, MarkKind,
    MemberRole, MessageKey, Outcome, Platform as _, RejectionKind, RichText, Right, ThreadKey, ThreadRef,
    UserKey,
};
use bot_core::clock::VirtualClock;

use super::{BYTES, Town, key};
use crate::{Post, Profile, World};

/// Numbers without end from a seed (splitmix64).
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % bound as u64) as usize
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())].clone()
    }

    fn user(&mut self) -> UserKey {
        key(self.pick(&["Ann", "Bo", "Lin", "Mei", "Tom", "Nobody"]))
    }

    fn message(&mut self) -> MessageKey {
        MessageKey(self.below(40).to_string())
    }

    fn thread(&mut self) -> ThreadKey {
        ThreadKey(format!("t{}", self.below(4)))
    }

    fn text(&mut self, longest: usize) -> RichText {
        let pieces = ["a", "你好", "😀", " ", "\n", "\n\n", "word ", "。", "@lin_shop", "👨‍👩‍👧‍👦", "\u{301}"];
        let mut text = RichText::default();
        for _ in 0..self.below(longest) {
            let piece = self.pick(&pieces);
            text = match self.below(6) {
                0 => text.then_marked(piece, MarkKind::Bold),
                1 => text.then_marked(piece, MarkKind::Link { url: "https://example.org".into() }),
                2 => text.then_marked(piece, MarkKind::MentionAll),
                _ => text.then(piece),
            };
        }
        text
    }

    fn content(&mut self) -> Content {
        let file = Attachment {
            kind: AttachmentKind::File,
            name: "a".into(),
            media_type: "text/plain".into(),
            size_bytes: self.pick(&[1, 1 << 40]),
            file: FileRef::Stored(BYTES.into()),
        };
        let button = |does| vec![Button { label: "x".into(), does }];
        let all = [
            ButtonDo::Press("h".into()),
            ButtonDo::Url("https://example.org".into()),
            ButtonDo::OpenDirect("p".into()),
        ];
        Content {
            text: self.text(80),
            attachments: vec![file; self.below(5) * self.below(2)],
            buttons: (0..self.below(12) * self.below(2)).map(|_| button(self.pick(&all))).collect(),
            hint: None,
            reply_to: None,
        }
    }
}

/// Anybody does anything; refusals are as good as deeds.
fn somebody_acts(world: &World, group: &bot_core::chat::ChatKey, chance: &mut Chance) {
    let (user, other, message, thread) = (chance.user(), chance.user(), chance.message(), chance.thread());
    let _ = match chance.below(14) {
        0..4 => world
            .say(&user, group, Post { content: Content::text(chance.text(5)), ..Post::default() })
            .map(drop),
        4 => world.say(&user, group, Post::text("x").in_thread(&thread).replying_to(&message)).map(drop),
        5 => world.edit(&user, group, &message, chance.text(5)),
        6 => world.delete(&user, group, &[message]),
        7 => world.react(&user, group, &message, &["👍"]),
        8 => world.open_direct(&user, None).map(drop),
        9 => world.close_direct(&user),
        10 => world.join(&user, group),
        11 => world.leave(&user, group),
        12 => world.set_role(group, &other, chance.pick(&[MemberRole::Member, MemberRole::Admin])),
        _ => {
            world.close_thread(&user, group, &thread).or_else(|_| world.delete_thread(&user, group, &thread))
        }
    };
}

fn some_action(chance: &mut Chance) -> Action {
    let (user, message, thread) = (chance.user(), chance.message(), ThreadRef::Key(chance.thread()));
    match chance.below(12) {
        0..3 => Action::Send(Content::text(chance.text(9))),
        3 => Action::Edit { message: message.into(), content: Content::text(chance.text(9)) },
        4 => Action::Delete { messages: vec![message.into(), chance.message().into()] },
        5 => Action::Pin { message: message.into() },
        6 => Action::Mute { user, until_ms: chance.pick(&[None, Some(2_000_000)]) },
        7 => Action::Unmute { user, before: None },
        8 => Action::Ban { user, purge_ms: 0 },
        9 => Action::Unban { user },
        10 => Action::OpenThread { title: "T".into() },
        _ => Action::CloseThread { thread },
    }
}

fn reopened(folder: &Path) -> World {
    let copy = tempfile::tempdir().unwrap();
    std::fs::copy(folder.join("world.jsonl"), copy.path().join("world.jsonl")).unwrap();
    let clock = Arc::new(VirtualClock::at(1_000_000));
    World::open(AccountId::from("sandbox"), clock, Profile::sandbox(), copy.path()).unwrap()
}

#[tokio::test]
async fn the_log_rebuilds_whatever_happened() {
    for seed in 0..8 {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(VirtualClock::at(1_000_000));
        let profile =
            Profile { history: 20, nonces: crate::Nonces::Kept, echoes_own: true, ..Profile::sandbox() };
        let world = World::open(AccountId::from("sandbox"), clock.clone(), profile, folder.path()).unwrap();
        let town = Town::in_world(clock, world);
        let mut chance = Chance(seed);
        for step in 0..400 {
            somebody_acts(&town.world, &town.group, &mut chance);
            town.does_as(&town.here(), some_action(&mut chance), &format!("o{step}")).await;
            if step % 7 == 0 {
                town.events();
            }
        }
        assert_eq!(reopened(folder.path()).state_json(), town.world.state_json(), "seed {seed}");
    }
}

#[tokio::test]
async fn whatever_is_planned_is_good_content() {
    let profiles = [
        Profile::sandbox(),
        Profile::bare(),
        Profile { text_utf16: 16, caption_utf16: 4, attachments: 2, button_rows: 3, ..Profile::sandbox() },
        Profile { text_utf16: 40, attachments: 0, ..Profile::bare() },
    ];
    for (number, profile) in profiles.into_iter().enumerate() {
        let town = Town::new(profile);
        town.stored(b"bytes").await;
        let own = town.sends(&town.here(), "own").await;
        let mut chance = Chance(number as u64);
        for _ in 0..300 {
            let content = chance.content();
            let action = match chance.below(3) {
                0 => Action::Edit { message: own.clone().into(), content },
                _ => Action::Send(content),
            };
            for call in town.bot.plan(&town.here(), &action).calls {
                let outcome = town.bot.perform(&town.here(), &call, "o1".into()).await;
                let bad = matches!(&outcome, Outcome::Rejected(refused) if matches!(refused.kind, RejectionKind::BadContent | RejectionKind::FileGone));
                assert!(!bad, "{call:?}: {outcome:?}");
            }
        }
    }
}

#[tokio::test]
async fn no_right_is_used_that_the_bot_lacks() {
    let town = Town::new(Profile::sandbox());
    let mut chance = Chance(7);
    let all = [
        Right::Write,
        Right::DeleteMessages,
        Right::RestrictMembers,
        Right::PinMessages,
        Right::ManageThreads,
        Right::InviteMembers,
        Right::ManageChat,
    ];
    for _ in 0..300 {
        let rights: Vec<Right> = all.into_iter().filter(|_| chance.below(2) == 0).collect();
        let _ = town.world.set_bot_rights(&town.group, Some(&rights));
        let action = match chance.below(8) {
            0 => Action::ShowForm {
                user: key("Lin"),
                press: None,
                form: Form { handle: "f".into(), title: "F".into(), fields: vec![] },
            },
            _ => some_action(&mut chance),
        };
        for call in town.bot.plan(&town.here(), &action).calls {
            let outcome = town.bot.perform(&town.here(), &call, "o1".into()).await;
            let missing =
                matches!(&outcome, Outcome::Rejected(refused) if refused.kind == RejectionKind::MissingRight);
            // Whose message it is, and so which right a delete needs, only the platform knows.
            assert!(
                !missing || matches!(action, Action::Delete { .. }),
                "{rights:?} {action:?}: {outcome:?}"
            );
        }
    }
}
