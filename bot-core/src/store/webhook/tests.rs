use std::collections::BTreeSet;

use super::*;
use crate::store::testing::on_both;

fn one(id: &str) -> Webhook {
    Webhook {
        id: id.into(),
        url: format!("https://{id}.example/in"),
        description: "the shop".into(),
        staff: "S1".into(),
        secret: "whsec_bmV3".into(),
        old: Some(("whsec_b2xk".into(), 500)),
        state: WebhookState::On,
        failing_since_ms: None,
        created_at_ms: 7,
    }
}

async fn happened(tx: &mut Tx, id: &str, kind: &str, at_ms: i64) -> RowId {
    let id = RowId::from(id);
    let event =
        WebhookEvent { id: id.clone(), kind: kind.into(), object: "T-1".into(), detail: "{}".into(), at_ms };
    add_event(tx, &event).await.unwrap();
    assert_eq!(super::event(tx, &id).await.unwrap(), Some(event));
    id
}

fn tried(state: DeliveryState, try_at_ms: i64) -> Tried {
    Tried {
        state,
        try_at_ms,
        at_ms: 100,
        took_ms: 5,
        status: Some(500),
        answer: Some("not\0now".into()),
        error: None,
    }
}

#[test]
fn webhooks_are_kept_changed_and_taken_away_with_their_messages() {
    on_both(|hall| async move {
        let mut tx = hall.db.write().await.unwrap();
        for id in ["W1", "W2"] {
            put(&mut tx, &one(id)).await.unwrap();
        }
        set_types(&mut tx, &"W1".into(), &BTreeSet::from(["ticket.opened", "case.opened"])).await.unwrap();
        set_types(&mut tx, &"W1".into(), &BTreeSet::from(["ticket.opened", "ticket.closed"])).await.unwrap();
        set_types(&mut tx, &"W2".into(), &BTreeSet::from(["ticket.opened"])).await.unwrap();
        let both = BTreeSet::from(["ticket.closed".to_owned(), "ticket.opened".to_owned()]);
        assert_eq!(types(&mut tx, &"W1".into()).await.unwrap(), both);
        let counts = type_counts(&mut tx).await.unwrap();
        assert_eq!(counts, [("W1".into(), 2), ("W2".into(), 1)].into());
        assert_eq!(wanted(&mut tx).await.unwrap(), both);
        let mut off = Webhook { old: None, state: WebhookState::Off, staff: "S2".into(), ..one("W2") };
        put(&mut tx, &off).await.unwrap();
        assert_eq!(all(&mut tx).await.unwrap(), [one("W1"), off.clone()]);
        assert_eq!(
            who_wants(&mut tx, "ticket.opened").await.unwrap(),
            [RowId::from("W1")],
            "the other is off"
        );
        for (through, now_ms, since_ms) in [(false, 50, Some(50)), (false, 60, Some(50)), (true, 70, None)] {
            came_through(&mut tx, &off.id, through, now_ms).await.unwrap();
            off.failing_since_ms = since_ms;
            assert_eq!(get(&mut tx, &off.id).await.unwrap(), Some(off.clone()));
        }
        let event = happened(&mut tx, "E1", "ticket.opened", 10).await;
        add(&mut tx, &"D1".into(), &"W1".into(), &event, 10).await.unwrap();
        assert!(remove(&mut tx, &"W1".into()).await.unwrap());
        assert!(!remove(&mut tx, &"W1".into()).await.unwrap());
        assert_eq!(delivery(&mut tx, &"D1".into()).await.unwrap(), None);
        assert_eq!(all(&mut tx).await.unwrap(), [off]);
        assert!(!format!("{:?}", one("W1")).contains("whsec"), "a secret is shown nowhere");
    });
}

#[test]
fn messages_are_taken_in_hand_settled_and_sent_again() {
    on_both(|hall| async move {
        let mut tx = hall.db.write().await.unwrap();
        let w = RowId::from("W1");
        put(&mut tx, &one("W1")).await.unwrap();
        for n in 1..=3 {
            let event = happened(&mut tx, &format!("E{n}"), "ticket.opened", 10).await;
            add(&mut tx, &format!("D{n}").as_str().into(), &w, &event, 10 * n).await.unwrap();
        }
        assert_eq!(next_try_at(&mut tx, &w).await.unwrap(), Some(10));
        assert!(claim(&mut tx, &w, 9, 5, 90).await.unwrap().is_empty());
        let claims = claim(&mut tx, &w, 30, 2, 90).await.unwrap();
        let names: Vec<_> = claims.iter().map(|one| (one.delivery.as_str(), one.attempt)).collect();
        assert_eq!(names, [("D1", 1), ("D2", 1)]);
        assert_eq!((busy(&mut tx, &w, 30).await.unwrap(), busy(&mut tx, &w, 90).await.unwrap()), (2, 0));
        assert_eq!(next_try_at(&mut tx, &w).await.unwrap(), Some(30), "the third has no room yet");
        assert!(put_body(&mut tx, &claims[0], "{}").await.unwrap());
        assert!(!put_body(&mut tx, &claims[0], "other").await.unwrap(), "it is the same each time");
        assert!(settle(&mut tx, &claims[0], &tried(DeliveryState::Open, 200)).await.unwrap());
        assert!(!settle(&mut tx, &claims[0], &tried(DeliveryState::Sent, 0)).await.unwrap(), "once");
        let found = delivery(&mut tx, &"D1".into()).await.unwrap().unwrap();
        assert_eq!(
            (found.state, found.next_at_ms(), found.body.as_deref(), found.status, found.answer.as_deref()),
            (DeliveryState::Open, Some(200), Some("{}"), Some(500), Some("not\u{FFFD}now"))
        );
        // Of the second nothing was heard: it is taken in hand anew, and who had it may settle it no more.
        let later = claim(&mut tx, &w, 95, 5, 190).await.unwrap();
        assert_eq!(
            later.iter().map(|one| (one.delivery.as_str(), one.attempt)).collect::<Vec<_>>(),
            [("D3", 1), ("D2", 2)]
        );
        assert!(!settle(&mut tx, &claims[1], &tried(DeliveryState::Sent, 0)).await.unwrap());
        assert!(settle(&mut tx, &later[1], &tried(DeliveryState::Failed, 0)).await.unwrap());
        assert!(!again(&mut tx, &"D3".into(), 99).await.unwrap(), "it is being called");
        assert!(again(&mut tx, &"D2".into(), 99).await.unwrap());
        let found = delivery(&mut tx, &"D2".into()).await.unwrap().unwrap();
        assert_eq!((found.state, found.attempts, found.try_at_ms), (DeliveryState::Open, 0, 99));
        let ids = |page: Vec<Delivery>| page.into_iter().map(|one| one.id.0).collect::<Vec<_>>();
        assert_eq!(ids(deliveries(&mut tx, &w, None, 2).await.unwrap()), ["D3", "D2"]);
        assert_eq!(ids(deliveries(&mut tx, &w, Some(&"D2".into()), 2).await.unwrap()), ["D1"]);
        forget(&mut tx, 25).await.unwrap();
        assert_eq!(ids(deliveries(&mut tx, &w, None, 9).await.unwrap()), ["D3"]);
        assert_eq!(super::event(&mut tx, &"E1".into()).await.unwrap(), None);
        assert!(super::event(&mut tx, &"E3".into()).await.unwrap().is_some(), "a message of it is there");
    });
}
