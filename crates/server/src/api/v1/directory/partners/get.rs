//! `GET /api/v1/admin/partners/{partner_id}`

use axum::Json;
use axum::extract::State;

use super::wire::{OnePartner, PartnerResponse};
use crate::api::v1::V1;
use crate::api::v1::decode::PathIds;
use crate::api::v1::directory::caller::Reader;
use crate::api::v1::envelope::ApiResponse;
use crate::api::v1::error::V1Error;

/// Look at one partner within reach.
#[utoipa::path(get, path = "/api/v1/admin/partners/{partner_id}", operation_id = "partners_get", tag = "partners",
    params(("partner_id" = String, Path, description = "`prt_…`")),
    responses((status = 200, description = "The partner", body = OnePartner)),
    security(("accessToken" = []))
)]
pub async fn get(State(surface): State<V1>, caller: Reader, ids: PathIds) -> Result<Json<ApiResponse<PartnerResponse>>, V1Error> {
    let found = surface.engine.partner(&caller.reader, ids.partner()?).await??;
    Ok(Json(ApiResponse { data: PartnerResponse::of(&found), meta: caller.meta }))
}
