//! What is kept of a merchant is given out, and erased without a trace of who it was.

use bot_core::features::FeatureConfig;
use bot_core::features::privacy::{self as feature, RetentionConfig};
use bot_core::ids::{PersonId, StaffId, TicketNo};
use bot_core::roster::Role;
use bot_core::store::privacy::{self as store, Whom};
use bot_core::store::{audit, people};
use bot_core::work::Work;

use crate::harness::{GROUP, Stage, story, story_with_crashes};

async fn person(h: &Stage, name: &str) -> PersonId {
    let mut tx = h.hall().db.read().await.unwrap();
    let found = store::search(&mut tx, name, 9).await.unwrap();
    assert_eq!(found.len(), 1, "{found:?}");
    found[0].person.clone()
}

/// What the database holds of a person, as text.
async fn held(h: &Stage, person: &PersonId) -> String {
    let mut work = h.hall().look().await.unwrap();
    feature::export(&mut work, &Whom::Person(person.clone())).await.unwrap().unwrap().to_string()
}

async fn erase(h: &Stage, person: &PersonId, by: &StaffId) -> Result<(), String> {
    let whom = Whom::Person(person.clone());
    let step = async |mut work: Work| {
        let seen = feature::look(&mut work, &whom).await?.map(|look| look.seen()).unwrap_or_default();
        feature::erase(&mut work, &whom, &seen, by).await?;
        Ok((work, ()))
    };
    h.hall().in_one_commit(step).await.map_err(|error| format!("{error:?}"))
}

async fn close(h: &Stage, by: &StaffId) {
    let no = TicketNo::parse("T-1").unwrap();
    let step = async |mut work: Work| {
        bot_core::features::ticket::close(&mut work, by, no, Some("paid".into())).await?;
        Ok((work, ()))
    };
    h.hall().in_one_commit(step).await.unwrap();
}

#[test]
fn who_was_erased_is_somebody_new_when_they_write_again() {
    story(async |h| {
        let ada = h.staff("Ada", Role::Admin).await;
        h.merchant("Lin").await;
        h.says("Lin", "/ticket my payout to account 6222-0202 is late").await;
        h.pass("1m").await;
        let lin = person(h, "Lin").await;
        assert!(held(h, &lin).await.contains("6222-0202"));
        let refused = erase(h, &lin, &ada).await.unwrap_err();
        assert!(refused.contains("privacy-ticket-open"), "{refused}");
        close(h, &ada).await;
        h.pass("1m").await;
        erase(h, &lin, &ada).await.unwrap();
        h.pass("1m").await;
        let left = held(h, &lin).await;
        assert!(!left.contains("6222-0202") && !left.contains("Lin"), "{left}");
        h.says("Lin", "hello again").await;
        h.pass("1m").await;
        let new = person(h, "Lin").await;
        assert_ne!(new, lin);
        assert!(held(h, &new).await.contains("hello again"));
        let mut tx = h.hall().db.read().await.unwrap();
        assert!(store::all(&mut tx, 9).await.unwrap()[0].done_at_ms.is_some());
        assert!(audit::verify(&mut tx, &[], |_| {}).await.unwrap().is_ok(), "the log is whole");
        assert!(people::exists(&mut tx, &lin).await.unwrap(), "as nobody");
    });
}

#[test]
fn an_erasure_comes_to_its_end_wherever_the_program_is_killed() {
    story_with_crashes(&[GROUP], async |h| {
        let ada = h.staff("Ada", Role::Admin).await;
        h.merchant("Lin").await;
        h.says("Lin", "my account is 6222-0202").await;
        h.pass("1m").await;
        let mut tx = h.hall().db.read().await.unwrap();
        let found = store::search(&mut tx, "Lin", 9).await.unwrap();
        drop(tx);
        // Told again after a kill, it may be done already.
        if let Some(lin) = found.first() {
            erase(h, &lin.person, &ada).await.unwrap();
        }
        h.pass("1m").await;
        let mut tx = h.hall().db.read().await.unwrap();
        for one in store::all(&mut tx, 9).await.unwrap() {
            assert!(one.done_at_ms.is_some(), "{one:?}");
        }
    });
}

#[test]
fn messages_lose_their_words_after_the_days_of_the_config() {
    story(async |h| {
        let retention = RetentionConfig { messages_days: 7, ..RetentionConfig::default() };
        h.starts_with(FeatureConfig { retention, ..FeatureConfig::default() }).await;
        h.merchant("Lin").await;
        h.says("Lin", "my account is 6222-0202").await;
        h.pass("166h").await;
        let lin = person(h, "Lin").await;
        assert!(held(h, &lin).await.contains("6222-0202"));
        h.pass("4h").await;
        assert!(!held(h, &lin).await.contains("6222-0202"));
    });
}
