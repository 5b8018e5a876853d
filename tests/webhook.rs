//! What programs outside are told: each event once in our books, wherever the program is killed, and in the words of the API.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bot_core::clockwork::Clockwork;
use bot_core::features::webhook::{self as feature, Answered, Call, Caller, Deliverer, Happened, Typed};
use bot_core::ids::{RowId, StaffId, TicketNo};
use bot_core::roster::Role;
use bot_core::store::webhook as store;
use bot_core::work::Work;
use serde_json::Value;

use crate::harness::{GROUP, Stage, story, story_with_crashes};

/// Takes everything, and keeps it.
#[derive(Default)]
struct Takes(Mutex<Vec<Call>>);

#[async_trait]
impl Caller for Takes {
    async fn call(&self, call: &Call) -> Answered {
        self.0.lock().unwrap().push(call.clone());
        Answered { status: Some(204), ..Answered::default() }
    }
}

/// A webhook that is told of everything.
async fn made(h: &Stage, by: &StaffId) -> RowId {
    let typed = Typed {
        url: "https://hooks.example/in".into(),
        description: "the shop".into(),
        types: Happened::ALL.iter().map(|what| what.word().to_owned()).collect(),
    };
    let step = async |mut work: Work| {
        let one = feature::create(&mut work, by, &typed).await?;
        Ok((work, one.id))
    };
    h.hall().in_one_commit(step).await.unwrap()
}

/// A place outside that takes everything.
struct Outside {
    takes: Arc<Takes>,
    deliverer: Arc<Deliverer>,
}

impl Outside {
    fn of(h: &Stage) -> Self {
        let takes = Arc::new(Takes::default());
        let deliverer = Deliverer::new(h.hall(), Arc::clone(&takes) as _, Arc::new(console::ApiShow));
        Self { takes, deliverer }
    }

    /// Sends what waits; gives what was said.
    async fn told(&self, h: &Stage) -> Vec<Value> {
        let clockwork = Clockwork::new(h.hall());
        while clockwork.tick().await.unwrap() + self.deliverer.deliver_handed().await > 0 {}
        let calls = self.takes.0.lock().unwrap().clone();
        calls.iter().map(|call| serde_json::from_str(&call.body).unwrap()).collect()
    }
}

#[test]
fn a_ticket_is_told_from_its_opening_to_its_end() {
    story(async |h| {
        let ada = h.staff("Ada", Role::Admin).await;
        let outside = Outside::of(h);
        made(h, &ada).await;
        h.merchant("Lin").await;
        h.says("Lin", "/ticket my payout is late").await;
        h.pass("1m").await;
        let no = TicketNo::parse("T-1").unwrap();
        let step = async |mut work: Work| {
            bot_core::features::ticket::claim(&mut work, &ada, no).await?;
            bot_core::features::ticket::close(&mut work, &ada, no, Some("paid".into())).await?;
            Ok((work, ()))
        };
        h.hall().in_one_commit(step).await.unwrap();
        h.pass("2m").await;
        let told = outside.told(h).await;
        let of_ticket: Vec<&Value> =
            told.iter().filter(|one| one["type"].as_str().unwrap().starts_with("ticket.")).collect();
        let mut types: Vec<&str> = of_ticket.iter().map(|one| one["type"].as_str().unwrap()).collect();
        types.sort_unstable();
        assert_eq!(types, ["ticket.claimed", "ticket.closed", "ticket.opened"], "{told:?}");
        for one in of_ticket {
            assert_eq!(one["data"]["no"], "T-1");
            assert_eq!(one["data"]["ticket"]["no"], "T-1", "as the API shows it: {one}");
            assert_eq!(one["data"]["ticket"]["solution"], "paid", "as it is when it is first sent");
            assert!(one["time"].is_i64() && one["id"].is_string());
        }
    });
}

#[test]
fn what_happens_is_in_our_books_once_wherever_the_program_is_killed() {
    story_with_crashes(&[GROUP], async |h| {
        let ada = h.staff("Ada", Role::Admin).await;
        made(h, &ada).await;
        h.merchant("Lin").await;
        h.says("Lin", "/ticket my payout is late").await;
        h.pass("1m").await;
        let mut tx = h.hall().db.read().await.unwrap();
        let webhook = store::all(&mut tx).await.unwrap().remove(0).id;
        let kept = store::deliveries(&mut tx, &webhook, None, 100).await.unwrap();
        let opened = kept.iter().filter(|one| one.kind == "ticket.opened").count();
        assert_eq!(opened, 1, "{kept:?}");
    });
}
