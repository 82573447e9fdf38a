//! What this surface answers when it does not answer with data. The one place for it; `envelope.rs` puts it into words.

use axum::http::StatusCode;
use cloakroom_engine::callers::{ClientRefusal, NotForOwner};
use cloakroom_engine::cursor::NotOfThisList;
use cloakroom_engine::sessions::open::OpenRefusal;
use cloakroom_engine::sessions::set_metadata::MetadataRefusal;
use cloakroom_engine::sessions::storage::NoSuchSession;

use crate::http::body::BodyError;
use crate::http::cursor::NO_CURSOR;
use crate::http::fault::{Fault, IntoFault, RETRY_AFTER_SECONDS, seconds_of};

/// A refused call.
#[derive(Clone, Debug)]
pub struct StorageError {
    pub status: StatusCode,
    /// Tells one refusal from another of the same status.
    pub code: &'static str,
    /// What is wrong.
    text: &'static str,
    /// What is wrong instead, where that is told of each bad value.
    each: Vec<String>,
    /// Seconds after which trying again makes sense.
    pub retry_after: Option<u64>,
}

impl StorageError {
    /// Missing, unknown and wrong are one (P5).
    pub const UNAUTHORIZED: Self =
        Self::new(StatusCode::UNAUTHORIZED, "invalid_client", "The headers ClientID and ClientSecret are missing or wrong.");
    const DISABLED: Self = Self::new(StatusCode::FORBIDDEN, "client_disabled", "This client is disabled.");
    const UNOWNED: Self = Self::new(StatusCode::FORBIDDEN, "client_without_owner", "This client belongs to no user.");
    const TENANT_CLOSED: Self = Self::new(StatusCode::FORBIDDEN, "tenant_closed", "The tenant of this client is closed.");
    const OWNER: Self = Self::new(StatusCode::FORBIDDEN, "owner_inactive", "The owner of this client may have no new session.");
    const CHANGED: Self = Self::new(StatusCode::FORBIDDEN, "client_changed", "This client was changed while it called.");
    /// Unknown, ended and somebody else's are one (P4).
    pub const NO_SUCH_SESSION: Self = Self::new(StatusCode::NOT_FOUND, "session_not_found", "There is no such session.");
    const METADATA_CONFLICT: Self =
        Self::new(StatusCode::CONFLICT, "metadata_conflict", "Something else is kept with the session than what was read.");
    const NOT_FOUND: Self = Self::new(StatusCode::NOT_FOUND, "not_found", "There is no such endpoint.");
    const METHOD_NOT_ALLOWED: Self =
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "This endpoint does not take this method.");
    const AT_CAP: Self =
        Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_sessions", "The user has as many active sessions as allowed; delete one.");
    const CAP_INVALID: Self =
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "cap_invalid", "The user's own session cap is outside 32 to 8192.");
    const TOO_MANY: Self = Self::new(StatusCode::TOO_MANY_REQUESTS, "rate_limited", "Too many requests from here; try again later.");
    const UNAVAILABLE: Self =
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "The service cannot answer now; try again shortly.");
    const INTERNAL: Self = Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "Something went wrong on our side.");
    const HEAD_TOO_LARGE: Self =
        Self::new(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "head_too_large", "The head of the request is too large.");
    pub const NO_TTL: Self = Self::new(StatusCode::BAD_REQUEST, "invalid_request", "ttl_seconds is required");
    const INVALID: Self = Self::new(StatusCode::BAD_REQUEST, "invalid_request", "");

    const fn new(status: StatusCode, code: &'static str, text: &'static str) -> Self {
        Self { status, code, text, each: Vec::new(), retry_after: None }
    }

    fn each(self, each: Vec<String>) -> Self {
        Self { each, ..self }
    }

    /// What is wrong: one text, or one for each bad value.
    pub fn details(&self) -> Vec<String> {
        if self.each.is_empty() { vec![self.text.to_owned()] } else { self.each.clone() }
    }
}

impl<F: IntoFault> From<F> for StorageError {
    fn from(fault: F) -> Self {
        let bad = |name: &str, problem: &str| format!("{name} {problem}");
        match fault.into_fault() {
            Fault::Body(error @ BodyError::TooLarge) => {
                Self::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", "").each(vec![error.to_string()])
            }
            Fault::Body(error @ BodyError::Timeout) => {
                Self::new(StatusCode::REQUEST_TIMEOUT, "body_timeout", "").each(vec![error.to_string()])
            }
            Fault::Body(error @ BodyError::Broken) => Self::INVALID.each(vec![error.to_string()]),
            Fault::Malformed(malformed) => Self::INVALID.each(vec![malformed.to_string()]),
            Fault::Fields(errors) => Self::INVALID.each(errors.iter().map(|error| bad(error.field, &error.problem)).collect()),
            Fault::Parameters(errors) => Self::INVALID.each(errors.iter().take(1).map(|error| bad(error.name, &error.problem)).collect()),
            Fault::NoSuchPath => Self::NOT_FOUND,
            Fault::MethodNotAllowed => Self::METHOD_NOT_ALLOWED,
            Fault::HeadTooLarge => Self::HEAD_TOO_LARGE,
            Fault::Unauthenticated => Self::UNAUTHORIZED,
            Fault::Forbidden => Self::CHANGED,
            Fault::TooMany { retry_after } => Self { retry_after: Some(retry_after), ..Self::TOO_MANY },
            Fault::Unavailable => Self { retry_after: Some(RETRY_AFTER_SECONDS), ..Self::UNAVAILABLE },
            Fault::Internal => Self::INTERNAL,
        }
    }
}

impl From<ClientRefusal> for StorageError {
    fn from(refusal: ClientRefusal) -> Self {
        match refusal {
            ClientRefusal::Invalid => Self::UNAUTHORIZED,
            ClientRefusal::Disabled => Self::DISABLED,
            ClientRefusal::Limited { wait } => Fault::TooMany { retry_after: seconds_of(wait) }.into(),
        }
    }
}

impl From<NotForOwner> for StorageError {
    fn from(refusal: NotForOwner) -> Self {
        match refusal {
            NotForOwner::Unowned => Self::UNOWNED,
            NotForOwner::TenantClosed => Self::TENANT_CLOSED,
        }
    }
}

impl From<OpenRefusal> for StorageError {
    fn from(refusal: OpenRefusal) -> Self {
        match refusal {
            OpenRefusal::AtCap => Self::AT_CAP,
            OpenRefusal::CapInvalid => Self::CAP_INVALID,
            // Nobody signs in here, so no name is locked: what stands in the way is the owner, or the client since it called.
            OpenRefusal::CredentialsChanged | OpenRefusal::Locked { .. } => Self::OWNER,
        }
    }
}

impl From<MetadataRefusal> for StorageError {
    fn from(refusal: MetadataRefusal) -> Self {
        match refusal {
            MetadataRefusal::Conflict => Self::METADATA_CONFLICT,
            // An application may keep something with a browser's session: it is not the browser that says so.
            MetadataRefusal::HeldByBrowser | MetadataRefusal::NoSuchSession => Self::NO_SUCH_SESSION,
        }
    }
}

impl From<NoSuchSession> for StorageError {
    fn from(_: NoSuchSession) -> Self {
        Self::NO_SUCH_SESSION
    }
}

impl From<NotOfThisList> for StorageError {
    fn from(_: NotOfThisList) -> Self {
        Self::INVALID.each(vec![format!("page_token {NO_CURSOR}")])
    }
}
