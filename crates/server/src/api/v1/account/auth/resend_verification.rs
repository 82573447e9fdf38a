//! `POST /api/v1/auth/resend-verification`

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;

use crate::api::v1::V1;
use crate::api::v1::account::wire::{AcceptedResponse, MailAsked, ResendVerificationRequest};
use crate::api::v1::caller::Stranger;
use crate::api::v1::decode::JsonBody;
use crate::api::v1::envelope::{ApiResponse, ErrorResponse, HTTPValidationError};
use crate::api::v1::error::V1Error;

/// Ask for another mail with which to verify an address. The answer says nothing about whether one is sent.
#[utoipa::path(post, path = "/api/v1/auth/resend-verification", operation_id = "auth_resend_verification", tag = "auth",
    request_body = ResendVerificationRequest,
    responses(
        (status = 202, description = "Always, whichever address is named", body = MailAsked),
        (status = 422, description = "Some value is missing or wrong", body = HTTPValidationError),
        (status = 503, description = "Try again shortly", body = ErrorResponse),
    )
)]
pub async fn resend_verification(
    State(surface): State<V1>,
    stranger: Stranger,
    JsonBody(mut fields): JsonBody,
) -> Result<(StatusCode, Json<ApiResponse<AcceptedResponse>>), V1Error> {
    let address = fields.required_text("email", 320);
    fields.finish()?;
    let engine = surface.engine.clone();
    surface.detached.run(async move { engine.ask_for_verification(&address, &stranger.origin).await }).await??;
    Ok((StatusCode::ACCEPTED, Json(ApiResponse { data: AcceptedResponse { accepted: true }, meta: stranger.meta })))
}
