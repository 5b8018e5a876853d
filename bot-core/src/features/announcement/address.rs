//! Finds the addresses that stand in a text and can be counted.

use std::ops::Range;

/// The longest address that is counted, bytes; browsers and platforms cut longer ones.
const ADDRESS_MAX_BYTES: usize = 1_000;
const SCHEMES: [&str; 2] = ["https://", "http://"];

/// An address in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    /// Where, in bytes.
    pub(super) at: Range<usize>,
    /// Whether it goes on to the very end of the text, so that what follows the text would belong to it.
    pub(super) is_open: bool,
}

/// Every address of a text, in order: `http://` or `https://` and what follows in ASCII, without what ends a sentence. Letters of
/// other scripts end it, since Chinese is written without a blank behind. One with a name before its host
/// (`https://ours@theirs`) is left alone.
pub(super) fn found(text: &str) -> Vec<Address> {
    let lower = text.to_ascii_lowercase();
    let (mut all, mut at) = (Vec::new(), 0);
    while let Some(start) = lower[at..].find("http").map(|found| at + found) {
        at = start + "http".len();
        let Some(scheme) = SCHEMES.into_iter().find(|scheme| lower[start..].starts_with(scheme)) else {
            continue;
        };
        if text[..start].chars().next_back().is_some_and(|before| before.is_ascii_alphanumeric()) {
            continue;
        }
        let whole = &text[start..];
        let whole = &whole[..whole.find(|c: char| !in_address(c)).unwrap_or(whole.len())];
        let is_open = start + whole.len() == text.len();
        let address = trimmed(whole);
        at = start + whole.len().max(scheme.len());
        let host = address.get(scheme.len()..).unwrap_or_default();
        let host = host.split(['/', '?', '#']).next().unwrap_or_default();
        let is_host =
            host.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[') && !host.contains('@');
        if is_host && address.len() <= ADDRESS_MAX_BYTES {
            all.push(Address { at: start..start + address.len(), is_open });
        }
    }
    all
}

fn in_address(c: char) -> bool {
    c.is_ascii_graphic() && !matches!(c, '<' | '>' | '"' | '`' | '{' | '}' | '|' | '\\' | '^')
}

/// An address without the signs behind it that belong to the sentence.
fn trimmed(address: &str) -> &str {
    let mut left = address;
    while let Some(last) = left.chars().next_back() {
        let opened = |open: char| left.matches(open).count() < left.matches(last).count();
        let is_sign = match last {
            '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' => true,
            ')' => opened('('),
            ']' => opened('['),
            _ => false,
        };
        if !is_sign {
            break;
        }
        left = &left[..left.len() - 1];
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<&str> {
        found(text).into_iter().map(|one| &text[one.at]).collect()
    }

    #[test]
    fn addresses_end_where_a_reader_sees_them_end() {
        for (text, wanted) in [
            ("see https://a.example/x?y=1&z=2#t.", vec!["https://a.example/x?y=1&z=2#t"]),
            ("看https://a.example/x。谢谢", vec!["https://a.example/x"]),
            ("报名https://a.example/x报名", vec!["https://a.example/x"]),
            (
                "(HTTP://A.example/a_(b)) and https://b.example:8443",
                vec!["HTTP://A.example/a_(b)", "https://b.example:8443"],
            ),
            ("https://a.example, https://b.example!", vec!["https://a.example", "https://b.example"]),
            ("http://[::1]/x", vec!["http://[::1]/x"]),
            ("\"https://a.example\"", vec!["https://a.example"]),
        ] {
            assert_eq!(words(text), wanted, "{text}");
        }
    }

    #[test]
    fn what_is_no_address_is_left_alone() {
        for text in [
            "",
            "http",
            "https://",
            "https:// a.example",
            "https://。",
            "xhttps://a.example",
            "a.example/x",
            "javascript:https",
            "ftp://a.example",
            "https://paypal.com@evil.example/x",
            "https:///x",
        ] {
            assert_eq!(words(text), [""; 0], "{text}");
        }
        let long = format!("https://a.example/{}", "x".repeat(1_000));
        assert_eq!(words(&long), [""; 0]);
    }

    #[test]
    fn an_address_at_the_very_end_is_told_from_one_that_is_closed() {
        assert!(found("https://a.example/")[0].is_open);
        assert!(found("https://a.example/?")[0].is_open, "the sign would belong to what follows");
        assert!(!found("https://a.example/ ")[0].is_open);
    }
}
