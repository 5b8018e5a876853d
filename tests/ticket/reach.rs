//! Where words do not get through: a private chat that is closed, an answer refused or of unknown end.

use bot_core::chat::RejectionKind;
use bot_core::roster::Role;
use bot_core::store::ticket::Delivery;
use guildhall_sandbox::{Fault, Rule};

use super::{holds, lacks, lin_and_ann, messages, reads_in_private, topic};
use crate::harness::{About, GROUP, STAFF, story, story_about};

#[test]
fn who_never_opened_the_private_chat_is_shown_the_way_and_gets_all_that_waited() {
    story_about(&[About::Doors], async |h| {
        h.merchant("Lin").await;
        h.merchant("Mei").await;
        h.staff("Ann", Role::Support).await;
        h.says("Lin", "/ticket my payout failed").await;
        h.reads(
            GROUP,
            "
            * Lin joined
            * Mei joined
            * Ann joined
            Lin: /ticket my payout failed
            Guildhall ↩ “/ticket my payout failed”: Lin, we'll go on in private. [Open the private chat]
            ",
        );
        h.says_in_thread(STAFF, "T-1", "Ann", "Which shop?").await;
        h.says_in_thread(STAFF, "T-1", "Ann", "And since when?").await;
        let waits = "This waits until Lin opens the private chat. It is sent as soon as they do.";
        assert_eq!(h.transcript(STAFF).matches(waits).count(), 1, "{}", h.transcript(STAFF));
        assert_eq!(messages(h, 1).await[1].delivery, Delivery::Held);

        h.taps(GROUP, "Mei", "Open the private chat").await;
        reads_in_private(
            h,
            "Mei",
            "
            * the private chat was opened
            Guildhall: That button is for somebody else. If you need support, send /ticket.
            ",
        );
        h.taps(GROUP, "Lin", "Open the private chat").await;
        reads_in_private(h, "Lin",
            "
            * the private chat was opened
            Guildhall: Your ticket T-1 is open: “my payout failed”. Everything you write here goes to support and to nobody else. /close ends it.
            Guildhall: Support: Which shop?
            Guildhall: Support: And since when?
            ",
        );
        holds(&topic(h), "Lin opened the private chat. 3 messages that waited are on their way.");
        h.taps(GROUP, "Lin", "Open the private chat").await;
        holds(&h.transcript("@Lin"), "Your ticket T-1 is open. Write here");
        assert!(messages(h, 1).await.iter().all(|one| one.delivery == Delivery::Sent));
    });
}

#[test]
fn who_blocks_the_bot_midway_is_shown_the_way_back_once() {
    story_about(&[About::Edits], async |h| {
        lin_and_ann(h).await;
        let asked = h.says("Lin", "My payout failed").await;
        h.replies(GROUP, "Ann", &asked, "/ticket").await;
        lacks(&h.transcript(GROUP), "[Open the private chat]");
        // The news of the block is lost: the bot learns of it by being refused.
        h.world
            .faults()
            .add(Rule::new(Fault::Refuse { why: RejectionKind::Blocked }).times(2).within(&h.chat("@Lin")));
        h.says_in_thread(STAFF, "T-1", "Ann", "one").await;
        h.says_in_thread(STAFF, "T-1", "Ann", "two").await;
        h.world.faults().clear();
        let group = h.transcript(GROUP);
        assert_eq!(group.matches("[Open the private chat] (edited)").count(), 1, "{group}");
        assert_eq!(group.matches("we'll go on in private").count(), 1, "{group}");
        assert_eq!(topic(h).matches("This waits until Lin opens").count(), 1);
        h.taps(GROUP, "Lin", "Open the private chat").await;
        let lin = h.transcript("@Lin");
        let (one, two) = (lin.find("Support: one").unwrap(), lin.find("Support: two").unwrap());
        assert!(one < two, "{lin}");
    });
}

#[test]
fn an_answer_of_unknown_end_is_shown_and_sent_again_by_its_agent_only() {
    story_about(&[About::Edits, About::Doubt], async |h| {
        lin_and_ann(h).await;
        h.staff("Mo", Role::Moderator).await;
        h.says_in("@Lin", "Lin", "/ticket payout").await;
        h.world.faults().add(Rule::new(Fault::TimeoutBefore).times(1).within(&h.chat("@Lin")));
        h.says_in_thread(STAFF, "T-1", "Ann", "We pay again").await;
        h.pass("10m").await;
        lacks(&h.transcript("@Lin"), "We pay again");
        holds(
            &topic(h),
            "“We pay again” went out to Lin, and no answer came. It may or may not have arrived. [Send again]",
        );
        h.taps(STAFF, "Mo", "Send again").await;
        lacks(&h.transcript("@Lin"), "We pay again");
        h.taps(STAFF, "Ann", "Send again").await;
        assert_eq!(h.transcript("@Lin").matches("Support: We pay again").count(), 1);
        holds(&topic(h), "Ann sent “We pay again” again. (edited)");
        lacks(&topic(h), "[Send again]");
        assert_eq!(h.open_actions().await, []);
    });
}

#[test]
fn a_refused_answer_is_shown_with_the_reason_and_can_be_sent_again() {
    story_about(&[About::Edits], async |h| {
        lin_and_ann(h).await;
        h.says_in("@Lin", "Lin", "/ticket payout").await;
        h.world.faults().add(
            Rule::new(Fault::Refuse { why: RejectionKind::BadContent }).times(1).within(&h.chat("@Lin")),
        );
        let said = h.says_in_thread(STAFF, "T-1", "Ann", "We pay agian").await;
        holds(&topic(h), "“We pay agian” was not delivered to Lin");
        h.edits(STAFF, "Ann", &said, "We pay again").await;
        h.taps(STAFF, "Ann", "Send again").await;
        holds(&h.transcript("@Lin"), "Support: We pay again");
        lacks(&h.transcript("@Lin"), "agian");
    });
}

#[test]
fn what_may_not_have_reached_the_topic_is_shown_there_too() {
    story_about(&[About::Doubt], async |h| {
        lin_and_ann(h).await;
        h.says_in("@Lin", "Lin", "/ticket payout").await;
        h.world.faults().add(Rule::new(Fault::TimeoutBefore).times(1).within(&h.chat(STAFF)));
        h.says_in("@Lin", "Lin", "It says E42").await;
        h.pass("1m").await;
        holds(&topic(h), "A message from Lin may or may not have arrived here. [Send again]");
        h.taps(STAFF, "Ann", "Send again").await;
        assert_eq!(topic(h).matches("Lin: It says E42").count(), 1);
    });
}

#[test]
fn who_is_gone_is_not_waited_for() {
    story(async |h| {
        lin_and_ann(h).await;
        h.says_in("@Lin", "Lin", "/ticket payout").await;
        h.world.deactivate(&h.user("Lin")).unwrap();
        h.says_in_thread(STAFF, "T-1", "Ann", "one").await;
        h.says_in_thread(STAFF, "T-1", "Ann", "two").await;
        holds(&topic(h), "Lin's account is gone. What you write can't be delivered.");
        assert!(messages(h, 1).await.iter().skip(1).all(|one| one.delivery == Delivery::Rejected));
    });
}

#[test]
fn where_the_group_cannot_be_told_the_agent_reads_it() {
    story(async |h| {
        lin_and_ann(h).await;
        let asked = h.says("Lin", "My payout failed").await;
        h.world.faults().add(
            Rule::new(Fault::Refuse { why: RejectionKind::MissingRight }).times(1).within(&h.chat(GROUP)),
        );
        h.replies(GROUP, "Ann", &asked, "/ticket").await;
        holds(&topic(h), "Lin could not be told in the group");
        holds(&h.transcript("@Lin"), "Your ticket T-1 is open");
    });
}
