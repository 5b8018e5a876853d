//! The inbox, and a ticket that is worked on.

use bot_core::chat::Lang;
use bot_core::store::ticket::{self, Delivery, MessageKind, TicketState};

use super::*;
use crate::tests::scene::{HOSTILE, assert_harmless, shown};

/// A picture of one pixel.
const PIXEL: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0:~\x9bU\0\0\0\nIDATx\x9cc`\0\0\0\x02\0\x01H\xaf\xa4q\0\0\0\0IEND\xaeB`\x82";

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
            let none = web.open(&browser, "/tickets?view=closed").await.body;
            assert!(!none.contains("/tickets/1"), "{none}");
            let all = web.open(&browser, "/tickets?view=all").await.body;
            assert!(all.contains("href=\"/tickets/1?view=all\""), "the view goes along: {all}");
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

/// What the page's forms send back of it.
fn hidden(page: &str, name: &str) -> String {
    let field = format!("name=\"{name}\" value=\"");
    let after = page.split_once(&field).unwrap_or_else(|| panic!("no {name}: {page}")).1;
    after.split_once('"').unwrap().0.to_owned()
}

/// So much time passes, milliseconds.
fn pass(web: &Web, ms: i64) {
    web.clock.move_to(web.clock.now_ms() + ms);
}

/// The merchant says something more.
async fn writes(web: &Web, user: &bot_core::directory::User, words: &str) {
    let new = bot_core::features::ticket::NewTicket {
        user: user.clone(),
        by: None,
        from: None,
        subject: None,
        question: Some(words.into()),
        lang: None,
    };
    web.doing(async |work| bot_core::features::ticket::open(work, new).await.unwrap()).await;
}

#[test]
fn what_puts_a_ticket_aside_is_bound_to_what_the_page_showed() {
    on_both(async |web: &Web| {
        let (user, _) = web.people().await;
        let no = web.ticket(&user).await;
        let browser = web.browser(Role::Support).await;
        let seen = hidden(&web.open(&browser, "/tickets/1").await.body, "seen");
        pass(web, 1_000);
        writes(web, &user, "One thing more").await;
        for what in ["close", "wait"] {
            let fields = [("do", what), ("text", "<done>"), ("seen", seen.as_str())];
            let late = web.post(&browser, "/tickets/1/act", &fields).await;
            assert_eq!(late.status, StatusCode::CONFLICT, "{what}");
            assert!(late.body.contains("has written meanwhile"), "{what}: {}", late.body);
            assert!(late.body.contains("One thing more"), "the page shows what was not read: {}", late.body);
            let kept = late.body.contains(&format!("{}</textarea>", shown("<done>")));
            assert_eq!(kept, what == "close", "the solution is kept as it was typed");
        }
        assert_eq!(web.trace(&no.to_string()).await, [], "nothing was done");
        let seen = hidden(&web.open(&browser, "/tickets/1").await.body, "seen");
        let fields = [("do", "close"), ("seen", seen.as_str()), ("view", "mine")];
        let done = web.post(&browser, "/tickets/1/act", &fields).await;
        assert_eq!(done.location(), "/tickets/1?view=mine", "{}", done.body);
    });
}

#[test]
fn a_ticket_goes_from_hand_to_hand_and_nobody_takes_it_unawares() {
    on_both(async |web: &Web| {
        let (user, _) = web.people().await;
        let no = web.ticket(&user).await;
        let (support, engineer) = (web.browser(Role::Support).await, web.browser(Role::Engineer).await);
        web.staff(Role::Moderator).await;
        let page = web.open(&support, "/tickets/1").await.body;
        assert!(page.contains("<option value=\"staff-engineer\">"), "{page}");
        assert!(!page.contains("<option value=\"staff-moderator\">"), "who may not, is not offered: {page}");
        let act = async |browser: &Browser, fields: &[(&str, &str)]| {
            web.post(browser, "/tickets/1/act", fields).await
        };
        let handed = act(&support, &[("do", "hand"), ("to", "staff-engineer"), ("owner", "")]).await;
        assert_eq!(handed.location(), "/tickets/1", "{}", handed.body);
        let last = web.last_trace(&no.to_string()).await;
        assert_eq!(last, ("ticket.handed".to_owned(), Some("staff-support".into())));
        let mine = web.open(&engineer, "/tickets?view=mine").await.body;
        assert!(mine.contains("/tickets/1?view=mine"), "{mine}");

        // The page still showed that nobody has it.
        let late = act(&support, &[("do", "claim"), ("owner", "")]).await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        assert!(late.body.contains("engineer has T-1 by now"), "{}", late.body);
        for (to, why) in
            [("staff-moderator", "does not allow"), ("staff-engineer", "already"), ("x", "called")]
        {
            let refused = act(&support, &[("do", "hand"), ("to", to)]).await;
            assert_eq!(refused.status, StatusCode::CONFLICT, "{to}");
            assert!(refused.body.contains(why), "{to}: {}", refused.body);
        }
        let nobody = act(&support, &[("do", "hand")]).await.body;
        assert!(nobody.contains(&web.words(Lang::En, "console-ticket-no-colleague")), "{nobody}");
        let known = act(&support, &[("do", "claim"), ("owner", "staff-engineer")]).await;
        assert_eq!(known.location(), "/tickets/1", "{}", known.body);
        let mut tx = web.console.hall.db.read().await.unwrap();
        assert_eq!(ticket::get(&mut tx, no).await.unwrap().unwrap().owner, Some("staff-support".into()));
    });
}

#[test]
fn what_was_refused_or_never_answered_is_sent_again_from_the_page() {
    on_both(async |web: &Web| {
        let (user, _) = web.people().await;
        let no = web.ticket(&user).await;
        let browser = web.browser(Role::Support).await;
        web.post(&browser, "/tickets/1/act", &[("do", "reply"), ("text", "On its way")]).await;
        let answer = async || {
            let mut tx = web.console.hall.db.read().await.unwrap();
            let said = ticket::messages(&mut tx, no, None, 50).await.unwrap();
            said.into_iter().find(|message| message.kind == MessageKind::Staff).unwrap()
        };
        let mut message = answer().await;
        let id = message.id.to_string();
        let again = [("do", "again"), ("message", id.as_str())];
        let early = web.post(&browser, "/tickets/1/act", &again).await;
        assert_eq!(early.status, StatusCode::CONFLICT, "it is on its way");
        message.delivery = Delivery::Rejected;
        web.doing(async |work| {
            ticket::put_message(work.tx().await.unwrap(), &message).await.unwrap();
        })
        .await;
        for (lang, browser) in [(Lang::En, browser.clone()), (Lang::Zh, browser.in_chinese())] {
            let page = web.open(&browser, "/tickets/1").await.body;
            assert!(page.contains(&web.words(lang, "console-delivery-rejected")), "{page}");
            assert!(page.contains(&format!("name=\"message\" value=\"{id}\"")), "{page}");
        }
        let done = web.post(&browser, "/tickets/1/act", &again).await;
        assert_eq!(done.location(), "/tickets/1", "{}", done.body);
        assert_ne!(answer().await.delivery, Delivery::Rejected);
        assert_eq!(web.last_trace("T-1").await.0, "ticket.again");
        let of_another = web.post(&browser, "/tickets/1/act", &[("do", "again"), ("message", "x")]).await;
        assert_eq!(of_another.status, StatusCode::CONFLICT);
    });
}

#[test]
fn an_agent_corrects_and_takes_back_what_they_wrote_and_nothing_else() {
    on_both(async |web: &Web| {
        let (user, _) = web.people().await;
        let no = web.ticket(&user).await;
        let (agent, other) = (web.browser(Role::Support).await, web.browser(Role::Admin).await);
        web.post(&agent, "/tickets/1/act", &[("do", "reply"), ("text", "On Firday")]).await;
        let said = async |kind: MessageKind| {
            let mut tx = web.console.hall.db.read().await.unwrap();
            let said = ticket::messages(&mut tx, no, None, 50).await.unwrap();
            said.into_iter().find(|message| message.kind == kind).unwrap()
        };
        let id = said(MessageKind::Staff).await.id.to_string();
        for (lang, browser) in [(Lang::En, agent.clone()), (Lang::Zh, agent.in_chinese())] {
            let page = web.open(&browser, "/tickets/1").await.body;
            assert!(page.contains(&web.words(lang, "console-ticket-correct-do")), "{page}");
        }
        let page = web.open(&other, "/tickets/1").await.body;
        assert!(!page.contains("value=\"take-back\""), "it is a colleague's: {page}");
        let edit = [("do", "edit"), ("message", id.as_str()), ("text", "On Friday")];
        let foreign = web.post(&other, "/tickets/1/act", &edit).await;
        assert_eq!(foreign.status, StatusCode::CONFLICT);
        assert!(foreign.body.contains(&web.words(Lang::En, "ticket-not-your-words")), "{}", foreign.body);
        let empty = [("do", "edit"), ("message", id.as_str()), ("text", " ")];
        assert_eq!(web.post(&agent, "/tickets/1/act", &empty).await.status, StatusCode::CONFLICT);
        writes(web, &user, "Thanks").await;
        let theirs = said(MessageKind::Merchant).await.id.to_string();
        let of_merchant = [("do", "take-back"), ("message", theirs.as_str())];
        assert_eq!(web.post(&agent, "/tickets/1/act", &of_merchant).await.status, StatusCode::CONFLICT);

        assert_eq!(web.post(&agent, "/tickets/1/act", &edit).await.location(), "/tickets/1");
        let message = said(MessageKind::Staff).await;
        assert_eq!(message.content.text.text, "On Friday");
        assert!(message.edited_at_ms.is_some() && message.deleted_at_ms.is_none());
        assert_eq!(web.last_trace("T-1").await, ("ticket.edited".to_owned(), Some("staff-support".into())));
        web.post(&agent, "/tickets/1/act", &edit).await;
        assert_eq!(web.count_of("T-1", "ticket.edited").await, 1, "the same words are no change");

        let back = [("do", "take-back"), ("message", id.as_str())];
        assert_eq!(web.post(&agent, "/tickets/1/act", &back).await.location(), "/tickets/1");
        assert!(said(MessageKind::Staff).await.deleted_at_ms.is_some());
        assert_eq!(web.last_trace("T-1").await.0, "ticket.deleted");
        for late in [&back[..], &edit[..]] {
            assert_eq!(web.post(&agent, "/tickets/1/act", late).await.status, StatusCode::CONFLICT);
        }
    });
}

#[test]
fn an_agent_sends_files_that_are_what_they_say_and_they_are_kept_with_the_ticket() {
    on_both(async |web: &Web| {
        let (user, _) = web.people().await;
        let no = web.ticket(&user).await;
        let agent = web.browser(Role::Support).await;
        let fields = [("csrf", agent.csrf.as_str()), ("view", "mine"), ("text", "Your <b>bill</b>")];
        let said = async || {
            let mut tx = web.console.hall.db.read().await.unwrap();
            let said = ticket::messages(&mut tx, no, None, 50).await.unwrap();
            said.into_iter().filter(|message| message.kind == MessageKind::Staff).collect::<Vec<_>>()
        };
        // It is called `a.png`.
        let script = web.upload(&agent, "/tickets/1/files", &fields, b"<script>alert(1)</script>").await;
        assert_eq!(script.status, StatusCode::CONFLICT);
        assert!(script.body.contains(&shown("Your <b>bill</b>")), "the words stay: {}", script.body);
        let none = web.upload(&agent, "/tickets/1/files", &fields, b"").await;
        assert!(none.body.contains(&web.words(Lang::En, "ticket-no-files")), "{}", none.body);
        assert_eq!(said().await, []);

        let sent = web.upload(&agent, "/tickets/1/files", &fields, PIXEL).await;
        assert_eq!(sent.location(), "/tickets/1?view=mine", "{}", sent.body);
        let message = said().await.remove(0);
        let file = &message.content.attachments[0];
        assert_eq!((message.content.text.text.as_str(), file.name.as_str()), ("Your <b>bill</b>", "a.png"));
        let bot_core::chat::FileRef::Stored(digest) = &file.file else { panic!("{file:?}") };
        let page = web.open(&agent, "/tickets/1").await.body;
        assert!(page.contains(&format!("/files/{digest}")), "{page}");
        assert_eq!(web.open(&agent, &format!("/files/{digest}")).await.status, StatusCode::OK);
        let auditor = web.browser(Role::Auditor).await;
        assert_eq!(web.open(&auditor, &format!("/files/{digest}")).await.status, StatusCode::FORBIDDEN);
        assert_eq!(web.last_trace("T-1").await, ("ticket.reply".to_owned(), Some("staff-support".into())));

        web.post(&agent, "/tickets/1/act", &[("do", "close")]).await;
        let late = web.upload(&agent, "/tickets/1/files", &fields, PIXEL).await;
        assert_eq!((late.status, said().await.len()), (StatusCode::CONFLICT, 1));
        let nowhere = web.upload(&agent, "/tickets/9/files", &fields, PIXEL).await;
        assert_eq!(nowhere.status, StatusCode::NOT_FOUND);
    });
}

#[test]
fn the_page_says_who_it_is_and_what_else_they_had_with_us() {
    on_both(async |web: &Web| {
        let (user, chat) = web.people().await;
        super::people::trade(web, &user, 1).await;
        web.case(&user, &chat).await;
        let first = web.ticket(&user).await;
        let support = web.browser(Role::Support).await;
        web.post(&support, "/tickets/1/act", &[("do", "close"), ("text", "Paid <out>.")]).await;
        assert_eq!(first.0, 1);
        web.ticket(&user).await;
        for (lang, browser) in [(Lang::En, support.clone()), (Lang::Zh, support.in_chinese())] {
            let page = web.open(&browser, "/tickets/2").await.body;
            assert_harmless(&page);
            for words in
                ["href=\"/merchants/M000\"", "href=\"/tickets/1?view=open\"", "href=\"/moderation/1\""]
            {
                assert!(page.contains(words), "{words}: {page}");
            }
            assert!(page.contains(&web.words(lang, "people-tier-crown")), "{page}");
            let closed = web.open(&browser, "/tickets/1").await.body;
            assert!(closed.contains(&shown("Paid <out>.")), "{closed}");
            assert!(!closed.contains("value=\"reply\"") && closed.contains("value=\"reopen\""), "{closed}");
        }
    });
}

#[test]
fn a_clock_runs_until_somebody_answers() {
    on_both(async |web: &Web| {
        let (user, _) = web.people().await;
        web.ticket(&user).await;
        let browser = web.browser(Role::Support).await;
        pass(web, 7 * 60_000);
        for path in ["/tickets", "/tickets/1"] {
            let page = web.open(&browser, path).await.body;
            assert!(page.contains("data-since>7 min</time>"), "{path}: {page}");
        }
        web.post(&browser, "/tickets/1/act", &[("do", "reply"), ("text", "Here")]).await;
        let answered = web.open(&browser, "/tickets/1").await.body;
        assert!(!answered.contains("data-since"), "{answered}");
    });
}

#[test]
fn a_page_that_asks_by_itself_keeps_nobody_signed_in() {
    on_both(async |web: &Web| {
        let browser = web.browser(Role::Support).await;
        let watch = async || {
            let request = web.request(&browser, Method::GET, "/tickets").header("x-guildhall-live", "watch");
            web.ask(request.body(Body::empty()).unwrap()).await.status
        };
        const HOUR_MS: i64 = 3_600_000;
        for _ in 0..11 {
            pass(web, HOUR_MS);
            assert_eq!(watch().await, StatusCode::OK);
        }
        pass(web, HOUR_MS + 1);
        assert_eq!(watch().await, StatusCode::UNAUTHORIZED, "nobody was seen for 12 hours");
    });
}
