//! `GET /api/v1/admin/applications/{application_id}`

use axum::Json;
use axum::extract::State;

use super::wire::{ApplicationResponse, OneApplication};
use crate::api::v1::V1;
use crate::api::v1::decode::PathIds;
use crate::api::v1::directory::caller::Reader;
use crate::api::v1::envelope::ApiResponse;
use crate::api::v1::error::V1Error;

/// Look at one application within reach.
#[utoipa::path(get, path = "/api/v1/admin/applications/{application_id}", operation_id = "applications_get", tag = "applications",
    params(("application_id" = String, Path, description = "`app_…`")),
    responses((status = 200, description = "The application", body = OneApplication)),
    security(("accessToken" = []))
)]
pub async fn get(State(surface): State<V1>, caller: Reader, ids: PathIds) -> Result<Json<ApiResponse<ApplicationResponse>>, V1Error> {
    let found = surface.engine.application(&caller.reader, ids.application()?).await??;
    Ok(Json(ApiResponse { data: ApplicationResponse::of(&found), meta: caller.meta }))
}
