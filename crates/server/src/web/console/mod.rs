//! `/console`: where those who run the place look at it and act. What stands on a page, its noun's file says; what all pages share is here.

mod cells;
mod confirm;
mod ends;
mod export;
mod frame;
mod guard;
mod overview;
mod sessions;

use utoipa_axum::routes;

use self::frame::Place;
use super::surface::FrontDoor;
use crate::http::operations::Operations;

/// Where it is.
pub const PATH: &str = "/console";

/// In the extensions of an answer that is a page with scripts, until the envelope has said so to the browser.
#[derive(Clone, Copy, Debug)]
pub struct Scripted;

/// The pages that the navigation leads to, in its order; nobody sees one that is not for them.
const PLACES: &[Place] = &[
    Place { path: PATH, text: "console-overview", hint: "console-overview-hint", is_for: |_| true },
    Place { path: sessions::PATH, text: "sessions-title", hint: "sessions-hint", is_for: |_| true },
    Place { path: ends::PATH, text: "ends-title", hint: "ends-hint", is_for: |_| true },
];

/// With the operations of the console.
#[must_use]
pub fn with_console(pages: Operations<FrontDoor>) -> Operations<FrontDoor> {
    pages
        .with(routes!(overview::show))
        .with(routes!(confirm::show))
        .with(routes!(confirm::confirm))
        .with(routes!(sessions::list::show))
        .with(routes!(sessions::export::export))
        .with(routes!(sessions::end::end))
        .with(routes!(sessions::life::show))
        .with(routes!(ends::list::show))
        .with(routes!(ends::ask::show))
        .with(routes!(ends::ask::ask))
        .with(routes!(ends::progress::show))
}
