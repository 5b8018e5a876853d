//! Finds contacts on messengers: a word for the messenger, however it is spelled, and an id beside it.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, Input, MatchKind};

use super::glance::Glance;
use super::kind::EntityKind;
use super::link::Thing;

/// A way to write a messenger's name.
struct Spelling {
    text: &'static str,
    kind: EntityKind,
    /// Whether the word alone says little, so that the id must follow at once or after a word like 加.
    weak: bool,
}

const fn says(text: &'static str, kind: EntityKind) -> Spelling {
    Spelling { text, kind, weak: false }
}

const fn hints(text: &'static str, kind: EntityKind) -> Spelling {
    Spelling { text, kind, weak: true }
}

const SPELLINGS: &[Spelling] = &[
    says("微信", EntityKind::ContactWechat),
    says("薇信", EntityKind::ContactWechat),
    says("威信", EntityKind::ContactWechat),
    says("徽信", EntityKind::ContactWechat),
    says("徵信", EntityKind::ContactWechat),
    says("巍信", EntityKind::ContactWechat),
    says("维信", EntityKind::ContactWechat),
    says("薇芯", EntityKind::ContactWechat),
    says("微芯", EntityKind::ContactWechat),
    says("威芯", EntityKind::ContactWechat),
    says("维芯", EntityKind::ContactWechat),
    says("v信", EntityKind::ContactWechat),
    says("v芯", EntityKind::ContactWechat),
    says("v❤", EntityKind::ContactWechat),
    says("wei信", EntityKind::ContactWechat),
    says("weixin", EntityKind::ContactWechat),
    says("wechat", EntityKind::ContactWechat),
    says("we chat", EntityKind::ContactWechat),
    says("卫星号", EntityKind::ContactWechat),
    says("绿泡泡", EntityKind::ContactWechat),
    says("vx", EntityKind::ContactWechat),
    says("wx", EntityKind::ContactWechat),
    hints("薇", EntityKind::ContactWechat),
    hints("卫星", EntityKind::ContactWechat),
    hints("加v", EntityKind::ContactWechat),
    hints("➕v", EntityKind::ContactWechat),
    hints("+v", EntityKind::ContactWechat),
    hints("加微", EntityKind::ContactWechat),
    hints("➕微", EntityKind::ContactWechat),
    hints("+微", EntityKind::ContactWechat),
    hints("加薇", EntityKind::ContactWechat),
    hints("加威", EntityKind::ContactWechat),
    says("扣扣", EntityKind::ContactQq),
    says("企鹅号", EntityKind::ContactQq),
    says("抠抠", EntityKind::ContactQq),
    says("蔻蔻", EntityKind::ContactQq),
    says("q号", EntityKind::ContactQq),
    says("qq", EntityKind::ContactQq),
    says("q q", EntityKind::ContactQq),
    hints("企鹅", EntityKind::ContactQq),
    hints("加q", EntityKind::ContactQq),
    hints("+q", EntityKind::ContactQq),
    hints("➕q", EntityKind::ContactQq),
    says("telegram", EntityKind::ContactTelegram),
    says("电报", EntityKind::ContactTelegram),
    says("纸飞机", EntityKind::ContactTelegram),
    says("飞机号", EntityKind::ContactTelegram),
    says("tg", EntityKind::ContactTelegram),
    hints("飞机", EntityKind::ContactTelegram),
    says("whatsapp", EntityKind::ContactWhatsapp),
    says("whats app", EntityKind::ContactWhatsapp),
    says("whatsap", EntityKind::ContactWhatsapp),
    says("瓦次", EntityKind::ContactWhatsapp),
    says("wsapp", EntityKind::ContactWhatsapp),
    hints("ws", EntityKind::ContactWhatsapp),
    says("line id", EntityKind::Contact),
    says("skype", EntityKind::Contact),
    says("signal", EntityKind::Contact),
    says("潜水号", EntityKind::Contact),
    says("蝙蝠号", EntityKind::Contact),
];

/// Words that may stand between the messenger's name and the id.
const BETWEEN: &[&str] = &[
    "号码", "账号", "帐号", "客服", "咨询", "联系", "添加", "号", "群", "加", "我", "是", "为", "的", "搜",
    "：", ":", "=", "＝", " ", "-", "—", "~", "～", "👉", "➡", "→", "⬇", "👇", "(", "（", "[", "【", "@",
    "+", "➕", "ID", "id", "Id", "is", "number", "at", "me", "，", ",", "|", "/", "↓", "\u{FE0F}",
];
const BETWEEN_MAX: usize = 6;
/// Plain words that stand behind a messenger's name and are no ids.
const NO_IDS: &[&str] = &[
    "please",
    "group",
    "groups",
    "payment",
    "support",
    "official",
    "account",
    "business",
    "channel",
    "message",
    "messages",
    "login",
    "store",
    "about",
    "there",
    "because",
    "would",
    "should",
    "android",
    "iphone",
    "version",
    "miniprogram",
    "mini",
    "program",
    "notification",
    "notifications",
    "customer",
    "service",
    "works",
    "doesn",
    "thanks",
    "hello",
    "instead",
    "bot",
    "number",
    "contact",
    "asking",
    "saying",
    "claiming",
    "scam",
    "offering",
    "again",
    "yesterday",
    "today",
    "which",
    "where",
    "their",
    "these",
    "those",
    "really",
    "still",
    "never",
    "anyone",
    "someone",
    "seller",
    "sellers",
    "merchant",
];

static AUTOMATON: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .match_kind(MatchKind::LeftmostLongest)
        .build(SPELLINGS.iter().map(|spelling| spelling.text))
        .ok()
});

/// Words before the number of a group on QQ.
const GROUP_WORDS: &[&str] =
    &["群号", "进群", "加群", "裙号", "进裙", "加裙", "君羊", "扣群", "企鹅群", "q群", "Q群"];

static GROUPS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::new(GROUP_WORDS).ok());

/// Every contact in `text`.
pub(super) fn find(text: &str, glance: Glance, found: &mut Vec<Thing>) {
    // Every id has five letters and digits on end, or the digits of a number.
    if glance.run < 4 && glance.digits < 5 {
        return;
    }
    let Some(automaton) = AUTOMATON.as_ref() else { return };
    let mut from = 0;
    while let Some(hit) = automaton.find(Input::new(text).range(from..)) {
        let spelling = &SPELLINGS[hit.pattern().as_usize()];
        let id = stands_alone(text, hit.range()).then(|| id_after(text, hit.end(), spelling)).flatten();
        let Some(id) = id else {
            // 加微 of 加微信 says nothing, and 微信 within it does.
            from = hit.start() + text[hit.start()..].chars().next().map_or(1, char::len_utf8);
            continue;
        };
        let group = spelling.kind == EntityKind::ContactQq && is_group(text, hit.end());
        let kind = if group { EntityKind::InviteQq } else { spelling.kind };
        found.push(Thing { kind, at: hit.start()..id.end });
        from = id.end;
    }
    if glance.digits >= 6 {
        group_numbers(text, found);
    }
}

/// Letters beside letters are part of another word.
fn stands_alone(text: &str, at: Range<usize>) -> bool {
    let letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic());
    let (first, last) = (text[at.clone()].chars().next(), text[at.clone()].chars().next_back());
    let before = text[..at.start].chars().next_back();
    let after = text[at.end..].chars().next();
    if letter(first) && letter(before) {
        return false;
    }
    !(letter(last) && letter(after)) || looks_like_id(token(text, at.end))
}

/// The token of letters, digits, `_` and `-` at `at`.
fn token(text: &str, at: usize) -> &str {
    let rest = &text[at..];
    let inside = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
    &rest[..rest.bytes().take(40).take_while(inside).count()]
}

fn looks_like_id(token: &str) -> bool {
    token.len() >= 4 && token.bytes().any(|b| b.is_ascii_digit() || b == b'_')
}

fn is_group(text: &str, after: usize) -> bool {
    text[after..].chars().take(4).any(|c| c == '群')
}

/// The id behind the messenger's name, with a few words between at most.
fn id_after(text: &str, from: usize, spelling: &Spelling) -> Option<Range<usize>> {
    let (mut at, mut marked) = (from, false);
    let most = if spelling.weak { 3 } else { BETWEEN_MAX };
    for _ in 0..most {
        let rest = &text[at..];
        let word = BETWEEN.iter().find(|word| rest.starts_with(**word) && !splits_word(rest, word));
        let Some(word) = word else { break };
        marked |= matches!(
            *word,
            ":" | "：" | "=" | "＝" | "@" | "👉" | "号" | "号码" | "ID" | "id" | "Id" | "➡" | "→" | "number"
        );
        at += word.len();
    }
    let id: Range<usize> = at..at + id_len(&text[at..]);
    let word = &text[id.clone()];
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let good = match spelling.kind {
        EntityKind::ContactQq => digits >= 5 && digits == word.len() && (5..=11).contains(&digits),
        EntityKind::ContactWhatsapp => digits >= 7,
        _ if digits > 0 || word.contains('_') => word.len() >= 5,
        _ if !marked && !is_adjacent(text, from, at) => false,
        _ => word.len() >= 5 && !is_plain_word(word) && (marked || !spelling.weak),
    };
    (good && word.len() <= 32).then_some(id)
}

fn is_plain_word(word: &str) -> bool {
    NO_IDS.iter().any(|plain| plain.eq_ignore_ascii_case(word))
}

fn is_adjacent(text: &str, from: usize, at: usize) -> bool {
    from == at && text[..from].chars().next_back().is_some_and(|c| !c.is_ascii())
}

/// `is` of `issue` is no word between.
fn splits_word(rest: &str, word: &str) -> bool {
    word.ends_with(|c: char| c.is_ascii_alphabetic())
        && rest[word.len()..].starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
}

/// The length of the id at the beginning: letters, digits, `_`, `-`, and of numbers blanks and hyphens between.
fn id_len(text: &str) -> usize {
    let plain =
        text.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))).unwrap_or(text.len());
    if text[..plain].bytes().all(|b| b.is_ascii_digit()) && plain > 0 {
        let spaced = text
            .char_indices()
            .take_while(|(at, c)| {
                c.is_ascii_digit()
                    || (matches!(c, ' ' | '-') && text[at + 1..].starts_with(|n: char| n.is_ascii_digit()))
            })
            .last();
        return spaced.map_or(plain, |(at, _)| at + 1).max(plain).min(24);
    }
    plain
}

/// `群号 123456`, `进群：123456`, `加群123456`.
fn group_numbers(text: &str, found: &mut Vec<Thing>) {
    let Some(automaton) = GROUPS.as_ref() else { return };
    for hit in automaton.find_overlapping_iter(text) {
        let gap: usize = text[hit.end()..]
            .chars()
            .take(4)
            .take_while(|c| " :：是为号".contains(*c))
            .map(char::len_utf8)
            .sum();
        let digits = text[hit.end() + gap..].bytes().take_while(u8::is_ascii_digit).count();
        if (6..=11).contains(&digits) {
            found.push(Thing { kind: EntityKind::InviteQq, at: hit.start()..hit.end() + gap + digits });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<(EntityKind, &str)> {
        let mut found = Vec::new();
        find(text, Glance::at(text), &mut found);
        found.into_iter().map(|thing| (thing.kind, &text[thing.at])).collect()
    }

    #[test]
    fn contacts_are_found_however_the_messenger_is_spelled() {
        for (text, kind, at) in [
            ("加我微信lin_88", EntityKind::ContactWechat, "微信lin_88"),
            ("薇信号：abc12345", EntityKind::ContactWechat, "薇信号：abc12345"),
            ("V信 kefu2020", EntityKind::ContactWechat, "V信 kefu2020"),
            ("加V：shop_01", EntityKind::ContactWechat, "加V：shop_01"),
            ("+v abc888", EntityKind::ContactWechat, "+v abc888"),
            ("VX: helloworld", EntityKind::ContactWechat, "VX: helloworld"),
            ("wechat id: lin_shop", EntityKind::ContactWechat, "wechat id: lin_shop"),
            ("扣扣 12345678", EntityKind::ContactQq, "扣扣 12345678"),
            ("QQ群：12345678", EntityKind::InviteQq, "QQ群：12345678"),
            ("TG @fast_money", EntityKind::ContactTelegram, "TG @fast_money"),
            ("WhatsApp me at +44 7911 123456", EntityKind::ContactWhatsapp, "WhatsApp me at +44 7911 123456"),
            ("飞机 @abc_99", EntityKind::ContactTelegram, "飞机 @abc_99"),
            ("加微信 lin_888", EntityKind::ContactWechat, "微信 lin_888"),
            ("加QQ 123456789", EntityKind::ContactQq, "QQ 123456789"),
            ("LINE ID: shop_lin88", EntityKind::Contact, "LINE ID: shop_lin88"),
        ] {
            assert_eq!(all(text).first(), Some(&(kind, at)), "{text}");
        }
    }

    #[test]
    fn a_messenger_alone_is_no_contact() {
        for text in [
            "微信支付怎么开通",
            "wechat payment failed",
            "QQ群里有人吗",
            "telegram support please",
            "WhatsApp is down",
            "vxworks 12345",
            "微信里提现 300 元",
            "wechat pay 2024 rules",
            "微信收款码 5000 限额",
            "航班飞机 2024",
        ] {
            assert_eq!(all(text), [], "{text}");
        }
    }
}
