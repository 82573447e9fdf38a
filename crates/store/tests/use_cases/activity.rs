//! What charts show: each birth, end and refusal once, for whoever reaches it, and what lives now.

use std::collections::BTreeMap;

use cloakroom_engine::audit::RequestOrigin;
use cloakroom_engine::callers::Operator;
use cloakroom_engine::directory::document::{DirectoryDocument, PartnerEntry, TenantEntry, UserEntry};
use cloakroom_engine::directory::{PlatformRole, TenantStatus};
use cloakroom_engine::policy::Policy;
use cloakroom_engine::secret::Passcode;
use cloakroom_engine::sessions::DeviceType;
use cloakroom_engine::sessions::activity::ActivityKind;
use cloakroom_engine::sessions::open::SessionWish;
use cloakroom_engine::sessions::operators::activity::Period;

use crate::world::{World, bearer, from_address, tenant, user, wish};

async fn world() -> World {
    let world = World::new(Policy::default());
    let of_partner = |code: &str| TenantEntry { partner: Some("north".into()), ..tenant(code, None) };
    let operator = |name: &str, home| UserEntry { is_operator: Some(true), ..user(name, home) };
    let users = vec![
        user("ada", Some("ACME")),
        user("bob", Some("BETA")),
        user("cyd", Some("LONE")),
        operator("root", None),
        operator("operator", Some("ACME")),
        operator("outsider", Some("LONE")),
        UserEntry { role: Some(PlatformRole::PartnerAdmin), ..user("partner_admin", Some("BETA")) },
    ];
    let tenants = vec![of_partner("ACME"), of_partner("BETA"), tenant("LONE", None)];
    let partners = vec![PartnerEntry { code: "north".into(), name: None }];
    world.apply(DirectoryDocument { partners, tenants, users, ..DirectoryDocument::default() }, false).await;
    world
}

async fn seal(world: &World) {
    while world.engine.seal_audit_entries(3).await.unwrap().1 {}
}

/// An operator's eye on everything, on a partner's tenants, on one tenant, and on another.
async fn operator(world: &World, name: &str) -> Operator {
    let opened = world.open(name).await;
    world.caller(&opened.secret).await.operator().unwrap()
}

/// Sums of what an operator is shown, as `kind word count`, and what lives.
async fn shown(world: &World, operator: &Operator, period: Period) -> (Vec<String>, u64) {
    let activity = world.engine.activity(operator, period).await.unwrap();
    let mut sums = BTreeMap::new();
    for number in &activity.numbers {
        *sums.entry((number.kind, number.word.clone())).or_insert(0) += number.events;
    }
    let lines = sums.into_iter().map(|((kind, word), events)| format!("{} {word} {events}", kind.as_str()));
    (lines.collect(), activity.live())
}

#[tokio::test]
async fn everybody_is_shown_what_happened_within_reach_and_each_of_it_once() {
    let world = world().await;
    let [root, partner, tenant, outsider] = [
        operator(&world, "root").await,
        operator(&world, "partner_admin").await,
        operator(&world, "operator").await,
        operator(&world, "outsider").await,
    ];
    let (closed, _) = (world.open("ada").await, world.open("ada").await);
    world.close(&bearer(&closed)).await.unwrap();
    world.open_as("bob", SessionWish { ttl_seconds: Some(60), ..wish() }).await;
    world.open("cyd").await;
    let refused = world.engine.log_in("ada", Passcode::new(b"wrong".to_vec()), from_address("192.0.2.1")).await.unwrap();
    assert!(refused.is_err());
    world.advance(100);
    assert_eq!(shown(&world, &root, Period::Day).await.1, 6, "what expired lives no more, swept or not");

    world.engine.sweep_dead_sessions(10).await.unwrap();
    seal(&world).await;
    for period in Period::ALL {
        let (everything, live) = shown(&world, &root, *period).await;
        assert_eq!(
            (everything, live),
            (vec!["born usm 8".into(), "ended closed 1".into(), "ended expired 1".into(), "sign_in_refused  1".into()], 6)
        );
        let (of_partner, live) = shown(&world, &partner, *period).await;
        assert_eq!(
            (of_partner, live),
            (vec!["born usm 5".into(), "ended closed 1".into(), "ended expired 1".into(), "sign_in_refused  1".into()], 3)
        );
        let (of_tenant, live) = shown(&world, &tenant, *period).await;
        assert_eq!((of_tenant, live), (vec!["born usm 3".into(), "ended closed 1".into(), "sign_in_refused  1".into()], 2));
        let (of_other, live) = shown(&world, &outsider, *period).await;
        assert_eq!((of_other, live), (vec!["born usm 2".into()], 2));
    }
}

#[tokio::test]
async fn what_fell_with_a_tenant_is_counted_when_it_is_stamped() {
    let world = world().await;
    let root = operator(&world, "root").await;
    for _ in 0..3 {
        world.open("ada").await;
    }
    world.set_tenant("ACME", TenantStatus::Suspended).await;
    world.advance(7200);
    while world.engine.stamp_moved_epochs(1).await.unwrap().1 {}
    seal(&world).await;
    seal(&world).await;
    let activity = world.engine.activity(&root, Period::Day).await.unwrap();
    let ended: Vec<_> = activity.numbers.iter().filter(|number| number.kind == ActivityKind::Ended).collect();
    assert_eq!(ended.iter().map(|number| (number.word.as_str(), number.events)).collect::<Vec<_>>(), [("tenant_closed", 3)]);
    assert_eq!(ended[0].starts_at, activity.numbers[0].starts_at, "in the hour in which they ended, not in that of the stamp");
}

#[tokio::test]
async fn what_lives_is_told_by_what_opened_it_and_numbers_that_no_chart_shows_go() {
    let world = world().await;
    let root = operator(&world, "root").await;
    for (agent, ttl) in [("mobile/Safari", 7000), ("mobile/Safari", 60), ("desktop/Firefox", 7000)] {
        let origin = RequestOrigin { user_agent: Some(agent.to_owned()), ..RequestOrigin::default() };
        world.try_open_from("ada", SessionWish { ttl_seconds: Some(ttl), ..wish() }, origin).await.unwrap();
    }
    world.advance(100);
    let activity = world.engine.activity(&root, Period::Day).await.unwrap();
    let devices: Vec<_> = activity.live_by_device.into_iter().collect();
    assert_eq!(devices, [(DeviceType::Desktop, 1), (DeviceType::Mobile, 1), (DeviceType::Unknown, 1)]);

    seal(&world).await;
    let hours = "SELECT count(*) FROM activity WHERE bucket_seconds = 3600";
    assert!(world.count(hours) > 0);
    world.advance(9 * 86_400);
    world.engine.sweep_dead_sessions(10).await.unwrap();
    seal(&world).await;
    assert_eq!(world.count(&format!("{hours} AND kind = 'born'")), 0);
    assert!(world.count("SELECT count(*) FROM activity WHERE bucket_seconds = 86400 AND kind = 'born'") > 0);
}
