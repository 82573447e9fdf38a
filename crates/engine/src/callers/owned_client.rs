//! Client applications that act for the user whom they belong to. The only mint of [`OwnedClient`].

use super::basis::Basis;
use super::client_application::ClientApplication;
use crate::audit::Actor;
use crate::clock::Timestamp;
use crate::ids::{SessionNumber, StorageId, UserNumber};
use crate::machine::application::{ApplicationOwner, ClientRecord};
use crate::sessions::Session;

/// A client application that proved to be itself and may act for its owner. It reaches that user's sessions under its own tenant,
/// wherever they were born, and no others (docs/contracts/session_storage.md).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OwnedClient {
    client: ClientApplication,
    owner: ApplicationOwner,
}

/// Why an application has no owner to act for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NotForOwner {
    /// It belongs to no user, or to one who stands higher than its tenant.
    Unowned,
    /// Its tenant is closed.
    TenantClosed,
}

impl OwnedClient {
    /// # Errors
    /// When `client` has no owner that it may act for.
    pub fn of(client: ClientApplication) -> Result<Self, NotForOwner> {
        let owner = client.record().acting_owner().cloned().ok_or(NotForOwner::Unowned)?;
        if client.record().may_act() { Ok(Self { client, owner }) } else { Err(NotForOwner::TenantClosed) }
    }

    /// The id of one of the owner's sessions.
    pub fn storage_id(&self, session: SessionNumber) -> StorageId {
        StorageId { owner: self.owner.username.clone(), session }
    }

    /// The session that `id` names, if it can be one of the owner's.
    pub(crate) fn named(&self, id: &StorageId) -> Option<SessionNumber> {
        (id.owner == self.owner.username).then_some(id.session)
    }

    /// Whether the session is one of the owner's under the application's own tenant.
    pub(crate) fn keeps(&self, session: &Session) -> bool {
        session.user == self.owner.number && session.tenant == self.record().tenant_number()
    }

    pub(crate) const fn owner(&self) -> UserNumber {
        self.owner.number
    }

    pub(crate) fn record(&self) -> &ClientRecord {
        self.client.record()
    }

    /// What a change rests on: the owner, too.
    pub(crate) fn basis(&self, at: Timestamp) -> Basis {
        self.client.basis_for(at, true)
    }

    pub(crate) fn actor(&self) -> Actor {
        self.client.actor()
    }
}
