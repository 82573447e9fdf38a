//! Random histories against a small pure model of what must be visible: the SQL must never disagree with it.

mod history;
pub mod rules;
mod statistics;
mod totals;

use cloakroom_engine::sessions::DeviceType;
use proptest::prelude::*;

use self::history::{Step, live_through};
use crate::place::HISTORIES;

pub const USERS: [&str; 3] = ["ada", "bob", "cyd"];
pub const TENANTS: [&str; 2] = ["ACME", "BETA"];
/// The home tenant of each user, as [`World::peopled`](crate::world::World::peopled) makes them.
const HOMES: [Option<usize>; 3] = [Some(0), Some(1), None];

/// What opens sessions, in turn.
const AGENTS: [(DeviceType, &str); 5] = [
    (DeviceType::Desktop, "Firefox"),
    (DeviceType::Mobile, "Safari"),
    (DeviceType::Unknown, ""),
    (DeviceType::Desktop, "Safari"),
    (DeviceType::Mobile, ""),
];

pub const CAP: usize = 2;
pub const ABSOLUTE_TTL: u32 = 5000;
const ARCHIVE_AFTER: u32 = 1000;
const RETENTION: u32 = 3000;

fn step() -> impl Strategy<Value = Step> {
    let session = any::<prop::sample::Index>;
    prop_oneof![
        12 => (0..3_usize, prop_oneof![Just(60), Just(600), Just(7000)], any::<bool>())
            .prop_map(|(user, ttl, slides)| Step::Open { user, ttl, slides }),
        8 => session().prop_map(Step::Validate),
        3 => (session(), any::<bool>(), any::<bool>()).prop_map(|(session, by_secret, archived)| Step::Get { session, by_secret, archived }),
        3 => (session(), any::<bool>(), any::<bool>(), 1_usize..4)
            .prop_map(|(session, live, archived, limit)| Step::List { session, live, archived, limit }),
        3 => (session(), any::<bool>()).prop_map(|(session, by_secret)| Step::Close { session, by_secret }),
        2 => (session(), any::<bool>()).prop_map(|(session, everywhere)| Step::LogOut { session, everywhere }),
        2 => (0..3_usize, prop::bool::weighted(0.3)).prop_map(|(user, suspended)| Step::SetUser { user, suspended }),
        2 => (0..2_usize, prop::bool::weighted(0.3)).prop_map(|(tenant, closed)| Step::SetTenant { tenant, closed }),
        1 => (0..2_usize, 0_usize..3).prop_map(|(tenant, list)| Step::EndTenant { tenant, list }),
        10 => prop::sample::select(vec![1, 400, 1000, 30_000, 59_999, 300_000, 1_000_000, 6_000_000, 43_200_000]).prop_map(Step::Advance),
        3 => Just(Step::Sweep),
        2 => Just(Step::Stamp),
        2 => Just(Step::Archive),
        2 => Just(Step::Purge),
        3 => any::<bool>().prop_map(|everything| Step::Flush { everything }),
        1 => Just(Step::Restart),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: HISTORIES, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_answer_is_what_the_model_says(steps in prop::collection::vec(step(), 60), evict in any::<bool>()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(live_through(steps, evict))?;
    }
}
