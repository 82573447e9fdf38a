//! `POST /usm/api_key/revoke_all`

use axum::extract::State;
use cloakroom_engine::ids::ServiceAccountUid;

use super::wire::{ApiKeyRevokeAllBody, Marked, RevokedBefore};
use crate::api::usm::Usm;
use crate::api::usm::call::Call;
use crate::api::usm::envelope::{Failed, Reply};
use crate::api::usm::error::UsmError;
use crate::api::usm::wire::time;

/// Revoke every key that a service account has now.
#[utoipa::path(post, path = "/usm/api_key/revoke_all", tag = "API keys", request_body = ApiKeyRevokeAllBody, responses(
    (status = 200, description = "When; keys made afterwards live", body = Marked),
    (status = 400, description = "validation-error", body = Failed),
    (status = 401, description = "session-doomed, ttl-expired, user-suspended, user-doomed, email-unverified, email-doomed", body = Failed),
    (status = 403, description = "not-owner, org-write-blocked", body = Failed),
    (status = 404, description = "session-not-found, not-found", body = Failed),
    (status = 503, description = "service-unavailable", body = Failed),
))]
pub async fn revoke_all(State(usm): State<Usm>, mut call: Call) -> Result<Reply, UsmError> {
    let (session, orgcode) = (call.session_guid(&usm), call.orgcode());
    let account = call.fields.required_text("service_account_id", 64);
    let owner = call.writer(&usm, &session, &orgcode).await?;
    call.finish()?;
    let account = ServiceAccountUid::parse(&account).ok_or(UsmError::NO_SUCH_RECORD)?;
    let (engine, origin) = (usm.engine.clone(), call.origin);
    let marked = usm.detached.run(async move { engine.revoke_api_keys(&owner, Some(account), &origin).await }).await???;
    Reply::new(&RevokedBefore { revoked_before_utc: time(marked) })
}
