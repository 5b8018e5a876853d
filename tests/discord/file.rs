//! Files as Discord has them: their addresses are good for a day, and what was deleted is served a while yet.

use bot_core::chat::MessageKey;
use bot_core::ids::OutboxId;
use bot_core::work::Origin;
use guildhall_sandbox::Post;

use super::{id_of, on_discord};
use crate::file::{bytes, fetched, picture, seen};
use crate::harness::{GROUP, Stage};

/// Lin sends a picture.
async fn sent(h: &mut Stage) -> MessageKey {
    h.merchant("Lin").await;
    let file = h.world.upload("p.png", &picture("one")).unwrap();
    h.says_in(GROUP, "Lin", Post::text("look").with_file(file)).await
}

/// The picture of a message is fetched.
async fn fetch(h: &mut Stage, key: &MessageKey) -> OutboxId {
    let (group, picture) = (id_of(h, GROUP).await, seen(h, key).await);
    let mut work = h.hall().begin().await.unwrap();
    let fetch = work.fetch(&group, &picture, Origin::new("none", "none", 0));
    work.commit().await.unwrap();
    h.pass("1m").await;
    fetch
}

#[test]
fn a_picture_whose_address_has_expired_is_fetched_from_a_new_one() {
    on_discord(async |h| {
        let key = sent(h).await;
        h.pass("3d").await;
        let fetch = fetch(h, &key).await;
        let stored = fetched(h, &fetch).await.unwrap();
        assert_eq!(bytes(h, &stored).await.unwrap(), picture("one"));
    });
}

#[test]
fn the_picture_of_a_message_that_was_deleted_is_fetched_while_its_address_is_good() {
    for (since, comes) in [("2h", true), ("2d", false)] {
        on_discord(async |h| {
            let key = sent(h).await;
            h.deletes(GROUP, "Lin", &key).await;
            h.pass(since).await;
            let fetch = fetch(h, &key).await;
            assert_eq!(fetched(h, &fetch).await.is_some(), comes, "after {since}");
            assert_eq!(h.open_actions().await, [], "and it is not asked for without end");
        });
    }
}
