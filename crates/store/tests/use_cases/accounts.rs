//! Accounts in memory: whoever comes again is known from there, and nothing is told of them that has changed.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::SeqCst;

use cloakroom_engine::account::store::Account;
use cloakroom_engine::audit::RequestOrigin;
use cloakroom_engine::directory::document::{DirectoryDocument, UserEntry};
use cloakroom_engine::directory::{EmailStatus, MembershipRole, PlatformRole, TenantStatus, UserStatus};
use cloakroom_engine::forward_auth::verify::{Admitted, NotAdmitted, Shown};
use cloakroom_engine::policy::Policy;
use cloakroom_engine::secret::SessionSecret;
use cloakroom_engine::sessions::Birth;
use cloakroom_engine::sessions::open::{OpenedSession, SessionWish};

use crate::world::{World, tenant, users, wish};

/// A session of a browser.
pub async fn at_browser(world: &World, username: &str) -> OpenedSession {
    world.open_as(username, SessionWish { birth: Birth::Browser, ..wish() }).await
}

/// Whom a proxy is told that a cookie shows.
pub async fn asked(world: &World, secret: &SessionSecret) -> Result<Arc<Account>, NotAdmitted> {
    let shown = Shown::Cookie(secret.clone());
    let verified = world.engine.verify(&shown, &[], &RequestOrigin::default()).await.unwrap();
    verified.map(|admitted| match admitted {
        Admitted::User(visitor) => visitor.account,
        other => panic!("{other:?}"),
    })
}

fn ada(change: UserEntry) -> DirectoryDocument {
    users(vec![UserEntry { username: "ada".into(), ..change }])
}

#[tokio::test]
async fn whoever_comes_again_is_known_without_the_database() {
    let world = World::peopled(Policy::default()).await;
    let opened = at_browser(&world, "ada").await;
    for _ in 0..10 {
        assert_eq!(asked(&world, &opened.secret).await.unwrap().username, "ada");
    }
    let live = world.database.live_stats();
    assert_eq!((live.hits, live.fills), (9, 2), "a session and an account, read at once: {live:?}");
    let other = at_browser(&world, "ada").await;
    world.engine.own_account(&world.caller(&other.secret).await).await.unwrap();
    assert_eq!(world.database.live_stats().fills, 3, "the account is known by its user, whichever the session");
}

/// What somebody else has of ada, who asks the database.
async fn stands(world: &World, secret: &SessionSecret) -> Arc<Account> {
    asked(&world.after_a_crash(), secret).await.unwrap()
}

#[tokio::test]
async fn whatever_an_account_shows_is_shown_as_it_stands() {
    let world = World::peopled(Policy::default()).await;
    let opened = at_browser(&world, "ada").await;
    let member = |role: Option<(&str, MembershipRole)>| UserEntry {
        memberships: Some(role.into_iter().map(|(code, role)| (code.to_owned(), role)).collect()),
        ..UserEntry::default()
    };
    let closed = |status| DirectoryDocument { tenants: vec![tenant("BETA", Some(status))], ..DirectoryDocument::default() };
    let changes = [
        ("display name", ada(UserEntry { display_name: Some("Ada Lovelace".into()), ..UserEntry::default() })),
        ("role", ada(UserEntry { role: Some(PlatformRole::TenantAdmin), ..UserEntry::default() })),
        ("operator", ada(UserEntry { is_operator: Some(true), ..UserEntry::default() })),
        ("a new membership", ada(member(Some(("BETA", MembershipRole::Member))))),
        ("its tenant", closed(TenantStatus::Frozen)),
        ("its tenant again", closed(TenantStatus::Verified)),
        ("its role", ada(member(Some(("BETA", MembershipRole::Owner))))),
        ("another one in its place", ada(member(Some(("ACME", MembershipRole::Admin))))),
        ("none", ada(member(None))),
        ("a new address", ada(UserEntry { email: Some("countess@example.org".into()), ..UserEntry::default() })),
    ];
    for (what, change) in changes {
        let before = asked(&world, &opened.secret).await.unwrap();
        world.apply(change, true).await;
        let after = asked(&world, &opened.secret).await.unwrap();
        assert_ne!(before, after, "{what}");
        assert_eq!(after, stands(&world, &opened.secret).await, "{what}");
    }
    let last = asked(&world, &opened.secret).await.unwrap();
    assert!(last.emails.iter().any(|email| email.is_primary && email.status == EmailStatus::Verified), "{last:?}");
}

#[tokio::test]
async fn who_is_suspended_is_not_let_in_by_what_is_remembered() {
    let world = World::peopled(Policy::default()).await;
    let opened = at_browser(&world, "ada").await;
    for _ in 0..2 {
        asked(&world, &opened.secret).await.unwrap();
    }
    world.set_user("ada", UserStatus::Suspended).await;
    assert_eq!(asked(&world, &opened.secret).await, Err(NotAdmitted::Unknown));
    world.set_user("ada", UserStatus::Verified).await;
    assert_eq!(asked(&world, &opened.secret).await, Err(NotAdmitted::Unknown), "the session has ended");
}

/// While others ask without a pause, so that answers are remembered at every moment.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_asks_after_an_acknowledged_change_is_told_it() {
    let world = Arc::new(World::peopled(Policy::default()).await);
    let opened = at_browser(&world, "ada").await;
    let over = Arc::new(AtomicBool::new(false));
    let askers: Vec<_> = (0..2).map(|_| tokio::spawn(ask(world.clone(), opened.secret.clone(), over.clone()))).collect();
    for round in 0..60 {
        let name = format!("Ada {round}");
        let role = if round % 2 == 0 { vec![("BETA".to_owned(), MembershipRole::Member)] } else { Vec::new() };
        let change = UserEntry { display_name: Some(name.clone()), memberships: Some(role.clone()), ..UserEntry::default() };
        world.apply(ada(change), true).await;
        for _ in 0..5 {
            let account = asked(&world, &opened.secret).await.unwrap();
            assert_eq!((account.display_name.as_deref(), account.memberships.len()), (Some(&*name), role.len()), "round {round}");
        }
    }
    over.store(true, SeqCst);
    for asker in askers {
        asker.await.unwrap();
    }
    assert!(world.database.live_stats().hits > 100, "memory answered");
}

async fn ask(world: Arc<World>, secret: SessionSecret, over: Arc<AtomicBool>) {
    while !over.load(SeqCst) {
        asked(&world, &secret).await.unwrap();
        tokio::task::yield_now().await;
    }
}
