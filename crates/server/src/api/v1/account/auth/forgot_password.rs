//! `POST /api/v1/auth/forgot-password`

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use cloakroom_engine::sessions::credentials::SignInName;

use crate::api::v1::V1;
use crate::api::v1::account::wire::{AcceptedResponse, ForgotPasswordRequest, MailAsked};
use crate::api::v1::caller::Stranger;
use crate::api::v1::decode::JsonBody;
use crate::api::v1::envelope::{ApiResponse, ErrorResponse, HTTPValidationError};
use crate::api::v1::error::V1Error;

/// Ask for a mail with which to choose a new password. The answer says nothing about whether one is sent.
#[utoipa::path(post, path = "/api/v1/auth/forgot-password", operation_id = "auth_forgot_password", tag = "auth",
    request_body = ForgotPasswordRequest,
    responses(
        (status = 202, description = "Always, whoever is named", body = MailAsked),
        (status = 422, description = "Some value is missing or wrong", body = HTTPValidationError),
        (status = 503, description = "Try again shortly", body = ErrorResponse),
    )
)]
pub async fn forgot_password(
    State(surface): State<V1>,
    stranger: Stranger,
    JsonBody(mut fields): JsonBody,
) -> Result<(StatusCode, Json<ApiResponse<AcceptedResponse>>), V1Error> {
    let (email, username) = (fields.optional_text("email", 320), fields.optional_text("username", 320));
    fields.finish()?;
    let name = match (email, username) {
        (Some(email), None) => SignInName::Email(email),
        (None, Some(username)) => SignInName::Username(username),
        _ => return Err(V1Error::nothing_meant("One of email and username is required, and not both")),
    };
    let engine = surface.engine.clone();
    surface.detached.run(async move { engine.ask_for_password_reset(&name, &stranger.origin).await }).await??;
    Ok((StatusCode::ACCEPTED, Json(ApiResponse { data: AcceptedResponse { accepted: true }, meta: stranger.meta })))
}
