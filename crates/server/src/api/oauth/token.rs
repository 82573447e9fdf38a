//! The token endpoint (RFC 6749 section 3.2), `POST /oauth/token`: which grant is asked for, and how tokens are handed over.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use cloakroom_engine::openid::redeem::ShownCode;
use cloakroom_engine::tokens::client_credentials::ApplicationTokens;
use cloakroom_engine::tokens::wish::TokenWish;
use serde::Serialize;
use utoipa::ToSchema;
use zeroize::Zeroizing;

use super::Protocols;
use super::client::ClientCall;
use super::error::{OauthError, OauthFailure, UNSUPPORTED_GRANT_TYPE};
use super::form::{ClientForm, FormWord, Needed, Single, WordOf};
use super::token_exchange::{self, ExchangeForm};
use crate::http::declared::form::Joined;
use crate::http::declared::many::Many;
use crate::http::declared::parameters::parameters;
use crate::http::declared::words::Word;

/// The grants that there are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Grant {
    /// RFC 6749 section 4.1.3.
    AuthorizationCode,
    /// RFC 6749 section 4.4.
    ClientCredentials,
    /// RFC 6749 section 6.
    RefreshToken,
    /// RFC 8693.
    TokenExchange,
}

impl Grant {
    pub const EVERY: [Self; 4] = [Self::AuthorizationCode, Self::ClientCredentials, Self::RefreshToken, Self::TokenExchange];
}

impl Word for Grant {
    const ALL: &'static [Self] = &Self::EVERY;

    fn as_str(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "authorization_code",
            Self::ClientCredentials => "client_credentials",
            Self::RefreshToken => "refresh_token",
            Self::TokenExchange => "urn:ietf:params:oauth:grant-type:token-exchange",
        }
    }
}

impl FormWord for Grant {
    const UNKNOWN: (&'static str, &'static str) = ("there is no such grant here", UNSUPPORTED_GRANT_TYPE);
    const IN_EVERY_FORM: bool = true;

    fn absent() -> Option<Self> {
        None
    }
}

parameters! {
    /// Which grant is asked for. What else stands there is read when the grant is known.
    in Form pub struct GrantForm {
        /// Which grant is asked for.
        grant_type: WordOf<Grant> = "client_credentials",
    }

    /// For the code of an authorization.
    in Form pub struct CodeForm {
        /// Of `authorization_code`.
        code: Needed<false>,
        /// Of `authorization_code`: the same as when the code was asked for.
        redirect_uri: Needed<false> = "https://shop.example.com/callback",
        /// Of `authorization_code`: what the challenge was made from (RFC 7636).
        code_verifier: Needed<false>,
        /// Resource servers that the token is to be for (RFC 8707), of those that were asked for with the code or that the directory gives
        /// the client; may stand there several times.
        resource: Many = "https://api.example.com",
    }

    /// For the client itself.
    in Form pub struct CredentialsForm {
        /// Words separated by spaces; everything that was given where it is left out.
        scope: Single = "admin:read",
        /// Resource servers that the token is to be for (RFC 8707); may stand there several times.
        resource: Many = "https://api.example.com",
    }

    /// For the successor of a refresh token.
    in Form pub struct RefreshForm {
        /// Of `refresh_token`.
        refresh_token: Needed<false>,
        /// Words separated by spaces; everything that was given where it is left out.
        scope: Single = "admin:read",
        /// Resource servers that the token is to be for (RFC 8707); may stand there several times.
        resource: Many = "https://api.example.com",
    }
}

/// The parameters of all grants, and how the client proves who it is.
type TokenRequest = Joined<GrantForm, Joined<CodeForm, Joined<CredentialsForm, Joined<RefreshForm, Joined<ExchangeForm, ClientForm>>>>>;

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
    /// Who signed in to the application (OpenID Connect Core 1.0 section 3.1.3.3); with the scope `openid`.
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<String>,
}

/// Give a client tokens: for the code of an authorization, for itself, within a session that it was shown, or in exchange for its refresh token.
#[utoipa::path(post, path = "/oauth/token", operation_id = "issueTokens", tag = "oauth",
    request_body(content = TokenRequest, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "Tokens", body = TokenResponse),
        (
            status = 400, body = OauthFailure,
            description = "invalid_request, invalid_grant, invalid_scope, invalid_target, unauthorized_client, unsupported_grant_type"
        ),
    ),
    extensions(("x-effect" = json!("changes")))
)]
pub async fn token(State(desk): State<Protocols>, mut call: ClientCall) -> Result<Response, OauthError> {
    let GrantForm { grant_type } = call.form.read()?;
    match grant_type {
        Grant::AuthorizationCode => for_code(&desk, call).await,
        Grant::ClientCredentials => for_itself(&desk, call).await,
        Grant::RefreshToken => {
            let RefreshForm { refresh_token, scope, resource } = call.form.read()?;
            let wished = wish(scope.as_ref(), &resource);
            let tokens = desk.engine.refresh_as_application(&call.client, &refresh_token, wished, &call.origin).await??;
            Ok(handed_over(&tokens, None))
        }
        Grant::TokenExchange => token_exchange::grant(&desk, call).await,
    }
}

/// What of all that it may have a form asks for.
pub(super) fn wish<'f>(scope: Option<&'f Zeroizing<String>>, resources: &'f [String]) -> TokenWish<'f> {
    TokenWish { scope: scope.map(|scope| scope.as_str()), resources }
}

/// Tokens within the session of whoever let the client in.
async fn for_code(desk: &Protocols, mut call: ClientCall) -> Result<Response, OauthError> {
    let CodeForm { code, redirect_uri, code_verifier, resource } = call.form.read()?;
    let shown = ShownCode { code: &code, redirect_uri: &redirect_uri, verifier: &code_verifier, resources: &resource };
    let tokens = desk.engine.redeem_code(&call.client, &shown, &call.origin).await??;
    Ok(handed_over(&tokens, None))
}

/// A token for the client itself.
async fn for_itself(desk: &Protocols, mut call: ClientCall) -> Result<Response, OauthError> {
    let CredentialsForm { scope, resource } = call.form.read()?;
    let wished = wish(scope.as_ref(), &resource);
    let tokens = desk.engine.issue_machine_token(&call.client, wished, &call.origin).await??;
    Ok(handed_over(&tokens, None))
}

/// The one answer that hands tokens over; nobody may keep it (RFC 6749 section 5.1), which HTTP/1.0 wants to be told otherwise.
pub fn handed_over(tokens: &ApplicationTokens, issued_token_type: Option<&'static str>) -> Response {
    let headers = [(header::PRAGMA, HeaderValue::from_static("no-cache"))];
    let body = TokenResponse {
        access_token: tokens.access.text.to_string(),
        issued_token_type,
        token_type: "Bearer",
        expires_in: tokens.access.lifetime.as_millis() / 1000,
        scope: tokens.scope.join(" "),
        refresh_token: tokens.refresh.as_ref().map(|refresh| refresh.expose().to_string()),
        id_token: tokens.id_token.clone(),
    };
    (headers, Json(body)).into_response()
}
