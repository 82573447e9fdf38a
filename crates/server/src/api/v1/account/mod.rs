//! A user's own account under `/api/v1`: profile, password, consents, and what mails prove.

mod auth;
mod consents;
mod error;
mod me;
mod surface;

use axum::Router;

use self::surface::AccountDesk;
pub use self::surface::OwnAccount;
use crate::http::envelope::Bare;
use crate::http::operations::{Operations, operations};
use crate::http::surface::Serving;

/// What the surface serves.
pub fn operations() -> Operations<OwnAccount> {
    operations![
        me::get,
        me::rename,
        me::change_password,
        consents::list,
        consents::withdraw,
        auth::ask_for_password_reset,
        auth::reset_password,
        auth::ask_for_verification,
        auth::verify_email,
    ]
}

/// Its routes.
pub fn routes(serving: &Serving) -> Router {
    operations().mount_all(serving, OwnAccount, Bare, || operations().document())
}
