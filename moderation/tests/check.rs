//! What a check finds, where, and how it is explained.

use moderation::{Certainty, Engine, History, HitKind, Message, Outcome, Policy, Sanction, ViewKind, ladder};

fn engine(rules: &str) -> Engine {
    match Policy::parse(&format!("version = 7\n{rules}")) {
        Ok(policy) => Engine::new(policy),
        Err(faults) => panic!("{}", faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")),
    }
}

fn rule(id: &str, lines: &str) -> String {
    format!("[[rule]]\nid = \"{id}\"\ntitle = {{ en = \"{id}\", zh-CN = \"规则{id}\" }}\n{lines}\n")
}

/// Each hit as `rule:pattern@start..end=text`.
fn hits(engine: &Engine, text: &str) -> Vec<String> {
    let verdict = engine.check(&Message::new(text));
    let shown = verdict.hits.iter().flat_map(|hit| {
        hit.spans.iter().map(move |span| {
            assert_eq!(text[span.start..span.end], span.text);
            format!("{}:{}@{}..{}={}", hit.rule, hit.pattern, span.start, span.end, span.text)
        })
    });
    shown.collect()
}

#[test]
fn words_are_found_in_both_languages_each_in_its_own_way() {
    let engine = engine(&rule("r", "words = [\"大麻\", \"vx\", \"ass\"]"));
    assert_eq!(hits(&engine, "想买大麻吗"), ["r:大麻@6..12=大麻"]);
    assert_eq!(hits(&engine, "加vx888"), ["r:vx@3..5=vx"]);
    assert!(hits(&engine, "vxworks class assassin").is_empty());
    assert_eq!(hits(&engine, "class ass"), ["r:ass@6..9=ass"]);
}

#[test]
fn a_longer_allowed_phrase_beats_the_word_it_covers_and_no_other() {
    let engine = engine(&rule(
        "r",
        "words = [\"大麻\", \"cunt\"]\nwhole_word = false\nallow = [\"大麻烦\", \"Scunthorpe\"]",
    ));
    assert!(hits(&engine, "这是大麻烦，来自 SCUNTHORPE").is_empty());
    assert_eq!(hits(&engine, "大麻烦大麻"), ["r:大麻@9..15=大麻"]);
    assert_eq!(
        hits(&engine, "大\u{200B}麻烦 cunt"),
        ["r:cunt@13..17=cunt"],
        "the phrase is seen through disguise too"
    );
}

/// Each view that found something, with the writer's characters.
fn views(engine: &Engine, text: &str) -> Vec<(ViewKind, String)> {
    let hits = engine.check(&Message::new(text)).hits;
    hits.into_iter().flat_map(|hit| hit.spans.into_iter().map(move |span| (hit.view, span.text))).collect()
}

#[test]
fn a_word_is_seen_through_every_sure_disguise() {
    let engine = engine(&rule("r", "words = [\"大麻烟\", \"drug\", \"free spins\", \"买烟3条\"]"));
    for (text, view, found) in [
        ("大麻烟", ViewKind::Exact, "大麻烟"),
        ("ＤＲＵＧ", ViewKind::Folded, "ＤＲＵＧ"),
        ("大 麻*烟", ViewKind::Skip, "大 麻*烟"),
        ("大🔥麻烟", ViewKind::Skip, "大🔥麻烟"),
        ("a d.r.u.g", ViewKind::Skip, "d.r.u.g"),
        ("free-spins", ViewKind::Skip, "free-spins"),
        ("drυg", ViewKind::Confusable, "drυg"),
        ("大麻煙", ViewKind::Traditional, "大麻煙"),
        ("買菸", ViewKind::Traditional, ""),
        ("買煙叁條", ViewKind::Traditional, "買煙叁條"),
        ("🅳🆁🆄🅶", ViewKind::Folded, "🅳🆁🆄🅶"),
    ] {
        let wanted = if found.is_empty() { vec![] } else { vec![(view, found.to_owned())] };
        assert_eq!(views(&engine, text), wanted, "{text}");
    }
}

#[test]
fn sentences_and_words_do_not_fuse() {
    let engine = engine(&rule("r", "words = [\"大麻\", \"ass\", \"drug\"]"));
    for text in ["很大，麻烦您", "大\n麻", "as soon", "pas s", "dr ug", "大 * 。麻", "大    麻", "几千元"]
    {
        assert!(views(&engine, text).is_empty(), "{text}");
    }
}

#[test]
fn a_word_with_marks_of_its_own_is_found_only_with_them() {
    let engine = engine(&rule("r", "words = [\"t.me\", \"🔞\", \"点我👉\"]"));
    assert_eq!(views(&engine, "T.ME/x 点我👉 🔞").len(), 3);
    assert!(views(&engine, "tme 点我 t,me").is_empty());
}

#[test]
fn overlapping_allowed_phrases_each_count() {
    let engine = engine(&rule("r", "words = [\"乙丙\", \"丙丁\"]\nallow = [\"甲乙丙\", \"丙丁戊\", \"丁\"]"));
    assert!(hits(&engine, "甲乙丙丁戊").is_empty());
    assert_eq!(hits(&engine, "乙丙丁戊"), ["r:乙丙@0..6=乙丙"]);
}

#[test]
fn what_one_rule_allows_another_may_deny_unless_the_policy_allows_it() {
    let two = rule("a", "words = [\"大麻\"]\nallow = [\"大麻烦\"]") + &rule("b", "words = [\"大麻\"]");
    assert_eq!(hits(&engine(&two), "大麻烦"), ["b:大麻@0..6=大麻"]);
    assert!(hits(&engine(&format!("allow = [\"大麻烦\"]\n{two}")), "大麻烦").is_empty());
}

#[test]
fn expressions_are_found_as_written_and_through_disguise() {
    let engine = engine(&rule(
        "r",
        "regex = ['加\\s*VX[:：]\\s*[a-z0-9]{4,}', '\\d{11}', '退款：']\nallow = [\"13800138000\"]",
    ));
    assert_eq!(hits(&engine, "请加 vx：lin88"), ["r:加\\s*VX[:：]\\s*[a-z0-9]{4,}@3..17=加 vx：lin88"]);
    assert_eq!(hits(&engine, "加Ｖ\u{200D}Ｘ:ＬＩＮ８８").len(), 1);
    assert_eq!(hits(&engine, "call 13912345678 or 13800138000"), ["r:\\d{11}@5..16=13912345678"]);
    assert_eq!(hits(&engine, "１３９１２３４５６７８").len(), 1);
    assert_eq!(hits(&engine, "退款：").len(), 1);
}

#[test]
fn a_verdict_says_everything_about_its_hits() {
    let rules = rule("hard", "action = \"act\"\npoints = 3\nwords = [\"坏词\"]")
        + &rule("soft", "points = 9\nregex = ['可疑']")
        + &rule("mild", "action = \"act\"\nwords = [\"小坏\"]");
    let engine = engine(&rules);
    let verdict = engine.check(&Message::new("可疑 小坏 坏\u{FEFF}词 坏词"));
    assert_eq!((verdict.outcome, verdict.policy_version, verdict.points()), (Outcome::Act, 7, 3));
    assert_eq!(verdict.gravest().unwrap().rule.as_str(), "hard");
    let shown: Vec<_> = verdict
        .hits
        .iter()
        .map(|hit| (hit.rule.as_str(), hit.kind, hit.view, hit.certainty, hit.version))
        .collect();
    assert_eq!(
        shown,
        [
            ("soft", HitKind::Regex, ViewKind::Exact, Certainty::Flag, 7),
            ("mild", HitKind::Word, ViewKind::Exact, Certainty::Act, 7),
            ("hard", HitKind::Word, ViewKind::Folded, Certainty::Act, 7),
            ("hard", HitKind::Word, ViewKind::Exact, Certainty::Act, 7),
        ]
    );
    let flagged = engine.check(&Message::new("可疑"));
    assert_eq!((flagged.outcome, flagged.points()), (Outcome::Flag, 0), "a flag weighs nothing by itself");
    assert_eq!(engine.check(&Message::new("你好")).outcome, Outcome::Pass);
}

#[test]
fn a_rule_does_not_hold_in_the_groups_that_it_exempts() {
    let engine = engine(&rule("r", "words = [\"广告\"]\nregex = ['投放']\nexempt_groups = [\"ads\"]"));
    let count = |message: Message<'_>| engine.check(&message).hits.len();
    assert_eq!(count(Message::new("广告投放").in_group("ads")), 0);
    assert_eq!(count(Message::new("广告投放").in_group("main")), 2);
    assert_eq!(count(Message::new("广告投放")), 2);
}

#[test]
fn an_explanation_is_complete_and_survives_being_kept() {
    let rules = rule("soft", "words = [\"可疑\"]")
        + &rule(
            "hard",
            "action = \"act\"\nwords = [\"坏词\"]\nmessage = { en = \"Stop.\", zh-CN = \"请停止。\" }",
        );
    let engine = engine(&rules);
    let verdict = engine.check(&Message::new("可疑坏词"));
    let rung = ladder::decide(engine.policy().ladder(), &History::default(), 0, verdict.points());
    let explanation = engine.explain(&verdict, Some(rung));
    assert_eq!(explanation.rules[0].rule.as_str(), "hard", "the gravest comes first");
    assert_eq!(explanation.rules[0].message.as_ref().map(|m| m.get("zh-CN")), Some("请停止。"));
    assert_eq!(explanation.rules[0].title.get("en"), "hard");
    assert_eq!(explanation.rules[0].evidence[0].spans[0].text, "坏词");
    assert_eq!(explanation.ladder.map(|rung| rung.sanction), Some(Sanction::Warn));

    let kept = serde_json::to_string(&(&verdict, &explanation)).unwrap();
    let (again, explained): (moderation::Verdict, moderation::Explanation) =
        serde_json::from_str(&kept).unwrap();
    assert_eq!((again, explained), (verdict, explanation));
}

#[test]
fn a_rule_that_is_gone_is_called_by_its_id() {
    let verdict = engine(&rule("old", "words = [\"坏词\"]")).check(&Message::new("坏词"));
    let now = engine(&rule("new", "words = [\"坏词\"]"));
    assert_eq!(now.explain(&verdict, None).rules[0].title.get("zh"), "old");
}

#[test]
fn digits_stand_for_letters_within_words_and_not_in_codes_and_prices() {
    let engine = engine(&rule(
        "r",
        "words = [\"casino\", \"porn\", \"viagra\", \"bonus\", \"online casino\", \"boss\", \"sale\", \"lego\"]",
    ));
    for (text, found) in [
        ("best cas1no here", "r:casino@5..11=cas1no"),
        ("p0rn", "r:porn@0..4=p0rn"),
        ("V1agra!", "r:viagra@0..6=V1agra"),
        ("vi@gra", "r:viagra@0..6=vi@gra"),
        ("看c4sin0吧", "r:casino@3..9=c4sin0"),
        ("b0nu5", "r:bonus@0..5=b0nu5"),
        ("ca$ino", "r:casino@0..6=ca$ino"),
    ] {
        assert_eq!(hits(&engine, text), [found], "{text}");
    }
    assert!(hits(&engine, "0nline cas1no").iter().any(|hit| hit.starts_with("r:online casino@0..13")));
    for text in [
        "iPhone15",
        "A4 B055 SKU",
        "4G 5G 1080p",
        "L360 S4LE55 $50",
        "1390 p00rn",
        "bo55a9",
        "s4l3x",
        "mail a@b5.com",
    ] {
        assert_eq!(hits(&engine, text), Vec::<String>::new(), "{text}");
    }
    let verdict = engine.check(&Message::new("cas1no"));
    assert_eq!(verdict.hits[0].view, ViewKind::Confusable);
}
