//! Writing an announcement on the console: nothing typed is lost, and only what was looked at is sent.

use std::sync::Arc;

use bot_core::chat::Lang;
use bot_core::features::announcement::State;
use bot_core::ids::AnnouncementNo;
use bot_core::store::announcement;

use super::*;
use crate::tests::scene::{HOSTILE, shown};

/// The sandbox's account is connected, with a group of the community.
pub(in crate::tests) async fn hall(web: &Web) -> Browser {
    web.people().await;
    let files = Arc::clone(&web.console.hall.files);
    let platform = Arc::new(guildhall_sandbox::SandboxPlatform::new(web.world.clone(), files));
    web.console.hall.connect([("sandbox".into(), platform as _)].into());
    web.browser(Role::Ops).await
}

/// The form as a browser sends it, with some fields filled in.
pub(in crate::tests) async fn press(
    web: &Web,
    browser: &Browser,
    path: &str,
    what: &str,
    fields: &[(&str, &str)],
) -> Answer {
    let fields = [&[("csrf", browser.csrf.as_str()), ("do", what)], fields].concat();
    web.upload(browser, path, &fields, b"").await
}

/// What a page's hidden field holds.
pub(in crate::tests) fn version(page: &str) -> String {
    let after = page.split_once("name=\"version\" value=\"").unwrap_or_else(|| panic!("{page}")).1;
    after.split_once('"').unwrap().0.to_owned()
}

async fn state(web: &Web) -> Option<State> {
    let mut tx = web.console.hall.db.read().await.unwrap();
    announcement::get(&mut tx, AnnouncementNo(1)).await.unwrap().map(|one| one.state)
}

const FAIR: [(&str, &str); 3] = [
    ("title_en", "Fair <b>now</b>"),
    ("body_en", "Sign up at https://fair.test/"),
    ("audience", "all groups"),
];

#[test]
fn a_stranger_writes_looks_and_sends_once_without_scripts() {
    on_both(async |web: &Web| {
        let ops = hall(web).await;
        for (lang, browser) in [(Lang::En, ops.clone()), (Lang::Zh, ops.in_chinese())] {
            let list = web.open(&browser, "/announcements").await.body;
            assert!(list.contains("href=\"/announcements/new\""), "{list}");
            let form = web.open(&browser, "/announcements/new").await.body;
            assert!(form.contains(&web.words(lang, "console-compose-look")), "{form}");
            assert!(form.contains(&shown(HOSTILE)) && !form.contains("<img"), "the group can be chosen");
        }
        let looked = press(web, &ops, "/announcements/new", "look", &FAIR).await;
        assert_eq!(looked.location(), "/announcements/1/edit#look", "{}", looked.body);
        let page = web.open(&ops, "/announcements/1/edit").await.body;
        for words in [
            "Send now to 1 chat on Sandbox",
            "value=\"Fair &#60;b&#62;now&#60;/b&#62;\"",
            "\nall groups</textarea>",
        ] {
            assert!(page.contains(words), "{words}: {page}");
        }
        assert!(page.contains("<span class=\"m-bold\">Fair &#60;b&#62;now&#60;/b&#62;</span>"), "{page}");
        assert!(page.contains("<a class=\"\" href=\"https://fair.test/\""), "{page}");
        assert_eq!(state(web).await, Some(State::Draft), "a look sends nothing");
        let at = version(&page);
        let fields = [&FAIR[..], &[("version", at.as_str())]].concat();
        let both = futures::future::join_all(
            [&ops, &ops].map(|browser| press(web, browser, "/announcements/1/edit", "send", &fields)),
        )
        .await;
        for answer in both {
            assert_eq!(answer.location(), "/announcements/1", "{}", answer.body);
        }
        let sends = web.trace("A-1").await;
        assert_eq!(sends.iter().filter(|(act, _)| act == "announcement.send").count(), 1, "{sends:?}");
    });
}

#[test]
fn what_was_not_looked_at_is_kept_and_not_sent() {
    on_both(async |web: &Web| {
        let ops = hall(web).await;
        press(web, &ops, "/announcements/new", "look", &FAIR).await;
        let at = version(&web.open(&ops, "/announcements/1/edit").await.body);
        let other = [("title_en", "Fair"), ("body_en", "Another text"), ("audience", "all groups")];
        let fields = [&other[..], &[("version", at.as_str())]].concat();
        let answer = press(web, &ops, "/announcements/1/edit", "send", &fields).await;
        assert_eq!(answer.status, StatusCode::CONFLICT);
        assert!(answer.body.contains(&web.words(Lang::En, "console-compose-look-again")), "{}", answer.body);
        assert_eq!(state(web).await, Some(State::Draft));
        // A second person still has the page from before.
        let late =
            press(web, &ops, "/announcements/1/edit", "send", &[&FAIR[..], &[("version", &at)]].concat())
                .await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        assert!(late.body.contains(&web.words(Lang::En, "console-compose-meanwhile")), "{}", late.body);
        assert!(
            late.body.contains("Sign up at https://fair.test/</textarea>"),
            "what was typed is in the form"
        );
        assert!(late.body.contains("Another text"), "and theirs beside it");
        assert_eq!(state(web).await, Some(State::Draft));
    });
}

#[test]
fn what_is_wrong_stands_beside_its_field_and_costs_no_other() {
    on_both(async |web: &Web| {
        let ops = hall(web).await;
        let nothing = press(web, &ops, "/announcements/new", "look", &[("body_en", " \n ")]).await;
        assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(state(web).await, None, "nothing to keep");
        let long = "好".repeat(66_000);
        let fields = [
            ("title_en", "Fair\0"),
            ("body_zh", long.as_str()),
            ("body_en", "Sign up"),
            ("audience", "group Nowhere"),
            ("when", "2020-01-01 10:00"),
        ];
        let page = press(web, &ops, "/announcements/new", "look", &fields).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        for words in ["66000 characters are too many", "There is no group “Nowhere”", "has passed"] {
            assert!(page.body.contains(words), "{words}");
        }
        assert!(page.body.contains(&long) && page.body.contains("\ngroup Nowhere</textarea>"));
        assert!(!page.body.contains("value=\"send\""), "it is not offered to be sent");
        let again = web.open(&ops, "/announcements/1/edit").await.body;
        assert!(again.contains("\ngroup Nowhere</textarea>") && again.contains("There is no group"), "kept");
        assert!(again.contains("\nSign up</textarea>") && again.contains("value=\"Fair\""), "{again}");
        let nobody = [("title_en", "Fair"), ("body_en", "x"), ("audience", "everyone")];
        let at = version(&again);
        press(web, &ops, "/announcements/1/edit", "look", &[&nobody[..], &[("version", &at)]].concat()).await;
        let page = web.open(&ops, "/announcements/1/edit").await.body;
        assert!(page.contains(&web.words(Lang::En, "console-compose-nobody")), "{page}");
        assert!(!page.contains("value=\"send\""), "{page}");
    });
}

#[test]
fn a_time_is_kept_and_scheduled_for_and_choices_become_a_sentence() {
    on_both(async |web: &Web| {
        let ops = hall(web).await;
        let chosen = [("body_en", "x"), ("to", "people"), ("tier", "crown"), ("when", "tomorrow 18:00")];
        press(web, &ops, "/announcements/new", "pick", &chosen).await;
        let page = web.open(&ops, "/announcements/1/edit").await.body;
        assert!(page.contains("\ntier crown</textarea>"), "{page}");
        let fields = [("body_en", "x"), ("audience", "all groups"), ("when", "2026-11-22 18:00")];
        let at = version(&page);
        press(web, &ops, "/announcements/1/edit", "look", &[&fields[..], &[("version", &at)]].concat()).await;
        let page = web.open(&ops, "/announcements/1/edit").await.body;
        assert!(page.contains("value=\"schedule\"") && page.contains("Send at 2026-11-22 18:00"), "{page}");
        let at = version(&page);
        let done = press(
            web,
            &ops,
            "/announcements/1/edit",
            "schedule",
            &[&fields[..], &[("version", &at)]].concat(),
        )
        .await;
        assert_eq!(done.location(), "/announcements/1", "{}", done.body);
        assert_eq!(state(web).await, Some(State::Scheduled));
        let page = web.open(&ops, "/announcements/1/edit").await.body;
        assert!(page.contains(&web.words(Lang::En, "console-compose-scheduled")), "{page}");
        assert!(!page.contains("data-keep-typing"), "typing takes no schedule away");
    });
}

#[test]
fn files_are_taken_by_what_is_in_them() {
    on_both(async |web: &Web| {
        let ops = hall(web).await;
        press(web, &ops, "/announcements/new", "look", &FAIR).await;
        let with = async |name: &str, bytes: &str, what: &str| {
            let at = version(&web.open(&ops, "/announcements/1/edit").await.body);
            let mut body = String::new();
            for (name, value) in
                [&[("csrf", ops.csrf.as_str()), ("version", &at), ("do", what)], &FAIR[..]].concat()
            {
                body += &format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            }
            body += &format!(
                "--b\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{name}\"\r\n\r\n{bytes}\r\n--b--\r\n"
            );
            let request = web
                .request(&ops, Method::POST, "/announcements/1/edit")
                .header(header::ORIGIN, "http://hall.test")
                .header(header::CONTENT_TYPE, "multipart/form-data; boundary=b");
            web.ask(request.body(Body::from(body)).unwrap()).await
        };
        let fake = with("a.png", "<script>", "look").await;
        assert_eq!(fake.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(fake.body.contains("a.png is no picture"), "{}", fake.body);
        assert_eq!(with("prices.csv", "a,b", "look").await.location(), "/announcements/1/edit#look");
        let page = web.open(&ops, "/announcements/1/edit").await.body;
        assert!(page.contains("prices.csv"), "{page}");
        let drop = page.split_once("value=\"drop:").unwrap().1.split_once('"').unwrap().0.to_owned();
        let file = web.get(&ops, &format!("/files/{drop}")).await;
        assert_eq!((file.status, file.body.as_str()), (StatusCode::OK, "a,b"));
        let sent = with("b.csv", "c", "send").await;
        assert_eq!(sent.status, StatusCode::CONFLICT, "a file that nobody looked at is not sent");
        with("", "", &format!("drop:{drop}")).await;
        let page = web.open(&ops, "/announcements/1/edit").await.body;
        assert!(!page.contains("prices.csv") && page.contains("b.csv"), "{page}");
    });
}

#[test]
fn a_script_keeps_what_is_typed_and_hears_what_is_wrong() {
    on_both(async |web: &Web| {
        let ops = hall(web).await;
        let live = async |path: &str, version: &str, audience: &str| {
            let mut body = String::new();
            for (name, value) in
                [("csrf", ops.csrf.as_str()), ("version", version), ("body_en", "x"), ("audience", audience)]
            {
                body += &format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            }
            let request = web
                .request(&ops, Method::POST, path)
                .header("x-guildhall-live", "1")
                .header(header::ORIGIN, "http://hall.test")
                .header(header::CONTENT_TYPE, "multipart/form-data; boundary=b");
            web.ask(request.body(Body::from(body + "--b--\r\n")).unwrap()).await
        };
        let first = live("/announcements/new", "0", "group Nowhere").await;
        assert_eq!(first.status, StatusCode::OK, "{}", first.body);
        let said: serde_json::Value = serde_json::from_str(&first.body).unwrap();
        assert_eq!(
            (said["edit"].as_str(), said["version"].as_i64()),
            (Some("/announcements/1/edit"), Some(1))
        );
        assert!(said["wrong"]["audience"].as_str().unwrap().contains("Nowhere"), "{said}");
        let second = live("/announcements/1/edit", "1", "all groups").await;
        let said: serde_json::Value = serde_json::from_str(&second.body).unwrap();
        assert_eq!((said["version"].as_i64(), said["wrong"].as_object().unwrap().len()), (Some(2), 0));
        let old = live("/announcements/1/edit", "1", "everyone").await;
        assert_eq!(old.status, StatusCode::CONFLICT);
        assert!(old.body.contains("Somebody changed") && !old.body.contains("<html"), "{}", old.body);
    });
}

#[test]
fn what_is_filled_in_is_checked_shown_and_seen_as_each_recipient_reads_it() {
    on_both(async |web: &Web| {
        let ops = hall(web).await;
        let chosen = [
            ("body_en", "Hi {grup}"),
            ("to", "groups"),
            ("lang", "en"),
            ("lang", "zh"),
            ("platform", "Sandbox"),
        ];
        let page = press(web, &ops, "/announcements/new", "pick", &chosen).await;
        assert!(page.body.contains("There is no variable {grup}. Did you mean {group}?"), "{}", page.body);
        assert!(page.body.contains("\nHi {grup}</textarea>"), "what was typed is in the form");
        let page = web.open(&ops, "/announcements/1/edit").await.body;
        let line = "\nall groups language Chinese, English platform Sandbox</textarea>";
        let other = "\nall groups language English, Chinese platform Sandbox</textarea>";
        assert!(page.contains(line) || page.contains(other), "{page}");
        let fields = [("body_en", "Hi {group}, {merchant|all}"), ("audience", "all groups platform sandbox")];
        let at = version(&page);
        press(web, &ops, "/announcements/1/edit", "look", &[&fields[..], &[("version", &at)]].concat()).await;
        let page = web.open(&ops, "/announcements/1/edit").await.body;
        let reads = format!("Hi {}, all", shown(HOSTILE));
        assert!(page.contains(&reads) && !page.contains("<img"), "the longest title there is: {page}");
        assert!(page.contains("name=\"reader\"") && page.contains("value=\"send\""), "{page}");
        let mut tx = web.console.hall.db.read().await.unwrap();
        let groups =
            bot_core::store::chat::by_purpose(&mut tx, bot_core::directory::Purpose::Community).await;
        let see = format!("/announcements/1/recipients?see={}", groups.unwrap()[0].id);
        drop(tx);
        let page = web.open(&ops, &see).await.body;
        assert!(page.contains(&reads), "{page}");
    });
}

#[test]
fn a_time_by_each_ones_own_clock_and_an_end_are_typed_kept_and_changed() {
    on_both(async |web: &Web| {
        let ops = hall(web).await;
        let timed = [("when", "2026-11-24 09:00 local"), ("expires", "2026-11-30 18:00"), ("loud", "1")];
        let fields = [&FAIR[..], &timed].concat();
        let looked = press(web, &ops, "/announcements/new", "look", &fields).await;
        assert_eq!(looked.location(), "/announcements/1/edit#look", "{}", looked.body);
        let page = web.open(&ops, "/announcements/1/edit").await.body;
        for words in [
            "value=\"2026-11-24 09:00 local\"",
            "value=\"2026-11-30 18:00\"",
            "Send at 2026-11-24 09:00, each by their own clock",
        ] {
            assert!(page.contains(words), "{words}: {page}");
        }
        let at = version(&page);
        let fields = [&fields[..], &[("version", at.as_str())]].concat();
        let sent = press(web, &ops, "/announcements/1/edit", "schedule", &fields).await;
        assert_eq!(sent.location(), "/announcements/1", "{}", sent.body);
        let one = async || {
            let mut tx = web.console.hall.db.read().await.unwrap();
            announcement::get(&mut tx, AnnouncementNo(1)).await.unwrap().unwrap()
        };
        let kept = one().await;
        assert_eq!(kept.state, State::Scheduled);
        assert!(kept.timing.loud && kept.timing.local.is_some() && kept.expires_at_ms > kept.at_ms);
        let calendar = web.open(&ops, "/calendar?view=month&day=2026-11-30").await.body;
        assert!(calendar.contains(&web.words(Lang::En, "console-calendar-expires")), "{calendar}");
        let wrong = [("expires", "whenever"), ("version", at.as_str())];
        let fields = [&FAIR[..], &wrong].concat();
        let refused = press(web, &ops, "/announcements/1/edit", "look", &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.body);
        assert!(refused.body.contains("value=\"whenever\""), "{}", refused.body);
        assert_eq!(one().await.expires_at_ms, kept.expires_at_ms, "what cannot be read changes nothing");
    });
}

#[test]
fn what_repeats_is_typed_looked_at_started_and_stands_in_the_calendar() {
    on_both(async |web: &Web| {
        let ops = hall(web).await;
        let wrong = [&FAIR[..], &[("repeat", "cron 61 9 * * *")]].concat();
        let refused = press(web, &ops, "/announcements/new", "look", &wrong).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.body);
        assert!(refused.body.contains("is no minute of a cron line"), "{}", refused.body);
        let at = version(&refused.body);
        let fields = [&FAIR[..], &[("repeat", "every day 09:00"), ("version", at.as_str())]].concat();
        let looked = press(web, &ops, "/announcements/1/edit", "look", &fields).await;
        assert_eq!(looked.location(), "/announcements/1/edit#look", "{}", looked.body);
        let page = web.open(&ops, "/announcements/1/edit").await.body;
        for words in ["value=\"cron 0 9 * * *\"", "Next: 2026-11-2", "value=\"repeat\""] {
            assert!(page.contains(words), "{words}: {page}");
        }
        assert!(!page.contains("value=\"send\""), "it goes out by its rule: {page}");
        let at = version(&page);
        let fields = [&FAIR[..], &[("repeat", "cron 0 9 * * *"), ("version", at.as_str())]].concat();
        let started = press(web, &ops, "/announcements/1/edit", "repeat", &fields).await;
        assert_eq!(started.location(), "/announcements/1", "{}", started.body);
        let page = web.open(&ops, "/announcements/1").await.body;
        assert!(page.contains("value=\"repeat-pause\""), "{page}");
        let calendar = web.open(&ops, "/calendar?view=month&day=2026-12-15").await.body;
        let coming = web.words(Lang::En, "console-calendar-coming");
        assert!(calendar.matches(&coming).count() >= 28, "{calendar}");
        for (what, shown) in [("repeat-pause", true), ("repeat-end", false)] {
            let done = web.post(&ops, "/announcements/1/act", &[("do", what)]).await;
            assert_eq!(done.location(), "/announcements/1", "{}", done.body);
            let page = web.open(&ops, "/announcements/1").await.body;
            assert_eq!(page.contains("value=\"repeat\""), shown, "{what}: {page}");
        }
        let support = web.browser(Role::Support).await;
        let refused = web.post(&support, "/announcements/1/act", &[("do", "repeat")]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
    });
}
