//! What a client asks a token for.

use super::audience::{Audience, TargetRefused};
use crate::engine::Engine;

/// What of all that it may have; all of it where it says nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct TokenWish<'a> {
    /// Scopes, separated by spaces (RFC 6749 section 3.3).
    pub scope: Option<&'a str>,
    /// Resource servers (RFC 8707 section 2).
    pub resources: &'a [String],
}

impl Engine {
    /// Who is named by the resource servers of a request; `None` where it names none.
    ///
    /// # Errors
    /// When they cannot be asked for so, whoever asks.
    pub(crate) fn wished_audience(&self, wished: TokenWish<'_>) -> Result<Option<Audience>, TargetRefused> {
        Audience::wished(wished.resources, |name| self.crypto.names_us(name))
    }
}
