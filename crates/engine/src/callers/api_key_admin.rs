//! Who may manage the API keys of an org: its owners, and its machines that have their role. The only mint of [`ApiKeyAdmin`] and
//! [`ApiKeyWriter`].

use super::basis::{ApiKeySource, Basis, Source};
use super::org_owner::{OrgOwner, OrgRefusal, OrgWriter, WriteBlocked};
use super::org_standing::takes_changes;
use crate::audit::{Action, Actor, AuditEntry, RequestOrigin, ResourceKind};
use crate::clock::Timestamp;
use crate::cursor::Binding;
use crate::ids::{TenantNumber, TenantUid};
use crate::machine::api_keys::validate::ValidApiKey;
use crate::machine::service_accounts::OWNER_ROLE;

/// An owner of an org, or a machine of it whose key acts as one. It manages keys, and nothing else that is an owner's.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ApiKeyAdmin(Holder);

#[derive(Clone, PartialEq, Eq, Debug)]
enum Holder {
    Owner(OrgOwner),
    Machine(ValidApiKey),
}

/// An [`ApiKeyAdmin`] whose org may be changed: it is verified.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ApiKeyWriter(ApiKeyAdmin);

impl From<OrgOwner> for ApiKeyAdmin {
    fn from(owner: OrgOwner) -> Self {
        Self(Holder::Owner(owner))
    }
}

impl From<OrgWriter> for ApiKeyWriter {
    fn from(owner: OrgWriter) -> Self {
        Self(owner.into_owner().into())
    }
}

impl ApiKeyAdmin {
    /// The bearer of a live key, if the service account has the role of an owner.
    pub(crate) fn of(shown: ValidApiKey) -> Result<Self, OrgRefusal> {
        if shown.roles.iter().any(|role| role == OWNER_ROLE) { Ok(Self(Holder::Machine(shown))) } else { Err(OrgRefusal::NotOwner) }
    }

    pub const fn org(&self) -> TenantNumber {
        match &self.0 {
            Holder::Owner(owner) => owner.org(),
            Holder::Machine(shown) => shown.org,
        }
    }

    pub const fn org_uid(&self) -> TenantUid {
        match &self.0 {
            Holder::Owner(owner) => owner.org_uid(),
            Holder::Machine(shown) => shown.org_uid,
        }
    }

    /// The org's code as it is kept.
    pub fn code(&self) -> &str {
        match &self.0 {
            Holder::Owner(owner) => owner.code(),
            Holder::Machine(shown) => &shown.org_code,
        }
    }

    /// Adds what tells this caller from every other to what the places in a list are bound to.
    pub(crate) fn bind(&self, binding: Binding) -> Binding {
        match &self.0 {
            Holder::Owner(owner) => owner.bind(binding),
            Holder::Machine(shown) => binding.byte(1).bytes(shown.account.as_bytes()),
        }
    }

    /// The trail's line about a change that this caller makes; of a machine, it says by which key.
    pub(crate) fn entry(&self, at: Timestamp, action: Action, resource: ResourceKind, origin: &RequestOrigin) -> AuditEntry {
        match &self.0 {
            Holder::Owner(owner) => AuditEntry::success(at, action, resource, owner.actor(), origin.clone()),
            Holder::Machine(shown) => AuditEntry::success(at, action, resource, Actor::ServiceAccount(shown.account), origin.clone())
                .with("by_api_key_id", shown.uid.to_string()),
        }
    }

    /// What a change rests on: that the caller is still an owner, and the org may be changed.
    pub(crate) fn basis(&self, at: Timestamp) -> Basis {
        match &self.0 {
            Holder::Owner(owner) => owner.basis(at),
            Holder::Machine(shown) => Basis::new(Source::ApiKey(ApiKeySource { api_key: shown.uid }), at),
        }
    }

    /// The same caller, allowed to change what is the org's.
    ///
    /// # Errors
    /// Unless the org is verified.
    pub fn writing(self) -> Result<ApiKeyWriter, WriteBlocked> {
        match self.0 {
            Holder::Owner(owner) => owner.writing().map(ApiKeyWriter::from),
            Holder::Machine(shown) if takes_changes(shown.org_status) => Ok(ApiKeyWriter(Self(Holder::Machine(shown)))),
            Holder::Machine(_) => Err(WriteBlocked),
        }
    }
}

impl std::ops::Deref for ApiKeyWriter {
    type Target = ApiKeyAdmin;

    fn deref(&self) -> &ApiKeyAdmin {
        &self.0
    }
}
