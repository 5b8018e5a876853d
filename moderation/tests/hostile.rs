//! Messages and policies that are meant to hurt: bounded in matches kept, and linear in work.

use moderation::{Engine, Hit, Message, Outcome, Policy, Span};

/// Enough to see what is not linear, little enough for a debug build.
const LONG_UTF8: usize = 256 * 1_024;

fn engine(toml: &str) -> Engine {
    match Policy::parse(toml) {
        Ok(policy) => Engine::new(policy),
        Err(faults) => panic!("{faults:?}"),
    }
}

fn merchant() -> Engine {
    engine(Policy::default_merchant_toml())
}

fn rule(lines: &str) -> String {
    format!("version = 1\n[[rule]]\nid = \"r\"\ntitle = {{ en = \"R\", zh-CN = \"规\" }}\n{lines}")
}

#[test]
fn very_much_of_one_thing_are_checked() {
    let engine = merchant();
    for (piece, outcome) in [
        ("大麻烦", Outcome::Pass),
        ("大麻", Outcome::Pass),
        ("加微信", Outcome::Pass),
        ("ﷺ", Outcome::Pass),
        ("\u{301}", Outcome::Pass),
        ("官方客服", Outcome::Pass),
        ("Ａ", Outcome::Pass),
        ("傻\u{200B}逼", Outcome::Act),
    ] {
        let text = piece.repeat(LONG_UTF8 / piece.len());
        let verdict = engine.check(&Message::new(&text));
        assert_eq!(verdict.outcome, outcome, "{piece:?}");
        assert!(verdict.hits.iter().all(|hit| hit.spans.len() <= Hit::SPANS_MAX));
    }
}

#[test]
fn a_word_behind_a_million_combining_characters_is_found() {
    let text = format!("傻{}逼", "\u{336}".repeat(1_000_000));
    let verdict = merchant().check(&Message::new(&text));
    let span = &verdict.hits[0].spans[0];
    assert_eq!((span.start, span.end), (0, text.len()));
    assert!(span.text.len() <= Span::TEXT_UTF8_MAX, "what is copied stays short");
}

#[test]
fn a_word_after_very_many_allowed_phrases_is_found() {
    let text = format!("{}大麻", "大麻烦".repeat(LONG_UTF8 / 9));
    let verdict = merchant().check(&Message::new(&text));
    let found = verdict.hits.iter().find(|hit| hit.pattern == "大麻").unwrap();
    assert_eq!(found.spans[0].end, text.len());
}

#[test]
fn words_within_words_stay_linear() {
    let words: Vec<_> = (1..=60).map(|n| format!("\"{}\"", "a".repeat(n))).collect();
    let engine = engine(&rule(&format!("whole_word = false\nwords = [{}]", words.join(","))));
    let verdict = engine.check(&Message::new(&"a".repeat(10_000)));
    assert_eq!(verdict.hits.len(), 60);
}

#[test]
fn expressions_that_backtrack_elsewhere_are_harmless_here() {
    let engine = engine(&rule("regex = ['(a+)+$', '(x|x)*y', '(?:.*a){5}c']"));
    let verdict = engine.check(&Message::new(&"a".repeat(LONG_UTF8)));
    assert_eq!(verdict.hits.len(), 1);
    assert_eq!(verdict.hits[0].spans[0].text.len(), Span::TEXT_UTF8_MAX);
}

#[test]
fn sixty_thousand_words_load_and_are_found() {
    let words: Vec<_> = (0..60_000_u32).map(|n| format!("\"词{n}条\"")).collect();
    let engine = engine(&rule(&format!("words = [{}]", words.join(","))));
    let verdict = engine.check(&Message::new("这里有词59999条和词7条"));
    assert_eq!(verdict.hits.len(), 2);
}

#[test]
fn odd_messages_pass() {
    let engine = merchant();
    for text in [
        "",
        " ",
        "\0",
        "\u{FEFF}",
        "\u{10FFFF}",
        "👨\u{200D}👩\u{200D}👧",
        "\u{202E}olleh",
        "é\u{301}\u{301}",
    ] {
        assert_eq!(engine.check(&Message::new(text)).outcome, Outcome::Pass, "{text:?}");
    }
}
