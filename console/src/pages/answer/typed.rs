//! An article as it stands in the fields of a form.

use std::collections::BTreeMap;

use bot_core::chat::Lang;
use bot_core::store::answer::{Article, ArticleState, ArticleText};
use serde::Deserialize;

/// The longest short name that is made of a title, characters.
const SLUG_CHARS: usize = 48;

/// The form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    /// What the button does: `look` or `save`.
    #[serde(rename = "do")]
    pub(super) what: String,
    /// The version that the change is made from; nothing for a new one.
    pub(super) version: String,
    /// What the page showed the look of.
    pub(super) looked: String,
    /// The question that it is written for.
    pub(super) gap: String,
    pub(super) slug: String,
    pub(super) tags: String,
    pub(super) state: String,
    pub(super) title_zh: String,
    pub(super) body_zh: String,
    /// One a line.
    pub(super) questions_zh: String,
    pub(super) title_en: String,
    pub(super) body_en: String,
    /// One a line.
    pub(super) questions_en: String,
}

impl Typed {
    /// The form of an article that is there.
    pub(super) fn of(one: &Article) -> Self {
        let text = |lang: Lang| one.texts.get(lang.word()).cloned().unwrap_or_default();
        let (zh, en) = (text(Lang::Zh), text(Lang::En));
        Self {
            version: one.version(),
            slug: one.slug.clone(),
            tags: one.tags.join(", "),
            state: one.state.word().to_owned(),
            title_zh: zh.title,
            body_zh: zh.body,
            questions_zh: zh.questions.join("\n"),
            title_en: en.title,
            body_en: en.body,
            questions_en: en.questions.join("\n"),
            ..Self::default()
        }
    }

    /// What was typed as an article; `slug` where its name is settled. A language of which no field says anything is
    /// left out. `None` for a state that is none.
    pub(super) fn article(&self, slug: Option<&str>) -> Option<Article> {
        let state = match self.state.as_str() {
            "" => ArticleState::Draft,
            word => ArticleState::from_word(word)?,
        };
        let all = [
            (Lang::En, &self.title_en, &self.body_en, &self.questions_en),
            (Lang::Zh, &self.title_zh, &self.body_zh, &self.questions_zh),
        ];
        let mut texts = BTreeMap::new();
        for (lang, title, body, questions) in all {
            let text = ArticleText {
                title: title.trim().to_owned(),
                questions: lines(questions),
                body: body.replace("\r\n", "\n").trim().to_owned(),
            };
            if text != ArticleText::default() {
                texts.insert(lang.word(), text);
            }
        }
        let slug = slug.map_or_else(|| self.named(), str::to_owned);
        Some(Article { slug, tags: tags(&self.tags), state, texts })
    }

    /// The short name that was typed, or one made of the English title.
    fn named(&self) -> String {
        let typed = self.slug.trim();
        if !typed.is_empty() {
            return typed.to_owned();
        }
        let lower = self.title_en.to_lowercase();
        let words = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        let mut slug = String::new();
        for word in words {
            if slug.len() + word.len() >= SLUG_CHARS {
                break;
            }
            slug.push_str(if slug.is_empty() { "" } else { "-" });
            slug.push_str(word);
        }
        slug
    }
}

/// Lines without blank ones, each once.
fn lines(typed: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in typed.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if !lines.iter().any(|known| known == line) {
            lines.push(line.to_owned());
        }
    }
    lines
}

/// Tags between commas of either script.
fn tags(typed: &str) -> Vec<String> {
    let tags = typed.split([',', '，', '、']).map(str::trim).filter(|tag| !tag.is_empty());
    tags.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_article_comes_back_from_its_form_as_it_was() {
        let text = |title: &str| ArticleText {
            title: title.into(),
            questions: vec!["how?".into(), "怎么办".into()],
            body: "So.\n\nThus.".into(),
        };
        let one = Article {
            slug: "fees".into(),
            tags: vec!["finance".into(), "费用".into()],
            state: ArticleState::Retired,
            texts: [("en", text("Fees")), ("zh", text("费用"))].into(),
        };
        assert_eq!(Typed::of(&one).article(Some("fees")), Some(one));
    }

    #[test]
    fn what_browsers_and_people_add_is_taken_away() {
        let typed = Typed {
            tags: " money，费用、 ,fees ".into(),
            title_en: " Payouts: when & how (2026)? ".into(),
            body_en: "\r\nOn Fridays.\r\nAt nine. ".into(),
            questions_en: "When?\r\n\r\n  How? \nWhen?".into(),
            questions_zh: " \n".into(),
            ..Typed::default()
        };
        let one = typed.article(None).unwrap();
        assert_eq!((one.slug.as_str(), one.state), ("payouts-when-how-2026", ArticleState::Draft));
        assert_eq!(one.tags, ["money", "费用", "fees"]);
        assert_eq!(one.texts.keys().collect::<Vec<_>>(), [&"en"], "nothing was said in Chinese");
        assert_eq!(one.texts["en"].body, "On Fridays.\nAt nine.");
        assert_eq!(one.texts["en"].questions, ["When?", "How?"]);
        let named = Typed { slug: " Mine ".into(), ..typed.clone() };
        assert_eq!(named.article(None).unwrap().slug, "Mine", "wrong ones are told, not mended");
        assert_eq!(Typed { title_en: String::new(), ..typed.clone() }.article(None).unwrap().slug, "");
        let long = Typed { title_en: "word ".repeat(40), ..typed.clone() };
        assert!(long.article(None).unwrap().slug.len() <= SLUG_CHARS);
        assert_eq!(Typed { state: "lost".into(), ..typed }.article(None), None);
    }
}
