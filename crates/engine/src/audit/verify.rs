//! Whether the chain is whole, link by link, and what is wrong with the first that is not.

use subtle::ConstantTimeEq;

use super::chain::{BEGINNING, Link, LinkedEntry, Seal, commitment, link};
use super::checkpoint::Checkpoint;
use super::minimised::{MinimisedRanges, ToldRange};
use super::recorded::{RecordedEntry, network_of};
use crate::keys::Keyring;

/// What is wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Breach {
    #[error("the chain has no such link: it was removed")]
    LinkRemoved,
    #[error("its link cannot be read: it was altered")]
    LinkUnreadable,
    #[error("the links are out of order: some were exchanged")]
    OutOfOrder,
    #[error("the entry is gone: it was removed")]
    EntryRemoved,
    #[error("the entry cannot be read: it was altered")]
    EntryUnreadable,
    #[error("the entry or its link is not what was sealed: one of them was altered or exchanged")]
    Altered,
    #[error("the address or the user agent is not what was sealed: it was altered")]
    OriginAltered,
    #[error("no link leads to the entry: it was inserted, or its link was altered or exchanged")]
    Inserted,
    #[error("the server's word for the chain up to here is not the server's: somebody without the master key sealed it anew")]
    NotVouchedFor,
    #[error("the checkpoint is not the server's: somebody without the master key cut the beginning off")]
    CheckpointForged,
    #[error("the address and the user agent were erased, but not by the server")]
    OriginErased,
    #[error("the chain ends without the server's word for it: its end was cut off or sealed by somebody else")]
    EndsUnvouched,
}

/// The first entry that is wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("entry {sequence} (link {position}): {breach}")]
pub struct Broken {
    /// Of the entry; where it is not known, of the last good one and one.
    pub sequence: i64,
    pub position: i64,
    pub breach: Breach,
}

/// Walks the chain. Memory does not grow with it.
pub struct ChainWalk<'k> {
    /// `None`: the server's word is not checked.
    keys: Option<&'k Keyring>,
    position: i64,
    sequence: i64,
    hash: [u8; 32],
    is_vouched: bool,
    /// Hashes that must be met.
    expected: Vec<[u8; 32]>,
    minimised: MinimisedRanges,
    /// Sequence and position of the first links whose salt is gone outside of a range that is known by now.
    erased: Vec<(i64, i64)>,
}

/// One is enough to tell; a few more may yet turn out to have been minimised while the walk went on.
const ERASED_AT_MOST: usize = 1024;

impl<'k> ChainWalk<'k> {
    /// From the beginning. `expected` are heads noted earlier; with `keys` the server's word is checked too.
    pub const fn new(keys: Option<&'k Keyring>, expected: Vec<[u8; 32]>) -> Self {
        Self {
            keys,
            position: 0,
            sequence: i64::MIN,
            hash: BEGINNING,
            is_vouched: true,
            expected,
            minimised: MinimisedRanges::NONE,
            erased: Vec::new(),
        }
    }

    /// From behind a link that is taken as it stands.
    #[must_use]
    pub fn behind(mut self, position: i64, sequence: i64, hash: [u8; 32]) -> Self {
        (self.position, self.sequence, self.hash) = (position, sequence, hash);
        self.meet(hash);
        self
    }

    /// Goes on behind the checkpoint, if the walk has not come so far.
    ///
    /// # Errors
    /// When it is not the server's.
    pub fn begin_behind(&mut self, checkpoint: &Checkpoint) -> Result<(), Broken> {
        let Checkpoint { position, sequence, hash, .. } = *checkpoint;
        if self.keys.is_some_and(|keys| !checkpoint.is_ours(keys)) {
            return Err(Broken { sequence, position, breach: Breach::CheckpointForged });
        }
        if position > self.position {
            (self.position, self.sequence, self.hash, self.is_vouched) = (position, sequence, hash, true);
            self.meet(hash);
        }
        Ok(())
    }

    /// Learns what the trail tells of minimised addresses: before the walk, and once more after it, of what happened meanwhile.
    pub fn learn_minimised(&mut self, told: &[ToldRange]) {
        self.minimised.learn(told, self.keys);
    }

    /// The last good link.
    pub const fn position(&self) -> i64 {
        self.position
    }

    /// The entry of the last good link.
    pub const fn sequence(&self) -> i64 {
        self.sequence
    }

    /// The hash of the last good link.
    pub const fn hash(&self) -> &[u8; 32] {
        &self.hash
    }

    /// Takes the next links in order, and the sequences of all entries from behind the last good one to the last of `links`.
    ///
    /// # Errors
    /// The first that is wrong; the walk is over then.
    pub fn take(&mut self, links: &[Link], standing: &[i64]) -> Result<(), Broken> {
        let mut standing = standing.iter().copied().peekable();
        for next in links {
            let place = self.position + 1;
            if next.position != place {
                return Err(Broken { sequence: self.sequence.saturating_add(1).max(1), position: place, breach: Breach::LinkRemoved });
            }
            if let Some(stray) = standing.next_if(|sequence| *sequence < next.sequence) {
                return Err(Broken { sequence: stray, position: place, breach: Breach::Inserted });
            }
            standing.next_if_eq(&next.sequence);
            self.step(next).map_err(|breach| Broken { sequence: next.sequence, position: place, breach })?;
        }
        Ok(())
    }

    fn step(&mut self, next: &Link) -> Result<(), Breach> {
        let seal = next.seal.as_ref().ok_or(Breach::LinkUnreadable)?;
        if next.sequence <= self.sequence {
            return Err(Breach::OutOfOrder);
        }
        let entry = match &next.entry {
            LinkedEntry::Found(entry) => entry,
            LinkedEntry::Missing => return Err(Breach::EntryRemoved),
            LinkedEntry::Unreadable => return Err(Breach::EntryUnreadable),
        };
        if !is_committed_to(entry, seal) {
            return Err(Breach::OriginAltered);
        }
        if link(&self.hash, next.position, entry, seal.commitment.as_ref()) != seal.hash {
            return Err(Breach::Altered);
        }
        if let (Some(keys), Some(voucher)) = (self.keys, seal.voucher)
            && !bool::from(keys.audit_voucher(next.position, &seal.hash).ct_eq(&voucher))
        {
            return Err(Breach::NotVouchedFor);
        }
        (self.position, self.sequence, self.hash) = (next.position, next.sequence, seal.hash);
        self.is_vouched = seal.voucher.is_some();
        if next.lacks_its_salt() && !self.minimised.has(next.position) && self.erased.len() < ERASED_AT_MOST {
            self.erased.push((next.sequence, next.position));
        }
        self.meet(seal.hash);
        Ok(())
    }

    fn meet(&mut self, hash: [u8; 32]) {
        self.expected.retain(|expected| *expected != hash);
    }

    /// The first address that is gone without the server's word for it, as far as that is known by now.
    pub fn erased_by_others(&self) -> Option<Broken> {
        let (sequence, position) = self.erased.iter().find(|(_, position)| !self.minimised.has(*position)).copied()?;
        Some(Broken { sequence, position, breach: Breach::OriginErased })
    }

    /// After the last link: the heads that were not met.
    ///
    /// # Errors
    /// When the server did not vouch for the last link, or somebody else erased an address.
    pub fn finish(self) -> Result<Vec<[u8; 32]>, Broken> {
        if let Some(broken) = self.erased_by_others() {
            return Err(broken);
        }
        if self.keys.is_some() && !self.is_vouched {
            return Err(Broken { sequence: self.sequence, position: self.position, breach: Breach::EndsUnvouched });
        }
        Ok(self.expected)
    }
}

/// Whether address and user agent are what the seal commits to. Without its salt that is only the network, which the link's hash
/// proves.
fn is_committed_to(entry: &RecordedEntry, seal: &Seal) -> bool {
    let RecordedEntry { address, user_agent, .. } = entry;
    match (seal.commitment, seal.salt) {
        (Some(committed), Some(salt)) => commitment(&salt, address.as_deref(), user_agent.as_deref()) == committed,
        (Some(_), None) => user_agent.is_none() && address.as_deref().is_none_or(|address| network_of(address) == address),
        (None, salt) => salt.is_none() && address.is_none() && user_agent.is_none(),
    }
}
