//! Waiting for what happens on sockets and in the threads of a database. By the machine's clock, for they know no other: how
//! many turns of this thread fit into a while depends on the compiler and on who else is at work here.

use std::time::{Duration, Instant};

/// So long at most for what is to come. Only a story that fails waits as long.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long both ends of a connection are given to notice what became of it, at least.
const NOTICE: Duration = Duration::from_millis(20);

/// Turns of this thread in any while: what is ready comes about in them without the machine's clock.
const TURNS: usize = 200;

/// Waits until something is so. False when it did not come about.
pub async fn comes_about(is_so: impl FnMut() -> bool) -> bool {
    within(PATIENCE, is_so).await
}

/// Lets both ends of a connection notice what became of it, or until something is so.
pub async fn a_while_or(is_so: impl FnMut() -> bool) {
    within(NOTICE, is_so).await;
}

/// Lets both ends of a connection notice what became of it, where nothing that this thread can see says that they have.
pub async fn a_while() {
    within(NOTICE, || false).await;
}

#[expect(clippy::disallowed_methods, reason = "what is on sockets moves by the machine's clock")]
async fn within(limit: Duration, mut is_so: impl FnMut() -> bool) -> bool {
    let began = Instant::now();
    for turn in 0_usize.. {
        if is_so() {
            return true;
        }
        if turn < TURNS {
            tokio::task::yield_now().await;
        } else if began.elapsed() < limit {
            // Leaves the processor to the threads beside this one.
            tokio::time::sleep(Duration::from_millis(1)).await;
        } else {
            break;
        }
    }
    false
}
