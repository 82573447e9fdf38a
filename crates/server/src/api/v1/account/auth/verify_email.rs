//! `POST /api/v1/auth/verify-email`

use axum::extract::State;
use axum::http::StatusCode;

use crate::api::v1::V1;
use crate::api::v1::account::wire::VerifyEmailRequest;
use crate::api::v1::caller::Stranger;
use crate::api::v1::decode::JsonBody;
use crate::api::v1::envelope::{ErrorResponse, HTTPValidationError};
use crate::api::v1::error::V1Error;

/// Verify an address with the token of a mail.
#[utoipa::path(post, path = "/api/v1/auth/verify-email", operation_id = "auth_verify_email", tag = "auth",
    request_body = VerifyEmailRequest,
    responses(
        (status = 204, description = "The address is verified"),
        (status = 422, description = "Some value is missing or wrong; every token that redeems nothing is refused alike", body = HTTPValidationError),
        (status = 503, description = "Try again shortly", body = ErrorResponse),
    )
)]
pub async fn verify_email(State(surface): State<V1>, stranger: Stranger, JsonBody(mut fields): JsonBody) -> Result<StatusCode, V1Error> {
    let token = fields.required_secret("token", 256);
    fields.finish()?;
    let engine = surface.engine.clone();
    surface.detached.run(async move { engine.verify_email(&token, &stranger.origin).await }).await???;
    Ok(StatusCode::NO_CONTENT)
}
