//! The shapes of API keys on this surface.

use cloakroom_engine::machine::api_keys::create::CreatedApiKey;
use cloakroom_engine::machine::api_keys::validate::ValidApiKey;
use cloakroom_engine::machine::verdict::{ApiKeyEndReason, ApiKeyView};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::usm::envelope::{Build, Stats, enveloped};
use crate::api::usm::wire::time;

/// A new API key, in full.
#[derive(Serialize, ToSchema)]
pub struct CreatedApiKeyRecord {
    /// The key itself; no other reply shows it.
    #[schema(pattern = "^clk_[0-9A-Za-z]{22}_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}$")]
    pub api_key: String,
    pub api_key_id: String,
    pub service_account_id: String,
    pub created_at_utc: String,
    /// The earlier of its own expiry and the org's greatest age; null when neither is set.
    #[schema(required = true)]
    pub expires_at_utc: Option<String>,
}

impl CreatedApiKeyRecord {
    pub fn of(created: &CreatedApiKey) -> Self {
        let api_key = &created.view.snapshot.api_key;
        Self {
            api_key: created.shown.expose().to_string(),
            api_key_id: api_key.uid.to_string(),
            service_account_id: api_key.account.to_string(),
            created_at_utc: time(api_key.created_at),
            expires_at_utc: created.view.snapshot.expires_at().map(time),
        }
    }
}

/// An API key without its secret.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApiKeyRecord {
    pub api_key_id: String,
    pub service_account_id: String,
    #[schema(required = true)]
    pub caption: Option<String>,
    /// `active` or `doomed`.
    #[schema(pattern = "^(active|doomed)$")]
    pub status: &'static str,
    pub created_at_utc: String,
    /// The earlier of its own expiry and the org's greatest age; null when neither is set.
    #[schema(required = true)]
    pub expires_at_utc: Option<String>,
    #[schema(required = true)]
    pub last_used_at_utc: Option<String>,
    #[schema(required = true)]
    pub doomed_at_utc: Option<String>,
    #[schema(pattern = "^(revoked|revoked-with-account|revoked-with-org|expired|service-account-doomed|org-doomed)$", required = true)]
    pub doom_reason: Option<&'static str>,
}

impl ApiKeyRecord {
    pub fn of(view: &ApiKeyView) -> Self {
        let api_key = &view.snapshot.api_key;
        Self {
            api_key_id: api_key.uid.to_string(),
            service_account_id: api_key.account.to_string(),
            caption: api_key.caption.clone(),
            status: if view.end.is_none() { "active" } else { "doomed" },
            created_at_utc: time(api_key.created_at),
            expires_at_utc: view.snapshot.expires_at().map(time),
            last_used_at_utc: api_key.last_used_at.map(time),
            doomed_at_utc: view.end.map(|end| time(end.at)),
            doom_reason: view.end.map(|end| doom_reason(end.reason).0),
        }
    }
}

/// The engine's end reasons in the words of this surface: a tag and a message.
pub const fn doom_reason(reason: ApiKeyEndReason) -> (&'static str, &'static str) {
    match reason {
        ApiKeyEndReason::Revoked => ("revoked", "The key was revoked."),
        ApiKeyEndReason::AccountDoomed => ("service-account-doomed", "The service account is doomed."),
        ApiKeyEndReason::OrgDoomed => ("org-doomed", "The org is doomed."),
        ApiKeyEndReason::RevokedWithAccount => ("revoked-with-account", "All keys of the service account were revoked."),
        ApiKeyEndReason::RevokedWithOrg => ("revoked-with-org", "All keys of the org were revoked."),
        ApiKeyEndReason::Expired => ("expired", "The key's time ran out."),
    }
}

/// A page of a service account's keys.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApiKeyList {
    pub api_keys: Vec<ApiKeyRecord>,
    /// Where to go on; null at the end.
    #[schema(required = true)]
    pub next_token: Option<String>,
}

/// When all keys were revoked.
#[derive(Debug, Serialize, ToSchema)]
pub struct RevokedBefore {
    /// For reading: what decides is an epoch, so that a key made afterwards lives even within the same millisecond.
    pub revoked_before_utc: String,
}

/// How old an org's keys may become.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApiKeyPolicy {
    pub orgcode: String,
    /// Null when there is no bound.
    #[schema(required = true)]
    pub max_age_days: Option<u32>,
}

/// What a valid key is worth.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApiKeyWorth {
    pub orgcode: String,
    /// Anything but `doomed`; judge for yourself what a suspended org may do.
    #[schema(pattern = "^(unverified|verified|parked|suspended|frozen)$")]
    pub org_status: &'static str,
    pub roles: Vec<String>,
    pub service_account_id: String,
    pub api_key_id: String,
    #[schema(required = true)]
    pub expires_at_utc: Option<String>,
}

impl ApiKeyWorth {
    pub fn of(valid: &ValidApiKey) -> Self {
        Self {
            orgcode: valid.org_code.clone(),
            org_status: valid.org_status.as_str(),
            roles: valid.roles.clone(),
            service_account_id: valid.account.to_string(),
            api_key_id: valid.uid.to_string(),
            expires_at_utc: valid.expires_at.map(time),
        }
    }
}

enveloped! {
    /// A new API key in its envelope.
    MadeApiKey(CreatedApiKeyRecord),
    /// An API key in its envelope.
    ShownApiKeyRecord(ApiKeyRecord),
    /// A list of API keys in its envelope.
    ListedApiKeyRecords(ApiKeyList),
    /// A marker in its envelope.
    Marked(RevokedBefore),
    /// A policy in its envelope.
    SetPolicy(ApiKeyPolicy),
    /// The worth of an API key in its envelope.
    ValidatedApiKey(ApiKeyWorth),
}

/// Body of `api_key/create`.
#[derive(Debug, ToSchema)]
#[allow(dead_code, reason = "documents the body; the handler reads it field by field to name every bad one")]
pub struct ApiKeyCreateBody {
    /// Of a session of an owner of the org.
    #[schema(pattern = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")]
    session_guid: String,
    #[schema(max_length = 256)]
    orgcode: String,
    #[schema(max_length = 64)]
    service_account_id: String,
    #[schema(max_length = 256)]
    caption: Option<String>,
    /// An expiry of its own, in the future; the org's greatest age may end it before.
    #[schema(format = DateTime)]
    expires_at_utc: Option<String>,
    #[schema(max_length = 256)]
    actor: Option<String>,
    #[schema(max_length = 256)]
    cccode: Option<String>,
}

/// Body of `api_key/list`.
#[derive(Debug, ToSchema)]
#[allow(dead_code, reason = "documents the body; the handler reads it field by field to name every bad one")]
pub struct ApiKeyListBody {
    /// Of a session of an owner of the org.
    #[schema(pattern = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")]
    session_guid: String,
    #[schema(max_length = 256)]
    orgcode: String,
    #[schema(max_length = 64)]
    service_account_id: String,
    /// `active` (default), `doomed` or `all`.
    #[schema(pattern = "^(active|doomed|all)$")]
    status: Option<String>,
    /// Default 8, clamped to 1 to 256.
    limit: Option<i64>,
    /// From the reply before.
    next_token: Option<String>,
    #[schema(max_length = 256)]
    actor: Option<String>,
    #[schema(max_length = 256)]
    cccode: Option<String>,
}

/// Body of `api_key/revoke`.
#[derive(Debug, ToSchema)]
#[allow(dead_code, reason = "documents the body; the handler reads it field by field to name every bad one")]
pub struct ApiKeyRevokeBody {
    /// Of a session of an owner of the org.
    #[schema(pattern = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")]
    session_guid: String,
    #[schema(max_length = 256)]
    orgcode: String,
    #[schema(max_length = 64)]
    api_key_id: String,
    /// For the audit trail.
    #[schema(max_length = 256)]
    reason: Option<String>,
    #[schema(max_length = 256)]
    actor: Option<String>,
    #[schema(max_length = 256)]
    cccode: Option<String>,
}

/// Body of `api_key/revoke_all`.
#[derive(Debug, ToSchema)]
#[allow(dead_code, reason = "documents the body; the handler reads it field by field to name every bad one")]
pub struct ApiKeyRevokeAllBody {
    /// Of a session of an owner of the org.
    #[schema(pattern = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")]
    session_guid: String,
    #[schema(max_length = 256)]
    orgcode: String,
    #[schema(max_length = 64)]
    service_account_id: String,
    #[schema(max_length = 256)]
    actor: Option<String>,
    #[schema(max_length = 256)]
    cccode: Option<String>,
}

/// Body of `api_key/revoke_all_org`.
#[derive(Debug, ToSchema)]
#[allow(dead_code, reason = "documents the body; the handler reads it field by field to name every bad one")]
pub struct ApiKeyOrgBody {
    /// Of a session of an owner of the org.
    #[schema(pattern = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")]
    session_guid: String,
    #[schema(max_length = 256)]
    orgcode: String,
    #[schema(max_length = 256)]
    actor: Option<String>,
    #[schema(max_length = 256)]
    cccode: Option<String>,
}

/// Body of `api_key/policy_set`.
#[derive(Debug, ToSchema)]
#[allow(dead_code, reason = "documents the body; the handler reads it field by field to name every bad one")]
pub struct ApiKeyPolicyBody {
    /// Of a session of an owner of the org.
    #[schema(pattern = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")]
    session_guid: String,
    #[schema(max_length = 256)]
    orgcode: String,
    /// From 1 to 36500; null or absent clears it.
    max_age_days: Option<i64>,
    #[schema(max_length = 256)]
    actor: Option<String>,
    #[schema(max_length = 256)]
    cccode: Option<String>,
}

/// Body of `api_key/validate`.
#[derive(Debug, ToSchema)]
#[allow(dead_code, reason = "documents the body; the handler reads it field by field to name every bad one")]
pub struct ApiKeyValidateBody {
    /// Required unless the header `x-api-key` has the key.
    api_key: Option<String>,
    /// Another org's key is then `not-found`.
    #[schema(max_length = 256)]
    orgcode: Option<String>,
    #[schema(max_length = 256)]
    actor: Option<String>,
    #[schema(max_length = 256)]
    cccode: Option<String>,
}
