//! The settings of announcements.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::features::segment::Audience;

/// The settings of announcements, with defaults that work.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AnnouncementConfig {
    /// From how many recipients on a second person approves; 0: never.
    pub approve_from: i64,
    /// Whoever reaches a merchant of one of these needs a second person, however few get it: `tier crown`, `tag vip`.
    pub approve_segments: Vec<String>,
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
        match self.approve_segments.iter().find(|line| Watched::parse(line).is_none()) {
            Some(wrong) => Err(format!(
                "approve_segments: `{wrong}` is none; write \"tier crown\", \"category apparel\" or \"tag vip\""
            )),
            None => Ok(()),
        }
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
        assert!(AnnouncementConfig::default().asks_nobody());
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
