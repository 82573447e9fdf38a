//! Telling applications that a session is over (OpenID Connect Back-Channel Logout 1.0).
//!
//! Whatever ends a session writes a notice, in the same transaction, for each application that was given a token within the session and has
//! an address to be told at. A notice is delivered at least once, and tried again for some hours. Each attempt signs a logout token of its own.

pub mod deliver;
pub mod list;
pub mod store;

use crate::clock::Timestamp;
use crate::ids::{ApplicationNumber, SessionUid, TenantNumber, UserUid};
use crate::label::labelled;
use crate::tokens::TokenAlgorithm;

/// Numbers a notice, as the store does.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct LogoutNumber(pub i64);

labelled! {
    /// What became of a notice.
    LogoutStatus {
        /// It is due, or will be again.
        Waiting = "waiting",
        /// The application said that it took it.
        Delivered = "delivered",
        /// It was tried as often as it is, or there is nobody any more to tell.
        GivenUp = "given_up",
    }
}

/// A notice that is to be delivered, with the application as it is now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DueLogout {
    pub number: LogoutNumber,
    pub application: ApplicationNumber,
    pub session: SessionUid,
    pub user: UserUid,
    /// The application's.
    pub tenant: Option<TenantNumber>,
    /// Attempts before this one.
    pub attempts: u32,
    pub client_id: String,
    pub uri: String,
    pub algorithm: TokenAlgorithm,
}

/// A notice as administrators see it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LogoutRecord {
    pub number: LogoutNumber,
    pub session: SessionUid,
    pub user: UserUid,
    /// When the session ended.
    pub ended_at: Timestamp,
    pub attempts: u32,
    /// When it is tried next; `None`: never again.
    pub due: Option<Timestamp>,
    /// When it was delivered or given up.
    pub settled_at: Option<Timestamp>,
    /// Why the last attempt failed.
    pub problem: Option<String>,
}

impl LogoutRecord {
    pub const fn status(&self) -> LogoutStatus {
        match (self.due, &self.problem) {
            (Some(_), _) => LogoutStatus::Waiting,
            (None, None) => LogoutStatus::Delivered,
            (None, Some(_)) => LogoutStatus::GivenUp,
        }
    }
}
