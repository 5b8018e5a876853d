//! `/link`: a one-time code, sent in private, shows that two identities are one human or that one is staff.

use serde_json::json;

use super::decide::{self, CODE_LIVES_MS, Found, GUESS_WINDOW_MS, LinkDecision, Party};
use crate::chat::{Action, Content, Feature as Can, Lane, Support};
use crate::digest::sha256;
use crate::directory::User;
use crate::error::{FeatureError, Result};
use crate::feature::{Actor, Invocation, Press};
use crate::features::form::NewButton;
use crate::ids::{PersonId, StaffId};
use crate::store::people::CodeOwner;
use crate::store::{chat, message, people};
use crate::text;
use crate::texts::Text;
use crate::work::{Outgoing, Work};

/// Characters of a code: 10 of 31 letters are 49 bits, and five may be tried in ten minutes.
const CODE_CHARS: usize = 10;

/// Makes a code, good once and for ten minutes, that links the chat identity which sends `/link CODE` to the bot in
/// private to a staff member. A code made for them before is void.
///
/// # Errors
/// When nobody works here under this id, or the database fails.
pub async fn make_link_code(work: &mut Work, by: Option<&StaffId>, staff: &StaffId) -> Result<String> {
    if !people::all_staff(work.tx().await?).await?.iter().any(|one| one.id == *staff) {
        return Err(Text::new("people-no-staff").into());
    }
    work.audit_by(by, "staff.link_code", staff.as_str(), None).await?;
    make(work, &CodeOwner::Staff(staff.clone())).await
}

/// A fresh code as it is typed, such as `ABCDE-FGHJK`.
async fn make(work: &mut Work, owner: &CodeOwner) -> Result<String> {
    let code = work.hall.ids.code(CODE_CHARS);
    let now_ms = work.now_ms;
    let tx = work.tx().await?;
    people::drop_codes_of(tx, owner).await?;
    people::put_code(tx, &digest(&code), owner, now_ms + CODE_LIVES_MS, now_ms).await?;
    let (head, tail) = code.split_at(CODE_CHARS / 2);
    Ok(format!("{head}-{tail}"))
}

/// The SHA-256 of a code in hex, however it was typed: case, spaces and dashes do not count.
fn digest(code: &str) -> String {
    let plain: String =
        code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
    sha256(plain)
}

/// `/link` makes a code for who sends it; `/link CODE` takes one.
pub(super) async fn command(work: &mut Work, call: &Invocation) -> Result<()> {
    let at = &call.at;
    match (call.args.words("code"), at.chat.is_direct()) {
        (Some(code), true) => take(work, call, code).await,
        (Some(code), false) => void(work, call, code).await,
        (None, true) => {
            let code = make(work, &CodeOwner::Person(at.user.person.clone())).await?;
            let said = work.hall.texts.say(at.lang, &text!("people-link-made", code = code));
            work.say(at.place(), said);
            Ok(())
        }
        // In a group it may be meant for another bot.
        (None, false) if at.staff.is_none() => Ok(()),
        (None, false) => {
            Err(text!("command-not-here", name = call.spec.name, place = Text::new("place-direct")).into())
        }
    }
}

/// A code that was sent where others read is void. What is no code of ours may be meant for another bot.
async fn void(work: &mut Work, call: &Invocation, code: &str) -> Result<()> {
    let now_ms = work.now_ms;
    if people::take_code(work.tx().await?, &digest(code), now_ms).await?.is_none() {
        return Ok(());
    }
    hide(work, call).await?;
    answer(work, &call.at, &Text::new("people-link-public"));
    Ok(())
}

/// Takes a code that was sent in private. Wrong codes are counted, so they end in a sentence, not in an error that
/// would undo the count.
async fn take(work: &mut Work, call: &Invocation, code: &str) -> Result<()> {
    let at = &call.at;
    hide(work, call).await?;
    let digest = digest(code);
    let sender = sender(work, at).await?;
    let now_ms = work.now_ms;
    let tx = work.tx().await?;
    let guesses = people::guesses_since(tx, &at.user.id, now_ms - GUESS_WINDOW_MS).await?;
    let owner = people::read_code(tx, &digest, now_ms).await?;
    let found = found(work, owner).await?;
    let decision = decide::link(guesses, &sender, &found);
    match &decision {
        LinkDecision::Throttled => {}
        LinkDecision::Wrong => people::add_guess(work.tx().await?, &at.user.id, now_ms).await?,
        // The code stays good until the person has said yes or no.
        LinkDecision::Ask(_) | LinkDecision::MakeItHere => {}
        _ => {
            people::take_code(work.tx().await?, &digest, now_ms).await?;
            people::forget_guesses(work.tx().await?, &at.user.id).await?;
        }
    }
    put_down(work, at, &sender, decision, &digest).await
}

async fn put_down(
    work: &mut Work,
    at: &Actor,
    sender: &Party,
    decision: LinkDecision,
    digest: &str,
) -> Result<()> {
    match decision {
        LinkDecision::Throttled => {
            work.note("people", Some(&at.chat.id), Text::new("people-note-throttled"));
            answer(work, at, &Text::new("people-link-throttled"));
        }
        LinkDecision::Wrong => answer(work, at, &Text::new("people-link-wrong")),
        LinkDecision::Already => answer(work, at, &Text::new("people-link-already")),
        LinkDecision::Taken => answer(work, at, &Text::new("people-link-taken")),
        LinkDecision::MakeItHere => answer(work, at, &Text::new("people-link-make-it-here")),
        LinkDecision::Become(staff) => {
            people::set_staff_person(work.tx().await?, &staff, Some(&sender.person)).await?;
            linked(work, at, &staff).await?;
        }
        LinkDecision::JoinStaff(staff, kept) => {
            super::join::put_down(work, (&kept, &sender.person), Some(&staff)).await?;
            linked(work, at, &staff).await?;
        }
        LinkDecision::Ask(other) => ask(work, at, &other, digest).await?,
    }
    Ok(())
}

/// What is done and said once an identity is a staff member's.
async fn linked(work: &mut Work, at: &Actor, staff: &StaffId) -> Result<()> {
    work.roster_changed();
    work.audit_by(Some(staff), "staff.link", staff.as_str(), Some(label(&at.user))).await?;
    let all = people::all_staff(work.tx().await?).await?;
    let Some(one) = all.iter().find(|one| one.id == *staff) else { return Ok(()) };
    let roles: Vec<String> =
        one.roles.iter().map(|role| work.hall.texts.say(at.lang, &role.text())).collect();
    work.note("people", Some(&at.chat.id), text!("people-note-linked", name = &one.name));
    answer(work, at, &text!("people-linked", name = &one.name, roles = roles.join(", ")));
    Ok(())
}

/// Asks whether the sender and the one who made the code are one human.
async fn ask(work: &mut Work, at: &Actor, other: &PersonId, digest: &str) -> Result<()> {
    let users = chat::users_of(work.tx().await?, other).await?;
    let names: Vec<String> = users.iter().map(label).collect();
    let mut row = Vec::new();
    for (verb, key) in [("link-yes", Text::new("people-link-yes")), ("link-no", Text::new("people-link-no"))]
    {
        let new = NewButton {
            feature: "people",
            verb,
            payload: json!({ "digest": digest }),
            for_user: Some(at.user.id.clone()),
            expires_at_ms: Some(work.now_ms + CODE_LIVES_MS),
        };
        let label = work.hall.texts.say(at.lang, &key);
        row.push(work.button(new, label).await?);
    }
    let question = work.hall.texts.say(at.lang, &text!("people-link-ask", names = names.join(", ")));
    work.say(at.place(), Content::text(question).with_row(row));
    Ok(())
}

/// Hears yes or no. The code is gone either way, and all is looked at again: it may have changed meanwhile.
pub(super) async fn pressed(work: &mut Work, press: &Press) -> Result<()> {
    let at = &press.at;
    let digest = press.payload["digest"].as_str().unwrap_or_default();
    let now_ms = work.now_ms;
    let owner = people::take_code(work.tx().await?, digest, now_ms).await?;
    if owner.is_none() {
        return Err(Text::new("people-link-wrong").into());
    }
    if press.verb == "link-no" {
        answer(work, at, &Text::new("people-link-refused"));
        return Ok(());
    }
    let sender = sender(work, at).await?;
    let found = found(work, owner).await?;
    let LinkDecision::Ask(kept) = decide::link(0, &sender, &found) else {
        return Err(Text::new("people-link-wrong").into());
    };
    let Found::Person(owner) = found else { return Err(Text::new("people-link-wrong").into()) };
    super::join::put_down(work, (&kept, &sender.person), None).await?;
    if let Some(staff) = owner.staff {
        return linked(work, at, &staff).await;
    }
    work.note("people", Some(&at.chat.id), text!("people-note-joined", name = &at.user.name));
    answer(work, at, &Text::new("people-link-joined"));
    Ok(())
}

/// Who sent a code, as the database has them: the memory may be a moment behind.
async fn sender(work: &mut Work, at: &Actor) -> Result<Party> {
    let user = chat::user(work.tx().await?, &at.user.id).await?;
    let person = user.map_or_else(|| at.user.person.clone(), |user| user.person);
    party(work, person).await
}

/// A person with the staff member that they are.
pub(super) async fn party(work: &mut Work, person: PersonId) -> Result<Party> {
    let all = people::all_staff(work.tx().await?).await?;
    let staff = all.into_iter().find(|one| one.person.as_ref() == Some(&person)).map(|one| one.id);
    Ok(Party { person, staff })
}

async fn found(work: &mut Work, owner: Option<CodeOwner>) -> Result<Found, FeatureError> {
    Ok(match owner {
        None => Found::Nothing,
        Some(CodeOwner::Staff(staff)) => {
            let all = people::all_staff(work.tx().await?).await?;
            match all.into_iter().find(|one| one.id == staff) {
                Some(one) => Found::Staff(staff, one.person),
                None => Found::Nothing,
            }
        }
        Some(CodeOwner::Person(person)) => {
            // They may have been joined into another since they made it.
            let now = people::current_person(work.tx().await?, &person).await?;
            Found::Person(party(work, now).await?)
        }
    })
}

/// Takes a code out of sight: out of what we keep, and out of the chat where the platform lets us.
async fn hide(work: &mut Work, call: &Invocation) -> Result<()> {
    let (chat, now_ms) = (&call.at.chat, work.now_ms);
    message::edit(work.tx().await?, &chat.id, &call.message, &Content::text("/link …"), now_ms).await?;
    if matches!(work.capabilities(chat).of(Can::DeleteOthers), Support::Native(_)) {
        let action = Action::Delete { messages: vec![call.message.clone().into()] };
        work.send(Outgoing::new(call.at.place(), Lane::Talk, action));
    }
    Ok(())
}

fn answer(work: &mut Work, at: &Actor, text: &Text) {
    let said = work.hall.texts.say(at.lang, text);
    work.say(at.place(), said);
}

/// A user in a few characters: name, handle and account.
pub(super) fn label(user: &User) -> String {
    match &user.username {
        Some(username) => format!("{} (@{username}, {})", user.name, user.account),
        None => format!("{} ({})", user.name, user.account),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_the_same_however_it_is_typed() {
        // SHA-256 of ABCDEFGHJK, by coreutils' sha256sum.
        let known = "f57cbf1e3e471b25db4b8ad0844df41b2dae9c7d1944944d128e49294d412f66";
        for typed in ["ABCDE-FGHJK", "abcdefghjk", "abcde fghjk", " ABCDE—FGHJK "] {
            assert_eq!(digest(typed), known, "{typed}");
        }
        assert_ne!(digest("ABCDE-FGHJL"), known);
    }
}
