//! Login and token rotation: `/user/…` and `/common/…`, whose paths and names match in any case (docs/contracts/user_tokens.md).

mod call;
mod envelope;
mod error;
mod lookup;
mod surface;
mod user;

use axum::Router;
use axum::middleware::from_fn;

pub use self::call::fold_path;
use self::surface::Tokens;
pub use self::surface::UserTokens;
use crate::http::envelope::Bare;
use crate::http::operations::{Operations, operations};
use crate::http::surface::Serving;

/// What the surface serves.
pub fn operations() -> Operations<UserTokens> {
    operations![user::login, user::refresh, user::logout, lookup::lookup, lookup::health_check]
        .nothing_at("/user/{*rest}")
        .nothing_at("/common/{*rest}")
}

/// Its routes.
pub fn routes(serving: &Serving) -> Router {
    operations().mount_all(serving, UserTokens, Bare, || operations().document()).layer(from_fn(call::require_version))
}
