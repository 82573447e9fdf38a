//! By what entries are asked for.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use cloakroom_engine::ids::{ApiKeyUid, UserNumber};
use cloakroom_engine::machine::store::ClientLookup;
use cloakroom_engine::sessions::store::SessionLookup;
use cloakroom_engine::tokens::GrantNumber;

/// The name that an entry is asked for by, in 64 bits. Two things may share it: what is found is compared with what is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct AskedBy(u64);

/// What names it.
#[derive(Clone, Copy)]
#[repr(u64)]
enum By {
    SessionSecret = 1,
    SessionUid,
    Grant,
    ApiKey,
    ClientId,
    ClientUid,
    Token,
    Account,
}

impl AskedBy {
    /// The kinds lie far apart, wherever the bits count up.
    const fn of(by: By, bits: u64) -> Self {
        Self(bits ^ (by as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    /// `None`: by its number nobody asks often.
    pub(crate) fn session(lookup: &SessionLookup) -> Option<Self> {
        match lookup {
            SessionLookup::Secret(secret) => Some(Self::of(By::SessionSecret, secret.lookup() as u64)),
            SessionLookup::Uid(uid) => Some(Self::of(By::SessionUid, last_bits(uid.as_bytes()))),
            SessionLookup::Number(_) => None,
        }
    }

    pub(crate) fn client(lookup: &ClientLookup) -> Self {
        match lookup {
            ClientLookup::ClientId(client_id) => {
                let mut hasher = DefaultHasher::new();
                client_id.hash(&mut hasher);
                Self::of(By::ClientId, hasher.finish())
            }
            ClientLookup::Uid(uid) => Self::of(By::ClientUid, last_bits(uid.as_bytes())),
            ClientLookup::Token(_, token) => Self::of(By::Token, last_bits(token)),
        }
    }

    pub(crate) const fn api_key(uid: ApiKeyUid) -> Self {
        Self::of(By::ApiKey, last_bits(uid.as_bytes()))
    }

    pub(crate) const fn account(user: UserNumber) -> Self {
        Self::of(By::Account, user.0 as u64)
    }

    pub(crate) const fn grant(grant: GrantNumber) -> Self {
        Self::of(By::Grant, grant.0 as u64)
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
