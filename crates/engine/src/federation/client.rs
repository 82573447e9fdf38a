//! What we are to a provider, out of the directory.

use zeroize::Zeroizing;

use super::protocol::{ClaimNames, ProviderClient};
use crate::directory::identity_provider::StoredIdentityProvider;
use crate::engine::Engine;
use crate::error::EngineError;

impl Engine {
    /// # Errors
    /// When the secret does not open under this master key.
    pub(super) fn provider_client(&self, stored: &StoredIdentityProvider) -> Result<ProviderClient, EngineError> {
        let secret = self.provider_secret(stored)?;
        let settings = &stored.provider.settings;
        Ok(ProviderClient {
            issuer: settings.issuer.clone(),
            client_id: settings.client_id.clone(),
            client_secret: secret.map(|secret| Zeroizing::new(String::from_utf8_lossy(secret.expose()).into_owned())),
            scopes: settings.scopes.clone(),
            claims: ClaimNames {
                username: settings.username_claim.clone(),
                name: settings.name_claim.clone(),
                groups: settings.groups_claim.clone(),
            },
            exchange_audiences: settings.exchange_audiences.clone(),
        })
    }
}
