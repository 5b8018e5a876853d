//! The chain: how a row is hashed, and how rows come to its end.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest as _, Sha256};
use sqlx::FromRow;

use super::Act;
use crate::digest::hex;
use crate::store::{Db, StoreError, Tx, execute, on};

/// The hash before the first row.
pub(super) const BEFORE_ALL: &str = "0000000000000000000000000000000000000000000000000000000000000000";
/// Hex digits of a hash.
const HASH_CHARS: usize = 64;
/// Rows of before the chain that are read at once.
const ADOPTED_AT_ONCE: i64 = 1_000;

/// The end of the chain, or any place in it that somebody has noted.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Head {
    /// The last row's place; 0 when there is none.
    pub seq: i64,
    /// Its hash.
    pub hash: String,
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.seq, self.hash)
    }
}

impl FromStr for Head {
    type Err = &'static str;

    /// Reads `412:9f2c…` as it is printed.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WRONG: &str = "a head is a number, a colon and 64 hex digits, such as 412:9f2c…";
        let (seq, hash) = text.trim().split_once(':').ok_or(WRONG)?;
        let seq = seq.parse().map_err(|_| WRONG)?;
        let is_hash = hash.len() == HASH_CHARS && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        if seq < 0 || !is_hash { Err(WRONG) } else { Ok(Self { seq, hash: hash.to_ascii_lowercase() }) }
    }
}

// Both hold the row until the end of the transaction: whoever else appends waits, and on PostgreSQL is then run again.
const ADVANCE: &str = "UPDATE audit_head SET seq = seq + $1 WHERE one = 1 RETURNING seq, hash";
const SET_HEAD: &str = "UPDATE audit_head SET hash = $1 WHERE one = 1";
const HEAD: &str = "SELECT seq, hash FROM audit_head WHERE one = 1";
const ADD: &str = "INSERT INTO audit (id, at_ms, staff, act, object, detail, seq, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const BEGINS: &str = "SELECT count(*) FROM (SELECT 1 FROM audit WHERE seq IS NULL LIMIT 1) loose, audit_head h WHERE h.seq = 0";
const LOOSE: &str =
    "SELECT id, at_ms, staff, act, object, detail FROM audit WHERE seq IS NULL ORDER BY id LIMIT $1";
const TIE: &str = "UPDATE audit SET seq = $2, hash = $3 WHERE id = $1";

/// The hash of a row at a place after a row of hash `before`: SHA-256 over the fields in this order, each as its length
/// in bytes, a colon, its UTF-8 and a comma; `-,` for what is not there.
pub(super) fn hashed(before: &str, seq: i64, act: &Act) -> String {
    let mut sha = Sha256::new();
    let (seq, at_ms) = (seq.to_string(), act.at_ms.to_string());
    let staff = act.staff.as_ref().map(|staff| staff.as_str());
    let fields = [
        Some(before),
        Some(&seq),
        Some(act.id.as_str()),
        Some(&at_ms),
        staff,
        Some(&act.act),
        Some(&act.object),
        act.detail.as_deref(),
    ];
    for field in fields {
        match field {
            Some(text) => sha.update(format!("{}:{text},", text.len())),
            None => sha.update("-,"),
        }
    }
    hex(sha.finalize())
}

/// The end of the chain; `None` when somebody took it away.
///
/// # Errors
/// When the database fails.
pub async fn head(tx: &mut Tx) -> Result<Option<Head>, StoreError> {
    on!(tx, |c| sqlx::query_as(HEAD).fetch_optional(c))
}

/// Puts acts at the end of the chain. To be done last in a transaction: until its end nobody else can append.
///
/// # Errors
/// When the database fails or the end of the chain was taken away; [`StoreError::Conflict`] when another transaction
/// appended meanwhile.
pub async fn append(tx: &mut Tx, acts: &[Act]) -> Result<(), StoreError> {
    if acts.is_empty() {
        return Ok(());
    }
    let (first, mut hash) = advance(tx, acts.len()).await?;
    for (seq, act) in (first..).zip(acts) {
        hash = hashed(&hash, seq, act);
        execute!(
            tx,
            sqlx::query(ADD)
                .bind(&act.id)
                .bind(act.at_ms)
                .bind(&act.staff)
                .bind(&act.act)
                .bind(&act.object)
                .bind(&act.detail)
                .bind(seq)
                .bind(&hash)
        )?;
    }
    execute!(tx, sqlx::query(SET_HEAD).bind(&hash)).map(|_| ())
}

/// Makes room for `count` rows; gives the place of the first, and the hash before it.
async fn advance(tx: &mut Tx, count: usize) -> Result<(i64, String), StoreError> {
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let head: Option<Head> = on!(tx, |c| sqlx::query_as(ADVANCE).bind(count).fetch_optional(c))?;
    let Some(Head { seq, hash }) = head else {
        return Err(StoreError::unreadable("end of the audit log", "its row is not there"));
    };
    Ok((seq - count + 1, hash))
}

/// Chains the rows of before there was a chain, in the order of their ids. Does nothing once there is a chain: rows that
/// turn up beside it later are for [`super::verify`] to find.
///
/// # Errors
/// When the database fails.
pub(in crate::store) async fn adopt(db: &Db) -> Result<(), StoreError> {
    let begins: i64 = on!(&mut db.read().await?, |c| sqlx::query_scalar(BEGINS).fetch_one(c))?;
    if begins == 0 {
        return Ok(());
    }
    let mut tx = db.write().await?;
    loop {
        let loose: Vec<Act> = on!(&mut tx, |c| sqlx::query_as(LOOSE).bind(ADOPTED_AT_ONCE).fetch_all(c))?;
        if loose.is_empty() {
            return tx.commit().await;
        }
        let (first, mut hash) = advance(&mut tx, loose.len()).await?;
        for (seq, act) in (first..).zip(&loose) {
            hash = hashed(&hash, seq, act);
            execute!(&mut tx, sqlx::query(TIE).bind(&act.id).bind(seq).bind(&hash))?;
        }
        execute!(&mut tx, sqlx::query(SET_HEAD).bind(&hash))?;
    }
}
