//! Who serves the database.

use bot_core::chat::Lang;
use bot_core::store::node::{self, About};

use super::*;
use crate::tests::scene::{HOSTILE, assert_harmless};

#[test]
fn who_holds_what_and_who_stands_by_is_shown_in_both_languages() {
    on_both(async |web: &Web| {
        let browser = web.browser(Role::Admin).await;
        let empty = web.open(&browser, "/nodes").await.body;
        assert!(empty.contains(&web.words(Lang::En, "console-nodes-none")), "{empty}");
        web.doing(async |work| {
            let tx = work.tx().await.unwrap();
            for (id, name, at_ms) in [("N1", HOSTILE, START_MS), ("N2", "hall-b", START_MS - 60_000)] {
                let about = About {
                    name: name.into(),
                    version: "9.8.7".into(),
                    address: format!("http://{id}:8080"),
                    process: "never shown".into(),
                };
                node::enter(tx, &id.into(), &about, at_ms).await.unwrap();
            }
            node::take(tx, &"telegram".into(), &"N1".into(), START_MS).await.unwrap();
            node::take(tx, &"discord".into(), &"N3".into(), START_MS).await.unwrap();
        })
        .await;
        for (lang, browser) in [(Lang::En, browser.clone()), (Lang::Zh, browser.in_chinese())] {
            let page = web.open(&browser, "/nodes").await.body;
            assert_harmless(&page);
            for words in ["telegram", "discord", "hall-b", "9.8.7", "http://N2:8080"] {
                assert!(page.contains(words), "{words}: {page}");
            }
            for key in ["console-node-stands-by", "console-node-free"] {
                assert_eq!(page.matches(&web.words(lang, key)).count(), 1, "{key}: {page}");
            }
            assert!(!page.contains("never shown"));
            assert_eq!(page.matches("state warn").count(), 2, "a late beat and an account of nobody: {page}");
        }
        assert!(web.open(&browser, "/").await.body.contains("href=\"/nodes\""));
    });
}
