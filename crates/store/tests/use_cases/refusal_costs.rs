//! A refused sign-in takes as much work as the dearest hash of the directory, whoever was named: counted, not timed.

use cloakroom_engine::directory::UserStatus;
use cloakroom_engine::directory::document::{DirectoryDocument, UserEntry};
use cloakroom_engine::directory::password::PasswordHash;
use cloakroom_engine::directory::password_cost::HashCost;
use cloakroom_engine::policy::{LockoutPolicy, PasswordPolicy, Policy};
use cloakroom_engine::secret::Passcode;

use crate::world::{World, from_address, user, users};

const PASSCODE: &str = "Correct-horse-7";

fn imported(costs: &str) -> PasswordHash {
    let phc = format!("$argon2id$v=19${costs}$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    PasswordHash::parse(&phc).unwrap()
}

/// Users with hashes of every cost, one without any, and one who may not enter.
async fn peopled() -> World {
    let lockout = LockoutPolicy { failures: 0, failures_everywhere: 0, ..LockoutPolicy::default() };
    let world = World::peopled(Policy { lockout, ..Policy::default() }).await;
    let with = |name: &str, hash: &str| UserEntry { password_hash: Some(imported(hash)), ..user(name, None) };
    let suspended = UserEntry { password: Some(Passcode::new(PASSCODE.into())), status: Some(UserStatus::Suspended), ..user("sue", None) };
    let ada = UserEntry { password: Some(Passcode::new(PASSCODE.into())), ..UserEntry { username: "ada".into(), ..UserEntry::default() } };
    let of_before = with("old", "m=64,t=1,p=1");
    world.apply(users(vec![ada, of_before, with("imp", "m=20000,t=3,p=4"), suspended]), true).await;
    world
}

/// Tries once under each name, which must take this work, but for what is too little for any hash.
async fn costs(world: &World, passcode: &str, work: u64) {
    for name in ["ghost", "ada", "bob", "sue", "old", "imp", "not a name"] {
        let passcode = Passcode::new(passcode.as_bytes().to_vec());
        let refused = world.engine.log_in(name, passcode, from_address("192.0.2.1")).await.unwrap();
        let spent = world.meanwhile.spent();
        assert!(refused.is_err() && spent.len() == 1 && (work - 24..=work).contains(&spent[0]), "{name}: {spent:?} of {work}");
    }
}

#[tokio::test]
async fn every_refusal_takes_the_same_work_whoever_was_named() {
    let world = peopled().await;
    costs(&world, "wrong", 60_000).await;
    // Typed in two forms it is compared twice, for everybody.
    costs(&world, "wro\u{301}ng", 120_000).await;
    // The right one of somebody who may not enter is a refusal like any other.
    let passcode = Passcode::new(PASSCODE.into());
    assert!(world.engine.log_in("sue", passcode, from_address("192.0.2.1")).await.unwrap().is_err());
    assert!((59_976..=60_000).contains(&world.meanwhile.spent()[0]));
}

#[tokio::test]
async fn the_dearest_is_what_the_directory_holds_now() {
    let world = peopled().await;
    let changed = |hash: &str| UserEntry { username: "imp".into(), password_hash: Some(imported(hash)), ..UserEntry::default() };
    for (costs, work) in [("m=20000,t=4,p=1", 80_000), ("m=19500,t=2,p=1", 39_000), ("m=64,t=1,p=1", HashCost::TODAY.work())] {
        world.apply(users(vec![changed(costs)]), true).await;
        let passcode = Passcode::new(b"wrong".to_vec());
        assert!(world.engine.log_in("ghost", passcode, from_address("192.0.2.1")).await.unwrap().is_err());
        assert_eq!(world.meanwhile.spent(), [work], "{costs}");
    }
    let sql = "SELECT count(*) FROM users WHERE (password_hash IS NULL) <> (password_cost IS NULL)";
    assert_eq!(world.count(sql), 0, "every hash has its cost beside it");
}

#[tokio::test]
async fn a_hash_that_would_make_refusals_too_dear_is_refused() {
    let imported_at_most = HashCost { memory_kib: 30_000, passes: 3 };
    let passwords = PasswordPolicy { imported: imported_at_most, ..PasswordPolicy::default() };
    let world = World::peopled(Policy { passwords, ..Policy::default() }).await;
    for (costs, is_fine) in [("m=30000,t=3,p=4", true), ("m=30004,t=1,p=1", false), ("m=64,t=4,p=1", false)] {
        let entry = UserEntry { password_hash: Some(imported(costs)), ..user("imp", None) };
        let document = DirectoryDocument { users: vec![entry], ..DirectoryDocument::default() };
        let applied = world.engine.apply_directory(document, true, "test").await.unwrap();
        assert_eq!(applied.is_ok(), is_fine, "{costs}");
        if let Err(wrong) = applied {
            let told = wrong.to_string();
            assert!(told.contains("passwords.import_memory_kib is 30000") && told.contains("passwords.import_passes is 3"), "{told}");
            assert!(told.contains("users[0] \"imp\""), "{told}");
        }
    }
}
