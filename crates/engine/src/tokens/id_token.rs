//! ID tokens (OpenID Connect Core 1.0 section 2) and logout tokens (OpenID Connect Back-Channel Logout 1.0 section 2.4): what they say.

use super::TokenAlgorithm;
use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::{SessionUid, UserUid};
use crate::sessions::Authentication;

/// The claims of an ID token. The issuer is the signer's own, and `at_hash` the signer makes of the access token.
#[derive(Clone, PartialEq, Eq)]
pub struct IdTokenClaims {
    /// The client id of the application that it is for (`aud`).
    pub client_id: String,
    /// `sub`
    pub user: UserUid,
    /// `sid`
    pub session: SessionUid,
    /// Whole seconds.
    pub issued_at: Timestamp,
    /// Whole seconds.
    pub expires_at: Timestamp,
    /// When and how the user last proved to be themselves: `auth_time`, `acr` and `amr`, which is left out where it is empty.
    pub authentication: Authentication,
    /// As the application sent it.
    pub nonce: Option<String>,
    /// The access token that is handed over with it.
    pub access_token: String,
    /// Where the scope `profile` was given.
    pub profile: Option<ProfileClaims>,
    /// Where the scope `email` was given and the user has an address.
    pub email: Option<EmailClaims>,
}

/// What the scope `profile` tells (OpenID Connect Core 1.0 section 5.4).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProfileClaims {
    pub preferred_username: String,
    pub name: Option<String>,
}

/// What the scope `email` tells (OpenID Connect Core 1.0 section 5.4).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EmailClaims {
    pub email: String,
    pub email_verified: bool,
}

impl std::fmt::Debug for IdTokenClaims {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IdTokenClaims")
            .field("client_id", &self.client_id)
            .field("user", &self.user)
            .field("session", &self.session)
            .finish_non_exhaustive()
    }
}

/// What an ID token says that an application shows again: whom it logs out (OpenID Connect RP-Initiated Logout 1.0 section 2).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IdTokenHint {
    /// The application that it was issued to (`aud`).
    pub client_id: String,
    pub sub: UserUid,
    pub sid: SessionUid,
}

/// The claims of a logout token. It is good for two minutes, and its issuer is the signer's own.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LogoutTokenClaims {
    /// The client id of the application that it is for (`aud`).
    pub client_id: String,
    /// `sub`
    pub user: UserUid,
    /// `sid`
    pub session: SessionUid,
    /// Unique per token (`jti`).
    pub token_uid: [u8; 16],
    /// Whole seconds.
    pub issued_at: Timestamp,
}

impl Engine {
    /// Signs an ID token. Where no key of this algorithm is in use yet, the first one is made now.
    ///
    /// # Errors
    /// When the store or a key cannot be relied on.
    pub async fn sign_id_token(&self, claims: &IdTokenClaims, algorithm: TokenAlgorithm) -> Result<String, EngineError> {
        if let Ok(token) = self.crypto.sign_id_token(claims, algorithm) {
            return Ok(token);
        }
        self.refresh_signing_keys().await?;
        Ok(self.crypto.sign_id_token(claims, algorithm)?)
    }

    /// As [`Engine::sign_id_token`], of a logout token.
    ///
    /// # Errors
    /// As there.
    pub async fn sign_logout_token(&self, claims: &LogoutTokenClaims, algorithm: TokenAlgorithm) -> Result<String, EngineError> {
        if let Ok(token) = self.crypto.sign_logout_token(claims, algorithm) {
            return Ok(token);
        }
        self.refresh_signing_keys().await?;
        Ok(self.crypto.sign_logout_token(claims, algorithm)?)
    }
}
