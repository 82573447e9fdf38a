//! `/usm/api_key/…`: what service accounts prove themselves with. Owners of the org and their machines make and end keys; whoever holds one validates.

use axum::extract::State;
use cloakroom_engine::callers::{ApiKeyAdmin, ApiKeyWriter};
use cloakroom_engine::directory::TenantStatus;
use cloakroom_engine::ids::{ApiKeyUid, ServiceAccountUid};
use cloakroom_engine::machine::api_keys::create::{ApiKeyWish, CreatedApiKey};
use cloakroom_engine::machine::api_keys::list::ApiKeyQuery;
use cloakroom_engine::machine::api_keys::policy::MAX_AGE_DAYS;
use cloakroom_engine::machine::api_keys::validate::ValidApiKey;
use cloakroom_engine::machine::store::ApiKeyFilter;
use cloakroom_engine::machine::verdict::ApiKeyEndReason;
use cloakroom_engine::machine::verdict::ApiKeyView;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::Schema;

use super::UsmDesk;
use super::call::Call;
use super::doom_reasons::api_key_doom_reason;
use super::envelope::{Enveloped, Failed, Reply, time};
use super::error::UsmError;
use super::lists::{ListStatus, PageCursor, Status, standing};
use super::refusals::{KeyAdminRefusals, KeyWriterRefusals};
use crate::http::cursor;
use crate::http::declared::body;
use crate::http::declared::types::{Clamped, Text, Time, Whole, nullable, words_of};
use crate::http::declared::words::PublicId;

type CreateApiKeyCall = Call<ApiKeyWriter, CreateApiKeyBody>;
type ListApiKeysCall = Call<ApiKeyAdmin, ListApiKeysBody>;
type RevokeApiKeyCall = Call<ApiKeyWriter, RevokeApiKeyBody>;
type RevokeApiKeysCall = Call<ApiKeyWriter, RevokeApiKeysBody>;
type RevokeOrgApiKeysCall = Call<ApiKeyWriter, RevokeOrgApiKeysBody>;
type ApiKeyPolicyCall = Call<ApiKeyWriter, ApiKeyPolicyBody>;
type ValidateApiKeyCall = Call<ValidApiKey, ValidateApiKeyBody>;
type CreatedApiKeyReply = Enveloped<CreatedApiKeyRecord>;
type ApiKeyListReply = Enveloped<ApiKeyList>;
type ApiKeyReply = Enveloped<ApiKeyRecord>;
type RevokedBeforeReply = Enveloped<RevokedBefore>;
type ApiKeyPolicyReply = Enveloped<ApiKeyPolicy>;
type ApiKeyWorthReply = Enveloped<ApiKeyWorth>;

body! {
    /// Body of `api_key/create`.
    pub struct CreateApiKeyBody {
        service_account_id: PublicId<ServiceAccountUid, 1, 64>,
        caption: Option<Text<0, 256>> = "Till 4",
        /// An expiry of its own, in the future; the org's greatest age may end it before.
        expires_at_utc: Option<Time> = "2036-01-02T03:04:05Z",
    }

    /// Body of `api_key/list`.
    pub struct ListApiKeysBody {
        service_account_id: PublicId<ServiceAccountUid, 1, 64>,
        /// Which keys are shown.
        status: Status,
        /// From the reply before.
        next_token: Option<PageCursor>,
        /// Clamped to 1 to 256.
        limit: Clamped<1, 256, 8>,
    }

    /// Body of `api_key/revoke`.
    pub struct RevokeApiKeyBody {
        api_key_id: PublicId<ApiKeyUid, 1, 64>,
        /// For the audit trail.
        reason: Option<Text<0, 256>> = "the till was stolen",
    }

    /// Body of `api_key/revoke_all`.
    pub struct RevokeApiKeysBody {
        service_account_id: PublicId<ServiceAccountUid, 1, 64>,
    }

    /// Body of `api_key/revoke_all_org`.
    pub struct RevokeOrgApiKeysBody {}

    /// Body of `api_key/policy_set`.
    pub struct ApiKeyPolicyBody {
        /// Null or absent clears it.
        max_age_days: Option<Whole<u32, 1, { MAX_AGE_DAYS as i64 }>> = 365,
    }

    /// Body of `api_key/validate`.
    pub struct ValidateApiKeyBody {}
}

/// A new API key, in full.
#[derive(Serialize, ToSchema)]
pub struct CreatedApiKeyRecord {
    /// The key itself; no other reply shows it.
    #[schema(
        pattern = "^clk_[0-9A-Za-z]{22}_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}$",
        example = "clk_0SdJ3mPq7XnZb2Kc9LwVtR_4eUaX1sYcQ0bN8vGhJ5kL7mPzR2tW9yD3fC6xVqBnTg_a1B2c3"
    )]
    pub api_key: String,
    #[schema(example = "apk_0SdJ3mPq7XnZb2Kc9LwVtR")]
    pub api_key_id: String,
    #[schema(example = "sva_01J8ZQ4Y7N3V5K2M6P9R1S0T8W")]
    pub service_account_id: String,
    #[schema(format = DateTime)]
    pub created_at_utc: String,
    /// The earlier of its own expiry and the org's greatest age; null when neither is set.
    #[schema(required = true, format = DateTime)]
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
    #[schema(example = "apk_0SdJ3mPq7XnZb2Kc9LwVtR")]
    pub api_key_id: String,
    #[schema(example = "sva_01J8ZQ4Y7N3V5K2M6P9R1S0T8W")]
    pub service_account_id: String,
    #[schema(required = true, example = "Till 4")]
    pub caption: Option<String>,
    #[schema(schema_with = standing)]
    pub status: &'static str,
    #[schema(format = DateTime)]
    pub created_at_utc: String,
    /// The earlier of its own expiry and the org's greatest age; null when neither is set.
    #[schema(required = true, format = DateTime)]
    pub expires_at_utc: Option<String>,
    #[schema(required = true, format = DateTime)]
    pub last_used_at_utc: Option<String>,
    #[schema(required = true, format = DateTime)]
    pub doomed_at_utc: Option<String>,
    #[schema(schema_with = doom_reasons, required = true)]
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
            doom_reason: view.end.map(|end| api_key_doom_reason(end.reason).0),
        }
    }
}

/// Every doom reason, or null.
fn doom_reasons() -> Schema {
    nullable(words_of(ApiKeyEndReason::ALL.iter().map(|reason| api_key_doom_reason(*reason).0)))
}

/// Every status of an org but the last.
fn org_standing() -> Schema {
    words_of(TenantStatus::ALL.iter().filter(|status| **status != TenantStatus::Doomed).map(|status| status.as_str()))
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
    #[schema(format = DateTime)]
    pub revoked_before_utc: String,
}

/// How old an org's keys may become.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApiKeyPolicy {
    #[schema(example = "ACME")]
    pub orgcode: String,
    /// Null when there is no bound.
    #[schema(required = true)]
    pub max_age_days: Option<u32>,
}

/// What a valid key is worth.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApiKeyWorth {
    #[schema(example = "ACME")]
    pub orgcode: String,
    /// Anything but `doomed`; judge for yourself what a suspended org may do.
    #[schema(schema_with = org_standing)]
    pub org_status: &'static str,
    #[schema(example = json!(["till"]))]
    pub roles: Vec<String>,
    #[schema(example = "sva_01J8ZQ4Y7N3V5K2M6P9R1S0T8W")]
    pub service_account_id: String,
    #[schema(example = "apk_0SdJ3mPq7XnZb2Kc9LwVtR")]
    pub api_key_id: String,
    #[schema(required = true, format = DateTime)]
    pub expires_at_utc: Option<String>,
}

impl ApiKeyWorth {
    pub fn of(valid: &ValidApiKey) -> Self {
        Self {
            orgcode: valid.org_code.to_string(),
            org_status: valid.org_status.as_str(),
            roles: valid.roles.to_vec(),
            service_account_id: valid.account.to_string(),
            api_key_id: valid.uid.to_string(),
            expires_at_utc: valid.expires_at.map(time),
        }
    }
}

/// Make an API key for a service account.
#[utoipa::path(post, path = "/usm/api_key/create", operation_id = "createApiKey", tag = "API keys",
    request_body = CreateApiKeyCall,
    responses(
        (status = 200, description = "The key, in full this once", body = CreatedApiKeyReply),
        KeyWriterRefusals,
    ),
    extensions(("x-effect" = json!("changes")))
)]
pub async fn create(State(desk): State<UsmDesk>, call: CreateApiKeyCall) -> Result<Reply, UsmError> {
    let Call { caller, body, origin } = call;
    let account = body.service_account_id.or(UsmError::NO_SUCH_RECORD)?;
    let wish = ApiKeyWish { account, caption: body.caption, expires_at: body.expires_at_utc };
    Reply::new(&CreatedApiKeyRecord::of(&desk.engine.create_api_key(&caller, wish, &origin).await??))
}

/// List the keys of a service account, newest first, without their secrets.
#[utoipa::path(post, path = "/usm/api_key/list", operation_id = "listApiKeys", tag = "API keys",
    request_body = ListApiKeysCall,
    responses(
        (status = 200, description = "A page", body = ApiKeyListReply),
        (status = 400, description = "validation-error, invalid-status", body = Failed),
        KeyAdminRefusals,
    ),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn list(State(desk): State<UsmDesk>, call: ListApiKeysCall) -> Result<Reply, UsmError> {
    let Call { caller, body, .. } = call;
    let filter = match body.status.or(UsmError::INVALID_LIST_STATUS)? {
        ListStatus::Active => ApiKeyFilter::Live,
        ListStatus::Doomed => ApiKeyFilter::Dead,
        ListStatus::All => ApiKeyFilter::All,
    };
    let account = body.service_account_id.or(UsmError::NO_SUCH_RECORD)?;
    let query = ApiKeyQuery { account, filter, after: body.next_token, limit: body.limit };
    let listed = desk.engine.list_api_keys(&caller, &query).await??;
    let api_keys = listed.api_keys.iter().map(ApiKeyRecord::of).collect();
    Reply::new(&ApiKeyList { api_keys, next_token: listed.next.map(cursor::text) })
}

/// Revoke one API key.
#[utoipa::path(post, path = "/usm/api_key/revoke", operation_id = "revokeApiKey", tag = "API keys",
    request_body = RevokeApiKeyCall,
    responses((status = 200, description = "The key, doomed", body = ApiKeyReply), KeyWriterRefusals),
    extensions(("x-effect" = json!("ends")))
)]
pub async fn revoke(State(desk): State<UsmDesk>, call: RevokeApiKeyCall) -> Result<Reply, UsmError> {
    let Call { caller, body, origin } = call;
    let api_key = body.api_key_id.or(UsmError::NO_SUCH_RECORD)?;
    Reply::new(&ApiKeyRecord::of(&desk.engine.revoke_api_key(&caller, api_key, body.reason, &origin).await??))
}

/// Revoke every key that a service account has now.
#[utoipa::path(post, path = "/usm/api_key/revoke_all", operation_id = "revokeAllApiKeys", tag = "API keys",
    request_body = RevokeApiKeysCall,
    responses((status = 200, description = "When; keys made afterwards live", body = RevokedBeforeReply), KeyWriterRefusals),
    extensions(("x-effect" = json!("ends")))
)]
pub async fn revoke_all(State(desk): State<UsmDesk>, call: RevokeApiKeysCall) -> Result<Reply, UsmError> {
    let Call { caller, body, origin } = call;
    let account = body.service_account_id.or(UsmError::NO_SUCH_RECORD)?;
    let marked = desk.engine.revoke_api_keys(&caller, Some(account), &origin).await??;
    Reply::new(&RevokedBefore { revoked_before_utc: time(marked) })
}

/// Revoke every key that an org has now.
#[utoipa::path(post, path = "/usm/api_key/revoke_all_org", operation_id = "revokeAllOrgApiKeys", tag = "API keys",
    request_body = RevokeOrgApiKeysCall,
    responses((status = 200, description = "When; keys made afterwards live", body = RevokedBeforeReply), KeyWriterRefusals),
    extensions(("x-effect" = json!("ends")))
)]
pub async fn revoke_all_org(State(desk): State<UsmDesk>, call: RevokeOrgApiKeysCall) -> Result<Reply, UsmError> {
    let marked = desk.engine.revoke_api_keys(&call.caller, None, &call.origin).await??;
    Reply::new(&RevokedBefore { revoked_before_utc: time(marked) })
}

/// Say how old an org's keys may become.
#[utoipa::path(post, path = "/usm/api_key/policy_set", operation_id = "setApiKeyPolicy", tag = "API keys",
    request_body = ApiKeyPolicyCall,
    responses(
        (status = 200, description = "The policy that holds from now on, for keys made before as well", body = ApiKeyPolicyReply),
        KeyWriterRefusals,
    ),
    extensions(("x-effect" = json!("changes")))
)]
pub async fn policy_set(State(desk): State<UsmDesk>, call: ApiKeyPolicyCall) -> Result<Reply, UsmError> {
    let (orgcode, max_age_days) = (call.caller.code().to_owned(), call.body.max_age_days);
    desk.engine.set_api_key_policy(&call.caller, max_age_days, &call.origin).await?;
    Reply::new(&ApiKeyPolicy { orgcode, max_age_days })
}

/// Say whether an API key is valid, and what it is worth.
#[utoipa::path(post, path = "/usm/api_key/validate", operation_id = "validateApiKey", tag = "API keys",
    request_body = Option<ValidateApiKeyCall>,
    params(("x-api-key" = Option<String>, Header, description = "The key; wins over the body's")),
    responses(
        (status = 200, description = "What the key is worth", body = ApiKeyWorthReply),
        (status = 401, description = "invalid-api-key, api-key-doomed, api-key-expired, service-account-doomed", body = Failed),
        (status = 404, description = "not-found: the key is another org's than the one named", body = Failed),
    ),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn validate(call: ValidateApiKeyCall) -> Result<Reply, UsmError> {
    Reply::new(&ApiKeyWorth::of(&call.caller))
}
