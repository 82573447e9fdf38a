//! Closing one session.

use cloakroom_engine::policy::Policy;
use cloakroom_engine::sessions::authenticate::SessionRefusal;
use cloakroom_engine::sessions::get::SessionPointer;
use cloakroom_engine::sessions::{End, EndReason};

use crate::world::{START, World, bearer, ended, seconds};

#[tokio::test]
async fn bearer_and_reference_both_close() {
    let world = World::peopled(Policy::default()).await;
    for by_reference in [false, true] {
        let (opened, other) = (world.open("ada").await, world.open("ada").await);
        let pointer = if by_reference { world.reference(&opened) } else { bearer(&opened) };
        world.advance(5);
        let closed = world.close(&pointer).await.unwrap();
        let by = (!by_reference).then_some(opened.view.session.user);
        assert_eq!(closed.end, Some(End { at: world.now(), reason: EndReason::Closed, by }));
        // A reference proves nothing, so the trail does not call it the user's own deed.
        let told = world.trail().pop().unwrap();
        let actor = if by_reference { "anonymous" } else { "user" };
        assert_eq!((told.action.as_str(), told.actor_kind.as_str(), told.actor_id.is_some()), ("session.ended", actor, !by_reference));
        assert_eq!(closed, world.get(&pointer, false).await.unwrap());
        assert_eq!(world.validate(&opened.secret).await, Err(SessionRefusal::Ended(EndReason::Closed)));
        assert!(world.validate(&other.secret).await.is_ok());
    }
}

#[tokio::test]
async fn a_session_is_closed_once_and_keeps_its_first_end() {
    let world = World::peopled(Policy::default()).await;
    let opened = world.open("ada").await;
    let first = world.close(&bearer(&opened)).await.unwrap().end;
    world.advance(10_000);
    assert_eq!(world.close(&bearer(&opened)).await, Err(SessionRefusal::Ended(EndReason::Closed)));
    assert_eq!(world.get(&bearer(&opened), false).await.unwrap().end, first);
}

#[tokio::test]
async fn closing_what_time_ended_records_what_time_did() {
    let world = World::peopled(Policy::default()).await;
    let opened = world.open("ada").await;
    world.advance(5000);
    assert_eq!(world.close(&world.reference(&opened)).await, Err(SessionRefusal::FoundDead(EndReason::Expired)));
    assert_eq!(world.get(&bearer(&opened), false).await.unwrap().end, ended(START.plus(seconds(3600)), EndReason::Expired));
    assert_eq!(world.close(&bearer(&opened)).await, Err(SessionRefusal::Ended(EndReason::Expired)));
}

#[tokio::test]
async fn nothing_is_closed_by_a_guid_that_leads_nowhere() {
    let world = World::peopled(Policy::default()).await;
    world.open("ada").await;
    assert_eq!(world.close(&SessionPointer::from_guid([1; 16])).await, Err(SessionRefusal::NotFound));
    assert_eq!(world.count("SELECT count(*) FROM sessions WHERE state = 0"), 1);
}

/// A touch that waits to be saved revives nothing, and is not lost: an ended session still shows when it was last validated.
#[tokio::test]
async fn a_pending_touch_outlives_the_end_and_revives_nothing() {
    let mut world = World::peopled(Policy::default()).await;
    let opened = world.open("ada").await;
    world.advance(5);
    world.validate(&opened.secret).await.unwrap();
    let closed = world.close(&bearer(&opened)).await.unwrap();
    assert_eq!(closed.session.activity.last_validated_at, Some(world.now()));
    assert_eq!(world.get(&bearer(&opened), false).await.unwrap(), closed);
    world.engine.save_touches(true, 10).await.unwrap();
    world.restart();
    assert_eq!(world.get(&bearer(&opened), false).await.unwrap(), closed);
    assert_eq!(world.validate(&opened.secret).await, Err(SessionRefusal::Ended(EndReason::Closed)));
}
