//! `POST /usm/session/validate`

use axum::extract::State;

use super::wire::{SessionBody, SessionRecord, Shown};
use crate::api::usm::Usm;
use crate::api::usm::call::Call;
use crate::api::usm::envelope::{Failed, Reply};
use crate::api::usm::error::UsmError;

/// Say whether a session lives, and move its expiry where it slides.
#[utoipa::path(post, path = "/usm/session/validate", tag = "sessions", request_body = SessionBody, responses(
    (status = 200, description = "The session lives", body = Shown),
    (status = 400, description = "validation-error", body = Failed),
    (status = 401, description = "session-doomed, ttl-expired, user-suspended, user-doomed, email-unverified, email-doomed", body = Failed),
    (status = 404, description = "session-not-found", body = Failed),
    (status = 503, description = "service-unavailable", body = Failed),
))]
pub async fn validate(State(usm): State<Usm>, mut call: Call) -> Result<Reply, UsmError> {
    let session = call.session_guid(&usm);
    call.finish()?;
    let view = usm.engine.validate_session(session.as_secret(), &call.origin).await??;
    Reply::new(&SessionRecord::of(&view, usm.engine.keys()))
}
