//! What any surface may have to refuse, whatever it is about. Each says it in its own words: one exhaustive match per surface.

use cloakroom_engine::EngineError;
use cloakroom_engine::clock::Span;
use cloakroom_engine::error::{Lapsed, StoreError};

use super::body::BodyError;
use super::declared::parameter_error::ParameterError;
use super::detached::Lost;
use super::fields::{FieldError, Malformed};
use super::limits::Refusal;

/// Why a request got no answer of its operation's own.
#[derive(Clone, Debug)]
pub enum Fault {
    /// The body was not read.
    Body(BodyError),
    /// The body is not a JSON object that can be read field by field.
    Malformed(Malformed),
    /// Every bad field of the body, in the order of its declaration.
    Fields(Vec<FieldError>),
    /// Every bad parameter of the query, in the order of its declaration.
    Parameters(Vec<ParameterError>),
    /// There is no such path.
    NoSuchPath,
    /// The path does not take this method.
    MethodNotAllowed,
    /// The head of the request is larger than allowed.
    HeadTooLarge,
    /// The caller was authenticated, and is not any more.
    Unauthenticated,
    /// The caller may no longer do what the request was let in for.
    Forbidden,
    /// This client, or its network, asks for more than one may have; 429, on every surface, with `Retry-After` of so many seconds.
    TooMany { retry_after: u64 },
    /// The service cannot answer now, or cannot say whether a change happened. 503, on every surface, with `Retry-After`.
    Unavailable,
    /// Something is wrong on this side.
    Internal,
}

/// Seconds after which a client that was told [`Fault::Unavailable`] may try again.
pub const RETRY_AFTER_SECONDS: u64 = 1;

/// What is said to a user who has yet to choose a password, whatever else was asked.
pub const PASSWORD_DUE: &str = "Choose a password first: until POST /api/v1/me/password has set one, nothing else is allowed.";

/// What `Retry-After` says of a wait: whole seconds, one at least.
#[must_use]
pub fn seconds_of(wait: Span) -> u64 {
    wait.as_seconds_ceil().max(1)
}

/// What is a fault in the eyes of every surface. A surface's error type takes all of them with one
/// `impl<F: IntoFault> From<F> for …`.
pub trait IntoFault {
    fn into_fault(self) -> Fault;
}

impl IntoFault for Fault {
    fn into_fault(self) -> Fault {
        self
    }
}

impl IntoFault for EngineError {
    fn into_fault(self) -> Fault {
        if let Self::Store(StoreError::Lapsed(lapsed)) = self {
            return match lapsed {
                Lapsed::Unauthenticated => Fault::Unauthenticated,
                Lapsed::Narrowed => Fault::Forbidden,
            };
        }
        // The text of an engine error names no value and no secret; it is for the operator, not for the caller.
        tracing::error!(error = %self, "a call could not be answered");
        if self.is_passing() { Fault::Unavailable } else { Fault::Internal }
    }
}

impl IntoFault for Lost {
    fn into_fault(self) -> Fault {
        // The outcome is unknown, so the answer does not say that it failed.
        Fault::Unavailable
    }
}

impl IntoFault for BodyError {
    fn into_fault(self) -> Fault {
        Fault::Body(self)
    }
}

impl IntoFault for Malformed {
    fn into_fault(self) -> Fault {
        Fault::Malformed(self)
    }
}

impl IntoFault for Vec<FieldError> {
    fn into_fault(self) -> Fault {
        Fault::Fields(self)
    }
}

impl IntoFault for Refusal {
    fn into_fault(self) -> Fault {
        match self {
            Self::Overloaded | Self::TimedOut | Self::Lost => Fault::Unavailable,
            Self::TooOften { wait_seconds } => Fault::TooMany { retry_after: wait_seconds.into() },
            Self::TooMany => Fault::TooMany { retry_after: RETRY_AFTER_SECONDS },
            Self::Panicked => Fault::Internal,
            Self::HeadersTooLarge => Fault::HeadTooLarge,
        }
    }
}
