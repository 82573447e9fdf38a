//! A clock that has gone mad makes nothing valid (P6).

use cloakroom_engine::EngineError;
use cloakroom_engine::clock::Span;
use cloakroom_engine::directory::UserStatus;
use cloakroom_engine::policy::Policy;
use cloakroom_engine::sessions::EndReason;
use cloakroom_engine::sessions::authenticate::SessionRefusal::Ended;
use cloakroom_engine::sessions::pages::Side;

use crate::list::query;
use crate::world::{START, World, bearer, seconds};

#[tokio::test]
async fn a_clock_far_behind_is_an_error_and_never_valid() {
    let world = World::peopled(Policy::default()).await;
    let (opened, closed) = (world.open("ada").await, world.open("ada").await);
    world.close(&bearer(&closed)).await.unwrap();
    let caller = world.caller(&opened.secret).await;
    world.clock.set(START.minus(seconds(300)));
    assert!(world.validate(&opened.secret).await.is_ok(), "five minutes are tolerated");
    world.clock.set(START.minus(seconds(300)).minus(Span::from_millis(1)));
    assert!(matches!(world.try_validate(&opened.secret).await, Err(EngineError::Doubt(_))));
    assert!(world.engine.authenticate_session(&opened.secret, &Default::default()).await.is_err());
    assert!(world.engine.get_session(&bearer(&opened), true).await.is_err());
    assert!(world.engine.get_session(&world.reference(&opened), true).await.is_err());
    assert!(world.engine.list_sessions(&caller, &query(Side::Live, None, 8)).await.is_err());
    assert_eq!(world.validate(&closed.secret).await, Err(Ended(EndReason::Closed)), "what is recorded needs no clock");
    assert_eq!(world.count("SELECT count(*) FROM sessions WHERE state = 0"), 1, "and nothing is recorded on a doubt");
    world.clock.set(START);
    assert!(world.validate(&opened.secret).await.is_ok());
}

#[tokio::test]
async fn a_clock_far_ahead_ends_and_never_extends_past_the_absolute_lifetime() {
    let world = World::peopled(Policy::default()).await;
    let opened = world.open("ada").await;
    world.advance(91 * 86_400);
    assert!(world.validate(&opened.secret).await.is_err());
    world.clock.set(START);
    assert!(world.validate(&opened.secret).await.is_err(), "a recorded end stands");
}

#[tokio::test]
async fn a_mad_clock_keeps_nobody_from_ending_a_session() {
    let world = World::peopled(Policy::default()).await;
    let (first, second) = (world.open("ada").await, world.open("ada").await);
    world.clock.set(START.minus(seconds(86_400)));
    assert!(world.close(&bearer(&first)).await.is_ok());
    assert_eq!(world.set_user("ada", UserStatus::Suspended).await.sessions_ended, 1);
    world.clock.set(START);
    assert_eq!(world.validate(&first.secret).await, Err(Ended(EndReason::Closed)));
    assert_eq!(world.validate(&second.secret).await, Err(Ended(EndReason::UserSuspended)));
}
