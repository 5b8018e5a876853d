//! From what happens to what is called, step by step on a clock of our own.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use serde_json::Value;

use super::*;
use crate::chat::EventBody;
use crate::clockwork::Clockwork;
use crate::features::testing::{Stage, direct, group, info, on_stage};
use crate::ids::StaffId;
use crate::roster::Role;
use crate::store::webhook::{Delivery, DeliveryState};

/// Answers as it is told, and keeps what it was sent.
#[derive(Default)]
struct Place {
    answers: Mutex<VecDeque<u16>>,
    heard: Mutex<Vec<Call>>,
}

#[async_trait]
impl Caller for Place {
    async fn call(&self, call: &Call) -> Answered {
        self.heard.lock().unwrap().push(call.clone());
        let status = self.answers.lock().unwrap().pop_front().unwrap_or(200);
        Answered { status: Some(status), answer: Some("so".into()), error: None }
    }
}

struct Nothing;

#[async_trait]
impl Show for Nothing {
    async fn show(&self, _: &mut Work, _: Happened, _: &str) -> Result<Option<(&'static str, Value)>> {
        Ok(None)
    }
}

impl Place {
    fn bodies(&self) -> Vec<Value> {
        self.heard.lock().unwrap().iter().map(|call| serde_json::from_str(&call.body).unwrap()).collect()
    }
}

fn typed(types: &[&str]) -> Typed {
    Typed {
        url: "https://hooks.example/in".into(),
        description: String::new(),
        types: types.iter().map(ToString::to_string).collect::<BTreeSet<_>>(),
    }
}

async fn made(stage: &Stage, by: &StaffId, types: &[&str]) -> RowId {
    let typed = typed(types);
    let step = async |mut work: Work| {
        let one = create(&mut work, by, &typed).await?;
        Ok((work, one.id))
    };
    stage.hall.in_one_commit(step).await.unwrap()
}

/// Lets timers fire and messages go until nothing is due; gives how many messages went.
async fn go(stage: &Stage, deliverer: &Deliverer) -> usize {
    let clockwork = Clockwork::new(Arc::clone(&stage.hall));
    let mut went = 0;
    loop {
        let fired = clockwork.tick().await.unwrap();
        let sent = deliverer.deliver_handed().await;
        went += sent;
        if fired + sent == 0 {
            return went;
        }
    }
}

async fn log(stage: &Stage, id: &RowId) -> Vec<Delivery> {
    store::deliveries(&mut stage.hall.db.read().await.unwrap(), id, None, 50).await.unwrap()
}

fn deliverer(stage: &Stage, place: &Arc<Place>) -> Arc<Deliverer> {
    Deliverer::new(Arc::clone(&stage.hall), Arc::clone(place) as _, Arc::new(Nothing))
}

async fn joins(stage: &Stage, name: &str) {
    let body = EventBody::Joined { chat: group("Sellers"), user: info(name) };
    stage.happens("sandbox", body).await;
}

#[test]
fn what_is_wanted_is_told_once_to_each_who_wants_it() {
    on_stage(|stage| async move {
        let by = stage.staff("Ada", Role::Admin).await;
        stage.group_for("Sellers", crate::directory::Purpose::Community).await;
        let place = Arc::new(Place::default());
        let deliverer = deliverer(&stage, &place);
        joins(&stage, "Early").await;
        let one = made(&stage, &by, &["member.joined"]).await;
        let other = made(&stage, &by, &["member.joined", "ticket.opened"]).await;
        joins(&stage, "Lin").await;
        stage.writes(&direct("Lin"), "Lin", "/ticket where is my money").await;
        assert_eq!(go(&stage, &deliverer).await, 3);
        let mut told: Vec<String> =
            place.bodies().iter().map(|body| body["type"].as_str().unwrap().to_owned()).collect();
        told.sort();
        assert_eq!(told, ["member.joined", "member.joined", "ticket.opened"]);
        let joined = place.bodies().into_iter().find(|body| body["type"] == "member.joined").unwrap();
        assert_eq!(joined["data"]["name"], "Lin");
        let calls = place.heard.lock().unwrap().clone();
        let ids: BTreeSet<&str> = calls
            .iter()
            .map(|call| call.headers.iter().find(|(name, _)| *name == "webhook-id").unwrap().1.as_str())
            .collect();
        assert_eq!(ids.len(), 2, "an event has one id, whoever is told");
        assert_eq!((log(&stage, &one).await.len(), log(&stage, &other).await.len()), (1, 2));
        stage.pass_minutes(60 * 24);
        assert_eq!(go(&stage, &deliverer).await, 0, "what came through is not sent again");
    });
}

#[test]
fn what_does_not_come_through_is_tried_with_the_same_words_until_it_is_given_up() {
    on_stage(|stage| async move {
        let by = stage.staff("Ada", Role::Admin).await;
        stage.group_for("Sellers", crate::directory::Purpose::Community).await;
        let place = Arc::new(Place { answers: Mutex::new([500; 9].into()), ..Place::default() });
        let deliverer = deliverer(&stage, &place);
        let id = made(&stage, &by, &["member.joined"]).await;
        joins(&stage, "Lin").await;
        for (tries, wait_min) in [(1, 0), (2, 1), (3, 5), (4, 30), (5, 120), (6, 300), (7, 600)] {
            stage.pass_minutes(wait_min);
            assert_eq!(go(&stage, &deliverer).await, 1, "try {tries}");
            assert_eq!(go(&stage, &deliverer).await, 0, "not before its time");
            let row = &log(&stage, &id).await[0];
            assert_eq!((row.state, row.attempts, row.status), (DeliveryState::Open, tries, Some(500)));
        }
        for wait_min in [14 * 60, 20 * 60, 24 * 60] {
            stage.pass_minutes(wait_min);
            assert_eq!(go(&stage, &deliverer).await, 1);
        }
        assert_eq!(log(&stage, &id).await[0].state, DeliveryState::Sent, "the tenth came through");
        let bodies: BTreeSet<String> =
            place.heard.lock().unwrap().iter().map(|call| call.body.clone()).collect();
        assert_eq!(bodies.len(), 1, "it says the same each time");
    });
}

#[test]
fn an_address_that_is_gone_or_takes_nothing_for_days_is_called_no_more_and_staff_are_told() {
    on_stage(|stage| async move {
        let by = stage.staff("Ada", Role::Admin).await;
        stage.group_for("Sellers", crate::directory::Purpose::Community).await;
        stage.group_for("Desk", crate::directory::Purpose::Staff).await;
        let place = Arc::new(Place { answers: Mutex::new([410].into()), ..Place::default() });
        let deliverer = deliverer(&stage, &place);
        let id = made(&stage, &by, &["member.joined"]).await;
        let state =
            async || store::get(&mut stage.hall.db.read().await.unwrap(), &id).await.unwrap().unwrap().state;
        joins(&stage, "Lin").await;
        stage.news().await;
        go(&stage, &deliverer).await;
        assert_eq!(state().await, WebhookState::Gone);
        let told: Vec<String> = stage.news().await.iter().map(crate::features::testing::Said::text).collect();
        assert!(told.len() == 1 && told[0].contains("hooks.example") && told[0].contains("410"), "{told:?}");
        joins(&stage, "Wen").await;
        assert_eq!(go(&stage, &deliverer).await, 0, "what happens meanwhile is not told");
        let on = async |mut work: Work| {
            switch(&mut work, &by, &id, true).await?;
            Ok((work, ()))
        };
        stage.hall.in_one_commit(on).await.unwrap();
        place.answers.lock().unwrap().extend([500; 40]);
        joins(&stage, "Zhu").await;
        for _ in 0..5 {
            go(&stage, &deliverer).await;
            joins(&stage, "Zhu").await;
            stage.pass_minutes(25 * 60);
        }
        go(&stage, &deliverer).await;
        assert_eq!(state().await, WebhookState::Failing);
        let told = stage.news().await;
        assert_eq!(told.iter().filter(|said| said.text().contains("five days")).count(), 1);
        stage.pass_minutes(60 * 24);
        assert_eq!(go(&stage, &deliverer).await, 0);
    });
}

#[test]
fn a_call_that_was_lost_with_its_program_is_made_again() {
    on_stage(|stage| async move {
        let by = stage.staff("Ada", Role::Admin).await;
        stage.group_for("Sellers", crate::directory::Purpose::Community).await;
        let place = Arc::new(Place::default());
        let deliverer = deliverer(&stage, &place);
        let id = made(&stage, &by, &["member.joined"]).await;
        joins(&stage, "Lin").await;
        // Killed between the event and the message, and then between the claim and the call: what was handed over is lost.
        let clockwork = Clockwork::new(Arc::clone(&stage.hall));
        while clockwork.tick().await.unwrap() > 0 {}
        let lost = store::deliveries(&mut stage.hall.db.read().await.unwrap(), &id, None, 5).await.unwrap();
        assert_eq!((lost[0].state, lost[0].attempts), (DeliveryState::Calling, 1));
        deliverer.forget_handed();
        assert_eq!(go(&stage, &deliverer).await, 0);
        stage.pass_minutes(2);
        assert_eq!(go(&stage, &deliverer).await, 1);
        assert_eq!(log(&stage, &id).await[0].state, DeliveryState::Sent);
    });
}

#[test]
fn only_so_many_are_under_way_to_one_address_and_the_others_are_not_kept_waiting() {
    on_stage(|stage| async move {
        let by = stage.staff("Ada", Role::Admin).await;
        stage.group_for("Sellers", crate::directory::Purpose::Community).await;
        let place = Arc::new(Place::default());
        let deliverer = deliverer(&stage, &place);
        let (slow, other) =
            (made(&stage, &by, &["member.joined"]).await, made(&stage, &by, &["ticket.opened"]).await);
        for n in 0..10 {
            joins(&stage, &format!("Lin{n}")).await;
        }
        stage.writes(&direct("Lin1"), "Lin1", "/ticket help").await;
        let clockwork = Clockwork::new(Arc::clone(&stage.hall));
        while clockwork.tick().await.unwrap() > 0 {}
        let calling =
            |all: Vec<Delivery>| all.iter().filter(|one| one.state == DeliveryState::Calling).count();
        assert_eq!(calling(log(&stage, &slow).await), 4);
        assert_eq!(calling(log(&stage, &other).await), 1);
        assert_eq!(go(&stage, &deliverer).await, 11, "as each ends, the next goes");
    });
}

#[test]
fn who_may_no_longer_see_it_is_not_told_and_who_may_not_administer_makes_none() {
    on_stage(|stage| async move {
        let by = stage.staff("Ada", Role::Admin).await;
        let ops = stage.staff("Otto", Role::Ops).await;
        let place = Arc::new(Place::default());
        let deliverer = deliverer(&stage, &place);
        let id = made(&stage, &by, &["ticket.opened"]).await;
        stage.writes(&direct("Lin"), "Lin", "/ticket where is my money").await;
        let mut work = stage.hall.begin().await.unwrap();
        crate::store::people::set_roles(work.tx().await.unwrap(), &by, &[Role::Moderator].into())
            .await
            .unwrap();
        work.roster_changed();
        work.commit().await.unwrap();
        go(&stage, &deliverer).await;
        assert_eq!(log(&stage, &id).await[0].state, DeliveryState::Withheld);
        assert_eq!(place.bodies(), [] as [Value; 0]);
        let typed = typed(&["ticket.opened"]);
        let step = async |mut work: Work| {
            create(&mut work, &ops, &typed).await?;
            Ok((work, ()))
        };
        assert!(stage.hall.in_one_commit(step).await.is_err());
    });
}

#[test]
fn what_is_wrong_is_refused_in_words_and_a_secret_is_replaced_gently() {
    on_stage(|stage| async move {
        let by = stage.staff("Ada", Role::Admin).await;
        let mut work = stage.hall.begin().await.unwrap();
        let mut wrong = Vec::new();
        for typed in [
            Typed { url: "https://10.0.0.1/".into(), ..typed(&["ticket.opened"]) },
            Typed { description: "x".repeat(201), ..typed(&["ticket.opened"]) },
            typed(&["ticket.eaten"]),
            typed(&["webhook.test"]),
            typed(&[]),
        ] {
            match create(&mut work, &by, &typed).await {
                Err(FeatureError::User(why)) => wrong.push(why.0.key.into_owned()),
                other => panic!("{typed:?}: {other:?}"),
            }
        }
        assert_eq!(
            wrong,
            [
                "webhook-url-private",
                "webhook-description-long",
                "webhook-type-wrong",
                "webhook-type-wrong",
                "webhook-no-type"
            ]
        );
        let first = create(&mut work, &by, &typed(&["ticket.opened"])).await.unwrap();
        let now = rotate(&mut work, &by, &first.id).await.unwrap();
        assert!(first.secret.starts_with("whsec_") && now.secret != first.secret);
        assert_eq!(now.old, Some((first.secret, work.now_ms + 24 * 3_600_000)));
        switch(&mut work, &by, &first.id, false).await.unwrap();
        let off = test(&mut work, &by, &first.id).await.unwrap_err();
        assert!(matches!(off, FeatureError::User(why) if why.0.key == "webhook-is-off"));
    });
}
