//! `POST /api/v1/me/password`

use axum::Json;
use axum::extract::State;
use cloakroom_engine::secret::Passcode;

use crate::api::v1::V1;
use crate::api::v1::account::wire::{PasswordChangeRequest, PasswordChangeResponse, PasswordChanged};
use crate::api::v1::caller::Caller;
use crate::api::v1::decode::JsonBody;
use crate::api::v1::envelope::{ApiResponse, ErrorResponse, HTTPValidationError};
use crate::api::v1::error::V1Error;

/// Change the caller's password; all other sessions of the caller end.
#[utoipa::path(post, path = "/api/v1/me/password", operation_id = "me_change_password", tag = "me",
    request_body = PasswordChangeRequest,
    responses(
        (status = 200, description = "What was ended", body = PasswordChanged),
        (status = 401, description = "The access token is missing or not valid", body = ErrorResponse),
        (status = 403, description = "The current password is another, or the token is an application's", body = ErrorResponse),
        (status = 422, description = "Some value is missing or wrong", body = HTTPValidationError),
        (status = 429, description = "Too many failures, as at a sign-in", body = ErrorResponse),
        (status = 503, description = "Try again shortly", body = ErrorResponse),
    ),
    security(("accessToken" = []))
)]
pub async fn change_password(
    State(surface): State<V1>,
    caller: Caller,
    JsonBody(mut fields): JsonBody,
) -> Result<Json<ApiResponse<PasswordChangeResponse>>, V1Error> {
    let mut secret = |name| Passcode::new(fields.required_secret(name, Passcode::MAX_BYTES).as_bytes().to_vec());
    let (current, new) = (secret("current_password"), secret("new_password"));
    fields.finish()?;
    let (engine, user, origin) = (surface.engine.clone(), caller.user, caller.origin);
    let change = async move { engine.change_own_password(&user, current, new, &origin).await };
    let sessions_ended = surface.detached.run(change).await???;
    Ok(Json(ApiResponse { data: PasswordChangeResponse { sessions_ended }, meta: caller.meta }))
}
