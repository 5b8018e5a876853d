//! The ledger: what became of each copy, by state and platform, and what can be done about it.

use bot_core::chat::Lang;
use bot_core::features::delivery::CopyState;
use bot_core::store::reaction::{Held, OfCopy};
use bot_core::store::{acknowledge, chat, delivery, outbox, reaction};

use super::*;
use crate::tests::scene::{HOSTILE, shown};

/// An announcement that went out to one group, whose copy ends so.
async fn ended(web: &Web, state: CopyState) -> Browser {
    web.people().await;
    let browser = web.browser(Role::Ops).await;
    announce(web, &"staff-ops".into(), true).await;
    web.doing(async |work| {
        let tx = work.tx().await.unwrap();
        let copy = delivery::page(tx, "A-1", None, "", 1).await.unwrap().remove(0);
        let mut row = outbox::get(tx, copy.outbox.as_ref().unwrap()).await.unwrap().unwrap();
        row.state = outbox::State::Unknown;
        outbox::settle_many(tx, &[&row], START_MS).await.unwrap();
        let settled = delivery::Settled {
            recipient: &copy.recipient,
            outbox: copy.outbox.as_ref().unwrap(),
            state,
            failed: Some(("no_answer", "=cmd|timed out <b>")),
            messages: None,
            version: None,
        };
        assert_eq!(delivery::settle(tx, "A-1", &[settled], START_MS).await.unwrap().len(), 1);
    })
    .await;
    browser
}

/// The id of the one recipient.
async fn recipient(web: &Web) -> String {
    let mut tx = web.console.hall.db.read().await.unwrap();
    delivery::page(&mut tx, "A-1", None, "", 1).await.unwrap().remove(0).recipient
}

#[test]
fn copies_of_unknown_end_are_sent_again_only_when_chosen() {
    on_both(async |web: &Web| {
        let ops = ended(web, CopyState::Unknown).await;
        let page = web.open(&ops, "/announcements/1?state=unknown").await.body;
        assert!(page.contains(&shown("=cmd|timed out <b>")), "the platform's own words: {page}");
        assert!(page.contains("type=\"checkbox\" name=\"recipient\""), "{page}");
        let none = web.post(&ops, "/announcements/1/act", &[("do", "unknown")]).await;
        assert_eq!(none.status, StatusCode::CONFLICT);
        assert!(none.body.contains(&web.words(Lang::En, "console-ledger-none-chosen")), "{}", none.body);
        let who = recipient(web).await;
        let back = "/announcements/1?state=unknown";
        let chosen = [("do", "unknown"), ("recipient", who.as_str()), ("back", back)];
        assert_eq!(web.post(&ops, "/announcements/1/act", &chosen).await.location(), back);
        assert_eq!(web.last_trace("A-1").await.0, "announcement.retry_unknown");
        let twice = web.post(&ops, "/announcements/1/act", &chosen).await;
        assert_eq!(twice.status, StatusCode::CONFLICT, "its end is not unknown any more");
        let elsewhere = [("do", "recall"), ("back", "//evil.test")];
        assert_eq!(web.post(&ops, "/announcements/1/act", &elsewhere).await.location(), "/announcements/1");
    });
}

#[test]
fn a_ledger_is_followed_counted_and_exported() {
    on_both(async |web: &Web| {
        let ops = ended(web, CopyState::Rejected).await;
        let page = web.open(&ops, "/announcements/1").await.body;
        for words in
            ["<progress", "href=\"/announcements/1?state=rejected\"", "href=\"/announcements/1/export\""]
        {
            assert!(page.contains(words), "{words}: {page}");
        }
        let table = web.get(&ops, "/announcements/1/export?state=rejected").await;
        assert_eq!(table.status, StatusCode::OK);
        assert!(
            table.body.contains("\"'=cmd|timed out <b>\"") && table.body.contains("\"sandbox\""),
            "{}",
            table.body
        );
        assert_eq!(table.body.lines().count(), 2);
        let none = web.get(&ops, "/announcements/1/export?account=nowhere").await;
        assert_eq!(none.body.lines().count(), 1, "{}", none.body);
        assert_eq!(web.get(&ops, "/announcements/7/export").await.status, StatusCode::NOT_FOUND);
        let elsewhere = web.open(&ops, "/announcements/1?account=nowhere").await.body;
        assert!(elsewhere.contains(&web.words(Lang::En, "console-copies-none")), "{elsewhere}");
    });
}

#[test]
fn the_recipients_of_a_draft_are_listed_with_why_not() {
    on_both(async |web: &Web| {
        web.people().await;
        let ops = web.browser(Role::Ops).await;
        announce(web, &"staff-ops".into(), false).await;
        for (lang, browser) in [(Lang::En, ops.clone()), (Lang::Zh, ops.in_chinese())] {
            let page = web.open(&browser, "/announcements/1/recipients").await.body;
            assert_harmless(&page);
            assert!(page.contains(&web.words(lang, "console-recipients-see")), "{page}");
            let missed = web.open(&browser, "/announcements/1/recipients?only=missed").await.body;
            assert!(missed.contains(&web.words(lang, "console-recipients-none")), "{missed}");
        }
        let page = web.open(&ops, "/announcements/1/recipients").await.body;
        let see = page.split_once("recipients?see=").unwrap().1.split_once('"').unwrap().0.to_owned();
        let seen = web.open(&ops, &format!("/announcements/1/recipients?see={see}")).await.body;
        assert!(seen.contains(&web.words(Lang::En, "console-compose-not-connected")), "{seen}");
    });
}

#[test]
fn a_text_is_corrected_only_as_it_was_looked_at() {
    on_both(async |web: &Web| {
        let ops = ended(web, CopyState::Sent).await;
        web.doing(async |work| {
            let tx = work.tx().await.unwrap();
            let mut one = announcement_of(tx).await;
            one.state = announcement::State::Sent;
            bot_core::store::announcement::put(tx, &one).await.unwrap();
        })
        .await;
        let page = web.open(&ops, "/announcements/1").await.body;
        assert!(page.contains("href=\"/announcements/1/edit\""), "{page}");
        let form = web.open(&ops, "/announcements/1/edit").await.body;
        assert!(form.contains("Down for repairs tomorrow</textarea>"), "{form}");
        assert!(!form.contains("correct:"), "nobody has looked at another text");
        let post = async |what: &str, body: &str| {
            let fields = [("csrf", ops.csrf.as_str()), ("version", "1"), ("do", what), ("body_en", body)];
            web.upload(&ops, "/announcements/1/edit", &fields, b"").await
        };
        assert_eq!(post("see", "").await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let seen = post("see", "Not tomorrow").await.body;
        let mark = seen.split_once("value=\"correct:").unwrap().1.split_once('"').unwrap().0.to_owned();
        let other = post(&format!("correct:{mark}"), "Something else").await.body;
        assert!(other.contains(&web.words(Lang::En, "console-compose-look-again")), "{other}");
        let done = post(&format!("correct:{mark}"), "Not tomorrow").await;
        assert_eq!(done.location(), "/announcements/1", "{}", done.body);
        assert_eq!(web.last_trace("A-1").await.0, "announcement.edit");
        let mut tx = web.console.hall.db.read().await.unwrap();
        assert_eq!(announcement_of(&mut tx).await.wording.body_en.as_deref(), Some("Not tomorrow"));
    });
}

pub(super) async fn announcement_of(tx: &mut bot_core::store::Tx) -> announcement::Announcement {
    bot_core::store::announcement::get(tx, bot_core::ids::AnnouncementNo(1)).await.unwrap().unwrap()
}

#[test]
fn what_is_on_its_way_is_paused_goes_on_and_is_stopped() {
    on_both(async |web: &Web| {
        web.people().await;
        let ops = web.browser(Role::Ops).await;
        announce(web, &"staff-ops".into(), true).await;
        for (what, offers, state) in [
            ("pause", "value=\"resume\"", announcement::State::Paused),
            ("resume", "value=\"pause\"", announcement::State::Sending),
        ] {
            let done = web.post(&ops, "/announcements/1/act", &[("do", what)]).await;
            assert_eq!(done.location(), "/announcements/1", "{}", done.body);
            let page = web.open(&ops, "/announcements/1").await.body;
            assert!(page.contains(offers) && page.contains("value=\"cancel\""), "{what}: {page}");
            let mut tx = web.console.hall.db.read().await.unwrap();
            assert_eq!(announcement_of(&mut tx).await.state, state);
        }
        web.post(&ops, "/announcements/1/act", &[("do", "cancel")]).await;
        let page = web.open(&ops, "/announcements/1").await.body;
        assert!(!page.contains("value=\"pause\"") && !page.contains("value=\"resume\""), "{page}");
    });
}

#[test]
fn who_pressed_got_it_is_counted_listed_and_exported() {
    on_both(async |web: &Web| {
        let ops = ended(web, CopyState::Sent).await;
        let before = web.open(&ops, "/announcements/1").await.body;
        assert!(!before.contains("/announcements/1/acknowledged"), "nobody was asked: {before}");
        let empty = web.open(&ops, "/announcements/1/acknowledged").await.body;
        assert!(empty.contains(&web.words(Lang::En, "console-acks-none")), "{empty}");
        let group = recipient(web).await;
        web.doing(async |work| {
            let tx = work.tx().await.unwrap();
            let mut one = announcement_of(tx).await;
            one.ack = true;
            bot_core::store::announcement::put(tx, &one).await.unwrap();
            let user = chat::user_by_key(tx, &"sandbox".into(), &"mallory".into()).await.unwrap().unwrap();
            let who = acknowledge::Acknowledged {
                person: user.person.clone(),
                chat_user: user.id.clone(),
                name: HOSTILE.into(),
                chat: group.as_str().into(),
                title: String::new(),
                at_ms: START_MS,
            };
            assert!(acknowledge::add(tx, "A-1", &who).await.unwrap());
        })
        .await;
        let page = web.open(&ops, "/announcements/1").await.body;
        for words in
            ["href=\"/announcements/1/acknowledged\"", "data-label=\"Got it\">1</td>", "1 person has"]
        {
            assert!(page.contains(words), "{words}: {page}");
        }
        let list = web.open(&ops.in_chinese(), "/announcements/1/acknowledged").await.body;
        assert!(list.contains(&shown(HOSTILE)) && list.contains("已有 1 人"), "{list}");
        let table = web.get(&ops, "/announcements/1/export").await.body;
        assert!(table.lines().next().unwrap().contains(",\"Got it\","), "{table}");
        assert!(table.lines().nth(1).unwrap().ends_with(",\"1\",\"\",\"\",\"\""), "{table}");
        let none = web.get(&ops, "/announcements/7/acknowledged").await;
        assert_eq!(none.status, StatusCode::NOT_FOUND);
    });
}

#[test]
fn what_people_react_with_is_shown_and_exported_as_text() {
    on_both(async |web: &Web| {
        let ops = ended(web, CopyState::Sent).await;
        let before = web.open(&ops, "/announcements/1").await.body;
        assert!(!before.contains("data-label=\"Reactions\""), "nobody reacted: {before}");
        let recipient = recipient(web).await;
        web.doing(async |work| {
            let tx = work.tx().await.unwrap();
            let user = chat::user_by_key(tx, &"sandbox".into(), &"mallory".into()).await.unwrap().unwrap();
            let copy = OfCopy { push: "A-1".into(), recipient, message: "7".into() };
            for emoji in ["👍", "<b>", "custom:5"] {
                let held = Held { emoji: emoji.into(), stands: true, at_ms: START_MS };
                reaction::put(tx, &copy, &user.id, &held).await.unwrap();
            }
        })
        .await;
        let page = web.open(&ops, "/announcements/1").await.body;
        let said = "1 person has reacted: &#60;b&#62; 1, 👍 1, custom emoji 1";
        assert_eq!(page.matches(said).count(), 2, "on the card and beside the copy: {page}");
        let page = web.open(&ops.in_chinese(), "/announcements/1").await.body;
        assert!(page.contains("有 1 人用表情作了回应："), "{page}");
        let table = web.get(&ops, "/announcements/1/export").await.body;
        let line = table.lines().nth(1).unwrap();
        assert!(line.ends_with(",\"1 person has reacted: <b> 1, 👍 1, custom emoji 1\""), "{table}");
    });
}
