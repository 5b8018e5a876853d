//! The commands and buttons of moderation.

use moderation::Sanction as Measure;

use super::order::{self, Order};
use super::{flag, notify, report, staff, view, words};
use crate::chat::{Action, Content, Lane, RichText};
use crate::directory::{Chat, Purpose, User};
use crate::error::{FeatureError, Result};
use crate::feature::{Actor, Invocation, Press};
use crate::ids::CaseNo;
use crate::roster::{Permission, Staff};
use crate::store::chat;
use crate::store::message::{self, StoredMessage};
use crate::store::moderation::{self as store, CaseFilter, SanctionKind, SanctionState};
use crate::text;
use crate::texts::{Arg, Text};
use crate::work::{Outgoing, Place, Work};

/// Words before the reason that also delete the message replied to.
const DELETE_WORDS: [&str; 4] = ["del", "-d", "删", "删除"];
/// Words before the reason that let a ban take away what the person wrote in the time that follows them.
const PURGE_WORDS: [&str; 4] = ["purge", "-p", "清", "清空"];
/// How many groups are named in one sentence.
const GROUPS_NAMED: usize = 5;

/// Does a command.
pub(super) async fn invoked(work: &mut Work, call: &Invocation) -> Result<()> {
    match call.spec.name {
        "warn" => punish(work, call, Measure::Warn).await,
        "mute" => {
            let ms = call.args.duration_ms("for").unwrap_or_default();
            punish(work, call, Measure::Mute { ms }).await
        }
        "kick" => punish(work, call, Measure::Kick).await,
        "ban" => punish(work, call, Measure::Ban).await,
        "unmute" => lift(work, call, SanctionKind::Mute).await,
        "unban" => lift(work, call, SanctionKind::Ban).await,
        "undo" => undo(work, call).await,
        "uphold" | "dismiss" => decide(work, call).await,
        "report" => report::reported(work, call).await,
        "case" => show(work, call).await,
        "cases" => list(work, call).await,
        other => Err(FeatureError::Internal(format!("moderation has no command {other}"))),
    }
}

async fn punish(work: &mut Work, call: &Invocation, measure: Measure) -> Result<()> {
    let by = staff_at(&call.at)?;
    let message = replied(work, call).await?;
    let (user, targets) = targets(work, call).await?;
    let message = message.filter(|message| message.author.as_ref() == Some(&user.id));
    let Wish { remove, purge_ms, reason } = wish_of(call.args.words("reason"));
    let groups = named(targets.iter().map(|(_, chat)| chat));
    let reason_said = reason.clone().map_or_else(|| Arg::from(Text::new("moderation-no-reason")), Arg::from);
    let order = Order { user: user.clone(), targets, measure, reason, message, remove, purge_ms };
    let case = order::punish(work, &by.id, order).await?;
    let detail = text!(
        "moderation-staff-did",
        by = &by.name,
        what = words::measure(measure),
        name = &user.name,
        group = groups,
        reason = reason_said,
        no = case.no.to_string()
    );
    let detail = if purge_ms > 0 {
        let purged = text!("moderation-purged", length = words::length(purge_ms));
        text!("moderation-two", first = detail, second = purged)
    } else {
        detail
    };
    answer(work, call, &text!("moderation-noted", no = case.no.to_string()), &detail).await
}

/// What stands behind the person in a command.
#[derive(Debug, Default, PartialEq, Eq)]
struct Wish {
    /// Whether the message replied to goes.
    remove: bool,
    /// How much of what they wrote goes.
    purge_ms: i64,
    /// Why.
    reason: Option<String>,
}

/// What is to go, and what is left as the reason.
fn wish_of(words: Option<&str>) -> Wish {
    let mut wish = Wish::default();
    let is_one = |known: &[&str], word: &str| known.iter().any(|one| one.eq_ignore_ascii_case(word));
    let next = |words: &str| -> (String, String) {
        let (first, rest) = words.split_once(char::is_whitespace).unwrap_or((words, ""));
        (first.to_owned(), rest.trim().to_owned())
    };
    let mut left = words.unwrap_or_default().trim().to_owned();
    loop {
        let (first, rest) = next(&left);
        if !wish.remove && is_one(&DELETE_WORDS, &first) {
            (wish.remove, left) = (true, rest);
            continue;
        }
        let (length, after) = next(&rest);
        match moderation::duration::parse(&length) {
            Ok(ms) if wish.purge_ms == 0 && is_one(&PURGE_WORDS, &first) => {
                (wish.purge_ms, left) = (ms, after);
            }
            _ => break,
        }
    }
    wish.reason = Some(left).filter(|reason| !reason.is_empty());
    wish
}

/// The message that a command replies to.
pub(super) async fn replied(work: &mut Work, call: &Invocation) -> Result<Option<StoredMessage>> {
    match &call.reply_to {
        Some(key) => Ok(message::by_key(work.tx().await?, &call.at.chat.id, key).await?),
        None => Ok(None),
    }
}

/// Whom a command names, and where it hits them: in the group where it was said; from the staff chat in every
/// community group where the person is a member.
async fn targets(work: &mut Work, call: &Invocation) -> Result<(User, Vec<(User, Chat)>)> {
    if call.at.chat.purpose != Purpose::Staff {
        let user =
            work.find_user(call, "who").await?.ok_or_else(|| FeatureError::from(Text::new("who-unseen")))?;
        let targets = vec![(user.clone(), Chat::clone(&call.at.chat))];
        return Ok((user, targets));
    }
    let user = work
        .find_user_anywhere(call, "who")
        .await?
        .ok_or_else(|| FeatureError::from(Text::new("who-unseen")))?;
    let mut targets = Vec::new();
    for one in chat::users_of(work.tx().await?, &user.person).await? {
        if one.account != user.account {
            continue;
        }
        let chats = chat::of_user(work.tx().await?, &one.id).await?;
        let served = chats.into_iter().filter(|chat| chat.purpose == Purpose::Community && !chat.is_direct());
        targets.extend(served.map(|chat| (one.clone(), chat)));
    }
    if targets.is_empty() {
        return Err(text!("moderation-in-no-group", name = &user.name).into());
    }
    Ok((user, targets))
}

async fn lift(work: &mut Work, call: &Invocation, kind: SanctionKind) -> Result<()> {
    let by = staff_at(&call.at)?;
    let in_staff_chat = call.at.chat.purpose == Purpose::Staff;
    let found = if in_staff_chat {
        work.find_user_anywhere(call, "who").await?
    } else {
        work.find_user(call, "who").await?
    };
    let user = found.ok_or_else(|| FeatureError::from(Text::new("who-unseen")))?;
    let here = (!in_staff_chat).then_some(&*call.at.chat);
    let lifted = order::lift(work, &by.id, &user, kind, here).await?;
    let mut groups = Vec::new();
    for sanction in &lifted {
        groups.extend(chat::get(work.tx().await?, &sanction.chat).await?);
    }
    let detail = text!(
        "moderation-staff-lifts",
        by = &by.name,
        kind = words::kind(kind),
        name = &user.name,
        group = named(groups.iter())
    );
    let brief = text!("moderation-lifting", kind = words::kind(kind));
    answer(work, call, &brief, &detail).await
}

async fn undo(work: &mut Work, call: &Invocation) -> Result<()> {
    let by = staff_at(&call.at)?;
    let no = case_no(call.args.words("case"))?;
    let undone = order::undo(work, &by.id, no).await?;
    let mut said = text!("moderation-undo-done", no = no.to_string(), by = &by.name);
    let asked = undone.sanctions.iter().any(|sanction| sanction.state == SanctionState::Undoing);
    let kicked = undone.sanctions.iter().any(|sanction| sanction.kind == SanctionKind::Kick);
    let removed = !matches!(undone.case.removal, store::Removal::None | store::Removal::Refused)
        || undone.sanctions.iter().any(|sanction| sanction.purge_ms > 0);
    for (holds, key) in [
        (asked, Text::new("moderation-undo-asked")),
        (kicked, Text::new("moderation-undo-kick")),
        (removed, Text::new("moderation-undo-message")),
    ] {
        if holds {
            said = text!("moderation-two", first = said, second = key);
        }
    }
    answer(work, call, &text!("moderation-undo-brief", no = no.to_string()), &said).await
}

async fn decide(work: &mut Work, call: &Invocation) -> Result<()> {
    let by = staff_at(&call.at)?;
    let no = case_no(call.args.words("case"))?;
    let said = decided(work, &by, no, call.spec.name).await?;
    let said = work.hall.texts.say(call.at.lang, &said);
    work.say(call.at.place(), Content::text(said).replying_to(call.message.clone()));
    Ok(())
}

/// Upholds or dismisses a flagged case, and gives what was decided.
async fn decided(work: &mut Work, by: &Staff, no: CaseNo, verb: &str) -> Result<Text> {
    if verb == "uphold" {
        let (_, measure) = order::uphold(work, &by.id, no).await?;
        let what = words::measure(measure);
        return Ok(text!("moderation-upheld", no = no.to_string(), by = &by.name, what = what));
    }
    order::dismiss(work, &by.id, no).await?;
    Ok(text!("moderation-dismissed", no = no.to_string(), by = &by.name))
}

/// Takes a press of Uphold or Dismiss: the line in the staff chat then shows what was decided.
pub(super) async fn pressed(work: &mut Work, press: &Press) -> Result<Option<Text>> {
    let by = staff_at(&press.at)?;
    let no = press.payload.get("case").and_then(serde_json::Value::as_i64).map(CaseNo);
    let no = no.ok_or_else(|| FeatureError::Internal("a button names no case".into()))?;
    let said = decided(work, &by, no, &press.verb).await?;
    let shown = work.hall.texts.say(staff::lang_of(work, &press.at.chat), &said);
    match &press.message {
        Some(message) => {
            let case = order::case(work, no).await?;
            let shown = RichText::plain(shown).then("\n").then_rich(&flag::quoted(&case));
            let action = Action::Edit { message: message.clone().into(), content: Content::text(shown) };
            work.send(Outgoing::new(Place::chat(&press.at.chat.id), Lane::Talk, action));
        }
        None => {
            work.say(press.at.place(), shown);
        }
    }
    Ok(Some(said))
}

async fn show(work: &mut Work, call: &Invocation) -> Result<()> {
    let at = &call.at;
    let named = call.args.words("case");
    let content = if at.staff_who_may(Permission::ReadCases).is_some() {
        let case = order::case(work, case_no(named)?).await?;
        Content::text(view::for_staff(work, &case, at.lang).await?)
    } else {
        let case = own_case(work, at, named).await?;
        notify::for_person(work, &case, &at.user, at.lang).await?
    };
    work.say(at.place(), content);
    Ok(())
}

/// The case of the person who asks: the one they name, or their latest that concerns them.
async fn own_case(work: &mut Work, at: &Actor, named: Option<&str>) -> Result<store::Case> {
    if let Some(named) = named {
        let no = case_no(Some(named))?;
        let found = notify::of_person(work, no, &at.user).await?;
        return found.ok_or_else(|| Text::new("moderation-not-yours").into());
    }
    let filter = CaseFilter { person: Some(at.user.person.clone()), ..CaseFilter::default() };
    let cases = store::list(work.tx().await?, &filter, None, 20).await?;
    let told = cases.into_iter().find(|case| case.notice != store::Notice::None);
    told.ok_or_else(|| Text::new("moderation-you-none").into())
}

async fn list(work: &mut Work, call: &Invocation) -> Result<()> {
    let user = work.find_user_anywhere(call, "who").await?;
    let user = user.ok_or_else(|| FeatureError::from(Text::new("who-unseen")))?;
    let said = view::list(work, &user, call.at.lang).await?;
    work.say(call.at.place(), said);
    Ok(())
}

/// Answers a command: in the staff chat and in private with all of it, in a group briefly, while the detail goes to
/// the staff chat.
async fn answer(work: &mut Work, call: &Invocation, brief: &Text, detail: &Text) -> Result<()> {
    let at = &call.at;
    let open = at.chat.purpose == Purpose::Staff || at.chat.is_direct();
    let said = work.hall.texts.say(at.lang, if open { detail } else { brief });
    work.say(at.place(), Content::text(said).replying_to(call.message.clone()));
    if !open {
        staff::tell(work, &at.chat.account, detail).await?;
    }
    Ok(())
}

fn case_no(word: Option<&str>) -> Result<CaseNo> {
    let word = word.ok_or_else(|| FeatureError::from(Text::new("moderation-which-case")))?;
    CaseNo::parse(word).ok_or_else(|| text!("moderation-no-such-case", no = word).into())
}

fn staff_at(at: &Actor) -> Result<Staff> {
    at.staff.clone().ok_or_else(|| Text::new("moderation-not-staff").into())
}

/// The titles of groups, in one line.
fn named<'c>(chats: impl Iterator<Item = &'c Chat>) -> String {
    let mut titles: Vec<&str> = chats.map(|chat| chat.title.as_str()).collect();
    titles.dedup();
    let more = titles.len().saturating_sub(GROUPS_NAMED);
    titles.truncate(GROUPS_NAMED);
    let line = titles.join(", ");
    if more > 0 { format!("{line} (+{more})") } else { line }
}

#[cfg(test)]
mod tests {
    use super::{Wish, wish_of};

    #[test]
    fn words_before_the_reason_say_what_else_goes() {
        const DAY: i64 = 86_400_000;
        for (words, remove, purge_ms, reason) in [
            (None, false, 0, None),
            (Some("spam again"), false, 0, Some("spam again")),
            (Some("del"), true, 0, None),
            (Some("DEL spam"), true, 0, Some("spam")),
            (Some("删 刷屏"), true, 0, Some("刷屏")),
            (Some("delivery spam"), false, 0, Some("delivery spam")),
            (Some("purge 1d scam"), false, DAY, Some("scam")),
            (Some("del purge 1d"), true, DAY, None),
            (Some("清空 2天 del 诈骗"), true, 2 * DAY, Some("诈骗")),
            (Some("purge attempts of the list"), false, 0, Some("purge attempts of the list")),
            (Some("purge"), false, 0, Some("purge")),
        ] {
            let expected = Wish { remove, purge_ms, reason: reason.map(str::to_owned) };
            assert_eq!(wish_of(words), expected, "{words:?}");
        }
    }
}
