//! The kit that surfaces share. No route and no business rule stands here.

pub mod access_log;
pub mod answer_headers;
pub mod answers;
pub mod bearer;
pub mod body;
pub mod client_address;
pub mod cost;
pub mod course;
pub mod cursor;
pub mod declared;
pub mod detached;
pub mod document;
pub mod fault;
pub mod fields;
pub mod geolocation;
pub mod hang_up;
pub mod header;
pub mod limits;
pub mod operations;
pub mod rates;
pub mod request_id;
pub mod server_clock;
pub mod shares;
pub mod surface;
pub mod time;
pub mod user_agents;

use axum::{Router, middleware::from_fn_with_state};

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

/// Puts around all surfaces what every request gets, outermost first: what every answer says, an id, the client's address, a place until
/// the client has the answer, a log line and its numbers.
/// Call it once, after every route is there: it does not see routes added later.
pub fn wrap(router: Router, kit: Kit) -> Router {
    let router = router
        .layer(from_fn_with_state(kit.observed, access_log::observe))
        .layer(from_fn_with_state(kit.answers, answers::send))
        .layer(from_fn_with_state(kit.trusted_proxies, client_address::resolve))
        .layer(from_fn_with_state(kit.mint_request_id, request_id::assign));
    answer_headers::said_by_all(router, kit.over_tls)
}
