//! What signing in through providers asks of a store. One method is one transaction.

use async_trait::async_trait;

use super::protocol::{ProviderIdentity, ProviderLogout};
use crate::audit::AuditEntry;
use crate::callers::{Authorisation, Deed};
use crate::clock::Timestamp;
use crate::error::StoreError;
use crate::ids::{IdentityProviderNumber, UserUid};
use crate::sessions::End;
use crate::sessions::credentials::Credentials;

/// A token of a provider that works once. The hash alone is kept, until the token is worth nothing anyway.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SpentToken {
    pub hash: [u8; 32],
    pub expires_at: Timestamp,
}

/// Find out whose an identity is, and have it be somebody's where the provider may do that.
#[derive(Clone, Debug)]
pub struct SettleIdentity {
    /// The code of the provider, which is read again.
    pub provider: String,
    pub identity: ProviderIdentity,
    /// What a user gets who is created.
    pub uid: UserUid,
    /// What is used up by it, where it came without a browser.
    pub spent: Option<SpentToken>,
    /// Who does it, when and from where.
    pub deed: Deed,
}

/// Whose an identity is.
#[derive(Clone, Debug)]
pub enum SettledIdentity {
    /// Whether they may sign in is another question.
    Of(Box<Credentials>),
    /// Nobody's, or that of somebody for whom this provider does not speak; why, for the trail, and who that is.
    NotAdmitted(&'static str, Option<UserUid>),
    /// A user is to be created and has no name that is free, or an address that is somebody else's.
    NameTaken,
    /// The token was used before.
    Spent,
}

/// By which identity a session begins, or its user proves anew to be themselves. All of it is judged again in that transaction, which also
/// brings the user's memberships to what the provider's groups say.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProviderProof {
    /// The code of the provider.
    pub provider: String,
    pub issuer: String,
    pub subject: String,
    /// The provider's own session: with it, this one ends.
    pub provider_session: Option<String>,
    pub groups: Vec<String>,
}

/// End what was born from a provider's sessions.
#[derive(Clone, Debug)]
pub struct EndProviderSessions {
    pub provider: IdentityProviderNumber,
    pub issuer: String,
    pub logout: ProviderLogout,
    pub spent: SpentToken,
    pub end: End,
    /// Written once per session ended, each on its own session.
    pub audit: AuditEntry,
}

/// Identities in terms of rows. Implemented by `cloakroom-store`.
#[async_trait]
pub trait FederationStore: Send + Sync {
    /// Whose an identity is; links or creates, as the provider may.
    async fn settle_identity(&self, by: Authorisation, settle: SettleIdentity) -> Result<SettledIdentity, StoreError>;

    /// Ends the live sessions that a provider's logout is about, for the dead ones among them records the true cause; how many it ended.
    /// `None`: the logout token was used before.
    async fn end_provider_sessions(&self, by: Authorisation, end: EndProviderSessions) -> Result<Option<usize>, StoreError>;
}
