//! The listener of the console and the API.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use bot_core::chat::Platform as _;
use bot_core::features::webhook::Deliverer;
use console::{Console, Parts, Running};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tokio::net::TcpListener;

use crate::config::{Config, Sources, shown};
use crate::{hall, outward};

/// How many ports behind the usual one the demo tries.
const PORTS_TRIED: u16 = 20;

/// Listens on an address.
///
/// # Errors
/// One sentence that says what to do.
pub(crate) async fn listen(address: SocketAddr) -> Result<TcpListener, String> {
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => {
            format!("{address} is taken by another program; stop that one or set another [server] listen")
        }
        std::io::ErrorKind::PermissionDenied => {
            format!("this user may not listen on {address}; set a port above 1023 in [server] listen")
        }
        _ => format!("cannot listen on {address}: {error}"),
    })
}

/// Listens on an address, or on one of the next ports when it is taken.
///
/// # Errors
/// One sentence that says what to do.
pub(crate) async fn listen_near(address: SocketAddr) -> Result<TcpListener, String> {
    let mut last = listen(address).await;
    for port in (1..=PORTS_TRIED).filter_map(|further| address.port().checked_add(further)) {
        if last.is_ok() {
            break;
        }
        last = listen(SocketAddr::new(address.ip(), port)).await;
    }
    last
}

/// Starts to count for `/metrics`.
///
/// # Errors
/// One sentence when something counts already.
pub(crate) fn count() -> Result<PrometheusHandle, String> {
    PrometheusBuilder::new().install_recorder().map_err(|error| format!("metrics cannot be counted: {error}"))
}

/// Adds the console and the one who calls webhooks to a running hall.
///
/// # Errors
/// One sentence when the config names a zone or a network that is none.
pub(crate) fn serve(
    running: &mut hall::Running,
    listener: TcpListener,
    (config, sources): (&Config, &Sources),
    metrics: PrometheusHandle,
    adapters: Running,
    speed: u32,
) -> Result<(), String> {
    let settings = config.console.settings(config.zone()?)?.for_clock_speed(speed);
    let caller =
        outward::Outward::new(config.features().webhooks.reach().map_err(|error| error.to_string())?);
    let deliverer = Deliverer::new(running.hall.clone(), Arc::new(caller), Arc::new(console::ApiShow));
    let stop = running.stop.clone();
    running.add(deliverer.run(stop));
    let console = Console::new(Parts {
        hall: running.hall.clone(),
        world: running.world.clone(),
        settings,
        metrics: Some(metrics),
        running: adapters,
        shown: shown(config, sources)?,
    });
    let stop = running.stop.clone();
    // What Telegram posts is known by a secret of its own, not by a session.
    let posted = running
        .telegram
        .iter()
        .filter(|account| account.webhook_address().is_some())
        .fold(Router::new(), |router, account| {
            router.nest(&format!("/telegram/{}", account.account()), account.webhook_router())
        });
    running.add(async move {
        if let Err(error) = console::serve(console, posted, listener, stop).await {
            tracing::error!(%error, "the console has ended");
        }
    });
    Ok(())
}
