//! Validating: the expiry slides, never past the absolute lifetime, and is exact in every answer before anything is on disk.

use cloakroom_engine::policy::Policy;
use cloakroom_engine::secret::SessionSecret;
use cloakroom_engine::sessions::authenticate::SessionRefusal;
use cloakroom_engine::sessions::list::{ListQuery, SideQuery};
use cloakroom_engine::sessions::open::SessionWish;
use cloakroom_engine::sessions::pages::{ArchivedFilter, Side};
use cloakroom_engine::sessions::{EndReason, SessionView};

use crate::world::{START, World, bearer, ended, seconds, wish};

const EXPIRED: SessionRefusal = SessionRefusal::Ended(EndReason::Expired);
const FOUND_EXPIRED: SessionRefusal = SessionRefusal::FoundDead(EndReason::Expired);

#[tokio::test]
async fn validation_slides_the_expiry_and_every_reader_sees_it_exactly() {
    let world = World::peopled(Policy::default()).await;
    let opened = world.open("ada").await;
    let lister = world.open("ada").await;
    for second in [1, 4, 1800, 5000] {
        world.clock.set(START.plus(seconds(second)));
        let expected = START.plus(seconds(second + 3600));
        let seen = world.validate(&opened.secret).await.unwrap().session;
        assert_eq!((seen.activity.expires_at, seen.activity.last_validated_at), (expected, Some(world.now())));
        let got = world.get(&world.reference(&opened), false).await.unwrap().session;
        assert_eq!(got.activity, seen.activity);
        assert_eq!(world.get(&bearer(&opened), false).await.unwrap().session.activity, seen.activity);
        assert!(world.validate(&lister.secret).await.is_ok());
        assert_eq!(listed(&world, &lister.secret).await[1].session.activity, seen.activity);
    }
    assert_eq!(world.count("SELECT count(DISTINCT expires_at) FROM session_touches"), 1, "nothing had to be saved for that");
}

async fn listed(world: &World, secret: &SessionSecret) -> Vec<SessionView> {
    let query = ListQuery {
        sides: vec![SideQuery { side: Side::Live, after: None }],
        limit: 8,
        caption: None,
        label: None,
        archived: ArchivedFilter::default(),
    };
    let caller = world.caller(secret).await;
    world.engine.list_sessions(&caller, &query).await.unwrap().unwrap().remove(0).sessions.into_iter().map(|placed| placed.view).collect()
}

#[tokio::test]
async fn nothing_slides_past_the_absolute_lifetime() {
    let mut policy = Policy::default();
    policy.sessions.absolute_ttl_seconds = 5000;
    let world = World::peopled(policy).await;
    let opened = world.open("ada").await;
    world.advance(3599);
    let seen = world.validate(&opened.secret).await.unwrap().session;
    assert_eq!(seen.activity.expires_at, START.plus(seconds(5000)));
    world.advance(1400);
    assert!(world.validate(&opened.secret).await.is_ok());
    world.advance(1);
    assert_eq!(world.validate(&opened.secret).await, Err(FOUND_EXPIRED));
    assert_eq!(world.get(&bearer(&opened), false).await.unwrap().end, ended(START.plus(seconds(5000)), EndReason::Expired));
}

#[tokio::test]
async fn a_session_that_does_not_slide_ends_when_it_was_said_to() {
    let world = World::peopled(Policy::default()).await;
    let opened = world.open_as("ada", SessionWish { slides: Some(false), ttl_seconds: Some(100), ..wish() }).await;
    world.advance(99);
    let seen = world.validate(&opened.secret).await.unwrap().session;
    assert_eq!((seen.activity.expires_at, seen.activity.last_validated_at), (START.plus(seconds(100)), Some(world.now())));
    world.advance(1);
    assert_eq!(world.validate(&opened.secret).await, Err(FOUND_EXPIRED));
}

#[tokio::test]
async fn an_expired_session_is_found_dead_once_and_is_ended_from_then_on() {
    let world = World::peopled(Policy::default()).await;
    let opened = world.open("ada").await;
    world.advance(4000);
    assert_eq!(world.get(&bearer(&opened), false).await.unwrap().end, ended(START.plus(seconds(3600)), EndReason::Expired));
    assert_eq!(world.validate(&opened.secret).await, Err(FOUND_EXPIRED));
    for _ in 0..2 {
        assert_eq!(world.validate(&opened.secret).await, Err(EXPIRED));
    }
    let ends = world.trail().into_iter().filter(|told| told.action == "session.ended").collect::<Vec<_>>();
    assert_eq!(ends.len(), 1);
    assert_eq!((ends[0].at, ends[0].detail["end_reason"].as_str()), (world.now(), Some("expired")));
}

#[tokio::test]
async fn no_session_has_a_secret_that_was_never_minted() {
    let world = World::peopled(Policy::default()).await;
    world.open("ada").await;
    assert_eq!(world.validate(&SessionSecret::from_bytes([9; 16])).await, Err(SessionRefusal::NotFound));
}

#[tokio::test]
async fn a_wish_is_held_within_the_tenants_terms_and_those_within_the_policys() {
    use cloakroom_engine::directory::TenantPolicy;
    use cloakroom_engine::directory::document::{DirectoryDocument, TenantEntry};
    let world = World::peopled(Policy::default()).await;
    let policy = TenantPolicy { ttl_seconds: Some(200), absolute_ttl_seconds: Some(300), slides: Some(false), ..TenantPolicy::default() };
    let entry = TenantEntry { code: "acme".into(), policy, ..TenantEntry::default() };
    world.apply(DirectoryDocument { tenants: vec![entry], ..DirectoryDocument::default() }, false).await;
    let of_tenant = world.open("ada").await.view.session;
    assert_eq!((of_tenant.ttl, of_tenant.slides, of_tenant.absolute_expires_at), (seconds(200), false, START.plus(seconds(300))));
    let wished = world.open_as("ada", SessionWish { ttl_seconds: Some(100), slides: Some(true), ..wish() }).await.view.session;
    assert_eq!((wished.ttl, wished.slides), (seconds(100), false));
    let longest = world.open_as("ada", SessionWish { ttl_seconds: Some(9999), ..wish() }).await.view.session;
    assert_eq!(longest.activity.expires_at, START.plus(seconds(200)), "nobody wishes for more than the tenant gives");
    let of_policy = world.open("bob").await.view.session;
    assert_eq!((of_policy.ttl, of_policy.slides), (seconds(3600), true));
}

#[tokio::test]
async fn a_tenant_that_becomes_stricter_holds_what_was_born_before() {
    use cloakroom_engine::directory::TenantPolicy;
    use cloakroom_engine::directory::document::{DirectoryDocument, TenantEntry};
    let world = World::peopled(Policy::default()).await;
    let opened = world.open("ada").await;
    let says = async |policy: TenantPolicy| {
        let entry = TenantEntry { code: "acme".into(), policy, ..TenantEntry::default() };
        world.apply(DirectoryDocument { tenants: vec![entry], ..DirectoryDocument::default() }, false).await;
    };
    let slid = async || world.validate(&opened.secret).await.unwrap().session.activity.expires_at;
    world.advance(600);
    assert_eq!(slid().await, START.plus(seconds(4200)));
    says(TenantPolicy { ttl_seconds: Some(900), ..TenantPolicy::default() }).await;
    world.advance(600);
    assert_eq!(slid().await, START.plus(seconds(4200)), "what it was promised it keeps");
    world.advance(2900);
    assert_eq!(slid().await, START.plus(seconds(5000)));
    says(TenantPolicy { slides: Some(false), ..TenantPolicy::default() }).await;
    world.advance(600);
    assert_eq!(slid().await, START.plus(seconds(5000)));
}

#[tokio::test]
async fn authentication_is_activity_and_moves_no_expiry() {
    let world = World::peopled(Policy::default()).await;
    let opened = world.open("ada").await;
    world.advance(50);
    world.caller(&opened.secret).await;
    let activity = world.get(&world.reference(&opened), false).await.unwrap().session.activity;
    assert_eq!((activity.last_active_at, activity.last_validated_at), (world.now(), None));
    assert_eq!(activity.expires_at, START.plus(seconds(3600)));
}

#[tokio::test]
async fn what_a_tenant_was_given_once_is_held_within_the_servers_bounds_of_today() {
    use cloakroom_engine::directory::TenantPolicy;
    use cloakroom_engine::directory::document::{DirectoryDocument, TenantEntry};
    let mut generous = Policy::default();
    (generous.sessions.ttl_max_seconds, generous.sessions.absolute_ttl_seconds) = (1_000_000, 2_000_000);
    let mut world = World::peopled(generous).await;
    let policy = TenantPolicy { ttl_seconds: Some(1_000_000), absolute_ttl_seconds: Some(2_000_000), ..TenantPolicy::default() };
    let entry = TenantEntry { code: "ACME".into(), policy, ..TenantEntry::default() };
    world.apply(DirectoryDocument { tenants: vec![entry], ..DirectoryDocument::default() }, false).await;
    let before = world.open("ada").await;
    assert_eq!((before.view.session.ttl, before.view.session.absolute_expires_at), (seconds(1_000_000), START.plus(seconds(2_000_000))));
    let mut strict = Policy::default();
    (strict.sessions.ttl_max_seconds, strict.sessions.absolute_ttl_seconds) = (7200, 86_400);
    world.restart_with(strict);
    let session = world.open("ada").await.view.session;
    assert_eq!((session.ttl, session.absolute_expires_at), (seconds(7200), START.plus(seconds(86_400))));
    world.advance(60);
    let promised = world.validate(&before.secret).await.unwrap().session.activity.expires_at;
    assert_eq!(promised, START.plus(seconds(1_000_000)), "what it was promised it keeps, and nothing moves it further");
}
