//! `/api/admin/v1/authenticated-sessions/list`

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use cloakroom_engine::ids::render_guid;
use cloakroom_engine::sessions::pages::UserWithSessions;
use serde::Serialize;
use utoipa::ToSchema;

use super::Authenticated;
use super::caller::Caller;
use super::error::AdminError;
use super::paging::Paging;
use crate::http::declared::parameters::Params;

/// A user who has active sessions.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "PascalCase")]
pub struct AuthenticatedUser {
    #[schema(format = "uuid", example = "0b6f6a9e-5c1d-4e0f-9d3a-7c2b1a4e8f60")]
    user_guid: String,
    #[schema(example = "ada")]
    user_name: String,
    /// How many are active.
    #[schema(example = 2)]
    session_count: u64,
    is_operator: bool,
}

impl AuthenticatedUser {
    fn of(user: &UserWithSessions) -> Self {
        Self {
            user_guid: render_guid(user.uid.as_bytes()),
            user_name: user.username.clone(),
            session_count: user.live,
            is_operator: user.is_operator,
        }
    }
}

/// List the users who have active sessions within reach, by user name.
#[utoipa::path(get, path = "/api/admin/v1/authenticated-sessions/list", operation_id = "listAuthenticatedUsers",
    tag = "authenticated sessions",
    params(Paging),
    responses((status = 200, description = "A page", body = Vec<AuthenticatedUser>, headers(
        ("X-Total-Count" = u64, description = "Users on all pages together"),
        ("X-Page" = u64, description = "This page; absent where a cursor was shown"),
        ("X-Page-Size" = u64, description = "Rows on a page at most"),
        ("X-Next-Cursor" = String, description = "Where the next page begins, for `cursor`; absent on the last page"),
        ("Link" = String, description = "RFC 8288: `first`, `prev`, `next`, `last`")))),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn list(
    State(desk): State<Authenticated>,
    caller: Caller,
    uri: Uri,
    Params(paging): Params<Paging>,
) -> Result<Response, AdminError> {
    let found = desk.engine.users_with_sessions(&caller.operator, paging.asked()).await??;
    let rows: Vec<_> = found.rows.iter().map(AuthenticatedUser::of).collect();
    Ok(paging.answer(&uri, &rows, (found.total, found.next)))
}
