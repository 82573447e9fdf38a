//! What the binary tells of itself with every call of USM: which build it is, and what the call cost.

use std::process::Command;

use serde_json::json;

use crate::support::Home;

const PASSCODE: &str = "Correct-horse-7";

/// The commit of these sources, or that nobody knows it.
fn commit() -> String {
    let git = |arguments: &[&str]| {
        let answered = Command::new("git").arg("-C").arg(env!("CARGO_MANIFEST_DIR")).args(arguments).output().ok()?;
        answered.status.success().then(|| String::from_utf8(answered.stdout).unwrap().trim().to_owned())
    };
    let of_checkout = || git(&["ls-files", "--error-unmatch", "build.rs"]).and_then(|_| git(&["rev-parse", "--short=12", "HEAD"]));
    std::env::var("CLOAKROOM_COMMIT").ok().or_else(of_checkout).unwrap_or_else(|| "unknown".to_owned())
}

#[test]
fn the_build_is_named_by_version_and_commit() {
    let home = Home::new();
    let expected = format!("{}+{}", env!("CARGO_PKG_VERSION"), commit());
    let told = Command::new(env!("CARGO_BIN_EXE_cloakroom")).arg("version").output().unwrap();
    assert_eq!(String::from_utf8(told.stdout).unwrap().trim(), format!("cloakroom {expected}"));
    let server = home.serve(&[]);
    let answer = server.client().with_guid("session/validate", "01234567-89ab-cdef-0123-456789abcdef").json();
    assert_eq!((&answer["build"]["build_id"], &answer["stats"]["build_id"]), (&json!(expected), &json!(expected)));
}

/// Of reads, of writes, which run in tasks of their own, and of what does not ask the store.
#[test]
fn what_engine_and_store_took_is_told_apart() {
    let home = Home::new();
    let users = json!({ "users": [{ "username": "ada", "email": "ada@example.com", "password": PASSCODE }] });
    let server = home.serve(&["--apply", &home.document("users.json", &users)]);
    let mut client = server.client();
    let created = client.sign_in("ada@example.com", PASSCODE);
    let guid = created.guid();
    for answer in [created, client.with_guid("session/validate", &guid), client.with_guid("session/close", &guid)] {
        let stats = &answer.json()["stats"];
        let part = |name: &str| stats["metrics"]["latency_ms"][name].as_f64().unwrap();
        let all = stats["latency_ms"].as_f64().unwrap();
        assert!(part("store") > 0.0 && part("engine") > 0.0, "{stats}");
        assert!((part("store") + part("engine") - all).abs() < 0.01, "they are the whole: {stats}");
    }
    let refused = client.sign_in("ada@example.com", "Wrong-horse-7").json();
    let parts = refused["stats"]["metrics"]["latency_ms"].clone();
    assert!(["engine", "store"].iter().all(|part| parts[part].as_f64().unwrap().fract() == 0.0), "a clock for guessers: {refused}");
}
