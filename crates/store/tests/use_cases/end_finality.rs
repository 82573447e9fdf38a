//! Revoked is revoked (P2): once an end is acknowledged, nothing that begins later is told "valid".

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};

use cloakroom_engine::directory::{TenantStatus, UserStatus};
use cloakroom_engine::policy::Policy;
use cloakroom_engine::sessions::log_out::LogOutReach;
use cloakroom_engine::sessions::open::OpenedSession;

use crate::world::{World, bearer};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    Close,
    CloseByReference,
    Everywhere,
    SuspendUser,
    CloseTenant,
}

async fn end(world: &World, way: Way, opened: &OpenedSession) {
    match way {
        Way::Close => drop(world.close(&bearer(opened)).await.unwrap()),
        Way::CloseByReference => drop(world.close(&world.reference(opened)).await.unwrap()),
        Way::Everywhere => {
            let caller = world.caller(&opened.secret).await;
            assert!(world.engine.log_out(&caller, LogOutReach::Everywhere, &Default::default()).await.unwrap() > 0);
        }
        Way::SuspendUser => assert_eq!(world.set_user("ada", UserStatus::Suspended).await.changed, 1),
        Way::CloseTenant => assert_eq!(world.set_tenant("ACME", TenantStatus::Suspended).await.changed, 1),
    }
}

/// Validates and flushes without pause until told to stop, and counts the valid answers to what began after the end.
async fn keep_validating(world: Arc<World>, opened: Arc<OpenedSession>, ended: Arc<AtomicBool>, begun: Arc<AtomicUsize>) -> usize {
    let (mut late, mut raised) = (0, 0);
    while late < 50 {
        let began_late = ended.load(SeqCst);
        let is_valid = world.validate(&opened.secret).await.is_ok();
        world.engine.save_touches(true, 100).await.unwrap();
        begun.fetch_add(1, SeqCst);
        late += usize::from(began_late);
        raised += usize::from(began_late && is_valid);
        tokio::task::yield_now().await;
    }
    raised
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn nothing_is_valid_after_its_end_was_acknowledged() {
    for way in [Way::Close, Way::CloseByReference, Way::Everywhere, Way::SuspendUser, Way::CloseTenant] {
        let world = Arc::new(World::peopled(Policy::default()).await);
        let opened = Arc::new(world.open("ada").await);
        let (ended, begun) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let validations: Vec<_> =
            (0..3).map(|_| tokio::spawn(keep_validating(world.clone(), opened.clone(), ended.clone(), begun.clone()))).collect();
        for validated in 0..20 {
            while begun.load(SeqCst) < validated {
                tokio::task::yield_now().await;
            }
            world.advance(1);
        }
        end(&world, way, &opened).await;
        ended.store(true, SeqCst);
        for validation in validations {
            assert_eq!(validation.await.unwrap(), 0, "{way:?}");
        }
        assert!(world.engine.authenticate_session(&opened.secret, &Default::default()).await.unwrap().is_err(), "{way:?}");
        assert!(world.get(&bearer(&opened), true).await.unwrap().end.is_some(), "{way:?}");
    }
}

/// Ends survive whatever is done to the session afterwards.
#[tokio::test]
async fn no_later_event_raises_the_dead() {
    for way in [Way::Close, Way::Everywhere, Way::SuspendUser, Way::CloseTenant] {
        let mut world = World::peopled(Policy::default()).await;
        let opened = world.open("ada").await;
        world.advance(5);
        world.validate(&opened.secret).await.unwrap();
        end(&world, way, &opened).await;
        let dead = world.get(&bearer(&opened), false).await.unwrap().end;
        world.set_user("ada", UserStatus::Verified).await;
        world.set_tenant("ACME", TenantStatus::Verified).await;
        world.engine.save_touches(true, 10).await.unwrap();
        assert!(world.validate(&opened.secret).await.is_err(), "{way:?}");
        world.advance(1);
        world.engine.sweep_dead_sessions(10).await.unwrap();
        world.engine.stamp_moved_epochs(10).await.unwrap();
        world.restart();
        assert!(world.validate(&opened.secret).await.is_err(), "{way:?}");
        assert_eq!(world.get(&bearer(&opened), false).await.unwrap().end, dead, "{way:?}");
    }
}
