//! Applications that proved to be themselves.

use crate::audit::Actor;
use crate::clock::Span;
use crate::directory::ApplicationStatus;
use crate::machine::application::ClientRecord;
use crate::sessions::Session;

/// A client application that proved to be itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClientApplication(ClientRecord);

/// Why a client application is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ClientRefusal {
    /// No such client, or not its secret or assertion.
    Invalid,
    /// The proof is right; the application may not act.
    Disabled,
    /// Too many failures from the caller's network; nothing was looked at.
    Limited { wait: Span },
}

impl ClientApplication {
    /// `record` proved to be itself.
    pub(crate) fn proven(record: ClientRecord) -> Result<Self, ClientRefusal> {
        if record.status == ApplicationStatus::Active { Ok(Self(record)) } else { Err(ClientRefusal::Disabled) }
    }

    /// The same application, held to the scopes that a token of it was given.
    pub(crate) fn limited_to(record: ClientRecord, scopes: Vec<String>) -> Self {
        Self(ClientRecord { scopes, ..record })
    }

    pub(crate) const fn record(&self) -> &ClientRecord {
        &self.0
    }

    /// Whether this is its client id.
    pub fn is_called(&self, client_id: &str) -> bool {
        self.0.client_id == client_id
    }

    /// Whether it was given this scope.
    pub fn has_scope(&self, scope: &str) -> bool {
        self.0.scopes.iter().any(|given| given == scope)
    }

    /// As [`ClientRecord::reaches`].
    pub fn reaches(&self, session: &Session) -> bool {
        self.0.reaches(session)
    }

    /// Whether it may learn of another application's own tokens: itself, one of its tenant, or any where it is of the platform.
    pub(crate) fn oversees(&self, other: &Self) -> bool {
        let tenant = |client: &Self| client.0.tenant.map(|tenant| tenant.number);
        self.0.is_platform || self.0.number == other.0.number || (tenant(self).is_some() && tenant(self) == tenant(other))
    }

    pub(crate) const fn actor(&self) -> Actor {
        Actor::Application(self.0.number, self.0.uid)
    }
}
