//! When failed sign-ins lock a name, for whom, and for how long.

use std::sync::Arc;

use cloakroom_engine::directory::UserStatus;
use cloakroom_engine::directory::document::UserEntry;
use cloakroom_engine::policy::Policy;
use cloakroom_engine::secret::Passcode;
use cloakroom_engine::sessions::sign_in::SignInRefusal::{self, InvalidPasscode, Locked};

use crate::sign_in::{PASSCODE, sign_in_from, with_outdated_passcode};
use crate::world::{World, from_address, seconds, users};

const ADA: &str = "ada@example.org";

async fn attempt(world: &World, address: &str, email: &str, passcode: &str) -> Option<SignInRefusal> {
    sign_in_from(world, from_address(address), email, passcode).await.err()
}

async fn fail(world: &World, address: &str, times: usize) {
    for _ in 0..times {
        assert_eq!(attempt(world, address, ADA, "wrong").await, Some(InvalidPasscode));
    }
}

const LOCKED: Option<SignInRefusal> = Some(Locked { wait: seconds(600) });

#[tokio::test]
async fn three_failures_lock_the_name_for_their_network_until_the_clock_says_so() {
    let world = with_outdated_passcode(Policy::default()).await;
    fail(&world, "192.0.2.1", 1).await;
    fail(&world, "192.0.2.200", 2).await;
    assert_eq!(attempt(&world, "192.0.2.9", ADA, PASSCODE).await, LOCKED, "the right passcode included");
    assert_eq!(attempt(&world, "192.0.3.1", ADA, PASSCODE).await, None, "another network is not locked");
    world.advance(599);
    assert_eq!(attempt(&world, "192.0.2.9", ADA, PASSCODE).await, Some(Locked { wait: seconds(1) }));
    world.advance(1);
    assert_eq!(attempt(&world, "192.0.2.9", ADA, PASSCODE).await, None);
}

#[tokio::test]
async fn a_locked_name_is_not_locked_longer_by_further_attempts() {
    let world = with_outdated_passcode(Policy::default()).await;
    fail(&world, "192.0.2.1", 3).await;
    for _ in 0..3 {
        world.advance(200);
        attempt(&world, "192.0.2.1", ADA, "wrong").await;
    }
    // The last of them came at the very end of the lock, so it counts as the first failure of a new series.
    fail(&world, "192.0.2.1", 1).await;
    assert_eq!(attempt(&world, "192.0.2.1", ADA, PASSCODE).await, None);
}

/// Ada's account under its other names.
const SECOND: &str = "second@example.org";

async fn log_in(world: &World, address: &str, password: &str) -> Option<SignInRefusal> {
    world.engine.log_in("ada", Passcode::new(password.into()), from_address(address)).await.unwrap().err()
}

async fn of_two_addresses() -> World {
    let world = with_outdated_passcode(Policy::default()).await;
    let second = UserEntry { username: "ada".into(), email: Some(SECOND.into()), ..UserEntry::default() };
    world.apply(users(vec![second]), false).await;
    world
}

#[tokio::test]
async fn an_account_is_locked_under_all_its_names() {
    let world = of_two_addresses().await;
    fail(&world, "192.0.2.1", 1).await;
    assert_eq!(attempt(&world, "192.0.2.1", SECOND, "wrong").await, Some(InvalidPasscode));
    assert_eq!(log_in(&world, "192.0.2.1", "wrong").await, Some(InvalidPasscode));
    assert_eq!(attempt(&world, "192.0.2.1", ADA, PASSCODE).await, LOCKED);
    assert_eq!(attempt(&world, "192.0.2.1", SECOND, PASSCODE).await, LOCKED);
    assert_eq!(log_in(&world, "192.0.2.1", PASSCODE).await, LOCKED);
    assert_eq!(attempt(&world, "192.0.3.1", SECOND, PASSCODE).await, None, "another network is not");
}

#[tokio::test]
async fn thirty_failures_under_whatever_name_lock_the_account_for_everybody() {
    let world = of_two_addresses().await;
    for network in 0..10 {
        let address = format!("198.51.{network}.1");
        fail(&world, &address, 1).await;
        assert_eq!(attempt(&world, &address, SECOND, "wrong").await, Some(InvalidPasscode));
        assert_eq!(log_in(&world, &address, "wrong").await, Some(InvalidPasscode));
    }
    assert_eq!(attempt(&world, "203.0.113.1", SECOND, PASSCODE).await, LOCKED);
    assert_eq!(log_in(&world, "203.0.113.1", PASSCODE).await, LOCKED);
}

/// Whoever sets the password anew is not who was guessing the old one.
#[tokio::test]
async fn a_password_that_is_set_anew_lifts_the_locks() {
    let world = of_two_addresses().await;
    for network in 0..30 {
        fail(&world, &format!("198.51.{network}.1"), 1).await;
    }
    assert_eq!(attempt(&world, "203.0.113.1", ADA, PASSCODE).await, LOCKED);
    let reset = UserEntry { username: "ada".into(), password: Some(Passcode::new(b"Battery-staple-8".to_vec())), ..UserEntry::default() };
    world.apply(users(vec![reset]), true).await;
    assert_eq!(attempt(&world, "203.0.113.1", ADA, "Battery-staple-8").await, None);
    fail(&world, "203.0.113.1", 2).await;
    assert_eq!(attempt(&world, "203.0.113.1", ADA, "Battery-staple-8").await, None, "what failed before is forgotten, too");
}

#[tokio::test]
async fn unknown_names_lock_alike() {
    let world = with_outdated_passcode(Policy::default()).await;
    for email in ["nobody@example.org", "not an address"] {
        for _ in 0..3 {
            assert_eq!(attempt(&world, "192.0.2.1", email, "wrong").await, Some(InvalidPasscode), "{email}");
        }
        assert_eq!(attempt(&world, "192.0.2.1", email, "wrong").await, LOCKED, "{email}");
    }
    assert_eq!(attempt(&world, "192.0.2.1", ADA, PASSCODE).await, None, "one name's lock is not another's");
}

#[tokio::test]
async fn failures_older_than_the_window_do_not_count() {
    let world = with_outdated_passcode(Policy::default()).await;
    fail(&world, "192.0.2.1", 2).await;
    world.advance(600);
    fail(&world, "192.0.2.1", 2).await;
    assert_eq!(attempt(&world, "192.0.2.1", ADA, PASSCODE).await, None);
}

#[tokio::test]
async fn a_success_forgets_the_failures_of_its_network() {
    let world = with_outdated_passcode(Policy::default()).await;
    for _ in 0..2 {
        fail(&world, "192.0.2.1", 2).await;
        assert_eq!(attempt(&world, "192.0.2.1", ADA, PASSCODE).await, None);
    }
}

#[tokio::test]
async fn thirty_failures_from_everywhere_lock_the_name_for_everybody() {
    let world = with_outdated_passcode(Policy::default()).await;
    for network in 0..15 {
        fail(&world, &format!("2001:db8:0:{network:x}::1"), 2).await;
    }
    assert_eq!(attempt(&world, "203.0.113.1", ADA, PASSCODE).await, LOCKED);
    assert_eq!(attempt(&world, "192.0.2.1", "bob@example.org", "").await, Some(InvalidPasscode), "other names go on");
    world.advance(600);
    assert_eq!(attempt(&world, "203.0.113.1", ADA, PASSCODE).await, None);
}

#[tokio::test]
async fn twenty_nine_do_not() {
    let world = with_outdated_passcode(Policy::default()).await;
    for network in 0..29 {
        fail(&world, &format!("198.51.{network}.1"), 1).await;
    }
    assert_eq!(attempt(&world, "203.0.113.1", ADA, PASSCODE).await, None);
}

/// Who knows the passcode guesses nothing.
#[tokio::test]
async fn a_right_passcode_that_is_refused_counts_for_no_lock() {
    let world = with_outdated_passcode(Policy::default()).await;
    world.set_user("ada", UserStatus::Suspended).await;
    for _ in 0..4 {
        assert_eq!(attempt(&world, "192.0.2.1", ADA, PASSCODE).await, Some(SignInRefusal::UserNotVerified));
    }
}

#[tokio::test]
async fn zero_switches_a_lock_off() {
    let mut policy = Policy::default();
    (policy.lockout.failures, policy.lockout.failures_everywhere) = (0, 0);
    let world = with_outdated_passcode(policy).await;
    fail(&world, "192.0.2.1", 31).await;
    assert_eq!(attempt(&world, "192.0.2.1", ADA, PASSCODE).await, None);
}

/// All of them passed the first look at the lock; what counts is the look with the result.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_burst_gains_no_more_guesses_than_a_row() {
    let world = Arc::new(with_outdated_passcode(Policy::default()).await);
    let attempts: Vec<_> = (0..12)
        .map(|_| {
            let world = world.clone();
            tokio::spawn(async move { attempt(&world, "192.0.2.1", ADA, "wrong").await.unwrap() })
        })
        .collect();
    let mut told_wrong = 0;
    for attempt in attempts {
        told_wrong += usize::from(attempt.await.unwrap() == InvalidPasscode);
    }
    assert_eq!(told_wrong, 3, "the others are told no more than that the name is locked");
    assert_eq!(attempt(&world, "192.0.2.1", ADA, PASSCODE).await, LOCKED);
    assert_eq!(world.count("SELECT count(*) FROM sessions"), 0);
}

/// The right passcode that was being hashed while others locked the name is refused with them.
#[tokio::test]
async fn a_lock_that_came_while_the_passcode_was_hashed_refuses_it() {
    let world = with_outdated_passcode(Policy::default()).await;
    let (past, until) = (world.past(), world.now().as_millis() + 600_000);
    world.meanwhile.once(move || {
        let sql = "INSERT INTO sign_in_locks (name, network, locked_until)
                   SELECT uid, '192.0.2.0/24', $1 FROM users WHERE username = 'ada'";
        past.execute(sql, &[until.into()]);
    });
    assert_eq!(attempt(&world, "192.0.2.1", ADA, PASSCODE).await, LOCKED);
    assert_eq!(world.count("SELECT count(*) FROM sessions"), 0);
}

#[tokio::test]
async fn what_led_to_a_lock_does_not_lead_to_the_next_one() {
    let mut policy = Policy::default();
    policy.lockout.lock_seconds = 60;
    let world = with_outdated_passcode(policy).await;
    fail(&world, "192.0.2.1", 3).await;
    world.advance(61);
    fail(&world, "192.0.2.1", 2).await;
    assert_eq!(
        attempt(&world, "192.0.2.1", ADA, PASSCODE).await,
        None,
        "two failures since the lock, within the window of the first three"
    );
}
