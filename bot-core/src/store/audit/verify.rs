//! Whether the chain is whole, and if not, which row is the first that does not fit.

use super::chain::{BEFORE_ALL, hashed, head};
use super::{Act, Head, Link};
use crate::store::{StoreError, Tx, on};

/// Rows read at once.
const AT_ONCE: i64 = 1_000;

/// The first thing that does not fit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// A place has no row, though later ones have.
    #[error("row {seq} is not there: it was removed or moved")]
    Missing {
        /// The place.
        seq: i64,
    },
    /// A row does not have the hash that follows from it and the row before.
    #[error("row {} ({}) does not match its hash: it was changed, put in, or comes from another chain", .0.seq, named(&.0.act))]
    Changed(Box<Link>),
    /// A row has a place that another has already.
    #[error("row {} ({}) was put in: its place is taken", .0.seq, named(&.0.act))]
    PutIn(Box<Link>),
    /// A row stands beside the chain.
    #[error("the row of {} was put in beside the chain", named(.0))]
    Beside(Box<Act>),
    /// The chain is shorter than its end says.
    #[error("the log ends with row {last}, but row {end} was written: the last rows were removed")]
    Cut {
        /// The last row there is.
        last: i64,
        /// The last row there was.
        end: i64,
    },
    /// The chain is longer than its end says.
    #[error("row {} ({}) comes after the end of the chain", .0.seq, named(&.0.act))]
    PastEnd(Box<Link>),
    /// The end of the chain has another hash than the last row, or is gone.
    #[error("the end of the chain was changed or removed; the {last} rows fit one another")]
    End {
        /// The last row there is.
        last: i64,
    },
    /// The chain does not lead through a head that somebody noted.
    #[error("row {} is not the one that was noted: the log was cut or written anew", .0.seq)]
    NotNoted(Head),
}

/// What a person finds a row by.
fn named(act: &Act) -> String {
    format!("{} {}, id {}", act.act, act.object, act.id)
}

const ROWS: &str = "SELECT seq, coalesce(hash, '') AS hash, id, at_ms, staff, act, object, detail FROM audit \
    WHERE seq IS NOT NULL AND (seq, id) > ($1, $2) ORDER BY seq, id LIMIT $3";
const BESIDE: &str =
    "SELECT id, at_ms, staff, act, object, detail FROM audit WHERE seq IS NULL ORDER BY id LIMIT 1";

/// Walks the whole chain, and sees that it leads through the heads that were `noted` outside. Gives each row to `seen`
/// before it is judged. The transaction must see one moment.
///
/// # Errors
/// When the database fails.
pub async fn verify(
    tx: &mut Tx,
    noted: &[Head],
    mut seen: impl FnMut(&Link),
) -> Result<Result<Head, Fault>, StoreError> {
    let mut end = Head { seq: 0, hash: BEFORE_ALL.to_owned() };
    let known = head(tx).await?;
    let mut past_end = None;
    let mut from = (i64::MIN, String::new());
    loop {
        let rows: Vec<Link> =
            on!(tx, |c| sqlx::query_as(ROWS).bind(from.0).bind(&from.1).bind(AT_ONCE).fetch_all(c))?;
        let Some(last) = rows.last() else { break };
        from = (last.seq, last.act.id.0.clone());
        for row in rows {
            seen(&row);
            if let Some(fault) = judged(&end, &row, noted) {
                return Ok(Err(fault));
            }
            end = Head { seq: row.seq, hash: row.hash.clone() };
            if past_end.is_none() && known.as_ref().is_some_and(|known| row.seq > known.seq) {
                past_end = Some(Box::new(row));
            }
        }
    }
    let beside: Option<Act> = on!(tx, |c| sqlx::query_as(BESIDE).fetch_optional(c))?;
    let fault = match known {
        _ if beside.is_some() => beside.map(|act| Fault::Beside(Box::new(act))),
        _ if past_end.is_some() => past_end.map(Fault::PastEnd),
        Some(known) if known.seq > end.seq => Some(Fault::Cut { last: end.seq, end: known.seq }),
        Some(known) if known == end => {
            noted.iter().find(|noted| noted.seq > end.seq).cloned().map(Fault::NotNoted)
        }
        Some(_) | None => Some(Fault::End { last: end.seq }),
    };
    Ok(fault.map_or(Ok(end), Err))
}

/// Why a row does not fit after `before`, if it does not.
fn judged(before: &Head, row: &Link, noted: &[Head]) -> Option<Fault> {
    let place = before.seq + 1;
    if row.seq > place {
        return Some(Fault::Missing { seq: place });
    }
    if row.seq < place {
        return Some(Fault::PutIn(Box::new(row.clone())));
    }
    if hashed(&before.hash, row.seq, &row.act) != row.hash {
        return Some(Fault::Changed(Box::new(row.clone())));
    }
    let other = |noted: &&Head| noted.seq == row.seq && noted.hash != row.hash;
    noted.iter().find(other).cloned().map(Fault::NotNoted)
}
