//! What every part of the running program shares.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, OnceLock};

use arc_swap::ArcSwap;
use tokio::sync::{broadcast, watch};

use crate::chat::{AccountId, Lang, Platform, Platforms};
use crate::clock::Clock;
use crate::directory::Directory;
use crate::error::{CameSecond, Result};
use crate::feature::Registry;
use crate::features::delivery::Kept;
use crate::features::moderation::PolicySlot;
use crate::features::webhook::Desk;
use crate::files::FileStore;
use crate::ids::{ChatId, Ids, UserId};
use crate::node::Neighbours;
use crate::roster::Roster;
use crate::store::{Db, StoreError};
use crate::texts::Texts;
use crate::work::{Note, Work};

/// How many notes a slow watcher may fall behind.
const NOTES_KEPT: usize = 1024;

/// The running hall.
pub struct Hall {
    /// The database.
    pub db: Db,
    /// The bytes of files.
    pub files: Arc<FileStore>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Ids, codes and chance.
    pub ids: Ids,
    /// The sentences.
    pub texts: Texts,
    /// The language when nobody says which.
    pub default_lang: Lang,
    /// Where people reach this program's web pages, without a slash at the end.
    pub public_url: String,
    /// The features.
    pub features: Registry,
    /// Who works here, by user.
    pub roster: ArcSwap<Roster>,
    /// The moderation policy in force.
    pub policy: PolicySlot,
    /// Chats and users that were met lately.
    pub directory: Directory,
    /// Rung when there is something to be done.
    pub bells: Bells,
    /// The other nodes, if there are any.
    pub neighbours: Neighbours,
    /// What was seen and decided, for those who watch.
    pub notes: broadcast::Sender<Note>,
    /// Where messages to webhooks are handed to who calls.
    pub webhooks: Desk,
    /// Who is being asked through a form, message by message.
    pub(crate) guided: Mutex<HashSet<(ChatId, UserId)>>,
    /// What was counted of large audiences lately.
    pub(crate) counted: Kept,
    platforms: OnceLock<Platforms>,
}

/// Rung after a commit, so that nobody has to poll.
#[derive(Default)]
pub struct Bells {
    /// Something stands in the outbox.
    pub outbox: Bell,
    /// A timer was armed.
    pub timers: Bell,
    /// A platform has posted something to a node that stands by.
    pub posted: Bell,
}

/// A bell that nobody misses: whoever listens hears of every ring since they last looked.
#[derive(Default)]
pub struct Bell(watch::Sender<u64>);

impl Bell {
    /// Rings.
    pub fn ring(&self) {
        self.0.send_modify(|rings| *rings = rings.wrapping_add(1));
    }

    /// Listens from now on.
    pub fn listen(&self) -> watch::Receiver<u64> {
        self.0.subscribe()
    }
}

/// What a hall is made of.
pub struct HallParts {
    /// The database, migrated.
    pub db: Db,
    /// The bytes of files.
    pub files: Arc<FileStore>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Where chance comes from.
    pub rng: rand::rngs::StdRng,
    /// The language when nobody says which.
    pub default_lang: Lang,
    /// The zone in which times are shown, and meant where none is given.
    pub zone: jiff::tz::TimeZone,
    /// Where people reach this program's web pages.
    pub public_url: String,
    /// The features.
    pub features: Registry,
}

impl Hall {
    /// A hall over an open database. Reads what it keeps in memory.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open(parts: HallParts) -> Result<Arc<Self>, StoreError> {
        let ids = Ids::new(Arc::clone(&parts.clock), parts.rng);
        let hall = Arc::new(Self {
            db: parts.db,
            files: parts.files,
            clock: parts.clock,
            ids,
            texts: Texts::new(parts.zone),
            default_lang: parts.default_lang,
            public_url: parts.public_url.trim_end_matches('/').to_owned(),
            features: parts.features,
            roster: ArcSwap::default(),
            policy: PolicySlot::default(),
            directory: Directory::default(),
            bells: Bells::default(),
            neighbours: Neighbours::default(),
            notes: broadcast::Sender::new(NOTES_KEPT),
            webhooks: Desk::default(),
            guided: Mutex::default(),
            counted: Kept::default(),
            platforms: OnceLock::new(),
        });
        hall.read_all().await?;
        Ok(hall)
    }

    /// Reads what it keeps in memory: at start, and when an account comes to this node that another one served until now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn read_all(self: &Arc<Self>) -> Result<(), StoreError> {
        self.directory.forget_all();
        self.reload_roster().await?;
        for feature in self.features.all() {
            feature.on_start(self).await?;
        }
        Ok(())
    }

    /// Connects the platforms, once.
    pub fn connect(&self, platforms: Platforms) {
        if self.platforms.set(platforms).is_err() {
            tracing::error!("platforms are connected already; the second set is not used");
        }
    }

    /// The platforms of this program.
    pub fn platforms(&self) -> &Platforms {
        static NONE: Platforms = Platforms::new();
        self.platforms.get().unwrap_or(&NONE)
    }

    /// The platform of an account.
    pub fn platform(&self, account: &AccountId) -> Option<&Arc<dyn Platform>> {
        self.platforms().get(account)
    }

    /// Unix milliseconds.
    pub fn now_ms(&self) -> i64 {
        self.clock.now_ms()
    }

    /// Begins a piece of work: one transaction, and all that goes out when it is committed.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn begin(self: &Arc<Self>) -> Result<Work, StoreError> {
        Ok(Work::new(Arc::clone(self), self.db.write().await?))
    }

    /// The same for a piece of work that has lost against others (`lost`): then none may come before it.
    ///
    /// # Errors
    /// When the database cannot be reached, or others do not come to their end; the work has lost once more then.
    pub async fn begin_again(self: &Arc<Self>, lost: bool) -> Result<Work, StoreError> {
        let tx = if lost { self.db.write_first().await? } else { self.db.write().await? };
        Ok(Work::new(Arc::clone(self), tx))
    }

    /// Begins a look at one moment, for whatever tells of itself through a [`Work`]. Nobody who writes has to
    /// wait for it, and the database refuses what it would write.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn look(self: &Arc<Self>) -> Result<Work, StoreError> {
        Ok(Work::new(Arc::clone(self), self.db.read().await?))
    }

    /// Does a piece of work in one commit, and runs it again when another transaction came first. `step` takes
    /// the work and gives it back with what came of it.
    ///
    /// # Errors
    /// What `step` fails with, or the database; nothing happened then.
    pub async fn in_one_commit<T, F>(self: &Arc<Self>, step: impl Fn(Work) -> F) -> Result<T>
    where
        F: Future<Output = Result<(Work, T)>>,
    {
        self.in_one_commit_or(step).await
    }

    /// The same for a step with errors of its own.
    ///
    /// # Errors
    /// What `step` fails with, or the database; nothing happened then.
    // The work goes by value: a step that borrowed it could not be awaited by a task (not `Send` for every
    // lifetime).
    pub async fn in_one_commit_or<T, E, F>(self: &Arc<Self>, step: impl Fn(Work) -> F) -> Result<T, E>
    where
        F: Future<Output = Result<(Work, T), E>>,
        E: From<StoreError> + CameSecond,
    {
        let mut lost = false;
        loop {
            let done = match self.begin_again(lost).await {
                Ok(work) => match step(work).await {
                    Ok((work, done)) => work.commit().await.map(|()| done).map_err(E::from),
                    Err(error) => Err(error),
                },
                Err(error) => Err(error.into()),
            };
            match done {
                Err(error) if error.came_second() => lost = true,
                done => return done,
            }
        }
    }

    /// Says whether other nodes serve the database too, and whether this one calls for all accounts. What the others have put
    /// down is looked for then, and what they may have changed is read again.
    pub async fn share(&self, is_shared: bool, holds_all: bool) {
        self.neighbours.seen(is_shared, holds_all);
        self.directory.share(is_shared);
        if !is_shared {
            return;
        }
        if let Err(error) = self.reload_roster().await {
            tracing::error!(%error, "who works here could not be read again");
        }
        self.bells.outbox.ring();
        self.bells.timers.ring();
        self.bells.posted.ring();
    }

    /// Reads again who works here.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn reload_roster(&self) -> Result<(), StoreError> {
        let mut tx = self.db.read().await?;
        let roster = Roster::load(&mut tx).await?;
        self.roster.store(Arc::new(roster));
        Ok(())
    }
}

#[cfg(test)]
mod tests;
