//! Looking at a session, by its bearer secret or by its reference.

use cloakroom_engine::policy::Policy;
use cloakroom_engine::secret::SessionSecret;
use cloakroom_engine::sessions::EndReason;
use cloakroom_engine::sessions::authenticate::SessionRefusal;
use cloakroom_engine::sessions::get::SessionPointer;
use cloakroom_engine::sessions::open::SessionWish;

use crate::world::{START, World, bearer, ended, seconds, wish};

#[tokio::test]
async fn bearer_and_reference_lead_to_the_same_session() {
    let world = World::peopled(Policy::default()).await;
    world.open("bob").await;
    let wished = SessionWish { caption: Some("Laptop".into()), label: Some("work".into()), ..wish() };
    let opened = world.open_as("ada", wished).await;
    let by_reference = world.get(&world.reference(&opened), false).await.unwrap();
    assert_eq!(by_reference, opened.view, "what was answered at creation is what is read back");
    assert_eq!(world.get(&bearer(&opened), false).await.unwrap(), opened.view);
    assert_eq!(world.get(&SessionPointer::from_guid([3; 16]), true).await, None);
}

/// The reference opens nothing: a leaked list holds no live credential.
#[tokio::test]
async fn a_reference_never_validates_and_never_authenticates() {
    let world = World::peopled(Policy::default()).await;
    let opened = world.open("ada").await;
    let reference = SessionSecret::from_bytes(world.engine.keys().reference_guid(&opened.view.session.uid));
    assert_eq!(world.validate(&reference).await, Err(SessionRefusal::NotFound));
    let authenticated = world.engine.authenticate_session(&reference, &Default::default()).await.unwrap();
    assert_eq!(authenticated.err(), Some(SessionRefusal::NotFound));
    let uid = SessionSecret::from_bytes(*opened.view.session.uid.as_bytes());
    assert_eq!(world.validate(&uid).await, Err(SessionRefusal::NotFound));
}

#[tokio::test]
async fn looking_by_reference_is_no_activity_and_by_bearer_is() {
    let world = World::peopled(Policy::default()).await;
    let opened = world.open("ada").await;
    world.advance(10);
    world.get(&world.reference(&opened), false).await;
    assert_eq!(world.get(&world.reference(&opened), false).await.unwrap().session.activity.last_active_at, START);
    let seen = world.get(&bearer(&opened), false).await.unwrap().session.activity;
    assert_eq!((seen.last_active_at, seen.expires_at), (START.plus(seconds(10)), START.plus(seconds(3600))));
}

#[tokio::test]
async fn looking_at_a_dead_session_shows_its_end_and_records_nothing() {
    let world = World::peopled(Policy::default()).await;
    let opened = world.open("ada").await;
    world.advance(3600);
    let expired = ended(START.plus(seconds(3600)), EndReason::Expired);
    for _ in 0..2 {
        assert_eq!(world.get(&bearer(&opened), false).await.unwrap().end, expired);
        assert_eq!(world.get(&world.reference(&opened), false).await.unwrap().end, expired);
    }
    assert_eq!(world.count("SELECT count(*) FROM sessions WHERE state <> 0"), 0);
}
