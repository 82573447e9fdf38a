//! `/auth/verify`: what proxies are told, against docs/contracts/browser.md, Forward-auth.

use cloakroom_server::web::DoorSettings;
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::support::{Owned, Server, Setup, call};

mod admitted;
mod asking;
mod demands;
mod refused;
mod sign_in_first;

use asking::{ask, question, told, why};

pub const PASSWORD: &str = "Correct-horse-7";
const SECRET: &str = "a-secret-of-the-shop";

/// Ada of ACME, who owns it and is a member of BETA; Bob of nobody. Applications of ACME: the portal, which acts for people, and a machine.
/// Requests of these tests come by a proxy.
pub async fn scene() -> Server {
    scene_with(&[]).await
}

pub async fn scene_with(more: &[(&str, Value)]) -> Server {
    let door = DoorSettings { return_to_hosts: vec!["app.example.com".into()], ..DoorSettings::default() };
    let server = Server::empty(Setup { door, trusted_proxies: vec!["192.0.2.7/32"], ..Setup::default() });
    server.engine.refresh_signing_keys().await.unwrap();
    let application =
        |name: &str, scopes: &[&str]| json!({ "client_id": name, "tenant": "ACME", "client_secret": SECRET, "scopes": scopes });
    let mut document = json!({
        "tenants": [{ "code": "ACME" }, { "code": "BETA" }],
        "users": [
            { "username": "ada", "email": "ada@example.com", "password": PASSWORD, "tenant": "ACME", "display_name": "Ada Lovelace",
              "memberships": { "ACME": "owner", "BETA": "member" } },
            { "username": "bob", "email": "bob@example.com", "password": PASSWORD },
        ],
        "applications": [application("portal", &["profile"]), application("machine", &["admin:read"])],
    });
    document.as_object_mut().unwrap().extend(more.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
    server.apply(&document).await;
    server
}

/// The cookie of somebody who signed in at a browser.
pub async fn cookie(server: &Server, username: &str) -> String {
    let browser = Browser::signed_in(server, username, PASSWORD).await;
    format!("__Host-cloakroom={}", browser.held().unwrap())
}

/// An access token of a login.
pub async fn token(server: &Server, username: &str) -> String {
    let body = json!({ "username": username, "password": PASSWORD });
    let answer = server.send(call("POST", "/user/login", body.to_string())).await;
    answer.body["accessToken"].as_str().unwrap_or_else(|| panic!("{}", answer.text)).to_owned()
}

/// The token of an application, for itself or by what `form` says.
pub async fn given(server: &Server, client_id: &str, form: &str) -> String {
    let mut request = call("POST", "/oauth/token", format!("client_id={client_id}&client_secret={SECRET}&{form}"));
    request.headers_mut().insert("content-type", "application/x-www-form-urlencoded".parse().unwrap());
    let answer = server.send(request).await;
    answer.body["access_token"].as_str().unwrap_or_else(|| panic!("{}", answer.text)).to_owned()
}

/// A key of a new service account of ACME: its text, and the account.
pub async fn key(server: &Server) -> (String, String) {
    let acme = Owned { server: server.clone(), guid: server.open("ada@example.com").await.bearer, org: "ACME" };
    let account = acme.account().await;
    (acme.key(&account).await.0, account)
}
