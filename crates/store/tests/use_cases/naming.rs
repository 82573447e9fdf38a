//! Naming one's own session.

use cloakroom_engine::audit::RequestOrigin;
use cloakroom_engine::policy::Policy;
use cloakroom_engine::sessions::Birth;
use cloakroom_engine::sessions::naming::NamingRefusal::{self, NoCaption, NoSuchSession};
use cloakroom_engine::sessions::open::{OpenedSession, SessionWish};

use crate::world::{World, bearer, wish};

async fn name(world: &World, by: &OpenedSession, session: &OpenedSession, caption: &str) -> Result<(), NamingRefusal> {
    let caller = world.caller(&by.secret).await;
    world.engine.name_own_session(&caller, session.view.session.uid, caption, &RequestOrigin::default()).await.unwrap()
}

#[tokio::test]
async fn a_caption_is_kept_and_told_once() {
    let mut world = World::peopled(Policy::default()).await;
    let (mine, other) = (world.open("ada").await, world.open("ada").await);
    world.validate(&other.secret).await.unwrap();
    for _ in 0..2 {
        assert_eq!(name(&world, &mine, &other, " At work ").await, Ok(()));
    }
    assert_eq!(world.validate(&other.secret).await.unwrap().session.caption.as_deref(), Some("At work"), "in memory");
    let named: Vec<_> = world.trail().into_iter().filter(|told| told.action == "session.named").collect();
    let [told] = named.try_into().unwrap();
    assert_eq!((told.actor_kind.as_str(), told.resource_id), ("user", Some(other.view.session.uid.to_string())));
    assert!(!told.detail.to_string().contains("At work"), "what people write stays theirs: {}", told.detail);
    world.restart();
    assert_eq!(world.get(&bearer(&other), false).await.unwrap().session.caption.as_deref(), Some("At work"), "on disk");
    assert_eq!(name(&world, &mine, &other, "").await, Ok(()));
    assert_eq!(world.get(&bearer(&other), false).await.unwrap().session.caption, None);
}

#[tokio::test]
async fn only_a_live_session_of_ones_own_gets_one_that_can_be_read() {
    let world = World::peopled(Policy::default()).await;
    let (mine, dead, bobs) = (world.open("ada").await, world.open("ada").await, world.open("bob").await);
    let stored = world.open_as("ada", SessionWish { birth: Birth::Storage, caption: Some("an intent".into()), ..wish() }).await;
    world.close(&bearer(&dead)).await.unwrap();
    for session in [&dead, &bobs, &stored] {
        assert_eq!(name(&world, &mine, session, "Mine").await, Err(NoSuchSession));
    }
    assert_eq!(world.get(&bearer(&stored), false).await.unwrap().session.caption.as_deref(), Some("an intent"), "the application's");
    for caption in ["x".repeat(257).as_str(), "a\nb", "\u{7}x"] {
        assert_eq!(name(&world, &mine, &mine, caption).await, Err(NoCaption), "{caption:?}");
    }
    assert_eq!(name(&world, &mine, &mine, &"ü".repeat(256)).await, Ok(()));
    assert_eq!(world.trail().iter().filter(|told| told.action == "session.named").count(), 1);
}
