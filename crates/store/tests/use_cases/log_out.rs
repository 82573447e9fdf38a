//! Ending all sessions of a user at once.

use cloakroom_engine::policy::Policy;
use cloakroom_engine::sessions::authenticate::SessionRefusal::Ended;
use cloakroom_engine::sessions::log_out::LogOutReach;
use cloakroom_engine::sessions::open::{OpenedSession, SessionWish};
use cloakroom_engine::sessions::{End, EndReason};

use crate::world::{START, World, bearer, ended, seconds, wish};

async fn log_out(world: &World, caller: &OpenedSession, reach: LogOutReach) -> usize {
    world.engine.log_out(&world.caller(&caller.secret).await, reach, &Default::default()).await.unwrap()
}

#[tokio::test]
async fn other_devices_end_and_the_caller_stays() {
    let world = World::peopled(Policy::default()).await;
    let (caller, stranger) = (world.open("ada").await, world.open("bob").await);
    let others = [world.open("ada").await, world.open("ada").await, world.open("ada").await];
    world.close(&bearer(&others[0])).await.unwrap();
    world.advance(7);
    assert_eq!(log_out(&world, &caller, LogOutReach::OtherDevices).await, 2, "the closed one had ended before");
    assert_eq!(log_out(&world, &caller, LogOutReach::OtherDevices).await, 0);
    for other in &others[1..] {
        assert_eq!(world.validate(&other.secret).await, Err(Ended(EndReason::Revoked)));
        let end = End { at: START.plus(seconds(7)), reason: EndReason::Revoked, by: Some(caller.view.session.user) };
        assert_eq!(world.get(&world.reference(other), false).await.unwrap().end, Some(end));
    }
    assert_eq!(world.validate(&others[0].secret).await, Err(Ended(EndReason::Closed)));
    assert!(world.validate(&caller.secret).await.is_ok() && world.validate(&stranger.secret).await.is_ok());
}

#[tokio::test]
async fn everywhere_is_the_caller_too() {
    let world = World::peopled(Policy::default()).await;
    let (caller, other, stranger) = (world.open("ada").await, world.open("ada").await, world.open("bob").await);
    assert_eq!(log_out(&world, &caller, LogOutReach::Everywhere).await, 2);
    for opened in [&caller, &other] {
        assert_eq!(world.validate(&opened.secret).await, Err(Ended(EndReason::Revoked)));
    }
    assert!(world.validate(&stranger.secret).await.is_ok());
    assert!(world.validate(&world.open("ada").await.secret).await.is_ok(), "who logs out may come back");
}

#[tokio::test]
async fn what_had_expired_is_not_counted_and_keeps_its_own_end() {
    let world = World::peopled(Policy::default()).await;
    let brief = world.open_as("ada", SessionWish { ttl_seconds: Some(60), ..wish() }).await;
    let caller = world.open("ada").await;
    world.advance(61);
    assert_eq!(log_out(&world, &caller, LogOutReach::Everywhere).await, 1);
    assert_eq!(world.validate(&brief.secret).await, Err(Ended(EndReason::Expired)));
    assert_eq!(world.get(&bearer(&brief), false).await.unwrap().end, ended(START.plus(seconds(60)), EndReason::Expired));
}

/// What only a pending touch keeps alive is alive, and counts.
#[tokio::test]
async fn what_a_touch_extended_counts() {
    let world = World::peopled(Policy::default()).await;
    let (extended, caller) = (world.open("ada").await, world.open("ada").await);
    world.advance(3000);
    world.validate(&extended.secret).await.unwrap();
    world.validate(&caller.secret).await.unwrap();
    world.advance(3000);
    assert_eq!(log_out(&world, &caller, LogOutReach::Everywhere).await, 2);
    assert_eq!(world.validate(&extended.secret).await, Err(Ended(EndReason::Revoked)));
}
