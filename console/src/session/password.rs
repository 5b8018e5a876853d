//! Passwords: what may be one, how it is brought into one form, and how it is hashed.

use std::sync::{Arc, OnceLock};

use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, PasswordHash, Version};
use bot_core::text;
use bot_core::texts::Text;
use serde::Deserialize;
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization as _;
use zxcvbn::{Score, zxcvbn};

use crate::fault::Fault;

/// The longest password that is looked at, bytes as typed.
const BYTES_MAX: usize = 1024;
/// The shortest that may be set, characters: NIST SP 800-63B-4, 3.1.1.2 (read 2026-11-22), for passwords that may be all that is
/// asked for. It asks for no mixture of kinds of characters and for no change by the calendar, and so do we.
const CHARS_MIN: usize = 15;
/// So much of a password is judged, characters: judging takes longer than linear, and the rest can only make it better.
const JUDGED_CHARS: usize = 64;
/// Passwords that are hashed at the same time; each takes a core and the memory of [`PasswordCost`].
const AT_ONCE: usize = 2;
/// Passwords that may wait for that: two seconds' worth.
const WAITING_MAX: usize = 160;

/// What hashing a password costs whoever does it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordCost {
    /// Memory, KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
    /// Lanes, each of which could have a core of its own.
    pub lanes: u32,
}

/// Argon2id with 19 MiB, 2 passes and 1 lane: OWASP, *Password Storage Cheat Sheet*, read 2026-11-22.
impl Default for PasswordCost {
    fn default() -> Self {
        Self { memory_kib: 19 * 1024, passes: 2, lanes: 1 }
    }
}

/// A password as it came in a form. It is not shown by `{:?}`.
#[derive(Clone, Default, Deserialize)]
#[serde(transparent)]
pub(crate) struct Typed(String);

/// A password in the form in which it is hashed. It is not shown by `{:?}`.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Password(String);

impl std::fmt::Debug for Typed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("(secret)")
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("(secret)")
    }
}

impl Typed {
    /// In one form, however it was typed, by the rules of RFC 8265, *OpaqueString*: blanks of other scripts are U+0020, letters
    /// are composed (NFC), case and width stay. Control characters are refused; characters that Unicode has not
    /// assigned are not looked for.
    ///
    /// # Errors
    /// Why it is no password.
    pub(crate) fn prepare(&self) -> Result<Password, Text> {
        if self.0.len() > BYTES_MAX {
            return Err(Text::new("console-password-too-long"));
        }
        if self.0.chars().any(char::is_control) {
            return Err(Text::new("console-password-control"));
        }
        let blank = |c: char| if c != ' ' && c.is_whitespace() { ' ' } else { c };
        let form: String = self.0.chars().map(blank).nfc().collect();
        if form.is_empty() { Err(Text::new("console-password-empty")) } else { Ok(Password(form)) }
    }
}

impl Password {
    /// Why it may not be set, if so: too short, or guessed early. `about` are words that a guesser would try here.
    pub(crate) fn objection(&self, about: &[&str]) -> Option<Text> {
        let chars = self.0.chars().count();
        if chars < CHARS_MIN {
            return Some(text!("console-password-too-short", n = CHARS_MIN, have = chars));
        }
        let judged: String = self.0.chars().take(JUDGED_CHARS).collect();
        // Below 10^8 guesses: common passwords, words, names, rows of keys, repetitions.
        let is_weak = zxcvbn(&judged, about).score() < Score::Three;
        is_weak.then(|| Text::new("console-password-guessed"))
    }
}

/// Hashes passwords, a few at once and away from the threads that answer.
pub(crate) struct Hasher {
    cost: PasswordCost,
    /// Room to be hashed or to wait for it.
    room: Arc<Semaphore>,
    hands: Arc<Semaphore>,
    /// The hash of no password, which is verified where there is none: it takes the same time.
    nobodys: Arc<OnceLock<String>>,
}

impl Hasher {
    pub(crate) fn new(cost: PasswordCost) -> Self {
        Self {
            cost,
            room: Arc::new(Semaphore::new(AT_ONCE + WAITING_MAX)),
            hands: Arc::new(Semaphore::new(AT_ONCE)),
            nobodys: Arc::default(),
        }
    }

    /// A password as a PHC string. `salt` is random, 16 to 48 bytes.
    pub(crate) async fn hash(&self, password: Password, salt: String) -> Result<String, Fault> {
        let cost = self.cost;
        self.in_turn(move || hashed(cost, &password, &salt)).await?
    }

    /// Whether a password is that of a hash; without a hash it is not, and that takes as long.
    pub(crate) async fn verify(&self, password: Password, hash: Option<String>) -> Result<bool, Fault> {
        let (cost, nobodys) = (self.cost, Arc::clone(&self.nobodys));
        self.in_turn(move || {
            let nobody = nobodys.get_or_init(|| {
                let password = Password("nobody has this password".to_owned());
                hashed(cost, &password, "salt of nobody at all").unwrap_or_default()
            });
            let against = hash.as_deref().unwrap_or(nobody);
            let is_right = argon2_of(cost)?.verify_password(password.0.as_bytes(), against).is_ok();
            Ok(is_right && hash.is_some())
        })
        .await?
    }

    /// Whether a hash costs what hashes cost now.
    pub(crate) fn is_current(&self, hash: &str) -> bool {
        let params = PasswordHash::new(hash).ok().and_then(|hash| Params::try_from(&hash).ok());
        params.is_some_and(|params| {
            let Self { cost: PasswordCost { memory_kib, passes, lanes }, .. } = *self;
            (params.m_cost(), params.t_cost(), params.p_cost()) == (memory_kib, passes, lanes)
        })
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Fault> {
        let busy = || Fault::Busy;
        let room = Arc::clone(&self.room).try_acquire_owned().map_err(|_| busy())?;
        let hand = Arc::clone(&self.hands).acquire_owned().await.map_err(|_| busy())?;
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            // Held here and not by who waits: whoever goes away leaves the work to be finished all the same.
            drop((room, hand));
            done
        });
        done.await.map_err(|error| Fault::Internal(format!("a password could not be hashed: {error}")))
    }
}

fn argon2_of(cost: PasswordCost) -> Result<Argon2<'static>, Fault> {
    let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, None)
        .map_err(|error| Fault::Internal(format!("no such cost of a password: {error}")))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hashed(cost: PasswordCost, password: &Password, salt: &str) -> Result<String, Fault> {
    argon2_of(cost)?
        .hash_password_with_salt(password.0.as_bytes(), salt.as_bytes())
        .map(|hash: PasswordHash| hash.to_string())
        .map_err(|error| Fault::Internal(format!("a password could not be hashed: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHEAP: PasswordCost = PasswordCost { memory_kib: 8, passes: 1, lanes: 1 };

    fn prepared(typed: &str) -> Result<String, Text> {
        Typed(typed.to_owned()).prepare().map(|password| password.0)
    }

    #[test]
    fn one_password_has_one_form_however_it_is_typed() {
        assert_eq!(prepared("cafe\u{301}"), prepared("caf\u{e9}"), "letters are composed");
        assert_eq!(prepared("a\u{3000}b\u{a0}c").unwrap(), "a b c", "blanks of other scripts");
        assert_ne!(prepared("Ａ"), prepared("A"), "width stays");
        assert_ne!(prepared("a"), prepared("A"), "case stays");
        assert_eq!(prepared(" 密码 ").unwrap(), " 密码 ", "blanks at the ends are part of it");
    }

    #[test]
    fn what_is_no_password_is_refused_before_it_is_hashed() {
        for (typed, key) in [
            ("", "console-password-empty"),
            ("tab\tin it", "console-password-control"),
            ("nul\0in it", "console-password-control"),
            ("next\u{85}line", "console-password-control"),
            (&"x".repeat(1_000_000), "console-password-too-long"),
        ] {
            assert_eq!(prepared(typed), Err(Text::new(key)));
        }
        assert!(prepared(&"密".repeat(341)).is_ok());
    }

    #[test]
    fn long_ones_are_let_in_and_early_guesses_are_not() {
        let objection =
            |typed: &str| Typed(typed.to_owned()).prepare().unwrap().objection(&["Gu Hai", "guildhall"]);
        for good in [
            "correct horse battery staple",
            "tide-lamp-quiet-orbit",
            "今天下午三点我要去码头接货",
            "ein Kürbis rollt bergauf",
            "x7#Kq9!vLm2@Wp5$z",
        ] {
            let expected = (good.chars().count() < CHARS_MIN).then_some("console-password-too-short");
            assert_eq!(objection(good).map(|text| text.key.into_owned()).as_deref(), expected, "{good}");
        }
        for weak in [
            "passwordpassword",
            "123456789012345",
            "qwertyuiopasdfgh",
            "aaaaaaaaaaaaaaaaaaaa",
            "guildhallguildhall",
            "abcabcabcabcabcabc",
        ] {
            assert_eq!(objection(weak), Some(Text::new("console-password-guessed")), "{weak}");
        }
        assert!(objection("x7#Kq9!v").is_some(), "too short, however wild");
    }

    #[tokio::test]
    async fn a_password_is_verified_against_its_hash_and_against_none() {
        let hasher = Hasher::new(CHEAP);
        let password = |typed: &str| Typed(typed.to_owned()).prepare().unwrap();
        let hash = hasher.hash(password("one"), "salt salt salt salt".into()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=8,t=1,p=1$"), "{hash}");
        assert!(hasher.verify(password("one"), Some(hash.clone())).await.unwrap());
        assert!(!hasher.verify(password("two"), Some(hash.clone())).await.unwrap());
        assert!(!hasher.verify(password("nobody has this password"), None).await.unwrap());
        assert!(!hasher.verify(password("one"), Some("garbage".into())).await.unwrap());
        assert!(hasher.is_current(&hash) && !Hasher::new(PasswordCost::default()).is_current(&hash));
    }

    #[test]
    fn the_cost_is_what_owasp_says() {
        let Ok(argon2) = argon2_of(PasswordCost::default()) else { panic!("no such cost") };
        let params = argon2.params();
        assert_eq!((params.m_cost(), params.t_cost(), params.p_cost()), (19_456, 2, 1));
    }

    #[test]
    fn nothing_shows_a_password() {
        let typed = Typed("s3cret".to_owned());
        assert!(!format!("{typed:?} {:?}", typed.prepare()).contains("s3cret"));
    }
}
