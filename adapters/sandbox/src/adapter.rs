//! The adapter: the sandbox behind the same port as every other platform.

use std::io;
use std::sync::Arc;

use async_trait::async_trait;
use bot_core::chat::{
    AccountId, Action, Address, Attachment, Call, Capabilities, Delivered, Event, EventSink, FileDigest,
    FileRef, Outcome, Pace, Platform, Rejection, RejectionKind, RenderPlan, UploadedFile,
};
use bot_core::files::{FileError, FileStore};
use bot_core::ids::OutboxId;
use tokio::io::AsyncReadExt as _;
use tokio::task::JoinSet;

use crate::plan::plan;
use crate::world::{Carried, key_of};
use crate::{Fault, Refusal, World};

/// Events of different chats that may be in flight at once.
const IN_FLIGHT: usize = 256;

/// The sandbox as the program sees it.
pub struct SandboxPlatform {
    world: World,
    files: Arc<FileStore>,
}

/// A call that ends before the platform has judged it.
struct Cut(Outcome);

impl SandboxPlatform {
    /// The adapter of a world, with the bot's own files.
    pub fn new(world: World, files: Arc<FileStore>) -> Self {
        Self { world, files }
    }

    /// The platform behind it.
    pub fn world(&self) -> &World {
        &self.world
    }

    async fn meet(&self, to: &Address, action: &Action, nonce: &str) -> Outcome {
        let faults = self.world.faults();
        let (wait_ms, fault) = faults.strike_call(action.word(), key_of(to).as_ref());
        if wait_ms > 0 {
            self.world.wait(wait_ms).await;
        }
        let lost = || Outcome::Unknown { why: "the connection timed out".to_owned() };
        match fault {
            None => self.attempt(to, action, nonce).await,
            Some(Fault::RetryAfter { wait_ms, scope }) => Outcome::RetryAfter { wait_ms, scope },
            Some(Fault::Refuse { why: kind }) => {
                Outcome::Rejected(Rejection { kind, why: format!("refused by a fault: {kind:?}") })
            }
            Some(Fault::ServerError) => Outcome::NotDone { why: "500 internal server error".to_owned() },
            Some(Fault::Down) => Outcome::NotDone { why: "the connection was refused".to_owned() },
            Some(Fault::TimeoutBefore) => lost(),
            Some(Fault::TimeoutAfter) => {
                self.attempt(to, action, nonce).await;
                lost()
            }
            Some(hang @ (Fault::HangAfter | Fault::HangBefore)) => {
                if hang == Fault::HangAfter {
                    self.attempt(to, action, nonce).await;
                }
                std::future::pending().await
            }
            Some(Fault::Slow { .. } | Fault::Duplicate) => self.attempt(to, action, nonce).await,
        }
    }

    /// Does it; once more at the new address where the platform says that the chat has moved.
    async fn attempt(&self, to: &Address, action: &Action, nonce: &str) -> Outcome {
        let uploaded = match self.upload(action).await {
            Ok(uploaded) => uploaded,
            Err(Cut(outcome)) => return outcome,
        };
        let attempt_at = |to: &Address| {
            let carried = Carried::uploaded(uploaded.clone());
            self.world.admit(to).unwrap_or_else(|| self.world.do_call(to, action, nonce, carried))
        };
        let outcome = match (attempt_at(to), self.world.moved(to)) {
            (Outcome::Rejected(_), Some(moved)) => match attempt_at(&moved) {
                Outcome::Sent(delivered) => Outcome::Sent(Delivered { chat: moved.chat, ..delivered }),
                other => other,
            },
            (outcome, _) => outcome,
        };
        match (outcome, action) {
            (Outcome::Sent(delivered), Action::Fetch { file }) => self.fetched(file, delivered).await,
            (Outcome::Sent(delivered), _) => Outcome::Sent(Delivered { uploaded, ..delivered }),
            (outcome, _) => outcome,
        }
    }

    /// Gives the platform the files of our store that a call carries.
    async fn upload(&self, action: &Action) -> Result<Vec<UploadedFile>, Cut> {
        let mut uploaded = Vec::new();
        for file in action.content().map_or(&[][..], |content| &content.attachments) {
            let FileRef::Stored(digest) = &file.file else { continue };
            let there = uploaded.iter().any(|one: &UploadedFile| one.digest == *digest);
            if !there {
                let bytes = self.read(digest).await?;
                let platforms = self.world.upload(&file.name, &bytes).map_err(not_taken)?;
                if let FileRef::Platform(key) = platforms.file {
                    uploaded.push(UploadedFile { digest: digest.clone(), kind: file.kind, key });
                }
            }
        }
        Ok(uploaded)
    }

    /// The bytes of a file of our store. The sandbox is a platform in this process: what it is given it has in memory,
    /// but never more than the largest file that it takes.
    async fn read(&self, digest: &FileDigest) -> Result<Vec<u8>, Cut> {
        let failed = |error: FileError| Cut(Outcome::NotDone { why: error.to_string() });
        let most = self.world.profile().file_bytes;
        let Some((file, size_bytes)) = self.files.open(digest).await.map_err(failed)? else {
            return Err(refused(RejectionKind::FileGone, "the file is no longer stored"));
        };
        if size_bytes > most {
            return Err(refused(RejectionKind::BadContent, format!("file is too big: at most {most} bytes")));
        }
        let mut bytes = Vec::new();
        let read = file.take(most).read_to_end(&mut bytes).await;
        read.map_err(|error: io::Error| Cut(Outcome::NotDone { why: error.to_string() }))?;
        Ok(bytes)
    }

    /// Stores the bytes of a file that the platform lets the bot have.
    async fn fetched(&self, file: &Attachment, delivered: Delivered) -> Outcome {
        let FileRef::Platform(key) = &file.file else { return refused_with("the file has no key").0 };
        let Some(bytes) = self.world.file(key) else { return refused_with("the file is gone").0 };
        match self.files.put(&bytes).await {
            Ok(stored) => {
                let copy = UploadedFile { digest: stored.digest.clone(), kind: file.kind, key: key.clone() };
                Outcome::Sent(Delivered { fetched: Some(stored), uploaded: vec![copy], ..delivered })
            }
            Err(error @ FileError::TooLarge { .. }) => {
                refused(RejectionKind::BadContent, error.to_string()).0
            }
            Err(error) => Outcome::NotDone { why: error.to_string() },
        }
    }
}

fn refused(kind: RejectionKind, why: impl Into<String>) -> Cut {
    Cut(Outcome::Rejected(Rejection { kind, why: why.into() }))
}

fn refused_with(why: &str) -> Cut {
    refused(RejectionKind::NotFound, why)
}

/// Why the platform does not take a file.
fn not_taken(refusal: Refusal) -> Cut {
    match refusal {
        Refusal::NotStored(why) => Cut(Outcome::NotDone { why }),
        refusal => refused(RejectionKind::BadContent, refusal.to_string()),
    }
}

#[async_trait]
impl Platform for SandboxPlatform {
    fn account(&self) -> &AccountId {
        self.world.account()
    }

    fn name(&self) -> &'static str {
        self.world.profile().name
    }

    fn capabilities(&self, to: &Address) -> Capabilities {
        self.world.profile().capabilities(self.world.rights_at(to).as_deref())
    }

    fn plan(&self, to: &Address, action: &Action) -> RenderPlan {
        plan(&self.world.profile(), &self.capabilities(to), action, self.world.now_ms())
    }

    async fn perform(&self, to: &Address, call: &Call, nonce: OutboxId) -> Outcome {
        let outcome = self.meet(to, &call.action, nonce.as_str()).await;
        self.world.note_call(to, &call.action, &outcome);
        outcome
    }

    async fn settle(&self, to: &Address, call: &Call, nonce: OutboxId) -> Option<Outcome> {
        if self.world.faults().is_down() {
            None
        } else {
            self.world.sent_as(to, nonce.as_str(), &call.action)
        }
    }

    fn numbers_buttons(&self) -> bool {
        let profile = self.world.profile();
        profile.choices && profile.button_rows == 0
    }

    fn pace(&self) -> Pace {
        self.world.profile().pace
    }

    async fn run(&self, sink: EventSink) {
        let closed = {
            let sink = sink.clone();
            async move { sink.closed().await }
        };
        let take = move |event: Event| {
            let sink = sink.clone();
            async move { sink.take(event).await.is_ok() }
        };
        feed(&self.world, closed, take).await;
    }
}

/// Gives events to `take` until `closed`, or until it takes no more. An event counts as taken when `take` says
/// so; the events of a chat go one after another, those of different chats side by side.
pub(crate) async fn feed<F>(world: &World, closed: impl Future<Output = ()>, take: impl Fn(Event) -> F)
where
    F: Future<Output = bool> + Send + 'static,
{
    world.restart_feed();
    tokio::pin!(closed);
    let mut flying = JoinSet::new();
    loop {
        tokio::select! {
            () = &mut closed => return,
            Some(landed) = flying.join_next() => match landed {
                Ok((lane, event, true)) => world.taken(lane, event),
                // The sink is closed, or the bot's own code has failed: what was not taken is kept.
                Ok((_, _, false)) | Err(_) => return,
            },
            delivery = world.next_event(), if flying.len() < IN_FLIGHT => {
                let first = take(delivery.event.clone());
                let second = delivery.twice.then(|| take(delivery.event.clone()));
                flying.spawn(async move {
                    let mut taken = first.await;
                    if let Some(second) = second {
                        taken &= second.await;
                    }
                    (delivery.lane, delivery.event, taken)
                });
            }
        }
    }
}
