//! The pages that the navigation leads to.

use super::guard::AtConsole;
use super::paths::CONSOLE;
use super::{ends, sessions};

/// A page that the navigation leads to.
pub struct Place {
    pub path: &'static str,
    /// The name of its text.
    pub text: &'static str,
    /// The name of the text that says what one does there.
    pub hint: &'static str,
    pub is_for: fn(&AtConsole) -> bool,
}

/// All of them, in the order of the navigation; nobody sees one that is not for them.
pub const PLACES: &[Place] = &[
    Place { path: CONSOLE, text: "console-overview", hint: "console-overview-hint", is_for: |_| true },
    Place { path: sessions::PATH, text: "sessions-title", hint: "sessions-hint", is_for: |_| true },
    Place { path: ends::PATH, text: "ends-title", hint: "ends-hint", is_for: |_| true },
];
