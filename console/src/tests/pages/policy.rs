//! The policy: looking at it, trying a draft, and saving one.

use std::path::Path;

use bot_core::chat::Lang;
use bot_core::features::moderation::{Moderation, PolicySource, SourcedPolicy};
use bot_core::store::message::{NewMessage, insert_many};

use super::*;
use crate::tests::scene::{assert_harmless, shown};

const TRY: &str = "/moderation/policy/try";
const SAVE: &str = "/moderation/policy/save";

/// A policy with one rule that acts on a word. Its text would do harm in a page that does not escape it.
pub(in crate::tests) fn policy(version: u32, word: &str) -> String {
    format!(
        "# </textarea><img src=x>\nversion = {version}\n[[rule]]\nid = \"one\"\ntitle = {{ en = \"The <rule>\", zh-CN = \"规则\" }}\n\
         action = \"act\"\nwords = [\"{word}\"]\n"
    )
}

/// A draft that is sent from the editor; it began from `begun`.
async fn send(web: &Web, browser: &Browser, path: &str, begun: &str, text: &str) -> Answer {
    let begun = bot_core::digest::sha256(begun);
    // As browsers send it.
    let text = text.replace('\n', "\r\n");
    let fields = [("csrf", browser.csrf.as_bytes()), ("begun", begun.as_bytes()), ("text", text.as_bytes())];
    web.upload_bytes(browser, path, &fields, b"").await
}

/// Puts a policy in force that comes from a file.
pub(in crate::tests) fn enforce(web: &Web, file: &Path, text: &str) {
    std::fs::write(file, text).unwrap();
    let source = PolicySource { file: Some(file.to_owned()), ..PolicySource::default() };
    Moderation::set_policy(&web.console.hall, source.with_text(text.into()).read().unwrap());
}

pub(in crate::tests) fn version(web: &Web) -> u32 {
    web.console.hall.policy.engine().policy().version()
}

#[test]
fn everybody_who_sees_cases_reads_the_policy_and_some_may_try_it() {
    on_both(async |web: &Web| {
        let text = policy(1, "casino");
        Moderation::set_policy(&web.console.hall, SourcedPolicy::parse(&text).unwrap());
        let auditor = web.browser(Role::Auditor).await;
        for (lang, browser) in [(Lang::En, auditor.clone()), (Lang::Zh, auditor.in_chinese())] {
            let page = web.open(&browser, "/moderation/policy").await.body;
            assert!(page.contains(&shown(&text)) && !page.contains("<img"), "{page}");
            assert!(page.contains(" readonly>"), "{page}");
            for key in ["console-policy-built-in", "console-policy-read-only", "console-policy-decided-none"]
            {
                assert!(page.contains(&web.words(lang, key)), "{key}: {page}");
            }
            assert!(!page.contains(SAVE) && !page.contains(&web.words(lang, "console-policy-try")), "{page}");
        }
        let moderator = web.browser(Role::Moderator).await;
        let page = web.open(&moderator, "/moderation/policy").await.body;
        assert!(!page.contains(" readonly>") && page.contains(&web.words(Lang::En, "console-policy-try")));
        assert!(!page.contains(SAVE), "{page}");
        assert!(web.open(&moderator, "/moderation").await.body.contains("href=\"/moderation/policy\""));
        for path in [TRY, "/moderation/policy/file"] {
            assert_eq!(web.open(&moderator, path).await.location(), "/moderation/policy", "{path}");
            assert_eq!(send(web, &auditor, path, &text, &text).await.status, StatusCode::FORBIDDEN, "{path}");
        }
        assert_eq!(send(web, &moderator, SAVE, &text, &text).await.status, StatusCode::FORBIDDEN);
    });
}

#[test]
fn a_faulty_draft_is_told_line_by_line_and_kept() {
    on_both(async |web: &Web| {
        let text = policy(1, "casino");
        Moderation::set_policy(&web.console.hall, SourcedPolicy::parse(&text).unwrap());
        let moderator = web.browser(Role::Moderator).await;
        let draft = format!("{text}wrods = [\"<img src=y>\"]\n");
        for (browser, hint) in [
            (moderator.clone(), "a rule has no key `wrods`; did you mean `words`?"),
            (moderator.in_chinese(), "规则没有 `wrods` 这个键；是不是想写 `words`？"),
        ] {
            let page = send(web, &browser, TRY, &text, &draft).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(page.body.contains(&shown(&draft)) && !page.body.contains("<img"), "{}", page.body);
            assert!(page.body.contains("data-line=\"8\""), "{}", page.body);
            assert!(page.body.contains(&shown(hint)), "{}", page.body);
            let line = format!("<mark>{}</mark>", shown("wrods = [\"<img src=y>\"]"));
            assert!(page.body.contains(&line), "{}", page.body);
        }
        // Nothing is read because somebody names it.
        let draft = "version = 2\nimport = [\"/etc/passwd\"]\n";
        let page = send(web, &moderator, TRY, &text, draft).await.body;
        assert!(page.contains("data-line=\"2\"") && page.contains("cannot be imported"), "{page}");
        assert!(!page.contains("root:"), "{page}");
        let long = format!("# {}\n", "x".repeat(1024 * 1024));
        let page = send(web, &moderator, TRY, &text, &long).await.body;
        assert!(page.contains(&web.words(Lang::En, "console-policy-too-long")));
        assert_eq!(version(web), 1);
    });
}

#[test]
fn a_draft_is_tried_on_what_was_written_and_changes_nothing() {
    on_both(async |web: &Web| {
        let text = policy(1, "casino");
        Moderation::set_policy(&web.console.hall, SourcedPolicy::parse(&text).unwrap());
        let (user, group) = web.people().await;
        let message = |key: &str, text: &str| NewMessage {
            id: web.console.hall.ids.next(),
            chat: group.id.clone(),
            key: key.into(),
            thread: None,
            author: Some(user.id.clone()),
            text: text.into(),
            extra: None,
            sent_at_ms: START_MS,
        };
        let said = [message("1", "a casino"), message("2", "<b>cheap</b> parcels"), message("3", "hello")];
        web.doing(async |work| insert_many(work.tx().await.unwrap(), &said).await.unwrap()).await;
        let moderator = web.browser(Role::Moderator).await;
        let draft = policy(1, "parcels");
        for (lang, browser) in [(Lang::En, moderator.clone()), (Lang::Zh, moderator.in_chinese())] {
            let page = send(web, &browser, TRY, &text, &draft).await;
            assert_eq!(page.status, StatusCode::OK, "{}", page.body);
            let page = page.body;
            assert_harmless(&page);
            assert!(page.contains("<span class=\"m-quote m-bold m-on\">parcels</span>"), "{page}");
            assert!(page.contains(&shown("<b>cheap</b> ")), "{page}");
            assert!(!page.contains("<b>cheap"), "{page}");
            assert!(page.contains(&web.words(lang, "console-policy-unknown")), "{page}");
            let titles = [
                bot_core::text!("console-policy-pass-act", n = 1_i64),
                bot_core::text!("console-policy-act-pass", n = 1_i64),
            ];
            for title in titles {
                let title = shown(&web.console.hall.texts.say(lang, &title));
                assert!(page.contains(&title), "{title}: {page}");
            }
            // The editor keeps the draft and what it began from.
            assert!(
                page.contains(&shown(&draft)) && page.contains(&bot_core::digest::sha256(&text)),
                "{page}"
            );
        }
        let same = send(web, &moderator, TRY, &text, &text).await.body;
        assert!(same.contains(&web.words(Lang::En, "console-policy-no-change")), "{same}");
        let odd = format!("{text}exempt_roles = [\"member\"]\n");
        let odd = send(web, &moderator, TRY, &text, &odd).await.body;
        assert!(odd.contains("data-line=\"3\"") && odd.contains("can never fire"), "{odd}");
        let file = send(web, &moderator, "/moderation/policy/file", &text, &draft).await;
        assert_eq!((file.status, file.body.as_str()), (StatusCode::OK, draft.as_str()));
        assert_eq!(file.headers[header::CONTENT_DISPOSITION], "attachment; filename=\"policy.toml\"");
        assert_eq!(web.console.hall.policy.with_source().1.text, text, "nothing changed");
        assert!(web.trace("policy").await.is_empty());
    });
}

#[test]
fn an_administrator_saves_a_draft_into_the_file() {
    on_both(async |web: &Web| {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("mine.toml");
        let text = policy(1, "casino");
        enforce(web, &file, &text);
        let admin = web.browser(Role::Admin).await;
        let page = web.open(&admin, "/moderation/policy").await.body;
        assert!(page.contains(SAVE) && page.contains(&shown(&file.display().to_string())), "{page}");
        let draft = policy(2, "parcels");
        let saved = send(web, &admin, SAVE, &text, &draft).await;
        assert_eq!(saved.location(), "/moderation/policy?saved=2", "{}", saved.body);
        assert_eq!(std::fs::read_to_string(&file).unwrap(), draft);
        assert_eq!(version(web), 2);
        assert_eq!(web.last_trace("policy").await, ("policy.save".into(), Some("staff-admin".into())));
        let mut tx = web.console.hall.db.read().await.unwrap();
        let detail = bot_core::store::audit::of(&mut tx, "policy").await.unwrap()[0].detail.clone().unwrap();
        drop(tx);
        let digest = bot_core::digest::sha256;
        assert!(
            detail.contains("1 → 2") && detail.contains(&digest(&text)) && detail.contains(&digest(&draft))
        );
        let page = web.open(&admin, saved.location()).await.body;
        assert!(page.contains(&shown("Saved. Version 2 is in force.")), "{page}");
    });
}

#[test]
fn what_cannot_be_saved_is_refused_in_one_sentence_and_kept() {
    on_both(async |web: &Web| {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("mine.toml");
        let (text, draft) = (policy(3, "casino"), policy(4, "parcels"));
        let admin = web.browser(Role::Admin).await;
        let refused = async |begun: &str, draft: &str, status: StatusCode, words: &str| {
            let answer = send(web, &admin, SAVE, begun, draft).await;
            assert_eq!(answer.status, status, "{}", answer.body);
            assert!(answer.body.contains(&shown(words)), "{words}: {}", answer.body);
            assert!(answer.body.contains(&shown(draft)), "what was typed is kept: {}", answer.body);
            assert_eq!(web.console.hall.policy.with_source().1.text, text);
        };
        Moderation::set_policy(&web.console.hall, SourcedPolicy::parse(&text).unwrap());
        refused(&text, &draft, StatusCode::CONFLICT, "the built-in one").await;
        enforce(web, &file, &text);
        refused(&text, &policy(3, "x"), StatusCode::CONFLICT, "yours says 3").await;
        refused(&text, "version = 4\nx = 1", StatusCode::UNPROCESSABLE_ENTITY, "has no key `x`").await;
        refused("begun from elsewhere", &draft, StatusCode::CONFLICT, "has changed since you began").await;
        assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
        std::fs::write(&file, "by hand").unwrap();
        refused(&text, &draft, StatusCode::CONFLICT, "has changed since you began").await;
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "by hand");
        std::fs::remove_file(&file).unwrap();
        refused(&text, &draft, StatusCode::CONFLICT, "could not be read or written").await;
        assert!(!file.exists() && web.trace("policy").await.is_empty());
    });
}

#[test]
fn a_policy_that_is_no_upload_is_refused_in_the_readers_language_on_a_page_that_leads_back() {
    on_both(async |web: &Web| {
        let admin = web.browser(Role::Admin).await;
        for path in ["/moderation/policy/try", "/moderation/policy/file", "/moderation/policy/save"] {
            for (lang, browser) in [(Lang::En, admin.clone()), (Lang::Zh, admin.in_chinese())] {
                let body = form_urlencoded::Serializer::new(String::new())
                    .extend_pairs([("csrf", browser.csrf.as_str()), ("text", "version = 1")])
                    .finish();
                let request = web
                    .request(&browser, Method::POST, path)
                    .header(header::ORIGIN, "http://hall.test")
                    .header(header::REFERER, "http://hall.test/moderation/policy")
                    .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
                let refused = web.ask(request.body(Body::from(body)).unwrap()).await;
                assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{path}");
                assert!(
                    refused.body.contains(&web.words(lang, "console-fault-unreadable")),
                    "{}",
                    refused.body
                );
                assert!(refused.body.contains("href=\"/moderation/policy\""), "{}", refused.body);
            }
        }
    });
}
