//! The directory over HTTP: `/api/v1/admin/…` (docs/contracts/directory.md).

mod application;
mod caller;
mod client_secret;
mod email;
mod error;
mod group_mappings;
mod identity_provider;
mod lock;
mod logout;
mod partner;
mod parts;
mod provider_settings;
mod registration;
mod surface;
mod tenant;
mod user;

use axum::Router;

pub use self::surface::Directory;
use self::surface::DirectoryDesk;
use crate::http::envelope::Bare;
use crate::http::operations::{Operations, operations};
use crate::http::surface::Serving;

/// What the surface serves. The order is that of the methods in `Allow`.
pub fn operations() -> Operations<Directory> {
    operations![
        partner::list,
        partner::create,
        partner::remove,
        partner::get,
        partner::change,
        tenant::list,
        tenant::create,
        tenant::change,
        tenant::remove,
        tenant::get,
        user::list,
        user::create,
        user::remove,
        user::get,
        user::change,
        user::change_status,
        user::reset_password,
        lock::list,
        lock::lift,
        email::add,
        email::remove,
        email::change_status,
        email::make_primary,
        application::list,
        application::create,
        application::change,
        application::remove,
        application::get,
        client_secret::list,
        client_secret::add,
        client_secret::remove,
        logout::list,
        identity_provider::list,
        identity_provider::create,
        identity_provider::change,
        identity_provider::remove,
        identity_provider::get,
        identity_provider::approve_domains,
    ]
}

/// Its routes.
pub fn routes(serving: &Serving) -> Router {
    operations().mount_all(serving, Directory, Bare, || operations().document())
}
