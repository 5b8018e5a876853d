//! Discord's numbers for what is in the world, and back.

use bot_core::chat::{ChatKey, MessageKey, ThreadKey};
use guildhall_sandbox::World;

use super::state::State;

/// When Discord's time begins, unix milliseconds.
pub(super) const EPOCH_MS: i64 = 1_420_070_400_000;
/// Private channels are numbered from here on, by their person.
const DIRECT: u64 = 9_000_000_000_000_000_000;
/// Threads are numbered from here on.
const THREAD: u64 = 8_000_000_000_000_000_000;
/// Interactions of one millisecond are told apart by this many bits, and messages of one chat.
const LOW_BITS: u64 = (1 << 14) - 1;

/// A number that begins with its time.
pub(super) fn snowflake(at_ms: i64, low: u64) -> u64 {
    (u64::try_from(at_ms - EPOCH_MS).unwrap_or(0) << 22) | (low & ((1 << 22) - 1))
}

/// The id of a message of a chat: all over Discord there is one of each.
pub(super) fn message(state: &mut State, chat: &ChatKey, key: &MessageKey, at_ms: i64) -> u64 {
    let number: u64 = key.as_str().parse().unwrap_or_default();
    snowflake(at_ms, state.chat_number(chat) << 14 | (number & LOW_BITS))
}

/// The id of a message that is there, or was.
pub(super) fn message_there(world: &World, state: &mut State, chat: &ChatKey, key: &MessageKey) -> u64 {
    let at_ms = world.message(chat, key).map(|there| there.at_ms);
    let id = at_ms.map(|at_ms| message(state, chat, key, at_ms));
    let known = state.messages.get(&(chat.clone(), key.clone())).copied();
    known.or(id).unwrap_or_else(|| message(state, chat, key, world.now_ms()))
}

/// The message of a chat that an id names.
pub(super) fn message_key(id: u64) -> MessageKey {
    MessageKey((id & LOW_BITS).to_string())
}

/// The channel of a chat.
pub(super) fn channel(world: &World, chat: &ChatKey) -> u64 {
    let number: u64 = chat.as_str().parse().unwrap_or_default();
    let is_direct =
        world.chat(chat, None, 0).is_none_or(|view| view.summary.kind == bot_core::chat::ChatKind::Direct);
    if is_direct { DIRECT + number } else { number }
}

/// The server of a group: each group is the one channel of a server of its own.
pub(super) fn guild(chat: &ChatKey) -> u64 {
    chat.as_str().parse::<u64>().unwrap_or_default() + 1
}

/// The group of a server.
pub(super) fn group(guild: u64) -> ChatKey {
    ChatKey((guild - 1).to_string())
}

/// The channel of a thread.
pub(super) fn thread(state: &mut State, chat: &ChatKey, thread: &ThreadKey) -> u64 {
    let number: u64 = thread.as_str().parse().unwrap_or_default();
    let id = THREAD + (state.chat_number(chat) << 32) + number;
    state.threads.insert(id, (chat.clone(), thread.clone()));
    id
}

/// Where a channel is: its chat, and its thread when it is one.
pub(super) fn place(world: &World, state: &State, channel: u64) -> Option<(ChatKey, Option<ThreadKey>)> {
    if let Some((chat, thread)) = state.threads.get(&channel) {
        return Some((chat.clone(), Some(thread.clone())));
    }
    let number = if channel >= DIRECT { channel - DIRECT } else { channel };
    let chat = ChatKey(number.to_string());
    world.chat(&chat, None, 0).map(|_| (chat, None))
}

/// The private channel of somebody.
pub(super) fn direct(user: u64) -> u64 {
    DIRECT + user
}
