//! Opening a session for somebody who has proven who they are: the one way a session comes to be, whatever the surface.

use std::sync::Arc;

use super::credentials::{Credentials, SignInSubject};
use super::metadata::{KeptMetadata, SessionMetadata};
use super::store::{CreateOutcome, NewSession};
use super::terms::{Asked, Terms};
use super::{
    Activity, Authentication, Birth, Location, Session, SessionFacts, SessionState, SessionView, StoredActivity, UserAgent, location,
};
use crate::audit::{Action, Actor, AuditEntry, RequestOrigin, ResourceKind};
use crate::callers::{Authorisation, OwnedClient};
use crate::clock::Span;
use crate::directory::TenantPolicy;
use crate::directory::password::PasswordHash;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::federation::store::ProviderProof;
use crate::ids::SessionUid;
use crate::policy::CapPolicy;
use crate::secret::SessionSecret;
use crate::tokens::refresh_token::{RefreshSecret, RefreshToken};
use crate::tokens::{Generation, GrantNumber};

/// Somebody whose passcode matched, whom an identity provider vouched for, or whose own application proved to be itself. Only sign-ins and
/// session storage mint one.
#[derive(Debug)]
pub struct ProvenUser {
    pub(crate) credentials: Credentials,
    /// What the passcode matched; the transaction refuses if it changed since.
    pub(crate) proven: Option<PasswordHash>,
    pub(crate) subject: Option<SignInSubject>,
    /// How and when they proved who they are; `None` where it is believed on the word of somebody else.
    pub(crate) authentication: Option<Authentication>,
    /// What an identity provider said, where that is what is believed.
    pub(crate) provider: Option<ProviderProof>,
}

#[cfg(any(test, feature = "testing"))]
impl ProvenUser {
    /// A user who is believed without a passcode.
    pub fn believed(credentials: Credentials) -> Self {
        Self { credentials, proven: None, subject: None, authentication: None, provider: None }
    }
}

/// What the caller may choose of a new session.
#[derive(Clone, Debug)]
pub struct SessionWish {
    pub birth: Birth,
    /// Seconds; `None` takes the policy's. What is asked for is held within the tenant's policy ([`terms`](super::terms)).
    pub ttl_seconds: Option<u32>,
    pub slides: Option<bool>,
    pub caption: Option<String>,
    pub label: Option<String>,
    /// Why, in the caller's words; for the trail only.
    pub note: Option<String>,
    /// What is kept with it from the beginning.
    pub metadata: SessionMetadata,
}

/// A session with the one copy of its secret that will ever be handed out.
#[derive(Debug)]
pub struct OpenedSession {
    pub view: SessionView,
    pub secret: SessionSecret,
    pub kept: KeptMetadata,
}

/// Why a proven user gets no session.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OpenRefusal {
    AtCap,
    /// The user's own cap is outside [`SESSION_CAP_OVERRIDE`](crate::directory::SESSION_CAP_OVERRIDE).
    CapInvalid,
    CredentialsChanged,
    Locked {
        wait: Span,
    },
}

/// What a new session is held by.
pub(super) enum Holding<'a> {
    Secret(SessionSecret),
    Tokens(RefreshSecret),
    /// No secret of its own: the application that bears it names it.
    Application(&'a OwnedClient),
}

impl Holding<'_> {
    /// What the tenant says that the session will belong to.
    fn tenant_policy(&self, user: &Credentials) -> TenantPolicy {
        match self {
            Self::Secret(_) | Self::Tokens(_) => user.tenant.map(|tenant| tenant.policy).unwrap_or_default(),
            Self::Application(client) => client.record().tenant_policy,
        }
    }
}

impl Engine {
    /// Opens a session for `user` as wished, held by a bearer secret.
    ///
    /// # Errors
    /// When the store, the clock or the randomness cannot be relied on; the session may then exist (never told, never usable).
    pub async fn open_session(
        &self,
        user: ProvenUser,
        wish: SessionWish,
        origin: RequestOrigin,
    ) -> Result<Result<OpenedSession, OpenRefusal>, EngineError> {
        let secret = SessionSecret::mint(&*self.entropy)?;
        let uid = SessionUid::mint(self.now(), &*self.entropy)?;
        let kept = KeptMetadata::first(wish.metadata.clone());
        let opened = self.open(user, wish, origin, (uid, &Holding::Secret(secret.clone()))).await?;
        Ok(opened.map(|(session, _)| OpenedSession { view: SessionView { session, end: None }, secret, kept }))
    }

    /// Opens a session for `user` as wished, held by a chain of refresh tokens.
    ///
    /// # Errors
    /// As [`Engine::open_session`].
    pub(crate) async fn open_with_tokens(
        &self,
        user: ProvenUser,
        wish: SessionWish,
        origin: RequestOrigin,
    ) -> Result<Result<(Session, RefreshToken), OpenRefusal>, EngineError> {
        let secret = RefreshSecret::root(&*self.entropy)?;
        let uid = SessionUid::mint(self.now(), &*self.entropy)?;
        let opened = self.open(user, wish, origin, (uid, &Holding::Tokens(secret.clone()))).await?;
        Ok(opened.and_then(|(session, grant)| {
            // The store begins a chain for every session that is held by one.
            let grant = grant.ok_or(OpenRefusal::CredentialsChanged)?;
            Ok((session, RefreshToken::new(grant, Generation(0), secret, &self.keys)))
        }))
    }

    pub(super) async fn open(
        &self,
        user: ProvenUser,
        wish: SessionWish,
        origin: RequestOrigin,
        (uid, holding): (SessionUid, &Holding<'_>),
    ) -> Result<Result<(Session, Option<GrantNumber>), OpenRefusal>, EngineError> {
        let asked = Asked { birth: wish.birth, ttl_seconds: wish.ttl_seconds, slides: wish.slides };
        let tenant = holding.tenant_policy(&user.credentials);
        let Some(terms) = Terms::settle(&self.policy.sessions, &tenant, &user.credentials, asked) else {
            return Ok(Err(OpenRefusal::CapInvalid));
        };
        let now = self.now();
        let agent = match origin.user_agent.as_deref() {
            Some(agent) => self.devices.recognise(agent).await,
            None => UserAgent::UNKNOWN,
        };
        let place = origin.address.and_then(|address| location::locate(&*self.geolocation, address));
        let new = new_session(&user, &wish, &terms, (&origin, agent, place), (uid, holding), now, self.policy.sessions.cap_policy);
        let (mut facts, activity) = unsaved(&new, &wish);
        let by = match holding {
            Holding::Application(client) => client.basis(now).into(),
            // The passcode that was proven is compared with what it matched.
            Holding::Secret(_) | Holding::Tokens(_) => Authorisation::Verified,
        };
        Ok(match self.store.create_session(by, new).await? {
            CreateOutcome::Created { number, tenant, grant } => {
                facts.number = number;
                facts.tenant = tenant;
                Ok((Session { facts: Arc::new(facts), activity, state: SessionState::Open }, grant))
            }
            CreateOutcome::AtCap => Err(OpenRefusal::AtCap),
            CreateOutcome::CredentialsChanged => Err(OpenRefusal::CredentialsChanged),
            CreateOutcome::Locked { until } => Err(OpenRefusal::Locked { wait: until.since(now) }),
        })
    }
}

fn new_session(
    user: &ProvenUser,
    wish: &SessionWish,
    terms: &Terms,
    (origin, agent, location): (&RequestOrigin, UserAgent, Option<Location>),
    (uid, holding): (SessionUid, &Holding<'_>),
    now: crate::clock::Timestamp,
    cap_policy: CapPolicy,
) -> NewSession {
    let ProvenUser { credentials, proven, subject, authentication, provider } = user;
    let (secret, refresh, application, actor) = match holding {
        Holding::Secret(secret) => (Some(secret.hash()), None, None, Actor::User(credentials.user, credentials.user_uid)),
        Holding::Tokens(secret) => (None, Some(secret.hash()), None, Actor::User(credentials.user, credentials.user_uid)),
        Holding::Application(client) => (None, None, Some((client.record().number, client.record().epochs)), client.actor()),
    };
    let mut audit = AuditEntry::success(now, Action::SessionCreated, ResourceKind::Session, actor, origin.clone())
        .on(uid)
        .with("birth", wish.birth.as_str())
        .with("user_id", credentials.user_uid.to_string());
    if let Some(proof) = provider {
        audit = audit.with("identity_provider", proof.provider.clone());
    }
    if let Some(note) = &wish.note {
        audit = audit.with("note", note.clone());
    }
    NewSession {
        uid,
        secret,
        refresh,
        user: credentials.user,
        user_uid: credentials.user_uid,
        application,
        email: credentials.email.map(|(email, _)| email),
        proven: proven.clone(),
        subject: subject.clone(),
        provider: provider.clone(),
        birth: wish.birth,
        authentication: *authentication,
        created_at: now,
        ttl: terms.ttl,
        slides: terms.slides,
        absolute_ttl: terms.absolute_ttl,
        caption: wish.caption.clone(),
        label: wish.label.clone(),
        metadata: wish.metadata.clone(),
        origin: origin.clone(),
        agent,
        location,
        cap: terms.cap,
        evict_oldest: cap_policy == CapPolicy::EvictOldest,
        audit,
    }
}

/// The session as it will be read back, but for what only the store knows: its number and tenant.
fn unsaved(new: &NewSession, wish: &SessionWish) -> (SessionFacts, Activity) {
    let activity =
        Activity { last_validated_at: None, last_active_at: new.created_at, expires_at: new.created_at.plus(new.ttl), expiry_edition: 0 };
    let facts = SessionFacts {
        number: crate::ids::SessionNumber(0),
        uid: new.uid,
        user: new.user,
        user_uid: new.user_uid,
        tenant: None,
        birth: new.birth,
        authentication: new.authentication,
        created_at: new.created_at,
        ttl: new.ttl,
        slides: new.slides,
        absolute_expires_at: new.created_at.plus(new.absolute_ttl),
        caption: wish.caption.as_deref().map(Arc::from),
        label: wish.label.as_deref().map(Arc::from),
        address: new.origin.address.map(|address| address.to_string().into()),
        user_agent: new.origin.user_agent.as_deref().map(Arc::from),
        stored: StoredActivity::new(activity),
    };
    (facts, activity)
}
