//! The chain of hashes over the trail: what is hashed, and how (docs/audit.md repeats it for other verifiers).
//!
//! Link *n* is `SHA-256(link n-1 ‖ fields)`, before the first one 32 zero bytes. Each field is preceded by its length in eight bytes,
//! most significant first; an absent one is eight bytes of `ff`. Numbers are eight bytes, most significant first. The address and
//! the user agent enter as a salted commitment, `SHA-256(salt ‖ fields)`, and the address's network as itself: so both can be
//! minimised, by dropping the salt with them, and the chain stays whole.

use sha2::{Digest, Sha256};

use super::recorded::{RecordedEntry, network_of};

/// Before the first link.
pub const BEGINNING: [u8; 32] = [0; 32];

/// Tells this encoding from any later one.
const VERSION: &str = "cloakroom audit 1";

/// Where the chain ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ChainHead {
    /// From 1, without gaps.
    pub position: i64,
    /// The entry of that link.
    pub sequence: i64,
    pub hash: [u8; 32],
    /// The server's word for the chain up to here.
    pub voucher: Option<[u8; 32]>,
}

/// What is kept of an entry's seal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Seal {
    /// Of the commitment; gone after minimisation.
    pub salt: Option<[u8; 16]>,
    /// To address and user agent; `None` where the entry had neither.
    pub commitment: Option<[u8; 32]>,
    pub hash: [u8; 32],
    /// `HMAC` under a derived key; the last link of every batch has one.
    pub voucher: Option<[u8; 32]>,
}

/// A link of the chain as it stands, with its entry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Link {
    pub position: i64,
    pub sequence: i64,
    /// `None`: it cannot be read.
    pub seal: Option<Seal>,
    pub entry: LinkedEntry,
}

impl Link {
    /// Whether there was an address or a user agent to commit to, and nobody can prove any more which.
    pub(crate) const fn lacks_its_salt(&self) -> bool {
        matches!(self.seal, Some(Seal { salt: None, commitment: Some(_), .. }))
    }
}

/// What stands where a link points.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LinkedEntry {
    Found(Box<RecordedEntry>),
    Missing,
    /// Some column holds what Cloakroom never writes there.
    Unreadable,
}

/// Hashes fields so that no two splits of them collide.
struct Fields(Sha256);

impl Fields {
    fn after(prefix: &[u8]) -> Self {
        Self(Sha256::new().chain_update(prefix))
    }

    fn bytes(mut self, field: &[u8]) -> Self {
        self.0.update((field.len() as u64).to_be_bytes());
        self.0.update(field);
        self
    }

    fn text(self, field: &str) -> Self {
        self.bytes(field.as_bytes())
    }

    fn number(self, field: i64) -> Self {
        self.bytes(&field.to_be_bytes())
    }

    fn optional(mut self, field: Option<&[u8]>) -> Self {
        match field {
            Some(field) => self.bytes(field),
            None => {
                self.0.update(u64::MAX.to_be_bytes());
                self
            }
        }
    }

    fn optional_text(self, field: Option<&str>) -> Self {
        self.optional(field.map(str::as_bytes))
    }

    fn finish(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}

/// The commitment to an entry's address and user agent.
pub fn commitment(salt: &[u8; 16], address: Option<&str>, user_agent: Option<&str>) -> [u8; 32] {
    Fields::after(salt).optional_text(address).optional_text(user_agent).finish()
}

/// The hash of the link at `position` that follows `previous`.
pub fn link(previous: &[u8; 32], position: i64, entry: &RecordedEntry, commitment: Option<&[u8; 32]>) -> [u8; 32] {
    Fields::after(previous)
        .text(VERSION)
        .number(position)
        .number(entry.sequence)
        .number(entry.at.as_millis())
        .text(&entry.action)
        .text(&entry.result)
        .text(&entry.actor_kind)
        .optional_text(entry.actor_id.as_deref())
        .optional_text(entry.tenant.map(|tenant| tenant.to_string()).as_deref())
        .text(&entry.resource_kind)
        .optional_text(entry.resource_id.as_deref())
        .optional_text(entry.address.as_deref().map(network_of).as_deref())
        .optional_text(entry.request_id.as_deref())
        .text(&entry.detail)
        .optional(commitment.map(<[u8; 32]>::as_slice))
        .finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;

    pub fn entry() -> RecordedEntry {
        RecordedEntry {
            sequence: 7,
            at: Timestamp::from_millis(1_700_000_000_000),
            action: "session.created".into(),
            result: "success".into(),
            actor_kind: "user".into(),
            actor_id: Some("usr_1".into()),
            tenant: None,
            resource_kind: "session".into(),
            resource_id: None,
            address: Some("203.0.113.9".into()),
            user_agent: None,
            request_id: Some("r".into()),
            detail: "{}".into(),
        }
    }

    #[test]
    fn the_encoding_never_changes() {
        // Made by examples/verify_audit_export.py, which shares no code with this.
        let hash = link(&BEGINNING, 3, &entry(), Some(&commitment(&[1; 16], Some("203.0.113.9"), None)));
        let text: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(text, "8825c6f528fcfee758e2d14e2f370176f52a86b3210df977cf0433d567525802");
    }

    #[test]
    fn what_is_absent_is_not_what_is_empty_and_no_split_collides() {
        let hash = |entry: &RecordedEntry| link(&BEGINNING, 1, entry, None);
        let plain = entry();
        let empty = RecordedEntry { resource_id: Some(String::new()), ..entry() };
        assert_ne!(hash(&plain), hash(&empty));
        let left = RecordedEntry { action: "ab".into(), result: "c".into(), ..entry() };
        let right = RecordedEntry { action: "a".into(), result: "bc".into(), ..entry() };
        assert_ne!(hash(&left), hash(&right));
    }

    #[test]
    fn minimising_leaves_the_hash() {
        let minimised = RecordedEntry { address: Some("203.0.113.0/24".into()), ..entry() };
        let elsewhere = RecordedEntry { address: Some("203.0.114.0/24".into()), ..entry() };
        let hash = |entry: &RecordedEntry| link(&BEGINNING, 1, entry, Some(&[5; 32]));
        assert_eq!(hash(&entry()), hash(&minimised));
        assert_ne!(hash(&entry()), hash(&elsewhere), "the network stays proven");
    }
}
