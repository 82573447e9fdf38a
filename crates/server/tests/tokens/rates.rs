//! `[rate_limits]`: how often one network may ask for what is dear, on every surface alike.

use axum::http::{Method, StatusCode};
use cloakroom_server::http::rates::Rates;
use serde_json::json;

use super::over_http::Client;
use super::scene::{PASSWORD, Scene};

#[tokio::test]
async fn one_network_signs_in_only_so_often_by_whichever_surface() {
    let scene = Scene::new().await;
    let mut client = Client::limited(&scene, Rates::new(2, 0));
    let usm = json!({ "email": "alice@example.com", "passcode": PASSWORD }).to_string();
    assert_eq!(client.log_in("alice", PASSWORD).await.status, StatusCode::OK);
    assert_eq!(client.call(Method::POST, "/usm/session/create", &[], usm.clone()).await.status, StatusCode::OK);
    let by_usm = client.call(Method::POST, "/usm/session/create", &[], usm).await;
    assert_eq!(by_usm.json()["error"]["major"]["tag"], "rate-limited");
    for refused in [by_usm, client.log_in("alice", PASSWORD).await] {
        let wait: u64 = refused.headers["retry-after"].to_str().unwrap().parse().unwrap();
        assert!(refused.status == StatusCode::TOO_MANY_REQUESTS && (1..=31).contains(&wait), "{wait}");
    }
    client.address = "198.51.100.1".parse().unwrap();
    assert_eq!(client.log_in("alice", PASSWORD).await.status, StatusCode::OK);
}

#[tokio::test]
async fn one_network_asks_for_mails_and_tries_their_codes_only_so_often() {
    let scene = Scene::new().await;
    let client = Client::limited(&scene, Rates::new(0, 4));
    let asked = [
        ("forgot-password", json!({ "email": "alice@example.com" })),
        ("resend-verification", json!({ "email": "alice@example.com" })),
        ("reset-password", json!({ "token": "made-up", "new_password": "Another-horse-8" })),
        ("verify-email", json!({ "token": "made-up" })),
    ];
    for (route, body) in &asked {
        let answer = client.call(Method::POST, &format!("/api/v1/auth/{route}"), &[], body.to_string()).await;
        assert_ne!(answer.status, StatusCode::TOO_MANY_REQUESTS, "{route}");
    }
    for (route, body) in &asked {
        let answer = client.call(Method::POST, &format!("/api/v1/auth/{route}"), &[], body.to_string()).await;
        assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS, "{route}");
    }
    assert_eq!(client.log_in("alice", PASSWORD).await.status, StatusCode::OK, "sign-ins are counted by themselves");
}
