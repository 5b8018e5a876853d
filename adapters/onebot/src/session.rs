//! One connection from its first frame to its last, whoever dialled.

use std::pin::Pin;
use std::sync::Arc;

use bot_core::chat::{EventSink, TroubleKind};
use futures::{Sink, SinkExt as _, Stream, StreamExt as _};
use serde_json::Value;
use tokio::sync::{mpsc, watch};

use crate::link::Role;
use crate::platform::OneBotPlatform;
use crate::wire::{self, Frame};

/// The longest message that is read, bytes: NapCat sends up to 50 MB.
pub(crate) const MESSAGE_MAX: usize = 64 * 1024 * 1024;
/// So many heartbeats may be missed.
const BEATS_MISSED: i64 = 3;
/// Events that are handed over together.
const BATCH: usize = 256;

/// What a connection brings: text, or something else that is no matter of ours.
pub(crate) type Incoming = Pin<Box<dyn Stream<Item = Result<Option<String>, String>> + Send>>;
/// Where text goes out.
pub(crate) type Leaving = Pin<Box<dyn Sink<String, Error = String> + Send>>;

/// How a connection ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// The other side closed it, or the line broke.
    ByPeer(String),
    /// Another connection took its place.
    Replaced,
    /// The heartbeats stopped.
    Silent,
    /// The program is stopping.
    Stopping,
}

impl OneBotPlatform {
    /// Serves a connection until it ends.
    pub(crate) async fn serve(
        self: &Arc<Self>,
        role: Role,
        mut incoming: Incoming,
        mut leaving: Leaving,
        sink: EventSink,
    ) -> Ended {
        let mut joined = self.link.join(role);
        if joined.replaced {
            self.replaced();
        }
        self.troubles.over(|kind| matches!(kind, TroubleKind::Unreachable { .. } | TroubleKind::WrongToken));
        let (events, queue) = mpsc::unbounded_channel();
        let digesting = tokio::spawn(Arc::clone(self).digest(queue, sink.clone(), role));
        let mut watch = Watch::default();
        let ended = loop {
            tokio::select! {
                () = told_to_end(&mut joined.end) => break Ended::Replaced,
                () = sink.closed() => break Ended::Stopping,
                () = self.settings.clock.until(watch.dead_at_ms()) => break Ended::Silent,
                Some(text) = joined.out.recv() => {
                    if let Err(why) = leaving.send(text).await {
                        break Ended::ByPeer(why);
                    }
                }
                frame = incoming.next() => match frame {
                    Some(Ok(Some(text))) => {
                        watch.saw(self.now_ms());
                        self.take_frame(&text, &events, &mut watch);
                    }
                    Some(Ok(None)) => watch.saw(self.now_ms()),
                    Some(Err(why)) => break Ended::ByPeer(why),
                    None => break Ended::ByPeer("the other side hung up".to_owned()),
                },
            }
        };
        self.link.leave(joined.number);
        // What was read is still handed over: the implementation will not tell it again.
        drop(events);
        if ended == Ended::Stopping {
            digesting.abort();
        } else if digesting.await.is_err() {
            tracing::error!(account = %self.settings.account, "events of a connection were lost: reading them failed");
        }
        if ended == Ended::Silent {
            self.troubles.is(TroubleKind::Unreachable { why: "its heartbeats stopped".to_owned() });
        }
        ended
    }

    fn take_frame(&self, text: &str, events: &mpsc::UnboundedSender<Value>, watch: &mut Watch) {
        match wire::frame(text) {
            Frame::Answer(answer) => self.link.answered(answer),
            Frame::Odd(what) => self.odd(what, text.len()),
            Frame::Event(event) => {
                if let Some(own) = wire::int(&event["self_id"])
                    && own != self.settings.self_id
                {
                    self.odd("an event of another account", text.len());
                    return;
                }
                if event["post_type"] == "meta_event" {
                    self.meta(&event, watch);
                }
                self.heard();
                // Fails only when digesting has ended, and with it the program's wish for events.
                let _ = events.send(event);
            }
        }
    }

    fn meta(&self, event: &Value, watch: &mut Watch) {
        if event["meta_event_type"] == "heartbeat" {
            watch.interval_ms = wire::int(&event["interval"]).filter(|ms| (1_000..=3_600_000).contains(ms));
        }
        match wire::flag(&event["status"]["online"]) {
            Some(false) => self.went_offline("the heartbeat says that it is not signed in"),
            Some(true) => self.came_online(),
            None => {}
        }
    }

    /// Hands events over, in order. They are read one after another, since what one tells is needed for the next.
    async fn digest(self: Arc<Self>, mut queue: mpsc::UnboundedReceiver<Value>, sink: EventSink, role: Role) {
        if role.takes_calls() {
            self.introduce().await;
            let missed = self.missed(&sink).await;
            if sink.take_all(missed).await.is_err() {
                return;
            }
            self.caught_up();
        }
        while let Some(first) = queue.recv().await {
            let mut raws = vec![first];
            while raws.len() < BATCH
                && let Ok(more) = queue.try_recv()
            {
                raws.push(more);
            }
            let mut events = Vec::with_capacity(raws.len());
            for raw in &raws {
                self.ask_before(raw).await;
                events.extend(self.read(raw));
            }
            if sink.take_all(events).await.is_err() {
                return;
            }
            self.digested(raws.len());
        }
    }

    /// Something came that is no frame of OneBot's: said once a kind, counted each time.
    pub(crate) fn odd(&self, what: &'static str, len: usize) {
        metrics::counter!("guildhall_onebot_odd_frames_total", "what" => what).increment(1);
        if self.oddities.is_new(what) {
            tracing::warn!(account = %self.settings.account, what, len, "passed over; more of the kind are only counted");
        }
    }
}

async fn told_to_end(end: &mut watch::Receiver<bool>) {
    // Fails when nobody can tell any more, which is the end as well.
    let _ = end.wait_for(|end| *end).await;
}

/// When the connection was last alive.
#[derive(Default)]
struct Watch {
    seen_ms: i64,
    /// How often it beats; `None` until it has.
    interval_ms: Option<i64>,
}

impl Watch {
    fn saw(&mut self, now_ms: i64) {
        self.seen_ms = now_ms;
    }

    /// When it counts as dead, unix milliseconds. One that never beat never does.
    fn dead_at_ms(&self) -> i64 {
        self.interval_ms.map_or(i64::MAX, |interval_ms| self.seen_ms + BEATS_MISSED * interval_ms)
    }
}
