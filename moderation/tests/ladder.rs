//! How repeated offences rise, and how they are forgotten.

use moderation::{History, Ladder, Offence, Policy, Rung, Sanction, ladder};

const DAY_MS: i64 = 86_400_000;
const NOW_MS: i64 = 1_800_000_000_000;

fn parsed(lines: &str) -> Ladder {
    match Policy::parse(&format!("version = 1\n[ladder]\n{lines}")) {
        Ok(policy) => policy.ladder().clone(),
        Err(faults) => panic!("{faults:?}"),
    }
}

/// What an offence of `points` leads to after offences of `(days ago, points)`.
fn after(ladder: &Ladder, earlier: &[(i64, u32)], points: u32) -> Rung {
    let offences =
        earlier.iter().map(|&(days, points)| Offence { at_ms: NOW_MS - days * DAY_MS, points }).collect();
    ladder::decide(ladder, &History { offences, other_accounts: 0 }, NOW_MS, points)
}

fn mute(days: i64) -> Sanction {
    Sanction::Mute { ms: days * DAY_MS }
}

#[test]
fn the_default_rises_from_a_warning_to_a_ban() {
    let ladder = Ladder::default();
    let mut earlier = Vec::new();
    for (step, sanction) in
        [Sanction::Warn, mute(1), mute(7), mute(15), Sanction::Ban, Sanction::Ban].iter().enumerate()
    {
        let rung = after(&ladder, &earlier, 1);
        assert_eq!(rung.sanction, *sanction);
        assert_eq!((rung.step as usize, rung.steps), ((step + 1).min(5), 5));
        assert_eq!(rung.earlier_offences as usize, earlier.len());
        earlier.push((1, 1));
    }
}

#[test]
fn a_grave_offence_starts_higher() {
    let ladder = Ladder::default();
    assert_eq!(after(&ladder, &[], 3).sanction, mute(7));
    assert_eq!(after(&ladder, &[(1, 1)], 3).sanction, mute(15));
    assert_eq!(after(&ladder, &[], 100).sanction, Sanction::Ban);
    assert_eq!(after(&ladder, &[], 0).sanction, Sanction::Warn, "no points at all count as one");
}

#[test]
fn offences_as_old_as_the_window_are_forgotten() {
    let ladder = parsed("window = \"90d\"");
    assert_eq!(after(&ladder, &[(89, 1)], 1).sanction, mute(1));
    assert_eq!(after(&ladder, &[(90, 1)], 1).sanction, Sanction::Warn);
    assert_eq!(after(&ladder, &[(90, 1)], 1).earlier_offences, 0);
}

#[test]
fn every_quiet_decay_takes_one_point_off() {
    let ladder = parsed("decay = \"30d\"\nwindow = \"3650d\"");
    assert_eq!(after(&ladder, &[(29, 2)], 1).earlier_points, 2);
    assert_eq!(after(&ladder, &[(30, 2)], 1).earlier_points, 1);
    assert_eq!(after(&ladder, &[(61, 2)], 1).earlier_points, 0);
    assert_eq!(after(&ladder, &[(3_000, 2), (1, 1)], 1).earlier_points, 1, "never below none");
    assert_eq!(after(&ladder, &[(50, 1), (25, 1)], 1).earlier_points, 2, "an offence starts the quiet anew");
    assert_eq!(after(&ladder, &[(25, 1), (50, 1)], 1).earlier_points, 2, "the order does not matter");
}

#[test]
fn a_clock_that_runs_ahead_does_no_harm() {
    let ladder = Ladder::default();
    assert_eq!(after(&ladder, &[(-400, 1)], 1).sanction, mute(1));
    let extreme = History {
        other_accounts: 0,
        offences: vec![
            Offence { at_ms: i64::MAX, points: u32::MAX },
            Offence { at_ms: i64::MIN, points: u32::MAX },
            Offence { at_ms: NOW_MS, points: u32::MAX },
        ],
    };
    assert_eq!(ladder::decide(&ladder, &extreme, NOW_MS, u32::MAX).sanction, Sanction::Ban);
}

#[test]
fn a_policy_writes_its_own_steps() {
    let ladder =
        parsed("steps = [\"warn\", { at = 3, sanction = \"mute 2h30m\" }, \"mute 1天\", \"kick\", \"ban\"]");
    let shown: Vec<_> =
        ladder.steps().iter().map(|step| format!("{} {}", step.at_points, step.sanction)).collect();
    assert_eq!(shown, ["1 warn", "3 mute 2h30m", "4 mute 1d", "5 kick", "6 ban"]);
    assert_eq!(after(&ladder, &[(1, 1)], 1).sanction, Sanction::Warn, "the second warning");
    assert_eq!(ladder.decay_ms(), None, "who writes no decay has none");
}

#[test]
fn further_accounts_of_one_person_add_points_where_the_ladder_says_so() {
    let toml = "version = 1\n[ladder]\nsteps = [\"warn\", \"mute 1d\", \"ban\"]\nrepeat_account_points = 1";
    let policy = Policy::parse(toml).unwrap();
    let with = |other_accounts| {
        let offences = vec![Offence { at_ms: NOW_MS - 1, points: 1 }];
        ladder::decide(policy.ladder(), &History { offences, other_accounts }, NOW_MS, 1).sanction
    };
    assert_eq!((with(0), with(1)), (Sanction::Mute { ms: 86_400_000 }, Sanction::Ban));
    let none = History { offences: Vec::new(), other_accounts: 3 };
    assert_eq!(
        ladder::decide(policy.ladder(), &none, NOW_MS, 1).sanction,
        Sanction::Warn,
        "no offence, no points"
    );
}
