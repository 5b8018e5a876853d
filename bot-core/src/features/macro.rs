//! Macros: keeping the words that agents put into their answers by a short name.

use crate::error::Result;
use crate::ids::{RowId, StaffId};
use crate::store::r#macro::{self as store, Macro};
use crate::text;
use crate::texts::Text;
use crate::work::Work;

/// The longest name, characters.
pub const NAME_MAX_CHARS: usize = 32;
/// The longest text, characters: what Telegram takes in one message.
pub const BODY_MAX_CHARS: usize = 4_096;

/// A macro as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    /// What is to be typed after the `;`.
    pub name: String,
    /// The English words.
    pub body_en: String,
    /// The Chinese words.
    pub body_zh: String,
}

/// Puts what was typed into the form in which it is kept.
///
/// # Errors
/// One sentence that says what is wrong with it.
fn read(typed: &Typed) -> Result<Typed> {
    let name = typed.name.trim().trim_start_matches([';', '；']).to_lowercase();
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    if name.is_empty() || name.chars().count() > NAME_MAX_CHARS || !name.chars().all(is_name) {
        return Err(text!("macro-name-wrong", max = NAME_MAX_CHARS).into());
    }
    let body = |text: &str| text.replace("\r\n", "\n").trim().to_owned();
    let (body_en, body_zh) = (body(&typed.body_en), body(&typed.body_zh));
    if body_en.is_empty() && body_zh.is_empty() {
        return Err(Text::new("macro-no-text").into());
    }
    if [&body_en, &body_zh].iter().any(|text| text.chars().count() > BODY_MAX_CHARS) {
        return Err(text!("macro-too-long", max = BODY_MAX_CHARS).into());
    }
    Ok(Typed { name, body_en, body_zh })
}

/// Writes a macro down. `before`: the one that is changed, with the version that was looked at.
///
/// # Errors
/// One sentence when something is wrong with it, another one has the name, or it was changed or taken away meanwhile.
pub async fn save(
    work: &mut Work,
    before: Option<(&RowId, i64)>,
    typed: &Typed,
    by: &StaffId,
) -> Result<Macro> {
    let typed = read(typed)?;
    let (id, version) = match before {
        None => (work.hall.ids.next(), 1),
        Some((id, seen)) => match store::get(work.tx().await?, id).await? {
            Some(now) if now.version == seen => (now.id, seen + 1),
            Some(_) => return Err(Text::new("macro-changed-meanwhile").into()),
            None => return Err(Text::new("macro-gone").into()),
        },
    };
    let named = store::named(work.tx().await?, &typed.name).await?;
    if named.is_some_and(|other| other.id != id) {
        return Err(text!("macro-taken", name = &typed.name).into());
    }
    let one = Macro { id, name: typed.name, body_en: typed.body_en, body_zh: typed.body_zh, version };
    store::put(work.tx().await?, &one).await?;
    work.audit_staff(by, "macro.save", &one.name, Some(format!("version {version}"))).await?;
    Ok(one)
}

/// Takes a macro away.
///
/// # Errors
/// One sentence when it is not there any more.
pub async fn remove(work: &mut Work, id: &RowId, by: &StaffId) -> Result<()> {
    let Some(one) = store::get(work.tx().await?, id).await? else {
        return Err(Text::new("macro-gone").into());
    };
    store::remove(work.tx().await?, id).await?;
    work.audit_staff(by, "macro.remove", &one.name, None).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::FeatureError;

    fn typed(name: &str, body_en: &str) -> Typed {
        Typed { name: name.into(), body_en: body_en.into(), body_zh: String::new() }
    }

    #[test]
    fn a_name_is_one_short_word_and_a_text_is_there() {
        let good = read(&typed(" ;Payout-2 ", " On\r\nits way ")).unwrap();
        assert_eq!((good.name.as_str(), good.body_en.as_str()), ("payout-2", "On\nits way"));
        assert_eq!(read(&typed("；打款", "x")).unwrap().name, "打款");
        let why = |typed: Typed| match read(&typed) {
            Err(FeatureError::User(why)) => why.0.key.into_owned(),
            other => panic!("{other:?}"),
        };
        for name in ["", ";", "two words", "a;b", "<b>", &"x".repeat(NAME_MAX_CHARS + 1)] {
            assert_eq!(why(typed(name, "x")), "macro-name-wrong", "{name}");
        }
        assert_eq!(why(typed("a", " \n")), "macro-no-text");
        assert_eq!(why(typed("a", &"字".repeat(BODY_MAX_CHARS + 1))), "macro-too-long");
    }
}
