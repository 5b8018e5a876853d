//! The board of a group, and what people ask of the account itself.

use bot_core::chat::{Action, Content, Lane};
use bot_core::roster::Role;
use guildhall_sandbox::Fault;
use serde_json::json;

use super::{REVERSE, put};
use crate::harness::{GROUP, STAFF, Stage, on};

fn board(h: &Stage) -> Vec<String> {
    h.onebot().board(h.chat(GROUP).as_str()[1..].parse().unwrap())
}

#[test]
fn an_announcement_that_is_pinned_stands_on_the_board_until_it_is_taken_back() {
    on(REVERSE, async |h| {
        h.staff("Olivia", Role::Ops).await;
        h.merchant("Ann").await;
        h.says_in(STAFF, "Olivia", "/announce").await;
        let answers = [
            ("title", "焕新市集 | Fair"),
            ("zh", "开始报名啦 & 见 <这里>"),
            ("en", "Sign-up is open & <here>"),
            ("audience", "all groups"),
            ("when", "now"),
        ];
        h.fills(STAFF, "Olivia", &answers).await;
        h.says_in(STAFF, "Olivia", "/announce pin A-1").await;
        h.says_in(STAFF, "Olivia", "/announce send A-1").await;
        h.pass("5m").await;
        assert!(h.transcript(GROUP).contains("Sign-up is open"), "{}", h.transcript(GROUP));
        let there = board(h);
        assert!(there.len() == 1 && there[0].contains("Sign-up is open & <here>"), "{there:?}");
        let posted = h.onebot().called("_send_group_notice").remove(0);
        assert_eq!(posted["confirm_required"], 0, "nobody has to confirm that they read it");
        assert_eq!(h.onebot().called("set_essence_msg").len(), 0, "it stands on the board and nowhere else");
        h.says_in(STAFF, "Olivia", "/announce recall A-1 yes").await;
        h.pass("5m").await;
        assert_eq!(board(h), Vec::<String>::new(), "{}", h.transcript(STAFF));
    });
}

#[test]
fn a_notice_whose_answer_was_lost_is_found_on_the_board_and_not_posted_twice() {
    for fault in [Fault::TimeoutAfter, Fault::TimeoutBefore] {
        on(REVERSE, async |h| {
            h.merchant("Lin").await;
            h.world.faults().add(guildhall_sandbox::Rule::new(fault.clone()).on("post").times(1));
            put(h, Lane::Bulk, vec![Action::Post(Content::text("Rules & <more>\nof them"))]).await;
            h.pass("5m").await;
            assert_eq!(board(h), ["Rules & <more>\nof them"]);
            assert_eq!(h.open_actions().await, []);
        });
    }
}

#[test]
fn what_cannot_be_taken_off_the_board_is_said() {
    on(REVERSE, async |h| {
        h.staff("Olivia", Role::Ops).await;
        h.merchant("Ann").await;
        h.says_in(STAFF, "Olivia", "/announce").await;
        let answers =
            [("title", "Fair"), ("en", "Sign-up is open"), ("audience", "all groups"), ("when", "now")];
        h.fills(STAFF, "Olivia", &answers).await;
        h.says_in(STAFF, "Olivia", "/announce pin A-1").await;
        // An implementation that knows no way to read the board: nobody says what the notice is called.
        h.onebot().disable("_get_group_notice");
        h.says_in(STAFF, "Olivia", "/announce send A-1").await;
        h.pass("5m").await;
        assert_eq!(board(h).len(), 1);
        h.says_in(STAFF, "Olivia", "/announce recall A-1 yes").await;
        h.pass("5m").await;
        assert_eq!(board(h).len(), 1);
        let told = h.transcript(STAFF);
        assert_eq!(told.matches("A-1 still stands on the board of “Sellers”").count(), 1, "{told}");
    });
}

#[test]
fn who_asks_the_account_for_friendship_or_a_visit_is_shown_to_staff_and_answered_by_nobody() {
    on(REVERSE, async |h| {
        h.merchant("Lin").await;
        let lin: i64 = h.user("Lin").as_str().parse().unwrap();
        let asks = json!({ "post_type": "request", "request_type": "friend", "user_id": lin, "flag": "f1",
            "comment": "[CQ:at,qq=all] hi" });
        h.onebot().feed(asks.clone());
        h.onebot().feed(asks);
        h.onebot().feed(
            json!({ "post_type": "request", "request_type": "group", "sub_type": "invite", "user_id": lin,
            "group_id": 55, "flag": "f2", "comment": "" }),
        );
        h.settle().await;
        let told = h.transcript(STAFF);
        assert_eq!(told.matches("Lin asks to befriend this account: [CQ:at,qq=all] hi").count(), 1, "{told}");
        assert_eq!(told.matches("Lin asks this account to come into the group g55").count(), 1, "{told}");
        let answers = ["set_friend_add_request", "set_group_add_request"];
        assert!(answers.into_iter().all(|name| h.onebot().called(name).is_empty()));
        assert!(!h.has_chat("@Lin"), "to ask opens no private chat");
    });
}
