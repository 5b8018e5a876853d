//! What becomes of one row.

use std::collections::{BTreeSet, HashMap};

use crate::chat::clean_display_name;
use crate::features::announcement::zone_named;
use crate::features::segment::tier_named;
use crate::ids::MerchantId;
use crate::store::people::{Merchant, Tier};
use crate::text;
use crate::texts::Text;

/// The longest category or tag, characters.
const WORD_MAX_CHARS: usize = 40;
/// The most tags of one merchant.
const TAGS_MAX: usize = 20;
/// What stands between tags.
const BETWEEN_TAGS: [char; 7] = [',', '，', ';', '；', '、', '|', '\n'];

/// A row as it stands in the file; `None` where there is no such column or nothing in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportRow {
    /// The line that it begins on, from 1.
    pub line: u64,
    /// Our id.
    pub id: Option<String>,
    /// The name of the shop.
    pub name: Option<String>,
    /// What it trades in.
    pub category: Option<String>,
    /// How far it has grown, as people call it.
    pub tier: Option<String>,
    /// What else it is counted among.
    pub tags: Option<String>,
    /// In which time zone it is, by an IANA name.
    pub zone: Option<String>,
    /// Whether it has more cells than there are columns.
    pub is_too_wide: bool,
}

/// A merchant who is not there yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The name of the shop.
    pub name: String,
    /// What it trades in.
    pub category: String,
    /// How far it has grown.
    pub tier: Tier,
    /// What else it is counted among.
    pub tags: BTreeSet<String>,
    /// In which time zone it is, if that is said.
    pub zone: Option<String>,
}

/// What becomes of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The merchant is added.
    New(Draft),
    /// The merchant becomes different.
    Changed {
        /// As it stands.
        was: Box<Merchant>,
        /// As it will stand.
        will: Box<Merchant>,
        /// Its time zone, where that becomes another one: the one that stands, if any, and the new one.
        zone: Option<(Option<String>, String)>,
    },
    /// The merchant is so already.
    Unchanged,
    /// Nothing is taken from it, for this reason.
    Refused(Text),
}

/// A row that can be read.
pub(in super::super) struct Wanted {
    pub(in super::super) id: Option<MerchantId>,
    pub(in super::super) name: Option<String>,
    category: Option<String>,
    tier: Option<Tier>,
    tags: Option<BTreeSet<String>>,
    /// The IANA name of a zone that there is.
    pub(super) zone: Option<String>,
}

impl Draft {
    pub(super) fn merchant(self, id: MerchantId, created_at_ms: i64) -> Merchant {
        let Self { name, category, tier, tags, zone: _ } = self;
        Merchant { id, name, category, tier, tags, created_at_ms }
    }
}

/// Reads a row.
pub(in super::super) fn wanted(row: &ImportRow) -> Result<Wanted, Text> {
    if row.is_too_wide {
        return Err(Text::new("people-import-too-wide"));
    }
    if row.id.is_none() && row.name.is_none() {
        return Err(Text::new("people-import-nameless"));
    }
    let name = row.name.as_ref().map(|name| {
        let clean = clean_display_name(name, "");
        if clean.is_empty() || clean != name.trim() {
            Err(text!("people-import-bad-name", name = name))
        } else {
            Ok(clean)
        }
    });
    let tier = row
        .tier
        .as_ref()
        .map(|word| tier_named(word).ok_or_else(|| text!("people-import-bad-tier", word = word)));
    let tags = row.tags.as_ref().map(|tags| {
        let tags = tags.split(BETWEEN_TAGS).map(str::trim).filter(|tag| !tag.is_empty()).map(word);
        tags.collect::<Result<BTreeSet<String>, Text>>()
    });
    let tags = tags.transpose()?;
    if tags.as_ref().is_some_and(|tags| tags.len() > TAGS_MAX) {
        return Err(text!("people-import-many-tags", n = TAGS_MAX));
    }
    Ok(Wanted {
        id: row.id.as_deref().map(MerchantId::from),
        name: name.transpose()?,
        category: row.category.as_deref().map(word).transpose()?,
        tier: tier.transpose()?,
        tags,
        zone: row.zone.as_deref().map(zone_named).transpose()?,
    })
}

/// A category or a tag: one word in small letters, as audiences name it.
fn word(typed: &str) -> Result<String, Text> {
    let word = typed.trim().to_lowercase();
    let is_one = !word.contains(|c: char| c.is_whitespace() || c.is_control() || BETWEEN_TAGS.contains(&c));
    if is_one && word.chars().count() <= WORD_MAX_CHARS {
        Ok(word)
    } else {
        Err(text!("people-import-bad-word", word = typed))
    }
}

/// What becomes of a row, where `found` has its id or its name, two at most, and `zone` is the one's that was found. `met` says in
/// which line a merchant came before.
pub(in super::super) fn decide(
    wanted: Wanted,
    found: &[Merchant],
    zone: Option<String>,
    line: u64,
    met: &mut HashMap<String, u64>,
) -> Fate {
    let was = match (found, &wanted.id) {
        ([], Some(id)) => return Fate::Refused(text!("people-import-no-such", id = id.as_str())),
        ([_, _, ..], _) => return Fate::Refused(Text::new("people-import-several")),
        ([], None) => None,
        ([one], _) => Some(one),
    };
    let name = wanted.name.as_ref().or(was.map(|was| &was.name)).cloned().unwrap_or_default();
    // An id has no blank before it, so that it cannot be taken for a name.
    let keys = [was.map(|was| was.id.to_string()), Some(format!(" {name}"))];
    let twice = keys.iter().flatten().find_map(|key| met.get(key)).copied();
    if let Some(before) = twice {
        return Fate::Refused(text!("people-import-twice", line = i64::try_from(before).unwrap_or(i64::MAX)));
    }
    let fate = match was {
        None => match wanted.category {
            None => Fate::Refused(Text::new("people-import-no-category")),
            Some(category) => Fate::New(Draft {
                name,
                category,
                tier: wanted.tier.unwrap_or_default(),
                tags: wanted.tags.unwrap_or_default(),
                zone: wanted.zone,
            }),
        },
        Some(was) => {
            let will = Merchant {
                name,
                category: wanted.category.unwrap_or_else(|| was.category.clone()),
                tier: wanted.tier.unwrap_or(was.tier),
                tags: wanted.tags.unwrap_or_else(|| was.tags.clone()),
                ..was.clone()
            };
            let zone = wanted.zone.filter(|new| zone.as_ref() != Some(new)).map(|new| (zone, new));
            if will == *was && zone.is_none() {
                Fate::Unchanged
            } else {
                Fate::Changed { was: Box::new(was.clone()), will: Box::new(will), zone }
            }
        }
    };
    if !matches!(fate, Fate::Refused(_)) {
        met.extend(keys.into_iter().flatten().map(|key| (key, line)));
    }
    fate
}
