//! Upgrades from every schema since the first: what old servers wrote is alive under this one, for both databases.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test, its fixtures included, fails by panicking, and it makes databases past the store"
)]

#[path = "../support/process/mod.rs"]
#[allow(dead_code, unused_imports, reason = "made for more tests than these")]
mod support;

#[path = "../support/database.rs"]
mod database;
#[path = "../support/server.rs"]
mod in_process;

mod history;
mod place;
mod upgraded;

use cloakroom_store::migrate;

use crate::history::shown;
use crate::place::Place;
use crate::upgraded::Upgraded;

#[tokio::test]
async fn what_servers_wrote_to_sqlite_lives_on() {
    for schema in 1..=migrate::SQLITE.len() {
        lives_on(&Place::sqlite(), schema).await;
    }
}

#[tokio::test]
async fn what_servers_wrote_to_postgresql_lives_on() {
    for schema in 1..=migrate::POSTGRES.len() {
        lives_on(&Place::postgres(), schema).await;
    }
}

/// Since when applications register what they sign people in with.
const REGISTERING: usize = 20;

/// Since when there are identity providers.
const PROVIDING: usize = 24;

/// Since when identities are kept.
const LINKING: usize = 25;

/// Since when applications keep data with sessions.
const KEEPING: usize = 26;

async fn lives_on(place: &Place, schema: usize) {
    place.made_by_a_server_of(schema);
    let doctor = place.home.run(&["doctor"]);
    let is_old = schema < migrate::SQLITE.len();
    assert!(doctor.status.success(), "{schema}: {doctor:?}");
    assert_eq!(doctor.stdout.contains("the next start of `cloakroom serve` brings the schema up"), is_old, "{schema}: {doctor:?}");
    let server = Upgraded::open(place).await;
    for shown in shown().iter().filter(|shown| shown.schema <= schema) {
        server.honours(shown).await;
    }
    server.signs_in().await;
    if schema >= REGISTERING {
        server.shows_what_was_registered().await;
    }
    if schema >= PROVIDING {
        server.knows_its_providers().await;
    }
    if schema >= LINKING {
        server.knows_identities().await;
    }
    if schema >= KEEPING {
        server.knows_what_is_kept().await;
    }
    server.stop().await;
    let verified = place.home.run(&["audit", "verify"]);
    assert!(verified.stdout.contains("the trail is whole"), "{schema}: {verified:?}");
    let doctor = place.home.run(&["doctor", "--json"]);
    let unwell = |line: &&str| !line.contains(r#""health":"ok""#) && !line.contains(r#""check":"disk""#);
    assert!(doctor.status.success(), "{schema}: {doctor:?}");
    assert_eq!(doctor.stdout.lines().find(unwell), None, "{schema}");
}
