//! Clients without a secret: what their name alone is good for.

use axum::http::header;
use serde_json::json;

use super::token::{ACCESS, EXCHANGE, refused};
use super::{INACTIVE, SECRET, introspect, log_in, peopled};
use crate::support::{Answer, Server, call};

/// As [`peopled`], with two public applications that work and one that is disabled. One of them has a scope that would let it revoke
/// whatever it reaches.
async fn with_public() -> Server {
    let server = peopled().await;
    let public = |client_id: &str, kind: &str, status: &str| {
        json!({
            "client_id": client_id, "tenant": "ACME", "kind": kind, "status": status, "scopes": ["profile", "admin:write"],
            "redirect_uris": ["https://desk.example.com/"],
        })
    };
    let applications = [public("desk", "native", "active"), public("page", "spa", "active"), public("asleep", "spa", "disabled")];
    server.apply(&json!({ "applications": applications })).await;
    server
}

async fn form(server: &Server, path: &str, body: &str) -> Answer {
    let mut request = call("POST", path, body.to_owned());
    request.headers_mut().insert(header::CONTENT_TYPE, "application/x-www-form-urlencoded".parse().unwrap());
    server.send(request).await
}

#[tokio::test]
async fn a_name_alone_is_no_proof_of_whoever_has_a_secret_and_says_nothing_of_who_there_is() {
    let server = with_public().await;
    let mut answers = Vec::new();
    for client_id in ["nobody", "shop", "disabled", "asleep", "cloakroom"] {
        for (path, rest) in [("/oauth/token", "grant_type=refresh_token&refresh_token=x"), ("/oauth/revoke", "token=x")] {
            let answer = form(&server, path, &format!("client_id={client_id}&{rest}")).await;
            refused(&answer, 401, "invalid_client");
            answers.push(answer.text);
        }
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    for (secret, status) in [(SECRET, 401), ("clc_x", 401), ("", 400)] {
        let body = format!("client_id=desk&client_secret={secret}&grant_type=client_credentials");
        let answer = form(&server, "/oauth/token", &body).await;
        assert_eq!(answer.status, status, "an empty secret is none, and there is none that is right");
    }
}

#[tokio::test]
async fn a_public_client_gets_nothing_for_itself_and_learns_nothing_of_others() {
    let server = with_public().await;
    let (login, refresh) = log_in(&server, "ada").await;
    for client_id in ["desk", "page"] {
        let ask = async |rest: &str| form(&server, "/oauth/token", &format!("client_id={client_id}&{rest}")).await;
        refused(&ask("grant_type=client_credentials").await, 400, "unauthorized_client");
        let exchange = format!("grant_type={EXCHANGE}&subject_token={login}&subject_token_type={ACCESS}");
        refused(&ask(&exchange).await, 400, "unauthorized_client");
        refused(&ask(&format!("grant_type=refresh_token&refresh_token={refresh}")).await, 400, "invalid_grant");
        let answer = form(&server, "/oauth/introspect", &format!("client_id={client_id}&token={login}")).await;
        refused(&answer, 401, "invalid_client");
        for token in [&login, &refresh] {
            let answer = form(&server, "/oauth/revoke", &format!("client_id={client_id}&token={token}")).await;
            assert_eq!((answer.status, answer.text.as_str()), (200, ""));
        }
    }
    assert_ne!(introspect(&server, "shop", &login).await.text, INACTIVE, "whatever its scopes, it revokes nobody else's token");
}

#[tokio::test]
async fn names_that_prove_nothing_are_limited_like_secrets_that_are_wrong() {
    let server = with_public().await;
    let peer = std::net::SocketAddr::new([203, 0, 113, 7].into(), 0);
    let ask = async |client_id: &str| {
        let mut request = call("POST", "/oauth/revoke", format!("client_id={client_id}&token=x"));
        request.headers_mut().insert(header::CONTENT_TYPE, "application/x-www-form-urlencoded".parse().unwrap());
        request.extensions_mut().insert(axum::extract::ConnectInfo(peer));
        server.send(request).await.status
    };
    let mut statuses = Vec::new();
    for _ in 0..12 {
        statuses.push((ask("shop").await, ask("nobody").await));
    }
    assert!(statuses[..5].iter().all(|both| *both == (401, 401)), "{statuses:?}");
    assert_eq!(statuses.last(), Some(&(429, 429)), "known and unknown alike");
    assert_eq!(ask("desk").await, 200, "and who is public is none of them");
}
