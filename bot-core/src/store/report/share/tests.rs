//! Whose each figure is, against figures that were reckoned by hand, on both databases.

use sqlx::AssertSqlSafe;

use super::*;
use crate::store::execute;
use crate::store::testing::on_both;

const FROM: i64 = 1_000;
const TURN: i64 = 2_000;
const UNTIL: i64 = 3_000;
const WEEKS: Weeks = Weeks { from_ms: FROM, turn_ms: TURN, until_ms: UNTIL };

/// Lin speaks for two shops, tea of the crown and apparel of the crown; Mo for a tea shop without a tier; Kai for none. Two
/// groups, G1 and G2, and the private chats DL, DM and DK.
const PEOPLE: &str = "\
    INSERT INTO person (id, created_at_ms) VALUES ('lin', 0), ('mo', 0), ('kai', 0); \
    INSERT INTO chat_user (id, account, platform_key, person, name, username, lang, is_bot, created_at_ms) VALUES \
        ('u-lin', 'a', '1', 'lin', 'Lin', NULL, NULL, false, 0), ('u-lin2', 'b', '1', 'lin', 'Lin', NULL, NULL, false, 0), \
        ('u-mo', 'a', '2', 'mo', 'Mo', NULL, NULL, false, 0), ('u-kai', 'a', '3', 'kai', 'Kai', NULL, NULL, false, 0); \
    INSERT INTO chat (id, account, platform_key, kind, title, purpose, lang, peer, reach, created_at_ms) VALUES \
        ('G1', 'a', 'g1', 'group', 'First', 'community', NULL, NULL, 'open', 0), \
        ('G2', 'a', 'g2', 'group', 'Second', 'community', NULL, NULL, 'open', 0), \
        ('DL', 'a', 'd1', 'direct', '', 'community', NULL, 'u-lin', 'open', 0), \
        ('DM', 'a', 'd2', 'direct', '', 'community', NULL, 'u-mo', 'open', 0), \
        ('DK', 'a', 'd3', 'direct', '', 'community', NULL, 'u-kai', 'open', 0); \
    INSERT INTO merchant (id, name, category, tier, created_at_ms) VALUES \
        ('M1', 'Tea', 'tea', 'crown', 0), ('M2', 'Coats', 'apparel', 'crown', 0), ('M3', 'Leaf', 'tea', 'none', 0); \
    INSERT INTO contact (id, merchant, person, role) VALUES ('K1', 'M1', 'lin', 'admin'), ('K2', 'M2', 'lin', 'admin'), ('K3', 'M3', 'mo', 'admin'); \
    INSERT INTO staff (id, name, person, created_at_ms, left_at_ms) VALUES ('S1', 'Ann', NULL, 0, NULL);";

/// Answers: Lin in G1 (solved) and Kai in G1 in the second week, Mo in private in the first. One that failed, one by hand and
/// one of another time count nowhere. Questions without an answer: Lin in G2, and one that no user asked.
const QUESTIONS: &str = "\
    INSERT INTO answer_given (id, article, lang, chat, asker, question, by_staff, points_at, confidence, content, outbox, state, given_at_ms, settled_at_ms) VALUES \
        ('1', 'x', 'en', 'G1', 'u-lin', '1', NULL, NULL, 900, '{}', 'o', 'solved', 2000, NULL), \
        ('2', 'x', 'en', 'G1', 'u-kai', '2', NULL, NULL, 900, '{}', 'o', 'shown', 2999, NULL), \
        ('3', 'x', 'en', 'DM', 'u-mo', '3', NULL, NULL, 900, '{}', 'o', 'unsolved', 1999, NULL), \
        ('4', 'x', 'en', 'G1', 'u-lin', '4', NULL, NULL, 900, '{}', 'o', 'failed', 2500, NULL), \
        ('5', 'x', 'en', 'G1', 'u-lin', '5', 'S1', NULL, 900, '{}', 'o', 'solved', 2500, NULL), \
        ('6', 'x', 'en', 'G1', 'u-lin', '6', NULL, NULL, 900, '{}', 'o', 'solved', 3000, NULL); \
    INSERT INTO gap (id, form, sample, asked, best, confidence, state, first_at_ms, last_at_ms) VALUES ('Q', 'f', 'f?', 2, NULL, 0, 'open', 0, 0); \
    INSERT INTO gap_ask (id, gap, chat, message, author, asked_at_ms) VALUES ('1', 'Q', 'G2', '1', 'u-lin', 1000), ('2', 'Q', 'G2', '2', NULL, 2100);";

/// Tickets: 1 of Lin from G1, opened in the first week, answered after 100, closed in the
/// second after 1,100. 2 of Mo, begun in private in the second week, closed after 50 and unanswered. 3 of Kai from G1, still open.
const TICKETS: &str = "\
    INSERT INTO ticket (no, chat_user, direct, lang, state, owner, subject, question, origin_chat, origin_message, origin_thread, opened_by, handle, line_outbox, line_button, staff_chat, flat, threads_opened, thread_outbox, thread_key, header_outbox, solution, opened_at_ms, changed_at_ms, closed_at_ms) VALUES \
        (1, 'u-lin', 'DL', 'en', 'closed', NULL, '', '', 'G1', NULL, NULL, NULL, 'h1', NULL, false, NULL, false, 0, NULL, NULL, NULL, NULL, 1000, 0, 2100), \
        (2, 'u-mo', 'DM', 'en', 'closed', NULL, '', '', 'DM', NULL, NULL, NULL, 'h2', NULL, false, NULL, false, 0, NULL, NULL, NULL, NULL, 2000, 0, 2050), \
        (3, 'u-kai', 'DK', 'en', 'open', NULL, '', '', 'G1', NULL, NULL, NULL, 'h3', NULL, false, NULL, false, 0, NULL, NULL, NULL, NULL, 2200, 0, NULL); \
    UPDATE ticket SET answered_at_ms = 1100 WHERE no = 1";

/// Cases: Lin in G1 and, by her other identity, in G2; Kai from the staff chat.
const MODERATION: &str = "\
    INSERT INTO mod_case (no, chat, chat_user, by_staff, state, points, rule, policy_version, explanation, message_key, thread, message_text, reason, removal, notice, at_ms, decided_by, decided_at_ms) VALUES \
        (1, 'G1', 'u-lin', NULL, 'stands', 1, 'r', 1, NULL, NULL, NULL, NULL, NULL, 'none', 'none', 2000, NULL, NULL), \
        (2, 'G2', 'u-lin2', NULL, 'stands', 1, 'r', 1, NULL, NULL, NULL, NULL, NULL, 'none', 'none', 2500, NULL, NULL), \
        (3, NULL, 'u-kai', 'S1', 'stands', 1, NULL, NULL, NULL, NULL, NULL, NULL, 'x', 'none', 'none', 1500, NULL, NULL);";

/// A-1 to both groups in the second week, of which G2 refused; A-2 to Lin and Mo in private, of which only Lin's arrived. *Got it*:
/// Lin in G1, Mo in private. Opened: a link of A-1 in G1 and of A-2 by Lin. Sign-ups: Lin in G1, and Kai, nobody knows where; Mo left.
const PUSHES: &str = "\
    INSERT INTO announcement (no, state, wording, audience, place, pin, at_ms, version, by_staff, sent_by, created_at_ms, started_at_ms, settled_at_ms) VALUES \
        (1, 'sent', '{}', NULL, NULL, false, NULL, 1, 'S1', 'S1', 0, 2000, NULL), (2, 'sent', '{}', NULL, NULL, false, NULL, 1, 'S1', 'S1', 0, 2100, NULL), \
        (3, 'draft', '{}', NULL, NULL, false, NULL, 1, 'S1', NULL, 0, NULL, NULL); \
    INSERT INTO delivery (push, recipient, name, account, chat_user, chat, lang, state, version, sent_at_ms) VALUES \
        ('A-1', 'G1', '', 'a', NULL, 'G1', 'en', 'sent', 1, 2001), ('A-1', 'G2', '', 'a', NULL, 'G2', 'en', 'rejected', 1, NULL), \
        ('A-2', 'lin', '', 'a', 'u-lin', 'DL', 'en', 'sent', 1, 2101), ('A-2', 'mo', '', NULL, NULL, NULL, 'en', 'rejected', 1, NULL), \
        ('E-1', 'lin', '', 'a', 'u-lin', 'DL', 'en', 'sent', 1, 2101); \
    INSERT INTO acknowledgement (push, person, chat_user, name, chat, at_ms) VALUES ('A-1', 'lin', 'u-lin', '', 'G1', 9000), ('A-2', 'mo', 'u-mo', '', 'DM', 9000); \
    INSERT INTO click (push, recipient, n, clicks, first_ms, last_ms) VALUES ('A-1', 'G1', 1, 5, 0, 0), ('A-1', 'G1', 2, 1, 0, 0), ('A-2', 'lin', 1, 1, 0, 0); \
    INSERT INTO activity (no, state, wording, audience, place, starts_at_ms, until_ms, capacity, version, by_staff, created_at_ms, opened_at_ms) VALUES (1, 'open', '{}', NULL, NULL, NULL, NULL, 0, 1, 'S1', 0, 1); \
    INSERT INTO registration (activity, person, chat_user, chat, name, state, seq, joined_at_ms, untold, reminded) VALUES \
        (1, 'lin', 'u-lin', 'G1', '', 'in', 1, 2000, false, 0), (1, 'mo', 'u-mo', 'G1', '', 'left', 2, 2000, false, 0), (1, 'kai', 'u-kai', NULL, '', 'waiting', 3, 1500, false, 0);";

async fn all(tx: &mut Tx, by: By, weeks: Weeks) -> Shares {
    let mut shares = Shares::new();
    questions(tx, by, weeks, &mut shares).await.unwrap();
    tickets(tx, by, weeks, &mut shares).await.unwrap();
    cases(tx, by, weeks, &mut shares).await.unwrap();
    announcements(tx, by, weeks, &mut shares).await.unwrap();
    sign_ups(tx, by, weeks, &mut shares).await.unwrap();
    // Times come in no order.
    for of in shares.values_mut().flatten() {
        of.waits_ms.sort_unstable();
        of.took_ms.sort_unstable();
    }
    shares
}

fn expected(of: &[(&str, [Share; 2])]) -> Shares {
    of.iter().map(|(whose, weeks)| ((*whose).to_owned(), weeks.clone())).collect()
}

fn by_group() -> Shares {
    let none = Share::default;
    expected(&[
        (
            "",
            [
                Share { answered: 1, cases: 1, joined: 1, ..none() },
                Share { opened: 1, took_ms: vec![50], copies: 2, reached: 1, read: 1, clicked: 1, ..none() },
            ],
        ),
        (
            "G1",
            [
                Share { opened: 1, waits_ms: vec![100], ..none() },
                Share {
                    answered: 2,
                    helped: 1,
                    opened: 1,
                    took_ms: vec![1_100],
                    cases: 1,
                    copies: 1,
                    reached: 1,
                    read: 1,
                    clicked: 1,
                    joined: 1,
                    ..none()
                },
            ],
        ),
        ("G2", [Share { unanswered: 1, ..none() }, Share { unanswered: 1, cases: 1, copies: 1, ..none() }]),
    ])
}

/// Lin's part, which counts in each of her categories, and once in their common tier.
fn of_lin() -> [Share; 2] {
    let none = Share::default;
    [
        Share { unanswered: 1, opened: 1, waits_ms: vec![100], ..none() },
        Share {
            answered: 1,
            helped: 1,
            took_ms: vec![1_100],
            cases: 2,
            copies: 1,
            reached: 1,
            read: 1,
            clicked: 1,
            joined: 1,
            ..none()
        },
    ]
}

/// Nobody's: what Kai did, what no user asked, and what groups got.
fn of_nobody() -> [Share; 2] {
    let none = Share::default;
    [
        Share { cases: 1, joined: 1, ..none() },
        Share { answered: 1, unanswered: 1, opened: 1, copies: 2, reached: 1, clicked: 1, ..none() },
    ]
}

#[test]
fn each_figure_is_told_to_the_group_categories_and_tiers_that_it_is_of() {
    on_both(|hall| async move {
        let mut tx = hall.db.write().await.unwrap();
        for sql in [PEOPLE, QUESTIONS, TICKETS, MODERATION, PUSHES] {
            // Fixed texts of this file.
            execute!(&mut tx, sqlx::raw_sql(AssertSqlSafe(sql))).unwrap();
        }
        assert_eq!(all(&mut tx, By::Group, WEEKS).await, by_group());
        let none = Share::default;
        let [mut tea_then, mut tea_now] = of_lin();
        tea_then.answered = 1;
        (tea_now.opened, tea_now.took_ms) = (1, vec![50, 1_100]);
        (tea_now.copies, tea_now.read) = (2, 2);
        let categories = expected(&[("", of_nobody()), ("apparel", of_lin()), ("tea", [tea_then, tea_now])]);
        assert_eq!(all(&mut tx, By::Category, WEEKS).await, categories);
        let without = [
            Share { answered: 1, ..none() },
            Share { opened: 1, took_ms: vec![50], copies: 1, read: 1, ..none() },
        ];
        let tiers = expected(&[("", of_nobody()), ("crown", of_lin()), ("none", without)]);
        assert_eq!(all(&mut tx, By::Tier, WEEKS).await, tiers, "once, though two of her shops are of it");
        let [then, now] = all_tickets(&mut tx, WEEKS).await.unwrap();
        assert_eq!((then.opened, then.waits_ms, then.took_ms), (1, vec![100], vec![]));
        assert_eq!((now.opened, now.waits_ms, now.took_ms.len()), (2, vec![], 2), "each of them once");
        let later = Weeks { from_ms: UNTIL + 1, turn_ms: UNTIL + 1_000, until_ms: UNTIL + 2_000 };
        for by in By::ALL {
            assert_eq!(all(&mut tx, by, later).await, Shares::new());
        }
        assert_eq!(all_tickets(&mut tx, later).await.unwrap(), [none(), none()]);
        let closing = Weeks { from_ms: TURN, turn_ms: 2_080, until_ms: 2_090 };
        let [then, now] = all_tickets(&mut tx, closing).await.unwrap();
        assert_eq!((then.opened, then.took_ms), (1, vec![50]), "closed in the week in which it was opened");
        assert_eq!(now, none(), "what was closed after these weeks is not closed in them");
        execute!(&mut tx, sqlx::query("UPDATE ticket SET state = 'reopened' WHERE no = 1")).unwrap();
        let [_, now] = all_tickets(&mut tx, WEEKS).await.unwrap();
        assert_eq!(now.took_ms, [50], "taken up again, it is not solved");
        let titles = titles(&mut tx).await.unwrap();
        assert_eq!(titles.into_values().collect::<Vec<_>>(), ["First", "Second"]);
    });
}

#[test]
fn a_way_is_known_by_its_word() {
    assert_eq!(By::ALL.map(|by| By::from_word(by.word())), By::ALL.map(Some));
    assert_eq!(By::from_word("colour"), None);
}
