//! Leave to change the directory: who does it, when, from where, and how far it may go.

use super::authority::Authority;
use super::basis::{Authorisation, Basis};
use crate::audit::{Action, Actor, AuditEntry, RequestOrigin, ResourceKind};
use crate::clock::Timestamp;
use crate::ids::UserNumber;

/// Who changes the directory, when and from where. Every line that a change leaves in the trail begins here.
#[derive(Clone, Debug)]
pub struct Deed {
    pub at: Timestamp,
    pub actor: Actor,
    /// The user who does it; `None` when the system does.
    pub by: Option<UserNumber>,
    pub origin: RequestOrigin,
}

impl Deed {
    /// What Cloakroom does itself, under the name of the task or command.
    pub fn of_system(at: Timestamp, name: &'static str) -> Self {
        Self { at, actor: Actor::System(name), by: None, origin: RequestOrigin::default() }
    }

    /// What else is done with what this line of the trail tells of.
    pub fn behind(entry: &AuditEntry) -> Self {
        Self { at: entry.at, actor: entry.actor, by: None, origin: entry.origin.clone() }
    }

    /// The trail's line about what was done to `resource_id`.
    pub fn entry(&self, action: Action, resource: ResourceKind, resource_id: impl std::fmt::Display) -> AuditEntry {
        AuditEntry::success(self.at, action, resource, self.actor, self.origin.clone()).on(resource_id)
    }
}

/// Leave to make one change: how far it may go, and who makes it.
#[derive(Clone, Debug)]
pub struct Warrant {
    pub authority: Authority,
    pub deed: Deed,
    /// What the authority rests on, judged before the change.
    pub basis: Basis,
}

impl From<&Warrant> for Authorisation {
    fn from(warrant: &Warrant) -> Self {
        Self::Caller(warrant.basis.clone())
    }
}
