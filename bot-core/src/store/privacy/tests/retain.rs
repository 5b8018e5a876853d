//! What is too old loses its words, a lot at a time.

use super::*;

#[test]
fn what_is_too_old_loses_its_words_and_keeps_its_rows() {
    const NEVER: i64 = 4_000_000_000_000;
    on_both(|hall| async move {
        let mut tx = hall.db.write().await.unwrap();
        production(&mut tx).await;
        run(&mut tx, "UPDATE ticket SET subject = '', question = '', solution = NULL WHERE no <> 1").await;
        // Ids as they are made: these begin with the time.
        run(
            &mut tx,
            "DELETE FROM retention; UPDATE message SET id = '00' || id; UPDATE outbox SET id = '00' || id",
        )
        .await;
        let left = async |tx: &mut Tx, sql: &'static str| -> i64 {
            on!(tx, |c| sqlx::query_scalar(sql).fetch_one(c)).unwrap()
        };
        let words = "SELECT count(*) FROM message WHERE text <> ''";
        assert!(!blank_old_messages(&mut tx, 0, 2).await.unwrap(), "nothing is that old");
        assert_eq!(left(&mut tx, words).await, 3);
        assert!(blank_old_messages(&mut tx, START_MS, 2).await.unwrap());
        assert_eq!(left(&mut tx, words).await, 1, "a lot at a time");
        assert!(blank_old_messages(&mut tx, START_MS, 2).await.unwrap());
        assert!(!blank_old_messages(&mut tx, START_MS, 2).await.unwrap());
        assert_eq!(left(&mut tx, words).await, 0);

        while blank_old_outbox(&mut tx, START_MS, 2).await.unwrap() {}
        assert_eq!(
            left(&mut tx, "SELECT count(*) FROM outbox WHERE action LIKE '%waits%'").await,
            1,
            "it has not gone out"
        );
        assert_eq!(left(&mut tx, "SELECT count(*) FROM outbox WHERE action LIKE '%hello%'").await, 0);

        assert_eq!(old_tickets(&mut tx, NEVER, 9).await.unwrap(), [], "an open one is never too old");
        run(&mut tx, ENDED).await;
        assert_eq!(old_tickets(&mut tx, 1_795_000_009_000, 9).await.unwrap(), []);
        let old = old_tickets(&mut tx, 1_795_000_009_001, 9).await.unwrap();
        assert_eq!(old, [Aged::Ticket(TicketNo(1))]);
        old[0].forget(&mut tx).await.unwrap();
        assert_eq!(
            left(&mut tx, "SELECT count(*) FROM ticket_message WHERE content LIKE '%还没到%'").await,
            0
        );
        assert_eq!(old_tickets(&mut tx, NEVER, 9).await.unwrap(), []);

        run(
            &mut tx,
            "UPDATE mod_case SET state = 'stands'; UPDATE sanction SET state = 'active', kind = 'mute'",
        )
        .await;
        assert_eq!(old_cases(&mut tx, NEVER, 9).await.unwrap(), [], "its mute is in force");
        run(&mut tx, "UPDATE sanction SET state = 'lifted'").await;
        let old = old_cases(&mut tx, NEVER, 9).await.unwrap();
        assert_eq!(old, [Aged::Case(CaseNo(1))]);
        old[0].forget(&mut tx).await.unwrap();
        assert_eq!(old_cases(&mut tx, NEVER, 9).await.unwrap(), []);

        run(&mut tx, "UPDATE announcement SET state = 'sent', settled_at_ms = 5; UPDATE delivery SET push = 'A-1', recipient = 'P1', name = 'Lin'").await;
        assert!(!forget_deliveries(&mut tx, 6, 9).await.unwrap());
        assert_eq!(left(&mut tx, "SELECT count(*) FROM delivery WHERE name = 'Lin'").await, 0);
    });
}
