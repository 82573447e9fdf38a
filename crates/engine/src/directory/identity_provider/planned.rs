//! An identity provider of a directory file on its way into the store.

use subtle::ConstantTimeEq as _;

use super::{IdentityProviderChange, IdentityProviderStatus, NewIdentityProvider, ProviderSettings};
use crate::clock::Timestamp;
use crate::directory::document::IdentityProviderEntry;
use crate::directory::plan::{Planned, PlannedIdentityProvider};
use crate::directory::{ascii_domain, canonical_org_code, canonical_provider_code};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::IdentityProviderUid;
use crate::secret::{ClientSecret, Passcode};

impl Engine {
    /// Seals only the secrets that differ from those that are there: a restart writes nothing.
    pub(in crate::directory) async fn plan_provider(
        &self,
        (index, entry): (usize, IdentityProviderEntry),
        at: Timestamp,
    ) -> Result<PlannedIdentityProvider, EngineError> {
        let uid = IdentityProviderUid::mint(at, &*self.entropy)?;
        let secret = match (&entry.client_secret, &entry.settings.issuer) {
            (Some(secret), Some(issuer)) if !self.has_provider_secret(&entry.code, issuer, secret).await? => {
                Some(self.seal_provider_secret(issuer, secret)?)
            }
            _ => None,
        };
        let (new, change) = values(entry);
        Ok(PlannedIdentityProvider { planned: Planned { index, uid, new, change }, secret })
    }

    async fn has_provider_secret(&self, code: &str, issuer: &str, secret: &ClientSecret) -> Result<bool, EngineError> {
        let Some(stored) = self.store.identity_provider_called(code).await? else { return Ok(false) };
        // What does not open is replaced by what the file says.
        let kept = self.provider_secret(&stored).ok().flatten();
        Ok(stored.provider.settings.issuer == issuer && kept.is_some_and(|kept| kept.expose().ct_eq(secret.expose()).into()))
    }
}

fn values(entry: IdentityProviderEntry) -> (NewIdentityProvider<String>, IdentityProviderChange<String>) {
    let IdentityProviderEntry { code, tenant, settings, group_memberships, status, .. } = entry;
    let unnamed = ProviderSettings { name: code.clone(), ..ProviderSettings::default() };
    let new = NewIdentityProvider {
        code,
        tenant,
        settings: settings.over(&unnamed),
        group_memberships: group_memberships.clone().unwrap_or_default(),
        status: status.unwrap_or(IdentityProviderStatus::Active),
    };
    (new, IdentityProviderChange { settings, group_memberships, status })
}

/// Puts the names of an entry in the form in which they are kept.
pub(in crate::directory) fn canonical_provider(entry: &mut IdentityProviderEntry) -> Result<(), String> {
    let code = canonical_provider_code(&entry.code);
    entry.code = code.ok_or("code must have 1 to 64 lower-case letters, digits and hyphens")?;
    let org_code = |code: &str| canonical_org_code(code).ok_or("a tenant code must be 1 to 64 characters without spaces");
    entry.tenant = entry.tenant.take().map(|code| org_code(&code)).transpose()?;
    for mapped in entry.group_memberships.iter_mut().flatten() {
        mapped.tenant = org_code(&mapped.tenant)?;
    }
    for domain in entry.settings.domains.iter_mut().flatten() {
        *domain = ascii_domain(domain).ok_or_else(|| format!("domains: {domain:?} is no name of a domain"))?;
    }
    if entry.client_secret.as_ref().is_some_and(|secret| secret.is_empty() || secret.len() > Passcode::MAX_BYTES) {
        return Err(format!("client_secret must be 1 to {} bytes", Passcode::MAX_BYTES));
    }
    if entry.client_secret.is_some() && entry.settings.issuer.is_none() {
        return Err("client_secret goes with the issuer that it is for: name that, too".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::MembershipRole;
    use crate::directory::identity_provider::{GroupMembership, ProviderSettingsChange};

    fn entry(code: &str) -> IdentityProviderEntry {
        IdentityProviderEntry { code: code.into(), ..IdentityProviderEntry::default() }
    }

    #[test]
    fn names_are_kept_in_one_form() {
        let group = GroupMembership { group: "Staff".into(), tenant: "acme ".into(), role: MembershipRole::Member };
        let domains = Some(vec!["M\u{fc}nchen.example".into()]);
        let settings = ProviderSettingsChange { domains, ..ProviderSettingsChange::default() };
        let mut wanted =
            IdentityProviderEntry { tenant: Some("acme".into()), group_memberships: Some(vec![group]), settings, ..entry("acme-1") };
        canonical_provider(&mut wanted).unwrap();
        assert_eq!((wanted.tenant.as_deref(), wanted.settings.domains), (Some("ACME"), Some(vec!["xn--mnchen-3ya.example".into()])));
        assert_eq!(wanted.group_memberships.unwrap()[0].tenant, "ACME");
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let refused = |mut wanted: IdentityProviderEntry| canonical_provider(&mut wanted).unwrap_err();
        assert!(refused(entry("Acme")).starts_with("code "));
        let secret = |text: &str| IdentityProviderEntry { client_secret: Some(ClientSecret::new(text.into())), ..entry("acme") };
        assert!(refused(secret("")).contains("1 to"));
        assert!(refused(secret("hunter2")).contains("issuer") && !refused(secret("hunter2")).contains("hunter2"));
        let domains = Some(vec!["a b".into()]);
        let settings = ProviderSettingsChange { domains, ..ProviderSettingsChange::default() };
        assert!(refused(IdentityProviderEntry { settings, ..entry("acme") }).starts_with("domains"));
    }

    #[test]
    fn a_new_one_is_called_by_its_code_and_is_active() {
        let (new, change) = values(entry("acme"));
        assert_eq!((new.settings.name.as_str(), new.status), ("acme", IdentityProviderStatus::Active));
        assert_eq!((change.settings.name, change.status), (None, None));
    }
}
