//! Tokens with which one's programs speak to the API.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use bot_core::chat::clean_display_name;
use bot_core::ids::RowId;
use bot_core::roster::{Permission, Staff};
use bot_core::store::session::{self as store, ApiToken};
use bot_core::texts::Text;
use bot_core::work::Work;

use super::{account, signed, with_status};
use crate::api::make_token;
use crate::asked::Form;
use crate::fault::Fault;
use crate::frame::{Frame, Moment, page};
use crate::once::{Once, Posted};
use crate::reader::Reader;
use crate::state::Console;

/// The longest label, characters.
const LABEL_MAX: usize = 80;
/// For how long a token may live, days.
const LIVES_DAYS: [i64; 3] = [30, 90, 365];
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// A token as a page shows it.
pub(in crate::pages) struct TokenRow {
    pub(in crate::pages) id: String,
    pub(in crate::pages) label: String,
    pub(in crate::pages) rights: String,
    pub(in crate::pages) made: Moment,
    /// How long ago it was last used, if it was.
    pub(in crate::pages) used: Option<String>,
    /// Until when it lives, if it ends by itself.
    pub(in crate::pages) until: Option<Moment>,
}

/// A right to choose.
pub(super) struct Right {
    /// The field of the form.
    pub(super) field: String,
    pub(super) words: String,
    pub(super) chosen: bool,
}

/// A token as a page shows it.
pub(in crate::pages) fn row(f: &Frame, token: &ApiToken) -> TokenRow {
    let rights: Vec<String> = token.permissions.iter().map(|right| f.say(&right_text(*right))).collect();
    TokenRow {
        id: token.id.to_string(),
        label: token.name.clone(),
        rights: rights.join(", "),
        made: f.moment(token.created_at_ms),
        used: token.used_at_ms.map(|used_ms| f.ago(used_ms)),
        until: token.expires_at_ms.map(|until_ms| f.moment(until_ms)),
    }
}

/// The rights that somebody can give to a token: their own.
pub(super) fn rights(f: &Frame, staff: &Staff, chosen: &[Permission]) -> Vec<Right> {
    let own = ALL.into_iter().filter(|right| staff.may(*right));
    own.map(|right| Right {
        field: field(right),
        words: f.say(&right_text(right)),
        chosen: chosen.contains(&right),
    })
    .collect()
}

/// Every right, as they are offered.
const ALL: [Permission; 12] = [
    Permission::Tickets,
    Permission::Announce,
    Permission::Activities,
    Permission::ReadCases,
    Permission::Moderate,
    Permission::Ban,
    Permission::ReadPeople,
    Permission::EditPeople,
    Permission::Articles,
    Permission::ReadAudit,
    Permission::Sandbox,
    Permission::Administer,
];

fn field(right: Permission) -> String {
    let word = serde_json::to_value(right).ok();
    format!("right_{}", word.as_ref().and_then(|word| word.as_str()).unwrap_or_default())
}

/// What a right allows.
fn right_text(right: Permission) -> Text {
    match right {
        Permission::Moderate => Text::new("console-right-moderate"),
        Permission::Ban => Text::new("console-right-ban"),
        Permission::ReadCases => Text::new("console-right-read-cases"),
        Permission::Tickets => Text::new("console-right-tickets"),
        Permission::Announce => Text::new("console-right-announce"),
        Permission::Activities => Text::new("console-right-activities"),
        Permission::Articles => Text::new("console-right-articles"),
        Permission::ReadPeople => Text::new("console-right-read-people"),
        Permission::EditPeople => Text::new("console-right-edit-people"),
        Permission::Administer => Text::new("console-right-administer"),
        Permission::ReadAudit => Text::new("console-right-read-audit"),
        Permission::Sandbox => Text::new("console-right-sandbox"),
    }
}

/// What a token is to be.
#[derive(Default)]
struct Wish {
    label: String,
    rights: Vec<Permission>,
    days: Option<i64>,
}

impl Wish {
    /// Fields that are none of the form's are passed over, and so are rights that its owner does not have.
    fn of(fields: Vec<(String, String)>, staff: &Staff) -> Self {
        let mut wish = Self::default();
        for (name, value) in fields {
            match name.as_str() {
                "label" => wish.label = clean_display_name(&value, "").chars().take(LABEL_MAX).collect(),
                "days" => wish.days = value.parse().ok().filter(|days| LIVES_DAYS.contains(days)),
                name => wish
                    .rights
                    .extend(ALL.into_iter().find(|right| staff.may(*right) && field(*right) == name)),
            }
        }
        wish
    }

    fn objection(&self) -> Option<Text> {
        match self {
            Self { label, .. } if label.is_empty() => Some(Text::new("console-token-no-label")),
            Self { rights, .. } if rights.is_empty() => Some(Text::new("console-token-no-right")),
            Self { days: None, .. } => Some(Text::new("console-token-no-end")),
            _ => None,
        }
    }
}

/// `POST /account/tokens`: shows the token, once.
pub(super) async fn make(
    State(console): State<Console>,
    reader: Reader,
    once: Once,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Fault> {
    let staff = &signed(&reader)?.staff;
    let wish = Wish::of(fields, staff);
    if let Some(why) = wish.objection() {
        let mut account = account(&console, &reader).await?;
        account.said = ("tokens", account.f.say(&why));
        account.rights = rights(&account.f, staff, &wish.rights);
        account.label = wish.label;
        return with_status(StatusCode::UNPROCESSABLE_ENTITY, &account);
    }
    let step = async |mut work: Work| {
        let until_ms = wish.days.map(|days| work.now_ms + days * DAY_MS);
        let by = Some(&staff.id);
        let token = make_token(&mut work, by, &staff.id, &wish.label, &wish.rights, until_ms).await?;
        Ok((work, token))
    };
    // What is shown once is not kept, and not shown again.
    let token = match once.commit(&console, |_| Some("/account#tokens".to_owned()), step).await? {
        Posted::Before(there) => return Ok(there),
        Posted::Now(token) => token,
    };
    let mut account = account(&console, &reader).await?;
    account.fresh = Some(token);
    page(&account)
}

/// `POST /account/tokens/{id}/revoke`.
pub(super) async fn revoke(
    State(console): State<Console>,
    reader: Reader,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let staff = &signed(&reader)?.staff;
    let id = RowId::from(id);
    let step = async |mut work: Work| {
        let now_ms = work.now_ms;
        if store::revoke_token(work.tx().await?, &id, &staff.id, now_ms).await? {
            work.audit_staff(&staff.id, "token.revoke", &id, None).await?;
        }
        Ok((work, ()))
    };
    console.hall.in_one_commit(step).await?;
    Ok(Redirect::to("/account?done=token").into_response())
}
