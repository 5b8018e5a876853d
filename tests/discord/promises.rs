//! What the program promises on Discord beyond what every story shows.

use bot_core::chat::{Action, Lane, TroubleKind};
use bot_core::directory::Reach;
use bot_core::roster::Role;
use bot_core::store::chat;
use serde_json::json;

use super::{does, lin, on_discord, says};
use crate::harness::{GROUP, STAFF, Stage};

async fn reach(h: &Stage) -> Reach {
    let mut tx = h.hall().db.read().await.unwrap();
    chat::by_key(&mut tx, h.world.account(), &h.key_of("@Lin")).await.unwrap().unwrap().reach
}

#[test]
fn a_private_chat_that_was_shut_is_remembered_and_not_knocked_at_again() {
    on_discord(async |h| {
        lin(h).await;
        h.staff("Mo", Role::Moderator).await;
        h.blocks_bot("Lin").await;
        assert_eq!(reach(h).await, Reach::Open, "Discord tells nobody");
        let knocks = |h: &Stage| {
            h.discord().calls_of("POST", &format!("/channels/{}/messages", h.key_of("@Lin"))).len()
        };
        let before = knocks(h);
        for reason in ["one", "two", "three"] {
            h.says("Mo", &format!("/warn @lin {reason}")).await;
            h.pass("5m").await;
        }
        assert_eq!(knocks(h) - before, 1, "refused once (50007), and not tried again");
        assert_eq!(reach(h).await, Reach::Blocked);
        assert_eq!(h.open_actions().await, []);
        h.opens_direct("Lin").await;
        assert_eq!(reach(h).await, Reach::Open, "until they open it again");
    });
}

#[test]
fn what_is_said_in_an_announcement_channel_is_handed_on_to_those_who_follow_it() {
    on_discord(async |h| {
        h.merchant("Lin").await;
        says(h, GROUP, "in a channel of members").await;
        h.settle().await;
        assert_eq!(h.discord().published(), 0);
        h.discord().make_news(&h.chat(GROUP));
        h.settle().await;
        says(h, GROUP, "the market is open").await;
        h.pass("1m").await;
        assert_eq!(h.discord().published(), 1);
        assert_eq!(h.transcript(GROUP).matches("the market is open").count(), 1);
        // Whom it cannot be handed on to does not keep it from those who are here.
        h.discord().will_answer("POST", "/crosspost", 500, &[], json!({}));
        says(h, GROUP, "it closes at six").await;
        h.pass("1m").await;
        assert_eq!(h.transcript(GROUP).matches("it closes at six").count(), 1);
        assert_eq!(h.open_actions().await, []);
    });
}

#[test]
fn a_thousand_refusals_silence_the_account_long_before_discord_shuts_it_out() {
    on_discord(async |h| {
        h.merchant("Lin").await;
        let message = h.says("Lin", "hello").await;
        let key = h.key_of_message(GROUP, &message);
        let denied = json!({ "message": "Missing Permissions", "code": 50013 });
        for _ in 0..1_000 {
            h.discord().will_answer("PUT", "/pins/", 403, &[], denied.clone());
            does(h, GROUP, Lane::Urgent, Action::Pin { message: key.clone().into() }).await;
        }
        h.pass("2m").await;
        let refused = h.discord().calls_of("PUT", "/pins/").len();
        assert_eq!(refused, 1_000);
        says(h, GROUP, "am I heard?").await;
        h.pass("1m").await;
        assert!(!h.transcript(GROUP).contains("am I heard?"), "the account is silent");
        h.pass("12m").await;
        assert_eq!(h.transcript(GROUP).matches("am I heard?").count(), 1, "until they are old");
    });
}

#[test]
fn threads_of_tickets_are_private_where_the_config_says_so() {
    on_discord(async |h| {
        lin(h).await;
        h.staff("Ann", Role::Support).await;
        h.says_in("@Lin", "Lin", "/ticket my payout").await;
        h.pass("10s").await;
        let opened = |h: &Stage| h.discord().calls_of("POST", "/threads").last().unwrap().body.clone();
        assert_eq!(opened(h)["type"], 11);
        h.says_in("@Lin", "Lin", "/close").await;
        h.discord().open_private_threads();
        h.kill();
        h.start().await;
        h.says_in("@Lin", "Lin", "/ticket my card").await;
        h.pass("10s").await;
        assert_eq!((&opened(h)["type"], &opened(h)["invitable"]), (&json!(12), &json!(false)));
        h.says_in_thread(STAFF, "T-2", "Ann", "I look into it").await;
        h.pass("10s").await;
        let said = h.latest("@Lin", "I look into it").content.text.text;
        assert_eq!(said, "Support: I look into it", "staff answer as the bot");
    });
}

#[test]
fn a_long_text_is_one_message_with_an_embed_and_can_be_edited_both_ways() {
    on_discord(async |h| {
        h.merchant("Lin").await;
        let long = format!("{}THE END", "每一条都要看。".repeat(400));
        says(h, GROUP, &long).await;
        h.pass("1m").await;
        let said = h.latest(GROUP, "THE END");
        assert_eq!(said.content.text.text, long);
        let sent = h.discord().calls_of("POST", "/messages");
        let last = &sent.last().unwrap().body;
        assert_eq!((&last["content"], last["embeds"].as_array().map(Vec::len)), (&json!(""), Some(1)));
        let message = bot_core::chat::MessageRef::Key(h.key_of_message(GROUP, &said.key));
        for text in ["short", long.as_str()] {
            let content = bot_core::chat::Content::text(text);
            does(h, GROUP, Lane::Talk, Action::Edit { message: message.clone(), content }).await;
            h.pass("1m").await;
            assert_eq!(h.message(GROUP, &said.key).content.text.text, text);
        }
        assert_eq!(h.open_actions().await, []);
    });
}

#[test]
fn what_the_bot_pins_and_deletes_in_bulk_it_does_in_one_call_each() {
    on_discord(async |h| {
        h.merchant("Lin").await;
        let mut keys = Vec::new();
        for at in 0..5 {
            keys.push(h.says("Lin", &format!("spam {at}")).await);
        }
        let refs = keys.iter().map(|key| h.key_of_message(GROUP, key).into()).collect();
        does(h, GROUP, Lane::Urgent, Action::Delete { messages: refs }).await;
        let kept = h.says("Lin", "worth keeping").await;
        let message = h.key_of_message(GROUP, &kept).into();
        does(h, GROUP, Lane::Talk, Action::Pin { message }).await;
        h.pass("10s").await;
        assert!(keys.iter().all(|key| h.message(GROUP, key).deleted) && h.message(GROUP, &kept).pinned);
        assert_eq!(h.discord().calls_of("POST", "/bulk-delete").len(), 1);
        assert_eq!(h.discord().calls_of("PUT", "/pins/").len(), 1);
        assert!(h.troubles().iter().all(|kind| !matches!(kind, TroubleKind::Unreachable { .. })));
    });
}
