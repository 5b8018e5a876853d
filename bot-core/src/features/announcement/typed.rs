//! What the form of a draft holds, as it was typed, and what became of it.

use serde::{Deserialize, Serialize};

use super::{Announcement, TypedTest, TypedText, timing, variant};
use crate::chat::Lang;
use crate::features::segment::{self, Vocabulary};
use crate::features::when;
use crate::features::wording::{clean, clean_line};
use crate::texts::Text;
use crate::work::Work;

/// The fields of the form, as they were typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Typed {
    /// The Chinese title.
    pub title_zh: String,
    /// The English title.
    pub title_en: String,
    /// The Chinese body.
    pub body_zh: String,
    /// The English body.
    pub body_en: String,
    /// Who gets it, in the grammar of [`segment::parse`](crate::features::segment::parse).
    pub audience: String,
    /// When, in the words of [`when::parse`](crate::features::when::parse); empty for when somebody presses the button.
    pub when: String,
    /// Whether it is pinned where it can be.
    pub pin: bool,
    /// Whether its readers are asked to say that they have read it.
    pub ack: bool,
    /// Whether it goes out in quiet hours too.
    pub loud: bool,
    /// When it expires, in the words of [`when::parse`](crate::features::when::parse); empty for never, `None` to leave it as it is.
    pub expires: Option<String>,
    /// Whether clicks on its links are counted.
    pub clicks: bool,
    /// How it repeats, in the words of [`super::parse_rule`]; empty for not at all, `None` to leave it as it is.
    pub repeat: Option<String>,
    /// Other texts that are tested against its own; `None` to leave them as they are.
    pub test: Option<TypedTest>,
}

/// A field of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// The Chinese title.
    TitleZh,
    /// The English title.
    TitleEn,
    /// The Chinese body.
    BodyZh,
    /// The English body.
    BodyEn,
    /// Who gets it.
    Audience,
    /// When.
    When,
    /// When it expires.
    Expires,
    /// Whether clicks are counted.
    Clicks,
    /// How it repeats.
    Repeat,
    /// One of the other texts, 1 for B.
    Variant(usize),
    /// How the texts are tested.
    Test,
}

/// What became of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It is in the draft, but for what is wrong; that stays in the form.
    Saved {
        /// The draft as it is now.
        one: Announcement,
        /// What cannot be taken in, and why.
        wrong: Vec<(Field, Text)>,
        /// Whether the draft is another than before.
        changed: bool,
    },
    /// Nothing was typed, so there is nothing to be kept.
    Empty,
    /// Somebody else changed the draft meanwhile: nothing was written.
    Meanwhile(Announcement),
}

impl Typed {
    /// The same without what no text of ours holds: control characters but line breaks and tabs, and the breaks of other
    /// systems.
    pub(super) fn cleaned(&self) -> Self {
        let line = clean_line;
        Self {
            title_zh: line(&self.title_zh),
            title_en: line(&self.title_en),
            body_zh: clean(&self.body_zh),
            body_en: clean(&self.body_en),
            audience: line(&self.audience),
            when: line(&self.when),
            pin: self.pin,
            ack: self.ack,
            loud: self.loud,
            expires: self.expires.as_deref().map(line),
            clicks: self.clicks,
            repeat: self.repeat.as_deref().map(line),
            test: self.test.clone().map(|test| TypedTest {
                share: line(&test.share),
                measure: line(&test.measure),
                wait: line(&test.wait),
                others: test
                    .others
                    .iter()
                    .map(|text| TypedText {
                        title_zh: line(&text.title_zh),
                        title_en: line(&text.title_en),
                        body_zh: clean(&text.body_zh),
                        body_en: clean(&text.body_en),
                    })
                    .collect(),
            }),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        let all = [&self.title_zh, &self.title_en, &self.body_zh, &self.body_en, &self.audience, &self.when];
        let others = self.test.iter().flat_map(|test| &test.others);
        all.iter().all(|text| text.trim().is_empty()) && others.into_iter().all(TypedText::is_empty)
    }
}

/// A draft as somebody would type it.
pub(super) fn written(work: &Work, one: &Announcement, known: &Vocabulary, lang: Lang) -> Typed {
    let own = |text: &Option<String>| text.clone().unwrap_or_default();
    Typed {
        title_zh: own(&one.wording.title_zh),
        title_en: own(&one.wording.title_en),
        body_zh: own(&one.wording.body_zh),
        body_en: own(&one.wording.body_en),
        audience: one.audience.as_ref().map(|who| segment::line(who, known, lang)).unwrap_or_default(),
        when: match (one.timing.local, one.at_ms) {
            (Some(there), _) => timing::typed(there),
            (None, at_ms) => at_ms.map(|at_ms| typed_time(work, at_ms)).unwrap_or_default(),
        },
        pin: one.pin,
        ack: one.ack,
        loud: one.timing.loud,
        expires: Some(one.expires_at_ms.map(|at_ms| typed_time(work, at_ms)).unwrap_or_default()),
        clicks: one.clicks,
        repeat: None,
        test: Some(variant::written(one)),
    }
}

/// A time as it would be typed, in the hall's zone.
pub(super) fn typed_time(work: &Work, at_ms: i64) -> String {
    when::typed(at_ms, work.hall.texts.zone())
}
