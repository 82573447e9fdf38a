//! Client applications and the only mint of [`ClientApplication`].

use crate::audit::Actor;
use crate::directory::{ApplicationStatus, TenantPlace, TenantStatus};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::{ApplicationNumber, ApplicationUid, UserNumber};
use crate::secret::{ClientSecret, ClientSecretHash};
use crate::sessions::Session;

/// By what a client application is looked up.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ClientLookup {
    ClientId(String),
    Uid(ApplicationUid),
}

/// A client application as it is stored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClientRecord {
    pub number: ApplicationNumber,
    pub uid: ApplicationUid,
    pub client_id: String,
    /// The user whom it belongs to.
    pub owner: Option<ApplicationOwner>,
    pub tenant: Option<TenantPlace>,
    pub tenant_status: Option<TenantStatus>,
    pub status: ApplicationStatus,
    pub scopes: Vec<String>,
    pub is_platform: bool,
    pub epochs: ApplicationEpochs,
    /// At most two: the one in use and the one that replaces it.
    pub secrets: Vec<ClientSecretHash>,
    /// The public keys that it signs assertions with: a JSON Web Key Set (RFC 7517 section 5).
    pub jwks: Option<String>,
}

/// The user whom an application belongs to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ApplicationOwner {
    pub number: UserNumber,
    pub username: String,
}

/// Where the epochs are that an application stands under. What is given to it carries them and dies when one moves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ApplicationEpochs {
    pub server: i64,
    pub partner: Option<i64>,
    pub tenant: Option<i64>,
    pub application: i64,
}

impl ClientRecord {
    /// Whether it may hold tokens: active, and its tenant open.
    pub fn may_act(&self) -> bool {
        self.status == ApplicationStatus::Active && self.tenant_status.is_none_or(TenantStatus::lets_sessions_live)
    }

    /// Whether what was given to it under `epochs` lives.
    pub fn stands_by(&self, epochs: &ApplicationEpochs) -> bool {
        self.may_act() && self.epochs == *epochs
    }

    /// Whether it may learn of the session: its own tenant's, or any where it is one of the platform (contracts, Reach).
    pub fn reaches(&self, session: &Session) -> bool {
        self.is_platform || self.tenant.is_some_and(|tenant| session.tenant == Some(tenant.number))
    }
}

/// A client application that proved to be itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClientApplication(ClientRecord);

/// Why a client application is not believed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ClientRefusal {
    /// No such client, or not its secret or assertion.
    Invalid,
    /// The proof is right; the application may not act.
    Disabled,
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
        // Whoever the client: so this tells nothing, and asks no store.
        if secret.is_malformed() {
            return Ok(Err(ClientRefusal::Invalid));
        }
        let record = self.store.client(ClientLookup::ClientId(client_id.to_owned())).await?;
        let shown = self.keys.client_secret_hash(secret);
        // An unknown client is compared as well; nothing that the pepper makes is all zeros.
        let nobody = [ClientSecretHash::from_bytes([0; 32]); 2];
        let secrets = record.as_ref().map_or(&nobody[..], |record| &record.secrets);
        let matches = secrets.iter().fold(false, |matches, secret| matches | (*secret == shown));
        let Some(record) = record.filter(|_| matches) else {
            return Ok(Err(ClientRefusal::Invalid));
        };
        Ok(ClientApplication::proven(record))
    }
}
