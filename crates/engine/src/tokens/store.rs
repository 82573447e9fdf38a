//! What tokens ask of a store. One method is one transaction.

use async_trait::async_trait;

use super::access_token::SigningKeyRecord;
use super::audience::Audience;
use super::grant::GrantSnapshot;
use super::refresh_token::RefreshSecretHash;
use super::{Generation, GrantNumber, SigningKeyState, TokenAlgorithm};
use crate::audit::AuditEntry;
use crate::callers::{Authorisation, Basis};
use crate::clock::Timestamp;
use crate::error::StoreError;
use crate::ids::{ApplicationNumber, SessionNumber};
use crate::machine::application::ApplicationEpochs;
use crate::openid::code::AuthorizationCodeHash;
use crate::sessions::{Activity, Authentication};

/// One rotation, carried out only if the grant is still at `from` and its session lives.
#[derive(Clone, Debug)]
pub struct Rotation {
    pub grant: GrantNumber,
    pub from: Generation,
    pub from_hash: RefreshSecretHash,
    pub to_hash: RefreshSecretHash,
    pub activity: Activity,
    pub now: Timestamp,
    pub audit: AuditEntry,
}

/// For what a grant is given.
#[derive(Clone, Copy, Debug)]
pub enum GrantSubject {
    /// The session's secret.
    Secret,
    /// An access token of this grant.
    Grant(GrantNumber),
    /// An authorization code, which is used up by it.
    Code(AuthorizationCodeHash),
}

/// A grant to begin, if session and application are still what they were found to be.
#[derive(Clone, Debug)]
pub struct NewGrant {
    pub session: SessionNumber,
    pub subject: GrantSubject,
    pub application: ApplicationNumber,
    pub epochs: ApplicationEpochs,
    pub audience: Audience,
    pub scope: Vec<String>,
    /// What stands behind it, for all that is issued from it.
    pub authentication: Option<Authentication>,
    pub hash: RefreshSecretHash,
    pub now: Timestamp,
    /// How many of this application the session may have after it.
    pub at_most: u32,
    pub audit: AuditEntry,
}

/// An access token that is to be dead by itself, not by a session, a grant or an application.
#[derive(Clone, Debug)]
pub struct RevokedToken {
    pub token_uid: [u8; 16],
    /// From when on nobody has to remember it.
    pub expires_at: Timestamp,
    pub audit: AuditEntry,
}

/// A change of the signing keys. The store carries it out in one transaction, unless another process was first.
#[derive(Clone, Debug)]
pub struct SigningKeyChange {
    /// The keys that the change was made from: if they are others by now, nothing is done.
    pub from: Vec<(String, SigningKeyState)>,
    /// All keys after it.
    pub to: Vec<SigningKeyRecord>,
    pub audit: Vec<AuditEntry>,
}

/// Grants and signing keys in terms of rows. Implemented by `cloakroom-store`.
#[async_trait]
pub trait TokenStore: Send + Sync {
    /// A grant with its session.
    async fn grant(&self, grant: GrantNumber) -> Result<Option<GrantSnapshot>, StoreError>;

    /// As [`Self::grant`], for whoever only asks whether what was issued from it lives at `now`: see
    /// [`live_session`](crate::sessions::store::SessionStore::live_session).
    async fn live_grant(&self, grant: GrantNumber, now: Timestamp) -> Result<Option<GrantSnapshot>, StoreError>;

    /// Rotates a grant if it is still where the rotation starts from and its session lives; whether it did.
    async fn rotate_grant(&self, by: Authorisation, rotation: Rotation) -> Result<bool, StoreError>;

    /// Begins the chain of an application within a session, if both still stand; `None` if not. The grants of that application
    /// in that session that ended go, and so do those that rested longest where there are too many.
    async fn begin_application_grant(&self, by: Authorisation, new: NewGrant) -> Result<Option<GrantNumber>, StoreError>;

    /// Records that an access token is dead, unless it was before.
    async fn revoke_token(&self, by: Basis, revoked: RevokedToken) -> Result<(), StoreError>;

    /// Forgets at most `limit` revoked tokens that expired before this. Returns how many.
    async fn forget_revoked_tokens(&self, expired_before: Timestamp, limit: usize) -> Result<usize, StoreError>;

    /// Every signing key: those of access tokens, then those of ID tokens, the oldest first.
    async fn signing_keys(&self) -> Result<Vec<SigningKeyRecord>, StoreError>;

    /// How ID and logout tokens are signed for the applications that get some: those that people are sent back to, and those that
    /// are told of logouts.
    async fn id_token_algorithms(&self) -> Result<Vec<TokenAlgorithm>, StoreError>;

    /// Changes the signing keys, unless they are others by now than the change was made from.
    async fn change_signing_keys(&self, change: SigningKeyChange) -> Result<(), StoreError>;
}
