//! What people are told that they can do.

use bot_core::roster::Role;
use guildhall_sandbox::Profile;

use crate::harness::{GROUP, STAFF, story, story_with_crashes, with_profile};

#[test]
fn a_merchant_and_an_admin_are_told_what_each_may_do_here() {
    story(async |h| {
        h.merchant("Lin").await;
        h.staff("Gu", Role::Admin).await;
        h.says("Lin", "/help").await;
        let merchant = h.latest(GROUP, "Here you can use:").content.text.text;
        assert!(merchant.contains("/language zh|en — ") && !merchant.contains("/mute"), "{merchant}");
        h.says("Gu", "/help").await;
        let admin = h.latest(GROUP, "Here you can use:").content.text.text;
        assert!(
            admin.contains("/mute ") && admin.contains("/group ") && !admin.contains("/whois"),
            "{admin}"
        );
        h.says_in(STAFF, "Gu", "/help").await;
        let staff = h.latest(STAFF, "Here you can use:").content.text.text;
        assert!(staff.contains("/whois WHO — "), "{staff}");
    });
}

#[test]
fn everything_in_the_list_works_and_what_is_not_in_it_does_not() {
    story(async |h| {
        h.merchant("Lin").await;
        h.opens_direct("Lin").await;
        h.says_in("@Lin", "Lin", "/help mute").await;
        h.latest("@Lin", "There is no command /mute.");
        h.says_in("@Lin", "Lin", "/help me").await;
        let said = h.latest("@Lin", "Show who you are").content.text.text;
        assert_eq!(
            said,
            "/me\nShow who you are to us: shop, tier, language\n/me works in the private chat with me."
        );
    });
}

#[test]
fn a_person_is_greeted_once_wherever_the_program_is_killed() {
    story_with_crashes(&["@Lin"], async |h| {
        h.merchant("Lin").await;
        h.opens_direct("Lin").await;
        h.pass("1m").await;
        h.says_in("@Lin", "Lin", "/nonsense").await;
        h.pass("1m").await;
        h.blocks_bot("Lin").await;
        h.opens_direct("Lin").await;
        h.pass("1m").await;
        assert_eq!(h.transcript("@Lin").matches("Hello Lin.").count(), 1, "{}", h.transcript("@Lin"));
    });
}

#[test]
fn a_long_list_arrives_whole_on_a_platform_of_short_messages() {
    with_profile(&Profile::bare(), async |h| {
        h.staff("Gu", Role::Admin).await;
        h.says_in(STAFF, "Gu", "/help").await;
        h.pass("1m").await;
        let said = h.transcript(STAFF);
        for command in ["/cancel", "/whois", "/group", "/mute", "/help COMMAND explains"] {
            assert!(said.contains(command), "{command} is missing:\n{said}");
        }
    });
}
