//! Homophones, pinyin, and emoji that show something that sounds alike.

use std::ops::Range;

use super::index::{sound_key, symbols};
use super::lexicon::SPOKEN;
use super::tokens::{Kind, Token};
use super::{Least, Search, least};
use crate::fold::ViewKind;

const LEAST: Least = [208, 130, 22];
const LEAST_EMOJI: Least = [130, 45, -15];
/// What keycaps show, and 🔟.
const NUMERALS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
const TEN: (char, char) = ('🔟', '十');
/// More ways of reading one place aloud are not looked at.
const WAYS_MAX: usize = 12;

/// One way of reading what stands at one place.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Way {
    symbol: u32,
    /// Where the next one stands.
    next: usize,
    latin: bool,
    emoji: bool,
}

impl Search<'_> {
    /// Finds what is spoken like a word from `start` on.
    pub(super) fn spoken(&mut self, start: usize) {
        let index = self.index;
        for first in self.ways(start) {
            let first = self.spoken.way(first);
            for second in self.following(first.next) {
                let second = self.spoken.way(second);
                if !self.spend() {
                    return;
                }
                for &word in index.sounds.get(sound_key(first.symbol, second.symbol)) {
                    let way = Way {
                        latin: first.latin || second.latin,
                        emoji: first.emoji || second.emoji,
                        ..second
                    };
                    self.hear(word, start, way, 2);
                }
            }
        }
    }

    /// Goes on through a word of which `heard` characters were heard.
    fn hear(&mut self, word: u32, start: usize, so_far: Way, heard: usize) {
        if !self.spend() {
            return;
        }
        let Some(&c) = self.index.chars(word).get(heard) else {
            return self.heard(word, start, so_far);
        };
        for way in self.following(so_far.next) {
            let way = self.spoken.way(way);
            if symbols(c).any(|symbol| symbol == way.symbol) {
                let (latin, emoji) = (so_far.latin || way.latin, so_far.emoji || way.emoji);
                self.hear(word, start, Way { latin, emoji, ..way }, heard + 1);
            }
        }
    }

    /// How the token at `at` can be read aloud behind another one of the same word.
    fn following(&mut self, at: usize) -> Range<usize> {
        let divided = self.tokens.get(at).is_some_and(|token| token.kind == Kind::Han && token.apart);
        if divided { 0..0 } else { self.ways(at) }
    }

    /// How the token at `at` can be read aloud, alone or with the letters behind it.
    fn ways(&mut self, at: usize) -> Range<usize> {
        let tokens = self.tokens;
        self.spoken.of(at, WAYS_MAX, |ways| {
            let token = tokens[at];
            let plain = Way { next: at + 1, ..Way::default() };
            let mut follow = |c: char, way: Way| ways.extend(symbols(c).map(|symbol| Way { symbol, ..way }));
            match token.kind {
                Kind::Fence => {}
                Kind::Han | Kind::Other => follow(token.c, plain),
                Kind::Emoji => {
                    let numeral = token.c.to_digit(10).map(|digit| NUMERALS[digit as usize]);
                    let shown = numeral.or((token.c == TEN.0).then_some(TEN.1)).unwrap_or(token.c);
                    follow(shown, Way { emoji: true, ..plain });
                }
                Kind::Latin => {
                    follow(token.c, plain);
                    spellings(tokens, at, |symbol, next| {
                        ways.push(Way { symbol, next, latin: true, emoji: false });
                    });
                }
            }
        })
    }

    /// Judges a word that sounds like what stands from `start` to the last way.
    fn heard(&mut self, word: u32, start: usize, way: Way) {
        let range = start..way.next;
        let chars = self.index.chars(word);
        let tokens = &self.tokens[range.clone()];
        if tokens.len() == chars.len() && tokens.iter().zip(chars).all(|(token, c)| token.c == *c) {
            return;
        }
        let len = chars.len();
        if way.latin {
            if !self.is_ordinary(start, way.next) && (self.traits.han > 0 || len > 2) {
                self.take(word, ViewKind::Pinyin, range, false);
            }
        } else if way.emoji {
            let same = tokens.iter().zip(chars).filter(|(token, c)| token.c == **c).count();
            if same + 1 >= len || len > 2 {
                self.keep(word, ViewKind::Emoji, range, least(LEAST_EMOJI, len));
            } else if tokens[0].c != tokens[tokens.len() - 1].c {
                // Two emoji show so much that they alone say little.
                self.take(word, ViewKind::Emoji, range, true);
            }
        } else {
            self.keep(word, ViewKind::Homophone, range, least(LEAST, len));
        }
    }

    /// Whether the letters around a match are one word that is ordinary in Chinese text.
    fn is_ordinary(&self, start: usize, end: usize) -> bool {
        let joined = |i: usize| {
            let latin = |i: usize| self.tokens.get(i).is_some_and(|token| token.kind == Kind::Latin);
            i > 0 && latin(i) && latin(i - 1) && !self.tokens[i].apart
        };
        let (mut first, mut last) = (start, end);
        while joined(first) && start - first < 32 {
            first -= 1;
        }
        while joined(last) && last - end < 32 {
            last += 1;
        }
        let run = &self.tokens[first..last];
        let one =
            run.iter().all(|token| token.kind == Kind::Latin) && !run[1..].iter().any(|token| token.apart);
        one && super::initials::is_ordinary(run)
    }
}

/// Tells each syllable that the letters from `at` on spell, where the whole run of letters is made of syllables.
fn spellings(tokens: &[Token], at: usize, mut tell: impl FnMut(u32, usize)) {
    if !tokens[at].spelled {
        return;
    }
    let mut node = 0;
    for (i, token) in tokens[at..].iter().enumerate() {
        if token.kind != Kind::Latin || (i > 0 && token.apart) {
            return;
        }
        let Some(next) = SPOKEN.letter(node, token.c) else { return };
        node = next;
        let end = at + i + 1;
        let whole =
            tokens.get(end).is_none_or(|after| after.kind != Kind::Latin || after.apart || after.spelled);
        if let Some(syllable) = SPOKEN.spelled(node).filter(|_| whole) {
            tell(u32::from(syllable), end);
        }
    }
}
