//! `POST /api/v1/admin/partners/`

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;

use super::wire::{NewPartnerRequest, OnePartner, PartnerResponse, new_partner};
use crate::api::v1::V1;
use crate::api::v1::decode::JsonBody;
use crate::api::v1::directory::caller::Changer;
use crate::api::v1::envelope::ApiResponse;
use crate::api::v1::error::V1Error;

/// Create a partner.
#[utoipa::path(post, path = "/api/v1/admin/partners/", operation_id = "partners_create", tag = "partners",
    request_body = NewPartnerRequest,
    responses((status = 201, description = "What was created", body = OnePartner)),
    security(("accessToken" = []))
)]
pub async fn create(
    State(surface): State<V1>,
    caller: Changer,
    JsonBody(fields): JsonBody,
) -> Result<(StatusCode, Json<ApiResponse<PartnerResponse>>), V1Error> {
    let new = new_partner(fields)?;
    let (engine, admin, origin) = (surface.engine.clone(), caller.admin, caller.origin);
    let created = surface.detached.run(async move { engine.create_partner(&admin, new, &origin).await }).await???;
    Ok((StatusCode::CREATED, Json(ApiResponse { data: PartnerResponse::of(&created), meta: caller.meta })))
}
