//! Merchants: the list, and one with its people, groups, tickets, cases and what reached it.

mod import;
mod profile;
mod zone;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use bot_core::features::segment::tier_name;
use bot_core::ids::MerchantId;
use bot_core::roster::Permission;
use bot_core::store::people::{self, Merchant, MerchantFilter, Tier};
use bot_core::store::segment;
use bot_core::texts::{Arg, Text};
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
    let mut pages = vec![
        Page::new("/merchants", may, get(list)),
        Page::new("/merchants/{id}", may, get(profile::one)),
        Page::new("/merchants/{id}/zone", Need::May(Permission::EditPeople), get(zone::back).post(zone::put)),
    ];
    pages.extend(import::pages());
    pages
}

#[derive(Template)]
#[template(path = "merchants.html")]
struct MerchantsPage {
    f: Frame,
    asked: Asked,
    count: i64,
    choices: Vec<Choices>,
    may_import: bool,
    may_erase: bool,
    rows: Vec<Row>,
    next: Option<String>,
}

/// The values by which the list can be narrowed in one way.
struct Choices {
    name: &'static str,
    title: String,
    /// Value, words, and whether it is chosen.
    all: Vec<(String, String, bool)>,
}

struct Row {
    id: String,
    name: String,
    category: String,
    tier: String,
    tags: String,
    since: Moment,
}

/// Which merchants.
#[derive(Clone, Default, Deserialize)]
struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    tier: String,
    #[serde(default)]
    category: String,
    #[serde(default)]
    tag: String,
    after: Option<String>,
}

impl Asked {
    fn filter(&self) -> MerchantFilter {
        let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        MerchantFilter {
            words: some(&self.q),
            tier: Tier::from_word(&self.tier),
            category: some(&self.category),
            tag: some(&self.tag),
        }
    }

    /// Whether the list is narrowed at all.
    fn narrows(&self) -> bool {
        self.filter() != MerchantFilter::default()
    }

    /// The address of the page after this one.
    fn next(&self, after: &MerchantId) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let fields = [("q", &self.q), ("tier", &self.tier), ("category", &self.category), ("tag", &self.tag)];
        query.extend_pairs(fields.into_iter().filter(|(_, value)| !value.is_empty()));
        query.append_pair("after", after.as_str());
        format!("/merchants?{}", query.finish())
    }
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
    let filter = asked.filter();
    let after = asked.after.clone().map(MerchantId);
    let mut found = people::merchants_like(&mut tx, &filter, after.as_ref(), wanted()).await?;
    let next = cut(&mut found, |last| asked.next(&last.id));
    let count = people::count_like(&mut tx, &filter).await?;
    let known = segment::properties(&mut tx).await?;
    let choices = [
        choices(&f, "tier", "console-tier", known.tiers, &asked.tier),
        choices(&f, "category", "console-category", known.categories, &asked.category),
        choices(&f, "tag", "console-tags", known.tags, &asked.tag),
    ];
    page(&MerchantsPage {
        count,
        choices: choices.into_iter().filter(|choices| !choices.all.is_empty()).collect(),
        may_import: f.may(Permission::EditPeople),
        may_erase: f.may(Permission::Administer),
        rows: found.into_iter().map(|merchant| row(&f, merchant)).collect(),
        next,
        asked,
        f,
    })
}

fn choices(f: &Frame, name: &'static str, title: &str, all: Vec<String>, chosen: &str) -> Choices {
    let choice = |value: String| {
        let words = match (name, tier_name(&value)) {
            ("tier", Arg::Text(text)) => f.say(&text),
            _ => value.clone(),
        };
        let is_chosen = value == chosen;
        (value, words, is_chosen)
    };
    let all = all.into_iter().filter(|value| !value.is_empty()).map(choice).collect();
    Choices { name, title: f.t(title), all }
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
