//! `POST /user/login`

use axum::Json;
use axum::extract::State;
use cloakroom_engine::secret::Passcode;

use super::UserTokens;
use super::call::Call;
use super::error::TokensError;
use super::wire::{ApiResponse, LoginBody, Pair};

/// Log in with a username and a password.
#[utoipa::path(post, path = "/user/login", tag = "user", request_body = LoginBody, responses(
    (status = 200, description = "A pair of tokens", body = Pair),
    (status = 408, description = "The body did not arrive in time", body = ApiResponse),
    (status = 413, description = "The body is too large", body = ApiResponse),
    (status = 431, description = "The head of the request is too large", body = ApiResponse),
    (status = 400, description = "The body is not what it should be", body = ApiResponse),
    (status = 401, description = "Wrong, unknown or disabled: one answer", body = ApiResponse),
    (status = 409, description = "As many sessions as allowed", body = ApiResponse),
    (status = 429, description = "Too many failures; Retry-After says how long", body = ApiResponse),
    (status = 500, description = "The user's own cap is out of bounds, or a fault of ours", body = ApiResponse),
    (status = 503, description = "Try again shortly", body = ApiResponse),
))]
pub async fn login(State(surface): State<UserTokens>, mut call: Call) -> Result<Json<Pair>, TokensError> {
    let username = call.fields.required_text("username", 255);
    let password = call.fields.required_secret("password", 255 * 4);
    if password.chars().count() > 255 {
        call.fields.refuse("password", "must have at most 255 characters");
    }
    call.finish()?;
    let (engine, origin) = (surface.engine.clone(), call.origin);
    let password = Passcode::new(password.as_bytes().to_vec());
    let pair = surface.detached.run(async move { engine.log_in(&username, password, origin).await }).await???;
    Ok(Json(Pair::of(&pair)))
}
