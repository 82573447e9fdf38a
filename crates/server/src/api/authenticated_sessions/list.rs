//! `GET /api/admin/v1/authenticated-sessions/list`

use axum::extract::State;
use axum::response::Response;

use super::AuthenticatedSessions;
use super::caller::Caller;
use super::envelope::Paging;
use super::error::AdminError;
use super::wire::{AuthenticatedUser, Failure};

/// List the users who have active sessions within reach, by user name.
#[utoipa::path(get, path = "/api/admin/v1/authenticated-sessions/list", operation_id = "list_users", tag = "authenticated sessions",
    params(("page" = Option<u64>, Query, description = "From 1; default 1. Also `Page`", minimum = 1),
        ("pageSize" = Option<u64>, Query, description = "Default 25. Also `PageSize`", minimum = 1, maximum = 100)),
    responses(
        (status = 200, description = "A page", body = Vec<AuthenticatedUser>, headers(
            ("X-Total-Count" = u64, description = "Users on all pages together"),
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
pub async fn list(State(surface): State<AuthenticatedSessions>, caller: Caller, paging: Paging) -> Result<Response, AdminError> {
    let found = surface.engine.users_with_sessions(&caller.operator, paging.page()).await?;
    let rows: Vec<_> = found.users.iter().map(AuthenticatedUser::of).collect();
    Ok(paging.answer(&rows, found.total))
}
