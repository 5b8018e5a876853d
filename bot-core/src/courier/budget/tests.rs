//! What may go out when.

use super::*;

fn pace() -> Pace {
    Pace {
        account: Rate { count: 10, per_ms: 1_000 },
        chat: Rate { count: 1, per_ms: 1_000 },
        group: Rate { count: 3, per_ms: 60_000 },
    }
}

fn send(within: Within) -> Counts {
    Counts { is_send: true, within }
}

/// Sends as fast as the budget lets, and gives when.
fn times(budget: &mut Budget, lane: Lane, chats: &[&str], within: Within, sends: usize) -> Vec<i64> {
    let (mut now_ms, mut made) = (0, Vec::new());
    while made.len() < sends {
        let chat = ChatId::from(chats[made.len() % chats.len()]);
        match budget.take(lane, &chat, send(within), now_ms) {
            Ok(()) => made.push(now_ms),
            Err(Wait::Account(at_ms) | Wait::Chat(at_ms)) => now_ms = at_ms,
        }
    }
    made
}

#[test]
fn a_chat_gets_one_a_second_and_a_group_three_a_minute() {
    assert_eq!(times(&mut Budget::new(pace(), None), Lane::Talk, &["a"], Within::Chat, 3), [0, 1_000, 2_000]);
    assert_eq!(
        times(&mut Budget::new(pace(), None), Lane::Talk, &["a"], Within::Group, 5),
        [0, 1_000, 2_000, 60_000, 61_000]
    );
}

#[test]
fn no_window_of_the_account_is_overfull() {
    let names: Vec<String> = (0..100).map(|n| n.to_string()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let made = times(&mut Budget::new(pace(), None), Lane::Talk, &names, Within::Chat, 100);
    assert!(made.windows(11).all(|eleven| eleven[10] - eleven[0] >= 1_000));
    assert_eq!(made[99], 9_000);
}

#[test]
fn bulk_uses_all_of_the_pace_evenly_and_what_is_urgent_takes_the_next_slot() {
    let mut budget = Budget::new(Pace { account: Rate::a_second(30), ..pace() }, None);
    let names: Vec<String> = (0..3_000).map(|n| n.to_string()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let made = times(&mut budget, Lane::Bulk, &names, Within::Chat, 3_000);
    assert!(made.windows(31).all(|some| some[30] - some[0] >= 1_000), "no window is overfull");
    assert!(made.windows(2).skip(30).all(|two| two[1] - two[0] <= 34), "it is even");
    assert!((99_900..=100_000).contains(&made[2_999]), "3,000 at 30 a second: {}", made[2_999]);
    let (now_ms, x) = (made[2_999], ChatId::from("x"));
    let Err(Wait::Account(at_ms)) = budget.take(Lane::Urgent, &x, send(Within::Chat), now_ms) else {
        panic!("the window is full")
    };
    assert!(at_ms - now_ms <= 34, "room comes free at once");
    assert_eq!(budget.take(Lane::Urgent, &x, send(Within::Chat), at_ms), Ok(()));
    let Err(Wait::Account(bulk_ms)) = budget.take(Lane::Bulk, &ChatId::from("y"), send(Within::Chat), at_ms)
    else {
        panic!("what is urgent took the place")
    };
    assert!(bulk_ms - at_ms <= 34);
}

#[test]
fn what_counts_for_the_account_alone_waits_for_no_message() {
    let mut budget = Budget::new(pace(), None);
    let chat = ChatId::from("a");
    assert_eq!(budget.take(Lane::Talk, &chat, send(Within::Group), 0), Ok(()));
    assert_eq!(budget.take(Lane::Talk, &chat, send(Within::Group), 0), Err(Wait::Chat(1_000)));
    for _ in 0..9 {
        assert_eq!(budget.take(Lane::Urgent, &chat, send(Within::Account), 0), Ok(()));
    }
    assert_eq!(budget.take(Lane::Urgent, &chat, send(Within::Account), 0), Err(Wait::Account(1_000)));
}

#[test]
fn what_went_out_before_a_restart_counts() {
    let mut budget = Budget::new(pace(), None);
    let (a, b) = (ChatId::from("a"), ChatId::from("b"));
    for at_ms in [0, 1_000, 2_000] {
        budget.has_called(&a, send(Within::Group), 1, at_ms);
    }
    assert_eq!(budget.take(Lane::Talk, &a, send(Within::Group), 3_000), Err(Wait::Chat(60_000)));
    assert_eq!(budget.take(Lane::Talk, &b, send(Within::Group), 3_000), Ok(()));
    budget.has_called(&b, send(Within::Account), 9, 3_000);
    assert_eq!(budget.take(Lane::Urgent, &b, send(Within::Account), 3_000), Err(Wait::Account(4_000)));
}

#[test]
fn sends_with_a_bucket_of_their_own_leave_the_accounts_to_the_others() {
    let mut budget = Budget::new(pace(), Some(Rate::a_second(1_000)));
    let names: Vec<String> = (0..3_000).map(|n| n.to_string()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let made = times(&mut budget, Lane::Bulk, &names, Within::Chat, 3_000);
    assert!(made.windows(1_001).all(|some| some[1_000] - some[0] >= 1_000), "no window is overfull");
    assert!((2_890..=3_000).contains(&made[2_999]), "3,000 at 1,000 a second: {}", made[2_999]);
    let (now_ms, other) = (made[2_999], Counts { is_send: false, within: Within::Account });
    for _ in 0..10 {
        assert_eq!(budget.take(Lane::Urgent, &ChatId::from("x"), other, now_ms), Ok(()));
    }
    assert_eq!(
        budget.take(Lane::Urgent, &ChatId::from("x"), other, now_ms),
        Err(Wait::Account(now_ms + 1_000)),
        "what is no send keeps the account's pace"
    );
    budget.close(RetryScope::Account, &ChatId::from("x"), now_ms + 9_000);
    let next = budget.take(Lane::Talk, &ChatId::from("y"), send(Within::Chat), now_ms);
    assert_eq!(next, Err(Wait::Account(now_ms + 9_000)), "who is told to wait waits with everything");
}

#[test]
fn retry_after_closes_only_what_it_names() {
    let mut budget = Budget::new(pace(), None);
    let (a, b) = (ChatId::from("a"), ChatId::from("b"));
    budget.close(RetryScope::Chat, &a, 5_000);
    assert_eq!(budget.take(Lane::Talk, &a, send(Within::Chat), 0), Err(Wait::Chat(5_000)));
    assert_eq!(budget.take(Lane::Talk, &b, send(Within::Chat), 0), Ok(()));
    budget.close(RetryScope::Account, &a, 9_000);
    assert_eq!(budget.take(Lane::Urgent, &b, send(Within::Chat), 1_000), Err(Wait::Account(9_000)));
}

#[test]
fn an_account_speaks_like_a_person_and_keeps_some_of_its_day_for_talk() {
    let gap = Gap { least_ms: 1_000, most_ms: 3_000, per_day: 5 };
    let mut budget = Budget::new(pace(), None);
    assert_eq!(budget.speaks_at(gap, Lane::Bulk, false, 0), None);
    budget.spoke(1_500, 0);
    assert_eq!(budget.speaks_at(gap, Lane::Talk, false, 0), Some(1_500));
    assert_eq!(budget.speaks_at(gap, Lane::Urgent, false, 1_499), Some(1_500));
    assert_eq!(budget.speaks_at(gap, Lane::Talk, false, 1_500), None);
    (0..3).for_each(|_| budget.spoke(0, 2_000));
    assert_eq!(budget.speaks_at(gap, Lane::Bulk, false, 3_000), Some(DAY_MS), "a fifth is kept for talk");
    assert_eq!(budget.speaks_at(gap, Lane::Talk, false, 3_000), None);
    budget.spoke(0, 4_000);
    assert_eq!(budget.speaks_at(gap, Lane::Talk, false, 5_000), Some(DAY_MS));
    assert_eq!(budget.speaks_at(gap, Lane::Talk, true, 5_000), None, "what is begun is said to its end");
    assert_eq!(budget.speaks_at(gap, Lane::Urgent, false, 5_000), None);
    assert_eq!(budget.speaks_at(Gap { per_day: 0, ..gap }, Lane::Bulk, false, 5_000), None);
}

#[test]
fn a_flood_leaves_room_in_each_group_for_an_answer() {
    let telegram = Pace { account: Rate::a_second(30), group: Rate { count: 20, per_ms: 60_000 }, ..pace() };
    let made = times(&mut Budget::new(telegram, None), Lane::Bulk, &["a"], Within::Group, 20);
    assert_eq!(made[17..], [17_000, 60_000, 61_000], "eighteen a minute");
    let mut budget = Budget::new(telegram, None);
    times(&mut budget, Lane::Bulk, &["a"], Within::Group, 18);
    let group = ChatId::from("a");
    let mut take = |lane, now_ms| budget.take(lane, &group, send(Within::Group), now_ms);
    assert_eq!(take(Lane::Bulk, 18_000), Err(Wait::Chat(60_000)));
    assert_eq!([take(Lane::Talk, 18_000), take(Lane::Urgent, 19_000)], [Ok(()), Ok(())]);
    assert_eq!(take(Lane::Talk, 20_000), Err(Wait::Chat(60_000)), "twenty in all");
}
