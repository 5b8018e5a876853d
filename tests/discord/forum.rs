//! A forum as the staff's channel.

use super::{lin, on_discord, says};
use crate::harness::{STAFF, Stage};
use bot_core::roster::Role;

/// The titles of the posts.
fn posts(h: &Stage) -> Vec<String> {
    let view = h.world.chat(&h.chat(STAFF), None, 100).unwrap();
    view.threads.into_iter().map(|thread| thread.title).collect()
}

#[test]
fn each_ticket_is_a_post_and_all_else_stands_in_one_post_of_the_bots_own() {
    on_discord(async |h| {
        h.staff("Ann", Role::Support).await;
        h.discord().make_forum(&h.chat(STAFF));
        h.settle().await;
        lin(h).await;
        h.says_in("@Lin", "Lin", "/ticket my payout is stuck").await;
        h.pass("10s").await;
        let titles = posts(h);
        assert_eq!(titles.len(), 1, "{titles:?}");
        assert!(titles[0].contains("T-1") && titles[0].contains("Lin"), "{titles:?}");
        h.says_in_thread(STAFF, "T-1", "Ann", "I look into it").await;
        h.pass("10s").await;
        assert!(h.transcript("@Lin").contains("Support: I look into it"), "{}", h.transcript("@Lin"));

        says(h, STAFF, "one").await;
        says(h, STAFF, "two").await;
        h.pass("10s").await;
        h.kill();
        h.start().await;
        says(h, STAFF, "three").await;
        h.pass("10s").await;
        assert_eq!(
            posts(h).iter().filter(|title| title.as_str() == "guildhall_bot").count(),
            1,
            "{:?}",
            posts(h)
        );
        let said = h.transcript(STAFF);
        for line in ["one", "two", "three"] {
            assert_eq!(said.matches(&format!("Guildhall: {line}")).count(), 1, "{said}");
        }
    });
}
