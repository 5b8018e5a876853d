//! The way of a ticket where there are neither buttons nor topics: chosen by number, answered by quoting.

use bot_core::roster::Role;

use super::{FORWARD, REVERSE};
use crate::harness::{GROUP, STAFF, on};

#[test]
fn a_ticket_goes_from_the_group_to_the_private_chat_and_is_answered_by_a_quote() {
    for kind in [REVERSE, FORWARD] {
        on(kind, async |h| {
            h.staff("Ann", Role::Support).await;
            h.merchant("Lin").await;
            h.says("Lin", "/ticket my payout of order 77 is missing").await;
            let told = h.world.transcript(&h.chat(STAFF));
            assert!(told.contains("T-1") && told.contains("1. "), "the head with its choices:\n{told}");
            assert!(
                !h.transcript(GROUP).contains("order 77 is missing\nGuildhall: my"),
                "{}",
                h.transcript(GROUP)
            );
            h.chooses(STAFF, "Ann", "Claim").await;
            assert!(h.transcript(STAFF).contains("Ann"), "{}", h.transcript(STAFF));
            let head = h.latest(STAFF, "T-1").key;
            h.replies(STAFF, "Ann", &head, "We are looking into it.").await;
            let private = h.transcript("@Lin");
            assert!(private.contains("We are looking into it."), "{private}");
            h.says_in("@Lin", "Lin", "thank you").await;
            assert!(h.transcript(STAFF).contains("thank you"), "{}", h.transcript(STAFF));
        });
    }
}
