//! How many connections and how much of bodies there may be, from the settings and what the system allows.

use std::time::Duration;

use rustix::process::{Resource, getrlimit};

use super::assemble::whole;
use crate::config::Config;
use crate::http::answers::Answers;
use crate::http::body::{Bodies, BodyLimits};
use crate::http::client_address::TrustedProxies;
use crate::http::places::{InFlight, Streams};
use crate::http::rates::Rates;
use crate::http::shares::Shares;
use crate::listen::ConnectionLimits;

/// Descriptors for everything but clients: files and connections of the database, pipes, sockets that listen.
const OWN_DESCRIPTORS: u64 = 128;

/// Within this a body costs its address nothing.
const MOMENT: Duration = Duration::from_millis(250);

/// Where the system sets no limit.
const MOST_CONNECTIONS: u64 = 1_000_000;

/// The connections that the settings allow, else as many as there are descriptors for.
pub fn connections(config: &Config) -> ConnectionLimits {
    let all = config.server.max_connections.unwrap_or_else(|| for_clients(getrlimit(Resource::Nofile).current));
    ConnectionLimits { all, of_one: config.rate_limits.connections_of_one(all), trusted: trusted_proxies(config) }
}

/// Whose word about a client's address counts.
pub fn trusted_proxies(config: &Config) -> TrustedProxies {
    TrustedProxies::new(config.server.trusted_proxies.iter().map(|network| network.0))
}

/// So many of the descriptors are for clients.
fn for_clients(descriptors: Option<u64>) -> u64 {
    descriptors.map_or(MOST_CONNECTIONS, |all| all.saturating_sub(OWN_DESCRIPTORS.min(all / 2)).clamp(1, MOST_CONNECTIONS))
}

/// The places of requests.
pub fn in_flight(config: &Config) -> InFlight {
    let most = config.server.max_in_flight;
    InFlight::new(most, config.rate_limits.requests_of_one(most))
}

/// The places of answers that go on for long; one address has half of them at most.
pub fn streams(config: &Config) -> Streams {
    let most = config.server.max_streams;
    Streams { places: InFlight::new(most, most.div_ceil(2)), longest: Duration::from_secs(config.server.stream_timeout_seconds) }
}

/// How often one network may ask.
pub fn rates(config: &Config) -> Rates {
    Rates::new(whole(config.rate_limits.sign_ins_per_minute), whole(config.rate_limits.resets_per_minute))
}

/// How answers are handed on.
pub fn answers(config: &Config) -> Answers {
    Answers::new(config.server.answer_timeout(), config.rate_limits.untaken_answers_per_address)
}

/// How bodies are read.
pub fn bodies(config: &Config) -> Bodies {
    let (server, limits) = (&config.server, &config.rate_limits);
    Bodies {
        limits: BodyLimits {
            max_bytes: server.body_limit(),
            timeout: server.request_timeout(),
            moment: MOMENT.min(server.body_timeout()),
            grace: server.body_timeout(),
            bytes_per_second: server.body_bytes_per_second,
        },
        bytes: Shares::new(server.max_held_body_bytes, limits.body_bytes_per_address),
        unfinished: Shares::new(u64::MAX, limits.unfinished_requests_per_address),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_leave_descriptors_for_the_server_itself() {
        let limits = [Some(1024), Some(100), Some(1), Some(u64::MAX), None];
        assert_eq!(limits.map(for_clients), [896, 50, 1, MOST_CONNECTIONS, MOST_CONNECTIONS]);
    }
}
