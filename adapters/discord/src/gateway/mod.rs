//! The gateway: keeps a session open for each shard, and hands on what it tells.
//!
//! serenity's own gateway client is not used: it counts an event as received when it was read, while here a session is
//! resumed after the last event that has *taken effect*, so that what was in hand when a connection broke comes again.
//! A program that starts again asks the session of its last run for what it missed ([`missed`]). What no session gives
//! back, because Discord forgot it, is fetched from the history ([`crate::history`]).

mod connection;
mod missed;
mod session;
mod socket;

use bot_core::chat::{EventSink, TroubleKind};
use futures::future::join_all;
use tokio::sync::Mutex;

use crate::platform::DiscordPlatform;
pub(crate) use missed::Missed;
use session::{End, Session};

/// Waits after a connection that failed, milliseconds: doubled up to the longest.
const RETRY_FIRST_MS: i64 = 1_000;
const RETRY_MAX_MS: i64 = 30_000;
/// How long to wait when trying again at once is of no use, milliseconds.
const HOPELESS_MS: i64 = 5 * 60_000;
/// Sessions begin at least so far apart, milliseconds (docs.discord.com, "Gateway", read 2026-11-21).
const IDENTIFY_MS: i64 = 5_000;

/// Lets shards begin their sessions one after the other.
#[derive(Default)]
pub(crate) struct Gate(Mutex<i64>);

impl DiscordPlatform {
    /// Listens until the program stops taking in events.
    pub(crate) async fn listen(&self, sink: &EventSink) {
        let gateway = self.introduce().await;
        self.wants_commands(None);
        let limit = &gateway.session_start_limit;
        if limit.remaining == Some(0) {
            tracing::warn!(account = %self.settings.account, wait_ms = limit.reset_after, "no session may be begun before this time is over");
            self.pause(limit.reset_after).await;
        }
        let (gate, shards) = (Gate::default(), gateway.shards.clamp(1, 64));
        join_all((0..shards).map(|shard| self.keep_listening((shard, shards), &gateway.url, &gate, sink)))
            .await;
    }

    async fn keep_listening(&self, shard: (u32, u32), url: &str, gate: &Gate, sink: &EventSink) {
        let mut session = Session::new(shard);
        session.missed = self.missed(shard, sink).await;
        let mut wait_ms = RETRY_FIRST_MS;
        loop {
            let was_ready = session.times_ready;
            let end = self.connection(&mut session, url, gate, sink).await;
            if session.times_ready > was_ready {
                wait_ms = RETRY_FIRST_MS;
            }
            match end {
                End::Closed => return,
                End::Again => {}
                End::Fresh => session.forget(),
                End::Unreachable(why) => {
                    self.troubles.is(TroubleKind::Unreachable { why });
                    session.url = None;
                }
                End::Hopeless(kind) => {
                    self.troubles.is(kind);
                    session.forget();
                    self.pause(HOPELESS_MS).await;
                }
            }
            // Several shards that lost their connections together come back one by one.
            self.pause(wait_ms + i64::from(shard.0) * 100).await;
            wait_ms = (wait_ms * 2).min(RETRY_MAX_MS);
        }
    }

    /// Waits until a session may be begun.
    pub(crate) async fn may_identify(&self, gate: &Gate) {
        let mut next_ms = gate.0.lock().await;
        self.settings.clock.until(*next_ms).await;
        *next_ms = self.now_ms() + IDENTIFY_MS;
    }
}
