//! Living a history on both sides and comparing every answer.

use cloakroom_engine::audit::RequestOrigin;
use cloakroom_engine::callers::EndUser;
use cloakroom_engine::clock::{Span, Timestamp};
use cloakroom_engine::directory::document::{DirectoryDocument, PartnerEntry, TenantEntry};
use cloakroom_engine::directory::{TenantStatus, UserStatus};
use cloakroom_engine::policy::{CapPolicy, Policy};
use cloakroom_engine::sessions::authenticate::SessionRefusal;
use cloakroom_engine::sessions::list::ListQuery;
use cloakroom_engine::sessions::log_out::LogOutReach;
use cloakroom_engine::sessions::open::{OpenedSession, SessionWish};
use cloakroom_engine::sessions::pages::{ArchivedFilter, Side};
use cloakroom_engine::sessions::{EndReason, SessionView};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::TestCaseError;

use super::rules::{Model, Seen};
use super::{ABSOLUTE_TTL, AGENTS, ARCHIVE_AFTER, CAP, RETENTION, TENANTS, USERS};
use crate::list::query;
use crate::world::{World, bearer, wish};

#[derive(Clone, Debug)]
pub enum Step {
    Open { user: usize, ttl: u32, slides: bool },
    Validate(Index),
    Get { session: Index, by_secret: bool, archived: bool },
    List { session: Index, live: bool, archived: bool, limit: usize },
    Close { session: Index, by_secret: bool },
    LogOut { session: Index, everywhere: bool },
    SetUser { user: usize, suspended: bool },
    SetTenant { tenant: usize, closed: bool },
    EndTenant { tenant: usize, list: usize },
    Advance(i64),
    Sweep,
    Stamp,
    Archive,
    Purge,
    Flush { everything: bool },
    Restart,
}

/// The server and the model of it. Session `n` of the one is session `n` of the other.
pub(super) struct Both {
    pub(super) world: World,
    pub(super) model: Model,
    pub(super) opened: Vec<OpenedSession>,
}

pub async fn live_through(steps: Vec<Step>, evict: bool) -> Result<(), TestCaseError> {
    let mut policy = Policy::default();
    policy.sessions.cap = CAP as u32;
    policy.sessions.cap_policy = if evict { CapPolicy::EvictOldest } else { CapPolicy::Refuse };
    policy.sessions.absolute_ttl_seconds = ABSOLUTE_TTL;
    (policy.sessions.archive_after_seconds, policy.sessions.retention_seconds) = (ARCHIVE_AFTER, RETENTION);
    let world = World::peopled(policy).await;
    world.apply(under_one_partner(), false).await;
    let model = Model::new(world.now().as_millis(), evict);
    let mut both = Both { world, model, opened: Vec::new() };
    for (number, step) in steps.iter().enumerate() {
        both.take(step).await?;
        if number % 10 == 9 {
            both.agree_on_everything().await?;
        }
    }
    both.agree_on_everything().await
}

/// Both tenants belong to one partner, so that its sessions are those of several.
fn under_one_partner() -> DirectoryDocument {
    let tenants = TENANTS.map(|code| TenantEntry { code: code.into(), partner: Some("north".into()), ..TenantEntry::default() });
    let partners = vec![PartnerEntry { code: "north".into(), name: None }];
    DirectoryDocument { partners, tenants: tenants.into(), ..DirectoryDocument::default() }
}

fn seen(view: &SessionView) -> Seen {
    let activity = view.session.activity;
    Seen {
        created_at: view.session.created_at.as_millis(),
        expires_at: activity.expires_at.as_millis(),
        validated_at: activity.last_validated_at.map(Timestamp::as_millis),
        active_at: activity.last_active_at.as_millis(),
        end: view.end.map(|end| (end.at.as_millis(), end.reason, end.by == Some(view.session.user))),
        archived_at: view.session.state.archived_at().map(Timestamp::as_millis),
    }
}

impl Both {
    async fn take(&mut self, step: &Step) -> Result<(), TestCaseError> {
        match step {
            Step::Open { user, ttl, slides } => self.open(*user, *ttl, *slides).await,
            Step::SetUser { user, suspended } => {
                let status = if *suspended { UserStatus::Suspended } else { UserStatus::Verified };
                let report = self.world.set_user(USERS[*user], status).await;
                prop_assert_eq!(report.sessions_ended, self.model.set_user(*user, *suspended));
                Ok(())
            }
            Step::SetTenant { tenant, closed } => {
                let status = if *closed { TenantStatus::Suspended } else { TenantStatus::Verified };
                self.world.set_tenant(TENANTS[*tenant], status).await;
                self.model.set_tenant(*tenant, *closed);
                Ok(())
            }
            Step::EndTenant { tenant, list } => self.end_tenant(*tenant, *list).await,
            Step::Advance(millis) => {
                self.world.clock.advance(Span::from_millis(*millis));
                self.model.now += millis;
                Ok(())
            }
            Step::Sweep | Step::Stamp | Step::Archive | Step::Purge => self.upkeep(step).await,
            Step::Flush { everything } => {
                self.world.engine.save_touches(*everything, 1000).await.unwrap();
                Ok(())
            }
            Step::Restart => {
                self.world.engine.save_touches(true, 1000).await.unwrap();
                self.world.restart();
                Ok(())
            }
            _ if self.opened.is_empty() => Ok(()),
            of_a_session => self.take_with_a_session(of_a_session).await,
        }
    }

    async fn open(&mut self, user: usize, ttl: u32, slides: bool) -> Result<(), TestCaseError> {
        let wished = SessionWish { ttl_seconds: Some(ttl), slides: Some(slides), ..wish() };
        let (device, application) = AGENTS[self.opened.len() % AGENTS.len()];
        let origin = RequestOrigin { user_agent: Some(format!("{}/{application}", device.as_str())), ..RequestOrigin::default() };
        let opened = self.world.try_open_from(USERS[user], wished, origin).await;
        let answered = opened.as_ref().map(|opened| seen(&opened.view)).map_err(|refusal| *refusal);
        prop_assert_eq!(answered, self.model.open(user, ttl, slides));
        self.opened.extend(opened);
        Ok(())
    }

    async fn take_with_a_session(&mut self, step: &Step) -> Result<(), TestCaseError> {
        let index = |session: &Index| session.index(self.opened.len());
        match step {
            Step::Validate(session) => {
                let n = index(session);
                let answered = self.world.validate(&self.opened[n].secret).await;
                prop_assert_eq!(answered.map(|view| seen(&view)), self.model.use_secret(n, true));
            }
            Step::Get { session, by_secret, archived } => {
                let n = index(session);
                let answered = self.world.get(&self.pointer(n, *by_secret), *archived).await;
                prop_assert_eq!(answered.map(|view| seen(&view)), self.model.get(n, *by_secret, *archived));
            }
            Step::Close { session, by_secret } => {
                let n = index(session);
                let answered = self.world.close(&self.pointer(n, *by_secret)).await;
                prop_assert_eq!(answered.map(|view| seen(&view)), self.model.close(n, *by_secret));
            }
            Step::LogOut { session, everywhere } => {
                let n = index(session);
                if let Some(caller) = self.authenticate(n).await? {
                    let reach = if *everywhere { LogOutReach::Everywhere } else { LogOutReach::OtherDevices };
                    let ended = self.world.engine.log_out(&caller, reach, &Default::default()).await.unwrap();
                    let except = (!everywhere).then_some(n);
                    prop_assert_eq!(ended, self.model.end_all(self.model.user_of(n), except, EndReason::Revoked, true));
                }
            }
            Step::List { session, live, archived, limit } => {
                let n = index(session);
                if let Some(caller) = self.authenticate(n).await? {
                    self.list(n, &caller, *live, *archived, *limit).await?;
                }
            }
            other => prop_assert!(false, "{other:?} has no session"),
        }
        Ok(())
    }

    fn pointer(&self, n: usize, by_secret: bool) -> cloakroom_engine::sessions::get::SessionPointer {
        if by_secret { bearer(&self.opened[n]) } else { self.world.reference(&self.opened[n]) }
    }

    async fn authenticate(&mut self, n: usize) -> Result<Option<EndUser>, TestCaseError> {
        let answered = self.world.engine.authenticate_session(&self.opened[n].secret, &Default::default()).await.unwrap();
        let refused: Option<SessionRefusal> = answered.as_ref().err().copied();
        prop_assert_eq!(refused, self.model.use_secret(n, false).err());
        Ok(answered.ok())
    }

    /// Walks one side to its end and compares all of it.
    async fn list(&self, n: usize, caller: &EndUser, live: bool, archived: bool, limit: usize) -> Result<(), TestCaseError> {
        let side = if live { Side::Live } else { Side::Ended };
        let filter = ArchivedFilter { include: archived, ..ArchivedFilter::default() };
        let (mut walked, mut after) = (Vec::new(), None);
        loop {
            let query = ListQuery { archived: filter, ..query(side, after, limit) };
            let page = self.world.engine.list_sessions(caller, &query).await.unwrap().unwrap().remove(0);
            walked.extend(page.sessions.iter().map(|placed| (placed.view.session.number, seen(&placed.view))));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        let expected = self.model.list(self.model.user_of(n), live, archived);
        let expected: Vec<_> = expected.into_iter().map(|(n, seen)| (self.opened[n].view.session.number, seen)).collect();
        prop_assert_eq!(walked, expected);
        Ok(())
    }

    /// Small batches until nothing is left.
    async fn upkeep(&mut self, step: &Step) -> Result<(), TestCaseError> {
        let engine = &self.world.engine;
        let (mut done, mut more) = (0, true);
        while more {
            let (count, again) = match step {
                Step::Sweep => {
                    let swept = engine.sweep_dead_sessions(3).await.unwrap();
                    (swept.ended, swept.ended + swept.rescheduled > 0)
                }
                Step::Stamp => engine.stamp_moved_epochs(3).await.unwrap(),
                Step::Archive => engine.archive_sessions(3).await.map(|count| (count, count > 0)).unwrap(),
                _ => engine.purge_sessions(3).await.map(|count| (count, count > 0)).unwrap(),
            };
            (done, more) = (done + count, again);
        }
        let expected = match step {
            Step::Sweep => self.model.sweep(),
            Step::Stamp => self.model.stamp(),
            Step::Archive => self.model.archive(),
            _ => self.model.purge(),
        };
        prop_assert_eq!(done, expected);
        Ok(())
    }

    /// By reference, which changes nothing on either side.
    async fn agree_on_everything(&mut self) -> Result<(), TestCaseError> {
        for n in 0..self.model.sessions() {
            let answered = self.world.get(&self.pointer(n, false), true).await.map(|view| seen(&view));
            prop_assert_eq!(answered, self.model.get(n, false, true), "session {}", n);
        }
        self.agree_on_totals().await
    }
}
