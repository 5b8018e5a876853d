//! Albums: several pictures that are one message, also where their parts come one by one.

use bot_core::roster::Role;
use guildhall_sandbox::Post;

use crate::harness::{About, STAFF, Stage, story_about};

/// As much of a picture as tells that it is one.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

fn two_pictures(h: &Stage) -> Post {
    let mut post = Post::text("two pictures of it");
    for name in ["a.png", "b.png"] {
        post = post.with_file(h.world.upload(name, PNG).unwrap());
    }
    post
}

/// The messages in the staff chat that carry files: how many files each.
fn shown(h: &Stage) -> Vec<usize> {
    let view = h.world.chat(&h.chat(STAFF), None, 100).unwrap();
    view.messages.iter().map(|one| one.content.attachments.len()).filter(|files| *files > 0).collect()
}

#[test]
fn the_pictures_of_an_album_are_one_message_to_support() {
    story_about(&[About::Files], async |h| {
        h.staff("Mo", Role::Support).await;
        h.merchant("Lin").await;
        h.opens_direct("Lin").await;
        h.says_in("@Lin", "Lin", "/ticket payout is missing").await;
        h.pass("1m").await;
        h.says_in("@Lin", "Lin", two_pictures(h)).await;
        h.pass("1m").await;
        assert_eq!(shown(h), [2]);
        let staff = h.transcript(STAFF);
        assert_eq!(staff.matches("two pictures of it").count(), 1, "{staff}");
    });
}

#[test]
fn an_album_whose_parts_were_taken_survives_a_kill() {
    story_about(&[About::Files], async |h| {
        h.staff("Mo", Role::Support).await;
        h.merchant("Lin").await;
        h.opens_direct("Lin").await;
        h.says_in("@Lin", "Lin", "/ticket payout is missing").await;
        h.pass("1m").await;
        h.says_in("@Lin", "Lin", two_pictures(h)).await;
        h.kill();
        h.start().await;
        h.pass("1m").await;
        assert_eq!(shown(h), [2], "{}", h.transcript(STAFF));
    });
}
