//! Activities and registrations are kept, on both databases.

use super::*;
use crate::chat::Lang;
use crate::directory::Reach as ChatReach;
use crate::features::activity::Seat;
use crate::ids::UserId;
use crate::roster::{Role, Staff};
use crate::store::people;
use crate::store::segment::tests::person;
use crate::store::testing::on_both;

const NO: ActivityNo = ActivityNo(1);

async fn activity(tx: &mut Tx) -> Activity {
    let by = StaffId::from("ops");
    let staff = Staff { id: by.clone(), name: "Ops".into(), person: None, roles: [Role::Ops].into() };
    people::add_staff(tx, &staff, 1).await.unwrap();
    Activity {
        no: NO,
        state: State::Draft,
        wording: Wording::typed(Some("课堂 | Clinic"), None, Some("Bring a picture\0")),
        audience: Some(Audience::all_groups()),
        place: None,
        starts_at_ms: Some(100),
        until_ms: Some(90),
        capacity: 1,
        version: 1,
        join_handle: None,
        leave_handle: None,
        by,
        created_at_ms: 5,
        opened_at_ms: None,
        closed_at_ms: None,
    }
}

fn row(name: &str, seat: Seat) -> Registration {
    Registration {
        person: PersonId(format!("p-{name}")),
        user: UserId(format!("u-{name}")),
        name: name.to_owned(),
        chat: Some("c-sellers".into()),
        seat,
        seq: 0,
        joined_at_ms: 7,
        untold: false,
    }
}

#[test]
fn an_activity_is_kept_changed_and_listed() {
    on_both(|hall| async move {
        let mut tx = hall.db.write().await.unwrap();
        let mut one = activity(&mut tx).await;
        put(&mut tx, &one).await.unwrap();
        assert_eq!(open(&mut tx, 9).await.unwrap(), []);
        (one.state, one.version) = (State::Open, 2);
        one.wording.body_en = Some("new".into());
        one.place = Some(Place::chat(&"staff".into()));
        (one.join_handle, one.leave_handle) = (Some("J".into()), Some("L".into()));
        (one.opened_at_ms, one.closed_at_ms) = (Some(6), Some(8));
        put(&mut tx, &one).await.unwrap();
        assert_eq!(get(&mut tx, NO).await.unwrap(), Some(one.clone()));
        assert_eq!(open(&mut tx, 9).await.unwrap(), [one.clone()]);
        assert_eq!(list(&mut tx, None, 9).await.unwrap(), [one]);
        assert_eq!(list(&mut tx, Some(NO), 9).await.unwrap(), []);
    });
}

#[test]
fn who_signs_up_stands_in_order_and_who_comes_again_stands_last() {
    on_both(|hall| async move {
        let mut tx = hall.db.write().await.unwrap();
        let mut one = activity(&mut tx).await;
        one.state = State::Open;
        put(&mut tx, &one).await.unwrap();
        for name in ["ann", "ben", "cai"] {
            person(&hall, &mut tx, name, "sandbox", None, ChatReach::Untried).await;
        }
        register(&mut tx, NO, &row("ann", Seat::In)).await.unwrap();
        register(&mut tx, NO, &row("ben", Seat::Waiting)).await.unwrap();
        register(&mut tx, NO, &row("cai", Seat::Waiting)).await.unwrap();
        set_seat(&mut tx, NO, &"p-ben".into(), Seat::Left).await.unwrap();
        register(&mut tx, NO, &row("ben", Seat::Waiting)).await.unwrap();
        let waiting = registrations(&mut tx, NO, Seat::Waiting, 0, 9).await.unwrap();
        let names: Vec<&str> = waiting.iter().map(|row| row.name.as_str()).collect();
        assert_eq!(names, ["cai", "ben"]);
        assert_eq!(position(&mut tx, NO, waiting[1].seq).await.unwrap(), 2);
        assert_eq!(count(&mut tx, NO, Seat::In).await.unwrap(), 1);
        let all = taken(&mut tx, &[NO, ActivityNo(NO.0 + 1)]).await.unwrap();
        assert_eq!(all, [(NO, 1)].into(), "who waits or left has no place");
        let ben = registration(&mut tx, NO, &"p-ben".into()).await.unwrap().unwrap();
        assert_eq!((ben.seat, ben.untold), (Seat::Waiting, false));
        set_untold(&mut tx, NO, &"p-ben".into(), true).await.unwrap();
        assert!(registration(&mut tx, NO, &"p-ben".into()).await.unwrap().unwrap().untold);
        let mine = of_person(&mut tx, &"p-ben".into(), 50, 9).await.unwrap();
        assert_eq!(mine.len(), 1);
        assert_eq!(of_person(&mut tx, &"p-ben".into(), 100, 9).await.unwrap(), [], "it has begun");
    });
}

#[test]
fn reminders_reach_open_direct_chats_and_each_goes_out_once() {
    on_both(|hall| async move {
        let mut tx = hall.db.write().await.unwrap();
        let one = activity(&mut tx).await;
        put(&mut tx, &one).await.unwrap();
        for (name, reach) in [("ann", ChatReach::Open), ("ben", ChatReach::Blocked), ("cai", ChatReach::Open)]
        {
            person(&hall, &mut tx, name, "sandbox", Some("zh"), reach).await;
            register(&mut tx, NO, &row(name, Seat::In)).await.unwrap();
        }
        let first = to_remind(&mut tx, NO, "", 1, 2).await.unwrap();
        let chats: Vec<_> = first.iter().map(|reach| (reach.name.as_str(), reach.chat.clone())).collect();
        assert_eq!(chats, [("ann", Some("d-ann".into())), ("ben", None)]);
        assert_eq!(first[0].lang, Some(Lang::Zh));
        set_reminded(&mut tx, NO, 1, &first[1].person).await.unwrap();
        let rest = to_remind(&mut tx, NO, "", 1, 9).await.unwrap();
        assert_eq!(rest.len(), 1);
        assert_eq!(to_remind(&mut tx, NO, "", 2, 9).await.unwrap().len(), 3);
        let ben = reach_of(&mut tx, NO, &"p-ben".into()).await.unwrap().unwrap();
        assert_eq!((ben.chat, ben.lang), (None, Some(Lang::Zh)));
    });
}
