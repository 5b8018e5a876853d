//! One look-up a character: what it is read as when words are looked for, and whether it can be left out.

use std::collections::HashMap;
use std::sync::LazyLock;

use unicode_security::confusable_detection::skeleton;

use super::chars::fold_char;

/// Characters above this are looked up the slow way: they are rare, and a table of them is large.
const TABLED: u32 = 0x20000;
const PAGE: usize = 256;
/// Traditional characters, numerals and enclosed letters, each with its plain form. Made by `tables/generate.py`.
const PLAIN: &str = include_str!("../../tables/plain.txt");
/// What ends or divides sentences: a word does not reach across it.
const FENCES: &str = "，。！？；：、…,!?;:\n\r\u{2028}\u{2029}";

const CHAR: u32 = 0x1F_FFFF;
const SKIP: u32 = 1 << 21;
const FENCE: u32 = 1 << 22;
const SEVERAL: u32 = 1 << 23;
const CONFUSED: u32 = 1 << 24;
const SIMPLIFIED: u32 = 1 << 25;
const CHANGED: u32 = 1 << 26;

/// What one character is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sign(u32);

impl Sign {
    /// The sign of a character.
    pub(crate) fn of(c: char) -> Self {
        let code = u32::from(c);
        if code < TABLED { TABLE.get(code) } else { Self(slow(c)) }
    }

    /// The character to match by, in small letters and plain form; `None` where it takes no room at all.
    pub(crate) fn char(self) -> Option<char> {
        char::from_u32(self.0 & CHAR).filter(|c| *c != '\0')
    }

    /// Whether it is a blank, a mark or a symbol, which may stand between the characters of a word.
    pub(crate) fn is_skipped(self) -> bool {
        self.0 & SKIP != 0
    }

    /// Whether it divides sentences.
    pub(crate) fn is_fence(self) -> bool {
        self.0 & FENCE != 0
    }

    /// Whether it is read as several characters; [`fold_char`] says which.
    pub(crate) fn is_several(self) -> bool {
        self.0 & SEVERAL != 0
    }

    /// Whether it was read as a letter that it only looks like.
    pub(crate) fn is_confused(self) -> bool {
        self.0 & CONFUSED != 0
    }

    /// Whether folding alone makes another character of it.
    pub(crate) fn is_changed(self) -> bool {
        self.0 & CHANGED != 0
    }
}

struct Table {
    pages: Vec<u16>,
    entries: Vec<u32>,
}

impl Table {
    fn get(&self, code: u32) -> Sign {
        let page = usize::from(self.pages[code as usize / PAGE]);
        Sign(self.entries[page * PAGE + code as usize % PAGE])
    }
}

static PLAIN_FORMS: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let pair = |line: &str| {
        let mut chars = line.chars();
        Some((chars.next()?, chars.next()?))
    };
    PLAIN.lines().filter_map(pair).collect()
});

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let (mut pages, mut entries) = (Vec::new(), Vec::<u32>::new());
    let mut known: HashMap<Vec<u32>, u16> = HashMap::new();
    for start in (0..TABLED).step_by(PAGE) {
        let page: Vec<u32> =
            (start..start + PAGE as u32).map(|code| char::from_u32(code).map_or(0, slow)).collect();
        let next = known.len() as u16;
        let index = *known.entry(page.clone()).or_insert(next);
        if index == next {
            entries.extend(page);
        }
        pages.push(index);
    }
    Table { pages, entries }
});

fn slow(c: char) -> u32 {
    if let Some(&plain) = PLAIN_FORMS.get(&c) {
        let mut folded = false;
        fold_char(c, |f| folded |= f != c);
        return u32::from(plain) | SIMPLIFIED | if folded { CHANGED } else { 0 };
    }
    let (mut count, mut first) = (0, c);
    fold_char(c, |f| {
        if count == 0 {
            first = f;
        }
        count += 1;
    });
    let changed = if first == c { 0 } else { CHANGED };
    match count {
        0 => 0,
        1 => one(first) | changed,
        _ => u32::from(c) | SEVERAL | CHANGED,
    }
}

/// The sign of a character that folding leaves alone.
fn one(c: char) -> u32 {
    if let Some(&plain) = PLAIN_FORMS.get(&c) {
        return u32::from(plain) | SIMPLIFIED;
    }
    if !c.is_alphanumeric() {
        return u32::from(c) | SKIP | if FENCES.contains(c) { FENCE } else { 0 };
    }
    match looks_like(c) {
        Some(letter) => u32::from(letter) | CONFUSED,
        None => u32::from(c),
    }
}

/// The Latin letter that a letter of the scripts beside Latin looks like, small or capital.
fn looks_like(c: char) -> Option<char> {
    if !matches!(c, '\u{0180}'..='\u{052F}' | '\u{0531}'..='\u{058F}' | '\u{13A0}'..='\u{13FF}' | '\u{1D00}'..='\u{1DBF}'
        | '\u{1E00}'..='\u{1FFF}' | '\u{2C60}'..='\u{2DFF}' | '\u{A640}'..='\u{A69F}' | '\u{A720}'..='\u{A7FF}' | '\u{AB30}'..='\u{ABBF}')
    {
        return None;
    }
    let ascii = |c: char| {
        let mut buffer = [0; 4];
        let mut letters = skeleton(c.encode_utf8(&mut buffer));
        let letter = letters.next().filter(char::is_ascii_alphabetic)?.to_ascii_lowercase();
        letters.next().is_none().then_some(letter)
    };
    ascii(c).or_else(|| {
        let mut capital = c.to_uppercase();
        let first = capital.next()?;
        if capital.next().is_none() { ascii(first) } else { None }
    })
}

#[cfg(test)]
mod tests {
    use super::Sign;

    fn read(c: char) -> Option<char> {
        Sign::of(c).char()
    }

    #[test]
    fn each_disguise_is_read_as_what_it_stands_for() {
        for (c, plain) in [
            ('Ａ', 'a'),
            ('國', '国'),
            ('瞭', '了'),
            ('①', '1'),
            ('壹', '1'),
            ('一', '1'),
            ('❶', '1'),
            ('Ⓐ', 'a'),
            ('🅰', 'a'),
            ('🇦', 'a'),
            ('а', 'a'),
            ('В', 'b'),
            ('в', 'b'),
            ('ο', 'o'),
            ('几', '几'),
            ('千', '千'),
            ('元', '元'),
            ('が', 'が'),
        ] {
            assert_eq!(read(c), Some(plain), "{c}");
        }
        assert_eq!(read('\u{200B}'), None);
        assert!(Sign::of('㎏').is_several());
    }

    #[test]
    fn ordinary_chinese_is_read_as_it_stands_but_for_traditional_forms_and_numerals() {
        let plain: Vec<char> = super::PLAIN.lines().filter_map(|line| line.chars().next()).collect();
        for c in ('\u{4E00}'..='\u{9FFF}').chain("，。！？：；、“”（）《》".chars()) {
            let sign = Sign::of(c);
            assert!(!sign.is_confused() && !sign.is_several() && !sign.is_changed(), "{c}");
            assert!(read(c) == Some(c) || plain.binary_search(&c).is_ok(), "{c}");
        }
    }

    #[test]
    fn marks_can_be_left_out_and_the_ends_of_sentences_divide() {
        for c in " *-.~_|🔥（”".chars() {
            assert!(Sign::of(c).is_skipped() && !Sign::of(c).is_fence(), "{c}");
        }
        for c in "，。！？\n:".chars() {
            assert!(Sign::of(c).is_fence(), "{c}");
        }
    }

    #[test]
    fn what_a_character_is_read_as_is_read_as_itself() {
        for c in '\u{1}'..'\u{20000}' {
            let sign = Sign::of(c);
            if let Some(plain) = sign.char().filter(|_| !sign.is_several()) {
                assert_eq!(read(plain), Some(plain), "U+{:04X}", u32::from(c));
            }
        }
    }
}
