//! What happens to groups: who comes and goes, where they move, their threads, and who may write when.

use bot_core::chat::{Action, Content, EventBody, MemberRole, RejectionKind, Standing, ThreadChange};

use super::{Town, key};
use crate::{Post, Profile, Refusal};

fn town() -> Town {
    let town = Town::new(Profile::sandbox());
    town.events();
    town
}

#[test]
fn groups_change_and_the_bot_is_told_while_it_is_there() {
    let town = town();
    let (world, group, tom) = (&town.world, &town.group, key("Tom"));
    world.join(&tom, group).unwrap();
    assert_eq!(world.join(&tom, group), Err(Refusal::AlreadyMember));
    world.set_role(group, &tom, MemberRole::Admin).unwrap();
    assert_eq!(world.set_role(group, &tom, MemberRole::Admin), Err(Refusal::Unchanged));
    world.rename_group(group, "Big shops").unwrap();
    world.leave(&tom, group).unwrap();
    assert_eq!(world.leave(&tom, group), Err(Refusal::NotMember));
    world.set_bot_rights(group, None).unwrap();
    town.says("Lin", "the bot does not hear this");
    world.set_bot_rights(group, Some(&[])).unwrap();
    let events = town.events();
    assert!(
        matches!(&events[5], EventBody::ChatChanged { bot_present: true, added_by: Some(by), .. } if by.key == key("Ann"))
    );
    let kinds: Vec<_> = events.iter().map(EventBody::kind).collect();
    assert_eq!(kinds, ["joined", "role_changed", "chat_changed", "left", "chat_changed", "chat_changed"]);
    assert_lines(
        &town.transcript(),
        &[
            "* Tom joined",
            "* Tom is now admin",
            "* the group is now called “Big shops”",
            "* Tom left",
            "* the bot was removed",
            "Lin: the bot does not hear this",
            "* the bot was added",
        ],
    );
}

fn assert_lines(transcript: &str, lines: &[&str]) {
    assert_eq!(transcript.lines().collect::<Vec<_>>(), lines);
}

#[tokio::test]
async fn a_group_that_moves_keeps_its_order_and_the_bot_follows() {
    let town = town();
    town.says("Lin", "before");
    let new = town.world.migrate(&town.group, "g1b").unwrap();
    assert_eq!(town.world.say(&key("Lin"), &town.group, "x"), Err(Refusal::Moved(new.clone())));
    town.world.say(&key("Lin"), &new, "after").unwrap();
    let kinds: Vec<_> = town.events().iter().map(EventBody::kind).collect();
    assert_eq!(kinds, ["message", "chat_migrated", "message"]);
    let delivered = town.done(&town.here(), Action::Send(Content::text("x"))).await;
    assert_eq!(delivered.chat.as_ref(), Some(&new));
    town.done(&town.here(), Action::Mute { user: key("Lin"), until_ms: None }).await;
    assert_eq!(town.world.migrate(&new, "g1"), Err(Refusal::Taken("g1".into())));
}

#[test]
fn threads_are_for_admins_to_open_and_close() {
    let town = town();
    let (world, group) = (&town.world, &town.group);
    assert_eq!(world.open_thread(&key("Lin"), group, "News"), Err(Refusal::NotAdmin));
    let thread = world.open_thread(&key("Ann"), group, "News").unwrap();
    let say = || world.say(&key("Lin"), group, Post::text("hi").in_thread(&thread));
    let said = say().unwrap();
    world.close_thread(&key("Bo"), group, &thread).unwrap();
    assert_eq!(say(), Err(Refusal::ThreadClosed));
    assert_eq!(world.close_thread(&key("Bo"), group, &thread), Err(Refusal::Unchanged));
    world.reopen_thread(&key("Bo"), group, &thread).unwrap();
    say().unwrap();
    world.delete_thread(&key("Bo"), group, &thread).unwrap();
    assert_eq!(say(), Err(Refusal::NoThread(thread.clone())));
    assert_eq!(world.edit(&key("Lin"), group, &said, "x"), Err(Refusal::NoMessage(said)));
    let changes: Vec<_> = town
        .events()
        .into_iter()
        .filter_map(|event| match event {
            EventBody::ThreadChanged { change, .. } => Some(change),
            _ => None,
        })
        .collect();
    assert_eq!(changes, [ThreadChange::Closed, ThreadChange::Reopened, ThreadChange::Deleted]);
    let second = world.open_thread(&key("Ann"), group, "News").unwrap();
    assert_ne!(second, thread);
}

#[tokio::test]
async fn a_locked_group_is_written_in_by_its_admins_alone() {
    let town = town();
    let look = || Action::Look { at: Standing::Chat };
    assert_eq!(town.done(&town.here(), look()).await.before.as_deref(), Some("open"));
    town.done(&town.here(), Action::Lock).await;
    assert_eq!(town.refused(&town.here(), Action::Lock).await, RejectionKind::AlreadySo);
    assert_eq!(town.world.say(&key("Lin"), &town.group, "hi"), Err(Refusal::Locked));
    town.says("Bo", "a word from an admin");
    assert_eq!(town.done(&town.here(), look()).await.before.as_deref(), Some("locked"));
    town.done(&town.here(), Action::Unlock { before: Some("open".into()) }).await;
    town.says("Lin", "hi");
    assert_eq!(town.world.set_locked(&key("Lin"), &town.group, true), Err(Refusal::NotAdmin));
    town.world.set_locked(&key("Bo"), &town.group, true).unwrap();
    let kept = Action::Unlock { before: Some("locked".into()) };
    assert_eq!(town.refused(&town.here(), kept).await, RejectionKind::AlreadySo, "an admin's lock stays");
}

#[tokio::test]
async fn slow_mode_holds_members_back_and_no_admin() {
    let town = town();
    town.done(&town.here(), Action::SlowMode { every_s: 30 }).await;
    town.says("Lin", "one");
    town.clock.move_to(1_010_000);
    assert_eq!(town.world.say(&key("Lin"), &town.group, "two"), Err(Refusal::TooSoon { wait_ms: 20_000 }));
    town.says("Mei", "one of another");
    town.says("Bo", "one");
    town.says("Bo", "two");
    town.clock.move_to(1_030_000);
    town.says("Lin", "two");
    town.done(&town.here(), Action::SlowMode { every_s: 0 }).await;
    town.says("Lin", "three");
    let too_slow = Action::SlowMode { every_s: 100_000 };
    assert_eq!(town.refused(&town.here(), too_slow).await, RejectionKind::BadContent);
}

#[tokio::test]
async fn who_must_ask_is_let_in_or_turned_away() {
    let town = town();
    town.world.set_asks(&town.group, true).unwrap();
    assert_eq!(town.world.join(&key("Tom"), &town.group), Err(Refusal::MustAsk));
    town.world.ask_to_join(&key("Tom"), &town.group, "I sell tea").unwrap();
    assert_eq!(town.world.ask_to_join(&key("Tom"), &town.group, "please"), Err(Refusal::Unchanged));
    let asked = town.events().remove(0);
    let EventBody::JoinRequested { user, request, words, .. } = asked else { panic!("{asked:?}") };
    assert_eq!((user.key, words.as_str()), (key("Tom"), "I sell tea"));
    let answer = |let_in| Action::AnswerJoin { user: key("Tom"), request: request.clone(), let_in };
    town.done(&town.here(), answer(false)).await;
    assert_eq!(town.refused(&town.here(), answer(true)).await, RejectionKind::NotFound);
    town.world.ask_to_join(&key("Tom"), &town.group, "again").unwrap();
    let EventBody::JoinRequested { request: again, .. } = town.events().remove(0) else { panic!() };
    assert_ne!(again, request);
    let stale = town.refused(&town.here(), answer(true)).await;
    assert_eq!(stale, RejectionKind::NotFound, "an answer to an old request lets nobody in");
    town.done(&town.here(), Action::AnswerJoin { user: key("Tom"), request: again, let_in: true }).await;
    assert!(matches!(&town.events()[..], [EventBody::Joined { user, .. }] if user.key == key("Tom")));
    town.says("Tom", "thank you");
}
