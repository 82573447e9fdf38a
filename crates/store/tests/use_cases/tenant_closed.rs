//! Closing a tenant ends everything under it at once, by one row.

use cloakroom_engine::directory::TenantStatus;
use cloakroom_engine::policy::Policy;
use cloakroom_engine::sessions::EndReason;
use cloakroom_engine::sessions::authenticate::SessionRefusal::{Ended, FoundDead};
use cloakroom_engine::sessions::open::{OpenRefusal, OpenedSession, SessionWish};
use cloakroom_engine::sessions::pages::Side;

use crate::list::{list, numbers, query};
use crate::world::{START, World, ended, seconds, wish};

const CLOSED: EndReason = EndReason::TenantClosed;

#[tokio::test]
async fn closing_a_tenant_ends_its_sessions_by_one_row() {
    let world = World::peopled(Policy::default()).await;
    let mut under = Vec::new();
    for _ in 0..3 {
        under.push(world.open("ada").await);
    }
    let (elsewhere, of_none) = (world.open("bob").await, world.open("cyd").await);
    world.advance(30);
    let report = world.set_tenant("ACME", TenantStatus::Suspended).await;
    assert_eq!((report.changed, report.sessions_ended), (1, 0));
    assert_eq!(world.count("SELECT count(*) FROM sessions WHERE state <> 0"), 0, "no session's row was written");
    assert_eq!(world.count("SELECT count(*) FROM epoch_moves"), 1);
    world.advance(40);
    for opened in &under {
        assert_eq!(world.get(&world.reference(opened), false).await.unwrap().end, ended(START.plus(seconds(30)), CLOSED));
    }
    assert_eq!(world.validate(&under[0].secret).await, Err(FoundDead(CLOSED)));
    assert_eq!(world.validate(&under[0].secret).await, Err(Ended(CLOSED)));
    assert_eq!(world.try_open("ada", wish()).await.err(), Some(OpenRefusal::CredentialsChanged));
    assert!(world.validate(&elsewhere.secret).await.is_ok() && world.validate(&of_none.secret).await.is_ok());
}

#[tokio::test]
async fn the_end_is_the_moment_of_the_move_before_and_after_stamping() {
    let world = World::peopled(Policy::default()).await;
    let opened = world.open("ada").await;
    let brief = world.open_as("ada", SessionWish { ttl_seconds: Some(60), ..wish() }).await;
    world.advance(100);
    world.set_tenant("ACME", TenantStatus::Frozen).await;
    world.advance(10_000);
    world.set_tenant("ACME", TenantStatus::Doomed).await;
    let ends = async || {
        let of = async |opened: &OpenedSession| world.get(&world.reference(opened), false).await.unwrap().end;
        [of(&opened).await, of(&brief).await]
    };
    let before = ends().await;
    assert_eq!(before, [ended(START.plus(seconds(100)), CLOSED), ended(START.plus(seconds(60)), EndReason::Expired)]);
    while world.engine.stamp_moved_epochs(1).await.unwrap().1 {}
    world.engine.sweep_dead_sessions(10).await.unwrap();
    assert_eq!(world.count("SELECT count(*) FROM sessions WHERE state = 0"), 0);
    assert_eq!(ends().await, before);
}

#[tokio::test]
async fn a_tenant_that_opens_again_revives_nothing() {
    let world = World::peopled(Policy::default()).await;
    let old = world.open("ada").await;
    world.set_tenant("ACME", TenantStatus::Suspended).await;
    world.advance(5);
    world.set_tenant("ACME", TenantStatus::Verified).await;
    let new = world.open("ada").await;
    assert_eq!(world.get(&world.reference(&old), false).await.unwrap().end, ended(START, CLOSED));
    assert_eq!(numbers(&list(&world, &new, &query(Side::Live, None, 8)).await), [new.view.session.number.0]);
    assert_eq!(numbers(&list(&world, &new, &query(Side::Ended, None, 8)).await), [old.view.session.number.0]);
    assert_eq!(world.validate(&old.secret).await, Err(FoundDead(CLOSED)));
    world.engine.stamp_moved_epochs(10).await.unwrap();
    assert!(world.validate(&new.secret).await.is_ok());
}

#[tokio::test]
async fn statuses_that_let_sessions_live_end_none() {
    let world = World::peopled(Policy::default()).await;
    let opened = world.open("ada").await;
    for status in [TenantStatus::Parked, TenantStatus::Unverified, TenantStatus::Verified] {
        world.set_tenant("ACME", status).await;
        assert!(world.validate(&opened.secret).await.is_ok(), "{status:?}");
    }
    assert_eq!(world.count("SELECT count(*) FROM epoch_moves"), 0);
}
