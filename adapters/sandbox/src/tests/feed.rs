//! Events on their way to the bot.

use std::sync::{Arc, Mutex};

use bot_core::chat::{Event, EventBody};

use super::{Town, key, user};
use crate::adapter::feed;
use crate::{Fault, Profile};

type Heard = Arc<Mutex<Vec<Event>>>;

/// Feeds until `enough` events were heard; gives them.
async fn hear(town: &Town, enough: usize) -> Vec<Event> {
    let heard: Heard = Arc::default();
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let take = {
        let heard = Arc::clone(&heard);
        move |event: Event| {
            let (heard, stop) = (Arc::clone(&heard), stop.clone());
            async move {
                let mut heard = heard.lock().unwrap();
                heard.push(event);
                stop.send_replace(heard.len() >= enough);
                true
            }
        }
    };
    let closed = async move {
        let mut stopped = stopped;
        stopped.wait_for(|enough| *enough).await.unwrap();
        settled().await;
    };
    feed(&town.world, closed, take).await;
    let heard = heard.lock().unwrap();
    heard.clone()
}

/// An event is counted as taken only some steps after it was heard.
async fn settled() {
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
}

fn texts(events: &[Event]) -> Vec<&str> {
    let text = |event| match event {
        &Event { body: EventBody::Message(ref message), .. } => Some(message.content.text.text.as_str()),
        _ => None,
    };
    events.iter().filter_map(text).collect()
}

#[tokio::test]
async fn events_of_a_chat_come_in_order_and_once() {
    let town = Town::new(Profile::sandbox());
    let said: Vec<String> = (0..50).map(|n| n.to_string()).collect();
    for text in &said {
        town.says("Lin", text);
    }
    let heard = hear(&town, 51).await;
    assert_eq!(texts(&heard), said);
    assert_eq!(town.world.stats().events_waiting, 0);
    let keys: std::collections::BTreeSet<_> = heard.iter().map(|event| &event.key).collect();
    assert_eq!(keys.len(), 51);
}

#[tokio::test]
async fn an_event_that_was_not_taken_comes_again() {
    let town = Town::new(Profile::sandbox());
    town.events();
    town.says("Lin", "hi");
    feed(&town.world, std::future::pending(), |_| async { false }).await;
    assert_eq!(town.world.stats().events_waiting, 1);
    assert_eq!(texts(&hear(&town, 1).await), ["hi"]);
}

#[tokio::test]
async fn a_bot_that_panics_loses_nothing() {
    let town = Town::new(Profile::sandbox());
    town.events();
    town.says("Lin", "hi");
    feed(&town.world, std::future::pending(), |_| async { panic!("on purpose") }).await;
    assert_eq!(texts(&hear(&town, 1).await), ["hi"]);
}

#[tokio::test]
async fn a_chat_that_is_stuck_holds_up_no_other() {
    let town = Town::new(Profile::sandbox());
    town.events();
    town.says("Lin", "stuck");
    town.says("Lin", "behind it");
    let other =
        town.world.create_group("g2", "Other", &[(key("Mei"), bot_core::chat::MemberRole::Member)]).unwrap();
    town.world.say(&key("Mei"), &other, "free").unwrap();
    let (heard, free) = (Heard::default(), Arc::new(tokio::sync::Notify::new()));
    let take = {
        let (heard, free) = (Arc::clone(&heard), Arc::clone(&free));
        move |event: Event| {
            let (heard, free) = (Arc::clone(&heard), Arc::clone(&free));
            async move {
                if texts(std::slice::from_ref(&event)) == ["stuck"] {
                    std::future::pending::<()>().await;
                }
                if texts(std::slice::from_ref(&event)) == ["free"] {
                    free.notify_one();
                }
                heard.lock().unwrap().push(event);
                true
            }
        }
    };
    let closed = async {
        free.notified().await;
        settled().await;
    };
    feed(&town.world, closed, take).await;
    assert_eq!(texts(&heard.lock().unwrap()), ["free"]);
    assert_eq!(texts(&hear(&town, 2).await), ["stuck", "behind it"]);
}

#[tokio::test]
async fn duplicates_carry_the_same_key() {
    let town = Town::new(Profile::sandbox());
    town.events();
    town.world.faults().next(Fault::Duplicate, 1);
    town.says("Lin", "one");
    town.says("Lin", "two");
    let heard = hear(&town, 3).await;
    assert_eq!(texts(&heard), ["one", "one", "two"]);
    assert_eq!(heard[0], heard[1]);
}

#[tokio::test]
async fn while_the_platform_is_down_nothing_comes_and_then_all() {
    let town = Town::new(Profile::sandbox());
    town.events();
    town.world.faults().always(Fault::Down);
    town.says("Lin", "hi");
    tokio::select! {
        biased;
        _ = hear(&town, 1) => panic!("delivered while down"),
        () = settled() => {}
    }
    let clear = async { town.world.faults().clear() };
    let (heard, ()) = tokio::join!(hear(&town, 1), clear);
    assert_eq!(texts(&heard), ["hi"]);
}

#[tokio::test]
async fn anything_can_be_injected() {
    let town = Town::new(Profile::sandbox());
    town.events();
    let mut event = {
        town.says("Lin", "hi");
        hear(&town, 1).await.remove(0)
    };
    assert_eq!(town.world.recent_events().last(), Some(&event));
    town.world.inject(event.clone());
    if let EventBody::Message(message) = &mut event.body {
        message.content.text.text = "x".repeat(10 * 1024 * 1024);
        message.chat.key = "nowhere".into();
        message.from = bot_core::chat::Sender::User {
            user: user("\0\u{202E}"),
            role: bot_core::chat::MemberRole::Owner,
        };
    }
    town.world.inject(event.clone());
    town.world.inject(Event { body: EventBody::Unknown { kind: "??".into() }, ..event });
    let heard = hear(&town, 3).await;
    assert_eq!(heard.len(), 3);
    assert!(
        heard
            .iter()
            .any(|event| texts(std::slice::from_ref(event)).iter().any(|text| text.len() > 10_000_000))
    );
}
