//! `POST /user/refreshToken`

use axum::Json;
use axum::extract::State;

use super::UserTokens;
use super::call::{Call, ShownToken};
use super::error::TokensError;
use super::wire::{ApiResponse, Pair, RefreshBody};

/// Exchange a refresh token, shown with its access token (expired or not), for a new pair.
#[utoipa::path(post, path = "/user/refreshtoken", tag = "user", request_body = RefreshBody, responses(
    (status = 200, description = "A new pair of tokens; the old one is dead", body = Pair),
    (status = 408, description = "The body did not arrive in time", body = ApiResponse),
    (status = 413, description = "The body is too large", body = ApiResponse),
    (status = 431, description = "The head of the request is too large", body = ApiResponse),
    (status = 500, description = "A fault of ours", body = ApiResponse),
    (status = 400, description = "The body is not what it should be", body = ApiResponse),
    (status = 401, description = "The tokens are not valid, or do not belong together", body = ApiResponse),
    (status = 503, description = "Try again shortly", body = ApiResponse),
), security(("accessToken" = [])))]
pub async fn refresh_token(
    State(surface): State<UserTokens>,
    ShownToken(access): ShownToken,
    mut call: Call,
) -> Result<Json<Pair>, TokensError> {
    let refresh = call.fields.required_secret("refreshtoken", 512);
    call.finish()?;
    let (engine, origin) = (surface.engine.clone(), call.origin);
    let redeem = async move { engine.refresh_tokens(&access, &refresh, &origin).await };
    let pair = surface.detached.run(redeem).await???;
    Ok(Json(Pair::of(&pair)))
}
