//! Files: uploaded from our store, fetched into it, and never with the token in a word of it.

use std::sync::Arc;

use bot_core::chat::{
    Action, Attachment, AttachmentKind, Content, Delivered, Feature, FileDigest, FileRef, LossKind, Outcome,
    Platform as _, RejectionKind,
};
use bot_core::files::FileStore;
use serde_json::{Value, json};

use super::{GROUP, Server, TOKEN, address};
use crate::{Mode, Settings, TelegramPlatform};
use bot_core::secret::Secret;

/// An account with a store of its own.
struct Account {
    server: Server,
    platform: TelegramPlatform,
    files: Arc<FileStore>,
    folder: tempfile::TempDir,
}

impl Account {
    async fn new(local_server: bool) -> Self {
        let server = Server::start().await;
        let folder = tempfile::tempdir().unwrap();
        let files = FileStore::new(folder.path().join("files"), 1_000);
        let platform = TelegramPlatform::new(Settings {
            account: "telegram".into(),
            token: Secret::new(TOKEN),
            api_url: server.url.parse().unwrap(),
            mode: Mode::Polling,
            clock: Arc::new(bot_core::clock::SystemClock::new(1)),
            commands: Vec::new(),
            files: Arc::clone(&files),
            local_server,
            pace: crate::PACE,
            paid_broadcast: false,
            posts: None,
        });
        Self { server, platform, files, folder }
    }

    async fn does(&self, action: Action) -> Outcome {
        self.server.does(&self.platform, GROUP, action).await
    }

    async fn sends(&self, files: Vec<Attachment>) -> Outcome {
        self.does(Action::Send(Content { attachments: files, ..Content::text("see") })).await
    }
}

fn of_store(digest: &FileDigest, kind: AttachmentKind, media_type: &str) -> Attachment {
    Attachment {
        kind,
        name: "账单 1.txt".into(),
        media_type: media_type.into(),
        size_bytes: 5,
        file: FileRef::Stored(digest.clone()),
    }
}

fn seen(size_bytes: u64) -> Action {
    let file = Attachment {
        kind: AttachmentKind::File,
        name: "bill.txt".into(),
        media_type: "text/plain".into(),
        size_bytes,
        file: FileRef::Platform("document:D7".into()),
    };
    Action::Fetch { file }
}

fn asked_as_text(server: &Server, method: &str) -> String {
    server.asked(method).remove(0).as_str().unwrap_or_default().to_owned()
}

fn found(path: &str) -> Value {
    json!({"ok": true, "result": {"file_id": "D7", "file_unique_id": "U", "file_path": path}})
}

#[tokio::test]
async fn a_file_of_the_store_is_uploaded_and_its_id_kept() {
    let account = Account::new(false).await;
    let stored = account.files.put(b"bytes").await.unwrap();
    let sent = json!({"ok": true, "result": {"message_id": 5, "document": {"file_id": "D9"}}});
    account.server.will_say("sendDocument", 200, &sent);
    let outcome = account.sends(vec![of_store(&stored.digest, AttachmentKind::File, "text/plain")]).await;
    let Outcome::Sent(Delivered { message, uploaded, .. }) = outcome else { panic!("{outcome:?}") };
    assert_eq!(message, Some("5".into()));
    assert_eq!((&uploaded[0].digest, uploaded[0].key.as_str()), (&stored.digest, "document:D9"));
    let form = asked_as_text(&account.server, "sendDocument");
    for part in ["attach://file0", "\r\n\r\nsee\r\n", GROUP, "text/plain", "\r\n\r\nbytes\r\n"] {
        assert!(form.contains(part), "{part}: {form}");
    }
}

#[tokio::test]
async fn an_album_carries_what_is_new_and_names_what_is_known() {
    let account = Account::new(false).await;
    let stored = account.files.put(b"bytes").await.unwrap();
    let picture = of_store(&stored.digest, AttachmentKind::Picture, "image/png");
    let known = Attachment { file: FileRef::Platform("photo:P1".into()), ..picture.clone() };
    let part =
        |id: i64, file: &str| json!({"message_id": id, "photo": [{"file_id": "s"}, {"file_id": file}]});
    let sent = json!({"ok": true, "result": [part(6, "P1"), part(7, "P2")]});
    account.server.will_say("sendMediaGroup", 200, &sent);
    let outcome = account.sends(vec![known, picture]).await;
    let Outcome::Sent(Delivered { message, uploaded, .. }) = outcome else { panic!("{outcome:?}") };
    assert_eq!((message, uploaded.len(), uploaded[0].key.as_str()), (Some("6-7".into()), 1, "photo:P2"));
    let form = asked_as_text(&account.server, "sendMediaGroup");
    assert!(form.contains("\"P1\"") && form.contains("attach://file1"), "{form}");
}

#[tokio::test]
async fn a_picture_that_telegram_cannot_show_goes_as_a_file() {
    let account = Account::new(false).await;
    let stored = account.files.put(b"bytes").await.unwrap();
    account.server.will_refuse("sendPhoto", 400, "Bad Request: PHOTO_INVALID_DIMENSIONS");
    let sent = json!({"ok": true, "result": {"message_id": 5, "document": {"file_id": "D9"}}});
    account.server.will_say("sendDocument", 200, &sent);
    let outcome = account.sends(vec![of_store(&stored.digest, AttachmentKind::Picture, "image/png")]).await;
    let Outcome::Sent(Delivered { uploaded, .. }) = outcome else { panic!("{outcome:?}") };
    assert_eq!((uploaded[0].key.as_str(), uploaded[0].kind), ("document:D9", AttachmentKind::Picture));
    assert!(asked_as_text(&account.server, "sendDocument").contains("\r\n\r\nbytes\r\n"));
}

#[tokio::test]
async fn an_id_that_is_no_longer_good_and_a_file_that_is_no_longer_stored_are_both_said() {
    let account = Account::new(false).await;
    let gone = of_store(&"ab".repeat(32).as_str().into(), AttachmentKind::File, "text/plain");
    let outcome = account.sends(vec![gone.clone()]).await;
    assert!(matches!(&outcome, Outcome::Rejected(why) if why.kind == RejectionKind::FileGone), "{outcome:?}");
    let words = "Bad Request: wrong file identifier/HTTP URL specified";
    account.server.will_refuse("sendDocument", 400, words);
    let outcome =
        account.sends(vec![Attachment { file: FileRef::Platform("document:D1".into()), ..gone }]).await;
    assert!(matches!(&outcome, Outcome::Rejected(why) if why.kind == RejectionKind::FileGone), "{outcome:?}");
}

#[tokio::test]
async fn a_file_is_fetched_into_the_store() {
    let account = Account::new(false).await;
    account.server.will_say("getFile", 200, &found("documents/file_7.txt"));
    account.server.will_give("documents/file_7.txt", 200, b"bytes");
    let outcome = account.does(seen(5)).await;
    let Outcome::Sent(Delivered { fetched: Some(stored), uploaded, .. }) = outcome else {
        panic!("{outcome:?}")
    };
    assert!(account.files.has(&stored.digest).await.unwrap());
    assert_eq!((stored.size_bytes, uploaded[0].key.as_str()), (5, "document:D7"));
    assert_eq!(account.server.asked("getFile")[0]["file_id"], "D7");
}

#[tokio::test]
async fn what_cannot_be_fetched_now_is_tried_again_and_what_never_can_is_refused() {
    let account = Account::new(false).await;
    let server = &account.server;
    let not_done = |outcome: &Outcome| match outcome {
        Outcome::NotDone { why } | Outcome::Unknown { why } => {
            !why.contains("4242") && !why.contains("AAtoken")
        }
        _ => false,
    };
    let soon = "Bad Request: wrong file_id or the file is temporarily unavailable";
    server.will_refuse("getFile", 400, soon);
    assert!(not_done(&account.does(seen(5)).await));
    server.will_say("getFile", 200, &found("documents/gone.txt"));
    let outcome = account.does(seen(5)).await;
    assert!(not_done(&outcome), "{outcome:?}");
    server.will_say("getFile", 200, &json!({"ok": true, "result": {"file_id": "D7"}}));
    assert!(not_done(&account.does(seen(5)).await));
    for (words, kind) in [
        ("Bad Request: file is too big", RejectionKind::BadContent),
        ("Bad Request: invalid file_id", RejectionKind::FileGone),
    ] {
        server.will_refuse("getFile", 400, words);
        let outcome = account.does(seen(5)).await;
        assert!(matches!(&outcome, Outcome::Rejected(why) if why.kind == kind), "{outcome:?}");
    }
    // Larger than the store takes, whatever Telegram said of it before.
    server.will_say("getFile", 200, &found("documents/large.txt"));
    server.will_give("documents/large.txt", 200, &[b'x'; 1_001]);
    let outcome = account.does(seen(5)).await;
    assert!(
        matches!(&outcome, Outcome::Rejected(why) if why.kind == RejectionKind::BadContent),
        "{outcome:?}"
    );
    assert_eq!(account.files.older_than(std::time::Duration::ZERO).await.unwrap(), []);
}

#[tokio::test]
async fn what_is_over_the_limits_is_known_before_anything_is_asked() {
    const MB: u64 = 1_024 * 1_024;
    for (local_server, fetch_most, send_most) in [(false, 20 * MB, 50 * MB), (true, 2_000 * MB, 2_000 * MB)] {
        let account = Account::new(local_server).await;
        let to = address(GROUP);
        let calls = |action: &Action| account.platform.plan(&to, action).calls.len();
        assert_eq!((calls(&seen(fetch_most)), calls(&seen(fetch_most + 1))), (1, 0));
        let can = account.platform.capabilities(&to);
        assert_eq!(can.limits(Feature::Fetch).size_bytes, Some(fetch_most));
        let file = |size_bytes| {
            let file = of_store(&"ab".repeat(32).as_str().into(), AttachmentKind::File, "text/plain");
            let attachments = vec![Attachment { size_bytes, ..file }];
            Action::Send(Content { attachments, ..Content::default() })
        };
        assert_eq!(calls(&file(send_most)), 1);
        let plan = account.platform.plan(&to, &file(send_most + 1));
        assert_eq!((plan.calls.len(), &plan.losses[0].kind), (0, &LossKind::Dropped));
    }
}

#[tokio::test]
async fn a_server_of_ones_own_says_where_the_file_is() {
    let account = Account::new(true).await;
    let path = account.folder.path().join("file_7.txt");
    std::fs::write(&path, "bytes").unwrap();
    account.server.will_say("getFile", 200, &found(path.to_str().unwrap()));
    let outcome = account.does(seen(5)).await;
    assert!(matches!(&outcome, Outcome::Sent(done) if done.fetched.is_some()), "{outcome:?}");
    // Anybody else's server names no file of this machine.
    let other = Account::new(false).await;
    other.server.will_say("getFile", 200, &found(path.to_str().unwrap()));
    let outcome = other.does(seen(5)).await;
    assert!(matches!(outcome, Outcome::NotDone { .. }), "{outcome:?}");
}
