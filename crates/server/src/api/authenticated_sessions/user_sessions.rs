//! `GET /api/admin/v1/authenticated-sessions/user-sessions/{guid}`

use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{RawPathParams, State};
use axum::response::Response;
use cloakroom_engine::ids::{UserUid, parse_guid};

use super::AuthenticatedSessions;
use super::caller::Caller;
use super::envelope::Paging;
use super::error::AdminError;
use super::wire::{AuthenticatedSession, Failure};

/// List the active sessions that a user has within reach, the last used first; none of whoever is unknown.
#[utoipa::path(get, path = "/api/admin/v1/authenticated-sessions/user-sessions/{guid}", operation_id = "list_sessions_of_user",
    tag = "authenticated sessions",
    params(("guid" = String, Path, description = "The `UserGuid` of a user"),
        ("page" = Option<u64>, Query, description = "From 1; default 1. Also `Page`", minimum = 1),
        ("pageSize" = Option<u64>, Query, description = "Default 25. Also `PageSize`", minimum = 1, maximum = 100)),
    responses(
        (status = 200, description = "A page", body = Vec<AuthenticatedSession>, headers(
            ("X-Total-Count" = u64, description = "Sessions on all pages together"),
            ("X-Page" = u64, description = "This page"),
            ("X-Page-Size" = u64, description = "Rows on a page at most"),
            ("Link" = String, description = "RFC 8288: `first`, `prev`, `next`, `last`"))),
        (status = 400, description = "Some value is wrong", body = Failure),
        (status = 401, description = "The access token is missing or not valid", body = Failure),
        (status = 403, description = "The caller is neither an operator nor an administrator", body = Failure),
        (status = 431, description = "The head of the request is too large", body = Failure),
        (status = 503, description = "Try again shortly", body = Failure),
    ),
    security(("accessToken" = []))
)]
pub async fn user_sessions(
    State(surface): State<AuthenticatedSessions>,
    caller: Caller,
    path: Result<RawPathParams, RawPathParamsRejection>,
    paging: Paging,
) -> Result<Response, AdminError> {
    // What is no guid names nobody, as a guid that was never given out.
    let guid = path.ok().and_then(|path| path.iter().find_map(|(_, guid)| parse_guid(guid)));
    let Some(user) = guid.map(UserUid::from_bytes) else {
        return Ok(paging.answer::<AuthenticatedSession>(&[], 0));
    };
    let found = surface.engine.live_sessions_of(&caller.operator, user, paging.page()).await?;
    Ok(paging.answer(&AuthenticatedSession::all(&found), found.total))
}
