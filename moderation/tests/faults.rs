//! Every fault of a policy is told with its line, its column and one sentence.

use moderation::policy::SOURCE_UTF8_MAX;
use moderation::{FaultKind, Policy, PolicyFault};

fn faults(toml: &str) -> Vec<PolicyFault> {
    match Policy::parse(toml) {
        Ok(_) => panic!("no fault was found in:\n{toml}"),
        Err(faults) => faults,
    }
}

/// The faults as they are shown.
fn told(toml: &str) -> Vec<String> {
    faults(toml).iter().map(ToString::to_string).collect()
}

/// A policy with one rule that has `lines` after its id and title, which are lines 2 to 4.
fn rule(lines: &str) -> String {
    format!("version = 1\n[[rule]]\nid = \"r\"\ntitle = {{ en = \"R\", zh-CN = \"规\" }}\n{lines}")
}

fn ladder(lines: &str) -> String {
    format!("version = 1\n[ladder]\n{lines}")
}

#[test]
fn a_slip_of_the_pen_is_met_with_the_right_key() {
    assert_eq!(
        told(&rule("wrods = [\"x\"]\nwords = [\"y\"]\nwhole-word = true")),
        [
            "line 5, column 1: a rule has no key `wrods`; did you mean `words`?",
            "line 7, column 1: a rule has no key `whole-word`; did you mean `whole_word`?",
        ]
    );
    assert_eq!(
        told("version = 1\nrules = []\nzzz = 1"),
        [
            "line 2, column 1: a policy has no key `rules`; did you mean `rule`?",
            "line 3, column 1: a policy has no key `zzz`; known are `version`, `import`, `allow`, `deny_domains`, `thresholds`, `rule`, `change`, `ladder`, `ladders`, `learner`, `pictures`",
        ]
    );
    assert_eq!(
        told("version = 1\n[[rule]]\nid = \"r\"\nwords = [\"x\"]\ntitle = { en = \"R\", zh = \"规\" }"),
        [
            "line 5, column 9: a title needs the key `zh-CN`",
            "line 5, column 21: a title has no key `zh`; did you mean `zh-CN`?",
        ]
    );
    assert_eq!(
        told(&ladder("step = [\"warn\"]")),
        ["line 3, column 1: the ladder has no key `step`; did you mean `steps`?"]
    );
}

#[test]
fn what_is_missing_is_named() {
    assert_eq!(told(""), ["line 1, column 1: a policy needs the key `version`"]);
    assert_eq!(
        told("version = 1\n\n[[rule]]\nwords = [\"x\"]"),
        ["line 3, column 1: a rule needs the key `id`", "line 3, column 1: a rule needs the key `title`"]
    );
    assert_eq!(
        told(&rule("words = []")),
        [
            "line 2, column 1: the rule `r` can never fire: it has no `words`, `regex`, `entities`, `behaviour` or `needs`"
        ]
    );
    assert_eq!(told(&ladder("steps = []")), ["line 3, column 9: `steps` must have at least one step"]);
}

#[test]
fn wrong_types_and_values_are_told() {
    assert_eq!(
        told("version = \"1\"\nrule = 3\nladder = []"),
        [
            "line 1, column 11: `version` must be a whole number, not a text",
            "line 2, column 8: `rule` must be a list of tables, each headed [[rule]], not a whole number",
            "line 3, column 10: `ladder` must be a table, not a list",
        ]
    );
    assert_eq!(
        told(&rule("words = [\"x\", 3]\naction = \"acts\"\npoints = 0\nwhole_word = \"yes\"")),
        [
            "line 5, column 15: each entry of `words` must be a text in quotes, not a whole number",
            "line 6, column 10: `action` cannot be `acts`; did you mean `act`?",
            "line 7, column 10: `points` must be a whole number from 1 to 100",
            "line 8, column 14: `whole_word` must be true or false, not a text",
        ]
    );
    assert_eq!(
        told(&rule("words = \"x\"\naction = \"explode\"")),
        [
            "line 5, column 9: `words` must be a list of texts, not a text",
            "line 6, column 10: `action` cannot be `explode`; known are `act`, `flag`, `score`",
        ]
    );
    assert_eq!(
        told("version = 99999999999999999999"),
        ["line 1, column 11: `version` must be a whole number from 1 to 1000000000"]
    );
}

#[test]
fn a_rule_id_is_well_formed_and_unique() {
    let one = "[[rule]]\nid = \"a\"\ntitle = { en = \"A\", zh-CN = \"甲\" }\nwords = [\"x\"]\n";
    assert_eq!(
        told(&format!("version = 1\n{one}{one}")),
        ["line 7, column 6: the rule id `a` is already taken on line 3"]
    );
    let spaced = one.replace("\"a\"", "\"Ad Spam\"");
    assert_eq!(
        told(&format!("version = 1\n{spaced}")),
        ["line 3, column 6: `Ad Spam` is no rule id: use 1 to 64 letters a-z, digits, `.`, `_` or `-`"]
    );
}

#[test]
fn empty_and_dead_words_are_refused_where_they_stand() {
    assert_eq!(
        told(&rule("words = [\n  \"好词\", \" \",\n  \"\u{200B}\u{FE0F}\",\n]\nallow = [\"\"]")),
        [
            "line 6, column 9: `words` holds an empty text, or one of characters that nobody sees",
            "line 7, column 3: `words` holds an empty text, or one of characters that nobody sees",
            "line 9, column 10: `allow` holds an empty text, or one of characters that nobody sees",
        ]
    );
    assert_eq!(
        told(&rule("words = [\"大麻\"]\nallow = [\"大麻烦\", \"大麻\"]")),
        ["line 5, column 10: the word `大麻` can never fire: line 6 allows exactly the same"]
    );
    assert_eq!(
        told(
            "version = 1\nallow = [\"ＶＸ\"]\n[[rule]]\nid = \"r\"\ntitle = { en = \"\", zh-CN = \"规\" }\nwords = [\"vx\"]"
        ),
        [
            "line 5, column 16: `en` holds an empty text, or one of characters that nobody sees",
            "line 6, column 10: the word `vx` can never fire: line 2 allows exactly the same",
        ]
    );
}

#[test]
fn a_bad_expression_is_refused_with_its_own_line() {
    assert_eq!(
        told(&rule("regex = [\n  '好的',\n  '加(微信',\n  'a*',\n  '[a&&b]',\n  '(?:\\w{500}){500}',\n]")),
        [
            "line 7, column 3: this regular expression cannot be read: unclosed group (at its character 2)",
            "line 8, column 3: this regular expression matches the empty text, and so every message",
            "line 9, column 3: this regular expression can never match anything",
            "line 10, column 3: this regular expression is too large when compiled; use fewer or smaller repetitions",
        ]
    );
    let deep = format!("{}a{}", "(".repeat(300), ")".repeat(300));
    let long = "a".repeat(5_000);
    let both = faults(&rule(&format!("regex = ['{deep}', '{long}', '(a)\\1']")));
    assert!(matches!(both[0].kind, FaultKind::BadRegex { .. }), "{}", both[0]);
    assert!(matches!(both[1].kind, FaultKind::TooMuch { .. }), "{}", both[1]);
    assert!(both[2].to_string().contains("backreferences are not supported"), "{}", both[2]);
}

#[test]
fn a_ladder_must_rise() {
    assert_eq!(
        told(&ladder("steps = [\"warn\", \"mute 7d\", \"mute 1d\", \"ban\", \"ban\"]")),
        [
            "line 3, column 29: the ladder must rise: `mute 1d` is not harsher than `mute 7d` before it",
            "line 3, column 47: the ladder must rise: `ban` is not harsher than `ban` before it",
        ]
    );
    assert_eq!(
        told(&ladder(
            "steps = [\n{ at = 2, sanction = \"warn\" },\n\"kick\",\n{ at = 3, sanction = \"ban\" }]"
        )),
        [
            "line 4, column 8: the ladder must rise: this step starts at 2 points and must start at 1",
            "line 6, column 8: the ladder must rise: this step starts at 3 points and must start at 4 or later",
        ]
    );
}

#[test]
fn lengths_of_time_and_sanctions_are_checked() {
    assert_eq!(
        told(&ladder("steps = [\"warm\", \"mute\", \"mute 1x\", \"ban 1d\"]\nwindow = \"90\"\ndecay = 30")),
        [
            "line 3, column 10: `warm` is no sanction; write `warn`, `mute 1d`, `kick` or `ban`",
            "line 3, column 18: `mute`: a length of time is missing, for example 10m, 2h30m or 1d",
            "line 3, column 26: `mute`: `x` is no unit of time; the units are s, m, h, d and w",
            "line 3, column 37: `ban 1d` is no sanction; write `warn`, `mute 1d`, `kick` or `ban`",
            "line 4, column 10: `window`: `90` has no unit; write 90m for minutes, 90h for hours or 90d for days",
            "line 5, column 9: `decay` must be a text in quotes, not a whole number",
        ]
    );
}

#[test]
fn what_is_not_toml_is_told_where_it_breaks() {
    let faults = faults("version = 1\n[[rule]\nid = \"r\"");
    assert_eq!((faults[0].line, faults[0].column), (2, 8), "{}", faults[0]);
    assert!(matches!(faults[0].kind, FaultKind::Syntax { .. }));
    let twice = told("version = 1\nversion = 2");
    assert_eq!(twice, ["line 2, column 1: this is not valid TOML: duplicate key"]);
}

#[test]
fn columns_count_characters_and_windows_lines_are_lines() {
    assert_eq!(
        told("# 注释\r\nversion = 1 # 版本\r\nallow = [\"微信\", 1]\r\n"),
        ["line 3, column 16: each entry of `allow` must be a text in quotes, not a whole number"]
    );
    assert!(Policy::parse("\u{FEFF}version = 1\r\n").is_ok(), "a byte order mark is no fault");
}

#[test]
fn a_huge_policy_is_bounded() {
    let huge = "#".repeat(SOURCE_UTF8_MAX + 1);
    assert_eq!(told(&huge), ["line 1, column 1: a policy may have at most 16 MiB"]);
    let many = rule(&format!("words = [{}]", "1,".repeat(10_000)));
    assert_eq!(faults(&many).len(), 50, "no more faults are told than a person reads");
    let deep = format!("version = 1\nallow = {}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(!faults(&deep).is_empty());
}
