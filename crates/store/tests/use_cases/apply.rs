//! Applying a directory file: idempotent, all or nothing, and never an un-suspension.

use cloakroom_engine::audit::RequestOrigin;
use cloakroom_engine::directory::document::{
    ApplicationEntry, DirectoryDocument, PartnerEntry, ServiceAccountEntry, TenantEntry, UserEntry,
};
use cloakroom_engine::directory::registration::RegistrationChange;
use cloakroom_engine::directory::{ApplicationKind, EmailStatus, MembershipRole, TenantStatus, UserStatus};
use cloakroom_engine::policy::Policy;
use cloakroom_engine::secret::{ClientSecret, Passcode};

use crate::identity_providers::provider;
use crate::sign_in::sign_in_from;
use crate::world::{START, World, seconds, tenant, user, users};

fn application(client_id: &str) -> ApplicationEntry {
    ApplicationEntry {
        name: Some("Web shop".into()),
        tenant: Some("NORTH".into()),
        owner: Some("eve".into()),
        client_id: client_id.into(),
        client_secret: Some(ClientSecret::new("shop-secret".into())),
        registration: RegistrationChange { kind: Some(ApplicationKind::Service), ..RegistrationChange::default() },
        scopes: Some(vec!["admin:read".into()]),
        ..ApplicationEntry::default()
    }
}

fn full() -> DirectoryDocument {
    DirectoryDocument {
        partners: vec![PartnerEntry { code: "north".into(), name: Some("North Partners".into()) }],
        tenants: vec![TenantEntry { partner: Some("north".into()), name: Some("North".into()), ..tenant(" north ", None) }],
        users: vec![UserEntry {
            password: Some(Passcode::new(b"Eve-horse-7".to_vec())),
            memberships: Some(vec![("north".into(), MembershipRole::Owner)]),
            ..user("Eve", Some("north"))
        }],
        applications: vec![application("web-shop")],
        identity_providers: vec![provider("north")],
        service_accounts: vec![ServiceAccountEntry { tenant: "north".into(), caption: "ci".into(), roles: Some(vec!["pvv".into()]) }],
    }
}

/// Every row of the directory, as text.
fn rows(world: &World) -> Vec<String> {
    let mut all = Vec::new();
    for table in [
        "partners",
        "tenants",
        "users",
        "emails",
        "memberships",
        "applications",
        "client_secrets",
        "service_accounts",
        "identity_providers",
        "identity_provider_domains",
        "identity_provider_audiences",
        "identity_provider_groups",
    ] {
        let mut rows: Vec<_> =
            world.past().rows(&format!("SELECT * FROM {table}")).into_iter().map(|row| format!("{table} {row:?}")).collect();
        rows.sort();
        all.extend(rows);
    }
    all
}

#[tokio::test]
async fn applying_twice_changes_nothing_the_second_time() {
    let world = World::new(Policy::default());
    assert!(world.engine.is_empty().await.unwrap());
    let report = world.apply(full(), false).await;
    assert_eq!((report.created, report.changed, report.unchanged, report.warnings), (6, 0, 0, vec![]));
    assert!(!world.engine.is_empty().await.unwrap());
    let (before, told) = (rows(&world), world.trail().len());
    for overwrite in [false, true] {
        world.advance(10);
        let report = world.apply(full(), overwrite).await;
        assert_eq!((report.created, report.changed, report.unchanged, report.sessions_ended), (0, 0, 6, 0), "overwrite: {overwrite}");
        assert_eq!(rows(&world), before, "overwrite: {overwrite}");
    }
    assert_eq!(world.trail().len(), told, "nothing happened, so nothing is told");
}

#[tokio::test]
async fn an_error_in_the_last_entry_leaves_nothing() {
    let world = World::new(Policy::default());
    let mut document = full();
    document.service_accounts[0].tenant = "nowhere".into();
    let wrong = world.engine.apply_directory(document, false, "apply").await.unwrap().unwrap_err();
    assert_eq!(wrong.to_string(), r#"service_accounts[0] "ci": there is no tenant "NOWHERE""#);
    assert_eq!((rows(&world), world.trail().len()), (vec![], 0));
}

#[tokio::test]
async fn unknown_references_are_named() {
    let world = World::peopled(Policy::default()).await;
    let with_tenants = |tenants| DirectoryDocument { tenants, ..DirectoryDocument::default() };
    let with_applications = |applications| DirectoryDocument { applications, ..DirectoryDocument::default() };
    let member = UserEntry { memberships: Some(vec![("gone".into(), MembershipRole::Member)]), ..user("zoe", None) };
    for (document, problem) in [
        (
            with_tenants(vec![TenantEntry { partner: Some("South".into()), ..tenant("NEW", None) }]),
            r#"tenants[0] "NEW": there is no partner "South""#,
        ),
        (users(vec![user("ada", None), user("zoe", Some("gone"))]), r#"users[1] "zoe": there is no tenant "GONE""#),
        (users(vec![member]), r#"users[0] "zoe": there is no tenant "GONE""#),
        (
            with_applications(vec![ApplicationEntry { tenant: None, ..application("shop") }]),
            r#"applications[0] "shop": there is no user "eve""#,
        ),
        (
            users(vec![UserEntry { email: Some("bob@example.org".into()), ..user("ada", None) }]),
            r#"users[0] "ada": email bob@example.org belongs to another user"#,
        ),
    ] {
        let wrong = world.engine.apply_directory(document, true, "apply").await.unwrap().unwrap_err();
        assert_eq!(wrong.to_string(), problem);
    }
}

#[tokio::test]
async fn a_restart_unsuspends_nobody_and_rewrites_no_password() {
    let world = World::new(Policy::default());
    world.apply(full(), false).await;
    world.set_user("eve", UserStatus::Suspended).await;
    world.set_tenant("NORTH", TenantStatus::Frozen).await;
    let before = rows(&world);
    let mut document = full();
    document.users[0].status = Some(UserStatus::Verified);
    document.users[0].password = Some(Passcode::new(b"Another-horse-8".to_vec()));
    document.tenants[0].status = Some(TenantStatus::Verified);
    document.applications[0].client_secret = Some(ClientSecret::new("another".into()));
    world.advance(1);
    let report = world.apply(document, false).await;
    assert_eq!(rows(&world), before);
    assert_eq!((report.unchanged, report.warnings.len()), (6, 2), "{:?}", report.warnings);
    assert!(report.warnings.iter().all(|warning| warning.contains("--overwrite")), "{:?}", report.warnings);
}

#[tokio::test]
async fn overwriting_takes_only_the_documented_steps_and_doomed_stays_doomed() {
    let world = World::peopled(Policy::default()).await;
    let back = UserEntry { username: "ada".into(), status: Some(UserStatus::Unverified), ..UserEntry::default() };
    let wrong = world.engine.apply_directory(users(vec![back]), true, "apply").await.unwrap().unwrap_err();
    assert_eq!(wrong.to_string(), r#"users[0] "ada": status cannot go from verified to unverified"#);
    world.set_user("ada", UserStatus::Doomed).await;
    world.set_tenant("ACME", TenantStatus::Doomed).await;
    let doomed_email = UserEntry { email_status: Some(EmailStatus::Doomed), ..user("bob", None) };
    world.apply(users(vec![doomed_email]), true).await;
    let before = rows(&world);
    let reports = [
        world.set_user("ada", UserStatus::Verified).await,
        world.set_tenant("ACME", TenantStatus::Verified).await,
        world.apply(users(vec![UserEntry { email_status: Some(EmailStatus::Verified), ..user("bob", None) }]), true).await,
    ];
    for report in reports {
        assert_eq!((report.changed, report.unchanged), (0, 1));
        assert!(report.warnings[0].contains("doomed"), "{:?}", report.warnings);
    }
    assert_eq!(rows(&world), before);
}

#[tokio::test]
async fn overwriting_replaces_password_and_secret() {
    let world = World::new(Policy::default());
    world.apply(full(), false).await;
    let secret = world.past().rows("SELECT hash FROM client_secrets");
    let mut document = full();
    document.users[0].password = Some(Passcode::new(b"Another-horse-8".to_vec()));
    document.applications[0].client_secret = Some(ClientSecret::new("another".into()));
    world.advance(1);
    assert_eq!(world.apply(document, true).await.changed, 2);
    assert!(sign_in_from(&world, RequestOrigin::default(), "eve@example.org", "Eve-horse-7").await.is_err());
    assert!(sign_in_from(&world, RequestOrigin::default(), "eve@example.org", "Another-horse-8").await.is_ok());
    let replaced = world.past().rows("SELECT hash, created_at FROM client_secrets");
    let later = START.plus(seconds(1)).as_millis().to_string();
    assert!(replaced.len() == 1 && replaced[0][0] != secret[0][0] && replaced[0][1] == Some(later), "one secret, the new one");
}

#[tokio::test]
async fn what_a_file_does_not_say_is_left_as_it_is() {
    let world = World::new(Policy::default());
    world.apply(full(), false).await;
    let before = rows(&world);
    let bare = DirectoryDocument {
        partners: vec![PartnerEntry { code: "north".into(), name: None }],
        tenants: vec![tenant("NORTH", None)],
        users: vec![UserEntry { username: "eve".into(), ..UserEntry::default() }],
        ..DirectoryDocument::default()
    };
    world.advance(1);
    assert_eq!(world.apply(bare, true).await.unchanged, 3);
    assert_eq!(rows(&world), before);
}

#[tokio::test]
async fn the_first_administrator_can_sign_in() {
    let world = World::new(Policy::default());
    let password = world.engine.mint_password().unwrap();
    world.engine.create_first_administrator(password.clone()).await.unwrap().unwrap();
    assert!(sign_in_from(&world, RequestOrigin::default(), "admin@localhost", &password).await.is_ok());
    assert_eq!(world.count("SELECT count(*) FROM users WHERE role = 'super_admin' AND is_operator = 1"), 1);
}

/// Whoever was created while a file's passwords were being hashed exists already: the file has no say over that password.
#[tokio::test]
async fn a_user_who_came_to_be_meanwhile_keeps_the_password() {
    let world = World::peopled(Policy::default()).await;
    let past = world.past();
    world.meanwhile.once(move || {
        let sql = "INSERT INTO users (uid, username, password_hash, status, status_since, role, is_operator, created_at, updated_at)
                   VALUES ($1, 'zoe', 'theirs', 'verified', 1, 'none', 0, 1, 1)";
        past.execute(sql, &[(&[7; 16]).into()]);
    });
    let zoe = UserEntry { password: Some(Passcode::new(b"the file's".to_vec())), ..user("zoe", None) };
    world.apply(users(vec![zoe]), false).await;
    assert_eq!(world.count("SELECT count(*) FROM users WHERE username = 'zoe' AND password_hash = 'theirs'"), 1);
}

#[tokio::test]
async fn what_an_application_registers_fits_its_kind_or_nothing_is_applied() {
    let world = World::peopled(Policy::default()).await;
    let registering = |registration| ApplicationEntry { registration, client_id: "desk".into(), ..ApplicationEntry::default() };
    let with_applications = |applications| DirectoryDocument { applications, ..DirectoryDocument::default() };
    let of = |kind| RegistrationChange { kind: Some(kind), ..RegistrationChange::default() };
    let sent_to = |kind, address: &str| RegistrationChange { redirect_uris: Some(vec![address.into()]), ..of(kind) };
    let secret = Some(ClientSecret::new("shop-secret".into()));
    let wrong = async |entry: ApplicationEntry, overwrite| {
        let applied = world.engine.apply_directory(with_applications(vec![entry]), overwrite, "test").await.unwrap();
        applied.unwrap_err().to_string()
    };
    for (entry, problem) in [
        (registering(sent_to(ApplicationKind::Service, "https://desk.test/")), "redirect_uris is nothing for a service"),
        (registering(sent_to(ApplicationKind::Web, "http://desk.test/")), "redirect_uris must begin with https://"),
        (ApplicationEntry { client_secret: secret.clone(), ..registering(of(ApplicationKind::Spa)) }, "there must be no client_secret"),
        (ApplicationEntry { jwks: Some("{}".into()), ..registering(of(ApplicationKind::Native)) }, "jwks is nothing for native and spa"),
    ] {
        let told = wrong(entry, false).await;
        assert!(told.starts_with(r#"applications[0] "desk": "#) && told.contains(problem), "{told}");
    }
    assert_eq!(world.count("SELECT count(*) FROM applications"), 0);
    world
        .apply(with_applications(vec![ApplicationEntry { client_secret: secret.clone(), ..registering(of(ApplicationKind::Web)) }]), false)
        .await;
    assert!(wrong(registering(of(ApplicationKind::Native)), false).await.contains("there must be no client_secret"), "it has one");
    world
        .apply(with_applications(vec![ApplicationEntry { client_id: "app".into(), ..registering(of(ApplicationKind::Native)) }]), false)
        .await;
    let given = ApplicationEntry { client_id: "app".into(), client_secret: secret, ..registering(RegistrationChange::default()) };
    assert!(wrong(given.clone(), true).await.contains("there must be no client_secret"));
    world.apply(with_applications(vec![given]), false).await;
    assert_eq!(world.count("SELECT count(*) FROM client_secrets"), 1, "without --overwrite secrets are left alone");
}
