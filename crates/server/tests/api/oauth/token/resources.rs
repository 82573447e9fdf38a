//! Tokens for resource servers (RFC 8707): of an application for itself and in exchange.

use serde_json::{Value, json};

use super::{
    ACCESS, INACTIVE, active, ask, exchange_of, exchanged, introspect, log_in, peopled, refresh_of, refused, revoke, tokens, with_bearer,
};
use crate::support::{ISSUER, Server};

const API: &str = "https://api.test/v1";
const FILES: &str = "urn:test:files";

fn naming(resources: &[&str]) -> String {
    resources
        .iter()
        .map(|resource| format!("&resource={}", form_urlencoded::byte_serialize(resource.as_bytes()).collect::<String>()))
        .collect()
}

async fn for_itself(server: &Server, resources: &[&str]) -> String {
    tokens(&ask(server, "portal", &format!("grant_type=client_credentials{}", naming(resources))).await).0
}

async fn audience(server: &Server, token: &str) -> Value {
    active(server, "shop", token).await["aud"].clone()
}

#[tokio::test]
async fn an_audience_is_what_was_asked_for() {
    let server = peopled().await;
    let (login, _) = log_in(&server, "ada").await;
    for (asked, expected) in [
        (&[][..], json!("cloakroom")),
        (&[ISSUER], json!("cloakroom")),
        (&[API], json!(API)),
        (&[FILES, API, FILES], json!([FILES, API])),
        (&[API, ISSUER], json!(["cloakroom", API])),
    ] {
        assert_eq!(audience(&server, &for_itself(&server, asked).await).await, expected);
        let (access, refresh) = tokens(&exchange_of(&server, "portal", &login, ACCESS, &naming(asked)).await);
        assert_eq!(audience(&server, &access).await, expected);
        // Whoever else is asked knows it, too: here nothing is remembered of the token.
        server.engine.rotate_signing_keys("test").await.unwrap();
        assert_eq!(audience(&server, &access).await, expected, "read from the token itself");
        let (next, _) = tokens(&refresh_of(&server, "portal", &refresh, "").await);
        assert_eq!(audience(&server, &next).await, expected, "also when it is refreshed");
    }
}

#[tokio::test]
async fn anything_else_is_an_invalid_target() {
    let server = peopled().await;
    let (login, _) = log_in(&server, "ada").await;
    let (_, refresh) = tokens(&exchange_of(&server, "portal", &login, ACCESS, &naming(&[API])).await);
    let long = format!("https://api.test/{}", "x".repeat(4000));
    let many = vec![API; 9];
    for asked in [
        &["https://other.test"][..],
        &[API, "https://other.test"],
        &["https://api.test/v1/"],
        &["https://API.test/v1"],
        &["https://api.test/v1#fragment"],
        &["https://api.test/v1#"],
        &["api.test"],
        &["//api.test/v1"],
        &["/v1"],
        &["-"],
        &["cloakroom"],
        &[long.as_str()],
        &many,
    ] {
        let rest = naming(asked);
        refused(&ask(&server, "portal", &format!("grant_type=client_credentials{rest}")).await, 400, "invalid_target");
        refused(&exchange_of(&server, "portal", &login, ACCESS, &rest).await, 400, "invalid_target");
        refused(&refresh_of(&server, "portal", &refresh, &rest).await, 400, "invalid_target");
    }
    for widened in [&[FILES][..], &[API, FILES], &[ISSUER]] {
        refused(&refresh_of(&server, "portal", &refresh, &naming(widened)).await, 400, "invalid_target");
    }
    refused(&ask(&server, "writer", &format!("grant_type=client_credentials{}", naming(&[API]))).await, 400, "invalid_target");
    tokens(&refresh_of(&server, "portal", &refresh, &naming(&[API])).await);
}

#[tokio::test]
async fn a_token_for_others_opens_nothing_here_and_is_still_revoked() {
    let server = peopled().await;
    server.apply(&json!({ "applications": [{ "client_id": "writer", "resources": [API] }] })).await;
    let named =
        async |resources: &[&str]| tokens(&ask(&server, "writer", &format!("grant_type=client_credentials{}", naming(resources))).await).0;
    let (foreign, both) = (named(&[API]).await, named(&[API, ISSUER]).await);
    for (method, path) in
        [("GET", "/api/v1/admin/sessions/"), ("GET", "/auth/verify"), ("GET", "/oauth/userinfo"), ("POST", "/user/logout")]
    {
        assert_eq!(with_bearer(&server, method, path, &foreign).await.status, 401, "{path}");
    }
    assert_eq!(with_bearer(&server, "GET", "/api/v1/admin/sessions/", &both).await.status, 200);
    assert_eq!(active(&server, "shop", &foreign).await["active"], json!(true));
    assert_eq!(introspect(&server, "zeta-shop", &foreign).await.text, INACTIVE, "nobody is told who may not ask");
    revoke(&server, "writer", &foreign).await;
    assert_eq!(introspect(&server, "shop", &foreign).await.text, INACTIVE);
}

#[tokio::test]
async fn a_token_for_others_is_no_credential_here_and_one_that_was_handed_on_widens_nothing() {
    let server = peopled().await;
    let (login, _) = log_in(&server, "ada").await;
    let (foreign, _) = tokens(&exchange_of(&server, "portal", &login, ACCESS, &naming(&[API])).await);
    refused(&exchange_of(&server, "portal", &foreign, ACCESS, "").await, 400, "invalid_request");
    let (ours, _) = exchanged(&server, "portal", &login).await;
    refused(&exchange_of(&server, "portal", &ours, ACCESS, &naming(&[API])).await, 400, "invalid_target");
    let (both, _) = tokens(&exchange_of(&server, "portal", &login, ACCESS, &naming(&[API, ISSUER])).await);
    let (handed_on, _) = tokens(&exchange_of(&server, "portal", &both, ACCESS, &naming(&[API])).await);
    assert_eq!(audience(&server, &handed_on).await, json!(API));
}

#[tokio::test]
async fn what_the_directory_takes_away_is_gone_from_tokens_of_the_application_itself() {
    let server = peopled().await;
    let (api, both) = (for_itself(&server, &[API]).await, for_itself(&server, &[API, FILES]).await);
    server.apply(&json!({ "applications": [{ "client_id": "portal", "resources": [FILES] }] })).await;
    assert_eq!(introspect(&server, "shop", &api).await.text, INACTIVE);
    assert_eq!(audience(&server, &both).await, json!(FILES));
    refused(&ask(&server, "portal", &format!("grant_type=client_credentials{}", naming(&[API]))).await, 400, "invalid_target");
}
