//! The world's events as dispatches of the gateway.

use std::collections::BTreeMap;

use bot_core::chat::{
    ChatInfo, ChatKey, ChatKind, Event, EventBody, MessageEvent, MessageKey, Sender, UserInfo, UserKey,
};
use guildhall_sandbox::World;
use serde_json::{Value, json};

use super::show::{self, Shown};
use super::state::{Press, State};
use super::{FakeDiscord, ids};

/// Tells the bot of an event, as far as Discord tells bots.
pub(super) fn tell(fake: &FakeDiscord, event: &Event) {
    let world = fake.world();
    match &event.body {
        EventBody::Message(message) => written(fake, message, "MESSAGE_CREATE", event.at_ms, None),
        EventBody::Edited(message) => {
            written(fake, message, "MESSAGE_UPDATE", event.at_ms, Some(event.at_ms))
        }
        EventBody::Deleted { chat, messages } => {
            let mut state = fake.state();
            let mut by_channel: BTreeMap<u64, Vec<String>> = BTreeMap::new();
            for key in messages {
                let channel = where_it_stands(world, &mut state, &chat.key, key);
                let id = ids::message_there(world, &mut state, &chat.key, key).to_string();
                by_channel.entry(channel).or_default().push(id);
            }
            for (channel, ids) in by_channel {
                let mut data = json!({ "channel_id": channel.to_string() });
                in_guild(&mut data, chat);
                if let [one] = ids.as_slice() {
                    data["id"] = json!(one);
                    state.dispatch("MESSAGE_DELETE", &data);
                } else {
                    data["ids"] = json!(ids);
                    state.dispatch("MESSAGE_DELETE_BULK", &data);
                }
            }
        }
        EventBody::Pressed { chat, thread, by, message, press, handle } => {
            let mut data = json!({ "type": 3, "data": { "component_type": 2, "custom_id": handle } });
            let mut state = fake.state();
            let channel = show::channel_of(world, &mut state, &chat.key, thread.as_ref()).to_string();
            if let Some(key) = message {
                let id = ids::message_there(world, &mut state, &chat.key, key).to_string();
                data["message"] = json!({ "id": id, "channel_id": channel });
            }
            data["channel_id"] = json!(channel);
            drop(state);
            fake.interact(data, &chat.key, by, Some(press.clone()));
        }
        EventBody::Submitted { chat, thread, by, handle, answers } => {
            let field = |(name, answer): (&String, &String)| json!({ "type": 18, "component": { "type": 4, "custom_id": name, "value": answer } });
            let fields: Vec<Value> = answers.iter().map(field).collect();
            let channel = show::channel_of(world, &mut fake.state(), &chat.key, thread.as_ref()).to_string();
            let data = json!({ "type": 5, "channel_id": channel, "data": { "custom_id": handle, "components": fields } });
            fake.interact(data, &chat.key, by, None);
        }
        EventBody::DirectOpened { chat, by, payload } => opened(fake, chat, by, payload.as_deref()),
        _ => tell_of_members(fake, event),
    }
}

/// Tells of who comes and goes, and of what becomes of the group itself.
fn tell_of_members(fake: &FakeDiscord, event: &Event) {
    let world = fake.world();
    match &event.body {
        EventBody::Joined { chat, user } => {
            let mut state = fake.state();
            let at_us = state.instant_us(event.at_ms);
            state.joined_us.insert((chat.key.clone(), user.key.clone()), at_us);
            let joined_at = show::joined_at(&state, &chat.key, &user.key);
            let mut data = json!({ "user": show::user_of(user), "roles": [], "joined_at": joined_at });
            in_guild(&mut data, chat);
            state.dispatch("GUILD_MEMBER_ADD", &data);
        }
        EventBody::Left { chat, user } => {
            let mut data = json!({ "user": show::user_of(user) });
            in_guild(&mut data, chat);
            fake.state().dispatch("GUILD_MEMBER_REMOVE", &data);
        }
        EventBody::RoleChanged { chat, user, .. } => {
            let mut state = fake.state();
            if let Some(guild) = show::guild(world, &mut state, &chat.key) {
                state.dispatch("GUILD_UPDATE", &without_channels(guild));
            }
            if let Some(mut member) = show::member(world, &state, &chat.key, &user.key) {
                in_guild(&mut member, chat);
                state.dispatch("GUILD_MEMBER_UPDATE", &member);
            }
        }
        EventBody::ChatChanged { chat, bot_present, .. } => changed(fake, chat, *bot_present),
        _ => tell_of_the_rest(fake, event),
    }
}

fn tell_of_the_rest(fake: &FakeDiscord, event: &Event) {
    let world = fake.world();
    match &event.body {
        EventBody::ThreadChanged { chat, thread, change } => {
            let mut state = fake.state();
            let id = ids::thread(&mut state, &chat.key, thread).to_string();
            let there = show::channel(world, &mut state, &chat.key, Some(thread));
            let gone = *change == bot_core::chat::ThreadChange::Deleted;
            match there.filter(|_| !gone) {
                Some(there) => state.dispatch("THREAD_UPDATE", &there),
                None => {
                    let mut data = json!({ "id": id, "parent_id": chat.key.as_str(), "type": 11 });
                    in_guild(&mut data, chat);
                    state.dispatch("THREAD_DELETE", &data);
                }
            }
        }
        EventBody::Reacted { chat, message, by: Some(by), emoji, .. } => {
            let mut state = fake.state();
            let whose = (chat.key.clone(), message.clone(), by.key.clone());
            let before = state.reactions.insert(whose, emoji.clone()).unwrap_or_default();
            let id = ids::message_there(world, &mut state, &chat.key, message).to_string();
            let channel = where_it_stands(world, &mut state, &chat.key, message).to_string();
            let member = show::member(world, &state, &chat.key, &by.key);
            // One at a time; who takes one away, and who reacts in private, is named by their id alone.
            let mut data = json!({ "user_id": by.key.as_str(), "channel_id": channel, "message_id": id });
            in_guild(&mut data, chat);
            for one in before.iter().filter(|one| !emoji.contains(one)) {
                data["emoji"] = partial_emoji(one);
                state.dispatch("MESSAGE_REACTION_REMOVE", &data);
            }
            if data["guild_id"].is_string() {
                data["member"] = json!(member);
            }
            for one in emoji.iter().filter(|one| !before.contains(one)) {
                data["emoji"] = partial_emoji(one);
                state.dispatch("MESSAGE_REACTION_ADD", &data);
            }
        }
        EventBody::Unknown { kind } => fake.state().dispatch(&kind.to_uppercase(), &json!({})),
        // A closed private chat shows when the bot writes there; servers have no requests that bots hear of, no other
        // key, and no messages in parts.
        _ => {}
    }
}

fn partial_emoji(emoji: &str) -> Value {
    match emoji.strip_prefix(bot_core::chat::CUSTOM_EMOJI) {
        Some(id) => json!({ "id": id, "name": "ours" }),
        None => json!({ "id": null, "name": emoji }),
    }
}

/// The channel of a message: the chat's own, or that of a thread.
fn where_it_stands(world: &World, state: &mut State, chat: &ChatKey, message: &MessageKey) -> u64 {
    // Asked of the whole chat: a message that is gone stood somewhere, too.
    let all = world.chat(chat, None, usize::MAX).map_or_else(Vec::new, |view| view.messages);
    let thread = all.into_iter().find(|one| one.key == *message).and_then(|there| there.thread);
    show::channel_of(world, state, chat, thread.as_ref())
}

fn in_guild(data: &mut Value, chat: &ChatInfo) {
    if chat.kind != ChatKind::Direct {
        data["guild_id"] = json!(ids::guild(&chat.key).to_string());
    }
}

fn written(fake: &FakeDiscord, event: &MessageEvent, name: &str, at_ms: i64, edited_ms: Option<i64>) {
    let (world, chat) = (fake.world(), &event.chat);
    let (author, member) = match &event.from {
        Sender::User { user, .. } => {
            (show::user_of(user), show::member(world, &fake.state(), &chat.key, &user.key))
        }
        Sender::Chat { name } => (json!({ "id": "77", "username": name, "bot": true }), None),
        Sender::Myself => (show::user_of(world.bot()), None),
    };
    let sent_ms = world.message(&chat.key, &event.message).map_or(at_ms, |message| message.at_ms);
    let shown = Shown {
        chat: &chat.key,
        key: &event.message,
        at_ms: sent_ms,
        thread: event.thread.as_ref(),
        content: &event.content,
        reply_to: event.reply_to.as_ref(),
        edited_ms,
    };
    let mut state = fake.state();
    let mut data = show::message(world, &mut state, &fake.url(), &shown, author);
    if matches!(event.from, Sender::Chat { .. }) {
        data["webhook_id"] = json!("77");
    }
    if event.forwarded.is_some() {
        let snapshot =
            json!({ "message": { "content": data["content"], "attachments": data["attachments"] } });
        data["message_snapshots"] = json!([snapshot]);
        data["content"] = json!("");
        data["attachments"] = json!([]);
        data["message_reference"] = json!({ "type": 1, "message_id": "1", "channel_id": "1" });
    }
    in_guild(&mut data, chat);
    if let Some(mut member) = member {
        member.as_object_mut().map(|member| member.remove("user"));
        data["member"] = member;
    }
    state.dispatch(name, &data);
}

/// A person opens the private chat by a button of a message in a group, or by the command.
fn opened(fake: &FakeDiscord, chat: &ChatInfo, by: &UserInfo, payload: Option<&str>) {
    let world = fake.world();
    let group = world.user(&by.key).and_then(|user| user.groups.into_iter().next());
    match (payload, group) {
        (Some(payload), Some(group)) => {
            let data = json!({ "type": 3, "channel_id": ids::channel(world, &group).to_string(),
                "message": { "id": "1", "channel_id": ids::channel(world, &group).to_string() },
                "data": { "component_type": 2, "custom_id": format!("open:{payload}") } });
            fake.interact(data, &group, by, None);
        }
        (Some(payload), None) => {
            let data = json!({ "type": 3, "channel_id": ids::channel(world, &chat.key).to_string(),
                "message": { "id": "1" }, "data": { "component_type": 2, "custom_id": format!("open:{payload}") } });
            fake.interact(data, &chat.key, by, None);
        }
        (None, _) => {
            let data = json!({ "type": 2, "channel_id": ids::channel(world, &chat.key).to_string(),
                "data": { "id": "1", "name": "start", "type": 1, "options": [] } });
            fake.interact(data, &chat.key, by, None);
        }
    }
}

/// The bot came, went, or has other rights; or the server has another name.
fn changed(fake: &FakeDiscord, chat: &ChatInfo, bot_present: bool) {
    let mut state = fake.state();
    let id = ids::guild(&chat.key);
    let guild = show::guild(fake.world(), &mut state, &chat.key);
    match guild.filter(|_| bot_present) {
        Some(guild) => {
            let title = guild["name"].as_str().unwrap_or_default().to_owned();
            let told = state.told_guilds.insert(id, title);
            if told.is_none() {
                state.dispatch("GUILD_CREATE", &guild);
                return;
            }
            let channel = guild["channels"][0].clone();
            state.dispatch("GUILD_UPDATE", &without_channels(guild));
            state.dispatch("CHANNEL_UPDATE", &channel);
        }
        None => {
            state.told_guilds.remove(&id);
            state.dispatch("GUILD_DELETE", &json!({ "id": id.to_string() }));
        }
    }
}

fn without_channels(mut guild: Value) -> Value {
    if let Some(guild) = guild.as_object_mut() {
        for name in ["channels", "threads", "members", "member_count"] {
            guild.remove(name);
        }
    }
    guild
}

impl FakeDiscord {
    /// Tells the bot of an interaction, which it can answer for three seconds.
    pub(super) fn interact(
        &self,
        mut data: Value,
        chat: &bot_core::chat::ChatKey,
        by: &UserInfo,
        press: Option<bot_core::chat::PressKey>,
    ) -> u64 {
        let world = self.world();
        let mut state = self.state();
        state.next_press += 1;
        let id = ids::snowflake(world.now_ms(), state.next_press);
        let token = format!("token-of-{id}");
        data["id"] = json!(id.to_string());
        data["token"] = json!(token);
        data["application_id"] = json!(super::APPLICATION);
        data["version"] = json!(1);
        let is_group = show::view(world, chat).is_some_and(|view| view.summary.kind != ChatKind::Direct);
        if is_group {
            data["guild_id"] = json!(ids::guild(chat).to_string());
            data["member"] = show::member(world, &state, chat, &by.key)
                .unwrap_or_else(|| json!({ "user": show::user_of(by), "roles": [] }));
        } else {
            data["user"] = show::user_of(by);
        }
        if let Some(language) = &by.language {
            data["locale"] = json!(language);
        }
        let new = Press {
            token,
            at_ms: world.now_ms(),
            chat: chat.clone(),
            user: by.key.clone(),
            world: press,
            answers: Vec::new(),
            is_left: false,
            told: data.clone(),
            session: {
                let shard = state.shard_of("INTERACTION_CREATE", &data);
                state.sessions.get(&shard).map(|session| session.id.clone()).unwrap_or_default()
            },
        };
        state.presses.insert(id, new);
        state.dispatch("INTERACTION_CREATE", &data);
        drop(state);
        self.turn();
        id
    }

    /// Somebody uses a slash command.
    pub fn slash(&self, chat: &bot_core::chat::ChatKey, user: &UserKey, name: &str, text: &str) -> u64 {
        let by = self.world().user(user).expect("they are there").info;
        let options =
            if text.is_empty() { json!([]) } else { json!([{ "name": "text", "type": 3, "value": text }]) };
        let data = json!({ "type": 2, "channel_id": ids::channel(self.world(), chat).to_string(),
            "data": { "id": "1", "name": name, "type": 1, "options": options } });
        self.interact(data, chat, &by, None)
    }

    /// Somebody is typing a slash command, and has typed so much of it.
    pub fn types(&self, chat: &bot_core::chat::ChatKey, user: &UserKey, name: &str, text: &str) -> u64 {
        let by = self.world().user(user).expect("they are there").info;
        let options = json!([{ "name": "text", "type": 3, "value": text, "focused": true }]);
        let data = json!({ "type": 4, "channel_id": ids::channel(self.world(), chat).to_string(),
            "data": { "id": "1", "name": name, "type": 1, "options": options } });
        self.interact(data, chat, &by, None)
    }

    /// AutoMod keeps back what somebody wrote, and tells the staff of the server of it as well.
    pub fn keep_back(&self, chat: &bot_core::chat::ChatKey, user: &UserKey, text: &str, word: &str) {
        let channel = ids::channel(self.world(), chat).to_string();
        for action in [1, 2] {
            let data = json!({ "guild_id": ids::guild(chat).to_string(), "channel_id": channel, "user_id": user.as_str(),
                "rule_id": "600", "rule_trigger_type": 1, "action": { "type": action, "metadata": {} },
                "content": text, "matched_keyword": word, "matched_content": word });
            self.dispatch("AUTO_MODERATION_ACTION_EXECUTION", &data);
        }
    }

    /// Somebody uses a command in the menu of a message.
    pub fn on_message(
        &self,
        chat: &bot_core::chat::ChatKey,
        user: &UserKey,
        name: &str,
        message: &bot_core::chat::MessageKey,
    ) -> u64 {
        let by = self.world().user(user).expect("they are there").info;
        let target = ids::message_there(self.world(), &mut self.state(), chat, message).to_string();
        let data = json!({ "type": 2, "channel_id": ids::channel(self.world(), chat).to_string(),
            "data": { "id": "1", "name": name, "type": 3, "target_id": target } });
        self.interact(data, chat, &by, None)
    }
}
