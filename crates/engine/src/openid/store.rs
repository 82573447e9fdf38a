//! What the OpenID provider asks of a store. One method is one transaction.

use async_trait::async_trait;

use super::code::AuthorizationCodeHash;
use super::consents::Consent;
use super::pkce::CodeChallenge;
use crate::audit::AuditEntry;
use crate::callers::{Authorisation, Basis};
use crate::clock::Timestamp;
use crate::directory::password::PasswordHash;
use crate::error::StoreError;
use crate::federation::store::ProviderProof;
use crate::ids::{ApplicationNumber, ApplicationUid, SessionNumber, UserNumber};
use crate::machine::application::ApplicationEpochs;
use crate::secret::SessionSecretHash;
use crate::sessions::Authentication;
use crate::sessions::credentials::SignInSubject;
use crate::tokens::GrantNumber;
use crate::tokens::audience::Audience;

/// What a session and an application are to each other.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredAuthorization {
    /// When and how somebody last proved who they are within the session.
    pub authentication: Option<Authentication>,
    /// Whether the session's user has a membership in the application's tenant.
    pub is_member: bool,
    /// What the user has let the application have; `None`: nothing yet.
    pub consented: Option<Vec<String>>,
}

/// What a code is redeemed for.
#[derive(Clone, Debug)]
pub struct CodeTerms {
    pub session: SessionNumber,
    pub application: ApplicationNumber,
    /// Those that it was made under.
    pub epochs: ApplicationEpochs,
    pub redirect_uri: String,
    pub challenge: CodeChallenge,
    pub nonce: Option<String>,
    pub scope: Vec<String>,
    /// Who the tokens are for, at most.
    pub audience: Audience,
    /// What it was made under.
    pub authentication: Authentication,
    pub expires_at: Timestamp,
}

/// A code to be redeemed, if session and application are still what they were found to be.
#[derive(Clone, Debug)]
pub struct NewCode {
    pub code: AuthorizationCodeHash,
    pub terms: CodeTerms,
    pub now: Timestamp,
    /// Whether the user has just consented to the scope: it is kept, with what they consented to before.
    pub is_consent: bool,
    pub audit: AuditEntry,
}

/// A code as it is kept.
#[derive(Clone, Debug)]
pub struct StoredCode {
    pub terms: CodeTerms,
    /// What it was redeemed for.
    pub grant: Option<GrantNumber>,
}

/// Take back what a user has let an application have, with what the application has of it within the user's open sessions.
#[derive(Clone, Debug)]
pub struct WithdrawConsent {
    pub user: UserNumber,
    pub application: ApplicationUid,
    /// Gets from the transaction how many grants ended.
    pub audit: AuditEntry,
}

/// Somebody who has a session proves once more who they are.
#[derive(Clone, Debug)]
pub struct Reauthentication {
    pub session: SessionNumber,
    pub user: UserNumber,
    /// What the passcode matched; a change since then means that nothing was proven.
    pub proven: Option<PasswordHash>,
    /// Whose failures a success forgets, and whose lock still refuses.
    pub subject: Option<SignInSubject>,
    /// As of a new session.
    pub provider: Option<ProviderProof>,
    /// By what the session is held from then on, and by nothing else.
    pub secret: SessionSecretHash,
    pub authentication: Authentication,
    pub at: Timestamp,
    pub audit: AuditEntry,
}

/// What became of a [`Reauthentication`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ReauthenticationOutcome {
    Done,
    CredentialsChanged,
    Locked { until: Timestamp },
}

/// Codes and consents in terms of rows. Implemented by `cloakroom-store`.
#[async_trait]
pub trait OpenIdStore: Send + Sync {
    /// What the session and the application are to each other; `None` where there is no such session.
    async fn authorization(
        &self,
        session: SessionNumber,
        application: ApplicationNumber,
    ) -> Result<Option<StoredAuthorization>, StoreError>;

    /// Keeps a code, if the application still stands under its epochs and has the address, and the user's consent where it needs one;
    /// whether it did. Whether it admits the user is
    /// judged again when the code is redeemed. Some codes that nobody can redeem any more go.
    async fn keep_code(&self, by: Basis, new: NewCode) -> Result<bool, StoreError>;

    /// What a user has let applications have, the latest first.
    async fn consents(&self, user: UserNumber) -> Result<Vec<Consent>, StoreError>;

    /// Takes back a consent; whether there was one.
    async fn withdraw_consent(&self, by: Basis, withdraw: WithdrawConsent) -> Result<bool, StoreError>;

    /// A code, redeemed or not.
    async fn code(&self, code: AuthorizationCodeHash) -> Result<Option<StoredCode>, StoreError>;

    /// Ends the grant that a code was redeemed for, unless it ended before.
    async fn end_grant_of_code(&self, by: Authorisation, code: AuthorizationCodeHash, audit: AuditEntry) -> Result<(), StoreError>;

    /// Has a session be held by another secret, by somebody who proved anew to be its user.
    async fn reauthenticate(&self, by: Basis, proof: Reauthentication) -> Result<ReauthenticationOutcome, StoreError>;
}
