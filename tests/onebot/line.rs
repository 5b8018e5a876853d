//! The line to the implementation: shared by roles, dialled again, known to be dead by its silence.

use bot_core::chat::TroubleKind;
use guildhall_sandbox::Fault;

use super::{FORWARD, REVERSE};
use crate::harness::on;
use crate::harness::onebot::Dialling;

#[test]
fn a_line_for_calls_and_one_for_events_are_together_as_good_as_one() {
    on(REVERSE, async |h| {
        h.merchant("Lin").await;
        h.opens_direct("Lin").await;
        h.onebot().dial_no_more();
        let one = Dialling { again: false, ..Dialling::to(h.listener().unwrap()) };
        h.onebot().dial(Dialling { role: "API", ..one.clone() });
        // It takes the place of the line that did both.
        h.until(|h| h.onebot().lines() == 1 && h.onebot().called("get_login_info").len() >= 2).await;
        h.onebot().dial(Dialling { role: "Event", ..one });
        h.until(|h| h.onebot().lines() == 2).await;
        h.says_in("@Lin", "Lin", "/nonsense").await;
        let read = h.transcript("@Lin");
        assert_eq!(read.matches("no command /nonsense").count(), 1, "{read}");
        assert_eq!(h.onebot().lines(), 2, "neither takes the other's place");
    });
}

#[test]
fn who_does_not_answer_is_dialled_again_after_longer_and_longer_pauses() {
    on(FORWARD, async |h| {
        h.merchant("Lin").await;
        h.opens_direct("Lin").await;
        let before = h.onebot().knocks();
        h.world.faults().always(Fault::Down);
        h.settle().await;
        let mut pauses = Vec::new();
        for _ in 0..9 {
            let (knocks, at_ms) = (h.onebot().knocks(), h.world.now_ms());
            h.until(|h| h.onebot().knocks() > knocks).await;
            pauses.push((h.world.now_ms() - at_ms) / 1_000);
        }
        assert!(h.onebot().knocks() >= before + 9);
        assert!(pauses.is_sorted() && pauses[0] <= 4 && pauses[8] >= 59 && pauses[8] <= 61, "{pauses:?}");
        assert!(h.troubles().iter().any(|trouble| matches!(trouble, TroubleKind::Unreachable { .. })));
        h.world.faults().clear();
        h.until(|h| h.onebot().lines() == 1).await;
        h.says_in("@Lin", "Lin", "/nonsense").await;
        assert!(h.transcript("@Lin").contains("no command /nonsense"), "{}", h.transcript("@Lin"));
        assert!(!h.troubles().iter().any(|trouble| matches!(trouble, TroubleKind::Unreachable { .. })));
    });
}

#[test]
fn three_heartbeats_that_do_not_come_end_a_line_that_looks_alive() {
    for kind in [REVERSE, FORWARD] {
        on(kind, async |h| {
            h.merchant("Lin").await;
            h.opens_direct("Lin").await;
            h.onebot().beat(true, 30_000);
            h.settle().await;
            let opened = h.onebot().told().1;
            h.pass("80s").await;
            h.onebot().beat(true, 30_000);
            h.pass("80s").await;
            assert_eq!(
                (h.onebot().told().1, h.onebot().lines()),
                (opened, 1),
                "one that beats is left alone"
            );
            h.onebot().dial_no_more();
            h.clock.move_to(h.world.now_ms() + 11_000);
            h.until(|h| h.troubles().iter().any(is_silent) || h.onebot().told().1 > opened).await;
            if kind == REVERSE {
                h.onebot().dial(Dialling::to(h.listener().unwrap()));
            }
            h.until(|h| h.onebot().lines() == 1 && !h.troubles().iter().any(is_silent)).await;
            h.settle().await;
            h.says_in("@Lin", "Lin", "/nonsense").await;
            h.pass("5s").await;
            assert!(h.transcript("@Lin").contains("no command /nonsense"), "{}", h.transcript("@Lin"));
        });
    }
}

fn is_silent(trouble: &TroubleKind) -> bool {
    matches!(trouble, TroubleKind::Unreachable { .. })
}
