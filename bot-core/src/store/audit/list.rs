//! The trace as it is looked through: newest first, narrowed down, page by page.

use std::collections::{BTreeMap, BTreeSet};

use super::Link;
use crate::ids::StaffId;
use crate::store::segment::values;
use crate::store::words::{has, pattern};
use crate::store::{DbKind, StoreError, Tx, json, on};

/// Staff whose names are given, at most.
const NAMES_MAX: i64 = 1_000;

/// By whom.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum By {
    /// Anybody, and the program itself.
    #[default]
    Anybody,
    /// The program itself.
    Program,
    /// This staff member.
    Staff(StaffId),
}

/// Which acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// By whom.
    pub by: By,
    /// What: acts whose name has these letters in it; empty for any.
    pub act: String,
    /// To what, in any case of letters that a number has (`t-12`); empty for anything.
    pub object: String,
    /// Not before, unix milliseconds.
    pub from_ms: i64,
    /// Before, unix milliseconds.
    pub until_ms: i64,
    /// Only places before this one: the last of the page before.
    pub below: Option<i64>,
    /// At most so many.
    pub limit: i64,
}

impl Default for Filter {
    fn default() -> Self {
        Self {
            by: By::Anybody,
            act: String::new(),
            object: String::new(),
            from_ms: 0,
            until_ms: i64::MAX,
            below: None,
            limit: 50,
        }
    }
}

// The databases are told apart which index leads: by object, by person, or by place alone.
macro_rules! list_sql {
    ($narrowed:literal) => {
        concat!(
            "SELECT seq, hash, id, at_ms, staff, act, object, detail FROM audit \
             WHERE seq < $1 AND at_ms >= $2 AND at_ms < $3 AND ($4 = '' OR ",
            has!("act", "$4"),
            ") AND ",
            $narrowed,
            " ORDER BY seq DESC LIMIT $8"
        )
    };
}

const BY_PLACE: &str = list_sql!("($5 = '' OR ($5 = '-' AND staff IS NULL)) AND ($6 = '' OR object = $7)");
const BY_STAFF: &str = list_sql!("staff = $5 AND ($6 = '' OR object IN ($6, $7))");
const BY_OBJECT: &str =
    list_sql!("object IN ($6, $7) AND ($5 = '' OR staff = $5 OR ($5 = '-' AND staff IS NULL))");
const NAMES: &str = "SELECT id, name FROM staff ORDER BY created_at_ms DESC, id LIMIT $1";

/// Acts, newest first, page by page.
///
/// # Errors
/// When the database fails.
pub async fn list(tx: &mut Tx, filter: &Filter) -> Result<Vec<Link>, StoreError> {
    // PostgreSQL's text cannot hold U+0000, and nothing kept has it.
    let [act, object] = [&filter.act, &filter.object].map(|text| text.trim().replace('\0', "\u{fffd}"));
    let (sql, by) = match &filter.by {
        By::Anybody => (BY_PLACE, String::new()),
        By::Program => (BY_PLACE, "-".to_owned()),
        By::Staff(staff) => (BY_STAFF, staff.as_str().replace('\0', "\u{fffd}")),
    };
    let sql = if object.is_empty() { sql } else { BY_OBJECT };
    let act = if act.is_empty() { act } else { pattern(&act) };
    on!(tx, |c| sqlx::query_as(sql)
        .bind(filter.below.unwrap_or(i64::MAX))
        .bind(filter.from_ms)
        .bind(filter.until_ms)
        .bind(&act)
        .bind(&by)
        .bind(&object)
        .bind(object.to_uppercase())
        .bind(filter.limit)
        .fetch_all(c))
}

/// The names of all who work here or ever did, the last 1,000 of them.
///
/// # Errors
/// When the database fails.
pub async fn staff_names(tx: &mut Tx) -> Result<BTreeMap<StaffId, String>, StoreError> {
    let names: Vec<(StaffId, String)> = on!(tx, |c| sqlx::query_as(NAMES).bind(NAMES_MAX).fetch_all(c))?;
    Ok(names.into_iter().collect())
}

macro_rules! names_sql {
    ($db:ident) => {
        concat!(
            "SELECT m.id, m.name FROM merchant m WHERE m.id IN ",
            values!($db, "$1"),
            " UNION ALL SELECT c.id, c.title FROM chat c WHERE c.title <> '' AND c.id IN ",
            values!($db, "$1"),
            " UNION ALL SELECT u.id, u.name FROM chat_user u WHERE u.name <> '' AND u.id IN ",
            values!($db, "$1"),
            " UNION ALL SELECT u.person, min(u.name) FROM chat_user u WHERE u.name <> '' AND u.person IN ",
            values!($db, "$1"),
            " GROUP BY u.person"
        )
    };
}
const NAMES_SQLITE: &str = names_sql!(sqlite);
const NAMES_POSTGRES: &str = names_sql!(postgres);

/// What those of these ids are called that are a merchant's, a chat's or somebody's.
///
/// # Errors
/// When the database fails.
pub async fn names_of(tx: &mut Tx, ids: &BTreeSet<&str>) -> Result<BTreeMap<String, String>, StoreError> {
    let ids = json::kept("ids", &ids)?;
    let sql = if tx.kind() == DbKind::Sqlite { NAMES_SQLITE } else { NAMES_POSTGRES };
    let rows: Vec<(String, String)> = on!(tx, |c| sqlx::query_as(sql).bind(&ids).fetch_all(c))?;
    Ok(rows.into_iter().collect())
}
