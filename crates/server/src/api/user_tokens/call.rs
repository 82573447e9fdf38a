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

use super::Tokens;
use super::error::TokensError;
use crate::http::arrival::note_path;
use crate::http::bearer;
use crate::http::client_address::origin;
use crate::http::declared::{Body, Sent};

/// The version of this API that a client may name.
const VERSION: &str = "2.0";

/// Where a request came from.
pub struct Whence(pub RequestOrigin);

impl<S: Sync> FromRequestParts<S> for Whence {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(origin(parts)))
    }
}

/// A body whose names match in any case.
pub struct FoldedBody<B>(pub B);

impl<B: Body> FromRequest<Tokens> for FoldedBody<B> {
    type Rejection = TokensError;

    async fn from_request(request: Request, desk: &Tokens) -> Result<Self, TokensError> {
        let sent = Sent::from_request(request, desk).await?;
        Ok(Self(sent.read_in_any_case(desk)?))
    }
}

/// Whoever showed an access token.
pub struct Caller(pub EndUser);

impl FromRequestParts<Tokens> for Caller {
    type Rejection = TokensError;

    async fn from_request_parts(parts: &mut Parts, desk: &Tokens) -> Result<Self, TokensError> {
        let origin = origin(parts);
        let token = bearer::raw_or_bearer(&parts.headers).ok_or(TokensError::UNAUTHORIZED)?;
        Ok(Self(desk.engine.authenticate_token(token, &origin).await??))
    }
}

/// Middleware: a client that names another version of this API is told so. The document has no version.
pub async fn require_version(request: Request, next: Next) -> Response {
    let another = request.headers().get_all("version").iter().any(|version| version.as_bytes().trim_ascii() != VERSION.as_bytes());
    if another && is_ours(request.uri().path()) {
        note_path(&request);
        return TokensError::VERSION.into_response();
    }
    next.run(request).await
}

/// Whether a path belongs to the API, in any case.
fn is_ours(path: &str) -> bool {
    ["/user/", "/common/"].iter().any(|prefix| path.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix)))
}

/// Lower-cases the path of a request to this surface, before it is routed.
pub fn fold_path<B>(mut request: axum::http::Request<B>) -> axum::http::Request<B> {
    let path = request.uri().path();
    if is_ours(path) && path.bytes().any(|byte| byte.is_ascii_uppercase()) {
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

impl FromRequestParts<Tokens> for ShownToken {
    type Rejection = TokensError;

    async fn from_request_parts(parts: &mut Parts, desk: &Tokens) -> Result<Self, TokensError> {
        let origin = origin(parts);
        let token = bearer::raw_or_bearer(&parts.headers).ok_or(TokensError::UNAUTHORIZED)?;
        if !desk.engine.signed_for_user(token, &origin) {
            return Err(TokensError::UNAUTHORIZED);
        }
        Ok(Self(token.to_owned()))
    }
}
