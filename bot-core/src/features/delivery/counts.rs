//! How a push went: its copies counted by state and reason, and said line by line.

use std::collections::BTreeMap;

use super::{CopyState, words};
use crate::chat::AccountId;
use crate::store::{StoreError, delivery};
use crate::text;
use crate::texts::Text;
use crate::work::Work;

/// Copies of a push by account, state and reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    tally: Vec<(CopyState, delivery::Tally)>,
}

impl Counts {
    /// Counts the copies of a push.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of(work: &mut Work, push: &str) -> Result<Self, StoreError> {
        let tally = delivery::tally(work.tx().await?, push).await?;
        let read = |line: delivery::Tally| Some((CopyState::from_word(&line.state)?, line));
        Ok(Self { tally: tally.into_iter().filter_map(read).collect() })
    }

    /// How many are in one of these states.
    pub fn in_states(&self, states: &[CopyState]) -> i64 {
        self.tally.iter().filter(|(state, _)| states.contains(state)).map(|(_, line)| line.copies).sum()
    }

    /// How many recipients there are.
    pub fn all(&self) -> i64 {
        self.tally.iter().map(|(_, line)| line.copies).sum()
    }

    /// How many of each account are in one of these states; without people that no account reaches.
    pub fn by_account(&self, states: &[CopyState]) -> BTreeMap<&AccountId, i64> {
        let mut all = BTreeMap::new();
        for (_, line) in self.tally.iter().filter(|(state, _)| states.contains(state)) {
            if let Some(account) = &line.account {
                *all.entry(account).or_insert(0) += line.copies;
            }
        }
        all
    }

    /// The accounts that have any copies, each with how many.
    pub fn accounts(&self) -> BTreeMap<&AccountId, i64> {
        let mut all = BTreeMap::new();
        for (_, line) in &self.tally {
            if let Some(account) = &line.account {
                *all.entry(account).or_insert(0) += line.copies;
            }
        }
        all
    }

    /// Why copies are in a state: reason and how many.
    pub fn reasons(&self, state: CopyState) -> BTreeMap<&str, i64> {
        let mut all = BTreeMap::new();
        for (_, line) in self.tally.iter().filter(|(of, _)| *of == state) {
            *all.entry(line.reason.as_deref().unwrap_or("other")).or_insert(0) += line.copies;
        }
        all
    }

    /// How it went, line by line.
    pub fn lines(&self) -> Vec<Text> {
        let mut lines = vec![self.headline()];
        lines.extend(self.under_way());
        lines.extend(self.failures());
        lines
    }

    fn headline(&self) -> Text {
        use CopyState as S;
        let done = self.in_states(&[S::Sent, S::Edited, S::EditFailed, S::EditPlanned, S::Editing]);
        let back = self.in_states(&[S::RecallPlanned, S::Recalling, S::Recalled, S::RecallFailed]);
        if back > 0 {
            return text!(
                "delivery-counts-recalled",
                recalled = self.in_states(&[S::Recalled]),
                all = back + done
            );
        }
        text!(
            "delivery-counts",
            sent = done,
            all = self.all(),
            refused = self.in_states(&[S::Rejected]),
            unknown = self.in_states(&[S::Unknown])
        )
    }

    fn under_way(&self) -> impl Iterator<Item = Text> {
        use CopyState as S;
        let open = self.in_states(&[S::Planned, S::Queued]);
        let stopped = self.in_states(&[S::Cancelled]);
        let editing = self.in_states(&[S::EditPlanned, S::Editing]);
        let recalling = self.in_states(&[S::RecallPlanned, S::Recalling]);
        [
            (open, text!("delivery-open", count = open)),
            (stopped, text!("delivery-stopped", count = stopped)),
            (editing, text!("delivery-editing", count = editing)),
            (recalling, text!("delivery-recalling", count = recalling)),
        ]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(_, line)| line)
    }

    fn failures(&self) -> Vec<Text> {
        let mut lines = Vec::new();
        for (state, said) in [
            (CopyState::Rejected, Text::new("delivery-why-refused")),
            (CopyState::Unreachable, Text::new("delivery-why-unreachable")),
            (CopyState::EditFailed, Text::new("delivery-why-edit-failed")),
            (CopyState::RecallFailed, Text::new("delivery-why-recall-failed")),
        ] {
            for (why, count) in self.reasons(state) {
                let mut line = said.clone();
                line.args.insert("count".into(), count.into());
                line.args.insert("why".into(), words::reason(why).into());
                lines.push(line);
            }
        }
        lines
    }
}
