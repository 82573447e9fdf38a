//! What the trail says of refused sign-ins: the first at once, floods summed by the minute.

use cloakroom_engine::policy::Policy;

use crate::sign_in::{PASSCODE, sign_in_from, with_outdated_passcode};
use crate::world::{Told, World, from_address};

async fn refused(world: &World, address: &str, email: &str, passcode: &str) {
    assert!(sign_in_from(world, from_address(address), email, passcode).await.is_err());
}

fn fact<'t>(told: &'t Told, name: &str) -> Option<&'t str> {
    told.detail.get(name).and_then(|value| value.as_str())
}

#[tokio::test]
async fn the_first_refusal_is_told_at_once_and_its_flood_when_the_minute_is_over() {
    let world = with_outdated_passcode(Policy::default()).await;
    let begun = world.now();
    for passcode in ["wrong", "wrong", "wrong", PASSCODE, PASSCODE] {
        refused(&world, "192.0.2.1", "Ada@example.org", passcode).await;
    }
    let trail = world.trail();
    assert_eq!(trail.len(), 1);
    let first = &trail[0];
    assert_eq!((first.action.as_str(), first.result.as_str(), first.actor_kind.as_str()), ("sign_in.refused", "refused", "stranger"));
    assert_eq!((fact(first, "name"), fact(first, "network")), (Some("ada@example.org"), Some("192.0.2.0/24")));
    assert_eq!((fact(first, "reason"), fact(first, "further_refusals")), (Some("invalid passcode"), None));
    assert_eq!(first.at, begun);

    world.engine.settle_sign_in_failures(100).await.unwrap();
    assert_eq!(world.trail().len(), 1, "the minute is not over");
    world.advance(60);
    world.engine.settle_sign_in_failures(100).await.unwrap();
    let trail = world.trail();
    assert_eq!(trail.len(), 2);
    assert_eq!((fact(&trail[1], "name"), fact(&trail[1], "further_refusals")), (Some("ada@example.org"), Some("4")));
    assert_eq!(trail[1].result, "refused");
    world.engine.settle_sign_in_failures(100).await.unwrap();
    assert_eq!(world.trail().len(), 2, "told once");
}

#[tokio::test]
async fn names_networks_and_minutes_are_told_apart() {
    let world = with_outdated_passcode(Policy::default()).await;
    for _ in 0..2 {
        refused(&world, "192.0.2.1", "ada@example.org", "wrong").await;
    }
    refused(&world, "192.0.3.1", "ada@example.org", "wrong").await;
    refused(&world, "192.0.2.1", "bob@example.org", "wrong").await;
    world.advance(60);
    refused(&world, "192.0.2.1", "ada@example.org", "wrong").await;
    assert_eq!(world.trail().len(), 4, "each first one at once");
    world.engine.settle_sign_in_failures(100).await.unwrap();
    assert_eq!(world.trail().len(), 5, "only one of them had more to tell");
}

/// Whoever types a passcode into the field for the email does not find it in the trail.
#[tokio::test]
async fn what_is_nobodys_address_is_not_repeated() {
    let world = with_outdated_passcode(Policy::default()).await;
    for (at, typed) in ["Correct-horse-battery", "Correct@horse.battery"].into_iter().enumerate() {
        refused(&world, &format!("192.0.{at}.1"), typed, "x").await;
        assert_eq!(fact(&world.trail()[at], "name"), None);
        assert_eq!(fact(&world.trail()[at], "name_fingerprint").map(str::len), Some(32), "told apart, not told");
    }
    assert!(!format!("{:?}", world.trail()).contains("horse"));
}

#[tokio::test]
async fn settling_is_bounded_and_leaves_nothing_behind() {
    let world = with_outdated_passcode(Policy::default()).await;
    for email in ["a@example.org", "b@example.org", "c@example.org"] {
        for _ in 0..3 {
            refused(&world, "192.0.2.1", email, "wrong").await;
        }
    }
    world.advance(601);
    let mut batches = 0;
    while world.engine.settle_sign_in_failures(2).await.unwrap() > 0 {
        batches += 1;
    }
    assert!(batches > 1, "three names do not fit into a batch of two");
    for table in ["sign_in_failures", "sign_in_locks", "refused_sign_in_sums"] {
        assert_eq!(world.count(&format!("SELECT count(*) FROM {table}")), 0, "{table}");
    }
    assert_eq!(world.trail().len(), 2, "a first refusal and a sum for all names that nobody has");
}

/// A stranger invents as many names as they like: what that writes for good is bounded by networks and minutes.
#[tokio::test]
async fn a_flood_of_invented_names_costs_two_entries_a_minute() {
    let mut policy = Policy::default();
    policy.lockout.failures = 0;
    let world = with_outdated_passcode(policy).await;
    let rows = |table: &str| world.count(&format!("SELECT count(*) FROM {table}"));
    let entries = rows("audit_log");
    for minute in 1..=2 {
        for invented in 0..60 {
            refused(&world, &format!("192.0.2.{invented}"), &format!("nobody{minute}x{invented}@example.org"), "wrong").await;
        }
        assert_eq!(rows("refused_sign_in_sums"), 1, "one network, one minute, whatever the names");
        world.advance(60);
        while world.engine.settle_sign_in_failures(50).await.unwrap() > 0 {}
        assert_eq!(rows("audit_log") - entries, 2 * minute);
    }
    let told = world.trail();
    assert_eq!((fact(&told[1], "further_refusals"), fact(&told[1], "names")), (Some("59"), Some("unknown")));
    assert_eq!((fact(&told[1], "name_fingerprint"), fact(&told[1], "network")), (None, Some("192.0.2.0/24")));
    world.advance(600);
    while world.engine.settle_sign_in_failures(50).await.unwrap() > 0 {}
    for table in ["sign_in_failures", "sign_in_locks", "refused_sign_in_sums"] {
        assert_eq!(rows(table), 0, "{table}");
    }
}

/// Names that somebody has are told apart from those: each stays named, with its own sum.
#[tokio::test]
async fn a_flood_of_invented_names_hides_no_name_that_somebody_has() {
    let world = with_outdated_passcode(Policy::default()).await;
    for name in ["ada@example.org", "nobody1@example.org", "ada@example.org", "nobody2@example.org"] {
        refused(&world, "192.0.2.1", name, "wrong").await;
    }
    world.advance(60);
    world.engine.settle_sign_in_failures(100).await.unwrap();
    let named: Vec<_> = world
        .trail()
        .iter()
        .filter(|told| fact(told, "name") == Some("ada@example.org"))
        .map(|told| fact(told, "further_refusals").map(str::to_owned))
        .collect();
    assert_eq!(named, [None, Some("1".to_owned())]);
    assert_eq!(world.trail().len(), 4);
}
