//! An announcement from the form to the ledger, on a platform that loses, refuses and does not answer.

mod approval;
mod button;
mod click;
mod enough;
mod expiry;
mod filled;
mod going;
mod hours;
mod reaction;
mod receipt;
mod series;
mod variants;

use bot_core::chat::RetryScope;
use bot_core::directory::Purpose;
use bot_core::features::announcement::{self, Announcement, NewAnnouncement, State};
use bot_core::features::delivery::CopyState;
use bot_core::features::segment::Audience;
use bot_core::features::wording::Wording;
use bot_core::ids::AnnouncementNo;
use bot_core::roster::Role;
use bot_core::store::people::Tier;
use bot_core::store::{announcement as store, audit, chat, delivery};
use guildhall_sandbox::{Fault, Profile, Rule};

use crate::harness::{About, GROUP, STAFF, Stage, story, story_about, with_profile};

const FORM: [(&str, &str); 5] = [
    ("title", "焕新市集 | New Season Fair"),
    ("zh", "开始报名啦"),
    ("en", "Sign-up is open"),
    ("audience", "tier crown"),
    ("when", "now"),
];

/// Merchants of a tier with one person each, who opened their private chat with the bot.
pub async fn merchants(h: &mut Stage, tier: Tier, names: &[&str]) {
    for name in names {
        h.merchant(name).await;
        h.opens_direct(name).await;
        enrol(h, tier, name).await;
    }
}

/// Makes somebody the contact of a shop of their own.
pub async fn enrol(h: &Stage, tier: Tier, name: &str) {
    h.shop_of(name, &format!("{name}'s shop"), tier).await;
}

/// An announcement as it stands.
async fn stored(h: &Stage, no: i64) -> Announcement {
    let mut tx = h.hall().db.read().await.unwrap();
    store::get(&mut tx, AnnouncementNo(no)).await.unwrap().unwrap()
}

/// Names and states of its copies, by name.
async fn ledger(h: &Stage, no: i64) -> Vec<String> {
    let mut tx = h.hall().db.read().await.unwrap();
    let copies = delivery::page(&mut tx, &format!("A-{no}"), None, "", 100).await.unwrap();
    let mut lines: Vec<String> =
        copies.iter().map(|copy| format!("{} {}", copy.name, copy.state.word())).collect();
    lines.sort();
    lines
}

/// Ops who wrote an announcement through the form.
async fn drafted(h: &mut Stage, answers: &[(&str, &str)]) {
    h.staff("Olivia", Role::Ops).await;
    h.opens_direct("Olivia").await;
    h.says_in(STAFF, "Olivia", "/announce").await;
    h.fills(STAFF, "Olivia", answers).await;
}

#[test]
fn from_the_form_to_the_ledger() {
    story_about(&[About::Doors, About::Doubt, About::Buttons], async |h| {
        merchants(h, Tier::Crown, &["Ann", "Ben", "Cai", "Dan"]).await;
        h.merchant("Eve").await;
        enrol(h, Tier::Crown, "Eve").await;
        drafted(h, &FORM).await;
        let card = h.latest(STAFF, "Announcement A-1: draft").content.text.text;
        let calls = format!("{}: 4 calls to the platform", h.world.profile().name);
        for line in [
            "To the people of merchants of the tier crown, in private",
            "4 recipients get it (0 in Chinese, 4 in English).",
            "1 cannot get it (has not written to me yet): Eve",
            &calls,
            "New Season Fair\n\nSign-up is open",
        ] {
            assert!(card.contains(line), "“{line}” is missing:\n{card}");
        }

        h.taps(STAFF, "Olivia", "Test send").await;
        let test = h.transcript("@Olivia");
        assert!(test.contains("开始报名啦") && test.contains("Sign-up is open"), "{test}");
        assert_eq!(ledger(h, 1).await, [] as [&str; 0], "a test reaches nobody else");

        let (ben, cai) = (h.chat("@Ben"), h.chat("@Cai"));
        h.blocks_bot("Ben").await;
        // The platform told us of Ben; of Cai it does not, and of Dan it does not answer.
        let refuse = Fault::Refuse { why: bot_core::chat::RejectionKind::Blocked };
        h.world.faults().add(Rule::new(refuse).within(&cai).times(1));
        h.world.faults().add(Rule::new(Fault::TimeoutAfter).within(&h.chat("@Dan")).times(1));
        h.taps(STAFF, "Olivia", "Send now").await;
        h.pass("1m").await;
        let _ = ben;
        assert_eq!(
            ledger(h, 1).await,
            ["Ann sent", "Ben unreachable", "Cai rejected", "Dan unknown", "Eve unreachable"]
        );
        let report = h.latest(STAFF, "Sent 1 of 5").content;
        assert!(report.text.text.contains("refused 1; unknown 1"), "{}", report.text.text);
        assert!(report.text.text.contains("1 refused: blocked me"), "{}", report.text.text);

        h.taps(STAFF, "Olivia", "Send again to 1 refused").await;
        h.taps(STAFF, "Olivia", "Dan: send again").await;
        h.pass("1m").await;
        assert_eq!(
            ledger(h, 1).await,
            ["Ann sent", "Ben unreachable", "Cai unreachable", "Dan sent", "Eve unreachable"].map(|line| {
                // Cai's chat was noted as shut; the second try went out all the same, and arrived.
                line.replace("Cai unreachable", "Cai sent")
            })
        );

        h.says_in(STAFF, "Olivia", "/announce edit A-1").await;
        h.fills(STAFF, "Olivia", &[("en", "Sign-up is open until Friday")]).await;
        h.pass("1m").await;
        assert!(h.transcript("@Ann").contains("until Friday"), "{}", h.transcript("@Ann"));
        let edited = h.latest(STAFF, "the new text stands in").content.text.text;
        assert_eq!(edited, "A-1: the new text stands in 3 of 3");

        h.says_in(STAFF, "Olivia", "/announce recall A-1").await;
        h.latest(STAFF, "Recall A-1 from 3 chats?");
        h.taps(STAFF, "Olivia", "Recall from 3").await;
        h.pass("1m").await;
        assert_eq!(
            ledger(h, 1).await,
            ["Ann recalled", "Ben unreachable", "Cai recalled", "Dan recalled", "Eve unreachable"]
        );
        assert!(h.transcript("@Ann").contains("(deleted) New Season Fair"), "{}", h.transcript("@Ann"));
        h.latest(STAFF, "Taken back 3 of 3");
        assert_eq!(stored(h, 1).await.state, State::Recalled);

        let mut tx = h.hall().db.read().await.unwrap();
        let acts = audit::of(&mut tx, "A-1").await.unwrap();
        let acts: Vec<&str> = acts.iter().map(|act| act.act.trim_start_matches("announcement.")).collect();
        assert_eq!(
            acts,
            ["create", "test", "send", "send_again", "retry_unknown", "edit", "recall"],
            "every act of staff leaves a trace"
        );
    });
}

#[test]
fn two_people_press_send_and_it_is_sent_once() {
    story(async |h| {
        merchants(h, Tier::Crown, &["Ann"]).await;
        drafted(h, &FORM).await;
        h.staff("Otto", Role::Admin).await;
        let button = h.button(STAFF, "Olivia", "Send now").unwrap();
        for name in ["Olivia", "Otto"] {
            h.touches(STAFF, name, &button);
        }
        h.settle().await;
        h.pass("1m").await;
        assert_eq!(h.transcript("@Ann").matches("Sign-up is open").count(), 1);
        assert!(h.transcript(STAFF).contains("It is being sent already"), "{}", h.transcript(STAFF));
    });
}

#[test]
fn a_scheduled_one_goes_out_at_its_time_and_is_pinned_where_it_can_be() {
    story(async |h| {
        let mut answers = FORM;
        answers[3] = ("audience", "all groups");
        answers[4] = ("when", "in 10m");
        h.merchant("Ann").await;
        drafted(h, &answers).await;
        h.taps(STAFF, "Olivia", "Pin: off").await;
        h.taps(STAFF, "Olivia", "Schedule: 2026-11-21 16:10 (UTC+8)").await;
        assert_eq!(stored(h, 1).await.state, State::Scheduled);
        h.pass("9m").await;
        assert!(!h.transcript(GROUP).contains("Sign-up is open"), "{}", h.transcript(GROUP));
        h.pass("2m").await;
        assert!(h.transcript(GROUP).contains("Sign-up is open"), "{}", h.transcript(GROUP));
        assert_eq!(stored(h, 1).await.state, State::Sent);
        let mut tx = h.hall().db.read().await.unwrap();
        let copies = delivery::page(&mut tx, "A-1", Some(CopyState::Sent), "", 9).await.unwrap();
        let pin = copies[0].pin.as_deref().unwrap();
        // Where the group has a board, it stands there.
        assert!(pin == "pinned" || pin.starts_with("posted "), "{pin}");
    });
}

#[test]
fn a_changed_draft_is_not_sent_from_an_old_preview() {
    story(async |h| {
        merchants(h, Tier::Crown, &["Ann"]).await;
        let mut answers = FORM;
        answers[4] = ("when", "in 10m");
        drafted(h, &answers).await;
        h.taps(STAFF, "Olivia", "Schedule: ").await;
        let old = h.button(STAFF, "Olivia", "Send now").unwrap();
        h.taps(STAFF, "Olivia", "Change text").await;
        h.fills(STAFF, "Olivia", &[("en", "Something else")]).await;
        assert_eq!(stored(h, 1).await.state, State::Draft, "it must be looked at again");
        h.touches(STAFF, "Olivia", &old);
        h.settle().await;
        assert!(h.transcript(STAFF).contains("It was changed since this preview"), "{}", h.transcript(STAFF));
        h.pass("20m").await;
        assert_eq!(ledger(h, 1).await, [] as [&str; 0]);
    });
}

#[test]
fn what_is_wrong_in_one_answer_costs_none_of_the_others() {
    story(async |h| {
        let answers = [
            ("title", "Fair"),
            ("en", "Sign up"),
            ("audience", "group Selers"),
            ("when", "2026-11-20 10:00"),
        ];
        drafted(h, &answers).await;
        let card = h.latest(STAFF, "Announcement A-1: draft").content.text.text;
        assert!(card.contains("There is no group “Selers”. Did you mean “Sellers”?"), "{card}");
        assert!(card.contains("2026-11-20 10:00 (UTC+8) has passed"), "{card}");
        assert!(card.contains("It has no audience yet."), "{card}");
        assert!(h.button(STAFF, "Olivia", "Send now").is_none(), "nothing can be sent like this");
        h.taps(STAFF, "Olivia", "Change audience").await;
        h.fills(STAFF, "Olivia", &[("audience", "tier crown")]).await;
        let card = h.latest(STAFF, "Announcement A-1: draft").content.text.text;
        assert!(card.contains("Nobody can get it"), "{card}");
        h.taps(STAFF, "Olivia", "Send now").await;
        assert!(
            h.transcript(STAFF).contains("Nobody in this audience can get it"),
            "{}",
            h.transcript(STAFF)
        );
        assert_eq!(stored(h, 1).await.state, State::Draft);
    });
}

#[test]
fn a_recall_stops_what_waits() {
    story_about(&[About::Waits], async |h| {
        merchants(h, Tier::Crown, &["Ann", "Ben", "Cai", "Dan"]).await;
        drafted(h, &FORM).await;
        // One chat alone: when two are refused for speed, Telegram means the account.
        let later = Fault::RetryAfter { wait_ms: 600_000, scope: RetryScope::Chat };
        h.world.faults().add(Rule::new(later).within(&h.chat("@Dan")).times(1));
        h.taps(STAFF, "Olivia", "Send now").await;
        h.pass("1m").await;
        assert_eq!(ledger(h, 1).await, ["Ann sent", "Ben sent", "Cai sent", "Dan queued"]);
        h.says_in(STAFF, "Olivia", "/announce recall A-1").await;
        assert!(
            h.latest(STAFF, "Recall A-1 from 3 chats?").content.text.text.contains("1 that wait are stopped")
        );
        h.taps(STAFF, "Olivia", "Recall from 3").await;
        h.pass("1m").await;
        assert_eq!(ledger(h, 1).await, ["Ann recalled", "Ben recalled", "Cai recalled", "Dan cancelled"]);
        assert_eq!(stored(h, 1).await.state, State::Recalled);
        h.pass("30m").await;
        assert!(!h.transcript("@Dan").contains("Sign-up is open"), "{}", h.transcript("@Dan"));
    });
}

#[test]
fn on_a_poor_platform_the_losses_are_said_before() {
    with_profile(&Profile::bare(), async |h| {
        merchants(h, Tier::Crown, &["Ann"]).await;
        let olivia = h.staff("Olivia", Role::Ops).await;
        let mut work = h.hall().begin().await.unwrap();
        let long = "很长。".repeat(400);
        let new = NewAnnouncement {
            wording: Wording::typed(Some("Fair"), Some(&long), None),
            audience: Some(Audience::all_people()),
            ..NewAnnouncement::default()
        };
        let one = announcement::create(&mut work, new, &olivia).await.unwrap();
        let preview = announcement::preview_of(&mut work, &one).await.unwrap().unwrap();
        let said: Vec<String> =
            preview.lines().iter().map(|line| work.hall.texts.say(bot_core::chat::Lang::En, line)).collect();
        drop(work);
        assert!(preview.accounts[0].calls > 1, "{said:?}");
        assert!(said.iter().any(|line| line.contains("messages")), "{said:?}");
        assert!(said.iter().any(|line| line.contains("bold and links are left out")), "{said:?}");
    });
}

#[test]
fn a_staff_chat_without_buttons_and_forms_does_it_by_hand() {
    with_profile(&Profile::bare(), async |h| {
        merchants(h, Tier::Crown, &["Ann"]).await;
        h.staff("Olivia", Role::Ops).await;
        for typed in ["/announce", "Fair", "/skip", "Sign up", "tier krown", "/skip"] {
            h.says_in(STAFF, "Olivia", typed).await;
        }
        h.pass("1m").await;
        h.latest(STAFF, "Did you mean “crown”?");
        h.latest(STAFF, "Type /announce send A-1");
        for typed in ["/announce audience A-1 tier crown", "/announce test A-1", "/announce send A-1"] {
            h.says_in(STAFF, "Olivia", typed).await;
            h.pass("1m").await;
        }
        h.latest("@Ann", "Sign up");
        h.says_in(STAFF, "Olivia", "/announce recall A-1").await;
        h.pass("1m").await;
        h.latest(STAFF, "Type /announce recall A-1 yes to do it.");
        h.says_in(STAFF, "Olivia", "/announce recall A-1 yes").await;
        h.pass("5m").await;
        assert_eq!(stored(h, 1).await.state, State::Recalled, "{:?}", ledger(h, 1).await);
    });
}

#[test]
fn only_who_may_announces() {
    story(async |h| {
        h.staff("Mod", Role::Moderator).await;
        h.says_in(STAFF, "Mod", "/announce").await;
        assert!(
            h.transcript(STAFF).contains("Your role does not allow /announce."),
            "{}",
            h.transcript(STAFF)
        );
        merchants(h, Tier::Crown, &["Ann"]).await;
        drafted(h, &FORM).await;
        h.taps(STAFF, "Mod", "Send now").await;
        assert!(h.transcript(STAFF).contains("Your role does not allow announcements."));
        h.says("Ann", "/announce").await;
        assert_eq!(stored(h, 1).await.state, State::Draft);
        for wrong in ["/announce A-99", "/announce bogus", "/announce recall A-1", "/announce edit"] {
            h.says_in(STAFF, "Olivia", wrong).await;
        }
        let said = h.transcript(STAFF);
        for line in [
            "There is no announcement A-99.",
            "I did not understand that.",
            "That cannot be done: it is draft.",
        ] {
            assert!(said.contains(line), "“{line}” is missing:\n{said}");
        }
        h.says_in(STAFF, "Olivia", "/announce list").await;
        h.latest(STAFF, "A-1 · draft · New Season Fair");
        h.says_in(STAFF, "Olivia", "/announce cancel A-1").await;
        assert_eq!(stored(h, 1).await.state, State::Cancelled);
    });
}

#[test]
fn a_group_that_is_no_longer_served_is_named() {
    story(async |h| {
        let olivia = h.staff("Olivia", Role::Ops).await;
        h.group("Old group", Purpose::Community).await;
        let mut work = h.hall().begin().await.unwrap();
        let key = h.chat("Old group");
        let tx = work.tx().await.unwrap();
        let group = chat::by_key(tx, h.world.account(), &key).await.unwrap().unwrap();
        chat::set_purpose(tx, &group.id, Purpose::Idle, None).await.unwrap();
        let new = NewAnnouncement {
            wording: Wording::typed(Some("Fair"), None, Some("Sign up")),
            audience: Some(Audience { groups: vec![group.id], ..Audience::default() }),
            ..NewAnnouncement::default()
        };
        let one = announcement::create(&mut work, new, &olivia).await.unwrap();
        let preview = announcement::preview_of(&mut work, &one).await.unwrap().unwrap();
        assert_eq!(preview.reachable, 0);
        assert_eq!(preview.unreachable, [("idle".to_owned(), 1, vec!["Old group".to_owned()])]);
    });
}
