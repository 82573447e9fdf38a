//! Random histories of three processes over one PostgreSQL, each with facts in memory and touches of its own, against the model of one
//! world: whoever is asked, and by whatever, answers what the model says. What is dead by the model is never found alive.
//!
//! A run says its seed. `CLOAKROOM_HISTORIES` and `CLOAKROOM_HISTORY_SEED` ask for more of them, and for the same ones again.

mod deeds;
mod history;
mod trio;

use std::hash::BuildHasher as _;

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use self::deeds::Deed;
use self::history::{Look, Step, live_through};

/// Histories, unless told otherwise: each has a database copied and opened three times.
const HISTORIES: u32 = 16;
const STEPS: usize = 40;
pub const PROCESSES: usize = 3;

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        6 => any::<Index>().prop_map(Deed::Close),
        2 => (any::<Index>(), any::<bool>()).prop_map(|(session, everywhere)| Deed::LogOut { session, everywhere }),
        2 => (0..3_usize).prop_map(Deed::SuspendUser),
        2 => (0..3_usize).prop_map(Deed::UnverifyEmail),
        2 => (0..2_usize).prop_map(Deed::SuspendTenant),
        2 => (0..2_usize).prop_map(Deed::RevokeTenant),
        2 => Just(Deed::DisableApplication),
        1 => Just(Deed::Restore),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let (at, session) = (|| 0..PROCESSES, any::<Index>);
    prop_oneof![
        12 => (at(), 0..3_usize, prop_oneof![Just(60), Just(600), Just(7000)], any::<bool>())
            .prop_map(|(at, user, ttl, slides)| Step::Open { at, user, ttl, slides }),
        10 => (at(), session()).prop_map(|(at, session)| Step::Validate { at, session }),
        4 => (at(), session()).prop_map(|(at, session)| Step::Exchange { at, session }),
        5 => (at(), any::<Index>()).prop_map(|(at, grant)| Step::Refresh { at, grant }),
        2 => (at(), session(), prop_oneof![Just(5), Just(60), Just(600)]).prop_map(|(at, session, ttl)| Step::SetExpiry { at, session, ttl }),
        3 => (at(), 0..3_usize).prop_map(|(at, user)| Step::Rename { at, user }),
        6 => (at(), deed()).prop_map(|(at, deed)| Step::End { at, deed }),
        10 => (at(), session(), 1..PROCESSES, deed()).prop_map(|(asked, session, further, deed)| Step::Straddle {
            asked,
            session,
            at: (asked + further) % PROCESSES,
            deed,
        }),
        5 => (at(), deed()).prop_map(|(at, deed)| Step::SetRight { at, deed }),
        8 => prop::sample::select(vec![1, 400, 1000, 30_000, 59_999, 300_000, 1_000_000]).prop_map(Step::Advance),
        2 => at().prop_map(|at| Step::Upkeep { at }),
        1 => at().prop_map(|at| Step::Restart { at }),
        1 => Just(Step::Cut),
    ]
}

fn look() -> impl Strategy<Value = Look> {
    (0..PROCESSES, any::<u32>(), any::<bool>()).prop_map(|(at, which, by_secret)| Look { at, which, by_secret })
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().filter(|text| !text.is_empty()).map(|text| text.parse().unwrap())
}

#[test]
fn whichever_process_is_asked_answers_what_the_model_says() {
    let seed = number("CLOAKROOM_HISTORY_SEED").unwrap_or_else(|| std::hash::RandomState::new().hash_one(0) % 1_000_000);
    let cases = number("CLOAKROOM_HISTORIES").map_or(HISTORIES, |many| many as u32);
    println!("histories: {cases} of three processes, seed {seed}");
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let config = Config { cases, failure_persistence: None, max_shrink_time: 20_000, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let mut told = history::Told::default();
    let histories = prop::collection::vec((step(), look()), STEPS);
    let told_of = std::cell::RefCell::new(&mut told);
    let held = runner.run(&histories, |steps| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        **told_of.borrow_mut() += runtime.block_on(live_through(steps))?;
        Ok(())
    });
    held.unwrap_or_else(|failure| panic!("seed {seed}: {failure}"));
    println!("histories: held, {cases} of three processes, seed {seed}: {told}");
    assert!(told.hits > 0, "memory answered: {told}");
}
