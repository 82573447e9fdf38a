//! `POST /user/logout`

use axum::Json;
use axum::extract::State;
use serde_json::json;

use super::UserTokens;
use super::call::Caller;
use super::error::TokensError;
use super::wire::ApiResponse;

/// End the session of the access token that is shown, and every token of it.
#[utoipa::path(post, path = "/user/logout", tag = "user", responses(
    (status = 200, description = "The session is over", body = ApiResponse),
    (status = 400, description = "The Version header names another version", body = ApiResponse),
    (status = 431, description = "The head of the request is too large", body = ApiResponse),
    (status = 500, description = "A fault of ours", body = ApiResponse),
    (status = 401, description = "The access token is missing or not valid", body = ApiResponse),
    (status = 503, description = "Try again shortly", body = ApiResponse),
), security(("accessToken" = [])))]
pub async fn logout(State(surface): State<UserTokens>, caller: Caller) -> Result<Json<ApiResponse>, TokensError> {
    let engine = surface.engine.clone();
    surface.detached.run(async move { engine.log_out_here(&caller.user, &caller.origin).await }).await??;
    Ok(Json(ApiResponse::success(1, json!({}))))
}
