//! User Session Management: `/usm/…`, every route a POST with JSON in and out (docs/contracts/usm.md).

mod api_key;
mod call;
mod callers;
mod doom_reasons;
mod echo;
mod envelope;
mod error;
mod lists;
mod placed_session;
mod protocol;
mod refusals;
mod service_account;
mod session;
mod surface;

use axum::Router;

use self::envelope::Enclosed;
pub use self::surface::Usm;
use self::surface::UsmDesk;
use crate::http::operations::{Operations, operations};
use crate::http::surface::Serving;

/// What the surface serves.
pub fn operations() -> Operations<Usm> {
    operations![
        session::create,
        session::validate,
        session::close,
        session::get,
        session::update,
        session::list,
        session::logout_other_devices,
        session::logout_everywhere,
        service_account::create,
        service_account::list,
        service_account::status,
        api_key::create,
        api_key::list,
        api_key::revoke,
        api_key::revoke_all,
        api_key::revoke_all_org,
        api_key::policy_set,
        api_key::validate,
        protocol::protocol,
    ]
    .nothing_at("/usm")
    .nothing_at("/usm/")
    .nothing_at("/usm/{*rest}")
}

/// Its routes.
pub fn routes(serving: &Serving) -> Router {
    operations().mount_all(serving, Usm, Enclosed { clock: serving.clock.clone() }, || operations().document())
}
