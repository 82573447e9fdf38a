//! Signing in through identity providers (docs/contracts/browser.md, Log-in through identity providers): sending a browser there, taking
//! what it brings back, and ending what a provider says is over.
//!
//! Whoever is sent carries what the answer has to fit in the sealed cookie of the sign-in. So an answer that another browser got, or that
//! another provider gave, signs nobody in.

mod callback;
mod logout;
mod start;

use axum::http::StatusCode;
use cloakroom_engine::federation::sign_in::ProviderRefusal;

pub use self::callback::{__path_come_back, come_back};
pub use self::logout::{__path_end_by_provider, end_by_provider};
pub use self::start::{__path_go, address, go};
use super::door::Door;
use super::error::PageError;

/// Where the provider of this code sends people back to: what is registered there.
fn redirect_uri(door: &Door, code: &str) -> String {
    door.absolute(&format!("/login/idp/{code}/callback"))
}

impl From<ProviderRefusal> for PageError {
    fn from(refusal: ProviderRefusal) -> Self {
        match refusal {
            ProviderRefusal::Unknown => Self::NOT_FOUND,
            ProviderRefusal::Away => Self::PROVIDER_AWAY,
            ProviderRefusal::NotSent => Self::new(StatusCode::FORBIDDEN, "problem-provider-not-sent"),
            ProviderRefusal::Denied => Self::new(StatusCode::FORBIDDEN, "problem-provider-denied"),
            ProviderRefusal::NotBelieved => Self::new(StatusCode::FORBIDDEN, "problem-provider-not-believed"),
            ProviderRefusal::NotAdmitted => Self::new(StatusCode::FORBIDDEN, "problem-provider-not-admitted"),
            ProviderRefusal::NameTaken => Self::new(StatusCode::CONFLICT, "problem-provider-name-taken"),
            ProviderRefusal::AtCap => Self::new(StatusCode::CONFLICT, "login-at-cap"),
            ProviderRefusal::CapInvalid => Self::INTERNAL,
        }
    }
}
