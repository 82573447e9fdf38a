//! What is tried, each with its inputs and its properties.

mod bodies;
mod cursors;
mod forwarded;
mod provider_tokens;
mod questions;
mod tokens;
mod user_agents;
mod yaml;

use crate::run::Run;

/// Runs one target; an input that a property does not hold for is an error.
type Target = fn(&mut Run) -> Result<(), String>;

/// Every target by its name.
pub const ALL: &[(&str, Target)] = &[
    ("bodies", bodies::fuzz),
    ("tokens", tokens::fuzz),
    ("cursors", cursors::fuzz),
    ("forwarded", forwarded::fuzz),
    ("questions", questions::fuzz),
    ("provider_tokens", provider_tokens::fuzz),
    ("user_agents", user_agents::fuzz),
    ("yaml", yaml::fuzz),
];
