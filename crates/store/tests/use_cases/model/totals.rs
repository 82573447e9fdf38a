//! What administrators count and page through, held against the model: totals come from counts that nothing recounts.

use cloakroom_engine::audit::{Action, Actor, AuditEntry, ResourceKind};
use cloakroom_engine::callers::Authorisation;
use cloakroom_engine::cursor::Place;
use cloakroom_engine::ids::{PartnerNumber, SessionNumber, SessionUid, TenantNumber, UserNumber};
use cloakroom_engine::page::{PageNumber, Paged};
use cloakroom_engine::sessions::pages::ListScope;
use cloakroom_engine::sessions::scope::SessionScope;
use cloakroom_engine::sessions::store::EndSessionsOfTenant;
use cloakroom_engine::sessions::store::SessionStore as _;
use cloakroom_engine::sessions::{End, EndReason};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use super::history::Both;
use super::{HOMES, TENANTS, USERS};

/// Whose sessions, by the indices of the model.
type Meant = fn(user: usize, home: Option<usize>) -> bool;

/// Numbers are given in the order in which `World::peopled` and the partner were made.
fn scopes() -> Vec<(SessionScope, Meant)> {
    let (tenant, partner, user) = (|n| Some(TenantNumber(n)), Some(PartnerNumber(1)), |n| Some(UserNumber(n)));
    let all = SessionScope::default();
    vec![
        (all, |_, _| true),
        (SessionScope { tenant: tenant(1), ..all }, |_, home| home == Some(0)),
        (SessionScope { tenant: tenant(2), partner, ..all }, |_, home| home == Some(1)),
        (SessionScope { partner, ..all }, |_, home| home.is_some()),
        (SessionScope { user: user(1), ..all }, |user, _| user == 0),
        (SessionScope { user: user(2), tenant: tenant(2), partner }, |user, _| user == 1),
        (SessionScope { user: user(3), tenant: tenant(2), partner: None }, |_, _| false),
    ]
}

impl Both {
    /// Every total and every page of every scope is what the model has, and the counts are what a recount finds.
    pub(super) async fn agree_on_totals(&self) -> Result<(), TestCaseError> {
        while self.world.engine.save_touches(false, 1000).await.unwrap() > 0 {}
        for (scope, meant) in scopes() {
            for active_only in [true, false] {
                let mine = |n: &usize| meant(self.model.user_of(*n), HOMES[self.model.user_of(*n)]);
                let expected: Vec<_> =
                    self.model.recorded(active_only).into_iter().filter(mine).map(|n| self.opened[n].view.session.number).collect();
                prop_assert_eq!(self.walk(scope, active_only).await?, expected, "{:?}, active_only {}", scope, active_only);
            }
        }
        self.agree_on_statistics().await?;
        let keys = "coalesce(tenant_number, 0), coalesce(tenant_epoch, -1), coalesce(partner_number, 0), coalesce(partner_epoch, -1),
                    coalesce(application_number, 0), coalesce(application_epoch, -1), server_epoch,
                    CASE state WHEN 0 THEN coalesce(device_type, '') ELSE '' END,
                    CASE state WHEN 0 THEN coalesce(application_family, '') ELSE '' END";
        let of = |state: u8| format!("sum(CASE WHEN state = {state} THEN 1 ELSE 0 END)");
        let sums = format!("{}, {}, {}", of(0), of(1), of(2));
        let born = |part: &str| format!("sum(CASE state WHEN 0 THEN created_at {part} ELSE 0 END)");
        let (seconds, millis) = (born("/ 1000"), born("% 1000"));
        let recount = format!("SELECT {keys}, {sums}, {seconds}, {millis} FROM sessions GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9");
        let differ = |this: &str, that: &str| {
            self.world.count(&format!("SELECT count(*) FROM (SELECT * FROM ({this}) AS these EXCEPT {that}) AS missing"))
        };
        prop_assert_eq!(differ(&recount, "SELECT * FROM session_counts"), 0);
        prop_assert_eq!(differ("SELECT * FROM session_counts", &recount), 0);
        Ok(())
    }

    async fn walk(&self, scope: SessionScope, active_only: bool) -> Result<Vec<SessionNumber>, TestCaseError> {
        let mut walked = Vec::new();
        for page in 1.. {
            let list = ListScope { scope, active_only, page: PageNumber { page, per_page: 3 }.into(), now: self.world.now() };
            let found = self.world.database.page_of_scope(list).await.unwrap();
            walked.extend(found.rows.iter().map(|shown| shown.snapshot.session.number));
            if found.rows.len() < 3 {
                prop_assert_eq!(found.total, walked.len() as u64, "{:?}, active_only {}", scope, active_only);
                break;
            }
        }
        prop_assert_eq!(&self.walk_by_places(scope, active_only).await, &walked, "{:?}, active_only {}", scope, active_only);
        Ok(walked)
    }

    async fn walk_by_places(&self, scope: SessionScope, active_only: bool) -> Vec<SessionNumber> {
        let (mut walked, mut page) = (Vec::new(), Paged::After { place: Place::NEWEST, per_page: 3 });
        loop {
            let list = ListScope { scope, active_only, page, now: self.world.now() };
            let found = self.world.database.page_of_scope(list).await.unwrap();
            walked.extend(found.rows.iter().map(|shown| shown.snapshot.session.number));
            let Some(place) = found.next else { return walked };
            page = Paged::After { place, per_page: 3 };
        }
    }

    /// Told at once and found out afterwards, what a tenant-wide end ended is what lived.
    pub(super) async fn end_tenant(&mut self, tenant: usize, list: usize) -> Result<(), TestCaseError> {
        let at = self.world.now();
        let entry =
            AuditEntry::success(at, Action::SessionsRevoked, ResourceKind::Tenant, Actor::System(TENANTS[tenant]), Default::default());
        let end = End { at, reason: EndReason::Revoked, by: None };
        let ending = EndSessionsOfTenant { tenant: TenantNumber(tenant as i64 + 1), end, list, audit: entry };
        let lived = self.model.end_tenant(tenant);
        let expected: Vec<SessionUid> = lived.iter().take(list).map(|n| self.opened[*n].view.session.uid).collect();
        let told = self.world.database.end_sessions_of_tenant(Authorisation::Server, ending).await.unwrap();
        let ended = told.ended.ok_or_else(|| TestCaseError::fail(format!("too much to tell of {} users", USERS.len())))?;
        prop_assert_eq!((ended.count, &ended.sessions), (lived.len() as u64, &expected));
        while self.world.engine.save_touches(false, 1000).await.unwrap() > 0 {}
        let found = self.world.database.ended_with_tenant(told.moved, list).await.unwrap();
        prop_assert_eq!(found, ended);
        Ok(())
    }
}
