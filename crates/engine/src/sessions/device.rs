//! What a session comes from, as far as its user agent tells. Looked at once, when the session is created.

use async_trait::async_trait;

use crate::label::labelled;

labelled! {
    /// The kind of device or program that opened a session. A console is one for games, a headset one for virtual or augmented reality;
    /// a television is also what is plugged into one.
    DeviceType {
        Desktop = "desktop",
        Mobile = "mobile",
        Tablet = "tablet",
        Console = "console",
        Tv = "tv",
        Headset = "headset",
        Bot = "bot",
        Api = "api",
        Unknown = "unknown",
    }
}

/// A program or an operating system: its family, and its version where it told one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Product {
    pub family: String,
    /// Numbers separated by dots.
    pub version: Option<String>,
}

/// What a device calls itself, and whose it is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeviceModel {
    pub family: String,
    pub brand: Option<String>,
}

/// The parts of a user agent; unknown ones are `None`. Each text has at most [`MAX_NAME_BYTES`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UserAgent {
    pub device_type: DeviceType,
    pub device: Option<DeviceModel>,
    pub operating_system: Option<Product>,
    /// The browser, the library or the program.
    pub application: Option<Product>,
}

/// Bytes that a family, a brand or a version may have.
pub const MAX_NAME_BYTES: usize = 128;

impl UserAgent {
    /// An unknown device.
    pub const UNKNOWN: Self = Self { device_type: DeviceType::Unknown, device: None, operating_system: None, application: None };
}

/// Tells what user agents are made of. Implemented outside of the engine, on a maintained library.
#[async_trait]
pub trait DeviceRecognition: Send + Sync {
    async fn recognise(&self, user_agent: &str) -> UserAgent;
}

/// Recognises nothing.
#[derive(Debug)]
pub(crate) struct NoRecognition;

#[async_trait]
impl DeviceRecognition for NoRecognition {
    async fn recognise(&self, _: &str) -> UserAgent {
        UserAgent::UNKNOWN
    }
}
