//! A walk along the cursors visits everything that was there throughout exactly once, whatever happens meanwhile.

use std::collections::BTreeSet;

use cloakroom_engine::clock::{Span, Timestamp};
use cloakroom_engine::policy::Policy;
use cloakroom_engine::sessions::open::{OpenedSession, SessionWish};
use cloakroom_engine::sessions::pages::Side;
use proptest::prelude::*;

use crate::list::{list, query};
use crate::world::{World, bearer, wish};

/// What happens between two pages.
#[derive(Clone, Debug)]
enum Churn {
    Open {
        ttl_seconds: u32,
    },
    Close(prop::sample::Index),
    Validate(prop::sample::Index),
    /// Milliseconds; back too, so that numbers and times of creation do not always agree.
    MoveClock(i64),
    Sweep,
    Flush,
}

fn churn() -> impl Strategy<Value = Churn> {
    prop_oneof![
        4 => prop_oneof![Just(60), Just(3600), Just(86_400)].prop_map(|ttl_seconds| Churn::Open { ttl_seconds }),
        2 => any::<prop::sample::Index>().prop_map(Churn::Close),
        1 => any::<prop::sample::Index>().prop_map(Churn::Validate),
        3 => prop_oneof![Just(0), Just(1), Just(-1), Just(1000), Just(-90_000), Just(90_000), Just(3_600_000)].prop_map(Churn::MoveClock),
        1 => Just(Churn::Sweep),
        1 => Just(Churn::Flush),
    ]
}

async fn happen(world: &World, opened: &mut Vec<OpenedSession>, churn: &Churn) {
    match churn {
        Churn::Open { ttl_seconds } => {
            opened.push(world.open_as("ada", SessionWish { ttl_seconds: Some(*ttl_seconds), ..wish() }).await);
        }
        // The first of them is the caller and stays.
        Churn::Close(index) if opened.len() > 1 => drop(world.close(&bearer(&opened[1 + index.index(opened.len() - 1)])).await),
        Churn::Validate(index) => drop(world.validate(&opened[index.index(opened.len())].secret).await),
        Churn::MoveClock(millis) if *millis < 0 => {
            // A clock further behind than five minutes is not believed at all.
            let newest = opened.iter().map(|opened| opened.view.session.created_at).max().unwrap();
            world.clock.set(world.now().minus(Span::from_millis(-millis)).max(newest.minus(Span::from_seconds(200))));
        }
        Churn::MoveClock(millis) => world.clock.advance(Span::from_millis(*millis)),
        Churn::Sweep => drop(world.engine.sweep_dead_sessions(3).await.unwrap()),
        Churn::Flush => drop(world.engine.save_touches(true, 100).await.unwrap()),
        Churn::Close(_) => {}
    }
}

/// Everything on one side now, in one page.
async fn all(world: &World, caller: &OpenedSession, side: Side) -> BTreeSet<i64> {
    list(world, caller, &query(side, None, 1000)).await.sessions.iter().map(|placed| placed.view.session.number.0).collect()
}

async fn walk(before: Vec<Churn>, between: Vec<Vec<Churn>>, side: Side, limit: usize) -> Result<(), TestCaseError> {
    let world = World::peopled(Policy::default()).await;
    let mut opened = vec![world.open_as("ada", SessionWish { ttl_seconds: Some(80 * 86_400), ..wish() }).await];
    for churn in &before {
        happen(&world, &mut opened, churn).await;
    }
    // Clock steps back and the expiry of what was there make it vanish and come again: only what every look found counts.
    let mut throughout = all(&world, &opened[0], side).await;
    let mut visited: Vec<(Timestamp, i64)> = Vec::new();
    let (mut after, mut between) = (None, between.iter());
    loop {
        let page = list(&world, &opened[0], &query(side, after, limit)).await;
        visited.extend(page.sessions.iter().map(|placed| (placed.view.session.created_at, placed.view.session.number.0)));
        for churn in between.next().into_iter().flatten() {
            happen(&world, &mut opened, churn).await;
        }
        let there = all(&world, &opened[0], side).await;
        throughout.retain(|number| there.contains(number));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    prop_assert!(visited.windows(2).all(|pair| pair[0] > pair[1]), "newest first, each once: {visited:?}");
    let visited: BTreeSet<i64> = visited.into_iter().map(|(_, number)| number).collect();
    prop_assert!(throughout.is_subset(&visited), "missed {:?} of {throughout:?}", throughout.difference(&visited).collect::<Vec<_>>());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_walk_visits_what_was_there_throughout_exactly_once(
        before in prop::collection::vec(churn(), 4..24),
        between in prop::collection::vec(prop::collection::vec(churn(), 0..4), 0..12),
        side in prop_oneof![Just(Side::Live), Just(Side::Ended)],
        limit in 1_usize..4,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(walk(before, between, side, limit))?;
    }
}
