//! What calls are refused with by the kind of their caller, for the document.

use std::collections::BTreeMap;

use utoipa::IntoResponses;
use utoipa::openapi::{RefOr, Response as Described};

use super::envelope::Failed;
use crate::http::document::refusals;

const SESSION: &str = "session-doomed, ttl-expired, user-suspended, user-doomed, email-unverified, email-doomed";

/// What calls with a session are refused with.
pub struct SessionRefusals;

impl IntoResponses for SessionRefusals {
    fn responses() -> BTreeMap<String, RefOr<Described>> {
        refusals::<Failed>(&[("401", SESSION), ("403", "password-change-required"), ("404", "session-not-found")])
    }
}

/// What changes of what is kept with a session are refused with.
pub struct UpdateRefusals;

impl IntoResponses for UpdateRefusals {
    fn responses() -> BTreeMap<String, RefOr<Described>> {
        refusals::<Failed>(&[
            ("401", SESSION),
            ("403", "session-held-by-browser, password-change-required"),
            ("404", "session-not-found"),
            ("409", "metadata-conflict"),
        ])
    }
}

/// What calls of owners of an org are refused with.
pub struct OwnerRefusals;

impl IntoResponses for OwnerRefusals {
    fn responses() -> BTreeMap<String, RefOr<Described>> {
        refusals::<Failed>(&[("401", SESSION), ("403", "not-owner, password-change-required"), ("404", "session-not-found, not-found")])
    }
}

/// What changes by owners of an org are refused with.
pub struct WriterRefusals;

impl IntoResponses for WriterRefusals {
    fn responses() -> BTreeMap<String, RefOr<Described>> {
        refusals::<Failed>(&[
            ("401", SESSION),
            ("403", "not-owner, org-write-blocked, password-change-required"),
            ("404", "session-not-found, not-found"),
        ])
    }
}

const SESSION_OR_KEY: &str = "session-doomed, ttl-expired, user-suspended, user-doomed, email-unverified, email-doomed, invalid-api-key, \
     api-key-doomed, api-key-expired, service-account-doomed";

/// What calls of those who manage keys are refused with.
pub struct KeyAdminRefusals;

impl IntoResponses for KeyAdminRefusals {
    fn responses() -> BTreeMap<String, RefOr<Described>> {
        refusals::<Failed>(&[
            ("401", SESSION_OR_KEY),
            ("403", "not-owner, password-change-required"),
            ("404", "session-not-found, not-found"),
        ])
    }
}

/// What changes by those who manage keys are refused with.
pub struct KeyWriterRefusals;

impl IntoResponses for KeyWriterRefusals {
    fn responses() -> BTreeMap<String, RefOr<Described>> {
        refusals::<Failed>(&[
            ("401", SESSION_OR_KEY),
            ("403", "not-owner, org-write-blocked, password-change-required"),
            ("404", "session-not-found, not-found"),
        ])
    }
}
