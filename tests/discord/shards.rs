//! Servers on several shards.

use bot_core::roster::Role;

use super::{answered, asks, lin, on_discord};
use crate::harness::patience::a_while;
use crate::harness::{GROUP, STAFF, Stage};

/// Starts the program anew with two shards, and waits until both listen.
async fn on_two_shards(h: &mut Stage) {
    h.discord().use_shards(2);
    h.kill();
    h.start_unheard().await;
    h.until(|h| h.discord().is_heard()).await;
    h.settle().await;
}

#[test]
fn two_shards_are_served_side_by_side_and_each_comes_back_to_where_it_was() {
    on_discord(async |h| {
        lin(h).await;
        h.staff("Ann", Role::Admin).await;
        let (group, staff) = (h.chat(GROUP), h.chat(STAFF));
        on_two_shards(h).await;
        assert_ne!(h.discord().shard_of(&group), h.discord().shard_of(&staff), "the story is about two");
        assert_eq!(h.discord().shards().into_iter().map(|(shard, _)| shard).collect::<Vec<_>>(), [0, 1]);
        h.says_in(STAFF, "Ann", "/cases @lin").await;
        h.says("Ann", "/warn @lin please").await;
        asks(h);
        h.settle().await;
        assert!(h.transcript(STAFF).contains("C-1"), "{}", h.transcript(STAFF));
        assert_eq!(answered(h), 1, "private chats are told to the first");

        // Both connections break; both sessions are resumed.
        let begun = h.discord().ears();
        h.discord().cut_gateway();
        h.world.say(&h.user("Ann"), &group, "/undo C-1").unwrap();
        h.world.say(&h.user("Ann"), &staff, "/case C-1").unwrap();
        a_while().await;
        h.until(|h| h.discord().is_heard()).await;
        h.settle().await;
        assert_eq!(h.discord().ears(), begun);
        assert!(h.transcript(STAFF).contains("C-1 · "), "{}", h.transcript(STAFF));

        // The program is killed: what it missed each shard's own session tells.
        h.kill();
        let used = [
            h.discord().slash(&group, &h.user("Ann"), "warn", "@lin again"),
            h.discord().slash(&staff, &h.user("Ann"), "case", "C-1"),
        ];
        h.start_unheard().await;
        h.until(|h| h.discord().is_heard()).await;
        h.settle().await;
        h.pass("5s").await;
        assert!(h.transcript(STAFF).contains("C-2: "), "{}", h.transcript(STAFF));
        assert_eq!(h.discord().failed_presses(), used[..0], "both took effect");
    });
}
