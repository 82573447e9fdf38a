//! The ids that a request names, in its path or elsewhere.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use cloakroom_engine::directory::canonical_email;
use cloakroom_engine::ids::{ApplicationUid, ClientSecretUid, PartnerUid, SessionUid, TenantUid, UserUid};

use super::error::V1Error;

/// The ids of the path. What is not of their shape names nothing, as an id that was never given out names nothing.
#[derive(Default)]
pub struct PathIds(Vec<(String, String)>);

impl<S: Send + Sync> FromRequestParts<S> for PathIds {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let params = RawPathParams::from_request_parts(parts, state).await;
        Ok(params.map(|params| Self(params.iter().map(|(name, id)| (name.to_owned(), id.to_owned())).collect())).unwrap_or_default())
    }
}

impl PathIds {
    fn read<T>(&self, name: &str, parse: fn(&str) -> Option<T>) -> Result<T, V1Error> {
        let found = self.0.iter().find(|(param, _)| param == name);
        found.and_then(|(_, id)| parse(id)).ok_or(V1Error::NOT_FOUND)
    }

    pub fn tenant(&self) -> Result<TenantUid, V1Error> {
        self.read("tenant_id", TenantUid::parse)
    }

    pub fn user(&self) -> Result<UserUid, V1Error> {
        self.read("user_id", UserUid::parse)
    }

    pub fn partner(&self) -> Result<PartnerUid, V1Error> {
        self.read("partner_id", PartnerUid::parse)
    }

    pub fn application(&self) -> Result<ApplicationUid, V1Error> {
        self.read("application_id", ApplicationUid::parse)
    }

    pub fn client_secret(&self) -> Result<ClientSecretUid, V1Error> {
        self.read("secret_id", ClientSecretUid::parse)
    }

    /// An email address, as addresses are kept.
    pub fn email(&self) -> Result<String, V1Error> {
        self.read("email", canonical_email)
    }

    pub fn session(&self) -> Result<SessionUid, V1Error> {
        self.read("session_id", SessionUid::parse)
    }
}

/// An id that may be named outside of the path.
pub fn named<T>(id: Option<String>, parse: fn(&str) -> Option<T>) -> Result<Option<T>, V1Error> {
    id.map(|id| parse(&id).ok_or(V1Error::NOT_FOUND)).transpose()
}
