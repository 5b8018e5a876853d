//! The router, and the server around it.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use bot_core::clock::within;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;

use crate::fault::Fault;
use crate::state::Console;
use crate::{api, assets, click, guard, headers, health, pages, reader};

/// How long an answer may take to begin.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);
/// The longest body that is read at all; pages and the API set their own, lower limits.
const BODY_MAX_BYTES: usize = 9 * 1024 * 1024;
/// How long open connections are waited for when the program stops, milliseconds.
const STOP_WITHIN_MS: i64 = 5_000;

/// Everything that is answered over HTTP.
pub fn router(console: &Console) -> Router {
    let html = pages::all().into_iter().fold(Router::new(), |router, page| {
        let guarded = from_fn_with_state((console.clone(), page.needs), guard::guard);
        router.route(page.path, page.does.layer(guarded))
    });
    let html = html
        .fallback(async || Fault::NotFound)
        .layer(CatchPanicLayer::custom(in_words))
        .layer(from_fn_with_state(console.clone(), reader::read));
    let all = Router::new()
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(health::metrics))
        .route("/assets/{version}/{name}", get(assets::file))
        .route("/l/{word}", get(click::follow))
        .merge(api::router(console))
        .merge(html)
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, ANSWER_WITHIN))
        .layer(RequestBodyLimitLayer::new(BODY_MAX_BYTES));
    all.layer(from_fn_with_state(console.clone(), headers::put))
        .layer(CatchPanicLayer::new())
        .with_state(console.clone())
}

/// Answers on `listener`, `beside` first, until `shutdown`, then lets what is under way finish for a few seconds.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    console: Console,
    beside: Router,
    listener: TcpListener,
    shutdown: CancellationToken,
) -> std::io::Result<()> {
    let router = beside.merge(router(&console)).into_make_service_with_connect_info::<SocketAddr>();
    let stop = {
        let (console, shutdown) = (console.clone(), shutdown.clone());
        async move {
            shutdown.cancelled().await;
            console.stopping.cancel();
        }
    };
    let served = axum::serve(listener, router).with_graceful_shutdown(stop).into_future();
    let out_of_patience = async {
        shutdown.cancelled().await;
        // Whoever still holds a connection then is cut off; nothing of ours is lost by it.
        within(&console.hall.clock, STOP_WITHIN_MS, std::future::pending::<()>()).await;
    };
    let counted = CancellationToken::new();
    let answering = async {
        let done = tokio::select! {
            done = served => done,
            () = out_of_patience => Ok(()),
            () = async { console.notes.collect(&console.stopping).await; std::future::pending().await } => Ok(()),
        };
        // Only now is no click under way any more.
        counted.cancel();
        done
    };
    tokio::join!(answering, console.links.pending.keep(&console.hall, &counted)).0
}

/// A panic becomes a fault, so that the reader gets a page with words.
fn in_words(panic: Box<dyn std::any::Any + Send>) -> Response {
    let what = panic.downcast_ref::<String>().map(String::as_str);
    let what = what.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no words");
    Fault::Internal(format!("a page panicked: {what}")).into_response()
}
