//! What the surface is.

use std::sync::Arc;

use utoipa::OpenApi;

use super::door::Door;
use super::error::PageError;
use crate::http::document::Refusal;
use crate::http::surface::{Desk, DocumentAt, Surface};

/// This surface.
#[derive(Clone, OpenApi)]
#[openapi(
    info(
        title = "Cloakroom: front door",
        description = "Pages for people at a browser. Programs use the other APIs: forms here want the cookie and the token of the page that \
                       they stand on."
    ),
    tags((name = "pages", description = "What people see"), (name = "about", description = "This surface itself"))
)]
pub struct FrontDoor(pub Arc<Door>);

pub type FrontDesk = Desk<FrontDoor>;

impl Surface for FrontDoor {
    type Error = PageError;

    const DOCUMENT: DocumentAt = DocumentAt { path: "/openapi/front-door.yaml", operation_id: "getFrontDoorDocument" };

    // They are pages and no JSON: each operation names them (error.rs, PageRefusals).
    const REFUSALS: &'static [Refusal] = &[];
}
