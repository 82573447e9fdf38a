//! `GET /api/v1/admin/applications/{application_id}/secrets`

use axum::Json;
use axum::extract::State;

use super::wire::{ClientSecretResponse, ClientSecrets};
use crate::api::v1::V1;
use crate::api::v1::decode::PathIds;
use crate::api::v1::directory::caller::Reader;
use crate::api::v1::envelope::ApiResponse;
use crate::api::v1::error::V1Error;

/// Which secrets of an application are live, the newest first. Never what they are.
#[utoipa::path(get, path = "/api/v1/admin/applications/{application_id}/secrets", operation_id = "applications_list_secrets", tag = "applications",
    params(("application_id" = String, Path, description = "`app_…`")),
    responses((status = 200, description = "The live secrets", body = ClientSecrets)),
    security(("accessToken" = []))
)]
pub async fn list_secrets(
    State(surface): State<V1>,
    caller: Reader,
    ids: PathIds,
) -> Result<Json<ApiResponse<Vec<ClientSecretResponse>>>, V1Error> {
    let found = surface.engine.client_secrets(&caller.reader, ids.application()?).await??;
    Ok(Json(ApiResponse { data: found.iter().map(ClientSecretResponse::of).collect(), meta: caller.meta }))
}
