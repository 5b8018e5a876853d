//! Members report messages.

use bot_core::ids::CaseNo;
use bot_core::roster::Role;
use bot_core::store::moderation::{self as store, Case, CaseState};
use guildhall_sandbox::Post;

use crate::harness::{GROUP, STAFF, Stage, story};

async fn case(h: &Stage, no: i64) -> Option<Case> {
    store::get(&mut h.hall().db.read().await.unwrap(), CaseNo(no)).await.unwrap()
}

#[test]
fn a_reported_message_is_one_case_for_a_moderator_and_nobody_else_learns_by_whom() {
    story(async |h| {
        h.staff("Chen", Role::Moderator).await;
        for name in ["Lin", "Mei", "Bo"] {
            h.merchant(name).await;
        }
        h.opens_direct("Lin").await;
        let said = h.says("Bo", "my cousin does the papers for you").await;
        let asked = Post::text("/report he asks for passports").replying_to(&said);
        let typed = h.says_in(GROUP, "Lin", asked).await;
        h.pass("1m").await;
        let staff = h.transcript(STAFF);
        assert!(
            staff.contains("Lin reports a message of Bo in “Sellers” (he asks for passports)"),
            "{staff}"
        );
        assert!(staff.contains("my cousin does the papers for you"), "{staff}");
        h.latest("@Lin", "Thank you. The team has the message before it");
        assert!(h.message(GROUP, &typed).deleted, "the group does not see who reported");
        h.says_in(GROUP, "Mei", Post::text("/report").replying_to(&said)).await;
        h.pass("1m").await;
        assert_eq!(case(h, 2).await, None, "one message is one case");

        h.taps(STAFF, "Chen", "Uphold").await;
        h.pass("1m").await;
        let upheld = case(h, 1).await.unwrap();
        assert_eq!((upheld.state, upheld.reason), (CaseState::Stands, None));
        assert!(h.message(GROUP, &said).deleted);
    });
}

#[test]
fn what_cannot_be_reported_is_said() {
    story(async |h| {
        h.staff("Chen", Role::Moderator).await;
        h.merchant("Lin").await;
        h.says("Lin", "/report").await;
        h.latest(GROUP, "Reply to the message that you want to report");
        let own = h.says("Lin", "hello").await;
        h.says_in(GROUP, "Lin", Post::text("/report").replying_to(&own)).await;
        h.latest(GROUP, "This is your own message.");
        let staffs = h.says("Chen", "please be kind").await;
        h.says_in(GROUP, "Lin", Post::text("/report").replying_to(&staffs)).await;
        h.latest(GROUP, "This was written by the team.");
        assert_eq!(case(h, 1).await, None);
    });
}
