//! When rules go out: as they are typed, over the clocks' changes, at the ends of months, and never.

use jiff::Timestamp;
use jiff::civil::date;
use jiff::tz::TimeZone;

use super::parse::{parse, typed};
use super::rule::Rule;

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}

fn at(zone: &TimeZone, (year, month, day): (i16, i8, i8), hour: i8) -> i64 {
    date(year, month, day).at(hour, 0, 0, 0).to_zoned(zone.clone()).unwrap().timestamp().as_millisecond()
}

/// The next times after a noon, as clocks of a zone show them.
fn next(line: &str, name: &str, noon: (i16, i8, i8), most: usize) -> Vec<String> {
    let zone = zone(name);
    let now_ms = at(&zone, noon, 12);
    let rule = parse(line, &zone, None, now_ms).unwrap_or_else(|why| panic!("{line}: {}", why.key));
    shown(&rule, &zone, now_ms, most)
}

fn shown(rule: &Rule, zone: &TimeZone, now_ms: i64, most: usize) -> Vec<String> {
    let say = |at_ms: i64| {
        let at = Timestamp::from_millisecond(at_ms).unwrap().to_zoned(zone.clone());
        at.strftime("%Y-%m-%d %H:%M").to_string()
    };
    rule.next(zone, now_ms, most).into_iter().map(say).collect()
}

/// A Saturday.
const SATURDAY: (i16, i8, i8) = (2026, 11, 21);

#[test]
fn rules_are_read_as_people_and_programs_write_them() {
    let mondays = ["2026-11-23 09:00", "2026-11-30 09:00", "2026-12-07 09:00"];
    for line in [
        "cron 0 9 * * 1",
        "0 9 * * MON",
        "every monday 9:00",
        "Every Mon 09:00",
        "每周一 09:00",
        "rrule FREQ=WEEKLY;BYDAY=MO;BYHOUR=9",
        "RRULE:FREQ=WEEKLY;BYDAY=MO;BYHOUR=9;BYMINUTE=0",
        "freq=weekly;byday=mo;byhour=9",
    ] {
        assert_eq!(next(line, "Asia/Shanghai", SATURDAY, 3), mondays, "{line}");
    }
    for (line, first) in [
        ("every day 17:30", "2026-11-21 17:30"),
        ("every weekday 9:00", "2026-11-23 09:00"),
        ("every tue,thu 9:00", "2026-11-24 09:00"),
        ("每周二、周四 9：00", "2026-11-24 09:00"),
        ("every month 5 9:00", "2026-12-05 09:00"),
        ("every month last 9:00", "2026-11-30 09:00"),
        ("每月5日 9:00", "2026-12-05 09:00"),
        // Without an hour it is the minute in which it was said.
        ("FREQ=DAILY;INTERVAL=2", "2026-11-23 12:00"),
    ] {
        assert_eq!(next(line, "Asia/Shanghai", SATURDAY, 1), [first], "{line}");
    }
}

#[test]
fn a_rule_ends_as_it_says_and_begins_when_it_is_told() {
    let days = |line: &str| next(line, "Asia/Shanghai", SATURDAY, 9).len();
    assert_eq!(days("every day 17:00 until 2026-11-23"), 3, "its last day is in it");
    assert_eq!(days("every day 17:00 until 2026-11-23 16:00"), 2);
    assert_eq!(days("每天 17:00 直到 2026-11-23"), 3);
    assert_eq!(days("FREQ=DAILY;BYHOUR=17;COUNT=4"), 4);
    assert_eq!(days("FREQ=DAILY;BYHOUR=9;COUNT=4"), 4, "what has passed today is not counted");
    assert_eq!(days("FREQ=DAILY;BYHOUR=17;UNTIL=20261123"), 3);
    assert_eq!(days("FREQ=DAILY;BYHOUR=17;UNTIL=20261123T170000"), 3);
    // 17:00 in Shanghai is 09:00 by UTC.
    assert_eq!(days("FREQ=DAILY;BYHOUR=17;UNTIL=20261123T090000Z"), 3);
    assert_eq!(days("FREQ=DAILY;BYHOUR=17;UNTIL=20261123T085900Z"), 2);
    let shanghai = zone("Asia/Shanghai");
    let (now_ms, start_ms) = (at(&shanghai, SATURDAY, 12), at(&shanghai, (2026, 12, 24), 8));
    let later = parse("0 9 * * *", &shanghai, Some(start_ms), now_ms).unwrap();
    assert_eq!(shown(&later, &shanghai, now_ms, 1), ["2026-12-24 09:00"]);
}

#[test]
fn another_zone_has_its_own_clock() {
    let shanghai = zone("Asia/Shanghai");
    let now_ms = at(&shanghai, SATURDAY, 12);
    let rule = parse("every day 09:00 until 2026-12-01 in berlin", &shanghai, None, now_ms).unwrap();
    assert_eq!(rule.zone.as_deref(), Some("Europe/Berlin"));
    assert_eq!(shown(&rule, &shanghai, now_ms, 1), ["2026-11-21 16:00"]);
    let line = typed(&rule);
    assert_eq!(line, "cron 0 9 * * * until 2026-12-01 in Europe/Berlin");
    assert_eq!(parse(&line, &shanghai, None, now_ms).unwrap(), rule, "it is read back");
    let kept = serde_json::to_string(&rule).unwrap();
    assert_eq!(serde_json::from_str::<Rule>(&kept).unwrap(), rule, "{kept}");
}

#[test]
fn what_is_wrong_is_named() {
    let utc = zone("UTC");
    let now_ms = at(&utc, SATURDAY, 12);
    for (line, why) in [
        ("", "unreadable"),
        ("soon", "unreadable"),
        ("every day", "unreadable"),
        ("every someday 09:00", "unreadable"),
        ("cron 0 9 * *", "cron-fields"),
        ("cron 0 0 9 * * 1", "cron-fields"),
        ("cron 61 9 * * *", "cron-field"),
        ("0 24 * * *", "cron-field"),
        ("every day 25:00", "cron-field"),
        ("rrule BYDAY=MO", "rrule-freq"),
        ("FREQ=SOMETIMES", "rrule-part"),
        ("FREQ=WEEKLY;BYDAY=XX", "rrule-part"),
        ("FREQ=DAILY;BYHOUR=25", "rrule-part"),
        ("FREQ=DAILY;WHEN=9", "rrule-part"),
        ("FREQ=DAILY;FREQ=DAILY", "rrule-part"),
        ("FREQ=DAILY;BYSETPOS=1", "rrule-wrong"),
        ("FREQ=DAILY;BYWEEKNO=3", "rrule-wrong"),
        ("FREQ=DAILY;COUNT=2;UNTIL=20261201", "two-ends"),
        ("FREQ=DAILY;UNTIL=20261201 until 2026-12-01", "two-ends"),
        ("FREQ=DAILY;UNTIL=tomorrow", "until"),
        ("0 9 * * 1 until soon", "until"),
        ("0 9 30 2 *", "never"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "never"),
        ("every day 09:00 until 2026-11-21", "never"),
        ("FREQ=DAILY;UNTIL=20201231", "never"),
        ("* * * * *", "often"),
        ("*/30 9 * * *", "often"),
        ("0,59 0,23 * * *", "often"),
        ("FREQ=MINUTELY", "often"),
        ("FREQ=SECONDLY;INTERVAL=7200", "often"),
        ("FREQ=DAILY;BYHOUR=9;BYMINUTE=0,30", "often"),
    ] {
        let found = parse(line, &utc, None, now_ms).map_err(|why| why.key.into_owned());
        assert_eq!(found.unwrap_err(), format!("announcement-repeat-{why}"), "{line}");
    }
    let long = format!("0 9 * * {}", "1,".repeat(200));
    assert_eq!(parse(&long, &utc, None, now_ms).unwrap_err().key, "wording-too-long");
    let nowhere = parse("0 9 * * 1 in Atlantis", &utc, None, now_ms).unwrap_err().key.into_owned();
    assert!(nowhere.starts_with("announcement-zone-unknown"), "{nowhere}");
    assert!(parse("0 * * * *", &utc, None, now_ms).is_ok(), "once an hour is the most there is");
}

#[test]
fn nine_stays_nine_when_the_clocks_change() {
    for line in ["0 9 * * *", "FREQ=DAILY;BYHOUR=9"] {
        // Berlin: summer time begins on 2027-03-28 and ends on 2027-10-31.
        let spring = ["2027-03-28 09:00", "2027-03-29 09:00"];
        assert_eq!(next(line, "Europe/Berlin", (2027, 3, 27), 2), spring, "{line}");
        let autumn = ["2027-10-31 09:00", "2027-11-01 09:00"];
        assert_eq!(next(line, "Europe/Berlin", (2027, 10, 30), 2), autumn, "{line}");
        // New York: from 2027-03-14 to 2027-11-07.
        let spring = ["2027-03-14 09:00", "2027-03-15 09:00"];
        assert_eq!(next(line, "America/New_York", (2027, 3, 13), 2), spring, "{line}");
    }
}

#[test]
fn what_the_clocks_skip_is_the_first_moment_after() {
    for line in ["30 2 * * *", "FREQ=DAILY;BYHOUR=2;BYMINUTE=30"] {
        let berlin = ["2027-03-28 03:00", "2027-03-29 02:30"];
        assert_eq!(next(line, "Europe/Berlin", (2027, 3, 27), 2), berlin, "{line}");
        let new_york = ["2027-03-14 03:00", "2027-03-15 02:30"];
        assert_eq!(next(line, "America/New_York", (2027, 3, 13), 2), new_york, "{line}");
    }
    // The hour that is skipped falls onto the next one, and goes out once.
    let hours = next("0 1-4 * * *", "Europe/Berlin", (2027, 3, 27), 3);
    assert_eq!(hours, ["2027-03-28 01:00", "2027-03-28 03:00", "2027-03-28 04:00"]);
}

#[test]
fn what_they_show_twice_is_the_first_of_the_two_and_goes_out_once() {
    for line in ["30 2 * * *", "FREQ=DAILY;BYHOUR=2;BYMINUTE=30"] {
        let zone = zone("Europe/Berlin");
        let now_ms = at(&zone, (2027, 10, 30), 12);
        let times = parse(line, &zone, None, now_ms).unwrap().next(&zone, now_ms, 2);
        // 02:30 in summer time is 00:30 by UTC.
        let first_ms = at(&TimeZone::UTC, (2027, 10, 31), 0) + 30 * 60_000;
        assert_eq!(times, [first_ms, first_ms + 25 * 3_600_000], "{line}");
        let rule = parse(line, &zone, None, now_ms).unwrap();
        assert_eq!(rule.next(&zone, first_ms, 1), [first_ms + 25 * 3_600_000], "between the two: {line}");
    }
    let new_york = next("30 1 * * *", "America/New_York", (2027, 11, 6), 2);
    assert_eq!(new_york, ["2027-11-07 01:30", "2027-11-08 01:30"]);
}

#[test]
fn a_month_without_the_day_is_left_out_and_leap_days_come_every_four_years() {
    for line in ["0 9 31 * *", "FREQ=MONTHLY;BYMONTHDAY=31;BYHOUR=9"] {
        let long = ["2027-01-31 09:00", "2027-03-31 09:00", "2027-05-31 09:00"];
        assert_eq!(next(line, "Europe/Berlin", (2027, 1, 1), 3), long, "{line}");
    }
    for line in ["0 9 L * *", "FREQ=MONTHLY;BYMONTHDAY=-1;BYHOUR=9"] {
        let last = ["2027-01-31 09:00", "2027-02-28 09:00", "2027-03-31 09:00"];
        assert_eq!(next(line, "Europe/Berlin", (2027, 1, 1), 3), last, "{line}");
    }
    for line in ["0 9 29 2 *", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYHOUR=9"] {
        let leap = ["2028-02-29 09:00", "2032-02-29 09:00"];
        assert_eq!(next(line, "Europe/Berlin", (2027, 1, 1), 2), leap, "{line}");
    }
}
