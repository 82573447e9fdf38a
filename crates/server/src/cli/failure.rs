//! How a command fails: what happened and what to try next.

/// Why a command failed and what to try.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
pub struct Failure {
    pub(super) message: String,
    pub(super) hint: Option<String>,
}

impl Failure {
    /// A failure that says what happened. Never put a secret in it.
    pub fn new(message: impl std::fmt::Display) -> Self {
        Self { message: message.to_string(), hint: None }
    }

    /// Adds what to try next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}
