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
            let nearest = list.split_once("<a href=\"/knowledge/payout-times\">").unwrap().1;
            assert!(nearest.starts_with(&shown(HOSTILE)), "its title, not its short name: {nearest}");
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

/// The value of a hidden field of a page.
fn hidden(page: &str, name: &str) -> String {
    let mark = format!("name=\"{name}\" value=\"");
    let from = page.find(&mark).unwrap_or_else(|| panic!("no {name}: {page}")) + mark.len();
    page[from..].split('"').next().unwrap().to_owned()
}

/// What an article is to say, with the version that was seen and looked at.
fn article_form<'f>(
    version: &'f str,
    looked: &'f str,
    what: &'f str,
    body: &'f str,
) -> [(&'f str, &'f str); 10] {
    [
        ("do", what),
        ("version", version),
        ("looked", looked),
        ("slug", "umbrella-paint"),
        ("tags", "paint，umbrella"),
        ("state", "live"),
        ("title_en", "Painting umbrellas"),
        ("body_en", body),
        ("questions_en", "How do I paint my umbrella?\r\n\r\nthanks!\r\n"),
        ("title_zh", ""),
    ]
}

#[test]
fn an_article_is_written_for_a_question_after_a_look_at_what_it_would_answer() {
    on_both(async |web: &Web| {
        write(web).await;
        let browser = web.browser(Role::Support).await;
        let list = web.open(&browser, "/knowledge").await.body;
        assert!(list.contains("href=\"/knowledge/new?gap=gap1\""), "{list}");
        for (lang, reader) in [(Lang::En, browser.clone()), (Lang::Zh, browser.in_chinese())] {
            let form = web.open(&reader, "/knowledge/new?gap=gap1").await.body;
            assert_harmless(&form);
            assert!(form.contains(&web.words(lang, "console-article-new")), "{form}");
            let questions = form.split_once("name=\"questions_en\"").unwrap().1;
            let questions = questions.split("</textarea>").next().unwrap();
            assert!(questions.ends_with(&shown(HOSTILE)), "the question is its first phrasing: {questions}");
            assert!(!form.contains("value=\"save\""), "nothing was looked at: {form}");
        }
        for none in ["none", "%00"] {
            let path = format!("/knowledge/new?gap={none}");
            assert_eq!(web.open(&browser, &path).await.status, StatusCode::NOT_FOUND, "{none}");
        }
        let mut look = article_form("", "", "look", "With oil.").to_vec();
        look.push(("gap", "gap1"));
        let looked = web.post(&browser, "/knowledge/new", &look).await;
        assert_eq!(looked.status, StatusCode::OK, "{}", looked.body);
        let own = web.words(Lang::En, "console-phrasing-own");
        assert_eq!(looked.body.matches(&own).count(), 2, "in a group and in private: {}", looked.body);
        let mark = hidden(&looked.body, "looked");
        let mut unseen = article_form("", &mark, "save", "With other words.").to_vec();
        unseen.push(("gap", "gap1"));
        let unseen = web.post(&browser, "/knowledge/new", &unseen).await;
        assert_eq!(unseen.status, StatusCode::CONFLICT);
        assert!(unseen.body.contains("With other words."), "what was typed stays: {}", unseen.body);
        assert!(web.trace("umbrella-paint").await.is_empty(), "and nothing is kept");
        let mut save = article_form("", &mark, "save", "With oil.").to_vec();
        save.push(("gap", "gap1"));
        assert_eq!(web.post(&browser, "/knowledge/new", &save).await.location(), "/knowledge/umbrella-paint");
        let mut tx = web.console.hall.db.read().await.unwrap();
        let kept = answer::get(&mut tx, "umbrella-paint").await.unwrap().unwrap();
        assert_eq!((kept.state, kept.tags.len(), kept.texts.len()), (ArticleState::Live, 2, 1));
        assert_eq!(kept.texts["en"].questions, ["How do I paint my umbrella?", "thanks!"]);
        assert_eq!(answer::top_gaps(&mut tx, 5).await.unwrap(), []);
        drop(tx);
        let by = || Some("staff-support".into());
        assert_eq!(web.trace("umbrella-paint").await, [("answer.article.create".to_owned(), by())]);
        assert_eq!(web.trace("gap1").await, [("answer.gap.article".to_owned(), by())]);
        let again = web.post(&browser, "/knowledge/new", &save).await;
        assert_eq!(again.status, StatusCode::CONFLICT, "the name is taken, and what is there stays");
        assert!(again.body.contains(&web.words(Lang::En, "console-article-theirs")), "{}", again.body);
    });
}

#[test]
fn somebody_elses_change_is_shown_beside_and_not_written_over() {
    on_both(async |web: &Web| {
        write(web).await;
        let browser = web.browser(Role::Support).await;
        let edit = "/knowledge/payout-times/edit";
        let form = web.open(&browser, edit).await.body;
        assert_harmless(&form);
        let version = hidden(&form, "version");
        let mine = |version: &str, looked: &str, what: &str| {
            let form = article_form(version, looked, what, "Mine.");
            form.map(|(name, value)| (name.to_owned(), value.to_owned()))
        };
        let send = async |form: [(String, String); 10]| {
            let fields = form.each_ref().map(|(name, value)| (name.as_str(), value.as_str()));
            web.post(&browser, edit, &fields).await
        };
        let looked = hidden(&send(mine(&version, "", "look")).await.body, "looked");
        web.doing(async |work| {
            let tx = work.tx().await.unwrap();
            let mut one = answer::get(tx, "payout-times").await.unwrap().unwrap();
            one.texts.get_mut("en").unwrap().body = "Theirs <b>.".into();
            answer::put(tx, &one, START_MS).await.unwrap();
        })
        .await;
        let refused = send(mine(&version, &looked, "save")).await;
        assert_eq!(refused.status, StatusCode::CONFLICT);
        assert_harmless(&refused.body);
        for words in ["Mine.", &shown("Theirs <b>."), &web.words(Lang::En, "console-article-theirs")] {
            assert!(refused.body.contains(words), "{words}: {}", refused.body);
        }
        assert!(web.trace("payout-times").await.is_empty());
        let version = hidden(&refused.body, "version");
        assert_eq!(send(mine(&version, &looked, "save")).await.location(), "/knowledge/payout-times");
        let mut tx = web.console.hall.db.read().await.unwrap();
        let acts = bot_core::store::audit::of(&mut tx, "payout-times").await.unwrap();
        let detail = acts[0].detail.as_deref().unwrap();
        assert!(detail.contains("en.body: Theirs <b>. → Mine."), "before and after: {detail}");
        assert!(detail.contains("tags: payout → paint, umbrella"), "{detail}");
        drop(tx);
        let same = hidden(&web.open(&browser, edit).await.body, "version");
        assert_eq!(send(mine(&same, &looked, "save")).await.status, StatusCode::SEE_OTHER);
        assert_eq!(web.trace("payout-times").await.len(), 1, "what changes nothing leaves no trace");
    });
}

#[test]
fn what_is_wrong_is_said_beside_its_field_and_what_was_typed_stays() {
    on_both(async |web: &Web| {
        let browser = web.browser(Role::Support).await;
        let fields = [
            ("do", "save"),
            ("slug", "New One"),
            ("title_zh", "提现"),
            ("questions_zh", "<b>多久？"),
            ("body_en", "x"),
        ];
        for (lang, reader) in [(Lang::En, browser.clone()), (Lang::Zh, browser.in_chinese())] {
            let wrong = web.post(&reader, "/knowledge/new", &fields).await;
            assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
            for field in ["slug", "body_zh", "title_en"] {
                let place = format!("id=\"e-{field}\">");
                let said = wrong.body.split_once(&place).unwrap().1.split('<').next().unwrap();
                assert!(!said.is_empty(), "{lang:?} {field}: {}", wrong.body);
            }
            assert!(wrong.body.contains("id=\"e-title_zh\"></p>"), "{}", wrong.body);
            assert!(wrong.body.contains(&shown("<b>多久？")), "{}", wrong.body);
            assert!(!wrong.body.contains("value=\"save\""), "{}", wrong.body);
        }
        // Only Chinese, and no short name: none can be made of that.
        let bare = [("do", "look"), ("title_zh", "提现"), ("body_zh", "三天。"), ("questions_zh", "多久？")];
        let bare = web.post(&browser, "/knowledge/new", &bare).await;
        assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(bare.body.contains(&web.words(Lang::En, "console-article-slug-needed")), "{}", bare.body);
        let named = article_form("", "", "look", "x")
            .map(|(name, value)| (name, if name == "slug" { "gaps" } else { value }));
        let reserved = web.post(&browser, "/knowledge/new", &named);
        assert_eq!(reserved.await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let lost = [("do", "look"), ("state", "lost")];
        assert_eq!(web.post(&browser, "/knowledge/new", &lost).await.status, StatusCode::BAD_REQUEST);
        assert_eq!(web.open(&browser, "/knowledge/none/edit").await.status, StatusCode::NOT_FOUND);
    });
}
