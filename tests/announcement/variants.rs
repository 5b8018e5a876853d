//! Several texts are tested on a part of the audience, and the rest gets the one that did best.

use bot_core::features::FeatureConfig;
use bot_core::features::announcement::{
    self, AnnouncementConfig, Measure, NewAnnouncement, State, TestRule, Variants, dealt,
};
use bot_core::features::segment::Audience;
use bot_core::features::wording::Wording;
use bot_core::ids::AnnouncementNo;
use bot_core::roster::Role;
use bot_core::store::click::{self, Clicks};
use bot_core::store::delivery::{self, StoredCopy};
use bot_core::store::people::Tier;
use bot_core::store::{audit, chat};

use super::{FORM, drafted, merchants, stored};
use crate::harness::{About, STAFF, Stage, story, story_about, story_with_crashes};

const NAMES: [&str; 6] = ["Ann", "Ben", "Cai", "Dan", "Eve", "Fay"];
const SHARE: u8 = 70;

/// A house in which one copy of each text is enough.
async fn small(h: &mut Stage) {
    let announcements = AnnouncementConfig { test_least: 1, ..AnnouncementConfig::default() };
    h.starts_with(FeatureConfig { announcements, ..FeatureConfig::default() }).await;
}

/// The copies of an announcement.
async fn copies(h: &Stage, no: AnnouncementNo) -> Vec<StoredCopy> {
    let mut tx = h.hall().db.read().await.unwrap();
    delivery::page(&mut tx, &no.to_string(), None, "", 100).await.unwrap()
}

/// Which of the texts somebody has: `A`, `B`, both one after the other if it was sent twice; `-` for none.
fn has(h: &Stage, name: &str) -> String {
    let text = h.transcript(&format!("@{name}"));
    let found = ["First", "Second"].iter().zip(["A", "B"]);
    let found: String =
        found.map(|(word, letter)| letter.repeat(text.matches(&format!("{word}:")).count())).collect();
    if found.is_empty() { "-".into() } else { found }
}

/// Begins a test in which two at least have each text and somebody is left; by its number, which says who has what.
async fn tests(h: &mut Stage, names: &[&str], measure: Measure) -> AnnouncementNo {
    merchants(h, Tier::Crown, names).await;
    let olivia = h.staff("Olivia", Role::Ops).await;
    let mut work = h.hall().begin().await.unwrap();
    let mut people = Vec::new();
    for name in names {
        let tx = work.tx().await.unwrap();
        let user = chat::user_by_key(tx, h.world.account(), &h.user(name)).await.unwrap().unwrap();
        people.push(user.person.to_string());
    }
    let fits = |no: AnnouncementNo| {
        let dealt: Vec<_> = people.iter().map(|who| dealt(no, who, SHARE, 2)).collect();
        let count = |of| dealt.iter().filter(|one| **one == of).count();
        count(Some(0)) >= 2 && count(Some(1)) >= 2 && count(None) >= 1
    };
    let new = || NewAnnouncement {
        wording: Wording::typed(None, None, Some("First: https://a.example/")),
        audience: Some(Audience::all_people()),
        clicks: true,
        variants: Some(Variants::of(
            vec![Wording::typed(None, None, Some("Second: https://b.example/"))],
            TestRule { share: SHARE, measure, ..TestRule::default() },
        )),
        ..NewAnnouncement::default()
    };
    for _ in 0..100 {
        let one = announcement::create(&mut work, new(), &olivia).await.unwrap();
        if fits(one.no) {
            let at_ms = work.now_ms + 60_000;
            announcement::schedule(&mut work, one.no, at_ms, &olivia).await.unwrap();
            work.commit().await.unwrap();
            return one.no;
        }
    }
    panic!("no number deals them as it should");
}

/// Whoever has this text opens its link.
async fn opens(h: &Stage, no: AnnouncementNo, variant: i64) {
    let all = copies(h, no).await;
    let click = |copy: &StoredCopy| Clicks {
        push: no.to_string(),
        recipient: copy.recipient.clone(),
        n: 1,
        clicks: 1,
        first_ms: 1,
        last_ms: 1,
    };
    let all: Vec<Clicks> = all.iter().filter(|copy| copy.variant == Some(variant)).map(click).collect();
    let mut tx = h.hall().db.write().await.unwrap();
    click::add(&mut tx, &all).await.unwrap();
    tx.commit().await.unwrap();
}

/// What everybody was dealt, who waits for the winner as `winner`, against what they have.
async fn all_have(h: &Stage, no: AnnouncementNo, winner: &str) {
    for copy in copies(h, no).await {
        let wanted = match copy.variant {
            Some(0) => "A",
            Some(_) => "B",
            None => winner,
        };
        assert_eq!(has(h, &copy.name), wanted, "{}", copy.name);
    }
}

#[test]
fn the_rest_gets_the_text_whose_links_are_opened() {
    story(async |h| {
        small(h).await;
        let no = tests(h, &NAMES, Measure::Clicks).await;
        h.pass("2m").await;
        all_have(h, no, "-").await;
        assert_eq!(stored(h, no.0).await.state, State::Sending);
        opens(h, no, 1).await;
        h.says_in(STAFF, "Olivia", &*format!("/announce {no}")).await;
        let card = h.latest(STAFF, "for the end of the test").content.text.text;
        assert!(card.contains("A: 0 of ") && card.contains("The test ends at 2026-11-21 20:0"), "{card}");
        h.pass("230m").await;
        all_have(h, no, "-").await;
        h.pass("20m").await;
        all_have(h, no, "B").await;
        let over = h.latest(STAFF, &format!("{no}: the test is over, B goes to the rest")).content.text.text;
        assert!(over.contains("significantly higher than that of A"), "{over}");
        h.pass("1m").await;
        assert_eq!(stored(h, no.0).await.state, State::Sent);
        let mut tx = h.hall().db.read().await.unwrap();
        let acts = audit::of(&mut tx, &no.to_string()).await.unwrap();
        assert!(acts.iter().any(|act| act.act == "announcement.winner" && act.staff.is_none()), "{acts:?}");
    });
}

#[test]
fn the_rest_gets_the_text_that_is_reacted_to() {
    story_about(&[About::Doors], async |h| {
        small(h).await;
        let no = tests(h, &NAMES, Measure::Reactions).await;
        h.pass("2m").await;
        all_have(h, no, "-").await;
        for copy in copies(h, no).await.iter().filter(|copy| copy.variant == Some(1)) {
            let chat = format!("@{}", copy.name);
            let shown = h.latest(&chat, "Second:").key;
            h.reacts(&chat, &copy.name, &shown, &["❤"]).await;
        }
        h.says_in(STAFF, "Olivia", &*format!("/announce {no}")).await;
        let card = h.latest(STAFF, "for the end of the test").content.text.text;
        assert!(card.contains("by reactions") && card.contains("A: 0 of "), "{card}");
        h.pass("5h").await;
        all_have(h, no, "B").await;
        assert_eq!(stored(h, no.0).await.state, State::Sent);
    });
}

#[test]
fn wherever_the_program_is_killed_each_has_one_text_once_and_the_one_that_was_dealt() {
    // Who is dealt what goes by ids that differ from run to run; so does what staff read.
    story_with_crashes(&[], async |h| {
        small(h).await;
        let no = tests(h, &NAMES[..5], Measure::Clicks).await;
        h.pass("5m").await;
        opens(h, no, 1).await;
        h.pass("5h").await;
        let copies = copies(h, no).await;
        for copy in &copies {
            assert_eq!(
                copy.variant,
                dealt(no, &copy.recipient, SHARE, 2).and_then(|n| i64::try_from(n).ok())
            );
            let wanted = if copy.variant == Some(0) { "A" } else { "B" };
            let has = has(h, &copy.name);
            assert!(has == wanted || has == "-", "{} has {has}", copy.name);
            let is_sent = copy.state == bot_core::features::delivery::CopyState::Sent;
            assert!(has == wanted || !is_sent, "{} has nothing", copy.name);
        }
        assert!(copies.iter().all(|copy| copy.state.word() == "sent"), "{copies:?}");
        assert_eq!(stored(h, no.0).await.state, State::Sent);
        assert_eq!(stored(h, no.0).await.variants.unwrap().verdict.unwrap().winner, 1);
    });
}

#[test]
fn staff_choose_the_winner_before_the_time_is_over() {
    story_about(&[About::Buttons], async |h| {
        small(h).await;
        let no = tests(h, &NAMES, Measure::Clicks).await;
        h.pass("2m").await;
        h.says_in(STAFF, "Olivia", &*format!("/announce {no}")).await;
        h.taps(STAFF, "Olivia", "A wins").await;
        h.pass("1m").await;
        all_have(h, no, "A").await;
        h.latest(STAFF, "A was chosen by Olivia.");
        assert_eq!(stored(h, no.0).await.state, State::Sent);
        h.says_in(STAFF, "Olivia", &*format!("/announce winner {no} B")).await;
        h.latest(STAFF, "It is decided already: A goes to the rest.");
    });
}

#[test]
fn texts_are_written_tested_and_taken_away_in_the_chat() {
    story(async |h| {
        merchants(h, Tier::Crown, &["Ann"]).await;
        let mut answers = FORM;
        answers[2] = ("en", "First: https://a.example/");
        drafted(h, &answers).await;
        for (typed, said) in [
            ("rule A-1 30% 2h", "It has no variants."),
            ("winner A-1 B", "It has no variants."),
            ("winner A-1", "Say which text goes to the rest"),
            ("variant A-1 E", "/announce variant A-1 writes another text"),
        ] {
            h.says_in(STAFF, "Olivia", &*format!("/announce {typed}")).await;
            h.latest(STAFF, said);
        }
        h.says_in(STAFF, "Olivia", "/announce variant A-1").await;
        h.fills(STAFF, "Olivia", &[("title", "Fair"), ("en", "Second: https://b.example/")]).await;
        let card = h.latest(STAFF, "A, B are tested on 20% of the audience").content.text.text;
        assert!(card.contains("clicks are not counted") && card.contains("— B in English —"), "{card}");
        h.says_in(STAFF, "Olivia", "/announce clicks A-1").await;
        h.latest(STAFF, "Clicks are counted on: https://a.example/ https://b.example/");
        h.says_in(STAFF, "Olivia", "/announce rule A-1 30% receipts 90m").await;
        h.latest(STAFF, "A, B are tested on 30% of the audience, by “Got it”. 1 hour 30 minutes");
        h.says_in(STAFF, "Olivia", "/announce receipt A-1").await;
        let card = h.latest(STAFF, "Readers are asked to press").content.text.text;
        assert!(card.contains("fewer than 30 each"), "{card}");
        h.says_in(STAFF, "Olivia", "/announce test A-1").await;
        h.pass("1m").await;
        let test = h.transcript("@Olivia");
        for part in ["A-1, variant A:", "First:", "A-1, variant B:", "Second:"] {
            assert!(test.contains(part), "{part}: {test}");
        }
        for (typed, said) in [
            ("rule A-1 95%", "“95%” is no part of the audience."),
            ("repeat A-1 every mon 09:00", "What repeats has no variants"),
            ("schedule A-1 09:00 local", "goes out at one moment for all"),
            ("variant A-1 none C", "There is no variant C."),
            ("winner A-1 B", "That cannot be done: it is draft."),
        ] {
            h.says_in(STAFF, "Olivia", &*format!("/announce {typed}")).await;
            h.latest(STAFF, said);
        }
        h.says_in(STAFF, "Olivia", "/announce variant A-1 none").await;
        assert_eq!(stored(h, 1).await.variants, None);
        let mut tx = h.hall().db.read().await.unwrap();
        let acts = audit::of(&mut tx, "A-1").await.unwrap();
        assert!(acts.iter().any(|act| act.act == "announcement.variants"), "{acts:?}");
    });
}
