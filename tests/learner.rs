//! What moderators decide teaches the learner, in versions that can be looked at.

use std::time::Duration;

use bot_core::features::moderation::{Moderation, SourcedPolicy};
use bot_core::roster::Role;
use moderation::Learner;

use crate::harness::{GROUP, STAFF, Stage, story};

/// Flags whatever names a spirit stone, so that there is something to decide.
const POLICY: &str = "version = 5\n[learner]\nflag_from_percent = 60\n[[rule]]\nid = \"stones\"\n\
    title = { en = \"Stones\", zh-CN = \"灵石\" }\nwords = [\"灵石\"]\n";

async fn until_adopted(h: &mut Stage) {
    for _ in 0..600 {
        h.pass("5s").await;
        h.says_in(STAFF, "Chen", "/learner").await;
        if !h.transcript(STAFF).ends_with("learn from.\n")
            && h.hall().policy.engine().learner().is_some_and(|l| l.version() > 100)
        {
            return;
        }
        // The training takes real time on a thread of its own.
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("no version was put in force: {}", h.transcript(STAFF));
}

#[test]
fn what_moderators_uphold_is_found_in_other_words_and_can_be_taken_back() {
    story(async |h| {
        Moderation::set_policy(&h.hall(), SourcedPolicy::parse(POLICY).unwrap());
        h.staff("Chen", Role::Admin).await;
        h.merchant("Lin").await;
        h.says_in(STAFF, "Chen", "/learner train").await;
        h.latest(STAFF, "No moderator has upheld or dismissed a flagged message yet");
        for n in 1..=9 {
            h.says("Lin", format!("星河灵石兑换额度{n}份，洞府内详谈，道友速至{}", n * 7).as_str()).await;
            h.pass("70s").await;
            h.says_in(STAFF, "Chen", format!("/dismiss C-{n}").as_str()).await;
        }
        h.says_in(STAFF, "Chen", "/learner").await;
        let came_with = Learner::starter().version();
        let expected =
            format!("Version {came_with}, the one that the program came with, is in force. 9 decisions");
        h.latest(STAFF, expected.as_str());
        h.says_in(STAFF, "Chen", "/learner train").await;
        h.latest(STAFF, "Training on 9 decisions has begun.");
        h.says_in(STAFF, "Chen", "/learner train").await;
        h.latest(STAFF, "A training is under way.");
        until_adopted(h).await;
        h.latest(STAFF, "Version 101 is in force, trained on 9 decisions");
        assert!(h.transcript(GROUP).contains("灵石"));
        h.says_in(STAFF, "Chen", "/learner reset").await;
        h.latest(STAFF, "The learner is back to what it came with.");
        assert_eq!(h.hall().policy.engine().learner().map(Learner::version), Some(came_with));
        h.says_in(STAFF, "Chen", "/learner what").await;
        h.latest(STAFF, "Say /learner, /learner train or /learner reset.");
    });
}
