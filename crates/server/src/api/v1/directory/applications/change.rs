//! `PATCH /api/v1/admin/applications/{application_id}`

use axum::Json;
use axum::extract::State;

use super::wire::{ApplicationResponse, ChangeApplicationRequest, OneApplication, application_change};
use crate::api::v1::V1;
use crate::api::v1::decode::{JsonBody, PathIds};
use crate::api::v1::directory::caller::Changer;
use crate::api::v1::envelope::ApiResponse;
use crate::api::v1::error::V1Error;

/// Change what is named of an application; what is not named stays.
#[utoipa::path(patch, path = "/api/v1/admin/applications/{application_id}", operation_id = "applications_change", tag = "applications",
    params(("application_id" = String, Path, description = "`app_…`")),
    request_body = ChangeApplicationRequest,
    responses((status = 200, description = "What it is now", body = OneApplication)),
    security(("accessToken" = []))
)]
pub async fn change(
    State(surface): State<V1>,
    caller: Changer,
    ids: PathIds,
    JsonBody(fields): JsonBody,
) -> Result<Json<ApiResponse<ApplicationResponse>>, V1Error> {
    let (change, application) = (application_change(fields)?, ids.application()?);
    let (engine, admin, origin) = (surface.engine.clone(), caller.admin, caller.origin);
    let changed = surface.detached.run(async move { engine.change_application(&admin, application, change, &origin).await }).await???;
    Ok(Json(ApiResponse { data: ApplicationResponse::of(&changed), meta: caller.meta }))
}
