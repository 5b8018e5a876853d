//! A message as a row of the characters that words are made of, each with its place in the original.

use super::chars::fold_char;
use super::table::Sign;

/// One character that counts, as it is matched.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Unit {
    /// The first byte of the original character.
    pub(crate) at: u32,
    /// The byte after its last.
    pub(crate) end: u32,
    /// What it is read as.
    pub(crate) c: char,
    /// How many blanks, marks and symbols stand before it, or [`Unit::FENCE`].
    pub(crate) gap: u8,
    /// Whether it is a letter that only looks like `c`.
    pub(crate) confused: bool,
}

impl Unit {
    /// A sentence ends before it.
    pub(crate) const FENCE: u8 = u8::MAX;
}

/// What a reading says of a whole message.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Reading {
    /// Whether folding changes anything.
    pub(crate) changed: bool,
    /// Whether it changes more than capitals of ASCII, which expressions read like small letters.
    pub(crate) dressed: bool,
    /// The marks that were passed over, one bit for several of them.
    pub(crate) marks: u64,
    /// Whether letters touch digits, or signs that may be letters stand anywhere.
    pub(crate) mixed: bool,
}

/// The bit of a mark in [`Reading::marks`]: its own for ordinary marks, one for many of the others.
pub(crate) fn mark_bit(c: char) -> u64 {
    let code = u32::from(c);
    1 << match code {
        0..0x80 => code & 0x1F,
        0x80..0x2000 => 32,
        0x2000..0x3000 => 33 + (code >> 8 & 0xF),
        0x3000..0xFF00 => 49 + (code & 7),
        0xFF00..0x1_F000 => 57 + (code & 3),
        _ => 61 + (code >> 8) % 3,
    }
}

/// Reads `text` into `units`, telling `each` every character as it is read.
pub(crate) fn read(text: &str, units: &mut Vec<Unit>, mut each: impl FnMut(&[Unit], char)) -> Reading {
    units.clear();
    let (mut changed, mut dressed, mut marks, mut mixed) = (false, false, 0, false);
    let mut gap = 0_u8;
    for (at, c) in text.char_indices() {
        let sign = Sign::of(c);
        let Some(read) = sign.char() else {
            (changed, dressed) = (true, true);
            continue;
        };
        changed |= sign.is_changed();
        dressed |= sign.is_changed() && !c.is_ascii();
        if sign.is_skipped() {
            marks |= mark_bit(read);
            gap = widen(gap, sign);
            continue;
        }
        let unit = Unit {
            at: u32::try_from(at).unwrap_or(u32::MAX),
            end: u32::try_from(at + c.len_utf8()).unwrap_or(u32::MAX),
            c: read,
            gap,
            confused: sign.is_confused(),
        };
        if gap == 0 && read.is_ascii() {
            let before = units.last().filter(|before: &&Unit| before.c.is_ascii());
            mixed |= before.is_some_and(|before| before.c.is_ascii_digit() != read.is_ascii_digit());
        }
        gap = 0;
        if sign.is_several() {
            gap = several(c, unit, units, &mut marks, &mut each);
        } else {
            units.push(unit);
            each(units, read);
        }
    }
    mixed |= marks & (mark_bit('@') | mark_bit('$')) != 0;
    Reading { changed, dressed, marks, mixed }
}

/// Reads a character that stands for several, and gives the gap after it.
fn several(
    c: char,
    first: Unit,
    units: &mut Vec<Unit>,
    marks: &mut u64,
    each: &mut impl FnMut(&[Unit], char),
) -> u8 {
    let mut gap = first.gap;
    fold_char(c, |folded| {
        let sign = Sign::of(folded);
        match sign.char() {
            Some(mark) if sign.is_skipped() => {
                *marks |= mark_bit(mark);
                gap = widen(gap, sign);
            }
            Some(read) => {
                units.push(Unit { c: read, gap, confused: sign.is_confused(), ..first });
                gap = 0;
                each(units, read);
            }
            None => {}
        }
    });
    gap
}

fn widen(gap: u8, sign: Sign) -> u8 {
    if sign.is_fence() { Unit::FENCE } else { gap.saturating_add(1) }
}

/// What a policy's own word is looked for by: its characters as they are read, and before which of them it has
/// something that can be left out (the first 64 only).
pub(crate) fn reduce(word: &str) -> (String, u64) {
    let (mut units, mut text) = (Vec::new(), String::new());
    read(word, &mut units, |_, c| text.push(c));
    let gaps = units.iter().take(64).enumerate().skip(1).filter(|(_, unit)| unit.gap > 0);
    (text, gaps.fold(0, |mask, (i, _)| mask | 1 << i))
}
