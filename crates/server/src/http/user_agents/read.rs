//! The rules that the binary carries, ours before those of uap-core.

use serde::Deserialize;
use ua_parser::{Regexes, device, os, user_agent};

/// The rules as they are published; see the page beside them for version and licence.
const RULES: &str = include_str!("../../../assets/uap-core/regexes.yaml");

/// What we know better, or before they do.
pub(super) const OUR_RULES: &str = include_str!("../../../assets/uap-core/cloakroom.yaml");

/// The rules of [`OUR_RULES`], and of both together once those of uap-core stand behind.
#[derive(Deserialize)]
pub(super) struct ReadRules {
    pub(super) user_agent_parsers: Vec<user_agent::Parser<'static>>,
    pub(super) os_parsers: Vec<os::Parser<'static>>,
    pub(super) device_parsers: Vec<device::Parser<'static>>,
    /// Their `device_replacement` is a [`DeviceType`](cloakroom_engine::sessions::DeviceType).
    pub(super) device_type_parsers: Vec<device::Parser<'static>>,
}

impl ReadRules {
    /// # Errors
    /// YAML that is none, or not in the format of uap-core.
    pub(super) fn read() -> Result<Self, String> {
        let mut all: Self = serde_saphyr::from_str(OUR_RULES).map_err(|error| error.to_string())?;
        let published: Regexes<'static> = serde_saphyr::from_str(RULES).map_err(|error| error.to_string())?;
        all.user_agent_parsers.extend(published.user_agent_parsers);
        all.os_parsers.extend(published.os_parsers);
        all.device_parsers.extend(published.device_parsers);
        Ok(all)
    }
}
