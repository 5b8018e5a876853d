//! Which days a view of the calendar shows.

use jiff::civil::{Date, Weekday};
use jiff::{Span, ToSpan as _};
use serde::Deserialize;

/// How much is seen at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum View {
    /// A month, with the days that fill its weeks up.
    #[default]
    Month,
    /// A week.
    Week,
}

impl View {
    /// The word in an address.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::Week => "week",
        }
    }

    fn step(self) -> Span {
        match self {
            Self::Month => 1.month(),
            Self::Week => 1.week(),
        }
    }

    /// A day of the view before the one with `day`, and of the one behind it; `None` at the ends of time.
    pub(super) fn beside(self, day: Date) -> (Option<Date>, Option<Date>) {
        let first = if self == Self::Month { day.first_of_month() } else { day };
        (first.checked_sub(self.step()).ok(), first.checked_add(self.step()).ok())
    }

    /// The first day of the view with `day`, and the one behind its last: whole weeks, which begin with Monday. `None` at
    /// the ends of time.
    pub(super) fn days(self, day: Date) -> Option<(Date, Date)> {
        let (first, last) = match self {
            Self::Month => (day.first_of_month(), day.last_of_month()),
            Self::Week => (day, day),
        };
        let monday = first.checked_sub(i64::from(first.weekday().since(Weekday::Monday)).days()).ok()?;
        let behind = last.checked_add(i64::from(last.weekday().until(Weekday::Sunday) + 1).days()).ok()?;
        Some((monday, behind))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_month_is_shown_in_whole_weeks() {
        let days = |view: View, day| view.days(day).unwrap();
        assert_eq!(days(View::Month, date(2026, 11, 23)), (date(2026, 10, 26), date(2026, 12, 7)));
        assert_eq!(days(View::Month, date(2027, 2, 14)), (date(2027, 2, 1), date(2027, 3, 1)), "four weeks");
        assert_eq!(
            days(View::Week, date(2026, 11, 22)),
            (date(2026, 11, 16), date(2026, 11, 23)),
            "a Sunday"
        );
        assert_eq!(days(View::Week, date(2026, 11, 23)), (date(2026, 11, 23), date(2026, 11, 30)));
        assert_eq!(View::Month.days(Date::MAX), None);
    }

    #[test]
    fn the_next_month_is_the_next_one_on_its_last_day_too() {
        assert_eq!(View::Month.beside(date(2027, 1, 31)), (Some(date(2026, 12, 1)), Some(date(2027, 2, 1))));
        assert_eq!(View::Week.beside(date(2027, 1, 31)), (Some(date(2027, 1, 24)), Some(date(2027, 2, 7))));
    }
}
