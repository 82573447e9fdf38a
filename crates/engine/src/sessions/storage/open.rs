//! Opening a session that an application keeps for its owner, with the tokens that are bound to it.

use zeroize::Zeroizing;

use crate::audit::RequestOrigin;
use crate::callers::OwnedClient;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::SessionUid;
use crate::sessions::credentials::Credentials;
use crate::sessions::metadata::{KeptMetadata, SessionMetadata};
use crate::sessions::open::{Holding, OpenRefusal, ProvenUser, SessionWish};
use crate::sessions::terms::{Asked, Terms};
use crate::sessions::{Birth, Session};
use crate::tokens::access_token::StorageBound;
use crate::tokens::storage::StorageScope;

/// What an application may choose of a session.
#[derive(Clone, Debug)]
pub struct StorageWish {
    /// Seconds within [`STORAGE_TTL`](super::STORAGE_TTL); `None` takes the policy's.
    pub ttl_seconds: Option<u32>,
    /// At most [`SUBSCRIBERS_AT_MOST`](super::SUBSCRIBERS_AT_MOST).
    pub subscribers: u32,
    /// What it is for, in the application's words: kept as the session's caption.
    pub intent: Option<String>,
    /// What is kept with it from the beginning.
    pub metadata: SessionMetadata,
}

/// A session with the one copy of its tokens that will ever be handed out.
pub struct StoredSession {
    pub session: Session,
    pub kept: KeptMetadata,
    pub publisher: Zeroizing<String>,
    pub subscribers: Vec<Zeroizing<String>>,
}

impl std::fmt::Debug for StoredSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoredSession").field("session", &self.session).finish_non_exhaustive()
    }
}

impl Engine {
    /// Opens a session of the owner's. It belongs to the application's tenant and ends with the application.
    ///
    /// # Errors
    /// When the store, the clock, the randomness or the signing keys cannot be relied on; the session may then exist (never told).
    pub async fn open_stored_session(
        &self,
        client: &OwnedClient,
        wish: StorageWish,
        origin: RequestOrigin,
    ) -> Result<Result<StoredSession, OpenRefusal>, EngineError> {
        let Some(credentials) = self.store.credentials(client.owner()).await? else {
            return Ok(Err(OpenRefusal::CredentialsChanged));
        };
        let (now, record) = (self.now(), client.record());
        let asked = Asked { birth: Birth::Storage, ttl_seconds: wish.ttl_seconds, slides: Some(false) };
        let Some(terms) = Terms::settle(&self.policy.sessions, &record.tenant_policy, &credentials, asked) else {
            return Ok(Err(OpenRefusal::CapInvalid));
        };
        let uid = SessionUid::mint(now, &*self.entropy)?;
        let tenant = record.tenant.map(|tenant| tenant.uid);
        let bound = StorageBound { session: uid, client_id: record.client_id.clone(), tenant };
        // Before the session is there: where nothing can be signed, nothing is left behind.
        let ends_at = now.plus(terms.ttl);
        let token = |scope| self.issue_storage_token(bound.clone(), scope, now, ends_at);
        let publisher = token(StorageScope::Write)?;
        let subscribers = (0..wish.subscribers).map(|_| token(StorageScope::Read)).collect::<Result<_, _>>()?;
        let kept = KeptMetadata::first(wish.metadata.clone());
        let wish = SessionWish {
            birth: Birth::Storage,
            ttl_seconds: wish.ttl_seconds,
            slides: Some(false),
            caption: wish.intent,
            label: None,
            note: None,
            metadata: wish.metadata,
        };
        // Nobody signed in: nothing was proven by the owner, and the session depends on no address. If an address falls out of verified, the session ends
        // with all others of its user.
        let credentials = Credentials { email: None, ..credentials };
        let owner = ProvenUser { credentials, proven: None, subject: None, authentication: None, provider: None };
        let opened = self.open(owner, wish, origin, (uid, &Holding::Application(client))).await?;
        Ok(opened.map(|(session, _)| StoredSession { session, kept, publisher, subscribers }))
    }
}
