//! Throws away what is no longer needed: taken event keys, buttons and forms that expired.

use std::sync::Arc;

use async_trait::async_trait;

use crate::error::Result;
use crate::feature::{Due, Feature, Manifest};
use crate::hall::Hall;
use crate::store::{StoreError, form, message};
use crate::work::{NewTimer, Work};

const EVERY_MS: i64 = 60 * 60 * 1000;
/// Telegram keeps undelivered updates for 24 h; twice that is safe.
const TAKEN_KEPT_MS: i64 = 48 * 60 * 60 * 1000;

/// Throws away what is no longer needed.
pub struct Housekeeping;

static MANIFEST: Manifest = Manifest {
    name: "housekeeping",
    commands: &[],
    timers: &["sweep"],
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
        arm(&mut work).await?;
        work.commit().await
    }

    async fn on_timer(&self, work: &mut Work, _due: &Due) -> Result<()> {
        let now_ms = work.now_ms;
        let tx = work.tx().await?;
        message::forget_taken(tx, now_ms - TAKEN_KEPT_MS).await?;
        form::expire(tx, now_ms).await?;
        Ok(arm(work).await?)
    }
}

async fn arm(work: &mut Work) -> Result<(), StoreError> {
    let due_at_ms = work.now_ms + EVERY_MS;
    work.arm(NewTimer { feature: "housekeeping", kind: "sweep", key: "all".into(), due_at_ms }).await
}
