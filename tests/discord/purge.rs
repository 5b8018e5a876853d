//! A ban that takes away what the person wrote.

use bot_core::roster::Role;

use super::on_discord;
use crate::harness::{GROUP, STAFF};

#[test]
fn a_ban_takes_away_by_itself_what_was_written_in_the_time_before() {
    on_discord(async |h| {
        h.merchant("Spam").await;
        h.staff("Mo", Role::Moderator).await;
        let old = h.says("Spam", "hello, I am new here").await;
        h.pass("2d").await;
        let new = h.says("Spam", "take part in my raffle").await;
        let who = h.user("Spam");
        h.says("Mo", &format!("/ban {who} purge 1d raffles")).await;
        h.pass("1m").await;
        let calls = h.discord().calls_of("PUT", "/bans/");
        assert_eq!(
            calls.iter().map(|call| call.body["delete_message_seconds"].clone()).collect::<Vec<_>>(),
            [86_400]
        );
        assert!(h.message(GROUP, &new).deleted && !h.message(GROUP, &old).deleted);
        assert_eq!(h.discord().calls_of("DELETE", "/messages/").len(), 0, "no message is deleted by name");
        let said = h.transcript(STAFF);
        assert!(said.contains("taken away as well"), "{said}");
    });
}
