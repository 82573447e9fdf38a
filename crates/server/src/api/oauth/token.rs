//! The token endpoint (RFC 6749 section 3.2), `POST /oauth/token`: which grant is asked for, and how tokens are handed over.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use cloakroom_engine::tokens::client_credentials::ApplicationTokens;
use serde::Serialize;
use utoipa::ToSchema;

use super::client::ClientCall;
use super::error::OauthError;
use super::{Oauth, client_credentials, refresh_token, token_exchange};

/// The grants that there are, as metadata and requests name them.
pub const GRANT_TYPES: [&str; 3] = [client_credentials::GRANT_TYPE, refresh_token::GRANT_TYPE, token_exchange::GRANT_TYPE];

/// The parameters of the form.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documents the form; the handlers read it parameter by parameter")]
pub struct GrantForm {
    /// `client_credentials`, `refresh_token` or `urn:ietf:params:oauth:grant-type:token-exchange`.
    grant_type: String,
    /// Words separated by spaces; everything that was given where it is left out.
    scope: Option<String>,
    /// Of `refresh_token`.
    refresh_token: Option<String>,
    /// Of a token exchange: a `session_guid` or an access token.
    subject_token: Option<String>,
    /// Of a token exchange: `urn:cloakroom:params:oauth:token-type:session_guid`,
    /// `urn:ietf:params:oauth:token-type:access_token` or `urn:ietf:params:oauth:token-type:jwt`.
    subject_token_type: Option<String>,
    /// Of a token exchange: an access token, which is also what is given without it.
    requested_token_type: Option<String>,
    /// Of a token exchange: the audience of this server's tokens or the client itself.
    audience: Option<String>,
    /// Of a token exchange: the issuer.
    resource: Option<String>,
    /// Where the client does not authenticate with `Basic`.
    client_id: Option<String>,
    /// Where the client does not authenticate with `Basic`.
    client_secret: Option<String>,
    /// `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`, where it authenticates with `private_key_jwt`.
    client_assertion_type: Option<String>,
    /// Where it authenticates with `private_key_jwt`.
    client_assertion: Option<String>,
}

/// Tokens (RFC 6749 section 5.1).
#[derive(Serialize, ToSchema)]
pub struct TokenResponse {
    access_token: String,
    /// Of a token exchange (RFC 8693 section 2.2.1).
    #[serde(skip_serializing_if = "Option::is_none")]
    issued_token_type: Option<&'static str>,
    token_type: &'static str,
    /// Seconds.
    expires_in: i64,
    scope: String,
    /// Within a session only.
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
}

/// Give a client tokens: for itself, within a session that it was shown, or in exchange for its refresh token.
#[utoipa::path(post, path = "/oauth/token", tag = "oauth",
    request_body(content = GrantForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "Tokens", body = TokenResponse),
        (status = 400, description = "invalid_request, invalid_grant, invalid_scope, invalid_target, unauthorized_client, unsupported_grant_type"),
        (status = 401, description = "invalid_client"),
        (status = 408, description = "The body did not arrive in time"),
        (status = 413, description = "The body is too large"),
        (status = 431, description = "The head of the request is too large"),
        (status = 500, description = "server_error"),
        (status = 503, description = "temporarily_unavailable"),
    )
)]
pub async fn token(State(oauth): State<Oauth>, call: ClientCall) -> Result<Response, OauthError> {
    match call.form.required("grant_type")? {
        client_credentials::GRANT_TYPE => client_credentials::grant(&oauth, &call),
        refresh_token::GRANT_TYPE => refresh_token::grant(&oauth, call).await,
        token_exchange::GRANT_TYPE => token_exchange::grant(&oauth, call).await,
        _ => Err(OauthError::unsupported_grant_type()),
    }
}

/// The one answer that hands tokens over; nobody may keep it (RFC 6749 section 5.1).
pub fn handed_over(tokens: &ApplicationTokens, issued_token_type: Option<&'static str>) -> Response {
    let headers = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store")), (header::PRAGMA, HeaderValue::from_static("no-cache"))];
    let body = TokenResponse {
        access_token: tokens.access.text.to_string(),
        issued_token_type,
        token_type: "Bearer",
        expires_in: tokens.access.lifetime.as_millis() / 1000,
        scope: tokens.scope.join(" "),
        refresh_token: tokens.refresh.as_ref().map(|refresh| refresh.expose().to_string()),
    };
    (headers, Json(body)).into_response()
}
