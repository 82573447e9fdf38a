//! `/console`: where those who run the place look at it and act. What stands on a page, its noun's file says; what all pages share is here.

mod cells;
mod charts;
mod confirm;
mod directory;
mod ends;
mod export;
mod frame;
mod guard;
mod health;
mod overview;
mod paths;
mod places;
mod sessions;
mod signing_keys;
mod trail;

use utoipa_axum::routes;

pub use self::paths::{CONSOLE, Scripted};
use super::surface::FrontDoor;
use crate::http::operations::Operations;

/// With the operations of the console.
#[must_use]
pub fn with_console(pages: Operations<FrontDoor>) -> Operations<FrontDoor> {
    let pages = pages
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
        .with(routes!(ends::progress::show));
    directory::with_directory(pages)
        .with(routes!(trail::list))
        .with(routes!(trail::export))
        .with(routes!(signing_keys::show))
        .with(routes!(health::show))
}
