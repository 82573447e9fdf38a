//! API keys as they are remembered, with the account and the org that they stand on.

use std::sync::Arc;

use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::error::StoreError;
use cloakroom_engine::ids::{ApiKeyUid, ServiceAccountNumber};
use cloakroom_engine::machine::store::StoredApiKey;
use cloakroom_engine::machine::verdict::{ApiKeyVerdict, verdict};

use super::allocated;
use super::fact::Fact;
use super::memory::{Key, Known};
use super::sessions::last_bits;
use crate::database::Database;
use crate::machine::api_keys;

/// A key that lives.
#[derive(Clone)]
pub(super) struct KnownApiKey {
    stored: Arc<StoredApiKey>,
    account: ServiceAccountNumber,
}

impl KnownApiKey {
    pub(super) fn rests_on(&self) -> [Fact; 3] {
        let StoredApiKey { snapshot, org, .. } = &*self.stored;
        [Fact::ApiKey(snapshot.api_key.number.0), Fact::ServiceAccount(self.account.0), Fact::Tenant(org.0)]
    }

    pub(super) fn bytes(&self) -> usize {
        let StoredApiKey { snapshot, org_code, roles, .. } = &*self.stored;
        let roles: usize = roles.iter().map(|role| role.len() + size_of::<String>()).sum();
        let texts = snapshot.api_key.caption.as_ref().map_or(0, String::len) + org_code.len();
        allocated(size_of::<StoredApiKey>()) + allocated(texts) + allocated(roles)
    }
}

/// The key of this uid: from memory where it lives at `now`, and else as the database has it.
pub(crate) async fn api_key(store: &Database, uid: ApiKeyUid, now: Timestamp) -> Result<Option<Arc<StoredApiKey>>, StoreError> {
    let (live, key) = (store.live(), Key::ApiKey(last_bits(uid.as_bytes())));
    if let Some(Known::ApiKey(known)) = live.known(store, key).await?
        && known.stored.snapshot.api_key.uid == uid
        && verdict(&known.stored.snapshot, now) == Ok(ApiKeyVerdict::Live)
    {
        live.hit();
        return Ok(Some(known.stored));
    }
    let read_at = live.position();
    let found = store.read_point(|conn, _| Box::pin(api_keys::tied(conn, uid))).await?;
    let Some((stored, account)) = found else { return Ok(None) };
    let stored = Arc::new(stored);
    if live.is_on() && verdict(&stored.snapshot, now) == Ok(ApiKeyVerdict::Live) {
        live.keep(key, Known::ApiKey(KnownApiKey { stored: stored.clone(), account }), read_at);
    }
    Ok(Some(stored))
}
