//! The platform's own count of how fast the bot acts, kept apart from the courier's.

use std::collections::{HashMap, VecDeque};

use bot_core::chat::{ChatKey, Pace, Rate, RetryScope};

/// When the calls of the running windows were made.
#[derive(Default)]
pub(super) struct Windows {
    account: VecDeque<i64>,
    chats: HashMap<ChatKey, VecDeque<i64>>,
    /// When chats that went quiet were last forgotten.
    swept_ms: i64,
}

impl Windows {
    /// Counts a call, or says how long to wait before it: no window of a rate's length may hold more calls than
    /// its count. A call that is refused is not counted.
    pub(super) fn admit(
        &mut self,
        pace: &Pace,
        chat: Option<&ChatKey>,
        is_group: bool,
        now_ms: i64,
    ) -> Result<(), (i64, RetryScope)> {
        self.forget_quiet(pace.chat.per_ms.max(pace.group.per_ms), now_ms);
        forget(&mut self.account, pace.account.per_ms, now_ms);
        if let Some(wait_ms) = wait(&self.account, pace.account, now_ms) {
            return Err((wait_ms, RetryScope::Account));
        }
        if let Some(chat) = chat {
            let calls = self.chats.entry(chat.clone()).or_default();
            forget(calls, pace.chat.per_ms.max(pace.group.per_ms), now_ms);
            let group_ms = is_group.then(|| wait(calls, pace.group, now_ms)).flatten();
            if let Some(wait_ms) = wait(calls, pace.chat, now_ms).max(group_ms) {
                return Err((wait_ms, RetryScope::Chat));
            }
            calls.push_back(now_ms);
        }
        self.account.push_back(now_ms);
        Ok(())
    }

    fn forget_quiet(&mut self, longest_ms: i64, now_ms: i64) {
        if now_ms - self.swept_ms >= longest_ms {
            self.chats.retain(|_, calls| calls.back().is_some_and(|last| now_ms - last < longest_ms));
            self.swept_ms = now_ms;
        }
    }
}

fn forget(calls: &mut VecDeque<i64>, older_than_ms: i64, now_ms: i64) {
    while calls.front().is_some_and(|first| now_ms - first >= older_than_ms) {
        calls.pop_front();
    }
}

/// How long until one more call fits; `None` when it fits now.
fn wait(calls: &VecDeque<i64>, rate: Rate, now_ms: i64) -> Option<i64> {
    let count = usize::try_from(rate.count).unwrap_or(usize::MAX);
    let blocking = calls.len().checked_sub(count).and_then(|at| calls.get(at))?;
    Some(blocking + rate.per_ms - now_ms).filter(|wait_ms| *wait_ms > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_window_holds_so_many_calls_and_no_more() {
        let rate = |count, per_ms| Rate { count, per_ms };
        let pace = Pace { account: rate(5, 1_000), chat: rate(2, 1_000), group: rate(3, 60_000) };
        let (mut windows, here, there) = (Windows::default(), ChatKey::from("g1"), ChatKey::from("d.u1"));
        assert_eq!(windows.admit(&pace, Some(&here), true, 0), Ok(()));
        assert_eq!(windows.admit(&pace, Some(&here), true, 400), Ok(()));
        assert_eq!(windows.admit(&pace, Some(&here), true, 500), Err((500, RetryScope::Chat)));
        assert_eq!(windows.admit(&pace, Some(&here), true, 1_000), Ok(()));
        assert_eq!(windows.admit(&pace, Some(&here), true, 2_000), Err((58_000, RetryScope::Chat)));
        for at_ms in 2_000..2_005 {
            assert_eq!(windows.admit(&pace, Some(&ChatKey(format!("d.{at_ms}"))), false, at_ms), Ok(()));
        }
        assert_eq!(windows.admit(&pace, Some(&there), false, 2_010), Err((990, RetryScope::Account)));
    }
}
