//! `/api/v1/admin/partners/…`

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use cloakroom_engine::directory::PartnerStatus;
use cloakroom_engine::directory::changes::NewPartner;
use cloakroom_engine::directory::records::PartnerRecord;
use cloakroom_engine::ids::{PartnerUid, TenantUid};
use serde::Serialize;
use utoipa::ToSchema;

use super::DirectoryDesk;
use super::caller::{Changer, Reader};
use super::parts::{filter, refuse_fixed};
use crate::api::v1::envelope::{ApiResponse, PaginatedResponse, time};
use crate::api::v1::error::V1Error;
use crate::api::v1::parameters::{self as query, Paging, QueryId};
use crate::http::declared::names::{Caption, PartnerCode};
use crate::http::declared::parameters::{Flat, Params, PathId, parameters};
use crate::http::declared::types::Kind as _;
use crate::http::declared::words::{Name, OneOf};
use crate::http::declared::{JsonBody, body};

body! {
    /// A partner to be created.
    pub struct NewPartnerRequest {
        /// 1 to 64 characters without spaces.
        code: Name<PartnerCode>,
        /// Without it the code.
        name: Option<Caption> = "North",
    }

    /// What is to change.
    pub struct ChangePartnerRequest {
        name: Option<Caption> = "North and South" => |fields| {
            refuse_fixed(fields, &[("code", "cannot be changed"), ("status", "is changed by DELETE")]);
        },
    }
}

parameters! {
    /// Which partner.
    in Path pub struct OnePartner {
        /// `prt_…`
        partner_id: PathId<PartnerUid>,
    }

    /// Which partners.
    in Query pub struct PartnersQuery {
        page: Flat<Paging>,
        /// The beginning of a code or a name
        search: query::Words,
        /// Without it all but what is doomed
        status: query::OneOf<PartnerStatus>,
        /// The partner of this tenant alone
        tenant_id: QueryId<TenantUid>,
        /// This partner alone
        partner_id: QueryId<PartnerUid>,
    }
}

/// A partner.
#[derive(Serialize, ToSchema)]
pub struct PartnerResponse {
    #[schema(example = "prt_01J8ZQ4Y7N3V5K2M6P9R1S0T8W")]
    id: String,
    #[schema(example = "north")]
    code: String,
    #[schema(example = "North")]
    name: String,
    #[schema(schema_with = OneOf::<PartnerStatus>::schema)]
    status: &'static str,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    updated_at: String,
}

impl PartnerResponse {
    fn of(partner: &PartnerRecord) -> Self {
        Self {
            id: partner.uid.to_string(),
            code: partner.code.clone(),
            name: partner.name.clone(),
            status: partner.status.as_str(),
            created_at: time(partner.created_at),
            updated_at: time(partner.updated_at),
        }
    }
}

type PartnerAnswer = ApiResponse<PartnerResponse>;
type PartnerPage = PaginatedResponse<PartnerResponse>;

/// List the partners within reach, newest first.
#[utoipa::path(get, path = "/api/v1/admin/partners/", operation_id = "listPartners", tag = "partners",
    params(PartnersQuery),
    responses((status = 200, description = "A page", body = PartnerPage)),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn list(
    State(desk): State<DirectoryDesk>,
    caller: Reader,
    Params(query): Params<PartnersQuery>,
) -> Result<Json<PartnerPage>, V1Error> {
    let page = query.page.asked();
    let filter = filter(query.search, query.status, query.tenant_id, query.partner_id)?;
    let listed = desk.engine.list_partners(&caller.reader, filter, page).await??;
    Ok(Json(PaginatedResponse::of(&listed, page, caller.meta, PartnerResponse::of)))
}

/// Create a partner.
#[utoipa::path(post, path = "/api/v1/admin/partners/", operation_id = "createPartner", tag = "partners",
    request_body = NewPartnerRequest,
    responses((status = 201, description = "What was created", body = PartnerAnswer)),
    extensions(("x-effect" = json!("changes")))
)]
pub async fn create(
    State(desk): State<DirectoryDesk>,
    caller: Changer,
    JsonBody(NewPartnerRequest { code, name }): JsonBody<NewPartnerRequest>,
) -> Result<(StatusCode, Json<PartnerAnswer>), V1Error> {
    let created = desk.engine.create_partner(&caller.admin, NewPartner { code, name }, &caller.origin).await??;
    Ok((StatusCode::CREATED, Json(ApiResponse { data: PartnerResponse::of(&created), meta: caller.meta })))
}

/// Take a partner away under which no tenant is left. Its code stays taken.
#[utoipa::path(delete, path = "/api/v1/admin/partners/{partner_id}", operation_id = "removePartner", tag = "partners",
    params(OnePartner),
    responses((status = 204, description = "Done")),
    extensions(("x-effect" = json!("ends")))
)]
pub async fn remove(State(desk): State<DirectoryDesk>, caller: Changer, Params(one): Params<OnePartner>) -> Result<StatusCode, V1Error> {
    desk.engine.doom_partner(&caller.admin, one.partner_id.or(V1Error::NOT_FOUND)?, &caller.origin).await??;
    Ok(StatusCode::NO_CONTENT)
}

/// Look at one partner within reach.
#[utoipa::path(get, path = "/api/v1/admin/partners/{partner_id}", operation_id = "getPartner", tag = "partners",
    params(OnePartner),
    responses((status = 200, description = "The partner", body = PartnerAnswer)),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn get(
    State(desk): State<DirectoryDesk>,
    caller: Reader,
    Params(one): Params<OnePartner>,
) -> Result<Json<PartnerAnswer>, V1Error> {
    let found = desk.engine.partner(&caller.reader, one.partner_id.or(V1Error::NOT_FOUND)?).await??;
    Ok(Json(ApiResponse { data: PartnerResponse::of(&found), meta: caller.meta }))
}

/// Change what is named of a partner; what is not named stays.
#[utoipa::path(patch, path = "/api/v1/admin/partners/{partner_id}", operation_id = "changePartner", tag = "partners",
    params(OnePartner),
    request_body = ChangePartnerRequest,
    responses((status = 200, description = "What it is now", body = PartnerAnswer)),
    extensions(("x-effect" = json!("changes")))
)]
pub async fn change(
    State(desk): State<DirectoryDesk>,
    caller: Changer,
    Params(one): Params<OnePartner>,
    JsonBody(ChangePartnerRequest { name }): JsonBody<ChangePartnerRequest>,
) -> Result<Json<PartnerAnswer>, V1Error> {
    let partner = one.partner_id.or(V1Error::NOT_FOUND)?;
    let changed = desk.engine.rename_partner(&caller.admin, partner, name, &caller.origin).await??;
    Ok(Json(ApiResponse { data: PartnerResponse::of(&changed), meta: caller.meta }))
}
