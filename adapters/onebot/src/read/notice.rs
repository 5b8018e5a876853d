//! Notices and requests: who came and went, what was recalled, what became of the bot itself.

use bot_core::chat::{CUSTOM_EMOJI, EventBody, MemberRole, MessageKey, ReactionChange, RequestKey, Wish};
use serde_json::Value;

use super::short;
use crate::keys;
use crate::platform::OneBotPlatform;
use crate::wire;

/// A notice as far as it is the same for all.
struct Told<'a> {
    event: &'a Value,
    kind: String,
    sub: String,
    group: Option<i64>,
    user: Option<i64>,
}

impl OneBotPlatform {
    pub(super) fn notice(&self, event: &Value) -> EventBody {
        let told = Told {
            event,
            kind: wire::text(&event["notice_type"]).unwrap_or_default(),
            sub: wire::text(&event["sub_type"]).unwrap_or_default(),
            group: wire::int(&event["group_id"]).filter(|group| *group != 0),
            user: wire::int(&event["user_id"]),
        };
        self.meant(&told).unwrap_or_else(|| {
            let name =
                if told.sub.is_empty() { told.kind.clone() } else { format!("{}.{}", told.kind, told.sub) };
            EventBody::Unknown { kind: format!("notice.{}", short(&name)) }
        })
    }

    fn meant(&self, told: &Told<'_>) -> Option<EventBody> {
        match (told.kind.as_str(), told.group, told.user) {
            ("group_increase", Some(group), Some(user)) if self.is_me(user) => {
                self.chats.doubt(group);
                let by = wire::int(&told.event["operator_id"]).filter(|by| *by != 0 && !self.is_me(*by));
                let added_by = by.filter(|_| told.sub == "invite").map(|by| self.person(by));
                Some(EventBody::ChatChanged { chat: self.group(group), bot_present: true, added_by })
            }
            ("group_increase", Some(group), Some(user)) => {
                Some(EventBody::Joined { chat: self.group(group), user: self.person(user) })
            }
            ("group_decrease", Some(group), user)
                if told.sub == "kick_me" || user.is_some_and(|user| self.is_me(user)) =>
            {
                self.chats.own(group, None);
                Some(EventBody::ChatChanged { chat: self.group(group), bot_present: false, added_by: None })
            }
            ("group_decrease", Some(group), Some(user)) => {
                Some(EventBody::Left { chat: self.group(group), user: self.person(user) })
            }
            ("group_admin", Some(group), Some(user)) => {
                let role = if told.sub == "set" { MemberRole::Admin } else { MemberRole::Member };
                Some(self.role_changed(group, user, role))
            }
            ("group_recall", Some(group), _) => {
                let messages = vec![self.recalled(told)?];
                Some(EventBody::Deleted { chat: self.group(group), messages })
            }
            ("friend_recall", _, Some(user)) if !self.is_me(user) => {
                Some(EventBody::Deleted { chat: self.direct(user), messages: vec![self.recalled(told)?] })
            }
            ("friend_add", _, Some(user)) => {
                self.sent.befriended([user]);
                Some(EventBody::DirectOpened {
                    chat: self.direct(user),
                    by: self.person(user),
                    payload: None,
                })
            }
            ("group_msg_emoji_like", Some(group), Some(user)) if !self.is_me(user) => {
                self.reacted(told, group, user)
            }
            ("group_card", Some(_), Some(user)) => {
                // From now on they are called so; nobody else need hear of it.
                if let Some(card) = wire::words(&told.event["card_new"]) {
                    self.called(user, card);
                }
                None
            }
            ("bot_offline", ..) => {
                let why = wire::words(&told.event["message"])
                    .unwrap_or_else(|| "QQ signed the account out".to_owned());
                self.went_offline(&why);
                None
            }
            _ => None,
        }
    }

    fn role_changed(&self, group: i64, user: i64, role: MemberRole) -> EventBody {
        if self.is_me(user) {
            self.chats.own(group, Some(role));
            return EventBody::ChatChanged { chat: self.group(group), bot_present: true, added_by: None };
        }
        EventBody::RoleChanged { chat: self.group(group), user: self.person(user), role }
    }

    fn recalled(&self, told: &Told<'_>) -> Option<MessageKey> {
        wire::words(&told.event["message_id"]).map(|id| MessageKey(short(&id)))
    }

    fn reacted(&self, told: &Told<'_>, group: i64, user: i64) -> Option<EventBody> {
        let message = self.recalled(told)?;
        let likes = told.event["likes"].as_array().map(Vec::as_slice).unwrap_or_default();
        let emoji =
            likes.iter().filter_map(|like| wire::text(&like["emoji_id"])).map(|id| emoji_of(&short(&id)));
        let emoji = emoji.collect();
        // Older clients told of those alone that came, without this word.
        let change =
            if told.event["is_add"] == false { ReactionChange::Taken } else { ReactionChange::Added };
        let by = Some(self.person(user));
        Some(EventBody::Reacted { chat: self.group(group), message, by, emoji, change })
    }

    /// Somebody asks for something. What the vocabulary has no word for is counted.
    pub(super) fn request(&self, event: &Value) -> EventBody {
        let of = |name: &str| short(&wire::text(&event[name]).unwrap_or_default());
        let (group, user) = (wire::int(&event["group_id"]), wire::int(&event["user_id"]));
        if let (Some(group), Some(user), Some(flag)) = (group, user, wire::words(&event["flag"]))
            && event["request_type"] == "group"
            && event["sub_type"] == "add"
        {
            let words = wire::text(&event["comment"]).unwrap_or_default();
            let (chat, user) = (self.group(group), self.person(user));
            return EventBody::JoinRequested { chat, user, request: RequestKey(flag), words };
        }
        let words = || wire::text(&event["comment"]).unwrap_or_default();
        match (of("request_type").as_str(), of("sub_type").as_str(), group, user) {
            ("friend", _, _, Some(user)) => {
                return EventBody::Asked { by: self.person(user), wish: Wish::Friendship, words: words() };
            }
            ("group", "invite", Some(group), Some(user)) => {
                let wish = Wish::Visit(keys::group_key(group));
                return EventBody::Asked { by: self.person(user), wish, words: words() };
            }
            _ => {}
        }
        EventBody::Unknown { kind: format!("request.{}.{}", of("request_type"), of("sub_type")) }
    }
}

/// QQ numbers its own faces from 0 on, some hundreds, and other emoji by their code point.
fn emoji_of(id: &str) -> String {
    let character = id.parse().ok().filter(|code| *code >= 0x2000).and_then(char::from_u32);
    character.map_or_else(|| format!("{CUSTOM_EMOJI}{id}"), String::from)
}
