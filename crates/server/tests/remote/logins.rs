//! A login that is kept between commands.

use crate::scene::{CLIENT_SECRET, PASSCODE, Scene};
use crate::support::mode;

#[test]
fn a_login_lasts_until_it_is_ended() {
    let scene = Scene::new();
    let passcode = [("CLOAKROOM_PASSCODE", PASSCODE)];
    let login = scene.run_with(&passcode, &["login", "--profile", "acme", "bob", "--json"]);
    assert_eq!(login.json()["username"], "bob");
    let kept = scene.path("logins/acme.json");
    assert_eq!(mode(&kept), 0o600);
    let text = std::fs::read_to_string(&kept).unwrap();
    let access = serde_json::from_str::<serde_json::Value>(&text).unwrap()["access_token"].as_str().unwrap().to_owned();
    assert_eq!(scene.run(&["whoami", "--json"]).json(), login.json());
    // Another server is shown nothing of it.
    let elsewhere = scene.run(&["whoami", "--base-url", &format!("http://localhost:{}", scene.server.address.port())]);
    assert_eq!(elsewhere.code, 3, "{elsewhere:?}");
    assert_eq!(scene.run(&["logout"]).stdout, "logged out\n");
    assert!(!kept.exists());
    assert_eq!(scene.server.client().with_bearer("/api/v1/me", &access).status, 401);
    assert_eq!((scene.run(&["whoami"]).code, scene.run(&["logout"]).code), (3, 0));
}

#[test]
fn a_session_that_ended_elsewhere_is_forgotten() {
    let scene = Scene::new();
    scene.run_with(&[("CLOAKROOM_PASSCODE", PASSCODE)], &["login", "--profile", "acme", "ada"]);
    let (_, guid) = scene.sign_in("ada", "ada.guid");
    assert_eq!(
        scene.run(&["usm", "session", "logout-other-devices", "--yes", "--session-guid-file", &guid, "--json"]).json()["doomed_count"],
        1
    );
    let dead = scene.run(&["whoami"]);
    assert!(dead.code == 3 && dead.stderr.contains("sign in again"), "{dead:?}");
    assert!(!scene.path("logins/acme.json").exists());
}

#[test]
fn an_application_asks_where_nobody_logged_in() {
    let scene = Scene::new();
    let base_url = format!("http://{}", scene.server.address);
    scene.write_profiles(&format!("[acme]\nbase_url = \"{base_url}\"\nclient_id = \"shop\"\nclient_secret = \"{CLIENT_SECRET}\"\n"));
    assert_eq!(scene.run(&["whoami", "--json"]).json()["client_id"], "shop");
}
