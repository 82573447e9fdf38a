//! What a script can tell a failure by.

use std::os::unix::fs::PermissionsExt as _;

use crate::scene::Scene;

#[test]
fn each_kind_of_failure_has_its_code() {
    let scene = Scene::new();
    let (_, guid) = scene.sign_in("ada", "ada.guid");
    let (_, other) = scene.sign_in("bob", "bob.guid");
    let wrong = scene.secret_file("wrong", "Wrong-horse-9");
    let unknown = scene.secret_file("unknown", "00000000-0000-0000-0000-000000000000");
    let validate = |file: &str| scene.run(&["usm", "session", "validate", "--session-guid-file", file]);
    assert_eq!(validate(&guid).code, 0);
    let refused = scene.run(&["usm", "session", "create", "--email", "ada@example.com", "--passcode-file", &wrong]);
    assert!(refused.code == 3 && refused.stderr.contains("invalid-passcode") && refused.stdout.is_empty(), "{refused:?}");
    assert_eq!(validate(&unknown).code, 4);
    assert_eq!(scene.run(&["usm", "session", "close", "--session-guid-file", &other]).code, 0);
    let dead = validate(&other);
    assert!(dead.code == 3 && dead.stderr.contains("closed") && dead.stderr.contains("hint: "), "{dead:?}");
    let invalid = scene.run(&["usm", "api-key", "policy-set", "--session-guid-file", &guid, "--max-age-days", "99999"]);
    assert!(invalid.code == 1 && invalid.stderr.contains("max_age_days"), "{invalid:?}");
    // Nobody listens on port 0 of anything.
    let unreachable = scene.run(&["usm", "session", "validate", "--session-guid-file", &guid, "--base-url", "http://127.0.0.1:0"]);
    assert_eq!(unreachable.code, 5, "{unreachable:?}");
    assert_eq!(scene.run(&["whoami"]).code, 3);
}

#[test]
fn wrong_usage_asks_nothing() {
    let scene = Scene::new();
    let (_, guid) = scene.sign_in("ada", "ada.guid");
    let unnamed = scene.run_with(&[], &["usm", "session", "validate", "--session-guid-file", &guid]);
    assert!(unnamed.code == 2 && unnamed.stderr.contains("--profile"), "{unnamed:?}");
    let other = scene.run_with(&[], &["usm", "session", "validate", "--profile", "beta", "--session-guid-file", &guid]);
    assert!(other.code == 2 && other.stderr.contains("acme"), "{other:?}");
    let nothing = scene.run(&["usm", "session", "validate"]);
    assert!(nothing.code == 2 && nothing.stderr.contains("CLOAKROOM_SESSION_GUID"), "{nothing:?}");
    for flag in ["--passcode", "--session-guid", "--api-key", "--password"] {
        assert_eq!(scene.run(&["usm", "session", "validate", flag, "a-secret"]).code, 2, "{flag}");
    }
    let no_org = "[acme]\nbase_url = \"http://localhost\"\n";
    scene.write_profiles(no_org);
    let unnamed = scene.run(&["usm", "service-account", "list", "--session-guid-file", &guid]);
    assert!(unnamed.code == 2 && unnamed.stderr.contains("--orgcode"), "{unnamed:?}");
    scene.write_profiles(&format!("{no_org}passwort = \"x\"\n"));
    let unknown = scene.run(&["usm", "session", "validate", "--session-guid-file", &guid]);
    assert!(unknown.code == 2 && unknown.stderr.contains("passwort"), "{unknown:?}");
}

#[test]
fn what_others_may_read_is_not_read() {
    let scene = Scene::new();
    let (_, guid) = scene.sign_in("ada", "ada.guid");
    let validate = || scene.run(&["usm", "session", "validate", "--session-guid-file", &guid]);
    for lax in [scene.path("ada.guid"), scene.profiles()] {
        std::fs::set_permissions(&lax, std::fs::Permissions::from_mode(0o640)).unwrap();
        let refused = validate();
        assert!(refused.code == 2 && refused.stderr.contains("chmod 600"), "{refused:?}");
        std::fs::set_permissions(&lax, std::fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(validate().code, 0);
    }
    let there = scene.run_with(
        &[("CLOAKROOM_PASSCODE", crate::scene::PASSCODE)],
        &["usm", "session", "create", "--profile", "acme", "--email", "ada@example.com", "--guid-file", &guid],
    );
    assert!(there.code == 1 && there.stderr.contains("is there already"), "{there:?}");
}
