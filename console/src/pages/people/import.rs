//! Merchants from a file: first what would become of each row, then exactly that.

use askama::Template;
use axum::extract::{DefaultBodyLimit, Multipart, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bot_core::digest::sha256;
use bot_core::features::people::import::{self, Fate, ImportRow, Planned, Tally};
use bot_core::roster::Permission;
use bot_core::store::people::Merchant;
use bot_core::text;
use bot_core::texts::Text;
use bot_core::work::Work;
use serde::Deserialize;

use crate::asked::{Query, Upload};
use crate::fault::{Fault, size};
use crate::frame::{Frame, page};
use crate::guard::Need;
use crate::guard::UPLOAD_MAX_BYTES;
use crate::once::{Once, Posted};
use crate::pages::Page;
use crate::reader::Reader;
use crate::secret;
use crate::sheet::{self, Sheet};
use crate::state::Console;

/// The columns, and what people call them.
const COLUMNS: [(Column, &[&str]); 6] = [
    (Column::Id, &["id", "编号", "商家编号"]),
    (Column::Name, &["name", "shop", "merchant", "店铺", "店铺名", "店铺名称", "商家", "商家名称", "名称"]),
    (Column::Category, &["category", "类目", "品类"]),
    (Column::Tier, &["tier", "等级", "层级", "商家等级"]),
    (Column::Tags, &["tags", "tag", "标签"]),
    (Column::Zone, &["zone", "time zone", "timezone", "time_zone", "时区"]),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Id,
    Name,
    Category,
    Tier,
    Tags,
    Zone,
}

pub(super) fn pages() -> Vec<Page> {
    let may = Need::May(Permission::EditPeople);
    vec![
        Page::new("/merchants/import", may, get(form).post(look).layer(DefaultBodyLimit::disable())),
        Page::new("/merchants/import/run", may, post(run).layer(DefaultBodyLimit::disable())),
    ]
}

#[derive(Template)]
#[template(path = "merchant_import.html")]
struct ImportPage {
    f: Frame,
    /// What was done, or what is wrong.
    said: Option<(&'static str, String)>,
    plan: Option<Shown>,
}

impl ImportPage {
    /// How rows are taken, and how much of them.
    fn rules(&self) -> String {
        self.f.say(&text!("console-import-rules", rows = sheet::ROWS_MAX, most = size(sheet::FILE_MAX_BYTES)))
    }
}

/// A plan, to be looked at and confirmed.
struct Shown {
    summary: String,
    unused: Option<String>,
    sections: Vec<Section>,
    /// Whether there is anything to do.
    does_something: bool,
    file: String,
    digest: String,
    fingerprint: String,
}

/// The rows of one fate.
struct Section {
    title: String,
    class: &'static str,
    open: bool,
    rows: Vec<(u64, String, Vec<String>)>,
}

/// What was imported, when somebody comes from there.
#[derive(Deserialize)]
struct Done {
    new: Option<usize>,
    changed: Option<usize>,
}

/// What a file says, and what stood there when it was looked at.
#[derive(Default)]
struct Sent {
    file: Vec<u8>,
    digest: String,
    fingerprint: String,
}

/// `GET /merchants/import`.
async fn form(
    State(console): State<Console>,
    reader: Reader,
    Query(done): Query<Done>,
) -> Result<Response, Fault> {
    let f = frame(&console, &reader);
    let said = match (done.new, done.changed) {
        (Some(new), Some(changed)) => {
            Some(("good", f.say(&text!("console-import-done", new = new, changed = changed))))
        }
        _ => None,
    };
    page(&ImportPage { f, said, plan: None })
}

fn frame(console: &Console, reader: &Reader) -> Frame {
    let title = console.hall.texts.say(reader.lang, &Text::new("console-import"));
    Frame::new(console, reader, "merchants", title)
}

/// `POST /merchants/import`: what would become of each row. Nothing is changed.
async fn look(
    State(console): State<Console>,
    reader: Reader,
    Upload(form): Upload,
) -> Result<Response, Fault> {
    let sent = sent(form).await?;
    let f = frame(&console, &reader);
    let (sheet, rows) = match sheet::read(&sent.file).and_then(rows_of) {
        Ok(read) => read,
        Err(why) => return refused(f, &why),
    };
    let planned = import::plan(&mut console.hall.db.read().await?, &rows).await?;
    let plan = Some(shown(&f, &sheet, &planned, &sent.file));
    page(&ImportPage { f, said: None, plan })
}

/// `POST /merchants/import/run`: does what was shown, if things stand as they did then; shows it anew otherwise.
async fn run(
    State(console): State<Console>,
    reader: Reader,
    once: Once,
    Upload(form): Upload,
) -> Result<Response, Fault> {
    let staff = reader.staff().ok_or(Fault::Nobody)?;
    let sent = sent(form).await?;
    let file = BASE64.decode(&sent.file).map_err(|_| Fault::Unreadable)?;
    let digest = sha256(&file);
    if !secret::same(&digest, &sent.digest) {
        return Err(Fault::Unreadable);
    }
    let f = frame(&console, &reader);
    let (sheet, rows) = match sheet::read(&file).and_then(rows_of) {
        Ok(read) => read,
        Err(why) => return refused(f, &why),
    };
    let step = async |mut work: Work| {
        let planned = import::plan(work.tx().await?, &rows).await?;
        if import::fingerprint(&planned) != sent.fingerprint {
            return Ok((work, Err(planned)));
        }
        let tally = import::apply(&mut work, &staff.id, &planned, &digest).await?;
        Ok((work, Ok(tally)))
    };
    let to = |done: &Result<Tally, Vec<Planned>>| {
        let Tally { new, changed, .. } = done.as_ref().ok()?;
        Some(format!("/merchants/import?new={new}&changed={changed}"))
    };
    match once.commit(&console, to, step).await? {
        Posted::Before(there) => Ok(there),
        Posted::Now(Ok(Tally { new, changed, .. })) => {
            Ok(Redirect::to(&format!("/merchants/import?new={new}&changed={changed}")).into_response())
        }
        Posted::Now(Err(planned)) => {
            let said = Some(("warn", f.t("console-import-moved")));
            let plan = Some(shown(&f, &sheet, &planned, &file));
            Ok((StatusCode::CONFLICT, page(&ImportPage { f, said, plan })?).into_response())
        }
    }
}

fn refused(f: Frame, why: &Text) -> Result<Response, Fault> {
    let said = Some(("bad", f.say(why)));
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&ImportPage { f, said, plan: None })?).into_response())
}

async fn sent(mut form: Multipart) -> Result<Sent, Fault> {
    let mut sent = Sent::default();
    while let Some(field) = form.next_field().await.map_err(|_| Fault::Unreadable)? {
        match field.name().unwrap_or_default() {
            "file" => {
                sent.file =
                    field.bytes().await.map_err(|_| Fault::TooLarge { max_bytes: UPLOAD_MAX_BYTES })?.to_vec()
            }
            "digest" => sent.digest = field.text().await.map_err(|_| Fault::Unreadable)?,
            "fingerprint" => sent.fingerprint = field.text().await.map_err(|_| Fault::Unreadable)?,
            _ => {}
        }
    }
    Ok(sent)
}

/// The rows of a table by the names of its columns.
fn rows_of(sheet: Sheet) -> Result<(Sheet, Vec<ImportRow>), Text> {
    let columns: Vec<Option<Column>> = sheet.columns.iter().map(|name| column(name)).collect();
    for (at, one) in columns.iter().enumerate() {
        if one.is_some() && columns[..at].contains(one) {
            return Err(text!("console-import-column-twice", name = &sheet.columns[at]));
        }
    }
    if !columns.iter().any(|one| matches!(one, Some(Column::Id | Column::Name))) {
        return Err(Text::new("console-import-no-columns"));
    }
    let row = |(line, cells): &(u64, Vec<String>)| {
        let is_too_wide = cells.iter().skip(columns.len()).any(|cell| !cell.is_empty());
        let mut row = ImportRow { line: *line, is_too_wide, ..ImportRow::default() };
        for (column, cell) in columns.iter().zip(cells).filter(|(_, cell)| !cell.is_empty()) {
            let to = match column {
                Some(Column::Id) => &mut row.id,
                Some(Column::Name) => &mut row.name,
                Some(Column::Category) => &mut row.category,
                Some(Column::Tier) => &mut row.tier,
                Some(Column::Tags) => &mut row.tags,
                Some(Column::Zone) => &mut row.zone,
                None => continue,
            };
            *to = Some(cell.clone());
        }
        row
    };
    let rows = sheet.rows.iter().map(row).collect();
    Ok((sheet, rows))
}

fn column(name: &str) -> Option<Column> {
    let name = name.trim().to_lowercase();
    COLUMNS.iter().find(|(_, names)| names.contains(&name.as_str())).map(|(column, _)| *column)
}

fn shown(f: &Frame, sheet: &Sheet, planned: &[Planned], file: &[u8]) -> Shown {
    let tally = import::tally(planned);
    let Tally { new, changed, unchanged, refused } = tally;
    let unused: Vec<&str> = sheet
        .columns
        .iter()
        .filter(|name| column(name).is_none())
        .map(String::as_str)
        .filter(|name| !name.is_empty())
        .collect();
    let section = |title: &str, n: usize, class, open, is: fn(&Fate) -> bool| Section {
        title: f.t1(title, "n", n),
        class,
        open,
        rows: planned
            .iter()
            .filter(|one| is(&one.fate))
            .map(|one| (one.line, one.called.clone(), words(f, &one.fate)))
            .collect(),
    };
    let sections = [
        section("console-import-refused", refused, "bad", true, |fate| matches!(fate, Fate::Refused(_))),
        section("console-import-changed", changed, "warn", true, |fate| matches!(fate, Fate::Changed { .. })),
        section("console-import-new", new, "good", true, |fate| matches!(fate, Fate::New(_))),
        section("console-import-unchanged", unchanged, "", false, |fate| matches!(fate, Fate::Unchanged)),
    ];
    Shown {
        summary: f.say(&text!(
            "console-import-summary",
            new = new,
            changed = changed,
            unchanged = unchanged,
            refused = refused
        )),
        unused: (!unused.is_empty()).then(|| f.t1("console-import-unused", "names", &unused.join(", "))),
        sections: sections.into_iter().filter(|section| !section.rows.is_empty()).collect(),
        does_something: new + changed > 0,
        file: BASE64.encode(file),
        digest: sha256(file),
        fingerprint: import::fingerprint(planned),
    }
}

/// What is to be known of a row's fate, line by line.
fn words(f: &Frame, fate: &Fate) -> Vec<String> {
    match fate {
        Fate::Refused(why) => vec![f.say(why)],
        Fate::Unchanged => Vec::new(),
        Fate::New(draft) => {
            let tags: Vec<&str> = draft.tags.iter().map(String::as_str).collect();
            let (tier, tags) = (f.say(&draft.tier.text()), tags.join(", "));
            let parts = [draft.category.as_str(), &tier, &tags, draft.zone.as_deref().unwrap_or_default()];
            vec![parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")]
        }
        Fate::Changed { was, will, zone } => changes(f, (was, will), zone.as_ref()),
    }
}

fn changes(
    f: &Frame,
    (was, will): (&Merchant, &Merchant),
    zone: Option<&(Option<String>, String)>,
) -> Vec<String> {
    let tags = |merchant: &Merchant| merchant.tags.iter().cloned().collect::<Vec<_>>().join(", ");
    let fields = [
        ("console-merchant", was.name.clone(), will.name.clone()),
        ("console-category", was.category.clone(), will.category.clone()),
        ("console-tier", f.say(&was.tier.text()), f.say(&will.tier.text())),
        ("console-tags", tags(was), tags(will)),
        (
            "console-merchant-zone",
            zone.and_then(|(was, _)| was.clone()).unwrap_or_default(),
            zone.map(|(_, will)| will.clone()).unwrap_or_default(),
        ),
    ];
    let said = |text: String| if text.is_empty() { "–".to_owned() } else { text };
    fields
        .into_iter()
        .filter(|(_, was, will)| was != will)
        .map(|(key, was, will)| format!("{}: {} → {}", f.t(key), said(was), said(will)))
        .collect()
}
