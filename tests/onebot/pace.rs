//! How an account paces itself, and when its announcements rest.

use bot_core::chat::{Lane, TroubleKind};
use guildhall_sandbox::{Fault, Rule};

use bot_core::clock::Clock as _;
use guildhall_onebot::Manner;
use serde_json::json;

use super::{REVERSE, send};
use crate::harness::{GROUP, STAFF, Stage, on};

/// When messages reached the implementation, milliseconds since the story's first.
fn times(h: &Stage) -> Vec<i64> {
    let calls = h.onebot().calls();
    let sends: Vec<i64> =
        calls.into_iter().filter(|call| call.action == "send_group_msg").map(|call| call.at_ms).collect();
    sends.iter().map(|at_ms| at_ms - sends[0]).collect()
}

#[test]
fn messages_come_with_pauses_like_a_persons_and_moderation_waits_for_none() {
    on(REVERSE, async |h| {
        h.merchant("Lin").await;
        h.speaks_like(Manner { gap_least_ms: 1_000, gap_most_ms: 3_000, per_day: 0 }).await;
        send(h, Lane::Talk, &["1", "2", "3", "4", "5", "6", "7", "8"]).await;
        h.settle().await;
        assert_eq!(times(h).len(), 1, "the second waits");
        let until_ms = Some(h.clock.now_ms() + 600_000);
        let mute = bot_core::chat::Action::Mute { user: h.user("Lin"), until_ms };
        super::put(h, Lane::Urgent, vec![mute]).await;
        h.settle().await;
        assert_eq!(h.onebot().called("set_group_ban").len(), 1, "a mute waits for no message");
        h.pass("1m").await;
        let times = times(h);
        assert_eq!(times.len(), 8, "{}", h.transcript(GROUP));
        let gaps: Vec<i64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert!(gaps.iter().all(|gap| (1_000..=3_000).contains(gap)), "{gaps:?}");
        assert!(gaps.iter().any(|gap| *gap != gaps[0]), "where between is chance: {gaps:?}");
    });
}

#[test]
fn a_days_budget_holds_over_restarts_and_keeps_a_fifth_for_answers() {
    on(REVERSE, async |h| {
        h.speaks_like(Manner { gap_least_ms: 0, gap_most_ms: 0, per_day: 10 }).await;
        let texts: Vec<String> = (1..=12).map(|n| format!("push {n}")).collect();
        send(h, Lane::Bulk, &texts.iter().map(String::as_str).collect::<Vec<_>>()).await;
        h.pass("10m").await;
        assert_eq!(times(h).len(), 8, "{}", h.transcript(GROUP));
        h.kill();
        h.start().await;
        h.pass("1h").await;
        assert_eq!(times(h).len(), 8, "what was said before the restart counts");
        send(h, Lane::Talk, &["answer 1", "answer 2", "answer 3"]).await;
        h.pass("1h").await;
        assert_eq!(times(h).len(), 10, "{}", h.transcript(GROUP));
        h.pass("23h").await;
        let said = h.transcript(GROUP);
        for text in texts.iter().map(String::as_str).chain(["answer 3"]) {
            assert_eq!(said.matches(&format!(": {text}\n")).count(), 1, "{said}");
        }
    });
}

#[test]
fn an_account_that_is_signed_out_mid_broadcast_rests_and_tells_the_staff_and_nobody_speaks_for_it() {
    on(REVERSE, async |h| {
        let (second, fake) = h.opens_beside().await;
        h.speaks_like(Manner { gap_least_ms: 1_000, gap_most_ms: 1_000, per_day: 0 }).await;
        let texts: Vec<String> = (1..=6).map(|n| format!("push {n}")).collect();
        send(h, Lane::Bulk, &texts.iter().map(String::as_str).collect::<Vec<_>>()).await;
        h.pass_ms(1_500).await;
        let before = times(h).len();
        assert!((1..6).contains(&before), "{before}");
        h.onebot().feed(json!({ "post_type": "notice", "notice_type": "bot_offline", "message": "kicked" }));
        h.pass("30m").await;
        assert_eq!(times(h).len(), before, "nothing more is tried");
        assert_eq!(fake.called("send_group_msg").len(), 0, "{}", second.transcript(&h.chat(GROUP)));
        assert!(h.troubles().iter().any(|trouble| matches!(trouble, TroubleKind::BulkPaused { .. })));
        h.onebot().beat(true, 30_000);
        h.pass("5m").await;
        let said = h.transcript(GROUP);
        for text in &texts {
            assert_eq!(said.matches(text.as_str()).count(), 1, "{said}");
        }
        assert_eq!(h.transcript(STAFF).matches("rest for a while").count(), 1, "{}", h.transcript(STAFF));
    });
}

#[test]
fn announcements_rest_when_sends_have_no_clear_answer_and_talk_goes_on() {
    on(REVERSE, async |h| {
        h.onebot().disable("get_group_msg_history");
        h.onebot().hold_echoes(true);
        h.world.faults().add(Rule::new(Fault::TimeoutBefore).times(3));
        send(h, Lane::Bulk, &["a", "b", "c"]).await;
        h.pass("1m").await;
        send(h, Lane::Bulk, &["d"]).await;
        send(h, Lane::Talk, &["answer"]).await;
        h.pass("5m").await;
        assert_eq!(h.transcript(GROUP), "Guildhall: answer\n", "only talk goes out");
        assert!(h.troubles().iter().any(|trouble| matches!(trouble, TroubleKind::BulkPaused { .. })));
        assert_eq!(h.open_actions().await.iter().filter(|(lane, ..)| *lane == Lane::Bulk.rank()).count(), 2);
        h.pass("10m").await;
        assert_eq!(h.transcript(GROUP), "Guildhall: answer\nGuildhall: d\n");
        assert!(!h.troubles().iter().any(|trouble| matches!(trouble, TroubleKind::BulkPaused { .. })));
    });
}
