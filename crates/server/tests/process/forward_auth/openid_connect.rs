//! Apache's mod_auth_openidc as an application of ours, by the recipe of the page: signing in, and being told that the session is over.

use std::path::Path;
use std::process::Command;

use serde_json::json;

use super::application::Application;
use super::proxies::{self, Leads};
use super::scene::PASSWORD;
use crate::support::{Client, Home};

const SECRET: &str = "a-secret-of-the-intranet";

/// Follows where it is sent, and keeps its cookies; the page where it ends, and its address.
fn visit(jar: &Path, address: &str, more: &[&str]) -> (String, String) {
    let mut command = Command::new("curl");
    command.args(["--silent", "--show-error", "--location", "--max-time", "60", "--write-out", "\n%{url_effective}"]);
    command.arg("--cookie").arg(jar).arg("--cookie-jar").arg(jar).args(more).arg(address);
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    let (page, at) = text.rsplit_once('\n').unwrap();
    (page.to_owned(), at.to_owned())
}

fn is_sign_in(page: &str) -> bool {
    page.contains("name=\"password\"")
}

#[test]
fn the_recipe_for_mod_auth_openidc_holds() {
    let (apache, application) = (proxies::free_port(), Application::start());
    let at = format!("http://{apache}");
    // Apache listens on this machine alone, as what it is told by.
    let home = Home::new().setting("OUTBOUND__ALLOWED_NETWORKS", "127.0.0.0/8");
    let people = json!({
        "users": [{ "username": "ada", "email": "ada@example.com", "password": PASSWORD }],
        "applications": [{
            "client_id": "intranet", "kind": "web", "client_secret": SECRET, "is_first_party": true, "platform": true,
            "redirect_uris": [format!("{at}/signed-in")], "backchannel_logout_uri": format!("{at}/signed-in?logout=backchannel"),
        }],
    });
    let serving = home.serve(&["--apply", &home.document("people.json", &people)]);
    let leads = Leads { cloakroom: serving.address, application: application.address };
    let Some(proxy) = proxies::openid_connect(leads, (apache, SECRET)) else {
        eprintln!("SKIPPED: there is no Apache to try its recipe with");
        return;
    };
    let folder = tempfile::TempDir::new().unwrap();
    let jar = folder.path().join("cookies");

    let (page, login) = visit(&jar, &format!("{at}/a?b=c"), &[]);
    assert!(is_sign_in(&page), "{login}: {page}");
    let token = page.split_once("name=\"form_token\" value=\"").unwrap().1.split('"').next().unwrap();
    let token = format!("form_token={token}");
    let typed = ["--data-urlencode", "username=ada", "--data-urlencode", &format!("password={PASSWORD}"), "--data-urlencode", &token];
    let own = format!("http://{}/login", serving.address);
    let (page, address) = visit(&jar, &own, &typed);
    assert_eq!(address, format!("{at}/a?b=c"), "{page}{}", proxy.log());
    assert!(page.starts_with("GET /a?b=c HTTP/") && page.to_lowercase().contains("remote-user: ada\n"), "{page}");
    let (page, _) = visit(&jar, &format!("{at}/d"), &[]);
    assert!(page.starts_with("GET /d HTTP/"), "its own session goes on: {page}");

    // Ended from elsewhere.
    let mut client = Client::to(serving.address);
    let json = [("content-type", "application/json")];
    let body = json!({ "username": "ada", "password": PASSWORD }).to_string();
    let signed_in = client.try_call("POST", "/user/login", &json, &body).unwrap();
    let bearer = format!("Bearer {}", signed_in.json()["accessToken"].as_str().unwrap());
    let ended = client.try_call("POST", "/api/v1/me/sessions/revoke-all", &[json[0], ("authorization", &bearer)], "{}").unwrap();
    assert_eq!(ended.status, 200, "{}", ended.text);
    // Apache asks nobody: it knows because it was told, within a second or two.
    while !is_sign_in(&visit(&jar, &format!("{at}/d"), &[]).0) {
        std::thread::yield_now();
    }
}
