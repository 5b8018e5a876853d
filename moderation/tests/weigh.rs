//! How rules weigh: scores, thresholds, rules on rules, shadow, time, roles, imports, parameters.

use moderation::policy::{Around, FindingKind};
use moderation::{Activity, Category, Engine, Learner, Message, Outcome, Parameters, Policy, TextLink};

fn rule(id: &str, lines: &str) -> String {
    format!("[[rule]]\nid = \"{id}\"\ntitle = {{ en = \"{id}\", zh-CN = \"{id}\" }}\n{lines}\n")
}

fn load(toml: &str, parameters: &Parameters) -> Engine {
    match Policy::load(toml, parameters, &find) {
        Ok(policy) => Engine::new(policy),
        Err(faults) => panic!("{}", faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")),
    }
}

fn engine(rules: &[String]) -> Engine {
    load(&format!("version = 1\n{}", rules.join("\n")), &Parameters::default())
}

/// Files that policies import here.
fn find(name: &str) -> Result<String, String> {
    match name {
        "base" => Ok(format!(
            "version = 4\n[thresholds]\nact = 90\n{}{}",
            rule("one", "words = [\"alpha\"]"),
            rule("two", "action = \"act\"\nwords = [\"beta\"]")
        )),
        "circle" => Ok("version = 1\n\nimport = [\n  \"round\",\n]".to_owned()),
        "round" => Ok("import = [\"circle\"]".to_owned()),
        "broken" => Ok("version = 1\n\nnonsense = 1".to_owned()),
        _ => Err("there is no such file".to_owned()),
    }
}

fn told(toml: &str) -> Vec<String> {
    match Policy::load(toml, &Parameters::default(), &find) {
        Ok(_) => panic!("no fault was found"),
        Err(faults) => faults.iter().map(ToString::to_string).collect(),
    }
}

fn outcome(engine: &Engine, text: &str) -> (Outcome, u32) {
    let verdict = engine.check(&Message::new(text));
    (verdict.outcome, verdict.score)
}

#[test]
fn weak_signs_count_only_together_and_flags_never_punish() {
    let engine = engine(&[
        rule("a", "action = \"score\"\nscore = 60\nwords = [\"alpha\"]\ncategory = \"gambling\""),
        rule("b", "action = \"score\"\nscore = 50\nwords = [\"beta\"]\ncategory = \"porn\""),
        rule("c", "action = \"score\"\nscore = -100\nwords = [\"omega\"]"),
        rule("d", "score = 500\nwords = [\"delta\"]"),
    ]);
    assert_eq!(outcome(&engine, "alpha"), (Outcome::Flag, 60));
    assert_eq!(outcome(&engine, "alpha alpha"), (Outcome::Flag, 60), "a rule counts once");
    assert_eq!(outcome(&engine, "alpha beta"), (Outcome::Act, 110));
    assert_eq!(outcome(&engine, "alpha beta omega"), (Outcome::Pass, 10));
    assert_eq!(outcome(&engine, "omega"), (Outcome::Pass, 0));
    assert_eq!(outcome(&engine, "delta"), (Outcome::Flag, 500));
    let verdict = engine.check(&Message::new("alpha beta"));
    assert_eq!(verdict.category, Some(Category::Gambling));
}

#[test]
fn a_rule_can_need_others_and_forbid_others() {
    let engine = engine(&[
        rule("sign.a", "action = \"score\"\nscore = 0\nwords = [\"alpha\"]"),
        rule("sign.b", "action = \"score\"\nscore = 0\nwords = [\"beta\"]"),
        rule("quote", "action = \"score\"\nscore = 0\nwords = [\"quote\"]"),
        rule("both", "action = \"act\"\nneeds = [\"sign.a\", \"sign.b|nothing\"]\nunless = [\"quo*\"]"),
        rule("more", "action = \"act\"\nwords = [\"gamma\"]\nneeds = [\"sign.*\"]"),
    ]);
    assert_eq!(outcome(&engine, "alpha"), (Outcome::Pass, 0));
    assert_eq!(outcome(&engine, "alpha beta quote"), (Outcome::Pass, 0));
    assert_eq!(outcome(&engine, "gamma"), (Outcome::Pass, 0));
    assert_eq!(outcome(&engine, "gamma alpha"), (Outcome::Act, 100));
    let verdict = engine.check(&Message::new("beta and alpha"));
    let hit = verdict.gravest().unwrap();
    assert_eq!((hit.rule.as_str(), hit.pattern.as_str()), ("both", "sign.a + sign.b|nothing"));
    assert_eq!(hit.spans.iter().map(|span| span.start).collect::<Vec<_>>(), [0, 9]);
}

#[test]
fn an_unsure_reading_weighs_half_and_never_acts_alone() {
    let engine = engine(&[
        rule("a", "action = \"act\"\nwords = [\"超级代理\"]"),
        rule("b", "action = \"act\"\nwords = [\"内部渠道\"]"),
    ]);
    let (found, _) = outcome(&engine, "超级代理");
    assert_eq!(found, Outcome::Act);
    let verdict = engine.check(&Message::new("超及代里，内布渠到"));
    assert_ne!(verdict.outcome, Outcome::Act, "{verdict:?}");
}

#[test]
fn shadow_time_and_roles_bound_a_rule() {
    let engine = engine(&[
        rule("shadow", "action = \"act\"\nshadow = true\nwords = [\"alpha\"]"),
        rule(
            "timed",
            "action = \"act\"\nwords = [\"beta\"]\nstart = 2026-12-01\nend = 2026-12-02T08:00:00+08:00",
        ),
        rule("staff", "action = \"act\"\nwords = [\"gamma\"]\nexempt_roles = [\"vip\"]"),
    ]);
    let verdict = engine.check(&Message::new("alpha"));
    assert_eq!((verdict.outcome, verdict.hits.len(), verdict.hits[0].shadow), (Outcome::Pass, 1, true));
    let day_ms = 86_400_000;
    let december_ms = 20_788 * day_ms;
    let at = |at_ms| engine.check(&Message::new("beta").at(at_ms)).outcome;
    assert_eq!(
        [at(december_ms - 1), at(december_ms), at(december_ms + day_ms - 1), at(december_ms + day_ms)],
        [Outcome::Pass, Outcome::Act, Outcome::Act, Outcome::Pass]
    );
    assert_eq!(outcome(&engine, "beta").0, Outcome::Act, "without a time a rule holds");
    assert_eq!(engine.check(&Message::new("gamma").with_roles(&["vip"])).outcome, Outcome::Pass);
}

#[test]
fn imports_stand_under_the_policy_and_are_changed_by_it() {
    let toml = format!(
        "import = [\"base\"]\n[[change]]\nrules = \"two\"\naction = \"flag\"\n{}",
        rule("one", "action = \"act\"\nscore = 95\nwords = [\"omega\"]")
    );
    let engine = load(&toml, &Parameters::default());
    assert_eq!(engine.policy().version(), 4);
    assert_eq!(
        outcome(&engine, "alpha"),
        (Outcome::Pass, 0),
        "a rule of the same id replaces the imported one"
    );
    assert_eq!(outcome(&engine, "omega"), (Outcome::Act, 95), "the imported threshold holds");
    assert_eq!(outcome(&engine, "beta"), (Outcome::Flag, 40));
    let off = load("import = [\"base\"]\n[[change]]\nrules = \"t*\"\noff = true", &Parameters::default());
    assert_eq!(off.policy().rules().len(), 1);
}

#[test]
fn what_is_wrong_with_imports_is_told_with_its_place() {
    assert_eq!(
        told("version = 1\nimport = [\"circle\"]"),
        ["round, line 1, column 11: this import leads back to itself: circle → round → circle"]
    );
    assert_eq!(
        told("version = 1\nimport = [\"gone\"]"),
        ["line 2, column 11: `gone` cannot be imported: there is no such file"]
    );
    assert!(told("version = 1\nimport = [\"broken\"]")[0].starts_with("broken, line 3, column 1: "));
    let later = format!("version = 1\n{}{}", rule("a", "needs = [\"b\"]"), rule("b", "words = [\"x\"]"));
    assert_eq!(told(&later), ["line 2, column 1: `a` names `b`, and no rule before it is called so"]);
    assert_eq!(
        told("version = 1\n[[change]]\nrules = \"x\"\noff = true"),
        ["line 3, column 9: there is no rule `x` to change"]
    );
}

#[test]
fn brands_and_domains_are_parameters() {
    let toml = format!(
        "version = 1\n{}{}",
        rule("brand", "regex = ['{brand}.{0,4}support']\nwords = [\"{brand}客服\"]"),
        rule("link", "action = \"act\"\nentities = [\"link.lookalike\"]")
    );
    let parameters = Parameters {
        brands: vec!["Star+".into(), "星集".into()],
        own_domains: vec!["starmarket.com".into()],
        allow_domains: vec!["starmarket.org".into()],
    };
    let with = load(&toml, &parameters);
    assert_eq!(outcome(&with, "this is Star+ support").0, Outcome::Flag);
    assert_eq!(outcome(&with, "星集客服").0, Outcome::Flag);
    assert_eq!(outcome(&with, "see https://help.starmarket.com").0, Outcome::Pass);
    assert_eq!(outcome(&with, "see https://starmarket.org/x").0, Outcome::Pass);
    assert_eq!(outcome(&with, "see https://starmarket.net/x").0, Outcome::Act);
    let links = [TextLink { start: 4, end: 18, url: "https://evil.example.net" }];
    let shown = Message::new("see starmarket.com").with_links(&links);
    let deceived =
        load(&format!("version = 1\n{}", rule("d", "entities = [\"link.deceptive\"]")), &parameters);
    assert_eq!(deceived.check(&shown).outcome, Outcome::Flag);
    let without = load(&toml, &Parameters::default());
    assert_eq!(outcome(&without, "Star+ support 星集客服").0, Outcome::Pass);
    assert!(matches!(without.policy().findings(&Around::default())[0].kind, FindingKind::NeverFires { .. }));
}

#[test]
fn oddities_are_found() {
    let engine = engine(&[
        rule("wide", "action = \"act\"\nwords = [\"a1\", \"b2\", \"c3\"]"),
        rule("narrow", "words = [\"a1\", \"b2\"]"),
        rule("idle", "action = \"score\"\nscore = 0\nwords = [\"z9\"]"),
        rule("torn", "words = [\"y8\"]\nneeds = [\"wide\"]\nunless = [\"wide\"]"),
    ]);
    let found: Vec<String> = engine
        .policy()
        .findings(&Around::default())
        .iter()
        .map(|f| format!("{}:{} {}", f.at.line, f.rule, f.kind))
        .collect();
    assert_eq!(
        found,
        [
            "8:narrow is shadowed: the rule `wide` finds all that it finds and counts for no less",
            "13:idle can fire, but nothing comes of it: it adds no score, and no other rule needs it",
            "20:torn can never fire: it needs `wide` and must not have it",
        ]
    );
    let merged = load(
        &format!("import = [\"base\"]\nallow = [\"beta\"]\n{}", rule("own", "words = [\"x\"]")),
        &Parameters::default(),
    );
    let kinds: Vec<FindingKind> =
        merged.policy().findings(&Around::default()).into_iter().map(|finding| finding.kind).collect();
    assert!(
        kinds.contains(&FindingKind::DeadWord { word: "beta".into(), phrase: "beta".into() }),
        "{kinds:?}"
    );
}

#[test]
fn behaviour_is_counted_in_what_the_caller_keeps() {
    let engine = engine(&[
        rule("repeats", "behaviour = { kind = \"repeats\", count = 3, within = \"1m\" }"),
        rule("copies", "behaviour = { kind = \"copies\", count = 3, within = \"1m\" }"),
        rule("links", "behaviour = [{ kind = \"links\", count = 2, within = \"1m\" }]"),
        rule("new", "score = 50\nbehaviour = { kind = \"new_member\", within = \"1m\" }"),
        rule("loud", "behaviour = { kind = \"capitals\", count = 80 }"),
        rule("early", "behaviour = { kind = \"early_message\", count = 2 }"),
        rule("edited", "behaviour = { kind = \"edited\" }"),
    ]);
    let mut activity = Activity::default();
    let mut fired = |message: Message<'_>| -> Vec<String> {
        let verdict = engine.check_with(&message, &mut activity);
        verdict.hits.iter().map(|hit| hit.rule.to_string()).collect()
    };
    let said = |text, author, at_ms| Message::new(text).by(author, None).at(at_ms);
    let text = "cheap parcels for everybody, ask today";
    assert_eq!(fired(said(text, "lin", 1_000)), [] as [&str; 0]);
    assert_eq!(fired(said(text, "lin", 2_000)), [] as [&str; 0]);
    assert_eq!(fired(said("Cheap parcels, for everybody! Ask today", "lin", 3_000)), ["repeats"]);
    assert_eq!(fired(said(text, "mei", 4_000)), [] as [&str; 0]);
    assert_eq!(fired(said(text, "wu", 5_000)), ["copies"]);
    assert_eq!(fired(said("see a.example.com and b.example.com", "wu", 6_000)), ["links"]);
    assert_eq!(fired(Message::joining("zoe", "Zoe", 10_000)), [] as [&str; 0]);
    assert_eq!(fired(said("hello", "zoe", 20_000)), ["new"]);
    assert_eq!(fired(said("hello", "zoe", 80_000)), [] as [&str; 0]);
    assert_eq!(fired(said("BUY THIS RIGHT NOW", "zoe", 90_000)), ["loud"]);
    assert_eq!(fired(said("hi", "ann", 90_000).after(1)), ["early"]);
    assert_eq!(fired(said("hi there", "ann", 90_000).marked(true, false)), ["edited"]);
    for n in 0..2_000 {
        fired(said("x", "zoe", 100_000 + n));
    }
    assert!(activity.len() <= 512, "bounded");
    let kept = serde_json::to_string(&activity).unwrap();
    assert_eq!(serde_json::from_str::<Activity>(&kept).unwrap(), activity, "the caller can keep it anywhere");
}

#[test]
fn the_learner_flags_at_the_most_and_says_by_what() {
    let asks = "version = 1\n[learner]\nflag_from_percent = 60";
    let engine = load(asks, &Parameters::default()).with_learner(Learner::starter().clone());
    let verdict = engine.check(&Message::new("手机兼职，日结两百，名额不多，想做的加我"));
    assert_eq!((verdict.outcome, verdict.hits[0].rule.as_str()), (Outcome::Flag, "*learner"));
    assert!(!verdict.hits[0].spans.is_empty());
    let title = &engine.explain(&verdict, None).rules[0].title;
    assert_eq!((title.en.as_str(), title.zh_cn.as_str()), ("Reads like a violation", "读起来像违规内容"));
    assert_eq!(outcome(&engine, "请问运费怎么算").0, Outcome::Pass);
    let silent = load("version = 1", &Parameters::default()).with_learner(Learner::starter().clone());
    assert_eq!(outcome(&silent, "手机兼职，日结两百，名额不多，想做的加我").0, Outcome::Pass);
}
