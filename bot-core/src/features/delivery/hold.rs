//! Holds a push back, and takes what of it waits out of the outbox, so many copies at a time.

use super::{CopyState, STEP};
use crate::store::{StoreError, delivery};
use crate::work::Work;

/// How a push is held back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// It goes on when it is let go again.
    Pause,
    /// What has not gone out never does.
    Stop,
}

/// Holds a push back. That is one row, however many copies wait: from this commit on the courier takes none of them in
/// hand. The caller sees to it that [`withdraw`] is done until nothing is left.
///
/// # Errors
/// When the database fails.
pub async fn hold(work: &mut Work, push: &str, how: Hold) -> Result<(), StoreError> {
    let becomes = match how {
        Hold::Pause => CopyState::Planned,
        Hold::Stop => CopyState::Cancelled,
    };
    let now_ms = work.now_ms;
    delivery::hold(work.tx().await?, push, becomes, now_ms).await
}

/// Lets a push go again; what was taken out of the outbox is to be put into it by [`super::step`].
///
/// # Errors
/// When the database fails.
pub async fn release(work: &mut Work, push: &str) -> Result<(), StoreError> {
    delivery::release(work.tx().await?, push).await
}

/// Takes the next [`STEP`] copies of a held push out of the outbox: they are planned again, or stopped. True when there
/// may be more.
///
/// # Errors
/// When the database fails.
pub async fn withdraw(work: &mut Work, push: &str) -> Result<bool, StoreError> {
    let now_ms = work.now_ms;
    let tx = work.tx().await?;
    match delivery::held(tx, push).await? {
        Some(becomes) => delivery::withdraw(tx, push, becomes, STEP, now_ms).await,
        None => Ok(false),
    }
}
