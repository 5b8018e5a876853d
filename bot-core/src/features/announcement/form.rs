//! The forms: a new announcement, and changes of one.

use serde_json::json;

use super::acts::{self, Change, NewAnnouncement};
use super::command::say_card;
use super::{Announcement, NAME, Time, Timing, load, staff_of, timing, variant, variant_name};
use crate::chat::Lang;
use crate::error::Result;
use crate::feature::{Actor, Submission};
use crate::features::form::{NewField, NewFieldKind, NewForm};
use crate::features::segment::{self, Audience};
use crate::features::wording::{TITLE_MAX_CHARS, Wording};
use crate::ids::AnnouncementNo;
use crate::text;
use crate::texts::Text;
use crate::work::Work;

/// How much of what stands is quoted in a hint, in characters.
const QUOTED_CHARS: usize = 80;

/// Asks for a new announcement.
pub(super) async fn open_new(work: &mut Work, at: &Actor) -> Result<()> {
    let mut fields = wording_fields(None);
    fields.push(audience_field());
    fields.push(when_field(false));
    let title = Text::new("announcement-form-new");
    Ok(work.open_form(at, NewForm { feature: NAME, name: "new", title, payload: json!({}), fields }).await?)
}

/// Asks for a change of the text, the audience or the time, or for another text.
pub(super) async fn open_change(work: &mut Work, at: &Actor, one: &Announcement, what: &str) -> Result<()> {
    if what == "variant" {
        let n = one.variants.as_ref().map_or(1, variant::Variants::count);
        return open_variant(work, at, one, n).await;
    }
    let (name, fields) = match what {
        "audience" => ("audience", vec![audience_field()]),
        "when" => ("when", vec![when_field(true)]),
        _ => ("text", wording_fields(Some(&one.wording))),
    };
    let title = text!("announcement-form-change", no = one.no.to_string());
    let payload = json!({ "no": one.no });
    Ok(work.open_form(at, NewForm { feature: NAME, name, title, payload, fields }).await?)
}

/// Asks for another text that is tested against its own, or for a change of the one that it has there; `n` is 1 for B.
pub(super) async fn open_variant(work: &mut Work, at: &Actor, one: &Announcement, n: usize) -> Result<()> {
    let now = one.variants.as_ref().and_then(|variants| variants.others.get(n.wrapping_sub(1)));
    let fields = wording_fields(now);
    let title = text!("announcement-form-variant", no = one.no.to_string(), variant = variant_name(n));
    let payload = json!({ "no": one.no, "variant": n });
    Ok(work.open_form(at, NewForm { feature: NAME, name: "variant", title, payload, fields }).await?)
}

fn wording_fields(now: Option<&Wording>) -> Vec<NewField> {
    let hint = |stands: Option<&str>, new: Text| {
        Some(match stands {
            Some(text) => {
                text!("announcement-hint-now", now = text.chars().take(QUOTED_CHARS).collect::<String>())
            }
            None => new,
        })
    };
    let title = now.map(|now| now.title(Lang::Zh));
    let (zh, en) = (now.and_then(|now| now.body_zh.as_deref()), now.and_then(|now| now.body_en.as_deref()));
    vec![
        NewField {
            name: "title",
            label: Text::new("announcement-field-title"),
            hint: hint(title, Text::new("announcement-hint-title")),
            kind: NewFieldKind::Line,
            required: now.is_none(),
        },
        NewField {
            name: "zh",
            label: Text::new("announcement-field-zh"),
            hint: hint(zh, Text::new("announcement-hint-body")),
            kind: NewFieldKind::Text,
            required: false,
        },
        NewField {
            name: "en",
            label: Text::new("announcement-field-en"),
            hint: hint(en, Text::new("announcement-hint-body")),
            kind: NewFieldKind::Text,
            required: false,
        },
    ]
}

fn audience_field() -> NewField {
    NewField {
        name: "audience",
        label: Text::new("announcement-field-audience"),
        hint: Some(Text::new("announcement-hint-audience")),
        kind: NewFieldKind::Line,
        required: true,
    }
}

fn when_field(required: bool) -> NewField {
    NewField {
        name: "when",
        label: Text::new("announcement-field-when"),
        hint: Some(Text::new("announcement-hint-when")),
        kind: NewFieldKind::Line,
        required,
    }
}

/// Takes in a form. What is wrong in one answer costs none of the others: the draft is kept, and its card says
/// what is missing.
pub(super) async fn filled(work: &mut Work, form: &Submission) -> Result<()> {
    let at = &form.at;
    let staff = staff_of(at)?.id.clone();
    let mut wrong = Vec::new();
    if form.form == "new" {
        let wording = wording_of(form, &mut wrong);
        let audience = audience_of(work, form, &mut wrong).await?;
        let (at_ms, local) = when_of(work, form, &mut wrong).kept(work.hall.texts.zone());
        let (place, timing) = (Some(at.place()), Timing { local, ..Timing::default() });
        let new = NewAnnouncement { wording, audience, at_ms, timing, place, ..NewAnnouncement::default() };
        let one = acts::create(work, new, &staff).await?;
        return say_card(work, at, &one, &wrong).await;
    }
    let no = form.payload["no"].as_i64().map(AnnouncementNo).unwrap_or(AnnouncementNo(0));
    let one = load(work, no).await?;
    let one = match form.form.as_str() {
        "text" if one.state.is_open() => {
            let wording = Some(wording_of(form, &mut wrong));
            acts::change(work, no, Change { wording, ..Change::default() }, &staff).await?
        }
        "text" => {
            let wording = wording_of(form, &mut wrong);
            super::edit(work, no, wording, &staff).await?
        }
        "variant" => {
            let n = form.payload["variant"].as_u64().and_then(|n| usize::try_from(n).ok()).unwrap_or(1);
            let wording = wording_of(form, &mut wrong);
            variant::put_text(work, no, n, wording, &staff).await?
        }
        "audience" => {
            let audience = audience_of(work, form, &mut wrong).await?;
            if let Some(wrong) = wrong.pop() {
                return Err(wrong.into());
            }
            acts::change(work, no, Change { audience, ..Change::default() }, &staff).await?
        }
        _ => {
            let time = when_of(work, form, &mut wrong);
            if let Some(wrong) = wrong.pop() {
                return Err(wrong.into());
            }
            match time {
                Time::At(at_ms) if super::card::problems(&one).is_empty() => {
                    acts::schedule(work, no, at_ms, &staff).await?
                }
                Time::Local(there) if super::card::problems(&one).is_empty() => {
                    timing::schedule_local(work, no, there, &staff).await?
                }
                // Kept until what is missing is there.
                time => {
                    let (at_ms, local) = time.kept(work.hall.texts.zone());
                    let change = Change { at_ms: Some(at_ms), local, ..Change::default() };
                    acts::change(work, no, change, &staff).await?
                }
            }
        }
    };
    say_card(work, at, &one, &wrong).await
}

fn wording_of(form: &Submission, wrong: &mut Vec<Text>) -> Wording {
    let answer = |name: &str| form.answers.get(name).map(String::as_str);
    let mut title = answer("title").map(str::to_owned);
    if let Some(long) = title.as_mut().filter(|title| title.chars().count() > TITLE_MAX_CHARS) {
        wrong.push(text!("announcement-title-cut", max = TITLE_MAX_CHARS));
        *long = long.chars().take(TITLE_MAX_CHARS).collect();
    }
    Wording::typed(title.as_deref(), answer("zh"), answer("en"))
}

async fn audience_of(work: &mut Work, form: &Submission, wrong: &mut Vec<Text>) -> Result<Option<Audience>> {
    let Some(line) = form.answers.get("audience") else { return Ok(None) };
    let hall = std::sync::Arc::clone(&work.hall);
    let known = segment::vocabulary(work.tx().await?, &hall).await?;
    Ok(segment::parse(line, &known).map_err(|why| wrong.push(why)).ok())
}

fn when_of(work: &Work, form: &Submission, wrong: &mut Vec<Text>) -> Time {
    let Some(typed) = form.answers.get("when") else { return Time::Now };
    Time::parse(typed, work.hall.texts.zone(), work.now_ms).unwrap_or_else(|why| {
        wrong.push(why);
        Time::Now
    })
}
