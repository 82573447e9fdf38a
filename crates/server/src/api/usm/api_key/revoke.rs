//! `POST /usm/api_key/revoke`

use axum::extract::State;
use cloakroom_engine::ids::ApiKeyUid;

use super::wire::{ApiKeyRecord, ApiKeyRevokeBody, ShownApiKeyRecord};
use crate::api::usm::Usm;
use crate::api::usm::call::Call;
use crate::api::usm::envelope::{Failed, Reply};
use crate::api::usm::error::UsmError;

/// Revoke one API key.
#[utoipa::path(post, path = "/usm/api_key/revoke", tag = "API keys", request_body = ApiKeyRevokeBody, responses(
    (status = 200, description = "The key, doomed", body = ShownApiKeyRecord),
    (status = 400, description = "validation-error", body = Failed),
    (status = 401, description = "session-doomed, ttl-expired, user-suspended, user-doomed, email-unverified, email-doomed", body = Failed),
    (status = 403, description = "not-owner, org-write-blocked", body = Failed),
    (status = 404, description = "session-not-found, not-found", body = Failed),
    (status = 503, description = "service-unavailable", body = Failed),
))]
pub async fn revoke(State(usm): State<Usm>, mut call: Call) -> Result<Reply, UsmError> {
    let (session, orgcode) = (call.session_guid(&usm), call.orgcode());
    let api_key = call.fields.required_text("api_key_id", 64);
    let note = call.fields.optional_text("reason", 256);
    let owner = call.writer(&usm, &session, &orgcode).await?;
    call.finish()?;
    let api_key = ApiKeyUid::parse(&api_key).ok_or(UsmError::NO_SUCH_RECORD)?;
    let (engine, origin) = (usm.engine.clone(), call.origin);
    let revoked = usm.detached.run(async move { engine.revoke_api_key(&owner, api_key, note, &origin).await }).await???;
    Reply::new(&ApiKeyRecord::of(&revoked))
}
