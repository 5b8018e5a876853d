//! The names that platforms give to things. They are opaque: only the adapter that made one can read it. And the
//! name that a file has in our own store.

/// Makes a newtype over `String` for one kind of platform key.
macro_rules! platform_key {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize, sqlx::Type)]
        #[serde(transparent)]
        #[sqlx(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// The key as its platform wrote it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

platform_key! {
    /// One bot identity on one platform, by its name in the config, such as `sandbox` or `telegram.main`.
    AccountId,
    /// A chat on an account. May change when a platform migrates the chat; our own id of it does not.
    ChatKey,
    /// A user on an account.
    UserKey,
    /// A message within its chat.
    MessageKey,
    /// A thread (topic, forum post, private thread) within its chat.
    ThreadKey,
    /// What makes an event the same event when it is delivered twice, within its account.
    EventKey,
    /// One press of a button or one command that may be answered (an interaction, a callback query).
    PressKey,
    /// One request to join a chat, on platforms that number them.
    RequestKey,
    /// A file in our own store: the SHA-256 of its bytes, 64 hexadecimal digits in lower case.
    FileDigest,
}

impl FileDigest {
    /// Whether it is a digest at all. Anything else names no file, and must not reach the file system.
    pub fn is_one(&self) -> bool {
        self.0.len() == 64 && self.0.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    }
}
