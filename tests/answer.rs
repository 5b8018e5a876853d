//! Stories of answers: a question in a group, an answer with its buttons, silence, and the gaps that are kept.

#![expect(clippy::unwrap_used, reason = "a story that cannot be told has failed")]

use std::collections::BTreeMap;

use bot_core::roster::Role;
use bot_core::store::answer::{self, Article, ArticleState, ArticleText};

use crate::harness::{About, GROUP, STAFF, Stage, story, story_with_crashes};

/// Puts three articles into the knowledge base.
async fn articles(h: &Stage) {
    let text = |title: &str, questions: &[&str], body: &str| ArticleText {
        title: title.into(),
        questions: questions.iter().map(|question| (*question).into()).collect(),
        body: body.into(),
    };
    let article = |slug: &str, en: ArticleText, zh: ArticleText| Article {
        slug: slug.into(),
        tags: Vec::new(),
        state: ArticleState::Live,
        texts: BTreeMap::from([("en", en), ("zh", zh)]),
    };
    let long = "Coupons are made in Marketing. ".repeat(60);
    let all = [
        article(
            "payouts",
            text(
                "Payouts",
                &["how do I withdraw my balance", "when will my payout arrive"],
                "The next working day.",
            ),
            text("提现", &["提现多久到账", "钱怎么提出来"], "下一个工作日到账。"),
        ),
        article(
            "coupons",
            text("Coupons", &["how do I create a coupon", "can coupons be stacked"], &long),
            text("优惠券", &["优惠券怎么设置"], "在营销里设置。"),
        ),
        article(
            "holiday",
            text("Holiday mode", &["how do I close my store for a week"], "Store, then Holiday."),
            text("店铺休假", &["店铺休假怎么设置"], "店铺设置里打开。"),
        ),
    ];
    let mut tx = h.hall().db.write().await.unwrap();
    for article in &all {
        answer::put(&mut tx, article, 0).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// What became of the answers so far: article and state, with how often.
async fn tally(h: &Stage) -> Vec<(String, String, i64)> {
    let mut tx = h.hall().db.read().await.unwrap();
    let tally = answer::tally(&mut tx, 0).await.unwrap();
    tally.into_iter().map(|one| (one.article, one.state, one.times)).collect()
}

fn one(article: &str, state: &str) -> Vec<(String, String, i64)> {
    vec![(article.into(), state.into(), 1)]
}

#[test]
fn a_question_is_answered_and_the_asker_says_that_it_helped() {
    story(async |h| {
        articles(h).await;
        h.merchant("Lin").await;
        h.merchant("Wang").await;
        h.says("Lin", "How long does a payout take to arrive?").await;
        h.reads(
            GROUP,
            "
            * Lin joined
            * Wang joined
            Lin: How long does a payout take to arrive?
            Guildhall ↩ “How long does a payout t…”: Payouts
                
                The next working day. [Solved] [Not solved → ticket]
            ",
        );
        assert_eq!(tally(h).await, one("payouts", "shown"));
        h.taps(GROUP, "Wang", "Solved").await;
        assert_eq!(tally(h).await, one("payouts", "shown"), "only the asker may say so");
        h.taps(GROUP, "Lin", "Solved").await;
        assert_eq!(tally(h).await, one("payouts", "solved"));
        if h.kind().has(About::Edits) {
            assert!(h.button(GROUP, "Lin", "Solved").is_none(), "the buttons are gone");
            assert!(h.transcript(GROUP).contains("✓ Solved"));
        }
    });
}

#[test]
fn not_solved_is_recorded_once_and_becomes_a_private_ticket() {
    story(async |h| {
        articles(h).await;
        h.merchant("Lin").await;
        h.staff("Mei", Role::Support).await;
        h.opens_direct("Lin").await;
        h.says("Lin", "can coupons be stacked?").await;
        h.taps(GROUP, "Lin", "Not solved").await;
        h.pass("10s").await;
        assert_eq!(tally(h).await, one("coupons", "unsolved"));
        if h.kind().has(About::Edits) {
            assert!(h.button(GROUP, "Lin", "Solved").is_none());
        }
        assert!(h.transcript("@Lin").contains("T-1"), "{}", h.transcript("@Lin"));
        assert!(h.transcript(STAFF).contains("can coupons be stacked?"), "{}", h.transcript(STAFF));
    });
}

#[test]
fn what_is_not_for_the_bot_is_met_with_silence() {
    story(async |h| {
        articles(h).await;
        h.merchant("Lin").await;
        h.merchant("Wang").await;
        h.staff("Mei", Role::Support).await;
        let said = h.says("Wang", "my payout arrived today, thanks").await;
        h.replies(GROUP, "Lin", &said, "how long did the payout take to arrive?").await;
        h.says("Lin", "@Wang when did your payout arrive?").await;
        h.says("Mei", "when will my payout arrive?").await;
        h.says("Lin", "is there a post office near the harbour?").await;
        assert!(!h.transcript(GROUP).contains("Guildhall"), "{}", h.transcript(GROUP));
        let mut tx = h.hall().db.read().await.unwrap();
        let gaps = answer::top_gaps(&mut tx, 10).await.unwrap();
        let samples: Vec<&str> = gaps.iter().map(|gap| gap.sample.as_str()).collect();
        assert_eq!(samples, ["is there a post office near the harbour?"], "only a question to all is a gap");
    });
}

#[test]
fn the_second_who_asks_is_pointed_to_the_answer_and_the_third_hears_nothing() {
    story(async |h| {
        articles(h).await;
        for name in ["Lin", "Wang", "Zhao"] {
            h.merchant(name).await;
            h.says(name, "can coupons be stacked?").await;
        }
        let transcript = h.transcript(GROUP);
        assert_eq!(transcript.matches("“Coupons”, just above").count(), 1, "{transcript}");
        h.pass("10m").await;
        h.says("Zhao", "can coupons be stacked?").await;
        let answers = tally(h).await;
        assert_eq!(answers, [("coupons".to_owned(), "shown".to_owned(), 3)]);
    });
}

#[test]
fn a_long_answer_is_read_on_in_private() {
    story(async |h| {
        articles(h).await;
        h.merchant("Lin").await;
        h.says("Lin", "can coupons be stacked?").await;
        let shown = h.latest(GROUP, "Coupons").content.text.text;
        // Numbered choices stand under it where there are no buttons.
        assert!(shown.len() < 1_300 && shown.lines().any(|line| line.ends_with("Marketing. …")), "{shown}");
        h.taps(GROUP, "Lin", "Read the rest").await;
        let whole = h.latest("@Lin", "Coupons").content.text.text;
        assert_eq!(whole.matches("Marketing.").count(), 60);
    });
}

#[test]
fn in_private_a_question_always_gets_a_word() {
    story(async |h| {
        articles(h).await;
        h.stranger("Lin");
        h.opens_direct("Lin").await;
        h.says_in("@Lin", "Lin", "怎么提现？").await;
        h.says_in("@Lin", "Lin", "do you sell umbrellas?").await;
        let transcript = h.transcript("@Lin");
        assert!(
            transcript.contains("The next working day.") || transcript.contains("下一个工作日到账"),
            "{transcript}"
        );
        assert!(transcript.contains("I have no sure answer"), "{transcript}");
    });
}

#[test]
fn staff_answer_by_hand_and_see_the_gaps() {
    story(async |h| {
        articles(h).await;
        h.merchant("Lin").await;
        h.merchant("Wang").await;
        h.staff("Mei", Role::Support).await;
        let asked = h.says("Lin", "where can I find the umbrella stand?").await;
        h.says("Wang", "where is the umbrella stand").await;
        h.says_in(STAFF, "Mei", "/gaps").await;
        assert!(h.transcript(STAFF).contains("umbrella stand (2 times"), "{}", h.transcript(STAFF));
        h.replies(GROUP, "Mei", &asked, "/answer holidays").await;
        assert!(h.transcript(GROUP).contains("Did you mean holiday?"));
        h.replies(GROUP, "Mei", &asked, "/answer holiday").await;
        assert!(h.transcript(GROUP).contains("Store, then Holiday."));
        h.taps(GROUP, "Lin", "Solved").await;
        assert_eq!(tally(h).await, one("holiday", "solved"));
        h.says_in(STAFF, "Mei", "/gaps drop 1").await;
        h.says_in(STAFF, "Mei", "/gaps").await;
        assert!(h.transcript(STAFF).contains("No open questions"), "{}", h.transcript(STAFF));
    });
}

#[test]
fn an_article_that_is_retired_answers_no_more_until_it_is_live_again() {
    story(async |h| {
        articles(h).await;
        h.merchant("Lin").await;
        h.staff("Mei", Role::Ops).await;
        h.says_in(STAFF, "Mei", "/article retire coupons").await;
        h.says("Lin", "can coupons be stacked?").await;
        assert_eq!(tally(h).await, []);
        h.says_in(STAFF, "Mei", "/article live coupons").await;
        h.says("Lin", "can coupons be stacked?").await;
        assert_eq!(tally(h).await, one("coupons", "shown"));
        h.says_in(STAFF, "Mei", "/article list").await;
        assert!(h.transcript(STAFF).contains("coupons · Coupons"), "{}", h.transcript(STAFF));
    });
}

#[test]
fn a_group_is_not_flooded() {
    story(async |h| {
        articles(h).await;
        for number in 0..8 {
            let name = format!("Lin{number}");
            h.merchant(&name).await;
            // Out of the quiet time of the article each time, but within one minute for the count.
            for question in [
                "can coupons be stacked?",
                "when will my payout arrive?",
                "how do I close my store for a week?",
            ] {
                h.says(&name, question).await;
            }
        }
        let given: i64 = tally(h).await.iter().map(|one| one.2).sum();
        assert_eq!(given, 6);
    });
}

#[test]
fn killed_anywhere_an_answer_is_given_once() {
    story_with_crashes(&[GROUP], async |h| {
        articles(h).await;
        h.merchant("Lin").await;
        h.says("Lin", "when will my payout arrive?").await;
        // An answer that a crash delayed is there before Lin touches its button.
        h.pass("10s").await;
        h.taps(GROUP, "Lin", "Solved").await;
        h.pass("10s").await;
    });
}
