//! Identity providers as they are recorded, and what they may do as recorded.

use super::{GroupMembership, IdentityProviderStatus, ProviderSettings, SealedSecret, judge_groups};
use crate::clock::Timestamp;
use crate::directory::changes::named;
use crate::directory::registration::RegistrationFault;
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

    /// Whether it may be so: what is said of it, and whom its groups make members of what. A tenant's own says nothing of other tenants.
    ///
    /// # Errors
    /// The first thing that may not.
    pub fn judge(&self) -> Result<(), RegistrationFault> {
        self.settings.judge()?;
        judge_groups(&self.settings, &self.group_memberships)?;
        let is_foreign = |mapped: &GroupMembership<TenantPlace>| self.tenant.is_some_and(|own| own.number != mapped.tenant.number);
        if self.group_memberships.iter().any(is_foreign) {
            return Err(RegistrationFault { field: "group_memberships", problem: "may name the provider's own tenant alone" });
        }
        Ok(())
    }

    /// Whether `after` may keep its secret: it was given for an issuer, and another one must not come to see it.
    ///
    /// # Errors
    /// That it must be given anew.
    pub fn keeps_secret_as(&self, after: &Self) -> Result<(), RegistrationFault> {
        if self.has_secret && after.settings.issuer != self.settings.issuer {
            let problem = "was given for another issuer: give it for this one, or take it away with null";
            return Err(RegistrationFault { field: "client_secret", problem });
        }
        Ok(())
    }

    /// As [`crate::directory::records::TenantRecord::changed`].
    pub fn changed(&self, after: &Self) -> Option<String> {
        let own = [
            ("approved_domains", self.approved_domains != after.approved_domains),
            ("group_memberships", self.group_memberships != after.group_memberships),
        ];
        named(self.settings.differences(&after.settings).into_iter().chain(own))
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
