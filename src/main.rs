//! Guildhall, the one program: wiring only.

mod cli;
mod commands;
mod config;
mod demo;
mod discord;
mod hall;
mod log;
mod node;
mod onebot;
mod outward;
mod process;
mod telegram;
mod web;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    match commands::run(cli::Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            cli::complain(&sentence);
            ExitCode::FAILURE
        }
    }
}
