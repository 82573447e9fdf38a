//! `/console/audit`: the trail, as far as administrators see it, and its export.

mod export;
mod filter;
mod page;

pub use self::export::{__path_export, export};
pub use self::page::{__path_list, list};
