//! Three processes and the model of them, and the questions that both are asked.

use std::sync::Arc;

use cloakroom_engine::audit::{Action, Actor, AuditEntry, RequestOrigin, ResourceKind};
use cloakroom_engine::callers::Authorisation;
use cloakroom_engine::clock::Span;
use cloakroom_engine::directory::ApplicationStatus;
use cloakroom_engine::machine::application::ClientRecord;
use cloakroom_engine::machine::store::{ClientLookup, MachineStore as _};
use cloakroom_engine::policy::{CapPolicy, Policy};
use cloakroom_engine::sessions::open::OpenedSession;
use cloakroom_engine::sessions::store::{SessionLookup, SessionStore as _};
use cloakroom_engine::sessions::verdict::{Verdict, verdict};
use cloakroom_engine::tokens::audience::Audience;
use cloakroom_engine::tokens::refresh_token::RefreshSecretHash;
use cloakroom_engine::tokens::store::{GrantSubject, NewGrant, Rotation, TokenStore as _};
use cloakroom_engine::tokens::{Generation, GrantNumber};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use super::PROCESSES;
use super::deeds::set_portal;
use crate::model::rules::Model;
use crate::model::{ABSOLUTE_TTL, CAP};
use crate::world::World;

/// Milliseconds between two looks of a process at what is to be saved (`crates/server/src/tasks/upkeep.rs`).
const SAVES_EVERY: i64 = 500;

/// What the portal was given within a session.
pub struct Grant {
    number: GrantNumber,
    session: usize,
    /// Of the portal.
    epoch: u32,
    generation: u32,
}

/// Session `n` of the processes is session `n` of the model.
pub struct Trio {
    pub processes: [Arc<World>; PROCESSES],
    pub model: Model,
    pub opened: Vec<OpenedSession>,
    pub grants: Vec<Grant>,
    pub unverified: [bool; 3],
    pub portal_may_act: bool,
    pub epoch: u32,
    /// Hashes of refresh tokens so far.
    hashes: u64,
}

impl Trio {
    pub async fn begin() -> Self {
        let mut policy = Policy::default();
        (policy.sessions.cap, policy.sessions.cap_policy) = (CAP as u32, CapPolicy::Refuse);
        policy.sessions.absolute_ttl_seconds = ABSOLUTE_TTL;
        let first = World::peopled(policy).await;
        set_portal(&first, ApplicationStatus::Active).await;
        let (second, third) = (first.after_a_crash(), first.after_a_crash());
        Self {
            model: Model::new(first.now().as_millis(), false),
            processes: [first, second, third].map(Arc::new),
            opened: Vec::new(),
            grants: Vec::new(),
            unverified: [false; 3],
            portal_may_act: true,
            epoch: 0,
            hashes: 0,
        }
    }

    fn hash(&mut self) -> RefreshSecretHash {
        self.hashes += 1;
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&self.hashes.to_le_bytes());
        RefreshSecretHash::from_bytes(bytes)
    }

    fn entry(&self, action: Action) -> AuditEntry {
        let now = self.processes[0].now();
        AuditEntry::success(now, action, ResourceKind::Session, Actor::System("test"), RequestOrigin::default())
    }

    fn grant_lives(&self, grant: &Grant) -> bool {
        self.portal_may_act && grant.epoch == self.epoch && self.model.lives(grant.session)
    }

    pub async fn portal(&self, at: usize) -> Arc<ClientRecord> {
        self.processes[at].database.client(ClientLookup::ClientId("portal".into())).await.unwrap().unwrap()
    }

    /// The portal is given something within a session that lives, where it may act.
    pub async fn exchange(&mut self, at: usize, session: usize) -> Result<(), TestCaseError> {
        let portal = self.portal(at).await;
        let new = NewGrant {
            session: self.opened[session].view.session.number,
            subject: GrantSubject::Secret,
            application: portal.number,
            epochs: portal.epochs,
            audience: Audience::default(),
            scope: Vec::new(),
            authentication: None,
            hash: self.hash(),
            now: self.processes[at].now(),
            at_most: 1000,
            audit: self.entry(Action::TokenExchanged),
        };
        let begun = self.processes[at].database.begin_application_grant(Authorisation::Verified, new).await.unwrap();
        prop_assert_eq!(begun.is_some(), self.portal_may_act && self.model.lives(session));
        self.grants.extend(begun.map(|number| Grant { number, session, epoch: self.epoch, generation: 0 }));
        Ok(())
    }

    /// The grant moves on where it lives, from the generation that `at` believes it to have.
    pub async fn refresh(&mut self, at: usize, grant: usize) -> Result<(), TestCaseError> {
        let (database, now) = (self.processes[at].database.clone(), self.processes[at].now());
        let Some(found) = database.live_grant(self.grants[grant].number, now).await.unwrap() else {
            prop_assert!(!self.grant_lives(&self.grants[grant]), "grant {} is not found by {}", grant, at);
            return Ok(());
        };
        let mut activity = found.session.session.activity;
        activity.last_active_at = now;
        let (to_hash, audit) = (self.hash(), self.entry(Action::TokensRefreshed));
        let rotation = Rotation { grant: found.grant, from: found.generation, from_hash: found.hash, to_hash, activity, now, audit };
        let rotated = database.rotate_grant(Authorisation::Verified, rotation).await.unwrap();
        prop_assert_eq!(rotated, self.grant_lives(&self.grants[grant]), "grant {} refreshed by {}", grant, at);
        self.grants[grant].generation += u32::from(rotated);
        Ok(())
    }

    /// Whether the process finds it alive.
    pub async fn session_agrees(&self, at: usize, session: usize, by_secret: bool) -> Result<(), TestCaseError> {
        let (world, opened) = (&self.processes[at], &self.opened[session]);
        let lookup = if by_secret { SessionLookup::Secret(opened.secret.hash()) } else { SessionLookup::Uid(opened.view.session.uid) };
        let found = world.database.live_session(lookup, world.now()).await.unwrap();
        let lives = found.is_some_and(|found| verdict(&found, world.now()) == Ok(Verdict::Live));
        prop_assert_eq!(lives, self.model.lives(session), "session {} in process {}, by its secret: {}", session, at, by_secret);
        Ok(())
    }

    /// Whether the process finds it alive, and as far as it has come.
    pub async fn grant_agrees(&self, at: usize, grant: usize) -> Result<(), TestCaseError> {
        let (world, grant) = (&self.processes[at], &self.grants[grant]);
        let found = world.database.live_grant(grant.number, world.now()).await.unwrap();
        let found = found.filter(|found| found.lives(world.now()) == Ok(true)).map(|found| found.generation);
        let expected = self.grant_lives(grant).then_some(Generation(grant.generation));
        prop_assert_eq!(found, expected, "{:?} in process {}", grant.number, at);
        Ok(())
    }

    pub async fn portal_agrees(&self, at: usize) -> Result<(), TestCaseError> {
        prop_assert_eq!(self.portal(at).await.may_act(), self.portal_may_act, "the portal in process {}", at);
        Ok(())
    }

    /// Time passes as the background tasks of all see it, who save what is due.
    pub async fn pass(&mut self, millis: i64) {
        let (clock, until) = (self.processes[0].clock.clone(), self.model.now + millis);
        while self.processes.iter().any(|process| process.engine.pending_touches() > 0) {
            let next = self.model.now - self.model.now.rem_euclid(SAVES_EVERY) + SAVES_EVERY;
            if next > until {
                break;
            }
            clock.advance(Span::from_millis(next - self.model.now));
            self.model.now = next;
            for process in &self.processes {
                process.engine.save_touches(false, 500).await.unwrap();
            }
        }
        clock.advance(Span::from_millis(until - self.model.now));
        self.model.now = until;
    }
}
