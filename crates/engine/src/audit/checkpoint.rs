//! Where the trail begins after its oldest entries went.

use subtle::ConstantTimeEq;

use crate::clock::Timestamp;
use crate::keys::Keyring;

/// The last link that was let go. Its position is the number of links that are gone; the chain goes on behind its hash.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Checkpoint {
    pub position: i64,
    /// Of its entry.
    pub sequence: i64,
    pub hash: [u8; 32],
    /// When it was made.
    pub at: Timestamp,
    /// `HMAC` under a derived key: nobody without it cuts the beginning off unseen.
    pub seal: [u8; 32],
}

impl Checkpoint {
    pub(crate) fn sealed(keys: &Keyring, (position, sequence, hash): (i64, i64, [u8; 32]), at: Timestamp) -> Self {
        Self { position, sequence, hash, at, seal: seal(keys, position, sequence, &hash, at) }
    }

    pub(crate) fn is_ours(&self, keys: &Keyring) -> bool {
        seal(keys, self.position, self.sequence, &self.hash, self.at).ct_eq(&self.seal).into()
    }
}

fn seal(keys: &Keyring, position: i64, sequence: i64, hash: &[u8; 32], at: Timestamp) -> [u8; 32] {
    let numbers = [position, sequence, at.as_millis()].map(i64::to_be_bytes);
    keys.audit_seal("checkpoint", &[&numbers[0], &numbers[1], &numbers[2], hash])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::MasterKey;

    #[test]
    fn whatever_of_it_is_altered_it_is_not_ours() {
        let keys = |byte| Keyring::derive(&MasterKey::from_bytes([byte; 32]));
        let ours = Checkpoint::sealed(&keys(1), (7, 8, [9; 32]), Timestamp::from_millis(10));
        assert!(ours.is_ours(&keys(1)) && !ours.is_ours(&keys(2)));
        for altered in [
            Checkpoint { position: 8, ..ours },
            Checkpoint { sequence: 9, ..ours },
            Checkpoint { hash: [8; 32], ..ours },
            Checkpoint { at: Timestamp::from_millis(11), ..ours },
            Checkpoint { seal: [0; 32], ..ours },
        ] {
            assert!(!altered.is_ours(&keys(1)), "{altered:?}");
        }
    }
}
