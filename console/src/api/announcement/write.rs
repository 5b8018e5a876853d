//! What programs do with announcements.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use bot_core::chat::{FileDigest, Lang};
use bot_core::features::announcement::{self as feature, Field, Kept, Typed, variant_named, wording_of};
use bot_core::ids::{AnnouncementNo, StaffId};
use bot_core::roster::Permission;
use bot_core::store::announcement;
use bot_core::texts::Text;
use bot_core::work::Work;
use serde::Deserialize;
use utoipa::ToSchema;

use super::variants::TestText;
use super::{AnnouncementInFull, in_full};
use crate::api::problem::{Problem, Problems};
use crate::api::write::{Keyed, Stop, Write, WriteProblems};
use crate::state::Console;

/// The end of the year 9999, beyond which no time can be shown, unix milliseconds.
pub(in crate::api) const TIMES_END_MS: i64 = 253_402_300_799_999;

/// What an announcement says, and to whom. A field that is left out says nothing.
#[derive(Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct AnnouncementText {
    /// The Chinese title, 200 characters at most.
    title_zh: String,
    /// The English title, 200 characters at most.
    title_en: String,
    /// The Chinese text, 20,000 characters at most.
    body_zh: String,
    /// The English text, 20,000 characters at most.
    body_en: String,
    /// Who gets it, as in the composer: `all`, `tier crown`, `group Sellers`, ….
    audience: String,
    /// Whether it is pinned where it can be.
    pin: bool,
    /// Whether its readers are asked to say that they have read it.
    ack: bool,
    /// Whether it goes out in quiet hours too.
    loud: bool,
    /// Whether clicks on its links are counted; refused where readers cannot reach the program.
    clicks: bool,
    /// By which rule it goes out again and again: `cron 0 9 * * 1`, `rrule FREQ=WEEKLY;BYDAY=MO;BYHOUR=9`,
    /// `every monday 09:00`, with `until 2026-12-31` or `in Europe/Berlin` behind it. Empty for not at all; left out, it stays.
    /// It goes when `start_series` starts it.
    repeat: Option<String>,
    /// Other texts that a part of the audience tests against this one, and how; `null` for none.
    test: Option<TestText>,
}

/// A draft as it is to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnnouncementEdit {
    /// The version that this is a change of.
    version: i64,
    /// All of it: what is left out says nothing from now on.
    text: AnnouncementText,
}

/// What is done with an announcement.
#[derive(Deserialize, ToSchema)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum AnnouncementAct {
    /// Sends it, as a recipient will read it, to the token's owner in private, wherever they opened a chat with the bot.
    Test {
        /// The version that was looked at.
        version: i64,
        /// The recipient by name; the first without it.
        #[serde(default)]
        reader: String,
    },
    /// Sends it now.
    Send {
        /// The version that was looked at.
        version: i64,
    },
    /// Sends it at a time.
    Schedule {
        /// The version that was looked at.
        version: i64,
        /// When, unix milliseconds.
        at_ms: i64,
    },
    /// Sends it when the clocks of each recipient show a time.
    ScheduleLocal {
        /// The version that was looked at.
        version: i64,
        /// What they show, such as `2026-11-24T09:00`.
        there: String,
    },
    /// A second person approves what is to go out, or the text that is proposed for what has.
    Approve {
        /// `hash` of what was looked at, or its first eight digits or more.
        hash: String,
    },
    /// Says when it expires: what has not gone out by then never does, pins and notices are taken off, copies stand.
    Expire {
        /// When, unix milliseconds; `null` for never.
        at_ms: Option<i64>,
    },
    /// Starts what repeats, or lets it go on: it goes out at its next time.
    StartSeries {
        /// The version that was looked at.
        version: i64,
    },
    /// Lets what repeats wait until it is started again.
    PauseSeries,
    /// Ends what repeats. What went out stands.
    EndSeries,
    /// Lets it wait while it is being sent.
    Pause,
    /// Lets it go on.
    Resume,
    /// Drops it before it is sent; while it is being sent, stops what has not gone out.
    Cancel,
    /// Takes it back.
    Recall,
    /// Ends the test of its texts: this one goes to the rest.
    ChooseWinner {
        /// `A` for the announcement's own text, `B`, `C` or `D`.
        variant: String,
    },
    /// Sends it again to those whose copies were refused.
    SendAgain,
    /// Sends copies of unknown end once more; they may arrive twice.
    SendUnknownAgain {
        /// To whom, as `deliveries` gives them.
        recipients: Vec<String>,
    },
    /// Takes one of its files away.
    DropFile {
        /// The version that was looked at.
        version: i64,
        /// `id` of the file.
        file: String,
    },
    /// Puts another text in the place of the one that went out.
    Correct {
        /// The version that this is a change of.
        version: i64,
        /// What it says from now on; `audience`, `pin`, `ack`, `clicks` and `test` have no say.
        text: Box<AnnouncementText>,
    },
}

/// Writes a draft.
#[utoipa::path(
    post,
    path = "/announcements",
    params(Keyed),
    request_body = AnnouncementText,
    responses((status = 201, body = AnnouncementInFull), Problems, WriteProblems)
)]
pub(crate) async fn create(
    State(console): State<Console>,
    write: Write<AnnouncementText>,
) -> Result<Response, Problem> {
    let by = write.by(Permission::Announce)?;
    let step = async |mut work: Work| {
        let no = kept(&mut work, None, &write.body, &by).await?;
        let one = answered(&mut work, no).await?;
        Ok::<_, Stop>((work, (StatusCode::CREATED, one)))
    };
    write.once(&console, step).await
}

/// Changes a draft. A scheduled one is a draft again until somebody schedules it anew.
#[utoipa::path(
    put,
    path = "/announcements/{no}",
    params(("no" = String, Path, description = "The announcement's number."), Keyed),
    request_body = AnnouncementEdit,
    responses((status = 200, body = AnnouncementInFull), Problems, WriteProblems)
)]
pub(crate) async fn edit(
    State(console): State<Console>,
    Path(no): Path<String>,
    write: Write<AnnouncementEdit>,
) -> Result<Response, Problem> {
    let by = write.by(Permission::Announce)?;
    let no = AnnouncementNo::parse(&no).ok_or_else(Problem::not_found)?;
    let step = async |mut work: Work| {
        there(&mut work, no).await?;
        kept(&mut work, Some((no, write.body.version)), &write.body.text, &by).await?;
        let one = answered(&mut work, no).await?;
        Ok::<_, Stop>((work, (StatusCode::OK, one)))
    };
    write.once(&console, step).await
}

/// Does something with an announcement.
#[utoipa::path(
    post,
    path = "/announcements/{no}/acts",
    params(("no" = String, Path, description = "The announcement's number."), Keyed),
    request_body = AnnouncementAct,
    responses((status = 200, body = AnnouncementInFull), Problems, WriteProblems)
)]
pub(crate) async fn act(
    State(console): State<Console>,
    Path(no): Path<String>,
    write: Write<AnnouncementAct>,
) -> Result<Response, Problem> {
    let by = write.by(Permission::Announce)?;
    let no = AnnouncementNo::parse(&no).ok_or_else(Problem::not_found)?;
    let step = async |mut work: Work| {
        there(&mut work, no).await?;
        done(&mut work, no, &write.body, &by).await?;
        let one = answered(&mut work, no).await?;
        Ok::<_, Stop>((work, (StatusCode::OK, one)))
    };
    write.once(&console, step).await
}

async fn there(work: &mut Work, no: AnnouncementNo) -> Result<(), Stop> {
    announcement::get(work.tx().await?, no).await?.ok_or_else(Problem::not_found)?;
    Ok(())
}

async fn answered(work: &mut Work, no: AnnouncementNo) -> Result<AnnouncementInFull, Stop> {
    let one = announcement::get(work.tx().await?, no).await?.ok_or_else(Problem::not_found)?;
    Ok(in_full(work, one).await?)
}

/// Keeps a draft, whole: where something cannot be taken in, nothing is.
async fn kept(
    work: &mut Work,
    before: Option<(AnnouncementNo, i64)>,
    text: &AnnouncementText,
    by: &StaffId,
) -> Result<AnnouncementNo, Stop> {
    match feature::keep(work, before, &text.typed(), false, by).await? {
        Kept::Saved { one, wrong, .. } if wrong.is_empty() => Ok(one.no),
        Kept::Saved { wrong, .. } => Err(refused(work, &wrong).into()),
        Kept::Empty => Err(Problem::wrong("It says nothing.").into()),
        Kept::Meanwhile(one) => {
            Err(Problem::conflict(format!("It was changed meanwhile: it is at version {}.", one.version))
                .into())
        }
    }
}

async fn done(work: &mut Work, no: AnnouncementNo, act: &AnnouncementAct, by: &StaffId) -> Result<(), Stop> {
    match act {
        AnnouncementAct::Test { version, reader } => {
            as_shown(work, no, *version).await?;
            let staff = work.hall.roster.load().get(by).cloned();
            feature::test_to(work, no, &staff.ok_or_else(Problem::no_token)?, reader).await?;
        }
        AnnouncementAct::Send { version } => {
            as_shown(work, no, *version).await?;
            feature::send_now(work, no, by).await?;
        }
        AnnouncementAct::Schedule { version, at_ms } => {
            if !(0..=TIMES_END_MS).contains(at_ms) {
                return Err(Problem::wrong("`at_ms` is no time.").into());
            }
            as_shown(work, no, *version).await?;
            feature::schedule(work, no, *at_ms, by).await?;
        }
        AnnouncementAct::Approve { hash } => drop(feature::approve(work, no, hash, by).await?),
        AnnouncementAct::StartSeries { version } => {
            as_shown(work, no, *version).await?;
            feature::start_series(work, no, by).await?;
        }
        AnnouncementAct::PauseSeries => drop(feature::pause_series(work, no, by).await?),
        AnnouncementAct::EndSeries => drop(feature::end_series(work, no, by).await?),
        AnnouncementAct::Pause => drop(feature::pause(work, no, by).await?),
        AnnouncementAct::Resume => drop(feature::resume(work, no, by).await?),
        AnnouncementAct::ScheduleLocal { version, there } => {
            as_shown(work, no, *version).await?;
            let there: jiff::civil::DateTime = there
                .parse()
                .map_err(|_error| Problem::wrong("`there` is no time such as `2026-11-24T09:00`."))?;
            feature::schedule_local(work, no, there, by).await?;
        }
        AnnouncementAct::Expire { at_ms } => {
            if at_ms.is_some_and(|at_ms| !(0..=TIMES_END_MS).contains(&at_ms)) {
                return Err(Problem::wrong("`at_ms` lies beyond the times that there are.").into());
            }
            feature::set_expiry(work, no, *at_ms, by).await?;
        }
        AnnouncementAct::Cancel => drop(feature::cancel(work, no, by).await?),
        AnnouncementAct::Recall => drop(feature::recall(work, no, by).await?),
        AnnouncementAct::ChooseWinner { variant } => {
            let n =
                variant_named(variant).ok_or_else(|| Problem::wrong("`variant` is none of A, B, C, D."))?;
            feature::choose(work, no, n, by).await?;
        }
        AnnouncementAct::SendAgain => drop(feature::send_again(work, no, by).await?),
        AnnouncementAct::SendUnknownAgain { recipients } => {
            feature::send_unknown_again(work, no, recipients, by).await?;
        }
        AnnouncementAct::DropFile { version, file } => {
            as_shown(work, no, *version).await?;
            feature::detach(work, no, &FileDigest(file.clone()), by).await?;
        }
        AnnouncementAct::Correct { version, text } => {
            let wording = wording_of(&text.typed()).map_err(|wrong| refused(work, &wrong))?;
            feature::correct(work, no, *version, wording, by).await?;
        }
    }
    Ok(())
}

/// Refuses to send another text than the one that was looked at.
async fn as_shown(work: &mut Work, no: AnnouncementNo, version: i64) -> Result<(), Stop> {
    let now = announcement::get(work.tx().await?, no).await?.ok_or_else(Problem::not_found)?;
    Ok(feature::is_as_shown(&now, version)?)
}

/// What cannot be taken in, field by field.
fn refused(work: &Work, wrong: &[(Field, Text)]) -> Problem {
    let one = |(field, why): &(Field, Text)| {
        let name = match field {
            Field::TitleZh => "title_zh",
            Field::TitleEn => "title_en",
            Field::BodyZh => "body_zh",
            Field::BodyEn => "body_en",
            Field::Audience => "audience",
            Field::When => "when",
            Field::Expires => "expires",
            Field::Clicks => "clicks",
            Field::Repeat => "repeat",
            Field::Variant(_) | Field::Test => "test",
        };
        format!("`{name}`: {}", work.hall.texts.say(Lang::En, why))
    };
    Problem::wrong(wrong.iter().map(one).collect::<Vec<_>>().join(" "))
}

impl AnnouncementText {
    fn typed(&self) -> Typed {
        let Self { title_zh, title_en, body_zh, body_en, audience, pin, ack, clicks, loud, repeat, test } =
            self.clone();
        Typed {
            title_zh,
            title_en,
            body_zh,
            body_en,
            audience,
            when: String::new(),
            pin,
            ack,
            clicks,
            loud,
            expires: None,
            repeat,
            test: Some(test.unwrap_or_default().typed()),
        }
    }
}
