//! `GET /api/v1/tenants/{tenant_id}/sessions`

use axum::Json;
use axum::extract::State;
use cloakroom_engine::ids::UserUid;
use cloakroom_engine::sessions::scope::NamedScope;

use crate::api::v1::V1;
use crate::api::v1::caller::Administrator;
use crate::api::v1::decode::{PathIds, Query, named};
use crate::api::v1::envelope::{ErrorResponse, HTTPValidationError, PaginatedResponse};
use crate::api::v1::error::V1Error;
use crate::api::v1::sessions::wire::{SessionListItem, SessionPage};

/// List the sessions of a tenant, newest first; of one user where one is named.
#[utoipa::path(get, path = "/api/v1/tenants/{tenant_id}/sessions", operation_id = "tenants_list", tag = "tenants",
    params(("tenant_id" = String, Path, description = "`tnt_…`"),
        ("user_id" = Option<String>, Query, description = "Only this user's"),
        ("active_only" = Option<bool>, Query, description = "Only live ones; default true"),
        ("page" = Option<u64>, Query, description = "From 1; default 1", minimum = 1),
        ("per_page" = Option<u64>, Query, description = "Default 20", minimum = 1, maximum = 100)),
    responses(
        (status = 200, description = "A page", body = SessionPage),
        (status = 401, description = "The access token is missing or not valid", body = ErrorResponse),
        (status = 403, description = "Neither role nor scope reach the sessions of others", body = ErrorResponse),
        (status = 404, description = "No such thing within reach", body = ErrorResponse),
        (status = 422, description = "Some value is missing or wrong", body = HTTPValidationError),
        (status = 503, description = "Try again shortly", body = ErrorResponse),
    ),
    security(("accessToken" = []))
)]
pub async fn list(
    State(surface): State<V1>,
    caller: Administrator,
    ids: PathIds,
    mut query: Query,
) -> Result<Json<PaginatedResponse<SessionListItem>>, V1Error> {
    let (page, active_only, user) = (query.page(), query.flag("active_only", true), query.text("user_id"));
    query.finish()?;
    let scope = NamedScope { tenant: Some(ids.tenant()?), partner: None, user: named(user, UserUid::parse)? };
    let listed = surface.engine.list_sessions_of(&caller.admin, &scope, active_only, page).await??;
    let item = |shown: &_| SessionListItem::of(shown, caller.admin.session());
    Ok(Json(PaginatedResponse::of(&listed.sessions, listed.total, page, caller.meta, item)))
}
