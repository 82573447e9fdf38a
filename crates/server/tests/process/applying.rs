//! Directory files: on start, and while stopped.

use serde_json::{Value, json};

use crate::support::Home;

fn ada(more: &Value) -> Value {
    let mut user = json!({ "username": "ada", "email": "ada@example.com", "password": "Correct-horse-7" });
    user.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!({ "tenants": [{ "code": "ACME" }], "users": [user] })
}

#[test]
fn applying_at_every_start_changes_nothing_that_stands() {
    let home = Home::new();
    let file = home.document("users.json", &ada(&json!({})));
    let server = home.serve(&["--apply", &file]);
    let guid = server.client().sign_in("ada@example.com", "Correct-horse-7").guid();
    let finished = server.stop();
    assert!(finished.stderr.contains("2 created") && !home.data().join("admin-password").exists(), "{}", finished.stderr);
    for _ in 0..2 {
        let server = home.serve(&["--apply", &file]);
        assert_eq!(server.client().with_guid("session/validate", &guid).status, 200);
        let finished = server.stop();
        assert!(finished.stderr.contains("0 created, 0 changed, 2 unchanged, 0 sessions ended"), "{}", finished.stderr);
    }
}

#[test]
fn a_restart_unsuspends_nobody_and_rewrites_no_password() {
    let home = Home::new();
    let file = home.document("users.json", &ada(&json!({})));
    let server = home.serve(&["--apply", &file]);
    let guid = server.client().sign_in("ada@example.com", "Correct-horse-7").guid();
    server.stop();
    let suspended = home.document("suspended.json", &ada(&json!({ "status": "suspended", "password": "New-horse-8" })));
    let kept = home.run(&["apply", &suspended]);
    assert!(kept.status.success() && kept.stdout.contains("0 changed"), "{kept:?}");
    let applied = home.run(&["apply", &suspended, "--overwrite"]);
    assert!(applied.status.success() && applied.stdout.contains("1 changed") && applied.stdout.contains("1 sessions ended"), "{applied:?}");
    let server = home.serve(&["--apply", &file]);
    let mut client = server.client();
    assert_eq!(client.with_guid("session/validate", &guid).status, 401);
    assert_eq!(client.sign_in("ada@example.com", "Correct-horse-7").tag(), "invalid-passcode");
    assert_eq!(client.sign_in("ada@example.com", "New-horse-8").tag(), "user-not-verified");
}

#[test]
fn a_wrong_entry_is_named_and_nothing_of_the_file_is_applied() {
    let home = Home::new();
    let wrong = json!({ "users": [
        { "username": "ada", "email": "ada@example.com", "password": "Correct-horse-7" },
        { "username": "bob", "email": "bob@example.com", "password": "s3cret-marker", "tenant": "NOWHERE" },
    ] });
    let file = home.document("wrong.json", &wrong);
    let refused = home.run(&["apply", &file]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(refused.stderr.contains("users[1] \"bob\"") && refused.stderr.contains("NOWHERE"), "{}", refused.stderr);
    assert!(!refused.stderr.contains("s3cret-marker"), "{}", refused.stderr);
    assert_eq!(home.refuse_to_serve(&["--apply", &file]).status.code(), Some(1));
    let server = home.serve(&[]);
    assert_eq!(server.client().sign_in("ada@example.com", "Correct-horse-7").status, 401, "all or nothing");
}

#[test]
fn one_that_was_interrupted_is_given_again() {
    let home = Home::new();
    let user = |number: u32| json!({ "username": format!("user-{number}"), "password": "Correct-horse-7" });
    let file = home.document("many.json", &json!({ "users": (0..12).map(user).collect::<Vec<_>>() }));
    let mut applying = home.prepared(&["apply", &file]).spawn().unwrap();
    // Twelve passwords are hashed after the database is made and before anything is stored.
    while !home.data().join("cloakroom.db").exists() && applying.try_wait().unwrap().is_none() {
        std::thread::yield_now();
    }
    applying.kill().unwrap();
    applying.wait().unwrap();
    let again = home.run(&["apply", &file]);
    let whole = ["12 created, 0 changed, 0 unchanged", "0 created, 0 changed, 12 unchanged"];
    assert!(again.status.success() && whole.iter().any(|whole| again.stdout.contains(whole)), "{again:?}");
    assert!(home.run(&["apply", &file]).stdout.contains(whole[1]), "a second time changes nothing");
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let refused = Home::new().run(&["apply", "/nowhere/users.yaml"]);
    assert!(refused.status.code() == Some(1) && refused.stderr.contains("/nowhere/users.yaml"), "{}", refused.stderr);
}
