//! The keys about tokens.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::key::{section, settings};
use super::secret::Secret;
use super::sections::usable_key;
use crate::jose::jwt::AccessTokenType;

settings! {
    Text: Algorithm, AccessTokenType;
}

section! {
    /// How long tokens live and how they are signed.
    Tokens as "tokens" {
        /// Seconds that an access token is good for.
        access_ttl_seconds: u64 = 1200, within 10 ..= 86_400;
        /// Seconds that a session held by tokens lives after its last refresh.
        refresh_ttl_seconds: u64 = 2_592_000, within 60 ..= 31_536_000;
        /// Seconds after its redemption in which a refresh token gives its one successor again.
        reuse_interval_seconds: u64 = 10, within 0 ..= 300;
        /// How access tokens are signed: `ES256`, `EdDSA` or `RS256`. A change publishes a new key, which signs an hour later; the old one verifies until its tokens are dead.
        algorithm: Algorithm = Algorithm::Es256;
        /// Seconds that a signing key signs before the next one does; 0 switches the schedule off.
        key_rotation_seconds: u64 = 2_592_000, within 0 ..= 315_360_000;
        /// Seconds that a token may begin ahead of this clock, which may have stepped back or lag behind another process's. No end and no expiry waits for it.
        clock_leeway_seconds: u64 = 5, within 0 ..= 300;
        /// The type that stands in the header of access tokens: `at+jwt` (RFC 9068), or `JWT` for verifiers that refuse the first.
        access_token_type: AccessTokenType = AccessTokenType::AtJwt;
        /// The audience that access tokens name.
        audience: String = "cloakroom".to_owned();
        /// Whether access tokens are encrypted around their signature (A256GCM); needs `encryption_key`.
        encrypt: bool = false;
        /// The key that access tokens are encrypted under, shared with whoever reads them: 32 bytes as 64 hex digits or base64.
        encryption_key: Option<Secret> = None;
        /// File whose content is `encryption_key`.
        encryption_key_file: Option<PathBuf> = None;
    }
}

/// How access tokens are signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Algorithm {
    /// ECDSA on P-256.
    #[serde(rename = "ES256")]
    Es256,
    /// Ed25519.
    #[serde(rename = "EdDSA")]
    EdDsa,
    /// RSA of 2048 bits.
    #[serde(rename = "RS256")]
    Rs256,
}

impl Tokens {
    /// The key to encrypt tokens under, or `None` when they are not encrypted.
    ///
    /// # Errors
    /// When encryption is on without a key, or the text is not 32 bytes in hex or base64; the message does not repeat it.
    pub fn encryption(&self) -> Result<Option<zeroize::Zeroizing<[u8; 32]>>, String> {
        match (&self.encryption_key, self.encrypt) {
            (_, false) => Ok(None),
            (Some(text), true) => usable_key(text.reveal()).map(Some),
            (None, true) => Err("is needed when `tokens.encrypt` is true".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_placeholder_encrypts_nothing() {
        for placeholder in ["0".repeat(64), "f".repeat(64), "7a".repeat(32)] {
            let tokens = Tokens { encrypt: true, encryption_key: Some(Secret::new(placeholder)), ..Tokens::default() };
            assert!(tokens.encryption().is_err());
        }
    }
}
