//! The cap on active sessions holds exactly.

use std::sync::Arc;

use cloakroom_engine::directory::TenantPolicy;
use cloakroom_engine::directory::document::{DirectoryDocument, TenantEntry, UserEntry};
use cloakroom_engine::policy::{CapPolicy, Policy};
use cloakroom_engine::sessions::authenticate::SessionRefusal::Ended;
use cloakroom_engine::sessions::open::{OpenRefusal, OpenedSession, SessionWish};
use cloakroom_engine::sessions::{End, EndReason};

use crate::world::{World, bearer, users, wish};

async fn capped(cap: u32, cap_policy: CapPolicy) -> World {
    let mut policy = Policy::default();
    (policy.sessions.cap, policy.sessions.cap_policy) = (cap, cap_policy);
    World::peopled(policy).await
}

#[tokio::test]
async fn at_the_cap_a_session_is_refused_until_one_ends() {
    let world = capped(2, CapPolicy::Refuse).await;
    let first = world.open("ada").await;
    world.open("ada").await;
    assert_eq!(world.try_open("ada", wish()).await.err(), Some(OpenRefusal::AtCap));
    world.open("bob").await;
    world.close(&bearer(&first)).await.unwrap();
    world.open("ada").await;
    assert_eq!(world.try_open("ada", wish()).await.err(), Some(OpenRefusal::AtCap));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_cap_is_exact_under_concurrent_creates() {
    for cap_policy in [CapPolicy::Refuse, CapPolicy::EvictOldest] {
        let world = Arc::new(capped(10, cap_policy).await);
        let creates: Vec<_> = (0..64)
            .map(|_| {
                let world = world.clone();
                tokio::spawn(async move { world.try_open("ada", wish()).await })
            })
            .collect();
        let (mut opened, mut live) = (Vec::new(), 0);
        for create in creates {
            opened.extend(create.await.unwrap());
        }
        for session in &opened {
            live += usize::from(world.validate(&session.secret).await.is_ok());
        }
        assert_eq!(live, 10, "{cap_policy:?}");
        assert_eq!(opened.len(), if cap_policy == CapPolicy::Refuse { 10 } else { 64 });
    }
}

#[tokio::test]
async fn the_expired_never_count() {
    let world = capped(2, CapPolicy::Refuse).await;
    for _ in 0..2 {
        world.open_as("ada", SessionWish { ttl_seconds: Some(60), ..wish() }).await;
    }
    world.advance(59);
    assert_eq!(world.try_open("ada", wish()).await.err(), Some(OpenRefusal::AtCap));
    world.advance(1);
    world.open("ada").await;
    assert_eq!(world.count("SELECT count(*) FROM sessions WHERE end_reason = 'expired'"), 2, "whoever looked recorded what it saw");
    world.open("ada").await;
    assert_eq!(world.try_open("ada", wish()).await.err(), Some(OpenRefusal::AtCap));
}

/// What only a pending touch keeps alive counts.
#[tokio::test]
async fn the_extended_count() {
    let world = capped(1, CapPolicy::Refuse).await;
    let opened = world.open("ada").await;
    for _ in 0..3 {
        world.advance(1700);
        world.validate(&opened.secret).await.unwrap();
    }
    assert_eq!(world.try_open("ada", wish()).await.err(), Some(OpenRefusal::AtCap));
    assert!(world.validate(&opened.secret).await.is_ok());
}

#[tokio::test]
async fn what_a_closed_tenant_ended_does_not_count() {
    use cloakroom_engine::directory::TenantStatus;
    let world = capped(1, CapPolicy::Refuse).await;
    world.open("ada").await;
    world.set_tenant("ACME", TenantStatus::Suspended).await;
    world.set_tenant("ACME", TenantStatus::Verified).await;
    world.open("ada").await;
}

#[tokio::test]
async fn eviction_takes_the_least_recently_used() {
    let world = capped(3, CapPolicy::EvictOldest).await;
    let mut opened: Vec<OpenedSession> = Vec::new();
    for _ in 0..3 {
        opened.push(world.open("ada").await);
        world.advance(1);
    }
    let stranger = world.open("bob").await;
    // The first by a validation that is not on disk, the second by mere activity: the third is now the least recently used.
    world.validate(&opened[0].secret).await.unwrap();
    world.caller(&opened[1].secret).await;
    world.advance(1);
    let newest = world.open("ada").await;
    assert_eq!(world.validate(&opened[2].secret).await, Err(Ended(EndReason::Evicted)));
    let end = End { at: world.now(), reason: EndReason::Evicted, by: Some(newest.view.session.user) };
    assert_eq!(world.get(&world.reference(&opened[2]), false).await.unwrap().end, Some(end));
    for alive in [&opened[0], &opened[1], &newest, &stranger] {
        assert!(world.validate(&alive.secret).await.is_ok());
    }
}

#[tokio::test]
async fn the_users_own_cap_comes_before_the_tenants_before_the_policys() {
    let world = capped(1, CapPolicy::Refuse).await;
    let fill = async |username: &str| {
        let mut opened = 0;
        while world.try_open(username, wish()).await.is_ok() {
            opened += 1;
        }
        opened
    };
    assert_eq!(fill("cyd").await, 1);
    let policy = TenantPolicy { session_cap: Some(3), ..TenantPolicy::default() };
    let entry = TenantEntry { code: "ACME".into(), policy, ..TenantEntry::default() };
    world.apply(DirectoryDocument { tenants: vec![entry], ..DirectoryDocument::default() }, false).await;
    assert_eq!(fill("ada").await, 3);
    let entry = UserEntry { username: "ada".into(), session_cap: Some(32), ..UserEntry::default() };
    world.apply(users(vec![entry]), false).await;
    assert_eq!(fill("ada").await, 29);
}

#[tokio::test]
async fn a_cap_out_of_bounds_lets_nobody_in_and_is_told_when_it_is_set() {
    let world = World::peopled(Policy::default()).await;
    for (cap, fits) in [(31, false), (32, true), (8192, true), (8193, false), (-1, false), (0, false)] {
        let entry = UserEntry { username: "ada".into(), session_cap: Some(cap), ..UserEntry::default() };
        let report = world.apply(users(vec![entry]), false).await;
        assert_eq!(report.warnings.is_empty(), fits, "{cap}: {:?}", report.warnings);
        let refused = world.try_open("ada", wish()).await.err();
        assert_eq!(refused, (!fits).then_some(OpenRefusal::CapInvalid), "{cap}");
    }
}
