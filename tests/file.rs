//! Files: fetched into our own store, sent from it, and sent again by the platform's key.

use std::time::Duration;

use bot_core::chat::{Action, Attachment, AttachmentKind, ChatKey, Content, FileDigest, FileRef, MessageKey};
use bot_core::directory::Purpose;
use bot_core::features::moderation::{Moderation, SourcedPolicy};
use bot_core::ids::{ChatId, OutboxId};
use bot_core::roster::Role;
use bot_core::store::outbox::State;
use bot_core::store::{chat, file, message, outbox};
use bot_core::work::{Origin, Outgoing, Place};
use guildhall_sandbox::{Fault, Post, Rule, World};
use tokio::io::AsyncReadExt as _;

use crate::harness::{About, GROUP, STAFF, Stage, story_about, story_with_crashes};

/// A rule that deletes and mutes.
const POLICY: &str = r#"
version = 1

[[rule]]
id = "drugs"
title = { en = "Drugs", zh-CN = "毒品" }
message = { en = "Drugs are illegal here.", zh-CN = "毒品交易属违法行为。" }
action = "act"
words = ["weed"]
"#;

/// The first bytes of a PNG, so that it is a picture.
pub(crate) fn picture(rest: &str) -> Vec<u8> {
    [&[0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13][..], rest.as_bytes()].concat()
}

/// Somebody sends a file; gives it as the program knows it.
async fn sends_file(h: &mut Stage, name: &str, file_name: &str, bytes: &[u8]) -> Attachment {
    let file = h.world.upload(file_name, bytes).unwrap();
    let key = h.says_in(GROUP, name, Post::text("look").with_file(file)).await;
    seen(h, &key).await
}

/// The file of a message of the group, as the program has seen it.
pub(crate) async fn seen(h: &Stage, key: &MessageKey) -> Attachment {
    let group = chat_id(h, GROUP).await;
    let mut tx = h.hall().db.read().await.unwrap();
    message::by_key(&mut tx, &group, &h.key_of_message(GROUP, key))
        .await
        .unwrap()
        .unwrap()
        .attachments
        .remove(0)
}

async fn chat_id(h: &Stage, title: &str) -> ChatId {
    let mut tx = h.hall().db.read().await.unwrap();
    chat::by_key(&mut tx, h.world.account(), &h.key_of(title)).await.unwrap().unwrap().id
}

/// Asks for the bytes of a file, and says in the staff chat what waits for it, in one commit.
async fn fetch_and_show(h: &Stage, of: &Attachment) -> OutboxId {
    let (group, staff) = (chat_id(h, GROUP).await, chat_id(h, STAFF).await);
    let mut work = h.hall().begin().await.unwrap();
    let fetch = work.fetch(&group, of, Origin::new("none", "none", 0));
    let file = Attachment { file: FileRef::Outbox(fetch.clone()), ..of.clone() };
    let content = Content { attachments: vec![file], ..Content::text("from the group") };
    work.say(Place::chat(&staff), content);
    work.say(Place::chat(&staff), Content::text("and then this"));
    work.commit().await.unwrap();
    fetch
}

/// Sends a file of the store to the staff chat.
async fn show(h: &mut Stage, file: &Attachment) {
    let staff = chat_id(h, STAFF).await;
    let mut work = h.hall().begin().await.unwrap();
    let content = Content { attachments: vec![file.clone()], ..Content::default() };
    work.say(Place::chat(&staff), content);
    work.commit().await.unwrap();
    h.settle().await;
}

/// The digest of what was fetched; `None` when it was not.
pub(crate) async fn fetched(h: &Stage, fetch: &OutboxId) -> Option<FileDigest> {
    let row = outbox::get(&mut h.hall().db.read().await.unwrap(), fetch).await.unwrap().unwrap();
    assert_ne!(row.state, State::Unknown, "a fetch may be repeated");
    Some(row.delivered.into_iter().find_map(|made| made.fetched)?.digest)
}

fn of_store(digest: &FileDigest) -> Attachment {
    Attachment {
        kind: AttachmentKind::Picture,
        name: "pic.png".into(),
        media_type: "image/png".into(),
        size_bytes: 15,
        file: FileRef::Stored(digest.clone()),
    }
}

/// What the store holds under a digest.
pub(crate) async fn bytes(h: &Stage, digest: &FileDigest) -> Option<Vec<u8>> {
    let (mut file, _) = h.files.open(digest).await.unwrap()?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).await.unwrap();
    Some(bytes)
}

/// The platform's keys of the files that the bot sent to the staff chat, in order.
fn shown(h: &Stage) -> Vec<String> {
    let view = h.world.chat(&h.chat(STAFF), None, 1_000).unwrap();
    let files = view.messages.into_iter().flat_map(|message| message.content.attachments);
    let key = |file: Attachment| match file.file {
        FileRef::Platform(key) => key,
        other => panic!("the platform has its own keys: {other:?}"),
    };
    files.map(key).collect()
}

#[test]
fn what_was_seen_is_fetched_and_what_waits_for_it_shows_it() {
    story_about(&[About::Files], async |h| {
        h.merchant("Lin").await;
        let file = sends_file(h, "Lin", "photo.jpg", &picture("one")).await;
        let fetch = fetch_and_show(h, &file).await;
        h.pass("3s").await;
        h.reads(STAFF, "Guildhall: <photo.jpg> from the group\nGuildhall: and then this");
        let digest = fetched(h, &fetch).await.unwrap();
        assert_eq!(bytes(h, &digest).await.unwrap(), picture("one"));
        let mut tx = h.hall().db.read().await.unwrap();
        let kept = file::get(&mut tx, &digest).await.unwrap().unwrap();
        assert_eq!((kept.size_bytes, kept.media_type.as_str()), (15, "image/png"));
        let key = &shown(h)[0];
        assert_eq!(h.world.file(key).unwrap().to_vec(), picture("one"));
    });
}

#[test]
fn a_file_of_the_store_is_uploaded_once_and_anew_when_its_key_is_no_longer_good() {
    story_about(&[About::Files, About::FileKeys], async |h| {
        let digest = {
            let stored = h.files.put(&picture("two")).await.unwrap();
            let mut work = h.hall().begin().await.unwrap();
            let now_ms = work.now_ms;
            file::keep(work.tx().await.unwrap(), &stored, "pic.png", now_ms).await.unwrap();
            work.commit().await.unwrap();
            stored.digest
        };
        show(h, &of_store(&digest)).await;
        show(h, &of_store(&digest)).await;
        let keys = shown(h);
        assert_eq!(keys.len(), 2);
        assert_eq!(keys[0], keys[1], "the second was sent by the key of the first");
        // Restarted, it knows the key still.
        h.kill();
        h.start().await;
        show(h, &of_store(&digest)).await;
        assert_eq!(shown(h)[2], keys[0]);
        h.world.lose_file(&keys[0]);
        h.pass("1m").await;
        show(h, &of_store(&digest)).await;
        let keys = shown(h);
        assert_eq!(keys.len(), 4, "{}", h.transcript(STAFF));
        assert_ne!(keys[3], keys[0], "it was uploaded anew");
        assert_eq!(h.world.file(&keys[3]).unwrap().to_vec(), picture("two"));
        // And its new key is good again.
        show(h, &of_store(&digest)).await;
        assert_eq!(shown(h)[4], keys[3]);
    });
}

#[test]
fn what_waits_for_a_file_that_is_gone_goes_without_it_and_says_so() {
    story_about(&[About::Files], async |h| {
        h.merchant("Lin").await;
        let file = sends_file(h, "Lin", "photo.jpg", &picture("three")).await;
        for key in group_files(h) {
            h.world.lose_file(&key);
        }
        let fetch = fetch_and_show(h, &file).await;
        // Telegram says of a wrong id only that its file may be there later.
        h.pass("3m").await;
        assert_eq!(fetched(h, &fetch).await, None);
        let said = h.latest(STAFF, "from the group").content;
        assert!(
            said.text.text.contains("photo.jpg is missing here") && said.attachments.is_empty(),
            "{said:?}"
        );
        h.latest(STAFF, "and then this");
    });
}

/// The platform's keys of the files in the group.
fn group_files(h: &Stage) -> Vec<String> {
    let view = h.world.chat(&h.chat(GROUP), None, 1_000).unwrap();
    let files = view.messages.into_iter().flat_map(|message| message.content.attachments);
    files.filter_map(|file| if let FileRef::Platform(key) = file.file { Some(key) } else { None }).collect()
}

#[test]
fn a_file_that_is_late_is_waited_for_and_then_not_any_longer() {
    story_about(&[About::Files], async |h| {
        h.merchant("Lin").await;
        let file = sends_file(h, "Lin", "late.png", &picture("four")).await;
        h.world.faults().add(Rule::new(Fault::ServerError).on("fetch"));
        let fetch = fetch_and_show(h, &file).await;
        h.pass("100s").await;
        assert_eq!(h.transcript(STAFF), "", "what comes later waits too: order is kept");
        h.pass("25s").await;
        assert!(h.latest(STAFF, "from the group").content.text.text.contains("has not come"));
        h.latest(STAFF, "and then this");
        // It is fetched all the same, as soon as the platform gives it.
        h.world.faults().clear();
        h.pass("2m").await;
        let digest = fetched(h, &fetch).await.unwrap();
        assert_eq!(bytes(h, &digest).await.unwrap(), picture("four"));
    });
}

#[test]
fn a_file_that_is_not_there_any_more_is_said_to_be_missing() {
    story_about(&[About::Files], async |h| {
        show(h, &of_store(&"ab".repeat(32).as_str().into())).await;
        let said = h.latest(STAFF, "pic.png").content;
        assert!(said.text.text.contains("no longer kept") && said.attachments.is_empty(), "{said:?}");
    });
}

#[test]
fn a_fetch_that_is_stuck_holds_up_nobody() {
    story_about(&[About::Files], async |h| {
        h.merchant("Lin").await;
        let stuck = sends_file(h, "Lin", "stuck.png", &picture("five")).await;
        let good = sends_file(h, "Lin", "good.png", &picture("six")).await;
        h.world.faults().add(Rule::new(Fault::ServerError).on("fetch").times(1));
        let group = chat_id(h, GROUP).await;
        let mut work = h.hall().begin().await.unwrap();
        let first = work.fetch(&group, &stuck, Origin::new("none", "none", 1));
        let second = work.fetch(&group, &good, Origin::new("none", "none", 2));
        let action = Action::Send(Content::text("an announcement"));
        work.send(Outgoing::new(Place::chat(&group), bot_core::chat::Lane::Bulk, action));
        work.commit().await.unwrap();
        h.settle().await;
        // Fetches run side by side: whichever asked first is the one that failed.
        let there = [fetched(h, &first).await.is_some(), fetched(h, &second).await.is_some()];
        assert_ne!(there[0], there[1], "one has come and one waits");
        h.latest(GROUP, "an announcement");
        h.pass("2s").await;
        assert!(fetched(h, &first).await.is_some() && fetched(h, &second).await.is_some());
    });
}

#[test]
fn killed_anywhere_a_file_is_fetched_and_shown_once() {
    story_with_crashes(&[STAFF], async |h| {
        h.merchant("Lin").await;
        let file = sends_file(h, "Lin", "pic.png", &picture("seven")).await;
        let fetch = fetch_and_show(h, &file).await;
        h.pass("10s").await;
        let digest = fetched(h, &fetch).await.unwrap();
        assert_eq!(bytes(h, &digest).await.unwrap(), picture("seven"));
        assert!(h.files.older_than(Duration::ZERO).await.unwrap().len() <= 1, "nothing is stored twice");
    });
}

#[test]
fn what_nothing_needs_is_thrown_away_and_what_is_needed_stays() {
    story_about(&[About::Files], async |h| {
        let mut digests = Vec::new();
        for name in ["old", "needed", "new"] {
            if name == "new" {
                h.pass("25d").await;
            }
            let stored = h.files.put(name.as_bytes()).await.unwrap();
            let mut work = h.hall().begin().await.unwrap();
            let now_ms = work.now_ms;
            let tx = work.tx().await.unwrap();
            file::keep(tx, &stored, name, now_ms).await.unwrap();
            if name == "needed" {
                file::add_use(tx, &stored.digest, "ticket", 1).await.unwrap();
            }
            work.commit().await.unwrap();
            digests.push(stored.digest);
        }
        h.pass("6d").await;
        let mut there = Vec::new();
        for digest in &digests {
            let known = file::get(&mut h.hall().db.read().await.unwrap(), digest).await.unwrap().is_some();
            assert_eq!(known, h.files.has(digest).await.unwrap(), "the table and the folder agree");
            there.push(known);
        }
        assert_eq!(there, [false, true, true]);
    });
}

#[test]
fn bytes_that_were_never_written_down_are_swept_once_they_are_old() {
    story_about(&[About::Files], async |h| {
        let stray = h.files.put(b"stray").await.unwrap().digest;
        let fresh = h.files.put(b"fresh").await.unwrap().digest;
        let path = h.files_dir().join(&stray.as_str()[..2]).join(stray.as_str());
        let file = std::fs::File::options().write(true).open(path).unwrap();
        let old = file.metadata().unwrap().modified().unwrap() - Duration::from_secs(3 * 86_400);
        file.set_modified(old).unwrap();
        h.pass("25h").await;
        assert!(!h.files.has(&stray).await.unwrap());
        assert!(h.files.has(&fresh).await.unwrap(), "a fetch may be about to write it down");
    });
}

#[test]
fn the_picture_of_a_message_that_was_punished_is_its_proof() {
    story_about(&[About::Files], async |h| {
        Moderation::set_policy(&h.hall(), SourcedPolicy::parse(POLICY).unwrap());
        h.merchant("Lin").await;
        let file = h.world.upload("photo.jpg", &picture("offer")).unwrap();
        let key = h.says_in(GROUP, "Lin", Post::text("weed here").with_file(file)).await;
        h.pass("5s").await;
        assert!(h.message(GROUP, &key).deleted);
        let mut tx = h.hall().db.read().await.unwrap();
        let proof = file::used_by(&mut tx, "moderation", 1).await.unwrap();
        drop(tx);
        assert_eq!(bytes(h, &proof[0].digest).await.unwrap(), picture("offer"));
        // What meets no rule is not fetched.
        h.merchant("Mei").await;
        let file = h.world.upload("photo.jpg", &picture("holiday")).unwrap();
        h.says_in(GROUP, "Mei", Post::text("the sea").with_file(file)).await;
        h.pass("5s").await;
        assert_eq!(h.files.older_than(Duration::ZERO).await.unwrap().len(), 1);
    });
}

/// A group of the other account that the program serves.
async fn group_elsewhere(h: &mut Stage, world: &World, title: &str) -> ChatKey {
    let key = world.create_group(title, title, &[]).unwrap();
    h.settle().await;
    let mut work = h.hall().begin().await.unwrap();
    let tx = work.tx().await.unwrap();
    let met = chat::by_key(tx, world.account(), &key).await.unwrap().unwrap();
    chat::set_purpose(tx, &met.id, Purpose::Community, None).await.unwrap();
    work.commit().await.unwrap();
    h.hall().directory.forget_all();
    key
}

/// The platform's keys of the files in a chat of a world.
fn files_in(world: &World, chat: &ChatKey) -> Vec<String> {
    let view = world.chat(chat, None, 1_000).unwrap();
    let files = view.messages.into_iter().flat_map(|message| message.content.attachments);
    files.filter_map(|file| if let FileRef::Platform(key) = file.file { Some(key) } else { None }).collect()
}

#[test]
fn an_announcement_takes_its_picture_to_every_account_and_uploads_it_once_there() {
    story_about(&[About::Files], async |h| {
        h.staff("Olivia", Role::Ops).await;
        let world = h.opens_elsewhere().await;
        let mut groups = Vec::new();
        for title in ["east", "west", "north"] {
            groups.push(group_elsewhere(h, &world, title).await);
        }
        h.says_in(STAFF, "Olivia", "/announce").await;
        let answers = [
            ("title", "焕新市集 | Fair"),
            ("zh", "开始报名啦"),
            ("en", "Sign-up is open"),
            ("audience", "all groups"),
            ("when", "now"),
        ];
        h.fills(STAFF, "Olivia", &answers).await;
        let file = h.world.upload("photo.jpg", &picture("poster")).unwrap();
        let poster = h.says_in(STAFF, "Olivia", Post::text("the poster").with_file(file)).await;
        h.replies(STAFF, "Olivia", &poster, "/announce picture A-1").await;
        h.pass("3s").await;
        h.latest(STAFF, "photo.jpg is with A-1 now");
        h.says_in(STAFF, "Olivia", "/announce send A-1").await;
        h.pass("5m").await;
        let here = files_in(&h.world, &h.chat(GROUP));
        assert_eq!(here.len(), 1, "{}", h.transcript(GROUP));
        assert_eq!(h.world.file(&here[0]).unwrap().to_vec(), picture("poster"));
        let there: Vec<String> = groups.iter().flat_map(|group| files_in(&world, group)).collect();
        assert_eq!(there.len(), 3);
        assert!(there.iter().all(|key| *key == there[0]), "it was uploaded once: {there:?}");
        assert_eq!(world.file(&there[0]).unwrap().to_vec(), picture("poster"));
        assert!(world.transcript(&groups[0]).contains("Sign-up is open"));
    });
}
