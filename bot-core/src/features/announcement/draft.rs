//! A draft as a form shows it: read field by field, and kept as it was typed where something cannot be read yet.

use super::acts::{self, NewAnnouncement};
use super::apply::apply;
use super::decide::Input;
use super::template::Template;
use super::typed::{typed_time, written};
use super::{
    Announcement, Field, Kept, Rule, Time, Timing, Typed, Variants, click, expiry, four_eyes, load, series,
    variant,
};
use crate::chat::Lang;
use crate::error::Result;
use crate::features::segment::{self, Audience, Vocabulary};
use crate::features::when;
use crate::features::wording::{BODY_MAX_CHARS, TITLE_MAX_CHARS, Wording, within};
use crate::ids::{AnnouncementNo, StaffId};
use crate::store::{announcement, audit, composer};
use crate::texts::Text;
use crate::work::Work;

/// Longest line for an audience or a time, characters.
const LINE_MAX_CHARS: usize = 2_000;

/// What a form says of a draft. `None` where a field cannot be read: the draft keeps what it has there.
#[derive(Debug, Default)]
struct Reading {
    title_zh: Option<Option<String>>,
    title_en: Option<Option<String>>,
    body_zh: Option<Option<String>>,
    body_en: Option<Option<String>>,
    audience: Option<Option<Audience>>,
    at_ms: Option<Option<i64>>,
    /// The time of each recipient's own clock that goes with `at_ms`.
    local: Option<jiff::civil::DateTime>,
    expires_at_ms: Option<Option<i64>>,
    /// `None` where it stays as it is.
    repeat: Option<Option<Rule>>,
    /// `None` where they stay as they are.
    variants: Option<Option<Variants>>,
    wrong: Vec<(Field, Text)>,
}

/// Takes in a form: a new draft where `no` is `None`, else a change of the draft as it was at version `seen`. What is
/// wrong in one field costs no other. `quiet` is for what is kept while somebody types: a row of such changes by one person
/// leaves one line in the audit.
///
/// # Errors
/// A sentence when the announcement went out already.
pub async fn keep(
    work: &mut Work,
    no: Option<(AnnouncementNo, i64)>,
    typed: &Typed,
    quiet: bool,
    by: &StaffId,
) -> Result<Kept> {
    let typed = typed.cleaned();
    let one = match no {
        Some((no, seen)) => {
            let one = load(work, no).await?;
            if one.state.is_open() && one.version != seen {
                return Ok(Kept::Meanwhile(one));
            }
            Some(one)
        }
        None if typed.is_empty() => return Ok(Kept::Empty),
        None => None,
    };
    let hall = std::sync::Arc::clone(&work.hall);
    let known = segment::vocabulary(work.tx().await?, &hall).await?;
    let mut reading = read(work, &typed, one.as_ref(), &known);
    read_repeat(work, &typed, one.as_ref(), &mut reading).await?;
    let (one, changed) = match one {
        None => (create(work, &reading, &typed, by).await?, true),
        Some(one) => change(work, one, &reading, &typed, quiet, by).await?,
    };
    let (one, repeats) = repeat(work, one, &mut reading, by).await?;
    let changed = changed || repeats;
    let wrong = reading.wrong;
    if wrong.is_empty() {
        composer::forget(work.tx().await?, one.no).await?;
    } else {
        composer::put(work.tx().await?, one.no, one.version, &typed).await?;
    }
    Ok(Kept::Saved { one, wrong, changed })
}

async fn create(work: &mut Work, reading: &Reading, typed: &Typed, by: &StaffId) -> Result<Announcement> {
    let new = NewAnnouncement {
        wording: reading.wording(&Wording::default()),
        audience: reading.audience.clone().flatten(),
        pin: typed.pin,
        ack: typed.ack,
        clicks: typed.clicks && click::can_count(&work.hall),
        at_ms: reading.at_ms.flatten(),
        timing: Timing { local: reading.local, loud: typed.loud },
        expires_at_ms: reading.expires_at_ms.flatten(),
        place: None,
        variants: reading.variants.clone().flatten(),
    };
    acts::create(work, new, by).await
}

async fn change(
    work: &mut Work,
    mut one: Announcement,
    reading: &Reading,
    typed: &Typed,
    quiet: bool,
    by: &StaffId,
) -> Result<(Announcement, bool)> {
    let before = one.clone();
    one.wording = reading.wording(&one.wording);
    one.audience = reading.audience.clone().unwrap_or(one.audience);
    one.variants = reading.variants.clone().unwrap_or(one.variants);
    if let Some(at_ms) = reading.at_ms {
        (one.at_ms, one.timing.local) = (at_ms, reading.local);
    }
    // Of what repeats it is each sending's.
    let of_each = match reading.expires_at_ms {
        Some(Some(at_ms)) => series::expires(work, &mut one, Some(at_ms)).await?,
        _ => false,
    };
    if !of_each {
        one.expires_at_ms = reading.expires_at_ms.unwrap_or(one.expires_at_ms);
    }
    (one.pin, one.ack, one.timing.loud) = (typed.pin, typed.ack, typed.loud);
    one.clicks = typed.clicks && click::can_count(&work.hall);
    if one == before {
        return Ok((one, false));
    }
    apply(work, &mut one, Input::Change, Some(by)).await?;
    one.version += 1;
    four_eyes::wrote(&mut one, by);
    announcement::put(work.tx().await?, &one).await?;
    const ACT: &str = "announcement.change";
    let last = if quiet { audit::of(work.tx().await?, &one.no.to_string()).await?.pop() } else { None };
    if !last.is_some_and(|act| act.act == ACT && act.staff.as_ref() == Some(by)) {
        work.audit_staff(by, ACT, one.no, None).await?;
    }
    Ok((one, true))
}

/// What the form of a draft shows, and what is wrong in it.
///
/// # Errors
/// When the database fails.
pub async fn typed_of(
    work: &mut Work,
    one: &Announcement,
    lang: Lang,
) -> Result<(Typed, Vec<(Field, Text)>)> {
    let hall = std::sync::Arc::clone(&work.hall);
    let known = segment::vocabulary(work.tx().await?, &hall).await?;
    typed_with(work, one, &known, lang).await
}

/// The same, for who knows the names that an audience may use.
///
/// # Errors
/// When the database fails.
pub async fn typed_with(
    work: &mut Work,
    one: &Announcement,
    known: &Vocabulary,
    lang: Lang,
) -> Result<(Typed, Vec<(Field, Text)>)> {
    let typed = match composer::get(work.tx().await?, one.no, one.version).await? {
        Some(typed) => typed,
        None => {
            let repeat = series::of(work, one.no).await?.map(|series| series::rule_typed(&series.rule));
            Typed { repeat: Some(repeat.unwrap_or_default()), ..written(work, one, known, lang) }
        }
    };
    if !one.state.is_open() {
        return Ok((typed, Vec::new()));
    }
    let mut reading = read(work, &typed, Some(one), known);
    read_repeat(work, &typed, Some(one), &mut reading).await?;
    Ok((typed, reading.wrong))
}

/// Reads how it repeats; then its time is the beginning of that. A rule that nobody touched is the draft's own.
async fn read_repeat(
    work: &mut Work,
    typed: &Typed,
    one: Option<&Announcement>,
    reading: &mut Reading,
) -> Result<()> {
    let before = match one {
        Some(one) => series::of(work, one.no).await?,
        None => None,
    };
    let variants = reading.variants.as_ref().or(one.map(|one| &one.variants));
    let has_variants = variants.is_some_and(Option::is_some);
    let Some(line) = &typed.repeat else {
        if before.is_some() && has_variants {
            reading.wrong.push((Field::Test, Text::new("announcement-variants-repeat")));
            reading.variants = None;
        }
        return Ok(());
    };
    let start_ms = reading.at_ms.flatten().filter(|at_ms| *at_ms > work.now_ms);
    if series::is_none(line) {
        reading.repeat = before.map(|_| None);
        return Ok(());
    }
    let repeats = before.is_some();
    let own = before.as_ref().filter(|before| series::rule_typed(&before.rule) == *line);
    let read = match own {
        _ if reading.local.is_some() => Err(Text::new("announcement-repeat-local")),
        _ if has_variants => Err(Text::new("announcement-variants-repeat")),
        // Also one that has no time left.
        Some(before) if start_ms.is_none() => Ok(before.rule.clone()),
        _ => series::parse_rule(work, line, start_ms),
    };
    match read {
        Ok(rule) => {
            reading.at_ms = Some(None);
            let same = before.is_some_and(|before| {
                let begins = start_ms.is_none() || before.rule.from == rule.from;
                begins && series::rule_typed(&before.rule) == series::rule_typed(&rule)
            });
            reading.repeat = (!same).then_some(Some(rule));
        }
        Err(why) => reading.wrong.push((Field::Repeat, why)),
    }
    if has_variants && repeats {
        reading.variants = None;
    }
    Ok(())
}

/// Gives a draft the rule that was typed, or takes its rule away; says whether that changed anything.
async fn repeat(
    work: &mut Work,
    one: Announcement,
    reading: &mut Reading,
    by: &StaffId,
) -> Result<(Announcement, bool)> {
    match reading.repeat.take() {
        Some(Some(rule)) => Ok((series::set_rule(work, one.no, rule, by).await?, true)),
        Some(None) => Ok((series::end_series(work, one.no, by).await?, true)),
        None => Ok((one, false)),
    }
}

/// The text of a field, `Some(None)` where it is empty; `None` where it is too long or
/// has a variable that there is not, which is noted.
fn short(field: Field, typed: &str, most: usize, wrong: &mut Vec<(Field, Text)>) -> Option<Option<String>> {
    let text = within(typed, most).map_err(|why| wrong.push((field, why))).ok()?;
    let is_text = !matches!(field, Field::Audience | Field::When | Field::Expires);
    if let Some(why) = Template::parse(typed).err().filter(|_| is_text) {
        wrong.push((field, why));
        return None;
    }
    Some(text)
}

/// What a form says, and nothing else: the text that is to stand in the place of one that went out.
///
/// # Errors
/// What is too long, or no variable.
pub fn wording_of(typed: &Typed) -> std::result::Result<Wording, Vec<(Field, Text)>> {
    let typed = typed.cleaned();
    let mut wrong = Vec::new();
    let reading = Reading {
        title_zh: short(Field::TitleZh, &typed.title_zh, TITLE_MAX_CHARS, &mut wrong),
        title_en: short(Field::TitleEn, &typed.title_en, TITLE_MAX_CHARS, &mut wrong),
        body_zh: short(Field::BodyZh, &typed.body_zh, BODY_MAX_CHARS, &mut wrong),
        body_en: short(Field::BodyEn, &typed.body_en, BODY_MAX_CHARS, &mut wrong),
        ..Reading::default()
    };
    if wrong.is_empty() { Ok(reading.wording(&Wording::default())) } else { Err(wrong) }
}

fn read(work: &Work, typed: &Typed, one: Option<&Announcement>, known: &Vocabulary) -> Reading {
    let mut reading = Reading::default();
    let wrong = &mut reading.wrong;
    reading.title_zh = short(Field::TitleZh, &typed.title_zh, TITLE_MAX_CHARS, wrong);
    reading.title_en = short(Field::TitleEn, &typed.title_en, TITLE_MAX_CHARS, wrong);
    reading.body_zh = short(Field::BodyZh, &typed.body_zh, BODY_MAX_CHARS, wrong);
    reading.body_en = short(Field::BodyEn, &typed.body_en, BODY_MAX_CHARS, wrong);
    let audience = short(Field::Audience, &typed.audience, LINE_MAX_CHARS, wrong);
    let when = short(Field::When, &typed.when, LINE_MAX_CHARS, wrong);
    if typed.clicks && !click::can_count(&work.hall) {
        wrong.push((Field::Clicks, click::cannot(&work.hall)));
    }
    let texts: Vec<&Wording> = one.iter().map(|one| &one.wording).collect();
    let usual = variant::usual_measure(click::can_count(&work.hall), &texts, typed.ack);
    reading.variants = typed.test.as_ref().and_then(|test| variant::read(test, usual, wrong));
    reading.audience = match audience {
        Some(Some(line)) => match segment::parse(&line, known) {
            Ok(audience) => Some(Some(audience)),
            Err(why) => {
                wrong.push((Field::Audience, why));
                None
            }
        },
        other => other.map(|_| None),
    };
    reading.at_ms = match when {
        Some(Some(line)) => match time(work, &line, one) {
            Ok((at_ms, local)) => {
                reading.local = local;
                Some(at_ms)
            }
            Err(why) => {
                wrong.push((Field::When, why));
                None
            }
        },
        other => other.map(|_| None),
    };
    if let Some(line) = &typed.expires {
        let known = one.and_then(|one| one.expires_at_ms).filter(|at_ms| typed_time(work, *at_ms) == *line);
        reading.expires_at_ms = match known.map_or_else(|| expiry::parse(work, line), |at_ms| Ok(Some(at_ms)))
        {
            Ok(at_ms) => Some(at_ms),
            Err(why) => {
                wrong.push((Field::Expires, why));
                None
            }
        };
    }
    reading
}

/// The time that was typed. One that the form showed and nobody touched is the draft's own, to the millisecond.
fn time(
    work: &Work,
    line: &str,
    one: Option<&Announcement>,
) -> std::result::Result<(Option<i64>, Option<jiff::civil::DateTime>), Text> {
    let zone = work.hall.texts.zone();
    if let Some(at_ms) = one
        .filter(|one| one.timing.local.is_none())
        .and_then(|one| one.at_ms)
        .filter(|at_ms| typed_time(work, *at_ms) == line)
    {
        return if at_ms > work.now_ms {
            Ok((Some(at_ms), None))
        } else {
            Err(when::past(at_ms, work.now_ms))
        };
    }
    let time = Time::parse(line, zone, work.now_ms)?;
    let same = one.filter(|one| matches!(time, Time::Local(there) if one.timing.local == Some(there)));
    // Where it was scheduled before, the moment at which it begins is known.
    Ok(same.map_or_else(|| time.kept(zone), |one| (one.at_ms, one.timing.local)))
}

impl Reading {
    /// The wording; fields that cannot be read stay as they are.
    fn wording(&self, before: &Wording) -> Wording {
        let field = |read: &Option<Option<String>>, before: &Option<String>| match read {
            Some(read) => read.clone(),
            None => before.clone(),
        };
        Wording {
            title_en: field(&self.title_en, &before.title_en),
            title_zh: field(&self.title_zh, &before.title_zh),
            body_en: field(&self.body_en, &before.body_en),
            body_zh: field(&self.body_zh, &before.body_zh),
        }
    }
}
