//! `POST /usm/session/close`

use axum::extract::State;

use super::wire::{CloseBody, SessionRecord, Shown};
use crate::api::usm::Usm;
use crate::api::usm::call::Call;
use crate::api::usm::envelope::{Failed, Reply};
use crate::api::usm::error::UsmError;

/// End one session.
#[utoipa::path(post, path = "/usm/session/close", tag = "sessions", request_body = CloseBody, responses(
    (status = 200, description = "The session, doomed", body = Shown),
    (status = 400, description = "validation-error", body = Failed),
    (status = 401, description = "session-doomed, ttl-expired, user-suspended, user-doomed, email-unverified, email-doomed", body = Failed),
    (status = 404, description = "session-not-found", body = Failed),
    (status = 503, description = "service-unavailable", body = Failed),
))]
pub async fn close(State(usm): State<Usm>, mut call: Call) -> Result<Reply, UsmError> {
    let session = call.session_guid(&usm);
    let note = call.fields.optional_text("reason", 256);
    call.finish()?;
    let (engine, origin) = (usm.engine.clone(), call.origin);
    let closed = usm.detached.run(async move { engine.close_session(&session, note, &origin).await }).await???;
    Reply::new(&SessionRecord::of(&closed, usm.engine.keys()))
}
