//! A session with what it comes from, as `session/get` and `session/list` show it.

use cloakroom_engine::keys::Keyring;
use cloakroom_engine::sessions::detail::Whence;
use cloakroom_engine::sessions::metadata::KeptMetadata;
use cloakroom_engine::sessions::{DeviceType, Location, SessionView, UserAgent};
use serde::Serialize;
use utoipa::ToSchema;

use super::session::SessionRecord;
use crate::http::declared::types::Kind as _;
use crate::http::declared::words::OneOf;

/// A session, and what it comes from: told by the request that created it, and kept.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlacedSession {
    #[serde(flatten)]
    record: SessionRecord,
    /// Null: the server did not learn it.
    #[schema(required = true, example = "203.0.113.7")]
    ip_address: Option<String>,
    #[schema(required = true, example = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")]
    user_agent: Option<String>,
    device: Device,
    /// City, region and country (ISO 3166-1) as far as they are known. Null: no database of places is configured, or it does not know the
    /// address.
    #[schema(required = true, example = "Boxford, England, GB")]
    location: Option<String>,
}

/// What a session was created with, as far as its user agent tells.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SessionDevice)]
pub struct Device {
    #[serde(rename = "type")]
    #[schema(schema_with = OneOf::<DeviceType>::schema)]
    kind: &'static str,
    #[schema(required = true, example = "Apple")]
    brand: Option<String>,
    #[schema(required = true, example = "iPhone")]
    model: Option<String>,
    #[schema(required = true, example = "iOS")]
    operating_system: Option<String>,
    #[schema(required = true, example = "17.5")]
    operating_system_version: Option<String>,
    /// The browser, library or program.
    #[schema(required = true, example = "Mobile Safari")]
    application: Option<String>,
    #[schema(required = true, example = "17.5")]
    application_version: Option<String>,
}

impl PlacedSession {
    pub fn of((view, whence): (&SessionView, &Whence), keys: &Keyring) -> Self {
        let session = &view.session;
        Self {
            record: SessionRecord::of(view, keys),
            ip_address: session.address.as_deref().map(str::to_owned),
            user_agent: session.user_agent.as_deref().map(str::to_owned),
            device: Device::of(&whence.agent),
            location: whence.location.as_ref().map(Location::written),
        }
    }

    /// With what is kept with it.
    pub fn keeping(self, kept: &KeptMetadata) -> Self {
        Self { record: self.record.keeping(kept), ..self }
    }

    /// As an item of a list, which says whether it is the session that asks.
    pub fn marked(mut self, is_current: bool) -> Self {
        self.record.is_current = Some(is_current);
        self
    }
}

impl Device {
    fn of(UserAgent { device_type, device, operating_system, application }: &UserAgent) -> Self {
        let (system, program) = (operating_system.as_ref(), application.as_ref());
        Self {
            kind: device_type.as_str(),
            brand: device.as_ref().and_then(|device| device.brand.clone()),
            model: device.as_ref().map(|device| device.family.clone()),
            operating_system: system.map(|system| system.family.clone()),
            operating_system_version: system.and_then(|system| system.version.clone()),
            application: program.map(|program| program.family.clone()),
            application_version: program.and_then(|program| program.version.clone()),
        }
    }
}
