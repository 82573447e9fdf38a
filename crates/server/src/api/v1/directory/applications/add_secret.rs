//! `POST /api/v1/admin/applications/{application_id}/secrets`

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;

use super::wire::{MintedClientSecret, MintedClientSecretResponse};
use crate::api::v1::V1;
use crate::api::v1::decode::PathIds;
use crate::api::v1::directory::caller::Changer;
use crate::api::v1::envelope::ApiResponse;
use crate::api::v1::error::V1Error;

/// Mint a second secret beside the first. It is told now and never again.
#[utoipa::path(post, path = "/api/v1/admin/applications/{application_id}/secrets", operation_id = "applications_add_secret", tag = "applications",
    params(("application_id" = String, Path, description = "`app_…`")),
    responses((status = 201, description = "The new secret", body = MintedClientSecret)),
    security(("accessToken" = []))
)]
pub async fn add_secret(
    State(surface): State<V1>,
    caller: Changer,
    ids: PathIds,
) -> Result<(StatusCode, Json<ApiResponse<MintedClientSecretResponse>>), V1Error> {
    let application = ids.application()?;
    let (engine, admin, origin) = (surface.engine.clone(), caller.admin, caller.origin);
    let minted = surface.detached.run(async move { engine.add_client_secret(&admin, application, &origin).await }).await???;
    Ok((StatusCode::CREATED, Json(ApiResponse { data: MintedClientSecretResponse::of(&minted), meta: caller.meta })))
}
