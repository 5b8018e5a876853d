//! What staff did, newest first, and as a table to keep.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use bot_core::ids::StaffId;
use bot_core::roster::Permission;
use bot_core::store::audit::{self, By, Filter, Link};
use bot_core::store::{StoreError, Tx};
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
use crate::table;

/// Rows of a table that are in memory at once.
const EXPORTED_AT_ONCE: i64 = 1_000;
/// The word for the program itself among the people.
const PROGRAM: &str = "-";

pub(super) fn pages() -> Vec<Page> {
    let may = Need::May(Permission::ReadAudit);
    vec![Page::new("/audit", may, get(list)), Page::new("/audit/export", may, get(export))]
}

#[derive(Template)]
#[template(path = "audit.html")]
struct AuditPage {
    f: Frame,
    asked: Asked,
    people: Vec<Person>,
    rows: Vec<Row>,
    next: Option<String>,
    export: String,
    head: String,
}

/// Somebody to choose.
struct Person {
    id: String,
    name: String,
    chosen: bool,
}

struct Row {
    seq: i64,
    hash: String,
    at: Moment,
    who: String,
    act: String,
    object: String,
    href: Option<String>,
    detail: String,
}

/// Which acts.
#[derive(Default, Deserialize)]
struct Asked {
    #[serde(default)]
    by: String,
    #[serde(default)]
    act: String,
    #[serde(default)]
    object: String,
    /// The first day.
    #[serde(default)]
    from: String,
    /// The last day.
    #[serde(default)]
    until: String,
    below: Option<i64>,
}

impl Asked {
    /// What to ask the store for; days are days of the console's zone.
    fn filter(&self, console: &Console, limit: i64) -> Result<Filter, Fault> {
        let day = |text: &str, later: i64, else_ms: i64| {
            if text.trim().is_empty() {
                return Some(else_ms);
            }
            let date: jiff::civil::Date = text.trim().parse().ok()?;
            let date = date.checked_add(jiff::Span::new().days(later)).ok()?;
            console.settings.day_begins_ms(date)
        };
        Ok(Filter {
            by: match self.by.as_str() {
                "" => By::Anybody,
                PROGRAM => By::Program,
                id => By::Staff(id.into()),
            },
            act: self.act.clone(),
            object: self.object.clone(),
            from_ms: day(&self.from, 0, 0).ok_or(Fault::Unreadable)?,
            until_ms: day(&self.until, 1, i64::MAX).ok_or(Fault::Unreadable)?,
            below: self.below,
            limit,
        })
    }

    /// The same acts at another address.
    fn at(&self, path: &str, below: Option<i64>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let fields = [
            ("by", &self.by),
            ("act", &self.act),
            ("object", &self.object),
            ("from", &self.from),
            ("until", &self.until),
        ];
        query.extend_pairs(fields.into_iter().filter(|(_, value)| !value.is_empty()));
        query.extend_pairs(below.map(|below| ("below", below.to_string())));
        let query = query.finish();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }
}

/// `GET /audit`.
async fn list(
    State(console): State<Console>,
    reader: Reader,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let title = console.hall.texts.say(reader.lang, &Text::new("console-place-audit"));
    let f = Frame::new(&console, &reader, "audit", title);
    let filter = asked.filter(&console, wanted())?;
    let mut tx = console.hall.db.read().await?;
    let mut found = audit::list(&mut tx, &filter).await?;
    let known = Known::of(&mut tx, &f, &found).await?;
    let head = audit::head(&mut tx).await?.map(|head| head.to_string()).unwrap_or_default();
    drop(tx);
    let next = cut(&mut found, |last| asked.at("/audit", Some(last.seq)));
    let rows = found.into_iter().map(|link| row(&f, &known, link)).collect();
    let person = |id: &str, name: String| Person { id: id.to_owned(), name, chosen: asked.by == id };
    let mut people =
        vec![person("", f.t("console-audit-anybody")), person(PROGRAM, f.t("console-audit-program"))];
    let mut staff: Vec<_> = known.staff.iter().collect();
    staff.sort_by_key(|(_, name)| name.to_lowercase());
    people.extend(staff.into_iter().map(|(id, name)| person(id.as_str(), name.clone())));
    page(&AuditPage { export: asked.at("/audit/export", None), people, rows, next, head, asked, f })
}

/// What ids are called.
struct Known {
    staff: BTreeMap<StaffId, String>,
    /// Merchants, groups and people, for who may read of them.
    others: BTreeMap<String, String>,
}

impl Known {
    /// Those of whom some acts speak.
    async fn of(tx: &mut Tx, f: &Frame, acts: &[Link]) -> Result<Self, StoreError> {
        let texts = acts
            .iter()
            .flat_map(|link| std::iter::once(link.act.object.as_str()).chain(link.act.detail.as_deref()));
        let objects = acts.iter().map(|link| link.act.object.as_str());
        let ids = texts.flat_map(|text| text.split(is_between).filter(|word| is_id(word))).chain(objects);
        let others = match f.may(Permission::ReadPeople) {
            true => audit::names_of(tx, &ids.collect()).await?,
            false => BTreeMap::new(),
        };
        Ok(Self { staff: audit::staff_names(tx).await?, others })
    }

    /// What somebody or something is called; the id where nobody knows.
    fn named<'a>(&'a self, id: &'a str) -> &'a str {
        let staff = self.staff.get(&StaffId::from(id));
        staff.or_else(|| self.others.get(id)).map_or(id, String::as_str)
    }

    /// Words, with names in the place of ids.
    fn in_words(&self, text: &str) -> String {
        let parts = text.split_inclusive(is_between);
        parts
            .map(|part| {
                let word = part.trim_end_matches(is_between);
                let rest = part.get(word.len()..).unwrap_or_default();
                if is_id(word) { format!("{}{rest}", self.named(word)) } else { part.to_owned() }
            })
            .collect()
    }
}

/// What stands between words.
fn is_between(c: char) -> bool {
    !c.is_ascii_alphanumeric()
}

/// Whether a word looks like an id of ours (a ULID).
fn is_id(word: &str) -> bool {
    word.len() == 26 && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

fn row(f: &Frame, known: &Known, link: Link) -> Row {
    let act = link.act;
    Row {
        seq: link.seq,
        hash: link.hash,
        at: f.moment(act.at_ms),
        who: who(f, known, act.staff.as_ref()),
        href: href(f, &act.act, &act.object),
        object: known.named(&act.object).to_owned(),
        act: act.act,
        detail: act.detail.map(|detail| known.in_words(&detail)).unwrap_or_default(),
    }
}

fn who(f: &Frame, known: &Known, staff: Option<&StaffId>) -> String {
    match staff {
        Some(id) => known.staff.get(id).cloned().unwrap_or_else(|| id.to_string()),
        None => f.t("console-audit-program"),
    }
}

/// The page of an object, if it has one that the reader may open.
fn href(f: &Frame, act: &str, object: &str) -> Option<String> {
    let encoded: String = form_urlencoded::byte_serialize(object.as_bytes()).collect();
    let numbered = object.split_once('-').filter(|(_, no)| no.parse::<u32>().is_ok());
    let (needs, path) = match (numbered, act.split('.').next()) {
        (Some(("T", no)), _) => (Permission::Tickets, format!("/tickets/{no}")),
        (Some(("C", no)), _) => (Permission::ReadCases, format!("/moderation/{no}")),
        (Some(("A", no)), _) => (Permission::Announce, format!("/announcements/{no}")),
        (Some(("E", no)), _) => (Permission::Activities, format!("/activities/{no}")),
        // What was done to a whole table of them.
        (_, Some("merchant")) if object == "merchants" => (Permission::ReadPeople, "/merchants".to_owned()),
        (_, Some("merchant")) => (Permission::ReadPeople, format!("/merchants/{encoded}")),
        (_, Some("group")) => (Permission::ReadCases, format!("/groups/{encoded}")),
        _ => return None,
    };
    f.may(needs).then_some(path)
}

/// What a table is made of, while it is sent.
struct Export {
    console: Console,
    f: Frame,
}

/// `GET /audit/export`: the same acts as a table, all of them.
async fn export(
    State(console): State<Console>,
    reader: Reader,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let f = Frame::new(&console, &reader, "audit", String::new());
    let filter = asked.filter(&console, EXPORTED_AT_ONCE)?;
    let columns = [
        "console-audit-place",
        "console-when",
        "console-audit-who",
        "console-audit-act",
        "console-audit-object",
        "console-audit-detail",
        "console-audit-hash",
    ];
    let head = table::MARK.to_owned() + &table::line(columns.map(|key| f.t(key)));
    let export = Arc::new(Export { console, f });
    let pages = futures::stream::try_unfold(Some((head, filter)), move |left| {
        let export = Arc::clone(&export);
        async move {
            let Some((mut lines, filter)) = left else { return Ok::<_, StoreError>(None) };
            let mut tx = export.console.hall.db.read().await?;
            let found = audit::list(&mut tx, &filter).await?;
            let known = Known::of(&mut tx, &export.f, &found).await?;
            drop(tx);
            for link in &found {
                lines += &export.line(&known, link);
            }
            let last = found.last().map(|link| Filter { below: Some(link.seq), ..filter });
            Ok(Some((lines, last.map(|filter| (String::new(), filter)))))
        }
    });
    Ok(table::download("audit.csv", Body::from_stream(pages)))
}

impl Export {
    fn line(&self, known: &Known, link: &Link) -> String {
        let act = &link.act;
        table::line([
            link.seq.to_string(),
            self.f.moment(act.at_ms).iso,
            who(&self.f, known, act.staff.as_ref()),
            act.act.clone(),
            known.named(&act.object).to_owned(),
            act.detail.as_ref().map(|detail| known.in_words(detail)).unwrap_or_default(),
            link.hash.clone(),
        ])
    }
}
