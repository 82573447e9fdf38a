//! The secret that an identity provider knows this server by. It is shown to the provider again and again, so it is kept encrypted and
//! not hashed; to nobody else is it ever shown.

use super::{SealedSecret, StoredIdentityProvider};
use crate::engine::Engine;
use crate::error::{EngineError, SigningUnavailable};
use crate::secret::ClientSecret;

impl Engine {
    pub(in crate::directory) fn seal_provider_secret(&self, issuer: &str, secret: &ClientSecret) -> Result<SealedSecret, EngineError> {
        let sealed = self.crypto.encrypt(self.keys.provider_secrets(), issuer.as_bytes(), secret.expose())?;
        Ok(SealedSecret::from_bytes(sealed))
    }

    /// The secret to show to the provider; `None` where it knows this server by the client id alone.
    ///
    /// # Errors
    /// When what is kept does not open under this master key and for this issuer.
    pub fn provider_secret(&self, provider: &StoredIdentityProvider) -> Result<Option<ClientSecret>, EngineError> {
        let Some(sealed) = &provider.sealed_secret else { return Ok(None) };
        let opened = self.crypto.decrypt(self.keys.provider_secrets(), provider.provider.settings.issuer.as_bytes(), sealed.as_bytes());
        let secret = opened.and_then(|opened| std::str::from_utf8(&opened).map(|text| ClientSecret::new(text.to_owned())).ok());
        Ok(Some(secret.ok_or(SigningUnavailable("a secret of an identity provider does not open under this master key"))?))
    }
}
