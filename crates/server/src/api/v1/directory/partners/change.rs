//! `PATCH /api/v1/admin/partners/{partner_id}`

use axum::Json;
use axum::extract::State;

use super::wire::{ChangePartnerRequest, OnePartner, PartnerResponse, partner_change};
use crate::api::v1::V1;
use crate::api::v1::decode::{JsonBody, PathIds};
use crate::api::v1::directory::caller::Changer;
use crate::api::v1::envelope::ApiResponse;
use crate::api::v1::error::V1Error;

/// Change what is named of a partner; what is not named stays.
#[utoipa::path(patch, path = "/api/v1/admin/partners/{partner_id}", operation_id = "partners_change", tag = "partners",
    params(("partner_id" = String, Path, description = "`prt_…`")),
    request_body = ChangePartnerRequest,
    responses((status = 200, description = "What it is now", body = OnePartner)),
    security(("accessToken" = []))
)]
pub async fn change(
    State(surface): State<V1>,
    caller: Changer,
    ids: PathIds,
    JsonBody(fields): JsonBody,
) -> Result<Json<ApiResponse<PartnerResponse>>, V1Error> {
    let (change, partner) = (partner_change(fields)?, ids.partner()?);
    let (engine, admin, origin) = (surface.engine.clone(), caller.admin, caller.origin);
    let changed = surface.detached.run(async move { engine.rename_partner(&admin, partner, change, &origin).await }).await???;
    Ok(Json(ApiResponse { data: PartnerResponse::of(&changed), meta: caller.meta }))
}
