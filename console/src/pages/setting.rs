//! What the running program is configured with, to be read; and where what can be changed here is changed.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use bot_core::roster::Permission;
use bot_core::texts::Text;

use super::Page;
use crate::fault::Fault;
use crate::frame::{Frame, page};
use crate::guard::Need;
use crate::reader::Reader;
use crate::state::Console;

/// One key of the config.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Its section, such as `server`.
    pub section: String,
    /// Its name there.
    pub key: String,
    /// What it is set to.
    pub value: ShownValue,
    /// Where that stands.
    pub from: ShownFrom,
}

/// What may be seen of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShownValue {
    /// The value; empty for none.
    Words(String),
    /// Whether a secret is set.
    Secret(bool),
}

/// Where a value stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShownFrom {
    /// Nowhere: it is the default.
    Default,
    /// In the config file.
    File,
    /// In the environment.
    Environment,
    /// Nowhere: the program sets it by itself, as a demo does.
    Program,
}

pub(super) fn pages() -> Vec<Page> {
    vec![Page::new("/settings", Need::May(Permission::Administer), get(list))]
}

#[derive(Template)]
#[template(path = "settings.html")]
struct SettingsPage {
    f: Frame,
    sections: Vec<Section>,
}

struct Section {
    name: String,
    rows: Vec<Row>,
}

struct Row {
    key: String,
    value: String,
    /// Whether `value` is a word of ours and not what stands in the config.
    is_said: bool,
    from: &'static str,
    /// What sets it from the environment.
    variable: String,
}

/// `GET /settings`.
async fn list(State(console): State<Console>, reader: Reader) -> Result<Response, Fault> {
    let title = console.hall.texts.say(reader.lang, &Text::new("console-place-settings"));
    let f = Frame::new(&console, &reader, "settings", title);
    let mut sections: Vec<Section> = Vec::new();
    for one in console.shown.iter() {
        if sections.last().is_none_or(|last| last.name != one.section) {
            sections.push(Section { name: one.section.clone(), rows: Vec::new() });
        }
        if let Some(section) = sections.last_mut() {
            section.rows.push(row(&f, one));
        }
    }
    page(&SettingsPage { sections, f })
}

fn row(f: &Frame, one: &Shown) -> Row {
    let (value, is_said) = match &one.value {
        ShownValue::Words(words) if words.is_empty() => (f.t("setting-empty"), true),
        ShownValue::Words(words) => (words.clone(), false),
        ShownValue::Secret(true) => (f.t("setting-set"), true),
        ShownValue::Secret(false) => (f.t("setting-not-set"), true),
    };
    let path = format!("{}__{}", one.section.replace('.', "__"), one.key).to_ascii_uppercase();
    Row {
        key: one.key.clone(),
        value,
        is_said,
        from: match one.from {
            ShownFrom::Default => "setting-from-default",
            ShownFrom::File => "setting-from-file",
            ShownFrom::Environment => "setting-from-environment",
            ShownFrom::Program => "setting-from-program",
        },
        variable: format!("GUILDHALL_{path}"),
    }
}
