//! The ledger of an announcement as a table.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use bot_core::ids::AnnouncementNo;
use bot_core::roster::Permission;
use bot_core::store::delivery::{StoredCopy, Which};
use bot_core::store::{StoreError, announcement, delivery};

use super::copy::{Readers, got_it, reacted, state_words, why};
use super::ledger::Copies;
use crate::asked::Query;
use crate::fault::Fault;
use crate::frame::Frame;
use crate::guard::Need;
use crate::pages::Page;
use crate::pages::list::lang_name;
use crate::reader::Reader;
use crate::state::Console;
use crate::table;

/// Copies that are read at once.
const AT_ONCE: i64 = 500;

pub(super) fn pages() -> Vec<Page> {
    vec![Page::new("/announcements/{no}/export", Need::May(Permission::Announce), get(export))]
}

/// What a table is made of, while it is sent.
struct Export {
    console: Console,
    f: Frame,
    push: String,
    asked: Copies,
}

/// `GET /announcements/{no}/export`: the copies of the same view, all of them.
async fn export(
    State(console): State<Console>,
    reader: Reader,
    Path(no): Path<String>,
    Query(asked): Query<Copies>,
) -> Result<Response, Fault> {
    let no = AnnouncementNo::parse(&no).ok_or(Fault::NotFound)?;
    announcement::get(&mut console.hall.db.read().await?, no).await?.ok_or(Fault::NotFound)?;
    let state = asked.state()?;
    let f = Frame::new(&console, &reader, "announcements", String::new());
    let columns = [
        "console-recipient",
        "console-ledger-account",
        "console-state",
        "console-why",
        "console-ledger-platform-words",
        "console-ticket-language",
        "console-when",
        "console-ledger-messages",
        "console-ledger-got",
        "console-ledger-clicked",
        "console-ledger-last-click",
        "console-ledger-reacted",
    ];
    let head = table::MARK.to_owned() + &table::line(columns.map(|key| f.t(key)));
    let name = format!("{no}.csv");
    let export = Arc::new(Export { console, f, push: no.to_string(), asked });
    let pages = futures::stream::try_unfold(Some((head, String::new())), move |left| {
        let export = Arc::clone(&export);
        async move {
            let Some((mut lines, after)) = left else { return Ok::<_, StoreError>(None) };
            let account = export.asked.account();
            let which = Which { state, account: account.as_ref() };
            let mut tx = export.console.hall.db.read().await?;
            let found = delivery::page_of(&mut tx, &export.push, which, &after, AT_ONCE).await?;
            let readers = Readers::of(&mut tx, &export.push, &found).await?;
            drop(tx);
            let last = found.last().map(|copy| copy.recipient.clone());
            for copy in found {
                lines += &export.line(copy, &readers);
            }
            Ok(Some((lines, last.map(|after| (String::new(), after)))))
        }
    });
    Ok(table::download(&name, Body::from_stream(pages)))
}

impl Export {
    fn line(&self, copy: StoredCopy, readers: &Readers) -> String {
        let f = &self.f;
        let clicks = readers.clicks.get(&copy.recipient).copied();
        let reacted = reacted(f, &copy, readers);
        let got = match readers.got.get(&copy.recipient).copied() {
            Some((_, at_ms)) if copy.user.is_some() => f.moment(at_ms).iso,
            other => got_it(f, &copy, other),
        };
        let ours = why(f, &StoredCopy { detail: None, ..copy.clone() });
        let keys: Vec<String> = copy.messages.iter().map(ToString::to_string).collect();
        table::line([
            copy.name,
            copy.account.map(|account| account.to_string()).unwrap_or_default(),
            f.t(state_words(copy.state).0),
            ours,
            copy.detail.unwrap_or_default(),
            f.say(&lang_name(copy.lang)),
            copy.sent_at_ms.map(|at_ms| f.moment(at_ms).iso).unwrap_or_default(),
            keys.join(" "),
            got,
            clicks.map(|(count, _)| count.to_string()).unwrap_or_default(),
            clicks.map(|(_, at_ms)| f.moment(at_ms).iso).unwrap_or_default(),
            reacted,
        ])
    }
}
