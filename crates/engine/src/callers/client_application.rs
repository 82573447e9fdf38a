//! Applications that proved to be themselves.

use std::sync::Arc;

use super::basis::{ApplicationSource, Basis, ClientProof, Source};
use crate::audit::Actor;
use crate::clock::{Span, Timestamp};
use crate::directory::ApplicationStatus;
use crate::ids::ApplicationUid;
use crate::machine::application::ClientRecord;
use crate::sessions::Session;

/// A client application that proved to be itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClientApplication {
    record: Arc<ClientRecord>,
    proof: ClientProof,
}

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
    pub(crate) fn proven(record: Arc<ClientRecord>, proof: ClientProof) -> Result<Self, ClientRefusal> {
        if record.status == ApplicationStatus::Active { Ok(Self { record, proof }) } else { Err(ClientRefusal::Disabled) }
    }

    /// The same application by a token of it, held to the scopes that the token was given.
    pub(crate) fn limited_to(record: &ClientRecord, scopes: Vec<String>, token_uid: [u8; 16]) -> Self {
        Self { record: Arc::new(ClientRecord { scopes, ..record.clone() }), proof: ClientProof::Token(token_uid) }
    }

    /// What a change on its word rests on.
    pub(crate) fn basis(&self, at: Timestamp) -> Basis {
        self.basis_for(at, false)
    }

    pub(super) fn basis_for(&self, at: Timestamp, for_owner: bool) -> Basis {
        let source = ApplicationSource { held: self.record.clone(), proof: self.proof, for_owner };
        Basis::new(Source::Application(Box::new(source)), at)
    }

    /// Whether nothing but its client id speaks for it: anybody may say so, and it may do what is harmless then.
    pub fn is_public(&self) -> bool {
        self.proof == ClientProof::Public
    }

    pub(crate) fn record(&self) -> &ClientRecord {
        &self.record
    }

    pub fn uid(&self) -> ApplicationUid {
        self.record.uid
    }

    /// Whether this is its client id.
    pub fn is_called(&self, client_id: &str) -> bool {
        self.record.client_id == client_id
    }

    pub fn client_id(&self) -> &str {
        &self.record.client_id
    }

    /// Whose pages may read what it is answered.
    pub fn origins(&self) -> &[String] {
        &self.record.origins
    }

    /// Whether it was given this scope.
    pub fn has_scope(&self, scope: &str) -> bool {
        self.record.scopes.iter().any(|given| given == scope)
    }

    /// As [`ClientRecord::reaches`].
    pub fn reaches(&self, session: &Session) -> bool {
        self.record.reaches(session)
    }

    /// Whether it may learn of another application's own tokens: itself, one of its tenant, or any where it is of the platform.
    pub(crate) fn oversees(&self, other: &ClientRecord) -> bool {
        let own = &self.record;
        own.is_platform || own.number == other.number || (own.tenant.is_some() && own.tenant_number() == other.tenant_number())
    }

    pub(crate) fn actor(&self) -> Actor {
        Actor::Application(self.record.number, self.record.uid)
    }
}
