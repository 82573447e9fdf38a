//! `/api/v1/admin/tenants/…`

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use cloakroom_engine::directory::changes::{NewTenant, Patch, TenantChange};
use cloakroom_engine::directory::records::TenantRecord;
use cloakroom_engine::directory::{TenantPolicy, TenantPolicyChange, TenantStatus};
use cloakroom_engine::ids::{PartnerUid, TenantUid};
use serde::Serialize;
use utoipa::ToSchema;

use super::DirectoryDesk;
use super::caller::{Changer, Reader};
use super::parts::{BodyId, filter, named_in_patch, refuse_fixed};
use crate::api::v1::envelope::{ApiResponse, PaginatedResponse, time};
use crate::api::v1::error::V1Error;
use crate::api::v1::parameters::{self as query, Paging, QueryId, if_named};
use crate::http::declared::names::{Caption, KeyAge, OrgCode, TenantAbsoluteTtl, TenantCap, TenantTtl};
use crate::http::declared::parameters::{Flat, Params, PathId, parameters};
use crate::http::declared::types::{Bool, Kind as _, Within};
use crate::http::declared::words::{Name, OneOf};
use crate::http::declared::{JsonBody, body};

body! {
    /// A tenant to be created.
    pub struct NewTenantRequest {
        /// 1 to 64 characters without spaces; kept in upper case.
        code: Name<OrgCode>,
        /// Without it the code.
        name: Option<Caption> = "Acme Ltd",
        /// Without it the caller's own partner; of a super administrator's none.
        partner_id: Option<BodyId<PartnerUid>>,
        /// verified unless said otherwise.
        status: Option<OneOf<TenantStatus>> = "verified",
        ttl_seconds: Option<Within<TenantTtl>> = 3600,
        absolute_ttl_seconds: Option<Within<TenantAbsoluteTtl>> = 86400,
        sliding: Option<Bool>,
        session_cap: Option<Within<TenantCap>> = 8,
        api_key_max_age_days: Option<KeyAge> = 90,
    }

    /// What is to change. `null` takes a value away where it may be absent.
    pub struct ChangeTenantRequest {
        name: Option<Caption> = "Acme Limited",
        /// By super administrators.
        partner_id: Patch<BodyId<PartnerUid>>,
        /// By those who reach the partner.
        status: Option<OneOf<TenantStatus>> = "suspended",
        ttl_seconds: Patch<Within<TenantTtl>> = 3600,
        absolute_ttl_seconds: Patch<Within<TenantAbsoluteTtl>> = 86400,
        sliding: Patch<Bool>,
        session_cap: Patch<Within<TenantCap>> = 8,
        api_key_max_age_days: Patch<KeyAge> = 90 => |fields| {
            refuse_fixed(fields, &[("code", "cannot be changed")]);
        },
    }
}

parameters! {
    /// Which tenant.
    in Path pub struct OneTenant {
        /// `tnt_…`
        tenant_id: PathId<TenantUid>,
    }

    /// Which tenants.
    in Query pub struct TenantsQuery {
        page: Flat<Paging>,
        /// The beginning of a code or a name
        search: query::Words,
        /// Without it all but what is doomed
        status: query::OneOf<TenantStatus>,
        /// This tenant alone
        tenant_id: QueryId<TenantUid>,
        /// Only what belongs to this partner
        partner_id: QueryId<PartnerUid>,
    }
}

impl NewTenantRequest {
    fn wish(self) -> Result<NewTenant, V1Error> {
        let policy = TenantPolicy {
            ttl_seconds: self.ttl_seconds,
            absolute_ttl_seconds: self.absolute_ttl_seconds,
            slides: self.sliding,
            session_cap: self.session_cap,
            api_key_max_age_days: self.api_key_max_age_days,
        };
        let status = self.status.unwrap_or(TenantStatus::Verified);
        Ok(NewTenant { code: self.code, name: self.name, partner: if_named(self.partner_id)?, status, policy })
    }
}

impl ChangeTenantRequest {
    fn wish(self) -> Result<TenantChange, V1Error> {
        Ok(TenantChange {
            name: self.name,
            partner: named_in_patch(self.partner_id)?,
            status: self.status,
            policy: TenantPolicyChange {
                ttl_seconds: self.ttl_seconds,
                absolute_ttl_seconds: self.absolute_ttl_seconds,
                slides: self.sliding,
                session_cap: self.session_cap,
                api_key_max_age_days: self.api_key_max_age_days,
            },
        })
    }
}

/// A tenant. What is null of its policy is as the server has it.
#[derive(Serialize, ToSchema)]
pub struct TenantResponse {
    #[schema(example = "tnt_01J8ZQ4Y7N3V5K2M6P9R1S0T8W")]
    id: String,
    #[schema(example = "ACME")]
    code: String,
    #[schema(example = "Acme Ltd")]
    name: String,
    #[schema(required = true, example = "prt_01J8ZQ4Y7N3V5K2M6P9R1S0T8W")]
    partner_id: Option<String>,
    #[schema(schema_with = OneOf::<TenantStatus>::schema)]
    status: &'static str,
    #[schema(format = DateTime)]
    status_since: String,
    #[schema(required = true, example = 3600)]
    ttl_seconds: Option<u32>,
    #[schema(required = true, example = 86400)]
    absolute_ttl_seconds: Option<u32>,
    #[schema(required = true)]
    sliding: Option<bool>,
    #[schema(required = true, example = 8)]
    session_cap: Option<u32>,
    #[schema(required = true, example = 90)]
    api_key_max_age_days: Option<u32>,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    updated_at: String,
}

impl TenantResponse {
    fn of(tenant: &TenantRecord) -> Self {
        let policy = tenant.policy;
        Self {
            id: tenant.uid.to_string(),
            code: tenant.code.clone(),
            name: tenant.name.clone(),
            partner_id: tenant.partner.map(|(_, uid)| uid.to_string()),
            status: tenant.status.as_str(),
            status_since: time(tenant.status_since),
            ttl_seconds: policy.ttl_seconds,
            absolute_ttl_seconds: policy.absolute_ttl_seconds,
            sliding: policy.slides,
            session_cap: policy.session_cap,
            api_key_max_age_days: policy.api_key_max_age_days,
            created_at: time(tenant.created_at),
            updated_at: time(tenant.updated_at),
        }
    }
}

type TenantAnswer = ApiResponse<TenantResponse>;
type TenantPage = PaginatedResponse<TenantResponse>;

/// List the tenants within reach, newest first.
#[utoipa::path(get, path = "/api/v1/admin/tenants/", operation_id = "listTenants", tag = "tenants",
    params(TenantsQuery),
    responses((status = 200, description = "A page", body = TenantPage)),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn list(
    State(desk): State<DirectoryDesk>,
    caller: Reader,
    Params(query): Params<TenantsQuery>,
) -> Result<Json<TenantPage>, V1Error> {
    let page = query.page.asked();
    let filter = filter(query.search, query.status, query.tenant_id, query.partner_id)?;
    let listed = desk.engine.list_tenants(&caller.reader, filter, page).await??;
    Ok(Json(PaginatedResponse::of(&listed, page, caller.meta, TenantResponse::of)))
}

/// Create a tenant.
#[utoipa::path(post, path = "/api/v1/admin/tenants/", operation_id = "createTenant", tag = "tenants",
    request_body = NewTenantRequest,
    responses((status = 201, description = "What was created", body = TenantAnswer)),
    extensions(("x-effect" = json!("changes")))
)]
pub async fn create(
    State(desk): State<DirectoryDesk>,
    caller: Changer,
    JsonBody(body): JsonBody<NewTenantRequest>,
) -> Result<(StatusCode, Json<TenantAnswer>), V1Error> {
    let created = desk.engine.create_tenant(&caller.admin, body.wish()?, &caller.origin).await??;
    Ok((StatusCode::CREATED, Json(ApiResponse { data: TenantResponse::of(&created), meta: caller.meta })))
}

/// Change what is named of a tenant; what is not named stays.
#[utoipa::path(patch, path = "/api/v1/admin/tenants/{tenant_id}", operation_id = "changeTenant", tag = "tenants",
    params(OneTenant),
    request_body = ChangeTenantRequest,
    responses((status = 200, description = "What it is now", body = TenantAnswer)),
    extensions(("x-effect" = json!("ends")))
)]
pub async fn change(
    State(desk): State<DirectoryDesk>,
    caller: Changer,
    Params(one): Params<OneTenant>,
    JsonBody(body): JsonBody<ChangeTenantRequest>,
) -> Result<Json<TenantAnswer>, V1Error> {
    let tenant = one.tenant_id.or(V1Error::NOT_FOUND)?;
    let changed = desk.engine.change_tenant(&caller.admin, tenant, body.wish()?, &caller.origin).await??;
    Ok(Json(ApiResponse { data: TenantResponse::of(&changed), meta: caller.meta }))
}

/// Doom a tenant, which ends every session under it. Its code stays taken.
#[utoipa::path(delete, path = "/api/v1/admin/tenants/{tenant_id}", operation_id = "removeTenant", tag = "tenants",
    params(OneTenant),
    responses((status = 204, description = "Done")),
    extensions(("x-effect" = json!("ends")))
)]
pub async fn remove(State(desk): State<DirectoryDesk>, caller: Changer, Params(one): Params<OneTenant>) -> Result<StatusCode, V1Error> {
    desk.engine.doom_tenant(&caller.admin, one.tenant_id.or(V1Error::NOT_FOUND)?, &caller.origin).await??;
    Ok(StatusCode::NO_CONTENT)
}

/// Look at one tenant within reach.
#[utoipa::path(get, path = "/api/v1/admin/tenants/{tenant_id}", operation_id = "getTenant", tag = "tenants",
    params(OneTenant),
    responses((status = 200, description = "The tenant", body = TenantAnswer)),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn get(State(desk): State<DirectoryDesk>, caller: Reader, Params(one): Params<OneTenant>) -> Result<Json<TenantAnswer>, V1Error> {
    let found = desk.engine.tenant(&caller.reader, one.tenant_id.or(V1Error::NOT_FOUND)?).await??;
    Ok(Json(ApiResponse { data: TenantResponse::of(&found), meta: caller.meta }))
}
