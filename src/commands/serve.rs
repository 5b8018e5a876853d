//! `guildhall serve`: the whole program.

use std::sync::Arc;

use bot_core::clock::{Clock, SystemClock};

use crate::config::{Config, Sources};
use crate::{commands, discord, hall, node, onebot, telegram, web};

/// Serves until told to stop.
///
/// # Errors
/// One sentence that says what is wrong and what to do.
pub(crate) async fn run(config: Config, sources: Sources) -> Result<(), String> {
    let policy = commands::policy::of(&config)?;
    let listener = web::listen(config.server.listen).await?;
    let metrics = web::count()?;
    let db = commands::open(&config).await?;
    let _served = db.serve_beside().await.map_err(|error| error.to_string())?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new(1));
    let world = hall::world(&config, &clock)?;
    let hall = hall::open(&config, policy, db, Arc::clone(&clock)).await?;
    let telegram = telegram::accounts(&config, &hall, &clock)?;
    let dialled = onebot::listener(&config).await?;
    let onebot = onebot::accounts(&config, &clock, &hall.files)?;
    let mut others = discord::accounts(&config, &hall, &clock)?;
    others.extend(onebot.iter().map(|account| Arc::clone(account) as Arc<dyn bot_core::chat::Platform>));
    let adapters = console::Running::default();
    let node = node::join(&config, &hall).await?;
    let mut running = hall::Running::start(hall, world, telegram, others, &adapters, node);
    if running.hall.platforms().is_empty() {
        tracing::warn!(
            "no platform is configured; set [telegram] or [discord] token or [onebot] self_id, or switch on [sandbox] to try the program"
        );
    }
    if let Some(listener) = dialled {
        let stop = running.stop.clone();
        running.add(onebot::serve(listener, onebot, stop));
    }
    if let Some(watch) = commands::policy::Watch::of(&config) {
        let part = hall::follow_policy(watch, Arc::clone(&running.hall), running.stop.clone());
        running.add(part);
    }
    web::serve(&mut running, listener, (&config, &sources), metrics, adapters, 1)?;
    tracing::info!(url = %running.hall.public_url, "Guildhall serves");
    running.until_told().await
}
