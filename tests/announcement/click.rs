//! Links of an announcement are counted for each copy, lead where the text says and nowhere else.

use bot_core::features::announcement::{self, NewAnnouncement, read_link};
use bot_core::features::delivery::CopyState;
use bot_core::features::segment::Audience;
use bot_core::features::wording::Wording;
use bot_core::roster::Role;
use bot_core::store::click::{self, Clicks, Followed};
use bot_core::store::delivery;
use bot_core::store::people::Tier;

use super::{FORM, drafted, ledger, merchants};
use crate::harness::{About, GROUP, STAFF, Stage, story, story_about, story_with_crashes};

const FAIR: &str = "https://shop.example/fair?from=hall";

/// The links of ours in what a chat shows, in order, each once.
fn links(h: &Stage, chat: &str) -> Vec<String> {
    let text = h.transcript(chat);
    let mut all = Vec::new();
    for piece in text.split("https://hall.test/l/").skip(1) {
        let word: String = piece.chars().take_while(char::is_ascii_alphanumeric).collect();
        if !all.contains(&word) {
            all.push(word);
        }
    }
    all
}

/// Where a link leads, and in whose copy it stands.
async fn follow(h: &Stage, word: &str) -> Option<Followed> {
    let (token, n) = read_link(word)?;
    click::find(&mut h.hall().db.read().await.unwrap(), token, n).await.unwrap()
}

/// Somebody opens a link.
async fn open(h: &Stage, word: &str) -> String {
    let found = follow(h, word).await.unwrap();
    let (_, n) = read_link(word).unwrap();
    let now_ms = h.hall().now_ms();
    let Followed { push, recipient, url } = found;
    let one = Clicks { push, recipient, n, clicks: 1, first_ms: now_ms, last_ms: now_ms };
    let mut tx = h.hall().db.write().await.unwrap();
    click::add(&mut tx, &[one]).await.unwrap();
    tx.commit().await.unwrap();
    url
}

/// Names of those through whose copy a link was opened.
async fn opened(h: &Stage) -> Vec<String> {
    let mut tx = h.hall().db.read().await.unwrap();
    click::page(&mut tx, "A-1", "", 9).await.unwrap().into_iter().map(|one| one.name).collect()
}

fn form(english: &str) -> [(&str, &str); 5] {
    let mut answers = FORM;
    answers[2] = ("en", english);
    answers
}

#[test]
fn each_copy_has_links_of_its_own() {
    story(async |h| {
        merchants(h, Tier::Crown, &["Ann", "Ben"]).await;
        let text = format!("Sign up: {FAIR}. Rules: http://rules.example/a Again: {FAIR}");
        drafted(h, &form(&text)).await;
        h.says_in(STAFF, "Olivia", "/announce clicks A-1").await;
        let card = h.latest(STAFF, "Announcement A-1: draft").content.text.text;
        let said = format!("Clicks are counted on: {FAIR} http://rules.example/a");
        assert!(card.contains(&said), "{card}");

        h.says_in(STAFF, "Olivia", "/announce test A-1").await;
        h.pass("1m").await;
        let test = links(h, "@Olivia");
        assert_eq!(test.len(), 2, "{}", h.transcript("@Olivia"));
        assert_eq!(follow(h, &test[0]).await.unwrap().recipient, "", "a test is nobody's");

        h.taps(STAFF, "Olivia", "Send now").await;
        h.pass("1m").await;
        assert_eq!(ledger(h, 1).await, ["Ann sent", "Ben sent"]);
        let (ann, ben) = (links(h, "@Ann"), links(h, "@Ben"));
        assert_eq!(
            (ann.len(), ben.len()),
            (2, 2),
            "the same address is the same link: {}",
            h.transcript("@Ann")
        );
        assert!(!h.transcript("@Ann").contains("shop.example"), "{}", h.transcript("@Ann"));
        assert!(ann.iter().all(|link| !ben.contains(link) && !test.contains(link)));
        assert_eq!(open(h, &ann[0]).await, FAIR);
        assert_eq!(open(h, &ann[1]).await, "http://rules.example/a");
        assert_eq!(opened(h).await, ["Ann"]);
        for word in [format!("{}9", ann[0]), ann[0].replace(&ann[0][..3], "ZZZ"), String::new()] {
            assert_eq!(follow(h, &word).await, None, "{word}");
        }
        h.says_in(STAFF, "Olivia", "/announce A-1").await;
        h.latest(STAFF, "A link was opened through 1 recipient's copy (2 clicks).");
    });
}

#[test]
fn nothing_is_counted_unless_somebody_asked_for_it() {
    story(async |h| {
        merchants(h, Tier::Crown, &["Ann"]).await;
        drafted(h, &form(FAIR)).await;
        h.taps(STAFF, "Olivia", "Send now").await;
        h.pass("1m").await;
        assert!(
            h.transcript("@Ann").contains(FAIR) && links(h, "@Ann").is_empty(),
            "{}",
            h.transcript("@Ann")
        );
    });
}

#[test]
fn an_edit_keeps_the_links_of_a_copy_and_numbers_new_ones() {
    story_about(&[About::Edits], async |h| {
        merchants(h, Tier::Crown, &["Ann"]).await;
        drafted(h, &form(&format!("At {FAIR}"))).await;
        h.says_in(STAFF, "Olivia", "/announce clicks A-1").await;
        h.taps(STAFF, "Olivia", "Send now").await;
        h.pass("1m").await;
        let before = links(h, "@Ann");
        h.says_in(STAFF, "Olivia", "/announce edit A-1").await;
        let text = format!("First https://map.example/x then {FAIR}");
        h.fills(STAFF, "Olivia", &[("en", text.as_str())]).await;
        h.pass("1m").await;
        let after = links(h, "@Ann");
        assert_eq!(after.last(), before.last(), "{}", h.transcript("@Ann"));
        let map = follow(h, after.iter().find(|link| !before.contains(link)).unwrap()).await.unwrap();
        assert_eq!((map.url.as_str(), map.push.as_str()), ("https://map.example/x", "A-1"));
        assert_eq!(follow(h, &before[0]).await.unwrap().url, FAIR);
    });
}

#[test]
fn what_is_filled_in_is_no_link_of_ours() {
    story(async |h| {
        h.merchant("Ann").await;
        h.opens_direct("Ann").await;
        h.shop_of("Ann", "https://evil.example", Tier::Crown).await;
        drafted(h, &form(&format!("{{merchant}}: {FAIR} https://shop.example/?of={{contact}}"))).await;
        h.says_in(STAFF, "Olivia", "/announce clicks A-1").await;
        let card = h.latest(STAFF, "Announcement A-1: draft").content.text.text;
        assert!(card.contains("An address with a variable in it goes out as it is"), "{card}");
        h.taps(STAFF, "Olivia", "Send now").await;
        h.pass("1m").await;
        let got = h.transcript("@Ann");
        assert!(got.contains("https://evil.example: https://hall.test/l/"), "{got}");
        assert!(got.contains("https://shop.example/?of=Ann"), "{got}");
        assert_eq!(links(h, "@Ann").len(), 1);
        assert_eq!(open(h, &links(h, "@Ann")[0]).await, FAIR);
    });
}

#[test]
fn what_stood_in_a_draft_alone_is_reached_by_no_copy() {
    story(async |h| {
        merchants(h, Tier::Crown, &["Ann"]).await;
        drafted(h, &form("At https://draft.example/a https://draft.example/b")).await;
        h.says_in(STAFF, "Olivia", "/announce clicks A-1").await;
        h.says_in(STAFF, "Olivia", "/announce test A-1").await;
        h.pass("1m").await;
        let tested = links(h, "@Olivia");
        assert_eq!(follow(h, &tested[0]).await.unwrap().url, "https://draft.example/a");
        h.says_in(STAFF, "Olivia", "/announce edit A-1").await;
        h.fills(STAFF, "Olivia", &[("en", FAIR)]).await;
        h.says_in(STAFF, "Olivia", "/announce test A-1").await;
        h.pass("1m").await;
        assert_eq!(follow(h, links(h, "@Olivia").last().unwrap()).await.unwrap().url, FAIR);
        h.taps(STAFF, "Olivia", "Send now").await;
        h.pass("1m").await;
        let link = links(h, "@Ann").remove(0);
        assert_eq!(follow(h, &link).await.unwrap().url, FAIR);
        let (token, _) = read_link(&link).unwrap();
        for n in 2..5 {
            assert_eq!(follow(h, &format!("{token}{n}")).await, None, "{n}");
        }
        assert_eq!(follow(h, &tested[0]).await.unwrap().recipient, "", "an old test leads nowhere by itself");
    });
}

#[test]
fn a_group_is_counted_and_nobody_in_it_named() {
    story(async |h| {
        h.merchant("Ann").await;
        let name = h.world.profile().name;
        let audience = format!("all groups platform {name}");
        let mut answers = form(FAIR);
        answers[1] = ("zh", FAIR);
        answers[3] = ("audience", &audience);
        drafted(h, &answers).await;
        h.says_in(STAFF, "Olivia", "/announce clicks A-1").await;
        h.taps(STAFF, "Olivia", "Send now").await;
        h.pass("1m").await;
        let link = links(h, GROUP).remove(0);
        for _ in 0..3 {
            assert_eq!(open(h, &link).await, FAIR);
        }
        assert_eq!(opened(h).await, ["Sellers"]);
        h.says_in(STAFF, "Olivia", "/announce A-1").await;
        h.latest(STAFF, "3 clicks on its links in 1 group.");
    });
}

#[test]
fn links_lead_on_wherever_the_program_was_killed() {
    // What the copies read differs from run to run by their links; each has to stand once and lead on.
    story_with_crashes(&[STAFF], async |h| {
        merchants(h, Tier::Crown, &["Ann", "Ben"]).await;
        let olivia = h.staff("Olivia", Role::Ops).await;
        let mut work = h.hall().begin().await.unwrap();
        let new = NewAnnouncement {
            wording: Wording::typed(Some("Fair"), None, Some(FAIR)),
            audience: Some(Audience::all_people()),
            clicks: true,
            ..NewAnnouncement::default()
        };
        let one = announcement::create(&mut work, new, &olivia).await.unwrap();
        let at_ms = work.now_ms + 60_000;
        announcement::schedule(&mut work, one.no, at_ms, &olivia).await.unwrap();
        work.commit().await.unwrap();
        h.pass("5m").await;
        let copies = {
            let mut tx = h.hall().db.read().await.unwrap();
            delivery::page(&mut tx, "A-1", None, "", 9).await.unwrap()
        };
        for copy in copies.iter().filter(|copy| copy.state == CopyState::Sent) {
            let links = links(h, &format!("@{}", copy.name));
            assert_eq!(links.len(), 1, "{links:?}");
            let found = follow(h, &links[0]).await.unwrap();
            assert_eq!((found.recipient, found.url.as_str()), (copy.recipient.clone(), FAIR));
        }
    });
}
