//! The figures by group, category or tier, kept for a minute where there are many: each fact of two weeks is looked up with whose it is.

use std::collections::BTreeMap;
use std::sync::Arc;

use bot_core::shelf::Shelf;
use bot_core::store::report::share::{self, By, Shares, Weeks};
use bot_core::store::{StoreError, Tx};

use crate::state::Console;

/// From how many facts on what was counted is kept; fewer are counted each time, in no time.
const KEPT_FROM: i64 = 5_000;

/// What was counted lately.
pub(crate) type Kept = Shelf<Counted>;

/// Figures that go together, as to who may see the rows behind them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Questions,
    Tickets,
    Cases,
    Announcements,
    SignUps,
}

/// All parts, as they are shown.
pub(super) const PARTS: [Part; 5] =
    [Part::Questions, Part::Tickets, Part::Cases, Part::Announcements, Part::SignUps];

/// The figures of two weeks, and by group the titles of all groups.
#[derive(Default)]
pub(crate) struct Counted {
    pub(super) shares: Shares,
    pub(super) titles: BTreeMap<String, String>,
}

impl Counted {
    async fn of(tx: &mut Tx, (by, weeks): (By, Weeks), parts: &[Part]) -> Result<Self, StoreError> {
        let mut shares = Shares::new();
        for part in parts {
            match part {
                Part::Questions => share::questions(tx, by, weeks, &mut shares).await?,
                Part::Tickets => share::tickets(tx, by, weeks, &mut shares).await?,
                Part::Cases => share::cases(tx, by, weeks, &mut shares).await?,
                Part::Announcements => share::announcements(tx, by, weeks, &mut shares).await?,
                Part::SignUps => share::sign_ups(tx, by, weeks, &mut shares).await?,
            }
        }
        let titles = if by == By::Group { share::titles(tx).await? } else { BTreeMap::new() };
        Ok(Self { shares, titles })
    }

    /// How many facts were looked up, about.
    fn facts(&self) -> i64 {
        self.shares.values().flatten().map(super::weight).sum()
    }
}

/// The figures, and when they were counted, unix milliseconds, if not now.
pub(super) async fn counted(
    console: &Console,
    (by, weeks): (By, Weeks),
    parts: &[Part],
    fresh: bool,
) -> Result<(Arc<Counted>, Option<i64>), StoreError> {
    let (kept, now_ms) = (&console.shares, console.hall.now_ms());
    let key = format!("{by:?} {weeks:?} {parts:?}");
    if let Some((counted, at_ms)) = kept.get(&key, now_ms).filter(|_| !fresh) {
        return Ok((counted, Some(at_ms)));
    }
    let counted = Arc::new(Counted::of(&mut console.hall.db.read().await?, (by, weeks), parts).await?);
    if counted.facts() >= KEPT_FROM {
        kept.put(key, now_ms, &counted);
    }
    Ok((counted, None))
}
