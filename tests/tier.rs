//! Tiers: staff set them, and groups show them beside the names of merchants' people.

use bot_core::ids::UserId;
use bot_core::roster::Role;
use bot_core::store::people::{Merchant, Tier, merchants_named, update_merchant};
use bot_core::store::{Tx, audit, chat};

use crate::harness::{About, GROUP, STAFF, Stage, story, story_about, story_with_crashes};

/// The nick and the badge of a member of the group.
fn carries(h: &Stage, name: &str) -> (Option<String>, Option<String>) {
    let view = h.world.chat(&h.chat(GROUP), None, 0).unwrap();
    let member = view.members.into_iter().find(|member| member.user == h.user(name)).unwrap();
    (member.nick, member.badge)
}

fn badge(h: &Stage, name: &str) -> Option<String> {
    carries(h, name).1
}

/// Our id of somebody.
async fn id(h: &Stage, name: &str) -> UserId {
    let mut tx = h.hall().db.read().await.unwrap();
    chat::user_by_key(&mut tx, h.world.account(), &h.user(name)).await.unwrap().unwrap().id
}

/// What staff did to something, oldest first.
async fn traced(tx: &mut Tx, object: &str) -> Vec<String> {
    let mut acts = audit::of(tx, object).await.unwrap();
    acts.sort_by(|a, b| a.id.cmp(&b.id));
    acts.into_iter().map(|act| format!("{} {}", act.act, act.detail.unwrap_or_default())).collect()
}

fn some(words: &str) -> Option<String> {
    Some(words.to_owned())
}

#[test]
fn a_group_shows_the_tiers_of_its_merchants_and_follows_them() {
    story(async |h| {
        h.staff("Chen", Role::Ops).await;
        for name in ["Lin", "Mei", "Tom"] {
            h.merchant(name).await;
        }
        h.shop_of("Lin", "Silk House", Tier::Crown).await;
        h.shop_of("Mei", "North Pier", Tier::None).await;
        h.says("Chen", "/badge tier").await;
        h.latest(GROUP, "Beside the names of merchants this group shows: their tier.");
        h.pass("1m").await;
        assert_eq!(badge(h, "Lin"), some("Crown merchant"));
        assert_eq!(badge(h, "Mei"), None, "a newcomer has none");
        assert_eq!(badge(h, "Tom"), None, "who speaks for no shop has none");

        let mei = id(h, "Mei").await;
        h.says_in(STAFF, "Chen", format!("/tier {mei} diamond").as_str()).await;
        h.latest(STAFF, "North Pier is now diamond (before: newcomer).");
        h.pass("1m").await;
        assert_eq!(badge(h, "Mei"), some("Diamond merchant"));
        h.says_in(STAFF, "Chen", format!("/tier {mei} heart").as_str()).await;
        h.pass("1m").await;
        assert_eq!(badge(h, "Mei"), some("Heart merchant"), "in place of the one before");
        h.says_in(STAFF, "Chen", format!("/tier {mei} heart").as_str()).await;
        h.latest(STAFF, "North Pier has this tier already: heart.");

        h.says("Chen", "/badge off").await;
        h.pass("1m").await;
        assert_eq!((badge(h, "Lin"), badge(h, "Mei")), (None, None));
        h.says("Chen", "/badge off").await;
        h.latest(GROUP, "This group shows nothing beside names already.");

        let mut tx = h.hall().db.read().await.unwrap();
        let group = chat::by_key(&mut tx, h.world.account(), &h.key_of(GROUP)).await.unwrap().unwrap();
        let pier = merchants_named(&mut tx, "pier", 1).await.unwrap().remove(0);
        assert_eq!(traced(&mut tx, group.id.as_str()).await, ["group.badge tier", "group.badge off"]);
        let grown = ["merchant.tier none → diamond", "merchant.tier diamond → heart"];
        assert_eq!(traced(&mut tx, pier.id.as_str()).await, grown);
    });
}

#[test]
fn who_comes_is_shown_at_once_and_what_changed_elsewhere_within_a_day() {
    story(async |h| {
        h.staff("Chen", Role::Ops).await;
        h.merchant("Lin").await;
        h.shop_of("Lin", "Silk House", Tier::Crown).await;
        h.says("Chen", "/badge tier").await;
        h.pass("1m").await;
        let (lin, group) = (h.user("Lin"), h.chat(GROUP));
        h.world.leave(&lin, &group).unwrap();
        h.settle().await;
        h.world.join(&lin, &group).unwrap();
        h.pass("1m").await;
        assert_eq!(badge(h, "Lin"), some("Crown merchant"), "who comes back comes with nothing");

        let mut work = h.hall().begin().await.unwrap();
        let shop = merchants_named(work.tx().await.unwrap(), "silk", 1).await.unwrap();
        let fallen = Merchant { tier: Tier::Heart, ..shop[0].clone() };
        assert!(update_merchant(work.tx().await.unwrap(), &fallen).await.unwrap());
        work.commit().await.unwrap();
        h.pass("1m").await;
        assert_eq!(badge(h, "Lin"), some("Crown merchant"));
        h.pass("1d").await;
        h.pass("1m").await;
        assert_eq!(badge(h, "Lin"), some("Heart merchant"));
    });
}

#[test]
fn shops_stand_in_front_of_names_and_a_name_is_given_back() {
    story_about(&[About::Nicks], async |h| {
        h.staff("Chen", Role::Ops).await;
        h.merchant("Lin").await;
        h.shop_of("Lin", "Silk House", Tier::Crown).await;
        h.says("Chen", "/badge both").await;
        h.latest(GROUP, "Beside the names of merchants this group shows: their shop and tier.");
        h.pass("1m").await;
        assert_eq!(carries(h, "Lin"), (some("Silk House · Lin"), some("Crown merchant")));
        h.says("Lin", "how long does a payout take?").await;
        h.pass("1d").await;
        h.pass("1m").await;
        assert_eq!(carries(h, "Lin").0, some("Silk House · Lin"), "the shop is not put in front twice");
        h.says("Chen", "/badge tier").await;
        h.pass("1m").await;
        assert_eq!(carries(h, "Lin"), (None, some("Crown merchant")));
    });
}

#[test]
fn what_cannot_be_shown_is_said() {
    story(async |h| {
        h.staff("Chen", Role::Ops).await;
        h.staff("Sun", Role::Support).await;
        h.merchant("Lin").await;
        h.says("Chen", "/badge gold").await;
        h.latest(GROUP, "tier, shop, both or off");
        let lin = id(h, "Lin").await;
        h.says_in(STAFF, "Chen", format!("/tier {lin}").as_str()).await;
        h.latest(STAFF, "This person speaks for no shop that I know.");
        h.shop_of("Lin", "Silk House", Tier::Crown).await;
        h.says_in(STAFF, "Chen", format!("/tier {lin}").as_str()).await;
        h.latest(STAFF, "Silk House: crown");
        h.says_in(STAFF, "Chen", format!("/tier {lin} gold").as_str()).await;
        h.latest(STAFF, "newcomer, heart, diamond or crown");
        h.says_in(STAFF, "Chen", format!("/tier {lin} heart Pier").as_str()).await;
        h.latest(STAFF, "This person speaks for Silk House. Name one of these.");
        h.says("Sun", "/badge tier").await;
        h.pass("1m").await;
        assert_eq!(badge(h, "Lin"), None, "support may not");
    });
}

#[test]
fn badges_are_given_however_the_program_dies() {
    story_with_crashes(&[GROUP], async |h| {
        h.staff("Chen", Role::Ops).await;
        h.merchant("Lin").await;
        h.shop_of("Lin", "Silk House", Tier::Crown).await;
        h.says("Chen", "/badge tier").await;
        h.pass("1m").await;
        assert_eq!(badge(h, "Lin"), some("Crown merchant"));
    });
}
