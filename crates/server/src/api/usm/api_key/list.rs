//! `POST /usm/api_key/list`

use axum::extract::State;
use cloakroom_engine::ids::ServiceAccountUid;
use cloakroom_engine::machine::api_keys::list::ApiKeyQuery;
use cloakroom_engine::machine::store::ApiKeyFilter;

use super::wire::{ApiKeyList, ApiKeyListBody, ApiKeyRecord, ListedApiKeyRecords};
use crate::api::usm::Usm;
use crate::api::usm::call::Call;
use crate::api::usm::envelope::{Failed, Reply};
use crate::api::usm::error::UsmError;
use crate::api::usm::wire::{self, ListStatus};

/// List the keys of a service account, newest first, without their secrets.
#[utoipa::path(post, path = "/usm/api_key/list", tag = "API keys", request_body = ApiKeyListBody, responses(
    (status = 200, description = "A page", body = ListedApiKeyRecords),
    (status = 400, description = "validation-error, invalid-status", body = Failed),
    (status = 401, description = "session-doomed, ttl-expired, user-suspended, user-doomed, email-unverified, email-doomed", body = Failed),
    (status = 403, description = "not-owner", body = Failed),
    (status = 404, description = "session-not-found, not-found", body = Failed),
    (status = 503, description = "service-unavailable", body = Failed),
))]
pub async fn list(State(usm): State<Usm>, mut call: Call) -> Result<Reply, UsmError> {
    let (session, orgcode) = (call.session_guid(&usm), call.orgcode());
    let account = call.fields.required_text("service_account_id", 64);
    let status = ListStatus::read(&mut call.fields);
    let (after, limit) = (wire::cursor(&mut call.fields, "next_token"), wire::limit(&mut call.fields));
    let owner = call.owner(&usm, &session, &orgcode).await?;
    call.finish()?;
    let filter = filter(status.ok_or(UsmError::INVALID_LIST_STATUS)?);
    let account = ServiceAccountUid::parse(&account).ok_or(UsmError::NO_SUCH_RECORD)?;
    let listed = usm.engine.list_api_keys(&owner, &ApiKeyQuery { account, filter, after, limit }).await??;
    let api_keys = listed.api_keys.iter().map(ApiKeyRecord::of).collect();
    Reply::new(&ApiKeyList { api_keys, next_token: listed.next.map(wire::token) })
}

const fn filter(status: ListStatus) -> ApiKeyFilter {
    match status {
        ListStatus::Active => ApiKeyFilter::Live,
        ListStatus::Doomed => ApiKeyFilter::Dead,
        ListStatus::All => ApiKeyFilter::All,
    }
}
