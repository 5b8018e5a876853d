//! Fresh databases are apart from each other, and a cluster does not outlive its process.

#![expect(clippy::unwrap_used, reason = "a test's helper may panic as the test itself")]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use throwaway_postgres::{Cluster, Database, cluster};

fn sql(cluster: &Cluster, database: &Database, text: &str) -> String {
    let psql = cluster.programs().join("psql");
    let output = Command::new(psql).args(["-XAtq", "-d", database.url(), "-c", text]).output().unwrap();
    assert!(output.status.success(), "{text}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
}

#[test]
fn databases_are_fresh_and_apart() {
    let Some(cluster) = cluster() else { return };
    let [one, two] = [cluster.fresh_database(None), cluster.fresh_database(None)];
    sql(cluster, &one, "CREATE TABLE member (name TEXT); INSERT INTO member VALUES ('林')");
    assert_eq!(sql(cluster, &two, "SELECT to_regclass('member') IS NULL"), "t");

    let copy = cluster.fresh_database(Some(&one));
    sql(cluster, &one, "DELETE FROM member");
    assert_eq!(sql(cluster, &copy, "SELECT name FROM member"), "林");
}

#[test]
fn many_threads_get_many_databases() {
    let Some(cluster) = cluster() else { return };
    let ask = || cluster.fresh_database(None);
    let databases: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(ask)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let mut urls: Vec<_> = databases.iter().map(Database::url).collect();
    urls.sort_unstable();
    urls.dedup();
    assert_eq!(urls.len(), 8);
}

#[test]
fn a_database_goes_with_its_value_even_while_somebody_is_connected() {
    let Some(cluster) = cluster() else { return };
    let (left, gone) = (cluster.fresh_database(None), cluster.fresh_database(None));
    let name = gone.url().split_once(":5432/").unwrap().1.split('?').next().unwrap().to_owned();
    let there = format!("SELECT count(*) FROM pg_database WHERE datname = '{name}'");
    let connected = format!("SELECT count(*) FROM pg_stat_activity WHERE datname = '{name}'");
    let psql = cluster.programs().join("psql");
    let mut guest = Command::new(psql)
        .args(["-XAtq", "-d", gone.url(), "-c", "SELECT pg_sleep(60)"])
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let came = (0..200).any(|_| {
        thread::sleep(Duration::from_millis(50));
        sql(cluster, &left, &connected) == "1"
    });
    assert!(came && sql(cluster, &left, &there) == "1");
    drop(gone);
    assert_eq!(sql(cluster, &left, &there), "0");
    assert!(!guest.wait().unwrap().success());
}

#[test]
fn a_killed_process_leaves_nothing() {
    if cluster().is_none() {
        return;
    }
    let mut owner = Command::new(env!("CARGO_BIN_EXE_throwaway-postgres"))
        .env("PGHOST", "elsewhere.invalid")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut url = String::new();
    BufReader::new(owner.stdout.take().unwrap()).read_line(&mut url).unwrap();
    let folder = url.split_once("?host=").unwrap().1.split('&').next().unwrap();
    let folder = Path::new(folder);
    let pid_file = std::fs::read_to_string(folder.join("data/postmaster.pid")).unwrap();
    let pid = pid_file.lines().next().unwrap();
    assert!(lives(pid));

    owner.kill().unwrap();
    owner.wait().unwrap();
    let gone = (0..200).any(|_| {
        thread::sleep(Duration::from_millis(50));
        !folder.exists() && !lives(pid)
    });
    assert!(gone, "the server {pid} or its folder {} is still there", folder.display());
}

/// Whether there is such a process. (`kill -0` of another user's process fails, but says so otherwise.)
fn lives(pid: &str) -> bool {
    let output = Command::new("sh").args(["-c", "kill -0 \"$1\"", "lives", pid]).output().unwrap();
    output.status.success()
}
