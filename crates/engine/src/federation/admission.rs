//! Whom a provider may sign in, link, create and put into groups: pure rules over what the directory and the provider say.

use super::protocol::ProviderIdentity;
use crate::directory::identity_provider::IdentityProviderRecord;
use crate::directory::records::UserRecord;
use crate::directory::{
    EmailStatus, MembershipRole, PlatformRole, TenantPlace, UserStatus, canonical_email, canonical_username, is_plain_name,
};

impl IdentityProviderRecord {
    /// Whether it may say that somebody is this user. A tenant's own provider speaks for that tenant's people alone, and for nobody who
    /// has power beyond being one of them: whoever runs the provider could be anybody it speaks for.
    pub fn may_sign_in(&self, user: &UserRecord) -> bool {
        match self.tenant_number() {
            None => true,
            home => user.home_number() == home && user.role == PlatformRole::None && !user.is_operator,
        }
    }

    /// The address, canonical, that it may speak for and says that it has verified.
    pub fn vouched_address(&self, identity: &ProviderIdentity) -> Option<String> {
        let (address, is_verified) = identity.email.as_ref()?;
        let address = canonical_email(address).filter(|_| *is_verified)?;
        let (_, domain) = address.split_once('@')?;
        self.speaks_for(domain).then_some(address)
    }

    /// Whether an identity that nobody has becomes one of this user, who has the address that the provider vouches for.
    pub fn may_link(&self, user: &UserRecord, address: &str) -> bool {
        let is_verified =
            |email: &crate::directory::records::EmailRecord| email.address == address && email.status == EmailStatus::Verified;
        self.settings.link_by_verified_email
            && user.status == UserStatus::Verified
            && user.emails.iter().any(is_verified)
            && self.may_sign_in(user)
    }

    /// The memberships of somebody who has `before` and whom the provider puts into `groups`. It governs the tenants that its mapping
    /// names, and a tenant's own provider that tenant alone: there, what the groups give replaces what was. All others stay.
    pub fn memberships(&self, groups: &[String], before: &[(TenantPlace, MembershipRole)]) -> Vec<(TenantPlace, MembershipRole)> {
        if self.settings.groups_claim.is_none() {
            return before.to_vec();
        }
        let home = self.tenant_number();
        let mapped = || self.group_memberships.iter().filter(|mapped| home.is_none_or(|home| mapped.tenant.number == home));
        let is_governed = |tenant: &TenantPlace| mapped().any(|mapped| mapped.tenant.number == tenant.number);
        let mut after: Vec<_> = before.iter().filter(|(tenant, _)| !is_governed(tenant)).copied().collect();
        for given in mapped().filter(|mapped| groups.contains(&mapped.group)) {
            match after.iter_mut().find(|(tenant, _)| tenant.number == given.tenant.number) {
                // Of several groups the one that gives most counts.
                Some((_, role)) => *role = (*role).min(given.role),
                None => after.push((given.tenant, given.role)),
            }
        }
        after.sort_by_key(|(tenant, _)| tenant.number);
        after
    }
}

/// The username of somebody new, in the one spelling that usernames have; `None` where the claim is none or cannot be one. Nothing is
/// made up in its place: a name that was not chosen would stay for ever.
pub fn new_username(identity: &ProviderIdentity) -> Option<String> {
    canonical_username(identity.username.as_deref()?.trim())
}

/// The display name of somebody new.
pub fn new_display_name(identity: &ProviderIdentity) -> Option<String> {
    let name = identity.name.as_deref()?.trim();
    (!name.is_empty() && is_plain_name(name)).then(|| name.to_owned())
}
