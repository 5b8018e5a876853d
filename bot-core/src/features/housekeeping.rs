//! Throws away what is no longer needed: taken event keys, buttons, choices and forms that expired, old answers of the API,
//! old messages to webhooks, files that nothing needs; and the words of what is older than the config says.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use crate::chat::FileDigest;
use crate::error::Result;
use crate::feature::{Due, Feature, Manifest};
use crate::features::privacy::RetentionConfig;
use crate::features::privacy::config::before_ms;
use crate::files::{FileStore, FilesConfig};
use crate::hall::Hall;
use crate::store::{StoreError, choice, file, form, idempotency, message, privacy, webhook};
use crate::work::{NewTimer, Work};

const EVERY_MS: i64 = 60 * 60 * 1000;
/// Telegram keeps undelivered updates for 24 h; twice that is safe.
const TAKEN_KEPT_MS: i64 = 48 * 60 * 60 * 1000;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// For how long a write of the API is known again by its key, milliseconds.
pub const ANSWERS_KEPT_MS: i64 = DAY_MS;
/// Files that are removed in one go; the rest goes with the next.
const FILES_AT_ONCE: i64 = 500;
/// Rows that lose their words in one commit, and tickets and cases.
const AGED_AT_ONCE: i64 = 500;
const AGED_MATTERS_AT_ONCE: i64 = 50;
/// How soon the next lot follows while there is more, milliseconds: others come in between.
const NEXT_LOT_MS: i64 = 200;
/// How old bytes must be of which nothing is known before they are swept: what is just coming is left alone.
const STRAY_AGE: Duration = Duration::from_secs(24 * 60 * 60);

/// Throws away what is no longer needed.
pub struct Housekeeping {
    files_kept_ms: i64,
    retention: RetentionConfig,
}

impl Housekeeping {
    /// With these settings of files, and of how long what is kept.
    pub fn new(files: &FilesConfig, retention: &RetentionConfig) -> Self {
        Self { files_kept_ms: i64::from(files.keep_days) * DAY_MS, retention: retention.clone() }
    }
}

static MANIFEST: Manifest = Manifest {
    name: "housekeeping",
    commands: &[],
    timers: &["sweep", "strays", "retain"],
    buttons: &[],
    forms: &[],
    pages: &[],
};

#[async_trait]
impl Feature for Housekeeping {
    fn manifest(&self) -> &'static Manifest {
        &MANIFEST
    }

    fn keeps_nothing(&self) -> bool {
        true
    }

    async fn on_start(&self, hall: &Arc<Hall>) -> Result<(), StoreError> {
        let mut work = hall.begin().await?;
        arm(&mut work, "sweep", EVERY_MS).await?;
        arm(&mut work, "strays", DAY_MS).await?;
        arm(&mut work, "retain", EVERY_MS).await?;
        work.commit().await
    }

    async fn on_timer(&self, work: &mut Work, due: &Due) -> Result<()> {
        if due.kind == "strays" {
            sweep_strays(work).await?;
            return Ok(arm(work, "strays", DAY_MS).await?);
        }
        if due.kind == "retain" {
            let more = self.retain(work).await?;
            return Ok(arm(work, "retain", if more { NEXT_LOT_MS } else { EVERY_MS }).await?);
        }
        let now_ms = work.now_ms;
        let tx = work.tx().await?;
        message::forget_taken(tx, now_ms - TAKEN_KEPT_MS).await?;
        form::expire(tx, now_ms).await?;
        choice::expire(tx, now_ms).await?;
        idempotency::forget(tx, now_ms - ANSWERS_KEPT_MS).await?;
        if let Some(before_ms) = before_ms(self.retention.webhooks_days, now_ms) {
            webhook::forget(tx, before_ms).await?;
        }
        self.sweep_files(work).await?;
        Ok(arm(work, "sweep", EVERY_MS).await?)
    }
}

impl Housekeeping {
    /// Takes away the next lot of what is older than the config says; whether there may be more.
    async fn retain(&self, work: &mut Work) -> Result<bool> {
        let now_ms = work.now_ms;
        let tx = work.tx().await?;
        let mut more = false;
        if let Some(before_ms) = before_ms(self.retention.messages_days, now_ms) {
            more |= privacy::blank_old_messages(tx, before_ms, AGED_AT_ONCE).await?;
        }
        if let Some(before_ms) = before_ms(self.retention.outbox_days, now_ms) {
            more |= privacy::blank_old_outbox(tx, before_ms, AGED_AT_ONCE).await?;
        }
        if let Some(before_ms) = before_ms(self.retention.deliveries_days, now_ms) {
            more |= privacy::forget_deliveries(tx, before_ms, AGED_AT_ONCE).await?;
        }
        let mut aged = Vec::new();
        if let Some(before_ms) = before_ms(self.retention.tickets_days, now_ms) {
            aged.extend(privacy::old_tickets(tx, before_ms, AGED_MATTERS_AT_ONCE).await?);
        }
        if let Some(before_ms) = before_ms(self.retention.cases_days, now_ms) {
            aged.extend(privacy::old_cases(tx, before_ms, AGED_MATTERS_AT_ONCE).await?);
        }
        more |= !aged.is_empty();
        for one in aged {
            one.forget(tx).await?;
        }
        Ok(more)
    }

    /// Removes files that were not used for long and that nothing needs.
    async fn sweep_files(&self, work: &mut Work) -> Result<()> {
        let before_ms = work.now_ms - self.files_kept_ms;
        let gone = file::remove_unused(work.tx().await?, before_ms, FILES_AT_ONCE).await?;
        for digest in gone {
            // Before the commit: afterwards somebody may have fetched it anew. A file whose bytes are gone and whose
            // row came back, because the commit failed, is swept the next time.
            remove(&work.hall.files, &digest).await;
        }
        Ok(())
    }
}

/// Removes bytes of which nothing is known: their fetch was killed before it was written down.
async fn sweep_strays(work: &mut Work) -> Result<()> {
    let files = Arc::clone(&work.hall.files);
    let old = match files.older_than(STRAY_AGE).await {
        Ok(old) => old,
        Err(error) => {
            tracing::error!(%error, "the store of files cannot be swept");
            return Ok(());
        }
    };
    for some in old.chunks(1_000) {
        for digest in file::unknown(work.tx().await?, some).await? {
            remove(&files, &digest).await;
        }
    }
    Ok(())
}

async fn remove(files: &FileStore, digest: &FileDigest) {
    if let Err(error) = files.remove(digest).await {
        tracing::error!(%error, %digest, "a file could not be removed");
    }
}

async fn arm(work: &mut Work, kind: &'static str, after_ms: i64) -> Result<(), StoreError> {
    let due_at_ms = work.now_ms + after_ms;
    work.arm(NewTimer { feature: "housekeeping", kind, key: "all".into(), due_at_ms }).await
}
