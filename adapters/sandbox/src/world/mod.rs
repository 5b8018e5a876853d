//! The platform: what it knows, who may do what in it, and who is told.

mod bot;
mod change;
mod check;
mod fact;
mod feed;
mod files;
mod mention;
mod notice;
mod pace;
mod people;
mod state;
mod step;
mod transcript;
mod view;

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bot_core::chat::{AccountId, Pace, UserInfo, UserKey};
use bot_core::clock::Clock;
use tokio::sync::{Notify, broadcast};

pub(crate) use bot::{DELETE_AT_ONCE, key_of};
pub use change::{Change, Stats, Traffic, Way};
pub(crate) use fact::Fact;
#[cfg(test)]
pub(crate) use fact::NONCES_KEPT;
pub(crate) use files::Carried;
pub use notice::Notice;
pub use people::{Post, Tapped};
pub(crate) use state::State;
pub use state::{Author, Door, ThreadState};
pub use view::{ChatSummary, ChatView, FormView, MemberView, MessageView, ThreadView, UserView};

use crate::journal::Journal;
use crate::{Faults, JournalError, Profile, Refusal};
use step::Step;

/// Changes that a slow listener may fall behind before it misses some.
const CHANGES_KEPT: usize = 1_024;

/// A platform in this process, with the people on it. Cheap to clone; all clones are the same world.
#[derive(Clone)]
pub struct World(Arc<Shared>);

struct Shared {
    account: AccountId,
    bot: UserInfo,
    clock: Arc<dyn Clock>,
    faults: Faults,
    inner: Mutex<Inner>,
    changes: broadcast::Sender<Change>,
    /// Wakes the event feed.
    queued: Notify,
}

struct Inner {
    state: State,
    journal: Journal,
    profile: Arc<Profile>,
    files: files::Files,
    feed: feed::Feed,
    pace: pace::Windows,
    watch: change::Watch,
}

/// The log could not be written; nothing was done.
#[derive(Debug)]
struct NotStored(String);

impl World {
    /// A world that is gone with the process.
    pub fn in_memory(account: AccountId, clock: Arc<dyn Clock>, profile: Profile) -> Self {
        let state = State { born_ms: clock.now_ms(), ..State::default() };
        Self::new(account, clock, profile, state, Journal::Memory, files::Files::in_memory())
    }

    /// A world that lives in `folder`: as it was left there, even by a crash, or a new one.
    ///
    /// # Errors
    /// When the folder or the log in it can't be used.
    pub fn open(
        account: AccountId,
        clock: Arc<dyn Clock>,
        profile: Profile,
        folder: &Path,
    ) -> Result<Self, JournalError> {
        let mut files = files::Files::in_folder(folder)
            .map_err(|source| JournalError::Io { path: folder.to_owned(), source })?;
        let new = State { born_ms: clock.now_ms(), ..State::default() };
        let (state, journal) = Journal::open(&folder.join("world.jsonl"), new)?;
        files.sweep(&state);
        Ok(Self::new(account, clock, profile, state, journal, files))
    }

    fn new(
        account: AccountId,
        clock: Arc<dyn Clock>,
        profile: Profile,
        state: State,
        journal: Journal,
        files: files::Files,
    ) -> Self {
        let bot = UserInfo {
            key: UserKey::from(profile.bot),
            name: "Guildhall".to_owned(),
            username: Some("guildhall_bot".to_owned()),
            language: None,
            is_bot: true,
        };
        let feed = feed::Feed::of(&state);
        let inner = Inner {
            state,
            journal,
            profile: Arc::new(profile),
            files,
            feed,
            pace: pace::Windows::default(),
            watch: change::Watch::default(),
        };
        let (changes, _) = broadcast::channel(CHANGES_KEPT);
        let shared = Shared {
            account,
            bot,
            clock,
            faults: Faults::default(),
            inner: Mutex::new(inner),
            changes,
            queued: Notify::new(),
        };
        Self(Arc::new(shared))
    }

    /// The account that this world is for.
    pub fn account(&self) -> &AccountId {
        &self.0.account
    }

    /// The bot, as people see it.
    pub fn bot(&self) -> &UserInfo {
        &self.0.bot
    }

    /// The switches that make this a bad platform.
    pub fn faults(&self) -> &Faults {
        &self.0.faults
    }

    /// What this platform can do.
    pub fn profile(&self) -> Arc<Profile> {
        Arc::clone(&self.inner().profile)
    }

    /// Makes it another kind of platform, from now on and until the process ends.
    pub fn set_profile(&self, profile: Profile) {
        self.inner().profile = Arc::new(profile);
    }

    /// Enforces this pace from now on, or none. The courier goes on by the profile's own.
    pub fn enforce_pace(&self, pace: Option<Pace>) {
        let mut inner = self.inner();
        inner.profile = Arc::new(Profile { enforced: pace, ..Profile::clone(&inner.profile) });
    }

    /// Makes every write of the log fail from now on.
    #[cfg(test)]
    pub(crate) fn break_journal(&self) {
        self.inner().journal = Journal::broken();
    }

    /// All that the platform knows.
    #[cfg(test)]
    pub(crate) fn state_json(&self) -> String {
        serde_json::to_string_pretty(&self.inner().state).unwrap_or_default()
    }

    /// Every change from now on. A listener that falls behind should look at a new snapshot.
    pub fn subscribe(&self) -> broadcast::Receiver<Change> {
        self.0.changes.subscribe()
    }

    /// The world's time, unix milliseconds.
    pub fn now_ms(&self) -> i64 {
        self.0.clock.now_ms()
    }

    /// Waits by the world's clock.
    pub async fn wait(&self, wait_ms: i64) {
        self.0.clock.until(self.now_ms().saturating_add(wait_ms)).await;
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Judges something on the state as it stands, and makes what follows from it: all of it, or nothing.
    fn act<T, E>(
        &self,
        judge: impl FnOnce(&mut Step<'_>) -> Result<T, E>,
    ) -> Result<Result<T, E>, NotStored> {
        let mut inner = self.inner();
        let profile = Arc::clone(&inner.profile);
        let mut step = Step::new(&inner.state, &profile, &self.0, self.now_ms());
        let judged = judge(&mut step);
        let facts = step.into_facts();
        if judged.is_ok() && !facts.is_empty() {
            inner.journal.append(&facts).map_err(|error| NotStored(error.to_string()))?;
            self.apply(&mut inner, facts);
        }
        Ok(judged)
    }

    fn apply(&self, inner: &mut Inner, facts: Vec<Fact>) {
        for fact in facts {
            if let Some(change) = Change::of(&fact) {
                // Fails only when nobody listens.
                let _ = self.0.changes.send(change);
            }
            if let Fact::Queued { lane, .. } = &fact {
                inner.feed.queued(*lane);
                self.0.queued.notify_one();
            }
            if let Fact::Forgotten { chat, before } = &fact {
                inner.forget_files(chat, *before);
            }
            inner.state.apply(fact);
        }
    }

    /// As [`World::act`], for people.
    fn person<T>(&self, judge: impl FnOnce(&mut Step<'_>) -> Result<T, Refusal>) -> Result<T, Refusal> {
        self.act(judge).unwrap_or_else(|NotStored(why)| Err(Refusal::NotStored(why)))
    }
}
