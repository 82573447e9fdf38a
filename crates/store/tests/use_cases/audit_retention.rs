//! Old entries leave the trail, in small batches and checked; the chain goes on behind what was let go.

use cloakroom_engine::policy::{Policy, RetentionAction};

use crate::world::{World, from_address, wish};

const DAY: u32 = 86_400;

fn keeping(days: u32, minimise_after: u32) -> Policy {
    let mut policy = Policy::default();
    policy.audit.retention_seconds = days * DAY;
    policy.audit.retention_action = RetentionAction::Drop;
    policy.audit.minimise_addresses_after_days = minimise_after;
    policy
}

async fn seal(world: &World) {
    while world.engine.seal_audit_entries(3).await.unwrap().1 {}
}

async fn retire(world: &World) -> usize {
    let mut retired = 0;
    loop {
        let (went, more) = world.engine.retire_audit_entries(3).await.unwrap();
        retired += went;
        if !more {
            return retired;
        }
    }
}

async fn eventful_day(world: &World) {
    for address in ["192.0.2.1", "2001:db8::1"] {
        world.try_open_from("cyd", wish(), from_address(address)).await.unwrap();
    }
    seal(world).await;
    world.advance(DAY);
}

#[tokio::test]
async fn days_go_one_after_the_other_and_the_chain_goes_on() {
    let world = World::peopled(keeping(2, 90)).await;
    for day in 0..6 {
        eventful_day(&world).await;
        let (before, links) = (world.count("SELECT count(*) FROM audit_log"), world.count("SELECT count(*) FROM audit_chain"));
        let retired = retire(&world).await as i64;
        assert_eq!(retired > 0, day >= 2, "day {day}: {retired}");
        seal(&world).await;
        let told = (retired + 2) / 3;
        assert_eq!(world.count("SELECT count(*) FROM audit_log"), before - retired + told);
        assert_eq!(world.count("SELECT count(*) FROM audit_chain"), links - retired + told);
        assert_eq!(retire(&world).await, 0, "told once a day");
    }
    // Links from 1 to the checkpoint went, each with its entry, and none behind it.
    let gone = world.count("SELECT position FROM audit_checkpoint");
    assert_eq!(world.count("SELECT min(position) FROM audit_chain"), gone + 1);
    assert_eq!(world.count("SELECT count(*) FROM audit_log WHERE sequence <= (SELECT sequence FROM audit_checkpoint)"), 0);
}

#[tokio::test]
async fn entries_that_the_server_minimised_go_like_others() {
    let world = World::peopled(keeping(3, 1)).await;
    for _ in 0..4 {
        eventful_day(&world).await;
        while world.engine.minimise_audit_addresses(3).await.unwrap().1 {}
        seal(&world).await;
    }
    let untouched = world.count("SELECT count(*) FROM audit_chain WHERE commitment IS NOT NULL AND salt IS NULL");
    assert!(untouched > 0);
    assert!(retire(&world).await > 0);
}

/// Letting them go would let the erasure go unseen.
#[tokio::test]
async fn what_others_erased_stays() {
    let world = World::peopled(keeping(1, 90)).await;
    eventful_day(&world).await;
    for (address, network) in [("192.0.2.1", "192.0.2.0/24"), ("2001:db8::1", "2001:db8::/48")] {
        let salt = "UPDATE audit_chain SET salt = NULL WHERE sequence IN (SELECT sequence FROM audit_log WHERE address = $1)";
        world.past().execute(salt, &[address.into()]);
        world.past().execute("UPDATE audit_log SET address = $1 WHERE address = $2", &[network.into(), address.into()]);
    }
    world.advance(2 * DAY);
    let refused = world.engine.retire_audit_entries(100).await.unwrap_err();
    assert!(refused.to_string().contains("erased, but not by the server"), "{refused}");
    assert_eq!(world.count("SELECT count(*) FROM audit_checkpoint"), 0);
}
