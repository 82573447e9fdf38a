//! Requests that no honest client makes, and tokens of applications where a user's belong.

use axum::http::header;
use cloakroom_server::router::documents;

use super::{EXCHANGE, SECRET, ask, call, exchanged, form_of, log_in, peopled, refused, tokens, with_bearer};

#[tokio::test]
async fn what_is_missing_double_or_malformed_is_named_by_its_error() {
    let server = peopled().await;
    for (form, error) in [
        ("", "invalid_request"),
        ("grant_type=", "invalid_request"),
        ("grant_type=client_credentials&grant_type=client_credentials", "invalid_request"),
        ("grant_type=client_credentials&scope=a&scope=b", "invalid_request"),
        ("grant_type=refresh_token", "invalid_request"),
        ("grant_type=refresh_token&refresh_token=", "invalid_request"),
        ("grant_type=refresh_token&refresh_token=a&refresh_token=b", "invalid_request"),
        (&format!("grant_type={EXCHANGE}"), "invalid_request"),
        (&format!("grant_type={EXCHANGE}&subject_token=x"), "invalid_request"),
        (&format!("grant_type={EXCHANGE}&subject_token_type=x"), "invalid_request"),
        ("grant_type=password&username=ada&password=x", "unsupported_grant_type"),
        ("grant_type=authorization_code&code=x", "invalid_request"),
        ("grant_type=CLIENT_CREDENTIALS", "unsupported_grant_type"),
        ("grant_type=%00%ff", "unsupported_grant_type"),
        ("grant_type=client_credentials&scope=%00", "invalid_scope"),
    ] {
        refused(&ask(&server, "portal", form).await, 400, error);
    }
    refused(&ask(&server, "portal", &"x".repeat(70_000)).await, 413, "invalid_request");
    refused(&ask(&server, "disabled", "grant_type=client_credentials").await, 401, "invalid_client");
    refused(&server.send(call("POST", "/oauth/token", "grant_type=client_credentials")).await, 401, "invalid_client");
    let mut json = form_of("portal", "/oauth/token", r#"{"grant_type":"client_credentials"}"#);
    json.headers_mut().insert(header::CONTENT_TYPE, "application/json".parse().unwrap());
    refused(&server.send(json).await, 400, "invalid_request");
    let twice = format!("grant_type=client_credentials&client_id=portal&client_secret={SECRET}");
    refused(&ask(&server, "portal", &twice).await, 400, "invalid_request");
    assert_eq!(server.send(call("GET", "/oauth/token?grant_type=client_credentials", "")).await.status, 405);
    let in_the_query = server.send(form_of("portal", "/oauth/token?grant_type=client_credentials", "")).await;
    refused(&in_the_query, 400, "invalid_request");
}

/// Every documented operation that takes a user's access token, with its ids filled in.
fn routes_of_users() -> Vec<(String, String)> {
    let mut routes = Vec::new();
    for (_, document) in documents() {
        let document = serde_json::to_value(document).unwrap();
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let takes = operation["security"].as_array().is_some_and(|ways| ways.iter().any(|way| way.get("accessToken").is_some()));
                if takes {
                    let id = |prefix: &str| format!("{prefix}_01234567890123456789012345");
                    let path = path.replace("{session_id}", &id("ses")).replace("{tenant_id}", &id("tnt")).replace("{user_id}", &id("usr"));
                    routes.push((method.to_uppercase(), path));
                }
            }
        }
    }
    routes
}

#[tokio::test]
async fn no_token_of_an_application_is_taken_where_a_users_belongs() {
    let server = peopled().await;
    let (login, _) = log_in(&server, "ada").await;
    let (delegate, refresh) = exchanged(&server, "portal", &login).await;
    let (unscoped, _) = tokens(&ask(&server, "portal", "grant_type=client_credentials").await);
    let (writer, _) = tokens(&ask(&server, "platform", "grant_type=client_credentials").await);
    let routes = routes_of_users();
    assert!(routes.len() >= 17, "{routes:?}");
    for (method, path) in &routes {
        for (kind, token) in [("delegate", &delegate), ("machine", &unscoped), ("scoped machine", &writer), ("refresh", &refresh)] {
            let answer = with_bearer(&server, method, path, token).await;
            let of_a_user = ["/user/", "/api/v1/me", "/api/admin/", "/auth/verify"].iter().any(|start| path.starts_with(start));
            let status = answer.status;
            match kind {
                "refresh" => assert_eq!(status, 401, "{kind} {method} {path}: {}", answer.text),
                _ if path.starts_with("/user/") => assert_eq!(status, 401, "{kind} {method} {path}: {}", answer.text),
                "scoped machine" if !of_a_user => assert!([200, 404, 422].contains(&status), "{kind} {method} {path}: {}", answer.text),
                _ => assert_eq!(status, 403, "{kind} {method} {path}: {}", answer.text),
            }
        }
    }
    assert_eq!(with_bearer(&server, "GET", "/api/v1/me/sessions", &login).await.status, 200, "and nothing ended");
}
