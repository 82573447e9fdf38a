//! The content of an access token, and the trait for signing and verifying one.

use zeroize::Zeroizing;

use super::audience::Audience;
use super::id_token::{IdTokenClaims, IdTokenHint, LogoutTokenClaims};
use super::{Generation, GrantNumber, SigningKeyState, SigningPurpose, TokenAlgorithm};
use crate::clock::{Span, Timestamp};
use crate::directory::PlatformRole;
use crate::error::SigningUnavailable;
use crate::ids::{ApplicationUid, SessionUid, TenantUid, UserUid};
use crate::machine::application::ApplicationEpochs;
use crate::machine::assertion_fault::AssertionFault;
use crate::sessions::Authentication;
use crate::sessions::metadata::SessionMetadata;

/// The client that tokens of a login are issued to (RFC 9068 section 2.2): this server itself. No application has its name.
pub const BUILT_IN_CLIENT: &str = "cloakroom";

/// No token of ours is longer, encrypted or not: a longer text is refused unread.
pub const LONGEST_ACCESS_TOKEN: usize = 8192;

/// The claims of an access token (RFC 9068). The issuer is the signer's own.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AccessTokenClaims {
    pub subject: TokenSubject,
    pub audience: Audience,
    pub scope: Vec<String>,
    /// How its user had proved to be themselves when what it derives from was given (section 2.2.1); in whole seconds. `None` of nobody.
    pub authentication: Option<Authentication>,
    /// Of what is kept with the session that an application is within: what the directory gives that application.
    pub session_metadata: Option<SessionMetadata>,
    /// Unique per token (`jti`).
    pub token_uid: [u8; 16],
    /// Whole seconds; also `nbf`.
    pub issued_at: Timestamp,
    /// Whole seconds.
    pub expires_at: Timestamp,
}

impl AccessTokenClaims {
    /// Whether it is an access token (RFC 9068), which a token of session storage is not.
    pub const fn is_access(&self) -> bool {
        match self.subject {
            TokenSubject::User(_) | TokenSubject::Delegate(..) | TokenSubject::Application(_) => true,
            TokenSubject::Storage(_) => false,
        }
    }

    /// Whether the token has begun and has not expired. It may begin as much as `leeway` ahead of this clock; it expires without any.
    pub fn are_in_time(&self, now: Timestamp, leeway: Span) -> bool {
        now < self.expires_at && self.issued_at <= now.plus(leeway)
    }
}

/// Who acts with an access token, and what it lives by.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TokenSubject {
    /// A user, by the pair of a login.
    User(SessionBound),
    /// The application of this client id, within a user's session (RFC 8693). It is not the user.
    Delegate(SessionBound, String),
    /// An application for itself, without any session (RFC 6749 section 4.4).
    Application(ApplicationBound),
    /// No user: it writes to or reads from one session that an application keeps (session storage), and dies with it.
    Storage(StorageBound),
}

/// A token that lives by a session and by a grant within it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SessionBound {
    pub user: UserUid,
    pub session: SessionUid,
    /// The chain of refresh tokens that it was issued with, and how far that had come: an older one is dead.
    pub grant: GrantNumber,
    pub generation: Generation,
    pub tenant: Option<TenantUid>,
    pub role: PlatformRole,
}

/// A token that lives by an application.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ApplicationBound {
    pub application: ApplicationUid,
    pub client_id: String,
    pub tenant: Option<TenantUid>,
    /// The epochs that it was issued under; when one moves, the token is dead.
    pub epochs: ApplicationEpochs,
}

/// A token that lives by a session that an application keeps.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StorageBound {
    pub session: SessionUid,
    /// The application that it was issued to.
    pub client_id: String,
    pub tenant: Option<TenantUid>,
}

/// A signing key as it is stored.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningKeyRecord {
    /// Its public name (`kid`).
    pub kid: String,
    pub algorithm: TokenAlgorithm,
    pub purpose: SigningPurpose,
    pub state: SigningKeyState,
    /// The public half as a JSON Web Key (RFC 7517) with `kid`, `alg` and `use`.
    pub public_jwk: String,
    /// The private half, encrypted.
    pub sealed_private: Vec<u8>,
    pub created_at: Timestamp,
    /// When it reached its state.
    pub state_since: Timestamp,
}

impl std::fmt::Debug for SigningKeyRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SigningKeyRecord")
            .field("kid", &self.kid)
            .field("algorithm", &self.algorithm)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

/// Signs and verifies tokens. Implemented outside of the engine, on a maintained library.
pub trait TokenCrypto: Send + Sync {
    /// Makes a key pair in state `next` that signs access tokens, its private half encrypted under `seal`.
    ///
    /// # Errors
    /// When the library makes none.
    fn generate(&self, algorithm: TokenAlgorithm, seal: &[u8; 32], now: Timestamp) -> Result<SigningKeyRecord, SigningUnavailable>;

    /// Puts these keys in the place of those in use: parsed once, held in memory.
    ///
    /// # Errors
    /// When one cannot be opened with `seal`; the old ones stay in use then.
    fn install(&self, keys: &[SigningKeyRecord], seal: &[u8; 32]) -> Result<(), SigningUnavailable>;

    /// Signs with the active key.
    ///
    /// # Errors
    /// When there is none.
    fn sign(&self, claims: &AccessTokenClaims) -> Result<String, SigningUnavailable>;

    /// The claims of a client assertion (RFC 7523 section 3) that one of the public keys of `jwks`, a JSON Web Key Set, signed,
    /// addressed to this issuer or its token endpoint. Says nothing about time and about who it names. `None` is the keys of nobody:
    /// refused after as much work as a wrong signature.
    ///
    /// # Errors
    /// What is wrong with it.
    fn verify_assertion(&self, assertion: &str, jwks: Option<&str>) -> Result<AssertionClaims, AssertionFault>;

    /// The claims of a token that one of the installed keys signed, for this issuer, of the right type and algorithm, whoever it is for.
    /// Says nothing about time: the caller's clock decides that.
    fn verify(&self, token: &str) -> Option<AccessTokenClaims>;

    /// Whether this name of a resource server is one of the issuer's own. Without an implementation it has none.
    fn names_us(&self, _name: &str) -> bool {
        false
    }

    /// Signs an ID token with the active key of this algorithm that signs ID tokens. Without an implementation none is signed.
    ///
    /// # Errors
    /// When there is none.
    fn sign_id_token(&self, _claims: &IdTokenClaims, _algorithm: TokenAlgorithm) -> Result<String, SigningUnavailable> {
        Err(SigningUnavailable("no ID tokens are signed here"))
    }

    /// As [`Self::sign_id_token`], of a logout token.
    ///
    /// # Errors
    /// As there.
    fn sign_logout_token(&self, _claims: &LogoutTokenClaims, _algorithm: TokenAlgorithm) -> Result<String, SigningUnavailable> {
        Err(SigningUnavailable("no logout tokens are signed here"))
    }

    /// `secret`, which has to be shown to others again, encrypted under `key` and bound to `context`. Without an implementation none is.
    ///
    /// # Errors
    /// When the library encrypts nothing.
    fn encrypt(&self, _key: &[u8; 32], _context: &[u8], _secret: &[u8]) -> Result<Vec<u8>, SigningUnavailable> {
        Err(SigningUnavailable("no secrets are encrypted here"))
    }

    /// What [`Self::encrypt`] encrypted; `None` under another key or context, or when altered.
    fn decrypt(&self, _key: &[u8; 32], _context: &[u8], _encrypted: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        None
    }

    /// What an ID token says that one of the installed keys signed for this issuer, expired or not (OpenID Connect RP-Initiated Logout
    /// 1.0 section 2). Nothing of any other token. Without an implementation none is known.
    fn verify_id_token_hint(&self, _token: &str) -> Option<IdTokenHint> {
        None
    }
}

/// What a client assertion claims (RFC 7523 section 3).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AssertionClaims {
    pub issuer: String,
    pub subject: String,
    /// `jti`: unique per assertion of one client.
    pub assertion_id: String,
    pub issued_at: Option<Timestamp>,
    pub not_before: Option<Timestamp>,
    pub expires_at: Timestamp,
}

/// For an engine without tokens: it signs none and accepts none.
#[cfg(any(test, feature = "testing"))]
#[derive(Debug)]
pub struct NoTokens;

#[cfg(any(test, feature = "testing"))]
impl TokenCrypto for NoTokens {
    fn generate(&self, _: TokenAlgorithm, _: &[u8; 32], _: Timestamp) -> Result<SigningKeyRecord, SigningUnavailable> {
        Err(SigningUnavailable("there are no tokens here"))
    }

    fn install(&self, _: &[SigningKeyRecord], _: &[u8; 32]) -> Result<(), SigningUnavailable> {
        Ok(())
    }

    fn sign(&self, _: &AccessTokenClaims) -> Result<String, SigningUnavailable> {
        Err(SigningUnavailable("there are no tokens here"))
    }

    fn verify_assertion(&self, _: &str, _: Option<&str>) -> Result<AssertionClaims, AssertionFault> {
        Err(AssertionFault::NoKeys)
    }

    fn verify(&self, _: &str) -> Option<AccessTokenClaims> {
        None
    }
}
