use std::collections::BTreeMap;

use super::*;
use crate::store::answer::{ArticleState, ArticleText};

fn article(slug: &str, state: ArticleState, lines: &[&str]) -> Article {
    let text = ArticleText {
        title: lines[0].into(),
        questions: lines[1..].iter().map(|line| (*line).into()).collect(),
        body: "Go to the settings page.".into(),
    };
    Article { slug: slug.into(), tags: Vec::new(), state, texts: BTreeMap::from([("en", text)]) }
}

async fn find(articles: &[Article], question: &str) -> Option<Match> {
    let found = Matcher::build(articles).await.unwrap().find(&[question]).await.unwrap().remove(0);
    let without_index = Matcher::for_a_few(articles).find(&[question]).await.unwrap().remove(0);
    assert_eq!(found, without_index, "{question}");
    found
}

fn some() -> Vec<Article> {
    let live = |slug, lines: &[&str]| article(slug, ArticleState::Live, lines);
    vec![
        live("payouts", &["Payouts", "提现多久到账", "how do I withdraw my balance"]),
        live("coupons", &["Store coupons", "优惠券怎么设置", "can coupons be stacked"]),
        live("holiday", &["Holiday mode", "店铺休假怎么设置", "close my store for a week"]),
    ]
}

#[tokio::test]
async fn either_language_finds_the_article_in_other_words_too() {
    for (question, slug) in [
        ("提款要几天才入账", "payouts"),
        ("when does my withdrawal arrive?", "payouts"),
        ("how do I stack two vouchers", "coupons"),
        ("放假了店铺怎么关", "holiday"),
    ] {
        let found = find(&some(), question).await.unwrap();
        assert_eq!(found.slug, slug, "{question}");
    }
}

#[tokio::test]
async fn a_slip_of_the_finger_is_forgiven_and_counts_less() {
    let right = find(&some(), "withdraw setting").await.unwrap();
    let slip = find(&some(), "withdraw settxng").await.unwrap();
    assert_eq!((right.slug.as_str(), slip.slug.as_str()), ("payouts", "payouts"));
    assert!(slip.confidence < right.confidence, "{slip:?} {right:?}");
}

#[tokio::test]
async fn what_no_article_knows_lowers_the_confidence() {
    let known = find(&some(), "can coupons be stacked").await.unwrap();
    let beside = find(&some(), "can coupons be printed on umbrellas").await.unwrap();
    assert!(known.confidence > 0.9 && beside.confidence < 0.75, "{known:?} {beside:?}");
    assert_eq!(find(&some(), "谢谢 hello ???").await, None);
    assert_eq!(find(&[], "can coupons be stacked").await, None);
}

#[tokio::test]
async fn only_live_articles_answer() {
    for state in [ArticleState::Draft, ArticleState::Retired] {
        let articles = [article("payouts", state, &["Payouts", "how do I withdraw"])];
        assert_eq!(find(&articles, "how do I withdraw").await, None);
    }
}

#[test]
fn the_same_question_in_other_words_is_the_same_gap() {
    assert_eq!(form_of("可以用支付宝收款吗？"), form_of("请问收款能不能用支付宝"));
    assert_eq!(form_of("Do you support PayPal?"), form_of("is paypal supported"));
    assert_ne!(form_of("do you support paypal"), form_of("do you support klarna"));
    assert_eq!(form_of("?? 吗 ??"), "吗", "stop words alone are kept as they are");
}

#[tokio::test]
async fn an_article_that_was_changed_is_read_anew() {
    let mut all = some();
    assert_eq!(find(&all, "umbrellas").await, None);
    all[1].texts.get_mut("en").unwrap().questions.push("where are umbrellas?".into());
    assert_eq!(find(&all, "umbrellas").await.unwrap().slug, "coupons");
    all[1].texts.get_mut("en").unwrap().questions.pop();
    assert_eq!(find(&all, "umbrellas").await, None);
}
