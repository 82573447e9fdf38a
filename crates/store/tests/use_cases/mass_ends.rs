//! Searching sessions, and ending all that a search finds.

use cloakroom_engine::audit::RequestOrigin;
use cloakroom_engine::callers::SessionEnder;
use cloakroom_engine::directory::PlatformRole;
use cloakroom_engine::directory::document::UserEntry;
use cloakroom_engine::policy::Policy;
use cloakroom_engine::secret::SessionSecret;
use cloakroom_engine::sessions::EndReason;
use cloakroom_engine::sessions::admin::search::{Found, SessionQuery, SessionSearch};
use cloakroom_engine::sessions::mass_end::MassEndState;
use cloakroom_engine::sessions::open::OpenedSession;
use cloakroom_engine::sessions::searching::SearchedState;

use crate::world::{World, from_address, user, users, wish};

/// Root is at home nowhere and reaches everything; vera administers ACME.
async fn world() -> World {
    let world = World::peopled(Policy::default()).await;
    let root = UserEntry { role: Some(PlatformRole::SuperAdmin), ..user("root", None) };
    let vera = UserEntry { role: Some(PlatformRole::TenantAdmin), ..user("vera", Some("ACME")) };
    world.apply(users(vec![root, vera]), false).await;
    world
}

async fn ender(world: &World, secret: &SessionSecret) -> SessionEnder {
    world.caller(secret).await.operator().unwrap().session_ender()
}

fn of(name: &str) -> SessionQuery {
    SessionQuery { user: Some(name.into()), ..SessionQuery::default() }
}

async fn found(world: &World, by: &SessionEnder, query: &SessionQuery) -> SessionSearch {
    world.engine.search_sessions_of(by.admin(), query, (None, 10)).await.unwrap().unwrap()
}

async fn count(world: &World, by: &SessionEnder, query: &SessionQuery) -> Found {
    let searched = found(world, by, query).await;
    assert_eq!(searched.found.number().min(10), searched.sessions.len() as u64);
    searched.found
}

async fn opened(world: &World, name: &str, many: usize) -> Vec<OpenedSession> {
    let mut opened = Vec::new();
    for _ in 0..many {
        world.advance(1);
        opened.push(world.open(name).await);
    }
    opened
}

async fn living(world: &World, sessions: &[OpenedSession]) -> usize {
    let mut living = 0;
    for session in sessions {
        living += usize::from(world.validate(&session.secret).await.is_ok());
    }
    living
}

#[tokio::test]
async fn each_condition_narrows_what_is_found_and_is_counted_to_the_end() {
    let world = world().await;
    let root = world.open("root").await;
    let by = ender(&world, &root.secret).await;
    opened(&world, "ada", 3).await;
    let far = world.try_open_from("bob", wish(), from_address("203.0.113.9")).await.unwrap();
    let plain = SessionQuery::default();
    assert_eq!(count(&world, &by, &plain).await, Found::Exactly(5));
    assert_eq!(count(&world, &by, &of("ada@example.org")).await, Found::Exactly(3));
    assert_eq!(count(&world, &by, &SessionQuery { tenant: Some("beta".into()), ..plain.clone() }).await, Found::Exactly(1));
    for (address, many) in [("203.0.113.", 1), ("203.0.113.9", 1), ("203.0.113.99", 0), ("%", 0)] {
        assert_eq!(
            count(&world, &by, &SessionQuery { address: Some(address.into()), ..plain.clone() }).await,
            Found::Exactly(many),
            "{address}"
        );
    }
    assert_eq!(count(&world, &by, &SessionQuery { application: Some("nobody".into()), ..plain.clone() }).await, Found::Exactly(0));
    world.close(&crate::world::bearer(&far)).await.unwrap();
    let dead = |reason| SessionQuery { state: SearchedState::Dead(reason), ..plain.clone() };
    for (query, many) in [(dead(None), 1), (dead(Some(EndReason::Closed)), 1), (dead(Some(EndReason::Expired)), 0)] {
        assert_eq!(count(&world, &by, &query).await, Found::Exactly(many));
        assert_eq!(count(&world, &by, &SessionQuery { user: Some("bob".into()), ..query.clone() }).await, Found::Exactly(many));
        assert_eq!(count(&world, &by, &SessionQuery { tenant: Some("BETA".into()), ..query }).await, Found::Exactly(many));
    }
}

#[tokio::test]
async fn a_crash_between_two_batches_loses_no_count_and_ends_nothing_twice() {
    let world = world().await;
    let sessions = opened(&world, "ada", 7).await;
    let vera = world.open("vera").await;
    let by = ender(&world, &vera.secret).await;
    let asked = world.engine.ask_mass_end(&by, &of("ada"), 7, &RequestOrigin::default()).await.unwrap().unwrap();
    assert_eq!(world.engine.run_mass_ends(3).await.unwrap(), (3, true));
    let world = world.after_a_crash();
    assert_eq!(living(&world, &sessions).await, 4);
    while world.engine.run_mass_ends(3).await.unwrap().1 {}
    assert_eq!(living(&world, &sessions).await, 0);
    let by = ender(&world, &vera.secret).await;
    let done = world.engine.mass_end_of(&by, asked).await.unwrap().unwrap();
    assert_eq!((done.state, done.ended, done.meant, done.origin), (MassEndState::Done, 7, 7, RequestOrigin::default()));
    let ends = world.trail().into_iter().filter(|told| told.action == "session.ended").count();
    assert_eq!(ends, 7);
    assert_eq!(world.engine.run_mass_ends(3).await.unwrap(), (0, false));
}

#[tokio::test]
async fn what_ended_meanwhile_is_not_counted_and_what_began_is_spared() {
    let world = world().await;
    let sessions = opened(&world, "ada", 3).await;
    let root = world.open("root").await;
    let by = ender(&world, &root.secret).await;
    let asked = world.engine.ask_mass_end(&by, &of("ada"), 3, &RequestOrigin::default()).await.unwrap().unwrap();
    world.close(&crate::world::bearer(&sessions[0])).await.unwrap();
    let later = opened(&world, "ada", 1).await;
    while world.engine.run_mass_ends(2).await.unwrap().1 {}
    assert_eq!((living(&world, &sessions).await, living(&world, &later).await), (0, 1));
    let done = world.engine.mass_end_of(&by, asked).await.unwrap().unwrap();
    assert_eq!((done.state, done.ended), (MassEndState::Done, 2));
}
