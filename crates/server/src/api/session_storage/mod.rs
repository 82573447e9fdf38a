//! Session storage: `/session-storage/…`, sessions that client applications keep for their owners (docs/contracts/session_storage.md).

mod caller;
mod envelope;
mod error;
mod session;
mod surface;

use axum::Router;
use utoipa_axum::routes;

use self::envelope::BothForms;
pub use self::surface::SessionStorage;
use self::surface::Storage;
use crate::http::operations::{Operations, operations};
use crate::http::surface::Serving;

/// What the surface serves.
pub fn operations() -> Operations<SessionStorage> {
    operations![session::create, session::list, session::get, session::set_expiry, session::set_metadata, session::delete]
        .also("/session-storage/sessions", "storageCreateSessionAtSessions", routes!(session::create))
        .nothing_at("/session-storage/{*rest}")
}

/// Its routes.
pub fn routes(serving: &Serving) -> Router {
    operations().mount_all(serving, SessionStorage, BothForms, || operations().document())
}
