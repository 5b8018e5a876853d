//! Words in a text that stand for what is another for each recipient: `{merchant}`, `{tier|member}`.
//!
//! A text is read once and filled for each recipient. What is filled in is data: it brings no markup, no line break and no
//! mention along.

use crate::chat::Lang;
use crate::features::delivery::Values;
use crate::features::segment::{To, nearest};
use crate::store::people::Tier;
use crate::text;
use crate::texts::{Text, Texts};

/// Longest wrong name that is quoted back, in characters.
pub(super) const QUOTED_CHARS: usize = 40;

/// What a word may stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Variable {
    /// The name of the recipient's shop.
    Merchant,
    /// The name of the person.
    Contact,
    /// The tier of the shop, in the reader's language.
    Tier,
    /// The title of the group.
    Group,
}

impl Variable {
    const ALL: [Self; 4] = [Self::Merchant, Self::Contact, Self::Tier, Self::Group];

    /// How it is written: in English, and in Chinese.
    pub(super) fn names(self) -> [&'static str; 2] {
        match self {
            Self::Merchant => ["merchant", "商家"],
            Self::Contact => ["contact", "联系人"],
            Self::Tier => ["tier", "等级"],
            Self::Group => ["group", "群"],
        }
    }

    fn named(name: &str) -> Option<Self> {
        let name = name.to_lowercase();
        Self::ALL.into_iter().find(|one| one.names().contains(&name.as_str()))
    }

    /// What stands there when the recipient has none and the text says nothing.
    fn instead(self) -> Text {
        match self {
            Self::Merchant => Text::new("announcement-instead-merchant"),
            Self::Contact => Text::new("announcement-instead-contact"),
            Self::Tier => Text::new("announcement-instead-tier"),
            Self::Group => Text::new("announcement-instead-group"),
        }
    }

    /// Whether recipients of this sort can have one at all.
    pub(super) fn is_known(self, to: To) -> bool {
        to == To::People || self == Self::Group
    }

    fn of(self, values: &Values, (texts, lang): (&Texts, Lang)) -> Option<String> {
        let value = match self {
            Self::Merchant => values.merchant.clone(),
            Self::Contact => values.contact.clone(),
            Self::Group => values.group.clone(),
            Self::Tier => values.tier.as_deref().map(|word| match Tier::from_word(word) {
                Some(tier) => texts.say(lang, &tier.text()),
                None => word.to_owned(),
            }),
        };
        value.map(|value| data(&value)).filter(|value| !value.is_empty())
    }
}

/// A value without what would be more than its letters: no line breaks and control characters, none that turn the direction
/// of what follows, and no name that a platform takes for a mention.
fn data(value: &str) -> String {
    let mut clean = String::with_capacity(value.len());
    for c in value.trim().chars() {
        match c {
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') => clean.push(' '),
            // A word joiner is not seen, and no name begins with it.
            '@' => clean.push_str("@\u{2060}"),
            c => clean.push(c),
        }
    }
    clean
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Plain(String),
    Value {
        variable: Variable,
        instead: Option<String>,
    },
    /// An address that is counted; see [`super::click`].
    Link {
        n: i64,
        url: String,
    },
}

/// A text with variables, read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Template(pub(super) Vec<Part>);

impl Template {
    /// Reads a text. `{{` is a brace as such, and so are `}}` and a `}` that closes nothing.
    ///
    /// # Errors
    /// One sentence: which variable there is not, with the nearest that is; or that a brace is not closed.
    pub(super) fn parse(text: &str) -> Result<Self, Text> {
        let (mut parts, mut plain) = (Vec::new(), String::new());
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            plain.push_str(&rest[..at]);
            let brace = if rest[at..].starts_with('{') { '{' } else { '}' };
            let after = &rest[at + 1..];
            if let Some(after) = after.strip_prefix(brace) {
                plain.push(brace);
                rest = after;
                continue;
            }
            if brace == '}' {
                plain.push(brace);
                rest = after;
                continue;
            }
            let Some(end) = after.find(['}', '\n']).filter(|end| after[*end..].starts_with('}')) else {
                let shown: String =
                    rest[at..].chars().take_while(|c| *c != '\n').take(QUOTED_CHARS).collect();
                return Err(text!("announcement-variable-open", found = shown));
            };
            parts.push(Part::Plain(std::mem::take(&mut plain)));
            parts.push(value(&after[..end])?);
            rest = &after[end + 1..];
        }
        plain.push_str(rest);
        parts.push(Part::Plain(plain));
        parts.retain(|part| *part != Part::Plain(String::new()));
        Ok(Self(parts))
    }

    /// The text for who has these values; `lang` is the text's.
    pub(super) fn fill(&self, values: &Values, (texts, lang): (&Texts, Lang)) -> String {
        let mut filled = String::new();
        for part in &self.0 {
            match part {
                Part::Plain(text) => filled.push_str(text),
                Part::Link { n, url } => match &values.link {
                    Some(link) => filled.push_str(&format!("{link}{n}")),
                    None => filled.push_str(url),
                },
                Part::Value { variable, instead } => match (variable.of(values, (texts, lang)), instead) {
                    (Some(value), _) => filled.push_str(&value),
                    (None, Some(instead)) => filled.push_str(instead),
                    (None, None) => filled.push_str(&texts.say(lang, &variable.instead())),
                },
            }
        }
        filled
    }
}

/// What stands between two braces.
fn value(inner: &str) -> Result<Part, Text> {
    let (name, instead) = match inner.split_once(['|', '｜']) {
        Some((name, instead)) => (name.trim(), Some(instead.trim().to_owned())),
        None => (inner.trim(), None),
    };
    if let Some(variable) = Variable::named(name) {
        return Ok(Part::Value { variable, instead });
    }
    let names: Vec<&str> = Variable::ALL.into_iter().flat_map(Variable::names).collect();
    let found: String = name.chars().take(QUOTED_CHARS).collect();
    Err(match nearest(name, &names) {
        Some(near) => text!("announcement-variable-unknown-near", found = found, near = near),
        None => text!("announcement-variable-unknown", found = found, names = names.join(", ")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::wording::Wording;

    fn values() -> Values {
        Values {
            merchant: Some("云裳阁".into()),
            contact: Some(" Lin ".into()),
            tier: Some("crown".into()),
            group: None,
            link: None,
            variant: None,
        }
    }

    fn filled(text: &str, lang: Lang) -> Result<String, String> {
        let texts = Texts::new(jiff::tz::TimeZone::UTC);
        let read = Template::parse(text).map_err(|why| texts.say(Lang::En, &why))?;
        Ok(read.fill(&values(), (&texts, lang)))
    }

    #[test]
    fn each_recipient_reads_their_own_and_who_has_none_reads_what_stands_for_it() {
        for (text, lang, reads) in [
            ("Hi {contact} of {merchant}", Lang::En, "Hi Lin of 云裳阁"),
            ("{联系人}，{商家}已是{等级}", Lang::Zh, "Lin，云裳阁已是皇冠"),
            ("{ Tier | member }", Lang::En, "crown"),
            ("in {group|your group}.", Lang::En, "in your group."),
            ("在{群｜本群}", Lang::Zh, "在本群"),
            ("in {group}", Lang::En, "in our community"),
            ("[{group|}]", Lang::En, "[]"),
            ("plain", Lang::En, "plain"),
        ] {
            assert_eq!(filled(text, lang).as_deref(), Ok(reads), "{text}");
        }
    }

    #[test]
    fn braces_as_such_stay_possible() {
        for (text, reads) in [
            ("{{merchant}}", "{merchant}"),
            ("{{{contact}}}", "{Lin}"),
            ("a } b", "a } b"),
            ("}}{{", "}{"),
            ("{{", "{"),
        ] {
            assert_eq!(filled(text, Lang::En).as_deref(), Ok(reads), "{text}");
        }
    }

    #[test]
    fn what_is_no_variable_is_one_sentence_with_the_nearest() {
        let why = |text: &str| filled(text, Lang::En).unwrap_err();
        assert_eq!(
            why("Hi {merchnt}!"),
            "There is no variable {merchnt}. Did you mean {merchant}? A brace as such is written {{."
        );
        assert!(why("{商}").contains("{商家}"), "{}", why("{商}"));
        for text in ["{}", "{price}", "{|friend}"] {
            assert!(why(text).starts_with("There is no variable {"), "{}", why(text));
        }
        for text in ["Hi {merchant", "{", "Hi {merchant\n}"] {
            assert!(why(text).contains("is not closed"), "{}", why(text));
        }
        let wording = Wording::typed(Some("{x9}"), Some("{x9}"), Some("{contact}"));
        assert_eq!(super::super::filled::problems(&wording).len(), 1, "each sentence once");
    }

    #[test]
    fn values_bring_nothing_but_their_letters() {
        assert_eq!(data(" a\nb\u{202e}c\t"), "a bc");
        assert_eq!(data("@everyone"), "@\u{2060}everyone");
        let texts = Texts::new(jiff::tz::TimeZone::UTC);
        let hostile = Values { merchant: Some("{contact} **b**".into()), ..values() };
        let read = Template::parse("{merchant}").unwrap();
        assert_eq!(
            read.fill(&hostile, (&texts, Lang::En)),
            "{contact} **b**",
            "what is filled in is not read"
        );
    }
}
