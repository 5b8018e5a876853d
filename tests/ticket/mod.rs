//! Tickets: out of the group, through the private chat and the staff chat's topic, and back.

#![expect(clippy::unwrap_used, reason = "a story that cannot be told has failed")]

mod desk;
mod files;
mod people;
mod reach;
mod topic;

use bot_core::directory::Purpose;
use bot_core::ids::{StaffId, TicketNo};
use bot_core::roster::Role;
use bot_core::store::ticket::{TicketMessage, TicketState};
use bot_core::store::{audit, chat, ticket};

use crate::harness::{About, GROUP, STAFF, Stage, story, story_about, story_with_crashes};

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
    let stored = chat::by_key(tx, h.world.account(), &h.key_of(title)).await.unwrap().unwrap();
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
    // A group takes 20 messages a minute on Telegram.
    h.pass("1m").await;
}

#[test]
fn a_question_becomes_a_ticket_that_is_answered_closed_and_reopened() {
    story_about(&[About::Topics, About::Edits], async |h| {
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
fn a_ticket_ends_the_same_wherever_the_program_is_killed() {
    story_with_crashes(&[GROUP, "@Lin", STAFF], async |h| {
        h.merchant("Lin").await;
        h.staff("Ann", Role::Support).await;
        h.says("Lin", "/ticket payout").await;
        h.pass("5s").await;
        h.says_in_thread(STAFF, "T-1", "Ann", "Which shop?").await;
        h.pass("5s").await;
        if h.kind().has(About::Doors) {
            h.taps(GROUP, "Lin", "Open the private chat").await;
            h.pass("5s").await;
        }
        let said = h.says_in("@Lin", "Lin", "The blue one").await;
        h.pass("5s").await;
        if h.kind().has(About::Edits) {
            h.edits("@Lin", "Lin", &said, "The red one").await;
            h.pass("5s").await;
        }
        h.says_in_thread(STAFF, "T-1", "Ann", "/close done").await;
        h.pass("5s").await;
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
        // Some platforms give everybody a handle, which stands between.
        holds(&topic(h), "From 小林");
        holds(&topic(h), " in “Sellers”");
        if h.kind().has(About::Topics) {
            holds(&topic(h), "thread “T-1 小林 · 提现失败” opened");
        }
    });
}
