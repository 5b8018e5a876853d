//! `guildhall demo`: a small made-up community on the sandbox, with a past that the program itself has lived through.

mod data;
mod past;
mod people;
mod pushed;
mod stage;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bot_core::chat::Lang;
use bot_core::clock::{Clock, SystemClock};
use bot_core::ids::StaffId;
use bot_core::roster::Role;

use crate::cli::tell;
use crate::config::{Config, LogFormat, Sources};
use crate::{commands, hall, log, web};

/// How much faster time runs with `--fast`.
const FAST: u32 = 60;
/// How long the printed link is good, milliseconds.
const LINK_LIVES_MS: i64 = 24 * 60 * 60 * 1000;
/// The file that says that a folder holds a demo whose past is complete.
const READY: &str = "demo-is-ready";

/// What the command line says of the demo.
pub(crate) struct Options {
    /// Whether time runs 60 times faster.
    pub(crate) fast: bool,
    /// Where to listen; the usual address or the next free port otherwise.
    pub(crate) listen: Option<SocketAddr>,
    /// Where the data stays; a fresh folder otherwise.
    pub(crate) data: Option<PathBuf>,
    /// What the staff speak; the system's language otherwise.
    pub(crate) language: Option<Lang>,
}

/// Shows everything until told to stop.
///
/// # Errors
/// One sentence that says what is wrong and what to do.
pub(crate) async fn run(options: Options) -> Result<(), String> {
    let listener = match options.listen {
        Some(address) => web::listen(address).await?,
        None => web::listen_near(Config::default().server.listen).await?,
    };
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    let fresh = match &options.data {
        Some(_) => None,
        None => Some(
            tempfile::Builder::new()
                .prefix("guildhall-demo-")
                .tempdir()
                .map_err(|error| format!("no fresh folder can be made: {error}"))?,
        ),
    };
    let folder = match (&options.data, &fresh) {
        (Some(folder), _) => folder.clone(),
        (None, Some(fresh)) => fresh.path().to_owned(),
        (None, None) => return Err("no folder for the data".to_owned()),
    };
    let config = config(&folder, address, options.language.unwrap_or_else(crate::config::system_language));
    log::start(&config.log)?;
    let metrics = web::count()?;
    let speed = if options.fast { FAST } else { 1 };
    make(&config, &folder).await?;

    let db = commands::open(&config).await?;
    let _alone = db.serve_alone().await.map_err(|error| error.to_string())?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new(speed));
    let world = hall::world(&config, &clock)?;
    let hall = hall::open(&config, commands::policy::of(&config)?, db, clock).await?;
    let admin = admin(&hall)?;
    let adapters = console::Running::default();
    let mut running = hall::Running::start(hall, world, Vec::new(), Vec::new(), &adapters, None);
    web::serve(&mut running, listener, (&config, &Sources::default()), metrics, adapters, speed)?;
    let link = console::sign_in_link(&running.hall, None, &admin, LINK_LIVES_MS * i64::from(speed))
        .await
        .map_err(|error| error.to_string())?;
    welcome(&link, &folder, &options);
    running.until_told().await
}

fn config(folder: &Path, address: SocketAddr, language: Lang) -> Config {
    let mut config = Config::default();
    config.hall.language = language;
    config.server.listen = address;
    config.database.url = format!("sqlite:{}", folder.join("guildhall.sqlite").display());
    config.log.format = LogFormat::Human;
    config.log.level = "warn".to_owned();
    config.sandbox.enabled = true;
    config.sandbox.folder = folder.join("sandbox");
    config
}

/// Lets the community live through its past, unless the folder holds one that has.
async fn make(config: &Config, folder: &Path) -> Result<(), String> {
    if folder.join(READY).exists() {
        return Ok(());
    }
    if folder.join("guildhall.sqlite").exists() {
        return Err(format!(
            "{} holds a demo that was broken off while it was made; remove the folder or name another",
            folder.display()
        ));
    }
    tell("Making a small community: shops, staff, articles, and the days before today…");
    std::fs::create_dir_all(folder)
        .map_err(|error| format!("{} cannot be made: {error}", folder.display()))?;
    past::live(config).await.map_err(|why| format!("the demo's past could not be made: {why}"))?;
    std::fs::write(folder.join(READY), "")
        .map_err(|error| format!("{} cannot be written: {error}", folder.display()))
}

fn admin(hall: &bot_core::hall::Hall) -> Result<StaffId, String> {
    let roster = hall.roster.load();
    let admin = roster.all().find(|staff| staff.roles.contains(&Role::Admin));
    admin.map(|staff| staff.id.clone()).ok_or_else(|| "the demo has no admin".to_owned())
}

fn welcome(link: &str, folder: &Path, options: &Options) {
    let time = if options.fast {
        "Time runs 60 times faster: a 10-minute mute lifts in 10 seconds."
    } else {
        "With --fast, time runs 60 times faster."
    };
    let data = match options.data {
        Some(_) => format!("The data stays in {}.", folder.display()),
        None => "The data goes when you stop; --data FOLDER keeps it.".to_owned(),
    };
    tell(&format!(
        "\nGuildhall is open. One link, good once, signs you in as the admin:\n\n    {link}\n\n{time} {data} Ctrl-C stops."
    ));
}
