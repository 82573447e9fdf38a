//! Token revocation (RFC 7009), `POST /oauth/revoke`: the session that the token belongs to ends, whoever was given the token, and with
//! it every token of it. One that an application got for itself belongs to none and cannot be revoked.

use axum::extract::State;
use axum::http::StatusCode;

use super::Oauth;
use super::client::ClientCall;
use super::error::OauthError;
use super::introspect::TokenForm;

/// End what a token stands for. An unknown token, and one that is not the client's to revoke, is answered alike.
#[utoipa::path(post, path = "/oauth/revoke", tag = "oauth",
    request_body(content = TokenForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "It is worth nothing now"),
        (status = 400, description = "invalid_request, unsupported_token_type"),
        (status = 401, description = "invalid_client"),
        (status = 408, description = "The body did not arrive in time"),
        (status = 413, description = "The body is too large"),
        (status = 431, description = "The head of the request is too large"),
        (status = 500, description = "server_error"),
        (status = 503, description = "temporarily_unavailable"),
    )
)]
pub async fn revoke(State(oauth): State<Oauth>, call: ClientCall) -> Result<StatusCode, OauthError> {
    let token = call.form.required("token")?.to_owned();
    let engine = oauth.engine.clone();
    let revoking = async move { engine.revoke_token(&call.client, &token, &call.origin).await };
    oauth.detached.run(revoking).await???;
    Ok(StatusCode::OK)
}
