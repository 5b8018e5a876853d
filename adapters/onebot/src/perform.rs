//! Does one call: an action becomes a call of OneBot's, and its answer an outcome.

use bot_core::chat::{
    Action, Address, Attachment, Call, Content, Delivered, MarkKind, MessageKey, MessageRef, Outcome,
    Rejection, RejectionKind, RetryScope, Standing, UserKey,
};
use bot_core::ids::OutboxId;
use serde_json::{Value, json};

use crate::files::Loaded;
use crate::keys::{self, Target};
use crate::link::NoAnswer;
use crate::platform::OneBotPlatform;
use crate::refusal::{self, Meaning};
use crate::wire::{self, Answer};
use crate::{plan, write};

/// How long an account is silent that was told that it is too fast, milliseconds: QQ says no time.
const TOO_FAST_MS: i64 = 30_000;
/// What stands for a group in which nobody but admins may write.
const LOCKED: &str = "locked";
/// The longest mute that QQ takes, seconds.
const BAN_MAX_S: i64 = 30 * 86_400 - 60;
/// Everybody was mentioned too often today.
const NO_MENTION_LEFT: &str = "QQ lets nobody mention everybody in this group any more today";

impl OneBotPlatform {
    /// Does a call at an address.
    pub(crate) async fn outcome(&self, to: &Address, call: &Call, nonce: &OutboxId) -> Outcome {
        let Some(target) = keys::target(to) else {
            return refused(RejectionKind::NotFound, "the address names nothing of QQ's");
        };
        if let Some(why) = self.breaker.is_offline() {
            return Outcome::NotDone { why };
        }
        if let (Action::Send(content), Target::Group(group)) = (&call.action, target)
            && content.text.marks.iter().any(|mark| mark.kind == MarkKind::MentionAll)
            && !self.may_mention_all(group).await
        {
            return refused(RejectionKind::Other, NO_MENTION_LEFT);
        }
        if let Action::Fetch { file } = &call.action {
            return self.fetch(target, file).await;
        }
        let loaded = match call.action.content() {
            Some(content) => match self.load(content).await {
                Ok(loaded) => loaded,
                Err(outcome) => return outcome,
            },
            None => Loaded::default(),
        };
        let (method, params) = match self.written(target, &call.action, &loaded) {
            Ok(written) => written,
            Err(why) => return refused(RejectionKind::NotFound, why),
        };
        if let Action::Send(content) = &call.action {
            self.sent.trying(nonce, target, &write::gist_of(content), self.now_ms());
        }
        let answered = self.link.call(method, params).await;
        drop(loaded);
        let outcome = match answered {
            Err(NoAnswer::NotConnected) => {
                Outcome::NotDone { why: "no OneBot implementation is connected".to_owned() }
            }
            Err(NoAnswer::Lost) => {
                Outcome::Unknown { why: "the connection ended before the answer came".to_owned() }
            }
            Ok(answer) if matches!(call.action, Action::Post(_)) => self.of_post(target, call, &answer).await,
            Ok(answer) if is_upload(&call.action) => self.of_upload(target, call, nonce, &answer).await,
            Ok(answer) => self.of_answer(target, &call.action, &answer),
        };
        self.learn(target, call, &outcome);
        outcome
    }

    pub(crate) fn of_answer(&self, target: Target, action: &Action, answer: &Answer) -> Outcome {
        match refusal::meaning(answer, action) {
            None => match action {
                Action::Send(_) => self.sent_as(target, answer),
                Action::Look { at } => {
                    Outcome::Sent(Delivered { before: self.stood(at, answer), ..Delivered::default() })
                }
                _ => Outcome::Sent(Delivered::default()),
            },
            Some(Meaning::Unknown) => Outcome::Unknown { why: said(answer) },
            Some(Meaning::NotDone) => Outcome::NotDone { why: said(answer) },
            Some(Meaning::TooFast) => {
                Outcome::RetryAfter { wait_ms: TOO_FAST_MS, scope: RetryScope::Account }
            }
            Some(Meaning::Refused(kind)) => {
                Outcome::Rejected(Rejection { kind, why: self.explained(action, kind, answer) })
            }
        }
    }

    /// A file that was uploaded: implementations do not say which message that made, but its echo or the history does.
    async fn of_upload(&self, target: Target, call: &Call, nonce: &OutboxId, answer: &Answer) -> Outcome {
        if refusal::meaning(answer, &call.action).is_some()
            || wire::words(&answer.data["message_id"]).is_some()
        {
            return self.of_answer(target, &call.action, answer);
        }
        match self.which_message(target, call, nonce).await {
            Some(outcome) => outcome,
            None => Outcome::Sent(Delivered { message: None, ..made(target, MessageKey::from("")) }),
        }
    }

    fn sent_as(&self, target: Target, answer: &Answer) -> Outcome {
        match wire::words(&answer.data["message_id"]) {
            Some(id) => {
                self.sent.became(&id);
                Outcome::Sent(made(target, id.into()))
            }
            // Done, it says, but not as what.
            None => Outcome::Unknown { why: "confirmed without saying which message it became".to_owned() },
        }
    }

    /// How something stands that is about to be changed: until when somebody is muted, unix seconds, 0 for not at
    /// all; `locked` or `open`. Never nothing, or a mute of our own that is renewed would be taken for what stood before.
    fn stood(&self, at: &Standing, answer: &Answer) -> Option<String> {
        match at {
            Standing::Member(_) => {
                Some(wire::int(&answer.data["shut_up_timestamp"]).unwrap_or(0).to_string())
            }
            Standing::Chat => {
                // -1 is what NapCat says for "all are muted".
                let locked = wire::int(&answer.data["group_all_shut"]).is_some_and(|shut| shut != 0)
                    || wire::flag(&answer.data["group_all_shut"]) == Some(true);
                Some(if locked { LOCKED } else { "open" }.to_owned())
            }
        }
    }

    fn explained(&self, action: &Action, kind: RejectionKind, answer: &Answer) -> String {
        let why = said(answer);
        match (action, kind) {
            (Action::Delete { .. }, RejectionKind::NotFound) => format!(
                "{why}: the OneBot implementation no longer knows this message (it forgets old ones and all of them at a restart); recall it by hand if it still stands"
            ),
            _ => why,
        }
    }

    /// What an outcome says of the account and the group.
    fn learn(&self, target: Target, call: &Call, outcome: &Outcome) {
        let now_ms = self.now_ms();
        match (outcome, &call.action) {
            (Outcome::Sent(made), Action::Send(_)) => {
                if let Some(message) = &made.message {
                    self.breaker.sent(message.as_str(), now_ms);
                }
            }
            (Outcome::Unknown { .. }, Action::Send(_)) => self.breaker.doubted(now_ms),
            (Outcome::Rejected(Rejection { kind: RejectionKind::Other, .. }), Action::Send(_)) => {
                // QQ's risk control says nothing else.
                self.breaker.doubted(now_ms);
            }
            (Outcome::Rejected(Rejection { kind: RejectionKind::MissingRight, .. }), _) => {
                if let Target::Group(group) = target {
                    self.chats.doubt(group);
                }
            }
            _ => {}
        }
    }

    /// The call's name and parameters.
    fn written(
        &self,
        target: Target,
        action: &Action,
        loaded: &Loaded<'_>,
    ) -> Result<(&'static str, Value), &'static str> {
        match (action, target) {
            (Action::Send(content), target) => match content.attachments.as_slice() {
                [file] if is_upload(action) => upload(target, file, loaded),
                _ => Ok(self.send(target, content, loaded)),
            },
            (Action::Delete { messages }, _) => {
                let message = messages.first().ok_or("no message is named")?;
                Ok(("delete_msg", json!({ "message_id": message_id(message)? })))
            }
            (Action::Pin { message }, _) => {
                Ok(("set_essence_msg", json!({ "message_id": message_id(message)? })))
            }
            (Action::Unpin { message }, _) => {
                Ok(("delete_essence_msg", json!({ "message_id": message_id(message)? })))
            }
            (Action::Post(content), Target::Group(group)) => {
                // Where it is left out, NapCat has every member confirm that they read it.
                let params =
                    json!({ "group_id": group, "content": content.text.text, "confirm_required": 0 });
                Ok(("_send_group_notice", params))
            }
            (Action::TakeDown { notice }, Target::Group(group)) => {
                Ok(("_del_group_notice", json!({ "group_id": group, "notice_id": notice.as_str() })))
            }
            (Action::Mute { user, until_ms }, Target::Group(group)) => {
                // Never without a duration: what that means differs between implementations.
                let left_ms = until_ms.map_or(0, |until_ms| until_ms - self.now_ms()).max(1_000);
                // Whole seconds, rounded up: a mute never ends early.
                Ok(("set_group_ban", ban(group, user, (left_ms + 999) / 1_000)?))
            }
            (Action::Unmute { user, before }, Target::Group(group)) => {
                // Who was muted by somebody else before is muted like that again, unless that would be over.
                let until_s = before.as_deref().and_then(|until_s| until_s.parse::<i64>().ok());
                let left_s = until_s.map_or(0, |until_s| until_s - self.now_ms() / 1_000).clamp(0, BAN_MAX_S);
                Ok(("set_group_ban", ban(group, user, left_s)?))
            }
            (Action::Look { at: Standing::Member(user) }, Target::Group(group)) => {
                let params = json!({ "group_id": group, "user_id": number(user)?, "no_cache": true });
                Ok(("get_group_member_info", params))
            }
            (Action::Look { at: Standing::Chat }, Target::Group(group)) => {
                Ok(("get_group_info", json!({ "group_id": group, "no_cache": true })))
            }
            (Action::Lock, Target::Group(group)) => {
                Ok(("set_group_whole_ban", json!({ "group_id": group, "enable": true })))
            }
            (Action::Unlock { before }, Target::Group(group)) => {
                let locked = before.as_deref() == Some(LOCKED);
                Ok(("set_group_whole_ban", json!({ "group_id": group, "enable": locked })))
            }
            (Action::AnswerJoin { request, let_in, .. }, _) => {
                let params =
                    json!({ "flag": request.as_str(), "sub_type": "add", "approve": let_in, "reason": "" });
                Ok(("set_group_add_request", params))
            }
            (Action::Kick { user }, Target::Group(group)) => {
                Ok(("set_group_kick", kick(group, user, false)?))
            }
            (Action::Ban { user, .. }, Target::Group(group)) => {
                Ok(("set_group_kick", kick(group, user, true)?))
            }
            (Action::Nick { user, nick }, Target::Group(group)) => {
                let card = nick.as_deref().unwrap_or_default();
                Ok(("set_group_card", json!({ "group_id": group, "user_id": number(user)?, "card": card })))
            }
            (Action::Badge { user, badge, .. }, Target::Group(group)) => {
                let title = badge.as_deref().unwrap_or_default();
                // -1 is without an end; whoever else gave a title is not told, since QQ has one for each member.
                let params = json!({ "group_id": group, "user_id": number(user)?, "special_title": title, "duration": -1 });
                Ok(("set_group_special_title", params))
            }
            _ => Err("QQ has nothing like it here"),
        }
    }

    fn send(&self, target: Target, content: &Content, loaded: &Loaded<'_>) -> (&'static str, Value) {
        let message = write::json(&write::message(content, loaded));
        match target {
            Target::Group(group) => ("send_group_msg", json!({ "group_id": group, "message": message })),
            Target::Private { user, via } => {
                let mut params = json!({ "user_id": user, "message": message });
                if let Some(group) = via.filter(|_| !self.sent.is_friend(user)) {
                    params["group_id"] = json!(group);
                }
                ("send_private_msg", params)
            }
        }
    }
}

/// Whether a message is a file and nothing else, which has a call of its own.
fn is_upload(action: &Action) -> bool {
    matches!(action, Action::Send(content)
        if matches!(content.attachments.as_slice(), [file] if plan::is_uploaded(file)))
}

/// The call that puts a file into a chat.
fn upload(
    target: Target,
    file: &Attachment,
    loaded: &Loaded<'_>,
) -> Result<(&'static str, Value), &'static str> {
    let place = loaded.place(&file.file).ok_or("the file is not on QQ")?;
    Ok(match target {
        Target::Group(group) => {
            ("upload_group_file", json!({ "group_id": group, "file": place, "name": file.name }))
        }
        Target::Private { user, .. } => {
            ("upload_private_file", json!({ "user_id": user, "file": place, "name": file.name }))
        }
    })
}

/// What a send made.
pub(crate) fn made(target: Target, message: MessageKey) -> Delivered {
    let chat = match target {
        Target::Group(_) => None,
        Target::Private { user, .. } => Some(keys::direct_key(user)),
    };
    Delivered { message: Some(message), chat, ..Delivered::default() }
}

fn said(answer: &Answer) -> String {
    if answer.why.is_empty() {
        format!("retcode {}", answer.retcode)
    } else {
        format!("{} (retcode {})", answer.why, answer.retcode)
    }
}

fn message_id(message: &MessageRef) -> Result<Value, &'static str> {
    let key = keys::message_of(message).ok_or("the message has no key yet")?;
    // The standard has numbers here; some implementations have names of their own.
    Ok(key.as_str().parse::<i64>().map_or_else(|_| json!(key.as_str()), |id| json!(id)))
}

fn ban(group: i64, user: &UserKey, duration_s: i64) -> Result<Value, &'static str> {
    Ok(json!({ "group_id": group, "user_id": number(user)?, "duration": duration_s }))
}

fn kick(group: i64, user: &UserKey, for_good: bool) -> Result<Value, &'static str> {
    Ok(json!({ "group_id": group, "user_id": number(user)?, "reject_add_request": for_good }))
}

fn number(user: &UserKey) -> Result<i64, &'static str> {
    keys::user_of(user).ok_or("the key names nobody on QQ")
}

fn refused(kind: RejectionKind, why: &str) -> Outcome {
    Outcome::Rejected(Rejection { kind, why: why.to_owned() })
}
