//! `POST /usm/api_key/create`

use axum::extract::State;
use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::ids::ServiceAccountUid;
use cloakroom_engine::machine::api_keys::create::ApiKeyWish;

use super::wire::{ApiKeyCreateBody, CreatedApiKeyRecord, MadeApiKey};
use crate::api::usm::Usm;
use crate::api::usm::call::Call;
use crate::api::usm::envelope::{Failed, Reply};
use crate::api::usm::error::UsmError;

/// Make an API key for a service account.
#[utoipa::path(post, path = "/usm/api_key/create", tag = "API keys", request_body = ApiKeyCreateBody, responses(
    (status = 200, description = "The key, in full this once", body = MadeApiKey),
    (status = 400, description = "validation-error", body = Failed),
    (status = 401, description = "service-account-doomed, session-doomed, ttl-expired, user-suspended, user-doomed, email-unverified, email-doomed", body = Failed),
    (status = 403, description = "not-owner, org-write-blocked", body = Failed),
    (status = 404, description = "session-not-found, not-found", body = Failed),
    (status = 503, description = "service-unavailable", body = Failed),
))]
pub async fn create(State(usm): State<Usm>, mut call: Call) -> Result<Reply, UsmError> {
    let (session, orgcode) = (call.session_guid(&usm), call.orgcode());
    let account = call.fields.required_text("service_account_id", 64);
    let caption = call.fields.optional_text("caption", 256);
    let expires_at = call.fields.optional_time("expires_at_utc").map(Timestamp::from_millis);
    let owner = call.writer(&usm, &session, &orgcode).await?;
    call.finish()?;
    let account = ServiceAccountUid::parse(&account).ok_or(UsmError::NO_SUCH_RECORD)?;
    let (engine, origin) = (usm.engine.clone(), call.origin);
    let wish = ApiKeyWish { account, caption, expires_at };
    let created = usm.detached.run(async move { engine.create_api_key(&owner, wish, &origin).await }).await???;
    Reply::new(&CreatedApiKeyRecord::of(&created))
}
