//! Files: given at an address for as long as it is good, asked for by name, and taken from calls.

use std::sync::Weak;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bot_core::chat::{Attachment, AttachmentKind, FileRef};
use guildhall_sandbox::Fault;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::answer::{Judged, failed};
use super::params::Params;
use super::{FakeOneBot, Shared};

/// Serves the bytes of files for as long as the implementation lives, as QQ's own servers do.
pub(super) async fn serve(fake: Weak<Shared>, listener: TcpListener) {
    let router = Router::new().route("/{key}", get(give)).with_state(fake);
    // Ends with the task.
    let _ = axum::serve(listener, router).await;
}

async fn give(State(fake): State<Weak<Shared>>, Path(key): Path<String>) -> Response {
    let Some(fake) = fake.upgrade().map(FakeOneBot) else { return StatusCode::GONE.into_response() };
    if fake.world().faults().is_down() {
        return StatusCode::BAD_GATEWAY.into_response();
    }
    match struck(&fake).await {
        Ok(()) if fake.state().addresses_expired => StatusCode::FORBIDDEN.into_response(),
        Ok(()) => match fake.world().file(&key) {
            Some(bytes) => bytes.to_vec().into_response(),
            None => StatusCode::NOT_FOUND.into_response(),
        },
        Err(status) => status.into_response(),
    }
}

/// What a fault makes of a question for a file.
async fn struck(fake: &FakeOneBot) -> Result<(), StatusCode> {
    let (wait_ms, fault) = fake.world().faults().strike_call("fetch", None);
    if wait_ms > 0 {
        fake.world().wait(wait_ms).await;
    }
    match fault {
        None | Some(Fault::Slow { .. } | Fault::Duplicate) => Ok(()),
        Some(Fault::Refuse { .. }) => Err(StatusCode::NOT_FOUND),
        Some(Fault::RetryAfter { .. }) => Err(StatusCode::TOO_MANY_REQUESTS),
        Some(Fault::HangBefore | Fault::HangAfter) => std::future::pending().await,
        Some(_) => Err(StatusCode::SERVICE_UNAVAILABLE),
    }
}

/// The piece of a message that shows a file.
pub(super) fn segment(fake: &FakeOneBot, attachment: &Attachment) -> Value {
    let FileRef::Platform(key) = &attachment.file else { return json!({ "type": "text", "data": {} }) };
    let size = attachment.size_bytes.to_string();
    let url = format!("{}{key}", fake.files_url());
    let kind = match attachment.kind {
        AttachmentKind::Picture => "image",
        AttachmentKind::Video => "video",
        AttachmentKind::Audio => "record",
        // Of files no address is told: it is asked for.
        AttachmentKind::File => {
            return json!({ "type": "file", "data": { "file": attachment.name, "file_id": key, "file_size": size } });
        }
    };
    json!({ "type": kind, "data": { "file": format!("{key}.jpg"), "url": url, "file_size": size } })
}

/// Answers a question for a file; `None` when it is none.
pub(super) fn answer(fake: &FakeOneBot, action: &str, params: &Params) -> Option<Judged> {
    let of_name = |name: &str| params.text(name).map(|name| name.trim_end_matches(".jpg").to_owned());
    let key = match action {
        "get_image" => of_name("file"),
        "get_file" | "get_record" => of_name("file_id").or_else(|| of_name("file")),
        "get_group_file_url" | "get_private_file_url" => of_name("file_id"),
        _ => return None,
    };
    let key = key.unwrap_or_default();
    let Some(bytes) = fake.world().file(&key) else { return Some(Err(failed("文件不存在"))) };
    let url = format!("{}{key}", fake.files_url());
    Some(Ok(match action {
        "get_group_file_url" | "get_private_file_url" => json!({ "url": url }),
        _ => {
            // Where it stands on its own disk, which is nobody else's.
            let path = format!("/root/.config/QQ/nt_data/{key}");
            let mut told =
                json!({ "file": path, "url": path, "file_size": bytes.len().to_string(), "file_name": key });
            if fake.state().addresses_expired {
                told["base64"] = json!(STANDARD.encode(&bytes));
            }
            told
        }
    }))
}

/// A file that a call brings: its bytes, or the address of one that is there.
pub(super) fn taken(fake: &FakeOneBot, place: &str, name: &str, kind: AttachmentKind) -> Judged<Attachment> {
    let Some(text) = place.strip_prefix("base64://") else { return known(fake, place) };
    let bytes = STANDARD.decode(text).map_err(|_| failed("base64 解码失败"))?;
    let file =
        fake.world().upload(name, &bytes).map_err(|why| failed(format!("文件大小或内容不合法: {why}")))?;
    if kind == AttachmentKind::Picture && file.kind != kind {
        return Err(failed("图片格式不支持"));
    }
    Ok(Attachment { kind, ..file })
}

fn known(fake: &FakeOneBot, place: &str) -> Judged<Attachment> {
    let key = place.strip_prefix(&fake.files_url()).unwrap_or(place).trim_end_matches(".jpg");
    let world = fake.world();
    let groups = world.chats(None).into_iter().chain(fake.directs());
    groups
        .filter_map(|chat| world.chat(&chat.key, None, 10_000))
        .flat_map(|view| view.messages)
        .flat_map(|message| message.content.attachments)
        .find(|file| matches!(&file.file, FileRef::Platform(own) if own == key))
        .filter(|_| world.file(key).is_some())
        .ok_or_else(|| failed("文件不存在"))
}
