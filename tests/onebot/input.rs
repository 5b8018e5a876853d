//! Bad input over the connection: one line in the log, one figure, and nothing else happens.

use bot_core::chat::TroubleKind;
use guildhall_sandbox::Post;
use serde_json::json;

use super::{FORWARD, REVERSE};
use crate::harness::onebot::{Dialling, TOKEN};
use crate::harness::{GROUP, Stage, on, watched};

/// Where the program listens, as the implementation of the story knows it.
fn listener(h: &Stage) -> String {
    h.listener().unwrap()
}

/// The program still hears and answers.
async fn works(h: &mut Stage) {
    let before = h.transcript("@Lin").matches("no command /nonsense").count();
    h.says_in("@Lin", "Lin", "/nonsense").await;
    assert_eq!(
        h.transcript("@Lin").matches("no command /nonsense").count(),
        before + 1,
        "{}",
        h.transcript("@Lin")
    );
}

#[test]
fn who_has_a_wrong_token_or_number_is_refused_before_anything_is_read() {
    on(REVERSE, async |h| {
        h.merchant("Lin").await;
        h.opens_direct("Lin").await;
        let right = Dialling { again: false, ..Dialling::to(listener(h)) };
        for wrong in [
            Dialling { token: "wrong".into(), ..right.clone() },
            Dialling { token: String::new(), ..right.clone() },
            Dialling { token: "wrong".into(), in_address: true, ..right.clone() },
            Dialling { self_id: Some(12_345), ..right.clone() },
        ] {
            let before = h.onebot().refusals().len();
            h.onebot().dial(wrong.clone());
            h.until(|h| h.onebot().refusals().len() > before).await;
            assert_eq!(h.onebot().refusals().last(), Some(&401), "{wrong:?}");
        }
        assert_eq!(h.onebot().lines(), 1, "the right one stands");
        works(h).await;
    });
}

#[test]
fn a_token_in_the_address_is_as_good_and_roles_share_the_work() {
    on(REVERSE, async |h| {
        h.merchant("Lin").await;
        h.opens_direct("Lin").await;
        let before = h.onebot().called("get_login_info").len();
        let one =
            Dialling { again: false, in_address: true, token: TOKEN.into(), ..Dialling::to(listener(h)) };
        h.onebot().dial(Dialling { role: "API", ..one });
        h.until(|h| h.onebot().called("get_login_info").len() > before).await;
        assert!(h.onebot().refusals().is_empty());
    });
}

#[test]
fn frames_that_are_none_are_passed_over() {
    for kind in [REVERSE, FORWARD] {
        on(kind, async |h| {
            h.merchant("Lin").await;
            h.opens_direct("Lin").await;
            let long = format!("{{\"x\":\"{}\"}}", "y".repeat(50 * 1024 * 1024));
            for text in
                ["", "no JSON", "[1,2]", "{}", "{\"status\":\"ok\",\"echo\":\"nobody\"}", "\u{0}", &long]
            {
                h.onebot().feed_raw(text);
            }
            for event in [
                json!({"post_type": "surprise"}),
                json!({"post_type": "notice", "notice_type": "from_the_future", "group_id": "x"}),
                json!({"post_type": "message", "message_type": "group", "group_id": 1}),
                json!({"post_type": "message", "message_type": "private", "user_id": "5", "message_id": "9", "message": [{"type": "hologram"}]}),
            ] {
                h.onebot().feed(event);
            }
            works(h).await;
            assert_eq!(h.onebot().lines(), 1, "the line stands");
        });
    }
}

#[test]
fn events_of_another_account_are_not_taken_for_ours() {
    on(REVERSE, async |h| {
        h.merchant("Lin").await;
        h.opens_direct("Lin").await;
        h.onebot().feed_raw(
            &json!({"post_type": "message", "message_type": "private", "self_id": 99, "user_id": h.user("Lin").as_str(),
                "message_id": 77, "time": 1, "message": "/nonsense", "sender": {}}).to_string(),
        );
        works(h).await;
        assert_eq!(h.transcript("@Lin").matches("no command").count(), 1);
    });
}

#[test]
fn a_second_connection_takes_the_place_of_the_first() {
    on(REVERSE, async |h| {
        h.merchant("Lin").await;
        h.opens_direct("Lin").await;
        let before = h.onebot().told().1;
        h.onebot().dial(Dialling { again: false, ..Dialling::to(listener(h)) });
        h.until(|h| h.onebot().told().1 > before).await;
        h.until(|h| h.onebot().lines() == 1).await;
        h.settle().await;
        works(h).await;
        assert!(!h.troubles().iter().any(|trouble| matches!(trouble, TroubleKind::Unreachable { .. })));
    });
}

#[test]
fn a_hostile_card_is_a_name_and_no_code_is_run() {
    on(REVERSE, async |h| {
        h.merchant("Lin").await;
        h.world.rename_user(&h.user("Lin"), "[CQ:at,qq=all]\u{202E}\n<b>").unwrap();
        h.says_in(GROUP, "Lin", Post::text("[CQ:at,qq=all] &#91; /help")).await;
        let mentions = h
            .onebot()
            .called("send_group_msg")
            .iter()
            .any(|params| params.to_string().contains("\"qq\":\"all\""));
        assert!(!mentions, "what a user wrote became a mention of everybody");
    });
}

#[test]
fn each_sort_of_rubbish_is_one_line_in_the_log_and_one_figure_a_piece() {
    watched(|seen| {
        on(REVERSE, async |h| {
            h.merchant("Lin").await;
            h.opens_direct("Lin").await;
            h.settle().await;
            let odd = || seen.count("guildhall_onebot_odd_frames_total");
            let unknown = || seen.count("guildhall_onebot_unknown_events_total");
            let strange =
                json!({"post_type": "message", "self_id": 99, "user_id": 5, "message_id": 7, "message": "x"});
            let long = format!("{{\"x\":\"{}\"}}", "y".repeat(50 * 1024 * 1024));
            for (text, line) in [
                ("no JSON at all", "no JSON"),
                ("[1, 2]", "no object"),
                (long.as_str(), "neither event nor answer"),
                (strange.to_string().as_str(), "an event of another account"),
            ] {
                // Told on several databases, a story is told several times.
                let (before, lines) = (odd(), seen.lines(line).len());
                for _ in 0..2 {
                    h.onebot().feed_raw(text);
                }
                works(h).await;
                assert_eq!((odd() - before, seen.lines(line).len() - lines), (2, 1), "{line}");
                assert!(seen.lines(line)[0].len() < 400, "what came does not stand in the log");
            }
            for (event, line) in [
                (json!({"post_type": "surprise"}), "post.surprise"),
                (json!({"post_type": "notice", "notice_type": "from_the_future"}), "notice.from_the_future"),
                (json!({"post_type": "request", "request_type": "guild"}), "request.guild"),
            ] {
                let (before, lines) = (unknown(), seen.lines(line).len());
                h.onebot().feed(event.clone());
                h.onebot().feed(event);
                works(h).await;
                assert_eq!((unknown() - before, seen.lines(line).len() - lines), (2, 1), "{line}");
            }
            assert_eq!(h.onebot().lines(), 1, "the line stands");
        });
    });
}

#[test]
fn who_is_refused_is_one_line_and_one_figure_and_the_token_stands_nowhere() {
    watched(|seen| {
        on(REVERSE, async |h| {
            h.settle().await;
            let refused = seen.count("guildhall_onebot_refused_total");
            let right = Dialling { again: false, ..Dialling::to(listener(h)) };
            for (wrong, line) in [
                (Dialling { token: "guessed-wrong".into(), ..right.clone() }, "wrong token"),
                (Dialling { self_id: Some(12_345), ..right.clone() }, "not in the config"),
            ] {
                let (before, lines) = (h.onebot().refusals().len(), seen.lines(line).len());
                h.onebot().dial(wrong);
                h.until(|h| h.onebot().refusals().len() > before).await;
                assert_eq!(seen.lines(line).len(), lines + 1, "{line}");
            }
            assert_eq!(seen.count("guildhall_onebot_refused_total") - refused, 2);
            assert_eq!(seen.lines("guessed").len() + seen.lines(TOKEN).len(), 0);
            h.onebot().dial(right);
            h.until(|h| h.onebot().told().1 > 1).await;
            h.until(|h| h.onebot().lines() == 1).await;
            // The first dials again, and takes its place back.
            let replaced = seen.count("guildhall_onebot_replaced_total");
            assert!(replaced >= 1);
            assert_eq!(seen.lines("a second connection for this account").len() as u64, replaced);
        });
    });
}

#[test]
fn a_frame_beyond_all_measure_ends_its_line_and_nothing_else() {
    on(REVERSE, async |h| {
        h.merchant("Lin").await;
        h.opens_direct("Lin").await;
        let before = h.onebot().told().1;
        h.onebot().feed_raw(&"y".repeat(65 * 1024 * 1024));
        h.until(|h| h.onebot().told().1 > before && h.onebot().lines() == 1).await;
        h.settle().await;
        works(h).await;
    });
}

#[test]
fn refusals_are_understood_in_every_spelling_of_their_code() {
    for (retcode, status) in
        [(json!("1200"), json!("FAILED")), (json!(1_200.0), json!("failed")), (json!(1_200), json!(null))]
    {
        on(REVERSE, async |h| {
            h.onebot().answer_once(
                "send_group_msg",
                json!({ "status": status, "retcode": retcode, "data": null,
                "wording": "发送失败：你已被禁言" }),
            );
            super::send(h, bot_core::chat::Lane::Talk, &["hello"]).await;
            h.settle().await;
            assert_eq!(h.open_actions().await, [], "refused for good: neither unknown nor tried again");
            assert_eq!(h.transcript(GROUP), "");
        });
    }
}
