//! Figures are counted from one moment until before another, on both databases.

use sqlx::AssertSqlSafe;

use super::*;
use crate::store::execute;
use crate::store::testing::on_both;

/// Rows that look like production.
const ROWS: [&str; 13] = [
    include_str!("../../../tests/data/migrations/0001_chat.sql"),
    include_str!("../../../tests/data/migrations/0002_outbox.sql"),
    include_str!("../../../tests/data/migrations/0003_timer.sql"),
    include_str!("../../../tests/data/migrations/0004_people.sql"),
    include_str!("../../../tests/data/migrations/0005_form.sql"),
    include_str!("../../../tests/data/migrations/0006_moderation.sql"),
    include_str!("../../../tests/data/migrations/0007_answer.sql"),
    include_str!("../../../tests/data/migrations/0008_ticket.sql"),
    include_str!("../../../tests/data/migrations/0009_announcement.sql"),
    include_str!("../../../tests/data/migrations/0010_activity.sql"),
    include_str!("../../../tests/data/migrations/0011_session.sql"),
    include_str!("../../../tests/data/migrations/0012_help.sql"),
    include_str!("../../../tests/data/migrations/0013_figure.sql"),
];

#[test]
fn what_happened_in_a_time_is_counted_and_nothing_else() {
    on_both(|hall| async move {
        let mut tx = hall.db.write().await.unwrap();
        for sql in ROWS {
            // Fixed files of this repository.
            execute!(&mut tx, sqlx::raw_sql(AssertSqlSafe(sql))).unwrap();
        }
        let mut counted = Vec::new();
        for figure in Figure::ALL {
            counted.push(count(&mut tx, figure, 1_795_000_000_000, 1_795_000_010_000).await.unwrap());
        }
        assert_eq!(counted, [1, 1, 2, 1, 1, 1], "answers by hand and failed ones are none of the bot's");
        let given_at_ms = 1_795_000_000_500;
        let until = count(&mut tx, Figure::Answered, given_at_ms - 500, given_at_ms).await.unwrap();
        let from = count(&mut tx, Figure::Answered, given_at_ms, given_at_ms + 1).await.unwrap();
        assert_eq!((until, from), (0, 1));
    });
}
