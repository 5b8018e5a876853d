//! What people react with under copies: counted while it stands.

use super::Announcement;
use crate::chat::{CUSTOM_EMOJI, EventBody, ReactionChange};
use crate::error::Result;
use crate::feature::Incoming;
use crate::ids::AnnouncementNo;
use crate::store::StoreError;
use crate::store::reaction::{self, Held, Sums};
use crate::text;
use crate::texts::Text;
use crate::work::Work;

/// How many different emoji are kept of a person on one message, those taken away included: Discord allows 20 on a message,
/// Telegram 11 (both documentations), and nobody else is to fill a table.
const KEPT_MAX: usize = 20;
/// The longest emoji that is kept by its characters, bytes. Those of families with skin tones have 41.
const EMOJI_MAX_BYTES: usize = 64;
/// How many emoji are named; the others are one sum.
const NAMED: usize = 5;

/// Takes in what became of reactions to a message. Of most messages nothing is kept: they are no copies.
pub(super) async fn heard(work: &mut Work, incoming: &Incoming) -> Result<()> {
    let EventBody::Reacted { message, by, emoji, change, .. } = &incoming.event.body else { return Ok(()) };
    if by.as_ref().is_some_and(|by| by.is_bot) {
        return Ok(());
    }
    let at_ms = incoming.event.at_ms;
    let tx = work.tx().await?;
    let Some(copy) = reaction::find(tx, &incoming.chat.id, message).await? else { return Ok(()) };
    if AnnouncementNo::parse(&copy.push).is_none() {
        return Ok(());
    }
    let emoji: Vec<String> = emoji.iter().take(KEPT_MAX).map(|one| kept_as(one)).collect();
    let Some(user) = &incoming.user else {
        match change {
            ReactionChange::Stand => reaction::clear(tx, &copy, at_ms).await?,
            ReactionChange::Added => {}
            ReactionChange::Taken => {
                for one in &emoji {
                    reaction::clear_one(tx, &copy, one, at_ms).await?;
                }
            }
        }
        return Ok(());
    };
    let mut held = reaction::held(tx, &copy, &user.id).await?;
    let new = decide(&held, &emoji, *change, at_ms);
    if held.len() + new.iter().filter(|new| !is_among(&held, &new.emoji)).count() > KEPT_MAX {
        reaction::forget_taken(tx, &copy, &user.id).await?;
        held.retain(|one| one.stands);
    }
    let mut room = KEPT_MAX.saturating_sub(held.len());
    for one in new {
        if !is_among(&held, &one.emoji) {
            let Some(left) = room.checked_sub(1) else { continue };
            room = left;
        }
        reaction::put(tx, &copy, &user.id, &one).await?;
    }
    Ok(())
}

fn is_among(held: &[Held], emoji: &str) -> bool {
    held.iter().any(|one| one.emoji == emoji)
}

/// An emoji as it is kept: what no emoji can be goes by no characters.
fn kept_as(emoji: &str) -> String {
    let odd = emoji.is_empty() || emoji.len() > EMOJI_MAX_BYTES || emoji.chars().any(char::is_control);
    if odd { CUSTOM_EMOJI.to_owned() } else { emoji.to_owned() }
}

/// How somebody's emoji stand after a change. News of before what is known changes nothing.
fn decide(held: &[Held], emoji: &[String], change: ReactionChange, at_ms: i64) -> Vec<Held> {
    let is = |emoji: &str, stands| Held { emoji: emoji.to_owned(), stands, at_ms };
    match change {
        ReactionChange::Stand if held.iter().any(|one| one.at_ms > at_ms) => Vec::new(),
        // That nothing stands is kept too, or news of before would find nothing later than itself.
        ReactionChange::Stand if held.is_empty() && emoji.is_empty() => vec![is("", false)],
        ReactionChange::Stand => {
            let gone = held.iter().filter(|one| one.stands && !emoji.contains(&one.emoji));
            gone.map(|one| is(&one.emoji, false)).chain(emoji.iter().map(|one| is(one, true))).collect()
        }
        ReactionChange::Added | ReactionChange::Taken => {
            let later = |emoji: &str| held.iter().any(|one| one.emoji == emoji && one.at_ms > at_ms);
            let stands = change == ReactionChange::Added;
            emoji.iter().filter(|one| !later(one)).map(|one| is(one, stands)).collect()
        }
    }
}

/// What is to be known of it on a card: nothing where nobody reacted, or nobody tells of it.
pub(super) async fn line(work: &mut Work, one: &Announcement) -> Result<Option<Text>, StoreError> {
    if one.state.is_open() {
        return Ok(None);
    }
    let sums = reaction::sums(work.tx().await?, &one.no.to_string()).await?;
    Ok(in_words(&sums).map(|what| text!("announcement-reactions", count = sums.people, what = what)))
}

/// The most frequent by their characters, the others as sums; `None` where nothing stands.
pub fn in_words(sums: &Sums) -> Option<Text> {
    let mut parts: Vec<Text> = sums
        .characters()
        .take(NAMED)
        .map(|(emoji, count)| text!("announcement-reaction", emoji = emoji, count = count))
        .collect();
    let rest: i64 = sums.characters().skip(NAMED).map(|(_, count)| count).sum();
    if sums.custom() > 0 {
        parts.push(text!("announcement-reactions-custom", count = sums.custom()));
    }
    if rest > 0 {
        parts.push(text!("announcement-reactions-rest", count = rest));
    }
    parts.into_iter().reduce(|some, more| text!("announcement-reactions-and", some = some, more = more))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(emoji: &str, stands: bool, at_ms: i64) -> Held {
        Held { emoji: emoji.to_owned(), stands, at_ms }
    }

    fn after(known: &[Held], emoji: &[&str], change: ReactionChange, at_ms: i64) -> Vec<Held> {
        let emoji: Vec<String> = emoji.iter().map(|one| (*one).to_owned()).collect();
        decide(known, &emoji, change, at_ms)
    }

    #[test]
    fn all_that_stands_takes_the_place_of_what_stood() {
        let known = [held("👍", true, 5), held("❤", false, 5)];
        let new = after(&known, &["🎉"], ReactionChange::Stand, 6);
        assert_eq!(new, [held("👍", false, 6), held("🎉", true, 6)]);
        assert_eq!(after(&known, &["🎉"], ReactionChange::Stand, 4), [], "late");
        assert_eq!(after(&[], &[], ReactionChange::Stand, 4), [held("", false, 4)]);
        assert_eq!(after(&[held("", false, 4)], &["👍"], ReactionChange::Stand, 3), []);
    }

    #[test]
    fn one_that_comes_or_goes_leaves_the_others() {
        let known = [held("👍", true, 5)];
        assert_eq!(after(&known, &["❤"], ReactionChange::Added, 4), [held("❤", true, 4)]);
        assert_eq!(after(&known, &["👍"], ReactionChange::Taken, 4), [], "late");
        assert_eq!(after(&known, &["👍"], ReactionChange::Taken, 5), [held("👍", false, 5)]);
    }

    #[test]
    fn what_can_be_no_emoji_goes_by_no_characters() {
        for odd in ["", "a\nb", &"x".repeat(65)] {
            assert_eq!(kept_as(odd), CUSTOM_EMOJI);
        }
        assert_eq!(kept_as("👨‍👩‍👧‍👦"), "👨‍👩‍👧‍👦");
    }
}
