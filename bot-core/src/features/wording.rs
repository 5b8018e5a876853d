//! A text of ours in one or both languages: a title and a body, each reader getting their own.

use serde::{Deserialize, Serialize};

use crate::chat::{Lang, RichText};
use crate::text;
use crate::texts::Text;

/// Longest title in characters.
pub const TITLE_MAX_CHARS: usize = 120;
/// Longest body, characters: five full messages of the platform with the shortest but one, which nobody reads to its end.
pub const BODY_MAX_CHARS: usize = 20_000;

/// A title and a body in one or both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Wording {
    /// The English title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title_en: Option<String>,
    /// The Chinese title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title_zh: Option<String>,
    /// The English body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body_en: Option<String>,
    /// The Chinese body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body_zh: Option<String>,
}

impl Wording {
    /// A wording from what was typed: one title for both languages, or `中文 | English`.
    pub fn typed(title: Option<&str>, body_zh: Option<&str>, body_en: Option<&str>) -> Self {
        let kept = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let title = title.and_then(kept).unwrap_or_default();
        let (title_zh, title_en) = match title.split_once(['|', '｜']) {
            Some((zh, en)) => (kept(zh), kept(en)),
            None => (kept(&title), kept(&title)),
        };
        Self { title_en, title_zh, body_en: body_en.and_then(kept), body_zh: body_zh.and_then(kept) }
    }

    /// Puts what was typed anew in the place of what stood; what was left out stays.
    #[must_use]
    pub fn changed_by(self, new: Self) -> Self {
        Self {
            title_en: new.title_en.or(self.title_en),
            title_zh: new.title_zh.or(self.title_zh),
            body_en: new.body_en.or(self.body_en),
            body_zh: new.body_zh.or(self.body_zh),
        }
    }

    /// The languages that have a body.
    pub fn langs(&self) -> Vec<Lang> {
        [Lang::Zh, Lang::En].into_iter().filter(|lang| self.own_body(*lang).is_some()).collect()
    }

    fn own_body(&self, lang: Lang) -> Option<&str> {
        match lang {
            Lang::En => self.body_en.as_deref(),
            Lang::Zh => self.body_zh.as_deref(),
        }
    }

    /// The title in a language; the other language's where there is none. May be empty.
    pub fn title(&self, lang: Lang) -> &str {
        let (own, other) = match lang {
            Lang::En => (&self.title_en, &self.title_zh),
            Lang::Zh => (&self.title_zh, &self.title_en),
        };
        own.as_deref().or(other.as_deref()).unwrap_or_default()
    }

    /// The language in which somebody of `lang` gets it: their own where there is a body, else the other.
    pub fn lang_for(&self, lang: Lang) -> Lang {
        match (self.own_body(lang), lang) {
            (Some(_), own) => own,
            (None, Lang::En) if self.body_zh.is_some() => Lang::Zh,
            (None, Lang::Zh) if self.body_en.is_some() => Lang::En,
            (None, own) => own,
        }
    }

    /// The whole text for somebody of `lang`: the title bold, the body under it.
    pub fn rich(&self, lang: Lang) -> RichText {
        let lang = self.lang_for(lang);
        let (title, body) = (self.title(lang), self.own_body(lang).unwrap_or_default());
        let text = RichText::default().then_bold(title);
        if title.is_empty() || body.is_empty() { text.then(body) } else { text.then("\n\n").then(body) }
    }
}

/// What was typed, without what no text of ours holds: control characters but line breaks and tabs, and the breaks of other
/// systems.
pub fn clean(typed: &str) -> String {
    let text = typed.replace("\r\n", "\n").replace('\r', "\n");
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

/// The same of what is one line.
pub fn clean_line(typed: &str) -> String {
    clean(typed).replace(['\n', '\t'], " ").trim().to_owned()
}

/// The text of a field; `None` where it is empty.
///
/// # Errors
/// One sentence when it has more than `most` characters.
pub fn within(typed: &str, most: usize) -> Result<Option<String>, Text> {
    let count = typed.chars().count();
    if count > most {
        return Err(text!("wording-too-long", count = count, max = most));
    }
    Ok(Some(typed.trim().to_owned()).filter(|text| !text.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reader_gets_their_own_language_and_the_other_where_it_is_missing() {
        let both = Wording::typed(Some("双十二 | Double Twelve"), Some("开始报名"), Some("Sign up"));
        assert_eq!(both.rich(Lang::Zh).text, "双十二\n\n开始报名");
        assert_eq!(both.rich(Lang::En).text, "Double Twelve\n\nSign up");
        let zh = Wording::typed(Some("双十二 | Double Twelve"), Some("开始报名"), Some("  "));
        assert_eq!((zh.rich(Lang::En).text.as_str(), zh.langs()), ("双十二\n\n开始报名", vec![Lang::Zh]));
    }

    #[test]
    fn what_is_left_out_of_a_change_stays() {
        let old = Wording::typed(Some("A"), Some("旧"), Some("old"));
        let new = old.changed_by(Wording::typed(None, Some("新"), None));
        assert_eq!(
            (new.rich(Lang::Zh).text.as_str(), new.rich(Lang::En).text.as_str()),
            ("A\n\n新", "A\n\nold")
        );
    }
}
