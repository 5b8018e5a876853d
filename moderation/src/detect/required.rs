//! What every match of a regular expression must contain, so that it need not run where that is absent.
//!
//! Sound for the message as written and as folded: folding looks at one character at a time, so a message that
//! contains a text contains, when folded, that text folded.

use std::collections::BTreeSet;

use regex_syntax::hir::{Class, Hir, HirKind};

use crate::fold::View;
use crate::fold::reading::reduce;
use crate::fold::table::Sign;

/// More alternatives than this are not worth their place in the automaton.
const TEXTS_MAX: usize = 64;
/// Longer texts select no better.
const TEXT_UTF8_MAX: usize = 64;
/// A class of marks may be larger, for a few bits hold them all.
const MARKS_MAX: usize = 512;
/// A larger class of characters is as good as any character.
const CLASS_MAX: usize = 16;
const REPEAT_MAX: u32 = 4;

/// So many sets of texts are asked for at the most.
pub(crate) const SETS_MAX: usize = 3;

type Texts = BTreeSet<String>;

/// Sets of folded texts: of each of them every match of `hir` contains at least one. None where there is no small one.
/// The best comes first; the others are of words alone, which few messages hold.
pub(crate) fn required_literals(hir: &Hir) -> Vec<Vec<String>> {
    let Some(best) = required(hir) else { return Vec::new() };
    let mut others = sets_of(parts(hir));
    others.retain(|texts| useful(texts) && only_words(texts) && texts.is_disjoint(&best));
    others.sort_by_key(|texts| std::cmp::Reverse(worth(texts)));
    others.truncate(SETS_MAX - 1);
    std::iter::once(best).chain(others).map(|texts| texts.into_iter().collect()).collect()
}

/// What stands one behind the other in `hir`.
fn parts(hir: &Hir) -> &[Hir] {
    match hir.kind() {
        HirKind::Concat(parts) => parts,
        HirKind::Capture(capture) => parts(&capture.sub),
        _ => &[],
    }
}

/// Whether each text has two characters that count, or three Latin ones.
fn only_words(texts: &Texts) -> bool {
    texts.iter().all(|text| {
        let (read, _) = reduce(text);
        read.chars().count() >= if read.is_ascii() { 3 } else { 2 }
    })
}

/// Every text that an expression can match, folded and look-arounds aside, where they are few.
pub(crate) fn possible_texts(source: &str) -> Option<Vec<String>> {
    let hir = regex_syntax::ParserBuilder::new().case_insensitive(true).build().parse(source).ok()?;
    Some(all_texts(&hir)?.into_iter().collect())
}

fn required(hir: &Hir) -> Option<Texts> {
    if let Some(texts) = all_texts(hir).filter(useful) {
        return Some(texts);
    }
    match hir.kind() {
        HirKind::Class(Class::Unicode(class)) => marks(class),
        HirKind::Capture(capture) => required(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => required(&repetition.sub),
        HirKind::Concat(parts) => of_concat(parts),
        HirKind::Alternation(parts) => {
            let mut texts = Texts::new();
            for part in parts {
                texts.extend(required(part)?);
            }
            Some(texts).filter(useful)
        }
        _ => None,
    }
}

/// The characters of a class of marks.
fn marks(class: &regex_syntax::hir::ClassUnicode) -> Option<Texts> {
    let size: usize = class.iter().map(regex_syntax::hir::ClassUnicodeRange::len).sum();
    if size > MARKS_MAX {
        return None;
    }
    let mut chars = class.iter().flat_map(|range| range.start()..=range.end());
    let mark = |c: char| {
        let text = View::folded(c.encode_utf8(&mut [0; 4])).text().to_owned();
        let whole = !text.is_empty() && text.chars().all(|c| Sign::of(c).is_skipped() && !c.is_whitespace());
        whole.then_some(text)
    };
    chars.try_fold(Texts::new(), |mut texts, c| {
        texts.insert(mark(c)?);
        Some(texts)
    })
}

/// The best of what the parts require.
fn of_concat(parts: &[Hir]) -> Option<Texts> {
    sets_of(parts).into_iter().fold(None, |best, texts| better(best, Some(texts)))
}

/// What the parts require, neighbours with few texts taken together.
fn sets_of(parts: &[Hir]) -> Vec<Texts> {
    let mut sets = Vec::new();
    let mut run: Option<Texts> = None;
    for part in parts {
        let texts = all_texts(part);
        let longer = match (&run, &texts) {
            (Some(run), Some(texts)) => product(run, texts),
            (None, Some(texts)) => Some(texts.clone()),
            (_, None) => None,
        };
        if longer.is_none() {
            sets.extend(run.take());
            sets.extend(required(part));
        }
        run = longer.or(texts);
    }
    sets.extend(run);
    sets
}

/// Every text that `hir` can match, folded, where they are few; look-arounds count as the empty text.
fn all_texts(hir: &Hir) -> Option<Texts> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Some(Texts::from([String::new()])),
        HirKind::Literal(literal) => {
            let text = View::folded(std::str::from_utf8(&literal.0).ok()?).text().to_owned();
            (text.len() <= TEXT_UTF8_MAX).then(|| Texts::from([text]))
        }
        HirKind::Class(Class::Unicode(class)) => {
            let size: usize = class.iter().map(regex_syntax::hir::ClassUnicodeRange::len).sum();
            let chars = || class.iter().flat_map(|range| range.start()..=range.end());
            (size <= CLASS_MAX)
                .then(|| chars().map(|c| View::folded(&c.to_string()).text().to_owned()).collect())
        }
        HirKind::Class(Class::Bytes(_)) => None,
        HirKind::Capture(capture) => all_texts(&capture.sub),
        HirKind::Repetition(repetition) => {
            let (least, most) = (repetition.min, repetition.max.filter(|most| *most <= REPEAT_MAX)?);
            let once = all_texts(&repetition.sub)?;
            let mut power = Texts::from([String::new()]);
            let mut texts = Texts::new();
            for times in 0..=most {
                if times >= least {
                    texts.extend(power.iter().cloned());
                }
                if times < most {
                    power = product(&power, &once)?;
                }
            }
            (texts.len() <= TEXTS_MAX).then_some(texts)
        }
        HirKind::Concat(parts) => parts
            .iter()
            .try_fold(Texts::from([String::new()]), |texts, part| product(&texts, &all_texts(part)?)),
        HirKind::Alternation(parts) => {
            let mut texts = Texts::new();
            for part in parts {
                texts.extend(all_texts(part)?);
            }
            (texts.len() <= TEXTS_MAX).then_some(texts)
        }
    }
}

fn product(left: &Texts, right: &Texts) -> Option<Texts> {
    if left.len() * right.len() > TEXTS_MAX {
        return None;
    }
    let texts: Texts = left.iter().flat_map(|l| right.iter().map(move |r| format!("{l}{r}"))).collect();
    texts.iter().all(|text| text.len() <= TEXT_UTF8_MAX).then_some(texts)
}

fn useful(texts: &Texts) -> bool {
    let many = texts.len() > TEXTS_MAX && !texts.iter().all(|text| text.chars().nth(1).is_none());
    !texts.is_empty() && texts.len() <= MARKS_MAX && !many && texts.iter().all(|text| !text.trim().is_empty())
}

fn worth(texts: &Texts) -> (usize, std::cmp::Reverse<usize>) {
    (texts.iter().map(String::len).min().unwrap_or(0), std::cmp::Reverse(texts.len()))
}

/// Of two sets the one whose shortest text is longer; of those the smaller.
fn better(a: Option<Texts>, b: Option<Texts>) -> Option<Texts> {
    a.into_iter().chain(b.into_iter().filter(useful)).filter(useful).max_by_key(worth)
}

#[cfg(test)]
mod tests {
    use super::required_literals;

    fn sets(pattern: &str) -> Vec<Vec<String>> {
        let hir = regex_syntax::ParserBuilder::new().case_insensitive(true).build().parse(pattern).unwrap();
        required_literals(&hir)
    }

    fn required(pattern: &str) -> Option<Vec<String>> {
        sets(pattern).into_iter().next()
    }

    #[test]
    fn what_stands_one_behind_the_other_is_all_required() {
        let found = sets(r"(?:帮你|代).{0,4}(?:解封|解冻).{0,4}(?:店铺|账号|保证金)");
        assert_eq!(found, [vec!["解冻", "解封"], vec!["保证金", "店铺", "账号"]]);
        assert_eq!(sets(r"\b(?:refund|payout)\b.{0,9}\b(?:screen|anydesk)\b").len(), 2);
        assert_eq!(sets(r"(?:解封.{0,4}店铺|代开.{0,4}发票)").len(), 1, "only one of several need be there");
        assert_eq!(sets(r"解封(?:店铺)?").len(), 1);
        assert_eq!(sets(r"\d+"), Vec::<Vec<String>>::new());
    }

    #[test]
    fn the_longest_sure_text_is_found() {
        let texts = |list: &[&str]| Some(list.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>());
        assert_eq!(required(r"加\s*微信"), texts(&["微信"]));
        assert_eq!(required(r"(?:加|➕)\s*v(?:x|信)?\s*[:：]?\s*\w+"), texts(&["➕", "加"]));
        assert_eq!(required(r"\bKill\b"), texts(&["kill"]));
        assert_eq!(required(r"日赚\d{3,}元"), texts(&["日赚"]));
        assert_eq!(required(r"(?:刷单|返利).*(?:qq|微信)"), texts(&["刷单", "返利"]));
        assert_eq!(required(r"colou?r"), texts(&["color", "colour"]));
        assert_eq!(required(r"\d{11}"), None);
        assert_eq!(required(r"x?\d+"), None);
        assert_eq!(required(r"a|\d"), None);
    }
}
