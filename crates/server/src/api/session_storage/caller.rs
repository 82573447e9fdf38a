//! Who calls.

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use cloakroom_engine::audit::RequestOrigin;
use cloakroom_engine::callers::{OwnedClient, Refused};
use cloakroom_engine::secret::ClientSecret;

use super::Storage;
use super::error::StorageError;
use crate::http::client_address::origin;

/// The client application that calls, for its owner. Judged before all else.
pub struct Caller {
    pub client: OwnedClient,
    pub origin: RequestOrigin,
}

impl FromRequestParts<Storage> for Caller {
    type Rejection = StorageError;

    async fn from_request_parts(parts: &mut Parts, desk: &Storage) -> Result<Self, StorageError> {
        let origin = origin(parts).await;
        let names = ["clientid", "clientsecret"];
        let [Some(client_id), Some(secret)] = names.map(|name| one(&parts.headers, name)) else {
            if names.iter().any(|name| parts.headers.contains_key(*name)) {
                desk.engine.note_malformed(Refused::Client, &origin);
            }
            return Err(StorageError::UNAUTHORIZED);
        };
        let client = desk.engine.authenticate_client(client_id, &ClientSecret::new(secret.to_owned()), &origin).await??;
        Ok(Self { client: OwnedClient::of(client)?, origin })
    }
}

/// The value of a header that stands there once.
fn one<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next().filter(|_| values.next().is_none())?;
    std::str::from_utf8(value.as_bytes()).ok()
}
