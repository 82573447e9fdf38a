//! Two processes validate one session: whatever one of them told, the other one holds to.

use cloakroom_engine::clock::Span;
use cloakroom_engine::policy::Policy;
use cloakroom_engine::sessions::open::SessionWish;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::world::{World, wish};

/// Milliseconds between two looks of a process at what is to be saved (`crates/server/src/tasks/upkeep.rs`).
const SAVES_EVERY: i64 = 500;

/// When somebody validates next.
#[derive(Clone, Copy, Debug)]
enum Gap {
    Millis(i64),
    /// So long before the end that one of the two knows of.
    BeforeTold(i64),
    /// So long before the end that the store knows of: where the other process looks only there.
    BeforeStored(i64),
}

fn validations() -> impl Strategy<Value = Vec<(bool, Gap)>> {
    let gap = prop_oneof![
        (1..500i64).prop_map(Gap::Millis),
        (1..3000i64).prop_map(Gap::Millis),
        (1..500i64).prop_map(Gap::BeforeStored),
        (-500..3000i64).prop_map(Gap::BeforeTold),
        (-3000..3000i64).prop_map(Gap::BeforeStored),
    ];
    proptest::collection::vec((any::<bool>(), gap), 1..16)
}

#[test]
fn what_one_process_extended_no_other_calls_expired() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let here = runtime.block_on(World::peopled(Policy::default()));
    let there = here.after_a_crash();
    let mut runner = TestRunner::new(Config { cases: 40, failure_persistence: None, ..Config::default() });
    let histories = (prop_oneof![Just(60u32), Just(360), Just(3600)], validations());
    let held = runner.run(&histories, |(ttl, validations)| {
        runtime.block_on(live_through([&here, &there], ttl, validations));
        Ok(())
    });
    held.unwrap();
}

/// Passes time as the background tasks see it, which have their own rhythm whoever validates meanwhile.
async fn pass(worlds: [&World; 2], until: i64) {
    loop {
        let now = worlds[0].now().as_millis();
        let next = now - now.rem_euclid(SAVES_EVERY) + SAVES_EVERY;
        if next > until {
            worlds[0].clock.advance(Span::from_millis((until - now).max(0)));
            return;
        }
        worlds[0].clock.advance(Span::from_millis(next - now));
        for world in worlds {
            world.engine.save_touches(false, 500).await.unwrap();
        }
    }
}

async fn live_through(worlds: [&World; 2], ttl: u32, validations: Vec<(bool, Gap)>) {
    let opened = worlds[0].open_as("ada", SessionWish { ttl_seconds: Some(ttl), slides: Some(true), ..wish() }).await;
    let stored = format!("SELECT expires_at FROM session_touches WHERE session_number = {}", opened.view.session.number.0);
    let mut told = opened.view.session.activity.expires_at;
    for (by_the_other, gap) in validations {
        let at = match gap {
            Gap::Millis(millis) => worlds[0].now().as_millis() + millis,
            Gap::BeforeTold(millis) => told.as_millis() - millis,
            Gap::BeforeStored(millis) => worlds[0].count(&stored) - millis,
        };
        pass(worlds, at).await;
        let now = worlds[0].now();
        let validated = worlds[usize::from(by_the_other)].validate(&opened.secret).await;
        if now >= told {
            assert!(validated.is_err(), "it lives {} ms after its end", now.since(told).as_millis());
            return;
        }
        let view = validated.unwrap_or_else(|refusal| panic!("{refusal:?}, though told to live {} ms more", told.since(now).as_millis()));
        told = told.max(view.session.activity.expires_at);
    }
}

#[tokio::test]
async fn an_extension_at_the_last_moment_is_told_to_the_others_before_it_is_answered() {
    let here = World::peopled(Policy::default()).await;
    let there = here.after_a_crash();
    let opened = here.open_as("ada", SessionWish { ttl_seconds: Some(60), slides: Some(true), ..wish() }).await;
    here.clock.advance(Span::from_millis(59_900));
    there.validate(&opened.secret).await.unwrap();
    here.clock.advance(Span::from_millis(200));
    assert!(here.validate(&opened.secret).await.is_ok());
}
