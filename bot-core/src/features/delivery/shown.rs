//! How a push looks in a chat, from the platform's own plan of it.

use crate::chat::{Action, Address, Call, Content, Feature as Can, Lang, Loss, Platform, without_buttons};

/// What some recipients of an account will see.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// Whether it is in private.
    pub direct: bool,
    /// Which languages these recipients read, each once.
    pub langs: Vec<Lang>,
    /// How many see it so; 0 for a look at what it would be.
    pub recipients: i64,
    /// The messages, in order, cut to what one message carries there. Empty when nothing of it can be sent.
    pub messages: Vec<Content>,
    /// Where members find it later.
    pub pin: PinAs,
    /// What readers there do not get.
    pub losses: Vec<Loss>,
}

/// Where a push is put besides the conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinAs {
    /// Nowhere, as nobody asked for it.
    Not,
    /// At the chat's head.
    Head,
    /// On the chat's board.
    Board,
    /// Nowhere, because the platform or the bot's rights there do not let it.
    Refused,
}

/// What somebody at an address will see of `content`, and how many calls it takes: messages, and those that keep it.
pub fn shown_at(
    platform: &dyn Platform,
    to: &Address,
    pin: bool,
    (lang, content): (Lang, Content),
) -> (Shown, i64, i64) {
    let plan = platform.plan(to, &Action::Send(content.clone()));
    let can = platform.capabilities(to);
    let pin = match pin {
        false => PinAs::Not,
        true if can.is_native(Can::Board) => PinAs::Board,
        true if can.is_native(Can::Pin) => PinAs::Head,
        true => PinAs::Refused,
    };
    let mut losses = plan.losses;
    let sends = i64::try_from(plan.calls.len()).unwrap_or(i64::MAX);
    let keeps = match pin {
        PinAs::Board => {
            let post = platform.plan(to, &Action::Post(without_buttons(content)));
            losses.extend(post.losses.into_iter().filter(|loss| !losses.contains(loss)).collect::<Vec<_>>());
            i64::try_from(post.calls.len()).unwrap_or(i64::MAX)
        }
        PinAs::Head => 1,
        PinAs::Not | PinAs::Refused => 0,
    };
    let message = |call: Call| match call.action {
        Action::Send(content) => Some(content),
        _ => None,
    };
    let messages = plan.calls.into_iter().filter_map(message).collect();
    let shown = Shown { direct: to.peer.is_some(), langs: vec![lang], recipients: 0, messages, pin, losses };
    (shown, sends, keeps)
}

/// Adds to what is shown, joining recipients who see the same.
pub(super) fn join(all: &mut Vec<Shown>, new: Shown) {
    let same = |old: &&mut Shown| {
        (old.direct, &old.messages, old.pin, &old.losses) == (new.direct, &new.messages, new.pin, &new.losses)
    };
    match all.iter_mut().find(same) {
        Some(old) => {
            old.recipients += new.recipients;
            for lang in new.langs {
                if !old.langs.contains(&lang) {
                    old.langs.push(lang);
                }
            }
        }
        None => all.push(new),
    }
}
