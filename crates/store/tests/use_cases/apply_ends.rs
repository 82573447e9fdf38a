//! Who falls out of verified loses the sessions in the same transaction.

use cloakroom_engine::directory::document::UserEntry;
use cloakroom_engine::directory::{EmailStatus, TenantStatus, UserStatus};
use cloakroom_engine::policy::Policy;
use cloakroom_engine::secret::Passcode;
use cloakroom_engine::sessions::EndReason;
use cloakroom_engine::sessions::authenticate::SessionRefusal::{Ended, FoundDead};
use cloakroom_engine::sessions::open::SessionWish;

use crate::world::{START, World, ended, seconds, tenant, user, users, wish};

fn falls() -> Vec<(UserEntry, EndReason)> {
    let status = |status| UserEntry { username: "ada".into(), status: Some(status), ..UserEntry::default() };
    let email = |status| UserEntry { email_status: Some(status), ..user("ada", None) };
    let password = UserEntry { username: "ada".into(), password: Some(Passcode::new(b"A-new-horse-9".to_vec())), ..UserEntry::default() };
    vec![
        (status(UserStatus::Suspended), EndReason::UserSuspended),
        (status(UserStatus::Doomed), EndReason::UserDoomed),
        (email(EmailStatus::Unverified), EndReason::EmailUnverified),
        (email(EmailStatus::Doomed), EndReason::EmailDoomed),
        (password, EndReason::PasswordChanged),
    ]
}

#[tokio::test]
async fn every_fall_ends_all_sessions_of_that_user_with_its_reason() {
    for (entry, reason) in falls() {
        let world = World::peopled(Policy::default()).await;
        let opened = [world.open("ada").await, world.open("ada").await];
        let (brief, stranger) = (world.open_as("ada", SessionWish { ttl_seconds: Some(60), ..wish() }).await, world.open("bob").await);
        world.advance(90);
        assert_eq!(world.apply(users(vec![entry]), true).await.sessions_ended, 2, "{reason:?}");
        assert_eq!(world.count("SELECT count(*) FROM sessions WHERE state = 0"), 1, "recorded, not only true");
        for opened in &opened {
            assert_eq!(world.validate(&opened.secret).await, Err(Ended(reason)));
            assert_eq!(world.get(&world.reference(opened), false).await.unwrap().end, ended(START.plus(seconds(90)), reason));
        }
        assert_eq!(world.validate(&brief.secret).await, Err(Ended(EndReason::Expired)));
        assert!(world.validate(&stranger.secret).await.is_ok());
    }
}

/// Whoever moves to another home leaves the sessions of the old one behind, whether or not anything is overwritten.
#[tokio::test]
async fn a_move_to_another_home_ends_the_sessions() {
    for overwrite in [false, true] {
        let world = World::peopled(Policy::default()).await;
        let (opened, stranger) = (world.open("ada").await, world.open("bob").await);
        assert_eq!(world.apply(users(vec![user("ada", Some("ACME"))]), overwrite).await.sessions_ended, 0, "she was there");
        let moved = world.apply(users(vec![user("ada", Some("BETA"))]), overwrite).await;
        assert_eq!((moved.changed, moved.sessions_ended), (1, 1));
        assert_eq!(world.validate(&opened.secret).await, Err(Ended(EndReason::Revoked)));
        assert!(world.validate(&stranger.secret).await.is_ok());
        let there = world.open("ada").await;
        world.set_tenant("BETA", TenantStatus::Suspended).await;
        assert_eq!(world.validate(&there.secret).await, Err(FoundDead(EndReason::TenantClosed)), "what is born there dies with it");
    }
}

/// What only a pending touch keeps alive is alive, and is ended for what it was ended by.
#[tokio::test]
async fn what_a_touch_extended_ends_for_the_right_reason() {
    for (entry, reason) in falls() {
        let world = World::peopled(Policy::default()).await;
        let opened = world.open("ada").await;
        world.advance(3000);
        world.validate(&opened.secret).await.unwrap();
        world.advance(1000);
        let report = world.apply(users(vec![entry]), true).await;
        assert_eq!(world.validate(&opened.secret).await, Err(Ended(reason)));
        assert_eq!(report.sessions_ended, 1, "{reason:?}");
    }
}

/// The end and what caused it are one transaction: an error in a later entry takes both back.
#[tokio::test]
async fn a_fall_that_was_not_applied_ends_nothing() {
    for (entry, reason) in falls() {
        let world = World::peopled(Policy::default()).await;
        let opened = world.open("ada").await;
        let document = users(vec![entry, user("zoe", Some("nowhere"))]);
        assert!(world.engine.apply_directory(document, true, "apply").await.unwrap().is_err());
        assert!(world.validate(&opened.secret).await.is_ok(), "{reason:?}");
    }
}

#[tokio::test]
async fn without_overwriting_nothing_falls() {
    for (entry, reason) in falls() {
        let world = World::peopled(Policy::default()).await;
        let opened = world.open("ada").await;
        assert_eq!(world.apply(users(vec![entry]), false).await.sessions_ended, 0);
        assert!(world.validate(&opened.secret).await.is_ok(), "{reason:?}");
    }
}

#[tokio::test]
async fn only_the_sessions_of_the_address_that_fell_may_go_unharmed_by_another() {
    let world = World::peopled(Policy::default()).await;
    let old = world.open("ada").await;
    let moved = UserEntry { username: "ada".into(), email: Some("ada@example.net".into()), ..UserEntry::default() };
    world.apply(users(vec![moved]), true).await;
    assert!(world.validate(&old.secret).await.is_ok(), "a further address ends nothing");
    assert_eq!(world.count("SELECT count(*) FROM emails WHERE is_primary = 1 AND address = 'ada@example.net'"), 1);
}

/// A home tenant that changes takes nobody's sessions from under the tenant that they were born in.
#[tokio::test]
async fn a_session_stays_under_the_tenant_it_was_born_in() {
    use cloakroom_engine::directory::TenantStatus;
    use cloakroom_engine::directory::document::DirectoryDocument;
    let world = World::peopled(Policy::default()).await;
    let born_in_acme = world.open("ada").await;
    world.apply(users(vec![user("ada", Some("BETA"))]), true).await;
    let born_in_beta = world.open("ada").await;
    assert_ne!(born_in_acme.view.session.tenant, born_in_beta.view.session.tenant);
    let document = DirectoryDocument { tenants: vec![tenant("ACME", Some(TenantStatus::Suspended))], ..DirectoryDocument::default() };
    world.apply(document, true).await;
    assert!(world.validate(&born_in_acme.secret).await.is_err());
    assert!(world.validate(&born_in_beta.secret).await.is_ok());
}
