//! What each command does.

mod audit;
mod backup;
pub(crate) mod check;
mod copy;
mod nodes;
pub(crate) mod policy;
mod postgres;
mod restore;
pub(crate) mod scan;
mod serve;
mod staff;

use std::path::Path;

use bot_core::clock::{Clock as _, SystemClock};
use bot_core::store::Db;

use crate::cli::{AuditCommand, Cli, Command, ConfigCommand, tell};
use crate::config::{self, Config};
use crate::{demo, log};

/// Runs a command.
///
/// # Errors
/// One sentence that says what is wrong and what to do.
pub(crate) fn run(cli: Cli) -> Result<(), String> {
    match cli.command {
        Command::Demo { fast, listen, data, language } => {
            on_runtime(demo::run(demo::Options { fast, listen, data, language }))
        }
        Command::Serve { config } => {
            let sources = config::Sources::of(&config);
            let config = read(&config)?;
            log::start(&config.log)?;
            on_runtime(serve::run(config, sources))
        }
        Command::Check(options) => check::run(&options, SystemClock::new(1).now_ms()),
        Command::Scan(options) => scan::run(&options),
        Command::Migrate { config } => {
            let config = read(&config)?;
            on_runtime(async move {
                open(&config).await?.close().await;
                tell("The database is up to date.");
                Ok(())
            })
        }
        Command::Backup { config, to } => {
            let config = read(&config)?;
            on_runtime(async move { backup::run(&config, &to).await })
        }
        Command::Restore { config, from, resume } => {
            let config = read(&config)?;
            on_runtime(async move { restore::run(&config, &from, resume).await })
        }
        Command::Copy { from, to } => on_runtime(async move { copy::run(&from, &to).await }),
        Command::SignIn { config, staff, reset_second_factor } => {
            let config = read(&config)?;
            on_runtime(async move { staff::sign_in(&config, &staff, reset_second_factor).await })
        }
        Command::LinkCode { config, staff } => {
            let config = read(&config)?;
            on_runtime(async move { staff::link_code(&config, &staff).await })
        }
        Command::Token { config, staff, label } => {
            let config = read(&config)?;
            on_runtime(async move { staff::token(&config, &staff, &label).await })
        }
        Command::Nodes { config, json } => {
            let config = read(&config)?;
            on_runtime(async move { nodes::run(&config, json).await })
        }
        Command::Audit { what: AuditCommand::Verify { config, head } } => {
            let config = read(&config)?;
            on_runtime(async move { audit::verify(&config.database.url, &head).await })
        }
        Command::Audit { what: AuditCommand::Export { config } } => {
            let config = read(&config)?;
            on_runtime(async move { audit::export(&config.database.url).await })
        }
        Command::Config { what: ConfigCommand::PrintDefault } => {
            tell(config::SAMPLE.trim_end());
            Ok(())
        }
        Command::Config { what: ConfigCommand::PrintManual } => {
            tell(config::manual().trim_end());
            Ok(())
        }
        Command::Completions { shell } => {
            use clap::CommandFactory as _;
            clap_complete::generate(shell, &mut Cli::command(), "guildhall", &mut std::io::stdout());
            Ok(())
        }
    }
}

fn read(path: &Path) -> Result<Config, String> {
    config::read(path).map_err(|fault| fault.to_string())
}

fn on_runtime(work: impl Future<Output = Result<(), String>>) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("the program's threads cannot be started: {error}"))?;
    runtime.block_on(work)
}

/// The database of a config, opened and brought up to date.
///
/// # Errors
/// One sentence that says what is wrong and what to do.
pub(crate) async fn open(config: &Config) -> Result<Db, String> {
    let db = Db::open(&config.database.url).await.map_err(|error| error.to_string())?;
    db.migrate().await.map_err(|error| error.to_string())?;
    Ok(db)
}
