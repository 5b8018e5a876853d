//! Finds addresses and bare domains, and says what they are.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::domain::Domains;
use super::kind::EntityKind;

/// A thing that was found, in the bytes of the text that was searched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Thing {
    pub(super) kind: EntityKind,
    pub(super) at: Range<usize>,
}

/// Endings that are also those of files, or words after which a blank was forgotten.
const DOUBTFUL: &[&str] = &[
    "md", "rs", "py", "sh", "zip", "mov", "pl", "ps", "so", "it", "no", "is", "me", "to", "in", "at", "be",
    "do", "my", "us", "by", "as", "am", "or", "id", "ai", "go", "how", "new", "now", "ok", "one", "name",
    "link", "best", "pay", "sale", "today", "store", "page", "wow", "you", "call", "care", "cash", "deals",
    "help", "men", "moe", "run",
];
/// Endings that are believed where the dot is spelled out.
const SPELLED: &[&str] =
    &["com", "cn", "net", "org", "cc", "top", "vip", "xyz", "me", "io", "app", "shop", "club", "info"];
const DOT_WORDS: &[&str] = &["点", "[.]", "(.)", "{.}", "[dot]", "(dot)", " dot ", "。", "·"];

static SPELLED_DOT: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::new(DOT_WORDS).ok());

/// Every address in `text`.
pub(super) fn find(text: &str, domains: &Domains, found: &mut Vec<Thing>) {
    let bytes = text.as_bytes();
    let mut after = 0;
    for dot in memchr_iter(b'.', bytes) {
        if dot < after {
            continue;
        }
        if let Some(address) = Address::around(text, dot, after) {
            after = address.at.end;
            found.extend(address.judge(domains));
        }
    }
    spelled_out(text, domains, found);
}

fn memchr_iter(wanted: u8, bytes: &[u8]) -> impl Iterator<Item = usize> + '_ {
    bytes.iter().enumerate().filter(move |(_, byte)| **byte == wanted).map(|(at, _)| at)
}

/// An address, taken apart.
#[derive(Debug)]
struct Address<'t> {
    at: Range<usize>,
    host: &'t str,
    /// From the first `/` on.
    path: &'t str,
    /// Whether a name stands before the host, as in `https://ours.com@theirs.com`.
    has_user: bool,
}

fn in_label(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_' || (c.is_alphabetic() && !is_run_together(c))
}

/// Scripts whose words touch what stands beside them; only behind `://` are they read as part of a name.
fn is_run_together(c: char) -> bool {
    matches!(c, '\u{0E00}'..='\u{0EFF}' | '\u{1000}'..='\u{109F}' | '\u{3000}'..='\u{31FF}' | '\u{3400}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7FF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

impl<'t> Address<'t> {
    /// The address whose first dot is at `dot`, beginning no earlier than `floor`.
    fn around(text: &'t str, dot: usize, floor: usize) -> Option<Self> {
        let before = &text[floor..dot];
        let scheme = before.rfind("://").filter(|at| !before[*at + 3..].contains(char::is_whitespace));
        let start = match scheme {
            Some(at) => floor + at + 3,
            None => {
                let label = before.char_indices().rev().take_while(|(_, c)| in_label(*c)).last();
                floor + label?.0
            }
        };
        let in_host =
            |c: char| in_label(c) || c == '.' || (scheme.is_some() && is_run_together(c) && c > '\u{3020}');
        let has_user = scheme.is_some()
            && text[start..].find('@').is_some_and(|at| {
                at < 200 && !text[start..start + at].contains(|c: char| c.is_whitespace() || c == '/')
            });
        let start = if has_user { start + text[start..].find('@').map_or(0, |at| at + 1) } else { start };
        let host_end = start + text[start..].find(|c| !in_host(c)).unwrap_or(text.len() - start);
        let host = text[start..host_end].trim_end_matches(['.', '-', '_']);
        // An e-mail address leads nowhere.
        let is_mail = !has_user && text[..start].ends_with('@') && scheme.is_none();
        let rest = &text[start + host.len()..];
        let (port, path) = port_and_path(rest);
        let believed = is_host(host, scheme.is_some(), !path.is_empty() || port > 0);
        if is_mail || !believed || host.len() < dot.saturating_sub(start) {
            return None;
        }
        let begin = scheme.map_or(start, |at| {
            let word =
                text[..floor + at].char_indices().rev().take_while(|(_, c)| c.is_ascii_alphabetic()).last();
            word.map_or(start, |(at, _)| at)
        });
        Some(Self { at: begin..start + host.len() + port + path.len(), host, path, has_user })
    }

    fn judge(&self, domains: &Domains) -> Option<Thing> {
        let thing = |kind| Some(Thing { kind, at: self.at.clone() });
        if self.has_user && !domains.is_own(self.host) {
            return thing(EntityKind::LinkDeceptive);
        }
        match domains.judge(self.host)? {
            EntityKind::OwnLink => thing(EntityKind::OwnLink),
            kind => thing(super::invite::of(&self.host.to_lowercase(), self.path).unwrap_or(kind)),
        }
    }
}

/// The length of `:port`, and the path.
fn port_and_path(rest: &str) -> (usize, &str) {
    let digits = rest.strip_prefix(':').map_or(0, |rest| rest.bytes().take_while(u8::is_ascii_digit).count());
    let port = if digits > 0 { digits + 1 } else { 0 };
    let path = &rest[port..];
    if !path.starts_with(['/', '?', '#']) {
        return (port, "");
    }
    let in_path = |c: char| c.is_ascii_graphic() && !"\"'<>`{}|\\^".contains(c);
    let end = path.find(|c| !in_path(c)).unwrap_or(path.len());
    (port, path[..end].trim_end_matches(['.', ',', '!', ')', ';', ':']))
}

/// Whether this is surely a host and not the end of one sentence and the beginning of another.
fn is_host(host: &str, has_scheme: bool, has_more: bool) -> bool {
    let mut labels = host.split('.');
    let Some(ending) = labels.next_back() else { return false };
    if host.len() > 253
        || host.split('.').any(|label| label.is_empty() || label.len() > 63)
        || !host.contains('.')
    {
        return false;
    }
    if host.split('.').all(|label| label.parse::<u8>().is_ok()) {
        return host.split('.').count() == 4 && (has_scheme || has_more);
    }
    let (ending, small) = (lowered(ending), lowered(host));
    let known = psl::suffix(small.as_bytes()).is_some_and(|suffix| suffix.is_known());
    if has_scheme {
        let plausible = ending.len() >= 2 && ending.chars().all(char::is_alphabetic);
        return known || plausible || ending.starts_with("xn--");
    }
    let wrong_ending = !ending.is_ascii() || ending.bytes().any(|b| b.is_ascii_digit());
    if !known
        || wrong_ending
        || host
            .split('.')
            .next()
            .is_some_and(|label| label.bytes().all(|b| b.is_ascii_digit()) && label.len() < 3 && !has_more)
    {
        return false;
    }
    let name = host.split('.').next().unwrap_or_default();
    let telling =
        has_more || host.starts_with("www.") || name.bytes().any(|b| b.is_ascii_digit() || b == b'-');
    // "Thanks.Shop is open": a sentence begins with a capital letter, a domain is written in one case.
    let mixed = host.split('.').next_back().is_some_and(|last| {
        last.starts_with(|c: char| c.is_ascii_uppercase()) && !last.bytes().all(|b| b.is_ascii_uppercase())
    });
    if mixed && !has_more {
        return false;
    }
    telling || !DOUBTFUL.contains(&&*ending)
}

/// Small letters, copied only where there are others.
fn lowered(text: &str) -> Cow<'_, str> {
    let is_small = text.bytes().all(|b| b.is_ascii() && !b.is_ascii_uppercase());
    if is_small { Cow::Borrowed(text) } else { Cow::Owned(text.to_lowercase()) }
}

/// Domains whose dot is written in words: `abc点com`, `abc dot com`, `abc[.]com`.
fn spelled_out(text: &str, domains: &Domains, found: &mut Vec<Thing>) {
    let Some(automaton) = SPELLED_DOT.as_ref() else { return };
    for hit in automaton.find_iter(text) {
        let (at, word) = (hit.start(), &text[hit.range()]);
        let after = &text[hit.end()..];
        let after_trimmed = after.trim_start_matches(' ');
        let blanks = after.len() - after_trimmed.len();
        let Some(ending) = SPELLED.iter().find(|ending| begins_with_word(after_trimmed, ending)) else {
            continue;
        };
        let before = text[..at].trim_end_matches(' ');
        let name: usize =
            before.bytes().rev().take_while(|b| b.is_ascii_alphanumeric() || *b == b'-').count();
        if name < 2 || (before.len() < at && word != " dot ") {
            continue;
        }
        let host = format!("{}.{ending}", &before[before.len() - name..]);
        if let Some(kind) = domains.judge(&host) {
            found.push(Thing { kind, at: before.len() - name..at + word.len() + blanks + ending.len() });
        }
    }
}

fn begins_with_word(text: &str, word: &str) -> bool {
    let head = text.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word));
    head && !text[word.len()..].starts_with(|c: char| c.is_ascii_alphanumeric())
}

/// Texts that show one address and lead to another, and where all of them lead.
pub(super) fn marked(
    original: &str,
    links: &[crate::engine::TextLink<'_>],
    domains: &Domains,
    found: &mut Vec<Thing>,
) {
    for link in links {
        let Some(shown) = original.get(link.start..link.end) else { continue };
        let Some(target) = super::domain::plain(link.url) else { continue };
        let at = link.start..link.end;
        let shown_host = super::domain::plain(shown)
            .filter(|host| is_host(host, shown.contains("://"), shown.contains('/')));
        let registrable = |host: &str| psl::domain_str(host).unwrap_or(host).to_owned();
        let differs = shown_host.is_some_and(|shown| registrable(&shown) != registrable(&target));
        let path = link.url.split_once("://").map_or(link.url, |(_, rest)| rest);
        let path = path.find('/').map_or("", |slash| &path[slash..]);
        let kind = match domains.judge(&target) {
            None => continue,
            Some(EntityKind::OwnLink) => EntityKind::OwnLink,
            Some(_) if differs => EntityKind::LinkDeceptive,
            Some(kind) => super::invite::of(&target, path).unwrap_or(kind),
        };
        found.push(Thing { kind, at });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<(EntityKind, String)> {
        let mut found = Vec::new();
        find(text, &Domains::default(), &mut found);
        found.into_iter().map(|thing| (thing.kind, text[thing.at].to_owned())).collect()
    }

    #[test]
    fn addresses_and_bare_domains_are_found_in_running_text() {
        for (text, address) in [
            ("看https://a.example.com/x?y=1。谢谢", "https://a.example.com/x?y=1"),
            ("登录shop-verify.top查看", "shop-verify.top"),
            ("go to www.abc.com.", "www.abc.com"),
            ("http://淘宝.com/a 快看", "http://淘宝.com/a"),
            ("加abc点com", "abc点com"),
            ("visit abc dot com now", "abc dot com"),
            ("abc[.]cc", "abc[.]cc"),
            ("http://93.184.216.34:8080/a", "http://93.184.216.34:8080/a"),
        ] {
            assert_eq!(all(text).first().map(|(_, at)| at.as_str()), Some(address), "{text}");
        }
    }

    #[test]
    fn what_only_has_dots_is_no_address() {
        for text in [
            "Thanks.It works",
            "a@example.com",
            "node.js",
            "main.rs",
            "3.14",
            "版本2.0.1",
            "ok.so what",
            "e.g. this",
            "等等...com",
            "report.zip",
            "Thanks.Shop is open",
            "1.cn",
            "v1.2.3",
            "192.168.1.1",
        ] {
            assert_eq!(all(text), [], "{text}");
        }
    }

    #[test]
    fn a_name_before_the_host_deceives() {
        let found = all("https://paypal.com@evil.example.net/login");
        assert_eq!(found[0].0, EntityKind::LinkDeceptive);
    }
}
