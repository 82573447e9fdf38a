//! `/api/v1/me/sessions…`: the caller's own.

use axum::Json;
use axum::extract::State;

use super::Sessions;
use super::wire::{OneSession, OwnSessions, RevokedSessions, SessionListItem};
use crate::api::v1::caller::Caller;
use crate::api::v1::envelope::ApiResponse;
use crate::api::v1::error::V1Error;
use crate::http::declared::parameters::Params;

/// List the caller's live sessions, newest first.
#[utoipa::path(get, path = "/api/v1/me/sessions", operation_id = "listMySessions", tag = "me",
    responses((status = 200, description = "Exactly one of them is current", body = OwnSessions)),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn list(State(desk): State<Sessions>, caller: Caller) -> Result<Json<OwnSessions>, V1Error> {
    let live = desk.engine.own_sessions(&caller.user).await?;
    let data = live.iter().map(|shown| SessionListItem::of(shown, Some(caller.user.session()))).collect();
    Ok(Json(OwnSessions { data, meta: caller.meta }))
}

/// End the caller's sessions, all but the one that asks.
#[utoipa::path(post, path = "/api/v1/me/sessions/revoke-all", operation_id = "revokeMyOtherSessions", tag = "me",
    responses((status = 200, description = "What was ended", body = RevokedSessions)),
    extensions(("x-effect" = json!("ends")))
)]
pub async fn revoke_others(State(desk): State<Sessions>, caller: Caller) -> Result<Json<RevokedSessions>, V1Error> {
    let revoked = desk.engine.end_own_other_sessions(&caller.user, &caller.origin).await?;
    Ok(Json(ApiResponse { data: revoked.into(), meta: caller.meta }))
}

/// End one of the caller's sessions; it may be the one that asks.
#[utoipa::path(delete, path = "/api/v1/me/sessions/{session_id}", operation_id = "revokeMySession", tag = "me",
    params(OneSession),
    responses((status = 200, description = "What was ended", body = RevokedSessions)),
    extensions(("x-effect" = json!("ends")))
)]
pub async fn revoke(
    State(desk): State<Sessions>,
    caller: Caller,
    Params(at): Params<OneSession>,
) -> Result<Json<RevokedSessions>, V1Error> {
    let session = at.session_id.or(V1Error::NOT_FOUND)?;
    let revoked = desk.engine.end_own_session(&caller.user, session, &caller.origin).await??;
    Ok(Json(ApiResponse { data: revoked.into(), meta: caller.meta }))
}
