//! `/console`: who sees which page, and what the forms of the pages do.

mod confirming;
mod finding;
mod looking;
mod mass_ends;
mod personas;

use serde_json::json;

use crate::browser::{Browser, form_token};
use crate::support::{Answer, Server};

pub const PASSWORD: &str = "Correct-horse-7";

/// Two tenants with people of every kind, and those who run the place.
pub async fn server() -> Server {
    let server = Server::start().await;
    let person = |name: &str, tenant: Option<&str>, role: &str, is_operator: bool| {
        let mut person = json!({ "username": name, "email": format!("{name}@example.com"), "password": PASSWORD, "role": role, "is_operator": is_operator });
        if let Some(tenant) = tenant {
            person["tenant"] = json!(tenant);
            person["memberships"] = json!({ tenant: if name == "owner" { "owner" } else { "member" } });
        }
        person
    };
    let document = json!({
        "partners": [{ "code": "north", "name": "North" }],
        "tenants": [
            { "code": "ACME", "name": "Acme", "partner": "north", "status": "verified" },
            { "code": "ZETA", "name": "Zeta", "status": "verified" },
        ],
        "users": [
            person("member", Some("ACME"), "none", false),
            person("owner", Some("ACME"), "none", false),
            person("tenant_admin", Some("ACME"), "tenant_admin", false),
            person("operator", Some("ACME"), "none", true),
            person("partner_admin", Some("ACME"), "partner_admin", false),
            person("stranger", Some("ZETA"), "none", false),
            person("zeta_admin", Some("ZETA"), "tenant_admin", false),
            person("root", None, "super_admin", false),
        ],
    });
    server.apply(&document).await;
    server
}

/// Signed in by somebody's password.
pub async fn at<'s>(server: &'s Server, name: &str) -> Browser<'s> {
    Browser::signed_in(server, name, PASSWORD).await
}

/// A session of somebody, by its id and its bearer guid.
pub async fn session_of(server: &Server, name: &str) -> (String, String) {
    let guids = server.open(&format!("{name}@example.com")).await;
    let pointer = cloakroom_engine::ids::parse_guid(&guids.bearer).unwrap();
    let pointer = cloakroom_engine::sessions::get::SessionPointer::from_guid(pointer);
    let session = server.engine.get_session(&pointer, true).await.unwrap().unwrap().view.session;
    (session.uid.to_string(), guids.bearer)
}

pub async fn lives(server: &Server, guid: &str) -> bool {
    server.with_guid("session/validate", guid).await.status == 200
}

/// The ids of the sessions that a page shows.
pub fn shown(page: &Answer) -> Vec<String> {
    assert_eq!(page.status, 200, "{}", page.text);
    page.text.split("<tr role=\"row\" id=\"").skip(1).map(|row| row.split('"').next().unwrap().to_owned()).collect()
}

/// Sends a form of the console, with the token of a page of it.
pub async fn send(browser: &mut Browser<'_>, path: &str, fields: &[(&str, &str)]) -> Answer {
    let token = form_token(&browser.get("/console/confirm").await);
    let fields: Vec<_> = fields.iter().copied().chain([("form_token", token.as_str())]).collect();
    browser.post(path, &fields).await
}
