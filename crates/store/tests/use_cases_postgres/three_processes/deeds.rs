//! What ends sessions and what is given within them: done in one process, and what it does to the model.

use cloakroom_engine::audit::{Action, Actor, AuditEntry, ResourceKind};
use cloakroom_engine::callers::Authorisation;
use cloakroom_engine::directory::document::{ApplicationEntry, DirectoryDocument, UserEntry};
use cloakroom_engine::directory::{ApplicationStatus, EmailStatus, TenantStatus, UserStatus};
use cloakroom_engine::ids::TenantNumber;
use cloakroom_engine::sessions::log_out::LogOutReach;
use cloakroom_engine::sessions::restored::RestoredSessions;
use cloakroom_engine::sessions::store::{EndSessionsOfTenant, SessionStore as _};
use cloakroom_engine::sessions::{End, EndReason};
use proptest::sample::Index;

use super::trio::Trio;
use crate::model::{TENANTS, USERS};
use crate::world::{World, bearer, email, user, users};

#[derive(Clone, Debug)]
pub enum Deed {
    Close(Index),
    LogOut {
        session: Index,
        everywhere: bool,
    },
    SuspendUser(usize),
    UnverifyEmail(usize),
    SuspendTenant(usize),
    /// Moves its epoch and leaves it open.
    RevokeTenant(usize),
    DisableApplication,
    /// Moves the epoch of the server.
    Restore,
}

async fn set_email(world: &World, username: &str, status: EmailStatus) {
    let entry = UserEntry { email: Some(email(username)), email_status: Some(status), ..user(username, None) };
    world.apply(users(vec![entry]), true).await;
}

/// The application that is given grants within sessions.
pub async fn set_portal(world: &World, status: ApplicationStatus) {
    let portal = ApplicationEntry { client_id: "portal".into(), platform: Some(true), status: Some(status), ..ApplicationEntry::default() };
    world.apply(DirectoryDocument { applications: vec![portal], ..DirectoryDocument::default() }, true).await;
}

async fn revoke_tenant(world: &World, tenant: usize) {
    let at = world.now();
    let audit = AuditEntry::success(at, Action::SessionsRevoked, ResourceKind::Tenant, Actor::System("test"), Default::default());
    let end = End { at, reason: EndReason::Revoked, by: None };
    let ending = EndSessionsOfTenant { tenant: TenantNumber(tenant as i64 + 1), end, list: 0, audit };
    world.database.end_sessions_of_tenant(Authorisation::Server, ending).await.unwrap();
}

impl Trio {
    /// Does it in the process `at`. It is acknowledged when this returns.
    pub async fn perform(&self, at: usize, deed: &Deed) {
        let world = &*self.processes[at];
        match deed {
            Deed::Close(session) => drop(world.close(&bearer(&self.opened[session.index(self.opened.len())])).await),
            Deed::LogOut { session, everywhere } => {
                let secret = &self.opened[session.index(self.opened.len())].secret;
                let reach = if *everywhere { LogOutReach::Everywhere } else { LogOutReach::OtherDevices };
                if let Ok(caller) = world.engine.authenticate_session(secret, &Default::default()).await.unwrap() {
                    world.engine.log_out(&caller, reach, &Default::default()).await.unwrap();
                }
            }
            Deed::SuspendUser(user) => drop(world.set_user(USERS[*user], UserStatus::Suspended).await),
            Deed::UnverifyEmail(user) => set_email(world, USERS[*user], EmailStatus::Unverified).await,
            Deed::SuspendTenant(tenant) => drop(world.set_tenant(TENANTS[*tenant], TenantStatus::Suspended).await),
            Deed::RevokeTenant(tenant) => revoke_tenant(world, *tenant).await,
            Deed::DisableApplication => set_portal(world, ApplicationStatus::Disabled).await,
            Deed::Restore => world.engine.settle_restored_backup(RestoredSessions::End).await.unwrap(),
        }
    }

    /// What it does to the model.
    pub fn note(&mut self, deed: &Deed) {
        let many = self.opened.len();
        match deed {
            Deed::Close(session) => drop(self.model.close(session.index(many), true)),
            Deed::LogOut { session, everywhere } => {
                let session = session.index(many);
                if self.model.use_secret(session, false).is_ok() {
                    let except = (!everywhere).then_some(session);
                    self.model.end_all(self.model.user_of(session), except, EndReason::Revoked, true);
                }
            }
            Deed::SuspendUser(user) => drop(self.model.set_user(*user, true)),
            Deed::UnverifyEmail(user) => {
                if !std::mem::replace(&mut self.unverified[*user], true) {
                    self.model.end_all(*user, None, EndReason::EmailUnverified, false);
                }
            }
            Deed::SuspendTenant(tenant) => self.model.set_tenant(*tenant, true),
            Deed::RevokeTenant(tenant) => drop(self.model.end_tenant(*tenant)),
            Deed::DisableApplication => {
                self.epoch += u32::from(self.portal_may_act);
                self.portal_may_act = false;
            }
            Deed::Restore => self.model.restore(),
        }
    }

    /// Takes back what it leaves behind it; what ended stays ended.
    pub async fn set_right(&mut self, at: usize, deed: &Deed) {
        let world = &*self.processes[at];
        match deed {
            Deed::SuspendUser(user) => {
                world.set_user(USERS[*user], UserStatus::Verified).await;
                self.model.set_user(*user, false);
            }
            Deed::UnverifyEmail(user) => {
                set_email(world, USERS[*user], EmailStatus::Verified).await;
                self.unverified[*user] = false;
            }
            Deed::SuspendTenant(tenant) => {
                world.set_tenant(TENANTS[*tenant], TenantStatus::Verified).await;
                self.model.set_tenant(*tenant, false);
            }
            Deed::DisableApplication => {
                set_portal(world, ApplicationStatus::Active).await;
                self.portal_may_act = true;
            }
            Deed::Close(_) | Deed::LogOut { .. } | Deed::RevokeTenant(_) | Deed::Restore => {}
        }
    }
}
