//! `/console/sessions`: searching sessions, looking at one, ending those that were chosen, saving what was found.

pub mod end;
pub mod export;
pub mod found;
pub mod life;
pub mod list;
pub mod query;

/// Where it is.
pub const PATH: &str = "/console/sessions";
