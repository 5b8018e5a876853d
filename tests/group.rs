//! What chats are for, and the bot's coming and going.

use bot_core::chat::{MemberRole, Right};
use bot_core::directory::Purpose;
use bot_core::roster::Role;

use crate::harness::{About, GROUP, STAFF, Stage, story, story_about};

const ALL_RIGHTS: [Right; 5] =
    [Right::Write, Right::DeleteMessages, Right::RestrictMembers, Right::PinMessages, Right::ManageThreads];

/// A group owned by somebody, who takes the bot out of it and adds it again.
async fn added_by(h: &mut Stage, title: &str, owner: &str) {
    let chat = h.group(title, Purpose::Idle).await;
    h.world.join(&h.user(owner), &chat).unwrap();
    h.world.set_role(&chat, &h.user(owner), MemberRole::Owner).unwrap();
    h.world.set_bot_rights(&chat, None).unwrap();
    h.settle().await;
    h.world.set_bot_rights(&chat, Some(&ALL_RIGHTS)).unwrap();
    h.settle().await;
}

#[test]
fn an_admin_who_adds_the_bot_is_told_in_private_and_switches_the_group_on() {
    story(async |h| {
        h.staff("Gu", Role::Admin).await;
        h.merchant("Lin").await;
        h.opens_direct("Gu").await;
        added_by(h, "Tea", "Gu").await;
        h.latest("@Gu", "I was added to “Tea” and do nothing there yet.");
        assert_eq!(h.transcript("Tea").matches("Guildhall:").count(), 0, "{}", h.transcript("Tea"));

        h.world.join(&h.user("Lin"), &h.chat("Tea")).unwrap();
        h.says_in("Tea", "Lin", "/help").await;
        assert_eq!(h.transcript("Tea").matches("Guildhall:").count(), 0, "an idle chat hears only staff");
        h.says_in("Tea", "Gu", "/group community zh").await;
        h.says_in("Tea", "Lin", "/help").await;
        assert!(h.transcript("Tea").contains("您在这里可以使用"), "{}", h.transcript("Tea"));
    });
}

#[test]
fn a_stranger_who_adds_the_bot_is_told_nothing() {
    story(async |h| {
        h.merchant("Eve").await;
        h.opens_direct("Eve").await;
        let before = h.transcript("@Eve");
        added_by(h, "Spam", "Eve").await;
        h.says_in("Spam", "Eve", "/group community").await;
        assert_eq!(h.transcript("@Eve"), before);
        assert_eq!(h.transcript("Spam").matches("Guildhall:").count(), 0, "{}", h.transcript("Spam"));
    });
}

#[test]
fn the_staff_chat_hears_that_the_bot_was_removed_and_the_group_is_served_again_afterwards() {
    story_about(&[About::SingleRights], async |h| {
        h.merchant("Lin").await;
        h.world.set_bot_rights(&h.chat(GROUP), None).unwrap();
        h.settle().await;
        h.latest(STAFF, "I was removed from “Sellers”");
        h.world.set_bot_rights(&h.chat(GROUP), Some(&ALL_RIGHTS)).unwrap();
        h.settle().await;
        h.says("Lin", "/help").await;
        assert!(h.transcript(GROUP).contains("Here you can use:"), "{}", h.transcript(GROUP));
    });
}

#[test]
fn missing_rights_are_told_and_a_second_staff_chat_is_refused() {
    story_about(&[About::SingleRights], async |h| {
        h.staff("Gu", Role::Admin).await;
        h.world.set_bot_rights(&h.chat(GROUP), Some(&[Right::Write])).unwrap();
        h.settle().await;
        h.says("Gu", "/group").await;
        let said = h.latest(GROUP, "This chat is a community group").content.text.text;
        let lacks: Vec<&str> = said.lines().filter(|line| line.starts_with("I lack")).collect();
        assert_eq!(
            lacks,
            [
                "I lack the right to delete messages here.",
                "I lack the right to mute and ban members here.",
                "I lack the right to pin messages here.",
            ]
        );
        h.says("Gu", "/group staff").await;
        h.latest(GROUP, "“Staff room” is the staff chat already.");
    });
}
