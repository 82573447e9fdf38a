//! Values that many entries have in common, kept once.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::sync::Arc;

use cloakroom_engine::directory::{TenantPlace, TenantPolicy, TenantStatus};
use cloakroom_engine::ids::{ApplicationNumber, PartnerNumber, TenantNumber};
use cloakroom_engine::machine::application::ClientRecord;
use cloakroom_engine::sessions::verdict::Since;
use parking_lot::Mutex;

/// What the sessions of one tenant's people share.
#[derive(PartialEq, Eq, Debug)]
pub(super) struct Ground {
    pub(super) tenant: Option<Since<TenantStatus>>,
    pub(super) tenant_policy: TenantPolicy,
    /// The home tenant of the users.
    pub(super) home: Option<TenantPlace>,
    pub(super) partner: Option<PartnerNumber>,
    pub(super) application: Option<ApplicationNumber>,
}

/// Which sessions share one: their tenant, their users' home, their application.
pub(super) type GroundKey = (Option<TenantNumber>, Option<TenantNumber>, Option<ApplicationNumber>);

/// Beyond so many different ones all are forgotten, and found again one by one: who chooses many user agents only wastes memory that
/// is counted elsewhere.
const AT_MOST: usize = 4096;

#[derive(Default)]
pub(crate) struct Shared {
    grounds: Mutex<HashMap<GroundKey, Arc<Ground>>>,
    texts: Mutex<HashSet<Arc<str>>>,
    clients: Mutex<HashMap<ApplicationNumber, Arc<ClientRecord>>>,
}

impl Shared {
    pub(super) fn ground(&self, key: GroundKey, ground: Ground) -> Arc<Ground> {
        once(&self.grounds, key, Arc::new(ground))
    }

    /// The record that all tokens of an application are remembered with.
    pub(crate) fn client(&self, record: Arc<ClientRecord>) -> Arc<ClientRecord> {
        once(&self.clients, record.number, record)
    }

    pub(super) fn text(&self, text: Arc<str>) -> Arc<str> {
        let mut texts = self.texts.lock();
        if let Some(known) = texts.get(&text) {
            return known.clone();
        }
        if texts.len() >= AT_MOST {
            texts.clear();
        }
        texts.insert(text.clone());
        text
    }
}

/// The value that is kept under `key`, which is this one from now on unless it was.
fn once<K: Hash + Eq, V: PartialEq>(kept: &Mutex<HashMap<K, Arc<V>>>, key: K, value: Arc<V>) -> Arc<V> {
    let mut kept = kept.lock();
    if let Some(known) = kept.get(&key).filter(|known| **known == value) {
        return known.clone();
    }
    if kept.len() >= AT_MOST {
        kept.clear();
    }
    kept.insert(key, value.clone());
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_kept_once_and_not_without_end() {
        let shared = Shared::default();
        let (one, same) = (shared.text("curl".into()), shared.text("curl".into()));
        assert!(Arc::ptr_eq(&one, &same));
        for number in 0..2 * AT_MOST {
            shared.text(number.to_string().into());
        }
        assert!(shared.texts.lock().len() <= AT_MOST);
    }
}
