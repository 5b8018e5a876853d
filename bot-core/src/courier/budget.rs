//! Rate limits as sliding windows: in no window of `per_ms` are more than `count` calls made.

#[cfg(test)]
mod tests;

use std::collections::{HashMap, VecDeque};

use crate::chat::{Gap, Lane, Pace, Rate, RetryScope};
use crate::ids::ChatId;

/// Of this many messages of an account's day, one is kept free for lanes above `bulk`.
const RESERVE_ONE_IN: u32 = 5;
/// Of this many messages that a group may get in its time, one is kept free for lanes above `bulk`, so that an answer in it
/// need not wait for the next minute.
const GROUP_RESERVE_ONE_IN: u32 = 10;
/// How far the bulk lane may fall behind its own even pace and catch up at once, nanoseconds.
const CATCH_UP_NS: i64 = 100 * MS;
/// A millisecond in nanoseconds.
const MS: i64 = 1_000_000;
/// Chats that were quiet for this long are forgotten, milliseconds.
const FORGET_AFTER_MS: i64 = 120_000;
/// The time over which a day's budget is counted, milliseconds.
pub(super) const DAY_MS: i64 = 86_400_000;
/// How many chats are remembered before quiet ones are looked for; then again when twice as many as were left are.
const FORGET_ABOVE: usize = 4_096;

fn rank(lane: Lane) -> usize {
    usize::try_from(lane.rank()).unwrap_or_default()
}

/// How many of an account's messages of a day the bulk lane may take.
fn for_bulk(per_day: u32) -> u32 {
    per_day - per_day.div_ceil(RESERVE_ONE_IN)
}

/// How many messages a day the bulk lane may send on an account that is to write like a person; `None` for no limit.
pub(crate) fn bulk_per_day(gap: Gap) -> Option<i64> {
    (gap.per_day > 0).then(|| i64::from(for_bulk(gap.per_day)))
}

/// What of a group's rate the bulk lane may take; of fewer than [`GROUP_RESERVE_ONE_IN`] all.
pub(crate) fn bulk_in_a_group(rate: Rate) -> Rate {
    Rate { count: rate.count - rate.count / GROUP_RESERVE_ONE_IN, ..rate }
}

/// What an account may still send.
pub(super) struct Budget {
    pace: Pace,
    /// The bucket of sends, where they do not count in the account's.
    sends: Option<Rate>,
    account: Window,
    sent: Window,
    chats: HashMap<ChatId, ChatWindows>,
    forget_above: usize,
    voice: Voice,
    /// When the bulk lane may make its next call, unix nanoseconds.
    bulk_slot_ns: i64,
    /// Until when each lane waits for the account, by rank, unix milliseconds.
    waits_ms: [i64; Lane::ALL.len()],
}

/// When messages went out, and when the next may.
#[derive(Default)]
struct Voice {
    spoken_ms: VecDeque<i64>,
    speaks_at_ms: i64,
}

#[derive(Default)]
struct ChatWindows {
    chat: Window,
    group: Window,
}

/// The times of the latest calls, and a pause that the platform asked for.
#[derive(Default)]
struct Window {
    calls_ms: VecDeque<i64>,
    closed_until_ms: i64,
}

/// Where calls count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Counts {
    /// Whether they are sends, which may have a bucket of their own in the place of the account's.
    pub(super) is_send: bool,
    /// Where they count beside it.
    pub(super) within: Within,
}

/// Where calls count beside the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Within {
    /// Nowhere.
    Account,
    /// In their chat.
    Chat,
    /// In their chat, which is a group.
    Group,
}

/// Why a call may not go out yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wait {
    /// The whole account must wait until this time.
    Account(i64),
    /// The chat must wait until this time.
    Chat(i64),
}

impl Window {
    /// The earliest time at which one more call fits.
    fn open_at(&self, rate: Rate, now_ms: i64) -> i64 {
        let room = (rate.count as usize).max(1);
        let over = (self.calls_ms.len() + 1).saturating_sub(room);
        let by_window = if over == 0 {
            now_ms
        } else {
            self.calls_ms.get(over - 1).map_or(now_ms, |at_ms| at_ms + rate.per_ms)
        };
        by_window.max(self.closed_until_ms).max(now_ms)
    }

    fn note(&mut self, rate: Rate, calls: u32, now_ms: i64) {
        for _ in 0..calls {
            self.calls_ms.push_back(now_ms);
        }
        self.drop_old(rate, now_ms);
    }

    fn drop_old(&mut self, rate: Rate, now_ms: i64) {
        while self.calls_ms.front().is_some_and(|at_ms| at_ms + rate.per_ms <= now_ms) {
            self.calls_ms.pop_front();
        }
    }

    fn close(&mut self, until_ms: i64) {
        self.closed_until_ms = self.closed_until_ms.max(until_ms);
    }

    fn is_quiet(&self, now_ms: i64) -> bool {
        self.closed_until_ms <= now_ms
            && self.calls_ms.back().is_none_or(|at_ms| at_ms + FORGET_AFTER_MS <= now_ms)
    }
}

impl Budget {
    /// What an account may send; `sends` is the bucket of sends, where they do not count in the account's.
    pub(super) fn new(pace: Pace, sends: Option<Rate>) -> Self {
        Self {
            pace,
            sends,
            account: Window::default(),
            sent: Window::default(),
            chats: HashMap::new(),
            forget_above: FORGET_ABOVE,
            voice: Voice::default(),
            bulk_slot_ns: 0,
            waits_ms: [0; Lane::ALL.len()],
        }
    }

    /// Nothing of a lane can go out before this time, unix milliseconds.
    pub(super) fn lane_waits(&mut self, lane: Lane, until_ms: i64) {
        self.waits_ms[rank(lane)] = until_ms;
    }

    /// When a lane need not wait for the account any more, unix milliseconds; it may be in the past.
    pub(super) fn lane_opens_at(&self, lane: Lane) -> i64 {
        self.waits_ms[rank(lane)]
    }

    /// When the next message may go out, unix milliseconds, if not now. What is said in part is said to its end, however
    /// many messages the day has left.
    pub(super) fn speaks_at(&mut self, gap: Gap, lane: Lane, is_begun: bool, now_ms: i64) -> Option<i64> {
        let voice = &mut self.voice;
        while voice.spoken_ms.front().is_some_and(|at_ms| at_ms + DAY_MS <= now_ms) {
            voice.spoken_ms.pop_front();
        }
        let room = match lane {
            // What moderation has to say is said.
            _ if gap.per_day == 0 || is_begun => usize::MAX,
            Lane::Urgent => usize::MAX,
            Lane::Talk | Lane::Files => gap.per_day as usize,
            Lane::Bulk => for_bulk(gap.per_day) as usize,
        };
        let by_day_ms = match (voice.spoken_ms.len() + 1).checked_sub(room.max(1)).filter(|over| *over > 0) {
            Some(over) => voice.spoken_ms.get(over - 1).map_or(now_ms, |at_ms| at_ms + DAY_MS),
            None => now_ms,
        };
        Some(by_day_ms.max(voice.speaks_at_ms)).filter(|at_ms| *at_ms > now_ms)
    }

    /// A message goes out now, and the next may `pause_ms` later.
    pub(super) fn spoke(&mut self, pause_ms: i64, now_ms: i64) {
        self.voice.spoken_ms.push_back(now_ms);
        self.voice.speaks_at_ms = now_ms + pause_ms;
    }

    /// Messages that went out before the program started, oldest first.
    pub(super) fn has_spoken(&mut self, at_ms: impl IntoIterator<Item = i64>) {
        self.voice.spoken_ms = at_ms.into_iter().collect();
    }

    /// Calls that go out now, or went out before the program started, the older first: limits know of no restart.
    pub(super) fn has_called(&mut self, chat: &ChatId, counts: Counts, calls: u32, at_ms: i64) {
        let (pace, within) = (self.pace, counts.within);
        let (window, rate) = self.bucket(counts);
        window.note(rate, calls, at_ms);
        if within != Within::Account {
            let windows = self.chats.entry(chat.clone()).or_default();
            windows.chat.note(pace.chat, calls, at_ms);
            if within == Within::Group {
                windows.group.note(pace.group, calls, at_ms);
            }
        }
    }

    /// Forgets all calls: as it is before the first.
    pub(super) fn begins(&mut self) {
        (self.account, self.sent, self.chats) = (Window::default(), Window::default(), HashMap::new());
    }

    /// The bucket of the account in which a call counts.
    fn bucket(&mut self, counts: Counts) -> (&mut Window, Rate) {
        match self.sends {
            Some(rate) if counts.is_send => (&mut self.sent, rate),
            _ => (&mut self.account, self.pace.account),
        }
    }

    /// Takes room for a call, or says what to wait for.
    ///
    /// The bulk lane spreads its calls evenly over the account's time instead of using up a window at once, so that
    /// room comes free every few milliseconds, and whatever is more urgent takes the next.
    pub(super) fn take(
        &mut self,
        lane: Lane,
        chat: &ChatId,
        counts: Counts,
        now_ms: i64,
    ) -> Result<(), Wait> {
        let (pace, within) = (self.pace, counts.within);
        let slot_ns = self.bulk_slot_ns.max(now_ms * MS - CATCH_UP_NS);
        let slot_at = if lane == Lane::Bulk { (slot_ns + MS - 1).div_euclid(MS) } else { now_ms };
        let (window, rate) = self.bucket(counts);
        window.drop_old(rate, now_ms);
        let account_at = window.open_at(rate, now_ms).max(slot_at);
        if account_at > now_ms {
            return Err(Wait::Account(account_at));
        }
        if within != Within::Account {
            self.forget_quiet_chats(now_ms);
            let windows = self.chats.entry(chat.clone()).or_default();
            windows.chat.drop_old(pace.chat, now_ms);
            windows.group.drop_old(pace.group, now_ms);
            let mut chat_at = windows.chat.open_at(pace.chat, now_ms);
            if within == Within::Group {
                let rate = if lane == Lane::Bulk { bulk_in_a_group(pace.group) } else { pace.group };
                chat_at = chat_at.max(windows.group.open_at(rate, now_ms));
            }
            if chat_at > now_ms {
                return Err(Wait::Chat(chat_at));
            }
        }
        self.has_called(chat, counts, 1, now_ms);
        if lane == Lane::Bulk {
            let taken_ns = rate.per_ms * MS / i64::from(rate.count.max(1));
            self.bulk_slot_ns = slot_ns + taken_ns;
        }
        Ok(())
    }

    fn forget_quiet_chats(&mut self, now_ms: i64) {
        if self.chats.len() > self.forget_above {
            self.chats
                .retain(|_, windows| !(windows.chat.is_quiet(now_ms) && windows.group.is_quiet(now_ms)));
            self.forget_above = FORGET_ABOVE.max(2 * self.chats.len());
        }
    }

    /// Closes what the platform asked to wait.
    pub(super) fn close(&mut self, scope: RetryScope, chat: &ChatId, until_ms: i64) {
        let window = match scope {
            RetryScope::Account => {
                self.sent.close(until_ms);
                &mut self.account
            }
            RetryScope::Chat => &mut self.chats.entry(chat.clone()).or_default().chat,
        };
        window.close(until_ms);
    }
}
