//! Who tests what, and which text did best: pure.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::Why;
use crate::ids::AnnouncementNo;

/// The quantile of the normal distribution that leaves a fortieth above it: 95 % lie between it and its negative.
const Z_95: f64 = 1.959_964;
/// The same where two or three texts are held against A, so that the chance of any error stays one in twenty (Bonferroni: the
/// level is divided by the number of comparisons).
const Z_SHARED: [f64; 3] = [Z_95, 2.241_403, 2.393_980];

/// How one text stands in a test.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// How many copies arrived.
    pub sent: i64,
    /// Through how many of them the reader did what is measured.
    pub hits: i64,
}

/// Between which rates the true one lies with a certainty of 95 %, hundredths of a percent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval {
    /// The lowest.
    pub low_bp: i64,
    /// The highest.
    pub high_bp: i64,
}

/// Which of `texts` texts a recipient tests when `share` percent of the audience do; `None` for the rest.
///
/// The first 64 bits of the SHA-256 of announcement and recipient say it, so that it is the same whenever it is asked; texts are even
/// but for chance.
pub fn dealt(no: AnnouncementNo, recipient: &str, share: u8, texts: usize) -> Option<usize> {
    let digest = Sha256::digest(format!("{no}/{recipient}"));
    let place = digest.iter().take(8).fold(0_u64, |all, byte| all << 8 | u64::from(*byte));
    let among = u64::try_from(texts).unwrap_or(1).max(1);
    (place % 100 < u64::from(share)).then(|| usize::try_from(place / 100 % among).unwrap_or(0))
}

impl Tally {
    /// The share of copies through which the reader did it, 0 to 1; 0 where none arrived.
    fn rate(self) -> f64 {
        if self.sent > 0 { self.hits as f64 / self.sent as f64 } else { 0.0 }
    }

    /// The same in hundredths of a percent.
    pub fn rate_bp(self) -> i64 {
        bp(self.rate())
    }

    /// The Wilson score interval, which holds for few copies and for rates near 0 and 1 as well: (p + z²/2n ± z·√(p(1−p)/n + z²/4n²))
    /// / (1 + z²/n). NIST/SEMATECH e-Handbook of Statistical Methods, 7.2.4.1, "Confidence intervals". `None` where no copy arrived.
    pub fn interval(self) -> Option<Interval> {
        if self.sent <= 0 {
            return None;
        }
        let (p, n, z2) = (self.rate(), self.sent as f64, Z_95 * Z_95);
        let middle = p + z2 / (2.0 * n);
        let reach = Z_95 * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
        let whole = 1.0 + z2 / n;
        Some(Interval { low_bp: bp((middle - reach) / whole), high_bp: bp((middle + reach) / whole) })
    }
}

/// A share as hundredths of a percent.
fn bp(share: f64) -> i64 {
    // Between 0 and 10,000 by the line itself.
    (share.clamp(0.0, 1.0) * 10_000.0).round() as i64
}

/// How many standard errors the second rate lies above the first, both taken from one pool: (p₂ − p₁) / √(p(1−p)(1/n₁ + 1/n₂)) with p
/// the rate of both together. NIST/SEMATECH e-Handbook of Statistical Methods, 7.3.3, "How can we determine whether two processes
/// produce the same proportion of defectives?". 0 where all or none did it.
fn z(first: Tally, second: Tally) -> f64 {
    let (n1, n2) = (first.sent as f64, second.sent as f64);
    let p = (first.hits + second.hits) as f64 / (n1 + n2);
    let error = (p * (1.0 - p) * (1.0 / n1 + 1.0 / n2)).sqrt();
    if error > 0.0 { (second.rate() - first.rate()) / error } else { 0.0 }
}

/// Which text goes to the rest. The one with the highest rate does if it is significantly better than A, two-sided, at 95 % for all
/// comparisons with A together; of two with the same rate the earlier. A goes where none is, and where of any text fewer than
/// `least` copies arrived.
pub(super) fn judge(tallies: &[Tally], least: i64) -> (usize, Why) {
    if tallies.iter().any(|one| one.sent < least.max(1)) {
        return (0, Why::TooFew);
    }
    let (mut best, mut of) = (0, Tally::default());
    for (n, tally) in tallies.iter().enumerate() {
        if n == 0 || tally.rate() > of.rate() {
            (best, of) = (n, *tally);
        }
    }
    let compared = tallies.len().saturating_sub(2).min(Z_SHARED.len() - 1);
    match tallies.first() {
        Some(own) if best > 0 && z(*own, of) > Z_SHARED[compared] => (best, Why::Better),
        _ => (0, Why::NoneBetter),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(hits: i64, sent: i64) -> Tally {
        Tally { sent, hits }
    }

    #[test]
    fn a_recipient_tests_the_same_text_whenever_it_is_asked_and_about_as_many_test_each() {
        let mut counts = [0; 4];
        for n in 0..10_000 {
            let who = format!("p{n}");
            let dealt_now = dealt(AnnouncementNo(3), &who, 20, 3);
            assert_eq!(dealt_now, dealt(AnnouncementNo(3), &who, 20, 3));
            counts[dealt_now.unwrap_or(3)] += 1;
        }
        // Four standard errors to either side, and five.
        assert!(counts[..3].iter().all(|count| (567..=767).contains(count)), "{counts:?}");
        assert!((7_800..=8_200).contains(&counts[3]), "{counts:?}");
        let first: Vec<_> = (0..50).map(|n| dealt(AnnouncementNo(3), &format!("p{n}"), 50, 2)).collect();
        let other: Vec<_> = (0..50).map(|n| dealt(AnnouncementNo(4), &format!("p{n}"), 50, 2)).collect();
        assert_ne!(first, other, "nobody is in every test");
        assert_eq!(dealt(AnnouncementNo(3), "p1", 0, 2), None);
        assert!((0..50).all(|n| dealt(AnnouncementNo(3), &format!("p{n}"), 100, 1) == Some(0)));
    }

    #[test]
    fn the_better_one_wins_only_where_chance_does_not_explain_it() {
        // By hand: 30 of 100 against 20 of 100 is z = 1.633, against 18 of 100 it is 1.987.
        assert!((z(tally(20, 100), tally(30, 100)) - 1.633).abs() < 0.001);
        assert_eq!(judge(&[tally(20, 100), tally(30, 100)], 30), (0, Why::NoneBetter));
        assert_eq!(judge(&[tally(18, 100), tally(30, 100)], 30), (1, Why::Better));
        assert_eq!(judge(&[tally(30, 100), tally(18, 100)], 30), (0, Why::NoneBetter), "A is the better one");
        assert_eq!(judge(&[tally(0, 29), tally(29, 29)], 30), (0, Why::TooFew));
        assert_eq!(judge(&[tally(0, 30), tally(30, 30)], 30), (1, Why::Better));
        for same in [tally(0, 40), tally(40, 40), tally(7, 40)] {
            assert_eq!(judge(&[same, same], 30), (0, Why::NoneBetter), "{same:?}");
        }
        assert_eq!(judge(&[Tally::default(), Tally::default()], 0), (0, Why::TooFew), "nothing arrived");
    }

    #[test]
    fn of_more_texts_the_highest_rate_is_held_against_a_more_strictly() {
        let own = tally(18, 100);
        // What is enough for one comparison, z = 1.987, is not for two.
        assert_eq!(judge(&[own, tally(10, 100), tally(30, 100)], 30), (0, Why::NoneBetter));
        assert_eq!(judge(&[own, tally(33, 100), tally(34, 100)], 30), (2, Why::Better));
        assert_eq!(judge(&[own, tally(34, 100), tally(34, 100), tally(20, 100)], 30), (1, Why::Better));
        assert_eq!(judge(&[own, tally(34, 100), tally(9, 20)], 30), (0, Why::TooFew));
    }

    #[test]
    fn a_rate_has_its_interval() {
        // Wilson's, worked out by hand for 10 of 50: 11.24 % to 33.04 %.
        let Interval { low_bp, high_bp } = tally(10, 50).interval().unwrap();
        assert!((low_bp - 1_124).abs() <= 1 && (high_bp - 3_304).abs() <= 1, "{low_bp} {high_bp}");
        assert_eq!(tally(10, 50).rate_bp(), 2_000);
        let none = tally(0, 30).interval().unwrap();
        assert!(none.low_bp == 0 && (1_100..1_150).contains(&none.high_bp), "{none:?}");
        let all = tally(30, 30).interval().unwrap();
        assert_eq!((all.low_bp, all.high_bp), (10_000 - none.high_bp, 10_000));
        assert_eq!((Tally::default().interval(), Tally::default().rate_bp()), (None, 0));
    }
}
