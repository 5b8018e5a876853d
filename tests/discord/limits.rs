//! Limits, lost answers, and what stands in every call.

use bot_core::chat::{Action, Lane};
use bot_core::roster::Role;
use guildhall_sandbox::{Fault, Rule};
use serde_json::{Value, json};

use super::{does, on_discord, says};
use crate::harness::{GROUP, STAFF, Stage};

#[test]
fn every_message_has_a_nonce_and_says_whom_it_rings_for() {
    on_discord(async |h| {
        h.merchant("Lin").await;
        says(h, GROUP, "@everyone <@1> hello").await;
        h.settle().await;
        let sent = h.discord().calls_of("POST", "/messages");
        assert!(!sent.is_empty());
        for call in sent {
            assert_eq!(call.body["enforce_nonce"], json!(true));
            assert_eq!(call.body["allowed_mentions"]["parse"], json!([]));
        }
        let said = h.transcript(GROUP);
        assert!(said.contains("Guildhall: @everyone <@1> hello"), "{said}");
    });
}

#[test]
fn a_send_whose_answer_was_lost_is_found_and_not_sent_again() {
    on_discord(async |h| {
        h.merchant("Lin").await;
        for fault in [Fault::TimeoutAfter, Fault::TimeoutBefore] {
            h.world.faults().add(Rule::new(fault.clone()).times(1).on("send"));
            says(h, GROUP, &format!("{fault:?}")).await;
            h.pass("5m").await;
            let said = h.transcript(GROUP);
            assert_eq!(said.matches(&format!("Guildhall: {fault:?}")).count(), 1, "{said}");
        }
        assert_eq!(h.open_actions().await, []);
    });
}

#[test]
fn discords_buckets_are_kept_without_being_hit() {
    on_discord(async |h| {
        h.merchant("Lin").await;
        h.discord().enforce_buckets();
        for at in 0..12 {
            says(h, GROUP, &format!("line {at:02}")).await;
        }
        h.pass("1m").await;
        let said = h.transcript(GROUP);
        let lines: Vec<&str> = said.lines().filter(|line| line.contains("line ")).collect();
        assert_eq!(lines.len(), 12, "{said}");
        assert!(lines.is_sorted(), "in order");
        assert_eq!(h.discord().calls_of("POST", "/messages").len(), 12, "none was refused");
    });
}

#[test]
fn a_refusal_for_speed_is_waited_out() {
    on_discord(async |h| {
        h.merchant("Lin").await;
        let global = json!({ "message": "You are being rate limited.", "retry_after": 3.5, "global": true });
        h.discord().will_answer("POST", "/messages", 429, &[("x-ratelimit-scope", "global")], global);
        let shared =
            json!({ "message": "The resource is being rate limited.", "retry_after": 2.0, "global": false });
        h.discord().will_answer("POST", "/messages", 429, &[("x-ratelimit-scope", "shared")], shared);
        says(h, GROUP, "once").await;
        h.settle().await;
        assert!(!h.transcript(GROUP).contains("once"));
        h.pass("10s").await;
        assert_eq!(h.transcript(GROUP).matches("Guildhall: once").count(), 1);
    });
}

#[test]
fn a_lock_is_lifted_exactly_as_it_was() {
    on_discord(async |h| {
        h.merchant("Lin").await;
        does(h, GROUP, Lane::Urgent, Action::Lock).await;
        h.settle().await;
        assert!(h.transcript(GROUP).contains("only admins can write now"), "{}", h.transcript(GROUP));
        does(h, GROUP, Lane::Urgent, Action::Unlock { before: None }).await;
        h.settle().await;
        assert!(h.transcript(GROUP).contains("everybody can write again"));
        let patches = h.discord().calls_of("PATCH", &format!("/channels/{}", h.chat(GROUP)));
        let last: &Value = &patches.last().unwrap().body["permission_overwrites"];
        let bot = h.world.bot().key.to_string();
        assert_eq!(
            last.as_array().unwrap().iter().map(|one| one["id"].clone()).collect::<Vec<_>>(),
            [json!(bot)]
        );
    });
}

fn is_muted(h: &Stage, name: &str) -> bool {
    let view = h.world.chat(&h.chat(GROUP), None, 1).unwrap();
    view.members.iter().any(|member| member.user == h.user(name) && member.muted)
}

#[test]
fn a_mute_that_is_too_long_for_discord_is_renewed_until_it_is_over() {
    on_discord(async |h| {
        h.staff("Chen", Role::Moderator).await;
        h.merchant("Lin").await;
        h.says_in(STAFF, "Chen", "/mute @lin 60d loud").await;
        for day in [10, 20, 30, 40, 50, 59] {
            h.pass(if day == 59 { "9d" } else { "10d" }).await;
            assert!(is_muted(h, "Lin"), "on day {day}");
        }
        h.pass("2d").await;
        assert!(!is_muted(h, "Lin"));
        let given = h.discord().calls_of("PATCH", "/members/").into_iter();
        let given = given.filter(|call| call.body["communication_disabled_until"].is_string()).count();
        assert_eq!(given, 3, "28 days at most, each renewed before it ends");
    });
}
