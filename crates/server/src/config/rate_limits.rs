//! The keys about how much one client may take.

use super::key::section;
use super::sections::Server;

/// Connections of one address where nothing else is set, unless there are fewer than twice as many in all.
const CONNECTIONS_OF_ONE: u64 = 4096;

section! {
    /// How much one network or client may take, so that it leaves room for others. An address of IPv6 stands for its /64; behind
    /// `server.trusted_proxies` the client's forwarded address counts, and the proxies themselves are not limited.
    RateLimits as "rate_limits" {
        /// Sign-ins of one network (/24, /64) a minute; one more is refused with `Retry-After`. 0: as many as there is time for, in turn with other networks.
        sign_ins_per_minute: u64 = 0, within 0 ..= 1_000_000;
        /// Mails asked for, and codes of mails tried, by one network (/24, /64) a minute; one more is refused with `Retry-After`. 0: no limit beside `[mail]`.
        resets_per_minute: u64 = 60, within 0 ..= 1_000_000;
        /// Failures of one client to authenticate from one network (/24, /64) within the window, before further tries from there are refused with `Retry-After`; 0: no limit.
        client_failures: u64 = 10, within 0 ..= 1_000_000;
        /// The same of all clients together.
        client_failures_per_network: u64 = 100, within 0 ..= 1_000_000;
        /// Seconds of that window.
        client_failures_window_seconds: u64 = 60, within 1 ..= 86_400;
        /// Connections of one address open at the same time; one more is closed at once. Not set: half of `server.max_connections`, at most 4096.
        connections_per_address: Option<u64> = None, within 1 ..= 10_000_000;
        /// Requests of one address answered at the same time, until the client has the answer; one more is refused with `Retry-After`. Not set: half of `server.max_in_flight`.
        requests_per_address: Option<u64> = None, within 1 ..= 1_000_000;
        /// Answers of one address that it has not taken; above it the connection of the oldest is closed.
        untaken_answers_per_address: u64 = 512, within 1 ..= 1_000_000;
        /// Requests of one address whose body has not arrived within a quarter of a second; one more is refused with `Retry-After`.
        unfinished_requests_per_address: u64 = 256, within 1 ..= 1_000_000;
        /// Bytes of request bodies of one address held at the same time; above it requests are refused with `Retry-After`.
        body_bytes_per_address: u64 = 33_554_432, within 1024 ..= 68_719_476_736;
    }
}

impl RateLimits {
    /// Requests of one address, where so many may be answered in all.
    #[must_use]
    pub fn requests_of_one(&self, of_all: u64) -> u64 {
        self.requests_per_address.unwrap_or(of_all / 2)
    }

    /// Connections of one address, where so many may be open in all.
    #[must_use]
    pub fn connections_of_one(&self, of_all: u64) -> u64 {
        self.connections_per_address.unwrap_or_else(|| (of_all / 2).clamp(1, CONNECTIONS_OF_ONE))
    }
}

/// What must hold between these keys and the server's.
pub fn check(limits: &RateLimits, server: &Server, refuse: &mut impl FnMut(&str, String)) {
    if limits.body_bytes_per_address < server.max_body_bytes {
        refuse("rate_limits.body_bytes_per_address", "must not be below `server.max_body_bytes`".into());
    }
    if server.max_held_body_bytes < limits.body_bytes_per_address {
        refuse("server.max_held_body_bytes", "must not be below `rate_limits.body_bytes_per_address`".into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_gets_half_of_few_connections_and_a_part_of_many() {
        let limits = RateLimits::default();
        assert_eq!([1, 900, 1_000_000].map(|all| limits.connections_of_one(all)), [1, 450, 4096]);
        assert_eq!(RateLimits { connections_per_address: Some(7), ..limits }.connections_of_one(900), 7);
    }
}
