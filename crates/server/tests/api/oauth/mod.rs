//! The standard endpoints, and who may ask them.

use axum::body::Body;
use axum::http::{Request, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use crate::support::{Answer, Server, call};

mod assertions;
mod clients;
mod introspect;
mod jwks;
mod metadata;
mod public_clients;
mod revoke;
mod token;

const SECRET: &str = "a-secret-of-the-shop";

/// Ada of ACME, Zoe of ZETA; applications of ACME: without a scope, one that may write, one with scopes of its own, a disabled one,
/// one of the platform; one of ZETA.
pub async fn peopled() -> Server {
    let server = Server::empty(Default::default());
    server.engine.refresh_signing_keys().await.unwrap();
    let application = |client_id: &str, tenant: &str| json!({ "client_id": client_id, "tenant": tenant, "client_secret": SECRET });
    let mut writer = application("writer", "ACME");
    writer["scopes"] = json!(["admin:write"]);
    let mut platform = application("platform", "ACME");
    platform["platform"] = json!(true);
    platform["scopes"] = json!(["admin:read", "admin:write"]);
    let mut portal = application("portal", "ACME");
    portal["scopes"] = json!(["profile", "mail"]);
    portal["resources"] = json!(["https://api.test/v1", "urn:test:files"]);
    let mut disabled = application("disabled", "ACME");
    disabled["status"] = json!("disabled");
    server
        .apply(&json!({
            "tenants": [{ "code": "ACME" }, { "code": "ZETA" }],
            "users": [
                { "username": "ada", "email": "ada@example.com", "password": "Correct-horse-7", "tenant": "ACME" },
                { "username": "zoe", "email": "zoe@example.com", "password": "Correct-horse-7", "tenant": "ZETA" },
            ],
            "applications": [application("shop", "ACME"), writer, portal, application("zeta-shop", "ZETA"), platform, disabled],
        }))
        .await;
    server
}

/// Access and refresh token of a new login.
pub async fn log_in(server: &Server, username: &str) -> (String, String) {
    let body = json!({ "username": username, "password": "Correct-horse-7" });
    let answer = server.send(call("POST", "/user/login", body.to_string())).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let text = |name: &str| answer.body[name].as_str().unwrap().to_owned();
    (text("accessToken"), text("refreshToken"))
}

/// A form of a client that authenticates with `Basic`.
pub fn form_of(client_id: &str, path: &str, body: &str) -> Request<Body> {
    let mut request = call("POST", path, body.to_owned());
    let headers = request.headers_mut();
    let basic = format!("Basic {}", STANDARD.encode(format!("{client_id}:{SECRET}")));
    headers.insert(header::AUTHORIZATION, basic.parse().unwrap());
    headers.insert(header::CONTENT_TYPE, "application/x-www-form-urlencoded".parse().unwrap());
    request
}

pub async fn introspect(server: &Server, client_id: &str, token: &str) -> Answer {
    let answer = server.send(form_of(client_id, "/oauth/introspect", &format!("token={token}"))).await;
    assert_eq!((answer.status, answer.header("cache-control")), (200, Some("no-store")), "{}", answer.text);
    answer
}

pub async fn revoke(server: &Server, client_id: &str, token: &str) {
    let answer = server.send(form_of(client_id, "/oauth/revoke", &format!("token={token}&token_type_hint=nonsense"))).await;
    assert_eq!((answer.status, answer.text.as_str()), (200, ""));
}

pub const INACTIVE: &str = r#"{"active":false}"#;
