//! The standard protocols over the same sessions. One file per RFC.

mod client;
mod cross_origin;
mod error;
mod form;
mod introspect;
mod jwks;
mod metadata;
mod par;
mod revoke;
mod surface;
mod token;
mod token_exchange;
mod user_info;

use axum::Router;

use self::cross_origin::CrossOrigin;
pub use self::surface::Oauth;
use self::surface::Protocols;
use crate::http::operations::{Operations, operations};
use crate::http::surface::Serving;
use crate::jose::issuer;

/// What the surface serves.
pub fn operations() -> Operations<Oauth> {
    operations![
        metadata::authorization_server,
        metadata::openid_provider,
        jwks::jwks,
        par::push,
        token::token,
        user_info::user_info,
        user_info::user_info_by_post,
        introspect::introspect,
        revoke::revoke,
    ]
    .nothing_at(metadata::BELOW)
}

/// Its routes.
pub fn routes(serving: &Serving, surface: Oauth) -> Router {
    let below = issuer::path(&surface.issuer);
    let mounted =
        if below.is_empty() { operations() } else { operations().mirrored(metadata::PATH, &format!("{}{below}", metadata::PATH)) };
    mounted.mount_all(serving, surface, CrossOrigin, || operations().document())
}
