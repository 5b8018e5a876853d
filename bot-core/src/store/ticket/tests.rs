//! The ticket store on both databases.

use super::*;
use crate::chat::{AccountId, ChatInfo, ChatKind, Content, UserInfo};
use crate::directory::{Chat, User};
use crate::hall::Hall;
use crate::ids::RowId;
use crate::roster::{Role, Staff};
use crate::store::message::NewMessage;
use crate::store::testing::{START_MS, on_both};
use crate::store::{chat, people};
use MessageKind as K;
use TicketState as S;

pub(super) async fn merchant(hall: &Hall, tx: &mut Tx, name: &str) -> (User, Chat) {
    let account = AccountId::from("test");
    let info =
        UserInfo { key: name.into(), name: name.into(), username: None, language: None, is_bot: false };
    let ids = (hall.ids.next(), hall.ids.next());
    let user = chat::meet_user(tx, &account, &info, (&ids.0, &ids.1), START_MS).await.unwrap();
    let direct = chat::direct_of(tx, &user, &hall.ids.next(), START_MS).await.unwrap();
    (user, direct)
}

async fn agent(tx: &mut Tx, name: &str) -> StaffId {
    let staff = Staff {
        id: name.into(),
        name: name.into(),
        person: None,
        roles: [Role::Support].into_iter().collect(),
    };
    people::add_staff(tx, &staff, START_MS).await.unwrap();
    staff.id
}

pub(super) fn ticket(no: i64, user: &User, direct: &Chat) -> Ticket {
    Ticket {
        no: TicketNo(no),
        user: user.id.clone(),
        direct: direct.id.clone(),
        lang: Lang::Zh,
        state: TicketState::New,
        owner: None,
        subject: "提现\0".into(),
        question: "提现失败怎么办？".into(),
        origin_chat: None,
        origin_message: None,
        origin_thread: None,
        opened_by: None,
        handle: format!("handle-{no}"),
        line_outbox: None,
        line_button: false,
        staff_chat: None,
        flat: false,
        threads_opened: 0,
        thread_outbox: None,
        thread_key: None,
        header_outbox: None,
        solution: None,
        opened_at_ms: START_MS,
        changed_at_ms: START_MS,
        closed_at_ms: None,
    }
}

pub(super) fn said(id: &str, no: i64, delivery: Delivery) -> TicketMessage {
    TicketMessage {
        id: id.into(),
        ticket: TicketNo(no),
        kind: MessageKind::Staff,
        staff: None,
        user: None,
        content: Content::text(format!("words of {id}\0")),
        copy_outbox: None,
        delivery,
        at_ms: START_MS,
        edited_at_ms: None,
        deleted_at_ms: None,
    }
}

fn numbers(list: &[Ticket]) -> Vec<i64> {
    list.iter().map(|ticket| ticket.no.0).collect()
}

#[test]
fn a_ticket_comes_back_as_it_was_kept_and_nobody_has_two_open() {
    on_both(|hall| async move {
        let mut tx = hall.db.write().await.unwrap();
        let (lin, direct) = merchant(&hall, &mut tx, "Lin").await;
        let ann = agent(&mut tx, "ann").await;
        let mut one = ticket(1, &lin, &direct);
        add(&mut tx, &one).await.unwrap();
        one.subject = "提现\u{FFFD}".into();
        assert_eq!(get(&mut tx, one.no).await.unwrap(), Some(one.clone()));
        assert_eq!(by_handle(&mut tx, "handle-1").await.unwrap(), Some(one.clone()));

        one.state = TicketState::Closed;
        (one.owner, one.solution, one.closed_at_ms) =
            (Some(ann), Some("sent again".into()), Some(START_MS + 5));
        (one.staff_chat, one.thread_key) = (Some("staff".into()), Some("topic".into()));
        (one.line_button, one.flat, one.threads_opened) = (true, true, 3);
        (one.line_outbox, one.thread_outbox, one.header_outbox) =
            (Some("o1".into()), Some("o2".into()), Some("o3".into()));
        put(&mut tx, &one).await.unwrap();
        assert_eq!(by_thread(&mut tx, &"staff".into(), &"topic".into()).await.unwrap(), Some(one.clone()));
        assert_eq!(by_thread(&mut tx, &"other".into(), &"topic".into()).await.unwrap(), None);
        assert_eq!(open_of(&mut tx, &lin.person, &lin.id).await.unwrap(), None);
        assert_eq!(last_closed_of(&mut tx, &lin.person).await.unwrap(), Some(one));

        add(&mut tx, &ticket(2, &lin, &direct)).await.unwrap();
        let open = open_of(&mut tx, &lin.person, &lin.id).await.unwrap().unwrap();
        assert_eq!(open.no, TicketNo(2));
        tx.commit().await.unwrap();
        let mut tx = hall.db.write().await.unwrap();
        assert!(add(&mut tx, &ticket(3, &lin, &direct)).await.is_err(), "a second open one");
    });
}

#[test]
fn tickets_are_listed_by_state_and_owner_page_by_page() {
    on_both(|hall| async move {
        let mut tx = hall.db.write().await.unwrap();
        let ann = agent(&mut tx, "ann").await;
        for no in 1..=6 {
            let (user, direct) = merchant(&hall, &mut tx, &format!("user {no}")).await;
            let mut one = ticket(no, &user, &direct);
            one.state = [TicketState::New, TicketState::Open, TicketState::Closed][no as usize % 3];
            one.owner = (one.state != TicketState::New).then(|| ann.clone());
            add(&mut tx, &one).await.unwrap();
        }
        let all = list(&mut tx, &Filter { limit: 4, ..Filter::default() }).await.unwrap();
        assert_eq!(numbers(&all), [6, 5, 4, 3]);
        let rest = Filter { limit: 4, below: Some(TicketNo(3)), ..Filter::default() };
        assert_eq!(numbers(&list(&mut tx, &rest).await.unwrap()), [2, 1]);
        let working = Filter { states: vec![TicketState::Open, TicketState::New], ..Filter::default() };
        assert_eq!(numbers(&list(&mut tx, &working).await.unwrap()), [6, 4, 3, 1]);
        let hers =
            Filter { owner: OwnerFilter::Staff(ann), states: vec![TicketState::Open], ..Filter::default() };
        assert_eq!(numbers(&list(&mut tx, &hers).await.unwrap()), [4, 1]);
        let nobodys = Filter { owner: OwnerFilter::Nobody, ..Filter::default() };
        assert_eq!(numbers(&list(&mut tx, &nobodys).await.unwrap()), [6, 3]);
        let mut counted = counts(&mut tx).await.unwrap();
        counted.sort_by_key(|(state, _)| state.word());
        assert_eq!(counted, [(TicketState::New, 2), (TicketState::Open, 2)]);
    });
}

#[test]
fn held_messages_come_in_order_and_taken_back_ones_never() {
    on_both(|hall| async move {
        let mut tx = hall.db.write().await.unwrap();
        let (lin, direct) = merchant(&hall, &mut tx, "Lin").await;
        add(&mut tx, &ticket(1, &lin, &direct)).await.unwrap();
        assert_eq!(held_in(&mut tx, &direct.id).await.unwrap(), []);
        for (id, delivery) in
            [("1", Delivery::Held), ("3", Delivery::Held), ("2", Delivery::Held), ("4", Delivery::Sent)]
        {
            add_message(&mut tx, &said(id, 1, delivery)).await.unwrap();
        }
        let mut second = message(&mut tx, &"2".into()).await.unwrap().unwrap();
        assert_eq!(second.content.text.text, "words of 2\u{FFFD}");
        second.deleted_at_ms = Some(START_MS + 1);
        put_message(&mut tx, &second).await.unwrap();
        let ids = |list: Vec<TicketMessage>| list.into_iter().map(|one| one.id.0).collect::<Vec<_>>();
        assert_eq!(ids(held(&mut tx, TicketNo(1)).await.unwrap()), ["1", "3"]);
        assert_eq!(numbers(&held_in(&mut tx, &direct.id).await.unwrap()), [1]);
        assert_eq!(ids(messages(&mut tx, TicketNo(1), None, 3).await.unwrap()), ["1", "2", "3"]);
        assert_eq!(ids(messages(&mut tx, TicketNo(1), Some(&"3".into()), 3).await.unwrap()), ["4"]);

        let mut first = message(&mut tx, &"1".into()).await.unwrap().unwrap();
        first.delivery = Delivery::Queued;
        (first.copy_outbox, first.edited_at_ms) = (Some("out".into()), Some(START_MS + 2));
        first.content = Content::text("other words");
        put_message(&mut tx, &first).await.unwrap();
        assert_eq!(message(&mut tx, &first.id).await.unwrap(), Some(first));
    });
}

#[test]
fn a_message_is_found_from_each_of_its_places() {
    on_both(|hall| async move {
        let mut tx = hall.db.write().await.unwrap();
        let (lin, direct) = merchant(&hall, &mut tx, "Lin").await;
        add(&mut tx, &ticket(1, &lin, &direct)).await.unwrap();
        add_message(&mut tx, &said("1", 1, Delivery::Queued)).await.unwrap();
        let place = |chat: &str, key: &str, message: Option<&str>, original: bool| Post {
            chat: chat.into(),
            platform_key: key.into(),
            ticket: TicketNo(1),
            message: message.map(RowId::from),
            original,
        };
        let places = [
            place("staff", "m1", Some("1"), true),
            place("direct", "m7", Some("1"), false),
            place("direct", "m8", Some("1"), false),
            place("staff", "m0", None, false),
        ];
        for one in &places {
            add_post(&mut tx, one).await.unwrap();
            add_post(&mut tx, one).await.unwrap();
        }
        assert_eq!(post(&mut tx, &"direct".into(), &"m8".into()).await.unwrap().as_ref(), Some(&places[2]));
        assert_eq!(post(&mut tx, &"direct".into(), &"m1".into()).await.unwrap(), None);
        assert_eq!(copies(&mut tx, &"1".into()).await.unwrap(), places[1..3]);
        assert_eq!(keys_in(&mut tx, &"1".into(), &"staff".into()).await.unwrap(), ["m1".into()]);
        forget_posts(&mut tx, TicketNo(1), &"staff".into()).await.unwrap();
        assert_eq!(keys_in(&mut tx, &"1".into(), &"staff".into()).await.unwrap(), []);
        assert_eq!(copies(&mut tx, &"1".into()).await.unwrap().len(), 2);
    });
}

#[test]
fn the_trace_offers_and_public_names_are_kept() {
    on_both(|hall| async move {
        let mut tx = hall.db.write().await.unwrap();
        let (lin, direct) = merchant(&hall, &mut tx, "Lin").await;
        let ann = agent(&mut tx, "ann").await;
        add(&mut tx, &ticket(1, &lin, &direct)).await.unwrap();
        let event = |id: &str, kind: &str| TicketEvent {
            id: id.into(),
            ticket: TicketNo(1),
            at_ms: START_MS,
            kind: kind.into(),
            staff: Some(ann.clone()),
            chat_user: None,
            detail: Some("because".into()),
        };
        for one in [event("2", "claimed"), event("1", "opened")] {
            add_event(&mut tx, &one).await.unwrap();
        }
        assert_eq!(
            events(&mut tx, TicketNo(1)).await.unwrap(),
            [event("1", "opened"), event("2", "claimed")]
        );

        assert_eq!(offered_at(&mut tx, &lin.id).await.unwrap(), None);
        set_offered(&mut tx, &lin.id, 5).await.unwrap();
        set_offered(&mut tx, &lin.id, 9).await.unwrap();
        assert_eq!(offered_at(&mut tx, &lin.id).await.unwrap(), Some(9));

        assert_eq!(public_name(&mut tx, &ann).await.unwrap(), None);
        set_public_name(&mut tx, &ann, Some("Anna")).await.unwrap();
        set_public_name(&mut tx, &ann, Some("Ann")).await.unwrap();
        assert_eq!(public_name(&mut tx, &ann).await.unwrap().as_deref(), Some("Ann"));
        set_public_name(&mut tx, &ann, None).await.unwrap();
        assert_eq!(public_name(&mut tx, &ann).await.unwrap(), None);
    });
}

#[test]
fn what_somebody_wrote_since_a_message_is_theirs_alone() {
    on_both(|hall| async move {
        let mut tx = hall.db.write().await.unwrap();
        let (lin, direct) = merchant(&hall, &mut tx, "Lin").await;
        let info = ChatInfo { key: "g".into(), kind: ChatKind::Group, title: "g".into() };
        let group = chat::meet(&mut tx, &lin.account, &info, None, &hall.ids.next(), START_MS).await.unwrap();
        let rows: Vec<NewMessage> = [
            ("a", &direct, true),
            ("b", &direct, true),
            ("c", &direct, false),
            ("d", &group, true),
            ("e", &direct, true),
        ]
        .into_iter()
        .map(|(key, chat, hers)| NewMessage {
            id: hall.ids.next(),
            chat: chat.id.clone(),
            key: key.into(),
            thread: None,
            author: hers.then(|| lin.id.clone()),
            text: key.into(),
            extra: None,
            sent_at_ms: START_MS,
        })
        .collect();
        crate::store::message::insert_many(&mut tx, &rows).await.unwrap();
        let found = written_since(&mut tx, &direct.id, &lin.id, &"b".into(), 10).await.unwrap();
        assert_eq!(found, ["b".into(), "e".into()]);
    });
}

/// What somebody said at a time, with an id that sorts by it.
fn at(at_ms: i64, no: i64, kind: MessageKind, delivery: Delivery) -> TicketMessage {
    TicketMessage { kind, at_ms, ..said(&format!("{at_ms:09}-{no}"), no, delivery) }
}

#[test]
fn an_inbox_lists_each_view_with_its_count_and_since_when_somebody_waits() {
    on_both(|hall| async move {
        let mut tx = hall.db.write().await.unwrap();
        let (ann, bo) = (agent(&mut tx, "ann").await, agent(&mut tx, "bo").await);
        let states = [S::New, S::Open, S::Waiting, S::Closed, S::Open, S::Reopened];
        for (no, state) in (1..).zip(states) {
            let (user, direct) = merchant(&hall, &mut tx, &format!("user {no}")).await;
            let mut one = ticket(no, &user, &direct);
            one.state = state;
            (one.opened_at_ms, one.changed_at_ms) = (no, 100 + no);
            one.owner =
                [None, Some(ann.clone()), Some(ann.clone()), None, Some(bo.clone()), Some(bo.clone())]
                    [usize::try_from(no).unwrap() - 1]
                    .clone();
            if no == 5 {
                one.subject = String::new();
            }
            add(&mut tx, &one).await.unwrap();
        }
        for message in [
            at(10, 2, K::Merchant, Delivery::Sent),
            at(20, 2, K::Staff, Delivery::Sent),
            at(30, 2, K::Merchant, Delivery::Sent),
            at(40, 2, K::Note, Delivery::Kept),
            at(50, 2, K::Merchant, Delivery::Sent),
            // What was refused answers nothing.
            at(60, 2, K::Staff, Delivery::Rejected),
            at(10, 3, K::Staff, Delivery::Sent),
            at(20, 3, K::Merchant, Delivery::Sent),
            at(10, 5, K::Merchant, Delivery::Sent),
            at(20, 5, K::Staff, Delivery::Sent),
            at(10, 6, K::Staff, Delivery::Sent),
        ] {
            add_message(&mut tx, &message).await.unwrap();
        }
        let all = listed(&mut tx, &View::All, None, 9).await.unwrap();
        let since: Vec<_> = all.iter().map(|one| (one.no.0, one.unanswered_since_ms)).collect();
        assert_eq!(since, [(6, Some(106)), (5, None), (4, None), (3, None), (2, Some(30)), (1, Some(1))]);
        assert_eq!((all[1].subject.as_str(), all[1].name.as_str()), ("提现失败怎么办？", "user 5"));
        assert_eq!(listed_one(&mut tx, TicketNo(2)).await.unwrap().as_ref(), Some(&all[4]));
        assert_eq!(listed_one(&mut tx, TicketNo(9)).await.unwrap(), None);

        for (view, expected) in [
            (View::Open, vec![6, 5, 3, 2, 1]),
            (View::Nobodys, vec![1]),
            (View::Of(ann.clone()), vec![3, 2]),
            (View::Waiting, vec![3]),
            (View::Closed, vec![4]),
        ] {
            let found = listed(&mut tx, &view, None, 9).await.unwrap();
            assert_eq!(found.iter().map(|one| one.no.0).collect::<Vec<_>>(), expected, "{view:?}");
        }
        for view in [View::Open, View::All] {
            let page = listed(&mut tx, &view, Some(TicketNo(6)), 1).await.unwrap();
            assert_eq!(page[0].no, TicketNo(5), "{view:?}");
        }
        let expected = Tally { open: 5, nobodys: 1, own: 2, waiting: 1, closed: 1 };
        assert_eq!(tally(&mut tx, &ann).await.unwrap(), expected);

        // An answer that was taken back is none.
        let mut answer = message(&mut tx, &"000000020-2".into()).await.unwrap().unwrap();
        answer.deleted_at_ms = Some(70);
        put_message(&mut tx, &answer).await.unwrap();
        let again = listed_one(&mut tx, TicketNo(2)).await.unwrap().unwrap();
        assert_eq!(again.unanswered_since_ms, Some(2), "nobody has answered since the opening");
    });
}

#[test]
fn tickets_are_found_by_person_and_shop_and_news_by_what_was_read() {
    on_both(|hall| async move {
        let mut tx = hall.db.write().await.unwrap();
        let (lin, direct) = merchant(&hall, &mut tx, "Lin").await;
        let (wen, other) = merchant(&hall, &mut tx, "Wen").await;
        let mut first = ticket(1, &lin, &direct);
        first.state = S::Closed;
        for one in [&first, &ticket(2, &lin, &direct), &ticket(3, &wen, &other)] {
            add(&mut tx, one).await.unwrap();
        }
        let shop = people::Merchant {
            id: "M".into(),
            name: "Silk".into(),
            category: "apparel".into(),
            tier: people::Tier::None,
            tags: Default::default(),
            created_at_ms: 1,
        };
        people::add_merchant(&mut tx, &shop).await.unwrap();
        for (id, user) in [("a", &lin), ("b", &wen)] {
            let role = people::ContactRole::Operator;
            let person = user.person.clone();
            let contact = people::Contact { id: id.into(), merchant: "M".into(), person, role };
            people::put_contact(&mut tx, &contact).await.unwrap();
        }
        let numbers = |all: Vec<Listed>| all.into_iter().map(|one| one.no.0).collect::<Vec<_>>();
        assert_eq!(numbers(of_person(&mut tx, &lin.person, 9).await.unwrap()), [2, 1]);
        assert_eq!(numbers(of_merchant(&mut tx, &"M".into(), 2).await.unwrap()), [3, 2]);
        assert_eq!(numbers(of_merchant(&mut tx, &"N".into(), 2).await.unwrap()), [0i64; 0]);

        let no = TicketNo(2);
        assert!(!wrote_after(&mut tx, no, None).await.unwrap());
        add_message(&mut tx, &at(10, 2, MessageKind::Merchant, Delivery::Sent)).await.unwrap();
        add_message(&mut tx, &at(20, 2, MessageKind::Staff, Delivery::Sent)).await.unwrap();
        assert!(wrote_after(&mut tx, no, None).await.unwrap());
        assert!(!wrote_after(&mut tx, no, Some(&"000000010-2".into())).await.unwrap());
        let mut taken_back = at(30, 2, MessageKind::Merchant, Delivery::Sent);
        taken_back.deleted_at_ms = Some(31);
        add_message(&mut tx, &taken_back).await.unwrap();
        assert!(!wrote_after(&mut tx, no, Some(&"000000020-2".into())).await.unwrap());
    });
}
