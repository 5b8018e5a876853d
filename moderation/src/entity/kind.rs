//! What sorts of things besides words a message can hold.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// A sort of thing that a message can hold. `link` stands for every `link.…` too, and so on.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[non_exhaustive]
        pub enum EntityKind { $($(#[$doc])* #[serde(rename = $text)] $name,)* }

        impl EntityKind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];
            /// The name of every kind.
            pub const NAMES: &'static [&'static str] = &[$($text),*];

            /// Its name, as policies write it.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }
        }
    };
}

kinds! {
    /// An address or bare domain that is neither ours nor allowed.
    Link = "link",
    /// An address behind a service that leads elsewhere.
    LinkShort = "link.short",
    /// A domain that looks like one of ours, or carries a brand of ours.
    LinkLookalike = "link.lookalike",
    /// A domain of mixed or look-alike scripts.
    LinkHomograph = "link.homograph",
    /// A text that shows one address and leads to another.
    LinkDeceptive = "link.deceptive",
    /// An address of numbers instead of a name.
    LinkIp = "link.ip",
    /// A domain that the policy denies.
    LinkDenied = "link.denied",
    /// An address of the deployment's own.
    OwnLink = "own_link",
    /// An invite to any group.
    Invite = "invite",
    /// An invite to a Telegram group or channel.
    InviteTelegram = "invite.telegram",
    /// An invite to a Discord server.
    InviteDiscord = "invite.discord",
    /// The number or address of a QQ group.
    InviteQq = "invite.qq",
    /// An address of a WeChat group or contact.
    InviteWechat = "invite.wechat",
    /// An invite to a WhatsApp group.
    InviteWhatsapp = "invite.whatsapp",
    /// A contact on any messenger.
    Contact = "contact",
    /// A WeChat id.
    ContactWechat = "contact.wechat",
    /// A QQ number.
    ContactQq = "contact.qq",
    /// A Telegram name.
    ContactTelegram = "contact.telegram",
    /// A WhatsApp number.
    ContactWhatsapp = "contact.whatsapp",
    /// A phone number.
    Phone = "phone",
    /// A bank card with a right check digit.
    Card = "card",
    /// A wallet address with a right checksum.
    Wallet = "wallet",
    /// A Bitcoin address.
    WalletBitcoin = "wallet.bitcoin",
    /// An Ethereum address.
    WalletEthereum = "wallet.ethereum",
    /// A TRON address.
    WalletTron = "wallet.tron",
    /// An `@name`.
    Mention = "mention",
    /// Any file.
    File = "file",
    /// A program or script.
    FileProgram = "file.program",
    /// An archive.
    FileArchive = "file.archive",
    /// A picture.
    FilePicture = "file.picture",
    /// A video or sound.
    FileMedia = "file.media",
    /// A document.
    FileDocument = "file.document",
}

impl EntityKind {
    /// The kind of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == name)
    }

    /// Whether what is wanted as `wanted` is met by this kind.
    pub fn is_a(self, wanted: Self) -> bool {
        let (own, wanted) = (self.as_str(), wanted.as_str());
        own.strip_prefix(wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }
}

impl fmt::Display for EntityKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
