//! How often one network may ask for what is dear to do: counted before anything is read or done for it.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;

use cloakroom_engine::audit::network;
use governor::clock::{Clock as _, DefaultClock};
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use utoipa::openapi::path::Operation;

/// Networks that are remembered before those that have not asked for a while are forgotten.
const REMEMBERED: usize = 10_000;

/// What may be asked for only so often. Handlers declare it: `extensions(("x-rate" = json!("sign-ins")))`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rate {
    /// Each checks a password.
    SignIns,
    /// Each may send a mail, or try the code of one.
    Resets,
}

/// The extension that declares it.
const RATE: &str = "x-rate";

impl Rate {
    /// What the operation declares.
    ///
    /// # Panics
    /// When it declares what there is not: no server starts, and no test passes, with such a handler.
    #[must_use]
    pub fn of(operation: &Operation) -> Option<Self> {
        match operation.extensions.as_ref()?.get(RATE)?.as_str() {
            Some("sign-ins") => Some(Self::SignIns),
            Some("resets") => Some(Self::Resets),
            other => panic!("{RATE} is sign-ins or resets, not {other:?}"),
        }
    }
}

type Limiter = RateLimiter<IpAddr, HashMapStateStore<IpAddr>, DefaultClock>;

/// The counts of all networks; clones share them.
#[derive(Clone, Debug)]
pub struct Rates(Arc<Quotas>);

#[derive(Debug)]
struct Quotas {
    sign_ins: Option<Limiter>,
    resets: Option<Limiter>,
}

impl Rates {
    /// So many a minute of one network; zero is no limit.
    #[must_use]
    pub fn new(sign_ins: u32, resets: u32) -> Self {
        let limiter = |a_minute| NonZeroU32::new(a_minute).map(|a_minute| RateLimiter::hashmap(Quota::per_minute(a_minute)));
        Self(Arc::new(Quotas { sign_ins: limiter(sign_ins), resets: limiter(resets) }))
    }

    /// Counts one more of a client.
    ///
    /// # Errors
    /// The seconds to wait, where there were too many.
    pub fn count(&self, rate: Rate, client: IpAddr) -> Result<(), u64> {
        let limiter = match rate {
            Rate::SignIns => &self.0.sign_ins,
            Rate::Resets => &self.0.resets,
        };
        let Some(limiter) = limiter else { return Ok(()) };
        if limiter.len() > REMEMBERED {
            limiter.retain_recent();
        }
        let counted = limiter.check_key(&network(client));
        counted.map_err(|refused| refused.wait_time_from(limiter.clock().now()).as_secs() + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(address: &str) -> IpAddr {
        address.parse().unwrap()
    }

    #[test]
    fn each_network_has_its_own_count_of_each_kind() {
        let rates = Rates::new(2, 1);
        let counted = |rate, address| rates.count(rate, at(address));
        assert_eq!([counted(Rate::SignIns, "192.0.2.1"), counted(Rate::SignIns, "192.0.2.2")], [Ok(()), Ok(())]);
        let wait = counted(Rate::SignIns, "192.0.2.3").unwrap_err();
        assert!((1..=31).contains(&wait), "{wait}");
        assert_eq!(counted(Rate::SignIns, "198.51.100.1"), Ok(()));
        assert_eq!(counted(Rate::Resets, "192.0.2.1"), Ok(()));
        assert!(counted(Rate::Resets, "192.0.2.1").is_err());
        assert!((0..100).all(|_| Rates::new(0, 0).count(Rate::SignIns, at("192.0.2.1")).is_ok()));
    }
}
