//! The keys about tokens.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::key::{section, settings};
use super::secret::Secret;
use super::sections::usable_key;
use crate::jose::encryption_key::EncryptionKey;
use crate::jose::token_encryption::EncryptionKeys;
use crate::jose::token_header::AccessTokenType;

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
        /// What `audience` was before, at most 8: tokens that name one are still taken. Keep each for `refresh_ttl_seconds` after the change.
        previous_audiences: Vec<String> = Vec::new();
        /// Whether access tokens are encrypted around their signature (A256GCM); needs `encryption_key`.
        encrypt: bool = false;
        /// The key that access tokens are encrypted for. Shared with whoever reads them: 32 bytes as 64 hex digits or base64. Or a JSON Web Key on one line: `oct`, or the public key of whoever reads them, `EC` on P-256 or `OKP` on X25519 (`ECDH-ES`) or `RSA` (`RSA-OAEP-256`).
        encryption_key: Option<Secret> = None;
        /// File whose content is `encryption_key`.
        encryption_key_file: Option<PathBuf> = None;
        /// What `encryption_key` was before, one on each line, at most 8: tokens that were encrypted for one are still taken. Keep each for `refresh_ttl_seconds` after the change.
        previous_encryption_keys: Option<Secret> = None;
        /// File whose content is `previous_encryption_keys`.
        previous_encryption_keys_file: Option<PathBuf> = None;
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

/// Previous values of one setting that may be listed.
pub(super) const MOST_PREVIOUS: usize = 8;

impl Tokens {
    /// The keys that tokens are and were encrypted for; the first is `None` when they are not.
    ///
    /// # Errors
    /// Which key of the configuration is wrong, and how; the message repeats no value.
    pub fn encryption(&self) -> Result<EncryptionKeys, (&'static str, String)> {
        let at = |key| move |problem| (key, problem);
        let current = match (&self.encryption_key, self.encrypt) {
            (_, false) => Ok(None),
            (Some(text), true) => encryption_key(text.reveal()).map(Some),
            (None, true) => Err("is needed when `tokens.encrypt` is true".to_owned()),
        };
        let current = current.map_err(at("tokens.encryption_key"))?;
        let previous = self.previous_encryption().map_err(at("tokens.previous_encryption_keys"))?;
        Ok(EncryptionKeys { current, previous })
    }

    fn previous_encryption(&self) -> Result<Vec<EncryptionKey>, String> {
        let text = self.previous_encryption_keys.as_ref().map_or("", Secret::reveal);
        let lines: Vec<_> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        if lines.len() > MOST_PREVIOUS {
            return Err(format!("holds {} keys, at most {MOST_PREVIOUS} are taken", lines.len()));
        }
        let numbered = lines.into_iter().enumerate();
        numbered.map(|(at, line)| encryption_key(line).map_err(|problem| format!("line {}: {problem}", at + 1))).collect()
    }
}

fn encryption_key(text: &str) -> Result<EncryptionKey, String> {
    if text.trim_start().starts_with('{') {
        EncryptionKey::from_jwk(text).map_err(str::to_owned)
    } else {
        usable_key(text).map(EncryptionKey::shared)
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
        let jwk = format!(r#"{{"kty":"oct","k":"{}"}}"#, "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE");
        let tokens = Tokens { encrypt: true, encryption_key: Some(Secret::new(jwk)), ..Tokens::default() };
        assert!(tokens.encryption().is_err());
    }

    #[test]
    fn previous_keys_are_lines_and_bounded() {
        let with = |text: String| Tokens { previous_encryption_keys: Some(Secret::new(text)), ..Tokens::default() }.encryption();
        let key = "0123456789abcdef".repeat(4);
        let jwk = r#"{"kty":"OKP","crv":"X25519","kid":"api","x":"3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08"}"#;
        let keys = with(format!("{key}\n\n {jwk} \r\n")).ok().unwrap();
        assert!(keys.current.is_none() && keys.previous.len() == 2 && keys.previous[1].kid == "api");
        let (at, told) = with(format!("{key}\nabc{key}")).err().unwrap();
        assert!(at == "tokens.previous_encryption_keys" && told.contains("line 2") && !told.contains(&key), "{told}");
        assert!(with(format!("{key}\n").repeat(9)).is_err());
    }
}
