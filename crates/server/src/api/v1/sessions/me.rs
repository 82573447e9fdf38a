//! `/api/v1/me/sessions…`: the caller's own.

use axum::Json;
use axum::extract::State;
use cloakroom_engine::cursor::PageAsked;
use cloakroom_engine::page::PageNumber;
use cloakroom_engine::sessions::own::OwnPage;

use super::Sessions;
use super::wire::{OneSession, OwnSessions, RevokedSessions, SessionListItem};
use crate::api::v1::caller::{Caller, Reader};
use crate::api::v1::envelope::ApiResponse;
use crate::api::v1::error::V1Error;
use crate::api::v1::parameters::{Count, ListCursor};
use crate::http::cursor;
use crate::http::declared::parameters::{Params, parameters};

parameters! {
    /// Which page of the caller's sessions; without any of them the newest 1000.
    in Query pub struct OwnListQuery {
        /// From 1. Numbers shift when sessions end or begin; a cursor does not.
        page: Count<0, { u64::MAX }>,
        /// Without it 20 of a numbered page, 1000 otherwise.
        per_page: Count<0, 100>,
        /// The next_cursor of the page before; not with page.
        cursor: ListCursor,
    }
}

/// How many are shown to who asks for no page.
const UNASKED: u32 = 1000;

/// How many stand on a numbered page.
const NUMBERED: u32 = 20;

impl OwnListQuery {
    fn asked(&self) -> PageAsked {
        let per_page = |unasked| u32::try_from(self.per_page).ok().filter(|per_page| *per_page > 0).unwrap_or(unasked);
        match (self.cursor, self.page, self.per_page) {
            (Some(place), ..) => PageAsked::After { place, per_page: per_page(UNASKED) },
            (None, 0, 0) => PageNumber { page: 1, per_page: UNASKED }.into(),
            (None, page, _) => PageNumber { page: page.max(1), per_page: per_page(NUMBERED) }.into(),
        }
    }
}

/// List the caller's live sessions, newest first. An application within a session sees them, too, as far as its tenant's go, where its token
/// has the scope `sessions:read`.
#[utoipa::path(get, path = "/api/v1/me/sessions", operation_id = "listMySessions", tag = "me",
    params(OwnListQuery),
    responses((status = 200, description = "Exactly one on all pages is current", body = OwnSessions)),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn list(State(desk): State<Sessions>, caller: Reader, Params(query): Params<OwnListQuery>) -> Result<Json<OwnSessions>, V1Error> {
    let OwnPage { sessions, next } = desk.engine.own_sessions(&caller.reader, query.asked()).await??;
    let data = sessions.iter().map(|shown| SessionListItem::of(shown, Some(caller.reader.session()))).collect();
    Ok(Json(OwnSessions { data, next_cursor: next.map(cursor::text), meta: caller.meta }))
}

/// End the caller's sessions, all but the one that asks.
#[utoipa::path(post, path = "/api/v1/me/sessions/revoke-all", operation_id = "revokeMyOtherSessions", tag = "me",
    responses((status = 200, description = "What was ended", body = RevokedSessions)),
    extensions(("x-effect" = json!("ends")))
)]
pub async fn revoke_others(State(desk): State<Sessions>, caller: Caller) -> Result<Json<RevokedSessions>, V1Error> {
    let revoked = desk.engine.end_own_other_sessions(&caller.user, &caller.origin).await?;
    Ok(Json(ApiResponse { data: revoked.into(), meta: caller.meta }))
}

/// End one of the caller's sessions; it may be the one that asks.
#[utoipa::path(delete, path = "/api/v1/me/sessions/{session_id}", operation_id = "revokeMySession", tag = "me",
    params(OneSession),
    responses((status = 200, description = "What was ended", body = RevokedSessions)),
    extensions(("x-effect" = json!("ends")))
)]
pub async fn revoke(
    State(desk): State<Sessions>,
    caller: Caller,
    Params(at): Params<OneSession>,
) -> Result<Json<RevokedSessions>, V1Error> {
    let session = at.session_id.or(V1Error::NOT_FOUND)?;
    let revoked = desk.engine.end_own_session(&caller.user, session, &caller.origin).await??;
    Ok(Json(ApiResponse { data: revoked.into(), meta: caller.meta }))
}
