//! Finds phone numbers and bank cards.

use std::ops::Range;

use super::kind::EntityKind;
use super::link::Thing;

/// Words before a number that make it the number of an order, not of a phone or card.
const COUNTED: &[&str] = &[
    "单号", "订单", "运单", "编号", "流水", "工单", "货号", "快递", "条码", "order", "tracking", "invoice",
    "ticket", "ref", "sku", "no.", "id", "#",
];

/// More digits than this are neither a phone nor a card.
const DIGITS_MAX: usize = 25;

/// Digits with blanks, dots and hyphens between them.
struct Run<'t> {
    at: Range<usize>,
    digits: [u8; DIGITS_MAX],
    len: usize,
    text: &'t str,
}

/// Every phone number and bank card in `text`.
pub(super) fn find(text: &str, found: &mut Vec<Thing>) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let starts = bytes[at].is_ascii_digit()
            || (bytes[at] == b'+' && bytes.get(at + 1).is_some_and(u8::is_ascii_digit));
        let inside = at > 0
            && (bytes[at - 1].is_ascii_alphanumeric() || matches!(bytes[at - 1], b'_' | b'.' | b'/' | b'='));
        if !starts || inside {
            at += 1;
            continue;
        }
        let run = Run::at(text, at);
        at = run.at.end.max(at + 1);
        if let Some(kind) = run.kind() {
            found.push(Thing { kind, at: run.at });
        }
    }
}

impl<'t> Run<'t> {
    fn at(text: &'t str, start: usize) -> Self {
        let bytes = text.as_bytes();
        let (mut digits, mut len) = ([0; DIGITS_MAX], 0);
        let (mut end, mut at) = (start, start + usize::from(bytes[start] == b'+'));
        while at < bytes.len() && len < DIGITS_MAX {
            match bytes[at] {
                digit if digit.is_ascii_digit() => {
                    digits[len] = digit - b'0';
                    len += 1;
                    end = at + 1;
                }
                b' ' | b'-' | b'(' | b')' if at < end + 2 => {}
                _ => break,
            }
            at += 1;
        }
        Self { at: start..end, digits, len, text }
    }

    fn digits(&self) -> &[u8] {
        &self.digits[..self.len]
    }

    fn kind(&self) -> Option<EntityKind> {
        let after = self.text[self.at.end..].chars().next();
        if after.is_some_and(|c| c.is_ascii_alphabetic() || c == '_') {
            return None;
        }
        let kind = if self.is_phone() {
            EntityKind::Phone
        } else if self.is_card() {
            EntityKind::Card
        } else {
            return None;
        };
        (!self.is_counted()).then_some(kind)
    }

    /// Whether a word before it says that it counts orders or the like.
    fn is_counted(&self) -> bool {
        let before = &self.text[..self.at.start];
        let from = before.char_indices().rev().nth(9).map_or(0, |(at, _)| at);
        let before = before[from..].to_lowercase();
        COUNTED.iter().any(|word| before.contains(word))
    }

    fn is_phone(&self) -> bool {
        let plus = self.text[self.at.clone()].starts_with('+');
        let national = match self.digits() {
            [8, 6, rest @ ..] if rest.len() == 11 => rest,
            [0, 0, 8, 6, rest @ ..] if rest.len() == 11 => rest,
            all => all,
        };
        let chinese_mobile = national.len() == 11 && national[0] == 1 && national[1] >= 3;
        chinese_mobile || (plus && (8..=15).contains(&self.len))
    }

    /// A length and beginning that cards have, and the check digit of Luhn (ISO/IEC 7812-1).
    fn is_card(&self) -> bool {
        let digits = self.digits();
        let begins = matches!(digits, [3..=6, ..]) && !digits.iter().all(|d| *d == digits[0]);
        let sum: u32 = digits
            .iter()
            .rev()
            .enumerate()
            .map(|(at, &digit)| match (at % 2, u32::from(digit)) {
                (0, digit) => digit,
                (_, digit) => digit * 2 / 10 + digit * 2 % 10,
            })
            .sum();
        (15..=19).contains(&digits.len()) && begins && sum.is_multiple_of(10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<(EntityKind, &str)> {
        let mut found = Vec::new();
        find(text, &mut found);
        found.into_iter().map(|thing| (thing.kind, &text[thing.at])).collect()
    }

    #[test]
    fn phones_and_cards_are_found() {
        assert_eq!(all("电话13812345678找我"), [(EntityKind::Phone, "13812345678")]);
        assert_eq!(all("138-1234-5678"), [(EntityKind::Phone, "138-1234-5678")]);
        assert_eq!(all("call +44 20 7946 0958 now"), [(EntityKind::Phone, "+44 20 7946 0958")]);
        assert_eq!(all("卡号6222 0212 3456 7890 120"), [] as [(EntityKind, &str); 0], "a wrong check digit");
        assert_eq!(all("4111 1111 1111 1111"), [(EntityKind::Card, "4111 1111 1111 1111")]);
    }

    #[test]
    fn other_numbers_are_left_alone() {
        for text in [
            "订单号13812345678",
            "order 4111111111111111",
            "满299减50",
            "2026-11-22 10:30",
            "SKU13812345678",
            "1234567",
        ] {
            assert_eq!(all(text), [], "{text}");
        }
    }
}
