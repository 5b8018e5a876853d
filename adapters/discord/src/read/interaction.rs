//! Commands, presses and forms: what Discord calls interactions.

use std::collections::{BTreeMap, HashMap};

use bot_core::chat::{Content, EventBody, MessageEvent, MessageKey, RichText, Sender, UserInfo};
use serde_json::Value;

use super::message::thread_of;
use super::{Reader, Told, user_info};
use crate::keys::{Press, PressKind, message_key};
use crate::known::Spot;
use crate::wire::{Id, Interaction};
use crate::write::components::OPEN_DIRECT;

const COMMAND: u8 = 2;
const COMPONENT: u8 = 3;
/// Somebody types a command and would like to know what may stand behind it.
pub(crate) const AUTOCOMPLETE: u8 = 4;
const FORM: u8 = 5;
/// A command in the menu of messages.
const MESSAGE_MENU: u8 = 3;

/// How an interaction is answered; `None` for what nobody waits for.
pub(crate) fn press_of(interaction: &Interaction) -> Option<Press> {
    let kind = match interaction.kind {
        COMMAND => PressKind::Command,
        COMPONENT => PressKind::Button,
        FORM => PressKind::Form,
        _ => return None,
    };
    Some(Press { kind, id: interaction.id, token: interaction.token.clone() })
}

impl Reader<'_> {
    pub(super) fn interaction(&self, interaction: &Interaction) -> Vec<Told> {
        // Answered aside: nothing has happened yet.
        if interaction.kind == AUTOCOMPLETE {
            return Vec::new();
        }
        let at_ms = interaction.id.at_ms();
        let told = |body| vec![Told::of(format!("i/{}", interaction.id), at_ms, body)];
        let spot = interaction.channel_id.and_then(|channel| self.known.spot(channel));
        let (Some(spot), Some(by), Some(press)) = (spot, by(interaction), press_of(interaction)) else {
            return told(EventBody::Unknown { kind: format!("interaction.type.{}", interaction.kind) });
        };
        match press.kind {
            PressKind::Command => told(self.command(interaction, spot, by, &press)),
            PressKind::Button => self.pressed(interaction, spot, by, &press).map(told).unwrap_or_default(),
            PressKind::Form => told(EventBody::Submitted {
                thread: thread_of(&spot),
                chat: spot.chat,
                by,
                handle: interaction.data.custom_id.clone(),
                answers: answers(&interaction.data.components),
            }),
        }
    }

    /// A command as the same words that people type elsewhere. `/start` in private opens the private chat.
    fn command(&self, interaction: &Interaction, spot: Spot, by: UserInfo, press: &Press) -> EventBody {
        let data = &interaction.data;
        if data.name == "start" && spot.guild.is_none() {
            return EventBody::DirectOpened { chat: spot.chat, by, payload: None };
        }
        let people: HashMap<Id, String> = data
            .resolved
            .users
            .values()
            .map(|user| (user.id, user.global_name.clone().unwrap_or_else(|| user.username.clone())))
            .collect();
        let given = data.options.iter().filter_map(|option| option.value.as_str());
        let text = given.fold(RichText::plain(format!("/{}", data.name)), |text, value| {
            text.then(" ").then_rich(&self.rich(value, &people, false))
        });
        let target = data.target_id.filter(|_| data.kind == MESSAGE_MENU);
        EventBody::Message(MessageEvent {
            thread: thread_of(&spot),
            from: Sender::User {
                role: self.role_of(spot.guild, user_of(&by), interaction.member.as_ref()),
                user: by,
            },
            // A command leaves no message: its key names none, and what answers it stands by itself.
            message: MessageKey(format!("i{}", interaction.id)),
            content: Content::text(text),
            reply_to: target.map(|id| message_key(spot.thread, id)),
            forwarded: None,
            press: Some(press.key()),
            chat: spot.chat,
        })
    }

    /// A press of a button. One that opens the private chat is an event of that chat.
    fn pressed(
        &self,
        interaction: &Interaction,
        spot: Spot,
        by: UserInfo,
        press: &Press,
    ) -> Option<EventBody> {
        let handle = interaction.data.custom_id.clone();
        if let Some(payload) = handle.strip_prefix(OPEN_DIRECT) {
            let direct = self.known.direct(user_of(&by))?;
            let chat = self.known.spot(direct)?.chat;
            let payload = Some(payload.to_owned()).filter(|payload| !payload.is_empty());
            return Some(EventBody::DirectOpened { chat, by, payload });
        }
        Some(EventBody::Pressed {
            thread: thread_of(&spot),
            message: interaction.message.as_ref().map(|message| message_key(spot.thread, message.id)),
            chat: spot.chat,
            by,
            press: press.key(),
            handle,
        })
    }
}

fn user_of(by: &UserInfo) -> Id {
    Id::read(by.key.as_str()).unwrap_or_default()
}

/// Who did it, with the language of their client.
pub(crate) fn by(interaction: &Interaction) -> Option<UserInfo> {
    let member = interaction.member.as_ref();
    let user = member.and_then(|member| member.user.as_ref()).or(interaction.user.as_ref())?;
    let info = user_info(user, member.and_then(|member| member.nick.as_deref()));
    Some(UserInfo { language: interaction.locale.clone(), ..info })
}

/// The answers of a form, by field. Fields stand in rows, or under labels.
fn answers(components: &[Value]) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for component in components {
        let inside = component["components"].as_array().into_iter().flatten();
        for field in inside.chain(component.get("component")) {
            let Some(name) = field["custom_id"].as_str() else { continue };
            let chosen = field["values"].as_array().and_then(|values| values.first());
            let answer = field.get("value").or(chosen).and_then(Value::as_str);
            all.insert(name.to_owned(), answer.unwrap_or_default().to_owned());
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn answers_are_read_from_rows_and_from_under_labels() {
        let all = answers(&[
            json!({"type": 1, "components": [{"type": 4, "custom_id": "order", "value": "42"}]}),
            json!({"type": 18, "component": {"type": 4, "custom_id": "words", "value": "你好"}}),
            json!({"type": 18, "component": {"type": 3, "custom_id": "queue", "values": ["money"]}}),
            json!({"type": 18, "component": {"type": 3, "custom_id": "none", "values": []}}),
            json!({"type": 10, "content": "only words"}),
            json!("nonsense"),
        ]);
        let expected = [("none", ""), ("order", "42"), ("queue", "money"), ("words", "你好")];
        assert_eq!(all, expected.map(|(name, answer)| (name.to_owned(), answer.to_owned())).into());
    }
}
