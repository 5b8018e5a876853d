//! Groups: where the bot is, what it lacks there, who asks to be let in, and what holds people back.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use bot_core::chat::{ChatKey, Lang, Trouble};
use bot_core::directory::{Chat, Purpose, Reach};
use bot_core::features::{group, join_request, lockdown, slow_mode, tier, when};
use bot_core::ids::{ChatId, RowId};
use bot_core::roster::Permission;
use bot_core::store::lockdown::{self as locks, Lockdown};
use bot_core::store::slow_mode::{self as slows, SlowMode};
use bot_core::store::tier::{self as tiers, Shows};
use bot_core::store::{chat, join_request as requests};
use bot_core::text;
use bot_core::texts::{Moment as Time, Text};
use bot_core::work::Work;
use serde::Deserialize;

use super::Page;
use super::list::{Names, cut, lang_name, wanted};
use crate::asked::{Do, Form, Query};
use crate::fault::Fault;
use crate::frame::{Frame, Moment, page};
use crate::guard::Need;
use crate::once::Once;
use crate::reader::Reader;
use crate::state::Console;

/// Requests shown above the list of groups.
const REQUESTS: i64 = 50;
/// The lengths of a lock that are offered, milliseconds.
const LOCK_MS: [i64; 4] = [1_800_000, 3_600_000, 21_600_000, 86_400_000];
/// The waits of slow mode that are offered, milliseconds.
const SLOW_MS: [i64; 5] = [10_000, 30_000, 60_000, 300_000, 3_600_000];

pub(super) fn pages() -> Vec<Page> {
    vec![
        Page::new("/groups", Need::May(Permission::ReadCases), get(list)),
        Page::new("/groups/{id}", Need::May(Permission::ReadCases), get(one)),
        Page::new("/groups/{id}/purpose", Need::May(Permission::Administer), post(set_purpose)),
        Page::new("/groups/{id}/hold", Need::May(Permission::Moderate), post(hold)),
        Page::new("/groups/{id}/shows", Need::May(Permission::EditPeople), post(show)),
        Page::new("/groups/requests/{id}", Need::May(Permission::Moderate), post(answer)),
    ]
}

#[derive(Template)]
#[template(path = "groups.html")]
struct GroupsPage {
    f: Frame,
    requests: Vec<Asks>,
    may_answer: bool,
    rows: Vec<Row>,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "group.html")]
struct GroupPage {
    f: Frame,
    row: Row,
    purposes: Vec<(&'static str, String, bool)>,
    langs: Vec<(&'static str, String, bool)>,
    /// The lengths that are offered: milliseconds and words.
    lock_lengths: Vec<(i64, String)>,
    slow_lengths: Vec<(i64, String)>,
    is_community: bool,
    is_locked: bool,
    is_slow: bool,
    /// What it may show of its members: words to send, words to read, and whether it does.
    shows: Vec<(&'static str, String, bool)>,
    shown: String,
    may_moderate: bool,
    may_edit_people: bool,
    may_administer: bool,
}

/// Somebody who asks to be let in.
struct Asks {
    id: RowId,
    name: String,
    group: String,
    words: String,
    state: String,
    is_open: bool,
    at: Moment,
    ago: String,
}

struct Row {
    id: ChatId,
    title: String,
    account: String,
    purpose: String,
    lang: String,
    /// What holds its members back.
    held: Vec<String>,
    /// What is wrong there.
    troubles: Vec<String>,
    /// `good`, `warn` or `bad`.
    class: &'static str,
}

/// Which part of the list.
#[derive(Deserialize)]
struct After {
    after: Option<String>,
}

/// What a group is to be.
#[derive(Deserialize)]
struct Wish {
    purpose: String,
    #[serde(default)]
    lang: String,
}

/// What it is to show of its members.
#[derive(Deserialize)]
struct Showing {
    shows: String,
}

/// How its members are to be held back.
#[derive(Deserialize)]
struct Hold {
    #[serde(rename = "do")]
    what: Held,
    /// Milliseconds.
    ms: Option<i64>,
    #[serde(default)]
    reason: String,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Held {
    Lock,
    Unlock,
    Slow,
    Fast,
}

/// What is said to a request.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Answer {
    LetIn,
    TurnAway,
}

/// `GET /groups`.
async fn list(
    State(console): State<Console>,
    reader: Reader,
    Query(asked): Query<After>,
) -> Result<Response, Fault> {
    let title = console.hall.texts.say(reader.lang, &Text::new("console-place-groups"));
    let f = Frame::new(&console, &reader, "groups", title);
    let mut tx = console.hall.db.read().await?;
    let after = asked.after.map(ChatId::from);
    let mut chats = chat::groups_after(&mut tx, after.as_ref(), wanted()).await?;
    let next = cut(&mut chats, |last| format!("/groups?after={}", last.id));
    let (locked, slow) = (locks::all(&mut tx).await?, slows::all(&mut tx).await?);
    let open = requests::open(&mut tx, REQUESTS).await?;
    let users: Vec<_> = open.iter().map(|one| &one.user).collect();
    let names = Names::of(&mut tx, &users, &open.iter().map(|one| &one.chat).collect::<Vec<_>>()).await?;
    drop(tx);
    let asks = open.into_iter().map(|one| Asks {
        name: names.user(&one.user),
        group: names.title(&one.chat).unwrap_or_default().to_owned(),
        state: f.say(&join_request::state_text(one.state)),
        is_open: one.state == requests::RequestState::Open,
        at: f.moment(one.at_ms),
        ago: f.ago(one.at_ms),
        words: one.words,
        id: one.id,
    });
    let asks = asks.collect();
    let rows = chats.iter().map(|chat| row(&console, &f, chat, &locked, &slow)).collect();
    page(&GroupsPage { may_answer: f.may(Permission::Moderate), requests: asks, rows, next, f })
}

/// `GET /groups/{id}`.
async fn one(
    State(console): State<Console>,
    reader: Reader,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let chat = group_of(&console, id).await?;
    let mut tx = console.hall.db.read().await?;
    let (locked, slow) = (locks::all(&mut tx).await?, slows::all(&mut tx).await?);
    let shown = tiers::groups(&mut tx).await?.into_iter().find(|group| group.chat == chat.id);
    let shown = shown.map(|group| group.shows).unwrap_or_default();
    drop(tx);
    let f = Frame::new(&console, &reader, "groups", chat.title.clone());
    let purpose =
        |purpose: Purpose| (purpose.word(), f.say(&group::purpose_text(purpose)), chat.purpose == purpose);
    let lang = |lang: Lang| (lang.word(), f.say(&lang_name(lang)), chat.lang == Some(lang));
    page(&GroupPage {
        row: row(&console, &f, &chat, &locked, &slow),
        purposes: [Purpose::Community, Purpose::Staff, Purpose::Idle].map(purpose).into(),
        langs: std::iter::once(("", f.t("console-group-each-reader"), chat.lang.is_none()))
            .chain(Lang::ALL.map(lang))
            .collect(),
        lock_lengths: LOCK_MS.map(|ms| (ms, f.say(&when::length(ms)))).into(),
        slow_lengths: SLOW_MS.map(|ms| (ms, f.say(&when::length(ms)))).into(),
        is_community: chat.purpose == Purpose::Community,
        is_locked: locked.iter().any(|lock| lock.chat == chat.id),
        is_slow: slow.iter().any(|slow| slow.chat == chat.id),
        shows: Shows::ALL.map(|shows| (shows.word(), f.say(&tier::shows_text(shows)), shows == shown)).into(),
        shown: f.say(&tier::shows_text(shown)),
        may_moderate: f.may(Permission::Moderate),
        may_edit_people: f.may(Permission::EditPeople),
        may_administer: f.may(Permission::Administer),
        f,
    })
}

/// The group that an address names.
async fn group_of(console: &Console, id: String) -> Result<Chat, Fault> {
    let found = chat::get(&mut console.hall.db.read().await?, &id.into()).await?;
    found.filter(|chat| !chat.is_direct()).ok_or(Fault::NotFound)
}

fn row(console: &Console, f: &Frame, chat: &Chat, locked: &[Lockdown], slow: &[SlowMode]) -> Row {
    let (troubles, class) = health(console, chat);
    let lock = locked.iter().find(|lock| lock.chat == chat.id);
    let slow = slow.iter().find(|slow| slow.chat == chat.id);
    let until = |lock: &Lockdown| text!("console-group-locked", until = Time { at_ms: lock.until_ms });
    let every = |slow: &SlowMode| text!("console-group-slow", every = when::length(slow.every_ms));
    Row {
        id: chat.id.clone(),
        title: chat.title.clone(),
        account: chat.account.to_string(),
        purpose: f.say(&group::purpose_text(chat.purpose)),
        lang: chat.lang.map_or_else(|| f.t("console-group-each-reader"), |lang| f.say(&lang_name(lang))),
        held: lock.map(until).into_iter().chain(slow.map(every)).map(|text| f.say(&text)).collect(),
        troubles: troubles.iter().map(|text| f.say(text)).collect(),
        class,
    }
}

/// What is wrong in a group, and how bad it is: of the group itself, of its whole account, or that the bot is gone.
pub(crate) fn health(console: &Console, chat: &Chat) -> (Vec<Text>, &'static str) {
    if chat.reach == Reach::Kicked {
        return (vec![Text::new("console-group-gone")], "bad");
    }
    let platforms = console.hall.platforms();
    let Some(platform) = platforms.get(&chat.account) else {
        return (vec![Text::new("console-account-off")], "bad");
    };
    let here = |key: &Option<ChatKey>| key.is_none() || *key == chat.key;
    let troubles: Vec<Trouble> =
        platform.health().into_iter().filter(|trouble| here(&trouble.chat)).collect();
    let class = match troubles.iter().any(Trouble::stops_the_account) {
        true => "bad",
        false if troubles.is_empty() => "good",
        false => "warn",
    };
    (troubles.iter().map(|trouble| trouble.kind.text()).collect(), class)
}

/// `POST /groups/{id}/purpose`.
async fn set_purpose(
    State(console): State<Console>,
    reader: Reader,
    once: Once,
    Path(id): Path<String>,
    Form(wish): Form<Wish>,
) -> Result<Response, Fault> {
    let staff = reader.staff().ok_or(Fault::Nobody)?;
    let (purpose, lang) = (Purpose::from_word(&wish.purpose), Lang::from_tag(&wish.lang));
    if purpose.word() != wish.purpose {
        return Err(Fault::Unreadable);
    }
    let chat = group_of(&console, id).await?;
    let step = async |mut work: Work| {
        group::set(&mut work, Some(&staff.id), &chat, purpose, lang).await?;
        Ok((work, ()))
    };
    Ok(once.lead(&console, &format!("/groups/{}", chat.id), step).await?)
}

/// `POST /groups/{id}/hold`.
async fn hold(
    State(console): State<Console>,
    reader: Reader,
    once: Once,
    Path(id): Path<String>,
    Form(hold): Form<Hold>,
) -> Result<Response, Fault> {
    let staff = reader.staff().ok_or(Fault::Nobody)?;
    let chat = group_of(&console, id).await?;
    let reason = Some(hold.reason.trim().to_owned()).filter(|reason| !reason.is_empty());
    let (by, ms) = (&staff.id, hold.ms.unwrap_or_default());
    let step = async |mut work: Work| {
        match hold.what {
            Held::Lock => lockdown::lock(&mut work, by, &chat, hold.ms, reason.clone()).await.map(drop)?,
            Held::Unlock => lockdown::unlock(&mut work, by, &chat).await?,
            Held::Slow => slow_mode::set(&mut work, by, &chat, ms).await?,
            Held::Fast => slow_mode::set(&mut work, by, &chat, 0).await?,
        }
        Ok((work, ()))
    };
    Ok(once.lead(&console, &format!("/groups/{}", chat.id), step).await?)
}

/// `POST /groups/{id}/shows`.
async fn show(
    State(console): State<Console>,
    reader: Reader,
    once: Once,
    Path(id): Path<String>,
    Form(showing): Form<Showing>,
) -> Result<Response, Fault> {
    let staff = reader.staff().ok_or(Fault::Nobody)?;
    let shows = Shows::from_word(&showing.shows).ok_or(Fault::Unreadable)?;
    let chat = group_of(&console, id).await?;
    let step = async |mut work: Work| {
        tier::set(&mut work, &staff.id, &chat, shows).await?;
        Ok((work, ()))
    };
    Ok(once.lead(&console, &format!("/groups/{}", chat.id), step).await?)
}

/// `POST /groups/requests/{id}`.
async fn answer(
    State(console): State<Console>,
    reader: Reader,
    once: Once,
    Path(id): Path<String>,
    Form(answer): Form<Do<Answer>>,
) -> Result<Response, Fault> {
    let staff = reader.staff().ok_or(Fault::Nobody)?;
    let id = RowId::from(id);
    let step = async |mut work: Work| {
        let let_in = matches!(answer.what, Answer::LetIn);
        join_request::answer(&mut work, &staff.id, &id, let_in).await?;
        Ok((work, ()))
    };
    Ok(once.lead(&console, "/groups", step).await?)
}
