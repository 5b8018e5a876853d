//! The files of a ticket: kept as evidence, and carried to the other side, on whatever account that is.

use bot_core::chat::{Attachment, ChatKey, FileDigest, FileRef, RejectionKind, UserInfo, UserKey};
use bot_core::roster::Role;
use bot_core::store::file;
use guildhall_sandbox::{Author, Fault, Post, Rule, World};
use tokio::io::AsyncReadExt as _;

use super::{holds, messages};
use crate::harness::{About, GROUP, STAFF, Stage, story_about, story_with_crashes};

/// The first bytes of a PNG, so that it is a picture.
fn picture(rest: &str) -> Vec<u8> {
    [&[0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13][..], rest.as_bytes()].concat()
}

/// What the ticket has kept, in the order of the bytes.
async fn kept(h: &Stage, no: i64) -> Vec<Vec<u8>> {
    let files = file::used_by(&mut h.hall().db.read().await.unwrap(), "ticket", no).await.unwrap();
    let mut all = Vec::new();
    for kept in files {
        all.push(bytes(h, &kept.digest).await);
    }
    all.sort();
    all
}

async fn bytes(h: &Stage, digest: &FileDigest) -> Vec<u8> {
    let (mut file, _) = h.files.open(digest).await.unwrap().unwrap();
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).await.unwrap();
    bytes
}

/// The bytes of all files that the bot has sent into a chat of a world, in order.
fn shown(world: &World, chat: &ChatKey) -> Vec<Vec<u8>> {
    let view = world.chat(chat, None, 1_000).unwrap();
    let by_bot = view.messages.into_iter().filter(|message| message.author == Author::Bot);
    let files = by_bot.flat_map(|message| message.content.attachments);
    let bytes = |file: Attachment| match &file.file {
        FileRef::Platform(key) => world.file(key).unwrap().to_vec(),
        other => panic!("the platform has its own keys: {other:?}"),
    };
    files.map(bytes).collect()
}

/// A merchant of another account, with the private chat open.
async fn merchant_elsewhere(h: &mut Stage) -> (World, UserKey, ChatKey) {
    let world = h.opens_elsewhere().await;
    let user = UserKey::from("wang");
    let (key, name) = (user.clone(), "Wang".to_owned());
    world.add_user(UserInfo { key, name, username: None, language: None, is_bot: false }).unwrap();
    let direct = world.open_direct(&user, None).unwrap();
    h.settle().await;
    (world, user, direct)
}

/// Opens a ticket from the other account, and sends a picture into it.
async fn sends_bill(h: &mut Stage, world: &World, user: &UserKey, direct: &ChatKey) {
    world.say(user, direct, "/ticket payout").unwrap();
    h.settle().await;
    let file = world.upload("bill.png", &picture("wang")).unwrap();
    world.say(user, direct, Post::text("my bill").with_file(file)).unwrap();
    h.settle().await;
}

/// Ana writes in the topic of the only ticket, with a picture.
async fn staff_sends(h: &mut Stage, words: &str, rest: &str) {
    let file = h.world.upload("photo.jpg", &picture(rest)).unwrap();
    h.posts_in_thread(STAFF, "T-1", "Ana", Post::text(words).with_file(file)).await;
}

#[test]
fn what_both_sides_send_is_kept_on_our_side() {
    story_about(&[About::Files], async |h| {
        h.merchant("Lin").await;
        h.staff("Ana", Role::Support).await;
        h.opens_direct("Lin").await;
        h.says_in("@Lin", "Lin", "/ticket payout").await;
        let file = h.world.upload("photo.jpg", &picture("lin")).unwrap();
        h.says_in("@Lin", "Lin", Post::text("see").with_file(file)).await;
        staff_sends(h, "and this", "ana").await;
        staff_sends(h, "// odd", "note").await;
        h.pass("5s").await;
        assert_eq!(kept(h, 1).await, [picture("ana"), picture("lin"), picture("note")]);
        // The bot passed each on once, and the note not at all.
        assert_eq!(shown(&h.world, &h.chat("@Lin")), [picture("ana")]);
        assert_eq!(shown(&h.world, &h.chat(STAFF)), [picture("lin")]);
        // What is posted outside of tickets is nobody's business.
        let file = h.world.upload("photo.jpg", &picture("holiday")).unwrap();
        h.says_in(GROUP, "Lin", Post::text("the sea").with_file(file)).await;
        h.pass("5s").await;
        assert_eq!(kept(h, 1).await.len(), 3);
        let stored = messages(h, 1).await;
        let files: Vec<_> = stored.iter().flat_map(|message| &message.content.attachments).collect();
        let ours = |file: &&&Attachment| matches!(file.file, FileRef::Stored(_));
        assert_eq!((files.len(), files.iter().filter(ours).count()), (3, 3), "{files:?}");
    });
}

#[test]
fn words_that_are_edited_leave_the_file_where_it_is() {
    story_about(&[About::Edits, About::Files], async |h| {
        h.merchant("Lin").await;
        h.staff("Ana", Role::Support).await;
        h.opens_direct("Lin").await;
        h.says_in("@Lin", "Lin", "/ticket payout").await;
        let file = h.world.upload("photo.jpg", &picture("lin")).unwrap();
        let said = h.says_in("@Lin", "Lin", Post::text("see").with_file(file)).await;
        h.pass("5s").await;
        h.edits("@Lin", "Lin", &said, "look here").await;
        h.pass("5s").await;
        holds(&h.transcript(STAFF), "look here");
        assert_eq!(kept(h, 1).await, [picture("lin")]);
        let stored = messages(h, 1).await;
        let edited = stored.iter().find(|message| message.content.text.text == "look here").unwrap();
        assert!(matches!(edited.content.attachments[0].file, FileRef::Stored(_)), "{edited:?}");
    });
}

#[test]
fn a_file_reaches_staff_and_merchant_across_accounts() {
    story_about(&[About::Files], async |h| {
        h.staff("Ana", Role::Support).await;
        let (world, user, direct) = merchant_elsewhere(h).await;
        sends_bill(h, &world, &user, &direct).await;
        h.pass("5s").await;
        assert_eq!(shown(&h.world, &h.chat(STAFF)), [picture("wang")]);
        holds(&h.transcript(STAFF), "my bill");
        staff_sends(h, "like this", "answer").await;
        h.pass("5s").await;
        assert_eq!(shown(&world, &direct), [picture("answer")]);
        holds(&world.transcript(&direct), "like this");
        assert_eq!(kept(h, 1).await, [picture("answer"), picture("wang")]);
    });
}

#[test]
fn a_file_that_cannot_be_carried_is_said_to_be_missing() {
    story_about(&[About::Files], async |h| {
        h.staff("Ana", Role::Support).await;
        let (world, user, direct) = merchant_elsewhere(h).await;
        world.faults().add(Rule::new(Fault::Refuse { why: RejectionKind::NotFound }).on("fetch"));
        sends_bill(h, &world, &user, &direct).await;
        h.pass("5s").await;
        let said = h.latest(STAFF, "my bill").content;
        holds(&said.text.text, "bill.png is missing here: it could not be fetched.");
        assert!(said.attachments.is_empty(), "{said:?}");
    });
}

#[test]
fn killed_anywhere_a_file_is_carried_over_once() {
    story_with_crashes(&[STAFF], async |h| {
        h.staff("Ana", Role::Support).await;
        let (world, user, direct) = merchant_elsewhere(h).await;
        sends_bill(h, &world, &user, &direct).await;
        h.pass("10s").await;
        assert_eq!(kept(h, 1).await, [picture("wang")]);
    });
}
