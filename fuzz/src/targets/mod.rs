//! What is tried, each with its inputs and its properties.

mod bodies;
mod cursors;
mod forwarded;
mod tokens;
mod user_agents;
mod yaml;

use crate::run::Run;

/// Every target by its name.
pub const ALL: &[(&str, fn(&mut Run) -> Result<(), String>)] = &[
    ("bodies", bodies::fuzz),
    ("tokens", tokens::fuzz),
    ("cursors", cursors::fuzz),
    ("forwarded", forwarded::fuzz),
    ("user_agents", user_agents::fuzz),
    ("yaml", yaml::fuzz),
];
