//! What Discord's own filter keeps back.

use bot_core::ids::CaseNo;
use bot_core::roster::Role;
use bot_core::store::moderation::{self as store, Case, CaseState, Removal};

use super::on_discord;
use crate::harness::{GROUP, STAFF, Stage};

async fn case(h: &Stage, no: i64) -> Option<Case> {
    store::get(&mut h.hall().db.read().await.unwrap(), CaseNo(no)).await.unwrap()
}

#[test]
fn what_automod_kept_back_is_a_case_for_a_moderator_to_look_at() {
    on_discord(async |h| {
        h.staff("Chen", Role::Moderator).await;
        h.merchant("Lin").await;
        h.discord().keep_back(&h.chat(GROUP), &h.user("Lin"), "free nitro here", "*nitro*");
        h.settle().await;
        let said = h.transcript(STAFF);
        assert!(said.contains("kept back of Lin in “Sellers” (AutoMod: *nitro*)"), "{said}");
        assert!(said.contains("free nitro here"), "{said}");
        let found = case(h, 1).await.unwrap();
        assert_eq!((found.state, found.removal), (CaseState::Flagged, Removal::Removed));
        assert_eq!(case(h, 2).await, None, "one message is one case");

        h.taps(STAFF, "Chen", "Uphold").await;
        h.pass("1m").await;
        assert_eq!(case(h, 1).await.unwrap().state, CaseState::Stands);
        assert!(h.discord().calls_of("DELETE", "/messages/").is_empty(), "there is nothing to delete");
    });
}

#[test]
fn what_automod_kept_back_of_staff_is_nobodys_case() {
    on_discord(async |h| {
        h.staff("Sun", Role::Support).await;
        h.discord().keep_back(&h.chat(GROUP), &h.user("Sun"), "free nitro here", "*nitro*");
        h.settle().await;
        assert_eq!(case(h, 1).await, None);
    });
}
