//! Client applications as they are recorded, and what they may do as recorded.

use crate::directory::{ApplicationKind, ApplicationStatus, PlatformRole, TenantPlace, TenantPolicy, TenantStatus};
use crate::ids::{ApplicationNumber, ApplicationUid, TenantNumber, UserNumber};
use crate::secret::ClientSecretHash;
use crate::sessions::Session;
use crate::tokens::TokenAlgorithm;

/// A client application as it is stored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClientRecord {
    pub number: ApplicationNumber,
    pub uid: ApplicationUid,
    pub client_id: String,
    /// What people know it by.
    pub name: String,
    /// The user whom it belongs to.
    pub owner: Option<ApplicationOwner>,
    pub tenant: Option<TenantPlace>,
    pub tenant_status: Option<TenantStatus>,
    /// What the tenant says of sessions under it.
    pub tenant_policy: TenantPolicy,
    pub status: ApplicationStatus,
    pub scopes: Vec<String>,
    pub is_platform: bool,
    pub epochs: ApplicationEpochs,
    /// At most two: the one in use and the one that replaces it.
    pub secrets: Vec<ClientSecretHash>,
    /// The public keys that it signs assertions with: a JSON Web Key Set (RFC 7517 section 5).
    pub jwks: Option<String>,
    pub kind: ApplicationKind,
    /// Where people may be sent back to with a code: see [`ClientRecord::redirects_to`].
    pub redirect_uris: Vec<String>,
    /// Where people may be sent on to after a logout that it began: see [`ClientRecord::redirects_after_logout_to`].
    pub post_logout_redirect_uris: Vec<String>,
    /// Where it is told that a session is over (OpenID Connect Back-Channel Logout 1.0 section 2.2).
    pub backchannel_logout_uri: Option<String>,
    /// The resource servers that it may ask tokens for (RFC 8707).
    pub resources: Vec<String>,
    /// Members of what is kept with sessions that go into its access tokens.
    pub session_claims: Vec<String>,
    /// Whose pages may read answers from another origin (CORS).
    pub origins: Vec<String>,
    /// Whether nobody is asked for consent.
    pub is_first_party: bool,
    /// How its ID and logout tokens are signed.
    pub id_token_algorithm: TokenAlgorithm,
}

/// The user whom an application belongs to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ApplicationOwner {
    pub number: UserNumber,
    pub username: String,
    pub role: PlatformRole,
    pub is_operator: bool,
}

/// Where the epochs are that an application stands under. What is given to it carries them and dies when one moves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ApplicationEpochs {
    pub server: i64,
    pub partner: Option<i64>,
    pub tenant: Option<i64>,
    pub application: i64,
}

impl ClientRecord {
    /// Whether it may hold tokens: active, and its tenant open.
    pub fn may_act(&self) -> bool {
        self.status == ApplicationStatus::Active && self.tenant_status.is_none_or(TenantStatus::lets_sessions_live)
    }

    /// Whether what was given to it under `epochs` lives.
    pub fn stands_by(&self, epochs: &ApplicationEpochs) -> bool {
        self.may_act() && self.epochs == *epochs
    }

    /// Whether it authenticates by its client id alone.
    pub const fn is_public(&self) -> bool {
        self.kind.is_public()
    }

    /// Whether people may be sent to this address with what answers an authorization request.
    pub fn redirects_to(&self, address: &str) -> bool {
        self.kind.admits(&self.redirect_uris, address)
    }

    /// Whether people may be sent on to this address after a logout that it began.
    pub fn redirects_after_logout_to(&self, address: &str) -> bool {
        self.kind.admits(&self.post_logout_redirect_uris, address)
    }

    pub fn tenant_number(&self) -> Option<TenantNumber> {
        self.tenant.map(|tenant| tenant.number)
    }

    /// The owner whom it may act for. One who stands higher than its tenant is none: the tenant's administrators hold its secrets, and
    /// would act for somebody above them.
    pub fn acting_owner(&self) -> Option<&ApplicationOwner> {
        let height = |owner: &ApplicationOwner| owner.role.height(owner.is_operator).rank();
        self.owner.as_ref().filter(|owner| self.tenant.is_none() || height(owner) <= PlatformRole::TenantAdmin.rank())
    }

    /// Whether it may learn of the session: its own tenant's, or any where it is one of the platform (docs/contracts/README.md).
    pub fn reaches(&self, session: &Session) -> bool {
        self.is_platform || self.tenant.is_some_and(|tenant| session.tenant == Some(tenant.number))
    }
}
