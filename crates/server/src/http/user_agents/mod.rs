//! What user agents are made of, by our rules and those of uap-core: device, operating system, application.

mod device_type;
mod read;
mod rule;

use cloakroom_engine::sessions::device::{DeviceModel, MAX_NAME_BYTES, Product};
use cloakroom_engine::sessions::{DeviceType, UserAgent};
use ua_parser::{device, os, user_agent};

use self::device_type::device_type;
use self::read::ReadRules;
use self::rule::RuleSet;

/// The rules, each compiled when a user agent first needs it: a few megabytes and a twentieth of a second of work, and a millisecond or
/// so for each rule that is new. Matching takes time in proportion to the text, whatever it says: no expression backtracks.
pub struct Rules {
    applications: RuleSet<user_agent::Parser<'static>>,
    systems: RuleSet<os::Parser<'static>>,
    devices: RuleSet<device::Parser<'static>>,
    device_types: RuleSet<device::Parser<'static>>,
}

/// uap-core calls every spider a device of the brand Spider.
const SPIDER: &str = "Spider";

impl Rules {
    /// Reads the rules that the binary carries.
    ///
    /// # Errors
    /// When they are not what the reader understands; a test holds that they are.
    pub fn load() -> Result<Self, String> {
        let rules = ReadRules::read()?;
        Ok(Self {
            applications: RuleSet::of(rules.user_agent_parsers)?,
            systems: RuleSet::of(rules.os_parsers)?,
            devices: RuleSet::of(rules.device_parsers)?,
            device_types: RuleSet::of(rules.device_type_parsers)?,
        })
    }

    /// What `text`, of at most 512 bytes, is made of.
    #[must_use]
    pub fn parse(&self, text: &str) -> UserAgent {
        let application = self.applications.first(text, |rule| rule.extract(text).map(product_of_application));
        let system = self.systems.first(text, |rule| rule.extract(text).map(product_of_system));
        let device = self.devices.first(text, |rule| rule.extract(text).map(model));
        let named = self.device_types.first(text, |rule| rule.extract(text).and_then(|found| DeviceType::parse(&found.device)));
        put_together(text, application, system, device, named)
    }
}

/// `named` is what the rules for device types say.
fn put_together(
    text: &str,
    application: Option<Product>,
    operating_system: Option<Product>,
    device: Option<DeviceModel>,
    named: Option<DeviceType>,
) -> UserAgent {
    let is_spider = device.as_ref().is_some_and(|device| device.brand.as_deref() == Some(SPIDER));
    let device_type =
        named.unwrap_or_else(|| device_type(text, is_spider, application.as_ref(), operating_system.as_ref(), device.as_ref()));
    UserAgent { device_type, device: device.filter(|_| !is_spider), operating_system, application }
}

fn product_of_application(found: user_agent::ValueRef<'_>) -> Product {
    Product { family: bounded(&found.family), version: version(&[found.major, found.minor, found.patch, found.patch_minor]) }
}

fn product_of_system(found: os::ValueRef<'_>) -> Product {
    let parts = [found.major.as_deref(), found.minor.as_deref(), found.patch.as_deref(), found.patch_minor.as_deref()];
    Product { family: bounded(&found.os), version: version(&parts) }
}

fn model(found: device::ValueRef<'_>) -> DeviceModel {
    DeviceModel { family: bounded(&found.device), brand: found.brand.as_deref().map(bounded) }
}

/// The parts up to the first that is missing, separated by dots.
fn version(parts: &[Option<&str>]) -> Option<String> {
    let known: Vec<&str> = parts.iter().map_while(|part| part.filter(|part| !part.is_empty())).collect();
    (!known.is_empty()).then(|| bounded(&known.join(".")))
}

/// Rules copy out of what a client sent.
fn bounded(text: &str) -> String {
    text[..text.floor_char_boundary(MAX_NAME_BYTES)].to_owned()
}

#[cfg(test)]
mod tests;
