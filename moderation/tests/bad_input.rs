//! What is meant to break the engine: bounded in time and memory, one clear error, and what was in force stays.

#![expect(clippy::unwrap_used, reason = "a policy that cannot be read has failed")]

use std::alloc::System;

use moderation::{Engine, Hit, Learner, Message, Outcome, Parameters, Policy};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const MIB: usize = 1_024 * 1_024;

fn merchant() -> Engine {
    Engine::new(Policy::parse(Policy::default_merchant_toml()).unwrap())
        .with_learner(Learner::starter().clone())
}

fn told(toml: &str) -> Vec<String> {
    Policy::parse(toml).unwrap_err().iter().map(ToString::to_string).collect()
}

fn rule(lines: &str) -> String {
    format!("version = 1\n[[rule]]\nid = \"r\"\ntitle = {{ en = \"R\", zh-CN = \"规\" }}\n{lines}")
}

/// Everything in one test: what is allocated is counted for the whole program.
#[test]
fn megabytes_in_a_message_are_judged_in_memory_that_grows_no_faster_than_they_do() {
    let engine = merchant();
    engine.check(&Message::new("预热 warm"));
    for (piece, outcome) in [
        ("请问今天的订单什么时候发货，", Outcome::Pass),
        ("\u{301}", Outcome::Pass),
        ("a\u{336}", Outcome::Pass),
        ("🐔", Outcome::Pass),
        ("傻逼 ", Outcome::Act),
        ("加微信 lin_88 ", Outcome::Act),
        ("https://a.example/x ", Outcome::Pass),
    ] {
        let judge = |utf8_len: usize| {
            let text = piece.repeat(utf8_len / piece.len());
            let message = Message::new(&text).by("u", Some("林"));
            let region = Region::new(ALLOCATOR);
            let verdict = engine.check(&message);
            (verdict, region.change().bytes_allocated)
        };
        let (_, small) = judge(MIB / 8);
        let (verdict, large) = judge(MIB);
        assert!(verdict.outcome >= outcome || verdict.outcome == Outcome::Flag, "{piece:?}: {verdict:?}");
        assert!(verdict.hits.iter().all(|hit| hit.spans.len() <= Hit::SPANS_MAX), "{piece:?}");
        assert!(large < 16 * small.max(4 * MIB), "{piece:?}: {small} bytes for an eighth, {large} for 1 MiB");
    }
    let huge = "出大麻".repeat(4 * MIB / 9);
    assert_eq!(
        engine.check(&Message::new(&huge)).outcome,
        Outcome::Flag.max(engine.check(&Message::new("出大麻")).outcome)
    );
    let covered = format!("傻{}逼", "\u{336}".repeat(1_000_000));
    assert_eq!(
        engine.check(&Message::new(&covered)).outcome,
        Outcome::Act,
        "under a million combining characters"
    );

    let much = format!("# {}\n{}", "#".repeat(200 * MIB), rule("words = [\"x\"]"));
    let region = Region::new(ALLOCATOR);
    assert_eq!(told(&much), ["line 1, column 1: a policy may have at most 16 MiB"]);
    assert!(region.change().bytes_allocated < MIB, "200 MB are refused unread");
}

#[test]
fn expressions_that_would_blow_up_are_refused_with_their_line() {
    for bomb in [r"(?:a{1000}){1000}", r"((((x{200}){200}){200}){200})", r"\pL{100000}", r"(\w{50}\s){900}"] {
        let told = told(&rule(&format!("words = [\"x\"]\nregex = [\n  'fine',\n  '{bomb}',\n]")));
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].starts_with("line 8, column 3: "), "{told:?}");
    }
    let deep = format!("{}x{}", "(".repeat(500), ")".repeat(500));
    assert_eq!(told(&rule(&format!("regex = ['{deep}']"))).len(), 1, "nested too deep");
    let long = "x".repeat(5_000);
    assert_eq!(told(&rule(&format!("regex = ['{long}']"))).len(), 1, "longer than an expression may be");
}

#[test]
fn imports_that_run_in_a_circle_or_without_end_are_one_error() {
    let load = |toml: &str, find: &dyn Fn(&str) -> Result<String, String>| {
        let faults = Policy::load(toml, &Parameters::default(), &|name| find(name)).unwrap_err();
        faults.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let circle = load("version = 1\nimport = [\"a\"]", &|name| {
        Ok(match name {
            "a" => "import = [\"b\"]".to_owned(),
            "b" => "import = [\"c\"]".to_owned(),
            _ => "import = [\"a\"]".to_owned(),
        })
    });
    assert_eq!(circle.len(), 1);
    assert!(circle[0].contains("a → b → c → a"), "{circle:?}");
    let endless = load("version = 1\nimport = [\"1\"]", &|name| {
        Ok(format!("import = [\"{}\"]", name.parse::<u64>().unwrap_or(0) + 1))
    });
    assert_eq!(endless.len(), 1, "{endless:?}");
    assert!(endless[0].contains("64 imports"), "{endless:?}");
}
