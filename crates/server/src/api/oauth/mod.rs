//! The standard protocols over the same sessions. One file per RFC.

mod client;
mod error;
mod form;
mod introspect;
mod jwks;
mod metadata;
mod revoke;
mod surface;
mod token;
mod token_exchange;

use axum::Router;

pub use self::surface::Oauth;
use self::surface::Protocols;
use crate::http::envelope::Bare;
use crate::http::operations::{Operations, operations};
use crate::http::surface::Serving;
use crate::jose::issuer;

/// What the surface serves.
pub fn operations() -> Operations<Oauth> {
    operations![metadata::authorization_server, jwks::jwks, token::token, introspect::introspect, revoke::revoke,]
        .nothing_at(metadata::BELOW)
        .nothing_at(metadata::OPENID)
}

/// Its routes.
pub fn routes(serving: &Serving, surface: Oauth) -> Router {
    let below = issuer::path(&surface.issuer);
    let mounted =
        if below.is_empty() { operations() } else { operations().mirrored(metadata::PATH, &format!("{}{below}", metadata::PATH)) };
    mounted.mount_all(serving, surface, Bare, || operations().document())
}
