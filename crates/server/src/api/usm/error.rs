//! What this surface answers when it does not answer with data: tag, status, message, details. The one place for it.

use axum::http::StatusCode;
use cloakroom_engine::callers::{OrgRefusal, WriteBlocked};
use cloakroom_engine::machine::api_keys::create::ApiKeyWishRefusal;
use cloakroom_engine::machine::api_keys::list::ApiKeyListRefusal;
use cloakroom_engine::machine::api_keys::revoke::NoSuchApiKey;
use cloakroom_engine::machine::api_keys::validate::{ApiKeyAdminRefusal, ApiKeyRefusal};
use cloakroom_engine::machine::service_accounts::NoSuchAccount;
use cloakroom_engine::machine::verdict::ApiKeyEndReason;
use cloakroom_engine::sessions::EndReason;
use cloakroom_engine::sessions::authenticate::SessionRefusal;
use cloakroom_engine::sessions::set_metadata::MetadataRefusal;
use cloakroom_engine::sessions::sign_in::SignInRefusal;
use serde_json::{Value, json};

use super::doom_reasons::{api_key_doom_reason, session_doom_reason};
use crate::http::body::BodyError;
use crate::http::fault::{Fault, IntoFault, PASSWORD_DUE, RETRY_AFTER_SECONDS, seconds_of};

/// A refused call.
#[derive(Clone, Debug)]
pub struct UsmError {
    pub status: StatusCode,
    pub tag: &'static str,
    pub message: &'static str,
    /// The doom reason of a session that had ended before.
    pub minor: Option<(&'static str, &'static str)>,
    pub details: Option<Value>,
    /// Seconds after which trying again makes sense.
    pub retry_after: Option<u64>,
}

impl UsmError {
    pub const fn new(status: StatusCode, tag: &'static str, message: &'static str) -> Self {
        Self { status, tag, message, minor: None, details: None, retry_after: None }
    }

    pub const INTERNAL: Self = Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal-error", "Something went wrong on our side.");
    pub const SESSION_NOT_FOUND: Self = Self::new(StatusCode::NOT_FOUND, "session-not-found", "There is no such session.");

    /// The org has no such record, or the caller no such org: one answer for both (P4).
    pub const NO_SUCH_RECORD: Self = Self::new(StatusCode::NOT_FOUND, "not-found", "There is no such record.");
    pub const INVALID_LIST_STATUS: Self =
        Self::new(StatusCode::BAD_REQUEST, "invalid-status", "The status is none of active, doomed and all.");
    pub const INVALID_NEW_STATUS: Self = Self::new(StatusCode::BAD_REQUEST, "invalid-status", "The status can only become doomed.");

    /// The cursor in `field` was altered, or made for another caller or list.
    pub fn cursor_refused(field: &str) -> Self {
        Self::validation("A cursor is not valid here.", vec![(field, "belongs to another list or was altered".into())])
    }

    const fn account_doomed() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "service-account-doomed", "The service account is doomed.")
    }

    fn validation(message: &'static str, fields: Vec<(&str, String)>) -> Self {
        let fields: Vec<_> = fields.into_iter().map(|(field, problem)| json!({ "field": field, "problem": problem })).collect();
        let details = (!fields.is_empty()).then(|| json!({ "fields": fields }));
        Self { details, ..Self::new(StatusCode::BAD_REQUEST, "validation-error", message) }
    }
}

impl<F: IntoFault> From<F> for UsmError {
    fn from(fault: F) -> Self {
        let bad = |fields| Self::validation("Some fields are missing or wrong.", fields);
        match fault.into_fault() {
            Fault::Body(BodyError::TooLarge) => Self::new(StatusCode::PAYLOAD_TOO_LARGE, "payload-too-large", "The body is too large."),
            Fault::Body(BodyError::Timeout) => {
                Self::new(StatusCode::REQUEST_TIMEOUT, "request-timeout", "The body did not arrive in time.")
            }
            Fault::Body(BodyError::Broken) => Self::validation("The body could not be read.", Vec::new()),
            Fault::Malformed(malformed) => {
                let error = Self::validation("The body is not a JSON object that can be read.", Vec::new());
                Self { details: Some(json!({ "problem": malformed.to_string() })), ..error }
            }
            Fault::Fields(errors) => bad(errors.into_iter().map(|error| (error.field, error.problem.into_owned())).collect()),
            Fault::Parameters(errors) => bad(errors.into_iter().map(|error| (error.name, error.problem.into_owned())).collect()),
            Fault::NoSuchPath => Self::new(StatusCode::NOT_FOUND, "not-found", "There is no such route."),
            Fault::MethodNotAllowed => {
                Self::new(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", "The route does not take this method.")
            }
            Fault::HeadTooLarge => {
                Self::new(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "headers-too-large", "The head of the request is too large.")
            }
            Fault::Unauthenticated => Self::new(StatusCode::UNAUTHORIZED, "session-doomed", "The session has ended."),
            Fault::Forbidden => OrgRefusal::NotOwner.into(),
            Fault::TooMany { retry_after } => {
                let message = "Too many requests from here; try again later.";
                let error = Self::new(StatusCode::TOO_MANY_REQUESTS, "rate-limited", message);
                Self { retry_after: Some(retry_after), ..error }
            }
            Fault::Unavailable => {
                let message = "The service cannot answer now; try again shortly.";
                let error = Self::new(StatusCode::SERVICE_UNAVAILABLE, "service-unavailable", message);
                Self { retry_after: Some(RETRY_AFTER_SECONDS), ..error }
            }
            Fault::Internal => Self::INTERNAL,
        }
    }
}

impl From<SessionRefusal> for UsmError {
    fn from(refusal: SessionRefusal) -> Self {
        match refusal {
            SessionRefusal::NotFound => Self::SESSION_NOT_FOUND,
            SessionRefusal::Ended(reason) => {
                let minor = session_doom_reason(reason);
                let error = Self::new(StatusCode::UNAUTHORIZED, "session-doomed", "The session has ended.");
                Self { minor: Some((minor, doom_message(minor))), ..error }
            }
            SessionRefusal::FoundDead(reason) => found_dead(reason),
            SessionRefusal::PasswordDue => Self::new(StatusCode::FORBIDDEN, "password-change-required", PASSWORD_DUE),
        }
    }
}

impl From<MetadataRefusal> for UsmError {
    fn from(refusal: MetadataRefusal) -> Self {
        match refusal {
            MetadataRefusal::Conflict => {
                Self::new(StatusCode::CONFLICT, "metadata-conflict", "Something else is kept with the session than what was read.")
            }
            MetadataRefusal::HeldByBrowser => {
                Self::new(StatusCode::FORBIDDEN, "session-held-by-browser", "A browser holds the session, so nothing is kept on its word.")
            }
            MetadataRefusal::NoSuchSession => Self::SESSION_NOT_FOUND,
        }
    }
}

/// A session that this call found dead: where the reason has a tag of its own, that is the answer.
fn found_dead(reason: EndReason) -> UsmError {
    match session_doom_reason(reason) {
        tag @ ("ttl-expired" | "user-suspended" | "user-doomed" | "email-unverified" | "email-doomed") => {
            UsmError::new(StatusCode::UNAUTHORIZED, tag, doom_message(tag))
        }
        _ => SessionRefusal::Ended(reason).into(),
    }
}

const fn doom_message(reason: &str) -> &'static str {
    match reason.as_bytes() {
        b"ttl-expired" => "The session's time ran out.",
        b"closed" => "The session was closed.",
        b"user-suspended" => "The user is suspended.",
        b"user-doomed" => "The user is doomed.",
        b"email-unverified" => "The email is no longer verified.",
        b"email-doomed" => "The email is doomed.",
        _ => "The session was ended by its user or an administrator.",
    }
}

impl From<SignInRefusal> for UsmError {
    fn from(refusal: SignInRefusal) -> Self {
        match refusal {
            SignInRefusal::InvalidPasscode => {
                Self::new(StatusCode::UNAUTHORIZED, "invalid-passcode", "The email or the passcode is wrong.")
            }
            SignInRefusal::UserNotVerified => Self::new(StatusCode::FORBIDDEN, "user-not-verified", "The user is not verified."),
            SignInRefusal::EmailNotVerified => Self::new(StatusCode::FORBIDDEN, "email-not-verified", "The email is not verified."),
            SignInRefusal::AtCap => {
                Self::new(StatusCode::CONFLICT, "too-many-sessions", "The user has as many active sessions as allowed.")
            }
            SignInRefusal::CapInvalid => {
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "session-cap-invalid", "The user's own session cap is outside 32 to 8192.")
            }
            SignInRefusal::Locked { wait } => {
                let error = Self::new(StatusCode::TOO_MANY_REQUESTS, "rate-limited", "Too many failed sign-ins; try again later.");
                Self { retry_after: Some(seconds_of(wait)), ..error }
            }
        }
    }
}

impl From<OrgRefusal> for UsmError {
    fn from(refusal: OrgRefusal) -> Self {
        match refusal {
            OrgRefusal::NotFound => Self::NO_SUCH_RECORD,
            OrgRefusal::NotOwner => Self::new(StatusCode::FORBIDDEN, "not-owner", "Only an owner of the org may do this."),
        }
    }
}

impl From<ApiKeyAdminRefusal> for UsmError {
    fn from(refusal: ApiKeyAdminRefusal) -> Self {
        match refusal {
            ApiKeyAdminRefusal::Key(refusal) => refusal.into(),
            ApiKeyAdminRefusal::Org(refusal) => refusal.into(),
        }
    }
}

impl From<WriteBlocked> for UsmError {
    fn from(_: WriteBlocked) -> Self {
        Self::new(StatusCode::FORBIDDEN, "org-write-blocked", "The org is not verified; nothing in it can be changed.")
    }
}

impl From<NoSuchAccount> for UsmError {
    fn from(_: NoSuchAccount) -> Self {
        Self::NO_SUCH_RECORD
    }
}

impl From<NoSuchApiKey> for UsmError {
    fn from(_: NoSuchApiKey) -> Self {
        Self::NO_SUCH_RECORD
    }
}

impl From<ApiKeyWishRefusal> for UsmError {
    fn from(refusal: ApiKeyWishRefusal) -> Self {
        match refusal {
            ApiKeyWishRefusal::ExpiryPast => {
                Self::validation("Some fields are missing or wrong.", vec![("expires_at_utc", "must lie in the future".into())])
            }
            ApiKeyWishRefusal::NoSuchAccount => Self::NO_SUCH_RECORD,
            ApiKeyWishRefusal::AccountDoomed => Self::account_doomed(),
        }
    }
}

impl From<ApiKeyListRefusal> for UsmError {
    fn from(refusal: ApiKeyListRefusal) -> Self {
        match refusal {
            ApiKeyListRefusal::Cursor => Self::cursor_refused("next_token"),
            ApiKeyListRefusal::NoSuchAccount => Self::NO_SUCH_RECORD,
        }
    }
}

impl From<ApiKeyRefusal> for UsmError {
    fn from(refusal: ApiKeyRefusal) -> Self {
        match refusal {
            ApiKeyRefusal::Invalid => Self::new(StatusCode::UNAUTHORIZED, "invalid-api-key", "There is no such API key."),
            ApiKeyRefusal::OtherOrg => Self::NO_SUCH_RECORD,
            ApiKeyRefusal::Dead(ApiKeyEndReason::AccountDoomed) => Self::account_doomed(),
            ApiKeyRefusal::Dead(ApiKeyEndReason::Expired) => {
                Self::new(StatusCode::UNAUTHORIZED, "api-key-expired", "The API key's time ran out.")
            }
            ApiKeyRefusal::Dead(reason) => {
                let error = Self::new(StatusCode::UNAUTHORIZED, "api-key-doomed", "The API key was revoked, or its org is doomed.");
                Self { minor: Some(api_key_doom_reason(reason)), ..error }
            }
        }
    }
}
