//! Each page asks the database as often in a big community as in a small one, counted in the log of a server, which hears of
//! every statement.

#[path = "../../benches/pages/addresses.rs"]
mod addresses;
#[path = "../../benches/pages/community.rs"]
mod community;

use std::collections::BTreeMap;
use std::fs;

use axum::http::StatusCode;
use bot_core::roster::Role;
use bot_core::store::Db;
use throwaway_postgres::Cluster;

use super::web_over;

/// How many times the demo: in the small one most lists have room left, in the big one they are full.
const SMALL: u64 = 1;
const BIG: u64 = 40;
const LOG_ALL: &str =
    "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET log_statement = ''all''', current_database()); END $$";

/// A page and how often it makes which statement.
type Page = (String, BTreeMap<String, usize>);

#[test]
fn a_page_asks_as_often_in_a_big_community_as_in_a_small_one() {
    let Some(cluster) = throwaway_postgres::cluster() else { return };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let [small, big] = [SMALL, BIG].map(|times| runtime.block_on(pages(cluster, times)));
    let mut faults = Vec::new();
    for ((address, few), (_, many)) in small.into_iter().zip(big) {
        assert!(!few.is_empty(), "{address} asked nothing: the log is not read");
        let all = few.keys().chain(many.keys().filter(|sql| !few.contains_key(*sql)));
        let differs = all.filter(|sql| few.get(*sql) != many.get(*sql));
        let line = |sql: &String| {
            let times = [&few, &many].map(|of| of.get(sql).copied().unwrap_or_default());
            format!("{address}: {} times, then {}: {sql}", times[0], times[1])
        };
        faults.extend(differs.map(line));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Opens each page twice and gives what the second time asked; the first one fills what is kept in memory.
async fn pages(cluster: &'static Cluster, times: u64) -> Vec<Page> {
    let database = cluster.fresh_database(None);
    let db = Db::open(database.url()).await.unwrap();
    db.migrate().await.unwrap();
    community::fill(&db, times).await;
    community::run(&db, LOG_ALL).await;
    db.close().await;
    let web = web_over(Db::open(database.url()).await.unwrap(), None, "http://hall.test").await;
    let admin = web.browser(Role::Admin).await;
    let mut pages = Vec::new();
    for address in addresses::addresses(times) {
        let mut begins = 0;
        for _ in 0..2 {
            begins = log(cluster).len();
            let answer = web.open(&admin, &address).await;
            assert_eq!(answer.status, StatusCode::OK, "{address}: {}", answer.body);
        }
        let asked = statements(&log(cluster)[begins..]);
        pages.push((address, asked));
    }
    web.console.hall.db.close().await;
    pages
}

fn log(cluster: &Cluster) -> Vec<u8> {
    fs::read(cluster.log()).unwrap()
}

/// How often each statement stands in a part of the log.
fn statements(log: &[u8]) -> BTreeMap<String, usize> {
    let mut all = BTreeMap::new();
    for line in String::from_utf8_lossy(log).lines() {
        let Some((_, said)) = line.split_once("LOG:  ") else { continue };
        let sql = match said.strip_prefix("execute ").and_then(|named| named.split_once(": ")) {
            Some((_, sql)) => sql,
            None => match said.strip_prefix("statement: ") {
                Some(sql) => sql,
                None => continue,
            },
        };
        // A look that is given up is rolled back a moment later, perhaps beneath the next page.
        if sql != "ROLLBACK" {
            *all.entry(sql.to_owned()).or_default() += 1;
        }
    }
    all
}
