//! The queue of cases, and deciding on one.

use bot_core::chat::Lang;
use bot_core::store::moderation as store;

use super::*;
use crate::tests::scene::{assert_harmless, shown};

#[test]
fn a_flagged_message_is_listed_and_shown_with_its_proof_in_both_languages() {
    on_both(async |web: &Web| {
        let (user, group) = web.people().await;
        web.case(&user, &group).await;
        let browser = web.browser(Role::Auditor).await;
        for browser in [browser.clone(), browser.in_chinese()] {
            for path in ["/moderation", "/moderation?view=all", "/moderation/C-1"] {
                let page = web.open(&browser, path).await.body;
                assert_harmless(&page);
                assert!(page.contains(&shown("double your <i>money</i>")), "{path}: {page}");
                assert!(!page.contains("value=\"uphold\""), "an auditor decides nothing");
            }
            let stands = web.open(&browser, "/moderation?view=stands").await.body;
            assert!(!stands.contains("/moderation/1\""));
        }
        let chinese = web.open(&browser.in_chinese(), "/moderation").await.body;
        assert!(chinese.contains(&web.words(Lang::Zh, "moderation-case-flagged")), "{chinese}");
    });
}

#[test]
fn a_moderator_decides_and_an_auditor_does_not() {
    on_both(async |web: &Web| {
        let (user, group) = web.people().await;
        let no = web.case(&user, &group).await;
        let moderator = web.browser(Role::Moderator).await;
        let auditor = web.browser(Role::Auditor).await;
        let dismiss = [("do", "dismiss")];
        let denied = web.post(&auditor, "/moderation/1/act", &dismiss).await;
        let forged = web.post_bare(&moderator, "/moderation/1/act", &dismiss, "http://hall.test").await;
        assert_eq!((denied.status, forged.status), (StatusCode::FORBIDDEN, StatusCode::FORBIDDEN));
        assert!(web.trace(&no.to_string()).await.is_empty());
        let page = web.open(&moderator, "/moderation/1").await.body;
        assert!(page.contains("value=\"dismiss\"") && page.contains("value=\"uphold\""), "{page}");
        let done = web.post(&moderator, "/moderation/1/act", &dismiss).await;
        assert_eq!(done.location(), "/moderation/1", "{}", done.body);
        let by = Some("staff-moderator".into());
        assert_eq!(web.trace(&no.to_string()).await, [("case.dismiss".to_owned(), by)]);
        let again = web.post(&moderator, "/moderation/1/act", &dismiss).await;
        assert_eq!(again.status, StatusCode::CONFLICT, "it was decided already");
        assert!(!web.open(&moderator, "/moderation").await.body.contains("/moderation/1\""));
    });
}

#[test]
fn a_case_that_is_upheld_counts_and_can_be_undone() {
    on_both(async |web: &Web| {
        let (user, group) = web.people().await;
        web.case(&user, &group).await;
        let moderator = web.browser(Role::Moderator).await;
        for what in ["uphold", "undo"] {
            let done = web.post(&moderator, "/moderation/1/act", &[("do", what)]).await;
            assert_eq!(done.location(), "/moderation/1", "{what}: {}", done.body);
        }
        let acts: Vec<String> = web.trace("C-1").await.into_iter().map(|(act, _)| act).collect();
        assert_eq!(acts, ["case.uphold", "case.undo"]);
        let page = web.open(&moderator, "/moderation/1").await.body;
        assert!(!page.contains("name=\"do\""), "nothing is left to be done: {page}");
    });
}

#[test]
fn what_the_learner_found_says_who_found_it_how_sure_it_is_and_by_what() {
    on_both(async |web: &Web| {
        let (user, group) = web.people().await;
        let no = web.case(&user, &group).await;
        let span = |text: &str| serde_json::json!({ "start": 0, "end": text.len(), "text": text });
        let explanation = serde_json::json!({
            "policy_version": 3, "outcome": "flag", "ladder": null,
            "rules": [{
                "rule": "learner", "title": { "en": "Learnt", "zh-CN": "学到的" }, "message": null, "certainty": "flag", "points": 1,
                "evidence": [{
                    "kind": "learnt", "pattern": "97 %", "view": "exact", "spans": [span("me"), span(" "), span("profit")]
                }]
            }]
        });
        web.doing(async |work| {
            let tx = work.tx().await.unwrap();
            let mut case = store::get(tx, no).await.unwrap().unwrap();
            case.explanation = Some(serde_json::from_value(explanation).unwrap());
            store::put(tx, &case).await.unwrap();
        })
        .await;
        let auditor = web.browser(Role::Auditor).await;
        let page = web.open(&auditor, "/moderation/1").await.body;
        for words in ["Found by the learner", "97 % sure", "What told it most: me · profit"] {
            assert!(page.contains(words), "{words}: {page}");
        }
        assert!(!page.contains("Found: me"), "{page}");
        let page = web.open(&auditor.in_chinese(), "/moderation/1").await.body;
        assert!(page.contains("由学习模型发现") && page.contains("me · profit"), "{page}");
    });
}
