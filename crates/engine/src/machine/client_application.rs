//! Client applications and the only mint of [`ClientApplication`].

use crate::audit::Actor;
use crate::directory::ApplicationStatus;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::{ApplicationNumber, ApplicationUid, TenantNumber};
use crate::secret::{ClientSecret, ClientSecretHash};
use crate::sessions::Session;

/// A client application as it is stored.
#[derive(Clone, Debug)]
pub struct ClientRecord {
    pub number: ApplicationNumber,
    pub uid: ApplicationUid,
    pub tenant: Option<TenantNumber>,
    pub status: ApplicationStatus,
    pub scopes: Vec<String>,
    pub is_platform: bool,
    /// At most two: the one in use and the one that replaces it.
    pub secrets: Vec<ClientSecretHash>,
}

/// A client application that proved to be itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClientApplication {
    number: ApplicationNumber,
    uid: ApplicationUid,
    tenant: Option<TenantNumber>,
    scopes: Vec<String>,
    is_platform: bool,
}

/// Why a client application is not believed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ClientRefusal {
    /// No such client, or not its secret.
    Invalid,
    /// The secret is right; the application may not act.
    Disabled,
}

impl ClientApplication {
    /// Whether it was given this scope.
    pub fn has_scope(&self, scope: &str) -> bool {
        self.scopes.iter().any(|given| given == scope)
    }

    /// Whether it may learn of the session: its own tenant's, or any where it is one of the platform (contracts, Reach).
    pub fn reaches(&self, session: &Session) -> bool {
        self.is_platform || (self.tenant.is_some() && self.tenant == session.tenant)
    }

    pub(crate) const fn actor(&self) -> Actor {
        Actor::Application(self.number, self.uid)
    }
}

impl Engine {
    /// Which client application shows this id and secret. Unknown and wrong take the same time: one read, one keyed hash, one
    /// comparison that does not stop early.
    ///
    /// # Errors
    /// When the store cannot be relied on.
    pub async fn authenticate_client(
        &self,
        client_id: &str,
        secret: &ClientSecret,
    ) -> Result<Result<ClientApplication, ClientRefusal>, EngineError> {
        let record = self.store.client(client_id).await?;
        let shown = self.keys.client_secret_hash(secret);
        // An unknown client is compared as well; nothing that the pepper makes is all zeros.
        let nobody = [ClientSecretHash::from_bytes([0; 32]); 2];
        let secrets = record.as_ref().map_or(&nobody[..], |record| &record.secrets);
        let matches = secrets.iter().fold(false, |matches, secret| matches | (*secret == shown));
        let Some(record) = record.filter(|_| matches) else {
            return Ok(Err(ClientRefusal::Invalid));
        };
        if record.status != ApplicationStatus::Active {
            return Ok(Err(ClientRefusal::Disabled));
        }
        let ClientRecord { number, uid, tenant, scopes, is_platform, .. } = record;
        Ok(Ok(ClientApplication { number, uid, tenant, scopes, is_platform }))
    }
}
