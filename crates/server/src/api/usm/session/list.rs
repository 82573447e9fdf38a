//! `POST /usm/session/list`

use axum::extract::State;
use cloakroom_engine::callers::EndUser;
use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::sessions::cursor::CursorRefused;
use cloakroom_engine::sessions::list::{ListQuery, SideListed, SideQuery};
use cloakroom_engine::sessions::pages::{ArchivedFilter, Side};

use super::wire::{ListBody, Listed, SessionList, SessionListAll, SessionRecord};
use crate::api::usm::Usm;
use crate::api::usm::call::Call;
use crate::api::usm::envelope::{Failed, Reply};
use crate::api::usm::error::UsmError;
use crate::api::usm::wire::{self, ListStatus};
use crate::http::fields::Fields;

/// List the caller's sessions, newest first.
#[utoipa::path(post, path = "/usm/session/list", tag = "sessions", request_body = ListBody, responses(
    (status = 200, description = "A page; with status `all` two cursors in the place of one", body = Listed),
    (status = 400, description = "validation-error, invalid-status", body = Failed),
    (status = 401, description = "session-doomed, ttl-expired, user-suspended, user-doomed, email-unverified, email-doomed", body = Failed),
    (status = 404, description = "session-not-found", body = Failed),
    (status = 503, description = "service-unavailable", body = Failed),
))]
pub async fn list(State(usm): State<Usm>, mut call: Call) -> Result<Reply, UsmError> {
    let session = call.session_guid(&usm);
    let decoded = decode(&mut call.fields);
    let caller = call.caller(&usm, &session).await?;
    call.finish()?;
    let (status, query) = decoded?;
    let listed = usm.engine.list_sessions(&caller, &query).await?.map_err(|refused| cursor_refused(status, refused))?;
    encode(&usm, &caller, status, listed)
}

fn decode(fields: &mut Fields) -> Result<(ListStatus, ListQuery), UsmError> {
    let status = ListStatus::read(fields);
    let sides = wire::sides(fields, status.unwrap_or(ListStatus::Active), Side::Live, Side::Ended);
    let limit = wire::limit(fields);
    let (caption, label) = (fields.optional_text("caption", 256), fields.optional_text("session_label", 64));
    let archived = archived(fields);
    let sides = sides.into_iter().map(|(side, after)| SideQuery { side, after }).collect();
    Ok((status.ok_or(UsmError::INVALID_LIST_STATUS)?, ListQuery { sides, limit, caption, label, archived }))
}

/// Names the field that the cursor stood in.
fn cursor_refused(status: ListStatus, CursorRefused(side): CursorRefused) -> UsmError {
    UsmError::cursor_refused(status.token_field(side == Side::Live))
}

fn archived(fields: &mut Fields) -> ArchivedFilter {
    let include = fields.optional_bool("include_archived").unwrap_or(false);
    let mut bound = |name| {
        let at = fields.optional_time(name).map(Timestamp::from_millis);
        if at.is_some() && !include {
            fields.refuse(name, "goes with include_archived true");
        }
        at
    };
    ArchivedFilter { include, from: bound("archived_from_utc"), to: bound("archived_to_utc") }
}

fn encode(usm: &Usm, caller: &EndUser, status: ListStatus, listed: Vec<SideListed>) -> Result<Reply, UsmError> {
    let token = |side| {
        let next = listed.iter().find(|listed| listed.side == side).and_then(|listed| listed.next);
        next.map(wire::token)
    };
    let (active, doomed) = (token(Side::Live), token(Side::Ended));
    let mut views: Vec<_> = listed.into_iter().flat_map(|listed| listed.sessions).collect();
    views.sort_by_key(|view| std::cmp::Reverse((view.session.created_at, view.session.number)));
    let record = |view| SessionRecord { is_current: Some(caller.is(view)), ..SessionRecord::of(view, usm.engine.keys()) };
    let sessions = views.iter().map(record).collect();
    match status {
        ListStatus::All => Reply::new(&SessionListAll { sessions, active_next_token: active, doomed_next_token: doomed }),
        ListStatus::Active | ListStatus::Doomed => Reply::new(&SessionList { sessions, next_token: active.or(doomed) }),
    }
}
