//! Touches reach the disk at most once per lag, and in time: what was told to live is never long behind on disk.

use cloakroom_engine::policy::Policy;
use cloakroom_engine::sessions::Activity;
use cloakroom_engine::sessions::open::{OpenedSession, SessionWish};
use cloakroom_engine::sessions::store::SessionStore;
use cloakroom_engine::sessions::touches::Touch;

use crate::world::{START, World, seconds, wish};

/// Counts every row that a save of touches writes, whether or not it changes anything.
fn count_saved_rows(world: &World) {
    let sql = "CREATE TABLE saved_rows (session INTEGER);
               CREATE TRIGGER count_saved_rows AFTER UPDATE ON session_touches
               BEGIN INSERT INTO saved_rows VALUES (new.session_number); END";
    world.sql().execute_batch(sql).unwrap();
}

fn saved_rows(world: &World) -> i64 {
    world.count("SELECT count(*) FROM saved_rows")
}

fn stored_expiry(world: &World, opened: &OpenedSession) -> i64 {
    let number = opened.view.session.number.0;
    world.count(&format!("SELECT expires_at FROM session_touches WHERE session_number = {number}"))
}

async fn flush_what_is_due(world: &World) -> usize {
    world.engine.save_touches(false, 1000).await.unwrap()
}

#[tokio::test]
async fn a_storm_of_touches_writes_one_row_per_lag() {
    let world = World::peopled(Policy::default()).await;
    count_saved_rows(&world);
    let opened = world.open("ada").await;
    for _ in 0..60 {
        world.advance(1);
        for _ in 0..5 {
            world.validate(&opened.secret).await.unwrap();
        }
        flush_what_is_due(&world).await;
    }
    assert!((5..=6).contains(&saved_rows(&world)), "{} rows in a minute at a lag of ten seconds", saved_rows(&world));
}

#[tokio::test]
async fn the_stored_expiry_is_never_further_behind_than_the_lag() {
    let world = World::peopled(Policy::default()).await;
    let opened = world.open("ada").await;
    for pause in [3, 1, 4, 9, 700, 2, 1800, 1, 30, 5, 10, 11, 3000] {
        for _ in 0..pause {
            flush_what_is_due(&world).await;
            world.advance(1);
        }
        let told = world.validate(&opened.secret).await.unwrap().session.activity.expires_at;
        flush_what_is_due(&world).await;
        let behind = told.as_millis() - stored_expiry(&world, &opened);
        assert!(behind <= 10_000, "told {behind} ms more than is stored, after a pause of {pause} s");
    }
}

/// Nothing flushes here: with little of the stored life left, a validation itself writes through before it answers.
#[tokio::test]
async fn a_validation_writes_through_when_little_of_the_stored_life_is_left() {
    let world = World::peopled(Policy::default()).await;
    let opened = world.open("ada").await;
    for second in [1000, 2000, 3579, 3581] {
        world.clock.set(START.plus(seconds(second)));
        world.validate(&opened.secret).await.unwrap();
        let stored = stored_expiry(&world, &opened);
        let expected = if second < 3581 { 3600 } else { 3581 + 3600 };
        assert_eq!(stored, START.plus(seconds(expected)).as_millis(), "at {second}");
    }
    assert_eq!(world.engine.pending_touches(), 0, "what was written through is not pending");
}

#[tokio::test]
async fn shutting_down_saves_everything_and_an_older_touch_moves_nothing_back() {
    let mut world = World::peopled(Policy::default()).await;
    let opened: Vec<_> = [world.open("ada").await, world.open("bob").await].into();
    world.advance(2);
    for opened in &opened {
        world.validate(&opened.secret).await.unwrap();
    }
    assert_eq!((flush_what_is_due(&world).await, world.engine.pending_touches()), (0, 2));
    assert_eq!(world.engine.save_touches(true, 1).await.unwrap(), 1, "in batches as asked");
    assert_eq!(world.engine.save_touches(true, 10).await.unwrap(), 1);
    assert_eq!(world.engine.pending_touches(), 0);
    world.restart();
    for opened in &opened {
        let session = world.get(&world.reference(opened), false).await.unwrap().session;
        assert_eq!(session.activity.expires_at, START.plus(seconds(3602)));
        assert_eq!(session.activity.last_validated_at, Some(START.plus(seconds(2))));
    }
    world.clock.set(START);
    world.validate(&opened[0].secret).await.unwrap();
    world.engine.save_touches(true, 10).await.unwrap();
    assert_eq!(stored_expiry(&world, &opened[0]), START.plus(seconds(3602)).as_millis(), "a clock that stepped back shortens nothing");
}

#[tokio::test]
async fn what_does_not_slide_writes_only_its_activity() {
    let world = World::peopled(Policy::default()).await;
    count_saved_rows(&world);
    let opened = world.open_as("ada", SessionWish { slides: Some(false), ttl_seconds: Some(60), ..wish() }).await;
    world.advance(59);
    world.validate(&opened.secret).await.unwrap();
    assert_eq!(saved_rows(&world), 0, "there is no extension to lose");
    world.engine.save_touches(true, 10).await.unwrap();
    assert_eq!(world.count("SELECT last_validated_at - last_active_at FROM session_touches"), 0);
}

/// Touches are stored by greatest value, each field for itself: what another process stored is never moved back.
#[tokio::test]
async fn an_older_touch_moves_no_field_back() {
    let world = World::peopled(Policy::default()).await;
    let opened = world.open("ada").await;
    let at = |second: u32| START.plus(seconds(second));
    let touch = |validated: Option<u32>, active, expires| Touch {
        session: opened.view.session.number,
        activity: Activity { last_validated_at: validated.map(at), last_active_at: at(active), expires_at: at(expires), expiry_edition: 0 },
    };
    for (saved, expected) in [
        (touch(Some(5), 5, 3605), touch(Some(5), 5, 3605)),
        (touch(Some(4), 9, 3604), touch(Some(5), 9, 3605)),
        (touch(None, 8, 3700), touch(Some(5), 9, 3700)),
        (touch(Some(6), 1, 1), touch(Some(6), 9, 3700)),
    ] {
        world.database.save_touches(vec![saved]).await.unwrap();
        assert_eq!(world.get(&world.reference(&opened), false).await.unwrap().session.activity, expected.activity);
    }
}
