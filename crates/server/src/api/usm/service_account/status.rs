//! `POST /usm/service_account/status`

use axum::extract::State;
use cloakroom_engine::ids::ServiceAccountUid;

use super::wire::{ServiceAccountRecord, ServiceAccountStatusBody, ShownServiceAccount};
use crate::api::usm::Usm;
use crate::api::usm::call::Call;
use crate::api::usm::envelope::{Failed, Reply};
use crate::api::usm::error::UsmError;

/// Doom a service account; all its keys die with it.
#[utoipa::path(post, path = "/usm/service_account/status", tag = "service accounts", request_body = ServiceAccountStatusBody, responses(
    (status = 200, description = "The service account, doomed", body = ShownServiceAccount),
    (status = 400, description = "validation-error, invalid-status", body = Failed),
    (status = 401, description = "session-doomed, ttl-expired, user-suspended, user-doomed, email-unverified, email-doomed", body = Failed),
    (status = 403, description = "not-owner, org-write-blocked", body = Failed),
    (status = 404, description = "session-not-found, not-found", body = Failed),
    (status = 503, description = "service-unavailable", body = Failed),
))]
pub async fn status(State(usm): State<Usm>, mut call: Call) -> Result<Reply, UsmError> {
    let (session, orgcode) = (call.session_guid(&usm), call.orgcode());
    let account = call.fields.required_text("service_account_id", 64);
    let status = call.fields.required_text("status", 64);
    let owner = call.writer(&usm, &session, &orgcode).await?;
    call.finish()?;
    if status != "doomed" {
        return Err(UsmError::INVALID_NEW_STATUS);
    }
    let account = ServiceAccountUid::parse(&account).ok_or(UsmError::NO_SUCH_RECORD)?;
    let (engine, origin, writer) = (usm.engine.clone(), call.origin, owner.clone());
    let doomed = usm.detached.run(async move { engine.doom_service_account(&writer, account, &origin).await }).await???;
    Reply::new(&ServiceAccountRecord::of(&doomed, &owner))
}
