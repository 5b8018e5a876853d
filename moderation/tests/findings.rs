//! What is odd about policies that can be used, each found on a policy of its own.

use moderation::policy::Around;
use moderation::{Parameters, Policy};

/// Each oddity as `rule what is odd`.
fn odd(policy: &str, around: &Around<'_>, parameters: &Parameters) -> Vec<String> {
    let find = |name: &str| {
        match name {
        "base" => Ok("version = 1\n[[rule]]\nid = \"base\"\ntitle = { en = \"B\", zh-CN = \"B\" }\naction = \"act\"\nwords = [\"代发\", \"t.me\"]\n".to_owned()),
        _ => Err("is not here".to_owned()),
    }
    };
    match Policy::load(policy, parameters, &find) {
        Ok(policy) => {
            policy.findings(around).iter().map(|found| format!("{} {}", found.rule, found.kind)).collect()
        }
        Err(faults) => panic!("{}", faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")),
    }
}

fn rule(id: &str, lines: &str) -> String {
    format!("[[rule]]\nid = \"{id}\"\ntitle = {{ en = \"{id}\", zh-CN = \"{id}\" }}\n{lines}\n")
}

fn policy(rules: &[String]) -> String {
    format!("version = 1\n{}", rules.concat())
}

/// 2026-11-22, noon.
const NOW_MS: i64 = 1_795_348_800_000;

#[track_caller]
fn finds(rules: &[String], wanted: &[&str]) {
    let around = Around { now_ms: Some(NOW_MS), roles: &["member"] };
    assert_eq!(odd(&policy(rules), &around, &Parameters::default()), wanted);
}

#[test]
fn a_rule_whose_time_is_over_never_fires_and_one_to_come_will() {
    finds(
        &[
            rule("sale", "words = [\"双十一\"]\nend = 2026-11-12"),
            rule("winter", "words = [\"冬促\"]\nstart = 2026-12-01"),
        ],
        &["sale can never fire: its `end` has passed"],
    );
    let without = Around::default();
    let ended = policy(&[rule("sale", "words = [\"双十一\"]\nend = 2026-11-12")]);
    assert_eq!(
        odd(&ended, &without, &Parameters::default()),
        [] as [&str; 0],
        "who names no time asks of none"
    );
}

#[test]
fn exceptions_that_cover_everybody_are_told_and_so_are_those_that_cover_nobody() {
    finds(
        &[
            rule("all", "words = [\"甲甲\"]\nexempt_roles = [\"admin\", \"member\"]"),
            rule("none", "words = [\"乙乙\"]\nexempt_roles = [\"moderator\"]"),
            rule("group", "words = [\"丙丙\"]\nexempt_groups = [\"sales\"]"),
        ],
        &[
            "all can never fire: its `exempt_roles` are all whose messages are judged",
            "all gains nothing by `exempt_roles`: `admin` is nobody whose messages are judged; that is `member`",
            "none gains nothing by `exempt_roles`: `moderator` is nobody whose messages are judged; that is `member`",
        ],
    );
}

#[test]
fn scores_that_no_threshold_is_reached_with_are_told() {
    finds(
        &[
            rule("weak", "action = \"score\"\nscore = 30\nwords = [\"甲甲\"]"),
            rule("mild", "action = \"act\"\nscore = 60\nwords = [\"乙乙\"]"),
        ],
        &["mild can never act: the bot acts from 100 on, and all rules that count towards it reach 90"],
    );
    finds(
        &[rule("weak", "action = \"score\"\nscore = 30\nwords = [\"甲甲\"]")],
        &[
            "weak can fire, but nothing comes of it: a message is shown from 40 on, and all rules together reach 30",
        ],
    );
    finds(
        &[rule("idle", "score = 0\nwords = [\"甲甲\"]")],
        &["idle can fire, but nothing comes of it: it adds no score, and no other rule needs it"],
    );
    finds(&[rule("tried", "score = 10\nshadow = true\nwords = [\"甲甲\"]")], &[]);
    finds(
        &[
            rule("topic", "action = \"score\"\nscore = 0\nwords = [\"甲甲\"]"),
            rule("both", "words = [\"乙乙\"]\nneeds = [\"topic\"]"),
        ],
        &[],
    );
    let learning = policy(&[rule("weak", "action = \"score\"\nscore = 30\nwords = [\"甲甲\"]")])
        + "[learner]\nflag_from_percent = 60\n";
    let found = odd(&learning, &Around::default(), &Parameters::default());
    assert_eq!(found, [] as [&str; 0], "with the learner's points it is enough");
}

#[test]
fn rules_on_rules_that_cannot_fire_cannot_either() {
    finds(
        &[
            rule("old", "words = [\"甲甲\"]\nend = 2026-01-01"),
            rule("on-old", "words = [\"乙乙\"]\nneeds = [\"old\"]"),
            rule("spring", "words = [\"丙丙\"]\nstart = 2027-03-01\nend = 2027-04-01"),
            rule("autumn", "words = [\"丁丁\"]\nneeds = [\"spring\"]\nstart = 2027-09-01"),
            rule("torn", "needs = [\"spring\"]\nunless = [\"spring|old\"]"),
            rule("either", "needs = [\"spring|old\"]\nunless = [\"old\"]"),
        ],
        &[
            "old can never fire: its `end` has passed",
            "on-old can never fire: it needs `old`, which can never fire",
            "autumn can never fire: it needs `spring`, which never holds at the same time",
            "torn can never fire: it needs `spring` and must not have it",
        ],
    );
}

#[test]
fn what_can_never_be_found_is_told_part_by_part() {
    finds(
        &[
            rule("flood", "behaviour = { kind = \"messages\", count = 600, within = \"1h\" }"),
            rule(
                "loud",
                "behaviour = [{ kind = \"capitals\", count = 101 }, { kind = \"capitals\", count = 90 }]",
            ),
            rule("own", "entities = [\"own_link\", \"link.lookalike\"]"),
            rule("denied", "entities = [\"link.denied\", \"link.short\"]"),
            rule("names", "in = \"name\"\nentities = [\"file.program\"]"),
            rule("brand", "words = [\"{brand}客服\"]"),
        ],
        &[
            "flood can never fire: it looks for `messages 600 in 1h`, and no more than the latest 512 messages and joins of a group are counted",
            "loud can never find `capitals 101`: no more than 100 percent of letters are capitals",
            "own can never fire: it looks for `own_link`, and the deployment names no domain of its own; it looks for `link.lookalike`, and the deployment names neither a brand in Latin letters nor a domain of its own",
            "names can never fire: it looks for `file.program`, and names hold none",
            "brand can never fire: it looks for brands, and the deployment names none",
        ],
    );
    let deployment = Parameters {
        brands: vec!["Starmarket".into()],
        own_domains: vec!["starmarket.com".into()],
        allow_domains: vec!["example.org".into()],
    };
    let rules = [
        rule("own", "entities = [\"own_link\", \"link.lookalike\"]"),
        rule("brand", "words = [\"{brand}客服\"]"),
        rule("denied", "entities = [\"link.denied\"]"),
    ];
    let text = format!("version = 1\ndeny_domains = [\"shop.example.org\"]\n{}", rules.concat());
    assert_eq!(
        odd(&text, &Around::default(), &deployment),
        [
            "denied can never fire: it looks for `link.denied`, and every denied domain is allowed, or the deployment's own"
        ],
    );
}

#[test]
fn words_that_a_phrase_covers_are_dead_however_either_is_written() {
    let around = Around::default();
    let text = format!(
        "import = [\"base\"]\nallow = [\"代 發\", \"微信号\"]\n{}",
        rule("own", "words = [\"货代\"]\nregex = ['微信号', '微信\\d+']")
    );
    assert_eq!(
        odd(&text, &around, &Parameters::default()),
        [
            "base has the dead word `代发`: the allow phrase `代 發` covers it wherever it stands",
            "own can never find the expression `微信号`: the allow phrase `微信号` covers whatever it matches",
        ]
    );
    let all = "import = [\"base\"]\nallow = [\"代发\", \"T.ME\"]";
    assert_eq!(
        odd(all, &around, &Parameters::default()),
        [
            "base can never fire: every word of it lies within an allow phrase",
            "base has the dead word `代发`: the allow phrase `代发` covers it wherever it stands",
            "base has the dead word `t.me`: the allow phrase `T.ME` covers it wherever it stands",
        ]
    );
    let longer = "import = [\"base\"]\nallow = [\"一件代发\"]";
    assert_eq!(
        odd(longer, &around, &Parameters::default()),
        [] as [&str; 0],
        "a longer phrase leaves the word alive"
    );
}

#[test]
fn a_rule_is_shadowed_by_one_that_finds_and_counts_no_less() {
    let shadowed = |wide: &str, narrow: &str| {
        let rules = [rule("wide", wide), rule("narrow", narrow)];
        let found = odd(&policy(&rules), &Around::default(), &Parameters::default());
        found == ["narrow is shadowed: the rule `wide` finds all that it finds and counts for no less"]
    };
    for (wide, narrow) in [
        ("action = \"act\"\nwords = [\"大麻\", \"加微\"]", "words = [\"大麻\"]"),
        ("action = \"act\"\nwords = [\"大麻\"]", "words = [\"大麻烟\", \"买大麻\"]"),
        ("action = \"act\"\nwords = [\"賭博\"]", "action = \"score\"\nscore = 20\nwords = [\"赌 博\"]"),
        ("entities = [\"link\"]", "entities = [\"link.short\"]"),
        ("regex = ['a\\d', 'b\\d']", "regex = ['b\\d']\nexempt_groups = [\"x\"]"),
        (
            "behaviour = { kind = \"messages\", count = 5, within = \"1m\" }",
            "behaviour = { kind = \"messages\", count = 8, within = \"30s\" }",
        ),
        ("words = [\"甲甲\"]", "words = [\"甲甲\"]"),
        (
            "words = [\"甲甲\"]\nstart = 2026-01-01",
            "words = [\"甲甲\"]\nstart = 2026-02-01\nend = 2026-03-01",
        ),
    ] {
        assert!(shadowed(wide, narrow), "{wide} | {narrow}");
    }
    for (wide, narrow) in [
        ("words = [\"大麻\"]", "action = \"act\"\nwords = [\"大麻\"]"),
        ("words = [\"大麻\"]", "words = [\"大马\"]"),
        ("action = \"act\"\nallow = [\"大麻烟盒\"]\nwords = [\"大麻\"]", "words = [\"大麻烟\"]"),
        ("words = [\"ass\"]", "words = [\"assassin\"]"),
        ("words = [\"大麻\"]", "action = \"score\"\nscore = 30\nwords = [\"大麻\"]"),
        ("action = \"act\"\nwords = [\"大麻\"]", "action = \"act\"\npoints = 5\nwords = [\"大麻\"]"),
        ("action = \"act\"\nwords = [\"大麻\"]\nshadow = true", "words = [\"大麻\"]"),
        ("action = \"act\"\nwords = [\"大麻\"]\nend = 2026-12-01", "words = [\"大麻\"]"),
        ("action = \"act\"\nwords = [\"大麻\"]", "in = \"name\"\nwords = [\"大麻\"]"),
        ("action = \"act\"\nwords = [\"大麻\"]", "views = \"unsure\"\nwords = [\"大麻\"]"),
        ("action = \"act\"\nwords = [\"大麻\"]\nexempt_groups = [\"x\"]", "words = [\"大麻\"]"),
        ("entities = [\"link.short\"]", "entities = [\"link\"]"),
        ("words = [\"c++\"]", "words = [\"cc\"]"),
    ] {
        assert!(!shadowed(wide, narrow), "{wide} | {narrow}");
    }
}

#[test]
fn keys_that_change_nothing_are_told() {
    finds(
        &[
            rule("latin", "views = \"unsure\"\nwords = [\"casino\"]"),
            rule("sure", "act_unsure = true\nwords = [\"甲甲\"]"),
            rule("links", "allow = [\"乙乙\"]\nwhole_word = true\nentities = [\"link.ip\"]"),
        ],
        &[
            "latin gains nothing by `views`: unsure views look only for `words` with Chinese characters in them",
            "sure gains nothing by `act_unsure`: it reads by sure views alone",
            "links gains nothing by `whole_word`: it has no `words`",
            "links gains nothing by `allow`: it has neither `words` nor `regex`",
        ],
    );
}
