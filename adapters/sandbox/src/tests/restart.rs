//! What a world still knows after its process was killed.

use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use bot_core::chat::{AccountId, Action, Content, MemberRole};
use bot_core::clock::VirtualClock;
use bot_core::files::FileStore;

use super::{Town, key, user};
use crate::{JournalError, Post, Profile, SandboxPlatform, World};

fn open(folder: &Path, at_ms: i64) -> Result<World, JournalError> {
    let clock = Arc::new(VirtualClock::at(at_ms));
    World::open(AccountId::from("sandbox"), clock, Profile::sandbox(), folder)
}

fn fresh(folder: &Path) -> Town {
    let clock = Arc::new(VirtualClock::at(1_000_000));
    let world = World::open(AccountId::from("sandbox"), clock.clone(), Profile::sandbox(), folder).unwrap();
    Town::in_world(clock, world)
}

/// The log as a killed process leaves it: copied while the world is open, then opened elsewhere.
fn killed(from: &Path) -> tempfile::TempDir {
    let to = tempfile::tempdir().unwrap();
    std::fs::copy(from.join("world.jsonl"), to.path().join("world.jsonl")).unwrap();
    std::fs::create_dir(to.path().join("files")).unwrap();
    for file in std::fs::read_dir(from.join("files")).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), to.path().join("files").join(file.file_name())).unwrap();
    }
    to
}

#[tokio::test]
async fn a_killed_world_comes_back_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let town = fresh(folder.path());
    let here = town.here();
    let file = town.world.upload("a.bin", b"abc").unwrap();
    town.world.say(&key("Lin"), &town.group, Post::text("look @mei_shop").with_file(file)).unwrap();
    let answer = town.sends(&here, "hi").await;
    town.done(&here, Action::Edit { message: answer.clone().into(), content: Content::text("hello") }).await;
    town.done(&here, Action::Pin { message: answer.into() }).await;
    town.done(&here, Action::Mute { user: key("Mei"), until_ms: Some(2_000_000) }).await;
    town.done(&here, Action::Ban { user: key("Lin"), purge_ms: 0 }).await;
    let thread = town.done(&here, Action::OpenThread { title: "T-1".into() }).await.thread.unwrap();
    town.done(&here, Action::CloseThread { thread: bot_core::chat::ThreadRef::Key(thread) }).await;
    town.world.open_direct(&key("Tom"), Some("x")).unwrap();
    town.world.close_direct(&key("Tom")).unwrap();
    let moved = town.world.migrate(&town.group, "g1b").unwrap();

    let copy = killed(folder.path());
    let again = open(copy.path(), 1_500_000).unwrap();
    assert_eq!(again.transcript(&moved), town.world.transcript(&moved));
    assert_eq!(again.users(), town.world.users());
    assert_eq!(again.chats(Some(&key("Tom"))), town.world.chats(Some(&key("Tom"))));
    assert_eq!(again.chat(&moved, None, 99), town.world.chat(&moved, None, 99));
    assert_eq!(again.file("f0").as_deref(), Some(&b"abc"[..]));
    assert!(again.say(&key("Mei"), &moved, "still muted").is_err());
    assert_eq!(again.take_all(), town.world.take_all());
    drop(again);
    drop(open(copy.path(), 1_600_000).unwrap());
    let log = std::fs::read_to_string(copy.path().join("world.jsonl")).unwrap();
    assert_eq!(log.lines().count(), 1, "the log is rewritten at the start");
}

#[test]
fn what_the_bot_took_is_not_told_again_and_the_rest_is() {
    let folder = tempfile::tempdir().unwrap();
    let town = fresh(folder.path());
    town.events();
    town.says("Lin", "one");
    let keys: Vec<_> = open(killed(folder.path()).path(), 1)
        .unwrap()
        .take_all()
        .into_iter()
        .map(|event| event.key)
        .collect();
    assert_eq!(keys, town.world.take_all().into_iter().map(|event| event.key).collect::<Vec<_>>());
    let again = open(killed(folder.path()).path(), 1).unwrap();
    assert!(again.take_all().is_empty());
    again.say(&key("Lin"), &town.group, "two").unwrap();
    assert!(!keys.contains(&again.take_all()[0].key));
}

#[test]
fn a_torn_last_line_is_as_if_never_written() {
    let folder = tempfile::tempdir().unwrap();
    fresh(folder.path()).says("Lin", "whole");
    let copy = killed(folder.path());
    let path = copy.path().join("world.jsonl");
    std::fs::File::options()
        .append(true)
        .open(&path)
        .unwrap()
        .write_all(br#"{"facts":[{"posted":{"chat":"#)
        .unwrap();
    let again = open(copy.path(), 1).unwrap();
    assert_eq!(again.transcript(&"g1".into()), "Lin: whole\n");
    again.say(&key("Lin"), &"g1".into(), "next").unwrap();
    drop(again);
    assert_eq!(open(copy.path(), 1).unwrap().transcript(&"g1".into()), "Lin: whole\nLin: next\n");
}

#[test]
fn a_damaged_log_is_named_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.jsonl");
    std::fs::write(&path, "{\"facts\":[]}\n{\"facts\":[\"??\"]}\n{\"facts\":[]}\n").unwrap();
    let Err(error) = open(folder.path(), 1) else { panic!() };
    assert!(matches!(&error, JournalError::Damaged { line: 2, .. }), "{error}");
    assert!(std::fs::read_to_string(&path).unwrap().contains("??"), "it is left as it was");
}

#[test]
fn two_processes_do_not_share_a_log() {
    let folder = tempfile::tempdir().unwrap();
    let _first = open(folder.path(), 1).unwrap();
    assert!(matches!(open(folder.path(), 1), Err(JournalError::Locked(_))));
}

#[test]
fn files_that_nobody_sent_are_swept_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let town = fresh(folder.path());
    let sent = town.world.upload("a.bin", b"sent").unwrap();
    town.world.upload("b.bin", b"never sent").unwrap();
    town.world.say(&key("Lin"), &town.group, Post::default().with_file(sent)).unwrap();
    std::fs::write(folder.path().join("files/not-ours"), "x").unwrap();
    drop(town);
    let again = open(folder.path(), 1).unwrap();
    assert!(again.file("f0").is_some() && again.file("f1").is_none());
    assert_eq!(again.file("../world.jsonl"), None);
    assert!(folder.path().join("files/not-ours").exists());
}

#[test]
fn a_folder_that_cannot_be_used_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "x").unwrap();
    let Err(error) = open(&file, 1) else { panic!() };
    assert!(error.to_string().contains(file.to_str().unwrap()), "{error}");
}

#[tokio::test]
async fn when_the_log_cannot_be_written_nothing_happens() {
    let folder = tempfile::tempdir().unwrap();
    let town = fresh(folder.path());
    town.world.break_journal();
    let refused = town.world.say(&key("Lin"), &town.group, "hi").unwrap_err();
    assert!(refused.to_string().starts_with("the sandbox could not store this"), "{refused}");
    let outcome = town.does(&town.here(), Action::Send(Content::text("hi"))).await;
    assert!(matches!(outcome, bot_core::chat::Outcome::NotDone { .. }), "{outcome:?}");
    assert_eq!(town.transcript(), "");
}

#[test]
fn a_new_world_never_repeats_the_event_keys_of_an_old_one() {
    let key_of = |at_ms| {
        let clock = Arc::new(VirtualClock::at(at_ms));
        let world = World::in_memory(AccountId::from("sandbox"), clock, Profile::sandbox());
        world.add_user(user("Lin")).unwrap();
        world.create_group("g1", "Shops", &[(key("Lin"), MemberRole::Member)]).unwrap();
        let _ = SandboxPlatform::new(world.clone(), FileStore::new("never written", 0));
        world.take_all()[0].key.clone()
    };
    assert_ne!(key_of(1), key_of(2));
}
