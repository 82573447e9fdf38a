//! API keys as they are remembered, with the account and the org that they stand on.

use std::sync::Arc;

use cloakroom_engine::ids::ServiceAccountNumber;
use cloakroom_engine::machine::store::StoredApiKey;

use super::asked_by::allocated;
use super::fact::{Fact, FactKind};

/// A key that lives.
#[derive(Clone)]
pub(crate) struct KnownApiKey {
    pub(crate) stored: Arc<StoredApiKey>,
    pub(crate) account: ServiceAccountNumber,
}

impl KnownApiKey {
    pub(super) fn rests_on(&self) -> [Fact; 3] {
        let StoredApiKey { snapshot, org, .. } = &*self.stored;
        [
            FactKind::ApiKey.numbered(snapshot.api_key.number.0),
            FactKind::ServiceAccount.numbered(self.account.0),
            FactKind::Tenant.numbered(org.0),
        ]
    }

    pub(super) fn bytes(&self) -> usize {
        let StoredApiKey { snapshot, org_code, roles, .. } = &*self.stored;
        let roles: usize = roles.iter().map(|role| role.len() + size_of::<String>()).sum();
        let texts = snapshot.api_key.caption.as_ref().map_or(0, String::len) + org_code.len();
        allocated(size_of::<StoredApiKey>()) + allocated(texts) + allocated(roles)
    }
}
