//! Macros: written by who may, put into an answer with and without scripts.

use bot_core::chat::Lang;
use bot_core::store::r#macro as store;

use super::*;
use crate::tests::scene::shown;

async fn all(web: &Web) -> Vec<store::Macro> {
    store::all(&mut web.console.hall.db.read().await.unwrap()).await.unwrap()
}

const PAYOUT: [(&str, &str); 3] =
    [("name", ";Payout"), ("body_en", "It is <b>on</b> its way."), ("body_zh", "已打款。")];

#[test]
fn a_macro_is_written_changed_and_taken_away_by_who_may() {
    on_both(async |web: &Web| {
        let support = web.browser(Role::Support).await;
        for (lang, browser) in [(Lang::En, support.clone()), (Lang::Zh, support.in_chinese())] {
            let empty = web.open(&browser, "/macros").await.body;
            assert!(empty.contains(&web.words(lang, "console-macros-none")), "{empty}");
        }
        assert_eq!(web.post(&support, "/macros/save", &PAYOUT).await.location(), "/macros");
        let one = all(web).await.remove(0);
        assert_eq!((one.name.as_str(), one.version), ("payout", 1));
        let page = web.open(&support, "/macros").await.body;
        assert!(page.contains(&shown("It is <b>on</b> its way.")) && !page.contains("<b>on</b>"), "{page}");

        let twice = web.post(&support, "/macros/save", &PAYOUT).await;
        assert_eq!(twice.status, StatusCode::CONFLICT);
        assert!(twice.body.contains("already") && twice.body.contains("value=\";Payout\""), "{}", twice.body);
        let none = web.post(&support, "/macros/save", &[("name", "bye")]).await;
        assert!(none.body.contains(&web.words(Lang::En, "macro-no-text")), "{}", none.body);

        let change = [("id", one.id.as_str()), ("version", "1"), ("name", "paid"), ("body_en", "Paid")];
        assert_eq!(web.post(&support, "/macros/save", &change).await.location(), "/macros");
        let late = web.post(&support, "/macros/save", &change).await;
        assert!(late.body.contains(&web.words(Lang::En, "macro-changed-meanwhile")), "{}", late.body);
        assert_eq!(all(web).await[0].body_zh, "", "a text that was emptied is gone");

        let engineer = web.browser(Role::Engineer).await;
        let page = web.open(&engineer, "/macros").await.body;
        assert!(page.contains(";paid") && !page.contains("/macros/save"), "reads, and writes not: {page}");
        let remove = format!("/macros/{}/remove", one.id);
        assert_eq!(web.post(&engineer, &remove, &[]).await.status, StatusCode::FORBIDDEN);
        assert_eq!(web.post(&support, &remove, &[]).await.location(), "/macros");
        assert_eq!(all(web).await, []);
        assert_eq!(web.post(&support, &remove, &[]).await.status, StatusCode::CONFLICT);
        let last = web.last_trace("paid").await;
        assert_eq!(last, ("macro.remove".to_owned(), Some("staff-support".into())));
    });
}

#[test]
fn a_macro_is_put_into_an_answer_in_the_merchants_language() {
    on_both(async |web: &Web| {
        let (user, _) = web.people().await;
        web.ticket(&user).await;
        let support = web.browser(Role::Support).await;
        web.post(&support, "/macros/save", &PAYOUT).await;
        // What is offered is in the language of the ticket, whatever the agent reads.
        for browser in [support.clone(), support.in_chinese()] {
            let page = web.open(&browser, "/tickets/1").await.body;
            let offered = format!("value=\"payout\" data-words=\"{}\"", shown("It is <b>on</b> its way."));
            assert!(page.contains(&offered), "{page}");
        }
        // Without scripts a button fills the form, and nothing is said.
        let fields = [("do", "note"), ("text", "Dear Lin,"), ("macro", "payout"), ("fill", "1")];
        let filled = web.post(&support, "/tickets/1/act", &fields).await;
        assert_eq!(filled.status, StatusCode::OK);
        let words = format!("{}\n{}</textarea>", "Dear Lin,", shown("It is <b>on</b> its way."));
        assert!(filled.body.contains(&words), "{}", filled.body);
        assert!(
            filled.body.contains("value=\"note\" checked"),
            "what one writes stays a note: {}",
            filled.body
        );
        assert_eq!(web.trace("T-1").await, []);
        let gone = [("do", "reply"), ("text", "Dear"), ("macro", "nothing"), ("fill", "1")];
        let gone = web.post(&support, "/tickets/1/act", &gone).await;
        assert_eq!(gone.status, StatusCode::CONFLICT);
        assert!(gone.body.contains("Dear</textarea>"), "{}", gone.body);
    });
}
