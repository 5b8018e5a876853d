//! What people and staff see of an activity: the pushed copy, the card, the reports.

use std::sync::Arc;

use serde_json::json;

use super::{Activity, NAME, Seat, State, decide};
use crate::chat::{Button, ButtonDo, Content, Lang, RichText};
use crate::directory::Purpose;
use crate::error::Result;
use crate::features::delivery::{self, CopyState, Counts, Preview};
use crate::features::form::NewButton;
use crate::features::segment;
use crate::hall::Hall;
use crate::store::{StoreError, activity, chat};
use crate::text;
use crate::texts::{Moment, Text};
use crate::work::{Place, Work};

/// How long buttons are good after an activity begins, and under a card: 30 days, in milliseconds.
pub(super) const BUTTONS_LIVE_MS: i64 = 30 * 24 * 60 * 60 * 1000;
/// How many names a card lists.
const NAMED: i64 = 100;

/// What readers of a language get: the text, the facts, the buttons.
pub(super) fn contents(hall: &Arc<Hall>, one: &Activity) -> impl Fn(Lang) -> Content + Sync + use<> {
    let (hall, one) = (Arc::clone(hall), one.clone());
    move |lang| content(&hall, &one, one.wording.lang_for(lang))
}

fn content(hall: &Hall, one: &Activity, lang: Lang) -> Content {
    let say = |text: &Text| hall.texts.say(lang, text);
    let mut text = one.wording.rich(lang).then("\n\n").then(&say(&facts(one)));
    if one.state == State::Closed {
        text = text.then("\n").then(&say(&Text::new("activity-over")));
    }
    let button = |handle: &Option<String>, label: Text| {
        // A preview has no handles yet; it shows the buttons all the same.
        let handle = handle.clone().unwrap_or_else(|| "-".to_owned());
        Button { label: say(&label), does: ButtonDo::Press(handle) }
    };
    let mut row = Vec::new();
    if one.state != State::Closed {
        row.push(button(&one.join_handle, Text::new("activity-do-join")));
    }
    row.push(button(&one.leave_handle, Text::new("activity-do-leave")));
    Content::text(text).with_row(row)
}

/// When it begins, until when one may sign up, how many places there are.
fn facts(one: &Activity) -> Text {
    let starts_at_ms = one.starts_at_ms.unwrap_or_default();
    let until_ms = one.until_ms.unwrap_or(starts_at_ms);
    let (starts, until) = (Moment { at_ms: starts_at_ms }, Moment { at_ms: until_ms });
    let no = one.no.to_string();
    if one.capacity == 0 {
        text!("activity-facts", no = no, starts = starts, until = until)
    } else {
        text!("activity-facts-places", no = no, starts = starts, until = until, places = one.capacity)
    }
}

/// What keeps it from being published at `now_ms` (unix milliseconds), most telling first; nothing when it can be.
pub fn problems(one: &Activity, now_ms: i64) -> Vec<Text> {
    let mut problems = Vec::new();
    if one.wording.langs().is_empty() {
        problems.push(Text::new("activity-no-text"));
    }
    if one.audience.is_none() {
        problems.push(Text::new("activity-no-audience"));
    }
    problems.extend(decide::time_problem(now_ms, one.starts_at_ms, one.until_ms));
    problems
}

/// What pushing it now would come to; `None` while it has no audience.
///
/// # Errors
/// When the database fails.
pub async fn preview_of(work: &mut Work, one: &Activity) -> Result<Option<Preview>, StoreError> {
    let content = contents(&work.hall, one);
    match &one.audience {
        Some(audience) => Ok(Some(delivery::preview(work, audience, false, &content).await?)),
        None => Ok(None),
    }
}

/// What is to be known of it, line by line, without its text and without who takes part.
///
/// # Errors
/// When the database fails.
pub async fn lines(work: &mut Work, one: &Activity) -> Result<Vec<Text>, StoreError> {
    let mut lines = if one.state == State::Draft { problems(one, work.now_ms) } else { Vec::new() };
    if one.starts_at_ms.is_some() {
        lines.push(facts(one));
    }
    if let Some(audience) = &one.audience {
        let sentence = segment::in_words(work.tx().await?, audience).await?;
        lines.push(text!("activity-to", audience = sentence));
    }
    if one.state == State::Draft {
        if let Some(preview) = preview_of(work, one).await? {
            lines.extend(preview.lines());
        }
    } else {
        lines.extend(Counts::of(work, &one.no.to_string()).await?.lines());
    }
    Ok(lines)
}

/// Who takes part and who waits, the first hundred of each by name.
async fn who(work: &mut Work, one: &Activity) -> Result<Vec<Text>, StoreError> {
    let mut lines = Vec::new();
    for seat in [Seat::In, Seat::Waiting] {
        let count = activity::count(work.tx().await?, one.no, seat).await?;
        let rows = activity::registrations(work.tx().await?, one.no, seat, 0, NAMED).await?;
        let mut names = rows.into_iter().map(|row| row.name).collect::<Vec<_>>().join(", ");
        if count > NAMED {
            names.push_str(" …");
        }
        match (seat, count) {
            (Seat::In, 0) => lines.push(Text::new("activity-nobody-in")),
            (Seat::In, _) => lines.push(text!("activity-who-in", count = count, names = names)),
            (_, 0) => {}
            _ => lines.push(text!("activity-who-waiting", count = count, names = names)),
        }
    }
    Ok(lines)
}

/// Its card: what is known, its text, and buttons for what can be done.
pub(super) async fn card(work: &mut Work, one: &Activity, lang: Lang, first: &[Text]) -> Result<Content> {
    let mut said = first.to_vec();
    said.extend(lines(work, one).await?);
    if one.state != State::Draft {
        said.extend(who(work, one).await?);
    }
    let hall = Arc::clone(&work.hall);
    let head = text!("activity-head", no = one.no.to_string(), state = one.state.name());
    let mut text = RichText::default().then_bold(&hall.texts.say(lang, &head));
    for line in &said {
        text = text.then("\n").then(&hall.texts.say(lang, line));
    }
    for shown in one.wording.langs() {
        text = text.then("\n\n").then_rich(&one.wording.rich(shown));
    }
    let mut content = Content::text(text);
    content.buttons = buttons(work, one, lang).await?;
    Ok(content)
}

async fn buttons(work: &mut Work, one: &Activity, lang: Lang) -> Result<Vec<Vec<Button>>> {
    let mut rows = Vec::new();
    match one.state {
        State::Draft => {
            if problems(one, work.now_ms).is_empty() {
                rows.push(vec![
                    button(work, one, lang, "publish", "", Text::new("activity-do-publish")).await?,
                    button(work, one, lang, "test", "", Text::new("activity-do-test")).await?,
                ]);
            }
            let mut row = Vec::new();
            for (what, label) in [
                ("text", Text::new("activity-do-text")),
                ("audience", Text::new("activity-do-audience")),
                ("times", Text::new("activity-do-times")),
            ] {
                row.push(button(work, one, lang, "change", what, label).await?);
            }
            rows.push(row);
            rows.push(vec![button(work, one, lang, "cancel", "", Text::new("activity-do-cancel")).await?]);
        }
        State::Open => {
            let refused = Counts::of(work, &one.no.to_string()).await?.in_states(&[CopyState::Rejected]);
            if refused > 0 {
                let label = text!("activity-do-again", count = refused);
                rows.push(vec![button(work, one, lang, "again", "", label).await?]);
            }
            rows.push(vec![button(work, one, lang, "close", "", Text::new("activity-do-close")).await?]);
        }
        State::Closed | State::Cancelled => {}
    }
    Ok(rows)
}

/// A button under a card. It is good for the draft that the card shows, and no other.
async fn button(
    work: &mut Work,
    one: &Activity,
    lang: Lang,
    verb: &'static str,
    what: &str,
    label: Text,
) -> Result<Button> {
    let payload = json!({ "no": one.no, "version": one.version, "what": what });
    let label = work.hall.texts.say(lang, &label);
    let expires_at_ms = Some(work.now_ms + BUTTONS_LIVE_MS);
    Ok(work.button(NewButton { feature: NAME, verb, payload, for_user: None, expires_at_ms }, label).await?)
}

/// Says something where staff hear of an activity.
pub(super) async fn tell_staff(
    work: &mut Work,
    one: &Activity,
    said: &[Text],
    rows: Vec<Vec<Button>>,
) -> Result<()> {
    let default = work.hall.default_lang;
    let tx = work.tx().await?;
    let known = match &one.place {
        Some(place) => chat::get(tx, &place.chat).await?.map(|chat| (place.clone(), chat.lang)),
        None => None,
    };
    let found = match known {
        Some(known) => Some(known),
        None => {
            let staff = chat::by_purpose(tx, Purpose::Staff).await?.into_iter().next();
            staff.map(|chat| (Place::chat(&chat.id), chat.lang))
        }
    };
    let Some((place, lang)) = found else { return Ok(()) };
    let lang = lang.unwrap_or(default);
    let lines: Vec<String> = said.iter().map(|line| work.hall.texts.say(lang, line)).collect();
    let mut content = Content::text(lines.join("\n"));
    content.buttons = rows;
    work.say(place, content);
    Ok(())
}
