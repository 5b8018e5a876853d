//! What follows when a message meets a rule.

use bot_core::chat::ButtonDo;
use bot_core::roster::Role;
use bot_core::store::moderation::{CaseState, Notice, Removal, SanctionState};
use bot_core::store::{form, people};

use super::{Moderation, SourcedPolicy, case, cases, group, is_muted, person, state, strict};
use crate::harness::{About, GROUP, STAFF, START_MS, story, story_about, story_with_crashes};

#[test]
fn a_rule_breaker_is_muted_told_why_and_may_write_again_in_time() {
    story_about(&[About::Buttons], async |h| {
        strict(h);
        h.merchant("Lin").await;
        h.opens_direct("Lin").await;
        h.says("Lin", "fresh 大麻 here").await;
        h.reads(
            GROUP,
            "
            * Lin joined
            Lin: (deleted) fresh 大麻 here
            * Lin is muted for 10 min
            ",
        );
        assert_eq!(
            h.latest("@Lin", "removed").content.text.text,
            "A message of yours in “Sellers” was removed:\n\
             fresh 大麻 here\n\
             Rule: Drugs\n\
             Drugs are illegal here.\n\
             You cannot write there for 10 minutes. After that it works again by itself.\n\
             This is case C-1. If it is wrong, press Appeal: a person looks at it. /case C-1 shows it again."
        );
        assert!(h.button("@Lin", "Lin", "Appeal").is_some());
        let (found, sanctions) = case(h, 1).await;
        assert_eq!(
            (found.state, found.removal, found.notice),
            (CaseState::Stands, Removal::Removed, Notice::Told)
        );
        assert_eq!((found.rule.as_deref(), found.policy_version), (Some("drugs"), Some(3)));
        assert_eq!(found.spans_utf8(), [(6, 12)]);
        assert_eq!(
            (sanctions[0].state, sanctions[0].until_ms),
            (SanctionState::Active, Some(START_MS + 600_000))
        );

        h.pass("9m").await;
        assert_eq!((is_muted(h, "Lin"), state(h, 1).await), (true, SanctionState::Active));
        h.pass("1m").await;
        assert_eq!((is_muted(h, "Lin"), state(h, 1).await), (false, SanctionState::Lifted));
        h.says("Lin", "hello again").await;
        assert_eq!(h.open_actions().await, []);
    });
}

#[test]
fn a_chinese_merchant_reads_it_in_chinese() {
    story_about(&[About::Languages], async |h| {
        strict(h);
        let wang = h.stranger("小王");
        h.world.set_language(&wang, Some("zh-hans")).unwrap();
        h.world.join(&wang, &h.chat(GROUP)).unwrap();
        let direct = h.world.open_direct(&wang, None).unwrap();
        h.world.say(&wang, &h.chat(GROUP), "出大麻").unwrap();
        h.settle().await;
        let said = h.world.transcript(&direct);
        assert!(
            said.contains("您在“Sellers”发送的一条消息已被删除：\n    出大麻\n    违反规则：毒品\n"),
            "{said}"
        );
        assert!(said.contains("您在该群被禁言10分钟，到时自动解除。"), "{said}");
        assert!(said.contains("[申诉]"), "{said}");
    });
}

#[test]
fn the_ladder_rises_and_counts_both_accounts_of_one_person() {
    story(async |h| {
        strict(h);
        h.merchant("Lin").await;
        h.merchant("Lin Two").await;
        h.says("Lin", "weed").await;
        let (kept, joined) = (person(h, "Lin").await, person(h, "Lin Two").await);
        let mut work = h.hall().begin().await.unwrap();
        let (id, now_ms) = (work.hall.ids.next(), work.now_ms);
        people::join(work.tx().await.unwrap(), &id, (&kept, &joined), None, now_ms).await.unwrap();
        work.commit().await.unwrap();
        h.hall().directory.forget_all();
        h.says("Lin Two", "weed").await;
        let (second, sanctions) = case(h, 2).await;
        let rung = second.explanation.unwrap().ladder.unwrap();
        assert_eq!((rung.step, rung.earlier_offences), (2, 1));
        assert_eq!(sanctions[0].until_ms, Some(START_MS + 86_400_000));
    });
}

#[test]
fn an_edit_is_checked_and_one_message_is_one_offence() {
    story_about(&[About::Edits], async |h| {
        strict(h);
        h.merchant("Lin").await;
        let message = h.says("Lin", "fine").await;
        assert_eq!(cases(h).await, 0);
        h.edits(GROUP, "Lin", &message, "weed").await;
        assert!(h.message(GROUP, &message).deleted);
        assert_eq!((cases(h).await, state(h, 1).await), (1, SanctionState::Active));
    });
    story_about(&[About::Edits, About::SingleRights], async |h| {
        strict(h);
        h.merchant("Lin").await;
        // The bot may neither delete nor mute, so that the offender goes on with the same message.
        h.world.set_bot_rights(&h.chat(GROUP), Some(&[bot_core::chat::Right::Write])).unwrap();
        let message = h.says("Lin", "weed").await;
        h.edits(GROUP, "Lin", &message, "more weed").await;
        assert_eq!(cases(h).await, 1);
    });
}

#[test]
fn nobody_answers_a_message_that_is_removed() {
    story(async |h| {
        strict(h);
        h.merchant("Lin").await;
        h.says("Lin", "/cancel weed").await;
        assert!(!h.transcript(GROUP).contains("Guildhall ↩"), "{}", h.transcript(GROUP));
        assert_eq!(cases(h).await, 1);
    });
}

#[test]
fn staff_admins_channels_and_private_chats_are_left_alone() {
    story_about(&[About::Masks], async |h| {
        strict(h);
        h.staff("Sun", Role::Support).await;
        h.merchant("Owner").await;
        h.platform_admin("Owner").await;
        h.merchant("Lin").await;
        h.opens_direct("Lin").await;
        h.says("Sun", "weed is a rule word").await;
        h.says("Owner", "weed").await;
        h.world.say_as_chat(&h.chat(GROUP), "News", "weed").unwrap();
        h.says_in("@Lin", "Lin", "what about weed?").await;
        h.settle().await;
        assert_eq!(cases(h).await, 0);
        assert!(!h.transcript(GROUP).contains("(deleted)"), "{}", h.transcript(GROUP));
    });
}

#[test]
fn an_exempt_group_is_exempt_by_either_of_its_ids() {
    for ours in [true, false] {
        story(async |h| {
            let id = if ours { group(h).await.id.to_string() } else { h.chat(GROUP).to_string() };
            let policy = format!("{}exempt_groups = [\"{id}\"]\n", super::POLICY.replace("vx", "weed"));
            let policy = SourcedPolicy::parse(&policy).unwrap();
            Moderation::set_policy(&h.hall(), policy);
            h.merchant("Lin").await;
            h.says("Lin", "weed").await;
            let (found, _) = case(h, 1).await;
            let rules = found.explanation.unwrap().rules;
            assert_eq!(rules.len(), 1, "only the rule without exemption: {rules:?}");
        });
    }
}

#[test]
fn the_first_messages_of_somebody_are_looked_at_more_closely() {
    story(async |h| {
        let title = "title = { en = \"x\", zh-CN = \"x\" }";
        let policy = format!(
            "version = 1\n[[rule]]\nid = \"link\"\n{title}\naction = \"score\"\nscore = 1\nentities = [\"link\"]\n\
             [[rule]]\nid = \"newcomer\"\n{title}\nneeds = [\"link\"]\nbehaviour = {{ kind = \"early_message\", count = 2 }}\n"
        );
        let policy = SourcedPolicy::parse(&policy).unwrap();
        Moderation::set_policy(&h.hall(), policy);
        h.merchant("Lin").await;
        h.merchant("Mei").await;
        for text in ["hello", "good morning", "see example.net/a"] {
            h.says("Lin", text).await;
        }
        assert_eq!(cases(h).await, 0, "it is not among the first two");
        h.says("Mei", "see example.net/a").await;
        assert_eq!(case(h, 1).await.0.explanation.unwrap().rules[0].rule.as_str(), "newcomer");
    });
}

#[test]
fn a_flagged_message_waits_for_a_moderator() {
    story_about(&[About::Edits, About::Buttons], async |h| {
        strict(h);
        h.staff("Chen", Role::Moderator).await;
        h.staff("Sun", Role::Support).await;
        h.merchant("Lin").await;
        let message = h.says("Lin", "add vx 123").await;
        assert!(!h.message(GROUP, &message).deleted && !is_muted(h, "Lin"));
        assert!(h.transcript(STAFF).contains("C-1: please look at a message of Lin in “Sellers” (Private contacts)\n    add vx 123 [Uphold] [Dismiss]"), "{}", h.transcript(STAFF));
        h.taps(STAFF, "Sun", "Uphold").await;
        assert!(h.transcript(STAFF).contains("(only Sun) * “Your role does not allow that.”"));
        assert_eq!(case(h, 1).await.0.state, CaseState::Flagged);

        h.taps(STAFF, "Chen", "Uphold").await;
        assert!(h.message(GROUP, &message).deleted && is_muted(h, "Lin"));
        assert!(
            h.transcript(STAFF)
                .contains("C-1 upheld by Chen: a mute of 10 minutes.\n    add vx 123 (edited)"),
            "{}",
            h.transcript(STAFF)
        );
        h.says_in(STAFF, "Chen", "/dismiss C-1").await;
        assert!(h.transcript(STAFF).contains("C-1 is decided already by Chen: stands."));
    });
    story_about(&[About::Edits, About::Buttons], async |h| {
        strict(h);
        h.staff("Chen", Role::Moderator).await;
        h.merchant("Lin").await;
        let message = h.says("Lin", "add vx 123").await;
        h.taps(STAFF, "Chen", "Dismiss").await;
        assert_eq!(case(h, 1).await.0.state, CaseState::Dismissed);
        h.edits(GROUP, "Lin", &message, "add vx 456").await;
        assert_eq!(case(h, 2).await.0.state, CaseState::Flagged, "another text is looked at again");
        h.edits(GROUP, "Lin", &message, "add vx for weed").await;
        assert_eq!((case(h, 2).await.0.state, cases(h).await), (CaseState::Stands, 2), "now the bot is sure");
    });
}

#[test]
fn what_a_moderator_does_about_a_flagged_message_decides_its_case() {
    story_about(&[About::Edits], async |h| {
        strict(h);
        h.staff("Chen", Role::Moderator).await;
        h.merchant("Lin").await;
        let message = h.says("Lin", "add vx 123").await;
        h.replies(GROUP, "Chen", &message, "/warn no private contacts here").await;
        let (found, _) = case(h, 1).await;
        assert_eq!((found.state, cases(h).await), (CaseState::Stands, 1), "one message is one offence");
        assert_eq!((found.reason.as_deref(), found.by), (Some("no private contacts here"), None));
        assert!(found.decided_by.is_some());
        h.taps(STAFF, "Chen", "Dismiss").await;
        assert!(h.transcript(STAFF).contains("C-1 is decided already by Chen: stands."));
        h.edits(GROUP, "Lin", &message, "add vx 1234").await;
        assert!(!h.message(GROUP, &message).deleted, "the moderator let it stand");
    });
}

#[test]
fn who_cannot_be_reached_in_private_is_told_in_one_line_and_comes_to_read() {
    story_about(&[About::Doors], async |h| {
        strict(h);
        h.merchant("Lin").await;
        h.merchant("Mei").await;
        h.says("Lin", "weed").await;
        let line = "Guildhall: Lin: a mute of 10 minutes (Drugs). [Why, and how to appeal]";
        assert!(h.transcript(GROUP).contains(line), "{}", h.transcript(GROUP));
        assert_eq!(h.transcript(GROUP).matches("weed").count(), 1, "the bot does not repeat it");
        h.taps(GROUP, "Mei", "Why").await;
        assert!(h.transcript("@Mei").contains("I find no such case of yours."), "{}", h.transcript("@Mei"));
        h.taps(GROUP, "Lin", "Why").await;
        let said = h.transcript("@Lin");
        assert!(said.contains("A message of yours in “Sellers” was removed:\n    weed\n"), "{said}");
        assert!(said.contains("You cannot write there for 10 minutes."), "{said}");
    });
}

#[test]
fn a_notice_that_is_refused_becomes_a_line_in_the_group() {
    story(async |h| {
        strict(h);
        h.merchant("Lin").await;
        h.opens_direct("Lin").await;
        let direct = h.chat("@Lin");
        let fault = guildhall_sandbox::Fault::Refuse { why: bot_core::chat::RejectionKind::Blocked };
        h.world.faults().add(guildhall_sandbox::Rule::new(fault).times(1).within(&direct));
        h.says("Lin", "weed").await;
        assert!(
            h.transcript(GROUP).contains("Lin: a mute of 10 minutes (Drugs)."),
            "{}",
            h.transcript(GROUP)
        );
        assert_eq!(case(h, 1).await.0.notice, Notice::Group);
    });
}

#[test]
fn the_appeal_button_opens_a_ticket_about_the_case() {
    story_about(&[About::Buttons], async |h| {
        strict(h);
        h.merchant("Lin").await;
        h.opens_direct("Lin").await;
        h.says("Lin", "weed").await;
        let notice = h.latest("@Lin", "removed");
        let ButtonDo::Press(handle) = &notice.content.buttons[0][0].does else { panic!("no press") };
        let mut tx = h.hall().db.read().await.unwrap();
        let button = form::button(&mut tx, handle).await.unwrap().unwrap();
        drop(tx);
        assert_eq!((button.feature.as_str(), button.verb.as_str()), ("ticket", "open"));
        assert_eq!(button.payload["subject"], "Appeal C-1");
        assert_eq!(button.payload["chat"], group(h).await.id.as_str());
    });
}

#[test]
fn a_hit_makes_one_case_wherever_the_program_is_killed() {
    // How long the platform says that a mute has left depends on when it got through.
    story_with_crashes(&[STAFF, "@Lin"], async |h| {
        h.staff("Chen", Role::Moderator).await;
        h.merchant("Lin").await;
        h.opens_direct("Lin").await;
        h.says("Lin", "casino bonus for all").await;
        h.pass("10s").await;
        h.says_in(STAFF, "Chen", "/cases @lin").await;
        h.pass("10s").await;
        h.says_in(STAFF, "Chen", "/unmute @lin").await;
        h.pass("10s").await;
        assert!(!is_muted(h, "Lin"), "{}", h.transcripts(&[GROUP, STAFF, "@Lin"]));
        assert_eq!(cases(h).await, 1);
    });
}
