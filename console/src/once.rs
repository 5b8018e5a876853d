//! A form that is posted twice is done once: by a double click without scripts, by loading its answer again.
//!
//! Each form that says, sends or makes something carries a key of its own (`Frame::once`). What it leads to is noted in the
//! commit that does it, where the answers to writes of the API are noted too; the same post again leads there, and does
//! nothing. The same key with other words is another post. What is refused is not noted, and may be posted again.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse as _, Redirect, Response};
use bot_core::error::FeatureError;
use bot_core::features::housekeeping::ANSWERS_KEPT_MS;
use bot_core::ids::{RowId, StaffId};
use bot_core::store::idempotency::{self, Answered};
use bot_core::work::Work;

use crate::state::Console;

/// The field that carries a form's key. In a form with files it comes second, behind the page's token.
pub(crate) const ONCE_FIELD: &str = "once";

/// A post that is done once, if its form carries a key.
#[derive(Clone, Default)]
pub(crate) struct Once(Option<Post>);

/// What tells a post from every other.
#[derive(Clone)]
struct Post {
    asker: RowId,
    digest: String,
}

/// What came of a post.
pub(crate) enum Posted<T> {
    /// It was done now.
    Now(T),
    /// It was done before, and leads there.
    Before(Response),
}

impl Once {
    /// A post of somebody: `digest` stands for its address, its key and everything else that it says.
    pub(crate) fn of(staff: &StaffId, digest: String) -> Self {
        Self(Some(Post { asker: RowId(format!("staff:{staff}")), digest }))
    }

    /// Does `step` in one commit, with the note of where it leads (`to`, a path, from what was done; `None` is not
    /// noted). Nothing is done where the same was posted before.
    ///
    /// # Errors
    /// What `step` fails with, or the database; nothing happened then.
    pub(crate) async fn commit<T, F>(
        &self,
        console: &Console,
        to: impl Fn(&T) -> Option<String>,
        step: impl Fn(Work) -> F,
    ) -> Result<Posted<T>, FeatureError>
    where
        F: Future<Output = Result<(Work, T), FeatureError>>,
    {
        let whole = async |mut work: Work| {
            let Some(Post { asker, digest }) = &self.0 else {
                return step(work).await.map(|(work, done)| (work, Posted::Now(done)));
            };
            let (since_ms, now_ms) = (work.now_ms - ANSWERS_KEPT_MS, work.now_ms);
            if let Some(given) = idempotency::get(work.tx().await?, asker, digest, since_ms).await? {
                return Ok((work, Posted::Before(Redirect::to(&given.body).into_response())));
            }
            let (mut work, done) = step(work).await?;
            if let Some(body) = to(&done) {
                let status = i64::from(StatusCode::SEE_OTHER.as_u16());
                let led = Answered { fingerprint: digest.clone(), status, body };
                idempotency::put(work.tx().await?, asker, digest, &led, now_ms).await?;
            }
            Ok((work, Posted::Now(done)))
        };
        console.hall.in_one_commit(whole).await
    }

    /// The same for what leads to one place, whatever came of it.
    ///
    /// # Errors
    /// As with [`Self::commit`].
    pub(crate) async fn lead<F>(
        &self,
        console: &Console,
        to: &str,
        step: impl Fn(Work) -> F,
    ) -> Result<Response, FeatureError>
    where
        F: Future<Output = Result<(Work, ()), FeatureError>>,
    {
        match self.commit(console, |()| Some(to.to_owned()), step).await? {
            Posted::Now(()) => Ok(Redirect::to(to).into_response()),
            Posted::Before(there) => Ok(there),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Once {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_default())
    }
}
