//! Merchants, and who speaks for one.

mod import;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use bot_core::ids::MerchantId;
use bot_core::roster::Permission;
use bot_core::store::people::{self, Merchant};
use bot_core::store::{StoreError, Tx, chat};
use bot_core::texts::Text;
use serde::Deserialize;

use super::Page;
use super::list::{cut, wanted};
use crate::asked::Query;
use crate::fault::Fault;
use crate::frame::{Frame, Moment, page};
use crate::guard::Need;
use crate::reader::Reader;
use crate::state::Console;

pub(super) fn pages() -> Vec<Page> {
    let may = Need::May(Permission::ReadPeople);
    let mut pages =
        vec![Page::new("/merchants", may, get(list)), Page::new("/merchants/{id}", may, get(one))];
    pages.extend(import::pages());
    pages
}

#[derive(Template)]
#[template(path = "merchants.html")]
struct MerchantsPage {
    f: Frame,
    sought: String,
    count: i64,
    may_import: bool,
    rows: Vec<Row>,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "merchant.html")]
struct MerchantPage {
    f: Frame,
    row: Row,
    contacts: Vec<Contact>,
}

struct Row {
    id: String,
    name: String,
    category: String,
    tier: String,
    tags: String,
    since: Moment,
}

struct Contact {
    role: String,
    /// Name, handle and account of each identity.
    users: Vec<(String, String, String)>,
}

/// Which merchants.
#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    q: String,
    after: Option<String>,
}

/// `GET /merchants`.
async fn list(
    State(console): State<Console>,
    reader: Reader,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let title = console.hall.texts.say(reader.lang, &Text::new("console-place-merchants"));
    let f = Frame::new(&console, &reader, "merchants", title);
    let mut tx = console.hall.db.read().await?;
    let sought = asked.q.trim();
    let mut found = if sought.is_empty() {
        let after = asked.after.map(MerchantId);
        people::merchants_after(&mut tx, after.as_ref(), wanted()).await?
    } else {
        people::merchants_named(&mut tx, sought, wanted()).await?
    };
    let next = cut(&mut found, |last| format!("/merchants?after={}", last.id)).filter(|_| sought.is_empty());
    let count = people::merchant_count(&mut tx).await?;
    let rows = found.into_iter().map(|merchant| row(&f, merchant)).collect();
    let may_import = f.may(Permission::EditPeople);
    page(&MerchantsPage { sought: sought.to_owned(), count, may_import, rows, next, f })
}

fn row(f: &Frame, merchant: Merchant) -> Row {
    Row {
        id: merchant.id.to_string(),
        tier: f.say(&merchant.tier.text()),
        tags: merchant.tags.into_iter().collect::<Vec<_>>().join(", "),
        since: f.moment(merchant.created_at_ms),
        name: merchant.name,
        category: merchant.category,
    }
}

/// `GET /merchants/{id}`.
async fn one(
    State(console): State<Console>,
    reader: Reader,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let mut tx = console.hall.db.read().await?;
    let merchant = people::merchant(&mut tx, &MerchantId(id)).await?.ok_or(Fault::NotFound)?;
    let f = Frame::new(&console, &reader, "merchants", merchant.name.clone());
    let contacts = contacts(&mut tx, &f, &merchant.id).await?;
    page(&MerchantPage { row: row(&f, merchant), contacts, f })
}

async fn contacts(tx: &mut Tx, f: &Frame, merchant: &MerchantId) -> Result<Vec<Contact>, StoreError> {
    let mut contacts = Vec::new();
    for contact in people::contacts_of_merchant(tx, merchant).await? {
        let shown = |user: bot_core::directory::User| {
            let handle = user.username.map(|handle| format!("@{handle}")).unwrap_or_default();
            (user.name, handle, user.account.to_string())
        };
        let users = chat::users_of(tx, &contact.person).await?.into_iter().map(shown).collect();
        contacts.push(Contact { role: f.say(&contact.role.text()), users });
    }
    Ok(contacts)
}
