//! `/api/admin/v1/authenticated-sessions/user-sessions/{guid}` and `…/revoke`

use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use cloakroom_engine::ids::{SessionNumber, UserUid, parse_guid, render_guid};
use cloakroom_engine::sessions::detail::DetailedView;
use cloakroom_engine::sessions::device::Product;
use cloakroom_engine::sessions::operators::of_user::SessionsOfUser;
use cloakroom_engine::sessions::{DeviceType, UserAgent};
use serde::Serialize;
use utoipa::ToSchema;

use super::Authenticated;
use super::caller::Caller;
use super::error::{AdminError, AdminFailure};
use super::paging::Paging;
use crate::http::declared::parameters::{Params, PathId, parameters};
use crate::http::declared::types::Whole;
use crate::http::declared::words::Identified;
use crate::http::declared::{JsonBody, body};
use crate::http::time::seconds;

parameters! {
    /// Which user.
    in Path pub struct OneUser {
        /// The `UserGuid` of a user.
        guid: PathId<UserGuid>,
    }
}

body! {
    /// Which session is to end.
    pub struct RevokeSessionBody {
        /// The `ID` of a session.
        session as "Session": Whole<i64, { i64::MIN }, { i64::MAX }> = 42,
    }
}

/// A user, by the guid that this surface shows.
pub struct UserGuid(UserUid);

impl Identified for UserGuid {
    const EXAMPLE: &'static str = "0b6f6a9e-5c1d-4e0f-9d3a-7c2b1a4e8f60";

    fn parse(text: &str) -> Option<Self> {
        parse_guid(text).map(UserUid::from_bytes).map(Self)
    }
}

/// An active session of a user.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "PascalCase")]
pub struct AuthenticatedSession {
    #[serde(rename = "ID")]
    #[schema(example = 42)]
    id: i64,
    #[serde(rename = "UserID")]
    #[schema(example = 7)]
    user_id: i64,
    #[schema(format = "uuid", example = "0b6f6a9e-5c1d-4e0f-9d3a-7c2b1a4e8f60")]
    user_guid: String,
    /// When it was last used.
    #[schema(format = DateTime, example = "2026-01-02T03:04:05Z")]
    last_updated: String,
    #[schema(format = DateTime, example = "2026-01-02T03:04:05Z")]
    expiration_date: String,
    #[schema(example = "ada")]
    user_name: String,
    is_operator: bool,
    /// The model of the phone that opened it, `-` where it was none.
    #[schema(example = "-")]
    smartphone: String,
    /// `Windows- v. 10`; `Other- v. ` where it is not known.
    #[schema(example = "Windows- v. 10")]
    operating_system: String,
    /// The browser, library or program: `Firefox- v. 140.0`; `Other- v. ` where it is not known.
    #[schema(example = "Firefox- v. 140.0")]
    application: String,
}

/// It was done.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "PascalCase")]
pub struct AdminSuccess {
    #[schema(default = true)]
    success: bool,
}

impl AuthenticatedSession {
    fn all(of: &SessionsOfUser) -> Vec<Self> {
        let row = |shown: &DetailedView| {
            let (session, agent) = (&shown.view.session, &shown.surroundings.whence.agent);
            let expires_at = session.ends_at();
            Self {
                id: session.number.0,
                user_id: session.user.0,
                user_guid: render_guid(session.user_uid.as_bytes()),
                last_updated: seconds(session.activity.last_active_at.as_millis()),
                expiration_date: seconds(expires_at.as_millis()),
                user_name: of.username.clone(),
                is_operator: of.is_operator,
                smartphone: smartphone(agent),
                operating_system: product(agent.operating_system.as_ref()),
                application: product(agent.application.as_ref()),
            }
        };
        of.page.rows.iter().map(row).collect()
    }
}

fn smartphone(agent: &UserAgent) -> String {
    match (agent.device_type, &agent.device) {
        (DeviceType::Mobile, Some(device)) => device.family.clone(),
        (DeviceType::Mobile, None) => "Other".to_owned(),
        _ => "-".to_owned(),
    }
}

fn product(product: Option<&Product>) -> String {
    let family = product.map_or("Other", |product| &product.family);
    let version = product.and_then(|product| product.version.as_deref()).unwrap_or_default();
    format!("{family}- v. {version}")
}

/// List the active sessions that a user has within reach, the last used first; none of whoever is unknown.
#[utoipa::path(get, path = "/api/admin/v1/authenticated-sessions/user-sessions/{guid}", operation_id = "listAuthenticatedSessions",
    tag = "authenticated sessions",
    params(OneUser, Paging),
    responses((status = 200, description = "A page", body = Vec<AuthenticatedSession>, headers(
        ("X-Total-Count" = u64, description = "Sessions on all pages together"),
        ("X-Page" = u64, description = "This page; absent where a cursor was shown"),
        ("X-Page-Size" = u64, description = "Rows on a page at most"),
        ("X-Next-Cursor" = String, description = "Where the next page begins, for `cursor`; absent on the last page"),
        ("Link" = String, description = "RFC 8288: `first`, `prev`, `next`, `last`")))),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn list(
    State(desk): State<Authenticated>,
    caller: Caller,
    uri: Uri,
    Params(at): Params<OneUser>,
    Params(paging): Params<Paging>,
) -> Result<Response, AdminError> {
    let UserGuid(user) = at.guid.or(AdminError::NO_GUID)?;
    let found = desk.engine.live_sessions_of(&caller.operator, user, paging.asked()).await??;
    Ok(paging.answer(&uri, &AuthenticatedSession::all(&found), (found.page.total, found.page.next)))
}

/// End one active session within reach.
#[utoipa::path(post, path = "/api/admin/v1/authenticated-sessions/revoke", operation_id = "revokeAuthenticatedSession",
    tag = "authenticated sessions",
    request_body = RevokeSessionBody,
    responses(
        (status = 200, description = "It is over", body = AdminSuccess),
        (status = 400, description = "No active session within reach has this id, or the body is wrong", body = AdminFailure),
    ),
    extensions(("x-effect" = json!("ends")))
)]
pub async fn revoke(
    State(desk): State<Authenticated>,
    caller: Caller,
    JsonBody(body): JsonBody<RevokeSessionBody>,
) -> Result<Json<AdminSuccess>, AdminError> {
    desk.engine.end_session_by_number(&caller.operator, SessionNumber(body.session), &caller.origin).await??;
    Ok(Json(AdminSuccess { success: true }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use cloakroom_engine::sessions::device::DeviceModel;

    #[test]
    fn products_and_phones_are_spelled_as_in_the_samples() {
        let known = |version: Option<&str>| Product { family: "Firefox".into(), version: version.map(Into::into) };
        assert_eq!(product(None), "Other- v. ");
        assert_eq!(product(Some(&known(None))), "Firefox- v. ");
        assert_eq!(product(Some(&known(Some("140.0")))), "Firefox- v. 140.0");
        let phone = |device_type, family: Option<&str>| {
            let device = family.map(|family| DeviceModel { family: family.into(), brand: None });
            smartphone(&UserAgent { device_type, device, ..UserAgent::UNKNOWN })
        };
        assert_eq!(phone(DeviceType::Mobile, Some("iPhone")), "iPhone");
        assert_eq!(phone(DeviceType::Mobile, None), "Other");
        for other in DeviceType::ALL.iter().copied().filter(|kind| *kind != DeviceType::Mobile) {
            assert_eq!(phone(other, Some("iPad")), "-");
        }
    }
}
