//! A draft as a form shows it: every field read for itself, and kept only as a whole, over nobody else's change.

use std::sync::Arc;

use super::acts::{self, NewActivity};
use super::decide::{Input, decide};
use super::{Activity, load};
use crate::chat::Lang;
use crate::error::Result;
use crate::features::segment::{self, Audience, Vocabulary};
use crate::features::when::{self, When};
use crate::features::wording::{BODY_MAX_CHARS, TITLE_MAX_CHARS, Wording, clean, clean_line, within};
use crate::ids::{ActivityNo, StaffId};
use crate::text;
use crate::texts::Text;
use crate::work::Work;

/// Longest line for an audience, characters.
const LINE_MAX_CHARS: usize = 2_000;
/// Most places that an activity can have.
const PLACES_MAX: i64 = 1_000_000;

/// The fields of the form, as they were typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    /// The Chinese title.
    pub title_zh: String,
    /// The English title.
    pub title_en: String,
    /// The Chinese body.
    pub body_zh: String,
    /// The English body.
    pub body_en: String,
    /// Who is told of it, in the grammar of [`segment::parse`]; empty for nobody yet.
    pub audience: String,
    /// When it begins, in the words of [`when::parse`]; empty for not known yet.
    pub starts: String,
    /// When sign-up ends, in the same words; empty for at its start.
    pub until: String,
    /// How many may take part; 0 or empty for any number.
    pub places: String,
}

/// A field of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The Chinese title.
    TitleZh,
    /// The English title.
    TitleEn,
    /// The Chinese body.
    BodyZh,
    /// The English body.
    BodyEn,
    /// Who is told of it.
    Audience,
    /// When it begins.
    Starts,
    /// When sign-up ends.
    Until,
    /// How many may take part.
    Places,
}

/// All that a draft says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// What it says.
    pub wording: Wording,
    /// Who is told of it.
    pub audience: Option<Audience>,
    /// When it begins, unix milliseconds.
    pub starts_at_ms: Option<i64>,
    /// When sign-up ends, unix milliseconds; at its start when `None`.
    pub until_ms: Option<i64>,
    /// How many may take part; 0 for any number.
    pub capacity: i64,
}

/// What became of a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It stands as it was given.
    Saved(Activity),
    /// Somebody else changed it meanwhile: nothing was written. This is how it stands.
    Meanwhile(Activity),
}

/// Reads a form. A time that the form showed and nobody touched is `one`'s own, to the millisecond.
///
/// # Errors
/// When the database fails; the inner ones are what is wrong in each field, in the form's order.
pub async fn read(
    work: &mut Work,
    typed: &Typed,
    one: Option<&Activity>,
) -> Result<std::result::Result<Draft, Vec<(Field, Text)>>> {
    let hall = Arc::clone(&work.hall);
    let known = segment::vocabulary(work.tx().await?, &hall).await?;
    let mut wrong = Vec::new();
    let mut field = |field, typed: &str, most| {
        within(typed, most).map_err(|why| wrong.push((field, why))).unwrap_or_default()
    };
    let wording = Wording {
        title_zh: field(Field::TitleZh, &clean_line(&typed.title_zh), TITLE_MAX_CHARS),
        body_zh: field(Field::BodyZh, &clean(&typed.body_zh), BODY_MAX_CHARS),
        title_en: field(Field::TitleEn, &clean_line(&typed.title_en), TITLE_MAX_CHARS),
        body_en: field(Field::BodyEn, &clean(&typed.body_en), BODY_MAX_CHARS),
    };
    let mut noted = |field, why| wrong.push((field, why));
    let audience = audience(&clean_line(&typed.audience), &known);
    let audience = audience.map_err(|why| noted(Field::Audience, why)).unwrap_or_default();
    let mut time = |field, typed: &str, was: Option<i64>| {
        let same = was.filter(|at_ms| when::typed(*at_ms, work.hall.texts.zone()) == typed);
        match typed {
            "" => None,
            _ if same.is_some() => same,
            _ => moment(work, typed).map_err(|why| noted(field, why)).ok(),
        }
    };
    let starts_at_ms = time(Field::Starts, &clean_line(&typed.starts), one.and_then(|one| one.starts_at_ms));
    let until_ms = time(Field::Until, &clean_line(&typed.until), one.and_then(|one| one.until_ms));
    let capacity = match clean_line(&typed.places).as_str() {
        "" => 0,
        typed => places(typed).map_err(|why| noted(Field::Places, why)).unwrap_or_default(),
    };
    let draft = Draft { wording, audience, starts_at_ms, until_ms, capacity };
    Ok(if wrong.is_empty() { Ok(draft) } else { Err(wrong) })
}

/// Writes a draft down: a new one, or in the place of the one that stood at a version.
///
/// # Errors
/// A sentence when it was published already.
pub async fn keep(
    work: &mut Work,
    before: Option<(ActivityNo, i64)>,
    draft: Draft,
    by: &StaffId,
) -> Result<Kept> {
    let Some((no, seen)) = before else {
        let Draft { wording, audience, starts_at_ms, until_ms, capacity } = draft;
        let new = NewActivity { wording, audience, starts_at_ms, until_ms, capacity, place: None };
        return Ok(Kept::Saved(acts::create(work, new, by).await?));
    };
    let one = load(work, no).await?;
    decide(one.state, Input::Change)?;
    if one.version != seen {
        return Ok(Kept::Meanwhile(one));
    }
    Ok(Kept::Saved(acts::put_draft(work, one, draft, by).await?))
}

/// A draft as somebody would type it.
///
/// # Errors
/// When the database fails.
pub async fn typed_of(work: &mut Work, one: &Activity, lang: Lang) -> Result<Typed> {
    let hall = Arc::clone(&work.hall);
    let known = segment::vocabulary(work.tx().await?, &hall).await?;
    let own = |text: &Option<String>| text.clone().unwrap_or_default();
    let time =
        |at_ms: Option<i64>| at_ms.map(|at_ms| when::typed(at_ms, hall.texts.zone())).unwrap_or_default();
    Ok(Typed {
        title_zh: own(&one.wording.title_zh),
        title_en: own(&one.wording.title_en),
        body_zh: own(&one.wording.body_zh),
        body_en: own(&one.wording.body_en),
        audience: one.audience.as_ref().map(|who| segment::line(who, &known, lang)).unwrap_or_default(),
        starts: time(one.starts_at_ms),
        until: time(one.until_ms),
        places: if one.capacity > 0 { one.capacity.to_string() } else { String::new() },
    })
}

/// The audience of a line; none of an empty one.
pub(super) fn audience(line: &str, known: &Vocabulary) -> std::result::Result<Option<Audience>, Text> {
    match within(line, LINE_MAX_CHARS)? {
        Some(line) => segment::parse(&line, known).map(Some),
        None => Ok(None),
    }
}

/// A moment that has yet to come, unix milliseconds.
pub(super) fn moment(work: &Work, typed: &str) -> std::result::Result<i64, Text> {
    match when::parse(typed, work.hall.texts.zone(), work.now_ms)? {
        When::At(at_ms) => Ok(at_ms),
        When::Now => Err(when::past(work.now_ms, work.now_ms)),
    }
}

/// A number of places, also with a Chinese measure word behind it.
pub(super) fn places(typed: &str) -> std::result::Result<i64, Text> {
    let number = typed.trim().trim_end_matches(['人', '个', '位', '名']).trim().parse::<i64>().ok();
    number.filter(|number| (0..=PLACES_MAX).contains(number)).ok_or_else(|| {
        text!("activity-places-wrong", found = typed.chars().take(24).collect::<String>(), max = PLACES_MAX)
    })
}

#[cfg(test)]
mod tests;
