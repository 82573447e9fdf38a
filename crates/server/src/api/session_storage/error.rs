//! What this surface answers when it does not answer with data. The one place for it; `envelope.rs` puts it into words.

use axum::http::StatusCode;
use cloakroom_engine::EngineError;
use cloakroom_engine::machine::client_application::ClientRefusal;
use cloakroom_engine::machine::owned_client::NotForOwner;
use cloakroom_engine::sessions::cursor::CursorRefused;
use cloakroom_engine::sessions::open::OpenRefusal;
use cloakroom_engine::sessions::storage::NoSuchSession;

use crate::http::body::BodyError;
use crate::http::detached::Lost;
use crate::http::fields::{FieldError, Malformed};
use crate::http::limits::Refusal;

/// A refused call.
#[derive(Clone, Debug)]
pub struct StorageError {
    pub status: StatusCode,
    /// Tells one refusal from another of the same status.
    pub code: &'static str,
    /// What is wrong: one text, or one for each bad field.
    pub details: Vec<String>,
    /// Seconds after which trying again makes sense.
    pub retry_after: Option<u64>,
}

/// An error that is always the same.
#[derive(Clone, Copy, Debug)]
pub struct Refused(StatusCode, &'static str, &'static str);

impl From<Refused> for StorageError {
    fn from(Refused(status, code, detail): Refused) -> Self {
        let retry_after = (status == StatusCode::SERVICE_UNAVAILABLE).then_some(1);
        Self { status, code, details: vec![detail.to_owned()], retry_after }
    }
}

impl StorageError {
    /// Missing, unknown and wrong are one (P5).
    pub const UNAUTHORIZED: Refused =
        Refused(StatusCode::UNAUTHORIZED, "invalid_client", "The headers ClientID and ClientSecret are missing or wrong.");
    const DISABLED: Refused = Refused(StatusCode::FORBIDDEN, "client_disabled", "This client is disabled.");
    const UNOWNED: Refused = Refused(StatusCode::FORBIDDEN, "client_without_owner", "This client belongs to no user.");
    const TENANT_CLOSED: Refused = Refused(StatusCode::FORBIDDEN, "tenant_closed", "The tenant of this client is closed.");
    const OWNER: Refused = Refused(StatusCode::FORBIDDEN, "owner_inactive", "The owner of this client may have no new session.");
    /// Unknown, ended and somebody else's are one (P4).
    pub const NO_SUCH_SESSION: Refused = Refused(StatusCode::NOT_FOUND, "session_not_found", "There is no such session.");
    pub const NOT_FOUND: Refused = Refused(StatusCode::NOT_FOUND, "not_found", "There is no such endpoint.");
    pub const METHOD_NOT_ALLOWED: Refused =
        Refused(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "This endpoint does not take this method.");
    const AT_CAP: Refused =
        Refused(StatusCode::TOO_MANY_REQUESTS, "too_many_sessions", "The user has as many active sessions as allowed; delete one.");
    const CAP_INVALID: Refused =
        Refused(StatusCode::INTERNAL_SERVER_ERROR, "cap_invalid", "The user's own session cap is outside 32 to 8192.");
    const UNAVAILABLE: Refused =
        Refused(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "The service cannot answer now; try again shortly.");
    const INTERNAL: Refused = Refused(StatusCode::INTERNAL_SERVER_ERROR, "internal", "Something went wrong on our side.");
    const HEAD_TOO_LARGE: Refused =
        Refused(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "head_too_large", "The head of the request is too large.");

    fn invalid(details: Vec<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, code: "invalid_request", details, retry_after: None }
    }

    /// A bad parameter or field.
    pub fn bad(name: &str, problem: impl std::fmt::Display) -> Self {
        Self::invalid(vec![format!("{name} {problem}")])
    }
}

impl From<Vec<FieldError>> for StorageError {
    fn from(fields: Vec<FieldError>) -> Self {
        Self::invalid(fields.iter().map(|error| format!("{} {}", error.field, error.problem)).collect())
    }
}

impl From<Malformed> for StorageError {
    fn from(malformed: Malformed) -> Self {
        Self::invalid(vec![malformed.to_string()])
    }
}

impl From<BodyError> for StorageError {
    fn from(error: BodyError) -> Self {
        let (status, code) = match error {
            BodyError::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "body_too_large"),
            BodyError::Timeout => (StatusCode::REQUEST_TIMEOUT, "body_timeout"),
            BodyError::Broken => (StatusCode::BAD_REQUEST, "invalid_request"),
        };
        Self { status, code, details: vec![error.to_string()], retry_after: None }
    }
}

impl From<ClientRefusal> for StorageError {
    fn from(refusal: ClientRefusal) -> Self {
        match refusal {
            ClientRefusal::Invalid => Self::UNAUTHORIZED.into(),
            ClientRefusal::Disabled => Self::DISABLED.into(),
        }
    }
}

impl From<NotForOwner> for StorageError {
    fn from(refusal: NotForOwner) -> Self {
        match refusal {
            NotForOwner::Unowned => Self::UNOWNED.into(),
            NotForOwner::TenantClosed => Self::TENANT_CLOSED.into(),
        }
    }
}

impl From<OpenRefusal> for StorageError {
    fn from(refusal: OpenRefusal) -> Self {
        match refusal {
            OpenRefusal::AtCap => Self::AT_CAP.into(),
            OpenRefusal::CapInvalid => Self::CAP_INVALID.into(),
            // Nobody signs in here, so no name is locked: what stands in the way is the owner, or the client since it called.
            OpenRefusal::CredentialsChanged | OpenRefusal::Locked { .. } => Self::OWNER.into(),
        }
    }
}

impl From<NoSuchSession> for StorageError {
    fn from(_: NoSuchSession) -> Self {
        Self::NO_SUCH_SESSION.into()
    }
}

impl From<CursorRefused> for StorageError {
    fn from(_: CursorRefused) -> Self {
        Self::bad("page_token", "is none of this list")
    }
}

impl From<EngineError> for StorageError {
    fn from(error: EngineError) -> Self {
        // The text of an engine error names no value and no secret; it is for the operator, not for the caller.
        tracing::error!(error = %error, "a call could not be answered");
        if error.is_passing() { Self::UNAVAILABLE.into() } else { Self::INTERNAL.into() }
    }
}

impl From<Lost> for StorageError {
    fn from(_: Lost) -> Self {
        Self::UNAVAILABLE.into()
    }
}

impl From<Refusal> for StorageError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Overloaded | Refusal::TimedOut => Self::UNAVAILABLE.into(),
            Refusal::Panicked => Self::INTERNAL.into(),
            Refusal::HeadersTooLarge => Self::HEAD_TOO_LARGE.into(),
        }
    }
}
