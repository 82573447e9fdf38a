//! Who has live sessions: pages and totals that look at few rows, held against the verdict on each.

use std::collections::BTreeMap;

use cloakroom_engine::callers::Operator;
use cloakroom_engine::cursor::PageAsked;
use cloakroom_engine::directory::document::{DirectoryDocument, PartnerEntry, TenantEntry, UserEntry};
use cloakroom_engine::directory::{PlatformRole, TenantStatus, UserStatus};
use cloakroom_engine::ids::UserUid;
use cloakroom_engine::page::PageNumber;
use cloakroom_engine::policy::Policy;
use cloakroom_engine::sessions::open::{OpenedSession, SessionWish};
use proptest::prelude::*;

use crate::world::{World, bearer, tenant, user, wish};

const TENANTS: [&str; 3] = ["ACME", "BETA", "LONE"];
const USERS: [(&str, Option<usize>); 7] =
    [("ada", Some(0)), ("bob", Some(1)), ("cyd", Some(2)), ("dan", None), ("eve", Some(0)), ("fay", Some(1)), ("gus", Some(0))];
/// Who looks: everything, one partner's tenants, one tenant.
const OPERATORS: [&str; 3] = ["root", "partner_admin", "operator"];

/// A step of a history.
#[derive(Clone, Debug)]
enum Step {
    Open { user: usize, ttl: u32 },
    Close(usize),
    Validate(usize),
    Advance(u32),
    SetUser(usize, UserStatus),
    SetTenant(usize, TenantStatus),
    Sweep,
    Stamp,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => (0..USERS.len(), prop_oneof![Just(60), Just(3600), Just(86_400)]).prop_map(|(user, ttl)| Step::Open { user, ttl }),
        2 => (0_usize..40).prop_map(Step::Close),
        2 => (0_usize..40).prop_map(Step::Validate),
        3 => prop_oneof![1_u32..120, 1000_u32..5000].prop_map(Step::Advance),
        1 => (0..USERS.len(), prop_oneof![Just(UserStatus::Suspended), Just(UserStatus::Verified)])
            .prop_map(|(user, status)| Step::SetUser(user, status)),
        1 => (0..TENANTS.len(), prop_oneof![Just(TenantStatus::Suspended), Just(TenantStatus::Verified)])
            .prop_map(|(tenant, status)| Step::SetTenant(tenant, status)),
        1 => Just(Step::Sweep),
        1 => Just(Step::Stamp),
    ]
}

async fn world() -> World {
    let world = World::new(Policy::default());
    let of_partner = |code: &str, partner: &str| TenantEntry { partner: Some(partner.into()), ..tenant(code, None) };
    let mut users: Vec<_> = USERS.iter().map(|(name, home)| user(name, home.map(|home| TENANTS[home]))).collect();
    users.push(UserEntry { is_operator: Some(true), ..user("root", None) });
    users.push(UserEntry { role: Some(PlatformRole::PartnerAdmin), ..user("partner_admin", Some("NORTH")) });
    users.push(UserEntry { is_operator: Some(true), ..user("operator", Some("ACME")) });
    let tenants = vec![of_partner("ACME", "north"), of_partner("BETA", "north"), tenant("LONE", None), of_partner("NORTH", "north")];
    let partners = vec![PartnerEntry { code: "north".into(), name: None }];
    world.apply(DirectoryDocument { partners, tenants, users, ..DirectoryDocument::default() }, false).await;
    world
}

/// The sessions of a history and whose they are.
#[derive(Default)]
struct Past {
    opened: Vec<OpenedSession>,
    users: BTreeMap<String, UserUid>,
}

impl Past {
    async fn open(&mut self, world: &World, name: &str, ttl: u32) {
        if let Ok(opened) = world.try_open(name, SessionWish { ttl_seconds: Some(ttl), ..wish() }).await {
            self.users.insert(name.to_owned(), opened.view.session.user_uid);
            self.opened.push(opened);
        }
    }

    async fn take(&mut self, world: &World, step: &Step) {
        match step {
            Step::Open { user, ttl } => self.open(world, USERS[*user].0, *ttl).await,
            Step::Close(index) => {
                if let Some(opened) = self.opened.get(*index) {
                    let _ = world.close(&bearer(opened)).await;
                }
            }
            Step::Validate(index) => {
                if let Some(opened) = self.opened.get(*index) {
                    let _ = world.validate(&opened.secret).await;
                }
            }
            Step::Advance(seconds) => world.advance(*seconds),
            Step::SetUser(user, status) => drop(world.set_user(USERS[*user].0, *status).await),
            Step::SetTenant(index, status) => drop(world.set_tenant(TENANTS[*index], *status).await),
            Step::Sweep => drop(world.engine.sweep_dead_sessions(3).await.unwrap()),
            Step::Stamp => drop(world.engine.stamp_moved_epochs(3).await.unwrap()),
        }
    }
}

/// Everybody with live sessions and their number, found by the verdict on each session.
async fn judged(world: &World, operator: &Operator, past: &Past) -> Vec<(String, u64)> {
    let mut all = Vec::new();
    for (name, uid) in &past.users {
        let page = PageNumber { page: 1, per_page: 1 };
        let total = world.engine.live_sessions_of(operator, *uid, page.into()).await.unwrap().unwrap().page.total;
        if total > 0 {
            all.push((name.clone(), total));
        }
    }
    all
}

async fn listed(world: &World, operator: &Operator, per_page: u32) -> Vec<(String, u64)> {
    let mut all = Vec::new();
    for page in 1.. {
        let found = world.engine.users_with_sessions(operator, PageNumber { page, per_page }.into()).await.unwrap().unwrap();
        if found.rows.is_empty() {
            assert_eq!(found.total, all.len() as u64, "the total is exact");
            break;
        }
        all.extend(found.rows.into_iter().map(|user| (user.username, user.live)));
    }
    all
}

/// The same by a walk along the cursors.
async fn walked(world: &World, operator: &Operator, per_page: u32) -> Vec<(String, u64)> {
    let (mut all, mut page) = (Vec::new(), PageAsked::from(PageNumber { page: 1, per_page }));
    loop {
        let found = world.engine.users_with_sessions(operator, page).await.unwrap().unwrap();
        all.extend(found.rows.into_iter().map(|user| (user.username, user.live)));
        let Some(place) = found.next else { return all };
        page = PageAsked::After { place, per_page };
    }
}

async fn holds(steps: &[Step], per_page: u32) {
    let (world, mut past) = (world().await, Past::default());
    for step in steps {
        past.take(&world, step).await;
    }
    for name in OPERATORS {
        let before = past.opened.len();
        past.open(&world, name, 86_400).await;
        // Of a tenant that was closed nobody looks.
        let Some(opened) = past.opened.get(before) else { continue };
        let operator = world.caller(&opened.secret).await.operator().unwrap();
        let judged = judged(&world, &operator, &past).await;
        assert_eq!(listed(&world, &operator, per_page).await, judged, "{name}");
        assert_eq!(walked(&world, &operator, per_page).await, judged, "{name}, along the cursors");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn pages_and_totals_are_what_the_verdict_says(steps in proptest::collection::vec(step(), 1..50), per_page in 1_u32..6) {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(holds(&steps, per_page));
    }
}

#[tokio::test]
async fn a_closed_tenant_is_out_of_the_list_before_any_row_is_written() {
    let (world, mut past) = (world().await, Past::default());
    for user in 0..USERS.len() {
        past.take(&world, &Step::Open { user, ttl: 3600 }).await;
    }
    world.set_tenant("ACME", TenantStatus::Suspended).await;
    past.open(&world, "root", 3600).await;
    let operator = world.caller(&past.opened.last().unwrap().secret).await.operator().unwrap();
    let names: Vec<_> = listed(&world, &operator, 2).await.into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["bob", "cyd", "dan", "fay", "root"]);
}
