//! A form that is posted twice is done once, without scripts too.

use bot_core::roster::Role;
use bot_core::store::ticket::{self, MessageKind};
use bot_core::store::{announcement, webhook};

use super::*;

/// The key of the form that goes to an address.
fn key(page: &str, action: &str) -> String {
    let form =
        page.split_once(&format!("action=\"{action}\"")).unwrap_or_else(|| panic!("{action}: {page}")).1;
    let form = form.split_once("</form>").unwrap().0;
    let after = form.split_once("name=\"once\" value=\"").unwrap_or_else(|| panic!("no key: {form}")).1;
    after.split_once('"').unwrap().0.to_owned()
}

/// The key of the form in which answers and notes are written.
fn answer_key(page: &str) -> String {
    key(
        page.split_once("<form class=\"answer\"").unwrap().1.replacen(" method", "<form method", 1).as_str(),
        "/tickets/1/act",
    )
}

/// What staff said in the ticket.
async fn said(web: &Web, kind: MessageKind) -> Vec<String> {
    let mut tx = web.console.hall.db.read().await.unwrap();
    let all = ticket::messages(&mut tx, bot_core::ids::TicketNo(1), None, 50).await.unwrap();
    all.into_iter().filter(|one| one.kind == kind).map(|one| one.content.text.text).collect()
}

#[test]
fn an_answer_that_is_posted_twice_is_said_once() {
    on_both(async |web: &Web| {
        let (user, _) = web.people().await;
        web.ticket(&user).await;
        let agent = web.browser(Role::Support).await;
        let post = async |key: &str, words: &str| {
            let fields = [("once", key), ("do", "reply"), ("text", words), ("view", "all")];
            web.post(&agent, "/tickets/1/act", &fields).await
        };
        let first = answer_key(&web.open(&agent, "/tickets/1?view=all").await.body);
        for _ in 0..2 {
            let sent = post(&first, "It is on its way.").await;
            assert_eq!((sent.status, sent.location()), (StatusCode::SEE_OTHER, "/tickets/1?view=all"));
        }
        assert_eq!(said(web, MessageKind::Staff).await, ["It is on its way."]);
        // Who goes back and says something else has said something else.
        assert_eq!(post(&first, "Tomorrow, I mean.").await.status, StatusCode::SEE_OTHER);
        // The same words from another page are meant.
        let second = answer_key(&web.open(&agent, "/tickets/1?view=all").await.body);
        assert_ne!(first, second, "each page has a key of its own");
        post(&second, "It is on its way.").await;
        assert_eq!(
            said(web, MessageKind::Staff).await,
            ["It is on its way.", "Tomorrow, I mean.", "It is on its way."]
        );
        // A key is its owner's: a colleague's post with the same is theirs.
        let colleague = web.browser(Role::Admin).await;
        let fields = [("once", second.as_str()), ("do", "note"), ("text", "Seen."), ("view", "all")];
        web.post(&colleague, "/tickets/1/act", &fields).await;
        web.post(&colleague, "/tickets/1/act", &fields).await;
        assert_eq!(said(web, MessageKind::Note).await, ["Seen."]);
    });
}

#[test]
fn posts_that_come_at_once_are_one_and_what_was_refused_may_be_posted_again() {
    on_both(async |web: &Web| {
        let (user, _) = web.people().await;
        web.ticket(&user).await;
        let agent = web.browser(Role::Support).await;
        let fields = [("once", "k"), ("do", "reply"), ("text", "Once.")];
        let both = futures::future::join(
            web.post(&agent, "/tickets/1/act", &fields),
            web.post(&agent, "/tickets/1/act", &fields),
        );
        let (one, two) = both.await;
        assert_eq!((one.location(), two.location()), ("/tickets/1", "/tickets/1"));
        assert_eq!(said(web, MessageKind::Staff).await, ["Once."]);
        web.post(&agent, "/tickets/1/act", &[("do", "close")]).await;
        let late = [("once", "l"), ("do", "reply"), ("text", "Late.")];
        assert_eq!(web.post(&agent, "/tickets/1/act", &late).await.status, StatusCode::CONFLICT);
        web.post(&agent, "/tickets/1/act", &[("do", "reopen")]).await;
        assert_eq!(web.post(&agent, "/tickets/1/act", &late).await.location(), "/tickets/1");
        assert_eq!(said(web, MessageKind::Staff).await, ["Once.", "Late."]);
    });
}

#[test]
fn files_that_are_posted_twice_are_sent_once_whatever_line_stands_between_the_fields() {
    on_both(async |web: &Web| {
        let (user, _) = web.people().await;
        web.ticket(&user).await;
        let agent = web.browser(Role::Support).await;
        let page = web.open(&agent, "/tickets/1").await.body;
        let key = key(&page, "/tickets/1/files");
        let post = async |line: &str, words: &str| {
            let fields = [("csrf", agent.csrf.as_str()), ("once", &key), ("text", words)];
            let mut body: String = fields
                .iter()
                .map(|(name, value)| {
                    format!("--{line}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
                })
                .collect();
            body += &format!(
                "--{line}\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a.txt\"\r\n\r\nprices\r\n--{line}--\r\n"
            );
            let request = web
                .request(&agent, Method::POST, "/tickets/1/files")
                .header(header::ORIGIN, "http://hall.test")
                .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={line}"));
            web.ask(request.body(Body::from(body)).unwrap()).await
        };
        assert_eq!(post("a", "Here.").await.location(), "/tickets/1");
        assert_eq!(post("b", "Here.").await.location(), "/tickets/1");
        assert_eq!(said(web, MessageKind::Staff).await.len(), 1);
        post("a", "And here.").await;
        assert_eq!(said(web, MessageKind::Staff).await.len(), 2);
    });
}

#[test]
fn a_draft_that_is_posted_twice_is_one_draft() {
    on_both(async |web: &Web| {
        web.people().await;
        let ops = web.browser(Role::Ops).await;
        let look = async |key: &str| {
            let fields = [
                ("csrf", ops.csrf.as_str()),
                ("once", key),
                ("do", "look"),
                ("title_en", "Fair"),
                ("body_en", "Sign up"),
                ("audience", "all groups"),
            ];
            web.upload(&ops, "/announcements/new", &fields, b"").await
        };
        let first = key(&web.open(&ops, "/announcements/new").await.body, "/announcements/new");
        assert_eq!(look(&first).await.location(), "/announcements/1/edit#look");
        assert_eq!(look(&first).await.location(), "/announcements/1/edit#look");
        let second = key(&web.open(&ops, "/announcements/new").await.body, "/announcements/new");
        assert_eq!(look(&second).await.location(), "/announcements/2/edit#look");
        let mut tx = web.console.hall.db.read().await.unwrap();
        assert_eq!(announcement::list(&mut tx, None, 10).await.unwrap().len(), 2);
    });
}

#[test]
fn what_is_shown_once_is_not_made_twice_nor_shown_again() {
    on_both(async |web: &Web| {
        let admin = web.browser(Role::Admin).await;
        let key = key(&web.open(&admin, "/webhooks").await.body, "/webhooks/save");
        let fields = [("once", key.as_str()), ("url", "https://hooks.example/in"), ("type", "ticket.opened")];
        let made = web.post(&admin, "/webhooks/save", &fields).await;
        assert!(made.status == StatusCode::OK && made.body.contains("whsec_"), "{}", made.body);
        let again = web.post(&admin, "/webhooks/save", &fields).await;
        let all = webhook::all(&mut web.console.hall.db.read().await.unwrap()).await.unwrap();
        assert_eq!(all.len(), 1);
        assert_eq!(
            (again.status, again.location()),
            (StatusCode::SEE_OTHER, &*format!("/webhooks/{}", all[0].id))
        );
        let token = [("once", "t"), ("label", "shop"), ("days", "30"), ("right_administer", "on")];
        assert_eq!(web.post(&admin, "/account/tokens", &token).await.status, StatusCode::OK);
        assert_eq!(web.post(&admin, "/account/tokens", &token).await.location(), "/account#tokens");
        let hire = [("once", "h"), ("name", "Mo"), ("role_ops", "on")];
        let [one, two] =
            [web.post(&admin, "/staff/hire", &hire).await, web.post(&admin, "/staff/hire", &hire).await];
        assert!(
            one.location().starts_with("/staff/") && one.location() == two.location(),
            "{}",
            two.location()
        );
    });
}
