//! What lists have in common: filters that stand in the address, and the way to the next page.

use std::collections::BTreeMap;

use bot_core::chat::Lang;
use bot_core::directory::{Chat, User};
use bot_core::features::wording::Wording;
use bot_core::ids::{ChatId, StaffId, UserId};
use bot_core::store::{StoreError, Tx, chat};
use bot_core::texts::Text;

use crate::frame::Frame;
use crate::state::Console;

/// Rows of a page.
pub(super) const ROWS: usize = 50;

/// A way to narrow a list down.
pub(super) struct Narrow {
    pub(super) href: String,
    pub(super) label: String,
    pub(super) count: Option<i64>,
    pub(super) here: bool,
}

/// Cuts what was read with one row too many to a page; gives the last row's mark if there is more.
pub(super) fn cut<R>(rows: &mut Vec<R>, mark: impl Fn(&R) -> String) -> Option<String> {
    let more = rows.len() > ROWS;
    rows.truncate(ROWS);
    rows.last().filter(|_| more).map(mark)
}

/// One row more than a page, to know whether there is another.
pub(super) fn wanted() -> i64 {
    i64::try_from(ROWS + 1).unwrap_or(i64::MAX)
}

/// The name of a user, or their id when they are gone.
pub(super) async fn user_name(tx: &mut Tx, id: &UserId) -> Result<String, StoreError> {
    Ok(chat::user(tx, id).await?.map_or_else(|| id.to_string(), |user| user.name))
}

/// The users and chats that the rows of a list name, read together: however many rows there are, two statements.
pub(super) struct Names {
    users: BTreeMap<UserId, User>,
    chats: BTreeMap<ChatId, Chat>,
}

impl Names {
    /// Reads them, and whose those chats are that are private.
    pub(super) async fn of(tx: &mut Tx, users: &[&UserId], chats: &[&ChatId]) -> Result<Self, StoreError> {
        let chats = chat::some(tx, chats).await?;
        let peers = chats.values().filter_map(|chat| chat.peer.as_ref());
        let users: Vec<&UserId> = users.iter().copied().chain(peers).collect();
        Ok(Self { users: chat::some_users(tx, &users).await?, chats })
    }

    /// The name of a user, or their id when they are gone.
    pub(super) fn user(&self, id: &UserId) -> String {
        self.users.get(id).map_or_else(|| id.to_string(), |user| user.name.clone())
    }

    /// The title of a chat, which a private one has not.
    pub(super) fn title(&self, id: &ChatId) -> Option<&str> {
        self.chats.get(id).map(|chat| chat.title.as_str()).filter(|title| !title.is_empty())
    }

    /// The title of a chat; for a private one, whose it is.
    pub(super) fn chat(&self, f: &Frame, id: &ChatId) -> String {
        match (self.title(id), self.chats.get(id)) {
            (Some(title), _) => title.to_owned(),
            (None, Some(chat)) => match &chat.peer {
                Some(peer) => f.t1("console-private-chat-of", "name", &self.user(peer)),
                None => f.t("console-private-chat"),
            },
            (None, None) => id.to_string(),
        }
    }
}

/// The name of a staff member, also of one who has left.
pub(super) fn staff_name(console: &Console, id: &StaffId) -> String {
    console.hall.roster.load().get(id).map_or_else(|| id.to_string(), |staff| staff.name.clone())
}

/// The word for a language.
pub(super) fn lang_name(lang: Lang) -> Text {
    match lang {
        Lang::En => Text::new("console-lang-en"),
        Lang::Zh => Text::new("console-lang-zh"),
    }
}

/// What the pages of an announcement and of an activity have in common.
pub(super) struct Piece {
    /// Its number as it is shown, and as it stands in addresses.
    pub(super) no: String,
    pub(super) number: i64,
    pub(super) title: String,
    pub(super) state: String,
    /// What is to be known of it.
    pub(super) lines: Vec<String>,
    /// Its texts: language and words.
    pub(super) bodies: Vec<(String, String)>,
}

impl Piece {
    pub(super) fn new(
        f: &Frame,
        (no, number): (String, i64),
        state: &Text,
        wording: &Wording,
        lines: &[Text],
    ) -> Self {
        let body = |lang| (f.say(&lang_name(lang)), wording.rich(lang).text);
        Self {
            no,
            number,
            title: wording.title(f.reader.lang).to_owned(),
            state: f.say(state),
            lines: lines.iter().map(|line| f.say(line)).collect(),
            bodies: wording.langs().into_iter().map(body).collect(),
        }
    }
}
