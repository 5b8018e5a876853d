//! Tests of the store of cases and sanctions, on both databases.

use moderation::{Engine, Message, Policy};

use super::{
    Case, CaseFilter, CaseState, Notice, Removal, Sanction, SanctionKind, SanctionState, add_sanction,
    count_in, flagged_since, get, last_by_rule, list, of_case, of_message, offences, open_at, open_of_person,
    other_offenders, put, sanction, standing, update_sanction,
};
use crate::chat::{ChatInfo, ChatKind, UserInfo};
use crate::ids::{CaseNo, ChatId, UserId};
use crate::roster::{Role, Staff};
use crate::store::testing::on_both;
use crate::store::{Tx, chat, people};

async fn cast(tx: &mut Tx) -> (ChatId, UserId, UserId) {
    let account = "a".into();
    let info = ChatInfo { key: "g".into(), kind: ChatKind::Group, title: "G".into() };
    let group = chat::meet(tx, &account, &info, None, &"CHAT".into(), 1).await.unwrap();
    let mut users = Vec::new();
    for name in ["lin", "mei"] {
        let info =
            UserInfo { key: name.into(), name: name.into(), username: None, language: None, is_bot: false };
        let (user, person) = (format!("U-{name}").as_str().into(), format!("P-{name}").as_str().into());
        users.push(chat::meet_user(tx, &account, &info, (&user, &person), 1).await.unwrap().id);
    }
    let staff = Staff { id: "S".into(), name: "Chen".into(), person: None, roles: [Role::Moderator].into() };
    people::add_staff(tx, &staff, 1).await.unwrap();
    (group.id, users[0].clone(), users[1].clone())
}

fn case(no: i64, chat: &ChatId, user: &UserId) -> Case {
    Case {
        no: CaseNo(no),
        chat: Some(chat.clone()),
        user: user.clone(),
        by: None,
        state: CaseState::Stands,
        points: 2,
        rule: Some("drugs".into()),
        policy_version: Some(7),
        explanation: None,
        message: Some("m1".into()),
        thread: None,
        message_text: Some("出大麻".into()),
        reason: None,
        removal: Removal::Requested,
        notice: Notice::Due,
        at_ms: no * 100,
        decided_by: None,
        decided_at_ms: None,
    }
}

fn mute(id: &str, no: i64, chat: &ChatId, user: &UserId) -> Sanction {
    Sanction {
        id: id.into(),
        case: CaseNo(no),
        kind: SanctionKind::Mute,
        chat: chat.clone(),
        user: user.clone(),
        until_ms: Some(900),
        purge_ms: 0,
        state: SanctionState::Requested,
        error: None,
        attempts: 0,
        requested_at_ms: 1,
        active_at_ms: None,
        ended_at_ms: None,
    }
}

#[test]
fn a_case_comes_back_with_its_proof_and_keeps_what_never_changes() {
    on_both(|hall| async move {
        let mut tx = hall.db.write().await.unwrap();
        let (chat, lin, mei) = cast(&mut tx).await;
        let policy = "version = 7\n[[rule]]\nid = \"drugs\"\ntitle = { en = \"Drugs\", zh-CN = \"毒品\" }\n\
            action = \"act\"\nwords = [\"大麻\"]\nregex = ['出.麻?']";
        let engine = Engine::new(Policy::parse(policy).unwrap());
        let verdict = engine.check(&Message::new("出大麻"));
        let mut kept = Case { explanation: Some(engine.explain(&verdict, None)), ..case(1, &chat, &lin) };
        put(&mut tx, &kept).await.unwrap();
        assert_eq!(get(&mut tx, CaseNo(1)).await.unwrap(), Some(kept.clone()));
        assert_eq!(kept.spans_utf8(), [(0, 9)], "what overlaps is one place");

        (kept.state, kept.removal, kept.notice) = (CaseState::Undone, Removal::Removed, Notice::Told);
        (kept.decided_by, kept.decided_at_ms) = (Some("S".into()), Some(5));
        kept.reason = Some("no".into());
        put(&mut tx, &Case { user: mei, at_ms: 9, ..kept.clone() }).await.unwrap();
        assert_eq!(get(&mut tx, CaseNo(1)).await.unwrap(), Some(kept));
        assert_eq!(get(&mut tx, CaseNo(2)).await.unwrap(), None);
    });
}

#[test]
fn what_was_flagged_lately_is_counted_and_found_by_rule() {
    on_both(|hall| async move {
        let mut tx = hall.db.write().await.unwrap();
        let (chat, lin, mei) = cast(&mut tx).await;
        let flagged = |no, user, at_ms| Case { state: CaseState::Flagged, at_ms, ..case(no, &chat, user) };
        for one in [flagged(1, &lin, 10), flagged(2, &lin, 20), flagged(3, &mei, 30), case(4, &chat, &mei)] {
            put(&mut tx, &one).await.unwrap();
        }
        let by_staff = Case { by: Some("S".into()), at_ms: 50, ..case(5, &chat, &lin) };
        put(&mut tx, &by_staff).await.unwrap();
        assert_eq!(flagged_since(&mut tx, &chat, 10, 9).await.unwrap(), 2);
        assert_eq!(flagged_since(&mut tx, &chat, 0, 2).await.unwrap(), 2, "no further than asked");
        assert_eq!(flagged_since(&mut tx, &"elsewhere".into(), 0, 9).await.unwrap(), 0);
        let last = last_by_rule(&mut tx, &chat, &lin, "drugs").await.unwrap();
        assert_eq!(last, Some((CaseState::Flagged, 20)), "what staff did by hand is no finding");
        assert_eq!(last_by_rule(&mut tx, &chat, &lin, "other").await.unwrap(), None);
    });
}

#[test]
fn the_latest_case_of_the_bot_about_a_message_is_found() {
    on_both(|hall| async move {
        let mut tx = hall.db.write().await.unwrap();
        let (chat, lin, _) = cast(&mut tx).await;
        put(&mut tx, &case(1, &chat, &lin)).await.unwrap();
        put(&mut tx, &case(2, &chat, &lin)).await.unwrap();
        put(&mut tx, &Case { by: Some("S".into()), ..case(3, &chat, &lin) }).await.unwrap();
        let no = |found: Option<Case>| found.map(|case| case.no.0);
        assert_eq!(no(of_message(&mut tx, &chat, &"m1".into()).await.unwrap()), Some(2));
        assert_eq!(no(of_message(&mut tx, &chat, &"m2".into()).await.unwrap()), None);
    });
}

#[test]
fn joined_persons_have_one_log_and_only_what_stands_counts() {
    on_both(|hall| async move {
        let mut tx = hall.db.write().await.unwrap();
        let (chat, lin, mei) = cast(&mut tx).await;
        put(&mut tx, &case(1, &chat, &lin)).await.unwrap();
        put(&mut tx, &case(2, &chat, &mei)).await.unwrap();
        put(&mut tx, &Case { state: CaseState::Undone, ..case(3, &chat, &lin) }).await.unwrap();
        put(&mut tx, &Case { state: CaseState::Flagged, ..case(4, &chat, &lin) }).await.unwrap();
        let times =
            |found: Vec<moderation::Offence>| found.iter().map(|offence| offence.at_ms).collect::<Vec<_>>();
        assert_eq!(times(offences(&mut tx, &"P-lin".into(), 0, CaseNo(9)).await.unwrap()), [100]);
        assert_eq!(times(offences(&mut tx, &"P-lin".into(), 0, CaseNo(1)).await.unwrap()), [] as [i64; 0]);
        assert_eq!(times(offences(&mut tx, &"P-lin".into(), 100, CaseNo(9)).await.unwrap()), [] as [i64; 0]);
        let join = "UPDATE chat_user SET person = 'P-lin' WHERE id = 'U-mei'";
        crate::store::execute!(&mut tx, sqlx::query(join)).unwrap();
        assert_eq!(times(offences(&mut tx, &"P-lin".into(), 0, CaseNo(9)).await.unwrap()), [100, 200]);
        let others = other_offenders(&mut tx, &"P-lin".into(), 0, &"U-lin".into()).await.unwrap();
        assert_eq!(others, 1, "the other account offended too");
        assert_eq!(other_offenders(&mut tx, &"P-lin".into(), 200, &"U-lin".into()).await.unwrap(), 0);
    });
}

#[test]
fn cases_are_listed_by_what_is_asked_for_page_by_page() {
    on_both(|hall| async move {
        let mut tx = hall.db.write().await.unwrap();
        let (chat, lin, mei) = cast(&mut tx).await;
        for no in 1..=5 {
            put(&mut tx, &case(no, &chat, &lin)).await.unwrap();
        }
        let flagged = Case { state: CaseState::Flagged, rule: Some("ads".into()), ..case(6, &chat, &mei) };
        put(&mut tx, &flagged).await.unwrap();
        put(&mut tx, &Case { by: Some("S".into()), chat: None, ..case(7, &chat, &mei) }).await.unwrap();
        let numbers = async |tx: &mut Tx, filter: CaseFilter, before: Option<i64>, limit: i64| {
            let found = list(tx, &filter, before.map(CaseNo), limit).await.unwrap();
            found.into_iter().map(|case| case.no.0).collect::<Vec<_>>()
        };
        let all = CaseFilter::default;
        assert_eq!(numbers(&mut tx, all(), None, 3).await, [7, 6, 5]);
        assert_eq!(numbers(&mut tx, all(), Some(5), 3).await, [4, 3, 2]);
        let filter = CaseFilter { person: Some("P-mei".into()), ..all() };
        assert_eq!(numbers(&mut tx, filter, None, 9).await, [7, 6]);
        let filter = CaseFilter { state: Some(CaseState::Flagged), ..all() };
        assert_eq!(numbers(&mut tx, filter, None, 9).await, [6]);
        let filter = CaseFilter { staff: Some("S".into()), ..all() };
        assert_eq!(numbers(&mut tx, filter, None, 9).await, [7]);
        let filter = CaseFilter { chat: Some(chat.clone()), rule: Some("ads".into()), ..all() };
        assert_eq!(numbers(&mut tx, filter, None, 9).await, [6]);
        let merchant = people::Merchant {
            id: "M".into(),
            name: "Silk".into(),
            category: "apparel".into(),
            tier: people::Tier::None,
            tags: Default::default(),
            created_at_ms: 1,
        };
        people::add_merchant(&mut tx, &merchant).await.unwrap();
        let (id, role) = ("K".into(), people::ContactRole::Operator);
        let contact = people::Contact { id, merchant: "M".into(), person: "P-mei".into(), role };
        people::put_contact(&mut tx, &contact).await.unwrap();
        let filter = CaseFilter { merchant: Some("M".into()), ..all() };
        assert_eq!(numbers(&mut tx, filter, None, 9).await, [7, 6]);
        assert_eq!(count_in(&mut tx, CaseState::Flagged).await.unwrap(), 1);
    });
}

#[test]
fn open_sanctions_are_found_until_they_are_over() {
    on_both(|hall| async move {
        let mut tx = hall.db.write().await.unwrap();
        let (chat, lin, _) = cast(&mut tx).await;
        put(&mut tx, &case(1, &chat, &lin)).await.unwrap();
        let mut first = mute("01A", 1, &chat, &lin);
        add_sanction(&mut tx, &first).await.unwrap();
        let ban = Sanction {
            kind: SanctionKind::Ban,
            until_ms: None,
            purge_ms: 86_400_000,
            ..mute("01B", 1, &chat, &lin)
        };
        add_sanction(&mut tx, &ban).await.unwrap();
        let warning = Sanction {
            kind: SanctionKind::Warn,
            state: SanctionState::Active,
            ..mute("01C", 1, &chat, &lin)
        };
        add_sanction(&mut tx, &warning).await.unwrap();
        let kick = Sanction {
            kind: SanctionKind::Kick,
            state: SanctionState::Unknown,
            ..mute("01D", 1, &chat, &lin)
        };
        add_sanction(&mut tx, &kick).await.unwrap();
        let ids = |found: Vec<Sanction>| found.into_iter().map(|one| one.id.0).collect::<Vec<_>>();
        assert_eq!(ids(of_case(&mut tx, CaseNo(1)).await.unwrap()), ["01A", "01B", "01C", "01D"]);
        assert_eq!(ids(open_at(&mut tx, &chat, &lin).await.unwrap()), ["01A", "01B", "01D"]);
        assert_eq!(ids(open_of_person(&mut tx, &"P-lin".into()).await.unwrap()), ["01A", "01B", "01D"]);
        assert_eq!(ids(standing(&mut tx, None, None, 9).await.unwrap()), ["01B", "01A"]);
        assert_eq!(ids(standing(&mut tx, Some(&chat), Some(&"01B".into()), 9).await.unwrap()), ["01A"]);

        (first.state, first.attempts) = (SanctionState::Lifted, 3);
        (first.error, first.active_at_ms, first.ended_at_ms) = (Some("no".into()), Some(2), Some(3));
        update_sanction(&mut tx, &first).await.unwrap();
        assert_eq!(sanction(&mut tx, &first.id).await.unwrap(), Some(first));
        update_sanction(&mut tx, &Sanction { state: SanctionState::Active, ..kick }).await.unwrap();
        assert_eq!(ids(open_at(&mut tx, &chat, &lin).await.unwrap()), ["01B"]);
    });
}
