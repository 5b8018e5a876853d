//! Texts that are tested against each other: written beside the first, followed on the ledger, chosen by who may.

use std::sync::Arc;

use bot_core::chat::Lang;
use bot_core::features::announcement::{Measure, TestRule, Variants};
use bot_core::features::wording::Wording;
use bot_core::ids::AnnouncementNo;
use bot_core::store::announcement as store;

use super::*;

/// Ops, with the sandbox's account connected.
async fn ops(web: &Web) -> Browser {
    web.people().await;
    let files = Arc::clone(&web.console.hall.files);
    let platform = Arc::new(guildhall_sandbox::SandboxPlatform::new(web.world.clone(), files));
    web.console.hall.connect([("sandbox".into(), platform as _)].into());
    web.browser(Role::Ops).await
}

const TEXTS: [(&str, &str); 8] = [
    ("title_en", "Fair"),
    ("body_en", "Sign up"),
    ("audience", "all groups"),
    ("ack", "1"),
    ("b_title_en", "Fair <i>today</i>"),
    ("b_body_en", "Last call"),
    ("test_measure", "receipts"),
    ("test_wait", "2h"),
];

async fn look(web: &Web, browser: &Browser, path: &str, fields: &[(&str, &str)]) -> Answer {
    let fields = [&[("csrf", browser.csrf.as_str()), ("do", "look")], fields].concat();
    web.upload(browser, path, &fields, b"").await
}

async fn kept(web: &Web) -> store::Announcement {
    let mut tx = web.console.hall.db.read().await.unwrap();
    store::get(&mut tx, AnnouncementNo(1)).await.unwrap().unwrap()
}

#[test]
fn other_texts_are_written_looked_at_and_taken_away_without_scripts() {
    on_both(async |web: &Web| {
        let ops = ops(web).await;
        for (lang, browser) in [(Lang::En, ops.clone()), (Lang::Zh, ops.in_chinese())] {
            let form = web.open(&browser, "/announcements/new").await.body;
            assert!(form.contains(&web.words(lang, "console-test-rule-help")), "{form}");
            assert!(form.contains("name=\"d_body_zh\"") && !form.contains("class=\"picks\" open"), "{form}");
        }
        let wrong = [&TEXTS[..], &[("test_share", "95")]].concat();
        let refused = look(web, &ops, "/announcements/new", &wrong).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.body);
        for words in [
            "“95” is no part of the audience.",
            "value=\"95\"",
            "Last call</textarea>",
            "class=\"picks\" open",
        ] {
            assert!(refused.body.contains(words), "{words}: {}", refused.body);
        }
        assert_eq!(kept(web).await.variants, None, "what cannot be read is not in the draft");

        let fields = [&TEXTS[..], &[("test_share", "50"), ("version", "1")]].concat();
        let looked = look(web, &ops, "/announcements/1/edit", &fields).await;
        assert_eq!(looked.location(), "/announcements/1/edit#look", "{}", looked.body);
        let rule = TestRule { share: 50, measure: Measure::Receipts, wait_ms: 7_200_000 };
        let text = Wording {
            title_en: Some("Fair <i>today</i>".into()),
            body_en: Some("Last call".into()),
            ..Wording::default()
        };
        assert_eq!(kept(web).await.variants, Some(Variants::of(vec![text], rule)));
        let page = web.open(&ops, "/announcements/1/edit").await.body;
        assert_harmless(&page);
        for words in [
            "<h2>Variant B</h2>",
            "A, B are tested on 50% of the audience",
            "<span class=\"m-bold\">Fair &#60;i&#62;today&#60;/i&#62;</span>",
            "value=\"send\"",
        ] {
            assert!(page.contains(words), "{words}: {page}");
        }
        let who = web.open(&ops, "/announcements/1/recipients").await.body;
        assert!(who.contains("<th>Variant</th>"), "{who}");

        // Without the tick that it is measured by it cannot go out.
        let version = kept(web).await.version.to_string();
        let unticked: Vec<_> = TEXTS.into_iter().filter(|(name, _)| *name != "ack").collect();
        let fields = [&unticked[..], &[("version", version.as_str())]].concat();
        look(web, &ops, "/announcements/1/edit", &fields).await;
        let page = web.open(&ops, "/announcements/1/edit").await.body;
        assert!(page.contains(&web.words(Lang::En, "announcement-variants-no-receipt")), "{page}");
        assert!(!page.contains("value=\"send\""), "{page}");

        let version = kept(web).await.version.to_string();
        let empty = [("b_title_en", ""), ("b_body_en", " "), ("version", version.as_str())];
        let fields = [&TEXTS[..3], &empty].concat();
        look(web, &ops, "/announcements/1/edit", &fields).await;
        assert_eq!(kept(web).await.variants, None);
    });
}

#[test]
fn the_ledger_shows_how_each_text_stands_and_the_winner_is_chosen_there() {
    on_both(async |web: &Web| {
        let ops = ops(web).await;
        announce(web, &"staff-ops".into(), false).await;
        web.doing(async |work| {
            let rule = TestRule { measure: Measure::Receipts, ..TestRule::default() };
            let text = Wording::typed(Some("Other <b>"), None, Some("Another text"));
            let variants = Some(Variants::of(vec![text], rule));
            announcement::set_ack(work, AnnouncementNo(1), true, &"staff-ops".into()).await.unwrap();
            announcement::set_variants(work, AnnouncementNo(1), variants, &"staff-ops".into()).await.unwrap();
            announcement::send_now(work, AnnouncementNo(1), &"staff-ops".into()).await.unwrap();
        })
        .await;
        for (lang, browser) in [(Lang::En, ops.clone()), (Lang::Zh, ops.in_chinese())] {
            let page = web.open(&browser, "/announcements/1").await.body;
            assert_harmless(&page);
            for words in
                [web.words(lang, "console-test-interval"), "Other &#60;b&#62;".into(), "Another text".into()]
            {
                assert!(page.contains(&words), "{words}: {page}");
            }
            assert!(page.contains("name=\"variant\" value=\"1\""), "{page}");
            assert!(
                page.contains(&web.words(lang, "announcement-test-runs")),
                "what to do before correcting: {page}"
            );
        }
        let choose = [("do", "winner"), ("variant", "1")];
        let support = web.browser(Role::Support).await;
        let denied = web.post(&support, "/announcements/1/act", &choose).await;
        assert_eq!(denied.status, StatusCode::FORBIDDEN);
        for wrong in ["2", "-1", "B", ""] {
            let none = web.post(&ops, "/announcements/1/act", &[("do", "winner"), ("variant", wrong)]).await;
            assert_eq!(none.status, StatusCode::CONFLICT, "{wrong}");
        }
        let done = web.post(&ops, "/announcements/1/act", &choose).await;
        assert_eq!(done.location(), "/announcements/1", "{}", done.body);
        assert_eq!(web.last_trace("A-1").await, ("announcement.winner".to_owned(), Some("staff-ops".into())));
        let page = web.open(&ops, "/announcements/1").await.body;
        assert!(!page.contains(&web.words(Lang::En, "announcement-test-runs")), "{page}");
        assert!(page.contains("B was chosen by") && !page.contains("name=\"variant\""), "{page}");
        assert!(page.contains(&web.words(Lang::En, "console-test-won")), "{page}");
        let table = web.get(&ops, "/announcements/1/export").await.body;
        assert!(table.lines().next().unwrap().ends_with(",\"Variant\""), "{table}");
    });
}

#[test]
fn the_form_begins_with_what_can_be_counted_and_says_why_the_rest_cannot() {
    on_both(async |web: &Web| {
        let ops = ops(web).await;
        for (lang, browser) in [(Lang::En, ops.clone()), (Lang::Zh, ops.in_chinese())] {
            let form = web.open(&browser, "/announcements/new").await.body;
            assert!(form.contains("<option value=\"reactions\" selected>"), "{form}");
            for why in ["announcement-measure-no-address", "announcement-measure-no-receipt"] {
                assert!(form.contains(&web.words(lang, why)), "{why}: {form}");
            }
        }
        // Without a word on the measure, as by a form that does not name it.
        let unnamed: Vec<_> = TEXTS.into_iter().filter(|(name, _)| *name != "test_measure").collect();
        look(web, &ops, "/announcements/new", &unnamed).await;
        assert_eq!(kept(web).await.variants.unwrap().rule.measure, Measure::Receipts, "they are asked for");
    });
}
