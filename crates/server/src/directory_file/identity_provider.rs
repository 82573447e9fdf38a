//! Identity providers in the file.

use cloakroom_engine::directory::MembershipRole;
use cloakroom_engine::directory::document::{EntryError, IdentityProviderEntry};
use cloakroom_engine::directory::identity_provider::{GroupMembership, ProviderSettingsChange};
use cloakroom_engine::secret::ClientSecret;
use serde::Deserialize;

use super::file::At;
use crate::config::Secret;
use crate::http::declared::web_address::{NO_ADDRESS, is_readable};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct IdentityProvider {
    code: String,
    name: Option<String>,
    tenant: Option<String>,
    issuer: Option<String>,
    client_id: Option<String>,
    client_secret: Option<Secret>,
    scopes: Option<Vec<String>>,
    domains: Option<Vec<String>>,
    username_claim: Option<String>,
    name_claim: Option<String>,
    groups_claim: Option<String>,
    group_memberships: Option<Vec<Mapping>>,
    create_users: Option<bool>,
    link_by_verified_email: Option<bool>,
    trust_amr: Option<bool>,
    exchange_audiences: Option<Vec<String>>,
    status: Option<String>,
}

/// What people of a group are members of.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mapping {
    group: String,
    tenant: String,
    role: Option<String>,
}

impl IdentityProvider {
    pub(super) fn read(self, index: usize) -> Result<IdentityProviderEntry, EntryError> {
        let at = At { section: "identity_providers", index, name: &self.code };
        at.each("issuer", self.issuer.as_ref().map(std::slice::from_ref), is_readable, NO_ADDRESS)?;
        let mapping = |mapping: &Mapping| {
            let role = at.word("group_memberships", mapping.role.as_ref())?.unwrap_or(MembershipRole::Member);
            Ok(GroupMembership { group: mapping.group.clone(), tenant: mapping.tenant.clone(), role })
        };
        let mappings = self.group_memberships.as_ref().map(|all| all.iter().map(mapping).collect::<Result<_, EntryError>>());
        let (group_memberships, status) = (mappings.transpose()?, at.word("status", self.status.as_ref())?);
        Ok(IdentityProviderEntry {
            group_memberships,
            status,
            tenant: self.tenant,
            settings: ProviderSettingsChange {
                name: self.name,
                issuer: self.issuer,
                client_id: self.client_id,
                scopes: self.scopes,
                domains: self.domains,
                username_claim: self.username_claim,
                name_claim: self.name_claim,
                create_users: self.create_users,
                link_by_verified_email: self.link_by_verified_email,
                trust_amr: self.trust_amr,
                exchange_audiences: self.exchange_audiences,
                groups_claim: self.groups_claim.into(),
            },
            client_secret: self.client_secret.map(|secret| ClientSecret::new(secret.reveal().to_owned())),
            code: self.code,
        })
    }
}
