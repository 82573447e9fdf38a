//! The cells themselves: every birth × every end that it can have.

use std::collections::BTreeSet;

use cloakroom_engine::policy::{CapPolicy, Policy};
use serde_json::json;

use crate::births::Birth;
use crate::classified::{ROLES, Role, classified};
use crate::ends::{End, Reach, ends};
use crate::performing::ABSOLUTE;
use crate::reasons::{IN_USM, UNREACHED};
use crate::world::World;

/// Cells by birth. A cell less is a gap, one more was not thought about: change it with the table.
pub const CELLS: [(Birth, usize); 6] =
    [(Birth::Usm, 60), (Birth::Login, 65), (Birth::Storage, 55), (Birth::Browser, 66), (Birth::IdentityProvider, 67), (Birth::Code, 68)];

/// The policy of an end's world: the contracts' defaults, but where the end is about one.
pub fn policy(end: &End) -> Policy {
    let mut policy = Policy::default();
    match (end.reason, end.reach) {
        // The subject and her two devices.
        ("evicted", _) => (policy.sessions.cap, policy.sessions.cap_policy) = (3, CapPolicy::EvictOldest),
        (_, Reach::Absolute) => policy.sessions.absolute_ttl_seconds = ABSOLUTE,
        _ => {}
    }
    policy
}

/// What was asked in a cell.
pub type Asked = BTreeSet<(Role, String)>;

/// Everything that one cell holds.
async fn cell(birth: Birth, end: &'static End) -> Asked {
    let mut world = World::new(policy(end), birth).await;
    world.check_lists(true).await;
    world.probe(true, true).await;

    world.perform(end).await;
    let is_given = end.reach != Reach::Given;
    // The lists come first: they look, and record nothing.
    let ada_looks = world.gather(Some(end)).await;
    world.check_lists(ada_looks).await;
    world.probe(true, is_given).await;

    world.server.upkeep().await;
    world.probe(false, is_given).await;
    world.check_lists(ada_looks).await;
    world.check_trail(end).await;
    world.check_notices().await;

    if world.undo(end).await {
        let ada_looks = world.gather(None).await;
        assert!(ada_looks, "{}", end.name);
        world.probe(false, is_given).await;
        world.check_lists(ada_looks).await;
    }
    world.asked
}

/// Every reason that the server knows, as it tells itself.
async fn known_reasons() -> BTreeSet<String> {
    let world = World::new(Policy::default(), Birth::Login).await;
    let listed = world.root("GET", "/common/lookup?Name=sessionEndReasons", None).await;
    crate::world::ids(&listed.body["data"], "id")
}

/// Each cell in a task of its own, so that one that fails hides no other: which did, and what was asked.
async fn told_by<F>(cells: Vec<(Birth, &'static End)>, cell: fn(Birth, &'static End) -> F) -> Vec<(String, Option<Asked>)>
where
    F: Future<Output = Asked> + Send + 'static,
{
    let mut told = Vec::new();
    for (birth, end) in cells {
        let asked = tokio::spawn(cell(birth, end)).await.ok();
        told.push((format!("born by {birth:?}, ended by: {}", end.name), asked));
    }
    told
}

/// Runs all these cells, those of a birth beside those of the others. None fails, and together they do everything that there is to do in
/// these roles.
pub async fn run<F>(cells: Vec<(Birth, &'static End)>, cell: fn(Birth, &'static End) -> F, roles: &[Role])
where
    F: Future<Output = Asked> + Send + 'static,
{
    let (mut asked, mut failed) = (BTreeSet::new(), Vec::new());
    let of = |birth| cells.iter().filter(|(of, _)| *of == birth).copied().collect::<Vec<_>>();
    let running = CELLS.map(|(birth, _)| tokio::spawn(told_by(of(birth), cell)));
    for running in running {
        for (name, outcome) in running.await.unwrap() {
            match outcome {
                Some(outcome) => asked.extend(outcome),
                None => failed.push(name),
            }
        }
    }
    assert!(failed.is_empty(), "{} cells failed: {failed:#?}", failed.len());
    for role in roles.iter().copied() {
        let performed = asked.iter().filter(|(performed, _)| *performed == role).map(|(_, operation)| operation.clone()).collect();
        assert_eq!(classified(role), performed, "{role:?}: classified, and asked in a cell");
    }
}

/// Every birth × every end that it can have.
pub fn every_cell() -> Vec<(Birth, &'static End)> {
    CELLS.into_iter().flat_map(|(birth, _)| ends().filter(move |end| end.needs.has(birth)).map(move |end| (birth, end))).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_birth_by_every_end() {
    let cells = every_cell();
    for (birth, many) in CELLS {
        assert_eq!(cells.iter().filter(|(of, _)| *of == birth).count(), many, "cells of {birth:?}");
    }
    run(cells, cell, &ROLES).await;
}

#[tokio::test]
async fn every_reason_is_reached_and_has_its_word() {
    let reached = ends().filter(|end| end.reach != Reach::Given).map(|end| end.reason.to_owned()).collect();
    let worded: BTreeSet<_> = IN_USM.iter().map(|(reason, _)| (*reason).to_owned()).collect();
    assert_eq!(worded, reached);
    let unreached = UNREACHED.iter().map(|(reason, _)| (*reason).to_owned()).collect();
    assert_eq!(known_reasons().await, &reached | &unreached);
}

#[tokio::test]
async fn what_cannot_fall_ends_nothing() {
    let mut world = World::new(Policy::default(), Birth::Login).await;
    let root = world.signed["root"].credential.clone();
    let unverified = json!({ "status": "unverified" });
    let north = format!("/api/v1/admin/partners/{}", world.ids["north"]);
    let user = world.path("/api/v1/admin/users/{user_id}/status");
    for (method, path, body) in [("DELETE", north, None), ("POST", user, Some(&unverified))] {
        assert_eq!(world.bearing(&root, method, &path, body).await.status, 409, "{method} {path}");
    }
    // Closed to writing alone, a tenant ends nothing either.
    for status in ["parked", "unverified"] {
        world.root("PATCH", &world.path("/api/v1/admin/tenants/{tenant_id}"), Some(&json!({ "status": status }))).await;
    }
    world.check_lists(true).await;
    assert!(world.refresh().await);
}
