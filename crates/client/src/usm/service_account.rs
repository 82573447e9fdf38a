//! The three routes under `/usm/service_account/`.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Cursors, ListStatus, Usm};
use crate::error::Result;
use crate::secret::Secret;

/// A service account to be created.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ServiceAccountCreate {
    /// The bearer guid of a session of an owner of the org.
    #[serde(serialize_with = "crate::secret::exposed")]
    pub session_guid: Secret,
    /// The org.
    pub orgcode: String,
    /// For people, at most 256 characters.
    pub caption: String,
    /// 1 to 32, each `^[a-z][a-z0-9_]{1,63}$`.
    pub roles: Vec<String>,
}

impl ServiceAccountCreate {
    /// A service account of this org.
    pub fn new(session_guid: Secret, orgcode: &str, caption: &str, roles: &[&str]) -> Self {
        let roles = roles.iter().map(ToString::to_string).collect();
        Self { session_guid, orgcode: orgcode.to_owned(), caption: caption.to_owned(), roles }
    }
}

/// A service account.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct ServiceAccountRecord {
    /// `sva_…`
    pub service_account_id: String,
    /// The org.
    pub orgcode: String,
    /// As given at creation.
    pub caption: String,
    /// As given at creation.
    pub roles: Vec<String>,
    /// `active` or `doomed`.
    pub status: String,
    /// When it was created.
    pub created_at_utc: String,
    /// When it ended.
    pub doomed_at_utc: Option<String>,
    /// Warnings, such as of the role `owner`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<Value>,
}

/// Which service accounts a list shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ServiceAccountListQuery {
    /// The bearer guid of a session of an owner of the org.
    #[serde(serialize_with = "crate::secret::exposed")]
    pub session_guid: Secret,
    /// The org.
    pub orgcode: String,
    /// Which side is listed.
    pub status: ListStatus,
    /// 8 by default, clamped to 1…256; with [`ListStatus::All`] it counts for each side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// The cursor of the page before.
    #[serde(flatten)]
    pub cursors: Cursors,
}

impl ServiceAccountListQuery {
    /// The active service accounts of this org.
    #[must_use]
    pub fn new(session_guid: Secret, orgcode: &str) -> Self {
        let orgcode = orgcode.to_owned();
        Self { session_guid, orgcode, status: ListStatus::Active, limit: None, cursors: Cursors::default() }
    }
}

/// A page of service accounts, newest first.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct ServiceAccountList {
    /// The service accounts.
    pub service_accounts: Vec<ServiceAccountRecord>,
    /// The cursor of the next page.
    #[serde(flatten)]
    pub cursors: Cursors,
}

impl Usm<'_> {
    /// Creates a service account: one for each integration, so that one can be ended alone.
    ///
    /// # Errors
    /// `not-owner` (403), `not-found` (404) where the caller has no such org, `org-write-blocked` (403).
    pub async fn service_account_create(&self, wish: &ServiceAccountCreate) -> Result<ServiceAccountRecord> {
        self.call("service_account", "create", wish)?.data().await
    }

    /// Lists the service accounts of an org.
    ///
    /// # Errors
    /// `not-owner` (403), `not-found` (404).
    pub async fn service_account_list(&self, query: &ServiceAccountListQuery) -> Result<ServiceAccountList> {
        self.call("service_account", "list", query)?.repeatable().data().await
    }

    /// Moves a service account to another status. `doomed` is the only one that there is a way to; all its keys die with it.
    ///
    /// # Errors
    /// `invalid-status` (400), `not-owner` (403), `not-found` (404).
    pub async fn service_account_status(
        &self,
        session_guid: &Secret,
        orgcode: &str,
        service_account_id: &str,
        status: &str,
    ) -> Result<ServiceAccountRecord> {
        let guid = session_guid.expose();
        let body = json!({ "session_guid": guid, "orgcode": orgcode, "service_account_id": service_account_id, "status": status });
        self.call("service_account", "status", &body)?.data().await
    }
}
