//! The settings of announcements.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::features::delivery::Quiet;
use crate::features::segment::Audience;

/// The settings of announcements, with defaults that work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AnnouncementConfig {
    /// From how many recipients on a second person approves; 0: never.
    pub approve_from: i64,
    /// Whoever reaches a merchant of one of these needs a second person, however few get it: `tier crown`, `tag vip`.
    pub approve_segments: Vec<String>,
    /// How much is pushed to one person at most: `3 in 7 d`; empty for no such limit.
    pub cap: String,
    /// The hours in which nothing goes out, by each recipient's clock: `22:00-08:00`; empty for none.
    pub quiet: String,
    /// How many copies of each text have to arrive before a test of texts is decided by their rates.
    pub test_least: i64,
}

impl Default for AnnouncementConfig {
    fn default() -> Self {
        Self {
            approve_from: 0,
            approve_segments: Vec::new(),
            cap: String::new(),
            quiet: String::new(),
            test_least: 30,
        }
    }
}

/// How much is pushed to one person at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cap {
    /// So many.
    pub most: i64,
    /// Within this time, milliseconds.
    pub within_ms: i64,
}

/// Merchants that the house watches over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Watched {
    /// Those of a tier.
    Tier(String),
    /// Those of a category.
    Category(String),
    /// Those with a tag.
    Tag(String),
}

impl AnnouncementConfig {
    /// What types alone do not catch.
    ///
    /// # Errors
    /// One sentence that names the key.
    pub fn check(&self) -> Result<(), String> {
        if self.approve_from < 0 {
            return Err("approve_from must be 0 or more".to_owned());
        }
        if !self.cap.trim().is_empty() && self.cap().is_none() {
            return Err(format!("cap: `{}` is none; write \"3 in 7 d\" or \"1 in 12 h\"", self.cap));
        }
        if !self.quiet.trim().is_empty() && self.quiet().is_none() {
            return Err(format!("quiet: `{}` is none; write \"22:00-08:00\"", self.quiet));
        }
        if self.test_least < 1 {
            return Err("test_least must be 1 or more".to_owned());
        }
        match self.approve_segments.iter().find(|line| Watched::parse(line).is_none()) {
            Some(wrong) => Err(format!(
                "approve_segments: `{wrong}` is none; write \"tier crown\", \"category apparel\" or \"tag vip\""
            )),
            None => Ok(()),
        }
    }

    /// How much is pushed to one person at most; `None` for no such limit.
    pub fn cap(&self) -> Option<Cap> {
        Cap::parse(&self.cap)
    }

    /// The hours in which nothing goes out, by each recipient's clock; `None` for none.
    pub(super) fn quiet(&self) -> Option<Quiet> {
        Quiet::parse(&self.quiet)
    }

    /// Whether nothing needs a second person.
    pub(super) fn asks_nobody(&self) -> bool {
        self.approve_from <= 0 && self.approve_segments.is_empty()
    }

    /// Whom the house watches over.
    pub(super) fn watched(&self) -> Vec<Watched> {
        self.approve_segments.iter().filter_map(|line| Watched::parse(line)).collect()
    }
}

impl Cap {
    /// Reads `3 in 7 d` or `1 in 12h`.
    fn parse(line: &str) -> Option<Self> {
        const HOUR_MS: i64 = 60 * 60 * 1000;
        let (most, within) = line.split_once(" in ")?;
        let within = within.trim();
        let unit_ms = match within.chars().last()? {
            'h' => HOUR_MS,
            'd' => 24 * HOUR_MS,
            _ => return None,
        };
        let (most, count): (i64, i64) =
            (most.trim().parse().ok()?, within[..within.len() - 1].trim().parse().ok()?);
        // A year is more than anybody counts over, and far from where numbers end.
        ((1..=1_000).contains(&most) && (1..=366 * 24).contains(&count))
            .then(|| Self { most, within_ms: count * unit_ms })
    }
}

impl Watched {
    fn parse(line: &str) -> Option<Self> {
        let (kind, name) = line.trim().split_once(char::is_whitespace)?;
        let name = name.trim().to_owned();
        match kind {
            "tier" => Some(Self::Tier(name)),
            "category" => Some(Self::Category(name)),
            "tag" => Some(Self::Tag(name)),
            _ => None,
        }
    }

    /// Those of an audience who may be such merchants; `None` when its own conditions rule them out. A merchant can have
    /// several tags, so an audience of another tag does not.
    pub(super) fn among(&self, audience: &Audience) -> Option<Audience> {
        let mut among = audience.clone();
        let one_of = |list: &mut Vec<String>, name: &str| {
            let fits = list.is_empty() || list.iter().any(|one| one == name);
            *list = vec![name.to_owned()];
            fits
        };
        let fits = match self {
            Self::Tier(name) => one_of(&mut among.tiers, name),
            Self::Category(name) => one_of(&mut among.categories, name),
            Self::Tag(name) => {
                among.tags = vec![name.clone()];
                true
            }
        };
        fits.then_some(among)
    }
}

impl fmt::Display for Watched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tier(name) => write!(f, "tier {name}"),
            Self::Category(name) => write!(f, "category {name}"),
            Self::Tag(name) => write!(f, "tag {name}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_segment_is_told() {
        let of = |lines: &[&str]| AnnouncementConfig {
            approve_segments: lines.iter().map(|&line| line.to_owned()).collect(),
            ..AnnouncementConfig::default()
        };
        assert_eq!(of(&["tier crown", "tag  vip", "category apparel"]).check(), Ok(()));
        for wrong in ["crown", "", "tier", "tier ", "group Sellers"] {
            assert!(of(&[wrong]).check().unwrap_err().contains("approve_segments"), "{wrong}");
        }
        assert!(AnnouncementConfig { approve_from: -1, ..of(&[]) }.check().is_err());
        assert!(AnnouncementConfig { test_least: 0, ..of(&[]) }.check().is_err());
        assert!(AnnouncementConfig::default().asks_nobody());
        let cap = |line: &str| AnnouncementConfig { cap: line.into(), ..AnnouncementConfig::default() };
        let quiet = |line: &str| AnnouncementConfig { quiet: line.into(), ..AnnouncementConfig::default() };
        assert_eq!((quiet("22:00-08:00").check(), quiet(" ").check()), (Ok(()), Ok(())));
        assert!(quiet("at night").check().unwrap_err().contains("quiet: `at night` is none"));
        let hour_ms = 3_600_000;
        assert_eq!(cap("3 in 7 d").cap(), Some(Cap { most: 3, within_ms: 7 * 24 * hour_ms }));
        assert_eq!(cap(" 1 in 12h ").cap(), Some(Cap { most: 1, within_ms: 12 * hour_ms }));
        assert_eq!((cap("").cap(), cap(" ").check()), (None, Ok(())));
        for wrong in [
            "3",
            "0 in 7 d",
            "3 in d",
            "3 in 0 d",
            "-1 in 7 d",
            "3 in 7 w",
            "3 per 7 d",
            "3 in 99999 d",
            "3 in 日",
        ] {
            assert!(cap(wrong).check().unwrap_err().contains("cap: `"), "{wrong}");
        }
    }

    #[test]
    fn an_audience_rules_out_another_tier_but_no_tag() {
        let crown = Audience { tiers: vec!["crown".into()], ..Audience::default() };
        let heart = Watched::Tier("heart".into());
        assert_eq!(heart.among(&crown), None);
        assert_eq!(Watched::Tier("crown".into()).among(&crown), Some(crown.clone()));
        assert_eq!(heart.among(&Audience::all_people()).unwrap().tiers, ["heart"]);
        let vip = Audience { tags: vec!["vip".into()], ..crown.clone() };
        assert_eq!(Watched::Tag("new".into()).among(&vip).unwrap().tags, ["new"]);
        assert_eq!(Watched::Tag("new".into()).among(&vip).unwrap().tiers, ["crown"]);
    }
}
