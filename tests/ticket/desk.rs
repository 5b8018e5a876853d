//! The console's inbox and the staff chat's topic are two doors to the same ticket.

use axum::Router;
use bot_core::ids::StaffId;
use bot_core::store::ticket::TicketState;
use console::{Console, Parts, Running, Settings};
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::{holds, lin_and_ann, state, topic};
use crate::harness::{About, STAFF, Stage, story_about};

/// An agent at the console, over a real socket.
struct Agent {
    client: reqwest::Client,
    at: String,
    cookie: String,
    _runs: DropGuard,
}

impl Agent {
    /// Signs in by a link.
    async fn signs_in(h: &Stage, staff: &StaffId) -> Self {
        let hall = h.hall();
        let link = console::sign_in_link(&hall, None, staff, 60_000).await.unwrap();
        let path = link.strip_prefix(&hall.public_url).unwrap().to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = format!("http://{}", listener.local_addr().unwrap());
        let parts = Parts {
            hall,
            world: None,
            settings: Settings::default(),
            metrics: None,
            running: Running::default(),
            shown: Vec::new(),
        };
        let stop = CancellationToken::new();
        tokio::spawn(console::serve(Console::new(parts), Router::new(), listener, stop.clone()));
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let request = client.get(format!("{at}{path}")).header("sec-fetch-mode", "navigate");
        let answer = request.header("sec-fetch-dest", "document").send().await.unwrap();
        let set = answer.headers()["set-cookie"].to_str().unwrap();
        let cookie = set.split(';').next().unwrap().to_owned();
        Self { client, at, cookie, _runs: stop.drop_guard() }
    }

    async fn reads(&self) -> String {
        let request = self.client.get(format!("{}/tickets/1", self.at)).header("cookie", &self.cookie);
        request.send().await.unwrap().text().await.unwrap()
    }

    /// Presses a button of the page, and gives how that was answered.
    async fn does(&self, fields: &[(&str, &str)]) -> (u16, String) {
        let csrf = field(&self.reads().await, "csrf");
        let body = form_urlencoded::Serializer::new(String::new())
            .append_pair("csrf", &csrf)
            .extend_pairs(fields)
            .finish();
        let request = self.client.post(format!("{}/tickets/1/act", self.at)).header("cookie", &self.cookie);
        let request = request.header("content-type", "application/x-www-form-urlencoded").body(body);
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }
}

/// What a hidden field of a page holds.
fn field(page: &str, name: &str) -> String {
    let after = page.split_once(&format!("name=\"{name}\" value=\"")).unwrap_or_else(|| panic!("{page}")).1;
    after.split_once('"').unwrap().0.to_owned()
}

#[test]
fn what_is_said_and_done_at_one_door_is_seen_at_the_other() {
    story_about(&[About::Topics], async |h| {
        let ann = lin_and_ann(h).await;
        h.staff("Bo", bot_core::roster::Role::Support).await;
        h.says_in("@Lin", "Lin", "/ticket payout").await;
        h.says_in("@Lin", "Lin", "It says E42").await;
        let agent = Agent::signs_in(h, &ann).await;
        holds(&agent.reads().await, "It says E42");

        let (status, _) = agent.does(&[("do", "reply"), ("text", "We pay again")]).await;
        assert_eq!(status, 303);
        h.pass("5s").await;
        holds(&h.transcript("@Lin"), "Guildhall: Support: We pay again");
        holds(&topic(h), "Ann: We pay again");
        holds(&topic(h), "Ann took T-1.");
        holds(&agent.reads().await, "delivered");

        // The page was read before the merchant said one thing more.
        let seen = field(&agent.reads().await, "seen");
        h.says_in("@Lin", "Lin", "Not to the old account!").await;
        let late = agent.does(&[("do", "close"), ("text", "paid"), ("seen", &seen)]).await;
        assert_eq!(late.0, 409);
        holds(&late.1, "Lin has written meanwhile.");
        holds(&late.1, "Not to the old account!");
        assert_eq!(state(h, 1).await, TicketState::Open);

        h.says_in_thread(STAFF, "T-1", "Ann", "// finance knows").await;
        h.says_in_thread(STAFF, "T-1", "Ann", "/hand Bo").await;
        h.pass("5s").await;
        holds(&topic(h), "Bo, Ann handed T-1 to you.");
        let page = agent.reads().await;
        holds(&page, "finance knows");
        holds(&page, "Take it over from Bo");
        let seen = field(&page, "seen");
        assert_eq!(agent.does(&[("do", "close"), ("text", "paid"), ("seen", &seen)]).await.0, 303);
        h.pass("5s").await;
        holds(&h.transcript("@Lin"), "T-1 is closed: paid");
        holds(&topic(h), "Ann closed T-1: paid");
    });
}
