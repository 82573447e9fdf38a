//! The sessions API, fourteen endpoints: `/api/v1/…` (docs/contracts/v1_sessions.md). A user's own sessions under `me`, those of others
//! under `tenants/{tenant_id}` and `admin`, as far as the caller's role reaches.

mod admin;
mod me;
mod surface;
mod tenant;
mod wire;

use axum::Router;

use self::surface::Sessions;
pub use self::surface::V1Sessions;
use crate::http::envelope::Bare;
use crate::http::operations::{Operations, operations};
use crate::http::surface::Serving;

/// What the surface serves.
pub fn operations() -> Operations<V1Sessions> {
    operations![
        admin::list,
        admin::revoke_all,
        admin::get,
        admin::revoke,
        me::list,
        me::revoke_others,
        me::revoke,
        tenant::list,
        tenant::revoke_all,
        tenant::stats,
        tenant::list_of_user,
        tenant::revoke_of_user,
        tenant::get,
        tenant::revoke,
    ]
}

/// Its routes.
pub fn routes(serving: &Serving) -> Router {
    operations().mount_all(serving, V1Sessions, Bare, || operations().document())
}
