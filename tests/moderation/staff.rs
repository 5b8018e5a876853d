//! What staff do by command, and what they may not.

use bot_core::directory::Purpose;
use bot_core::roster::Role;
use bot_core::store::audit;
use bot_core::store::moderation::{Removal, SanctionState};

use super::{case, cases, is_muted, state, strict};
use crate::harness::{About, GROUP, STAFF, story, story_about};

#[test]
fn a_moderator_mutes_by_reply_and_the_proof_is_kept() {
    story(async |h| {
        h.staff("Chen", Role::Moderator).await;
        h.merchant("Lin").await;
        h.opens_direct("Lin").await;
        let message = h.says("Lin", "BUY BUY BUY").await;
        h.replies(GROUP, "Chen", &message, "/mute 10m shouting").await;
        assert!(is_muted(h, "Lin") && !h.message(GROUP, &message).deleted);
        assert!(
            h.transcript(GROUP).contains("Guildhall ↩ “/mute 10m shouting”: Noted as C-1."),
            "{}",
            h.transcript(GROUP)
        );
        h.reads(
            STAFF,
            "
            * Chen joined
            Guildhall: C-1: a mute of 10 minutes for Lin in Sellers, by Chen. Reason: shouting
            ",
        );
        let said = h.transcript("@Lin");
        assert!(said.contains("Reason given by a moderator: shouting") && !said.contains("Chen"), "{said}");
        let (found, _) = case(h, 1).await;
        assert_eq!((found.message_text.as_deref(), found.removal), (Some("BUY BUY BUY"), Removal::None));
        let mut tx = h.hall().db.read().await.unwrap();
        let acts = audit::of(&mut tx, "C-1").await.unwrap();
        assert_eq!((acts.len(), acts[0].act.as_str()), (1, "case.open"));
        assert_eq!(acts[0].detail.as_deref(), Some("mute 10m: shouting"));
    });
}

#[test]
fn one_word_also_deletes_the_message() {
    story(async |h| {
        h.staff("Chen", Role::Moderator).await;
        h.merchant("Lin").await;
        let message = h.says("Lin", "BUY BUY BUY").await;
        h.replies(GROUP, "Chen", &message, "/warn del shouting").await;
        assert!(h.message(GROUP, &message).deleted);
        let (found, sanctions) = case(h, 1).await;
        assert_eq!((found.reason.as_deref(), sanctions[0].state), (Some("shouting"), SanctionState::Active));
    });
}

#[test]
fn from_the_staff_chat_a_mute_holds_in_every_group_of_the_person() {
    story_about(&[About::Buttons, About::Usernames], async |h| {
        h.staff("Chen", Role::Moderator).await;
        h.merchant("Lin").await;
        let second = h.group("Newcomers", Purpose::Community).await;
        h.world.join(&h.user("Lin"), &second).unwrap();
        h.group("Elsewhere", Purpose::Community).await;
        h.settle().await;
        h.says_in(STAFF, "Chen", "/mute @Lin 10m reason").await;
        let (found, sanctions) = case(h, 1).await;
        assert_eq!((found.chat, sanctions.len()), (None, 2));
        assert!(is_muted(h, "Lin") && h.transcript("Newcomers").contains("Lin is muted for 10 min"));
        assert!(!h.transcript("Elsewhere").contains("muted"));
        assert_eq!(
            h.transcript(GROUP).matches("by a moderator").count()
                + h.transcript("Newcomers").matches("by a moderator").count(),
            1,
            "told once"
        );
        h.says_in(STAFF, "Chen", "/unmute @lin").await;
        let (_, sanctions) = case(h, 1).await;
        assert!(sanctions.iter().all(|one| one.state == SanctionState::Lifted), "{sanctions:?}");
        assert!(!is_muted(h, "Lin"));
    });
}

#[test]
fn undo_takes_back_what_can_be_taken_back_and_says_what_cannot() {
    story(async |h| {
        strict(h);
        h.staff("Chen", Role::Moderator).await;
        h.merchant("Lin").await;
        h.opens_direct("Lin").await;
        h.says("Lin", "weed").await;
        h.says_in(STAFF, "Chen", "/undo C-1").await;
        assert!(!is_muted(h, "Lin"));
        assert_eq!(state(h, 1).await, SanctionState::Undone);
        let said = h.transcript(STAFF);
        assert!(said.contains("C-1 was undone by Chen: it no longer counts. The platform was asked to lift what it did. The deleted message cannot be brought back; its text stands in the case."), "{said}");
        assert!(h.transcript("@Lin").contains("Case C-1 was taken back."), "{}", h.transcript("@Lin"));
        h.says("Lin", "weed").await;
        let (second, _) = case(h, 2).await;
        assert_eq!(second.explanation.unwrap().ladder.unwrap().step, 1, "what was undone does not count");
        h.says_in(STAFF, "Chen", "/undo 1").await;
        assert!(h.transcript(STAFF).contains("C-1 does not stand any more; there is nothing to undo."));
    });
}

#[test]
fn a_ban_is_undone_and_the_person_may_come_back() {
    story_about(&[About::Unbans], async |h| {
        h.staff("Chen", Role::Moderator).await;
        let lin = h.merchant("Lin").await;
        h.says("Chen", "/ban @lin fraud").await;
        assert!(h.world.join(&lin, &h.chat(GROUP)).is_err());
        assert_eq!(state(h, 1).await, SanctionState::Active);
        h.says("Chen", "/undo C-1").await;
        h.world.join(&lin, &h.chat(GROUP)).unwrap();
        h.settle().await;
        assert_eq!(state(h, 1).await, SanctionState::Undone);
        h.says("Chen", "/ban @lin fraud").await;
        h.says("Chen", "/unban @lin").await;
        assert_eq!(state(h, 2).await, SanctionState::Lifted);
    });
}

#[test]
fn a_ban_can_take_away_what_the_person_wrote_on_every_platform() {
    story(async |h| {
        h.staff("Chen", Role::Moderator).await;
        h.merchant("Spam").await;
        let old = h.says("Spam", "hello, I am new here").await;
        h.pass("3d").await;
        let new = [h.says("Spam", "take part in my raffle").await, h.says("Spam", "last places!").await];
        let other = h.says("Chen", "be careful").await;
        h.says("Chen", "/ban @spam purge 10d raffles").await;
        assert!(h.transcript(GROUP).contains("7 days back at most"), "{}", h.transcript(GROUP));
        h.says("Chen", "/mute @spam 1h purge 1d raffles").await;
        assert!(h.transcript(GROUP).contains("together with a ban only"), "{}", h.transcript(GROUP));
        h.says("Chen", "/ban @spam purge 2d raffles").await;
        h.pass("5m").await;
        let gone = |key: &bot_core::chat::MessageKey| h.message(GROUP, key).deleted;
        assert!(new.iter().all(gone) && !gone(&old) && !gone(&other), "{}", h.transcript(GROUP));
        assert_eq!(state(h, 1).await, SanctionState::Active);
        let said = h.transcript(STAFF);
        assert!(said.contains("What they wrote there in the last 2 days is taken away as well."), "{said}");
        h.says_in(STAFF, "Chen", "/case C-1").await;
        let said = h.transcript(STAFF);
        assert!(said.contains("with what they wrote in the 2 days before"), "{said}");
        assert_eq!(h.open_actions().await, []);
    });
}

#[test]
fn a_shorter_mute_on_top_ends_nothing_early() {
    story(async |h| {
        h.staff("Chen", Role::Moderator).await;
        h.merchant("Lin").await;
        h.says_in(STAFF, "Chen", "/mute @lin 1h first").await;
        h.says_in(STAFF, "Chen", "/mute @lin 10m second").await;
        h.pass("11m").await;
        assert_eq!((state(h, 2).await, is_muted(h, "Lin")), (SanctionState::Lifted, true));
        h.says_in(STAFF, "Chen", "/mute @lin 3h third").await;
        h.says_in(STAFF, "Chen", "/undo C-3").await;
        assert_eq!((state(h, 3).await, is_muted(h, "Lin")), (SanctionState::Undone, true));
        h.pass("50m").await;
        assert_eq!((state(h, 1).await, is_muted(h, "Lin")), (SanctionState::Lifted, false));
    });
}

#[test]
fn rank_and_role_are_respected() {
    story(async |h| {
        h.staff("Chen", Role::Moderator).await;
        h.staff("Olga", Role::Ops).await;
        h.staff("Ada", Role::Admin).await;
        h.staff("Sun", Role::Support).await;
        h.merchant("Owner").await;
        h.platform_admin("Owner").await;
        h.merchant("Lin").await;
        for (who, command, answer) in [
            ("Chen", "/mute @ada 10m", "Ada works here and does not rank below you."),
            ("Chen", "/mute @olga 10m", "Olga works here and does not rank below you."),
            ("Chen", "/warn @chen", "You cannot do that to yourself."),
            ("Chen", "/ban @owner", "Owner is an admin of “Sellers” on the platform"),
            ("Olga", "/ban @lin", "Your role does not allow /ban."),
            ("Sun", "/mute @lin 10m", "Your role does not allow /mute."),
        ] {
            h.says(who, command).await;
            assert!(h.transcript(GROUP).contains(answer), "{command}: {}", h.transcript(GROUP));
        }
        assert_eq!(cases(h).await, 0);
        h.says("Chen", "/warn @sun please").await;
        assert_eq!(cases(h).await, 1, "support ranks below");
        let before = h.transcript(GROUP);
        h.says("Lin", "/mute @chen 10m").await;
        assert_eq!(
            h.transcript(GROUP),
            format!("{before}Lin: /mute @chen 10m\n"),
            "nobody is told off in public"
        );
        h.says("Ada", "/mute @lin 1h loud").await;
        h.says("Chen", "/unmute @lin").await;
        assert!(h.transcript(GROUP).contains("C-2 was decided by Ada, who ranks above you."));
        assert!(is_muted(h, "Lin"));
    });
}

#[test]
fn every_mistake_gets_one_clear_sentence() {
    story_about(&[About::Unbans], async |h| {
        h.staff("Chen", Role::Moderator).await;
        h.merchant("Lin").await;
        h.stranger("Zoe");
        let bot = h.says("Chen", "/nonsense").await;
        for (command, answer) in [
            ("/mute @nobody 10m", "I do not know “@nobody”"),
            ("/mute @lin soon", "Say for how long"),
            ("/mute @lin 5s", "A mute lasts from 30 seconds to 366 days."),
            ("/mute @lin 9999d", "Say for how long"),
            ("/mute", "Say whom"),
            ("/unmute @lin", "I hold no mute against Lin here."),
            ("/unban @lin", "I hold no ban against Lin here."),
            ("/undo C-99", "There is no case C-99."),
            ("/undo nonsense", "There is no case nonsense."),
            ("/case C-1", "/case works in the staff chat and in the private chat with me."),
        ] {
            h.says("Chen", command).await;
            assert!(h.transcript(GROUP).contains(answer), "{command}: {}", h.transcript(GROUP));
        }
        let answer = h.latest(GROUP, "no command /nonsense");
        h.replies(GROUP, "Chen", &answer.key, "/warn").await;
        assert!(
            h.transcript(GROUP).contains("That message was not written by a member."),
            "{}",
            h.transcript(GROUP)
        );
        assert!(!h.message(GROUP, &bot).deleted);
        assert_eq!(cases(h).await, 0);
    });
}

#[test]
fn a_case_shows_its_proof_to_staff_and_plain_words_to_its_owner() {
    story_about(&[About::Usernames], async |h| {
        strict(h);
        h.staff("Chen", Role::Moderator).await;
        h.merchant("Lin").await;
        h.opens_direct("Lin").await;
        h.merchant("Mei").await;
        h.opens_direct("Mei").await;
        h.says("Lin", "fresh weed here").await;
        h.says_in(STAFF, "Chen", "/case C-1").await;
        let shown = h.latest(STAFF, "C-1 · stands");
        assert_eq!(
            shown.content.text.text.replace(h.user("Lin").as_str(), "u102"),
            "C-1 · stands\n\
             Lin (@lin, u102) in Sellers, 2026-11-21 16:00 (UTC+8)\n\
             Rule: Drugs (drugs, policy version 3). Found: weed\n\
             Ladder: step 1 of 3. Points: 1 for this, 0 left of earlier offences (0)\n\
             Opened by the bot\n\
             fresh weed here\n\
             The message is deleted.\n\
             • a mute of 10 minutes in Sellers: in force, 10 minutes left\n\
             They were told in private."
        );
        let text = &shown.content.text;
        let bold: Vec<&str> = text
            .marks
            .iter()
            .filter(|mark| mark.kind == bot_core::chat::MarkKind::Bold)
            .map(|mark| &text.text[mark.start_utf8..mark.end_utf8])
            .collect();
        assert_eq!(bold, ["C-1", "weed"]);

        h.says_in("@Lin", "Lin", "/case c1").await;
        assert_eq!(h.transcript("@Lin").matches("You cannot write there for 10 minutes.").count(), 2);
        assert!(!h.transcript("@Lin").contains("Ladder"));
        h.says_in("@Mei", "Mei", "/case C-1").await;
        h.says_in("@Mei", "Mei", "/case").await;
        let said = h.transcript("@Mei");
        assert!(
            said.contains("I find no such case of yours.") && said.contains("There is no case of yours."),
            "{said}"
        );
        h.says_in(STAFF, "Chen", "/cases @lin").await;
        assert!(
            h.transcript(STAFF)
                .contains("C-1 · 2026-11-21 16:00 (UTC+8) · stands · a mute of 10 minutes · Drugs")
        );
    });
}
