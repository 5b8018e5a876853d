//! Shows cases to staff, with their proof.

use std::sync::Arc;

use moderation::{Evidence, HitKind};

use super::words;
use crate::chat::{Lang, RichText};
use crate::directory::User;
use crate::error::Result;
use crate::store::chat;
use crate::store::moderation::{self as store, Case, CaseFilter, Sanction, SanctionState};
use crate::text;
use crate::texts::{Moment, Text};
use crate::work::Work;

/// How much of the message is shown, in bytes.
const SHOWN_UTF8: usize = 2_000;
/// How many cases of a person are listed.
const LISTED: i64 = 10;
/// How many of the policy's words and expressions are named.
const FOUND_SHOWN: usize = 8;

/// A case with all that is known of it.
///
/// # Errors
/// When the database fails.
pub async fn for_staff(work: &mut Work, case: &Case, lang: Lang) -> Result<RichText> {
    let hall = Arc::clone(&work.hall);
    let say = |text: &Text| hall.texts.say(lang, text);
    let user = chat::user(work.tx().await?, &case.user).await?;
    let group = match &case.chat {
        Some(chat) => chat::get(work.tx().await?, chat).await?.map(|chat| chat.title),
        None => None,
    };
    let mut said = RichText::plain("")
        .then_bold(&case.no.to_string())
        .then(" · ")
        .then(&say(&words::case_state(case.state)));
    let mut lines = vec![text!(
        "moderation-case-who",
        name = name_of(user.as_ref()),
        group = group.unwrap_or_else(|| "–".to_owned()),
        at = Moment { at_ms: case.at_ms }
    )];
    lines.extend(why(case));
    lines.push(match case.by.as_ref().map(|by| staff_name(work, by)) {
        Some(by) => text!("moderation-case-by", by = by),
        None => Text::new("moderation-case-by-bot"),
    });
    if let Some(by) = case.decided_by.as_ref().map(|by| staff_name(work, by)) {
        let at = Moment { at_ms: case.decided_at_ms.unwrap_or(case.at_ms) };
        lines.push(text!("moderation-case-decided", by = by, at = at));
    }
    for line in &lines {
        said = said.then("\n").then(&say(line));
    }
    if case.message_text.is_some() {
        said = said.then("\n").then_rich(&words::quotation(case, SHOWN_UTF8));
        said = said.then("\n").then(&say(&words::removal(case.removal)));
    }
    let sanctions = store::of_case(work.tx().await?, case.no).await?;
    for sanction in &sanctions {
        let line = sanction_line(work, sanction).await?;
        said = said.then("\n• ").then(&say(&line));
    }
    Ok(said.then("\n").then(&say(&words::notice(case.notice))))
}

fn name_of(user: Option<&User>) -> String {
    match user {
        Some(User { name, username: Some(username), key, .. }) => format!("{name} (@{username}, {key})"),
        Some(User { name, key, .. }) => format!("{name} ({key})"),
        None => "?".to_owned(),
    }
}

fn staff_name(work: &Work, id: &crate::ids::StaffId) -> String {
    let roster = work.hall.roster.load();
    roster.get(id).map_or_else(|| id.to_string(), |staff| staff.name.clone())
}

/// Rules, what of them was found, and the step of the ladder; or the reason that staff gave.
fn why(case: &Case) -> Vec<Text> {
    let mut lines = Vec::new();
    if let Some(explanation) = &case.explanation {
        if let Some(category) = explanation.category {
            let score = i64::from(explanation.score);
            lines.push(text!(
                "moderation-case-category",
                category = words::category(category),
                score = score
            ));
        }
        for rule in &explanation.rules {
            if let Some(learnt) = rule.evidence.iter().find(|evidence| evidence.kind == HitKind::Learnt) {
                lines.push(by_learner(learnt, explanation.policy_version));
                continue;
            }
            // What is no place in the text, such as a behaviour, is shown as the policy writes it.
            let found: Vec<&str> = rule
                .evidence
                .iter()
                .map(|evidence| evidence.spans.first().map_or(evidence.pattern.as_str(), |span| &span.text))
                .take(FOUND_SHOWN)
                .collect();
            lines.push(text!(
                "moderation-case-rule",
                title = words::both(&rule.title),
                id = rule.rule.as_str(),
                version = i64::from(explanation.policy_version),
                found = found.join(" · ")
            ));
        }
        lines.extend(explanation.ladder.as_ref().map(words::rung));
    }
    lines.extend(case.reason.as_ref().map(|reason| text!("moderation-case-reason", reason = reason)));
    lines
}

/// What the learner found: nothing of a list of words, so how sure it is and which parts told it most.
fn by_learner(learnt: &Evidence, version: u32) -> Text {
    let telling: Vec<&str> =
        learnt.spans.iter().map(|span| span.text.as_str()).filter(|text| !text.trim().is_empty()).collect();
    let telling = telling.into_iter().take(FOUND_SHOWN).collect::<Vec<_>>().join(" · ");
    text!(
        "moderation-case-learnt",
        percent = learnt.pattern.as_str(),
        version = i64::from(version),
        found = if telling.is_empty() { "–".to_owned() } else { telling }
    )
}

async fn sanction_line(work: &mut Work, sanction: &Sanction) -> Result<Text> {
    let group = chat::get(work.tx().await?, &sanction.chat).await?.map(|chat| chat.title).unwrap_or_default();
    let line = text!(
        "moderation-case-sanction",
        what = words::measure(words::measure_of(sanction)),
        group = group,
        state = words::state(sanction.state)
    );
    let line = if sanction.purge_ms > 0 {
        text!("moderation-case-purge", line = line, length = words::length(sanction.purge_ms))
    } else {
        line
    };
    let left_ms = sanction.until_ms.unwrap_or_default() - work.now_ms;
    Ok(match (&sanction.error, sanction.state) {
        (_, SanctionState::Active) if left_ms > 0 => {
            text!("moderation-case-left", line = line, left = words::length(left_ms))
        }
        (Some(why), _) => text!("moderation-case-error", line = line, why = why),
        _ => line,
    })
}

/// The latest cases of a person, one a line.
pub(super) async fn list(work: &mut Work, user: &User, lang: Lang) -> Result<String> {
    let filter = CaseFilter { person: Some(user.person.clone()), ..CaseFilter::default() };
    let cases = store::list(work.tx().await?, &filter, None, LISTED).await?;
    let hall = Arc::clone(&work.hall);
    let say = |text: &Text| hall.texts.say(lang, text);
    if cases.is_empty() {
        return Ok(say(&text!("moderation-cases-none", name = &user.name)));
    }
    let mut lines = vec![say(&text!("moderation-cases", name = &user.name))];
    for case in &cases {
        let why = words::rule_title(case)
            .or_else(|| case.reason.as_ref().map(|why| text!("moderation-case-reason", reason = why)));
        let sanctions = store::of_case(work.tx().await?, case.no).await?;
        let what = match sanctions.first() {
            Some(first) => words::measure(words::measure_of(first)),
            None => Text::new("moderation-did-nothing"),
        };
        lines.push(say(&text!(
            "moderation-cases-line",
            no = case.no.to_string(),
            at = Moment { at_ms: case.at_ms },
            state = words::case_state(case.state),
            what = what,
            why = why.unwrap_or_else(|| Text::new("moderation-no-reason"))
        )));
    }
    Ok(lines.join("\n"))
}
