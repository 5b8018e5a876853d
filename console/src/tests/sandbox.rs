//! The sandbox page.

use std::time::Duration;

use bot_core::chat::{
    Action, Address, AttachmentKind, Call, Content, Field, FieldKind, Form, Lang, MessageKey, Platform as _,
};
use futures::StreamExt as _;
use guildhall_sandbox::{Door, Fault, SandboxPlatform};

use super::*;

const VIEW: &str = "c0=g:sellers&s0=lin&c1=direct&s1=lin";
/// The smallest PNG that is one.
const PNG: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, b'I', b'H', b'D', b'R', 0, 0, 0, 1, 0, 0,
    0, 1, 8, 6, 0, 0, 0, 0x1f, 0x15, 0xc4, 0x89,
];

fn last(web: &Web) -> guildhall_sandbox::MessageView {
    web.world.chat(&group(), None, 1).unwrap().messages.pop().unwrap()
}

async fn say(web: &Web, browser: &Browser, fields: &[(&str, &str)], file: &[u8]) -> Answer {
    let fields = [&[("csrf", browser.csrf.as_str()), ("view", VIEW), ("n", "0")], fields].concat();
    web.upload(browser, "/sandbox/say", &fields, file).await
}

async fn touch(web: &Web, browser: &Browser, n: &str, what: &str) -> Answer {
    web.post(browser, "/sandbox/touch", &[("view", VIEW), ("n", n), ("do", what)]).await
}

#[test]
fn what_is_written_is_shown_escaped_and_can_be_answered_changed_and_deleted() {
    on_both(async |web: &Web| {
        let browser = web.browser(Role::Support).await;
        let said = say(web, &browser, &[("text", "<script>alert('你好')</script>\r\nline 2")], b"").await;
        assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.body);
        assert_eq!(last(web).content.text.text, "<script>alert('你好')</script>\nline 2");
        let page = web.open(&browser, said.location()).await.body;
        assert!(page.contains("&#60;script&#62;alert(&#39;你好&#39;)&#60;/script&#62;\nline 2"), "{page}");
        let key = last(web).key.to_string();

        say(web, &browser, &[("text", "an answer"), ("reply", &key)], b"").await;
        assert_eq!(last(web).reply_to, Some(MessageKey(key.clone())));
        say(web, &browser, &[("text", "changed"), ("edit", &key)], b"").await;
        touch(web, &browser, "0", &format!("react {key} 👍")).await;
        let first = web.world.chat(&group(), None, 9).unwrap().messages.remove(0);
        assert_eq!((first.content.text.text.as_str(), first.reactions.get("👍")), ("changed", Some(&1)));
        touch(web, &browser, "0", &format!("react {key} 👍")).await;
        touch(web, &browser, "0", &format!("delete {key}")).await;
        let first = web.world.chat(&group(), None, 9).unwrap().messages.remove(0);
        assert!(first.deleted && first.reactions.is_empty());
    });
}

#[test]
fn halves_of_characters_lose_no_message() {
    on_both(async |web: &Web| {
        let browser = web.browser(Role::Support).await;
        let fields: [(&str, &[u8]); 4] = [
            ("csrf", browser.csrf.as_bytes()),
            ("view", VIEW.as_bytes()),
            ("n", b"0"),
            ("text", b"a \xED\xA0\xBD b \xFF"),
        ];
        let said = web.upload_bytes(&browser, "/sandbox/say", &fields, b"").await;
        assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.body);
        let text = last(web).content.text.text;
        assert!(text.starts_with("a \u{FFFD}") && text.contains(" b \u{FFFD}"), "{text:?}");
    });
}

#[test]
fn a_refusal_keeps_what_was_typed() {
    on_both(async |web: &Web| {
        let browser = web.browser(Role::Support).await;
        web.world.leave(&"lin".into(), &group()).unwrap();
        let refused = say(web, &browser, &[("text", "may I?")], b"").await;
        assert_eq!(refused.status, StatusCode::CONFLICT);
        assert!(refused.body.contains(">may I?</textarea>") && refused.body.contains("Join first"));
        assert_eq!(touch(web, &browser, "0", "join").await.status, StatusCode::SEE_OTHER);
        assert_eq!(say(web, &browser, &[("text", "may I?")], b"").await.status, StatusCode::SEE_OTHER);
        assert_eq!(touch(web, &browser, "0", "leave").await.status, StatusCode::SEE_OTHER);
        assert!(web.open(&browser, &format!("/sandbox?{VIEW}")).await.body.contains("Join as Lin"));
    });
}

#[test]
fn a_picture_is_what_its_bytes_say() {
    on_both(async |web: &Web| {
        let browser = web.browser(Role::Support).await;
        for fake in [&b"<svg xmlns='http://www.w3.org/2000/svg'/>"[..], b"MZ\x90\0", b"%PDF-1.7", b"<html>"] {
            let refused = say(web, &browser, &[("text", "look")], fake).await;
            assert_eq!(refused.status, StatusCode::CONFLICT);
            assert!(refused.body.contains("not a picture"));
        }
        assert!(web.world.chat(&group(), None, 9).unwrap().messages.is_empty());
        assert_eq!(say(web, &browser, &[("text", "")], PNG).await.status, StatusCode::SEE_OTHER);
        assert_eq!(last(web).content.attachments[0].kind, AttachmentKind::Picture);
        let page = web.open(&browser, &format!("/sandbox?{VIEW}")).await.body;
        let href = page.split("src=\"/sandbox/file/").nth(1).unwrap().split('"').next().unwrap();
        let picture = web.get(&browser, &format!("/sandbox/file/{href}")).await;
        assert_eq!(picture.headers[header::CONTENT_TYPE], "image/png");
        assert_eq!(picture.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert_eq!(picture.headers[header::CONTENT_DISPOSITION], "inline");
        assert!(picture.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap().contains("sandbox"));
    });
}

#[test]
fn a_file_that_is_no_picture_is_never_shown_in_the_page() {
    on_both(async |web: &Web| {
        let browser = web.browser(Role::Support).await;
        let file = web.world.upload("a.html", b"<script>alert(1)</script>").unwrap();
        let post = guildhall_sandbox::Post::text("see").with_file(file);
        web.world.say(&"lin".into(), &group(), post).unwrap();
        let page = web.open(&browser, &format!("/sandbox?{VIEW}")).await.body;
        let key = page.split("/sandbox/file/").nth(1).unwrap().split('"').next().unwrap();
        let file = web.get(&browser, &format!("/sandbox/file/{key}")).await;
        assert_eq!(file.headers[header::CONTENT_TYPE], "application/octet-stream");
        assert_eq!(file.headers[header::CONTENT_DISPOSITION], "attachment");
    });
}

#[test]
fn an_upload_that_is_too_large_or_without_its_token_is_refused() {
    on_both(async |web: &Web| {
        let browser = web.browser(Role::Support).await;
        let huge = vec![0; 9 * 1024 * 1024];
        assert_eq!(say(web, &browser, &[("text", "x")], &huge).await.status, StatusCode::PAYLOAD_TOO_LARGE);
        let late = [("text", "x"), ("csrf", browser.csrf.as_str()), ("view", VIEW), ("n", "0")];
        let answer = web.upload(&browser, "/sandbox/say", &late, b"").await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "the token must come first");
    });
}

#[test]
fn a_private_chat_is_started_blocked_and_shown() {
    on_both(async |web: &Web| {
        let browser = web.browser(Role::Support).await;
        let lin = UserKey::from("lin");
        assert!(web.open(&browser, &format!("/sandbox?{VIEW}")).await.body.contains("value=\"start\""));
        touch(web, &browser, "1", "start").await;
        assert_eq!(web.world.user(&lin).unwrap().direct, Some(Door::Open));
        touch(web, &browser, "1", "block").await;
        assert_eq!(web.world.user(&lin).unwrap().direct, Some(Door::Blocked));
        let only_group = [("view", "c0=g:sellers&s0=lin"), ("n", "0"), ("do", "start")];
        let moved = web.post(&browser, "/sandbox/touch", &only_group).await;
        assert!(moved.location().contains("c1=direct"), "{}", moved.location());
    });
}

#[test]
fn nonsense_is_refused_and_changes_nothing() {
    on_both(async |web: &Web| {
        let browser = web.browser(Role::Support).await;
        for what in ["", "press", "press 1", "delete", "delete  ", "dance 1 2", "react 1", "\0"] {
            assert_eq!(touch(web, &browser, "0", what).await.status, StatusCode::BAD_REQUEST, "{what:?}");
        }
        for what in ["press 99 X", "direct 99 X", "delete 99", "react 99 👍"] {
            assert_eq!(touch(web, &browser, "0", what).await.status, StatusCode::CONFLICT, "{what:?}");
        }
        assert_eq!(touch(web, &browser, "7", "join").await.status, StatusCode::BAD_REQUEST);
        let form = [("view", VIEW), ("n", "0"), ("handle", "none"), ("a.title", "x")];
        assert_eq!(web.post(&browser, "/sandbox/form", &form).await.status, StatusCode::CONFLICT);
        assert!(web.world.chat(&group(), None, 9).unwrap().messages.is_empty());
        for query in ["c0=g:none&s0=lin", "c0=direct&s0=nobody", "%FF=%00&c0=", "story=999"] {
            let page = web.open(&browser, &format!("/sandbox?{query}")).await;
            assert_eq!(page.status, StatusCode::OK, "{query}");
        }
    });
}

#[test]
fn trouble_is_switched_on_and_off() {
    on_both(async |web: &Web| {
        let browser = web.browser(Role::Support).await;
        let slow = [("kind", "slow"), ("seconds", "7"), ("times", "3"), ("action", "send"), ("view", VIEW)];
        assert_eq!(web.post(&browser, "/sandbox/trouble", &slow).await.status, StatusCode::SEE_OTHER);
        assert_eq!(web.world.faults().standing()[0].left, Some(3));
        let page = web.open(&browser, "/sandbox").await.body;
        assert!(page.contains("Answers 7 s late (Send a message): 3× more"), "{page}");
        assert_eq!(
            web.post(&browser, "/sandbox/trouble", &[("kind", "fire")]).await.status,
            StatusCode::BAD_REQUEST
        );
        web.post(&browser, "/sandbox/trouble", &[("clear", "1")]).await;
        assert!(web.world.faults().standing().is_empty());
    });
}

#[test]
fn changes_are_told_at_once_and_the_stream_ends_with_the_program() {
    on_both(async |web: &Web| {
        let browser = web.browser(Role::Support).await;
        let request = web.request(&browser, Method::GET, "/sandbox/live").body(Body::empty()).unwrap();
        let response = web.router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.headers()[header::CONTENT_TYPE], "text/event-stream");
        let mut stream = response.into_body().into_data_stream();
        let mut next = async || {
            let next = within_real_time(stream.next()).await;
            next.map(|chunk| String::from_utf8(chunk.unwrap().to_vec()).unwrap())
        };
        assert_eq!(next().await.as_deref(), Some("event: hello\ndata: 1\n\n"));
        web.world.say(&"lin".into(), &group(), "hello").unwrap();
        let told = next().await.unwrap();
        assert!(told.starts_with("event: world\ndata: {\"what\":\"message\",\"chat\":\"sellers\""), "{told}");
        web.console.stopping.cancel();
        while next().await.is_some() {}
    });
}

#[expect(
    clippy::disallowed_methods,
    reason = "a stream that hangs must fail the test, whatever the hall's clock"
)]
async fn within_real_time<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(10), work).await.unwrap()
}

#[test]
fn one_panel_and_the_strip_can_be_had_alone() {
    on_both(async |web: &Web| {
        let browser = web.browser(Role::Support).await;
        web.world.say(&"wen".into(), &group(), "hi").unwrap();
        let panel = web.get(&browser, &format!("/sandbox/panel?{VIEW}&n=0")).await.body;
        assert!(
            panel.trim_start().starts_with("<section class=\"panel\" id=\"p0\"") && !panel.contains("<html")
        );
        assert!(panel.contains(">hi<") && panel.contains("Group admin"));
        assert_eq!(
            web.get(&browser, &format!("/sandbox/panel?{VIEW}&n=5")).await.status,
            StatusCode::NOT_FOUND
        );
        assert!(web.get(&browser, "/sandbox/strip").await.body.contains("data-part=\"seen\""));
    });
}

#[test]
fn without_a_sandbox_there_is_no_page_of_it() {
    on_both(async |web: &Web| {
        let parts = Parts {
            hall: Arc::clone(&web.console.hall),
            world: None,
            settings: Settings::default(),
            metrics: None,
            running: Running::default(),
            shown: Vec::new(),
        };
        let bare = Web {
            router: crate::router(&Console::new(parts)),
            console: web.console.clone(),
            world: web.world.clone(),
            clock: Arc::clone(&web.clock),
            _folders: [None, None],
        };
        let browser = bare.browser(Role::Admin).await;
        assert_eq!(bare.open(&browser, "/sandbox").await.status, StatusCode::NOT_FOUND);
        assert!(!bare.open(&browser, "/").await.body.contains("href=\"/sandbox\""));
    });
}

/// The bot does something in the group; the platform answers.
async fn bot_does(web: &Web, action: Action) {
    let platform = SandboxPlatform::new(web.world.clone(), Arc::clone(&web.console.hall.files));
    let to = Address { chat: Some(group()), peer: None, via: None, thread: None };
    let call = Call { method: action.word().into(), action };
    platform.perform(&to, &call, "nonce".into()).await;
}

fn form() -> Form {
    let field = |name: &str, kind| Field {
        name: name.into(),
        label: format!("<{name}>"),
        hint: String::new(),
        kind,
        required: true,
    };
    let choices = vec![("a".to_owned(), "A".to_owned())];
    let fields = vec![field("line", FieldKind::Line), field("choice", FieldKind::Choice(choices))];
    Form { handle: "h1".into(), title: "Ask".into(), fields }
}

#[test]
fn a_form_that_is_left_open_does_not_hide_what_is_said_after_it() {
    on_both(async |web: &Web| {
        let browser = web.browser(Role::Support).await;
        say(web, &browser, &[("text", "before it")], b"").await;
        web.clock.move_to(START_MS + 1_000);
        bot_does(web, Action::ShowForm { user: "lin".into(), press: None, form: form() }).await;
        web.clock.move_to(START_MS + 2_000);
        say(web, &browser, &[("text", "after it")], b"").await;
        let page = web.open(&browser, &format!("/sandbox?{VIEW}")).await.body;
        let at = |words: &str| page.find(words).unwrap_or_else(|| panic!("{words} is missing: {page}"));
        assert!(at("before it") < at("data-key=\"form-h1\"") && at("data-key=\"form-h1\"") < at("after it"));
    });
}

#[test]
fn a_wrong_answer_and_a_failure_are_told_in_the_readers_language() {
    on_both(async |web: &Web| {
        let english = web.browser(Role::Support).await;
        let chinese = english.in_chinese();
        bot_does(web, Action::ShowForm { user: "lin".into(), press: None, form: form() }).await;
        web.world.faults().next(Fault::ServerError, 1);
        bot_does(web, Action::Send(Content::text("hi"))).await;
        let wrong = [
            (&[("a.line", ""), ("a.choice", "a")][..], "sandbox-misfit-missing"),
            (&[("a.line", "1\n2"), ("a.choice", "a")][..], "sandbox-misfit-one-line"),
            (&[("a.line", "1"), ("a.choice", "z")][..], "sandbox-misfit-no-choice"),
        ];
        for (lang, browser) in [(Lang::En, &english), (Lang::Zh, &chinese)] {
            for (answers, why) in wrong {
                let fields = [&[("view", VIEW), ("n", "0"), ("handle", "h1")], answers].concat();
                let refused = web.post(browser, "/sandbox/form", &fields).await;
                assert_eq!(refused.status, StatusCode::CONFLICT);
                assert!(refused.body.contains(&web.words(lang, why)), "{why}: {}", refused.body);
            }
            let strip = web.get(browser, "/sandbox/strip").await.body;
            assert!(strip.contains(&web.words(lang, "sandbox-result-not-done")), "{strip}");
            assert!(
                strip.contains("title=\"500 internal server error\""),
                "the platform's own words: {strip}"
            );
        }
    });
}
