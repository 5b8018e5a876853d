//! Why a page was not given: one sentence for the reader, the chain for the log.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use bot_core::error::FeatureError;
use bot_core::store::StoreError;
use bot_core::text;
use bot_core::texts::Text;

/// Why not.
#[derive(Debug)]
pub(crate) enum Fault {
    /// There is nothing at this address.
    NotFound,
    /// Nobody is signed in; where to go on after they are.
    Nobody,
    /// The reader lacks the right.
    Forbidden,
    /// The reader's role asks for a second factor, and they have none yet.
    NoSecondFactor,
    /// The request did not come from one of our pages.
    Foreign,
    /// The form is from a session that is over.
    Stale,
    /// What was sent cannot be read.
    Unreadable,
    /// What was sent is too large.
    TooLarge {
        /// The most that is taken, bytes.
        max_bytes: usize,
    },
    /// What was asked for is refused, for this reason.
    Refused(Text),
    /// There is more to do than can be done now.
    Busy,
    /// The database failed.
    Store(StoreError),
    /// Something is wrong with the program.
    Internal(String),
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<askama::Error> for Fault {
    fn from(error: askama::Error) -> Self {
        Self::Internal(format!("a page could not be written: {error}"))
    }
}

impl From<FeatureError> for Fault {
    fn from(error: FeatureError) -> Self {
        match error {
            FeatureError::User(user) => Self::Refused(user.0),
            FeatureError::Store(error) => Self::Store(error),
            FeatureError::Internal(why) => Self::Internal(why),
        }
    }
}

impl Fault {
    /// The same, from within a piece of work.
    pub(crate) fn into_feature_error(self) -> FeatureError {
        match self {
            Self::Store(error) => FeatureError::Store(error),
            Self::Internal(why) => FeatureError::Internal(why),
            other => FeatureError::from(other.words()),
        }
    }

    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Nobody => StatusCode::UNAUTHORIZED,
            Self::Forbidden | Self::NoSecondFactor | Self::Foreign | Self::Stale => StatusCode::FORBIDDEN,
            Self::Unreadable => StatusCode::BAD_REQUEST,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Refused(_) => StatusCode::CONFLICT,
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::Store(_) | Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// What happened, and what to do.
    pub(crate) fn words(&self) -> Text {
        match self {
            Self::NotFound => Text::new("console-fault-not-found"),
            Self::Nobody => Text::new("console-fault-nobody"),
            Self::Forbidden => Text::new("console-fault-forbidden"),
            Self::NoSecondFactor => Text::new("console-fault-no-second-factor"),
            Self::Foreign => Text::new("console-fault-foreign"),
            Self::Stale => Text::new("console-fault-stale"),
            Self::Unreadable => Text::new("console-fault-unreadable"),
            Self::TooLarge { max_bytes } => text!("console-fault-too-large", most = size(*max_bytes)),
            Self::Refused(why) => why.clone(),
            Self::Busy => Text::new("console-fault-busy"),
            Self::Store(error) if error.is_full() => Text::new("console-fault-full"),
            Self::Store(_) | Self::Internal(_) => text!("console-fault-internal"),
        }
    }
}

/// A limit in words: in MB where it has one, in KB otherwise.
pub(crate) fn size(bytes: usize) -> String {
    match bytes / (1024 * 1024) {
        0 => format!("{} KB", bytes / 1024),
        mb => format!("{mb} MB"),
    }
}

/// An empty answer that carries the fault; the words are put in where the reader's language is known.
impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}
