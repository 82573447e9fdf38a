//! `POST /usm/api_key/policy_set`

use axum::extract::State;
use cloakroom_engine::machine::api_keys::policy::MAX_AGE_DAYS;

use super::wire::{ApiKeyPolicy, ApiKeyPolicyBody, SetPolicy};
use crate::api::usm::Usm;
use crate::api::usm::call::Call;
use crate::api::usm::envelope::{Failed, Reply};
use crate::api::usm::error::UsmError;

/// Say how old an org's keys may become.
#[utoipa::path(post, path = "/usm/api_key/policy_set", tag = "API keys", request_body = ApiKeyPolicyBody, responses(
    (status = 200, description = "The policy that holds from now on, for keys made before as well", body = SetPolicy),
    (status = 400, description = "validation-error", body = Failed),
    (status = 401, description = "session-doomed, ttl-expired, user-suspended, user-doomed, email-unverified, email-doomed", body = Failed),
    (status = 403, description = "not-owner, org-write-blocked", body = Failed),
    (status = 404, description = "session-not-found, not-found", body = Failed),
    (status = 503, description = "service-unavailable", body = Failed),
))]
pub async fn policy_set(State(usm): State<Usm>, mut call: Call) -> Result<Reply, UsmError> {
    let (session, orgcode) = (call.session_guid(&usm), call.orgcode());
    let days = call.fields.optional_integer("max_age_days", 1..=i64::from(MAX_AGE_DAYS));
    let max_age_days = days.and_then(|days| u32::try_from(days).ok());
    let owner = call.writer(&usm, &session, &orgcode).await?;
    call.finish()?;
    let (engine, origin, orgcode) = (usm.engine.clone(), call.origin, owner.code().to_owned());
    usm.detached.run(async move { engine.set_api_key_policy(&owner, max_age_days, &origin).await }).await??;
    Reply::new(&ApiKeyPolicy { orgcode, max_age_days })
}
