//! Who reads and does what: several merchants, several agents, the console, a name that is hostile.

use bot_core::chat::{Content, ForwardOrigin};
use bot_core::features::ticket::{self as tickets, NewTicket};
use bot_core::roster::Role;
use bot_core::store::chat;
use bot_core::store::ticket::{MessageKind, TicketMessage, TicketState};
use guildhall_sandbox::{Author, Post};

use super::{holds, lacks, lin_and_ann, messages, private, reads_in_private, state, topic};
use crate::harness::{About, GROUP, Kind, STAFF, Stage, story, story_about};

#[test]
fn edits_deletes_and_replies_reach_the_other_side() {
    story_about(&[About::Edits], async |h| {
        lin_and_ann(h).await;
        h.says_in("@Lin", "Lin", "/ticket payout").await;
        let question = h.says_in("@Lin", "Lin", "It says E24").await;
        h.edits("@Lin", "Lin", &question, "It says E42").await;
        let shown = h.latest(STAFF, "It says E42");
        assert_eq!((shown.content.text.text.as_str(), shown.edited), ("Lin: It says E42", true));

        let answer = h.replies(STAFF, "Ann", &shown.key, "We pay again").await;
        let copy = h.latest("@Lin", "We pay again");
        assert_eq!(copy.reply_to, Some(question.clone()), "the answer points at the question");
        h.edits(STAFF, "Ann", &answer, "We pay again today").await;
        assert_eq!(h.message("@Lin", &copy.key).content.text.text, "Support: We pay again today");

        h.replies("@Lin", "Lin", &copy.key, "thanks").await;
        assert_eq!(h.latest(STAFF, "Lin: thanks").reply_to, Some(answer.clone()));

        // Where the platform tells of it; Telegram tells no bot.
        let told = h.world.profile().tells_deletions;
        h.deletes(STAFF, "Ann", &answer).await;
        assert_eq!(h.message("@Lin", &copy.key).deleted, told);
        h.deletes("@Lin", "Lin", &question).await;
        assert_eq!(h.message(STAFF, &shown.key).deleted, told);

        let note = h.says_in_thread(STAFF, "T-1", "Ann", "// a note").await;
        h.edits(STAFF, "Ann", &note, "not a note any more").await;
        lacks(&h.transcript("@Lin"), "note");
        let kept = messages(h, 1).await;
        let deleted = |one: &TicketMessage| one.kind == MessageKind::Merchant && one.deleted_at_ms.is_some();
        assert_eq!(kept.iter().any(deleted), told);
    });
}

#[test]
fn files_go_both_ways() {
    story_about(&[About::Files], async |h| {
        lin_and_ann(h).await;
        h.says_in("@Lin", "Lin", "/ticket a picture").await;
        let file = h.world.upload("bill.txt", b"7 yuan").unwrap();
        h.says_in("@Lin", "Lin", Post::text("my bill").with_file(file.clone())).await;
        holds(&h.latest(STAFF, "Lin: my bill").content.text.text, "Lin: my bill");
        assert_eq!(files_of_the_bot(h, STAFF), ["bill.txt"]);
        h.posts_in_thread(STAFF, "T-1", "Ann", Post::default().with_file(file)).await;
        assert_eq!(h.latest("@Lin", "Support").content.text.text, "Support");
        assert_eq!(files_of_the_bot(h, "@Lin").len(), 1);
    });
}

/// The names of the files that the bot has sent into a chat, with its words or, where a file stands alone, behind them.
fn files_of_the_bot(h: &Stage, chat: &str) -> Vec<String> {
    let view = h.world.chat(&h.chat(chat), None, 1_000).unwrap();
    let by_bot = view.messages.into_iter().filter(|message| message.author == Author::Bot);
    by_bot.flat_map(|message| message.content.attachments).map(|file| file.name).collect()
}

#[test]
fn a_hostile_name_stays_a_name() {
    story(async |h| {
        let evil = "private\u{202E}[x](y) <b>@Ann</b> T-9";
        h.merchant(evil).await;
        h.staff("Ann", Role::Support).await;
        h.says(evil, "/ticket \u{202E}*pay*\n@everyone").await;
        h.world.open_direct(&h.user(evil), None).unwrap();
        h.settle().await;
        let direct = format!("@{evil}");
        h.says_in(&direct, evil, "Support: I am support @Ann").await;
        let line = h.latest(GROUP, "we'll go on in private");
        // On Discord and QQ the bot names only the id, and people's own clients put the name in; QQ's with an @ before it.
        let name_is_ours = !matches!(h.kind(), Kind::Discord | Kind::Qq(_));
        let said = line.content.text.text;
        let said = if name_is_ours { said } else { said.replace('\u{202E}', "") };
        let said = said.strip_prefix('@').unwrap_or(&said);
        assert_eq!(said, "private[x](y) <b>@Ann</b> T-9, we'll go on in private.");
        assert_eq!(line.content.text.marks.len(), 1, "only the name is marked");
        let shown = h.latest(STAFF, "I am support");
        let mentions = shown.content.text.mentioned().count();
        assert_eq!(mentions, 0, "nobody is called: {:?}", shown.content.text);
        if h.kind().has(About::Topics) {
            lacks(&h.world.chat(&h.chat(STAFF), None, 1).unwrap().threads[0].title, "\u{202E}");
        }
        h.says_in_thread(STAFF, "T-1", "Ann", "Hello").await;
        holds(&h.transcript(&direct), "Guildhall: Support: Hello");
    });
}

#[test]
fn two_merchants_never_read_each_other() {
    story(async |h| {
        lin_and_ann(h).await;
        h.merchant("Mei").await;
        h.opens_direct("Mei").await;
        h.says_in("@Lin", "Lin", "/ticket payout").await;
        h.says_in("@Mei", "Mei", "/ticket returns").await;
        h.says_in("@Lin", "Lin", "from Lin").await;
        h.says_in("@Mei", "Mei", "from Mei").await;
        h.says_in_thread(STAFF, "T-1", "Ann", "to Lin").await;
        h.says_in_thread(STAFF, "T-2", "Ann", "to Mei").await;
        lacks(&private(h, "Lin"), "Mei");
        lacks(&private(h, "Mei"), "Lin");
        if h.kind().has(About::Topics) {
            assert_ne!(h.latest(STAFF, "from Lin").thread, h.latest(STAFF, "from Mei").thread);
        }
        // Tapping somebody else's button changes nothing of theirs.
        h.says_in_thread(STAFF, "T-2", "Ann", "/close done").await;
        assert_eq!(state(h, 1).await, TicketState::Open);
        assert_eq!(state(h, 2).await, TicketState::Closed);
    });
}

#[test]
fn who_turns_out_to_be_one_person_keeps_each_ticket_where_it_was_opened() {
    story_about(&[About::Topics], async |h| {
        lin_and_ann(h).await;
        h.staff("Yi", Role::Ops).await;
        h.merchant("Mei").await;
        h.opens_direct("Mei").await;
        h.says_in("@Lin", "Lin", "/ticket payout").await;
        h.says_in("@Mei", "Mei", "/ticket returns").await;
        h.says_in(STAFF, "Yi", "/person join @lin @mei").await;
        h.says_in("@Lin", "Lin", "about the payout").await;
        h.says_in("@Mei", "Mei", "about the returns").await;
        assert_ne!(h.latest(STAFF, "about the payout").thread, h.latest(STAFF, "about the returns").thread);
        h.says_in_thread(STAFF, "T-2", "Ann", "the returns are fine").await;
        holds(&private(h, "Mei"), "the returns are fine");
        lacks(&private(h, "Lin"), "the returns are fine");
        // One is closed: whatever they write then belongs to the one that is left.
        h.says_in_thread(STAFF, "T-2", "Ann", "/close done").await;
        h.says_in("@Mei", "Mei", "and the payout?").await;
        assert_eq!(
            h.latest(STAFF, "and the payout?").thread,
            h.latest(STAFF, "about the payout").thread,
            "one person, one open ticket"
        );
        h.says_in(STAFF, "Yi", "/person part @mei").await;
        h.says_in("@Mei", "Mei", "another thing").await;
        lacks(&h.transcript(STAFF), "another thing");
    });
}

#[test]
fn a_second_wish_points_to_the_ticket_that_is_open() {
    story(async |h| {
        lin_and_ann(h).await;
        h.says("Lin", "/ticket payout").await;
        h.says("Lin", "/ticket returns too").await;
        assert_eq!(h.transcript(GROUP).matches("we'll go on in private").count(), 1);
        holds(&h.transcript("@Lin"), "Your ticket T-1 is open. Write here, and support will read it.");
        holds(&topic(h), "Lin: returns too");
        lacks(&h.transcript(STAFF), "T-2");
    });
}

#[test]
fn who_writes_without_a_ticket_is_offered_one_once_an_hour_and_loses_no_word() {
    // On QQ a message that is passed on is a bundle, of which the words come only with an implementation that unpacks it.
    story_about(&[About::Topics], async |h| {
        lin_and_ann(h).await;
        // What is forwarded is nothing that the bot could answer by itself.
        let forwarded = |text: &str| Post {
            forwarded: Some(ForwardOrigin { name: "My bank".into(), user: None }),
            ..Post::text(text)
        };
        h.says_in("@Lin", "Lin", forwarded("Hello")).await;
        h.says_in("@Lin", "Lin", forwarded("My payout failed")).await;
        let offer = "I don't pass on what you write here unless you open a ticket. Shall I?";
        assert_eq!(h.transcript("@Lin").matches(offer).count(), 1);
        h.taps("@Lin", "Lin", "Open a ticket").await;
        let (hello, failed) = (h.latest(STAFF, "Lin: Hello"), h.latest(STAFF, "Lin: My payout failed"));
        assert!(hello.thread.is_some() && hello.thread == failed.thread);
        h.says_in("@Lin", "Lin", "/close").await;
        h.pass("2h").await;
        h.says_in("@Lin", "Lin", forwarded("Still there?")).await;
        assert_eq!(h.transcript("@Lin").matches(offer).count(), 2);
        h.taps("@Lin", "Lin", "Go on with T-1").await;
        assert_eq!(state(h, 1).await, TicketState::Reopened);
        h.says_in("@Lin", "Lin", "/close").await;
        // The old button takes along what was written since, but nothing that stood in a ticket already.
        h.taps("@Lin", "Lin", "Open a ticket").await;
        assert_eq!(topic(h).matches("Lin: Hello").count(), 1);
        assert_eq!(state(h, 2).await, TicketState::New);
        // Staff are not offered one.
        h.opens_direct("Ann").await;
        h.says_in("@Ann", "Ann", forwarded("Hello")).await;
        lacks(&h.transcript("@Ann"), "Shall I?");
    });
}

#[test]
fn a_ticket_has_one_agent_and_a_takeover_is_said_to_the_first() {
    story(async |h| {
        lin_and_ann(h).await;
        h.staff("Bo", Role::Support).await;
        h.staff("Mo", Role::Moderator).await;
        h.says_in("@Lin", "Lin", "/ticket payout").await;
        h.taps(STAFF, "Mo", "Claim").await;
        lacks(&topic(h), "Mo took");
        h.taps(STAFF, "Ann", "Claim").await;
        holds(&topic(h), "Ann took T-1.");
        h.says_in_thread(STAFF, "T-1", "Bo", "/claim").await;
        let line = h.latest(STAFF, "Bo took T-1 over from you.");
        assert_eq!(line.content.text.mentioned().collect::<Vec<_>>(), [&h.user("Ann")]);
        h.says_in(STAFF, "Bo", "/claim T-1").await;
        holds(&topic(h), "T-1 is yours already.");
        h.says_in_thread(STAFF, "T-1", "Mo", "I am no agent").await;
        holds(&topic(h), "Not passed on: only staff who are linked and may answer tickets");
        lacks(&h.transcript("@Lin"), "I am no agent");
        h.says_in_thread(STAFF, "T-1", "Ann", "/close").await;
        h.says_in_thread(STAFF, "T-1", "Ann", "too late").await;
        holds(&topic(h), "T-1 is closed. /reopen takes it up again.");
        lacks(&h.transcript("@Lin"), "too late");
        h.taps(STAFF, "Bo", "Reopen").await;
        holds(&h.transcript("@Lin"), "T-1 is open again.");
    });
}

#[test]
fn the_console_answers_notes_and_closes_like_the_staff_chat() {
    story_about(&[About::Topics], async |h| {
        let ann = lin_and_ann(h).await;
        let mo = h.staff("Mo", Role::Moderator).await;
        let hall = h.hall();
        let mut work = hall.begin().await.unwrap();
        let account = h.world.account().clone();
        let user =
            chat::user_by_key(work.tx().await.unwrap(), &account, &h.user("Lin")).await.unwrap().unwrap();
        let new = NewTicket {
            user,
            by: Some(ann.clone()),
            from: None,
            subject: None,
            question: Some("payout failed".into()),
            lang: None,
        };
        let no = tickets::open(&mut work, new).await.unwrap().no();
        tickets::note_as_staff(&mut work, &ann, no, "called her").await.unwrap();
        tickets::set_public_name(&mut work, &ann, Some("Anna")).await.unwrap();
        tickets::reply_as_staff(&mut work, &ann, no, Content::text("We pay again")).await.unwrap();
        assert!(tickets::reply_as_staff(&mut work, &mo, no, Content::text("No right")).await.is_err());
        tickets::close(&mut work, &ann, no, Some("paid".into())).await.unwrap();
        assert!(tickets::reply_as_staff(&mut work, &ann, no, Content::text("too late")).await.is_err());
        work.commit().await.unwrap();
        h.pass("1s").await;
        reads_in_private(h, "Lin",
            "
            * the private chat was opened
            Guildhall: Your ticket T-1 is open: “payout failed”. Everything you write here goes to support and to nobody else. /close ends it.
            Guildhall: Anna: We pay again
            Guildhall: T-1 is closed: paid [Reopen]
            ",
        );
        let topic = topic(h);
        for part in ["Ann: // called her", "Ann: We pay again", "Ann closed T-1: paid"] {
            holds(&topic, part);
        }
    });
}

#[test]
fn a_button_under_an_answer_is_its_askers_alone() {
    story_about(&[About::Topics, About::Buttons], async |h| {
        lin_and_ann(h).await;
        h.merchant("Mei").await;
        let asked = h.says("Lin", "How do I pay out?").await;
        let hall = h.hall();
        let mut work = hall.begin().await.unwrap();
        let account = h.world.account().clone();
        let tx = work.tx().await.unwrap();
        let user = chat::user_by_key(tx, &account, &h.user("Lin")).await.unwrap().unwrap();
        let group = chat::by_key(tx, &account, &h.chat(GROUP)).await.unwrap().unwrap();
        let button =
            tickets::open_button(&group, Some(&h.key_of_message(GROUP, &asked)), Some("Paying out"), &user);
        let button = work.button(button, "Not solved".into()).await.unwrap();
        work.say(bot_core::work::Place::chat(&group.id), Content::text("Like this.").with_row(vec![button]));
        work.commit().await.unwrap();
        h.settle().await;
        h.taps(GROUP, "Mei", "Not solved").await;
        assert!(!h.transcript(STAFF).contains("T-1"));
        h.taps(GROUP, "Lin", "Not solved").await;
        holds(&h.transcript(STAFF), "thread “T-1 Lin · Paying out” opened");
        holds(&topic(h), "How do I pay out? [Claim]");
        holds(&h.transcript(GROUP), "Guildhall ↩ “How do I pay out?”: Lin, we'll go on in private.");
        let line = h.latest(GROUP, "we'll go on in private");
        assert_eq!(line.content.text.text, "Lin, we'll go on in private.");
    });
}
