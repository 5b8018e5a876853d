//! Who works here: as what, what lets them in, and what an admin can do about it.

mod act;

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use bot_core::error::FeatureError;
use bot_core::features::people;
use bot_core::ids::StaffId;
use bot_core::roster::{Permission, Role, Staff};
use bot_core::store::{chat, session as store};
use bot_core::texts::Text;
use bot_core::work::Work;

use super::Page;
use super::account::token::{self, TokenRow};
use crate::asked::Form;
use crate::fault::Fault;
use crate::frame::{Frame, Moment, page};
use crate::guard::Need;
use crate::once::{Once, Posted};
use crate::reader::Reader;
use crate::state::Console;
pub(crate) use act::{revoke_token, sign_out_everywhere, take_password};

pub(super) fn pages() -> Vec<Page> {
    let may = Need::May(Permission::Administer);
    vec![
        Page::new("/staff", may, get(list)),
        Page::new("/staff/hire", may, post(hire)),
        Page::new("/staff/{id}", may, get(one)),
        Page::new("/staff/{id}/act", may, post(act::act)),
    ]
}

#[derive(Template)]
#[template(path = "staff.html")]
struct ListPage {
    f: Frame,
    rows: Vec<Row>,
    /// What was typed of somebody new.
    name: String,
    roles: Vec<RoleBox>,
    said: String,
}

struct Row {
    id: StaffId,
    name: String,
    roles: String,
    seen: Option<(Moment, String)>,
    has_password: bool,
    has_second_factor: bool,
    must_have_second_factor: bool,
    is_linked: bool,
}

#[derive(Template)]
#[template(path = "staff_one.html")]
struct OnePage {
    f: Frame,
    row: Row,
    /// It is the reader's own.
    is_own: bool,
    /// Chat identities: name and account.
    identities: Vec<(String, String)>,
    sessions: usize,
    tokens: Vec<TokenRow>,
    roles: Vec<RoleBox>,
    /// Something that is shown once: what it is, and the thing.
    fresh: Option<(String, String)>,
    said: String,
    done: Option<String>,
}

/// A role to choose.
struct RoleBox {
    field: &'static str,
    words: String,
    about: String,
    chosen: bool,
}

/// `GET /staff`.
async fn list(State(console): State<Console>, reader: Reader) -> Result<Response, Fault> {
    page(&listed(&console, &reader).await?)
}

async fn listed(console: &Console, reader: &Reader) -> Result<ListPage, Fault> {
    let title = console.hall.texts.say(reader.lang, &Text::new("console-place-staff"));
    let f = Frame::new(console, reader, "staff", title);
    let facts = Facts::read(console).await?;
    let roster = console.hall.roster.load();
    let mut all: Vec<&Staff> = roster.all().collect();
    all.sort_by(|a, b| a.name.cmp(&b.name).then_with(|| a.id.cmp(&b.id)));
    let rows = all.into_iter().map(|staff| facts.row(console, &f, staff)).collect();
    Ok(ListPage {
        rows,
        name: String::new(),
        roles: role_boxes(&f, &BTreeSet::new()),
        said: String::new(),
        f,
    })
}

/// What is known of everybody, read at once.
struct Facts {
    seen: std::collections::BTreeMap<StaffId, i64>,
    with_password: BTreeSet<StaffId>,
    with_second_factor: BTreeSet<StaffId>,
}

impl Facts {
    async fn read(console: &Console) -> Result<Self, Fault> {
        let mut tx = console.hall.db.read().await?;
        let seen = store::all_seen(&mut tx).await?;
        let (with_password, with_second_factor) = store::who_has_what(&mut tx).await?;
        Ok(Self { seen, with_password, with_second_factor })
    }

    fn row(&self, console: &Console, f: &Frame, staff: &Staff) -> Row {
        let roles: Vec<String> = staff.roles.iter().map(|role| f.say(&role.text())).collect();
        Row {
            id: staff.id.clone(),
            name: staff.name.clone(),
            roles: roles.join(", "),
            seen: self.seen.get(&staff.id).map(|at_ms| (f.moment(*at_ms), f.ago(*at_ms))),
            has_password: self.with_password.contains(&staff.id),
            has_second_factor: self.with_second_factor.contains(&staff.id),
            must_have_second_factor: console.settings.wants_second_factor(staff),
            is_linked: staff.person.is_some(),
        }
    }
}

/// `GET /staff/{id}`.
async fn one(
    State(console): State<Console>,
    reader: Reader,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    page(&shown(&console, &reader, &id.into()).await?)
}

async fn shown(console: &Console, reader: &Reader, id: &StaffId) -> Result<OnePage, Fault> {
    let staff = console.hall.roster.load().get(id).cloned().ok_or(Fault::NotFound)?;
    let f = Frame::new(console, reader, "staff", staff.name.clone());
    let facts = Facts::read(console).await?;
    let now_ms = console.hall.now_ms();
    let settings = &console.settings;
    let mut tx = console.hall.db.read().await?;
    let since = (now_ms - settings.idle_ms, now_ms - settings.absolute_ms);
    let sessions = store::of_staff(&mut tx, id, since.0, since.1).await?;
    let tokens = store::tokens_of(&mut tx, id, now_ms).await?;
    let users = match &staff.person {
        Some(person) => chat::users_of(&mut tx, person).await?,
        None => Vec::new(),
    };
    drop(tx);
    Ok(OnePage {
        row: facts.row(console, &f, &staff),
        is_own: reader.staff().is_some_and(|own| own.id == *id),
        identities: users.into_iter().map(|user| (user.name, user.account.to_string())).collect(),
        sessions: sessions.len(),
        tokens: tokens.iter().map(|one| token::row(&f, one)).collect(),
        roles: role_boxes(&f, &staff.roles),
        fresh: None,
        said: String::new(),
        done: None,
        f,
    })
}

fn role_boxes(f: &Frame, chosen: &BTreeSet<Role>) -> Vec<RoleBox> {
    let about = |role: Role| match role {
        Role::Admin => f.t("console-role-admin-about"),
        Role::Ops => f.t("console-role-ops-about"),
        Role::Moderator => f.t("console-role-moderator-about"),
        Role::Support => f.t("console-role-support-about"),
        Role::Engineer => f.t("console-role-engineer-about"),
        Role::Auditor => f.t("console-role-auditor-about"),
    };
    let one = |role: Role| RoleBox {
        field: field(role),
        words: f.say(&role.text()),
        about: about(role),
        chosen: chosen.contains(&role),
    };
    Role::ALL.map(one).into()
}

fn field(role: Role) -> &'static str {
    match role {
        Role::Admin => "role_admin",
        Role::Ops => "role_ops",
        Role::Moderator => "role_moderator",
        Role::Support => "role_support",
        Role::Engineer => "role_engineer",
        Role::Auditor => "role_auditor",
    }
}

/// The roles that are ticked in a form.
fn roles_of(fields: &[(String, String)]) -> BTreeSet<Role> {
    Role::ALL.into_iter().filter(|role| fields.iter().any(|(name, _)| name == field(*role))).collect()
}

/// A field of a form.
fn value<'f>(fields: &'f [(String, String)], name: &str) -> &'f str {
    fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
}

/// `POST /staff/hire`.
async fn hire(
    State(console): State<Console>,
    reader: Reader,
    once: Once,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Fault> {
    let by = reader.staff().ok_or(Fault::Nobody)?;
    let (name, roles) = (value(&fields, "name"), roles_of(&fields));
    let step = async |mut work: Work| {
        let id = people::hire(&mut work, Some(&by.id), name, roles.clone()).await?;
        Ok((work, id))
    };
    let to = |id: &StaffId| Some(format!("/staff/{id}"));
    match once.commit(&console, to, step).await {
        Ok(Posted::Before(there)) => Ok(there),
        Ok(Posted::Now(id)) => Ok(Redirect::to(&format!("/staff/{id}")).into_response()),
        Err(FeatureError::User(why)) => {
            let mut list = listed(&console, &reader).await?;
            list.said = list.f.say(&why.0);
            list.roles = role_boxes(&list.f, &roles);
            list.name = name.chars().take(100).collect();
            let mut response = page(&list)?;
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response)
        }
        Err(other) => Err(other.into()),
    }
}
