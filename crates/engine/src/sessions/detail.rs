//! A session with what is shown beside it: its user, its tenant, and where it comes from.

use super::verdict::{SessionSnapshot, view};
use super::{Location, SessionView, UserAgent};
use crate::clock::Timestamp;
use crate::directory::TenantPlace;
use crate::error::Doubt;
use crate::ids::ApplicationUid;

/// What stands beside a session when it is shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SessionSurroundings {
    pub username: String,
    /// The user's primary address, whichever the session was opened with.
    pub user_email: Option<String>,
    pub user_display_name: Option<String>,
    /// The user's home tenant when the session was born.
    pub tenant: Option<TenantPlace>,
    pub whence: Whence,
    /// Applications that were given a token within the session, the latest first.
    pub applications: Vec<ReachedApplication>,
}

/// What a session comes from. Told once, when it was created.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Whence {
    /// The device by the user agent of the request that created the session.
    pub agent: UserAgent,
    /// Where the address of that request was then.
    pub location: Option<Location>,
}

/// An application that was given a token within a session.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReachedApplication {
    pub uid: ApplicationUid,
    pub name: String,
    /// When it was given the last one.
    pub accessed_at: Timestamp,
}

/// A session as one store read returned it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DetailedSnapshot {
    pub snapshot: SessionSnapshot,
    pub surroundings: SessionSurroundings,
}

/// A session and what it comes from, as one store read returned them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PlacedSnapshot {
    pub snapshot: SessionSnapshot,
    pub whence: Whence,
}

/// A session as its user sees it among others: with what it comes from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PlacedView {
    pub view: SessionView,
    pub whence: Whence,
}

impl PlacedSnapshot {
    /// The session as it is shown at `now`.
    ///
    /// # Errors
    /// As the verdict.
    pub(super) fn view(self, now: Timestamp) -> Result<PlacedView, Doubt> {
        Ok(PlacedView { view: view(self.snapshot, now)?, whence: self.whence })
    }
}

/// A session as it is shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DetailedView {
    pub view: SessionView,
    pub surroundings: SessionSurroundings,
}

impl DetailedSnapshot {
    /// The session as it is shown at `now`.
    ///
    /// # Errors
    /// As the verdict.
    pub(super) fn view(self, now: Timestamp) -> Result<DetailedView, Doubt> {
        Ok(DetailedView { view: view(self.snapshot, now)?, surroundings: self.surroundings })
    }
}
