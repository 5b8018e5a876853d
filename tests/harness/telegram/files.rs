//! Files: uploaded, sent again by their id, and fetched.

use bot_core::chat::{Action, Address, Attachment, AttachmentKind, FileRef};
use serde_json::{Value, json};

use super::FakeTelegram;
use super::answer::{Answer, Judged, bad, refused};
use super::asked::Asked;
use super::call::Reading;

/// Largest file that a bot can fetch, in bytes.
const FETCH_BYTES: u64 = 20 * 1024 * 1024;
/// Largest picture that a bot can send as one, in bytes.
const PICTURE_BYTES: usize = 10 * 1024 * 1024;
/// Largest other file, in bytes.
const FILE_BYTES: usize = 50 * 1024 * 1024;

/// The file that `given` names: an id, or `attach://` with the name of an upload, or an upload under `field`.
pub(super) fn sent(
    fake: &FakeTelegram,
    asked: &Asked,
    field: &str,
    given: Option<&str>,
    kind: AttachmentKind,
) -> Judged<Attachment> {
    let upload = match given {
        Some(given) => given.strip_prefix("attach://").map(|name| asked.uploads.get(name)),
        None => Some(asked.uploads.get(field)),
    };
    let Some(upload) = upload else { return known(fake, given.unwrap_or_default(), kind) };
    let Some(upload) = upload else {
        return Err(bad(format_args!("there is no {} in the request", word(kind).to_lowercase())));
    };
    let max = if kind == AttachmentKind::Picture { PICTURE_BYTES } else { FILE_BYTES };
    if upload.bytes.len() > max {
        return Err(refused(413, "Request Entity Too Large"));
    }
    let file = fake.world().upload(&upload.name, &upload.bytes).map_err(bad)?;
    if kind == AttachmentKind::Picture && file.kind != AttachmentKind::Picture {
        return Err(bad("IMAGE_PROCESS_FAILED"));
    }
    let file = Attachment { kind, ..file };
    if let FileRef::Platform(key) = &file.file {
        fake.state().files.insert(key.clone(), file.clone());
    }
    Ok(file)
}

fn known(fake: &FakeTelegram, id: &str, kind: AttachmentKind) -> Judged<Attachment> {
    if id.starts_with("http://") || id.starts_with("https://") {
        return Err(bad("failed to get HTTP URL content"));
    }
    // What the platform has lost it does not know either.
    let there = fake.world().file(id).is_some();
    let Some(file) = fake.state().files.get(id).filter(|_| there).cloned() else {
        return Err(bad("wrong file identifier/HTTP URL specified"));
    };
    if file.kind != kind {
        return Err(bad(format_args!("can't use file of type {} as {}", word(file.kind), word(kind))));
    }
    Ok(file)
}

fn word(kind: AttachmentKind) -> &'static str {
    match kind {
        AttachmentKind::Picture => "Photo",
        AttachmentKind::Video => "Video",
        AttachmentKind::Audio => "Audio",
        AttachmentKind::File => "Document",
    }
}

pub(super) fn get(fake: &FakeTelegram, asked: &Asked) -> Judged<Reading> {
    let Some(id) = asked.text("file_id").filter(|id| !id.is_empty()) else {
        return Err(bad("file_id not specified"));
    };
    let Some(file) = fake.state().files.get(&id).cloned() else {
        return Err(bad("invalid file_id"));
    };
    if fake.world().file(&id).is_none() {
        return Err(bad("wrong file_id or the file is temporarily unavailable"));
    }
    if file.size_bytes > FETCH_BYTES {
        return Err(bad("file is too big"));
    }
    let found = json!({
        "file_id": id,
        "file_unique_id": format!("U{id}"),
        "file_size": file.size_bytes,
        "file_path": format!("documents/{id}"),
    });
    let to = Address { chat: None, peer: None, via: None, thread: None };
    Ok(Reading::act(to, Action::Fetch { file }, move |_, _| found))
}

pub(super) fn download(fake: &FakeTelegram, path: &str) -> Answer {
    let file = path.strip_prefix("documents/").and_then(|key| fake.world().file(key));
    match file {
        Some(bytes) => Answer::Bytes(bytes.to_vec()),
        None => {
            let body: Value = json!({ "ok": false, "error_code": 404, "description": "Not Found" });
            Answer::Json(404, body)
        }
    }
}
