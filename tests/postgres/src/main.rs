//! Holds a throw-away PostgreSQL database until Ctrl-C: `cargo run -p throwaway-postgres` prints its URL.

use std::process::ExitCode;
use std::thread;

#[expect(clippy::print_stdout, reason = "the URL is what the program is for")]
fn main() -> ExitCode {
    let Some(cluster) = throwaway_postgres::cluster() else {
        return ExitCode::FAILURE;
    };
    let database = cluster.fresh_database(None);
    println!("{}", database.url());
    loop {
        thread::park();
    }
}
