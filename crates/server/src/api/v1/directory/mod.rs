//! The directory over HTTP: `/api/v1/admin/…` (docs/contracts/directory.md).

mod application;
mod caller;
mod client_secret;
mod email;
mod error;
mod partner;
mod parts;
mod tenant;
mod user;

use axum::Router;
use utoipa::OpenApi;

use super::error::{ErrorDetail, V1Error};
use crate::api::v1;
use crate::http::document::{AccessTokens, Refusal, When};
use crate::http::operations::{Operations, operations};
use crate::http::surface::{Desk, DocumentAt, Serving, Surface};

/// This surface.
#[derive(Clone)]
pub struct Directory;

type DirectoryDesk = Desk<Directory>;

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
    ]
}

/// Its routes.
pub fn routes(serving: &Serving) -> Router {
    operations().mount_all(serving, Directory)
}

impl Surface for Directory {
    type Error = V1Error;

    const DOCUMENT: DocumentAt = DocumentAt { path: "/api/v1/directory/openapi.json", operation_id: "getDirectoryDocument" };

    const REFUSALS: &'static [Refusal] = v1::REFUSALS;

    const ALSO_REFUSED: &'static [Refusal] = &[
        Refusal::new::<ErrorDetail>(When::Query, "404", "No such thing within reach"),
        Refusal::new::<ErrorDetail>(When::Body, "404", "No such thing within reach"),
        Refusal::new::<ErrorDetail>(When::Changes, "409", "A name is taken, or what is there stands against it"),
    ];

    fn about() -> utoipa::openapi::OpenApi {
        About::openapi()
    }
}

#[derive(OpenApi)]
#[openapi(
    info(title = "Cloakroom: directory", description = "Partners, tenants, users and applications, as far as the caller's role reaches."),
    modifiers(&AccessTokens),
    security(("accessToken" = [])),
    tags(
        (name = "partners", description = "Who stands above tenants"),
        (name = "tenants", description = "Organisations"),
        (name = "users", description = "People, with their addresses and memberships"),
        (name = "applications", description = "Client applications, with their secrets"),
        (name = "about", description = "This document")
    )
)]
struct About;
