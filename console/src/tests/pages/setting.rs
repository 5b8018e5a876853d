//! What the program is configured with is shown to admins, without any secret.

use bot_core::chat::Lang;

use super::*;
use crate::tests::scene::{HOSTILE, assert_harmless};
use crate::{Shown, ShownFrom, ShownValue};

/// A config of one value and one secret.
pub(in crate::tests) fn some() -> Vec<Shown> {
    let shown = |key: &str, value: ShownValue, from: ShownFrom| Shown {
        section: "telegram".into(),
        key: key.into(),
        value,
        from,
    };
    vec![
        shown("api_url", ShownValue::Words(HOSTILE.into()), ShownFrom::File),
        shown("mode", ShownValue::Words(String::new()), ShownFrom::Default),
        shown("token", ShownValue::Secret(true), ShownFrom::Environment),
        shown("webhook_secret", ShownValue::Secret(false), ShownFrom::Default),
        shown("listen", ShownValue::Words("127.0.0.1:1".into()), ShownFrom::Program),
    ]
}

#[test]
fn each_value_is_shown_with_where_it_stands() {
    on_both(async |web: &Web| {
        let browser = web.browser(Role::Admin).await;
        for (lang, browser) in [(Lang::En, browser.clone()), (Lang::Zh, browser.in_chinese())] {
            let page = web.open(&browser, "/settings").await;
            assert_eq!(page.status, StatusCode::OK);
            assert_harmless(&page.body);
            for key in [
                "setting-from-file",
                "setting-from-environment",
                "setting-from-program",
                "setting-from-default",
                "setting-set",
                "setting-not-set",
                "setting-empty",
            ] {
                assert!(page.body.contains(&web.words(lang, key)), "{key}: {}", page.body);
            }
            assert!(page.body.contains("GUILDHALL_TELEGRAM__TOKEN"), "{}", page.body);
        }
    });
}
