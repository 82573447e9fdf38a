//! A set expiry is exact, durable, and wins over every touch from before it, saved or not.

use cloakroom_engine::audit::RequestOrigin;
use cloakroom_engine::callers::OwnedClient;
use cloakroom_engine::directory::document::{ApplicationEntry, DirectoryDocument};
use cloakroom_engine::policy::Policy;
use cloakroom_engine::secret::ClientSecret;
use cloakroom_engine::sessions::EndReason;
use cloakroom_engine::sessions::authenticate::SessionRefusal;
use cloakroom_engine::sessions::open::OpenedSession;
use cloakroom_engine::sessions::store::SessionStore;
use cloakroom_engine::sessions::touches::Touch;

use crate::world::{World, bearer, seconds};

const SECRET: &str = "a-secret-of-the-keeper";

/// The application of ada's, as it proves to be itself.
async fn keeper(world: &World) -> OwnedClient {
    let entry = ApplicationEntry {
        tenant: Some("ACME".into()),
        owner: Some("ada".into()),
        client_id: "keeper".into(),
        client_secret: Some(ClientSecret::new(SECRET.into())),
        ..ApplicationEntry::default()
    };
    world.apply(DirectoryDocument { applications: vec![entry], ..DirectoryDocument::default() }, true).await;
    let client = world.engine.authenticate_client("keeper", &ClientSecret::new(SECRET.into()), &Default::default()).await.unwrap().unwrap();
    OwnedClient::of(client).unwrap()
}

async fn set(world: &World, client: &OwnedClient, opened: &OpenedSession, ttl: u32) {
    let id = client.storage_id(opened.view.session.number);
    world.engine.set_stored_session_expiry(client, &id, ttl, &RequestOrigin::default()).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_shorter_life_holds_against_touches_that_wait_and_those_on_their_way() {
    let mut world = World::peopled(Policy::default()).await;
    let client = keeper(&world).await;
    let opened = world.open("ada").await;
    world.advance(5);
    let promised = world.validate(&opened.secret).await.unwrap().session;
    assert_eq!(world.engine.pending_touches(), 1, "the touch waits in memory");
    let on_its_way = Touch { session: promised.number, activity: promised.activity };
    set(&world, &client, &opened, 60).await;
    let expires_at = world.now().plus(seconds(60));
    let shown = async |world: &World| world.get(&bearer(&opened), false).await.unwrap().session.activity.expires_at;
    assert_eq!(shown(&world).await, expires_at);
    assert_eq!(world.engine.stored_sessions(&client, None, 9).await.unwrap().unwrap().sessions[0].activity.expires_at, expires_at);
    world.database.save_touches(vec![on_its_way]).await.unwrap();
    assert_eq!(shown(&world).await, expires_at);
    world.engine.save_touches(true, 100).await.unwrap();
    world.restart();
    assert_eq!(shown(&world).await, expires_at);
    world.advance(60);
    assert_eq!(world.validate(&opened.secret).await.unwrap_err(), SessionRefusal::FoundDead(EndReason::Expired));
}

#[tokio::test]
async fn a_set_expiry_survives_a_crash_and_the_sweeper_comes_in_time() {
    let world = World::peopled(Policy::default()).await;
    let client = keeper(&world).await;
    let opened = world.open("ada").await;
    set(&world, &client, &opened, 7).await;
    let after = world.after_a_crash();
    after.advance(7);
    assert_eq!(after.engine.sweep_dead_sessions(10).await.unwrap().ended, 1);
}

#[tokio::test]
async fn it_may_be_as_long_as_the_absolute_lifetime_and_slides_on() {
    let world = World::peopled(Policy::default()).await;
    let client = keeper(&world).await;
    let opened = world.open("ada").await;
    set(&world, &client, &opened, 365 * 86_400).await;
    let longest = world.get(&bearer(&opened), false).await.unwrap().session.activity.expires_at;
    assert_eq!(longest, world.now().plus(seconds(90 * 86_400)), "never past it");
    world.advance(89 * 86_400);
    world.validate(&opened.secret).await.unwrap();
    set(&world, &client, &opened, 10).await;
    world.advance(9);
    let slid = world.validate(&opened.secret).await.unwrap().session.activity.expires_at;
    assert_eq!(slid, world.now().plus(seconds(3600)), "a validation after it moves a session that slides");
    let crashed = world.after_a_crash();
    let kept = crashed.get(&bearer(&opened), false).await.unwrap().session.activity.expires_at;
    assert_eq!(kept, slid, "so little was left of what was stored that the touch went to the disk at once");
}

#[tokio::test]
async fn it_is_told_and_only_the_living_of_the_owner_are_set() {
    let world = World::peopled(Policy::default()).await;
    let client = keeper(&world).await;
    let (opened, foreign) = (world.open("ada").await, world.open("bob").await);
    set(&world, &client, &opened, 90).await;
    let told = world.trail().pop().unwrap();
    assert_eq!((told.action.as_str(), told.actor_kind.as_str(), told.result.as_str()), ("session.expiry_set", "application", "success"));
    assert_eq!((&told.detail["ttl_seconds"], told.resource_id), (&"90".into(), Some(opened.view.session.uid.to_string())));
    let trail = world.trail().len();
    let id = client.storage_id(foreign.view.session.number);
    assert!(world.engine.set_stored_session_expiry(&client, &id, 9, &RequestOrigin::default()).await.unwrap().is_err());
    world.close(&bearer(&opened)).await.unwrap();
    let id = client.storage_id(opened.view.session.number);
    assert!(world.engine.set_stored_session_expiry(&client, &id, 9, &RequestOrigin::default()).await.unwrap().is_err());
    assert_eq!(world.trail().len(), trail + 1, "the closing, and nothing else");
}
