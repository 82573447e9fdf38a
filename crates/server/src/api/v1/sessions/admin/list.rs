//! `GET /api/v1/admin/sessions/`

use axum::Json;
use axum::extract::State;
use cloakroom_engine::ids::{PartnerUid, TenantUid, UserUid};
use cloakroom_engine::sessions::scope::NamedScope;

use crate::api::v1::V1;
use crate::api::v1::caller::Administrator;
use crate::api::v1::decode::{Query, named};
use crate::api::v1::envelope::{ErrorResponse, HTTPValidationError, PaginatedResponse};
use crate::api::v1::error::V1Error;
use crate::api::v1::sessions::wire::{AdminSessionListItem, AdminSessionPage};

/// List the live sessions within reach, newest first.
#[utoipa::path(get, path = "/api/v1/admin/sessions/", operation_id = "admin_list", tag = "administration",
    params(("page" = Option<u64>, Query, description = "From 1; default 1", minimum = 1),
        ("per_page" = Option<u64>, Query, description = "Default 20", minimum = 1, maximum = 100),
        ("user_id" = Option<String>, Query, description = "Only this user's"),
        ("tenant_id" = Option<String>, Query, description = "Only those of this tenant"),
        ("partner_id" = Option<String>, Query, description = "Only those of the tenants of this partner")),
    responses(
        (status = 200, description = "A page", body = AdminSessionPage),
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
    mut query: Query,
) -> Result<Json<PaginatedResponse<AdminSessionListItem>>, V1Error> {
    let page = query.page();
    let (user, tenant, partner) = (query.text("user_id"), query.text("tenant_id"), query.text("partner_id"));
    query.finish()?;
    let scope = NamedScope {
        user: named(user, UserUid::parse)?,
        tenant: named(tenant, TenantUid::parse)?,
        partner: named(partner, PartnerUid::parse)?,
    };
    let listed = surface.engine.list_sessions_of(&caller.admin, &scope, true, page).await??;
    let item = |shown: &_| AdminSessionListItem::of(shown, caller.admin.session());
    Ok(Json(PaginatedResponse::of(&listed.sessions, listed.total, page, caller.meta, item)))
}
