//! `POST /usm/session/get`

use axum::extract::State;

use super::wire::{GetBody, SessionRecord, Shown};
use crate::api::usm::Usm;
use crate::api::usm::call::Call;
use crate::api::usm::envelope::{Failed, Reply};
use crate::api::usm::error::UsmError;

/// Look at one session, live or ended.
#[utoipa::path(post, path = "/usm/session/get", tag = "sessions", request_body = GetBody, responses(
    (status = 200, description = "The session as it is", body = Shown),
    (status = 400, description = "validation-error", body = Failed),
    (status = 404, description = "session-not-found", body = Failed),
    (status = 503, description = "service-unavailable", body = Failed),
))]
pub async fn get(State(usm): State<Usm>, mut call: Call) -> Result<Reply, UsmError> {
    let session = call.session_guid(&usm);
    let include_archived = call.fields.optional_bool("include_archived").unwrap_or(false);
    call.finish()?;
    let view = usm.engine.get_session(&session, include_archived).await?.ok_or(UsmError::SESSION_NOT_FOUND)?;
    Reply::new(&SessionRecord::of(&view, usm.engine.keys()))
}
