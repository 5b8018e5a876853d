//! Files that the bot fetches and uploads.

use bot_core::chat::{
    Action, Attachment, AttachmentKind, Content, Delivered, FileRef, Outcome, Platform as _, RejectionKind,
};

use super::{BYTES, Town, key};
use crate::{Fault, Post, Profile, Rule};

/// Lin sends a file into the group.
fn sent(town: &Town, name: &str, bytes: &[u8]) -> Attachment {
    let file = town.world.upload(name, bytes).unwrap();
    let post = Post { content: Content::default(), ..Post::default() }.with_file(file.clone());
    town.world.say(&key("Lin"), &town.group, post).unwrap();
    file
}

fn fetch(file: &Attachment) -> Action {
    Action::Fetch { file: file.clone() }
}

fn of_store() -> Attachment {
    Attachment {
        kind: AttachmentKind::File,
        name: "bill.txt".into(),
        media_type: "text/plain".into(),
        size_bytes: 5,
        file: FileRef::Stored(BYTES.into()),
    }
}

fn with(file: &Attachment) -> Action {
    Action::Send(Content { attachments: vec![file.clone()], ..Content::default() })
}

/// The bytes of the file in the last message of the group.
fn last_file(town: &Town) -> Vec<u8> {
    let view = town.world.chat(&town.group, None, 50).unwrap();
    let message = view.messages.last().unwrap();
    let FileRef::Platform(key) = &message.content.attachments[0].file else { panic!("{message:?}") };
    town.world.file(key).unwrap().to_vec()
}

#[tokio::test]
async fn what_somebody_sent_is_fetched_into_the_store() {
    let town = Town::new(Profile::sandbox());
    let file = sent(&town, "a.txt", b"bytes");
    let Delivered { fetched: Some(stored), uploaded, .. } = town.done(&town.here(), fetch(&file)).await
    else {
        panic!("nothing was fetched")
    };
    assert_eq!((stored.digest.as_str(), stored.size_bytes), (BYTES, 5));
    assert!(town.files.has(&stored.digest).await.unwrap());
    assert_eq!(FileRef::Platform(uploaded[0].key.clone()), file.file, "it can be sent again by its key");
    // Once more is the same.
    assert_eq!(town.done(&town.here(), fetch(&file)).await.fetched, Some(stored));
}

#[tokio::test]
async fn a_file_that_is_gone_or_too_large_is_refused_and_one_that_is_slow_is_not() {
    let town = Town::new(Profile { fetch_bytes: 8, ..Profile::sandbox() });
    let (small, large) = (sent(&town, "a", b"12345678"), sent(&town, "b", b"123456789"));
    assert!(town.bot.plan(&town.here(), &fetch(&large)).calls.is_empty());
    assert_eq!(town.refused(&town.here(), fetch(&large)).await, RejectionKind::BadContent);
    town.world.faults().add(Rule::new(Fault::ServerError).on("fetch").times(1));
    assert!(matches!(town.does(&town.here(), fetch(&small)).await, Outcome::NotDone { .. }));
    assert!(town.done(&town.here(), fetch(&small)).await.fetched.is_some());
    let FileRef::Platform(key) = &small.file else { panic!("{small:?}") };
    town.world.lose_file(key);
    assert_eq!(town.refused(&town.here(), fetch(&small)).await, RejectionKind::NotFound);
}

#[tokio::test]
async fn what_the_store_does_not_take_is_refused() {
    let town = Town::new(Profile::sandbox());
    let file = sent(&town, "a", &vec![7; (1 << 20) + 1]);
    assert_eq!(town.refused(&town.here(), fetch(&file)).await, RejectionKind::BadContent);
}

#[tokio::test]
async fn a_file_of_the_store_is_uploaded_once_and_sent_again_by_its_key() {
    let town = Town::new(Profile::sandbox());
    town.stored(b"bytes").await;
    let uploaded = town.done(&town.here(), with(&of_store())).await.uploaded;
    assert_eq!((uploaded.len(), uploaded[0].digest.as_str()), (1, BYTES));
    assert_eq!(last_file(&town), b"bytes");
    let again = Attachment { file: FileRef::Platform(uploaded[0].key.clone()), ..of_store() };
    assert_eq!(town.done(&town.here(), with(&again)).await.uploaded, []);
    assert_eq!(last_file(&town), b"bytes");
    town.world.lose_file(&uploaded[0].key);
    assert_eq!(town.refused(&town.here(), with(&again)).await, RejectionKind::FileGone);
}

#[tokio::test]
async fn a_file_that_the_store_does_not_have_is_said_and_one_that_is_not_resolved_too() {
    let town = Town::new(Profile::sandbox());
    assert_eq!(town.refused(&town.here(), with(&of_store())).await, RejectionKind::FileGone);
    let pointer = Attachment { file: FileRef::Outbox("o9".into()), ..of_store() };
    assert_eq!(town.refused(&town.here(), with(&pointer)).await, RejectionKind::FileGone);
}

#[tokio::test]
async fn a_send_whose_answer_was_lost_is_found_with_its_files() {
    let town = Town::new(Profile { nonces: crate::Nonces::Kept, ..Profile::sandbox() });
    town.stored(b"bytes").await;
    let call = town.bot.plan(&town.here(), &with(&of_store())).calls.remove(0);
    town.world.faults().next(Fault::TimeoutAfter, 1);
    let outcome = town.bot.perform(&town.here(), &call, "n1".into()).await;
    assert!(matches!(outcome, Outcome::Unknown { .. }), "{outcome:?}");
    let settled = town.bot.settle(&town.here(), &call, "n1".into()).await;
    assert!(matches!(settled, Some(Outcome::Sent(_))), "{settled:?}");
}
