//! How a command fails: what happened and what to try next.

/// Why a command failed and what to try.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
pub struct Failure {
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
    pub(crate) exit_code: u8,
}

impl Failure {
    /// A failure that says what happened. Never put a secret in it.
    pub fn new(message: impl std::fmt::Display) -> Self {
        Self { message: message.to_string(), hint: None, exit_code: 1 }
    }

    /// Another exit code than 1, for a command that documents it.
    #[must_use]
    pub const fn exit_code(mut self, exit_code: u8) -> Self {
        self.exit_code = exit_code;
        self
    }

    /// Adds what to try next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// What happened and what to try.
    #[must_use]
    pub fn told(self) -> (String, Option<String>) {
        (self.message, self.hint)
    }
}
