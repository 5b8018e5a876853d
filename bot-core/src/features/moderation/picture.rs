//! QR codes in pictures: fetched, read on a thread of their own, and judged like what is written.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use moderation::{Engine, HitKind, Message, Outcome, qr};
use serde::{Deserialize, Serialize};
use tokio::io::AsyncReadExt as _;
use tokio::sync::Semaphore;

use super::screen::{self, Posted};
use super::{NAME, policy};
use crate::chat::{
    Action, Attachment, AttachmentKind, Feature as Can, FileDigest, FileRef, Lane, MemberRole, MessageKey,
};
use crate::courier::End;
use crate::directory::Chat;
use crate::error::Result;
use crate::feature::Receipt;
use crate::hall::Hall;
use crate::ids::ChatId;
use crate::store::{StoreError, chat, file, message};
use crate::work::{NewTimer, Origin, Outgoing, Place, Work};

/// The feature's timer, and what a fetch is heard by.
pub(super) const KIND: &str = "code";
/// More pictures of one message are not looked at.
const OF_A_MESSAGE: usize = 4;
/// A picture that did not come by then is let go, milliseconds.
const TRIED_MS: i64 = 5 * 60_000;
/// How soon it is asked whether a picture was read, milliseconds.
const ASKED_AFTER_MS: i64 = 250;
/// A minute, milliseconds.
const MINUTE_MS: i64 = 60_000;
/// More that was read is not kept; what is asked for in vain is read anew.
const KEPT: usize = 1_000;

/// One picture of one message; as JSON, the key of its timer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Look {
    chat: ChatId,
    message: MessageKey,
    file: FileDigest,
}

/// What is being read, and how many pictures this minute had.
pub(super) struct Pictures {
    /// One at a time: a picture takes up to 64 MiB while it is read.
    turn: Semaphore,
    read: Mutex<HashMap<String, Option<Vec<String>>>>,
    spent: Mutex<Spent>,
}

#[derive(Default)]
struct Spent {
    minute: i64,
    pictures: u32,
}

impl Default for Pictures {
    fn default() -> Self {
        Self { turn: Semaphore::new(1), read: Mutex::default(), spent: Mutex::default() }
    }
}

impl Pictures {
    /// Whether one more picture may be looked at in this minute, of so many.
    fn spend(&self, most: u32, now_ms: i64) -> bool {
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        let minute = now_ms.div_euclid(MINUTE_MS);
        if spent.minute != minute {
            *spent = Spent { minute, pictures: 0 };
        }
        let free = spent.pictures < most;
        spent.pictures += u32::from(free);
        free
    }

    fn results(&self) -> MutexGuard<'_, HashMap<String, Option<Vec<String>>>> {
        self.read.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Has the pictures of a message fetched, as far as the policy asks for it and the minute has room.
pub(super) fn fetch(
    work: &mut Work,
    group: &Chat,
    message: &MessageKey,
    files: &[Attachment],
    engine: &Engine,
) {
    let most = engine.policy().codes_a_minute();
    let can = work.capabilities(group);
    if most == 0 || !can.is_native(Can::Fetch) {
        return;
    }
    let bytes_max = can.limits(Can::Fetch).size_bytes.unwrap_or(u64::MAX).min(qr::FILE_BYTES_MAX as u64);
    let pictures = files.iter().filter(|file| {
        file.kind == AttachmentKind::Picture
            && matches!(file.file, FileRef::Platform(_))
            && file.size_bytes <= bytes_max
    });
    for picture in pictures.take(OF_A_MESSAGE) {
        if !work.hall.policy.pictures.spend(most, work.now_ms) {
            return;
        }
        let action = Action::Fetch { file: picture.clone() };
        let out = Outgoing::new(Place::chat(&group.id), Lane::Files, action);
        let expires_at_ms = Some(work.now_ms + TRIED_MS);
        work.send(Outgoing { expires_at_ms, ..out.heard_by(Origin::new(NAME, KIND, message)) });
    }
}

/// A picture came: it is read beside the event loop.
pub(super) async fn fetched(work: &mut Work, receipt: &Receipt) -> Result<()> {
    let End::Sent(made) = &receipt.end else { return Ok(()) };
    let Some(stored) = made.iter().find_map(|made| made.fetched.as_ref()) else { return Ok(()) };
    let message = MessageKey::from(receipt.origin.key.as_str());
    let look = Look { chat: receipt.chat.clone(), message, file: stored.digest.clone() };
    let Ok(key) = serde_json::to_string(&look) else { return Ok(()) };
    Ok(begin(work, key, look.file).await?)
}

/// Begins to read a picture once this is committed, and asks for it by and by.
async fn begin(work: &mut Work, key: String, file: FileDigest) -> Result<(), StoreError> {
    let of = key.clone();
    work.after_commit(move |hall| {
        let hall = Arc::clone(hall);
        let mut results = hall.policy.pictures.results();
        if results.len() < KEPT {
            results.insert(of.clone(), None);
        }
        drop(results);
        tokio::spawn(async move { read(&hall, of, &file).await });
    });
    ask(work, key).await
}

async fn ask(work: &mut Work, key: String) -> Result<(), StoreError> {
    let due_at_ms = work.now_ms + ASKED_AFTER_MS;
    work.arm(NewTimer { feature: NAME, kind: KIND, key, due_at_ms }).await
}

/// Reads the codes of a picture, and lays them down where they are asked for.
async fn read(hall: &Hall, key: String, digest: &FileDigest) {
    let pictures = &hall.policy.pictures;
    let Ok(_turn) = pictures.turn.acquire().await else { return };
    let bytes = match bytes(hall, digest).await {
        Ok(bytes) => bytes,
        Err(error) => {
            tracing::warn!(%error, "a picture could not be looked at");
            Vec::new()
        }
    };
    let codes = tokio::task::spawn_blocking(move || qr::read(&bytes)).await.unwrap_or_default();
    if let Some(place) = pictures.results().get_mut(&key) {
        *place = Some(codes);
    }
}

async fn bytes(hall: &Hall, digest: &FileDigest) -> std::result::Result<Vec<u8>, crate::files::FileError> {
    let mut bytes = Vec::new();
    if let Some((file, size_bytes)) = hall.files.open(digest).await?
        && size_bytes <= qr::FILE_BYTES_MAX as u64
    {
        file.take(size_bytes).read_to_end(&mut bytes).await?;
    }
    Ok(bytes)
}

/// Asks whether a picture was read, and judges what it says.
pub(super) async fn due(work: &mut Work, key: &str) -> Result<()> {
    // Only this file arms such timers.
    let Ok(look) = serde_json::from_str::<Look>(key) else { return Ok(()) };
    let hall = Arc::clone(&work.hall);
    let known = hall.policy.pictures.results().get(key).cloned();
    match known {
        // The program was started anew in between.
        None => begin(work, key.to_owned(), look.file).await?,
        Some(None) => ask(work, key.to_owned()).await?,
        Some(Some(codes)) => {
            judged(work, &look, &codes).await?;
            let key = key.to_owned();
            work.after_commit(move |hall| _ = hall.policy.pictures.results().remove(&key));
        }
    }
    Ok(())
}

/// Judges a message anew, with what its picture says. A picture that says nothing is let go.
async fn judged(work: &mut Work, look: &Look, codes: &[String]) -> Result<()> {
    let tx = work.tx().await?;
    let message = match codes {
        [] => None,
        _ => {
            message::by_key(tx, &look.chat, &look.message).await?.filter(|kept| kept.deleted_at_ms.is_none())
        }
    };
    let Some(message) = message else { return Ok(file::let_go(tx, &look.file).await?) };
    let Some(group) = chat::get(tx, &look.chat).await? else { return Ok(()) };
    let author = match &message.author {
        Some(author) => chat::user(tx, author).await?,
        None => None,
    };
    let Some(user) = author else { return Ok(()) };
    let role = chat::member_role(tx, &group.id, &user.id).await?.unwrap_or(MemberRole::Member);
    if !screen::is_subject(&work.hall, &user, role) {
        return Ok(file::let_go(work.tx().await?, &look.file).await?);
    }
    let mut text = message.text.text.replace('\0', "\u{1A}");
    for code in codes {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(LABEL);
        text.push_str(&code.replace('\0', "\u{1A}"));
    }
    let engine = work.hall.policy.engine();
    let verdict = engine.check(
        &Message::new(&text)
            .in_group(policy::group(&engine, &group))
            .by(user.id.as_str(), None)
            .with_roles(&[policy::role(role)])
            .at(message.sent_at_ms),
    );
    // The learner has read messages, not what stands in codes.
    let guessed = verdict.hits.iter().all(|hit| hit.kind == HitKind::Learnt);
    if verdict.outcome == Outcome::Pass || guessed {
        return Ok(file::let_go(work.tx().await?, &look.file).await?);
    }
    let posted = Posted {
        chat: &group,
        user: &user,
        message: &message.key,
        thread: message.thread.as_ref(),
        files: &message.attachments,
    };
    screen::found(work, &posted, &engine, &verdict, text).await.map(drop)
}

/// What stands before a code's text in a case. It is proof and not addressed to anybody, so it has no language.
const LABEL: &str = "QR code: ";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_has_room_for_so_many_pictures() {
        let pictures = Pictures::default();
        let looked = |most, now_ms| (0..5).filter(|_| pictures.spend(most, now_ms)).count();
        assert_eq!((looked(3, 0), looked(3, MINUTE_MS - 1), looked(3, MINUTE_MS)), (3, 0, 3));
        assert_eq!(looked(0, 9 * MINUTE_MS), 0);
    }
}
