//! Questions to the implementation: who we are, which groups there are, what we may do in one.

use bot_core::chat::TroubleKind;
use bot_core::clock::within;
use serde_json::{Value, json};

use crate::chats::role_of;
use crate::link::NoAnswer;
use crate::platform::OneBotPlatform;
use crate::wire::{self, Answer};

/// How long a question may take when something else waits for the answer, milliseconds.
const ASK_LIMIT_MS: i64 = 5_000;

impl OneBotPlatform {
    /// Asks something and gives the answer's data; `None` when there is none.
    pub(crate) async fn ask(&self, action: &str, params: Value) -> Option<Value> {
        let asked = within(&self.settings.clock, ASK_LIMIT_MS, self.link.call(action, params)).await;
        match asked? {
            Ok(Answer { retcode: 0, data, .. }) => Some(data),
            Ok(answer) => {
                tracing::debug!(account = %self.settings.account, action, retcode = answer.retcode, why = answer.why, "not told");
                None
            }
            Err(NoAnswer::NotConnected | NoAnswer::Lost) => None,
        }
    }

    /// Finds out who is behind a new connection, and which groups it is in.
    pub(crate) async fn introduce(&self) {
        if let Some(own) =
            self.ask("get_login_info", json!({})).await.and_then(|me| wire::int(&me["user_id"]))
            && own != self.settings.self_id
        {
            self.troubles.is(TroubleKind::WrongAccount { found: own.to_string() });
            self.link.end_all();
            return;
        }
        self.troubles.over(|kind| matches!(kind, TroubleKind::WrongAccount { .. }));
        let Some(Value::Array(groups)) = self.ask("get_group_list", json!({})).await else { return };
        for group in groups {
            if let Some(id) = wire::int(&group["group_id"]) {
                self.chats.titled(id, wire::words(&group["group_name"]));
            }
        }
    }

    /// Asks about a group that an event is about, if nothing is known of it: what the bot may do there counts from the
    /// first message on.
    pub(crate) async fn ask_before(&self, event: &Value) {
        if event["post_type"] != "message" && event["post_type"] != "message_sent" {
            self.ask_names(event).await;
        }
        let Some(group) = wire::int(&event["group_id"]).filter(|group| *group != 0) else { return };
        self.chats.titled(group, wire::words(&event["group_name"]));
        if self.chats.is_to_be_asked(group, self.now_ms()) {
            self.ask_about(group).await;
        }
    }

    /// Asks what the people of a notice are called, since it gives numbers only.
    async fn ask_names(&self, event: &Value) {
        let group = wire::int(&event["group_id"]).filter(|group| *group != 0);
        for name in ["user_id", "operator_id"] {
            let Some(user) = wire::int(&event[name]).filter(|user| *user > 0) else { continue };
            if user == self.settings.self_id || self.name_of(user).is_some() {
                continue;
            }
            let member = match group {
                Some(group) => {
                    self.ask("get_group_member_info", json!({ "group_id": group, "user_id": user })).await
                }
                None => None,
            };
            let told = match member {
                Some(member) => Some(member),
                None => self.ask("get_stranger_info", json!({ "user_id": user })).await,
            };
            let known =
                told.and_then(|told| wire::words(&told["card"]).or_else(|| wire::words(&told["nickname"])));
            if let Some(known) = known {
                self.called(user, known);
            }
        }
    }

    /// Asks what the bot is in a group and what the group is called. Without an answer it goes on as before.
    pub(crate) async fn ask_about(&self, group: i64) {
        let own = json!({ "group_id": group, "user_id": self.settings.self_id, "no_cache": true });
        if let Some(member) = self.ask("get_group_member_info", own).await {
            let role = wire::text(&member["role"]).map(|word| role_of(&word));
            self.chats.own(group, role);
            self.chats.answered(group, self.now_ms());
        }
        if self.chats.get(group).title.is_empty()
            && let Some(info) =
                self.ask("get_group_info", json!({ "group_id": group, "no_cache": false })).await
        {
            self.chats.titled(group, wire::words(&info["group_name"]));
        }
    }

    /// Whether everybody may be mentioned in a group now. Without an answer the platform is left to refuse.
    pub(crate) async fn may_mention_all(&self, group: i64) -> bool {
        let Some(left) = self.ask("get_group_at_all_remain", json!({ "group_id": group })).await else {
            return true;
        };
        let of = |name: &str| wire::int(&left[name]);
        let counts = ["remain_at_all_count_for_group", "remain_at_all_count_for_uin"];
        wire::flag(&left["can_at_all"]).unwrap_or(true)
            && counts.into_iter().all(|name| of(name).is_none_or(|left| left > 0))
    }
}
