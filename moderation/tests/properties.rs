//! What holds for any text whatever.

use std::sync::LazyLock;

use moderation::fold::View;
use moderation::{Engine, Hit, HitKind, Message, Policy, ViewKind, duration};
use proptest::prelude::{ProptestConfig, Strategy, any, prop_assert, prop_assert_eq, proptest};

static MERCHANT: LazyLock<Engine> = LazyLock::new(|| engine(Policy::default_merchant_toml()));

/// Words and expressions that short random texts of [`hostile`] do hit.
static SMALL: LazyLock<Engine> = LazyLock::new(|| {
    engine(
        "version = 1\n[[rule]]\nid = \"r\"\ntitle = { en = \"R\", zh-CN = \"规\" }\nwhole_word = false\n\
         words = [\"ab\", \"大麻\", \"kg\", \"é\"]\nallow = [\"大麻烦\"]\nregex = ['a+b', '麻.', '[^x]烦', 'k|ß']",
    )
});

/// Words that every unsure view finds in short random texts of [`disguised`].
static UNSURE: LazyLock<Engine> = LazyLock::new(|| {
    engine(
        "version = 1\n[[rule]]\nid = \"r\"\ntitle = { en = \"R\", zh-CN = \"规\" }\nviews = \"unsure\"\n\
         words = [\"大麻\", \"超级返利\", \"代开发票网\", \"casino\", \"加v信\", \"十级大麻\"]\nallow = [\"大麻烦\"]",
    )
});

/// Words of ordinary characters, each alone, read by the sure views only.
static SURE: LazyLock<Engine> = LazyLock::new(|| {
    let words: Vec<String> = ('\u{4E00}'..'\u{9FA5}').step_by(7).map(|c| format!("\"{c}\"")).collect();
    engine(&format!(
        "version = 1\n[[rule]]\nid = \"r\"\ntitle = {{ en = \"R\", zh-CN = \"规\" }}\nwords = [{}]",
        words.join(",")
    ))
});

/// Text in which words are spelled, taken apart, shuffled, drawn and dressed.
fn disguised() -> impl Strategy<Value = String> {
    let pieces = proptest::sample::select(vec![
        "大",
        "麻",
        "烦",
        "走",
        "召",
        "级",
        "汲",
        "返",
        "利",
        "代",
        "开",
        "发",
        "票",
        "网",
        "da",
        "ma",
        "dm",
        "cas1no",
        "c@s",
        "1",
        "7\u{FE0F}\u{20E3}",
        "🔟",
        "🀀",
        "🐔",
        "\u{200B}",
        " ",
        "，",
        "ﷺ",
        "⒑",
        "㎏",
        "国",
        "國",
        "加",
        "v",
        "信",
        "乂",
        "仨",
        "e\u{301}",
        "𠮷",
        "\0",
    ]);
    proptest::collection::vec(pieces, 0..40).prop_map(|pieces| pieces.concat())
}

fn engine(toml: &str) -> Engine {
    match Policy::parse(toml) {
        Ok(policy) => Engine::new(policy),
        Err(faults) => panic!("{faults:?}"),
    }
}

/// Text of what makes folding hard: width, accents, joiners, expansions, astral and ordinary characters.
fn hostile() -> impl Strategy<Value = String> {
    let pieces = proptest::sample::select(vec![
        "a",
        "b",
        "B",
        "Ａ",
        "ｂ",
        "x",
        "k",
        "㎏",
        "ﷺ",
        "é",
        "e\u{301}",
        "\u{200B}",
        "\u{FE0F}",
        "\u{336}",
        "大",
        "麻",
        "烦",
        "𠮷",
        "👨\u{200D}👩",
        "İ",
        "ß",
        "\u{212A}",
        "が",
        "ｶﾞ",
        "한",
        " ",
        "\n",
        "\0",
    ]);
    let piece =
        proptest::prop_oneof![4 => pieces.prop_map(str::to_owned), 1 => any::<char>().prop_map(String::from)];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

fn han() -> impl Strategy<Value = String> {
    "[\u{4E00}-\u{9FA5}，。！？；：、（）《》“”…—0-9\n]{0,80}"
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn spans_lie_on_character_boundaries_of_the_original(text in hostile()) {
        for engine in [&*SMALL, &*MERCHANT] {
            for hit in engine.check(&Message::new(&text)).hits {
                prop_assert!(!hit.spans.is_empty() && hit.spans.len() <= Hit::SPANS_MAX);
                for span in hit.spans {
                    prop_assert!(span.start < span.end);
                    prop_assert_eq!(text.get(span.start..span.end), Some(span.text.as_str()));
                }
            }
        }
    }

    #[test]
    fn spans_of_unsure_views_lie_on_character_boundaries_too(text in disguised(), other in hostile()) {
        for text in [&text, &other, &format!("{text}{other}")] {
            for engine in [&*UNSURE, &*MERCHANT] {
                let verdict = engine.check(&Message::new(text));
                prop_assert_eq!(&verdict, &engine.check(&Message::new(text)), "the same every time");
                for span in verdict.hits.iter().flat_map(|hit| &hit.spans) {
                    prop_assert!(span.start < span.end);
                    prop_assert_eq!(text.get(span.start..span.end), Some(span.text.as_str()));
                }
            }
        }
    }

    #[test]
    fn every_place_of_a_view_leads_back_to_whole_characters(text in hostile()) {
        let view = View::folded(&text);
        let bounds: Vec<_> = (0..=view.text().len()).filter(|&at| view.text().is_char_boundary(at)).collect();
        for pair in bounds.windows(2) {
            let original = view.original(pair[0]..pair[1]);
            let read = View::folded(&text[original.clone()]);
            let wanted = &view.text()[pair[0]..pair[1]];
            prop_assert!(read.text().contains(wanted), "{:?} at {:?} is not {:?}", &text[original.clone()], original, wanted);
        }
        prop_assert!(view.original(0..view.text().len()).end <= text.len());
    }

    #[test]
    fn folding_is_idempotent_and_looks_at_each_character_alone(a in hostile(), b in hostile()) {
        let (fa, fb) = (View::folded(&a), View::folded(&b));
        let again = View::folded(fa.text());
        prop_assert_eq!(again.text(), fa.text());
        let both = format!("{a}{b}");
        let both = View::folded(&both);
        prop_assert_eq!(both.text(), format!("{}{}", fa.text(), fb.text()));
    }

    /// A word that stands in ordinary Chinese is found as it is written there, and one that does not stand there is found by
    /// no view: the sure ones read ordinary simplified characters as themselves.
    #[test]
    fn ordinary_chinese_is_unchanged(text in han()) {
        prop_assert!(View::folded(&text).is_unchanged());
        for hit in SURE.check(&Message::new(&text)).hits {
            for span in hit.spans {
                prop_assert!(matches!(hit.view, ViewKind::Exact | ViewKind::Skip | ViewKind::Traditional), "{:?}", hit.view);
                let letters: String = span.text.chars().filter(|c| c.is_alphanumeric()).collect();
                if hit.view != ViewKind::Traditional {
                    prop_assert_eq!(&letters, &hit.pattern, "{:?} in {}", hit.view, text);
                }
            }
        }
    }

    /// What is read as one view reads it is read the same once more: the place where a word was found, alone, is found again.
    #[test]
    fn what_a_view_found_is_found_again_in_what_it_found(text in disguised(), other in hostile()) {
        for engine in [&*UNSURE, &*SMALL, &*SURE] {
            for hit in engine.check(&Message::new(&format!("{text}{other}"))).hits {
                let sure = !matches!(hit.view, ViewKind::Split | ViewKind::Visual | ViewKind::Pinyin | ViewKind::Initials
                    | ViewKind::Homophone | ViewKind::Shuffled | ViewKind::Emoji | ViewKind::Swapped);
                for span in hit.spans.iter().filter(|_| sure && hit.kind == HitKind::Word) {
                    let again = engine.check(&Message::new(&span.text));
                    prop_assert!(again.hits.iter().any(|other| other.pattern == hit.pattern), "{:?} of {:?}", span, text);
                }
            }
        }
    }

    #[test]
    fn an_expression_skipped_for_want_of_its_literals_would_not_have_matched(text in hostile()) {
        let found: Vec<_> = SMALL.check(&Message::new(&text)).hits.into_iter().map(|hit| hit.pattern).collect();
        for pattern in ["a+b", "k|ß"] {
            let regex = regex::RegexBuilder::new(pattern).case_insensitive(true).build().unwrap();
            let folded = View::folded(&text);
            if regex.is_match(&text) || regex.is_match(folded.text()) {
                prop_assert!(found.iter().any(|hit| hit == pattern), "{} in {:?}", pattern, text);
            }
        }
    }

    #[test]
    fn no_policy_and_no_length_of_time_breaks_its_reader(text in "\\PC{0,200}", half in "[a-z_\\[\\]=\"', {}\n0-9.]{0,120}") {
        let _ = Policy::parse(&text);
        let _ = Policy::parse(&format!("version = 1\n[[rule]]\n{half}"));
        let _ = duration::parse(&text);
        let _ = duration::split_leading(&half);
    }

    #[test]
    fn a_length_of_time_is_read_back_as_it_is_shown(seconds in 1_i64..=duration::LONGEST_MS / 1_000) {
        let ms = seconds * 1_000;
        for shown in [duration::short(ms), duration::in_english(ms), duration::in_chinese(ms)] {
            prop_assert_eq!(duration::parse(&shown), Ok(ms), "{}", shown);
        }
    }
}
