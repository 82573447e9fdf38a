//! Token revocation (RFC 7009), `POST /oauth/revoke`: the session that the token belongs to ends, whoever was given the token, and with
//! it every token of it. One that an application got for itself belongs to none and ends alone.

use axum::extract::State;
use axum::http::StatusCode;

use super::Protocols;
use super::client::ClientCall;
use super::error::{OauthError, OauthFailure};
use super::introspect::{TokenForm, TokenRequest};

/// End what a token stands for. An unknown token, and one that is not the client's to revoke, is answered alike.
#[utoipa::path(post, path = "/oauth/revoke", operation_id = "revokeToken", tag = "oauth",
    request_body(content = TokenRequest, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "It is worth nothing now"),
        (status = 400, description = "invalid_request", body = OauthFailure),
    ),
    extensions(("x-effect" = json!("ends")))
)]
pub async fn revoke(State(desk): State<Protocols>, mut call: ClientCall) -> Result<StatusCode, OauthError> {
    let TokenForm { token, .. } = call.form.read()?;
    desk.engine.revoke_token(&call.client, &token, &call.origin).await?;
    Ok(StatusCode::OK)
}
