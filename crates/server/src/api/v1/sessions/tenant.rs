//! `/api/v1/tenants/{tenant_id}/sessions…`: those born under one tenant.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use cloakroom_engine::ids::{SessionUid, TenantUid, UserUid};
use cloakroom_engine::sessions::admin::end::SessionChoice;
use cloakroom_engine::sessions::admin::end_tenant::RevocationTarget;
use cloakroom_engine::sessions::scope::NamedScope;

use super::Sessions;
use super::wire::{CountedSessions, RevokedSessions, SessionListItem, SessionPage, SessionResponse, ShownSession};
use crate::api::v1::caller::{Administrator, Ender};
use crate::api::v1::envelope::{ApiResponse, PaginatedResponse};
use crate::api::v1::error::V1Error;
use crate::api::v1::parameters::{Paging, QueryId, YesNo, if_named};
use crate::http::declared::parameters::{Flat, Params, PathId, parameters};
use crate::http::declared::types::{Flag, Texts};
use crate::http::declared::{JsonBody, body};

parameters! {
    /// Which tenant.
    in Path pub struct OneTenant {
        /// `tnt_…`
        tenant_id: PathId<TenantUid>,
    }

    /// Which user, within which tenant.
    in Path pub struct UserWithin {
        /// `tnt_…`
        tenant_id: PathId<TenantUid>,
        /// `usr_…`
        user_id: PathId<UserUid>,
    }

    /// Which session, of which tenant.
    in Path pub struct SessionWithin {
        /// `tnt_…`
        tenant_id: PathId<TenantUid>,
        /// `ses_…`
        session_id: PathId<SessionUid>,
    }

    /// Which sessions, and which page of them.
    in Query pub struct ListQuery {
        paging: Flat<Paging>,
        /// Only live ones.
        active_only: YesNo<true>,
    }

    /// As [`ListQuery`], of one user where one is named.
    in Query pub struct ListOfTenantQuery {
        list: Flat<ListQuery>,
        /// Only this user's.
        user_id: QueryId<UserUid>,
    }
}

body! {
    /// What is to be ended.
    pub struct SessionRevokeRequest {
        /// What is none, unknown, or of another user or tenant is passed over.
        session_ids: Option<Texts<10_000, 256>> = ["ses_01J8ZQ4Y7N3V5K2M6P9R1S0T8W"],
        /// All of the user's, whatever is listed.
        revoke_all: Flag<false>,
        /// Whether the session that asks lives on.
        except_current: Flag<true>,
    }
}

/// List the sessions of a tenant, newest first; of one user where one is named.
#[utoipa::path(get, path = "/api/v1/tenants/{tenant_id}/sessions", operation_id = "listTenantSessions", tag = "tenants",
    params(OneTenant, ListOfTenantQuery),
    responses((status = 200, description = "A page", body = SessionPage)),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn list(
    State(desk): State<Sessions>,
    caller: Administrator,
    Params(at): Params<OneTenant>,
    Params(ListOfTenantQuery { list, user_id }): Params<ListOfTenantQuery>,
) -> Result<Json<SessionPage>, V1Error> {
    let scope = NamedScope { tenant: Some(at.tenant_id.or(V1Error::NOT_FOUND)?), partner: None, user: if_named(user_id)? };
    let page = list.paging.asked();
    let listed = desk.engine.list_sessions_of(&caller.admin, &scope, list.active_only, page).await??;
    let item = |shown: &_| SessionListItem::of(shown, caller.admin.session());
    Ok(Json(PaginatedResponse::of(&listed, page, caller.meta, item)))
}

/// End every session of a tenant, the caller's own included.
#[utoipa::path(post, path = "/api/v1/tenants/{tenant_id}/sessions/revoke-all", operation_id = "revokeTenantSessions", tag = "tenants",
    params(OneTenant),
    responses((status = 200, description = "What was ended", body = RevokedSessions)),
    extensions(("x-effect" = json!("ends")))
)]
pub async fn revoke_all(
    State(desk): State<Sessions>,
    caller: Ender,
    Params(at): Params<OneTenant>,
) -> Result<Json<RevokedSessions>, V1Error> {
    let target = RevocationTarget::Tenant(at.tenant_id.or(V1Error::NOT_FOUND)?);
    let revoked = desk.engine.revoke_sessions(&caller.admin, target, &caller.origin).await??;
    Ok(Json(ApiResponse { data: revoked.into(), meta: caller.meta }))
}

/// Count the sessions of a tenant.
#[utoipa::path(get, path = "/api/v1/tenants/{tenant_id}/sessions/stats", operation_id = "countTenantSessions", tag = "tenants",
    params(OneTenant),
    responses((status = 200, description = "Numbers that agree with the lists of the same moment", body = CountedSessions)),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn stats(
    State(desk): State<Sessions>,
    caller: Administrator,
    Params(at): Params<OneTenant>,
) -> Result<Json<CountedSessions>, V1Error> {
    let tenant = at.tenant_id.or(V1Error::NOT_FOUND)?;
    let counted = desk.engine.session_statistics_of(&caller.admin, tenant).await??;
    Ok(Json(CountedSessions { data: counted.into(), meta: caller.meta }))
}

/// List the sessions of a user within a tenant, newest first.
#[utoipa::path(get, path = "/api/v1/tenants/{tenant_id}/sessions/users/{user_id}", operation_id = "listTenantUserSessions", tag = "tenants",
    params(UserWithin, ListQuery),
    responses((status = 200, description = "A page", body = SessionPage)),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn list_of_user(
    State(desk): State<Sessions>,
    caller: Administrator,
    Params(at): Params<UserWithin>,
    Params(list): Params<ListQuery>,
) -> Result<Json<SessionPage>, V1Error> {
    let (tenant, user) = (at.tenant_id.or(V1Error::NOT_FOUND)?, at.user_id.or(V1Error::NOT_FOUND)?);
    let scope = NamedScope { tenant: Some(tenant), partner: None, user: Some(user) };
    let page = list.paging.asked();
    let listed = desk.engine.list_sessions_of(&caller.admin, &scope, list.active_only, page).await??;
    let item = |shown: &_| SessionListItem::of(shown, caller.admin.session());
    Ok(Json(PaginatedResponse::of(&listed, page, caller.meta, item)))
}

/// End chosen sessions of a user within a tenant, or all of them.
#[utoipa::path(post, path = "/api/v1/tenants/{tenant_id}/sessions/users/{user_id}/revoke", operation_id = "revokeTenantUserSessions",
    tag = "tenants",
    params(UserWithin),
    request_body = SessionRevokeRequest,
    responses((status = 200, description = "What was ended", body = RevokedSessions)),
    extensions(("x-effect" = json!("ends")))
)]
pub async fn revoke_of_user(
    State(desk): State<Sessions>,
    caller: Ender,
    Params(at): Params<UserWithin>,
    JsonBody(body): JsonBody<SessionRevokeRequest>,
) -> Result<Json<RevokedSessions>, V1Error> {
    let chosen = body.session_ids.unwrap_or_default();
    if chosen.is_empty() && !body.revoke_all {
        return Err(V1Error::nothing_meant("One of session_ids and revoke_all is required"));
    }
    let user_within = (at.user_id.or(V1Error::NOT_FOUND)?, Some(at.tenant_id.or(V1Error::NOT_FOUND)?));
    let only = (!body.revoke_all).then(|| chosen.iter().filter_map(|id| SessionUid::parse(id)).collect());
    let choice = SessionChoice { only, except_current: body.except_current };
    let revoked = desk.engine.end_sessions_of_user_as(&caller.admin, user_within, choice, &caller.origin).await??;
    Ok(Json(ApiResponse { data: revoked.into(), meta: caller.meta }))
}

/// Look at one session of the tenant, live or ended.
#[utoipa::path(get, path = "/api/v1/tenants/{tenant_id}/sessions/{session_id}", operation_id = "getTenantSession", tag = "tenants",
    params(SessionWithin),
    responses((status = 200, description = "The session", body = ShownSession)),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn get(
    State(desk): State<Sessions>,
    caller: Administrator,
    Params(at): Params<SessionWithin>,
) -> Result<Json<ShownSession>, V1Error> {
    let (tenant, session) = (at.tenant_id.or(V1Error::NOT_FOUND)?, at.session_id.or(V1Error::NOT_FOUND)?);
    let shown = desk.engine.session_of(&caller.admin, Some(tenant), session).await??;
    Ok(Json(ApiResponse { data: SessionResponse::of(&shown, caller.admin.session()), meta: caller.meta }))
}

/// End one live session of the tenant.
#[utoipa::path(delete, path = "/api/v1/tenants/{tenant_id}/sessions/{session_id}", operation_id = "revokeTenantSession", tag = "tenants",
    params(SessionWithin),
    responses((status = 204, description = "It is over")),
    extensions(("x-effect" = json!("ends")))
)]
pub async fn revoke(State(desk): State<Sessions>, caller: Ender, Params(at): Params<SessionWithin>) -> Result<StatusCode, V1Error> {
    let (tenant, session) = (at.tenant_id.or(V1Error::NOT_FOUND)?, at.session_id.or(V1Error::NOT_FOUND)?);
    desk.engine.end_session_of(&caller.admin, Some(tenant), session, &caller.origin).await??;
    Ok(StatusCode::NO_CONTENT)
}
