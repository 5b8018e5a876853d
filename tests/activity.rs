//! An activity from the form to the start: signing up, the waiting list, reminders, the end of sign-up.

use bot_core::features::activity::{self, NewActivity, Seat, State};
use bot_core::features::segment::Audience;
use bot_core::features::wording::Wording;
use bot_core::ids::{ActivityNo, ChatId};
use bot_core::roster::Role;
use bot_core::store::people::Tier;
use bot_core::store::{activity as store, audit};

use crate::announcement::{enrol, merchants};
use crate::harness::{About, GROUP, STAFF, START_MS, Stage, story, story_about, story_with_crashes};

const NO: ActivityNo = ActivityNo(1);
const FORM: [(&str, &str); 6] = [
    ("title", "主图诊断 | Picture clinic"),
    ("en", "Bring a picture"),
    ("starts", "in 3d"),
    ("until", "in 2d"),
    ("places", "2"),
    ("audience", "all groups"),
];

async fn drafted(h: &mut Stage, answers: &[(&str, &str)]) {
    h.staff("Olivia", Role::Ops).await;
    h.says_in(STAFF, "Olivia", "/activity").await;
    h.fills(STAFF, "Olivia", answers).await;
}

/// Names of those with a seat, in the order of signing up.
async fn seats(h: &Stage, seat: Seat) -> Vec<String> {
    let mut tx = h.hall().db.read().await.unwrap();
    let rows = store::registrations(&mut tx, NO, seat, 0, 100).await.unwrap();
    rows.into_iter().map(|row| row.name).collect()
}

async fn chat_of(h: &Stage, title: &str) -> ChatId {
    let mut tx = h.hall().db.read().await.unwrap();
    let chat = bot_core::store::chat::by_key(&mut tx, h.world.account(), &h.chat(title)).await;
    chat.unwrap().unwrap().id
}

async fn state(h: &Stage) -> State {
    let mut tx = h.hall().db.read().await.unwrap();
    store::get(&mut tx, NO).await.unwrap().unwrap().state
}

#[test]
fn from_the_form_to_the_start() {
    story_about(&[About::Buttons], async |h| {
        for name in ["Ann", "Ben", "Cai", "Dan"] {
            h.merchant(name).await;
        }
        h.opens_direct("Ann").await;
        h.opens_direct("Cai").await;
        drafted(h, &FORM).await;
        let card = h.latest(STAFF, "Activity E-1: draft").content.text.text;
        assert!(card.contains("Pushed to all groups") && card.contains("2 places"), "{card}");
        h.taps(STAFF, "Olivia", "Publish").await;
        h.pass("1m").await;
        let pushed = h.latest(GROUP, "Picture clinic").content;
        assert_eq!(
            pushed.text.text,
            "Picture clinic\n\nBring a picture\n\nE-1 · Starts 2026-11-24 16:00 (UTC+8) · Sign up until 2026-11-23 16:00 (UTC+8) · 2 places"
        );
        h.latest(STAFF, "Sent 1 of 1");

        for name in ["Ann", "Ann", "Ben", "Cai", "Dan"] {
            h.taps(GROUP, name, "Sign up").await;
        }
        assert_eq!(seats(h, Seat::In).await, ["Ann", "Ben"]);
        assert_eq!(seats(h, Seat::Waiting).await, ["Cai", "Dan"]);
        let group = chat_of(h, GROUP).await;
        let waiting =
            store::registrations(&mut h.hall().db.read().await.unwrap(), NO, Seat::Waiting, 0, 9).await;
        assert!(waiting.unwrap().iter().all(|row| row.chat.as_ref() == Some(&group)), "where they pressed");
        let said = h.transcript(GROUP);
        for toast in [
            "“You’re in: Picture clinic (1 of 2)”",
            "“You are in already: Picture clinic”",
            "“Picture clinic is full. You are number 2 on the waiting list; if a place gets free, I tell you.”",
        ] {
            assert!(said.contains(toast), "{toast} is missing:\n{said}");
        }
        h.latest("@Ann", "If you can’t come: /leave E-1");

        // Cai moves up and is told; then Dan does, whose private chat is shut: the button tells.
        h.says_in("@Ann", "Ann", "/leave E-1").await;
        h.latest("@Cai", "A place got free: you’re in for Picture clinic!");
        h.taps(GROUP, "Ben", "Sign off").await;
        assert_eq!(seats(h, Seat::In).await, ["Cai", "Dan"]);
        h.taps(GROUP, "Dan", "Sign up").await;
        assert!(h.transcript(GROUP).contains("“A place got free: you’re in for Picture clinic!”"));
        h.taps(GROUP, "Dan", "Sign up").await;
        assert_eq!(h.transcript(GROUP).matches("A place got free").count(), 1, "news is told once");

        h.pass("2d").await;
        assert_eq!(state(h).await, State::Closed);
        h.latest(STAFF, "Sign-up for E-1 “Picture clinic” is over: 2 in, 0 waiting.");
        let copy = h.latest(GROUP, "Picture clinic\n").content;
        assert!(copy.text.text.ends_with("Sign-up is over."), "{}", copy.text.text);
        assert!(h.button(GROUP, "Ben", "Sign up").is_none());

        h.pass("1d").await;
        assert_eq!(h.transcript("@Cai").matches("starts in").count(), 2, "{}", h.transcript("@Cai"));
        h.latest("@Cai", "Picture clinic starts in 1 day, at 2026-11-24 16:00 (UTC+8).");
        h.latest("@Cai", "Picture clinic starts in 1 hour");
        h.latest(STAFF, "E-1: 1 could not be reminded in private: Dan");
        assert!(!h.transcript("@Ann").contains("starts in"), "who left is not reminded");
        h.says_in("@Cai", "Cai", "/leave E-1").await;
        h.latest("@Cai", "It has begun already.");

        let mut tx = h.hall().db.read().await.unwrap();
        let acts = audit::of(&mut tx, "E-1").await.unwrap();
        let acts: Vec<&str> = acts.iter().map(|act| act.act.as_str()).collect();
        assert_eq!(acts, ["activity.create", "activity.publish"]);
    });
}

#[test]
fn staff_close_it_by_hand_and_see_who_is_in() {
    story(async |h| {
        h.merchant("Ann").await;
        h.merchant("Ben").await;
        drafted(h, &FORM).await;
        h.taps(STAFF, "Olivia", "Publish").await;
        h.pass("1m").await;
        h.taps(GROUP, "Ann", "Sign up").await;
        h.says_in(STAFF, "Olivia", "/activity E-1").await;
        h.latest(STAFF, "In (1): Ann");
        h.says_in(STAFF, "Olivia", "/activity close E-1").await;
        assert_eq!(state(h).await, State::Closed);
        h.pass("1m").await;
        h.says_in(STAFF, "Olivia", "/activity close E-1").await;
        assert_eq!(h.transcript(STAFF).matches("Sign-up for E-1").count(), 1, "closed once");
        h.says_in(STAFF, "Olivia", "/activity list").await;
        h.latest(STAFF, "E-1 · Picture clinic · 2026-11-24 16:00 (UTC+8) · 1 of 2 · closed");
        for (typed, said) in [
            ("/activity E-9", "There is no activity E-9."),
            ("/activity close", "I did not understand that."),
            ("/activity cancel E-1", "That cannot be done: it is closed."),
        ] {
            h.says_in(STAFF, "Olivia", typed).await;
            assert!(h.transcript(STAFF).contains(said), "{}", h.transcript(STAFF));
        }
    });
}

#[test]
fn merchants_see_what_is_on_and_their_own_place() {
    story(async |h| {
        h.merchant("Ann").await;
        h.opens_direct("Ann").await;
        h.says_in("@Ann", "Ann", "/activities").await;
        h.latest("@Ann", "Nothing to sign up for at the moment.");
        drafted(h, &FORM).await;
        h.taps(STAFF, "Olivia", "Publish").await;
        h.says_in("@Ann", "Ann", "/activities").await;
        h.latest("@Ann", "E-1 · Picture clinic · 2026-11-24 16:00 (UTC+8) · 0 of 2");
        h.taps("@Ann", "Ann", "Sign up for E-1").await;
        h.says_in("@Ann", "Ann", "/activities").await;
        assert!(h.latest("@Ann", "1 of 2").content.text.text.contains("You’re in."));
        h.taps("@Ann", "Ann", "Sign off from E-1").await;
        assert_eq!(seats(h, Seat::In).await, [] as [&str; 0]);
        h.says_in("@Ann", "Ann", "/leave E-1").await;
        h.latest("@Ann", "You are not signed up for it.");
        for (typed, said) in
            [("/leave E-77", "There is no activity E-77."), ("/leave nonsense", "Say which activity")]
        {
            h.says_in("@Ann", "Ann", typed).await;
            h.latest("@Ann", said);
        }
        h.says("Ann", "/activities").await;
        assert!(!h.transcript(GROUP).contains("You’re in."), "one's own place is shown in private alone");
    });
}

#[test]
fn what_is_wrong_in_one_answer_costs_none_of_the_others() {
    story(async |h| {
        let answers = [
            ("title", "Clinic"),
            ("zh", "带一张主图来"),
            ("starts", "in 1d"),
            ("until", "in 2d"),
            ("places", "many"),
            ("audience", "tier krown"),
        ];
        merchants(h, Tier::Crown, &["Ann"]).await;
        drafted(h, &answers).await;
        let card = h.latest(STAFF, "Activity E-1: draft").content.text.text;
        for line in [
            "There is no tier “krown”. Did you mean “crown”?",
            "“many” is not a number of places.",
            "Sign-up cannot end after the start.",
            "It has no audience yet.",
        ] {
            assert!(card.contains(line), "“{line}” is missing:\n{card}");
        }
        assert!(h.button(STAFF, "Olivia", "Publish").is_none(), "nothing can be published like this");
        h.taps(STAFF, "Olivia", "Change times").await;
        h.fills(STAFF, "Olivia", &[("until", "in 12h"), ("places", "5")]).await;
        h.taps(STAFF, "Olivia", "Change audience").await;
        h.fills(STAFF, "Olivia", &[("audience", "tier crown")]).await;
        h.taps(STAFF, "Olivia", "Publish").await;
        h.pass("1m").await;
        h.latest("@Ann", "带一张主图来");
        assert_eq!(state(h).await, State::Open);
    });
}

#[test]
fn one_person_with_two_identities_has_one_place() {
    story(async |h| {
        h.merchant("Ann").await;
        h.merchant("Ann too").await;
        enrol(h, Tier::Crown, "Ann").await;
        drafted(h, &FORM).await;
        h.taps(STAFF, "Olivia", "Publish").await;
        h.pass("1m").await;
        let hall = h.hall();
        let mut work = hall.begin().await.unwrap();
        let account = h.world.account().clone();
        let tx = work.tx().await.unwrap();
        let users = [h.user("Ann"), h.user("Ann too")];
        let mut met = Vec::new();
        for key in &users {
            met.push(bot_core::store::chat::user_by_key(tx, &account, key).await.unwrap().unwrap());
        }
        met[1].person = met[0].person.clone();
        let group = chat_of(h, GROUP).await;
        let first = activity::register(&mut work, NO, &met[0], &group).await.unwrap();
        let second = activity::register(&mut work, NO, &met[1], &group).await.unwrap();
        assert_eq!((first.seat, first.had, second.seat, second.had), (Seat::In, false, Seat::In, true));
        work.commit().await.unwrap();
        assert_eq!(seats(h, Seat::In).await, ["Ann"]);
    });
}

#[test]
fn wherever_the_program_is_killed_the_places_are_given_once() {
    story_with_crashes(&[GROUP, "@Ann", "@Ben"], async |h| {
        for name in ["Ann", "Ben"] {
            h.merchant(name).await;
            h.opens_direct(name).await;
        }
        let olivia = h.staff("Olivia", Role::Ops).await;
        let mut work = h.hall().begin().await.unwrap();
        let new = NewActivity {
            wording: Wording::typed(Some("Clinic"), None, Some("Bring a picture")),
            audience: Some(Audience::all_groups()),
            starts_at_ms: Some(START_MS + 3_600_000),
            capacity: 1,
            ..NewActivity::default()
        };
        let one = activity::create(&mut work, new, &olivia).await.unwrap();
        activity::publish(&mut work, one.no, &olivia).await.unwrap();
        work.commit().await.unwrap();
        // A call whose answer died with the program is settled or repeated a little later.
        h.pass("1m").await;
        h.taps(GROUP, "Ann", "Sign up").await;
        h.pass("1m").await;
        h.taps(GROUP, "Ben", "Sign up").await;
        h.pass("1m").await;
        h.taps(GROUP, "Ann", "Sign off").await;
        h.pass("2h").await;
        assert_eq!(seats(h, Seat::In).await, ["Ben"]);
        assert_eq!(state(h).await, State::Closed);
    });
}
