//! What the background tasks do: in bounded batches, and nothing twice.

use cloakroom_engine::directory::TenantStatus;
use cloakroom_engine::page::PageNumber;
use cloakroom_engine::policy::Policy;
use cloakroom_engine::sessions::EndReason;
use cloakroom_engine::sessions::open::{OpenedSession, SessionWish};
use cloakroom_engine::sessions::pages::ListScope;
use cloakroom_engine::sessions::scope::SessionScope;
use cloakroom_engine::sessions::store::SessionStore as _;
use cloakroom_engine::sessions::store::Swept;

use crate::world::{START, World, ended, seconds, wish};

async fn many(world: &World, username: &str, count: usize, ttl_seconds: u32) -> Vec<OpenedSession> {
    let mut opened = Vec::new();
    for _ in 0..count {
        opened.push(world.open_as(username, SessionWish { ttl_seconds: Some(ttl_seconds), ..wish() }).await);
    }
    opened
}

const fn swept(ended: usize, rescheduled: usize) -> Swept {
    Swept { ended, rescheduled }
}

#[tokio::test]
async fn batches_are_bounded_and_end_when_nothing_is_left() {
    let mut policy = Policy::default();
    (policy.sessions.archive_after_seconds, policy.sessions.retention_seconds) = (0, 0);
    let world = World::peopled(policy).await;
    let dead = many(&world, "ada", 7, 60).await;
    let alive = many(&world, "bob", 2, 3600).await;
    world.advance(60);
    for expected in [3, 3, 1, 0, 0] {
        assert_eq!(world.engine.sweep_dead_sessions(3).await.unwrap(), swept(expected, 0));
    }
    for expected in [3, 3, 1, 0] {
        assert_eq!(world.engine.archive_sessions(3).await.unwrap(), expected);
    }
    for expected in [3, 3, 1, 0] {
        assert_eq!(world.engine.purge_sessions(3).await.unwrap(), expected);
    }
    assert_eq!(world.get(&world.reference(&dead[0]), true).await, None);
    for alive in alive {
        assert!(world.validate(&alive.secret).await.is_ok());
    }
}

#[tokio::test]
async fn the_recorded_end_is_when_it_expired_not_when_it_was_swept() {
    let world = World::peopled(Policy::default()).await;
    let opened = many(&world, "ada", 1, 60).await.remove(0);
    world.advance(5000);
    let seen = world.get(&world.reference(&opened), false).await.unwrap().end;
    assert_eq!(seen, ended(START.plus(seconds(60)), EndReason::Expired));
    assert_eq!(world.engine.sweep_dead_sessions(10).await.unwrap(), swept(1, 0));
    assert_eq!(world.get(&world.reference(&opened), false).await.unwrap().end, seen);
}

#[tokio::test]
async fn what_a_pending_touch_extended_is_put_off_and_swept_when_its_time_comes() {
    let world = World::peopled(Policy::default()).await;
    let opened = many(&world, "ada", 1, 3600).await.remove(0);
    world.advance(1800);
    world.validate(&opened.secret).await.unwrap();
    world.advance(1801);
    assert_eq!(world.count("SELECT expires_at FROM session_touches"), START.plus(seconds(3600)).as_millis(), "on disk it is over");
    assert_eq!(world.engine.sweep_dead_sessions(10).await.unwrap(), swept(0, 1));
    assert_eq!(world.engine.sweep_dead_sessions(10).await.unwrap(), swept(0, 0), "it is not looked at again and again");
    world.advance(1799);
    assert_eq!(world.engine.sweep_dead_sessions(10).await.unwrap(), swept(1, 0));
    let end = world.get(&world.reference(&opened), false).await.unwrap().end;
    assert_eq!(end, ended(START.plus(seconds(5400)), EndReason::Expired));
}

#[tokio::test]
async fn stamping_a_closed_tenant_is_bounded_and_touches_nobody_else() {
    let world = World::peopled(Policy::default()).await;
    let dead = many(&world, "ada", 5, 3600).await;
    let alive = many(&world, "bob", 2, 3600).await;
    world.set_tenant("ACME", TenantStatus::Frozen).await;
    let (mut stamped, mut batches) = (0, 0);
    loop {
        let (count, more) = world.engine.stamp_moved_epochs(2).await.unwrap();
        assert!(count <= 2);
        (stamped, batches) = (stamped + count, batches + 1);
        if !more {
            break;
        }
    }
    assert!(stamped == dead.len() && batches > 3, "{stamped} in {batches}");
    assert_eq!(world.engine.stamp_moved_epochs(2).await.unwrap(), (0, false));
    assert_eq!(world.count("SELECT count(*) FROM sessions WHERE state = 0"), 2);
    for alive in alive {
        assert!(world.validate(&alive.secret).await.is_ok());
    }
}

/// Stamping has no line of its own in the trail: the move of the epoch has. So it must leave alone what only time ended.
#[tokio::test]
async fn stamping_leaves_to_the_sweeper_what_the_move_did_not_end() {
    let world = World::peopled(Policy::default()).await;
    many(&world, "bob", 1, 60).await;
    many(&world, "ada", 1, 60).await;
    many(&world, "ada", 1, 3600).await;
    world.advance(100);
    world.set_tenant("ACME", TenantStatus::Frozen).await;
    assert_eq!(world.engine.stamp_moved_epochs(10).await.unwrap().0, 1);
    assert_eq!(world.engine.sweep_dead_sessions(10).await.unwrap(), swept(2, 0));
    let told = world.trail().iter().filter(|told| told.detail["end_reason"] == "expired").count();
    assert_eq!(told, 2, "an end that time caused is told when it is recorded");
}

/// A total looks at what is due alone; were a row due later than its stored expiry, a crash would leave it counted and dead.
#[tokio::test]
async fn what_is_put_off_is_put_off_by_what_is_stored() {
    let world = World::peopled(Policy::default()).await;
    let opened = world.open("ada").await;
    world.advance(5);
    world.validate(&opened.secret).await.unwrap();
    world.advance(3596);
    assert_eq!(world.engine.sweep_dead_sessions(10).await.unwrap().rescheduled, 1);
    let after = world.after_a_crash();
    let list =
        ListScope { scope: SessionScope::default(), active_only: true, page: PageNumber { page: 1, per_page: 5 }.into(), now: after.now() };
    let page = after.database.page_of_scope(list).await.unwrap();
    assert_eq!((page.total, page.rows.len()), (1, 1));
    assert!(after.validate(&opened.secret).await.is_ok());
}
