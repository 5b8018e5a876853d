//! Cases by where, whose, by whom and why.

use super::case::{Case, CaseRow, CaseState, case_sql};
use crate::ids::{CaseNo, ChatId, MerchantId, PersonId, StaffId};
use crate::store::{StoreError, Tx, on};

/// Which cases are wanted; what is `None` does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaseFilter {
    /// How they stand.
    pub state: Option<CaseState>,
    /// Where they happened.
    pub chat: Option<ChatId>,
    /// Whose they are, with whatever account.
    pub person: Option<PersonId>,
    /// Which staff member opened or decided them.
    pub staff: Option<StaffId>,
    /// The rule that was broken.
    pub rule: Option<String>,
    /// Whom those speak for whose they are.
    pub merchant: Option<MerchantId>,
}

// $1 state, $2 chat, $3 person, $4 staff, $5 rule, $6 before, $7 limit, $8 merchant. The condition by which the cases are found is not one
// among many that may be empty: a database makes one plan for the statement, and with that it would read through all cases.
macro_rules! list_sql {
    ($found_by:literal) => {
        case_sql!(
            "WHERE ",
            $found_by,
            " AND (CAST($1 AS TEXT) IS NULL OR m.state = $1) AND (CAST($2 AS TEXT) IS NULL OR m.chat = $2) \
             AND (CAST($4 AS TEXT) IS NULL OR m.by_staff = $4 OR m.decided_by = $4) AND (CAST($5 AS TEXT) IS NULL OR m.rule = $5) \
             AND m.no < $6 ORDER BY m.no DESC LIMIT $7"
        )
    };
}

const ALL: &str = list_sql!("CAST($3 AS TEXT) IS NULL AND CAST($8 AS TEXT) IS NULL");
const OF_PERSON: &str = list_sql!(
    "m.chat_user IN (SELECT u.id FROM chat_user u WHERE u.person = $3) AND (CAST($8 AS TEXT) IS NULL OR m.chat_user IN \
     (SELECT u.id FROM chat_user u JOIN contact k ON k.person = u.person WHERE k.merchant = $8))"
);
const OF_MERCHANT: &str = list_sql!(
    "CAST($3 AS TEXT) IS NULL AND m.chat_user IN (SELECT u.id FROM chat_user u JOIN contact k ON k.person = u.person WHERE k.merchant = $8)"
);

/// Cases, latest first, at most `limit` of those before `before`.
///
/// # Errors
/// When the database fails.
pub async fn list(
    tx: &mut Tx,
    filter: &CaseFilter,
    before: Option<CaseNo>,
    limit: i64,
) -> Result<Vec<Case>, StoreError> {
    let sql = match (&filter.person, &filter.merchant) {
        (Some(_), _) => OF_PERSON,
        (None, Some(_)) => OF_MERCHANT,
        (None, None) => ALL,
    };
    let rows: Vec<CaseRow> = on!(tx, |c| sqlx::query_as(sql)
        .bind(filter.state.map(CaseState::word))
        .bind(&filter.chat)
        .bind(&filter.person)
        .bind(&filter.staff)
        .bind(&filter.rule)
        .bind(before.unwrap_or(CaseNo(i64::MAX)))
        .bind(limit)
        .bind(&filter.merchant)
        .fetch_all(c))?;
    rows.into_iter().map(Case::try_from).collect()
}
