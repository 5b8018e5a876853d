//! One piece of work: what is read, decided and written together, and what goes out when it is committed.

mod memo;
mod outgoing;
mod pending;

use std::sync::Arc;

use crate::chat::{Action, Attachment, Capabilities, Content, Lane};
use crate::directory::{Chat, User};
use crate::feature::Actor;
use crate::hall::Hall;
use crate::ids::{ChatId, OutboxId, StaffId, TimerId};
use crate::node::News;
use crate::store::audit::Act;
use crate::store::outbox::NewOutbox;
use crate::store::{StoreError, Tx, audit, chat, news, timer};
use crate::texts::Text;

use self::memo::Memos;
pub use self::outgoing::{NewTimer, Note, Origin, Outgoing, Place};
use self::pending::Pending;
pub(crate) use self::pending::PendingRow;

/// For how long a file is fetched that its platform does not give, milliseconds.
const FETCH_TRIED_MS: i64 = 24 * 60 * 60 * 1000;

/// A transaction with what is to go out. Dropped without `commit`, nothing of it happened.
pub struct Work {
    /// What the program shares.
    pub hall: Arc<Hall>,
    /// The time of this work: one moment for all of it.
    pub now_ms: i64,
    tx: Tx,
    pending: Pending,
    memos: Memos,
    acts: Vec<Act>,
    notes: Vec<Note>,
    after: Vec<AfterCommit>,
    rings: Rings,
}

/// Something to do in memory once the work is durable.
type AfterCommit = Box<dyn FnOnce(&Arc<Hall>) + Send>;

#[derive(Clone, Copy, Default)]
struct Rings {
    outbox: bool,
    timers: bool,
    roster: bool,
    posted: bool,
    feature: Option<&'static str>,
}

impl Work {
    pub(crate) fn new(hall: Arc<Hall>, tx: Tx) -> Self {
        let now_ms = hall.now_ms();
        Self {
            hall,
            now_ms,
            tx,
            pending: Pending::default(),
            memos: Memos::default(),
            acts: Vec::new(),
            notes: Vec::new(),
            after: Vec::new(),
            rings: Rings::default(),
        }
    }

    /// The transaction, with everything put down so far visible in it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tx(&mut self) -> Result<&mut Tx, StoreError> {
        self.flush().await?;
        Ok(&mut self.tx)
    }

    /// The transaction as it is, for reading what is never in hand: messages, members, the outbox and gaps may be,
    /// and are then not visible in it.
    pub(crate) fn tx_unflushed(&mut self) -> &mut Tx {
        &mut self.tx
    }

    async fn flush(&mut self) -> Result<(), StoreError> {
        self.pending.write(&mut self.tx).await
    }

    /// Puts an action into the outbox and gives its id.
    pub fn send(&mut self, out: Outgoing) -> OutboxId {
        let id: OutboxId = self.hall.ids.next();
        self.pending.put(NewOutbox { id: id.clone(), out, created_at_ms: self.now_ms });
        self.rings.outbox = true;
        id
    }

    /// Says something in a place, in the `talk` lane.
    pub fn say(&mut self, place: Place, content: impl Into<Content>) -> OutboxId {
        self.send(Outgoing::new(place, Lane::Talk, Action::Send(content.into())))
    }

    /// Has the bytes of a file that was seen in a chat fetched into our store; it is tried for a day. What is sent
    /// meanwhile can wait for it by `FileRef::Outbox`.
    pub fn fetch(&mut self, chat: &ChatId, file: &Attachment, heard_by: Origin) -> OutboxId {
        let action = Action::Fetch { file: file.clone() };
        let out = Outgoing::new(Place::chat(chat), Lane::Files, action).heard_by(heard_by);
        let expires_at_ms = Some(self.now_ms + FETCH_TRIED_MS);
        self.send(Outgoing { expires_at_ms, ..out })
    }

    /// Takes a row in hand, to be written with others of its sort.
    pub(crate) fn keep(&mut self, row: impl PendingRow) {
        self.pending.put(row);
    }

    /// What was read once for the whole of this work, so that the many events of a batch need not read it each; at its
    /// default until somebody fills it, and again after a step was undone. Whoever changes what it mirrors in this
    /// work keeps it true.
    pub(crate) fn memo<T: Default + Send + 'static>(&mut self) -> &mut T {
        self.memos.of()
    }

    /// Arms a timer, or moves the one that stands for the same feature, kind and key.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn arm(&mut self, new: NewTimer) -> Result<(), StoreError> {
        let id: TimerId = self.hall.ids.next();
        timer::arm(&mut self.tx, &id, &new).await?;
        self.rings.timers = true;
        Ok(())
    }

    /// Takes a timer away, if it stands.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn disarm(&mut self, feature: &str, kind: &str, key: &str) -> Result<(), StoreError> {
        timer::disarm(&mut self.tx, feature, kind, key).await
    }

    /// The direct chat with a user; made on our side if there is none yet.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn direct_chat(&mut self, user: &User) -> Result<Chat, StoreError> {
        let id: ChatId = self.hall.ids.next();
        let now_ms = self.now_ms;
        chat::direct_of(self.tx().await?, user, &id, now_ms).await
    }

    /// What can be done in a chat with the rights that the bot has there. Nothing, when its account is not
    /// connected.
    pub fn capabilities(&self, chat: &Chat) -> Capabilities {
        self.hall
            .platform(&chat.account)
            .map(|platform| platform.capabilities(&chat.address(None)))
            .unwrap_or_default()
    }

    /// Notes something for those who watch.
    pub fn note(&mut self, by: &str, chat: Option<&ChatId>, text: Text) {
        self.notes.push(Note { at_ms: self.now_ms, chat: chat.cloned(), by: by.to_owned(), text });
    }

    /// Leaves the trace of what a staff member did, such as `ticket.close` to `T-12`. People who are not staff
    /// leave none: what they do is in their messages.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn audit(
        &mut self,
        by: &Actor,
        act: &str,
        object: impl ToString,
        detail: Option<String>,
    ) -> Result<(), StoreError> {
        let Some(staff) = &by.staff else { return Ok(()) };
        self.audit_staff(&staff.id, act, object, detail).await
    }

    /// Leaves the trace of what a staff member did outside of chats.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn audit_staff(
        &mut self,
        staff: &StaffId,
        act: &str,
        object: impl ToString,
        detail: Option<String>,
    ) -> Result<(), StoreError> {
        self.audit_by(Some(staff), act, object, detail).await
    }

    /// Leaves the trace of what was done outside of chats, by nobody that is known when it was done from the
    /// command line or by the program itself. It is written when the work is committed, as its last rows: who appends
    /// to the audit log keeps others from it until the end, and would wait for nothing but that.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn audit_by(
        &mut self,
        staff: Option<&StaffId>,
        act: &str,
        object: impl ToString,
        detail: Option<String>,
    ) -> Result<(), StoreError> {
        self.acts.push(Act {
            id: self.hall.ids.next(),
            at_ms: self.now_ms,
            staff: staff.cloned(),
            act: act.to_owned(),
            object: object.to_string(),
            detail,
        });
        Ok(())
    }

    /// Does something in memory once the work is durable, and not at all when it is not.
    pub fn after_commit(&mut self, then: impl FnOnce(&Arc<Hall>) + Send + 'static) {
        self.after.push(Box::new(then));
    }

    /// Says that something that stood in the outbox already may go out now.
    pub fn outbox_changed(&mut self) {
        self.rings.outbox = true;
    }

    /// Says that something was kept that a platform has posted.
    pub(crate) fn was_posted(&mut self) {
        self.rings.posted = true;
    }

    /// Says that other nodes have to read again what this feature keeps in memory ([`Feature::on_start`]); here that is the
    /// feature's own matter.
    ///
    /// [`Feature::on_start`]: crate::feature::Feature::on_start
    pub(crate) fn feature_changed(&mut self, feature: &'static str) {
        self.rings.feature = Some(feature);
    }

    /// Says that staff, roles or their links changed.
    pub fn roster_changed(&mut self) {
        self.rings.roster = true;
    }

    /// Runs `step`; when it fails, what it wrote is undone and the rest of the work stands.
    ///
    /// # Errors
    /// What `step` fails with.
    pub(crate) async fn step<T, E: From<StoreError>>(
        &mut self,
        step: impl AsyncFnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        use crate::store::Savepoint;
        self.flush().await?;
        self.tx.savepoint(Savepoint::Set).await?;
        let (acts, notes, after) = (self.acts.len(), self.notes.len(), self.after.len());
        let rings = self.rings;
        match step(self).await {
            Ok(done) => {
                self.flush().await?;
                self.tx.savepoint(Savepoint::Release).await?;
                Ok(done)
            }
            Err(error) => {
                self.pending.clear();
                self.memos.clear();
                self.acts.truncate(acts);
                self.notes.truncate(notes);
                self.after.truncate(after);
                self.rings = rings;
                self.tx.savepoint(Savepoint::Return).await?;
                self.tx.savepoint(Savepoint::Release).await?;
                Err(error)
            }
        }
    }

    /// Makes the work durable, then lets the others know.
    ///
    /// # Errors
    /// When the database fails; nothing of the work happened then.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        self.flush().await?;
        audit::append(&mut self.tx, &self.acts).await?;
        let Rings { outbox, posted, roster, feature, .. } = self.rings;
        if let Some(words) = self.hall.neighbours.words(News { outbox, posted, roster, feature }) {
            news::tell(&mut self.tx, &words).await?;
        }
        self.tx.commit().await?;
        for then in self.after {
            then(&self.hall);
        }
        if self.rings.roster {
            // The work is durable whatever comes now; an old roster is mended by the next change or start.
            if let Err(error) = self.hall.reload_roster().await {
                tracing::error!(%error, "who works here could not be read again");
            }
        }
        if self.rings.outbox {
            self.hall.bells.outbox.ring();
        }
        if self.rings.timers {
            self.hall.bells.timers.ring();
        }
        if self.rings.posted {
            self.hall.bells.posted.ring();
        }
        for note in self.notes {
            // Nobody watching is no fault.
            let _ = self.hall.notes.send(note);
        }
        Ok(())
    }
}
