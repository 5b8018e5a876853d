//! Requests to be let into a group.

use bot_core::chat::{RejectionKind, UserKey};
use bot_core::roster::Role;
use bot_core::store::people::Tier;
use guildhall_sandbox::{Fault, Rule};

use crate::harness::{About, GROUP, STAFF, Stage, story_about};

fn asks(h: &mut Stage, name: &str, words: &str) -> UserKey {
    let user = h.stranger(name);
    let chat = h.chat(GROUP);
    let _ = h.world.set_asks(&chat, true);
    h.world.ask_to_join(&user, &chat, words).unwrap();
    user
}

fn is_in(h: &Stage, user: &UserKey) -> bool {
    h.world.chat(&h.chat(GROUP), None, 0).unwrap().members.iter().any(|member| member.user == *user)
}

#[test]
fn a_moderator_lets_in_and_turns_away_from_the_staff_chat() {
    story_about(&[About::JoinRequests, About::Edits], async |h| {
        h.staff("Chen", Role::Moderator).await;
        let tom = asks(h, "Tom", "I sell tea");
        h.settle().await;
        h.latest(STAFF, "Tom asks to be let into “Sellers”.");
        h.latest(STAFF, "They say: “I sell tea”");
        h.latest(STAFF, "Nothing is known of them.");
        h.taps(STAFF, "Chen", "Let in").await;
        assert!(is_in(h, &tom));
        h.latest(STAFF, "They are in. (Chen)");
        assert!(h.button(STAFF, "Chen", "Let in").is_none(), "what is decided has no buttons");

        let eve = asks(h, "Eve", "");
        h.settle().await;
        h.taps(STAFF, "Chen", "Turn away").await;
        assert!(!is_in(h, &eve));
        h.latest(STAFF, "They were turned away. (Chen)");
        assert_eq!(h.open_actions().await, []);
    });
}

#[test]
fn a_known_merchants_contact_comes_in_at_once_but_not_with_a_ban() {
    story_about(&[About::JoinRequests], async |h| {
        h.staff("Chen", Role::Admin).await;
        let tom = h.merchant("Tom").await;
        let chat = h.chat(GROUP);
        crate::announcement::enrol(h, Tier::Heart, "Tom").await;
        h.world.leave(&tom, &chat).unwrap();
        h.world.set_asks(&chat, true).unwrap();
        h.world.ask_to_join(&tom, &chat, "").unwrap();
        h.settle().await;
        assert!(is_in(h, &tom));
        assert!(!h.transcript(STAFF).contains("Tom asks"), "nobody was asked");

        let other = h.group("Buyers", bot_core::directory::Purpose::Community).await;
        h.world.join(&tom, &other).unwrap();
        h.world.join(&h.user("Chen"), &other).unwrap();
        h.settle().await;
        h.says_in("Buyers", "Chen", "/ban @tom fake goods").await;
        h.pass("1m").await;
        h.world.leave(&tom, &chat).unwrap();
        h.world.ask_to_join(&tom, &chat, "let me in").unwrap();
        h.settle().await;
        assert!(!is_in(h, &tom));
        h.latest(STAFF, "Speaks for: Tom's shop");
        h.latest(STAFF, "A ban stands against them: C-1");
    });
}

#[test]
fn what_an_admin_decides_by_hand_shows_on_the_card() {
    story_about(&[About::JoinRequests, About::Edits], async |h| {
        h.staff("Chen", Role::Moderator).await;
        h.merchant("Ann").await;
        h.platform_admin("Ann").await;
        let tom = asks(h, "Tom", "tea");
        h.settle().await;
        h.world.answer_request(&h.user("Ann"), &h.chat(GROUP), &tom, true).unwrap();
        h.settle().await;
        h.latest(STAFF, "They are in.");

        let eve = asks(h, "Eve", "tea");
        h.settle().await;
        h.world.answer_request(&h.user("Ann"), &h.chat(GROUP), &eve, false).unwrap();
        h.taps(STAFF, "Chen", "Let in").await;
        assert!(!is_in(h, &eve));
        h.latest(STAFF, "The request is not there any more");
    });
}

#[test]
fn a_request_is_answered_once_across_crashes_and_lost_answers() {
    story_about(&[About::JoinRequests, About::Edits], async |h| {
        h.staff("Chen", Role::Moderator).await;
        let tom = asks(h, "Tom", "tea");
        h.settle().await;
        h.world.faults().add(Rule::new(Fault::TimeoutAfter).times(1).on("answer_join"));
        h.taps(STAFF, "Chen", "Let in").await;
        h.kill();
        h.start().await;
        h.pass("2m").await;
        assert!(is_in(h, &tom));
        h.latest(STAFF, "They are in. (Chen)");

        let eve = asks(h, "Eve", "tea");
        h.settle().await;
        let refused = Rule::new(Fault::Refuse { why: RejectionKind::MissingRight });
        h.world.faults().add(refused.times(1).on("answer_join"));
        h.taps(STAFF, "Chen", "Let in").await;
        h.latest(STAFF, "The request of Eve to join “Sellers” could not be answered");
        h.taps(STAFF, "Chen", "Let in").await;
        assert!(is_in(h, &eve), "it can be decided again");
    });
}
