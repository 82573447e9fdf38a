//! What somebody wants of an identity provider: an administrator, who names tenants by their uids, or a file, which names them by their
//! codes.

use super::{GroupMembership, IdentityProviderRecord, IdentityProviderStatus, ProviderSettings, ProviderSettingsChange};
use crate::clock::Timestamp;
use crate::directory::TenantPlace;
use crate::ids::{IdentityProviderNumber, IdentityProviderUid, TenantUid};

/// An identity provider to be created. Its secret goes beside it.
#[derive(Clone, Debug)]
pub struct NewIdentityProvider<Tenant = TenantUid> {
    pub code: String,
    /// `None`: the home tenant of the administrator.
    pub tenant: Option<Tenant>,
    pub settings: ProviderSettings,
    pub group_memberships: Vec<GroupMembership<Tenant>>,
    pub status: IdentityProviderStatus,
}

/// The tenant of a provider, and the groups that it maps, as they were found.
pub type Found = (Option<TenantPlace>, Vec<GroupMembership<TenantPlace>>);

impl<Tenant> NewIdentityProvider<Tenant> {
    /// The provider at its birth; its number is the store's to give. `by_platform`: see [`IdentityProviderChange::over`].
    pub fn born(&self, uid: IdentityProviderUid, at: Timestamp, (tenant, groups): Found, by_platform: bool) -> IdentityProviderRecord {
        let settings = self.settings.clone().in_order();
        IdentityProviderRecord {
            number: IdentityProviderNumber(0),
            uid,
            code: self.code.clone(),
            tenant,
            approved_domains: if tenant.is_none() || by_platform { settings.domains.clone() } else { Vec::new() },
            settings,
            group_memberships: in_order(groups),
            has_secret: false,
            status: self.status,
            status_since: at,
            created_at: at,
            updated_at: at,
        }
    }
}

impl IdentityProviderRecord {
    /// The same, these domains approved and no others.
    #[must_use]
    pub fn approving(&self, domains: &[String]) -> Self {
        let named = |domain: &&String| domains.contains(domain);
        Self { approved_domains: self.settings.domains.iter().filter(named).cloned().collect(), ..self.clone() }
    }
}

/// What is to change of an identity provider. Its secret goes beside it.
#[derive(Clone, Debug)]
pub struct IdentityProviderChange<Tenant = TenantUid> {
    pub settings: ProviderSettingsChange,
    /// Replaces all.
    pub group_memberships: Option<Vec<GroupMembership<Tenant>>>,
    pub status: Option<IdentityProviderStatus>,
}

impl<Tenant> IdentityProviderChange<Tenant> {
    /// What it makes of `provider`, with the groups that it then maps. A status is another change. `by_platform`: whoever wants it
    /// approves domains, and so approves those that the change names.
    pub fn over(
        &self,
        provider: &IdentityProviderRecord,
        groups: Vec<GroupMembership<TenantPlace>>,
        by_platform: bool,
    ) -> IdentityProviderRecord {
        let settings = self.settings.over(&provider.settings).in_order();
        let approved_domains = if provider.tenant.is_none() || (by_platform && self.settings.domains.is_some()) {
            settings.domains.clone()
        } else if settings.issuer == provider.settings.issuer {
            let stays = |domain: &&String| settings.domains.contains(domain);
            provider.approved_domains.iter().filter(stays).cloned().collect()
        } else {
            // Another issuer has yet to be trusted with them.
            Vec::new()
        };
        IdentityProviderRecord { settings, approved_domains, group_memberships: in_order(groups), ..provider.clone() }
    }
}

/// By group, then by number of the tenant, as they are read.
fn in_order(mut groups: Vec<GroupMembership<TenantPlace>>) -> Vec<GroupMembership<TenantPlace>> {
    groups.sort_by(|one, other| (&one.group, one.tenant.number).cmp(&(&other.group, other.tenant.number)));
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::MembershipRole;
    use crate::ids::TenantNumber;

    fn place(number: i64) -> TenantPlace {
        TenantPlace { number: TenantNumber(number), uid: TenantUid::from_bytes([0; 16]), partner: None }
    }

    fn provider(tenant: Option<TenantPlace>) -> IdentityProviderRecord {
        let at = Timestamp::from_millis(0);
        IdentityProviderRecord {
            number: IdentityProviderNumber(1),
            uid: IdentityProviderUid::from_bytes([0; 16]),
            code: "acme".into(),
            tenant,
            settings: ProviderSettings {
                name: "Acme".into(),
                issuer: "https://id.acme.example".into(),
                client_id: "cloakroom".into(),
                domains: vec!["a.example".into(), "b.example".into()],
                groups_claim: Some("groups".into()),
                ..ProviderSettings::default()
            },
            approved_domains: vec!["a.example".into()],
            group_memberships: Vec::new(),
            has_secret: true,
            status: IdentityProviderStatus::Active,
            status_since: at,
            created_at: at,
            updated_at: at,
        }
    }

    fn approved(tenant: Option<TenantPlace>, by_platform: bool, settings: ProviderSettingsChange) -> Vec<String> {
        let change = IdentityProviderChange::<TenantUid> { settings, group_memberships: None, status: None };
        change.over(&provider(tenant), Vec::new(), by_platform).approved_domains
    }

    fn domains(domains: &[&str]) -> ProviderSettingsChange {
        let domains = domains.iter().map(|domain| (*domain).to_owned()).collect();
        ProviderSettingsChange { domains: Some(domains), ..ProviderSettingsChange::default() }
    }

    #[test]
    fn only_the_platform_approves_and_only_what_it_names() {
        let own = Some(place(1));
        let wanted = || domains(&["c.example", "a.example"]);
        assert_eq!(approved(own, false, wanted()), ["a.example"], "what was approved stays, what is new waits");
        assert_eq!(approved(own, true, wanted()), ["a.example", "c.example"]);
        assert_eq!(approved(own, true, ProviderSettingsChange::default()), ["a.example"], "what it does not name it does not approve");
        assert_eq!(approved(None, false, wanted()), ["a.example", "c.example"], "the platform's own need nobody's leave");
        assert_eq!(approved(own, false, domains(&["b.example"])), [""; 0]);
    }

    #[test]
    fn an_approval_is_for_one_issuer() {
        let elsewhere = || ProviderSettingsChange { issuer: Some("https://id.other.example".into()), ..ProviderSettingsChange::default() };
        assert_eq!(approved(Some(place(1)), false, elsewhere()), [""; 0]);
        assert_eq!(approved(Some(place(1)), true, elsewhere()), [""; 0]);
        let named = ProviderSettingsChange { issuer: elsewhere().issuer, ..domains(&["b.example"]) };
        assert_eq!(approved(Some(place(1)), true, named), ["b.example"]);
    }

    #[test]
    fn a_secret_is_for_one_issuer() {
        let before = provider(None);
        let mut after = before.clone();
        assert_eq!(before.keeps_secret_as(&after), Ok(()));
        after.settings.issuer.push('/');
        assert!(before.keeps_secret_as(&after).is_err());
        assert_eq!(IdentityProviderRecord { has_secret: false, ..before }.keeps_secret_as(&after), Ok(()));
    }

    #[test]
    fn a_tenants_own_maps_that_tenant_alone() {
        let mapped = |number| vec![GroupMembership { group: "staff".into(), tenant: place(number), role: MembershipRole::Member }];
        let mapping =
            |tenant: Option<TenantPlace>, number| IdentityProviderRecord { group_memberships: mapped(number), ..provider(tenant) };
        assert_eq!(mapping(Some(place(1)), 1).judge(), Ok(()));
        assert!(mapping(Some(place(1)), 2).judge().is_err());
        assert_eq!(mapping(None, 2).judge(), Ok(()));
    }

    #[test]
    fn a_domain_counts_where_it_is_named_and_approved() {
        let provider = provider(Some(place(1)));
        assert!(provider.speaks_for("a.example"));
        for other in ["b.example", "sub.a.example", "A.example", ""] {
            assert!(!provider.speaks_for(other), "{other}");
        }
    }

    #[test]
    fn what_differs_is_told() {
        let before = provider(None);
        let mut after = before.clone();
        assert_eq!(before.changed(&after), None);
        after.settings.trust_amr = true;
        after.approved_domains.clear();
        assert_eq!(before.changed(&after).as_deref(), Some("trust_amr approved_domains"));
    }
}
