//! The rule of a test: which part of the audience, what is measured, how long it waits.

use std::ops::RangeInclusive;

use moderation::duration;
use serde::{Deserialize, Serialize};

use crate::features::announcement::filled;
use crate::features::announcement::template::QUOTED_CHARS;
use crate::features::when::length;
use crate::features::wording::Wording;
use crate::text;
use crate::texts::Text;

/// The shares of the audience that may test, percent: somebody has to be left who gets the winner.
pub const SHARES: RangeInclusive<u8> = 1..=90;
/// How long a test may wait, milliseconds: ten minutes to seven days.
pub const WAITS_MS: RangeInclusive<i64> = 600_000..=604_800_000;

/// How texts are tested against each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestRule {
    /// Which part of the audience tests, percent.
    pub share: u8,
    /// What decides.
    pub measure: Measure,
    /// How long after the last copy of the test has gone out, milliseconds.
    pub wait_ms: i64,
}

/// What decides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Copies in which a counted link was opened.
    #[default]
    Clicks,
    /// Copies of which somebody said that they have read it.
    Receipts,
    /// Copies under which a reaction of somebody stands.
    Reactions,
}

impl Default for TestRule {
    fn default() -> Self {
        Self { share: 20, measure: Measure::default(), wait_ms: 4 * 60 * 60 * 1000 }
    }
}

impl Measure {
    /// All of them, the usual first.
    pub const ALL: [Self; 3] = [Self::Clicks, Self::Receipts, Self::Reactions];

    /// The word stored and typed.
    pub fn word(self) -> &'static str {
        match self {
            Self::Clicks => "clicks",
            Self::Receipts => "receipts",
            Self::Reactions => "reactions",
        }
    }

    /// The measure that somebody names.
    pub fn named(word: &str) -> Option<Self> {
        match word.trim().to_lowercase().as_str() {
            "clicks" | "click" | "点击" => Some(Self::Clicks),
            "receipts" | "receipt" | "已读" => Some(Self::Receipts),
            "reactions" | "reaction" | "表情" | "表情回应" => Some(Self::Reactions),
            _ => None,
        }
    }

    /// It in words.
    pub fn name(self) -> Text {
        match self {
            Self::Clicks => Text::new("announcement-measure-clicks"),
            Self::Receipts => Text::new("announcement-measure-receipts"),
            Self::Reactions => Text::new("announcement-measure-reactions"),
        }
    }
}

/// Why a measure could count nothing of these texts (none: nothing is written yet); `None` where it can. `clicks`: whether
/// readers of links could come to us; `ack`: whether they are asked to say that they have read it.
pub fn cannot_measure(clicks: bool, texts: &[&Wording], ack: bool, measure: Measure) -> Option<Text> {
    let has_link = |text: &&Wording| !filled::Script::of(text).addresses().is_empty();
    match measure {
        Measure::Clicks if !clicks => Some(Text::new("announcement-measure-no-address")),
        Measure::Clicks if !texts.iter().all(has_link) => Some(Text::new("announcement-measure-no-link")),
        Measure::Receipts if !ack => Some(Text::new("announcement-measure-no-receipt")),
        Measure::Clicks | Measure::Receipts | Measure::Reactions => None,
    }
}

/// What decides where nobody says it: the first that can be counted.
pub fn usual_measure(clicks: bool, texts: &[&Wording], ack: bool) -> Measure {
    let counts = |measure: &Measure| cannot_measure(clicks, texts, ack, *measure).is_none();
    Measure::ALL.into_iter().find(counts).unwrap_or(Measure::Reactions)
}

impl TestRule {
    /// The usual rule, by this measure.
    pub(super) fn by(measure: Measure) -> Self {
        Self { measure, ..Self::default() }
    }

    /// Reads `20% clicks 4h`, in any order; what is left out stays.
    pub(super) fn parse(&self, typed: &str) -> Result<Self, Text> {
        let mut rule = self.clone();
        let words = typed.split([' ', '\u{3000}', ',', '，', '、']).filter(|word| !word.is_empty());
        for word in words {
            if word.ends_with(['%', '％']) {
                rule.share = share(word)?;
            } else if let Some(measure) = Measure::named(word) {
                rule.measure = measure;
            } else {
                rule.wait_ms = wait_ms(word)?;
            }
        }
        Ok(rule)
    }

    /// How long it waits, as it would be typed.
    pub fn wait_typed(&self) -> String {
        duration::short(self.wait_ms)
    }
}

/// Reads a share, `20%` or `20`.
pub(super) fn share(typed: &str) -> Result<u8, Text> {
    let digits = typed.trim().trim_end_matches(['%', '％']).trim();
    let found = digits.parse().ok().filter(|share| SHARES.contains(share));
    found.ok_or_else(|| {
        text!(
            "announcement-test-share",
            found = quoted(typed),
            least = i64::from(*SHARES.start()),
            most = i64::from(*SHARES.end())
        )
    })
}

/// Reads how long a test waits, `4h`.
pub(super) fn wait_ms(typed: &str) -> Result<i64, Text> {
    let found = duration::parse(typed.trim()).ok().filter(|ms| WAITS_MS.contains(ms));
    found.ok_or_else(|| {
        text!(
            "announcement-test-wait",
            found = quoted(typed),
            least = length(*WAITS_MS.start()),
            most = length(*WAITS_MS.end())
        )
    })
}

fn quoted(typed: &str) -> String {
    typed.trim().chars().take(QUOTED_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_read_in_any_order_and_what_is_left_out_stays() {
        let rule = TestRule::default();
        for typed in ["", " ", "20% clicks 4h", "4小时，点击、20％", "4h"] {
            assert_eq!(rule.parse(typed), Ok(rule.clone()), "{typed}");
        }
        let other = rule.parse("35% 已读 90m").unwrap();
        let wanted = TestRule { share: 35, measure: Measure::Receipts, wait_ms: 5_400_000 };
        assert_eq!(other, wanted);
        assert_eq!(other.parse("1d").unwrap(), TestRule { wait_ms: 86_400_000, ..wanted });
        assert_eq!(wait_ms(&other.wait_typed()), Ok(5_400_000));
        for measure in Measure::ALL {
            assert_eq!(rule.parse(measure.word()).unwrap().measure, measure);
        }
        assert_eq!(rule.parse("表情").unwrap().measure, Measure::Reactions);
        assert_eq!((share("90"), share("１%").is_err()), (Ok(90), true));
    }

    #[test]
    fn the_usual_measure_is_the_first_that_can_be_counted_and_of_each_it_is_said_why_it_cannot() {
        let text = |body: &str| Wording::typed(None, None, Some(body));
        let (linked, plain) = (text("See https://a.example/"), text("Hello"));
        let cannot = |clicks, texts: &[&Wording], ack| {
            let why = |measure| cannot_measure(clicks, texts, ack, measure);
            Measure::ALL.map(|measure| why(measure).map(|why| why.key.into_owned()).unwrap_or_default())
        };
        let [address, link, receipt] =
            ["no-address", "no-link", "no-receipt"].map(|why| format!("announcement-measure-{why}"));
        assert_eq!(cannot(true, &[&linked], true), ["", "", ""]);
        assert_eq!(cannot(true, &[], false), ["", &receipt, ""], "nothing is written yet");
        assert_eq!(cannot(false, &[&linked], true), [&*address, "", ""]);
        assert_eq!(cannot(true, &[&linked, &plain], false), [&*link, &receipt, ""]);
        assert_eq!(usual_measure(true, &[&linked], true), Measure::Clicks);
        assert_eq!(usual_measure(true, &[&plain], true), Measure::Receipts);
        assert_eq!(usual_measure(false, &[&linked], false), Measure::Reactions);
    }

    #[test]
    fn what_is_no_rule_is_one_sentence() {
        let why = |typed: &str| TestRule::default().parse(typed).unwrap_err().key.into_owned();
        for typed in ["0%", "91%", "%", "-5%", "2000%", "half%"] {
            assert_eq!(why(typed), "announcement-test-share", "{typed}");
        }
        for typed in ["4", "soon", "5m", "8d", "20", "opens"] {
            assert_eq!(why(typed), "announcement-test-wait", "{typed}");
        }
    }
}
