//! `POST /usm/session/logout_everywhere`

use axum::extract::State;
use cloakroom_engine::sessions::log_out::LogOutReach;

use super::wire::{Counted, DoomedCount, SessionBody};
use crate::api::usm::Usm;
use crate::api::usm::call::Call;
use crate::api::usm::envelope::{Failed, Reply};
use crate::api::usm::error::UsmError;

/// End all of the caller's sessions, this one too.
#[utoipa::path(post, path = "/usm/session/logout_everywhere", tag = "sessions", request_body = SessionBody, responses(
    (status = 200, description = "How many sessions ended", body = Counted),
    (status = 400, description = "validation-error", body = Failed),
    (status = 401, description = "session-doomed, ttl-expired, user-suspended, user-doomed, email-unverified, email-doomed", body = Failed),
    (status = 404, description = "session-not-found", body = Failed),
    (status = 503, description = "service-unavailable", body = Failed),
))]
pub async fn logout_everywhere(State(usm): State<Usm>, mut call: Call) -> Result<Reply, UsmError> {
    let session = call.session_guid(&usm);
    let caller = call.caller(&usm, &session).await?;
    call.finish()?;
    let (engine, origin) = (usm.engine.clone(), call.origin);
    let log_out = async move { engine.log_out(&caller, LogOutReach::Everywhere, &origin).await };
    let doomed_count = usm.detached.run(log_out).await??;
    Reply::new(&DoomedCount { doomed_count })
}
