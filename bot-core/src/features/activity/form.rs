//! The forms and the staff's buttons: a new activity, and changes of one.

use serde_json::json;

use super::acts::{self, Change, NewActivity};
use super::command::say_card;
use super::{Activity, NAME, State, card, draft, load, staff_of};
use crate::chat::{Action, Feature as Can, Lane, Lang};
use crate::error::Result;
use crate::feature::{Actor, Press, Submission};
use crate::features::form::{NewField, NewFieldKind, NewForm};
use crate::features::segment::{self, Audience};
use crate::features::wording::{TITLE_MAX_CHARS, Wording};
use crate::ids::ActivityNo;
use crate::text;
use crate::texts::Text;
use crate::work::{Outgoing, Work};

/// Asks for a new activity.
pub(super) async fn open_new(work: &mut Work, at: &Actor) -> Result<()> {
    let mut fields = text_fields(true);
    fields.extend(time_fields(true));
    fields.push(audience_field());
    let title = Text::new("activity-form-new");
    Ok(work.open_form(at, NewForm { feature: NAME, name: "new", title, payload: json!({}), fields }).await?)
}

async fn open_change(work: &mut Work, at: &Actor, one: &Activity, what: &str) -> Result<()> {
    let (name, fields) = match what {
        "audience" => ("audience", vec![audience_field()]),
        "times" => ("times", time_fields(false)),
        _ => ("text", text_fields(false)),
    };
    let title = text!("activity-form-change", no = one.no.to_string());
    let payload = json!({ "no": one.no });
    Ok(work.open_form(at, NewForm { feature: NAME, name, title, payload, fields }).await?)
}

fn field(name: &'static str, label: Text, hint: Text, kind: NewFieldKind, required: bool) -> NewField {
    NewField { name, label, hint: Some(hint), kind, required }
}

fn text_fields(new: bool) -> Vec<NewField> {
    let body = || if new { Text::new("activity-hint-body") } else { Text::new("activity-hint-keep") };
    vec![
        field(
            "title",
            Text::new("activity-field-title"),
            Text::new("activity-hint-title"),
            NewFieldKind::Line,
            new,
        ),
        field("zh", Text::new("activity-field-zh"), body(), NewFieldKind::Text, false),
        field("en", Text::new("activity-field-en"), body(), NewFieldKind::Text, false),
    ]
}

fn time_fields(new: bool) -> Vec<NewField> {
    vec![
        field(
            "starts",
            Text::new("activity-field-starts"),
            Text::new("activity-hint-starts"),
            NewFieldKind::Line,
            new,
        ),
        field(
            "until",
            Text::new("activity-field-until"),
            Text::new("activity-hint-until"),
            NewFieldKind::Line,
            false,
        ),
        field(
            "places",
            Text::new("activity-field-places"),
            Text::new("activity-hint-places"),
            NewFieldKind::Line,
            false,
        ),
    ]
}

fn audience_field() -> NewField {
    let hint = Text::new("activity-hint-audience");
    field("audience", Text::new("activity-field-audience"), hint, NewFieldKind::Line, true)
}

/// Takes in a form. What is wrong in one answer costs none of the others: the draft is kept, and its card says
/// what is missing.
pub(super) async fn filled(work: &mut Work, form: &Submission) -> Result<()> {
    let at = &form.at;
    let staff = staff_of(at)?.id.clone();
    let mut wrong = Vec::new();
    let wording = wording_of(form, &mut wrong);
    let audience = audience_of(work, form, &mut wrong).await?;
    let starts_at_ms = moment(work, form, "starts", &mut wrong);
    let until_ms = moment(work, form, "until", &mut wrong);
    let capacity = places(form, &mut wrong);
    let one = if form.form == "new" {
        let place = Some(at.place());
        let capacity = capacity.unwrap_or(0);
        let new = NewActivity { wording, audience, starts_at_ms, until_ms, capacity, place };
        acts::create(work, new, &staff).await?
    } else {
        let no = form.payload["no"].as_i64().map(ActivityNo).unwrap_or(ActivityNo(0));
        let change = Change { wording: Some(wording), audience, starts_at_ms, until_ms, capacity };
        acts::change(work, no, change, &staff).await?
    };
    say_card(work, at, &one, &wrong).await
}

fn wording_of(form: &Submission, wrong: &mut Vec<Text>) -> Wording {
    let answer = |name: &str| form.answers.get(name).map(String::as_str);
    let mut title = answer("title").map(str::to_owned);
    if let Some(long) = title.as_mut().filter(|title| title.chars().count() > TITLE_MAX_CHARS) {
        wrong.push(text!("activity-title-cut", max = TITLE_MAX_CHARS));
        *long = long.chars().take(TITLE_MAX_CHARS).collect();
    }
    Wording::typed(title.as_deref(), answer("zh"), answer("en"))
}

async fn audience_of(work: &mut Work, form: &Submission, wrong: &mut Vec<Text>) -> Result<Option<Audience>> {
    let Some(line) = form.answers.get("audience") else { return Ok(None) };
    let hall = std::sync::Arc::clone(&work.hall);
    let known = segment::vocabulary(work.tx().await?, &hall).await?;
    Ok(draft::audience(line, &known).map_err(|why| wrong.push(why)).unwrap_or_default())
}

fn moment(work: &Work, form: &Submission, name: &str, wrong: &mut Vec<Text>) -> Option<i64> {
    draft::moment(work, form.answers.get(name)?).map_err(|why| wrong.push(why)).ok()
}

fn places(form: &Submission, wrong: &mut Vec<Text>) -> Option<i64> {
    draft::places(form.answers.get("places")?).map_err(|why| wrong.push(why)).ok()
}

/// Does what a button under a card says.
pub(super) async fn pressed(work: &mut Work, press: &Press, one: Activity) -> Result<Option<Text>> {
    let at = &press.at;
    let staff = staff_of(at)?.id.clone();
    let stale = one.version != press.payload["version"].as_i64().unwrap_or(0);
    if stale && one.state == State::Draft && matches!(press.verb.as_str(), "publish" | "test") {
        return Err(Text::new("activity-changed-meanwhile").into());
    }
    let (one, toast) = match press.verb.as_str() {
        "publish" => (acts::publish(work, one.no, &staff).await?, Text::new("activity-toast-published")),
        "close" => (acts::close(work, one.no, &staff).await?, Text::new("activity-toast-closed")),
        "cancel" => (acts::cancel(work, one.no, &staff).await?, Text::new("activity-toast-cancelled")),
        "again" => (acts::send_again(work, one.no, &staff).await?, Text::new("activity-toast-again")),
        "test" => {
            let content = card::contents(&work.hall, &one);
            for lang in one.wording.langs() {
                work.say(at.place(), content(lang));
            }
            work.audit(at, "activity.test", one.no, None).await?;
            return Ok(Some(Text::new("activity-toast-test")));
        }
        _ => {
            let now = load(work, one.no).await?;
            if now.state != State::Draft {
                return Err(text!("activity-not-now", state = now.state.name()).into());
            }
            open_change(work, at, &now, press.payload["what"].as_str().unwrap_or("text")).await?;
            return Ok(None);
        }
    };
    show(work, press, &one).await?;
    Ok(Some(toast))
}

/// Shows in place of the card with the button how it stands now; where nothing can be edited, below it.
async fn show(work: &mut Work, press: &Press, one: &Activity) -> Result<()> {
    let can_edit = work.capabilities(&press.at.chat).is_native(Can::Edit);
    let Some(message) = press.message.as_ref().filter(|_| can_edit) else {
        return say_card(work, &press.at, one, &[]).await;
    };
    let lang: Lang = press.at.lang;
    let content = card::card(work, one, lang, &[]).await?;
    let action = Action::Edit { message: message.clone().into(), content };
    work.send(Outgoing::new(press.at.place(), Lane::Talk, action));
    Ok(())
}
