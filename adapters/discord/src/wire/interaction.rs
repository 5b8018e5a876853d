//! What Discord sends when somebody uses a command, a button or a form, or types a command.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value;

use super::{Channel, Id, Member, Message, User};

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Interaction {
    pub(crate) id: Id,
    pub(crate) application_id: Id,
    /// 2 command, 3 component, 4 autocomplete, 5 form.
    #[serde(rename = "type")]
    pub(crate) kind: u8,
    pub(crate) data: InteractionData,
    pub(crate) guild_id: Option<Id>,
    pub(crate) channel_id: Option<Id>,
    pub(crate) channel: Option<Channel>,
    pub(crate) member: Option<Member>,
    pub(crate) user: Option<User>,
    pub(crate) token: String,
    pub(crate) message: Option<Box<Message>>,
    pub(crate) locale: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct InteractionData {
    pub(crate) name: String,
    /// 1 slash, 3 message menu.
    #[serde(rename = "type")]
    pub(crate) kind: u8,
    pub(crate) options: Vec<GivenOption>,
    pub(crate) custom_id: String,
    pub(crate) values: Vec<String>,
    pub(crate) target_id: Option<Id>,
    pub(crate) components: Vec<Value>,
    pub(crate) resolved: Resolved,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Resolved {
    pub(crate) users: HashMap<String, User>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct GivenOption {
    pub(crate) value: Value,
}
