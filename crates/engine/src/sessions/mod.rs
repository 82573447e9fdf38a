//! A session: its states and its pure rules. One use case per file.

pub mod activity;
pub mod admin;
pub mod authenticate;
mod authentication;
pub mod browser;
pub mod close;
pub mod credentials;
pub mod cursor;
pub mod detail;
pub mod device;
pub mod get;
pub mod list;
pub mod location;
pub mod log_out;
pub mod mass_end;
pub mod metadata;
pub mod naming;
pub mod open;
pub mod operators;
pub mod own;
pub mod pages;
pub mod restored;
pub mod scope;
pub mod searching;
mod session;
pub mod set_metadata;
pub mod sign_in;
pub mod statistics;
pub mod storage;
pub mod store;
pub mod terms;
pub mod touches;
pub mod upkeep;
pub mod validate;
pub mod verdict;

use crate::clock::Timestamp;
use crate::ids::UserNumber;
use crate::label::labelled;

pub use authentication::{AssuranceLevel, Authentication, AuthenticationMethod, AuthenticationMethods};
pub use device::{DeviceType, UserAgent};
pub use location::Location;
#[cfg(test)]
pub(crate) use session::sample;
pub use session::{Activity, Session, SessionFacts, SessionState, SessionView, StoredActivity};

labelled! {
    /// Which surface a session was born on.
    Birth { Usm = "usm", Login = "login", Storage = "storage", Browser = "browser" }
}

labelled! {
    /// Why a session ended. Each surface says it in its own words.
    EndReason {
        /// Its time ran out: sliding expiry or absolute lifetime.
        Expired = "expired",
        /// Its user closed this one session.
        Closed = "closed",
        /// Its user ended it together with others, or somebody entitled ended it.
        Revoked = "revoked",
        /// A newer session took its place at the cap.
        Evicted = "evicted",
        UserSuspended = "user_suspended",
        UserDoomed = "user_doomed",
        EmailUnverified = "email_unverified",
        EmailDoomed = "email_doomed",
        PasswordChanged = "password_changed",
        /// A refresh token was used a second time: somebody else had it too.
        RefreshTokenReused = "refresh_token_reused",
        TenantClosed = "tenant_closed",
        PartnerClosed = "partner_closed",
        ApplicationDisabled = "application_disabled",
        /// The identity provider that its user came from said that they signed out there.
        ProviderLogout = "provider_logout",
        /// A backup was restored: what it held as live may have ended since.
        Restored = "restored",
    }
}

/// How a session ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct End {
    pub at: Timestamp,
    pub reason: EndReason,
    /// The user who ended it; `None` when time or the system did.
    pub by: Option<UserNumber>,
}
