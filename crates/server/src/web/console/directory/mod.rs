//! The directory: its entries in tables, a page for each, and the forms that make, change and remove them. What is shown and asked of each noun
//! stands in `nouns/`; all go through the use cases of the HTTP surface, and are audited as their user's deed.

mod at_directory;
mod cell;
mod changing;
mod entry;
mod entry_form;
mod noun;
mod nouns;
mod parts;
mod secrets;
mod sheet;
mod table;
mod use_cases;
mod user_deeds;
mod words;

use utoipa_axum::routes;

pub use self::noun::Noun;
pub use self::sheet::Level;
use crate::http::operations::Operations;
use crate::web::surface::FrontDoor;

/// With the operations of the directory.
#[must_use]
pub fn with_directory(pages: Operations<FrontDoor>) -> Operations<FrontDoor> {
    pages
        .with(routes!(table::list))
        .with(routes!(table::export))
        .with(routes!(changing::ask_new))
        .with(routes!(changing::make))
        .with(routes!(entry::show))
        .with(routes!(changing::ask_change))
        .with(routes!(changing::change))
        .with(routes!(changing::remove))
        .with(routes!(user_deeds::settle_status))
        .with(routes!(user_deeds::ask_password))
        .with(routes!(user_deeds::set_password))
        .with(routes!(user_deeds::lift_locks))
        .with(routes!(user_deeds::settle_email))
        .with(routes!(secrets::add))
        .with(routes!(secrets::remove))
        .with(routes!(secrets::approve))
}
