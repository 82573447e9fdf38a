//! What a session comes from, as far as its user agent tells. Looked at once, when the session is created.

use crate::label::labelled;

labelled! {
    /// The kind of device or program that opened a session.
    DeviceType { Desktop = "desktop", Mobile = "mobile", Tablet = "tablet", Bot = "bot", Api = "api", Unknown = "unknown" }
}

/// Tells devices by their user agents. Implemented outside of the engine, on a maintained library.
pub trait DeviceRecognition: Send + Sync {
    fn recognise(&self, user_agent: &str) -> DeviceType;
}

/// Recognises nothing.
#[derive(Debug)]
pub(crate) struct NoRecognition;

impl DeviceRecognition for NoRecognition {
    fn recognise(&self, _: &str) -> DeviceType {
        DeviceType::Unknown
    }
}
