//! The secret that an identity provider knows this server by. It is shown to the provider again and again, so it is kept encrypted and
//! not hashed; to nobody else is it ever shown.

use super::StoredIdentityProvider;
use crate::engine::Engine;
use crate::error::{EngineError, SigningUnavailable};
use crate::secret::ClientSecret;

/// A client secret as it is kept: encrypted under a key that the master key derives, and bound to the issuer that it was given for. In
/// the row of a provider with another issuer it opens nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedSecret(Vec<u8>);

impl SealedSecret {
    pub const fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl std::fmt::Debug for SealedSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealedSecret(redacted)")
    }
}

impl Engine {
    pub(in crate::directory) fn seal_provider_secret(&self, issuer: &str, secret: &ClientSecret) -> Result<SealedSecret, EngineError> {
        let sealed = self.crypto.encrypt(self.keys.provider_secrets(), issuer.as_bytes(), secret.expose())?;
        Ok(SealedSecret(sealed))
    }

    /// The secret to show to the provider; `None` where it knows this server by the client id alone.
    ///
    /// # Errors
    /// When what is kept does not open under this master key and for this issuer.
    pub fn provider_secret(&self, provider: &StoredIdentityProvider) -> Result<Option<ClientSecret>, EngineError> {
        let Some(SealedSecret(sealed)) = &provider.sealed_secret else { return Ok(None) };
        let opened = self.crypto.decrypt(self.keys.provider_secrets(), provider.provider.settings.issuer.as_bytes(), sealed);
        let secret = opened.and_then(|opened| std::str::from_utf8(&opened).map(|text| ClientSecret::new(text.to_owned())).ok());
        Ok(Some(secret.ok_or(SigningUnavailable("a secret of an identity provider does not open under this master key"))?))
    }
}
