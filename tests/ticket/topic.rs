//! The staff chat's topics: lost, closed, or not to be had.

use bot_core::chat::RejectionKind;
use bot_core::directory::Purpose;
use bot_core::store::ticket::Delivery;
use guildhall_sandbox::{Fault, Profile, Rule};

use super::{holds, lin_and_ann, messages, reads_in_private, set_purpose, topic};
use crate::harness::{About, Kind, STAFF, story_about, with_profile};

#[test]
fn a_deleted_topic_comes_back_with_what_was_said() {
    story_about(&[About::Topics], async |h| {
        lin_and_ann(h).await;
        h.says_in("@Lin", "Lin", "/ticket payout").await;
        h.says_in("@Lin", "Lin", "It says E42").await;
        h.says_in_thread(STAFF, "T-1", "Ann", "We look into it").await;
        h.says_in_thread(STAFF, "T-1", "Ann", "// finance").await;
        let thread = h.latest(STAFF, "We look into it").thread.unwrap();
        h.world.set_role(&h.chat(STAFF), &h.user("Ann"), bot_core::chat::MemberRole::Admin).unwrap();
        h.world.delete_thread(&h.user("Ann"), &h.chat(STAFF), &thread).unwrap();
        h.pass("5s").await;
        if let Kind::Telegram(_) = h.kind() {
            // Nobody tells; the next message finds out.
            h.says_in("@Lin", "Lin", "Hello?").await;
            h.pass("5s").await;
        }
        let again = h.latest(STAFF, "Lin: It says E42");
        assert_ne!(again.thread, Some(thread));
        holds(&again.content.text.text, "Ann: We look into it\nNote by Ann: finance");
        h.says_in_thread(STAFF, "T-1", "Ann", "Still here").await;
        holds(&h.transcript("@Lin"), "Support: Still here");
        h.says_in("@Lin", "Lin", "Me too").await;
        assert_eq!(h.latest(STAFF, "Lin: Me too").thread, again.thread);
    });
}

#[test]
fn a_topic_closed_by_hand_is_opened_again_while_its_ticket_is_open() {
    story_about(&[About::Topics], async |h| {
        lin_and_ann(h).await;
        h.says_in("@Lin", "Lin", "/ticket payout").await;
        let thread = h.latest(STAFF, "From Lin").thread.unwrap();
        h.world.set_role(&h.chat(STAFF), &h.user("Ann"), bot_core::chat::MemberRole::Admin).unwrap();
        h.world.close_thread(&h.user("Ann"), &h.chat(STAFF), &thread).unwrap();
        h.settle().await;
        h.says_in("@Lin", "Lin", "Hello?").await;
        holds(&topic(h), "T-1 is still open, and so is this topic again.");
        assert_eq!(h.latest(STAFF, "Lin: Hello?").thread, Some(thread));
    });
}

#[test]
fn without_topics_a_reply_in_the_staff_chat_is_an_answer() {
    with_profile(&Profile { threads: false, ..Profile::sandbox() }, async |h| {
        lin_and_ann(h).await;
        h.says_in("@Lin", "Lin", "/ticket payout").await;
        h.says_in("@Lin", "Lin", "It says E42").await;
        let shown = h.latest(STAFF, "[T-1] Lin: It says E42");
        h.says_in(STAFF, "Ann", "nothing to do with it").await;
        h.replies(STAFF, "Ann", &shown.key, "We pay again").await;
        let head = h.latest(STAFF, "[T-1] T-1 · open");
        h.replies(STAFF, "Ann", &head.key, "Anything else?").await;
        h.replies(STAFF, "Ann", &head.key, "/close paid").await;
        reads_in_private(h, "Lin",
            "
            * the private chat was opened
            Lin: /ticket payout
            Guildhall: Your ticket T-1 is open: “payout”. Everything you write here goes to support and to nobody else. /close ends it.
            Lin: It says E42
            Guildhall ↩ “It says E42”: Support: We pay again
            Guildhall: Support: Anything else?
            Guildhall: T-1 is closed: paid [Reopen]
            ",
        );
    });
}

#[test]
fn a_platform_with_next_to_nothing_still_carries_a_ticket() {
    with_profile(&Profile::bare(), async |h| {
        lin_and_ann(h).await;
        h.says_in("@Lin", "Lin", "/ticket payout").await;
        let said = h.says_in("@Lin", "Lin", "It says E24").await;
        h.edits("@Lin", "Lin", &said, "It says E42").await;
        holds(&topic(h), "✎ [T-1] Lin: It says E42");
        let shown = h.latest(STAFF, "It says E24");
        h.replies(STAFF, "Ann", &shown.key, "We pay again").await;
        h.replies(STAFF, "Ann", &shown.key, "/close paid").await;
        holds(&h.transcript("@Lin"), "Support: We pay again");
        holds(&h.transcript("@Lin"), "T-1 is closed: paid");
    });
}

#[test]
fn where_no_topic_can_be_opened_the_ticket_goes_on_in_the_staff_chat() {
    story_about(&[About::Topics], async |h| {
        lin_and_ann(h).await;
        h.world
            .faults()
            .add(Rule::new(Fault::Refuse { why: RejectionKind::Other }).times(1).on("open_thread"));
        h.says_in("@Lin", "Lin", "/ticket payout").await;
        h.says_in("@Lin", "Lin", "It says E42").await;
        h.pass("5s").await;
        assert_eq!(topic(h).matches("Lin: It says E42").count(), 1, "{}", topic(h));
        let shown = h.latest(STAFF, "[T-1] ");
        h.replies(STAFF, "Ann", &shown.key, "We pay again").await;
        holds(&h.transcript("@Lin"), "Support: We pay again");
    });
}

#[test]
fn without_a_staff_chat_a_ticket_is_kept_and_shown_once_there_is_one() {
    story_about(&[About::Topics], async |h| {
        set_purpose(h, STAFF, Purpose::Idle).await;
        h.merchant("Lin").await;
        h.opens_direct("Lin").await;
        h.says_in("@Lin", "Lin", "/ticket payout").await;
        holds(
            &h.transcript("@Lin"),
            "Your ticket T-1 is kept. No support desk is connected here at the moment",
        );
        h.says_in("@Lin", "Lin", "It says E42").await;
        assert_eq!(messages(h, 1).await.last().unwrap().delivery, Delivery::Kept);
        set_purpose(h, STAFF, Purpose::Staff).await;
        h.says_in("@Lin", "Lin", "Anybody?").await;
        holds(&topic(h), "Lin: It says E42");
        holds(&topic(h), "Lin: Anybody?");
        assert_eq!(topic(h).matches("Anybody?").count(), 1);
    });
}
