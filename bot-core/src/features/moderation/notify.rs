//! Tells a person what happened to them: in private where that is possible, else in one line in the group.

use super::staff::lang_of;
use super::{NAME, words};
use crate::chat::{
    Action, Button, ButtonDo, Content, Feature as Can, Lane, Lang, MarkKind, RichText, ThreadRef,
};
use crate::courier::End;
use crate::directory::{Chat, Purpose, Reach, User};
use crate::error::Result;
use crate::features::form::NewButton;
use crate::ids::CaseNo;
use crate::store::moderation::{
    self as store, Case, CaseState, Notice, Removal, Sanction, SanctionKind, SanctionState,
};
use crate::store::{StoreError, chat};
use crate::text;
use crate::texts::Text;
use crate::work::{Origin, Outgoing, Place, Work};

/// How much of the person's own message they are shown, in bytes.
const OWN_SHOWN_UTF8: usize = 900;

/// Tells the person of a case now. The case must be kept afterwards.
pub(super) async fn tell(work: &mut Work, case: &mut Case) -> Result<()> {
    let Some(user) = chat::user(work.tx().await?, &case.user).await? else { return Ok(()) };
    let direct = work.direct_chat(&user).await?;
    if !is_reachable(work, &direct) {
        return tell_in_group(work, case, &user).await;
    }
    send_notice(work, case, &user, &direct).await?;
    case.notice = Notice::Private;
    Ok(())
}

/// Whether the bot may try to write to somebody in private.
fn is_reachable(work: &Work, direct: &Chat) -> bool {
    match direct.reach {
        Reach::Open => true,
        Reach::Untried => work.capabilities(direct).is_native(Can::DirectFirst),
        _ => false,
    }
}

/// Sends the full notice of a case to its person's private chat.
pub(super) async fn send_notice(work: &mut Work, case: &Case, user: &User, direct: &Chat) -> Result<()> {
    let lang = user.lang.or(direct.lang).unwrap_or(work.hall.default_lang);
    let content = for_person(work, case, user, lang).await?;
    let out = Outgoing::new(Place::chat(&direct.id), Lane::Talk, Action::Send(content));
    work.send(out.heard_by(Origin::new(NAME, "notice", case.no)));
    Ok(())
}

/// A case in plain words for the person whose it is, with the way to appeal.
pub(super) async fn for_person(work: &mut Work, case: &Case, user: &User, lang: Lang) -> Result<Content> {
    let sanctions = store::of_case(work.tx().await?, case.no).await?;
    let group = group_of(work, case, &sanctions).await?;
    let hall = std::sync::Arc::clone(&work.hall);
    let say = |text: &Text| hall.texts.say(lang, text);
    let title = group.as_ref().map(|group| group.title.clone()).unwrap_or_default();
    let mut said = RichText::plain(match case.removal {
        Removal::None => say(&text!("moderation-you-case", no = case.no.to_string(), group = &title)),
        _ => say(&text!("moderation-you-removed", group = &title)),
    });
    if case.message_text.is_some() {
        said = said.then("\n").then_rich(&words::quotation(case, OWN_SHOWN_UTF8));
    }
    for line in why_lines(case).iter().chain(&what_lines(work, case, &sanctions)) {
        said = said.then("\n").then(&say(line));
    }
    if case.state == CaseState::Stands {
        said = said.then("\n").then(&say(&text!("moderation-you-appeal", no = case.no.to_string())));
        let appeal = appeal(work, case, group.as_ref(), user, say(&Text::new("moderation-button-appeal")));
        return Ok(Content::text(said).with_row(vec![appeal.await?]));
    }
    Ok(Content::text(said))
}

async fn appeal(
    work: &mut Work,
    case: &Case,
    group: Option<&Chat>,
    user: &User,
    label: String,
) -> Result<Button, StoreError> {
    let payload = serde_json::json!({
        "chat": group.map(|group| &group.id),
        "message": case.message,
        "subject": format!("Appeal {}", case.no),
    });
    let for_user = Some(user.id.clone());
    let new = NewButton { feature: "ticket", verb: "open", payload, for_user, expires_at_ms: None };
    work.button(new, label).await
}

/// Why it happened.
fn why_lines(case: &Case) -> Vec<Text> {
    let mut lines = Vec::new();
    if let Some(rule) = case.explanation.as_ref().and_then(|explanation| explanation.rules.first()) {
        lines.push(text!("moderation-you-rule", rule = words::both(&rule.title)));
        lines.extend(rule.message.as_ref().map(words::both));
    }
    if let Some(reason) = &case.reason {
        lines.push(text!("moderation-you-reason", reason = reason));
    }
    lines
}

/// What was done, and how it stands now.
fn what_lines(work: &Work, case: &Case, sanctions: &[Sanction]) -> Vec<Text> {
    match case.state {
        CaseState::Undone => return vec![Text::new("moderation-you-undone")],
        CaseState::Dismissed => return vec![Text::new("moderation-you-dismissed")],
        CaseState::Flagged => return vec![Text::new("moderation-you-flagged")],
        CaseState::Stands => {}
    }
    let mut lines: Vec<Text> = Vec::new();
    for sanction in sanctions {
        let line = what_line(work.now_ms, sanction);
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}

fn what_line(now_ms: i64, sanction: &Sanction) -> Text {
    match (sanction.kind, sanction.state) {
        (_, SanctionState::Rejected) => Text::new("moderation-you-nothing"),
        (SanctionKind::Warn, _) => Text::new("moderation-you-warn"),
        (SanctionKind::Kick, _) => Text::new("moderation-you-kick"),
        (
            _,
            SanctionState::Lifted | SanctionState::Lifting | SanctionState::Undoing | SanctionState::Undone,
        ) => Text::new("moderation-you-over"),
        (SanctionKind::Ban, _) => Text::new("moderation-you-ban"),
        (SanctionKind::Mute, _) => {
            let until_ms = sanction.until_ms.unwrap_or(now_ms);
            let whole_ms = until_ms - sanction.requested_at_ms;
            // Seconds that passed until the platform confirmed it are not worth a crooked number.
            let left_ms = until_ms - now_ms;
            let shown_ms = if whole_ms - left_ms < 60_000 { whole_ms } else { left_ms };
            text!("moderation-you-mute", length = words::length(shown_ms))
        }
    }
}

/// The group that a case is about.
async fn group_of(work: &mut Work, case: &Case, sanctions: &[Sanction]) -> Result<Option<Chat>, StoreError> {
    let id = case.chat.as_ref().or_else(|| sanctions.first().map(|sanction| &sanction.chat));
    match id {
        Some(id) => chat::get(work.tx().await?, id).await,
        None => Ok(None),
    }
}

/// One short line in the group, without a word of the message: who, which rule, how long, how to learn more.
async fn tell_in_group(work: &mut Work, case: &mut Case, user: &User) -> Result<()> {
    let sanctions = store::of_case(work.tx().await?, case.no).await?;
    let group = group_of(work, case, &sanctions).await?.filter(|group| group.purpose == Purpose::Community);
    let Some(group) = group else {
        case.notice = Notice::Lost;
        return Ok(());
    };
    let lang = lang_of(work, &group);
    let hall = std::sync::Arc::clone(&work.hall);
    let say = |text: &Text| hall.texts.say(lang, text);
    let why = words::rule_title(case).unwrap_or_else(|| Text::new("moderation-group-by-staff"));
    let held = sanctions.first().filter(|sanction| sanction.state != SanctionState::Rejected);
    let what = match held {
        Some(sanction) => words::measure(words::measure_of(sanction)),
        None => Text::new("moderation-did-nothing"),
    };
    let line = say(&text!("moderation-group-line", what = what, why = why));
    let mut said =
        RichText::plain("").then_marked(&user.name, MarkKind::Mention { user: user.key.clone() }).then(&line);
    let has_buttons = work.capabilities(&group).has_buttons();
    if !has_buttons {
        said = said.then(" ").then(&say(&text!("moderation-group-how", no = case.no.to_string())));
    }
    let mut content = Content::text(said);
    if has_buttons {
        let does = ButtonDo::OpenDirect(format!("c-{}", case.no.0));
        content = content.with_row(vec![Button { label: say(&Text::new("moderation-button-why")), does }]);
    }
    let thread = case.thread.clone().filter(|_| case.chat.as_ref() == Some(&group.id)).map(ThreadRef::from);
    let place = Place { chat: group.id.clone(), thread };
    let out = Outgoing::new(place, Lane::Talk, Action::Send(content));
    work.send(out.heard_by(Origin::new(NAME, "line", case.no)));
    case.notice = Notice::Group;
    Ok(())
}

/// Takes in what became of a notice or of a line in the group.
pub(super) async fn answered(work: &mut Work, no: CaseNo, kind: &str, end: &End) -> Result<()> {
    let Some(mut case) = store::get(work.tx().await?, no).await? else { return Ok(()) };
    match (kind, case.notice, end) {
        ("notice", Notice::Private, End::Sent(_)) => case.notice = Notice::Told,
        // Being told twice, once in a few words, is better than not being told.
        ("notice", Notice::Private, _) => {
            let Some(user) = chat::user(work.tx().await?, &case.user).await? else { return Ok(()) };
            tell_in_group(work, &mut case, &user).await?;
        }
        ("line", Notice::Group, End::Rejected(_)) => case.notice = Notice::Lost,
        _ => return Ok(()),
    }
    Ok(store::put(work.tx().await?, &case).await?)
}

/// Tells the person, when this change is what the telling waited for.
pub(super) async fn after_change(work: &mut Work, sanction: &Sanction) -> Result<()> {
    let Some(mut case) = store::get(work.tx().await?, sanction.case).await? else { return Ok(()) };
    if case.state == CaseState::Undone && sanction.state.is_over() {
        let sanctions = store::of_case(work.tx().await?, case.no).await?;
        let all_over = sanctions.iter().all(|one| one.state.is_over());
        return if all_over { tell_undone(work, &case).await } else { Ok(()) };
    }
    let settled = sanction.state == SanctionState::Active || sanction.state.is_over();
    if case.notice != Notice::Due || !settled {
        return Ok(());
    }
    tell(work, &mut case).await?;
    Ok(store::put(work.tx().await?, &case).await?)
}

/// Tells the person in private that their case was undone. Nothing is said in the group.
pub(super) async fn tell_undone(work: &mut Work, case: &Case) -> Result<()> {
    let Some(user) = chat::user(work.tx().await?, &case.user).await? else { return Ok(()) };
    let direct = work.direct_chat(&user).await?;
    if case.notice == Notice::None || !is_reachable(work, &direct) {
        return Ok(());
    }
    let lang = user.lang.or(direct.lang).unwrap_or(work.hall.default_lang);
    let said = work.hall.texts.say(lang, &text!("moderation-undone-notice", no = case.no.to_string()));
    work.say(Place::chat(&direct.id), said);
    Ok(())
}

/// Shows a case to the person who came to the private chat through the button under the line in the group.
pub(super) async fn opened(work: &mut Work, payload: &str, user: &User, direct: &Chat) -> Result<bool> {
    let Some(no) = payload.strip_prefix("c-").and_then(CaseNo::parse) else { return Ok(false) };
    let lang = user.lang.or(direct.lang).unwrap_or(work.hall.default_lang);
    let content = match of_person(work, no, user).await? {
        Some(case) => for_person(work, &case, user, lang).await?,
        None => Content::text(work.hall.texts.say(lang, &Text::new("moderation-not-yours"))),
    };
    work.say(Place::chat(&direct.id), content);
    Ok(true)
}

/// A case, if it is this person's, with whatever account.
pub(super) async fn of_person(work: &mut Work, no: CaseNo, user: &User) -> Result<Option<Case>> {
    let tx = work.tx().await?;
    let Some(case) = store::get(tx, no).await? else { return Ok(None) };
    let owner = chat::user(tx, &case.user).await?;
    Ok(owner.filter(|owner| owner.person == user.person).map(|_| case))
}
