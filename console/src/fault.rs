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
    /// The request did not come from one of our pages.
    Foreign,
    /// The form is from a session that is over.
    Stale,
    /// What was sent cannot be read.
    Unreadable,
    /// What was sent is too large.
    TooLarge,
    /// What was asked for is refused, for this reason.
    Refused(Text),
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
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Nobody => StatusCode::UNAUTHORIZED,
            Self::Forbidden | Self::Foreign | Self::Stale => StatusCode::FORBIDDEN,
            Self::Unreadable => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Refused(_) => StatusCode::CONFLICT,
            Self::Store(_) | Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// What happened, and what to do.
    pub(crate) fn words(&self) -> Text {
        match self {
            Self::NotFound => Text::new("console-fault-not-found"),
            Self::Nobody => Text::new("console-fault-nobody"),
            Self::Forbidden => Text::new("console-fault-forbidden"),
            Self::Foreign => Text::new("console-fault-foreign"),
            Self::Stale => Text::new("console-fault-stale"),
            Self::Unreadable => Text::new("console-fault-unreadable"),
            Self::TooLarge => Text::new("console-fault-too-large"),
            Self::Refused(why) => why.clone(),
            Self::Store(_) | Self::Internal(_) => text!("console-fault-internal"),
        }
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
