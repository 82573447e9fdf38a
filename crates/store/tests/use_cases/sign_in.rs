//! Signing in: who gets a session and what everybody else is told.

use std::sync::LazyLock;

use cloakroom_engine::audit::RequestOrigin;
use cloakroom_engine::directory::password::{PasswordHash, hash};
use cloakroom_engine::directory::{EmailStatus, TenantStatus, UserStatus};
use cloakroom_engine::policy::Policy;
use cloakroom_engine::secret::Passcode;
use cloakroom_engine::sessions::open::OpenedSession;
use cloakroom_engine::sessions::sign_in::{SignIn, SignInRefusal};

use crate::world::{World, from_address, user, users, wish};

pub const PASSCODE: &str = "Correct-horse-7";

/// Hashed once: it costs some twenty milliseconds.
static TODAY: LazyLock<PasswordHash> = LazyLock::new(|| hash(&Passcode::new(PASSCODE.into()), [3; 16]).unwrap());

/// The same passcode at costs of long ago: next to nothing, until a success makes it anew.
const OUTDATED: &str = "$argon2id$v=19$m=64,t=1,p=1$BwcHBwcHBwcHBwcHBwcHBw$wzjvva/BQ9W/JPa3oQp54UgvZp1tJVVa4y9zct84F8M";

/// A world in which `ada` has the passcode.
pub async fn with_passcode(policy: Policy) -> World {
    let world = World::peopled(policy).await;
    set_hash(&world, &TODAY);
    world
}

/// The same, where a wrong passcode costs no time.
pub async fn with_outdated_passcode(policy: Policy) -> World {
    let world = World::peopled(policy).await;
    set_hash(&world, &PasswordHash::parse(OUTDATED).unwrap());
    world
}

fn set_hash(world: &World, hash: &PasswordHash) {
    world.past().execute("UPDATE users SET password_hash = $1 WHERE username = 'ada'", &[hash.as_phc().into()]);
}

pub async fn sign_in_from(world: &World, origin: RequestOrigin, email: &str, passcode: &str) -> Result<OpenedSession, SignInRefusal> {
    let passcode = Passcode::new(passcode.as_bytes().to_vec());
    world.engine.sign_in(SignIn { email: email.into(), passcode, wish: wish(), origin }).await.unwrap()
}

async fn sign_in(world: &World, email: &str, passcode: &str) -> Option<SignInRefusal> {
    sign_in_from(world, from_address("192.0.2.1"), email, passcode).await.err()
}

#[tokio::test]
async fn the_right_passcode_opens_a_session_that_validates() {
    let world = with_passcode(Policy::default()).await;
    let opened = sign_in_from(&world, from_address("192.0.2.1"), "ada@example.org", PASSCODE).await.unwrap();
    assert_eq!(opened.view.end, None);
    let seen = world.validate(&opened.secret).await.unwrap();
    assert_eq!((seen.session.number, seen.session.uid), (opened.view.session.number, opened.view.session.uid));
    assert_eq!(seen.session.address.as_deref(), Some("192.0.2.1"));
}

#[tokio::test]
async fn an_email_is_trimmed_and_lower_cased() {
    let world = with_passcode(Policy::default()).await;
    assert_eq!(sign_in(&world, " \tAda@EXAMPLE.org ", PASSCODE).await, None);
}

#[tokio::test]
async fn unknown_wrong_and_passwordless_are_told_the_same() {
    let world = with_passcode(Policy::default()).await;
    for (email, passcode) in [
        ("ada@example.org", "Correct-horse-8"),
        ("nobody@example.org", PASSCODE),
        ("bob@example.org", ""), // bob has no password
        ("not an address", PASSCODE),
    ] {
        assert_eq!(sign_in(&world, email, passcode).await, Some(SignInRefusal::InvalidPasscode), "{email}");
    }
    assert_eq!(world.count("SELECT count(*) FROM sessions"), 0);
}

#[tokio::test]
async fn a_user_out_of_verified_is_told_so_only_with_the_right_passcode() {
    let world = with_passcode(Policy::default()).await;
    world.set_user("ada", UserStatus::Suspended).await;
    assert_eq!(sign_in(&world, "ada@example.org", "wrong").await, Some(SignInRefusal::InvalidPasscode));
    assert_eq!(sign_in(&world, "ada@example.org", PASSCODE).await, Some(SignInRefusal::UserNotVerified));
    world.set_user("ada", UserStatus::Verified).await;
    assert_eq!(sign_in(&world, "ada@example.org", PASSCODE).await, None);
}

#[tokio::test]
async fn an_email_out_of_verified_is_told_so_only_with_the_right_passcode() {
    let world = with_passcode(Policy::default()).await;
    let mut entry = user("ada", None);
    entry.email_status = Some(EmailStatus::Unverified);
    world.apply(users(vec![entry]), true).await;
    assert_eq!(sign_in(&world, "ada@example.org", "wrong").await, Some(SignInRefusal::InvalidPasscode));
    assert_eq!(sign_in(&world, "ada@example.org", PASSCODE).await, Some(SignInRefusal::EmailNotVerified));
}

#[tokio::test]
async fn nobody_signs_in_under_a_closed_tenant() {
    let world = with_passcode(Policy::default()).await;
    for (status, refused) in [
        (TenantStatus::Suspended, true),
        (TenantStatus::Parked, false),
        (TenantStatus::Frozen, true),
        (TenantStatus::Unverified, false),
        (TenantStatus::Doomed, true),
    ] {
        world.set_tenant("ACME", status).await;
        let expected = refused.then_some(SignInRefusal::UserNotVerified);
        assert_eq!(sign_in(&world, "ada@example.org", PASSCODE).await, expected, "{status:?}");
    }
}

#[tokio::test]
async fn an_outdated_hash_is_made_anew_once() {
    let world = with_outdated_passcode(Policy::default()).await;
    assert_eq!(sign_in(&world, "ada@example.org", "wrong").await, Some(SignInRefusal::InvalidPasscode));
    assert_eq!(world.count("SELECT count(*) FROM users WHERE password_hash LIKE '%m=64,%'"), 1, "only a match may replace it");
    for _ in 0..2 {
        assert_eq!(sign_in(&world, "ada@example.org", PASSCODE).await, None);
        assert_eq!(world.count("SELECT count(*) FROM users WHERE password_hash LIKE '$argon2id$v=19$m=19456,t=2,p=1$%'"), 1);
    }
    assert_eq!(world.trail().iter().filter(|told| told.action == "user.password_rehashed").count(), 1);
}

/// Both find the outdated hash; whoever comes second must not be told that the right passcode is wrong.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_outdated_hash_lets_parallel_sign_ins_in() {
    let world = std::sync::Arc::new(with_outdated_passcode(Policy::default()).await);
    let tasks: Vec<_> = (0..6)
        .map(|_| {
            let world = world.clone();
            tokio::spawn(async move { sign_in(&world, "ada@example.org", PASSCODE).await })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap(), None);
    }
    assert_eq!(world.count("SELECT count(*) FROM sign_in_failures"), 0);
}

/// What a passcode proved counts only while it is still true when the session is made.
#[tokio::test]
async fn what_changed_while_the_passcode_was_hashed_refuses_it() {
    for sql in [
        "UPDATE users SET password_hash = NULL WHERE username = 'ada'",
        "UPDATE users SET status = 'suspended' WHERE username = 'ada'",
        "UPDATE emails SET status = 'doomed' WHERE address = 'ada@example.org'",
        "UPDATE tenants SET status = 'frozen' WHERE code = 'ACME'",
    ] {
        let world = with_passcode(Policy::default()).await;
        let past = world.past();
        world.meanwhile.once(move || assert_eq!(past.execute(sql, &[]), 1));
        assert!(sign_in(&world, "ada@example.org", PASSCODE).await.is_some(), "{sql}");
        assert_eq!(world.count("SELECT count(*) FROM sessions"), 0, "{sql}");
    }
}
