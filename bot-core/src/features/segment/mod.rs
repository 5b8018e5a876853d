//! Audiences: who gets what is pushed, as a filter that staff type and read as a sentence.

mod line;
mod parse;
mod sentence;
mod words;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::chat::{AccountId, Address, Feature as Can, Lang, UserKey};
use crate::hall::Hall;
use crate::ids::{ActivityNo, ChatId, UserId};
use crate::store::{StoreError, Tx, segment};

pub use line::line;
pub(crate) use parse::nearest;
pub use parse::{Vocabulary, parse};
pub use sentence::{in_words, sentence, tier_name};
pub use words::tier_named;

/// How many recipients are read with one statement.
const PAGE: i64 = 5_000;

/// Who gets what is pushed. An empty list means any; lists that are not empty must all match.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Audience {
    /// The groups themselves, or people in private.
    pub to: To,
    /// These groups; of people, those who are members of one of them.
    pub groups: Vec<ChatId>,
    /// Merchants of one of these categories.
    pub categories: Vec<String>,
    /// Merchants of one of these tiers.
    pub tiers: Vec<String>,
    /// Merchants with one of these tags.
    pub tags: Vec<String>,
    /// Those who get it in one of these languages.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub langs: Vec<Lang>,
    /// Groups on one of these platforms, and people through what they are there: platforms by the names that they have here.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub platforms: Vec<String>,
    /// Whoever has a place in one of these activities, whether they speak for a merchant or not; of groups, those in which
    /// somebody has.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub activities: Vec<ActivityNo>,
}

/// What sort of chat is written to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum To {
    /// The group chats.
    #[default]
    Groups,
    /// The direct chat of each person of the matching merchants.
    People,
}

/// One recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The id of the group's chat or of the person: one recipient gets a push once.
    pub recipient: String,
    /// The name of the person or the title of the group.
    pub name: String,
    /// The account that reaches them; `None` for a person without any chat identity.
    pub account: Option<AccountId>,
    /// The identity through which a person is reached.
    pub user: Option<UserId>,
    /// Where; `None` for a direct chat that is yet to be made.
    pub chat: Option<ChatId>,
    /// The language that they get it in.
    pub lang: Lang,
}

/// A recipient that cannot be written to, and why in one word; see [`crate::features::delivery::reason`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreachable {
    /// Who.
    pub target: Target,
    /// Why: `blocked`, `not_started`, `deactivated`, `kicked`, `untried`, `no_user`, `idle`, `opted_out` or `capped`.
    pub reason: String,
}

/// Everybody in an audience at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Who will get it.
    pub targets: Vec<Target>,
    /// Who cannot get it.
    pub unreachable: Vec<Unreachable>,
}

impl Audience {
    /// All groups.
    pub fn all_groups() -> Self {
        Self::default()
    }

    /// The people of all merchants.
    pub fn all_people() -> Self {
        Self { to: To::People, ..Self::default() }
    }

    fn asks_for_merchants(&self) -> bool {
        !(self.categories.is_empty() && self.tiers.is_empty() && self.tags.is_empty())
    }

    /// Whether it says which people, and not only where.
    fn asks_for_people(&self) -> bool {
        self.asks_for_merchants() || !self.activities.is_empty()
    }
}

/// What is known of accounts only in memory, for one audience.
#[derive(Clone, Debug)]
pub(crate) struct Ways {
    write_first: Vec<AccountId>,
    accounts: Vec<AccountId>,
    default_lang: Lang,
    cap: Option<(i64, i64)>,
}

impl Ways {
    pub(crate) fn of(hall: &Hall, audience: &Audience) -> Self {
        let platforms = hall.platforms();
        let is_meant = |name: &str| audience.platforms.iter().any(|meant| meant.eq_ignore_ascii_case(name));
        let meant = platforms.iter().filter(|(_, platform)| is_meant(platform.name()));
        Self {
            write_first: write_first(hall),
            accounts: meant.map(|(account, _)| account.clone()).collect(),
            default_lang: hall.default_lang,
            cap: hall
                .features
                .config()
                .announcements
                .cap()
                .map(|cap| (cap.most, hall.now_ms() - cap.within_ms)),
        }
    }

    pub(crate) fn filter<'a>(&'a self, audience: &'a Audience) -> segment::Filter<'a> {
        segment::Filter {
            audience,
            write_first: &self.write_first,
            accounts: &self.accounts,
            default_lang: self.default_lang,
            cap: self.cap,
        }
    }
}

/// The accounts that may write to a person who has not written first.
fn write_first(hall: &Hall) -> Vec<AccountId> {
    let stranger = Address { chat: None, peer: Some(UserKey::from("")), via: None, thread: None };
    hall.platforms()
        .iter()
        .filter(|(_, platform)| platform.capabilities(&stranger).is_native(Can::DirectFirst))
        .map(|(account, _)| account.clone())
        .collect()
}

/// The names that an audience may use now.
///
/// # Errors
/// When the database fails.
pub async fn vocabulary(tx: &mut Tx, hall: &Hall) -> Result<Vocabulary, StoreError> {
    let platforms: BTreeSet<String> =
        hall.platforms().values().map(|platform| platform.name().to_owned()).collect();
    Ok(Vocabulary { platforms: platforms.into_iter().collect(), ..segment::vocabulary(tx).await? })
}

/// Everybody in an audience, one entry a recipient. For large audiences prefer
/// [`segment::summary`] and [`segment::page`].
///
/// # Errors
/// When the database fails.
pub async fn plan(tx: &mut Tx, hall: &Hall, audience: &Audience) -> Result<Plan, StoreError> {
    let ways = Ways::of(hall, audience);
    let filter = ways.filter(audience);
    let mut plan = Plan::default();
    let mut after = String::new();
    loop {
        let page = segment::page(tx, &filter, &after, PAGE).await?;
        let Some((last, _)) = page.last() else { return Ok(plan) };
        after.clone_from(&last.recipient);
        for (target, reason) in page {
            match reason {
                None => plan.targets.push(target),
                Some(reason) => plan.unreachable.push(Unreachable { target, reason }),
            }
        }
    }
}
