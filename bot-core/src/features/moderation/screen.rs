//! Looks at every message of a group before anybody else does, and acts on what the policy says.

use moderation::{Engine, Outcome, Sanction as Measure, Verdict, ladder};
use serde_json::json;

use super::decide::{Follow, Target, after_verdict, may_punish};
use super::{NAME, act, flag, notify, picture, policy, proof, staff, words};
use crate::chat::{Attachment, Content, EventBody, MemberRole, MessageKey, Sender, ThreadKey};
use crate::directory::{Chat, User};
use crate::error::Result;
use crate::feature::{Flow, Incoming};
use crate::features::lockdown;
use crate::features::webhook::{self, Happened};
use crate::hall::Hall;
use crate::ids::CaseNo;
use crate::store::chat;
use crate::store::message::{self, TEXT_KEPT_UTF8};
use crate::store::moderation::{self as store, Case, CaseState, Notice, Removal};
use crate::text;
use crate::texts::Text;
use crate::work::{Place, Work};

/// Checks a message or an edit.
pub(super) async fn incoming(work: &mut Work, incoming: &Incoming) -> Result<Flow> {
    let (EventBody::Message(message) | EventBody::Edited(message)) = &incoming.event.body else {
        return Ok(Flow::Pass);
    };
    // Posts of linked channels, anonymous admins and the bot itself have no user.
    let (Sender::User { role, .. }, Some(user)) = (&message.from, &incoming.user) else {
        return Ok(Flow::Pass);
    };
    if incoming.chat.is_direct() || !is_subject(&work.hall, user, *role) {
        return Ok(Flow::Pass);
    }
    let engine = work.hall.policy.engine();
    // Databases cannot hold U+0000. What stands in for it is one byte as well, so that no span moves.
    let text = message.content.text.text.replace('\0', "\u{1A}");
    let edited = matches!(incoming.event.body, EventBody::Edited(_));
    let earlier = earlier(work, &engine, &incoming.chat, user, &message.message).await?;
    let seen = policy::Seen {
        chat: &incoming.chat,
        user,
        role: *role,
        text: &text,
        marks: &message.content.text.marks,
        files: &message.content.attachments,
        edited,
        forwarded: message.forwarded.is_some(),
        earlier,
    };
    let verdict = work.hall.policy.check(&engine, &seen, incoming.event.at_ms);
    let files = &message.content.attachments;
    let flow = if verdict.outcome == Outcome::Pass {
        note_shadow(work, &verdict, user, &incoming.chat);
        Flow::Pass
    } else {
        let thread = message.thread.as_ref();
        let posted = Posted { chat: &incoming.chat, user, message: &message.message, thread, files };
        found(work, &posted, &engine, &verdict, text).await?
    };
    if flow == Flow::Pass {
        picture::fetch(work, &incoming.chat, &message.message, files, &engine);
    }
    Ok(flow)
}

/// How many messages somebody wrote in a group before this one, where a rule of the policy asks.
async fn earlier(
    work: &mut Work,
    engine: &Engine,
    chat: &Chat,
    user: &User,
    besides: &MessageKey,
) -> Result<Option<u32>> {
    let Some(most) = engine.policy().early_messages() else { return Ok(None) };
    Ok(Some(message::earlier_by(work.tx().await?, &user.id, &chat.id, besides, most).await?))
}

/// A message of a group, as far as a case needs it.
pub(super) struct Posted<'a> {
    pub(super) chat: &'a Chat,
    pub(super) user: &'a User,
    pub(super) message: &'a MessageKey,
    pub(super) thread: Option<&'a ThreadKey>,
    pub(super) files: &'a [Attachment],
}

/// Shows what rules in shadow would have looked at.
fn note_shadow(work: &mut Work, verdict: &Verdict, user: &User, chat: &Chat) {
    if let Some(hit) = verdict.hits.iter().find(|hit| hit.shadow && hit.score > 0) {
        let text = text!("moderation-note-shadow", rule = hit.rule.as_str(), name = &user.name);
        work.note(NAME, Some(&chat.id), text);
    }
}

/// Takes in that somebody joined, and tells staff where that or their name breaks a rule.
pub(super) async fn joined(work: &mut Work, incoming: &Incoming, user: &User) -> Result<()> {
    let engine = work.hall.policy.engine();
    let verdict = work.hall.policy.joined(&engine, &incoming.chat, user, incoming.event.at_ms);
    let Some(hit) = verdict.gravest().filter(|_| verdict.outcome != Outcome::Pass) else { return Ok(()) };
    let title = engine.policy().rule(hit.rule.as_str()).map(|rule| rule.title.clone());
    let Some(title) = title else { return Ok(()) };
    // Of a name each time; of many who join at once, once.
    if !hit.in_name && !work.hall.policy.tells_of_joins(&incoming.chat.id, incoming.event.at_ms) {
        return Ok(());
    }
    let (name, group) = (&user.name, &incoming.chat.title);
    let text = text!("moderation-joined", name = name, group = group, rule = words::both(&title));
    if hit.in_name {
        return Ok(staff::tell(work, &incoming.chat.account, &text).await?);
    }
    rush(work, &incoming.chat, &text).await
}

/// Tells staff of many who join at once, with the means to stop it.
async fn rush(work: &mut Work, group: &Chat, text: &Text) -> Result<()> {
    let Some(staff) = staff::staff_chat(work, &group.account).await? else { return Ok(()) };
    let lang = staff::lang_of(work, &staff);
    let said = work.hall.texts.say(lang, text);
    let row = vec![lockdown::lock_button(work, group, lang).await?];
    work.say(Place::chat(&staff.id), Content::text(said).with_row(row));
    Ok(())
}

/// Whether somebody's messages are checked.
pub(super) fn is_subject(hall: &Hall, user: &User, role: MemberRole) -> bool {
    let roster = hall.roster.load();
    let target = Target { user, staff: roster.of_person(&user.person), role: Some(role) };
    may_punish(None, target).is_ok()
}

/// Does what the policy says of a message in which something was found.
pub(super) async fn found(
    work: &mut Work,
    posted: &Posted<'_>,
    engine: &Engine,
    verdict: &Verdict,
    text: String,
) -> Result<Flow> {
    let Posted { chat, user, .. } = *posted;
    let text = text[..text.floor_char_boundary(TEXT_KEPT_UTF8)].to_owned();
    let before = store::of_message(work.tx_unflushed(), &chat.id, posted.message).await?;
    let known = before.as_ref().map(|case| (case.state, case.message_text.as_deref() == Some(text.as_str())));
    let follow = after_verdict(verdict.outcome, known);
    match (follow, before) {
        (Follow::Nothing, _) => Ok(Flow::Pass),
        // A moderator let the message stand.
        (Follow::RemoveAgain, Some(case)) if case.removal == Removal::None => Ok(Flow::Pass),
        (Follow::RemoveAgain, Some(mut case)) => {
            act::remove_message(work, &mut case);
            store::put(work.tx().await?, &case).await?;
            Ok(Flow::Done)
        }
        (Follow::Escalate, Some(mut case)) => {
            charge(&mut case, engine, verdict, text);
            carry_out(work, &mut case, user, chat, engine).await?;
            Ok(Flow::Done)
        }
        (Follow::Flag, None) if flag::is_known(work, chat, user, verdict).await? => Ok(Flow::Pass),
        (follow, _) => {
            let mut case = open(work, posted).await?;
            proof::fetch(work, chat, case.no, posted.files);
            charge(&mut case, engine, verdict, text);
            store::put(work.tx_unflushed(), &case).await?;
            tell_opened(work, &case).await?;
            if follow != Follow::Flag {
                carry_out(work, &mut case, user, chat, engine).await?;
                return Ok(Flow::Done);
            }
            note(work, &case, user, chat, None);
            flag::show(work, &case, user, chat).await?;
            Ok(Flow::Pass)
        }
    }
}

/// Tells webhooks of a new case.
pub(super) async fn tell_opened(work: &mut Work, case: &Case) -> Result<()> {
    let detail = json!({ "no": case.no.to_string(), "by": case.by });
    webhook::tell(work, Happened::CaseOpened, case.no, detail).await
}

/// A new case about a message.
async fn open(work: &mut Work, posted: &Posted<'_>) -> Result<Case> {
    let no = CaseNo(chat::next_number(work.tx_unflushed(), "case").await?);
    Ok(Case {
        message: Some(posted.message.clone()),
        thread: posted.thread.cloned(),
        ..Case::flagged(no, &posted.chat.id, &posted.user.id, work.now_ms)
    })
}

/// Writes what was found into a case.
fn charge(case: &mut Case, engine: &Engine, verdict: &Verdict, text: String) {
    let gravest = verdict.gravest();
    case.points = gravest.map_or(1, |hit| hit.points.max(1));
    case.rule = gravest.map(|hit| hit.rule.to_string());
    case.policy_version = Some(verdict.policy_version);
    case.explanation = Some(engine.explain(verdict, None));
    case.message_text = Some(text);
}

/// Makes a case stand: the message goes, the ladder says what happens to the person, and they are told. Gives what
/// the ladder said.
pub(super) async fn carry_out(
    work: &mut Work,
    case: &mut Case,
    user: &User,
    chat: &Chat,
    engine: &Engine,
) -> Result<Measure> {
    let ladder = engine.policy().ladder_of(case.rule.as_deref().unwrap_or_default());
    let since_ms = work.now_ms.saturating_sub(ladder.window_ms());
    let offences = store::offences(work.tx().await?, &user.person, since_ms, case.no).await?;
    let others = store::other_offenders(work.tx().await?, &user.person, since_ms, &user.id).await?;
    let history = moderation::History { offences, other_accounts: u32::try_from(others).unwrap_or(u32::MAX) };
    let rung = ladder::decide(ladder, &history, work.now_ms, case.points);
    case.state = CaseState::Stands;
    if let Some(explanation) = &mut case.explanation {
        explanation.ladder = Some(rung);
    }
    act::remove_message(work, case);
    case.notice = Notice::Due;
    store::put(work.tx().await?, case).await?;
    act::impose(work, case, user, chat, rung.sanction).await?;
    if !matches!(rung.sanction, Measure::Mute { .. }) {
        notify::tell(work, case).await?;
        store::put(work.tx().await?, case).await?;
    }
    note(work, case, user, chat, Some(rung.sanction));
    Ok(rung.sanction)
}

fn note(work: &mut Work, case: &Case, user: &User, chat: &Chat, measure: Option<Measure>) {
    let (no, rule) = (case.no.to_string(), case.rule.as_deref().unwrap_or_default());
    let text = match measure {
        Some(measure) => {
            let what = words::measure(measure);
            text!("moderation-note-hit", no = no, rule = rule, name = &user.name, what = what)
        }
        None => text!("moderation-note-flagged", no = no, rule = rule, name = &user.name),
    };
    work.note(NAME, Some(&chat.id), text);
}
