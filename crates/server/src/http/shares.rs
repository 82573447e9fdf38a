//! What there is only so much of, shared by the addresses of clients: so much in total, and so much of one address.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::net::IpAddr;
use std::sync::Arc;

use cloakroom_engine::audit::network;
use parking_lot::Mutex;

/// Whom a limit per address counts as one: an IPv4 address, or a /64 of IPv6, since a client has all of that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted(IpAddr);

/// As one number, which takes a third of the time of hashing it as an enum of bytes.
impl Hash for Counted {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self.0 {
            IpAddr::V4(address) => state.write_u32(address.to_bits()),
            IpAddr::V6(address) => state.write_u128(address.to_bits()),
        }
    }
}

impl Counted {
    #[must_use]
    pub fn of(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            address @ IpAddr::V6(_) => network(address),
            address @ IpAddr::V4(_) => address,
        })
    }
}

/// What is shared; clones share it.
#[derive(Clone, Debug)]
pub struct Shares(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    all: u64,
    of_one: u64,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    all: u64,
    of: HashMap<Counted, u64>,
}

/// Why nothing more is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Full {
    /// Everybody together has all that there is.
    Everywhere,
    /// This address has as much as one may have.
    OfOne,
}

/// A part of it, given back when dropped.
#[derive(Debug)]
pub struct Share {
    from: Arc<Inner>,
    whose: Option<Counted>,
    amount: u64,
}

impl Shares {
    /// So much in total, and so much of one address.
    #[must_use]
    pub fn new(all: u64, of_one: u64) -> Self {
        Self(Arc::new(Inner { all, of_one, taken: Mutex::default() }))
    }

    /// Takes a part for an address; without one, only the total is a limit.
    ///
    /// # Errors
    /// When there is no more.
    pub fn take(&self, whose: Option<Counted>, amount: u64) -> Result<Share, Full> {
        self.take_within(whose, amount, |limit| limit)
    }

    /// A part of nothing yet, which can grow.
    #[must_use]
    pub fn nothing(&self, whose: Option<Counted>) -> Share {
        Share { from: Arc::clone(&self.0), whose, amount: 0 }
    }

    /// As [`Self::take`], and leaves an eighth of everything to others.
    ///
    /// # Errors
    /// When there is no more but that.
    pub fn take_but_an_eighth(&self, whose: Option<Counted>, amount: u64) -> Result<Share, Full> {
        self.take_within(whose, amount, but_an_eighth)
    }

    fn take_within(&self, whose: Option<Counted>, amount: u64, part: fn(u64) -> u64) -> Result<Share, Full> {
        let mut share = self.nothing(whose);
        share.grow_within(amount, part)?;
        Ok(share)
    }

    /// Whether somebody could take one more and leave an eighth.
    #[must_use]
    pub fn has_more_than_an_eighth(&self) -> bool {
        self.taken() < but_an_eighth(self.0.all)
    }

    /// How much is taken.
    #[must_use]
    pub fn taken(&self) -> u64 {
        self.0.taken.lock().all
    }
}

fn but_an_eighth(limit: u64) -> u64 {
    limit - limit / 8
}

impl Share {
    /// Takes more.
    ///
    /// # Errors
    /// When there is no more; what the share had it keeps.
    pub fn grow(&mut self, by: u64) -> Result<(), Full> {
        self.grow_within(by, |limit| limit)
    }

    fn grow_within(&mut self, by: u64, part: fn(u64) -> u64) -> Result<(), Full> {
        let mut taken = self.from.taken.lock();
        let all = taken.all.checked_add(by).filter(|all| *all <= part(self.from.all)).ok_or(Full::Everywhere)?;
        if let Some(whose) = self.whose {
            let one = taken.of.get(&whose).copied().unwrap_or_default().saturating_add(by);
            if one > part(self.from.of_one) {
                return Err(Full::OfOne);
            }
            if by > 0 {
                taken.of.insert(whose, one);
            }
        }
        taken.all = all;
        self.amount += by;
        Ok(())
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        if self.amount == 0 {
            return;
        }
        let mut taken = self.from.taken.lock();
        taken.all -= self.amount;
        let Some(whose) = self.whose else { return };
        // Addresses without a part are forgotten, so that nobody fills the table by coming from many.
        if let Some(one) = taken.of.get_mut(&whose) {
            *one -= self.amount;
            if *one == 0 {
                taken.of.remove(&whose);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whose(address: &str) -> Option<Counted> {
        Some(Counted::of(address.parse().unwrap()))
    }

    #[test]
    fn one_address_leaves_room_for_others_and_all_together_have_an_end() {
        let shares = Shares::new(10, 6);
        let mut first = shares.take(whose("192.0.2.1"), 4).unwrap();
        assert_eq!(shares.take(whose("192.0.2.1"), 3).unwrap_err(), Full::OfOne);
        first.grow(2).unwrap();
        assert_eq!(first.grow(1), Err(Full::OfOne));
        let second = shares.take(whose("192.0.2.2"), 3).unwrap();
        assert_eq!(shares.take(whose("192.0.2.3"), 2).unwrap_err(), Full::Everywhere);
        let exempt = shares.take(None, 1).unwrap();
        assert_eq!((shares.take(None, 1).unwrap_err(), shares.taken()), (Full::Everywhere, 10));
        drop((first, second, exempt));
        assert_eq!((shares.taken(), shares.0.taken.lock().of.len()), (0, 0));
    }

    #[test]
    fn an_eighth_is_left_to_those_that_may_have_it() {
        let shares = Shares::new(16, 8);
        let _most = shares.take_but_an_eighth(whose("192.0.2.1"), 7).unwrap();
        assert_eq!(shares.take_but_an_eighth(whose("192.0.2.1"), 1).unwrap_err(), Full::OfOne);
        let _last = shares.take(whose("192.0.2.1"), 1).unwrap();
        let _others = shares.take_but_an_eighth(whose("192.0.2.2"), 6).unwrap();
        assert!(!shares.has_more_than_an_eighth());
        assert_eq!(shares.take_but_an_eighth(whose("192.0.2.3"), 1).unwrap_err(), Full::Everywhere);
        assert!(shares.take(whose("192.0.2.3"), 2).is_ok());
    }

    #[test]
    fn a_network_of_ipv6_counts_as_one_and_dressed_ipv4_as_itself() {
        assert_eq!(whose("2001:db8::1"), whose("2001:db8::ffff:1"));
        assert_ne!(whose("2001:db8::1"), whose("2001:db8:0:1::1"));
        assert_eq!(whose("::ffff:192.0.2.1"), whose("192.0.2.1"));
    }
}
