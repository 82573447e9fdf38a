//! A session that ends, wherever, ends its tokens at once; no interval holds against it (P2, P3).

use cloakroom_engine::directory::document::{DirectoryDocument, TenantEntry, UserEntry};
use cloakroom_engine::directory::{EmailStatus, TenantStatus, UserStatus};
use cloakroom_engine::policy::{CapPolicy, Policy, SessionPolicy};
use cloakroom_engine::secret::Passcode;
use cloakroom_engine::sessions::open::SessionWish;
use cloakroom_engine::sessions::sign_in::{SignIn, SignInRefusal};
use cloakroom_engine::sessions::{Birth, EndReason};
use cloakroom_engine::tokens::log_in::TokenPair;
use cloakroom_engine::tokens::refresh::RefreshRefusal;

use super::scene::{Scene, origin, passcode, user};

async fn log_out(scene: &Scene, pair: &TokenPair) {
    let caller = scene.engine.authenticate_token(&pair.access.text, &Default::default()).await.unwrap().unwrap();
    scene.engine.log_out_here(&caller, &origin()).await.unwrap();
}

async fn close(scene: &Scene, pair: &TokenPair) {
    scene.engine.close_session(&scene.reference(pair), None, &origin()).await.unwrap().unwrap();
}

async fn tenant_becomes(scene: &Scene, status: TenantStatus) {
    let tenants = vec![TenantEntry { code: "ACME".into(), status: Some(status), ..TenantEntry::default() }];
    scene.apply(DirectoryDocument { tenants, ..DirectoryDocument::default() }).await;
}

/// Ends the session of `pair` in the `way`th way, and says for which reason.
async fn end(scene: &Scene, pair: &TokenPair, way: usize) -> EndReason {
    let alice = user("alice");
    match way {
        0 => log_out(scene, pair).await,
        1 => close(scene, pair).await,
        2 => scene.change_user(UserEntry { status: Some(UserStatus::Suspended), ..alice }).await,
        3 => scene.change_user(UserEntry { status: Some(UserStatus::Doomed), ..alice }).await,
        4 => {
            let email = Some("alice@example.com".into());
            scene.change_user(UserEntry { email, email_status: Some(EmailStatus::Unverified), ..alice }).await;
        }
        5 => tenant_becomes(scene, TenantStatus::Suspended).await,
        6 => scene.change_user(UserEntry { password: Some(Passcode::new(b"Another-horse-8".to_vec())), ..alice }).await,
        _ => unreachable!("there are seven ways"),
    }
    match way {
        0 | 1 => EndReason::Closed,
        2 => EndReason::UserSuspended,
        3 => EndReason::UserDoomed,
        4 => EndReason::EmailUnverified,
        5 => EndReason::TenantClosed,
        _ => EndReason::PasswordChanged,
    }
}

#[tokio::test]
async fn whatever_ends_the_session_beats_the_reuse_interval() {
    for way in 0..7 {
        let scene = Scene::new().await;
        let old = scene.log_in("alice").await;
        let current = scene.rotate(&old).await.unwrap();
        assert!(scene.opens(&current.access.text).await);
        let reason = end(&scene, &current, way).await;
        assert!(!scene.opens(&current.access.text).await, "way {way}: the access token is dead at once");
        for pair in [&old, &current] {
            assert_eq!(scene.rotate(pair).await.unwrap_err(), RefreshRefusal::SessionOver, "way {way}, within the interval");
        }
        scene.later(11);
        for pair in [&old, &current] {
            assert_eq!(scene.rotate(pair).await.unwrap_err(), RefreshRefusal::SessionOver, "way {way}, after the interval");
        }
        assert_eq!(scene.end_reason(&current).await, Some(reason), "way {way}: and no later reuse writes another reason over it");
    }
}

#[tokio::test]
async fn a_suspension_that_is_lifted_brings_no_token_back() {
    let scene = Scene::new().await;
    let pair = scene.log_in("alice").await;
    for status in [UserStatus::Suspended, UserStatus::Verified] {
        scene.change_user(UserEntry { status: Some(status), ..user("alice") }).await;
    }
    assert!(!scene.opens(&pair.access.text).await);
    assert_eq!(scene.rotate(&pair).await.unwrap_err(), RefreshRefusal::SessionOver);
    let again = scene.log_in("alice").await;
    assert!(scene.opens(&again.access.text).await, "but logging in works again");
}

#[tokio::test]
async fn a_logout_ends_one_session_and_no_other() {
    let scene = Scene::new().await;
    let (here, there, bob) = (scene.log_in("alice").await, scene.log_in("alice").await, scene.log_in("bob").await);
    log_out(&scene, &here).await;
    assert!(!scene.opens(&here.access.text).await);
    for other in [&there, &bob] {
        assert!(scene.opens(&other.access.text).await);
        scene.rotate(other).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_logout_among_redeems_leaves_nothing_alive() {
    let scene = Scene::new().await;
    for _ in 0..20 {
        let pair = scene.log_in("alice").await;
        let caller = scene.engine.authenticate_token(&pair.access.text, &Default::default()).await.unwrap().unwrap();
        let redeems: Vec<_> = (0..10)
            .map(|_| {
                let (engine, access, refresh) = (scene.engine.clone(), pair.access.text.clone(), pair.refresh.expose());
                tokio::spawn(async move { engine.refresh_tokens(&access, &refresh, &origin()).await.unwrap() })
            })
            .collect();
        scene.engine.log_out_here(&caller, &origin()).await.unwrap();
        for redeem in redeems {
            if let Ok(answer) = redeem.await.unwrap() {
                assert!(!scene.opens(&answer.access.text).await, "what was answered before the end is dead after it");
                assert!(scene.rotate(&answer).await.is_err());
            }
        }
        assert_eq!(scene.end_reason(&pair).await, Some(EndReason::Closed));
    }
}

fn usm_sign_in() -> SignIn {
    let wish = SessionWish {
        birth: Birth::Usm,
        ttl_seconds: None,
        slides: None,
        caption: None,
        label: None,
        note: None,
        metadata: Default::default(),
    };
    SignIn { email: "alice@example.com".into(), passcode: passcode(), wish, origin: origin() }
}

fn capped(cap: u32, cap_policy: CapPolicy) -> Policy {
    Policy { sessions: SessionPolicy { cap, cap_policy, ..SessionPolicy::default() }, ..Policy::default() }
}

#[tokio::test]
async fn the_cap_counts_sessions_of_every_surface() {
    let scene = Scene::with(capped(3, CapPolicy::Refuse)).await;
    let first = scene.log_in("alice").await;
    scene.engine.sign_in(usm_sign_in()).await.unwrap().unwrap();
    let last = scene.log_in("alice").await;
    let refused = scene.engine.log_in("alice", passcode(), origin()).await.unwrap();
    assert_eq!(refused.unwrap_err(), SignInRefusal::AtCap);
    assert_eq!(scene.engine.sign_in(usm_sign_in()).await.unwrap().unwrap_err(), SignInRefusal::AtCap);
    scene.rotate(&last).await.unwrap();
    log_out(&scene, &first).await;
    scene.engine.sign_in(usm_sign_in()).await.unwrap().unwrap();
    assert_eq!(scene.engine.log_in("alice", passcode(), origin()).await.unwrap().unwrap_err(), SignInRefusal::AtCap);
    scene.log_in("bob").await;
}

#[tokio::test]
async fn an_evicted_session_loses_its_tokens() {
    let scene = Scene::with(capped(2, CapPolicy::EvictOldest)).await;
    let oldest = scene.log_in("alice").await;
    scene.later(1);
    let used = scene.log_in("alice").await;
    scene.later(1);
    scene.engine.sign_in(usm_sign_in()).await.unwrap().unwrap();
    assert!(!scene.opens(&oldest.access.text).await);
    assert_eq!(scene.rotate(&oldest).await.unwrap_err(), RefreshRefusal::SessionOver);
    assert!(scene.opens(&used.access.text).await);
    assert_eq!(scene.end_reason(&oldest).await, Some(EndReason::Evicted));
}
