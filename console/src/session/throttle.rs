//! How often somebody may try: counted before anything is hashed, by account and by address.
//!
//! The counts are kept in memory: an attempt costs no write, so that guessing cannot be turned into load on the database,
//! and a restart, which no stranger can cause, gives back one round. The program is alone on its database.

use std::num::NonZeroUsize;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bot_core::ids::StaffId;
use lru::LruCache;

/// So many attempts within so long, milliseconds.
#[derive(Clone, Copy)]
pub(crate) struct Limit {
    pub(crate) attempts: usize,
    pub(crate) within_ms: i64,
}

const QUARTER_MS: i64 = 15 * 60 * 1000;
/// Of one account, from wherever. 480 guesses a day reach no password that is let in here, and whoever's account is being
/// guessed at waits for a quarter of an hour after the last guess at most, or comes in by a link.
const BY_ACCOUNT: Limit = Limit { attempts: 5, within_ms: QUARTER_MS };
/// From one address, at whatever account: an office behind one address mistypes, too.
const BY_ADDRESS: Limit = Limit { attempts: 20, within_ms: QUARTER_MS };
/// Codes of one account, after its password or a link was right. Of a million codes three are good at a time.
const BY_CODE: Limit = Limit { attempts: 5, within_ms: QUARTER_MS };
/// How many accounts and addresses are remembered; those that tried longest ago are forgotten first.
const REMEMBERED: NonZeroUsize = NonZeroUsize::MIN.saturating_add(19_999);

/// Whose password is tried.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Account {
    /// Somebody's who works here.
    Staff(StaffId),
    /// That of a name that nobody has. It is counted alike, or the wait would tell which names there are.
    Nobody(String),
}

/// The attempts of late.
pub(crate) struct Throttle(Mutex<Books>);

struct Books {
    /// Apart from [`Self::nobody`], so that no flood of names makes us forget an account.
    staff: LruCache<StaffId, Vec<i64>>,
    nobody: LruCache<String, Vec<i64>>,
    addresses: LruCache<String, Vec<i64>>,
    codes: LruCache<StaffId, Vec<i64>>,
}

impl Default for Throttle {
    fn default() -> Self {
        Self(Mutex::new(Books {
            staff: LruCache::new(REMEMBERED),
            nobody: LruCache::new(REMEMBERED),
            addresses: LruCache::new(REMEMBERED),
            codes: LruCache::new(REMEMBERED),
        }))
    }
}

impl Throttle {
    /// Takes an attempt at a password. The error is how long to wait, milliseconds; nothing is counted then.
    pub(crate) fn take(&self, now_ms: i64, account: &Account, origin: &str) -> Result<(), i64> {
        let mut books = self.lock();
        let books = &mut *books;
        let at_account = match account {
            Account::Staff(id) => books.staff.get_or_insert_mut(id.clone(), Vec::new),
            Account::Nobody(name) => books.nobody.get_or_insert_mut(name.clone(), Vec::new),
        };
        let from_there = books.addresses.get_or_insert_mut(origin.to_owned(), Vec::new);
        let waits = [wait_ms(now_ms, at_account, BY_ACCOUNT), wait_ms(now_ms, from_there, BY_ADDRESS)];
        match waits.into_iter().max() {
            Some(wait_ms) if wait_ms > 0 => Err(wait_ms),
            _ => {
                at_account.push(now_ms);
                from_there.push(now_ms);
                Ok(())
            }
        }
    }

    /// The attempt was right: the account begins anew, and the address gets its attempt back. It does not begin anew, or
    /// whoever has one account could guess at the others for ever.
    pub(crate) fn was_right(&self, account: &Account, origin: &str) {
        let mut books = self.lock();
        if let Account::Staff(id) = account {
            books.staff.pop(id);
        }
        if let Some(attempts) = books.addresses.get_mut(origin) {
            attempts.pop();
        }
    }

    /// Takes an attempt at a code. The error is how long to wait, milliseconds.
    pub(crate) fn take_code(&self, now_ms: i64, staff: &StaffId) -> Result<(), i64> {
        let mut books = self.lock();
        let attempts = books.codes.get_or_insert_mut(staff.clone(), Vec::new);
        match wait_ms(now_ms, attempts, BY_CODE) {
            0 => {
                attempts.push(now_ms);
                Ok(())
            }
            wait_ms => Err(wait_ms),
        }
    }

    /// The code was right.
    pub(crate) fn code_was_right(&self, staff: &StaffId) {
        self.lock().codes.pop(staff);
    }

    fn lock(&self) -> MutexGuard<'_, Books> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How long to wait before another attempt, milliseconds; zero for not at all. Forgets attempts that no longer count.
pub(crate) fn wait_ms(now_ms: i64, attempts: &mut Vec<i64>, limit: Limit) -> i64 {
    attempts.retain(|at_ms| now_ms - at_ms < limit.within_ms);
    let blocking = attempts.len().checked_sub(limit.attempts).and_then(|at| attempts.get(at));
    blocking.map_or(0, |at_ms| at_ms + limit.within_ms - now_ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lin() -> Account {
        Account::Staff("lin".into())
    }

    #[test]
    fn an_account_is_guessed_at_five_times_a_quarter_of_an_hour_from_however_many_addresses() {
        let throttle = Throttle::default();
        let tried = (0..3_000).filter(|n| throttle.take(*n, &lin(), &format!("10.0.{n}")).is_ok()).count();
        assert_eq!(tried, 5);
        assert_eq!(throttle.take(3_000, &lin(), "home"), Err(QUARTER_MS - 3_000));
        assert_eq!(throttle.take(QUARTER_MS, &lin(), "home"), Ok(()), "the owner is not locked out for good");
    }

    #[test]
    fn an_address_guesses_twenty_times_a_quarter_of_an_hour_at_however_many_accounts() {
        let throttle = Throttle::default();
        let name = |n: i64| Account::Nobody(format!("name {n}"));
        let tried = (0..3_000).filter(|n| throttle.take(*n, &name(*n), "203.0.113.7").is_ok()).count();
        assert_eq!(tried, 20);
        assert_eq!(throttle.take(3_000, &lin(), "elsewhere"), Ok(()));
    }

    #[test]
    fn a_name_that_nobody_has_waits_like_one_that_somebody_has() {
        let throttle = Throttle::default();
        let waits = |account: &Account| -> Vec<_> {
            (0..8).map(|n| throttle.take(n, account, &format!("{n}{account:?}"))).collect()
        };
        assert_eq!(waits(&lin()), waits(&Account::Nobody("mo".into())));
    }

    #[test]
    fn who_was_right_begins_anew_and_frees_no_address() {
        let throttle = Throttle::default();
        for n in 0..40 {
            if throttle.take(n, &lin(), "office").is_ok() {
                throttle.was_right(&lin(), "office");
            }
        }
        assert_eq!(throttle.take(40, &lin(), "office"), Ok(()), "right ones are not counted");
        for n in 0..19 {
            assert_eq!(throttle.take(41, &Account::Nobody(n.to_string()), "office"), Ok(()));
        }
        assert!(throttle.take(42, &lin(), "office").is_err(), "wrong ones at others are");
    }

    #[test]
    fn no_flood_of_names_makes_an_account_forgotten() {
        let throttle = Throttle::default();
        while throttle.take(0, &lin(), "x").is_ok() {}
        for n in 0..25_000 {
            let _ = throttle.take(1, &Account::Nobody(n.to_string()), &n.to_string());
        }
        assert!(throttle.take(2, &lin(), "y").is_err());
    }

    #[test]
    fn codes_are_guessed_five_times() {
        let throttle = Throttle::default();
        let tried = (0..100).filter(|n| throttle.take_code(*n, &"lin".into()).is_ok()).count();
        assert_eq!(tried, 5);
        throttle.code_was_right(&"lin".into());
        assert_eq!(throttle.take_code(100, &"lin".into()), Ok(()));
    }
}
