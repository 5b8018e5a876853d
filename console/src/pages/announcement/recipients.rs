//! Who would get a draft, one by one, and how it looks where they are.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use bot_core::chat::Address;
use bot_core::features::announcement::{self as feature, Announcement};
use bot_core::features::delivery::{self, reason};
use bot_core::features::segment::{Target, in_words};
use bot_core::ids::AnnouncementNo;
use bot_core::roster::Permission;
use bot_core::store::{announcement, chat};
use bot_core::work::Work;
use serde::Deserialize;

use crate::asked::Query;
use crate::fault::Fault;
use crate::frame::{Frame, page};
use crate::guard::Need;
use crate::pages::Page;
use crate::pages::list::{Narrow, cut, lang_name, wanted};
use crate::pages::sight::{OneLook, account_name, one_look};
use crate::reader::Reader;
use crate::state::Console;

pub(super) fn pages() -> Vec<Page> {
    vec![Page::new("/announcements/{no}/recipients", Need::May(Permission::Announce), get(list))]
}

#[derive(Template)]
#[template(path = "announcement_recipients.html")]
struct RecipientsPage {
    f: Frame,
    number: i64,
    audience: String,
    views: Vec<Narrow>,
    rows: Vec<Row>,
    /// Whether several texts are tested.
    has_variants: bool,
    next: Option<String>,
    /// How it looks for the one who was chosen.
    seen: Option<Seen>,
}

struct Row {
    name: String,
    account: String,
    lang: String,
    why: Option<String>,
    /// Which text they would test.
    variant: &'static str,
    see: String,
}

struct Seen {
    name: String,
    account: String,
    look: Option<OneLook>,
}

/// Which of them, and whose copy to show.
#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    only: String,
    #[serde(default)]
    after: String,
    #[serde(default)]
    see: String,
}

/// `GET /announcements/{no}/recipients`.
async fn list(
    State(console): State<Console>,
    reader: Reader,
    Path(no): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let no = AnnouncementNo::parse(&no).ok_or(Fault::NotFound)?;
    let mut look = console.hall.look().await?;
    let one = announcement::get(look.tx().await?, no).await?.ok_or(Fault::NotFound)?;
    let audience = one.audience.clone().ok_or(Fault::NotFound)?;
    let missed = match asked.only.as_str() {
        "" => false,
        "missed" => true,
        _ => return Err(Fault::Unreadable),
    };
    let mut found = delivery::recipients(&mut look, &audience, missed, &asked.after, wanted()).await?;
    let title = console
        .hall
        .texts
        .say(reader.lang, &bot_core::text!("console-recipients-title", no = no.to_string()));
    let f = Frame::new(&console, &reader, "announcements", title);
    let path = format!("/announcements/{}/recipients", no.0);
    let at = |after: &str, see: &str| address(&path, missed, after, see);
    let next = cut(&mut found, |(last, _)| at(&last.recipient, ""));
    let chosen = found.iter().find(|(target, _)| target.recipient == asked.see);
    let seen = match chosen {
        Some((target, _)) => Some(seen(&mut look, &f, &one, target).await?),
        None => None,
    };
    let row = |(target, why): &(Target, Option<String>)| Row {
        name: target.name.clone(),
        account: target.account.as_ref().map(|account| account_name(&look, account)).unwrap_or_default(),
        lang: f.say(&lang_name(target.lang)),
        why: why.as_deref().map(|word| f.say(&reason(word))),
        variant: feature::tested_as(&one, &target.recipient)
            .filter(|_| why.is_none())
            .map_or("", feature::variant_name),
        see: at(&asked.after, &target.recipient),
    };
    let rows = found.iter().map(row).collect();
    let view = |label: &str, only: bool| Narrow {
        href: address(&path, only, "", ""),
        label: f.t(label),
        count: None,
        here: only == missed,
    };
    let views = vec![view("console-recipients-all", false), view("console-recipients-missed", true)];
    let audience = f.say(&in_words(look.tx().await?, &audience).await?);
    let has_variants = one.variants.is_some();
    page(&RecipientsPage { number: no.0, audience, views, rows, has_variants, next, seen, f })
}

fn address(path: &str, missed: bool, after: &str, see: &str) -> String {
    let only = if missed { "missed" } else { "" };
    let mut query = form_urlencoded::Serializer::new(String::new());
    let fields = [("only", only), ("after", after), ("see", see)];
    query.extend_pairs(fields.into_iter().filter(|(_, value)| !value.is_empty()));
    let query = query.finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// How it looks for one recipient, in their chat and language.
async fn seen(work: &mut Work, f: &Frame, one: &Announcement, target: &Target) -> Result<Seen, Fault> {
    let known = match &target.chat {
        Some(id) => chat::get(work.tx().await?, id).await?,
        None => None,
    };
    let to = match (known, &target.user) {
        (Some(chat), _) => chat.address(None),
        (None, Some(user)) => {
            let peer = chat::user(work.tx().await?, user).await?.map(|user| user.key);
            Address { chat: None, peer, via: None, thread: None }
        }
        (None, None) => Address { chat: None, peer: None, via: None, thread: None },
    };
    let shown = match &target.account {
        Some(account) => feature::look_at(work, one, (account, &to), target).await?,
        None => None,
    };
    Ok(Seen {
        name: target.name.clone(),
        account: target.account.as_ref().map(|account| account_name(work, account)).unwrap_or_default(),
        look: shown.map(|shown| one_look(f, &shown, true)),
    })
}
