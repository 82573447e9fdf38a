//! Which links the server minimised itself. A link without its salt hides what address and user agent were, so each is covered by a
//! range that the server sealed; outside of one, somebody else erased them.

use subtle::ConstantTimeEq;

use super::AuditEntry;
use crate::clock::Timestamp;
use crate::hex::{hex, unhex};
use crate::keys::Keyring;

/// A stretch of the chain that was minimised at once, and by which rule.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MinimisedRange {
    pub first: i64,
    pub last: i64,
    /// Of the last link: the range is one of this chain and of no other.
    pub hash: [u8; 32],
    /// What was from before this was due.
    pub before: Timestamp,
    /// The rule: so many whole days after which addresses go.
    pub days: u32,
}

/// A range as an entry of the trail tells of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ToldRange {
    pub range: MinimisedRange,
    seal: [u8; 32],
}

impl MinimisedRange {
    /// The entry, with what was minimised, by which rule, and the server's seal over both.
    pub(crate) fn tell(&self, keys: &Keyring, entry: AuditEntry) -> AuditEntry {
        let seal = self.seal(keys);
        entry
            .with("first_link", self.first.to_string())
            .with("through_link", self.last.to_string())
            .with("through_hash", hex(&self.hash))
            .with("before_ms", self.before.as_millis().to_string())
            .with("after_days", self.days.to_string())
            .with("seal", hex(&seal))
    }

    fn seal(&self, keys: &Keyring) -> [u8; 32] {
        let numbers = [self.first, self.last, self.before.as_millis(), i64::from(self.days)].map(i64::to_be_bytes);
        keys.audit_seal("minimised", &[&numbers[0], &numbers[1], &numbers[2], &numbers[3], &self.hash])
    }
}

impl ToldRange {
    /// What an entry tells, by the names of its facts; `None` where it tells no range.
    pub fn read<'f>(fact: impl Fn(&str) -> Option<&'f str>) -> Option<Self> {
        let number = |name: &str| fact(name)?.parse::<i64>().ok();
        let range = MinimisedRange {
            first: number("first_link")?,
            last: number("through_link")?,
            hash: unhex(fact("through_hash")?)?,
            before: Timestamp::from_millis(number("before_ms")?),
            days: fact("after_days")?.parse().ok()?,
        };
        Some(Self { range, seal: unhex(fact("seal")?)? })
    }

    fn is_ours(&self, keys: &Keyring) -> bool {
        self.range.seal(keys).ct_eq(&self.seal).into()
    }
}

/// The ranges that the server vouches for, joined where they touch.
#[derive(Debug)]
pub(crate) struct MinimisedRanges(Vec<(i64, i64)>);

impl MinimisedRanges {
    pub(crate) const NONE: Self = Self(Vec::new());

    /// Takes what the server sealed; without keys, what the entries say.
    pub(crate) fn learn(&mut self, told: &[ToldRange], keys: Option<&Keyring>) {
        let ours = told.iter().filter(|told| keys.is_none_or(|keys| told.is_ours(keys)));
        self.0.extend(ours.map(|told| (told.range.first, told.range.last)));
        self.0.sort_unstable();
        let mut joined: Vec<(i64, i64)> = Vec::new();
        for (first, last) in self.0.drain(..) {
            match joined.last_mut() {
                Some(before) if first <= before.1.saturating_add(1) => before.1 = before.1.max(last),
                _ => joined.push((first, last)),
            }
        }
        self.0 = joined;
    }

    pub(crate) fn has(&self, position: i64) -> bool {
        let behind = self.0.partition_point(|(first, _)| *first <= position);
        behind > 0 && self.0[behind - 1].1 >= position
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::{Action, Actor, RequestOrigin, ResourceKind};
    use crate::keys::MasterKey;

    fn keys(byte: u8) -> Keyring {
        Keyring::derive(&MasterKey::from_bytes([byte; 32]))
    }

    fn told(first: i64, last: i64, by: &Keyring) -> ToldRange {
        let range = MinimisedRange { first, last, hash: [9; 32], before: Timestamp::from_millis(86_400_000), days: 90 };
        let blank = AuditEntry::success(
            Timestamp::from_millis(0),
            Action::AuditMinimised,
            ResourceKind::Audit,
            Actor::System("minimiser"),
            RequestOrigin::default(),
        );
        let entry = range.tell(by, blank);
        let fact = |name: &str| entry.detail.iter().find(|(fact, _)| *fact == name).map(|(_, value)| value.as_str());
        let told = ToldRange::read(fact).unwrap();
        assert_eq!(told.range, range);
        told
    }

    #[test]
    fn ranges_are_believed_under_their_key_and_as_they_were_sealed() {
        let mut known = MinimisedRanges::NONE;
        let wider = |told: ToldRange| ToldRange { range: MinimisedRange { last: told.range.last + 1, ..told.range }, ..told };
        known.learn(&[told(1, 5, &keys(2)), wider(told(6, 9, &keys(1)))], Some(&keys(1)));
        assert!((0..12).all(|position| !known.has(position)));
        known.learn(&[told(11, 12, &keys(1)), told(1, 5, &keys(1))], Some(&keys(1)));
        known.learn(&[told(6, 6, &keys(1))], Some(&keys(1)));
        let covered: Vec<i64> = (0..15).filter(|position| known.has(*position)).collect();
        assert_eq!(covered, [1, 2, 3, 4, 5, 6, 11, 12]);
        assert_eq!(known.0.len(), 2, "joined");
    }

    #[test]
    fn without_keys_the_words_of_the_entries_stand() {
        let mut known = MinimisedRanges::NONE;
        known.learn(&[told(1, 5, &keys(2))], None);
        assert!(known.has(3));
    }
}
