//! `POST /api/v1/auth/reset-password`

use axum::extract::State;
use axum::http::StatusCode;
use cloakroom_engine::secret::Passcode;

use crate::api::v1::V1;
use crate::api::v1::account::wire::ResetPasswordRequest;
use crate::api::v1::caller::Stranger;
use crate::api::v1::decode::JsonBody;
use crate::api::v1::envelope::{ErrorResponse, HTTPValidationError};
use crate::api::v1::error::V1Error;

/// Choose a new password with the token of a mail; all sessions of the user end.
#[utoipa::path(post, path = "/api/v1/auth/reset-password", operation_id = "auth_reset_password", tag = "auth",
    request_body = ResetPasswordRequest,
    responses(
        (status = 204, description = "The password is changed"),
        (status = 422, description = "Some value is missing or wrong; every token that redeems nothing is refused alike", body = HTTPValidationError),
        (status = 503, description = "Try again shortly", body = ErrorResponse),
    )
)]
pub async fn reset_password(State(surface): State<V1>, stranger: Stranger, JsonBody(mut fields): JsonBody) -> Result<StatusCode, V1Error> {
    let token = fields.required_secret("token", 256);
    let password = Passcode::new(fields.required_secret("new_password", Passcode::MAX_BYTES).as_bytes().to_vec());
    fields.finish()?;
    let engine = surface.engine.clone();
    surface.detached.run(async move { engine.redeem_password_reset(&token, password, &stranger.origin).await }).await???;
    Ok(StatusCode::NO_CONTENT)
}
