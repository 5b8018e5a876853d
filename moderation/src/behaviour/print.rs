//! A fingerprint of a text that changes little when the text does: a SimHash (M. Charikar, 2002), which tells other texts
//! surely, and a small one-permutation MinHash (P. Li et al., 2012), which tells how much of two texts is the same.

use std::cell::RefCell;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;

/// How many of the 64 bits may differ between texts that are nearly the same. Of unrelated texts half of them do,
/// give or take 4.
const NEAR_BITS: u32 = 12;
/// Shorter texts are the same or not; nearly the same says nothing of them.
const NEAR_CHARS_MIN: u16 = 12;
/// Of the parts of the MinHash that either text has, so many in a hundred are the same where most of the text is.
const SAME_PERCENT: u32 = 55;
/// The MinHash has so many parts of four bits.
const PARTS: u32 = 16;
const GRAM: usize = 3;
/// Longer texts are told apart by their beginning.
const CHARS_MAX: usize = 4_000;

/// What a text looks like, in 16 bytes and its length.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Print {
    bits: u64,
    /// Four bits for each part; 0 where nothing falls into it.
    #[serde(default)]
    parts: u64,
    /// Letters and digits, for that is all that counts.
    chars: u16,
}

impl Print {
    /// The print of a text: case, width, blanks, marks and emoji do not count.
    pub fn of(text: &str) -> Self {
        LETTERS.with_borrow_mut(|letters| {
            letters.clear();
            if text.chars().take(CHARS_MAX).all(is_simple) {
                let plain = text.chars().take(CHARS_MAX).map(|c| c.to_ascii_lowercase());
                letters
                    .extend(plain.filter(|c| c.is_ascii_alphanumeric() || *c >= '\u{4E00}' && !is_mark(*c)));
            } else {
                let wide = text.chars().take(CHARS_MAX).nfkc().flat_map(char::to_lowercase);
                letters.extend(wide.filter(|c| c.is_alphanumeric()));
            }
            Self::of_letters(letters)
        })
    }

    fn of_letters(letters: &[char]) -> Self {
        let (mut sums, mut least) = (Sums::default(), [u32::MAX; PARTS as usize]);
        for gram in letters.windows(GRAM.min(letters.len()).max(1)) {
            let hash =
                gram.iter().fold(0xCBF2_9CE4_8422_2325, |hash, c| mix(hash ^ u64::from(u32::from(*c))));
            sums.add(hash);
            let part = &mut least[(hash >> 60) as usize];
            *part = (*part).min((hash >> 30) as u32 & 0x3FFF_FFFF);
        }
        let bits = sums.majority();
        let part = |least: &u32| if *least == u32::MAX { 0 } else { u64::from(least % 15 + 1) };
        let parts = least.iter().rev().fold(0, |parts, least| parts << 4 | part(least));
        Self { bits, parts, chars: u16::try_from(letters.len()).unwrap_or(u16::MAX) }
    }

    /// The bits themselves; equal for equal texts.
    pub(crate) fn bits(self) -> u64 {
        self.bits
    }

    /// How many letters and digits it has.
    pub fn chars(self) -> u16 {
        self.chars
    }

    /// Whether two texts are the same, or so long that nearly the same is telling, and that.
    pub fn is_near(self, other: Self) -> bool {
        if self.chars == 0 || other.chars == 0 {
            return false;
        }
        if self.chars.min(other.chars) < NEAR_CHARS_MIN {
            return self == other;
        }
        let alike_long = self.chars.abs_diff(other.chars) <= self.chars.max(other.chars) / 3;
        alike_long && (self.bits ^ other.bits).count_ones() <= NEAR_BITS && self.is_mostly(other)
    }

    /// Whether most of two texts is the same.
    fn is_mostly(self, other: Self) -> bool {
        let (mut same, mut used) = (0, 0);
        for part in 0..PARTS {
            let (one, two) = (self.parts >> (4 * part) & 15, other.parts >> (4 * part) & 15);
            used += u32::from(one | two != 0);
            same += u32::from(one == two && one != 0);
        }
        100 * same >= SAME_PERCENT * used
    }
}

thread_local! {
    static LETTERS: RefCell<Vec<char>> = const { RefCell::new(Vec::new()) };
}

/// Whether a character is read the same whatever stands beside it, and is known for a letter or none at a glance.
fn is_simple(c: char) -> bool {
    c.is_ascii() || matches!(c, '\u{4E00}'..='\u{9FFF}') || is_mark(c)
}

fn is_mark(c: char) -> bool {
    matches!(c, '\u{2014}'..='\u{201F}' | '\u{2026}' | '\u{3000}'..='\u{3004}' | '\u{3008}'..='\u{3020}'
        | '\u{FF01}'..='\u{FF0F}' | '\u{FF1A}'..='\u{FF20}' | '\u{1F300}'..='\u{1F64F}')
}

/// How many hashes had each bit, counted in eight lanes of a byte in each of eight words.
#[derive(Default)]
struct Sums {
    lanes: [u64; 8],
    pending: u32,
    counts: [[u32; 8]; 8],
    total: u32,
}

impl Sums {
    const ONES: u64 = 0x0101_0101_0101_0101;

    fn add(&mut self, hash: u64) {
        for (bit, lane) in self.lanes.iter_mut().enumerate() {
            *lane += hash >> bit & Self::ONES;
        }
        self.pending += 1;
        if self.pending == 255 {
            self.carry();
        }
    }

    fn carry(&mut self) {
        for (lane, counts) in self.lanes.iter_mut().zip(&mut self.counts) {
            for (count, byte) in counts.iter_mut().zip(lane.to_le_bytes()) {
                *count += u32::from(byte);
            }
            *lane = 0;
        }
        self.total += std::mem::take(&mut self.pending);
    }

    /// The bits that more than half of the hashes had.
    fn majority(mut self) -> u64 {
        self.carry();
        let mut bits = 0;
        for (bit, counts) in self.counts.iter().enumerate() {
            for (byte, count) in counts.iter().enumerate() {
                bits |= u64::from(2 * count > self.total) << (8 * byte + bit);
            }
        }
        bits
    }
}

/// Spreads a number over all bits (the finalizer of SplitMix64; S. Vigna, 2015).
fn mix(mut n: u64) -> u64 {
    n = (n ^ (n >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    n = (n ^ (n >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    n ^ (n >> 31)
}

#[cfg(test)]
mod tests {
    use unicode_normalization::UnicodeNormalization as _;

    use super::Print;

    #[test]
    fn the_short_way_reads_what_the_long_one_does() {
        for c in ('\0'..=char::MAX).filter(|c| super::is_simple(*c)) {
            let long: String = std::iter::once(c)
                .nfkc()
                .flat_map(char::to_lowercase)
                .filter(|c| c.is_alphanumeric())
                .collect();
            let text = format!("a{c}1");
            assert_eq!(usize::from(Print::of(&text).chars()), 2 + long.chars().count(), "{c:?}");
        }
        let long = "收到Thanks，".repeat(60);
        assert_eq!(Print::of(&long).bits, Print::of(&format!("{long}\u{200B}")).bits);
    }

    #[test]
    fn small_changes_are_near_and_other_texts_are_not() {
        let one = Print::of("全网最低价代发快递单号，一手渠道，长期有效，需要的老板联系我");
        for near in [
            "全网最低价代发快递单号，一手渠道，长期有效，需要的老板联系我！！！",
            "全网最低价 代发快递单号 一手渠道 长期有效 需要的老板联系我 a7",
            "全网最低价代发快递单号，一手渠道，长期有效，需要的老板加我",
        ] {
            assert!(one.is_near(Print::of(near)), "{near}");
        }
        for other in ["请问保证金什么时候可以退，我已经提交了关店申请", "收到，谢谢老师", ""]
        {
            assert!(!one.is_near(Print::of(other)), "{other}");
        }
        assert!(Print::of("OK!").is_near(Print::of("ok")));
        assert!(!Print::of("").is_near(Print::of("👍")));
    }

    #[test]
    fn lines_that_share_half_are_not_near() {
        let clauses = [
            "请问这批货的运费怎么算才合适",
            "仓库今天几点可以安排装车呢",
            "买家说收到的杯子有一个裂纹",
            "后台提现一直显示正在审核中",
            "昨天报名的活动还没有看到结果",
            "运营说主图需要换成白底的才行",
            "客服那边让我补一份质检报告",
            "这个月的推广费比上个月高不少",
        ];
        let pairs = (0..clauses.len()).flat_map(|a| (0..clauses.len()).map(move |b| (a, b)));
        let lines: Vec<_> = pairs
            .filter(|(a, b)| a < b)
            .map(|(a, b)| Print::of(&format!("{}，{}", clauses[a], clauses[b])))
            .collect();
        let near_after =
            |at: usize| lines[at + 1..].iter().filter(|other| lines[at].is_near(**other)).count();
        let near: usize = (0..lines.len()).map(near_after).sum();
        assert_eq!(near, 0);
    }
}
