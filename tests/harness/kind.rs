//! On which platform a story is told, and what stories can be about there.

use bot_core::chat::AccountId;
use guildhall_sandbox::Profile;

/// On which platform a story is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The sandbox.
    Sandbox,
    /// Telegram.
    Telegram(Updates),
    /// QQ.
    Qq(Dials),
    /// Discord.
    Discord,
}

/// Who dials whom on QQ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dials {
    /// The implementation dials the program (reverse).
    Us,
    /// The program dials the implementation (forward).
    It,
}

/// What a story may be about that not every platform has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// Topics in the staff chat.
    Topics,
    /// Messages that people or the bot change after they were sent.
    Edits,
    /// Buttons that are more than numbered choices: as the platform shows them, and answers that only who pressed sees.
    Buttons,
    /// Private chats that a person has to open, and shuts again in a way that the bot is told of.
    Doors,
    /// Names after an `@`.
    Usernames,
    /// Languages that the platform tells of people.
    Languages,
    /// Messages that people wrote in private and the bot can delete.
    Erasing,
    /// Ends of mutes to the millisecond.
    Moments,
    /// Files whose bytes are fetched, and sent from our own store.
    Files,
    /// Files that are sent again by a key, without their bytes.
    FileKeys,
    /// Chats that go on under another key.
    Migrations,
    /// Bans that can be taken back.
    Unbans,
    /// Rights that the bot has one by one.
    SingleRights,
    /// Refusals for speed that say how long to wait.
    Waits,
    /// Sends of which nobody can say whether they arrived.
    Doubt,
    /// Kicks of which nobody can say whether they were done.
    KicksInDoubt,
    /// Admins and channels that write in the chat's own name.
    Masks,
    /// Requests to join that the bot is told of and answers.
    JoinRequests,
    /// Names that members go by in one group.
    Nicks,
}

/// How updates come in from Telegram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Updates {
    /// By `getUpdates`.
    Polled,
    /// To the webhook.
    Pushed,
}

/// The only platform on which stories are to be told, if one is named.
pub(super) fn only() -> Option<String> {
    std::env::var_os("STORIES_ON").and_then(|only| only.into_string().ok())
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Sandbox,
        Self::Telegram(Updates::Polled),
        Self::Telegram(Updates::Pushed),
        Self::Qq(Dials::Us),
        Self::Qq(Dials::It),
        Self::Discord,
    ];

    /// Whether the platform has what a story is about.
    pub fn has(self, about: About) -> bool {
        match self {
            Self::Sandbox => true,
            Self::Telegram(_) => about != About::Nicks,
            // A bot is told of no requests to join, and of somebody's language only when they use a command or a button.
            // It cannot delete what people write in private, and a file is sent again only by uploading it again. What
            // became of a send or a kick it can look up.
            Self::Discord => !matches!(
                about,
                About::Languages
                    | About::Erasing
                    | About::FileKeys
                    | About::Migrations
                    | About::Doubt
                    | About::KicksInDoubt
                    | About::JoinRequests
            ),
            Self::Qq(_) => match about {
                About::Topics
                | About::Edits
                | About::Buttons
                | About::Doors
                | About::Usernames
                | About::Languages
                | About::Erasing
                | About::Moments
                | About::FileKeys
                | About::Migrations
                | About::Unbans
                | About::SingleRights
                | About::Waits
                | About::Doubt
                | About::Masks => false,
                About::Files | About::KicksInDoubt | About::JoinRequests | About::Nicks => true,
            },
        }
    }

    /// Whether stories are to be told here: `STORIES_ON=qq` tells them on QQ alone, and there in every way.
    pub(super) fn is_wanted(self) -> bool {
        let Some(only) = only() else { return true };
        let name = match self {
            Self::Sandbox => "sandbox",
            Self::Telegram(_) => "telegram",
            Self::Qq(_) => "qq",
            Self::Discord => "discord",
        };
        assert!(
            ["sandbox", "telegram", "qq", "discord"].contains(&only.as_str()),
            "STORIES_ON={only}: no such platform"
        );
        only == name
    }

    /// Whether it is told on SQLite alone: how events come in is no matter of the database. Where one platform is
    /// named, it is told on both.
    pub(super) fn is_told_on_sqlite_alone(self) -> bool {
        only().is_none() && matches!(self, Self::Telegram(Updates::Pushed) | Self::Qq(_) | Self::Discord)
    }

    /// What the platform can do.
    pub fn profile(self) -> Profile {
        match self {
            Self::Sandbox => Profile::sandbox(),
            Self::Telegram(_) => Profile::telegram(),
            Self::Qq(_) => Profile::qq(),
            Self::Discord => Profile::discord(),
        }
    }

    /// The account's name in the config.
    pub fn account(self) -> AccountId {
        AccountId::from(match self {
            Self::Sandbox => "sandbox",
            Self::Telegram(_) => "telegram",
            Self::Qq(_) => "onebot",
            Self::Discord => "discord",
        })
    }
}
