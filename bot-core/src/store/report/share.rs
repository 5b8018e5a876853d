//! The figures of two weeks by group, category or tier: whose each of them is. Every statement reads both weeks, from `$1`
//! until before `$3`; what began at `$2` or later is of the second.

use std::collections::BTreeMap;

use sqlx::FromRow;

use crate::store::{StoreError, Tx, on};

/// By what figures are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The group in which it happened.
    Group,
    /// What the merchants trade in for whom its person speaks.
    Category,
    /// How far these have grown.
    Tier,
}

/// Two weeks that follow each other, unix milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weeks {
    /// When the first begins.
    pub from_ms: i64,
    /// When the second begins.
    pub turn_ms: i64,
    /// When the second is over.
    pub until_ms: i64,
}

/// The figures of one week for one group, category or tier.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// Questions that the bot answered by itself.
    pub answered: i64,
    /// Of them, those that helped, as who asked said.
    pub helped: i64,
    /// Questions that no article answers.
    pub unanswered: i64,
    /// Tickets that were opened.
    pub opened: i64,
    /// How long each of them waited for its first answer, if it has one, milliseconds.
    pub waits_ms: Vec<i64>,
    /// How long each ticket took that was closed and stayed so, milliseconds.
    pub took_ms: Vec<i64>,
    /// Moderation cases.
    pub cases: i64,
    /// Copies of announcements that began to go out.
    pub copies: i64,
    /// Of them, those that their platform confirmed.
    pub reached: i64,
    /// People who said that they have read one of them.
    pub read: i64,
    /// Copies through which a link was opened.
    pub clicked: i64,
    /// People who signed up for an activity and did not leave it.
    pub joined: i64,
}

/// Each group by its id, or category or tier by its word, with the first week and the second. Empty: none of these.
pub type Shares = BTreeMap<String, [Share; 2]>;

/// Whose a fact is; empty when it is nobody's.
macro_rules! whose {
    (group) => {
        "coalesce(h.id, '')"
    };
    (category) => {
        "coalesce(m.category, '')"
    };
    (tier) => {
        "coalesce(m.tier, '')"
    };
}

/// What leads from a fact to that: from its chat to a group, or from its user to merchants.
macro_rules! led {
    (group, $chat:literal, $user:literal, $person:literal) => {
        concat!(" LEFT JOIN chat h ON h.id = ", $chat, " AND h.kind <> 'direct'")
    };
    ($merchant:ident, $chat:literal, $user:literal, $person:literal) => {
        concat!(
            " LEFT JOIN chat_user u ON u.id = ",
            $user,
            " LEFT JOIN contact k ON k.person = ",
            $person,
            " LEFT JOIN merchant m ON m.id = k.merchant"
        )
    };
    ($by:ident, $chat:literal, $user:literal) => {
        led!($by, $chat, $user, "u.person")
    };
}

/// Whose it is, and whether it is of the second week.
macro_rules! head {
    ($by:ident, $at:literal) => {
        concat!(
            whose!($by),
            " AS whose, CAST(CASE WHEN ",
            $at,
            " >= $2 THEN 1 ELSE 0 END AS BIGINT) AS week, "
        )
    };
}

macro_rules! answered {
    ($by:ident) => {
        concat!(
            "SELECT ",
            head!($by, "g.given_at_ms"),
            "count(DISTINCT g.id) AS one, count(DISTINCT CASE WHEN g.state = 'solved' THEN g.id END) AS two FROM answer_given g",
            led!($by, "g.chat", "g.asker"),
            " WHERE g.given_at_ms >= $1 AND g.given_at_ms < $3 AND g.by_staff IS NULL AND g.state <> 'failed' GROUP BY 1, 2"
        )
    };
}

macro_rules! unanswered {
    ($by:ident) => {
        concat!(
            "SELECT ",
            head!($by, "g.asked_at_ms"),
            "count(DISTINCT g.id) AS one, CAST(0 AS BIGINT) AS two FROM gap_ask g",
            led!($by, "g.chat", "g.author"),
            " WHERE g.asked_at_ms >= $1 AND g.asked_at_ms < $3 GROUP BY 1, 2"
        )
    };
}

macro_rules! cases {
    ($by:ident) => {
        concat!(
            "SELECT ",
            head!($by, "c.at_ms"),
            "count(DISTINCT c.no) AS one, CAST(0 AS BIGINT) AS two FROM mod_case c",
            led!($by, "c.chat", "c.chat_user"),
            " WHERE c.at_ms >= $1 AND c.at_ms < $3 GROUP BY 1, 2"
        )
    };
}

macro_rules! copies {
    ($by:ident) => {
        concat!(
            "SELECT ",
            head!($by, "a.started_at_ms"),
            "count(DISTINCT d.push || ' ' || d.recipient) AS one, \
             count(DISTINCT CASE WHEN d.sent_at_ms IS NOT NULL THEN d.push || ' ' || d.recipient END) AS two \
             FROM announcement a JOIN delivery d ON d.push = 'A-' || a.no",
            led!($by, "d.chat", "d.chat_user", "coalesce(u.person, d.recipient)"),
            " WHERE a.started_at_ms >= $1 AND a.started_at_ms < $3 GROUP BY 1, 2"
        )
    };
}

macro_rules! read {
    ($by:ident) => {
        concat!(
            "SELECT ",
            head!($by, "a.started_at_ms"),
            "count(DISTINCT x.push || ' ' || x.person) AS one, CAST(0 AS BIGINT) AS two \
             FROM announcement a JOIN acknowledgement x ON x.push = 'A-' || a.no",
            led!($by, "x.chat", "x.chat_user"),
            " WHERE a.started_at_ms >= $1 AND a.started_at_ms < $3 GROUP BY 1, 2"
        )
    };
}

macro_rules! clicked {
    ($by:ident) => {
        concat!(
            "SELECT ",
            head!($by, "a.started_at_ms"),
            "count(DISTINCT x.push || ' ' || x.recipient) AS one, CAST(0 AS BIGINT) AS two \
             FROM announcement a JOIN click x ON x.push = 'A-' || a.no \
             LEFT JOIN delivery d ON d.push = x.push AND d.recipient = x.recipient",
            led!($by, "d.chat", "d.chat_user", "coalesce(u.person, x.recipient)"),
            " WHERE a.started_at_ms >= $1 AND a.started_at_ms < $3 GROUP BY 1, 2"
        )
    };
}

macro_rules! joined {
    ($by:ident) => {
        concat!(
            "SELECT ",
            head!($by, "r.joined_at_ms"),
            "count(DISTINCT r.activity || ' ' || r.person) AS one, CAST(0 AS BIGINT) AS two FROM registration r",
            led!($by, "r.chat", "r.chat_user"),
            " WHERE r.joined_at_ms >= $1 AND r.joined_at_ms < $3 AND r.state <> 'left' GROUP BY 1, 2"
        )
    };
}

// Behind the pieces of statements that it is made of too.
mod ticket;

pub use ticket::{all_tickets, tickets};

/// By group, by category, by tier.
type Each = [&'static str; 3];

const ANSWERED: Each = [answered!(group), answered!(category), answered!(tier)];
const UNANSWERED: Each = [unanswered!(group), unanswered!(category), unanswered!(tier)];
const CASES: Each = [cases!(group), cases!(category), cases!(tier)];
const COPIES: Each = [copies!(group), copies!(category), copies!(tier)];
const READ: Each = [read!(group), read!(category), read!(tier)];
const CLICKED: Each = [clicked!(group), clicked!(category), clicked!(tier)];
const JOINED: Each = [joined!(group), joined!(category), joined!(tier)];
const TITLES: &str = "SELECT id, title FROM chat WHERE kind <> 'direct'";

#[derive(FromRow)]
struct Counted {
    whose: String,
    week: i64,
    one: i64,
    two: i64,
}

impl By {
    /// All ways, as they are offered.
    pub const ALL: [Self; 3] = [Self::Group, Self::Category, Self::Tier];

    /// The word in addresses.
    pub fn word(self) -> &'static str {
        match self {
            Self::Group => "group",
            Self::Category => "category",
            Self::Tier => "tier",
        }
    }

    /// The way of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|by| by.word() == word)
    }

    fn of(self, each: Each) -> &'static str {
        let [group, category, tier] = each;
        match self {
            Self::Group => group,
            Self::Category => category,
            Self::Tier => tier,
        }
    }
}

async fn counted(
    tx: &mut Tx,
    each: Each,
    by: By,
    weeks: Weeks,
    shares: &mut Shares,
    put: fn(&mut Share, i64, i64),
) -> Result<(), StoreError> {
    let Weeks { from_ms, turn_ms, until_ms } = weeks;
    let sql = by.of(each);
    let rows: Vec<Counted> =
        on!(tx, |c| sqlx::query_as(sql).bind(from_ms).bind(turn_ms).bind(until_ms).fetch_all(c))?;
    for row in rows {
        put(share(shares, row.whose, row.week), row.one, row.two);
    }
    Ok(())
}

fn share(shares: &mut Shares, whose: String, week: i64) -> &mut Share {
    let [first, second] = shares.entry(whose).or_default();
    if week == 0 { first } else { second }
}

/// Questions: answered by the bot, of them solved, and those without an answer.
///
/// # Errors
/// When the database fails.
pub async fn questions(tx: &mut Tx, by: By, weeks: Weeks, shares: &mut Shares) -> Result<(), StoreError> {
    counted(tx, ANSWERED, by, weeks, shares, |share, answered, helped| {
        (share.answered, share.helped) = (answered, helped);
    })
    .await?;
    counted(tx, UNANSWERED, by, weeks, shares, |share, n, _| share.unanswered = n).await
}

/// Moderation cases.
///
/// # Errors
/// When the database fails.
pub async fn cases(tx: &mut Tx, by: By, weeks: Weeks, shares: &mut Shares) -> Result<(), StoreError> {
    counted(tx, CASES, by, weeks, shares, |share, n, _| share.cases = n).await
}

/// Announcements that began to go out: their copies, and what became of them.
///
/// # Errors
/// When the database fails.
pub async fn announcements(tx: &mut Tx, by: By, weeks: Weeks, shares: &mut Shares) -> Result<(), StoreError> {
    counted(tx, COPIES, by, weeks, shares, |share, copies, reached| {
        (share.copies, share.reached) = (copies, reached);
    })
    .await?;
    counted(tx, READ, by, weeks, shares, |share, n, _| share.read = n).await?;
    counted(tx, CLICKED, by, weeks, shares, |share, n, _| share.clicked = n).await
}

/// Sign-ups for activities.
///
/// # Errors
/// When the database fails.
pub async fn sign_ups(tx: &mut Tx, by: By, weeks: Weeks, shares: &mut Shares) -> Result<(), StoreError> {
    counted(tx, JOINED, by, weeks, shares, |share, n, _| share.joined = n).await
}

/// The titles of all groups.
///
/// # Errors
/// When the database fails.
pub async fn titles(tx: &mut Tx) -> Result<BTreeMap<String, String>, StoreError> {
    let rows: Vec<(String, String)> = on!(tx, |c| sqlx::query_as(TITLES).fetch_all(c))?;
    Ok(rows.into_iter().collect())
}

#[cfg(test)]
mod tests;
