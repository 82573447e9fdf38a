//! The kit that surfaces share. No route and no business rule stands here.

pub mod access_log;
pub mod address_filter;
pub mod answers;
pub mod arrival;
pub mod bearer;
pub mod body;
pub mod client_address;
pub mod cost;
pub mod course;
pub mod cursor;
pub mod deadline;
pub mod declared;
pub mod detached;
pub mod document;
pub mod envelope;
pub mod fault;
pub mod fields;
pub mod front;
pub mod geolocation;
pub mod hang_up;
pub mod header;
pub mod limits;
pub mod operations;
pub mod panics;
pub mod places;
pub mod rates;
pub mod readiness;
pub mod request_id;
pub mod server_clock;
pub mod shares;
pub mod surface;
pub mod time;
pub mod user_agents;

pub use self::front::{Front, wrap};

/// What [`wrap`] needs.
#[derive(Clone)]
pub struct Kit {
    /// Mints an id for a request that brought none.
    pub mint_request_id: request_id::Mint,
    /// The networks of the proxies whose forwarded client addresses count.
    pub trusted_proxies: client_address::TrustedProxies,
    /// The answers on their way.
    pub answers: answers::Answers,
    /// Where every request is counted, and has its line.
    pub observed: access_log::Observed,
    /// Whether this process itself speaks TLS to clients.
    pub over_tls: bool,
}
