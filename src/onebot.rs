//! The QQ accounts that the config names, and the listener at which their implementations dial us.

use std::sync::Arc;

use bot_core::chat::Pace;
use bot_core::clock::Clock;
use bot_core::files::FileStore;
use guildhall_onebot::{Files, Manner, OneBotPlatform, Settings};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::config::Config;

/// The accounts, not yet running.
///
/// # Errors
/// One sentence when an address is none.
pub(crate) fn accounts(
    config: &Config,
    clock: &Arc<dyn Clock>,
    files: &Arc<FileStore>,
) -> Result<Vec<Arc<OneBotPlatform>>, String> {
    let onebot = &config.onebot;
    let [gap_least_ms, gap_most_ms] = onebot.send_gap_ms;
    let platform = |(name, account): (String, crate::config::OnebotAccount)| {
        let connect = account.connect.iter().map(|address| address.parse()).collect::<Result<Vec<_>, _>>();
        let settings = Settings {
            account: name.as_str().into(),
            self_id: account.self_id,
            token: account.access_token,
            connect: connect.map_err(|error| format!("[{name}] connect is no address: {error}"))?,
            manner: Manner { gap_least_ms, gap_most_ms, per_day: onebot.sends_per_day },
            pace: Pace { account: onebot.rate, chat: onebot.chat_rate, group: onebot.group_rate },
            catch_up_ms: i64::from(onebot.catch_up_minutes) * 60_000,
            clock: Arc::clone(clock),
        };
        let folder = Some(onebot.file_folder.clone()).filter(|folder| !folder.as_os_str().is_empty());
        let files = Files { store: Arc::clone(files), hosts: onebot.file_hosts.clone(), folder };
        Ok(OneBotPlatform::new(settings, files))
    };
    onebot.all().map(platform).collect()
}

/// The listener, if one is wanted.
///
/// # Errors
/// One sentence when the port cannot be had.
pub(crate) async fn listener(config: &Config) -> Result<Option<TcpListener>, String> {
    let Some(address) = config.onebot.listen()?.filter(|_| config.onebot.all().next().is_some()) else {
        return Ok(None);
    };
    let listener = TcpListener::bind(address).await;
    listener.map(Some).map_err(|error| format!("[onebot] listen {address}: {error}"))
}

/// Takes connections until told to stop.
pub(crate) async fn serve(
    listener: TcpListener,
    accounts: Vec<Arc<OneBotPlatform>>,
    stop: CancellationToken,
) {
    let router = guildhall_onebot::reverse_router(accounts);
    if let Ok(address) = listener.local_addr() {
        tracing::info!("OneBot implementations may dial ws://{address}/onebot/v11/ws");
    }
    let served = axum::serve(listener, router).with_graceful_shutdown(stop.cancelled_owned()).await;
    if let Err(error) = served {
        tracing::error!(%error, "nobody can dial us for QQ any more");
    }
}
