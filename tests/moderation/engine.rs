//! What the engine sees beyond words, in the running program: behaviour, names, joins, links, other accounts.

use bot_core::features::moderation::PolicySource;
use bot_core::roster::Role;
use bot_core::store::moderation::CaseState;
use moderation::Parameters;

use super::{Moderation, case, cases};
use crate::harness::{GROUP, STAFF, Stage, story};

const POLICY: &str = r#"
version = 5

[[rule]]
id = "flood.repeats"
title = { en = "Repeating", zh-CN = "刷屏" }
category = "ad_spam"
behaviour = { kind = "repeats", count = 3, within = "1m" }

[[rule]]
id = "flood.joins"
title = { en = "Many join at once", zh-CN = "短时间大量入群" }
behaviour = { kind = "joins", count = 3, within = "1m" }

[[rule]]
id = "name.official"
title = { en = "Named like staff", zh-CN = "昵称冒充官方" }
in = "name"
words = ["support team"]

[[rule]]
id = "sign.link"
title = { en = "A link", zh-CN = "链接" }
action = "score"
score = 30
entities = ["link"]

[[rule]]
id = "sign.threat"
title = { en = "A threat", zh-CN = "威胁" }
action = "score"
score = 30
words = ["suspended"]

[[rule]]
id = "fraud.pair"
title = { en = "Phishing", zh-CN = "钓鱼" }
category = "fraud_phishing"
action = "act"
needs = ["sign.link", "sign.threat"]

[[rule]]
id = "trial"
title = { en = "On trial", zh-CN = "试运行" }
action = "act"
shadow = true
words = ["refund"]
"#;

fn in_force(h: &Stage) {
    let parameters = Parameters { own_domains: vec!["ours.example.com".into()], ..Parameters::default() };
    let policy =
        PolicySource { parameters, ..PolicySource::default() }.with_text(POLICY.into()).read().unwrap();
    Moderation::set_policy(&h.hall(), policy);
}

#[test]
fn signs_that_are_harmless_alone_act_together_and_the_case_says_why() {
    story(async |h| {
        in_force(h);
        h.staff("Chen", Role::Moderator).await;
        h.merchant("Lin").await;
        h.says("Lin", "see www.example.net").await;
        h.says("Lin", "my shop was suspended").await;
        h.says("Lin", "suspended? see https://help.ours.example.com/why").await;
        assert_eq!(cases(h).await, 0);
        h.says("Lin", "Your shop is suspended, go to shop-verify.top now").await;
        let (found, _) = case(h, 1).await;
        assert_eq!((found.state, found.rule.as_deref()), (CaseState::Stands, Some("fraud.pair")));
        h.says_in(STAFF, "Chen", "/case C-1").await;
        let shown = h.latest(STAFF, "C-1 · stands").content.text.text;
        assert!(shown.contains("Fraud, score 160"), "{shown}");
        assert!(shown.contains("Rule: Phishing (fraud.pair, policy version 5)"), "{shown}");
        assert!(shown.contains("Found: shop-verify.top"), "{shown}");
    });
}

#[test]
fn who_repeats_themselves_is_shown_to_staff_with_the_behaviour_as_proof() {
    story(async |h| {
        in_force(h);
        h.staff("Chen", Role::Moderator).await;
        h.merchant("Lin").await;
        h.merchant("Mei").await;
        for text in ["cheap parcels here", "Cheap parcels here!", "good morning"] {
            h.says("Lin", text).await;
        }
        h.says("Mei", "cheap parcels here").await;
        assert_eq!(cases(h).await, 0, "another person's message is not theirs");
        h.says("Lin", "CHEAP parcels, here").await;
        h.says_in(STAFF, "Chen", "/case C-1").await;
        let shown = h.latest(STAFF, "C-1 · ").content.text.text;
        assert!(shown.contains("Found: repeats 3 in 1m"), "{shown}");
    });
    story(async |h| {
        in_force(h);
        h.merchant("Lin").await;
        for _ in 0..4 {
            h.says("Lin", "is anybody there").await;
            h.pass("1m").await;
        }
        assert_eq!(cases(h).await, 0, "the same, but over a long time");
    });
}

#[test]
fn a_flood_by_one_is_one_case_and_one_by_many_does_not_flood_the_staff() {
    story(async |h| {
        in_force(h);
        h.staff("Chen", Role::Moderator).await;
        h.merchant("Lin").await;
        for _ in 0..12 {
            h.says("Lin", "cheap parcels here").await;
        }
        assert_eq!(cases(h).await, 1);
        h.taps(STAFF, "Chen", "Dismiss").await;
        h.says("Lin", "cheap parcels here").await;
        assert_eq!(cases(h).await, 2, "whoever goes on after a decision is looked at again");
        h.pass("11m").await;
        for name in ["B1", "B2", "B3", "B4", "B5", "B6", "B7", "B8"] {
            h.merchant(name).await;
            for _ in 0..3 {
                h.says(name, "cheaper parcels here").await;
            }
        }
        assert_eq!(cases(h).await, 10);
        let read = h.transcript(STAFF);
        assert_eq!(read.matches("please look at a message of B").count(), 5, "{read}");
        assert_eq!(read.matches("More is flagged in “Sellers” than is shown here").count(), 1, "{read}");
    });
}

#[test]
fn names_and_floods_of_joins_are_told_to_staff() {
    story(async |h| {
        in_force(h);
        h.staff("Chen", Role::Moderator).await;
        h.merchant("Support Team").await;
        assert!(
            h.transcript(STAFF)
                .contains("Support Team joined “Sellers”: Named like staff. Please have a look."),
            "{}",
            h.transcript(STAFF)
        );
        h.pass("2m").await;
        for name in ["A1", "B2", "C3"] {
            h.merchant(name).await;
        }
        assert!(
            h.transcript(STAFF).contains("C3 joined “Sellers”: Many join at once."),
            "{}",
            h.transcript(STAFF)
        );
        h.taps(STAFF, "Chen", "Lock for 1 hour").await;
        assert!(h.world.chat(&h.chat(GROUP), None, 0).unwrap().locked, "the means to stop it is at hand");
        h.taps(STAFF, "Chen", "Open now").await;
        assert!(!h.world.chat(&h.chat(GROUP), None, 0).unwrap().locked);
        for name in ["D4", "E5"] {
            h.merchant(name).await;
        }
        let joins = h.transcript(STAFF).matches("Many join at once").count();
        assert_eq!(joins, 1, "of one rush staff hear once");
        h.says("Support Team", "hello").await;
        h.says("Support Team", "hello again").await;
        assert_eq!(cases(h).await, 1, "a name is looked at once");
        let (found, _) = case(h, 1).await;
        assert_eq!(
            (found.state, found.spans_utf8()),
            (CaseState::Flagged, vec![]),
            "the proof is in the name"
        );
    });
}

#[test]
fn a_rule_in_shadow_does_nothing_to_anybody() {
    story(async |h| {
        in_force(h);
        h.merchant("Lin").await;
        let message = h.says("Lin", "refund please").await;
        assert!(!h.message(GROUP, &message).deleted);
        assert_eq!(cases(h).await, 0);
    });
}
