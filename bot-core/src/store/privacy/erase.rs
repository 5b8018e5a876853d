//! Erasing people and a merchant: at once what says who they are, then lot by lot what they said and what was said to them.
//!
//! Each statement takes what is not erased yet, so that it may be run again from any point.

use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use super::ask::Whom;
use super::of_erasure;
use super::statements::{AT_ONCE, FREE_KEYS, HELD, LOTS, SENT_TO_THEM, WALKS};
use crate::ids::{MerchantId, RowId, StaffId};
use crate::store::words::containing;
use crate::store::{StoreError, Tx, execute, json, on};

/// What is said of rows that cannot be read.
const WHAT: &str = "erasure";
/// Rows that are changed in one commit.
const LOT: i64 = 500;
/// Rows that are looked through in one commit.
const LOOKED_THROUGH: i64 = 2_000;
/// The shortest name that is looked for in what others were told, characters.
const NAME_MIN_CHARS: usize = 2;
/// The most characters of a case's text that are looked for.
const SNIPPET_CHARS: usize = 40;
/// The fewest.
const SNIPPET_MIN_CHARS: usize = 8;

/// An erasure, as it stands.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Erasure {
    /// Which.
    pub id: RowId,
    /// The merchant; `None` where a person alone was asked for.
    pub merchant: Option<MerchantId>,
    /// Who asked.
    pub by_staff: StaffId,
    /// When, unix milliseconds.
    pub asked_at_ms: i64,
    /// When it was through, unix milliseconds.
    pub done_at_ms: Option<i64>,
    /// Which part is under way.
    stage: i64,
    walked: String,
    marks: String,
}

/// What a step came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// There is more to do.
    More,
    /// All is erased but the key of a user who is banned; it goes when the ban ends.
    Held,
    /// All is erased.
    Done,
}

/// What is looked for in what others were told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Mark {
    /// Some words.
    Words(String),
    /// A key of a platform, which stands between quotation marks.
    Key(String),
}

const ADD: &str = "INSERT INTO erasure (id, merchant, stage, walked, marks, by_staff, asked_at_ms) VALUES ($1, $2, 0, '', $3, $4, $5)";
const ADD_PERSONS_OF_SHOP: &str = "INSERT INTO erasure_person (erasure, person) \
    SELECT DISTINCT $1, person FROM contact k WHERE k.merchant = $2 \
    AND NOT EXISTS (SELECT 1 FROM contact o WHERE o.person = k.person AND o.merchant <> $2)";
const ADD_PERSON: &str =
    "INSERT INTO erasure_person (erasure, person) SELECT $1, id FROM person WHERE id = $2";
const ADD_JOINED: &str = "INSERT INTO erasure_person (erasure, person) SELECT DISTINCT $1, j.joined FROM person_join j \
    WHERE j.undone_at_ms IS NULL AND j.kept IN (SELECT person FROM erasure_person WHERE erasure = $1) \
    AND j.joined NOT IN (SELECT person FROM erasure_person WHERE erasure = $1)";
const NAMES: &str = of_erasure!(
    "SELECT name FROM chat_user WHERE person IN (SELECT id FROM their_persons) UNION \
    SELECT username FROM chat_user WHERE username IS NOT NULL AND person IN (SELECT id FROM their_persons) UNION \
    SELECT name FROM merchant WHERE id IN (SELECT id FROM their_shops) UNION \
    SELECT name FROM registration WHERE person IN (SELECT id FROM their_persons) UNION \
    SELECT own_name FROM tier_member WHERE own_name IS NOT NULL AND chat_user IN (SELECT id FROM their_users) UNION \
    SELECT nick FROM tier_member WHERE nick IS NOT NULL AND chat_user IN (SELECT id FROM their_users)"
);
const KEYS: &str =
    of_erasure!("SELECT platform_key FROM chat_user WHERE person IN (SELECT id FROM their_persons)");
const TEXTS: &str = of_erasure!(
    "SELECT message_text FROM mod_case WHERE message_text IS NOT NULL AND no IN (SELECT no FROM their_cases) UNION \
    SELECT subject FROM ticket WHERE no IN (SELECT no FROM their_tickets) UNION \
    SELECT question FROM ticket WHERE no IN (SELECT no FROM their_tickets)"
);
const ALL: &str = "SELECT id, merchant, by_staff, asked_at_ms, done_at_ms, stage, walked, marks FROM erasure ORDER BY id DESC LIMIT $1";
const OPEN: &str = "SELECT id FROM erasure WHERE done_at_ms IS NULL ORDER BY id";
const GET: &str =
    "SELECT id, merchant, by_staff, asked_at_ms, done_at_ms, stage, walked, marks FROM erasure WHERE id = $1";
const GO_ON: &str = "UPDATE erasure SET stage = $2, walked = $3 WHERE id = $1";
const FORGET_MARKS: &str = "UPDATE erasure SET marks = '[]', walked = '' WHERE id = $1";
const DONE: &str = "UPDATE erasure SET done_at_ms = $2 WHERE id = $1";

impl Erasure {
    /// Whether nothing is left but the key of somebody who is banned.
    pub fn is_held(&self) -> bool {
        self.done_at_ms.is_none() && self.stage >= STAGES
    }
}

/// Lots, walks, and the lots once more: what was just coming in when it began.
const STAGES: i64 = (LOTS.len() * 2 + WALKS.len()) as i64;

impl Mark {
    /// The pattern that finds it, in JSON or in bare words; `None` where it cannot stand.
    fn pattern(&self, is_json: bool) -> Result<Option<String>, StoreError> {
        Ok(match (self, is_json) {
            (Self::Words(words), false) => Some(containing(words)),
            (Self::Key(_), false) => None,
            (Self::Words(words), true) => {
                let quoted = json::kept(WHAT, words)?;
                Some(containing(quoted.trim_start_matches('"').strip_suffix('"').unwrap_or(&quoted)))
            }
            (Self::Key(key), true) => Some(containing(&json::kept(WHAT, key)?)),
        })
    }
}

/// Makes them nobody, at once. What they said is erased by [`step`].
///
/// # Errors
/// When the database fails.
pub async fn begin(
    tx: &mut Tx,
    id: &RowId,
    whom: &Whom,
    by: &StaffId,
    now_ms: i64,
) -> Result<(), StoreError> {
    let (merchant, person) = whom.ids();
    let shop = Some(merchant).filter(|id| !id.is_empty());
    execute!(tx, sqlx::query(ADD).bind(id).bind(shop).bind("[]").bind(by).bind(now_ms))?;
    if shop.is_some() {
        execute!(tx, sqlx::query(ADD_PERSONS_OF_SHOP).bind(id).bind(merchant))?;
    } else {
        execute!(tx, sqlx::query(ADD_PERSON).bind(id).bind(person))?;
    }
    execute!(tx, sqlx::query(ADD_JOINED).bind(id))?;
    let marks = json::kept(WHAT, &marks(tx, id).await?)?;
    execute!(tx, sqlx::query("UPDATE erasure SET marks = $2 WHERE id = $1").bind(id).bind(&marks))?;
    for sql in AT_ONCE {
        execute!(tx, sqlx::query(sql).bind(id))?;
    }
    Ok(())
}

/// What they are called, under which keys, and how what they said begins.
async fn marks(tx: &mut Tx, id: &RowId) -> Result<Vec<Mark>, StoreError> {
    let names: Vec<String> = on!(tx, |c| sqlx::query_scalar(NAMES).bind(id).fetch_all(c))?;
    let keys: Vec<String> = on!(tx, |c| sqlx::query_scalar(KEYS).bind(id).fetch_all(c))?;
    let texts: Vec<String> = on!(tx, |c| sqlx::query_scalar(TEXTS).bind(id).fetch_all(c))?;
    let name = |name: String| (name.chars().count() >= NAME_MIN_CHARS).then_some(Mark::Words(name));
    let snippet = |text: String| {
        let words: String =
            text.trim().lines().next().unwrap_or_default().chars().take(SNIPPET_CHARS).collect();
        (words.chars().count() >= SNIPPET_MIN_CHARS).then_some(Mark::Words(words))
    };
    let names = names.into_iter().filter_map(name);
    let texts = texts.into_iter().filter_map(snippet);
    Ok(names.chain(texts).chain(keys.into_iter().map(Mark::Key)).collect())
}

/// Erases the next lot.
///
/// # Errors
/// When the database fails.
pub async fn step(tx: &mut Tx, id: &RowId, now_ms: i64) -> Result<Step, StoreError> {
    let Some(one) = get(tx, id).await?.filter(|one| one.done_at_ms.is_none()) else { return Ok(Step::Done) };
    let mut stage = usize::try_from(one.stage).unwrap_or(0);
    let (lots, walks) = (LOTS.len(), WALKS.len());
    loop {
        let lot = if stage < lots { LOTS.get(stage) } else { LOTS.get(stage.saturating_sub(lots + walks)) };
        if (lots..lots + walks).contains(&stage) {
            let walked = walk(tx, &one, stage - lots).await?;
            let (stage, walked) = walked.map_or((stage + 1, String::new()), |to| (stage, to));
            go_on(tx, id, stage, &walked).await?;
            return Ok(Step::More);
        }
        let Some(sql) = lot else { break };
        let touched = execute!(tx, sqlx::query(*sql).bind(id).bind(LOT))?;
        if i64::try_from(touched).unwrap_or(i64::MAX) < LOT {
            stage += 1;
        }
        if touched > 0 || stage == lots {
            go_on(tx, id, stage, "").await?;
            return Ok(Step::More);
        }
    }
    go_on(tx, id, stage, "").await?;
    end(tx, id, now_ms).await
}

async fn go_on(tx: &mut Tx, id: &RowId, stage: usize, walked: &str) -> Result<(), StoreError> {
    let stage = i64::try_from(stage).unwrap_or(STAGES);
    execute!(tx, sqlx::query(GO_ON).bind(id).bind(stage).bind(walked)).map(|_| ())
}

/// Looks through the next rows; gives the last of them, nothing at the end of the table.
async fn walk(tx: &mut Tx, one: &Erasure, walk: usize) -> Result<Option<String>, StoreError> {
    let walk = &WALKS[walk];
    let last: Option<String> =
        on!(tx, |c| sqlx::query_scalar(walk.next).bind(&one.walked).bind(LOOKED_THROUGH).fetch_one(c))?;
    let Some(last) = last else { return Ok(None) };
    let marks: Vec<Mark> = json::read(WHAT, &one.marks)?;
    for mark in marks {
        if let Some(pattern) = mark.pattern(walk.is_json)? {
            execute!(tx, sqlx::query(walk.touch).bind(&one.walked).bind(&last).bind(&pattern))?;
        }
    }
    if walk.next == WALKS[0].next {
        execute!(tx, sqlx::query(SENT_TO_THEM).bind(&one.id).bind(&one.walked).bind(&last))?;
    }
    Ok(Some(last))
}

/// Forgets what was looked for, and the keys of who is no longer banned.
async fn end(tx: &mut Tx, id: &RowId, now_ms: i64) -> Result<Step, StoreError> {
    execute!(tx, sqlx::query(FORGET_MARKS).bind(id))?;
    execute!(tx, sqlx::query(FREE_KEYS).bind(id))?;
    let held: i64 = on!(tx, |c| sqlx::query_scalar(HELD).bind(id).fetch_one(c))?;
    if held > 0 {
        return Ok(Step::Held);
    }
    execute!(tx, sqlx::query(DONE).bind(id).bind(now_ms))?;
    Ok(Step::Done)
}

/// An erasure.
///
/// # Errors
/// When the database fails.
pub async fn get(tx: &mut Tx, id: &RowId) -> Result<Option<Erasure>, StoreError> {
    on!(tx, |c| sqlx::query_as(GET).bind(id).fetch_optional(c))
}

/// The last erasures, newest first.
///
/// # Errors
/// When the database fails.
pub async fn all(tx: &mut Tx, limit: i64) -> Result<Vec<Erasure>, StoreError> {
    on!(tx, |c| sqlx::query_as(ALL).bind(limit).fetch_all(c))
}

/// The erasures that are not through.
///
/// # Errors
/// When the database fails.
pub async fn open(tx: &mut Tx) -> Result<Vec<RowId>, StoreError> {
    on!(tx, |c| sqlx::query_scalar(OPEN).fetch_all(c))
}

/// For tests: the persons of an erasure.
#[cfg(test)]
pub(super) async fn persons(tx: &mut Tx, id: &RowId) -> Result<Vec<crate::ids::PersonId>, StoreError> {
    on!(tx, |c| sqlx::query_scalar("SELECT person FROM erasure_person WHERE erasure = $1 ORDER BY person")
        .bind(id)
        .fetch_all(c))
}
