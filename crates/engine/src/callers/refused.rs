//! Callers who were refused. What a stranger can cause without end is summed in memory, by what was refused and why, by whom it
//! claimed to be of, and by network and minute; the upkeep tells the trail of each sum when its minute is over.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use parking_lot::Mutex;

use crate::audit::{Action, Actor, AuditEntry, AuditResult, RequestOrigin, ResourceKind};
use crate::clock::Timestamp;
use crate::hex::hex;
use crate::ids::TenantNumber;

const MINUTE: i64 = 60_000;

/// Sums held at most, about 400 bytes each. What comes when there are so many is summed without its claim and network.
const MOST: usize = 8192;

/// The network under which refusals of all networks are summed.
const EVERYWHERE: &str = "everywhere";

/// What did not make somebody a caller.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Refused {
    /// A client's secret or assertion.
    Client,
    ApiKey,
    /// An access or refresh token.
    Token,
    /// A caller whom nobody doubts, without the role or the scope.
    Role,
}

impl Refused {
    const fn action(self) -> Action {
        match self {
            Self::Client => Action::ClientRefused,
            Self::ApiKey => Action::ApiKeyRefused,
            Self::Token => Action::TokenRefused,
            Self::Role => Action::RoleRefused,
        }
    }

    const fn resource(self) -> ResourceKind {
        match self {
            Self::Client => ResourceKind::Application,
            Self::ApiKey => ResourceKind::ApiKey,
            Self::Token => ResourceKind::Token,
            Self::Role => ResourceKind::Server,
        }
    }
}

/// Whom a refused caller claimed to be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Claim {
    /// Nobody in particular.
    Nobody,
    /// A name that nobody has, as its keyed fingerprint: it may be a secret that was put into the wrong field.
    Unknown([u8; 16]),
    /// Somebody who exists, by name or public id, and within whose tenant that is told.
    Known(String, Option<TenantNumber>),
}

/// One refusal.
#[derive(Clone, Debug)]
pub(crate) struct RefusedCaller<'o> {
    pub what: Refused,
    pub why: &'static str,
    pub claim: Claim,
    pub origin: &'o RequestOrigin,
    /// Whether it is what time does to honest callers every day: it is then summed over all networks.
    pub is_daily: bool,
}

#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
struct Summed {
    minute: i64,
    what: Refused,
    why: &'static str,
    network: String,
    /// Empty for all that nobody has.
    known: String,
}

#[derive(Clone, Debug)]
struct Sum {
    refusals: u64,
    last: Timestamp,
    /// The last of them.
    origin: RequestOrigin,
    tenant: Option<TenantNumber>,
    /// The first name that nobody has.
    fingerprint: Option<[u8; 16]>,
}

/// Some sums on their way to the trail.
#[derive(Debug)]
pub(crate) struct DueRefusals(Vec<(Summed, Sum)>);

/// What was refused and is not in the trail yet.
pub(crate) struct PendingRefusals {
    sums: Mutex<HashMap<Summed, Sum>>,
    totals: [AtomicU64; 4],
    most: usize,
}

impl Default for PendingRefusals {
    fn default() -> Self {
        Self { sums: Mutex::default(), totals: Default::default(), most: MOST }
    }
}

impl PendingRefusals {
    pub(crate) fn note(&self, refused: RefusedCaller<'_>, now: Timestamp) {
        let RefusedCaller { what, why, claim, origin, is_daily } = refused;
        self.totals[what as usize].fetch_add(1, Relaxed);
        let network = if is_daily { EVERYWHERE.to_owned() } else { origin.network() };
        let (known, tenant, fingerprint) = match claim {
            Claim::Nobody => (String::new(), None, None),
            Claim::Unknown(fingerprint) => (String::new(), None, Some(fingerprint)),
            Claim::Known(name, tenant) => (name, tenant, None),
        };
        let origin = if is_daily { RequestOrigin::default() } else { origin.clone() };
        let key = Summed { minute: now.as_millis().div_euclid(MINUTE), what, why, network, known };
        let sum = Sum { refusals: 1, last: now, origin, tenant, fingerprint };
        let mut sums = self.sums.lock();
        let is_full = sums.len() >= self.most && !sums.contains_key(&key);
        if is_full {
            let key = Summed { network: EVERYWHERE.to_owned(), known: String::new(), ..key };
            add(&mut sums, key, Sum { origin: RequestOrigin::default(), tenant: None, fingerprint: None, ..sum });
        } else {
            add(&mut sums, key, sum);
        }
    }

    /// Takes at most `limit` sums of minutes that are over; of all with `everything`, as at shutdown.
    pub(crate) fn take(&self, now: Timestamp, everything: bool, limit: usize) -> DueRefusals {
        let minute = now.as_millis().div_euclid(MINUTE);
        let mut sums = self.sums.lock();
        let mut due: Vec<Summed> = sums.keys().filter(|key| everything || key.minute != minute).cloned().collect();
        due.sort_unstable();
        due.truncate(limit);
        DueRefusals(due.into_iter().filter_map(|key| sums.remove_entry(&key)).collect())
    }

    /// Takes back what the store did not.
    pub(crate) fn put_back(&self, due: DueRefusals) {
        let mut sums = self.sums.lock();
        for (key, sum) in due.0 {
            add(&mut sums, key, sum);
        }
    }

    /// How many there were since the start.
    pub(crate) fn total(&self, what: Refused) -> u64 {
        self.totals[what as usize].load(Relaxed)
    }
}

fn add(sums: &mut HashMap<Summed, Sum>, key: Summed, sum: Sum) {
    match sums.get_mut(&key) {
        Some(before) => {
            before.refusals += sum.refusals;
            before.last = before.last.max(sum.last);
            before.fingerprint = before.fingerprint.or(sum.fingerprint);
            before.origin = sum.origin;
        }
        None => {
            sums.insert(key, sum);
        }
    }
}

impl DueRefusals {
    pub(crate) fn entries(&self) -> Vec<AuditEntry> {
        self.0.iter().map(|(key, sum)| entry(key, sum)).collect()
    }
}

fn entry(key: &Summed, sum: &Sum) -> AuditEntry {
    let Summed { what, why, network, known, .. } = key;
    let mut entry = AuditEntry::success(sum.last, what.action(), what.resource(), Actor::Stranger, sum.origin.clone());
    entry.result = AuditResult::Refused;
    entry = entry.within(sum.tenant).with("reason", *why).with("network", network.as_str()).with("refusals", sum.refusals.to_string());
    match sum.fingerprint {
        Some(name) => entry.with("name_fingerprint", hex(&name)),
        None if known.is_empty() => entry,
        None => entry.with("claimed", known.as_str()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(address: &str) -> RequestOrigin {
        RequestOrigin { address: address.parse().ok(), ..RequestOrigin::default() }
    }

    fn now(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    fn client(claim: Claim, origin: &RequestOrigin) -> RefusedCaller<'_> {
        RefusedCaller { what: Refused::Client, why: "invalid secret", claim, origin, is_daily: false }
    }

    fn told(due: &DueRefusals) -> Vec<(String, Option<String>)> {
        let fact = |entry: &AuditEntry, name: &str| entry.detail.iter().find(|(fact, _)| *fact == name).map(|(_, value)| value.clone());
        due.entries().iter().map(|entry| (fact(entry, "refusals").unwrap(), fact(entry, "claimed"))).collect()
    }

    #[test]
    fn names_that_nobody_has_share_a_sum_and_known_ones_have_their_own() {
        let refusals = PendingRefusals::default();
        let here = at("192.0.2.7");
        for invented in 0..100 {
            refusals.note(client(Claim::Unknown([invented; 16]), &here), now(1));
        }
        for name in ["shop", "shop", "till"] {
            refusals.note(client(Claim::Known(name.into(), None), &here), now(2));
        }
        assert!(refusals.take(now(59), false, 10).0.is_empty(), "the minute is not over");
        let due = refusals.take(now(60), false, 10);
        assert_eq!(told(&due), [("100".into(), None), ("2".into(), Some("shop".into())), ("1".into(), Some("till".into()))]);
        assert!(refusals.take(now(60), true, 10).0.is_empty(), "told once");
        assert_eq!(refusals.total(Refused::Client), 103);
    }

    #[test]
    fn what_the_store_did_not_take_is_told_later_with_what_came_since() {
        let refusals = PendingRefusals::default();
        refusals.note(client(Claim::Nobody, &at("192.0.2.7")), now(1));
        let due = refusals.take(now(61), false, 10);
        refusals.note(client(Claim::Nobody, &at("192.0.2.8")), now(2));
        refusals.put_back(due);
        assert_eq!(told(&refusals.take(now(61), false, 10)), [("2".into(), None)]);
    }

    #[test]
    fn memory_is_bounded_and_no_refusal_is_lost() {
        let refusals = PendingRefusals { most: 4, ..PendingRefusals::default() };
        for network in 0..100 {
            refusals.note(client(Claim::Nobody, &at(&format!("10.0.{network}.1"))), now(1));
        }
        let mut told = told(&refusals.take(now(61), false, 100));
        told.sort_unstable();
        assert_eq!(told.len(), 5);
        assert_eq!(told.iter().map(|(refusals, _)| refusals.parse::<u64>().unwrap()).sum::<u64>(), 100);
    }

    #[test]
    fn what_happens_to_everybody_is_summed_over_all_networks() {
        let refusals = PendingRefusals::default();
        for network in 0..50 {
            let origin = at(&format!("10.0.{network}.1"));
            refusals.note(RefusedCaller { is_daily: true, what: Refused::Token, ..client(Claim::Nobody, &origin) }, now(1));
        }
        assert_eq!(told(&refusals.take(now(61), false, 100)), [("50".into(), None)]);
    }
}
