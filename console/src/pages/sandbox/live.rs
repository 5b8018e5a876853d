//! Tells open pages at once when something changed.

use std::convert::Infallible;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures::Stream;
use guildhall_sandbox::Change;
use tokio::sync::{broadcast, watch};

use super::world_of;
use crate::fault::Fault;
use crate::state::Console;

/// What a page listens to.
struct Ears {
    console: Console,
    changes: broadcast::Receiver<Change>,
    notes: watch::Receiver<u64>,
    /// Say hello first: the page then looks once at what it may have missed.
    greeted: bool,
}

/// `GET /sandbox/live`: events `hello`, `world` (what changed where, as JSON), `note`, and `resync` when some
/// were missed. What it is now is for the page to fetch.
pub(super) async fn live(
    State(console): State<Console>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Fault> {
    let world = world_of(&console)?;
    let (changes, notes) = (world.subscribe(), console.notes.listen());
    let ears = Ears { console, changes, notes, greeted: false };
    let stream = futures::stream::unfold(ears, async |mut ears| {
        let event = next(&mut ears).await?;
        Some((Ok(event), ears))
    });
    Ok(Sse::new(stream).keep_alive(KeepAlive::default()))
}

async fn next(ears: &mut Ears) -> Option<Event> {
    if !ears.greeted {
        ears.greeted = true;
        return Some(Event::default().event("hello").data("1"));
    }
    let Ears { console, changes, notes, .. } = ears;
    tokio::select! {
        () = console.stopping.cancelled() => None,
        change = changes.recv() => match change {
            Ok(change) => {
                let data = serde_json::to_string(&change).unwrap_or_default();
                Some(Event::default().event("world").data(data))
            }
            Err(broadcast::error::RecvError::Lagged(_)) => Some(Event::default().event("resync").data("1")),
            Err(broadcast::error::RecvError::Closed) => None,
        },
        heard = notes.changed() => heard.ok().map(|()| Event::default().event("note").data("1")),
    }
}
