//! The knowledge base: articles, how well they answer, and questions without an answer.

use bot_core::chat::Lang;
use bot_core::store::answer::{self, Article, ArticleState, ArticleText, GapAsk, NewGap};

use super::*;
use crate::tests::scene::{HOSTILE, assert_harmless, shown};

/// A live article with a hostile title, and a question that it does not answer.
pub(in crate::tests) async fn write(web: &Web) {
    let text = ArticleText {
        title: HOSTILE.into(),
        questions: vec!["<q>when?</q>".into()],
        body: "One <i>working</i> day.".into(),
    };
    let texts = [("en", text.clone()), ("zh", text)].into();
    let article = Article {
        slug: "payout-times".into(),
        tags: vec!["payout".into()],
        state: ArticleState::Live,
        texts,
    };
    let ask = GapAsk { chat: "C".into(), message: "1".into(), author: None, asked_at_ms: START_MS };
    let new = NewGap {
        id: "gap1".into(),
        ask_id: "ask1".into(),
        form: "shop transfer".into(),
        sample: HOSTILE.into(),
        best: Some(("payout-times".into(), 420)),
        ask,
    };
    web.doing(async |work| {
        let tx = work.tx().await.unwrap();
        answer::put(tx, &article, START_MS).await.unwrap();
        answer::keep_gaps(tx, &[new]).await.unwrap();
    })
    .await;
}

#[test]
fn articles_and_gaps_are_listed_and_shown_in_both_languages() {
    on_both(async |web: &Web| {
        write(web).await;
        let browser = web.browser(Role::Support).await;
        for (lang, browser) in [(Lang::En, browser.clone()), (Lang::Zh, browser.in_chinese())] {
            let list = web.open(&browser, "/knowledge").await.body;
            assert_harmless(&list);
            assert!(list.contains(&web.words(lang, "console-article-live")) && list.contains("42"), "{list}");
            let page = web.open(&browser, "/knowledge/payout-times").await.body;
            assert_harmless(&page);
            assert!(
                page.contains(&shown("<q>when?</q>")) && page.contains(&shown("<i>working</i>")),
                "{page}"
            );
        }
        assert_eq!(web.open(&browser, "/knowledge/none").await.status, StatusCode::NOT_FOUND);
    });
}

#[test]
fn an_article_is_retired_and_a_gap_dropped_by_who_may_and_leave_a_trace() {
    on_both(async |web: &Web| {
        write(web).await;
        let (support, moderator) = (web.browser(Role::Support).await, web.browser(Role::Moderator).await);
        let (state, retired) = ("/knowledge/payout-times/state", [("state", "retired")]);
        let denied = web.post(&moderator, state, &retired).await;
        let forged = web.post_bare(&support, state, &retired, "http://hall.test").await;
        assert_eq!((denied.status, forged.status), (StatusCode::FORBIDDEN, StatusCode::FORBIDDEN));
        assert!(web.trace("payout-times").await.is_empty());
        let by = || Some("staff-support".into());
        assert_eq!(web.post(&support, state, &retired).await.location(), "/knowledge/payout-times");
        assert_eq!(web.trace("payout-times").await, [("answer.article.state".to_owned(), by())]);
        let page = web.open(&support, "/knowledge/payout-times").await.body;
        assert!(page.contains("value=\"live\""), "it can be let answer again: {page}");
        for wrong in ["lost", ""] {
            let answer = web.post(&support, state, &[("state", wrong)]).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{wrong}");
        }
        assert_eq!(web.post(&support, "/knowledge/none/state", &retired).await.status, StatusCode::NOT_FOUND);
        let dropped = web.post(&support, "/knowledge/gap/gap1/drop", &[]).await;
        assert_eq!(dropped.location(), "/knowledge");
        assert_eq!(web.trace("gap1").await, [("answer.gap.drop".to_owned(), by())]);
        web.post(&support, "/knowledge/gap/gap1/drop", &[]).await;
        assert_eq!(web.trace("gap1").await.len(), 1, "what is not there leaves no trace");
        let none = web.open(&support, "/knowledge").await.body;
        assert!(none.contains(&web.words(Lang::En, "console-gaps-none")), "{none}");
    });
}

#[test]
fn a_question_is_tried_and_nothing_of_it_is_kept() {
    on_both(async |web: &Web| {
        write(web).await;
        let browser = web.browser(Role::Support).await;
        let before = web.open(&browser, "/knowledge").await.body;
        assert!(!before.contains(&web.words(Lang::En, "console-try-taken-for")));
        let sure = web.open(&browser, "/knowledge?q=when%3F+how+long+is+one+working+day&lang=zh").await;
        assert_eq!(sure.status, StatusCode::OK);
        assert_harmless(&sure.body);
        assert!(sure.body.contains(&web.words(Lang::En, "console-try-question")), "{}", sure.body);
        assert!(sure.body.contains("href=\"/knowledge/payout-times\""), "{}", sure.body);
        let hostile =
            web.open(&browser, "/knowledge?q=%3Cscript%3Ealert(1)%3C%2Fscript%3E%00&lang=klingon").await;
        assert!(!hostile.body.contains("<script>alert"), "{}", hostile.body);
        let none = web.open(&browser.in_chinese(), "/knowledge?q=zebra+umbrella+paint").await;
        assert!(none.body.contains(&web.words(Lang::Zh, "console-try-none")), "{}", none.body);
        let mut tx = web.console.hall.db.read().await.unwrap();
        assert_eq!(answer::top_gaps(&mut tx, 10).await.unwrap().len(), 1, "only the one that was there");
        drop(tx);
        let moderator = web.browser(Role::Moderator).await;
        assert_eq!(web.open(&moderator, "/knowledge?q=when").await.status, StatusCode::FORBIDDEN);
    });
}
