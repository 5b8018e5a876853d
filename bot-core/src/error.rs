//! Two kinds of errors: what a person is shown, and what goes to the log.

use crate::chat::Lang;
use crate::store::StoreError;
use crate::texts::{Text, Texts};

/// A mistake that a person can mend, told in their language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserError(pub Text);

impl UserError {
    /// The sentence in `lang`.
    pub fn say(&self, texts: &Texts, lang: Lang) -> String {
        texts.say(lang, &self.0)
    }
}

/// Why a feature did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum FeatureError {
    /// The person is told; nothing was changed.
    #[error("refused: {0:?}")]
    User(UserError),
    /// The database failed; the event is tried again.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Something is wrong with the program.
    #[error("{0}")]
    Internal(String),
}

impl From<Text> for FeatureError {
    fn from(text: Text) -> Self {
        Self::User(UserError(text))
    }
}

/// What features give back.
pub type Result<T, E = FeatureError> = std::result::Result<T, E>;

/// Errors that may say that another transaction came first, so that the step is simply run again.
pub trait CameSecond {
    /// Whether this one says so.
    fn came_second(&self) -> bool;
}

impl CameSecond for FeatureError {
    fn came_second(&self) -> bool {
        matches!(self, Self::Store(StoreError::Conflict(_)))
    }
}
