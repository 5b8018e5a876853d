//! A fingerprint of a text that changes little when the text does (SimHash; M. Charikar, 2002).

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;

/// How many of the 64 bits may differ between texts that are nearly the same. Of unrelated texts half of them do,
/// give or take 4.
const NEAR_BITS: u32 = 12;
/// Shorter texts are the same or not; nearly the same says nothing of them.
const NEAR_CHARS_MIN: u16 = 12;
const GRAM: usize = 3;
/// Longer texts are told apart by their beginning.
const CHARS_MAX: usize = 4_000;

/// What a text looks like, in 8 bytes and its length.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Print {
    bits: u64,
    /// Letters and digits, for that is all that counts.
    chars: u16,
}

impl Print {
    /// The print of a text: case, width, blanks, marks and emoji do not count.
    pub fn of(text: &str) -> Self {
        let letters: Vec<char> = text
            .chars()
            .take(CHARS_MAX)
            .nfkc()
            .flat_map(char::to_lowercase)
            .filter(|c| c.is_alphanumeric())
            .collect();
        let mut weights = [0_i32; 64];
        let grams = if letters.len() < GRAM { letters.chunks(GRAM) } else { letters.chunks(letters.len()) };
        for run in grams {
            for gram in run.windows(GRAM.min(run.len())) {
                let hash =
                    gram.iter().fold(0xCBF2_9CE4_8422_2325, |hash, c| mix(hash ^ u64::from(u32::from(*c))));
                for (bit, weight) in weights.iter_mut().enumerate() {
                    *weight += if hash >> bit & 1 == 1 { 1 } else { -1 };
                }
            }
        }
        let bits = weights
            .iter()
            .enumerate()
            .filter(|(_, weight)| **weight > 0)
            .fold(0, |bits, (bit, _)| bits | 1 << bit);
        Self { bits, chars: u16::try_from(letters.len()).unwrap_or(u16::MAX) }
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
        alike_long && (self.bits ^ other.bits).count_ones() <= NEAR_BITS
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
    use super::Print;

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
}
