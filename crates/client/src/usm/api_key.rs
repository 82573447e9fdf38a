//! The seven routes under `/usm/api_key/`.

use reqwest::header::HeaderName;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{ListStatus, Usm};
use crate::credentials::Credentials;
use crate::error::{Error, Result};
use crate::secret::Secret;

/// What proves that somebody may manage the keys of an org: a session of an owner, or a key of a service account with the role `owner`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub enum KeyAdmin {
    /// The bearer guid of a session of an owner of the org.
    #[serde(rename = "session_guid", serialize_with = "crate::secret::exposed")]
    Session(Secret),
    /// `clk_…`
    #[serde(rename = "api_key", serialize_with = "crate::secret::exposed")]
    ApiKey(Secret),
}

impl From<Secret> for KeyAdmin {
    fn from(session_guid: Secret) -> Self {
        Self::Session(session_guid)
    }
}

impl From<&Secret> for KeyAdmin {
    fn from(session_guid: &Secret) -> Self {
        Self::Session(session_guid.clone())
    }
}

/// The fields of a call by whoever manages the keys of an org.
#[derive(Serialize)]
struct OfOrg<'a> {
    #[serde(flatten)]
    by: KeyAdmin,
    orgcode: &'a str,
    #[serde(flatten)]
    more: Value,
}

/// An API key to be created.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ApiKeyCreate {
    /// Who asks.
    #[serde(flatten)]
    pub by: KeyAdmin,
    /// The org.
    pub orgcode: String,
    /// The service account that it belongs to.
    pub service_account_id: String,
    /// For people, at most 256 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    /// An expiry of its own (RFC 3339), in the future.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at_utc: Option<String>,
}

impl ApiKeyCreate {
    /// A key of this service account.
    #[must_use]
    pub fn new(by: impl Into<KeyAdmin>, orgcode: &str, service_account_id: &str) -> Self {
        let (orgcode, service_account_id) = (orgcode.to_owned(), service_account_id.to_owned());
        Self { by: by.into(), orgcode, service_account_id, caption: None, expires_at_utc: None }
    }
}

/// A new API key: the one answer that has it in full. `Debug` and `Serialize` do not show it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct CreatedApiKey {
    /// `clk_…`
    #[serde(serialize_with = "crate::secret::redacted")]
    pub api_key: Secret,
    /// `apk_…`
    pub api_key_id: String,
    /// The service account that it belongs to.
    pub service_account_id: String,
    /// When it was created.
    pub created_at_utc: String,
    /// The earlier of its own expiry and the org's greatest age.
    pub expires_at_utc: Option<String>,
}

/// An API key without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct ApiKeyRecord {
    /// `apk_…`
    pub api_key_id: String,
    /// The service account that it belongs to.
    pub service_account_id: String,
    /// As given at creation.
    pub caption: Option<String>,
    /// `active` or `doomed`.
    pub status: String,
    /// When it was created.
    pub created_at_utc: String,
    /// The earlier of its own expiry and the org's greatest age.
    pub expires_at_utc: Option<String>,
    /// When it was last validated.
    pub last_used_at_utc: Option<String>,
    /// When it ended.
    pub doomed_at_utc: Option<String>,
    /// `revoked`, `revoked-with-account`, `revoked-with-org`, `expired`, `service-account-doomed` or `org-doomed`.
    pub doom_reason: Option<String>,
}

/// Which keys a list shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ApiKeyListQuery {
    /// Who asks.
    #[serde(flatten)]
    pub by: KeyAdmin,
    /// The org.
    pub orgcode: String,
    /// The service account whose keys are listed.
    pub service_account_id: String,
    /// Which side is listed.
    pub status: ListStatus,
    /// 8 by default, clamped to 1…256.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// The cursor of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
}

impl ApiKeyListQuery {
    /// The active keys of this service account.
    #[must_use]
    pub fn new(by: impl Into<KeyAdmin>, orgcode: &str, service_account_id: &str) -> Self {
        let (orgcode, service_account_id) = (orgcode.to_owned(), service_account_id.to_owned());
        Self { by: by.into(), orgcode, service_account_id, status: ListStatus::Active, limit: None, next_token: None }
    }
}

/// A page of keys, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct ApiKeyList {
    /// The keys.
    pub api_keys: Vec<ApiKeyRecord>,
    /// The cursor of the next page.
    pub next_token: Option<String>,
}

/// How old an org's keys may become.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct ApiKeyPolicy {
    /// The org.
    pub orgcode: String,
    /// `None`: no limit.
    pub max_age_days: Option<u32>,
}

/// What a valid key stands for.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct ApiKeyWorth {
    /// The org.
    pub orgcode: String,
    /// `unverified`, `verified`, `parked`, `suspended` or `frozen`.
    pub org_status: String,
    /// The roles of the service account.
    pub roles: Vec<String>,
    /// The service account that it belongs to.
    pub service_account_id: String,
    /// `apk_…`
    pub api_key_id: String,
    /// When it expires.
    pub expires_at_utc: Option<String>,
}

#[derive(Deserialize)]
struct Marker {
    revoked_before_utc: String,
}

impl Usm<'_> {
    /// Creates a key of a service account.
    ///
    /// # Errors
    /// `not-owner` and `org-write-blocked` (403), `not-found` (404), `service-account-doomed` (401).
    pub async fn api_key_create(&self, wish: &ApiKeyCreate) -> Result<CreatedApiKey> {
        self.call("api_key", "create", wish)?.data().await
    }

    /// Lists the keys of a service account.
    ///
    /// # Errors
    /// `not-owner` (403), `not-found` (404).
    pub async fn api_key_list(&self, query: &ApiKeyListQuery) -> Result<ApiKeyList> {
        self.call("api_key", "list", query)?.repeatable().data().await
    }

    /// Ends a key.
    ///
    /// # Errors
    /// `not-owner` (403), `not-found` (404).
    pub async fn api_key_revoke(
        &self,
        by: impl Into<KeyAdmin>,
        orgcode: &str,
        api_key_id: &str,
        reason: Option<&str>,
    ) -> Result<ApiKeyRecord> {
        let mut more = json!({ "api_key_id": api_key_id });
        if let Some(reason) = reason {
            more["reason"] = reason.into();
        }
        self.call("api_key", "revoke", &OfOrg { by: by.into(), orgcode, more })?.data().await
    }

    /// Ends every key that a service account has now; says when that was.
    ///
    /// # Errors
    /// `not-owner` (403), `not-found` (404).
    pub async fn api_key_revoke_all(&self, by: impl Into<KeyAdmin>, orgcode: &str, service_account_id: &str) -> Result<String> {
        let body = OfOrg { by: by.into(), orgcode, more: json!({ "service_account_id": service_account_id }) };
        Ok(self.call("api_key", "revoke_all", &body)?.data::<Marker>().await?.revoked_before_utc)
    }

    /// Ends every key that an org has now; says when that was.
    ///
    /// # Errors
    /// `not-owner` (403), `not-found` (404).
    pub async fn api_key_revoke_all_org(&self, by: impl Into<KeyAdmin>, orgcode: &str) -> Result<String> {
        let body = OfOrg { by: by.into(), orgcode, more: json!({}) };
        Ok(self.call("api_key", "revoke_all_org", &body)?.data::<Marker>().await?.revoked_before_utc)
    }

    /// Limits the age of an org's keys, of existing ones too; `None` removes the limit.
    ///
    /// # Errors
    /// `validation-error` (400) outside of 1…36500, `not-owner` (403), `not-found` (404).
    pub async fn api_key_policy_set(&self, by: impl Into<KeyAdmin>, orgcode: &str, max_age_days: Option<u32>) -> Result<ApiKeyPolicy> {
        let body = OfOrg { by: by.into(), orgcode, more: json!({ "max_age_days": max_age_days }) };
        self.call("api_key", "policy_set", &body)?.data().await
    }

    /// Says what a key is worth: this one, else the one that the client calls with. Where an org is named, another org's key is
    /// `not-found`.
    ///
    /// # Errors
    /// `invalid-api-key`, `api-key-doomed`, `api-key-expired` and `service-account-doomed` (401), `not-found` (404);
    /// [`Error::Setup`] where there is no key.
    pub async fn api_key_validate(&self, api_key: Option<&Secret>, orgcode: Option<&str>) -> Result<ApiKeyWorth> {
        let api_key = match (api_key, &self.client.credentials) {
            (Some(api_key), _) | (None, Credentials::ApiKey(api_key)) => api_key,
            _ => return Err(Error::Setup("there is no API key to validate".into())),
        };
        let body = orgcode.map_or_else(|| json!({}), |orgcode| json!({ "orgcode": orgcode }));
        let call = self.call("api_key", "validate", &body)?.repeatable();
        call.secret_header(HeaderName::from_static("x-api-key"), api_key.expose()).data().await
    }
}
