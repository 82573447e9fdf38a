//! How often somebody may fail to prove to be a client, from one network, within a window.

use std::collections::HashMap;

use parking_lot::Mutex;

use crate::clock::{Span, Timestamp};
use crate::policy::AttemptPolicy;

/// Counts held at most, about 100 bytes each. What comes when there are so many is not counted: whoever owns that many networks must
/// not be able to refuse everybody else, and guesses nothing of 256 random bits.
const MOST: usize = 65_536;

/// Whose failures are counted: of one claimed name from a network, or of all names from it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Counted {
    claimed: Option<[u8; 16]>,
    network: String,
}

#[derive(Clone, Copy, Debug)]
struct Window {
    begun: Timestamp,
    failures: u32,
}

/// Failures of the windows that are open.
pub(crate) struct FailedAttempts {
    windows: Mutex<HashMap<Counted, Window>>,
    most: usize,
}

impl Default for FailedAttempts {
    fn default() -> Self {
        Self { windows: Mutex::default(), most: MOST }
    }
}

impl FailedAttempts {
    /// How long to wait, if there were too many.
    pub(crate) fn wait(&self, claimed: [u8; 16], network: &str, policy: &AttemptPolicy, now: Timestamp) -> Option<Span> {
        let windows = self.windows.lock();
        let limits = limits(claimed, network, policy);
        let waits = limits.iter().filter(|(_, limit)| *limit > 0).filter_map(|(key, limit)| {
            let window = windows.get(key)?;
            let ends = window.begun.plus(policy.window());
            (window.failures >= *limit && ends > now).then(|| ends.since(now))
        });
        waits.max_by_key(|wait| wait.as_millis())
    }

    /// Counts one more.
    pub(crate) fn count(&self, claimed: [u8; 16], network: &str, policy: &AttemptPolicy, now: Timestamp) {
        let mut windows = self.windows.lock();
        let is_over = |window: &Window| window.begun.plus(policy.window()) <= now || window.begun > now;
        for (key, _) in limits(claimed, network, policy) {
            if windows.len() >= self.most && !windows.contains_key(&key) {
                windows.retain(|_, window| !is_over(window));
            }
            if windows.len() >= self.most && !windows.contains_key(&key) {
                continue;
            }
            let window = windows.entry(key).or_insert(Window { begun: now, failures: 0 });
            if is_over(window) {
                *window = Window { begun: now, failures: 0 };
            }
            window.failures = window.failures.saturating_add(1);
        }
    }
}

fn limits(claimed: [u8; 16], network: &str, policy: &AttemptPolicy) -> [(Counted, u32); 2] {
    let key = |claimed| Counted { claimed, network: network.to_owned() };
    [(key(Some(claimed)), policy.client_failures), (key(None), policy.client_failures_per_network)]
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: AttemptPolicy = AttemptPolicy { client_failures: 3, client_failures_per_network: 5, window_seconds: 60 };
    const SHOP: [u8; 16] = [1; 16];

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    #[test]
    fn a_name_waits_for_its_network_until_the_window_is_over() {
        let attempts = FailedAttempts::default();
        for second in 0..3 {
            assert_eq!(attempts.wait(SHOP, "a", &POLICY, at(second)), None);
            attempts.count(SHOP, "a", &POLICY, at(second));
        }
        assert_eq!(attempts.wait(SHOP, "a", &POLICY, at(10)), Some(Span::from_seconds(50)));
        assert_eq!(attempts.wait(SHOP, "b", &POLICY, at(10)), None, "another network");
        assert_eq!(attempts.wait([2; 16], "a", &POLICY, at(10)), None, "another name");
        assert_eq!(attempts.wait(SHOP, "a", &POLICY, at(60)), None);
    }

    #[test]
    fn many_names_together_are_limited_too() {
        let attempts = FailedAttempts::default();
        for name in 0..5 {
            attempts.count([name; 16], "a", &POLICY, at(0));
        }
        assert!(attempts.wait([99; 16], "a", &POLICY, at(1)).is_some());
        assert_eq!(attempts.wait([99; 16], "b", &POLICY, at(1)), None);
    }

    #[test]
    fn zero_switches_a_limit_off() {
        let off = AttemptPolicy { client_failures: 0, client_failures_per_network: 0, ..POLICY };
        let attempts = FailedAttempts::default();
        for _ in 0..100 {
            attempts.count(SHOP, "a", &off, at(0));
        }
        assert_eq!(attempts.wait(SHOP, "a", &off, at(0)), None);
    }

    #[test]
    fn memory_is_bounded_and_who_has_many_networks_refuses_nobody_else() {
        let attempts = FailedAttempts { most: 8, ..FailedAttempts::default() };
        for network in 0..50 {
            attempts.count(SHOP, &format!("n{network}"), &POLICY, at(0));
        }
        assert_eq!(attempts.windows.lock().len(), 8);
        assert_eq!(attempts.wait(SHOP, "elsewhere", &POLICY, at(1)), None);
        for _ in 0..3 {
            attempts.count(SHOP, "later", &POLICY, at(61));
        }
        assert!(attempts.wait(SHOP, "later", &POLICY, at(61)).is_some(), "windows that are over make room");
    }
}
