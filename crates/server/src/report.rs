//! What a command that succeeded has to say. Whoever does the work makes it; the command line writes it.

use std::fmt::Display;

use serde::{Deserialize, Serialize};

/// Lines, not written yet. A running server sends it through the control socket.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// For standard output.
    pub lines: Vec<String>,
    /// For standard error.
    pub warnings: Vec<String>,
}

impl Report {
    /// Adds a line for standard output.
    pub fn say(&mut self, line: impl Display) {
        self.lines.push(line.to_string());
    }
}
