//! Who calls.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use cloakroom_engine::audit::RequestOrigin;
use cloakroom_engine::callers::{OwnedClient, Refused};
use cloakroom_engine::secret::ClientSecret;

use super::Storage;
use super::error::StorageError;
use crate::http::client_address::origin;
use crate::http::header::Given;

/// The client application that calls, for its owner. Judged before all else.
pub struct Caller {
    pub client: OwnedClient,
    pub origin: RequestOrigin,
}

impl FromRequestParts<Storage> for Caller {
    type Rejection = StorageError;

    async fn from_request_parts(parts: &mut Parts, desk: &Storage) -> Result<Self, StorageError> {
        let origin = origin(parts);
        let names = ["clientid", "clientsecret"];
        let [Some(client_id), Some(secret)] = names.map(|name| Given::of(&parts.headers, name).text()) else {
            if names.iter().any(|name| parts.headers.contains_key(*name)) {
                desk.engine.note_malformed(Refused::Client, &origin);
            }
            return Err(StorageError::UNAUTHORIZED);
        };
        let client = desk.engine.authenticate_client(client_id, &ClientSecret::new(secret.to_owned()), &origin).await??;
        Ok(Self { client: OwnedClient::of(client)?, origin })
    }
}
