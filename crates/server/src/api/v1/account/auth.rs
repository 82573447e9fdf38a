//! `/api/v1/auth/…`: for those who cannot sign in, or not yet.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use cloakroom_engine::sessions::credentials::SignInName;
use serde::Serialize;
use utoipa::ToSchema;

use super::AccountDesk;
use crate::api::v1::caller::Stranger;
use crate::api::v1::envelope::ApiResponse;
use crate::api::v1::error::{HTTPValidationError, V1Error};
use crate::http::declared::types::{ChosenPassword, SecretText, Text};
use crate::http::declared::{JsonBody, body};

/// The token of a mail.
type MailedToken = SecretText<256>;

body! {
    /// One of the two.
    pub struct ForgotPasswordRequest {
        email: Option<Text<0, 320>> = "ada@example.com",
        username: Option<Text<0, 320>> = "ada",
    }

    /// A new password, and what a mail proves.
    pub struct ResetPasswordRequest {
        /// `clp_…`, as the mail has it.
        token: MailedToken = "clp_…",
        new_password: ChosenPassword = "a better horse battery staple",
    }

    /// An address that is to be verified.
    pub struct ResendVerificationRequest {
        email: Text<1, 320> = "ada@example.com",
    }

    /// What a mail proves.
    pub struct VerifyEmailRequest {
        /// `clv_…`, as the mail has it.
        token: MailedToken = "clv_…",
    }
}

/// Says nothing about whether there is anybody to send a mail to.
#[derive(Serialize, ToSchema)]
pub struct AcceptedResponse {
    /// Always true.
    #[schema(example = true)]
    accepted: bool,
}

type AcceptedAnswer = ApiResponse<AcceptedResponse>;

/// Ask for a mail with which to choose a new password. The answer says nothing about whether one is sent.
#[utoipa::path(post, path = "/api/v1/auth/forgot-password", operation_id = "requestPasswordReset", tag = "auth",
    request_body(content = ForgotPasswordRequest, example = json!({ "email": "ada@example.com" })),
    responses((status = 202, description = "Always, whoever is named", body = AcceptedAnswer)),
    security(()),
    extensions(("x-effect" = json!("changes")), ("x-rate" = json!("resets")))
)]
pub async fn ask_for_password_reset(
    State(desk): State<AccountDesk>,
    stranger: Stranger,
    JsonBody(ForgotPasswordRequest { email, username }): JsonBody<ForgotPasswordRequest>,
) -> Result<(StatusCode, Json<AcceptedAnswer>), V1Error> {
    let name = match (email, username) {
        (Some(email), None) => SignInName::Email(email),
        (None, Some(username)) => SignInName::Username(username),
        _ => return Err(V1Error::nothing_meant("One of email and username is required, and not both")),
    };
    desk.engine.ask_for_password_reset(&name, &stranger.origin).await?;
    Ok((StatusCode::ACCEPTED, Json(ApiResponse { data: AcceptedResponse { accepted: true }, meta: stranger.meta })))
}

/// Choose a new password with the token of a mail; all sessions of the user end.
#[utoipa::path(post, path = "/api/v1/auth/reset-password", operation_id = "resetPassword", tag = "auth",
    request_body = ResetPasswordRequest,
    responses(
        (status = 204, description = "The password is changed"),
        (status = 422, description = "Some value is missing or wrong; every token that redeems nothing is refused alike", body = HTTPValidationError),
    ),
    security(()),
    extensions(("x-effect" = json!("changes")), ("x-rate" = json!("resets")))
)]
pub async fn reset_password(
    State(desk): State<AccountDesk>,
    stranger: Stranger,
    JsonBody(ResetPasswordRequest { token, new_password }): JsonBody<ResetPasswordRequest>,
) -> Result<StatusCode, V1Error> {
    desk.engine.redeem_password_reset(&token, new_password, &stranger.origin).await??;
    Ok(StatusCode::NO_CONTENT)
}

/// Ask for another mail with which to verify an address. The answer says nothing about whether one is sent.
#[utoipa::path(post, path = "/api/v1/auth/resend-verification", operation_id = "requestEmailVerification", tag = "auth",
    request_body = ResendVerificationRequest,
    responses((status = 202, description = "Always, whichever address is named", body = AcceptedAnswer)),
    security(()),
    extensions(("x-effect" = json!("changes")), ("x-rate" = json!("resets")))
)]
pub async fn ask_for_verification(
    State(desk): State<AccountDesk>,
    stranger: Stranger,
    JsonBody(ResendVerificationRequest { email }): JsonBody<ResendVerificationRequest>,
) -> Result<(StatusCode, Json<AcceptedAnswer>), V1Error> {
    desk.engine.ask_for_verification(&email, &stranger.origin).await?;
    Ok((StatusCode::ACCEPTED, Json(ApiResponse { data: AcceptedResponse { accepted: true }, meta: stranger.meta })))
}

/// Verify an address with the token of a mail.
#[utoipa::path(post, path = "/api/v1/auth/verify-email", operation_id = "verifyEmail", tag = "auth",
    request_body = VerifyEmailRequest,
    responses(
        (status = 204, description = "The address is verified"),
        (status = 422, description = "Some value is missing or wrong; every token that redeems nothing is refused alike", body = HTTPValidationError),
    ),
    security(()),
    extensions(("x-effect" = json!("changes")), ("x-rate" = json!("resets")))
)]
pub async fn verify_email(
    State(desk): State<AccountDesk>,
    stranger: Stranger,
    JsonBody(VerifyEmailRequest { token }): JsonBody<VerifyEmailRequest>,
) -> Result<StatusCode, V1Error> {
    desk.engine.verify_email(&token, &stranger.origin).await??;
    Ok(StatusCode::NO_CONTENT)
}
