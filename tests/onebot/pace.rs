//! How an account paces itself, and when its announcements rest.

use bot_core::chat::{Lane, TroubleKind};
use guildhall_sandbox::{Fault, Rule};

use super::{REVERSE, send};
use crate::harness::{GROUP, on};

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
