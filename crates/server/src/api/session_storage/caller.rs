//! Who calls, and what a request says in its path, its query and its body.

use std::convert::Infallible;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, RawPathParams, Request};
use axum::http::HeaderMap;
use axum::http::request::Parts;

use cloakroom_engine::audit::RequestOrigin;
use cloakroom_engine::ids::StorageId;
use cloakroom_engine::machine::owned_client::OwnedClient;
use cloakroom_engine::secret::ClientSecret;

use super::SessionStorage;
use super::error::StorageError;
use crate::http::body;
use crate::http::client_address::origin;
use crate::http::fields::Fields;

/// The client application that calls, for its owner. Judged before all else.
pub struct Caller {
    pub client: OwnedClient,
    pub origin: RequestOrigin,
}

impl FromRequestParts<SessionStorage> for Caller {
    type Rejection = StorageError;

    async fn from_request_parts(parts: &mut Parts, surface: &SessionStorage) -> Result<Self, StorageError> {
        let origin = origin(parts).await;
        let shown = one(&parts.headers, "clientid").zip(one(&parts.headers, "clientsecret"));
        let (client_id, secret) = shown.ok_or(StorageError::UNAUTHORIZED)?;
        let client = surface.engine.authenticate_client(client_id, &ClientSecret::new(secret.to_owned())).await??;
        Ok(Self { client: OwnedClient::of(client)?, origin })
    }
}

/// The value of a header that stands there once.
fn one<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next().filter(|_| values.next().is_none())?;
    std::str::from_utf8(value.as_bytes()).ok()
}

/// The session that the path names. What is not of an id's shape names nothing, as an id that was never given out names nothing.
pub struct Named(Option<StorageId>);

impl<S: Send + Sync> FromRequestParts<S> for Named {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let params = RawPathParams::from_request_parts(parts, state).await.ok();
        let id = params.as_ref().and_then(|params| params.iter().next()).and_then(|(_, id)| StorageId::parse(id));
        Ok(Self(id))
    }
}

impl Named {
    pub fn session(self) -> Result<StorageId, StorageError> {
        self.0.ok_or_else(|| StorageError::NO_SUCH_SESSION.into())
    }
}

/// The query.
pub struct Query(Vec<(String, String)>);

impl<S: Sync> FromRequestParts<S> for Query {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes()).into_owned().collect()))
    }
}

impl Query {
    /// The one value of a parameter.
    pub fn one(&self, name: &'static str) -> Result<Option<&str>, StorageError> {
        let mut values = self.0.iter().filter(|(given, _)| given == name).map(|(_, value)| value.as_str());
        let value = values.next();
        if values.next().is_some() { Err(StorageError::bad(name, "stands twice")) } else { Ok(value) }
    }

    /// A whole number from `least` to `most`, in decimal digits.
    pub fn number(&self, name: &'static str, least: u32, most: u32) -> Result<Option<u32>, StorageError> {
        let Some(text) = self.one(name)? else { return Ok(None) };
        let number = text.parse::<u32>().ok().filter(|number| (least..=most).contains(number) && !text.starts_with('+'));
        let problem = || StorageError::bad(name, format!("must be a whole number from {least} to {most}"));
        number.map(Some).ok_or_else(problem)
    }
}

/// The body as it was sent; many a request has none.
pub struct Body(Bytes);

impl FromRequest<SessionStorage> for Body {
    type Rejection = StorageError;

    async fn from_request(request: Request, surface: &SessionStorage) -> Result<Self, StorageError> {
        let limits = surface.body_limits;
        Ok(Self(body::read(request.into_body(), limits.max_bytes, limits.timeout).await?))
    }
}

impl Body {
    /// The fields of its object `data`: none where there is no body or no `data`.
    pub fn data(&self) -> Result<Fields, StorageError> {
        if self.0.is_empty() {
            return Ok(Fields::default());
        }
        let mut fields = Fields::parse(&self.0)?;
        let data = fields.object("data");
        fields.finish()?;
        Ok(data)
    }
}
