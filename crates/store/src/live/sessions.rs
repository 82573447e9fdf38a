//! Live sessions as they are remembered: what differs from one to the next apart, the rest shared.

use std::sync::Arc;

use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::directory::{EmailStatus, PlatformRole, UserStatus};
use cloakroom_engine::ids::UserNumber;
use cloakroom_engine::secret::SessionSecretHash;
use cloakroom_engine::sessions::store::SessionLookup;
use cloakroom_engine::sessions::touches::PendingTouches;
use cloakroom_engine::sessions::verdict::{Bearer, SessionSnapshot, Since, Standing};
use cloakroom_engine::sessions::{Session, SessionFacts, SessionState};

use super::asked_by::allocated;
use super::fact::{Fact, FactKind};
use super::shared::{Ground, Shared};
use crate::sessions::snapshot::Ties;

/// A session of somebody verified, with a verified address, under unmoved epochs: anything but time has to change to make it dead.
pub(crate) struct KnownSession {
    facts: Arc<SessionFacts>,
    ground: Arc<Ground>,
    secret: Option<SessionSecretHash>,
    verified_since: Timestamp,
    email_verified_since: Option<Timestamp>,
    role: PlatformRole,
    is_operator: bool,
}

impl KnownSession {
    /// `None` where it is dead, and of those who may only choose a password. `found` shares the facts that are kept afterwards.
    pub(crate) fn of(found: &mut SessionSnapshot, ties: Ties, shared: &Shared) -> Option<Self> {
        let SessionSnapshot { session, standing, bearer } = found;
        let stands = session.state == SessionState::Open
            && standing.user.status == UserStatus::Verified
            && standing.email.is_none_or(|email| email.status == EmailStatus::Verified)
            // An address tells of its user: it has to be that of the session.
            && standing.email.map(|_| session.user) == ties.email_owner
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
            email_verified_since: standing.email.map(|email| email.since),
            role: bearer.role,
            is_operator: bearer.is_operator,
        })
    }

    /// Every row that it was made of.
    pub(super) fn rests_on(&self) -> impl Iterator<Item = Fact> + '_ {
        let Self { facts, ground, .. } = self;
        let always = [Fact::SERVER, FactKind::Session.numbered(facts.number.0), FactKind::User.numbered(facts.user.0)];
        let sometimes = [
            facts.tenant.map(|tenant| FactKind::Tenant.numbered(tenant.0)),
            ground.home.map(|home| FactKind::Tenant.numbered(home.number.0)),
            ground.partner.map(|partner| FactKind::Partner.numbered(partner.0)),
            ground.application.map(|application| FactKind::Application.numbered(application.0)),
        ];
        always.into_iter().chain(sometimes.into_iter().flatten())
    }

    /// As the database would return it.
    pub(crate) fn snapshot(&self, touches: &PendingTouches) -> SessionSnapshot {
        let Self { facts, ground, verified_since, email_verified_since, role, is_operator, .. } = self;
        let activity = touches.merge_into(facts.number, facts.stored.get());
        SessionSnapshot {
            session: Session { facts: facts.clone(), activity, state: SessionState::Open },
            standing: Standing {
                user: Since { status: UserStatus::Verified, since: *verified_since },
                email: email_verified_since.map(|since| Since { status: EmailStatus::Verified, since }),
                tenant: ground.tenant,
                tenant_policy: ground.tenant_policy,
                moved_epochs: Vec::new(),
            },
            bearer: Bearer { role: *role, is_operator: *is_operator, tenant: ground.home, password_is_due: false },
        }
    }

    pub(super) fn user(&self) -> UserNumber {
        self.facts.user
    }

    /// What it points to and has to itself.
    pub(super) fn bytes(&self) -> usize {
        let facts = &*self.facts;
        let own = [&facts.caption, &facts.label, &facts.address].into_iter().flatten();
        allocated(size_of::<SessionFacts>()) + own.map(|text| allocated(text.len())).sum::<usize>()
    }

    pub(crate) fn is_named(&self, lookup: &SessionLookup) -> bool {
        match lookup {
            // The whole hash decides, in constant time.
            SessionLookup::Secret(secret) => self.secret.as_ref() == Some(secret),
            SessionLookup::Uid(uid) => self.facts.uid == *uid,
            SessionLookup::Number(number) => self.facts.number == *number,
        }
    }
}
