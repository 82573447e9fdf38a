//! The memory itself: entries within a number of bytes. What is asked often stays, whatever is asked once.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

use cloakroom_engine::account::store::Account;
use cloakroom_engine::ids::UserNumber;
use cloakroom_engine::machine::store::StoredApiKey;
use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};

use super::accounts;
use super::api_keys;
use super::asked_by::{AskedBy, allocated};
use super::changes::{Changes, Position};
use super::clients::KnownClient;
use super::grants::KnownGrant;
use super::sessions::KnownSession;

/// What is remembered of one thing that lives.
#[derive(Clone)]
pub(crate) enum Known {
    Session(Arc<KnownSession>),
    Grant(Arc<KnownGrant>),
    ApiKey(Arc<StoredApiKey>),
    Client(Arc<KnownClient>),
    /// Of somebody verified.
    Account(Arc<Account>),
}

impl Known {
    /// Whether nothing that it was made of has changed since it was read.
    pub(super) fn holds(&self, changes: &Changes, read_at: Position) -> bool {
        match self {
            Self::Session(session) => changes.hold(session.rests_on(), read_at),
            Self::Grant(grant) => changes.hold(grant.rests_on(), read_at),
            Self::ApiKey(api_key) => changes.hold(api_keys::rests_on(api_key), read_at),
            Self::Client(client) => changes.hold(client.rests_on(), read_at),
            Self::Account(account) => changes.hold(accounts::rests_on(account), read_at),
        }
    }
}

#[derive(Clone)]
pub(crate) struct Entry {
    pub(super) read_at: Position,
    pub(super) known: Known,
}

impl Entry {
    /// Whose the session is, whether or not it still holds.
    pub(crate) fn user(&self) -> Option<UserNumber> {
        if let Known::Session(session) = &self.known { Some(session.user()) } else { None }
    }
}

/// What an entry takes beside what it points to: twice its place, in a table that has just grown, and half of it again for the traces of
/// what was let go.
const PLACE_BYTES: u64 = (size_of::<(AskedBy, Entry)>() as u64 + 16) * 5 / 2;

#[derive(Clone)]
struct Bytes;

impl Weighter<AskedBy, Entry> for Bytes {
    fn weight(&self, _: &AskedBy, entry: &Entry) -> u64 {
        let pointed_to = match &entry.known {
            Known::Session(session) => allocated(size_of::<KnownSession>()) + session.bytes(),
            Known::Grant(grant) => grant.bytes(),
            Known::ApiKey(key) => api_keys::bytes(key),
            Known::Client(client) => allocated(size_of::<KnownClient>()) + client.bytes(),
            Known::Account(account) => accounts::bytes(account),
        };
        PLACE_BYTES + pointed_to as u64
    }
}

/// How many entries the memory is laid out for: an estimate that decides how much is remembered of what was let go.
const TYPICAL_BYTES: u64 = 512;

pub(super) struct Memory {
    entries: Cache<AskedBy, Entry, Bytes, DefaultHashBuilder, DefaultLifecycle<AskedBy, Entry>>,
    hits: Striped,
}

impl Memory {
    pub(super) fn within(max_bytes: u64) -> Self {
        let options = OptionsBuilder::new()
            .estimated_items_capacity((max_bytes / TYPICAL_BYTES) as usize)
            .weight_capacity(max_bytes)
            .ghost_allocation(0.25)
            .build();
        let options = options.unwrap_or_else(|_| unreachable!("capacity and estimate are given"));
        let entries = Cache::with_options(options, Bytes, DefaultHashBuilder::default(), DefaultLifecycle::default());
        Self { entries, hits: Striped::default() }
    }

    pub(super) fn get(&self, key: AskedBy) -> Option<Entry> {
        self.entries.get(&key)
    }

    pub(super) fn keep(&self, key: AskedBy, entry: Entry) {
        self.entries.insert(key, entry);
    }

    pub(super) fn clear(&self) {
        self.entries.clear();
    }

    pub(super) fn bytes(&self) -> u64 {
        self.entries.weight()
    }

    pub(super) fn entries(&self) -> u64 {
        self.entries.len() as u64
    }

    pub(super) fn hit(&self) {
        self.hits.add();
    }

    pub(super) fn hits(&self) -> u64 {
        self.hits.sum()
    }
}

const STRIPES: usize = 16;

/// A counter that threads move side by side: one for all would travel between the cores with every request.
#[derive(Default)]
struct Striped([Stripe; STRIPES]);

#[derive(Default)]
#[repr(align(64))]
struct Stripe(AtomicU64);

thread_local! {
    static STRIPE: usize = {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        NEXT.fetch_add(1, Relaxed) as usize % STRIPES
    };
}

impl Striped {
    fn add(&self) {
        STRIPE.with(|stripe| self.0[*stripe].0.fetch_add(1, Relaxed));
    }

    fn sum(&self) -> u64 {
        self.0.iter().map(|stripe| stripe.0.load(Relaxed)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::samples;

    #[test]
    fn what_is_counted_for_its_place_is_what_the_memory_takes_when_it_is_full() {
        let memory = Memory::within(4 << 20);
        let read_at = Changes::for_memory_of(4 << 20).position();
        for number in 0..100_000 {
            memory.keep(samples::asked_by(number), Entry { read_at, known: samples::token(number) });
        }
        let (counted, taken) = (memory.entries.len() as u64 * PLACE_BYTES, memory.entries.memory_used().total() as u64);
        assert!(memory.bytes() > 3 << 20, "it is full: {}", memory.bytes());
        assert!(taken <= counted, "{taken} are taken, {counted} counted");
    }
}
