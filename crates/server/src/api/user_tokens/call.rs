//! One call as it came in: its fields whatever their case, its token, where it came from.

use std::convert::Infallible;

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::Uri;
use axum::http::request::Parts;
use axum::http::uri::PathAndQuery;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use cloakroom_engine::audit::RequestOrigin;
use cloakroom_engine::callers::EndUser;

use super::UserTokens;
use super::error::TokensError;
use crate::http::bearer;
use crate::http::body;
use crate::http::client_address::origin;
use crate::http::fields::Fields;

/// The version of this API that a client may name.
const VERSION: &str = "2.0";

/// A decoded body.
pub struct Call {
    pub fields: Fields,
    pub origin: RequestOrigin,
}

impl FromRequest<UserTokens> for Call {
    type Rejection = TokensError;

    async fn from_request(request: Request, surface: &UserTokens) -> Result<Self, TokensError> {
        let (mut parts, body) = request.into_parts();
        let origin = origin(&mut parts).await;
        let limits = surface.body_limits;
        let body = body::read(body, limits.max_bytes, limits.timeout).await?;
        let fields = Fields::parse(&body)?.fold_names()?;
        Ok(Self { fields, origin })
    }
}

impl Call {
    /// Refuses the call if any field that was read is bad, naming each.
    pub fn finish(&mut self) -> Result<(), TokensError> {
        Ok(std::mem::take(&mut self.fields).finish()?)
    }
}

/// Whoever showed an access token, and where from. Judged before the body is.
pub struct Caller {
    pub user: EndUser,
    pub origin: RequestOrigin,
}

impl FromRequestParts<UserTokens> for Caller {
    type Rejection = TokensError;

    async fn from_request_parts(parts: &mut Parts, surface: &UserTokens) -> Result<Self, TokensError> {
        let origin = origin(parts).await;
        let token = bearer::raw_or_bearer(&parts.headers).ok_or(TokensError::UNAUTHORIZED)?;
        let user = surface.engine.authenticate_token(token).await?.map_err(|_| TokensError::UNAUTHORIZED)?;
        Ok(Self { user, origin })
    }
}

/// The request's query, its names lower-cased.
pub struct FoldedQuery(pub Vec<(String, String)>);

impl<S: Sync> FromRequestParts<S> for FoldedQuery {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let query = parts.uri.query().unwrap_or_default();
        let pairs = form_urlencoded::parse(query.as_bytes());
        Ok(Self(pairs.map(|(name, value)| (name.to_lowercase(), value.into_owned())).collect()))
    }
}

/// Middleware: a client that names another version of this API is told so.
pub async fn require_version(request: Request, next: Next) -> Response {
    match request.headers().get("version") {
        Some(version) if version.as_bytes().trim_ascii() != VERSION.as_bytes() => TokensError::VERSION.into_response(),
        _ => next.run(request).await,
    }
}

/// Lower-cases the path of a request to this surface, before it is routed.
pub fn fold_path<B>(mut request: axum::http::Request<B>) -> axum::http::Request<B> {
    let path = request.uri().path();
    let ours = |prefix: &str| path.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    if (ours("/user/") || ours("/common/")) && path.bytes().any(|byte| byte.is_ascii_uppercase()) {
        let folded = match request.uri().query() {
            Some(query) => format!("{}?{query}", path.to_ascii_lowercase()),
            None => path.to_ascii_lowercase(),
        };
        let mut parts = request.uri().clone().into_parts();
        parts.path_and_query = PathAndQuery::try_from(folded).ok();
        if let Ok(uri) = Uri::from_parts(parts) {
            *request.uri_mut() = uri;
        }
    }
    request
}

/// The access token of a refresh: one of ours, though it may be expired. Judged before the body is.
pub struct ShownToken(pub String);

impl FromRequestParts<UserTokens> for ShownToken {
    type Rejection = TokensError;

    async fn from_request_parts(parts: &mut Parts, surface: &UserTokens) -> Result<Self, TokensError> {
        let token = bearer::raw_or_bearer(&parts.headers).ok_or(TokensError::UNAUTHORIZED)?;
        if !surface.engine.signed_for_user(token) {
            return Err(TokensError::UNAUTHORIZED.into());
        }
        Ok(Self(token.to_owned()))
    }
}
