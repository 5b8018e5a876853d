//! The one that calls is killed, or stands still, in the middle of a broadcast, and the other one goes on.

use std::process::Command;
use std::time::{Duration, Instant};

use super::{GROUPS, Ground, STRUCK_AT, rounds};
use crate::program::{PATIENCE, Program, now};

/// Nobody may call in the place of a program that is gone before that.
const SILENCE: Duration = Duration::from_secs(3);

/// Sends a signal to one program.
fn signal(program: &Program, name: &str) {
    let sent = Command::new("kill").args([name, &program.process.0.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

/// Nobody called before the other one had been silent for a while.
fn one_after_the_other(ground: &Ground, former: usize, struck: Instant) {
    let last = ground.lines[former].said().into_iter().max().unwrap();
    let next = ground.lines[1 - former].said().into_iter().filter(|at| *at > struck).min().unwrap();
    let between = next.saturating_duration_since(last);
    assert!(next >= last + SILENCE, "called {between:?} after the former holder's last call");
}

/// By turns one of two programs is struck when it is in the middle of a broadcast, and ends. `strike` gets the holder, and what
/// tells whether the other one has gone on with the broadcast; it gives since when the former holder may say nothing more.
fn by_turns(strike: impl Fn(&Ground, &mut Program, &dyn Fn() -> bool) -> Instant) {
    let Some(cluster) = throwaway_postgres::cluster() else { return };
    let database = cluster.fresh_database(None);
    let ground = Ground::new(database.url());
    let (mut holder, mut in_doubt) = (ground.start(0), 0);
    for round in 0..rounds() {
        let (former, next) = (round % 2, (round + 1) % 2);
        let standing_by = ground.start(next);
        let (fence, notices) = (ground.fence(), ground.broadcast(round));
        ground.until("some have it", || ground.read_by(&notices) >= STRUCK_AT);
        assert!(ground.read_by(&notices) < GROUPS, "it is in the middle of it");
        let struck = now();
        let goes_on = || ground.fence() > fence && ground.read_by(&notices) > STRUCK_AT + 60;
        let silent_since = strike(&ground, &mut holder, &goes_on);
        in_doubt += ground.counts(&notices);
        let late = ground.lines[former].said().into_iter().filter(|at| *at > silent_since).count();
        assert_eq!(late, 0, "it called although another one holds the account");
        assert_eq!(ground.fence(), fence + 1);
        one_after_the_other(&ground, former, struck);
        holder = standing_by;
    }
    tell(&format!("{} rounds, {} messages, {in_doubt} in doubt", rounds(), rounds() * GROUPS));
    assert!(holder.stop().0.success());
}

#[expect(clippy::print_stderr, reason = "the figures are what a long run is for")]
fn tell(words: &str) {
    eprintln!("{words}");
}

#[test]
fn the_holder_is_killed_in_the_middle_of_a_broadcast_and_the_other_one_goes_on() {
    by_turns(|_, holder, _| {
        holder.process.0.kill().unwrap();
        holder.process.0.wait().unwrap();
        // What its machine had in its buffers may still be on its way.
        now() + Duration::from_secs(1)
    });
}

#[test]
fn the_holder_stands_still_in_the_middle_of_a_broadcast_and_ends_itself_when_it_goes_on() {
    by_turns(|ground, holder, goes_on| {
        signal(holder, "-STOP");
        ground.until("the other one goes on with the broadcast", goes_on);
        let woken = now();
        signal(holder, "-CONT");
        let mut status = None;
        while status.is_none() {
            assert!(woken.elapsed() < PATIENCE, "it goes on as if nothing had happened");
            std::thread::sleep(Duration::from_millis(20));
            status = holder.process.0.try_wait().unwrap();
        }
        assert!(!status.unwrap().success());
        assert!(holder.log().contains("this node has ended"), "{}", holder.log());
        woken
    });
}

#[test]
fn one_that_is_started_again_under_its_name_does_not_wait_for_its_former_self() {
    let Some(cluster) = throwaway_postgres::cluster() else { return };
    let database = cluster.fresh_database(None);
    let ground = Ground::new(database.url());
    let mut holder = ground.start(0);
    let fence = ground.fence();
    holder.process.0.kill().unwrap();
    holder.process.0.wait().unwrap();
    let began = now();
    let again = ground.places[0].start_and_wait();
    ground.until("it holds the account again", || ground.fence() > fence);
    let took = began.elapsed();
    assert!(took < Duration::from_secs(8), "{took:?}: it waited for itself");
    let mut listed = crate::program::run(&["nodes", "--config", &ground.places[0].config()]);
    let table = String::from_utf8(std::mem::take(&mut listed.stdout)).unwrap();
    assert!(table.contains("telegram") && table.lines().count() == 3, "sandbox and telegram: {table}");
    let json = crate::program::run(&["nodes", "--json", "--config", &ground.places[0].config()]).stdout;
    let told: serde_json::Value = serde_json::from_slice(&json).unwrap();
    assert_eq!((&told["nodes"][0]["name"], told["nodes"].as_array().unwrap().len()), (&"a".into(), 1));
    assert!(again.stop().0.success());
}
