//! Making an API key.

use super::text::{ApiKeySecret, ShownApiKey};
use crate::audit::{Action, RequestOrigin, ResourceKind};
use crate::callers::ApiKeyWriter;
use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::{ApiKeyUid, ServiceAccountUid};
use crate::machine::store::{Change, NewApiKey, NewApiKeyOutcome};
use crate::machine::verdict::{ApiKeyView, view};

/// What the owner chooses of a new API key.
#[derive(Clone, Debug)]
pub struct ApiKeyWish {
    pub account: ServiceAccountUid,
    pub caption: Option<String>,
    /// Its own expiry; `None` leaves it to the org's policy.
    pub expires_at: Option<Timestamp>,
}

/// An API key with the one copy of its text that will ever be handed out.
#[derive(Debug)]
pub struct CreatedApiKey {
    pub view: ApiKeyView,
    pub shown: ShownApiKey,
}

/// Why no API key is made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ApiKeyWishRefusal {
    /// Its expiry does not lie in the future.
    ExpiryPast,
    /// The org has no such service account.
    NoSuchAccount,
    AccountDoomed,
}

impl Engine {
    /// Makes a key for a service account of the caller's org.
    ///
    /// # Errors
    /// When the store, the clock or the randomness cannot be relied on; the key may then exist (never told, never usable).
    pub async fn create_api_key(
        &self,
        admin: &ApiKeyWriter,
        wish: ApiKeyWish,
        origin: &RequestOrigin,
    ) -> Result<Result<CreatedApiKey, ApiKeyWishRefusal>, EngineError> {
        let now = self.now();
        if wish.expires_at.is_some_and(|expires_at| expires_at <= now) {
            return Ok(Err(ApiKeyWishRefusal::ExpiryPast));
        }
        let shown = ShownApiKey { uid: ApiKeyUid::mint(now, &*self.entropy)?, secret: ApiKeySecret::mint(&*self.entropy)? };
        let audit = admin
            .entry(now, Action::ApiKeyCreated, ResourceKind::ApiKey, origin)
            .on(shown.uid)
            .within(Some(admin.org()))
            .with("service_account_id", wish.account.to_string());
        let new = NewApiKey {
            uid: shown.uid,
            secret: shown.secret.hash(),
            account: wish.account,
            caption: wish.caption,
            expires_at: wish.expires_at,
            change: Change { org: admin.org(), at: now, audit },
        };
        Ok(match self.store.create_api_key(admin.basis(now), new).await? {
            NewApiKeyOutcome::Created(snapshot) => Ok(CreatedApiKey { view: view(*snapshot, now)?, shown }),
            NewApiKeyOutcome::NoSuchAccount => Err(ApiKeyWishRefusal::NoSuchAccount),
            NewApiKeyOutcome::AccountDoomed => Err(ApiKeyWishRefusal::AccountDoomed),
        })
    }
}
