//! The inbox, and a ticket that is worked on.

use bot_core::chat::Lang;
use bot_core::store::ticket::{self, MessageKind, TicketState};

use super::*;
use crate::tests::scene::{HOSTILE, assert_harmless, shown};

#[test]
fn a_ticket_is_listed_and_shown_in_both_languages() {
    on_both(async |web: &Web| {
        let (user, _) = web.people().await;
        let no = web.ticket(&user).await;
        let browser = web.browser(Role::Support).await;
        for browser in [browser.clone(), browser.in_chinese()] {
            for path in ["/tickets", "/tickets?view=unclaimed", "/tickets/T-1"] {
                let page = web.open(&browser, path).await.body;
                assert_harmless(&page);
                assert!(page.contains(&no.to_string()) && page.contains(&shown("<b>payout</b>")), "{path}");
            }
            assert!(!web.open(&browser, "/tickets?view=mine").await.body.contains(&shown(HOSTILE)));
        }
        let (english, chinese) = (
            web.open(&browser, "/tickets").await.body,
            web.open(&browser.in_chinese(), "/tickets").await.body,
        );
        assert!(english.contains(&web.words(Lang::En, "ticket-state-new")), "{english}");
        assert!(chinese.contains(&web.words(Lang::Zh, "ticket-state-new")), "{chinese}");
    });
}

#[test]
fn an_agent_takes_a_ticket_answers_it_and_closes_it() {
    on_both(async |web: &Web| {
        let (user, _) = web.people().await;
        let no = web.ticket(&user).await;
        let browser = web.browser(Role::Support).await;
        let me = Some("staff-support".into());
        let steps = [
            ("claim", ""),
            ("reply", "It is on\r\nits way."),
            ("wait", ""),
            ("close", "Paid out."),
            ("reopen", ""),
        ];
        for (what, words) in steps {
            let done = web.post(&browser, "/tickets/1/act", &[("do", what), ("text", words)]).await;
            assert_eq!(done.location(), "/tickets/1", "{what}: {}", done.body);
        }
        let trace = web.trace(&no.to_string()).await;
        assert!(trace.iter().all(|(_, staff)| *staff == me), "{trace:?}");
        let acts: Vec<&str> = trace.iter().map(|(act, _)| act.as_str()).collect();
        assert_eq!(
            acts,
            ["ticket.claimed", "ticket.reply", "ticket.waiting", "ticket.closed", "ticket.reopened"]
        );
        let mut tx = web.console.hall.db.read().await.unwrap();
        let one = ticket::get(&mut tx, no).await.unwrap().unwrap();
        assert_eq!((one.state, one.owner), (TicketState::Reopened, me));
        let said = ticket::messages(&mut tx, no, None, 50).await.unwrap();
        let answer = said.iter().find(|message| message.kind == MessageKind::Staff).unwrap();
        assert_eq!(answer.content.text.text, "It is on\nits way.");
    });
}

#[test]
fn a_refusal_keeps_the_words_and_changes_nothing() {
    on_both(async |web: &Web| {
        let (user, _) = web.people().await;
        let no = web.ticket(&user).await;
        let browser = web.browser(Role::Support).await;
        let empty = web.post(&browser, "/tickets/1/act", &[("do", "reply"), ("text", "  ")]).await;
        assert_eq!(empty.status, StatusCode::CONFLICT);
        assert!(empty.body.contains(&web.words(Lang::En, "console-ticket-no-words")), "{}", empty.body);
        web.post(&browser, "/tickets/1/act", &[("do", "close")]).await;
        let late = web.post(&browser, "/tickets/1/act", &[("do", "reply"), ("text", "<late> words")]).await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        assert!(late.body.contains(&format!("{}</textarea>", shown("<late> words"))), "{}", late.body);
        // Who may not work on tickets, and a form without the page's token.
        let moderator = web.browser(Role::Moderator).await;
        let denied = web.post(&moderator, "/tickets/1/act", &[("do", "reopen")]).await;
        let forged = web.post_bare(&browser, "/tickets/1/act", &[("do", "reopen")], "http://hall.test").await;
        assert_eq!((denied.status, forged.status), (StatusCode::FORBIDDEN, StatusCode::FORBIDDEN));
        let mut tx = web.console.hall.db.read().await.unwrap();
        assert!(ticket::get(&mut tx, no).await.unwrap().unwrap().is_closed());
    });
}
