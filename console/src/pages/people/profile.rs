//! One merchant: who speaks for it, where they are, what they asked, what they did, what reached them.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use bot_core::ids::MerchantId;
use bot_core::roster::Permission;
use bot_core::store::announcement::zone::{self, Whose};
use bot_core::store::moderation::{self, CaseFilter};
use bot_core::store::people::{self, Identity, Received};
use bot_core::store::{Tx, ticket};
use bot_core::texts::Text;

use super::{Row, row};
use crate::fault::Fault;
use crate::frame::{Frame, Moment, page};
use crate::pages::announcement::copy_state;
use crate::pages::moderation::{CaseLine, case_lines};
use crate::pages::ticket::TicketLine;
use crate::reader::Reader;
use crate::state::Console;

/// Rows of each part.
const SHOWN: i64 = 20;
/// How many of the last announcements are looked through.
const LOOKED_THROUGH: i64 = 40;

#[derive(Template)]
#[template(path = "merchant.html")]
struct MerchantPage {
    f: Frame,
    row: Row,
    contacts: Vec<Contact>,
    groups: Vec<Group>,
    /// `None` where the reader may not see them.
    tickets: Option<Vec<TicketLine>>,
    cases: Option<Vec<CaseLine>>,
    received: Vec<Copy>,
    may_announce: bool,
    /// Its time zone, empty for none.
    zone: String,
    /// Why what stands in its field is none; empty when nothing is wrong.
    zone_wrong: String,
    may_edit: bool,
    /// Whether the reader may give out and erase what is kept of it.
    may_erase: bool,
}

/// One identity of somebody who speaks for it.
struct Contact {
    person: String,
    name: String,
    handle: String,
    role: String,
    account: String,
}

/// A group in which somebody of them is.
struct Group {
    title: String,
    /// Its page, where the reader may open it.
    href: Option<String>,
    account: String,
    /// Who is there.
    who: String,
}

/// An announcement that was for them.
struct Copy {
    no: String,
    number: i64,
    title: String,
    name: String,
    state: String,
    class: &'static str,
    at: Option<Moment>,
}

/// `GET /merchants/{id}`.
pub(super) async fn one(
    State(console): State<Console>,
    reader: Reader,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    shown(&console, &reader, MerchantId(id), None).await
}

/// The page; with the zone that was typed and why there is none such.
pub(super) async fn shown(
    console: &Console,
    reader: &Reader,
    id: MerchantId,
    refused: Option<(String, Text)>,
) -> Result<Response, Fault> {
    let mut tx = console.hall.db.read().await?;
    let merchant = people::merchant(&mut tx, &id).await?.ok_or(Fault::NotFound)?;
    let f = Frame::new(console, reader, "merchants", merchant.name.clone());
    let identities = people::identities(&mut tx, &merchant.id).await?;
    let groups = groups(&mut tx, &f, &merchant.id).await?;
    let tickets = match f.may(Permission::Tickets) {
        true => {
            let all = ticket::of_merchant(&mut tx, &merchant.id, SHOWN).await?;
            Some(all.into_iter().map(|listed| TicketLine::of(&f, listed)).collect())
        }
        false => None,
    };
    let cases = match f.may(Permission::ReadCases) {
        true => {
            let filter = CaseFilter { merchant: Some(merchant.id.clone()), ..CaseFilter::default() };
            Some(case_lines(&f, moderation::list(&mut tx, &filter, None, SHOWN).await?))
        }
        false => None,
    };
    let zone = zone::get(&mut tx, Whose::Merchant(merchant.id.as_str())).await?.unwrap_or_default();
    let received = people::received(&mut tx, &merchant.id, LOOKED_THROUGH, SHOWN).await?;
    page(&MerchantPage {
        contacts: identities.into_iter().map(|identity| contact(&f, identity)).collect(),
        groups,
        tickets,
        cases,
        received: received.into_iter().map(|received| copy(&f, received)).collect(),
        may_announce: f.may(Permission::Announce),
        zone: refused.as_ref().map_or(zone, |(typed, _)| typed.clone()),
        zone_wrong: refused.map(|(_, why)| f.say(&why)).unwrap_or_default(),
        may_edit: f.may(Permission::EditPeople),
        may_erase: f.may(Permission::Administer),
        row: row(&f, merchant),
        f,
    })
}

fn contact(f: &Frame, identity: Identity) -> Contact {
    Contact {
        person: identity.person.to_string(),
        name: identity.name.unwrap_or_else(|| identity.person.to_string()),
        handle: identity.username.map(|handle| format!("@{handle}")).unwrap_or_default(),
        role: f.say(&identity.role.text()),
        account: identity.account.map(|account| account.to_string()).unwrap_or_default(),
    }
}

async fn groups(tx: &mut Tx, f: &Frame, merchant: &MerchantId) -> Result<Vec<Group>, Fault> {
    let may = f.may(Permission::ReadCases);
    let group = |found: people::InGroup| Group {
        title: found.title,
        href: may.then(|| format!("/groups/{}", found.chat)),
        account: found.account.to_string(),
        who: match found.members {
            1 => found.name,
            many => format!("{} +{}", found.name, many - 1),
        },
    };
    Ok(people::groups_of_merchant(tx, merchant, SHOWN).await?.into_iter().map(group).collect())
}

fn copy(f: &Frame, received: Received) -> Copy {
    let (key, class) = copy_state(received.state);
    Copy {
        no: received.no.to_string(),
        number: received.no.0,
        title: received.wording.title(f.reader.lang).to_owned(),
        name: received.name,
        state: f.t(key),
        class,
        at: received.sent_at_ms.map(|at_ms| f.moment(at_ms)),
    }
}
