//! The implementation dials us: one listener for all accounts, told apart by `X-Self-ID`.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::any;
use serde::Deserialize;

use crate::link::Role;
use crate::platform::OneBotPlatform;
use crate::session::{Ended, MESSAGE_MAX};
use crate::socket::split;

/// The accounts behind one listener, by QQ number.
type Accounts = Arc<BTreeMap<i64, Arc<OneBotPlatform>>>;

#[derive(Deserialize)]
struct Asked {
    access_token: Option<String>,
}

/// Takes connections for these accounts at `/onebot/v11/ws`, and at the same path with `/` behind it.
pub fn reverse_router(accounts: impl IntoIterator<Item = Arc<OneBotPlatform>>) -> Router {
    let accounts: Accounts =
        Arc::new(accounts.into_iter().map(|account| (account.settings.self_id, account)).collect());
    Router::new()
        .route("/onebot/v11/ws", any(dialled))
        .route("/onebot/v11/ws/", any(dialled))
        .with_state(accounts)
}

/// A connection is judged before anything is read from it.
async fn dialled(
    State(accounts): State<Accounts>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    let (account, role) = match judge(&accounts, &headers, asked.access_token.as_deref()) {
        Ok(judged) => judged,
        Err(refusal) => return refusal.into_response(),
    };
    let Some(sink) = account.sink.read().await.clone() else {
        return (StatusCode::SERVICE_UNAVAILABLE, "not yet").into_response();
    };
    upgrade.max_message_size(MESSAGE_MAX).max_frame_size(MESSAGE_MAX).on_upgrade(move |socket| async move {
        let (incoming, leaving) = split(socket);
        let ended = account.serve(role, incoming, leaving, sink).await;
        if ended != Ended::Stopping {
            tracing::info!(account = %account.settings.account, ?role, ?ended, "a connection has ended");
        }
        account.is_cut_off();
    })
}

/// A refusal by HTTP: the status, and the words.
type Refusal = (StatusCode, &'static str);

fn judge(
    accounts: &Accounts,
    headers: &HeaderMap,
    in_address: Option<&str>,
) -> Result<(Arc<OneBotPlatform>, Role), Refusal> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let refuse = |status: StatusCode, what: &'static str| {
        metrics::counter!("guildhall_onebot_refused_total", "what" => what).increment(1);
        Err((status, what))
    };
    let self_id = text("x-self-id").and_then(|id| id.trim().parse::<i64>().ok());
    let Some(account) = self_id.and_then(|id| accounts.get(&id)).cloned() else {
        tracing::warn!(self_id, "somebody dialled for an account that is not in the config, and was refused");
        // Like a wrong token: who knows no token learns nothing of accounts.
        return refuse(StatusCode::UNAUTHORIZED, "unauthorized");
    };
    let in_header = text(header::AUTHORIZATION.as_str()).and_then(|value| {
        let (scheme, token) = value.trim().split_once(' ').unwrap_or((value, ""));
        (scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("token")).then(|| token.trim())
    });
    // NapCat sends `Bearer ` with nothing behind it even where the token stands in the address.
    let given = [in_header, in_address].into_iter().flatten().find(|token| !token.is_empty());
    if !account.settings.token.is(given.unwrap_or_default().as_bytes()) {
        account.refused_token();
        return refuse(StatusCode::UNAUTHORIZED, "unauthorized");
    }
    let Some(role) = Role::of(text("x-client-role")) else {
        return refuse(StatusCode::BAD_REQUEST, "no such role");
    };
    Ok((account, role))
}
