//! What the surface is, and what it refuses whatever is asked.

use utoipa::OpenApi;

use crate::api::v1::REFUSALS;
use crate::api::v1::error::{ErrorDetail, V1Error};
use crate::http::document::{AccessTokens, Refusal, When};
use crate::http::surface::{Desk, DocumentAt, Surface};

/// This surface.
#[derive(Clone, OpenApi)]
#[openapi(
    info(title = "Cloakroom: directory", description = "Partners, tenants, users, applications and identity providers, as far as the caller's role reaches."),
    modifiers(&AccessTokens),
    security(("accessToken" = [])),
    tags(
        (name = "partners", description = "Who stands above tenants"),
        (name = "tenants", description = "Organisations"),
        (name = "users", description = "People, with their addresses and memberships"),
        (name = "applications", description = "Client applications, with their secrets"),
        (name = "identity providers", description = "Who else may say who somebody is"),
        (name = "about", description = "This document")
    )
)]
pub struct Directory;

pub type DirectoryDesk = Desk<Directory>;

impl Surface for Directory {
    type Error = V1Error;

    const DOCUMENT: DocumentAt = DocumentAt { path: "/api/v1/directory/openapi.json", operation_id: "getDirectoryDocument" };

    const REFUSALS: &'static [Refusal] = REFUSALS;

    const ALSO_REFUSED: &'static [Refusal] = &[
        Refusal::new::<ErrorDetail>(When::Query, "404", "No such thing within reach"),
        Refusal::new::<ErrorDetail>(When::Body, "404", "No such thing within reach"),
        Refusal::new::<ErrorDetail>(When::Changes, "409", "A name is taken, or what is there stands against it"),
    ];
}
