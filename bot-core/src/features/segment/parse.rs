//! Reads an audience from one line: `all groups`, `group 皇冠商家群`, `tier crown,diamond category apparel tag vip`.

use super::{Audience, To, words};
use crate::features::people::lang_of;
use crate::features::wording::Wording;
use crate::ids::{ActivityNo, ChatId};
use crate::text;
use crate::texts::Text;

/// How alike a name must be to be suggested, from 0 to 1.
const ALIKE: f64 = 0.4;
/// Longest wrong name that is quoted back, in characters.
const QUOTED_CHARS: usize = 40;

/// The names that an audience may use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vocabulary {
    /// Community groups: id and title; one whose title others have too once more as `title @account`.
    pub groups: Vec<(ChatId, String)>,
    /// Tiers that merchants have.
    pub tiers: Vec<String>,
    /// Categories that merchants have.
    pub categories: Vec<String>,
    /// Tags that merchants have.
    pub tags: Vec<String>,
    /// Platforms that are connected, by their names.
    pub platforms: Vec<String>,
    /// Activities that people could sign up for, newest first.
    pub activities: Vec<(ActivityNo, Wording)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Any,
    Groups,
    Tiers,
    Categories,
    Tags,
    Langs,
    Platforms,
    Activities,
}

pub(super) enum Keyword {
    Field(Field),
    To(To),
    Noise,
}

/// Reads an audience. Without a word on whether groups or people get it: filters on merchants go to people,
/// everything else to groups.
///
/// # Errors
/// One sentence: what is not known, with the nearest name that is; or that nothing was said.
pub fn parse(line: &str, known: &Vocabulary) -> Result<Audience, Text> {
    let mut reader = Reader { known, field: Field::Any, to: None, said: false, found: Audience::default() };
    let mut rest = line;
    loop {
        rest = rest.trim_start_matches(is_gap);
        if rest.is_empty() {
            break;
        }
        rest = reader.next(rest)?;
    }
    if !reader.said {
        return Err(Text::new("segment-empty"));
    }
    let mut found = reader.found;
    found.to = reader.to.unwrap_or(if found.asks_for_people() { To::People } else { To::Groups });
    Ok(found)
}

struct Reader<'k> {
    known: &'k Vocabulary,
    field: Field,
    to: Option<To>,
    said: bool,
    found: Audience,
}

impl Reader<'_> {
    /// Takes one word, name or quoted name off the front; gives what is left.
    fn next<'l>(&mut self, rest: &'l str) -> Result<&'l str, Text> {
        if let Some((name, left)) = quoted(rest) {
            return if self.take(name, Some(name.len())).is_some() {
                Ok(left)
            } else {
                Err(self.unknown(name))
            };
        }
        let word = first_word(rest);
        // A title may hold any word, keywords too; a title that is a keyword must be quoted.
        if let Some(keyword) = keyword(&word.to_lowercase())
            && self.title_at(rest).is_none_or(|len| len <= word.len())
        {
            self.keyword(keyword, rest, word)?;
            return Ok(&rest[word.len()..]);
        }
        match self.take(rest, None) {
            Some(len) => Ok(&rest[len..]),
            None => Err(self.unknown(up_to_next(rest))),
        }
    }

    fn keyword(&mut self, keyword: Keyword, rest: &str, word: &str) -> Result<(), Text> {
        match keyword {
            Keyword::Noise => return Ok(()),
            Keyword::To(to) => {
                self.to = Some(to);
                self.field = Field::Any;
            }
            Keyword::Field(field) => {
                let then = rest[word.len()..].trim_start_matches(is_gap);
                let ends = then.is_empty()
                    || quoted(then).is_none()
                        && self.title_at(then).is_none()
                        && self::keyword(&first_word(then).to_lowercase()).is_some();
                match field {
                    Field::Groups if ends => self.to = Some(To::Groups),
                    _ if ends => return Err(text!("segment-names-missing", what = kind(field))),
                    _ => {}
                }
                self.field = field;
            }
        }
        self.said = true;
        Ok(())
    }

    /// Takes a name of the field that is being read, or of any; gives its length in bytes.
    fn take(&mut self, rest: &str, exactly: Option<usize>) -> Option<usize> {
        let order: &[Field] = match self.field {
            Field::Any => &[Field::Groups, Field::Tiers, Field::Categories, Field::Tags],
            Field::Groups => &[Field::Groups],
            Field::Tiers => &[Field::Tiers, Field::Groups],
            Field::Categories => &[Field::Categories, Field::Groups],
            Field::Tags => &[Field::Tags, Field::Groups],
            Field::Langs => &[Field::Langs, Field::Groups],
            Field::Platforms => &[Field::Platforms, Field::Groups],
            Field::Activities => &[Field::Activities, Field::Groups],
        };
        let fits = |len: usize| exactly.is_none_or(|exact| exact == len);
        for field in order {
            if *field == Field::Groups {
                let at = longest(rest, self.known.groups.iter().map(|(_, title)| title.as_str()));
                if let Some((at, len)) = at.filter(|(_, len)| fits(*len)) {
                    // The same community on several platforms has one title: it means all of them.
                    let title = self.known.groups[at].1.to_lowercase();
                    for (id, _) in self.known.groups.iter().filter(|(_, name)| name.to_lowercase() == title) {
                        push(&mut self.found.groups, id.clone());
                    }
                    self.said = true;
                    return Some(len);
                }
                continue;
            }
            if let Some(len) = self.take_other(*field, rest).filter(|len| fits(*len)) {
                self.said = true;
                return Some(len);
            }
            if let Some((name, len)) = self.name_of(*field, rest).filter(|(_, len)| fits(*len)) {
                push(self.names(*field), name);
                self.said = true;
                return Some(len);
            }
        }
        None
    }

    /// Takes a language, a platform or an activity.
    fn take_other(&mut self, field: Field, rest: &str) -> Option<usize> {
        let word = first_word(rest);
        match field {
            Field::Langs => push(&mut self.found.langs, lang_of(word)?),
            Field::Platforms => {
                let (at, len) = longest(rest, self.known.platforms.iter().map(String::as_str))?;
                push(&mut self.found.platforms, self.known.platforms[at].clone());
                return Some(len);
            }
            Field::Activities => {
                let word = word.trim_end_matches(['"', '”', '」', '》']);
                let no = ActivityNo::parse(word)?;
                self.known.activities.iter().find(|(known, _)| *known == no)?;
                push(&mut self.found.activities, no);
                return Some(word.len());
            }
            _ => return None,
        }
        Some(word.len())
    }

    fn name_of(&self, field: Field, rest: &str) -> Option<(String, usize)> {
        let names = match field {
            Field::Tiers => &self.known.tiers,
            Field::Categories => &self.known.categories,
            Field::Tags => &self.known.tags,
            _ => return None,
        };
        if let Some((at, len)) = longest(rest, names.iter().map(String::as_str)) {
            return Some((names[at].clone(), len));
        }
        let word = first_word(rest);
        (field == Field::Tiers)
            .then(|| words::tier_named(word).map(|tier| (tier.word().to_owned(), word.len())))
            .flatten()
    }

    fn names(&mut self, field: Field) -> &mut Vec<String> {
        match field {
            Field::Tiers => &mut self.found.tiers,
            Field::Categories => &mut self.found.categories,
            _ => &mut self.found.tags,
        }
    }

    fn title_at(&self, rest: &str) -> Option<usize> {
        longest(rest, self.known.groups.iter().map(|(_, title)| title.as_str())).map(|(_, len)| len)
    }

    fn unknown(&self, found: &str) -> Text {
        fn plain(names: &[String]) -> Vec<&str> {
            names.iter().map(String::as_str).collect()
        }
        let activities: Vec<String> = self.known.activities.iter().map(|(no, _)| no.to_string()).collect();
        let titles = || self.known.groups.iter().map(|(_, title)| title.as_str());
        let candidates = match self.field {
            Field::Any => titles()
                .chain(plain(&self.known.tiers))
                .chain(plain(&self.known.categories))
                .chain(plain(&self.known.tags))
                // Who mistypes a keyword means the keyword.
                .chain(["groups", "everyone", "people", "全部群", "全部商家"])
                .collect(),
            Field::Groups => titles().collect(),
            Field::Tiers => plain(&self.known.tiers),
            Field::Categories => plain(&self.known.categories),
            Field::Tags => plain(&self.known.tags),
            Field::Langs => words::LANGS.to_vec(),
            Field::Platforms => plain(&self.known.platforms),
            Field::Activities => activities.iter().map(String::as_str).collect(),
        };
        let what = kind(self.field);
        let shown: String = found.trim().chars().take(QUOTED_CHARS).collect();
        match nearest(found, &candidates) {
            Some(near) => text!("segment-unknown-near", what = what, found = shown, near = near),
            None => text!("segment-unknown", what = what, found = shown),
        }
    }
}

fn push<T: PartialEq>(list: &mut Vec<T>, name: T) {
    if !list.contains(&name) {
        list.push(name);
    }
}

pub(super) fn is_gap(c: char) -> bool {
    c.is_whitespace() || matches!(c, ',' | '，' | '、' | ';' | '；' | ':' | '：' | '=' | '+' | '。')
}

fn first_word(rest: &str) -> &str {
    rest.split(is_gap).next().unwrap_or_default()
}

/// A wrong name is quoted back up to the next comma or keyword.
fn up_to_next(rest: &str) -> &str {
    let end = rest.find([',', '，', '、', ';', '；']).unwrap_or(rest.len());
    let rest = &rest[..end];
    let mut at = 0;
    for word in rest.split_inclusive(is_gap) {
        if at > 0 && keyword(&word.trim_end_matches(is_gap).to_lowercase()).is_some() {
            break;
        }
        at += word.len();
    }
    rest[..at].trim_end_matches(is_gap)
}

fn quoted(rest: &str) -> Option<(&str, &str)> {
    let open = rest.chars().next()?;
    let close = match open {
        '"' => '"',
        '“' => '”',
        '「' => '」',
        '《' => '》',
        _ => return None,
    };
    let inner = &rest[open.len_utf8()..];
    let end = inner.find(close)?;
    Some((inner[..end].trim(), &inner[end + close.len_utf8()..]))
}

pub(super) fn keyword(word: &str) -> Option<Keyword> {
    Some(match word {
        "group" | "groups" | "群" | "群组" | "群聊" | "全部群" | "所有群" | "全部群聊" | "所有群聊" => {
            Keyword::Field(Field::Groups)
        }
        "tier" | "tiers" | "等级" | "层级" => Keyword::Field(Field::Tiers),
        "category" | "categories" | "类目" | "品类" => Keyword::Field(Field::Categories),
        "tag" | "tags" | "标签" => Keyword::Field(Field::Tags),
        "language" | "languages" | "语言" => Keyword::Field(Field::Langs),
        "platform" | "platforms" | "平台" => Keyword::Field(Field::Platforms),
        "activity" | "activities" | "活动" => Keyword::Field(Field::Activities),
        "people" | "merchants" | "everybody" | "everyone" | "商家" | "全部商家" | "所有商家" | "联系人"
        | "所有人" | "私聊" => Keyword::To(To::People),
        "all" | "to" | "of" | "in" | "with" | "and" | "the" | "全部" | "所有" | "发给" | "且" => {
            Keyword::Noise
        }
        _ => return None,
    })
}

fn kind(field: Field) -> Text {
    match field {
        Field::Any => Text::new("segment-kind-any"),
        Field::Groups => Text::new("segment-kind-group"),
        Field::Tiers => Text::new("segment-kind-tier"),
        Field::Categories => Text::new("segment-kind-category"),
        Field::Tags => Text::new("segment-kind-tag"),
        Field::Langs => Text::new("segment-kind-language"),
        Field::Platforms => Text::new("segment-kind-platform"),
        Field::Activities => Text::new("segment-kind-activity"),
    }
}

/// The longest of `names` that stands at the front of `rest` as a whole, without regard to case: which, and
/// how many bytes of `rest` it takes.
fn longest<'n>(rest: &str, names: impl Iterator<Item = &'n str>) -> Option<(usize, usize)> {
    names
        .enumerate()
        .filter_map(|(at, name)| Some((at, front(rest, name)?)))
        .max_by_key(|(at, len)| (*len, std::cmp::Reverse(*at)))
}

fn front(rest: &str, name: &str) -> Option<usize> {
    let mut left =
        rest.char_indices().flat_map(|(at, c)| c.to_lowercase().map(move |l| (at + c.len_utf8(), l)));
    let mut end = 0;
    for wanted in name.trim().chars().flat_map(char::to_lowercase) {
        let (at, found) = left.next()?;
        if found != wanted {
            return None;
        }
        end = at;
    }
    let whole = rest.get(end..)?.chars().next().is_none_or(is_gap);
    (end > 0 && whole).then_some(end)
}

/// The name that is most like what was typed, if one is.
pub(crate) fn nearest<'n>(found: &str, names: &[&'n str]) -> Option<&'n str> {
    let found = found.trim().to_lowercase();
    names
        .iter()
        .map(|name| {
            let lower = name.to_lowercase();
            let holds = !found.is_empty() && (lower.contains(&found) || found.contains(&lower));
            let alike = strsim::normalized_damerau_levenshtein(&lower, &found);
            (if holds { alike.max(0.9) } else { alike }, *name)
        })
        .filter(|(alike, _)| *alike >= ALIKE)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests;
