//! API keys as they are remembered.

use cloakroom_engine::machine::store::StoredApiKey;

use super::asked_by::allocated;
use super::fact::{Fact, FactKind};

/// Every row that a key, its account and its org were made of.
pub(super) fn rests_on(key: &StoredApiKey) -> [Fact; 3] {
    [
        FactKind::ApiKey.numbered(key.snapshot.api_key.number.0),
        FactKind::ServiceAccount.numbered(key.account.0),
        FactKind::Tenant.numbered(key.org.0),
    ]
}

pub(super) fn bytes(key: &StoredApiKey) -> usize {
    let roles: usize = key.roles.iter().map(|role| role.len() + size_of::<String>()).sum();
    let texts = key.snapshot.api_key.caption.as_ref().map_or(0, String::len) + key.org_code.len();
    allocated(size_of::<StoredApiKey>()) + allocated(texts) + allocated(roles)
}
