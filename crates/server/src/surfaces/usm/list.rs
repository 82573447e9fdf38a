//! `POST /usm/session/list`

use axum::extract::State;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::sessions::authenticate::EndUser;
use cloakroom_engine::sessions::cursor::{Cursor, CursorRefused};
use cloakroom_engine::sessions::list::{ListQuery, SideListed, SideQuery};
use cloakroom_engine::store::{ArchivedFilter, Side};

use super::Usm;
use super::call::Call;
use super::envelope::{Failed, Listed, Reply};
use super::error::UsmError;
use super::wire::{ListBody, SessionList, SessionListAll, SessionRecord, token_field};
use crate::http::fields::Fields;

/// Which sides a list shows, as the caller put it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Status {
    Active,
    Doomed,
    All,
}

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

fn decode(fields: &mut Fields) -> Result<(Status, ListQuery), UsmError> {
    let status = match fields.optional_text("status", 64).as_deref() {
        None | Some("active") => Some(Status::Active),
        Some("doomed") => Some(Status::Doomed),
        Some("all") => Some(Status::All),
        Some(_) => None,
    };
    let sides = sides(fields, status.unwrap_or(Status::Active));
    let limit = fields.clamped_integer("limit", 1..=256, 8);
    let (caption, label) = (fields.optional_text("caption", 256), fields.optional_text("session_label", 64));
    let archived = archived(fields);
    let query = ListQuery { sides, limit: usize::try_from(limit).unwrap_or(8), caption, label, archived };
    match status {
        Some(status) => Ok((status, query)),
        None => Err(UsmError::new(axum::http::StatusCode::BAD_REQUEST, "invalid-status", "The status is none of active, doomed and all.")),
    }
}

/// With `all`, a walk that sends one cursor only gets that side.
fn sides(fields: &mut Fields, status: Status) -> Vec<SideQuery> {
    let next = cursor(fields, "next_token");
    let active = cursor(fields, token_field(Side::Live));
    let doomed = cursor(fields, token_field(Side::Ended));
    let one = |side| vec![SideQuery { side, after: next }];
    if status != Status::All {
        for (field, token) in [(token_field(Side::Live), active), (token_field(Side::Ended), doomed)] {
            if token.is_some() {
                fields.refuse(field, "goes with status all; here it is next_token");
            }
        }
        return one(if status == Status::Active { Side::Live } else { Side::Ended });
    }
    if next.is_some() {
        fields.refuse("next_token", "does not go with status all; there are active_next_token and doomed_next_token");
    }
    let sides = [(Side::Live, active), (Side::Ended, doomed)];
    let walking = active.is_some() || doomed.is_some();
    let asked = sides.into_iter().filter(|(_, after)| after.is_some() || !walking);
    asked.map(|(side, after)| SideQuery { side, after }).collect()
}

/// Names the field that the cursor stood in.
fn cursor_refused(status: Status, CursorRefused(side): CursorRefused) -> UsmError {
    UsmError::cursor_refused(if status == Status::All { token_field(side) } else { "next_token" })
}

fn cursor(fields: &mut Fields, name: &'static str) -> Option<Cursor> {
    let text = fields.optional_text(name, 256)?;
    let sealed = URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    if sealed.is_none() {
        fields.refuse(name, "is not a cursor");
    }
    sealed.map(Cursor)
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

fn encode(usm: &Usm, caller: &EndUser, status: Status, listed: Vec<SideListed>) -> Result<Reply, UsmError> {
    let token = |side| {
        let next = listed.iter().find(|listed| listed.side == side).and_then(|listed| listed.next);
        next.map(|Cursor(sealed)| URL_SAFE_NO_PAD.encode(sealed))
    };
    let (active, doomed) = (token(Side::Live), token(Side::Ended));
    let mut views: Vec<_> = listed.into_iter().flat_map(|listed| listed.sessions).collect();
    views.sort_by_key(|view| std::cmp::Reverse((view.session.created_at, view.session.number)));
    let record = |view| SessionRecord { is_current: Some(caller.is(view)), ..SessionRecord::of(view, usm.engine.keys()) };
    let sessions = views.iter().map(record).collect();
    match status {
        Status::All => Reply::new(&SessionListAll { sessions, active_next_token: active, doomed_next_token: doomed }),
        Status::Active | Status::Doomed => Reply::new(&SessionList { sessions, next_token: active.or(doomed) }),
    }
}
