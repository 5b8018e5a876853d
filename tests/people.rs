//! Who somebody is: codes that link identities, joins, languages.

use std::collections::BTreeSet;

use bot_core::features::people::{hire, make_link_code};
use bot_core::ids::{PersonId, StaffId};
use bot_core::roster::Role;
use bot_core::store::people::Tier;
use bot_core::store::{audit, chat};

use crate::harness::{About, GROUP, STAFF, Stage, story, story_about, story_with_crashes};

/// Takes an admin on, as the command line does; gives who they are and a code for them.
async fn new_admin(h: &Stage, name: &str) -> (StaffId, String) {
    let mut work = h.hall().begin().await.unwrap();
    let staff = hire(&mut work, None, name, BTreeSet::from([Role::Admin])).await.unwrap();
    let code = make_link_code(&mut work, None, &staff).await.unwrap();
    work.commit().await.unwrap();
    (staff, code)
}

async fn person(h: &Stage, name: &str) -> PersonId {
    let mut tx = h.hall().db.read().await.unwrap();
    let user = chat::user_by_key(&mut tx, h.world.account(), &h.user(name)).await.unwrap();
    user.unwrap_or_else(|| panic!("{name} was not met")).person
}

/// Asks for a code in private and reads it off the answer.
async fn asks_for_code(h: &mut Stage, name: &str) -> String {
    let direct = format!("@{name}");
    h.says_in(&direct, name, "/link").await;
    let said = h.latest(&direct, "Your code is").content.text.text;
    said.split_whitespace().nth(3).unwrap().trim_end_matches('.').to_owned()
}

#[test]
fn an_admin_is_linked_by_a_code_in_private_and_works_at_once() {
    story_about(&[About::Erasing], async |h| {
        h.merchant("Gu").await;
        h.world.join(&h.user("Gu"), &h.chat(STAFF)).unwrap();
        h.opens_direct("Gu").await;
        h.says_in(STAFF, "Gu", "/group").await;
        assert_eq!(h.transcript(STAFF).matches("Guildhall").count(), 0, "nobody knows them yet");

        let (staff, code) = new_admin(h, "Gu Hai").await;
        let sent = h.says_in("@Gu", "Gu", format!("/link {code}")).await;
        assert!(h.transcript("@Gu").contains("Welcome, Gu Hai."), "{}", h.transcript("@Gu"));
        assert!(h.message("@Gu", &sent).deleted, "the code is out of sight");
        h.says_in(STAFF, "Gu", "/group").await;
        assert!(h.transcript(STAFF).contains("This chat is the staff chat"), "{}", h.transcript(STAFF));

        let mut tx = h.hall().db.read().await.unwrap();
        let acts: Vec<String> =
            audit::of(&mut tx, staff.as_str()).await.unwrap().into_iter().map(|act| act.act).collect();
        assert_eq!(acts, ["staff.hire", "staff.link_code", "staff.link"]);
    });
}

#[test]
fn linking_takes_effect_once_wherever_the_program_is_killed() {
    story_with_crashes(&[STAFF], async |h| {
        h.merchant("Gu").await;
        h.world.join(&h.user("Gu"), &h.chat(STAFF)).unwrap();
        h.opens_direct("Gu").await;
        let (_, code) = new_admin(h, "Gu Hai").await;
        h.says_in("@Gu", "Gu", format!("/link {code}")).await;
        h.says_in(STAFF, "Gu", "/group").await;
        h.pass("1m").await;
        assert_eq!(h.transcript("@Gu").matches("Welcome, Gu Hai.").count(), 1, "{}", h.transcript("@Gu"));
    });
}

#[test]
fn guessing_leads_nowhere() {
    story(async |h| {
        h.merchant("Eve").await;
        h.opens_direct("Eve").await;
        let (_, code) = new_admin(h, "Gu Hai").await;
        for guess in 0..5 {
            h.says_in("@Eve", "Eve", format!("/link AAAAA-AAAA{guess}")).await;
        }
        h.says_in("@Eve", "Eve", format!("/link {code}")).await;
        let said = h.transcript("@Eve");
        assert_eq!(said.matches("This code is wrong").count(), 5, "{said}");
        assert!(
            said.ends_with("Guildhall: Too many wrong codes. Please try again in 10 minutes.\n"),
            "{said}"
        );
        h.pass("10m").await;
        h.says_in("@Eve", "Eve", format!("/link {code}")).await;
        assert_eq!(h.transcript("@Eve").matches("This code is wrong").count(), 6, "its time is over too");
    });
}

#[test]
fn a_code_that_slipped_into_a_group_is_void() {
    story(async |h| {
        h.merchant("Gu").await;
        h.merchant("Eve").await;
        h.opens_direct("Eve").await;
        let (_, code) = new_admin(h, "Gu Hai").await;
        let slip = h.says("Gu", &format!("/link {code}")).await;
        assert!(h.message(GROUP, &slip).deleted);
        assert!(h.transcript(GROUP).contains("so it is void"), "{}", h.transcript(GROUP));
        h.says_in("@Eve", "Eve", format!("/link {code}")).await;
        assert!(h.transcript("@Eve").contains("This code is wrong"), "{}", h.transcript("@Eve"));
    });
}

#[test]
fn a_merchant_with_two_identities_becomes_one_person() {
    story_about(&[About::Usernames], async |h| {
        for name in ["Lin", "Lina"] {
            h.merchant(name).await;
            h.opens_direct(name).await;
        }
        h.shop_of("Lin", "Silk House", Tier::Crown).await;
        let code = asks_for_code(h, "Lin").await;
        h.says_in("@Lina", "Lina", format!("/link {code}")).await;
        let lin = format!("Lin (@lin, {})", h.world.account());
        assert!(h.latest("@Lina", "Is that you too?").content.text.text.contains(&lin));
        assert_ne!(person(h, "Lin").await, person(h, "Lina").await);
        h.taps("@Lina", "Lina", "Yes").await;
        assert_eq!(person(h, "Lin").await, person(h, "Lina").await);
        h.says_in("@Lina", "Lina", "/me").await;
        let me = h.latest("@Lina", "Silk House").content.text.text;
        assert!(me.contains("Silk House · crown · apparel · you are decision maker"), "{me}");
        assert!(me.contains(&format!("Your identities: {lin}, Lina (@lina, {})", h.world.account())), "{me}");
    });
}

#[test]
fn staff_join_two_identities_and_take_it_back() {
    story_about(&[About::Usernames], async |h| {
        h.staff("Yi", Role::Ops).await;
        h.merchant("Lin").await;
        h.merchant("Lina").await;
        h.shop_of("Lina", "Silk House", Tier::Heart).await;
        let before = (person(h, "Lin").await, person(h, "Lina").await);
        h.says_in(STAFF, "Yi", "/person join @lin @lina").await;
        assert_eq!(person(h, "Lina").await, before.0);
        h.says_in(STAFF, "Yi", "/whois @lin").await;
        let who = h.latest(STAFF, "Silk House").content.text.text;
        assert!(who.contains("Silk House · apparel · heart · decision maker · #live"), "{who}");
        assert!(who.contains("One other person was joined"), "{who}");
        h.says_in(STAFF, "Yi", "/person part @lina").await;
        assert_eq!((person(h, "Lin").await, person(h, "Lina").await), before);
        h.latest(STAFF, &format!("On their own again: Lina (@lina, {})", h.world.account()));
    });
}

#[test]
fn a_merchant_chooses_a_language() {
    story(async |h| {
        h.merchant("林婉清").await;
        h.says("林婉清", "/language zh").await;
        h.reads(
            GROUP,
            "
            * 林婉清 joined
            林婉清: /language zh
            Guildhall ↩ “/language zh”: 好的，以后我用中文与您交流。
            ",
        );
        h.says("林婉清", "/language français").await;
        let said = h.transcript(GROUP);
        assert!(
            said.contains("“français”不对。目前支持中文（zh）和英文（en）。用法：/language zh|en"),
            "{said}"
        );
    });
}
