//! The shapes of this surface. They never leave this folder.

use cloakroom_engine::ids::render_guid;
use cloakroom_engine::sessions::detail::DetailedView;
use cloakroom_engine::sessions::device::Product;
use cloakroom_engine::sessions::operators::of_user::SessionsOfUser;
use cloakroom_engine::sessions::pages::UserWithSessions;
use cloakroom_engine::sessions::{DeviceType, UserAgent};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::time::seconds;

/// A user who has active sessions.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "PascalCase")]
pub struct AuthenticatedUser {
    #[schema(format = "uuid")]
    user_guid: String,
    user_name: String,
    /// How many are active.
    session_count: u64,
    is_operator: bool,
}

/// An active session of a user.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "PascalCase")]
pub struct AuthenticatedSession {
    #[serde(rename = "ID")]
    id: i64,
    #[serde(rename = "UserID")]
    user_id: i64,
    #[schema(format = "uuid")]
    user_guid: String,
    /// When it was last used.
    #[schema(format = DateTime)]
    last_updated: String,
    #[schema(format = DateTime)]
    expiration_date: String,
    user_name: String,
    is_operator: bool,
    /// The model of the phone that opened it, `-` where it was none.
    smartphone: String,
    /// `Windows- v. 10`; `Other- v. ` where it is not known.
    operating_system: String,
    /// The browser, library or program: `Firefox- v. 140.0`; `Other- v. ` where it is not known.
    application: String,
}

/// It was done.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Success {
    success: bool,
}

/// Why a call was refused.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Failure {
    success: bool,
    /// `err_…`
    error: &'static str,
    message: String,
}

/// Which session is to end.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documents the body; the handler reads it field by field to name every bad one")]
#[serde(rename_all = "PascalCase")]
pub struct RevokeBody {
    /// The `ID` of a session.
    session: i64,
}

impl AuthenticatedUser {
    pub fn of(user: &UserWithSessions) -> Self {
        Self {
            user_guid: render_guid(user.uid.as_bytes()),
            user_name: user.username.clone(),
            session_count: user.live,
            is_operator: user.is_operator,
        }
    }
}

impl AuthenticatedSession {
    pub fn all(of: &SessionsOfUser) -> Vec<Self> {
        let row = |shown: &DetailedView| {
            let (session, agent) = (&shown.view.session, &shown.surroundings.agent);
            let expires_at = session.activity.expires_at.min(session.absolute_expires_at);
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
        of.sessions.iter().map(row).collect()
    }
}

impl Success {
    pub const fn new() -> Self {
        Self { success: true }
    }
}

impl Failure {
    pub const fn new(error: &'static str, message: String) -> Self {
        Self { success: false, error, message }
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
        for other in [DeviceType::Desktop, DeviceType::Tablet, DeviceType::Bot, DeviceType::Api, DeviceType::Unknown] {
            assert_eq!(phone(other, Some("iPad")), "-");
        }
    }
}
