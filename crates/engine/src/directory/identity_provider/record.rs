//! Identity providers as they are recorded, and what they may do as recorded.

use super::{GroupMembership, IdentityProviderStatus, ProviderSettings, SealedSecret};
use crate::clock::Timestamp;
use crate::directory::{TenantPlace, TenantStatus};
use crate::ids::{IdentityProviderNumber, IdentityProviderUid, TenantNumber};

/// An identity provider. Of its secret it says only whether there is one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IdentityProviderRecord {
    pub number: IdentityProviderNumber,
    pub uid: IdentityProviderUid,
    /// Stands in addresses; never changes.
    pub code: String,
    /// Whose users it signs in; `None`: it is the platform's. Never changes.
    pub tenant: Option<TenantPlace>,
    pub settings: ProviderSettings,
    /// Those of its domains that the platform approved for its issuer, in order.
    pub approved_domains: Vec<String>,
    /// By group, then by number of the tenant.
    pub group_memberships: Vec<GroupMembership<TenantPlace>>,
    pub has_secret: bool,
    pub status: IdentityProviderStatus,
    pub status_since: Timestamp,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl IdentityProviderRecord {
    pub fn tenant_number(&self) -> Option<TenantNumber> {
        self.tenant.map(|tenant| tenant.number)
    }

    /// Whether it may speak for addresses of this domain, in A-labels: one of its domains to the letter, and approved.
    pub fn speaks_for(&self, domain: &str) -> bool {
        let is_it = |known: &String| known == domain;
        self.settings.domains.iter().any(is_it) && self.approved_domains.iter().any(is_it)
    }

    /// Whether it has domains that nobody approved yet.
    pub fn awaits_approval(&self) -> bool {
        !self.settings.domains.iter().all(|domain| self.approved_domains.contains(domain))
    }
}

/// An identity provider with everything that signing in through it needs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredIdentityProvider {
    pub provider: IdentityProviderRecord,
    /// Of its tenant, where it has one.
    pub tenant_status: Option<TenantStatus>,
    /// See [`crate::engine::Engine::provider_secret`].
    pub sealed_secret: Option<SealedSecret>,
}

impl StoredIdentityProvider {
    /// Whether anybody may sign in through it: it is active, and its tenant open.
    pub fn serves(&self) -> bool {
        self.provider.status == IdentityProviderStatus::Active && self.tenant_status.is_none_or(TenantStatus::lets_sessions_live)
    }
}

/// What a page of sign-in says of a provider.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LoginProvider {
    pub code: String,
    pub name: String,
    pub tenant: Option<TenantNumber>,
    /// Those that it may speak for; none where it has none.
    pub domains: Vec<String>,
}
