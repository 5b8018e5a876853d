//! Backups of a real program, restored on both databases, and the move from one to the other.

use std::path::Path;
use std::process::Output;

use super::{Place, guildhall, run, said};

/// The digest of a kept file, and one that its bytes have not.
const PROOF: &str = "4d5175a6ce633fb1cf9140b86254209ff14aaf09a553f91df613cbb4e890d7f9";
const DAMAGED: &str = "005175a6ce633fb1cf9140b86254209ff14aaf09a553f91df613cbb4e890d7f9";

/// Runs the program with PostgreSQL's own programs at hand.
fn run_with(programs: Option<&Path>, args: &[&str]) -> Output {
    let mut command = guildhall(args);
    if let Some(programs) = programs {
        command.env("PATH", programs);
    }
    command.output().unwrap()
}

fn printed(output: &Output) -> String {
    assert!(output.status.success(), "{}", said(output));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Keeps a file of these bytes under a name.
fn keep(place: &Place, name: &str) {
    let shelf = place.path("files").join(&name[..2]);
    std::fs::create_dir_all(&shelf).unwrap();
    std::fs::write(shelf.join(name), "a proof").unwrap();
}

/// The end of the audit log, as `audit verify` prints it.
fn end_of_log(place: &Place) -> String {
    let verified = printed(&run(&["audit", "verify", "--config", &place.config()]));
    verified.rsplit(' ').next().unwrap_or_default().trim().to_owned()
}

/// Backs a place up while it is served, and restores it in another place that has nothing.
fn goes_there_and_back(place: &Place, other: &Place, programs: Option<&Path>) {
    let running = place.start_and_wait();
    printed(&run(&["sign-in", "--config", &place.config(), "--staff", "Gu Hai"]));
    keep(place, PROOF);
    keep(place, DAMAGED);
    let copy = place.path("backup").display().to_string();
    let made = printed(&run_with(programs, &["backup", "--config", &place.config(), &copy]));
    assert!(made.contains("the database and 2 files"), "{made}");
    let again = run_with(programs, &["backup", "--config", &place.config(), &copy]);
    assert!(!again.status.success() && said(&again).contains("exists already"), "{}", said(&again));
    let log = end_of_log(place);
    drop(running);

    let restore = ["restore", "--config", &other.config(), &copy];
    let restored = printed(&run_with(programs, &restore));
    assert!(restored.contains(&format!("a file will be missing: {DAMAGED}\n")), "{restored}");
    assert!(restored.contains("the database and 1 file."), "{restored}");
    assert!(restored.contains("Nothing waited to be sent"), "{restored}");
    assert_eq!(end_of_log(other), log);
    let twice = run_with(programs, &restore);
    assert!(!twice.status.success() && said(&twice).contains("already"), "{}", said(&twice));
    other.start_and_wait();
}

#[test]
fn a_backup_of_sqlite_is_restored_and_overwrites_nothing() {
    goes_there_and_back(&Place::new(), &Place::new(), None);
}

#[test]
fn a_backup_of_postgres_is_restored_and_overwrites_nothing() {
    let Some(cluster) = throwaway_postgres::cluster() else { return };
    let databases = [(); 2].map(|()| cluster.fresh_database(None));
    let [place, other] = databases.each_ref().map(|database| Place::on(database.url()));
    goes_there_and_back(&place, &other, Some(cluster.programs()));
}

#[test]
fn a_backup_of_one_database_is_not_restored_to_the_other() {
    let (place, other) = (Place::new(), Place::on("postgres://localhost/nothing"));
    printed(&run(&["migrate", "--config", &place.config()]));
    let copy = place.path("backup").display().to_string();
    printed(&run(&["backup", "--config", &place.config(), &copy]));
    let told = said(&run(&["restore", "--config", &other.config(), &copy]));
    assert!(told.contains("a backup of SQLite") && told.contains("guildhall copy"), "{told}");
    std::fs::remove_file(place.path("backup/backup.json")).unwrap();
    let told = said(&run(&["restore", "--config", &Place::new().config(), &copy]));
    assert!(told.contains("not a whole backup"), "{told}");
}

#[test]
fn a_hall_moves_from_sqlite_to_postgres_and_back() {
    let Some(cluster) = throwaway_postgres::cluster() else { return };
    let database = cluster.fresh_database(None);
    let (place, moved, back) = (Place::new(), Place::on(database.url()), Place::new());
    let running = place.start_and_wait();
    printed(&run(&["sign-in", "--config", &place.config(), "--staff", "Gu Hai"]));
    let log = end_of_log(&place);
    let told = said(&run(&["copy", &place.url(), &moved.url()]));
    assert!(told.contains("the first database: another Guildhall serves this database"), "{told}");
    running.stop();
    let copied = printed(&run(&["copy", &place.url(), &moved.url()]));
    assert!(copied.contains("The audit log is whole"), "{copied}");
    assert_eq!(end_of_log(&moved), log);
    let told = said(&run(&["copy", &place.url(), &moved.url()]));
    assert!(told.contains("has rows already"), "{told}");
    moved.start_and_wait().stop();
    printed(&run(&["copy", &moved.url(), &back.url()]));
    assert_eq!(end_of_log(&back), log);
    back.start_and_wait();
}
