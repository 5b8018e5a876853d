//! What was said while nobody was connected: OneBot tells an event once, so it is read from the chats' histories. The
//! hall passes over what it has taken already.

use bot_core::chat::{ChatKey, Event, EventSink};
use serde_json::{Value, json};

use crate::keys::Target;
use crate::platform::OneBotPlatform;
use crate::wire;

/// So many messages of each chat are looked through.
const PER_CHAT: usize = 30;
/// So many private chats are looked through.
const CONTACTS: i64 = 30;
/// After so many histories in a row that were not told, no more are asked for: an implementation that does not know the
/// call may leave each one without an answer.
const UNTOLD_MAX: usize = 2;

impl OneBotPlatform {
    /// The messages of the last while, of all groups and of the people who wrote last, by time.
    pub(crate) async fn missed(&self, sink: &EventSink) -> Vec<Event> {
        if let Some(Value::Array(friends)) = self.ask("get_friend_list", json!({})).await {
            self.sent.befriended(friends.iter().filter_map(|friend| wire::int(&friend["user_id"])));
        }
        if self.settings.catch_up_ms <= 0 {
            return Vec::new();
        }
        let since_ms = self.now_ms() - self.settings.catch_up_ms;
        let mut targets: Vec<Target> = self.chats.ours().into_iter().map(Target::Group).collect();
        targets.extend(self.lately(since_ms, sink).await);
        let (mut messages, mut untold) = (Vec::new(), 0);
        for target in targets {
            let Some(history) = self.history(target, PER_CHAT).await else {
                untold += 1;
                if untold == UNTOLD_MAX {
                    break;
                }
                continue;
            };
            untold = 0;
            messages.extend(history.into_iter().filter(|message| wire::at_ms(message, 0) >= since_ms).map(
                |mut message| {
                    self.completed(target, &mut message);
                    message
                },
            ));
        }
        messages.sort_by_key(|message| wire::at_ms(message, 0));
        let mut events = Vec::new();
        for message in &messages {
            self.ask_before(message).await;
            events.extend(self.read(message));
        }
        events
    }

    /// The private chats in which something was said since then, where the implementation tells; else those that last
    /// had something to say to us.
    async fn lately(&self, since_ms: i64, sink: &EventSink) -> Vec<Target> {
        let Some(Value::Array(contacts)) = self.ask("get_recent_contact", json!({ "count": CONTACTS })).await
        else {
            let heard = sink.heard(&self.settings.account, CONTACTS).await.unwrap_or_default();
            let user = |chat: &ChatKey| chat.as_str().parse().ok();
            let users = heard.directs.iter().filter_map(user);
            return users.map(|user| Target::Private { user, via: None }).collect();
        };
        let recent = |contact: &&Value| {
            let at_s = wire::int(&contact["msgTime"]).unwrap_or(i64::MAX / 2_000);
            wire::int(&contact["chatType"]) == Some(1) && at_s.saturating_mul(1_000) >= since_ms
        };
        let user = |contact: &Value| wire::int(&contact["peerUin"]).filter(|user| *user > 0);
        contacts
            .iter()
            .filter(recent)
            .filter_map(user)
            .map(|user| Target::Private { user, via: None })
            .collect()
    }

    /// A message of a history as the event would have told it: histories leave out what their question named.
    fn completed(&self, target: Target, message: &mut Value) {
        let own = wire::int(&message["user_id"]).or_else(|| wire::int(&message["sender"]["user_id"]))
            == Some(self.settings.self_id);
        let Some(fields) = message.as_object_mut() else { return };
        fields.insert("post_type".to_owned(), json!(if own { "message_sent" } else { "message" }));
        match target {
            Target::Group(group) => {
                fields.insert("message_type".to_owned(), json!("group"));
                fields.insert("group_id".to_owned(), json!(group));
            }
            Target::Private { user, .. } => {
                fields.insert("message_type".to_owned(), json!("private"));
                if own {
                    fields.insert("target_id".to_owned(), json!(user));
                }
            }
        }
    }
}
