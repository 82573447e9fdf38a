//! Statistics say the same before and after anybody writes down what has ended.

use cloakroom_engine::directory::TenantStatus;
use cloakroom_engine::ids::TenantNumber;
use cloakroom_engine::policy::Policy;
use cloakroom_engine::sessions::EndReason;
use cloakroom_engine::sessions::open::SessionWish;
use cloakroom_engine::sessions::statistics::SessionStatistics;
use cloakroom_engine::sessions::store::SessionStore as _;

use crate::world::{World, seconds, user, users, wish};

async fn statistics(world: &World) -> SessionStatistics {
    world.database.session_statistics(TenantNumber(1), world.now()).await.unwrap()
}

fn for_seconds(ttl: u32) -> SessionWish {
    SessionWish { ttl_seconds: Some(ttl), ..wish() }
}

/// Some expired before their tenant closed and some after it would have, some were opened when it opened again, and one of these
/// expired; one user has sessions of both kinds.
#[tokio::test]
async fn what_fell_with_a_tenant_is_told_before_any_row_is_written() {
    let world = World::peopled(Policy::default()).await;
    world.apply(users(vec![user("eve", Some("ACME"))]), false).await;
    for ttl in [60, 150, 250, 7000, 7000] {
        world.open_as("ada", for_seconds(ttl)).await;
    }
    world.open_as("eve", for_seconds(7000)).await;
    world.advance(100);
    world.set_tenant("ACME", TenantStatus::Suspended).await;
    world.advance(100);
    world.set_tenant("ACME", TenantStatus::Verified).await;
    world.open_as("ada", for_seconds(7000)).await;
    world.open_as("eve", for_seconds(60)).await;
    world.advance(100);

    let before = statistics(&world).await;
    assert_eq!(world.count("SELECT count(*) FROM sessions WHERE state <> 0"), 0);
    assert_eq!((before.total, before.active, before.active_users), (8, 1, 1));
    assert_eq!(before.by_end_reason.into_iter().collect::<Vec<_>>(), [(EndReason::Expired, 2), (EndReason::TenantClosed, 5)]);
    assert_eq!(before.ended_duration, seconds(60 + 5 * 100 + 60));
    assert_eq!((before.created_recently, before.ended_recently), (8, 7));

    let before = statistics(&world).await;
    while world.engine.stamp_moved_epochs(1).await.unwrap().1 {
        assert_eq!(statistics(&world).await, before);
    }
    world.engine.sweep_dead_sessions(10).await.unwrap();
    assert_eq!(world.count("SELECT count(*) FROM sessions WHERE state = 0"), 1);
    assert_eq!(statistics(&world).await, before);
}
