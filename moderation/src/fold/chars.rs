//! How one character is read: its case, its width, and whether a reader sees it at all.

use unicode_normalization::UnicodeNormalization;

/// Hands the characters that `c` is read as to `emit`: none for an invisible one, several for `㎏`.
///
/// It looks at one character only and never at its neighbours, so `fold(a + b) == fold(a) + fold(b)`; the regex
/// prefilter depends on that. Folding what is folded changes nothing.
pub(super) fn fold_char(c: char, mut emit: impl FnMut(char)) {
    if c.is_ascii_graphic() || c == ' ' {
        emit(c.to_ascii_lowercase());
    } else if reads_as_itself(c) {
        emit(c);
    } else if let Some(letter) = in_black(c) {
        emit(letter);
    } else if !is_unseen(c) {
        c.nfkc().for_each(|wide| fold_wide(wide, &mut emit));
    }
}

/// The small letter of a white capital in a black circle or square, such as 🅐 and 🆅: Unicode gives these no plain form.
pub(crate) fn in_black(c: char) -> Option<char> {
    let nth = match c {
        '\u{1F150}'..='\u{1F169}' => u32::from(c) - 0x1_F150,
        '\u{1F170}'..='\u{1F189}' => u32::from(c) - 0x1_F170,
        _ => return None,
    };
    char::from_u32(u32::from('a') + nth)
}

/// Folds a character of already normal width: takes the accents off and the case down.
fn fold_wide(c: char, emit: &mut impl FnMut(char)) {
    if c.is_ascii() {
        return emit(c.to_ascii_lowercase());
    }
    let base = without_accents(c);
    for lower in base.to_lowercase() {
        // A capital may decompose on its way down: İ becomes i and a dot above.
        if !is_unseen(lower) {
            emit(without_accents(lower));
        }
    }
}

/// `é` is read as `e`. What has other marks than accents (が, 한) is left whole, or か would be found in が.
fn without_accents(c: char) -> char {
    let mut parts = std::iter::once(c).nfd();
    match parts.next() {
        Some(base) if parts.all(is_accent) => base,
        _ => c,
    }
}

/// Han and Hangul, and the full-width marks that ordinary Chinese is punctuated with: they stay as they are, so
/// that ordinary Chinese text is unchanged by folding. So do the Arabic phrase signs ﷺ and ﷻ, whose 18 and 8
/// characters would make a megabyte of them eleven.
fn reads_as_itself(c: char) -> bool {
    matches!(c,
        '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{20000}'..='\u{2F7FF}' | '\u{30000}'..='\u{3FFFF}'
        | '\u{AC00}'..='\u{D7A3}' | '\u{3001}'..='\u{301F}' | '\u{FDFA}' | '\u{FDFB}'
        | '，' | '！' | '？' | '；' | '：' | '（' | '）' | '～' | '￥' | '…' | '\n' | '\t' | '\r')
}

/// What takes no room on a screen of its own: control, bidi and zero-width characters, variation selectors and
/// combining accents (Unicode's `Default_Ignorable_Code_Point`, the annotation marks, and the accents below).
fn is_unseen(c: char) -> bool {
    (c.is_control() && !c.is_whitespace())
        || is_accent(c)
        || matches!(c,
            '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}'
            | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
            | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}'
            | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

/// The blocks of combining marks that any script can wear. A script's own vowel signs and voicing marks are not
/// among them: they are letters to their readers.
fn is_accent(c: char) -> bool {
    matches!(c,
        '\u{0300}'..='\u{036F}' | '\u{0483}'..='\u{0489}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}'
        | '\u{20D0}'..='\u{20FF}' | '\u{FE20}'..='\u{FE2F}')
}

#[cfg(test)]
mod tests {
    use super::fold_char;

    fn fold(c: char) -> String {
        let mut out = String::new();
        fold_char(c, |f| out.push(f));
        out
    }

    #[test]
    fn every_character_there_is_folds_to_something_that_folds_to_itself() {
        for c in '\0'..=char::MAX {
            let once = fold(c);
            let twice: String = once.chars().map(fold).collect();
            assert_eq!(once, twice, "U+{:04X}", u32::from(c));
        }
    }

    #[test]
    fn case_width_and_accents_are_read_through() {
        for (c, read) in [
            ('Ａ', "a"),
            ('É', "e"),
            ('İ', "i"),
            ('㎏', "kg"),
            ('①', "1"),
            ('\u{212A}', "k"),
            ('\u{3000}', " "),
        ] {
            assert_eq!(fold(c), read, "{c}");
        }
    }

    #[test]
    fn what_a_reader_does_not_see_is_not_read() {
        for c in ['\u{200B}', '\u{202E}', '\u{FE0F}', '\u{0336}', '\u{AD}', '\u{0}', '\u{E0041}'] {
            assert_eq!(fold(c), "", "U+{:04X}", u32::from(c));
        }
    }

    #[test]
    fn han_kana_hangul_and_chinese_punctuation_stay() {
        for c in "几千元麻烦，。！？：（）《》“”…～￥がパ한𠮷\n\t".chars() {
            assert_eq!(fold(c), c.to_string());
        }
    }
}
