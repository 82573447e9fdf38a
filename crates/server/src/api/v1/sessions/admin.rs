//! `/api/v1/admin/sessions/…`: every session within the caller's reach.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use cloakroom_engine::ids::{PartnerUid, TenantUid, UserUid};
use cloakroom_engine::sessions::admin::end_tenant::RevocationTarget;
use cloakroom_engine::sessions::scope::NamedScope;

use super::Sessions;
use super::wire::{AdminSessionListItem, AdminSessionPage, OneSession, RevokedSessions, SessionResponse, ShownSession};
use crate::api::v1::caller::{Administrator, Ender};
use crate::api::v1::envelope::{ApiResponse, PaginatedResponse};
use crate::api::v1::error::{ErrorDetail, V1Error};
use crate::api::v1::parameters::{Paging, QueryId, if_named};
use crate::http::declared::parameters::{Flat, Params, parameters};
use crate::http::declared::words::PublicId;
use crate::http::declared::{JsonBody, body};

parameters! {
    /// Which sessions, and which page of them.
    in Query pub struct AdminListQuery {
        paging: Flat<Paging>,
        /// Only this user's.
        user_id: QueryId<UserUid>,
        /// Only those of this tenant.
        tenant_id: QueryId<TenantUid>,
        /// Only those of the tenants of this partner.
        partner_id: QueryId<PartnerUid>,
    }
}

body! {
    /// Whose sessions are to be ended: a user's, a tenant's, or that user's within that tenant.
    pub struct AdminRevokeRequest {
        user_id: Option<PublicId<UserUid, 0, 256>>,
        tenant_id: Option<PublicId<TenantUid, 0, 256>>,
    }
}

/// List the live sessions within reach, newest first.
#[utoipa::path(get, path = "/api/v1/admin/sessions/", operation_id = "adminListSessions", tag = "administration",
    params(AdminListQuery),
    responses(
        (status = 200, description = "A page", body = AdminSessionPage),
        (status = 404, description = "No such user, tenant or partner within reach", body = ErrorDetail),
    ),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn list(
    State(desk): State<Sessions>,
    caller: Administrator,
    Params(query): Params<AdminListQuery>,
) -> Result<Json<AdminSessionPage>, V1Error> {
    let scope = NamedScope { user: if_named(query.user_id)?, tenant: if_named(query.tenant_id)?, partner: if_named(query.partner_id)? };
    let page = query.paging.asked();
    let listed = desk.engine.list_sessions_of(&caller.admin, &scope, true, page).await??;
    let item = |shown: &_| AdminSessionListItem::of(shown, caller.admin.session());
    Ok(Json(PaginatedResponse::of(&listed, page, caller.meta, item)))
}

/// End all sessions of a user, of a tenant, or of a user within a tenant.
#[utoipa::path(post, path = "/api/v1/admin/sessions/revoke-all", operation_id = "adminRevokeSessions", tag = "administration",
    request_body = AdminRevokeRequest,
    responses(
        (status = 200, description = "What was ended", body = RevokedSessions),
        (status = 404, description = "No such user or tenant within reach", body = ErrorDetail),
    ),
    extensions(("x-effect" = json!("ends")))
)]
pub async fn revoke_all(
    State(desk): State<Sessions>,
    caller: Ender,
    JsonBody(body): JsonBody<AdminRevokeRequest>,
) -> Result<Json<RevokedSessions>, V1Error> {
    let target = match (if_named(body.user_id)?, if_named(body.tenant_id)?) {
        (Some(user), Some(tenant)) => RevocationTarget::UserWithin(user, tenant),
        (Some(user), None) => RevocationTarget::User(user),
        (None, Some(tenant)) => RevocationTarget::Tenant(tenant),
        (None, None) => return Err(V1Error::nothing_meant("One of user_id and tenant_id is required")),
    };
    let revoked = desk.engine.revoke_sessions(&caller.admin, target, &caller.origin).await??;
    Ok(Json(ApiResponse { data: revoked.into(), meta: caller.meta }))
}

/// Look at one session within reach, live or ended.
#[utoipa::path(get, path = "/api/v1/admin/sessions/{session_id}", operation_id = "adminGetSession", tag = "administration",
    params(OneSession),
    responses((status = 200, description = "The session", body = ShownSession)),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn get(
    State(desk): State<Sessions>,
    caller: Administrator,
    Params(at): Params<OneSession>,
) -> Result<Json<ShownSession>, V1Error> {
    let session = at.session_id.or(V1Error::NOT_FOUND)?;
    let shown = desk.engine.session_of(&caller.admin, None, session).await??;
    Ok(Json(ApiResponse { data: SessionResponse::of(&shown, caller.admin.session()), meta: caller.meta }))
}

/// End one live session within reach.
#[utoipa::path(delete, path = "/api/v1/admin/sessions/{session_id}", operation_id = "adminRevokeSession", tag = "administration",
    params(OneSession),
    responses((status = 204, description = "It is over")),
    extensions(("x-effect" = json!("ends")))
)]
pub async fn revoke(State(desk): State<Sessions>, caller: Ender, Params(at): Params<OneSession>) -> Result<StatusCode, V1Error> {
    let session = at.session_id.or(V1Error::NOT_FOUND)?;
    desk.engine.end_session_of(&caller.admin, None, session, &caller.origin).await??;
    Ok(StatusCode::NO_CONTENT)
}
