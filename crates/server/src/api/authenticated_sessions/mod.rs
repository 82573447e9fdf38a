//! Authenticated sessions, for operators: `/api/admin/v1/authenticated-sessions/…` (docs/contracts/authenticated_sessions.md).

mod caller;
mod error;
mod paging;
mod session;
mod surface;
mod user;

use axum::Router;

use self::surface::Authenticated;
pub use self::surface::AuthenticatedSessions;
use crate::http::envelope::Bare;
use crate::http::operations::{Operations, operations};
use crate::http::surface::Serving;

/// What the surface serves.
pub fn operations() -> Operations<AuthenticatedSessions> {
    operations![user::list, session::list, session::revoke]
}

/// Its routes.
pub fn routes(serving: &Serving) -> Router {
    operations().mount_all(serving, AuthenticatedSessions, Bare, || operations().document())
}
