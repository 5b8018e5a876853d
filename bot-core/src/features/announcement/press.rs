//! The buttons under cards and reports.

use super::{
    Announcement, NAME, State, ack, acts, card, click, command, filled, form, load, series, staff_of, unknown,
};
use crate::chat::{Action, Feature as Can, Lane};
use crate::directory::Reach;
use crate::error::Result;
use crate::feature::{Actor, Press};
use crate::features::delivery::{Letter as _, Values};
use crate::features::segment::Target;
use crate::ids::{AnnouncementNo, StaffId};
use crate::roster::Staff;
use crate::store::{chat, delivery as copies};
use crate::text;
use crate::texts::Text;
use crate::work::{Origin, Outgoing, Place, Work};

/// Does what a button says.
pub(super) async fn pressed(work: &mut Work, press: &Press) -> Result<Option<Text>> {
    if press.verb == "ack" {
        return ack::pressed(work, press).await;
    }
    let at = &press.at;
    let staff = staff_of(at)?.id.clone();
    let no = press.payload["no"].as_i64().map(AnnouncementNo).unwrap_or(AnnouncementNo(0));
    let mut one = load(work, no).await?;
    if matches!(press.verb.as_str(), "send" | "schedule" | "test" | "repeat") {
        acts::is_as_shown(&one, press.payload["version"].as_i64().unwrap_or(0))?;
    }
    let toast = match press.verb.as_str() {
        "send" => {
            one = acts::send_now(work, no, &staff).await?;
            Text::new("announcement-toast-sending")
        }
        "schedule" => match one.at_ms.filter(|_| one.state == State::Draft) {
            Some(at_ms) => {
                one = acts::schedule(work, no, at_ms, &staff).await?;
                text!("announcement-toast-scheduled", when = crate::texts::Moment { at_ms })
            }
            None => {
                form::open_change(work, at, &one, "when").await?;
                return Ok(None);
            }
        },
        "test" => return test(work, at, &one, "").await.map(Some),
        // The card that carries the button knows nothing of copies that are out.
        "cancel" if !one.state.is_open() && one.state != State::Cancelled => {
            return Err(
                text!("announcement-out-already", no = no.to_string(), state = one.state.name()).into()
            );
        }
        "cancel" => {
            one = acts::cancel(work, no, &staff).await?;
            Text::new("announcement-toast-cancelled")
        }
        "approve" => {
            let seen = press.payload["hash"].as_str().unwrap_or_default();
            one = super::approve(work, no, seen, &staff).await?;
            Text::new("announcement-toast-approved")
        }
        verb @ ("pause" | "resume" | "stop" | "recall") => {
            let (now, toast) = steer(work, no, &staff, verb).await?;
            one = now;
            toast
        }
        verb @ ("pin" | "receipt" | "clicks" | "repeat") => {
            let (now, toast) = toggle(work, no, &staff, press, verb).await?;
            one = now;
            toast
        }
        "change" => {
            let what = press.payload["what"].as_str().unwrap_or("text");
            form::open_change(work, at, &one, what).await?;
            return Ok(None);
        }
        "again" => {
            acts::send_again(work, no, &staff).await?;
            return Ok(Some(Text::new("announcement-toast-again")));
        }
        "unknown" => return about_unknown(work, &mut one, press).await.map(Some),
        _ => Text::new("announcement-toast-kept"),
    };
    show(work, press, &one).await?;
    Ok(Some(toast))
}

/// Switches what goes with the copies.
async fn toggle(
    work: &mut Work,
    no: AnnouncementNo,
    by: &StaffId,
    press: &Press,
    verb: &str,
) -> Result<(Announcement, Text)> {
    let wanted = |key: &str| press.payload[key].as_bool().unwrap_or(false);
    if verb == "repeat" {
        return repeat(work, no, by, press).await;
    }
    if verb == "pin" {
        let one = acts::set_pin(work, no, wanted("pin"), by).await?;
        let toast = if one.pin {
            Text::new("announcement-toast-pin")
        } else {
            Text::new("announcement-toast-no-pin")
        };
        return Ok((one, toast));
    }
    if verb == "clicks" {
        let one = click::set_clicks(work, no, wanted("clicks"), by).await?;
        let toast = if one.clicks {
            Text::new("announcement-toast-clicks")
        } else {
            Text::new("announcement-toast-no-clicks")
        };
        return Ok((one, toast));
    }
    let one = ack::set_ack(work, no, wanted("ack"), by).await?;
    let toast = if one.ack {
        Text::new("announcement-toast-receipt")
    } else {
        Text::new("announcement-toast-no-receipt")
    };
    Ok((one, toast))
}

/// Starts what repeats, lets it wait, or ends it.
async fn repeat(
    work: &mut Work,
    no: AnnouncementNo,
    by: &StaffId,
    press: &Press,
) -> Result<(Announcement, Text)> {
    Ok(match press.payload["what"].as_str().unwrap_or_default() {
        "start" => (series::start(work, no, by).await?, Text::new("announcement-toast-repeat-started")),
        "pause" => (series::pause_series(work, no, by).await?, Text::new("announcement-toast-repeat-paused")),
        _ => (series::end_series(work, no, by).await?, Text::new("announcement-toast-repeat-ended")),
    })
}

/// Holds back what is on its way, lets it go on, ends it or takes it back.
async fn steer(
    work: &mut Work,
    no: AnnouncementNo,
    by: &StaffId,
    verb: &str,
) -> Result<(Announcement, Text)> {
    Ok(match verb {
        "pause" => (acts::pause(work, no, by).await?, Text::new("announcement-toast-paused")),
        "resume" => (acts::resume(work, no, by).await?, Text::new("announcement-toast-sending")),
        "stop" => (acts::cancel(work, no, by).await?, Text::new("announcement-toast-stopped")),
        _ => (acts::recall(work, no, by).await?, Text::new("announcement-toast-recalling")),
    })
}

/// Shows in place of the card with the button how it stands now; where nothing can be edited, below it, for the buttons of the
/// old card are good for what it shows alone.
async fn show(work: &mut Work, press: &Press, one: &Announcement) -> Result<()> {
    let can_edit = work.capabilities(&press.at.chat).is_native(Can::Edit);
    let Some(message) = press.message.as_ref().filter(|_| can_edit) else {
        return command::say_card(work, &press.at, one, &[]).await;
    };
    let content = card::card(work, one, press.at.lang, &[]).await?;
    let action = Action::Edit { message: message.clone().into(), content };
    work.send(Outgoing::new(press.at.place(), Lane::Talk, action));
    Ok(())
}

/// Sends it, exactly as it will look to a recipient, to the one who asks: in private where possible, else right here. `reader`
/// names that recipient; empty for the first.
pub(super) async fn test(work: &mut Work, at: &Actor, one: &Announcement, reader: &str) -> Result<Text> {
    let direct = work.direct_chat(&at.user).await?;
    let private = match direct.reach {
        Reach::Open => true,
        Reach::Untried => work.capabilities(&direct).is_native(Can::DirectFirst),
        _ => false,
    };
    let place = if private { Place::chat(&direct.id) } else { at.place() };
    let reader = filled::reader(work, one, reader).await?;
    send_test(work, &place, one, reader.as_ref()).await?;
    work.audit(at, "announcement.test", one.no, None).await?;
    Ok(match (private, reader) {
        (true, None) => Text::new("announcement-toast-test"),
        (true, Some(reader)) => text!("announcement-toast-test-as", name = reader.name),
        (false, _) => Text::new("announcement-toast-test-here"),
    })
}

/// Sends it in each of its languages to one place.
async fn send_test(
    work: &mut Work,
    place: &Place,
    one: &Announcement,
    reader: Option<&Target>,
) -> Result<()> {
    if one.wording.langs().is_empty() {
        return Err(Text::new("announcement-no-text").into());
    }
    if let Some(wrong) = filled::problems(&one.wording).into_iter().next() {
        return Err(wrong.into());
    }
    let handle = if one.ack { Some(ack::handle(work, one.no, true).await?) } else { None };
    let letter = card::letter(work, one).await?.with_handle(handle);
    let mut values = match reader {
        Some(reader) => filled::values_of(work, one, reader).await?,
        None => Values::default(),
    };
    if letter.links(None).is_some() {
        values.link = click::test_token(work, one).await?.and_then(|token| letter.links(Some(&token)));
    }
    for lang in one.wording.langs() {
        let origin = Origin::new(NAME, "test", one.no);
        let content = letter.content(lang, &values);
        work.send(Outgoing::new(place.clone(), Lane::Talk, Action::Send(content)).heard_by(origin));
    }
    Ok(())
}

/// Sends it, exactly as it will look to a recipient, to a staff member in private: on every platform where they opened a chat
/// with the bot. `reader` names that recipient; empty for the first. Gives on how many platforms.
///
/// # Errors
/// A sentence when they did so nowhere, it has no text, or nobody of the audience is called so.
pub async fn test_to(work: &mut Work, no: AnnouncementNo, staff: &Staff, reader: &str) -> Result<usize> {
    let one = load(work, no).await?;
    let reader = filled::reader(work, &one, reader).await?;
    let Some(person) = &staff.person else { return Err(Text::new("announcement-test-nowhere").into()) };
    let mut places = 0;
    for user in chat::users_of(work.tx().await?, person).await? {
        let direct = work.direct_chat(&user).await?;
        if direct.reach == Reach::Open {
            send_test(work, &Place::chat(&direct.id), &one, reader.as_ref()).await?;
            places += 1;
        }
    }
    if places == 0 {
        return Err(Text::new("announcement-test-nowhere").into());
    }
    work.audit_staff(&staff.id, "announcement.test", no, None).await?;
    Ok(places)
}

/// One copy of unknown end: send it again, or leave it.
async fn about_unknown(work: &mut Work, one: &mut Announcement, press: &Press) -> Result<Text> {
    let recipient = press.payload["recipient"].as_str().unwrap_or_default();
    let again = press.payload["again"].as_bool().unwrap_or(false);
    let push = one.no.to_string();
    let detail = Some(recipient.to_owned());
    if !again {
        let tx = work.tx().await?;
        let copy = copies::get(tx, &push, recipient).await?;
        if copy.is_some_and(|copy| copy.state == crate::features::delivery::CopyState::Unknown) {
            copies::set_reason(tx, &push, recipient, "left").await?;
        }
        work.audit(&press.at, "announcement.leave_unknown", one.no, detail).await?;
        return Ok(Text::new("announcement-toast-left"));
    }
    if !unknown::retry_unknown(work, one, recipient).await? {
        return Err(Text::new("announcement-known-by-now").into());
    }
    work.audit(&press.at, "announcement.retry_unknown", one.no, detail).await?;
    Ok(Text::new("announcement-toast-again"))
}
