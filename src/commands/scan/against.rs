//! Scores a policy on labelled messages: what it finds and what it finds wrongly, always both.

use std::collections::BTreeMap;
use std::fmt;

use moderation::{Outcome, Verdict};

use super::line::Input;

/// How a policy did on some of the messages. What is flagged counts as found.
#[derive(Debug, Default, Clone, Copy)]
struct Score {
    /// Violations that were found.
    found: u32,
    /// Of them, those that the bot acts on.
    acted: u32,
    /// Violations that were not.
    missed: u32,
    /// Harmless messages that were found.
    wrong: u32,
    /// Harmless messages that were not.
    left_alone: u32,
}

/// The scores over all, and by what the messages say of themselves.
#[derive(Debug, Default)]
pub(super) struct Tally {
    all: Score,
    categories: BTreeMap<String, Score>,
    evasions: BTreeMap<String, Score>,
    languages: BTreeMap<String, Score>,
    harmless: u32,
    unlabelled: u32,
}

impl Score {
    fn add(&mut self, violation: bool, outcome: Outcome) {
        let found = outcome != Outcome::Pass;
        match (violation, found) {
            (true, true) => self.found += 1,
            (true, false) => self.missed += 1,
            (false, true) => self.wrong += 1,
            (false, false) => self.left_alone += 1,
        }
        self.acted += u32::from(violation && outcome == Outcome::Act);
    }

    fn share(part: u32, whole: u32) -> Option<f64> {
        (whole > 0).then(|| f64::from(part) / f64::from(whole))
    }

    fn row(&self, name: &str, harmless: u32) -> String {
        let (precision, recall) = (
            Self::share(self.found, self.found + self.wrong),
            Self::share(self.found, self.found + self.missed),
        );
        let f1 = precision.zip(recall).filter(|(p, r)| p + r > 0.0).map(|(p, r)| 2.0 * p * r / (p + r));
        let percent = |share: Option<f64>| {
            share.map_or_else(|| "–".to_owned(), |share| format!("{:.1} %", share * 100.0))
        };
        format!(
            "{name:<24} {:>10} {:>8} {:>10} {:>10} {:>10} {:>12} {:>10}",
            self.found + self.missed,
            harmless,
            percent(precision),
            percent(recall),
            percent(f1),
            percent(Self::share(self.wrong, harmless)),
            percent(Self::share(self.acted, self.found + self.missed)),
        )
    }
}

impl Tally {
    /// Takes in one message and its verdict.
    pub(super) fn add(&mut self, input: &Input, verdict: &Verdict) {
        let violation = match input.label.as_deref() {
            Some("violation") => true,
            Some("ham") => false,
            _ => {
                self.unlabelled += 1;
                return;
            }
        };
        self.harmless += u32::from(!violation);
        self.all.add(violation, verdict.outcome);
        if let Some(lang) = &input.lang {
            self.languages.entry(lang.clone()).or_default().add(violation, verdict.outcome);
        }
        for tag in &input.evasion {
            self.evasions.entry(tag.clone()).or_default().add(violation, verdict.outcome);
        }
        // A violation counts for the category that it is labelled with, a false alarm for the one that was found.
        let found = verdict.category.map(|category| category.as_str().to_owned());
        match (violation, &input.category) {
            (true, Some(category)) => {
                self.categories.entry(category.clone()).or_default().add(true, verdict.outcome);
            }
            (false, _) if verdict.outcome != Outcome::Pass => {
                let category = found.unwrap_or_else(|| "none".to_owned());
                self.categories.entry(category).or_default().add(false, verdict.outcome);
            }
            _ => {}
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<24} {:>10} {:>8} {:>10} {:>10} {:>10} {:>12} {:>10}",
            "", "violations", "ham", "precision", "recall", "F1", "false alarms", "acted on"
        )?;
        writeln!(f, "{}", self.all.row("all", self.harmless))?;
        for (title, scores) in
            [("category", &self.categories), ("evasion", &self.evasions), ("language", &self.languages)]
        {
            for (name, score) in scores {
                let harmless =
                    if title == "category" { self.harmless } else { score.wrong + score.left_alone };
                writeln!(f, "{}", score.row(&format!("{title} {name}"), harmless))?;
            }
        }
        if self.unlabelled > 0 {
            writeln!(f, "{} messages without a label (ham or violation) were left out.", self.unlabelled)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn found_and_wrongly_found_are_told_apart() {
        let mut score = Score::default();
        for (violation, outcome, times) in [
            (true, Outcome::Act, 2),
            (true, Outcome::Flag, 1),
            (true, Outcome::Pass, 1),
            (false, Outcome::Flag, 1),
            (false, Outcome::Pass, 9),
        ] {
            (0..times).for_each(|_| score.add(violation, outcome));
        }
        let row = score.row("all", 10);
        let cells: Vec<&str> = row.split_whitespace().collect();
        assert_eq!(
            cells,
            ["all", "4", "10", "75.0", "%", "75.0", "%", "75.0", "%", "10.0", "%", "50.0", "%"]
        );
        assert!(Score::default().row("none", 0).contains('–'), "no share of nothing");
    }
}
