//! What somebody wishes a chat to be, and whether it may be that.

use crate::chat::{ChatKind, Lang};
use crate::directory::{Chat, Purpose};
use crate::features::people::lang_of;
use crate::text;
use crate::texts::Text;

/// A purpose and a language.
pub(super) type Wish = (Purpose, Option<Lang>);

/// The purpose and language that were wished for; `None` when nothing was. A language that is not named stays.
///
/// # Errors
/// What is asked for, and the word that does not fit.
pub(super) fn wish(
    purpose: Option<&str>,
    language: Option<&str>,
    now: Option<Lang>,
) -> Result<Option<Wish>, (Text, String)> {
    let Some(word) = purpose else { return Ok(None) };
    let purpose = purpose_of(word).ok_or_else(|| (Text::new("group-purposes"), short(word)))?;
    let lang = match language {
        None => now,
        Some(word) => Some(lang_of(word).ok_or_else(|| (Text::new("people-languages"), short(word)))?),
    };
    Ok(Some((purpose, lang)))
}

/// The purpose that somebody wrote, in one of the ways that people write it.
fn purpose_of(word: &str) -> Option<Purpose> {
    match word.to_lowercase().as_str() {
        "community" | "商家" | "商家群" | "社群" => Some(Purpose::Community),
        "staff" | "工作" | "工作群" | "值班群" => Some(Purpose::Staff),
        "idle" | "off" | "停用" | "关闭" => Some(Purpose::Idle),
        _ => None,
    }
}

fn short(word: &str) -> String {
    word.chars().take(24).collect()
}

/// Whether a chat may have a purpose. An account has one staff chat at a time: what comes there must not be torn
/// in two by a slip.
///
/// # Errors
/// One sentence that says why not.
pub(super) fn may_be(chat: &Chat, purpose: Purpose, staff_chat: Option<&Chat>) -> Result<(), Text> {
    if chat.kind == ChatKind::Direct {
        return Err(Text::new("group-not-direct"));
    }
    match staff_chat {
        Some(other) if purpose == Purpose::Staff && other.id != chat.id => {
            Err(text!("group-other-staff-chat", title = &other.title))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::Reach;

    fn chat(id: &str, kind: ChatKind) -> Chat {
        Chat {
            id: id.into(),
            account: "sandbox".into(),
            key: Some(id.into()),
            kind,
            title: id.to_uppercase(),
            purpose: Purpose::Idle,
            lang: None,
            peer: None,
            peer_key: None,
            reach: Reach::Open,
        }
    }

    #[test]
    fn a_wish_is_read_as_people_write_it() {
        assert_eq!(wish(None, None, Some(Lang::En)), Ok(None));
        assert_eq!(wish(Some("Community"), None, None), Ok(Some((Purpose::Community, None))));
        assert_eq!(wish(Some("staff"), None, Some(Lang::En)), Ok(Some((Purpose::Staff, Some(Lang::En)))));
        assert_eq!(wish(Some("停用"), Some("中文"), None), Ok(Some((Purpose::Idle, Some(Lang::Zh)))));
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let wrong = |what, word: &str| Err((Text::new(what), word.to_owned()));
        assert_eq!(wish(Some("party"), None, None), wrong("group-purposes", "party"));
        assert_eq!(wish(Some("staff"), Some("fr"), None), wrong("people-languages", "fr"));
        assert_eq!(wish(Some(&"x".repeat(99)), None, None), wrong("group-purposes", &"x".repeat(24)));
    }

    #[test]
    fn there_is_one_staff_chat() {
        let (a, b) = (chat("a", ChatKind::Group), chat("b", ChatKind::Group));
        assert_eq!(may_be(&a, Purpose::Staff, None), Ok(()));
        assert_eq!(may_be(&a, Purpose::Staff, Some(&a)), Ok(()));
        assert_eq!(may_be(&b, Purpose::Staff, Some(&a)), Err(text!("group-other-staff-chat", title = "A")));
        assert_eq!(may_be(&b, Purpose::Community, Some(&a)), Ok(()));
        let direct = chat("d", ChatKind::Direct);
        assert_eq!(may_be(&direct, Purpose::Community, None), Err(Text::new("group-not-direct")));
    }
}
