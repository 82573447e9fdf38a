//! Live sessions as they are remembered: what differs from one to the next apart, the rest shared.

use std::sync::Arc;

use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::directory::{EmailStatus, PlatformRole, TenantPlace, TenantPolicy, TenantStatus, UserStatus};
use cloakroom_engine::error::StoreError;
use cloakroom_engine::ids::{ApplicationNumber, EmailNumber, PartnerNumber, TenantNumber};
use cloakroom_engine::secret::SessionSecretHash;
use cloakroom_engine::sessions::store::SessionLookup;
use cloakroom_engine::sessions::touches::PendingTouches;
use cloakroom_engine::sessions::verdict::{Bearer, SessionSnapshot, Since, Standing, Verdict, verdict};
use cloakroom_engine::sessions::{Session, SessionFacts, SessionState};

use super::fact::Fact;
use super::memory::{Key, Known};
use super::shared::Shared;
use super::{Live, allocated};
use crate::database::Database;
use crate::sessions::snapshot::{self, Ties};

/// A session of somebody verified, with a verified address, under unmoved epochs: anything but time has to change to make it dead.
#[derive(Clone)]
pub(super) struct KnownSession {
    facts: Arc<SessionFacts>,
    ground: Arc<Ground>,
    secret: Option<SessionSecretHash>,
    verified_since: Timestamp,
    email: Option<(EmailNumber, Timestamp)>,
    role: PlatformRole,
    is_operator: bool,
}

/// What the sessions of one tenant's people share.
#[derive(PartialEq, Eq, Debug)]
pub(super) struct Ground {
    tenant: Option<Since<TenantStatus>>,
    tenant_policy: TenantPolicy,
    /// The home tenant of the users.
    home: Option<TenantPlace>,
    partner: Option<PartnerNumber>,
    application: Option<ApplicationNumber>,
}

/// Which sessions share one: their tenant, their users' home, their application.
pub(super) type GroundKey = (Option<TenantNumber>, Option<TenantNumber>, Option<ApplicationNumber>);

impl KnownSession {
    /// `None` where it is dead, and of those who may only choose a password. `found` shares the facts that are kept afterwards.
    pub(super) fn of(found: &mut SessionSnapshot, ties: Ties, shared: &Shared) -> Option<Self> {
        let SessionSnapshot { session, standing, bearer } = found;
        let stands = session.state == SessionState::Open
            && standing.user.status == UserStatus::Verified
            && standing.email.is_none_or(|email| email.status == EmailStatus::Verified)
            && standing.email.is_some() == ties.email.is_some()
            && standing.tenant.is_none_or(|tenant| tenant.status.lets_sessions_live())
            && standing.moved_epochs.is_empty()
            && !bearer.password_is_due;
        if !stands {
            return None;
        }
        let facts = Arc::make_mut(&mut session.facts);
        facts.user_agent = facts.user_agent.take().map(|text| shared.text(text));
        let ground = Ground {
            tenant: standing.tenant,
            tenant_policy: standing.tenant_policy,
            home: bearer.tenant,
            partner: ties.partner,
            application: ties.application,
        };
        let key = (session.tenant, bearer.tenant.map(|home| home.number), ties.application);
        Some(Self {
            facts: session.facts.clone(),
            ground: shared.ground(key, ground),
            secret: ties.secret,
            verified_since: standing.user.since,
            email: ties.email.zip(standing.email.map(|email| email.since)),
            role: bearer.role,
            is_operator: bearer.is_operator,
        })
    }

    /// Every row that it was made of.
    pub(super) fn rests_on(&self) -> impl Iterator<Item = Fact> + '_ {
        let Self { facts, ground, email, .. } = self;
        let always = [Fact::Server, Fact::Session(facts.number.0), Fact::User(facts.user.0)];
        let sometimes = [
            facts.tenant.map(|tenant| Fact::Tenant(tenant.0)),
            ground.home.map(|home| Fact::Tenant(home.number.0)),
            ground.partner.map(|partner| Fact::Partner(partner.0)),
            ground.application.map(|application| Fact::Application(application.0)),
            email.map(|(email, _)| Fact::Email(email.0)),
        ];
        always.into_iter().chain(sometimes.into_iter().flatten())
    }

    /// As the database would return it.
    pub(super) fn snapshot(&self, touches: &PendingTouches) -> SessionSnapshot {
        let Self { facts, ground, verified_since, email, role, is_operator, .. } = self;
        let activity = touches.merge_into(facts.number, facts.stored.get());
        SessionSnapshot {
            session: Session { facts: facts.clone(), activity, state: SessionState::Open },
            standing: Standing {
                user: Since { status: UserStatus::Verified, since: *verified_since },
                email: email.map(|(_, since)| Since { status: EmailStatus::Verified, since }),
                tenant: ground.tenant,
                tenant_policy: ground.tenant_policy,
                moved_epochs: Vec::new(),
            },
            bearer: Bearer { role: *role, is_operator: *is_operator, tenant: ground.home, password_is_due: false },
        }
    }

    /// What it points to and has to itself.
    pub(super) fn bytes(&self) -> usize {
        let facts = &*self.facts;
        let own = [&facts.caption, &facts.label, &facts.address].into_iter().flatten();
        allocated(size_of::<SessionFacts>()) + own.map(|text| allocated(text.len())).sum::<usize>()
    }

    fn is_named(&self, lookup: &SessionLookup) -> bool {
        match lookup {
            // The whole hash decides, in constant time.
            SessionLookup::Secret(secret) => self.secret.as_ref() == Some(secret),
            SessionLookup::Uid(uid) => self.facts.uid == *uid,
            SessionLookup::Number(number) => self.facts.number == *number,
        }
    }
}

/// Under which key a session is remembered; by its number nobody asks often.
fn key(lookup: &SessionLookup) -> Option<Key> {
    match lookup {
        SessionLookup::Secret(secret) => Some(Key::SessionSecret(secret.lookup() as u64)),
        SessionLookup::Uid(uid) => Some(Key::SessionUid(last_bits(uid.as_bytes()))),
        SessionLookup::Number(_) => None,
    }
}

/// The bits of a time-ordered uid that are random.
pub(super) fn last_bits(uid: &[u8; 16]) -> u64 {
    let [.., a, b, c, d, e, f, g, h] = *uid;
    u64::from_be_bytes([a, b, c, d, e, f, g, h])
}

/// The session that `lookup` names: from memory where it lives at `now`, and else as the database has it.
pub(crate) async fn session(
    store: &Database,
    lookup: SessionLookup,
    now: Timestamp,
    touches: &PendingTouches,
) -> Result<Option<SessionSnapshot>, StoreError> {
    let live = store.live();
    let key = key(&lookup);
    if let Some(snapshot) = remembered(store, key, &lookup, touches).await?
        && verdict(&snapshot, now) == Ok(Verdict::Live)
    {
        live.hit();
        return Ok(Some(snapshot));
    }
    let read_at = live.position();
    let found = store.read_point(|conn, touches| Box::pin(async move { Ok(snapshot::find_tied(conn, lookup, touches).await?) })).await?;
    let Some((mut found, ties)) = found else { return Ok(None) };
    if let Some(key) = key.filter(|_| live.is_on())
        && let Some(known) = KnownSession::of(&mut found, ties, &live.shared)
    {
        live.keep(key, Known::Session(known), read_at);
    }
    Ok(Some(found))
}

async fn remembered(
    store: &Database,
    key: Option<Key>,
    lookup: &SessionLookup,
    touches: &PendingTouches,
) -> Result<Option<SessionSnapshot>, StoreError> {
    let Some(key) = key else { return Ok(None) };
    let known: &Live = store.live();
    Ok(match known.known(store, key).await? {
        Some(Known::Session(known)) if known.is_named(lookup) => Some(known.snapshot(touches)),
        _ => None,
    })
}
