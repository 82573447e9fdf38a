//! What is wrong with a configuration.

use std::fmt;

use super::origin::Origin;

/// One thing that is wrong with a configuration. Never holds the value of a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// `section.name`, or empty when a whole source is at fault.
    pub key: String,
    /// Where it was set, for people; empty for a default.
    pub origin: String,
    /// What is wrong and what would be right.
    pub message: String,
}

impl Problem {
    pub(super) fn new(key: &str, origin: &Origin, message: String) -> Self {
        let origin = if *origin == Origin::Default { String::new() } else { origin.to_string() };
        Self { key: key.to_owned(), origin, message }
    }

    pub(super) fn file(origin: &Origin, message: String) -> Self {
        Self { key: String::new(), origin: origin.to_string(), message }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.key.is_empty(), self.origin.is_empty()) {
            (true, _) => write!(f, "{} {}", self.origin, self.message),
            (false, true) => write!(f, "`{}` {}", self.key, self.message),
            (false, false) => write!(f, "`{}` (from {}) {}", self.key, self.origin, self.message),
        }
    }
}

/// Everything that is wrong with a configuration, one line each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the configuration cannot be used:")?;
        self.0.iter().try_for_each(|problem| write!(f, "\n  - {problem}"))
    }
}

impl std::error::Error for Problems {}
