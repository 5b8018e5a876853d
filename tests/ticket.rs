//! Tickets: out of the group, through the private chat and the staff chat's topic, and back.

#![expect(clippy::unwrap_used, reason = "a story that cannot be told has failed")]

use bot_core::chat::{Content, ForwardOrigin, RejectionKind};
use bot_core::directory::Purpose;
use bot_core::features::ticket::{self as tickets, NewTicket};
use bot_core::ids::{StaffId, TicketNo};
use bot_core::roster::Role;
use bot_core::store::ticket::{Delivery, MessageKind, TicketMessage, TicketState};
use bot_core::store::{audit, chat, ticket};
use guildhall_sandbox::{Fault, Post, Profile, Rule};

use crate::harness::{GROUP, STAFF, Stage, story, story_with_crashes, with_profile};

/// What the staff chat reads like, without the titles of topics, which change.
fn topic(h: &Stage) -> String {
    let lines = h.transcript(STAFF);
    lines.lines().map(|line| line.split_once("Guildhall: ").map_or(line, |(_, said)| said)).fold(
        String::new(),
        |mut all, line| {
            all.push_str(line.trim_start());
            all.push('\n');
            all
        },
    )
}

/// A private chat without the greeting, which is another feature's.
fn private(h: &Stage, name: &str) -> String {
    let said = h.transcript(&format!("@{name}"));
    match (said.find("Guildhall: Hello"), said.find("explains one of them.\n")) {
        (Some(start), Some(end)) => said[..start].to_owned() + &said[end + "explains one of them.\n".len()..],
        _ => said,
    }
}

#[track_caller]
fn reads_in_private(h: &Stage, name: &str, expected: &str) {
    let expected: Vec<&str> = expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(private(h, name).trim_end(), expected.join("\n"), "left is what {name} read");
}

#[track_caller]
fn holds(text: &str, part: &str) {
    assert!(text.contains(part), "“{part}” is missing in:\n{text}");
}

#[track_caller]
fn lacks(text: &str, part: &str) {
    assert!(!text.contains(part), "“{part}” must not stand in:\n{text}");
}

async fn messages(h: &Stage, no: i64) -> Vec<TicketMessage> {
    ticket::messages(&mut h.hall().db.read().await.unwrap(), TicketNo(no), None, 100).await.unwrap()
}

async fn state(h: &Stage, no: i64) -> TicketState {
    ticket::get(&mut h.hall().db.read().await.unwrap(), TicketNo(no)).await.unwrap().unwrap().state
}

async fn set_purpose(h: &Stage, title: &str, purpose: Purpose) {
    let hall = h.hall();
    let mut work = hall.begin().await.unwrap();
    let tx = work.tx().await.unwrap();
    let stored = chat::by_key(tx, h.world.account(), &h.chat(title)).await.unwrap().unwrap();
    chat::set_purpose(tx, &stored.id, purpose, None).await.unwrap();
    work.commit().await.unwrap();
    hall.directory.forget_all();
}

/// Lin, whose private chat is open, and Ann of support.
async fn lin_and_ann(h: &mut Stage) -> StaffId {
    h.merchant("Lin").await;
    h.opens_direct("Lin").await;
    h.staff("Ann", Role::Support).await
}

/// A ticket's whole life: asked, answered, noted, waited for, closed, reopened.
async fn payout_story(h: &mut Stage) {
    lin_and_ann(h).await;
    let asked = h.says("Lin", "My payout failed twice").await;
    h.replies(GROUP, "Ann", &asked, "/ticket").await;
    h.says_in("@Lin", "Lin", "It says E42").await;
    h.says_in_thread(STAFF, "T-1", "Ann", "I look into it").await;
    h.says_in_thread(STAFF, "T-1", "Ann", "// finance knows E42").await;
    h.says_in_thread(STAFF, "T-1", "Ann", "/note ask again on Monday").await;
    h.says_in_thread(STAFF, "T-1", "Ann", "/waiting").await;
    h.says_in("@Lin", "Lin", "And now?").await;
    h.says_in_thread(STAFF, "T-1", "Ann", "/close payout sent again").await;
    h.taps("@Lin", "Lin", "Reopen").await;
    h.says_in("@Lin", "Lin", "It failed again").await;
    h.pass("1s").await;
}

#[test]
fn a_question_becomes_a_ticket_that_is_answered_closed_and_reopened() {
    story(async |h| {
        payout_story(h).await;
        h.reads(
            GROUP,
            "
            * Lin joined
            * Ann joined
            Lin: My payout failed twice
            Ann ↩ “My payout failed twice”: /ticket
            Guildhall ↩ “My payout failed twice”: Lin, we'll go on in private.
            ",
        );
        reads_in_private(h, "Lin",
            "
            * the private chat was opened
            Guildhall: Your ticket T-1 is open: “My payout failed twice”. Everything you write here goes to support and to nobody else. /close ends it.
            Lin: It says E42
            Guildhall: Support: I look into it
            Lin: And now?
            Guildhall: T-1 is closed: payout sent again [Reopen]
            Guildhall: T-1 is open again. Write here, and support will read it.
            Lin: It failed again
            ",
        );
        let topic = topic(h);
        for part in [
            "thread “T-1 Lin · My payout failed twice” opened",
            "From Lin (@lin) in “Sellers”\nAgent: Ann\nMy payout failed twice [Claim] [Close] (edited)",
            "Lin: It says E42",
            "Ann took T-1.",
            "Noted. Lin doesn't see it.",
            "Ann set T-1 to wait for Lin.",
            "Lin: And now?",
            "Ann closed T-1: payout sent again",
            "Lin reopened T-1.",
            "Lin: It failed again",
            "thread “↻ T-1 Lin · My payout failed twice” renamed",
        ] {
            holds(&topic, part);
        }
        assert_eq!(state(h, 1).await, TicketState::Reopened);
    });
}

#[test]
fn everything_done_with_a_ticket_leaves_its_trace() {
    story(async |h| {
        payout_story(h).await;
        let mut tx = h.hall().db.read().await.unwrap();
        let kinds: Vec<String> =
            ticket::events(&mut tx, TicketNo(1)).await.unwrap().into_iter().map(|event| event.kind).collect();
        let expected =
            ["opened", "claimed", "reply", "note", "note", "waiting", "answered", "closed", "reopened"];
        assert_eq!(kinds, expected);
        let acts: Vec<String> =
            audit::of(&mut tx, "T-1").await.unwrap().into_iter().map(|act| act.act).collect();
        assert_eq!(
            acts,
            [
                "ticket.opened",
                "ticket.claimed",
                "ticket.reply",
                "ticket.note",
                "ticket.note",
                "ticket.waiting",
                "ticket.closed"
            ]
        );
    });
}

#[test]
fn edits_deletes_and_replies_reach_the_other_side() {
    story(async |h| {
        lin_and_ann(h).await;
        h.says_in("@Lin", "Lin", "/ticket payout").await;
        let question = h.says_in("@Lin", "Lin", "It says E24").await;
        h.edits("@Lin", "Lin", &question, "It says E42").await;
        let shown = h.latest(STAFF, "It says E42");
        assert_eq!((shown.content.text.text.as_str(), shown.edited), ("Lin: It says E42", true));

        let answer = h.replies(STAFF, "Ann", &shown.key, "We pay again").await;
        let copy = h.latest("@Lin", "We pay again");
        assert_eq!(copy.reply_to, Some(question.clone()), "the answer points at the question");
        h.edits(STAFF, "Ann", &answer, "We pay again today").await;
        assert_eq!(h.message("@Lin", &copy.key).content.text.text, "Support: We pay again today");

        h.replies("@Lin", "Lin", &copy.key, "thanks").await;
        assert_eq!(h.latest(STAFF, "Lin: thanks").reply_to, Some(answer.clone()));

        h.deletes(STAFF, "Ann", &answer).await;
        assert!(h.message("@Lin", &copy.key).deleted);
        h.deletes("@Lin", "Lin", &question).await;
        assert!(h.message(STAFF, &shown.key).deleted);

        let note = h.says_in_thread(STAFF, "T-1", "Ann", "// a note").await;
        h.edits(STAFF, "Ann", &note, "not a note any more").await;
        lacks(&h.transcript("@Lin"), "note");
        let kept = messages(h, 1).await;
        assert!(kept.iter().any(|one| one.kind == MessageKind::Merchant && one.deleted_at_ms.is_some()));
    });
}

#[test]
fn files_go_both_ways() {
    story(async |h| {
        lin_and_ann(h).await;
        h.says_in("@Lin", "Lin", "/ticket a picture").await;
        let file = h.world.upload("bill.txt", b"7 yuan").unwrap();
        h.says_in("@Lin", "Lin", Post::text("my bill").with_file(file.clone())).await;
        assert_eq!(h.latest(STAFF, "Lin: my bill").content.attachments[0].name, "bill.txt");
        let shown = h.latest(STAFF, "Lin: my bill");
        let post = Post::default().with_file(file).in_thread(&shown.thread.unwrap());
        h.says_in(STAFF, "Ann", post).await;
        let got = h.latest("@Lin", "Support");
        assert_eq!((got.content.attachments.len(), got.content.text.text.as_str()), (1, "Support"));
    });
}

#[test]
fn who_never_opened_the_private_chat_is_shown_the_way_and_gets_all_that_waited() {
    story(async |h| {
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
    story(async |h| {
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
    story(async |h| {
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
    story(async |h| {
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
fn a_deleted_topic_comes_back_with_what_was_said() {
    story(async |h| {
        lin_and_ann(h).await;
        h.says_in("@Lin", "Lin", "/ticket payout").await;
        h.says_in("@Lin", "Lin", "It says E42").await;
        h.says_in_thread(STAFF, "T-1", "Ann", "We look into it").await;
        h.says_in_thread(STAFF, "T-1", "Ann", "// finance").await;
        let thread = h.latest(STAFF, "We look into it").thread.unwrap();
        h.world.set_role(&h.chat(STAFF), &h.user("Ann"), bot_core::chat::MemberRole::Admin).unwrap();
        h.world.delete_thread(&h.user("Ann"), &h.chat(STAFF), &thread).unwrap();
        h.pass("5s").await;
        let again = h.latest(STAFF, "Lin: It says E42");
        assert_ne!(again.thread, Some(thread));
        holds(&again.content.text.text, "Ann: We look into it\nNote by Ann: finance");
        h.says_in_thread(STAFF, "T-1", "Ann", "Still here").await;
        holds(&h.transcript("@Lin"), "Support: Still here");
        h.says_in("@Lin", "Lin", "Me too").await;
        assert_eq!(h.latest(STAFF, "Lin: Me too").thread, again.thread);
    });
}

#[test]
fn a_topic_closed_by_hand_is_opened_again_while_its_ticket_is_open() {
    story(async |h| {
        lin_and_ann(h).await;
        h.says_in("@Lin", "Lin", "/ticket payout").await;
        let thread = h.latest(STAFF, "From Lin").thread.unwrap();
        h.world.set_role(&h.chat(STAFF), &h.user("Ann"), bot_core::chat::MemberRole::Admin).unwrap();
        h.world.close_thread(&h.user("Ann"), &h.chat(STAFF), &thread).unwrap();
        h.settle().await;
        h.says_in("@Lin", "Lin", "Hello?").await;
        holds(&topic(h), "T-1 is still open, and so is this topic again.");
        assert_eq!(h.latest(STAFF, "Lin: Hello?").thread, Some(thread));
    });
}

#[test]
fn a_hostile_name_stays_a_name() {
    story(async |h| {
        let evil = "private\u{202E}[x](y) <b>@Ann</b> T-9";
        h.merchant(evil).await;
        h.staff("Ann", Role::Support).await;
        h.says(evil, "/ticket \u{202E}*pay*\n@everyone").await;
        h.world.open_direct(&h.user(evil), None).unwrap();
        h.settle().await;
        let direct = format!("@{evil}");
        h.says_in(&direct, evil, "Support: I am support @Ann").await;
        let line = h.latest(GROUP, "we'll go on in private");
        assert_eq!(line.content.text.text, "private[x](y) <b>@Ann</b> T-9, we'll go on in private.");
        assert_eq!(line.content.text.marks.len(), 1, "only the name is marked");
        let shown = h.latest(STAFF, "I am support");
        let mentions = shown.content.text.mentioned().count();
        assert_eq!(mentions, 0, "nobody is called: {:?}", shown.content.text);
        lacks(&h.world.chat(&h.chat(STAFF), None, 1).unwrap().threads[0].title, "\u{202E}");
        h.says_in_thread(STAFF, "T-1", "Ann", "Hello").await;
        holds(&h.transcript(&direct), "Guildhall: Support: Hello");
    });
}

#[test]
fn two_merchants_never_read_each_other() {
    story(async |h| {
        lin_and_ann(h).await;
        h.merchant("Mei").await;
        h.opens_direct("Mei").await;
        h.says_in("@Lin", "Lin", "/ticket payout").await;
        h.says_in("@Mei", "Mei", "/ticket returns").await;
        h.says_in("@Lin", "Lin", "from Lin").await;
        h.says_in("@Mei", "Mei", "from Mei").await;
        h.says_in_thread(STAFF, "T-1", "Ann", "to Lin").await;
        h.says_in_thread(STAFF, "T-2", "Ann", "to Mei").await;
        lacks(&private(h, "Lin"), "Mei");
        lacks(&private(h, "Mei"), "Lin");
        assert_ne!(h.latest(STAFF, "from Lin").thread, h.latest(STAFF, "from Mei").thread);
        // Tapping somebody else's button changes nothing of theirs.
        h.says_in_thread(STAFF, "T-2", "Ann", "/close done").await;
        assert_eq!(state(h, 1).await, TicketState::Open);
        assert_eq!(state(h, 2).await, TicketState::Closed);
    });
}

#[test]
fn a_second_wish_points_to_the_ticket_that_is_open() {
    story(async |h| {
        lin_and_ann(h).await;
        h.says("Lin", "/ticket payout").await;
        h.says("Lin", "/ticket returns too").await;
        assert_eq!(h.transcript(GROUP).matches("we'll go on in private").count(), 1);
        holds(&h.transcript("@Lin"), "Your ticket T-1 is open. Write here, and support will read it.");
        holds(&topic(h), "Lin: returns too");
        lacks(&h.transcript(STAFF), "T-2");
    });
}

#[test]
fn who_writes_without_a_ticket_is_offered_one_once_an_hour_and_loses_no_word() {
    story(async |h| {
        lin_and_ann(h).await;
        // What is forwarded is nothing that the bot could answer by itself.
        let forwarded = |text: &str| Post {
            forwarded: Some(ForwardOrigin { name: "My bank".into(), user: None }),
            ..Post::text(text)
        };
        h.says_in("@Lin", "Lin", forwarded("Hello")).await;
        h.says_in("@Lin", "Lin", forwarded("My payout failed")).await;
        let offer = "I don't pass on what you write here unless you open a ticket. Shall I?";
        assert_eq!(h.transcript("@Lin").matches(offer).count(), 1);
        h.taps("@Lin", "Lin", "Open a ticket").await;
        let (hello, failed) = (h.latest(STAFF, "Lin: Hello"), h.latest(STAFF, "Lin: My payout failed"));
        assert!(hello.thread.is_some() && hello.thread == failed.thread);
        h.says_in("@Lin", "Lin", "/close").await;
        h.pass("2h").await;
        h.says_in("@Lin", "Lin", forwarded("Still there?")).await;
        assert_eq!(h.transcript("@Lin").matches(offer).count(), 2);
        h.taps("@Lin", "Lin", "Go on with T-1").await;
        assert_eq!(state(h, 1).await, TicketState::Reopened);
        h.says_in("@Lin", "Lin", "/close").await;
        // The old button takes along what was written since, but nothing that stood in a ticket already.
        h.taps("@Lin", "Lin", "Open a ticket").await;
        assert_eq!(topic(h).matches("Lin: Hello").count(), 1);
        assert_eq!(state(h, 2).await, TicketState::New);
        // Staff are not offered one.
        h.opens_direct("Ann").await;
        h.says_in("@Ann", "Ann", forwarded("Hello")).await;
        lacks(&h.transcript("@Ann"), "Shall I?");
    });
}

#[test]
fn a_ticket_has_one_agent_and_a_takeover_is_said_to_the_first() {
    story(async |h| {
        lin_and_ann(h).await;
        h.staff("Bo", Role::Support).await;
        h.staff("Mo", Role::Moderator).await;
        h.says_in("@Lin", "Lin", "/ticket payout").await;
        h.taps(STAFF, "Mo", "Claim").await;
        lacks(&topic(h), "Mo took");
        h.taps(STAFF, "Ann", "Claim").await;
        holds(&topic(h), "Ann took T-1.");
        h.says_in_thread(STAFF, "T-1", "Bo", "/claim").await;
        let line = h.latest(STAFF, "Bo took T-1 over from you.");
        assert_eq!(line.content.text.mentioned().collect::<Vec<_>>(), [&h.user("Ann")]);
        h.says_in(STAFF, "Bo", "/claim T-1").await;
        holds(&topic(h), "T-1 is yours already.");
        h.says_in_thread(STAFF, "T-1", "Mo", "I am no agent").await;
        holds(&topic(h), "Not passed on: only staff who are linked and may answer tickets");
        lacks(&h.transcript("@Lin"), "I am no agent");
        h.says_in_thread(STAFF, "T-1", "Ann", "/close").await;
        h.says_in_thread(STAFF, "T-1", "Ann", "too late").await;
        holds(&topic(h), "T-1 is closed. /reopen takes it up again.");
        lacks(&h.transcript("@Lin"), "too late");
        h.taps(STAFF, "Bo", "Reopen").await;
        holds(&h.transcript("@Lin"), "T-1 is open again.");
    });
}

#[test]
fn without_topics_a_reply_in_the_staff_chat_is_an_answer() {
    with_profile(&Profile { threads: false, ..Profile::sandbox() }, async |h| {
        lin_and_ann(h).await;
        h.says_in("@Lin", "Lin", "/ticket payout").await;
        h.says_in("@Lin", "Lin", "It says E42").await;
        let shown = h.latest(STAFF, "[T-1] Lin: It says E42");
        h.says_in(STAFF, "Ann", "nothing to do with it").await;
        h.replies(STAFF, "Ann", &shown.key, "We pay again").await;
        let head = h.latest(STAFF, "[T-1] T-1 · open");
        h.replies(STAFF, "Ann", &head.key, "Anything else?").await;
        h.replies(STAFF, "Ann", &head.key, "/close paid").await;
        reads_in_private(h, "Lin",
            "
            * the private chat was opened
            Lin: /ticket payout
            Guildhall: Your ticket T-1 is open: “payout”. Everything you write here goes to support and to nobody else. /close ends it.
            Lin: It says E42
            Guildhall ↩ “It says E42”: Support: We pay again
            Guildhall: Support: Anything else?
            Guildhall: T-1 is closed: paid [Reopen]
            ",
        );
    });
}

#[test]
fn a_platform_with_next_to_nothing_still_carries_a_ticket() {
    with_profile(&Profile::bare(), async |h| {
        lin_and_ann(h).await;
        h.says_in("@Lin", "Lin", "/ticket payout").await;
        let said = h.says_in("@Lin", "Lin", "It says E24").await;
        h.edits("@Lin", "Lin", &said, "It says E42").await;
        holds(&topic(h), "✎ [T-1] Lin: It says E42");
        let shown = h.latest(STAFF, "It says E24");
        h.replies(STAFF, "Ann", &shown.key, "We pay again").await;
        h.replies(STAFF, "Ann", &shown.key, "/close paid").await;
        holds(&h.transcript("@Lin"), "Support: We pay again");
        holds(&h.transcript("@Lin"), "T-1 is closed: paid");
    });
}

#[test]
fn where_no_topic_can_be_opened_the_ticket_goes_on_in_the_staff_chat() {
    story(async |h| {
        lin_and_ann(h).await;
        h.world
            .faults()
            .add(Rule::new(Fault::Refuse { why: RejectionKind::Other }).times(1).on("open_thread"));
        h.says_in("@Lin", "Lin", "/ticket payout").await;
        h.says_in("@Lin", "Lin", "It says E42").await;
        h.pass("5s").await;
        assert_eq!(topic(h).matches("Lin: It says E42").count(), 1, "{}", topic(h));
        let shown = h.latest(STAFF, "[T-1] ");
        h.replies(STAFF, "Ann", &shown.key, "We pay again").await;
        holds(&h.transcript("@Lin"), "Support: We pay again");
    });
}

#[test]
fn without_a_staff_chat_a_ticket_is_kept_and_shown_once_there_is_one() {
    story(async |h| {
        set_purpose(h, STAFF, Purpose::Idle).await;
        h.merchant("Lin").await;
        h.opens_direct("Lin").await;
        h.says_in("@Lin", "Lin", "/ticket payout").await;
        holds(
            &h.transcript("@Lin"),
            "Your ticket T-1 is kept. No support desk is connected here at the moment",
        );
        h.says_in("@Lin", "Lin", "It says E42").await;
        assert_eq!(messages(h, 1).await.last().unwrap().delivery, Delivery::Kept);
        set_purpose(h, STAFF, Purpose::Staff).await;
        h.says_in("@Lin", "Lin", "Anybody?").await;
        holds(&topic(h), "Lin: It says E42");
        holds(&topic(h), "Lin: Anybody?");
        assert_eq!(topic(h).matches("Anybody?").count(), 1);
    });
}

#[test]
fn the_console_answers_notes_and_closes_like_the_staff_chat() {
    story(async |h| {
        let ann = lin_and_ann(h).await;
        let mo = h.staff("Mo", Role::Moderator).await;
        let hall = h.hall();
        let mut work = hall.begin().await.unwrap();
        let account = h.world.account().clone();
        let user =
            chat::user_by_key(work.tx().await.unwrap(), &account, &h.user("Lin")).await.unwrap().unwrap();
        let new = NewTicket {
            user,
            by: Some(ann.clone()),
            from: None,
            subject: None,
            question: Some("payout failed".into()),
            lang: None,
        };
        let no = tickets::open(&mut work, new).await.unwrap().no();
        tickets::note_as_staff(&mut work, &ann, no, "called her").await.unwrap();
        tickets::set_public_name(&mut work, &ann, Some("Anna")).await.unwrap();
        tickets::reply_as_staff(&mut work, &ann, no, Content::text("We pay again")).await.unwrap();
        assert!(tickets::reply_as_staff(&mut work, &mo, no, Content::text("No right")).await.is_err());
        tickets::close(&mut work, &ann, no, Some("paid".into())).await.unwrap();
        assert!(tickets::reply_as_staff(&mut work, &ann, no, Content::text("too late")).await.is_err());
        work.commit().await.unwrap();
        h.pass("1s").await;
        reads_in_private(h, "Lin",
            "
            * the private chat was opened
            Guildhall: Your ticket T-1 is open: “payout failed”. Everything you write here goes to support and to nobody else. /close ends it.
            Guildhall: Anna: We pay again
            Guildhall: T-1 is closed: paid [Reopen]
            ",
        );
        let topic = topic(h);
        for part in ["Ann: // called her", "Ann: We pay again", "Ann closed T-1: paid"] {
            holds(&topic, part);
        }
    });
}

#[test]
fn everything_is_said_in_the_readers_language() {
    story(async |h| {
        h.merchant("小林").await;
        h.staff("Ann", Role::Support).await;
        h.world.open_direct(&h.user("小林"), None).unwrap();
        h.settle().await;
        h.says_in("@小林", "小林", "/language zh").await;
        h.says("小林", "/ticket 提现失败\n第二行").await;
        holds(&h.transcript(GROUP), "小林，我们私聊继续。");
        holds(&h.transcript("@小林"), "您的工单 T-1 已创建：“提现失败”。");
        h.says_in_thread(STAFF, "T-1", "Ann", "正在处理").await;
        holds(&h.transcript("@小林"), "Guildhall: 客服: 正在处理");
        holds(&topic(h), "From 小林 in “Sellers”");
        holds(&topic(h), "thread “T-1 小林 · 提现失败” opened");
    });
}

#[test]
fn what_may_not_have_reached_the_topic_is_shown_there_too() {
    story(async |h| {
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

#[test]
fn a_button_under_an_answer_is_its_askers_alone() {
    story(async |h| {
        lin_and_ann(h).await;
        h.merchant("Mei").await;
        let asked = h.says("Lin", "How do I pay out?").await;
        let hall = h.hall();
        let mut work = hall.begin().await.unwrap();
        let account = h.world.account().clone();
        let tx = work.tx().await.unwrap();
        let user = chat::user_by_key(tx, &account, &h.user("Lin")).await.unwrap().unwrap();
        let group = chat::by_key(tx, &account, &h.chat(GROUP)).await.unwrap().unwrap();
        let button = tickets::open_button(&group, Some(&asked), Some("Paying out"), &user);
        let button = work.button(button, "Not solved".into()).await.unwrap();
        work.say(bot_core::work::Place::chat(&group.id), Content::text("Like this.").with_row(vec![button]));
        work.commit().await.unwrap();
        h.settle().await;
        h.taps(GROUP, "Mei", "Not solved").await;
        assert!(!h.transcript(STAFF).contains("T-1"));
        h.taps(GROUP, "Lin", "Not solved").await;
        holds(&h.transcript(STAFF), "thread “T-1 Lin · Paying out” opened");
        holds(&topic(h), "How do I pay out? [Claim]");
        holds(&h.transcript(GROUP), "Guildhall ↩ “How do I pay out?”: Lin, we'll go on in private.");
        let line = h.latest(GROUP, "we'll go on in private");
        assert_eq!(line.content.text.text, "Lin, we'll go on in private.");
    });
}

#[test]
fn a_ticket_ends_the_same_wherever_the_program_is_killed() {
    story_with_crashes(&[GROUP, "@Lin", STAFF], async |h| {
        h.merchant("Lin").await;
        h.staff("Ann", Role::Support).await;
        h.says("Lin", "/ticket payout").await;
        h.pass("5s").await;
        h.says_in_thread(STAFF, "T-1", "Ann", "Which shop?").await;
        h.pass("5s").await;
        h.taps(GROUP, "Lin", "Open the private chat").await;
        h.pass("5s").await;
        let said = h.says_in("@Lin", "Lin", "The blue one").await;
        h.pass("5s").await;
        h.edits("@Lin", "Lin", &said, "The red one").await;
        h.pass("5s").await;
        h.says_in_thread(STAFF, "T-1", "Ann", "/close done").await;
        h.pass("5s").await;
    });
}
