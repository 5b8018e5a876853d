//! What the sandbox can do as a platform; tests change it to stand for other platforms.

use std::collections::BTreeMap;

use bot_core::chat::{Capabilities, Feature, Limits, Pace, Rate, Right, Support};

use crate::right::right_for;

/// The abilities, limits and manners of a platform.
#[derive(Clone, Debug)]
pub struct Profile {
    /// One word for people.
    pub name: &'static str,
    /// Longest text in UTF-16 code units.
    pub text_utf16: usize,
    /// Longest text under attachments in UTF-16 code units.
    pub caption_utf16: usize,
    /// Longest answer to a press in UTF-16 code units.
    pub toast_utf16: usize,
    /// Whether text can carry marks.
    pub marks: bool,
    /// Most attachments in one message; 0 for none.
    pub attachments: usize,
    /// Largest file in bytes.
    pub file_bytes: u64,
    /// Largest file that the bot can fetch, bytes.
    pub fetch_bytes: u64,
    /// Most rows of buttons, and most buttons in a row; 0 for none.
    pub button_rows: usize,
    /// When a form can be shown.
    pub forms: FormsWhen,
    /// Most fields of a form.
    pub form_fields: usize,
    /// Whether the bot can edit its messages.
    pub edits: bool,
    /// Oldest message in milliseconds that the bot can edit; `None` for any.
    pub edit_age_ms: Option<i64>,
    /// Oldest message in milliseconds that the bot can delete; `None` for any.
    pub delete_age_ms: Option<i64>,
    /// Whether messages can be pinned.
    pub pins: bool,
    /// Whether groups have threads.
    pub threads: bool,
    /// Whether a message can answer another.
    pub replies: bool,
    /// Whether the bot can mention everybody.
    pub mention_all: bool,
    /// How far back a ban can delete what the person wrote, milliseconds; `None` when it deletes nothing.
    pub ban_purge_ms: Option<i64>,
    /// Whether members can be muted.
    pub mutes: bool,
    /// Longest mute in milliseconds; `None` for any.
    pub mute_max_ms: Option<i64>,
    /// Whether a group can be locked, so that only its admins write.
    pub locks: bool,
    /// Whether the platform itself lets each member write only once in a while.
    pub slow_mode: bool,
    /// Whether members can be given a name of the group's own.
    pub nicks: bool,
    /// Whether members can be given badges.
    pub badges: bool,
    /// Whether people can ask to be let into a group.
    pub join_requests: bool,
    /// Whom the bot can write to first.
    pub direct_first: DirectFirst,
    /// What a send's nonce is good for.
    pub nonces: Nonces,
    /// Whether the bot is told of its own messages.
    pub echoes_own: bool,
    /// Whether the bot is told of messages that people delete.
    pub tells_deletions: bool,
    /// How long a press can be answered, milliseconds.
    pub press_lives_ms: i64,
    /// How many messages of a chat the platform remembers.
    pub history: usize,
    /// Whether keys are whole numbers as on Telegram: the bot's, and a thread's is the number of the line that
    /// says it was opened. Those of people and groups are whatever the test gives.
    pub numbered: bool,
    /// Whether no two messages of different chats share a key, as on QQ.
    pub keys_apart: bool,
    /// The bot's own key.
    pub bot: &'static str,
    /// Whether buttons become numbered choices where there are none.
    pub choices: bool,
    /// The pace that the adapter tells the courier.
    pub pace: Pace,
    /// The pace that the platform truly enforces, counted over sliding windows; `None` for no limit.
    pub enforced: Option<Pace>,
}

/// When a form can be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormsWhen {
    /// The platform has none.
    Never,
    /// Only in answer to a press or command, once for each (Discord).
    OnPress,
    /// At any time.
    Always,
}

/// Whom the bot can write to before they wrote to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DirectFirst {
    /// Nobody (Telegram).
    Nobody,
    /// Those who share a group with it (QQ, Discord), named by `Address::via`.
    SharedGroup,
    /// Everybody.
    Everybody,
}

/// What a send's nonce is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nonces {
    /// Nothing (Telegram).
    Ignored,
    /// A send that is repeated is the same send (Discord).
    Enforced,
    /// The platform can be asked later what became of it (QQ's history).
    Kept,
}

const fn rate(count: u32, per_ms: i64) -> Rate {
    Rate { count, per_ms }
}

impl Profile {
    /// The sandbox as people meet it: everything by itself, private chats only after the person opened them,
    /// and no key against doubled sends.
    pub fn sandbox() -> Self {
        let pace = Pace { account: rate(1_000, 1_000), chat: rate(20, 1_000), group: rate(600, 60_000) };
        Self {
            name: "Sandbox",
            text_utf16: 4_096,
            caption_utf16: 1_024,
            toast_utf16: 200,
            marks: true,
            attachments: 10,
            file_bytes: 8 * 1024 * 1024,
            fetch_bytes: 8 * 1024 * 1024,
            button_rows: 8,
            forms: FormsWhen::Always,
            form_fields: 12,
            edits: true,
            edit_age_ms: None,
            delete_age_ms: None,
            pins: true,
            threads: true,
            replies: true,
            mention_all: true,
            ban_purge_ms: Some(7 * 86_400_000),
            mutes: true,
            mute_max_ms: None,
            locks: true,
            slow_mode: true,
            nicks: true,
            badges: true,
            join_requests: true,
            direct_first: DirectFirst::Nobody,
            nonces: Nonces::Ignored,
            echoes_own: false,
            tells_deletions: true,
            press_lives_ms: 15 * 60_000,
            history: 5_000,
            numbered: false,
            bot: "guildhall",
            keys_apart: false,
            choices: false,
            pace,
            enforced: None,
        }
    }

    /// A poor platform, as the least of them are: short plain text and replies; moderation, but no buttons,
    /// forms, edits, threads or pins.
    pub fn bare() -> Self {
        Self {
            name: "Bare",
            ban_purge_ms: None,
            text_utf16: 500,
            caption_utf16: 500,
            marks: false,
            attachments: 1,
            button_rows: 0,
            forms: FormsWhen::Never,
            edits: false,
            edit_age_ms: Some(2 * 60_000),
            delete_age_ms: Some(2 * 60_000),
            pins: false,
            threads: false,
            mention_all: false,
            mute_max_ms: Some(30 * 86_400_000),
            slow_mode: false,
            nicks: false,
            badges: false,
            direct_first: DirectFirst::SharedGroup,
            nonces: Nonces::Kept,
            echoes_own: true,
            tells_deletions: false,
            ..Self::sandbox()
        }
    }

    /// Telegram as a bot meets it (Bot API 9.2, read 2026-11-21). How fast it lets a bot act is not published:
    /// tests enforce what they are about.
    pub fn telegram() -> Self {
        Self {
            name: "Telegram",
            ban_purge_ms: None,
            attachments: 10,
            file_bytes: 50 * 1024 * 1024,
            fetch_bytes: 20 * 1024 * 1024,
            button_rows: 100,
            forms: FormsWhen::Never,
            delete_age_ms: Some(48 * 3_600_000),
            mention_all: false,
            slow_mode: false,
            nicks: false,
            tells_deletions: false,
            numbered: true,
            bot: "7000000001",
            ..Self::sandbox()
        }
    }

    /// Discord as a bot meets it (API v10, read 2026-11-21).
    pub fn discord() -> Self {
        Self {
            name: "Discord",
            // In an embed; the message itself holds half of it.
            text_utf16: 4_096,
            caption_utf16: 4_096,
            toast_utf16: 2_000,
            attachments: 10,
            file_bytes: 10 * 1024 * 1024,
            button_rows: 5,
            forms: FormsWhen::OnPress,
            form_fields: 5,
            mute_max_ms: Some(28 * 86_400_000),
            direct_first: DirectFirst::SharedGroup,
            numbered: true,
            bot: "7000000001",
            ..Self::sandbox()
        }
    }

    /// QQ as a bot meets it through OneBot v11 (NapCat 4.8, read 2026-11-21): plain text, pictures and replies; no
    /// buttons, edits, forms or threads.
    pub fn qq() -> Self {
        Self {
            name: "QQ",
            ban_purge_ms: None,
            text_utf16: 4_500,
            caption_utf16: 4_500,
            attachments: 20,
            file_bytes: 30 * 1024 * 1024,
            button_rows: 0,
            forms: FormsWhen::Never,
            edits: false,
            threads: false,
            mute_max_ms: Some(30 * 86_400_000),
            direct_first: DirectFirst::SharedGroup,
            echoes_own: true,
            numbered: true,
            bot: "7000000001",
            keys_apart: true,
            choices: true,
            ..Self::sandbox()
        }
    }

    /// The same platform, enforcing `pace` as well as telling it.
    #[must_use]
    pub fn paced(self, pace: Pace) -> Self {
        Self { pace, enforced: Some(pace), ..self }
    }

    /// What can be done in a group with these rights, or in a private chat (`None`).
    pub fn capabilities(&self, rights: Option<&[Right]>) -> Capabilities {
        let mut features = BTreeMap::new();
        for feature in ALL_FEATURES {
            let Some(limits) = self.limits(feature, rights.is_none()) else { continue };
            let missing = right_for(feature).filter(|right| rights.is_some_and(|held| !held.contains(right)));
            features.insert(
                feature,
                missing.map_or(Support::Native(limits), |missing| Support::Denied { missing }),
            );
        }
        if self.button_rows == 0 && self.choices {
            let via = "numbered choices".to_owned();
            let loss = "a choice is typed instead of touched".to_owned();
            features.insert(Feature::Buttons, Support::Emulated { via, loss });
        }
        Capabilities(features)
    }

    /// The limits of a feature; `None` when the platform lacks it.
    fn limits(&self, feature: Feature, direct: bool) -> Option<Limits> {
        let aged = |age_ms| Limits { age_ms, ..Limits::default() };
        let plain = |there: bool| there.then(Limits::default);
        match feature {
            Feature::Text => Some(Limits {
                text_utf16: Some(self.text_utf16),
                caption_utf16: Some(self.caption_utf16),
                ..Limits::default()
            }),
            Feature::Marks => plain(self.marks),
            Feature::Attachments => (self.attachments > 0).then(|| Limits {
                count: Some(self.attachments),
                size_bytes: Some(self.file_bytes),
                caption_utf16: Some(self.caption_utf16),
                ..Limits::default()
            }),
            Feature::Fetch => (self.attachments > 0)
                .then(|| Limits { size_bytes: Some(self.fetch_bytes), ..Limits::default() }),
            Feature::Buttons => {
                (self.button_rows > 0).then(|| Limits { count: Some(self.button_rows), ..Limits::default() })
            }
            Feature::Forms => (self.forms != FormsWhen::Never).then(|| Limits {
                count: Some(self.form_fields),
                on_press: self.forms == FormsWhen::OnPress,
                ..Limits::default()
            }),
            Feature::Edit => self.edits.then(|| aged(self.edit_age_ms)),
            Feature::DeleteOwn | Feature::DeleteOthers => Some(aged(self.delete_age_ms)),
            Feature::Pin => plain(self.pins),
            Feature::Board => None,
            Feature::Mute => {
                (self.mutes && !direct).then(|| Limits { duration_ms: self.mute_max_ms, ..Limits::default() })
            }
            Feature::Kick | Feature::Ban => plain(!direct),
            Feature::BanPurge => self
                .ban_purge_ms
                .filter(|_| !direct)
                .map(|ms| Limits { duration_ms: Some(ms), ..Limits::default() }),
            Feature::Lock => plain(self.locks && !direct),
            Feature::SlowMode => plain(self.slow_mode && !direct),
            Feature::Nick => {
                (self.nicks && !direct).then(|| Limits { text_utf16: Some(NICK_MAX), ..Limits::default() })
            }
            Feature::Badge => plain(self.badges && !direct),
            Feature::JoinRequests => plain(self.join_requests && !direct),
            Feature::Threads => plain(self.threads && !direct),
            Feature::DirectFirst => plain(self.direct_first != DirectFirst::Nobody),
            Feature::Reply => plain(self.replies),
            Feature::MentionAll => plain(self.mention_all && !direct),
            Feature::SendNonce => plain(self.nonces == Nonces::Enforced),
        }
    }
}

/// The longest nick, UTF-16 code units, as on Discord.
pub(crate) const NICK_MAX: usize = 32;

const ALL_FEATURES: [Feature; 24] = [
    Feature::Text,
    Feature::Marks,
    Feature::Attachments,
    Feature::Fetch,
    Feature::Buttons,
    Feature::Forms,
    Feature::Edit,
    Feature::DeleteOwn,
    Feature::DeleteOthers,
    Feature::Pin,
    Feature::Mute,
    Feature::Kick,
    Feature::Ban,
    Feature::BanPurge,
    Feature::Lock,
    Feature::SlowMode,
    Feature::Nick,
    Feature::Badge,
    Feature::JoinRequests,
    Feature::Threads,
    Feature::DirectFirst,
    Feature::Reply,
    Feature::MentionAll,
    Feature::SendNonce,
];
