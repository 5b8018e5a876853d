//! `guildhall nodes`: who serves the database, and what each holds.

use bot_core::clock::{Clock as _, SystemClock};
use bot_core::node::Roll;
use bot_core::store::node::{StoredLease, StoredNode};
use bot_core::store::{Db, StoreError};
use jiff::tz::TimeZone;
use serde_json::json;

use crate::cli::tell;
use crate::config::Config;

/// Tells it as a table or as JSON.
///
/// # Errors
/// One sentence when the database cannot be read.
pub(crate) async fn run(config: &Config, as_json: bool) -> Result<(), String> {
    let db = Db::open_existing(&config.database.url).await.map_err(|error| error.to_string())?;
    let roll = async { Roll::read(&mut db.read().await?).await };
    let roll = roll.await.map_err(|error: StoreError| {
        format!("who serves the database cannot be read: {error}. If it is of an older version, run `guildhall migrate` first")
    })?;
    let now_ms = SystemClock::new(1).now_ms();
    if as_json {
        let text = serde_json::to_string_pretty(&in_json(&roll)).map_err(|error| error.to_string())?;
        tell(&text);
    } else {
        tell(&in_words(&roll, &config.zone()?, now_ms));
    }
    Ok(())
}

fn in_json(roll: &Roll) -> serde_json::Value {
    let lease = |lease: &StoredLease| json!({ "account": lease.account, "fence": lease.fence, "since_ms": lease.since_ms });
    let node = |(node, held): &(StoredNode, Vec<StoredLease>)| {
        json!({
            "id": node.id, "name": node.about.name, "version": node.about.version, "address": node.about.address,
            "started_at_ms": node.started_at_ms, "beat_at_ms": node.beat_at_ms,
            "holds": held.iter().map(lease).collect::<Vec<_>>(),
        })
    };
    json!({
        "nodes": roll.nodes.iter().map(node).collect::<Vec<_>>(),
        "free": roll.free.iter().map(lease).collect::<Vec<_>>(),
    })
}

fn in_words(roll: &Roll, zone: &TimeZone, now_ms: i64) -> String {
    if roll.nodes.is_empty() {
        return "No node serves this database just now. (On SQLite the one program that serves it is not listed.)".to_owned();
    }
    let time = |at_ms: i64| match jiff::Timestamp::from_millisecond(at_ms) {
        Ok(at) => at.to_zoned(zone.clone()).strftime("%F %T").to_string(),
        Err(_) => String::new(),
    };
    let mut rows =
        vec![["NODE", "HOLDS", "SINCE", "LAST BEAT", "STARTED", "VERSION", "ADDRESS"].map(str::to_owned)];
    for (node, held) in &roll.nodes {
        // By the node's own clock, which may be ahead of this one.
        let silent_s = (now_ms - node.beat_at_ms).max(0) / 1_000;
        let about = [
            format!("{silent_s} s ago"),
            time(node.started_at_ms),
            node.about.version.clone(),
            node.about.address.clone(),
        ];
        let [beat, started, version, address] = about;
        let first = held.first().map_or("stands by".to_owned(), |lease| lease.account.to_string());
        let since = held.first().map_or(String::new(), |lease| time(lease.since_ms));
        rows.push([node.about.name.clone(), first, since, beat, started, version, address]);
        for lease in held.iter().skip(1) {
            let mut row = [const { String::new() }; 7];
            row[1] = lease.account.to_string();
            row[2] = time(lease.since_ms);
            rows.push(row);
        }
    }
    let mut text = table(&rows);
    for lease in &roll.free {
        text.push_str(&format!("\nNobody holds {} just now.", lease.account));
    }
    text
}

fn table(rows: &[[String; 7]]) -> String {
    let widths: [usize; 7] =
        std::array::from_fn(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0));
    let line = |row: &[String; 7]| {
        let cells = row
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{cell}{}", " ".repeat(width - cell.chars().count())));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use bot_core::store::node::About;

    fn lease(account: &str, node: Option<&str>) -> StoredLease {
        StoredLease { account: account.into(), node: node.map(Into::into), fence: 3, since_ms: 61_000 }
    }

    fn node(name: &str) -> StoredNode {
        let about = About {
            version: "1.2.3".into(),
            address: "http://10.0.0.1:8080".into(),
            name: name.into(),
            ..About::default()
        };
        StoredNode { id: name.into(), started_at_ms: 1_000, beat: 7, beat_at_ms: 70_000, about }
    }

    #[test]
    fn a_table_and_json_say_the_same() {
        let held = vec![lease("discord", Some("a")), lease("telegram", Some("a"))];
        let roll = Roll {
            nodes: vec![(node("hall-a"), held), (node("b"), Vec::new())],
            free: vec![lease("qq", None)],
        };
        let words = in_words(&roll, &TimeZone::UTC, 73_000);
        assert_eq!(
            words,
            "NODE    HOLDS      SINCE                LAST BEAT  STARTED              VERSION  ADDRESS\n\
             hall-a  discord    1970-01-01 00:01:01  3 s ago    1970-01-01 00:00:01  1.2.3    http://10.0.0.1:8080\n        \
             telegram   1970-01-01 00:01:01\n\
             b       stands by                       3 s ago    1970-01-01 00:00:01  1.2.3    http://10.0.0.1:8080\n\
             Nobody holds qq just now."
        );
        let told = in_json(&roll);
        assert_eq!(told["nodes"][0]["holds"][1]["account"], "telegram");
        assert_eq!(told["nodes"][1]["holds"], json!([]));
        assert_eq!(told["free"][0]["fence"], 3);
        assert!(in_words(&Roll::default(), &TimeZone::UTC, 1).starts_with("No node serves"));
    }
}
