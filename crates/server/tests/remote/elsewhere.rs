//! What answers where no Cloakroom does: another server, and a proxy of the environment.

use std::time::SystemTime;

use crate::pretender::Pretender;
use crate::scene::{PASSCODE, Scene};

const PAGE: &str = "<html><title>Welcome</title></html>";

/// Says that all is well, in HTML.
fn web_server(status: u16) -> Pretender {
    Pretender::start(move |_| Some((status, SystemTime::now(), PAGE)))
}

#[test]
fn a_base_url_is_read_as_it_is_meant() {
    let scene = Scene::new();
    let address = scene.server.address.to_string();
    for url in [address.clone(), format!("http://{address}/docs/"), format!("localhost:{}", scene.server.address.port())] {
        let login = scene.run_with(&[("CLOAKROOM_PASSCODE", PASSCODE)], &["login", "--profile", "acme", "--base-url", &url, "bob"]);
        assert_eq!(login.code, 0, "{url}: {login:?}");
    }
    for (url, told) in
        [("ftp://a.example", "write `https://a.example`"), ("https://", "write `https://"), ("http://a:b@c.example", "credentials")]
    {
        let refused = scene.run(&["whoami", "--base-url", url]);
        assert!(refused.code == 2 && refused.stderr.contains(told), "{url}: {refused:?}");
    }
    let secure = scene.run(&[
        "usm",
        "session",
        "validate",
        "--base-url",
        &format!("https://{address}"),
        "--session-guid-file",
        &scene.sign_in("ada", "ada.guid").1,
    ]);
    assert!(secure.code == 5 && secure.stderr.contains("write http://"), "{secure:?}");
}

#[test]
fn what_is_no_cloakroom_is_told() {
    let scene = Scene::new();
    for (status, code) in [(200, 1), (404, 4), (502, 5)] {
        let other = web_server(status);
        let url = other.base_url();
        let login = scene.run_with(&[("CLOAKROOM_PASSCODE", PASSCODE)], &["login", "--profile", "acme", "--base-url", &url, "bob"]);
        assert!(login.code == code && login.stderr.contains("base_url") && !login.stderr.contains(PASSCODE), "{status}: {login:?}");
        scene.write_profiles(&format!("[acme]\nbase_url = \"{url}\"\n"));
        let doctor = scene.run_with(&[], &["doctor", "--profile", "acme"]);
        assert!(doctor.code == 1 && doctor.stdout.contains("base_url"), "{status}: {doctor:?}");
    }
}

#[test]
fn a_proxy_of_the_environment_is_not_asked_about_loopback() {
    let scene = Scene::new();
    let proxy = web_server(200);
    let environment = [("HTTP_PROXY", proxy.base_url()), ("ALL_PROXY", proxy.base_url()), ("CLOAKROOM_PASSCODE", PASSCODE.to_owned())];
    let environment: Vec<_> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let login = ["login", "--profile", "acme", "bob"];
    assert_eq!(scene.run_with(&environment, &login).code, 0);
    // Unless told.
    let address = scene.server.address;
    scene.write_profiles(&format!("[acme]\nbase_url = \"http://{address}\"\nproxy = \"{}\"\n", proxy.base_url()));
    let told = scene.run_with(&[("CLOAKROOM_PASSCODE", PASSCODE)], &login);
    assert!(told.code == 1 && told.stderr.contains("base_url"), "{told:?}");
    // Elsewhere it is, and whoever is puzzled hears of it.
    scene.write_profiles("[acme]\nbase_url = \"http://sessions.invalid\"\n");
    let elsewhere = scene.run_with(&environment, &login);
    assert!(elsewhere.code == 1 && elsewhere.stderr.contains("NO_PROXY=sessions.invalid"), "{elsewhere:?}");
}
