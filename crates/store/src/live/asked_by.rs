//! By what entries are asked for.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use cloakroom_engine::ids::ApiKeyUid;
use cloakroom_engine::machine::store::ClientLookup;
use cloakroom_engine::sessions::store::SessionLookup;
use cloakroom_engine::tokens::GrantNumber;

/// By what an entry is asked for. The 64 bits of ids that are random there; the whole id is compared with the entry's.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum AskedBy {
    SessionSecret(u64),
    SessionUid(u64),
    Generation(i64),
    Grant(i64),
    ApiKey(u64),
    ClientId(u64),
    ClientUid(u64),
    Token(u64),
}

impl AskedBy {
    /// `None`: by its number nobody asks often.
    pub(crate) fn session(lookup: &SessionLookup) -> Option<Self> {
        match lookup {
            SessionLookup::Secret(secret) => Some(Self::SessionSecret(secret.lookup() as u64)),
            SessionLookup::Uid(uid) => Some(Self::SessionUid(last_bits(uid.as_bytes()))),
            SessionLookup::Number(_) => None,
        }
    }

    pub(crate) fn client(lookup: &ClientLookup) -> Self {
        match lookup {
            ClientLookup::ClientId(client_id) => {
                let mut hasher = DefaultHasher::new();
                client_id.hash(&mut hasher);
                Self::ClientId(hasher.finish())
            }
            ClientLookup::Uid(uid) => Self::ClientUid(last_bits(uid.as_bytes())),
            ClientLookup::Token(_, token) => Self::Token(last_bits(token)),
        }
    }

    pub(crate) const fn api_key(uid: ApiKeyUid) -> Self {
        Self::ApiKey(last_bits(uid.as_bytes()))
    }

    pub(crate) const fn generation(grant: GrantNumber) -> Self {
        Self::Generation(grant.0)
    }

    pub(crate) const fn grant(grant: GrantNumber) -> Self {
        Self::Grant(grant.0)
    }
}

/// The bits of a time-ordered uid that are random.
const fn last_bits(uid: &[u8; 16]) -> u64 {
    let [.., a, b, c, d, e, f, g, h] = *uid;
    u64::from_be_bytes([a, b, c, d, e, f, g, h])
}

/// What a shared value of so many bytes takes: its two counters, and what the allocator rounds up.
pub(super) const fn allocated(bytes: usize) -> usize {
    let bytes = bytes + 2 * size_of::<usize>();
    (bytes + bytes / 8).next_multiple_of(16)
}
