//! Every mutation leaves its lines in the trail, committed with it; what changes nothing leaves none.

use cloakroom_engine::directory::document::{
    ApplicationEntry, DirectoryDocument, PartnerEntry, ServiceAccountEntry, TenantEntry, UserEntry,
};
use cloakroom_engine::directory::{ApplicationStatus, EmailStatus, TenantPolicy, TenantStatus, UserStatus};
use cloakroom_engine::error::{EngineError, Lapsed, StoreError};
use cloakroom_engine::policy::{CapPolicy, Policy};
use cloakroom_engine::secret::{ClientSecret, Passcode};
use cloakroom_engine::sessions::log_out::LogOutReach;
use cloakroom_engine::sessions::open::SessionWish;

use crate::sign_in::{PASSCODE, sign_in_from, with_outdated_passcode};
use crate::world::{World, bearer, tenant, user, users, wish};

async fn world() -> World {
    let mut policy = Policy::default();
    (policy.sessions.cap, policy.sessions.cap_policy) = (3, CapPolicy::EvictOldest);
    (policy.sessions.archive_after_seconds, policy.sessions.retention_seconds) = (0, 0);
    with_outdated_passcode(policy).await
}

/// What the trail gained since the last time it was asked.
struct Trail<'w>(&'w World, usize);

impl Trail<'_> {
    fn expect(&mut self, what: &str, actions: &[&str]) {
        let trail = self.0.trail();
        let told: Vec<_> = trail[self.1..].iter().map(|told| told.action.as_str()).collect();
        assert_eq!(told, actions, "{what}");
        self.1 = trail.len();
    }
}

#[tokio::test]
async fn everything_that_happens_to_sessions_is_told() {
    let world = world().await;
    let mut trail = Trail(&world, 0);
    let signed_in = sign_in_from(&world, Default::default(), "ada@example.org", PASSCODE).await.unwrap();
    trail.expect("sign in", &["user.password_rehashed", "session.created"]);
    assert!(sign_in_from(&world, Default::default(), "ada@example.org", "wrong").await.is_err());
    trail.expect("refused sign-in", &["sign_in.refused"]);
    world.validate(&signed_in.secret).await.unwrap();
    world.get(&bearer(&signed_in), true).await.unwrap();
    let caller = world.caller(&signed_in.secret).await;
    world
        .engine
        .list_sessions(&caller, &crate::list::query(cloakroom_engine::sessions::pages::Side::Live, None, 8))
        .await
        .unwrap()
        .unwrap();
    world.engine.save_touches(true, 10).await.unwrap();
    trail.expect("validate, get, list, save touches", &[]);
    world.close(&bearer(&signed_in)).await.unwrap();
    trail.expect("close", &["session.ended"]);
    assert!(world.close(&bearer(&signed_in)).await.is_err());
    trail.expect("close again", &[]);
    let opened = [world.open("ada").await, world.open("ada").await, world.open("ada").await];
    trail.expect("open", &["session.created"; 3]);
    world.open("ada").await;
    trail.expect("open at the cap", &["session.ended", "session.created"]);
    let caller = world.caller(&opened[2].secret).await;
    world.engine.log_out(&caller, LogOutReach::OtherDevices, &Default::default()).await.unwrap();
    trail.expect("log out other devices", &["session.ended"; 2]);
    world.engine.log_out(&caller, LogOutReach::Everywhere, &Default::default()).await.unwrap();
    trail.expect("log out everywhere", &["session.ended"]);
    let again = world.engine.log_out(&caller, LogOutReach::Everywhere, &Default::default()).await;
    assert!(matches!(again, Err(EngineError::Store(StoreError::Lapsed(Lapsed::Unauthenticated)))), "{again:?}");
    trail.expect("log out by a session that ended", &[]);
}

#[tokio::test]
async fn everything_that_time_does_is_told() {
    let world = world().await;
    let mut trail = Trail(&world, 0);
    let brief = SessionWish { ttl_seconds: Some(60), ..wish() };
    let (found, _swept) = (world.open_as("ada", brief.clone()).await, world.open_as("ada", brief).await);
    trail.expect("open", &["session.created"; 2]);
    world.advance(60);
    assert!(world.validate(&found.secret).await.is_err());
    trail.expect("found dead", &["session.ended"]);
    world.engine.sweep_dead_sessions(10).await.unwrap();
    trail.expect("sweep", &["session.ended"]);
    world.engine.archive_sessions(10).await.unwrap();
    trail.expect("archive", &["sessions.archived"]);
    world.engine.purge_sessions(10).await.unwrap();
    trail.expect("purge", &["sessions.purged"]);
    world.engine.sweep_dead_sessions(10).await.unwrap();
    world.engine.archive_sessions(10).await.unwrap();
    world.engine.purge_sessions(10).await.unwrap();
    world.engine.stamp_moved_epochs(10).await.unwrap();
    world.engine.settle_sign_in_failures(10).await.unwrap();
    trail.expect("nothing to do", &[]);
}

fn entry(username: &str) -> UserEntry {
    UserEntry { username: username.into(), ..UserEntry::default() }
}

fn application(status: Option<ApplicationStatus>, secret: &str, name: &str) -> DirectoryDocument {
    let application = ApplicationEntry {
        name: Some(name.into()),
        client_id: "shop".into(),
        client_secret: Some(ClientSecret::new(secret.into())),
        status,
        ..ApplicationEntry::default()
    };
    DirectoryDocument { applications: vec![application], ..DirectoryDocument::default() }
}

fn account(roles: &[&str]) -> DirectoryDocument {
    let roles = Some(roles.iter().map(|role| (*role).into()).collect());
    let account = ServiceAccountEntry { tenant: "ACME".into(), caption: "ci".into(), roles };
    DirectoryDocument { service_accounts: vec![account], ..DirectoryDocument::default() }
}

fn partner(name: &str) -> DirectoryDocument {
    DirectoryDocument { partners: vec![PartnerEntry { code: "p".into(), name: Some(name.into()) }], ..DirectoryDocument::default() }
}

fn tenants(tenant: TenantEntry) -> DirectoryDocument {
    DirectoryDocument { tenants: vec![tenant], ..DirectoryDocument::default() }
}

#[tokio::test]
async fn everything_that_an_applied_file_changes_is_told() {
    let world = world().await;
    world.open("ada").await;
    let mut trail = Trail(&world, 1);
    let password = UserEntry { password: Some(Passcode::new(b"A-new-horse-9".to_vec())), ..entry("ada") };
    let steps: [(DirectoryDocument, &[&str]); 16] = [
        (partner("P"), &["partner.created"]),
        (partner("Q"), &["partner.changed"]),
        (tenants(tenant("NEW", None)), &["tenant.created"]),
        (
            tenants(TenantEntry { policy: TenantPolicy { session_cap: Some(5), ..TenantPolicy::default() }, ..tenant("NEW", None) }),
            &["tenant.changed"],
        ),
        (tenants(tenant("NEW", Some(TenantStatus::Frozen))), &["tenant.status_changed"]),
        (users(vec![user("zoe", None)]), &["user.created", "email.added"]),
        (users(vec![UserEntry { display_name: Some("Zoe".into()), ..entry("zoe") }]), &["user.changed"]),
        (users(vec![UserEntry { email: Some("z@example.org".into()), ..entry("zoe") }]), &["email.added"]),
        (users(vec![user("zoe", None)]), &["email.changed"]),
        (users(vec![UserEntry { email_status: Some(EmailStatus::Doomed), ..user("zoe", None) }]), &["email.status_changed"]),
        (users(vec![password]), &["user.password_changed", "session.ended"]),
        (users(vec![UserEntry { status: Some(UserStatus::Doomed), ..entry("ada") }]), &["user.status_changed"]),
        (application(None, "a", "A"), &["application.created"]),
        (application(None, "b", "B"), &["application.changed", "application.secret_changed"]),
        (application(Some(ApplicationStatus::Disabled), "b", "B"), &["application.status_changed"]),
        (account(&["pvv"]), &["service_account.created"]),
    ];
    for (index, (document, actions)) in steps.into_iter().enumerate() {
        world.apply(document, true).await;
        trail.expect(&format!("step {index}"), actions);
    }
    world.apply(account(&["pma"]), true).await;
    trail.expect("roles", &["service_account.changed"]);
}

#[tokio::test]
async fn a_line_names_who_did_what_to_what() {
    let world = world().await;
    let opened = world.open("ada").await;
    let session = &opened.view.session;
    world.engine.close_session(&bearer(&opened), Some("lost my phone".into()), &Default::default()).await.unwrap().unwrap();
    world.set_user("bob", UserStatus::Suspended).await;
    let trail = world.trail();
    for told in &trail[..2] {
        assert_eq!((told.actor_kind.as_str(), told.actor_id.clone()), ("user", Some(session.user_uid.to_string())));
        assert_eq!((told.result.as_str(), told.resource_id.clone()), ("success", Some(session.uid.to_string())));
        assert_eq!(told.detail["user_id"], session.user_uid.to_string());
    }
    assert_eq!((&trail[1].detail["note"], &trail[1].detail["end_reason"]), (&"lost my phone".into(), &"closed".into()));
    assert_eq!((trail[2].actor_kind.as_str(), trail[2].actor_id.as_deref()), ("system", Some("apply")));
    assert_eq!((&trail[2].detail["from"], &trail[2].detail["to"]), (&"verified".into(), &"suspended".into()));
}
