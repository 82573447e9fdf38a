//! An application without a browser trades an ID token for a session (RFC 8693).

use axum::http::header;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::browser::form;
use crate::pretender::{CLIENT_ID, NOW};
use crate::scene::Scene;
use crate::support::{Answer, call};

const SECRET: &str = "a-secret-of-the-till";

async fn scene() -> Scene {
    let scene = Scene::of_tenant(json!({ "create_users": true, "exchange_audiences": ["till"] })).await;
    let application = |client_id: &str, tenant: Value| {
        let mut entry = json!({ "client_id": client_id, "client_secret": SECRET, "kind": "service", "scopes": ["orders"] });
        if !tenant.is_null() {
            entry["tenant"] = tenant;
        }
        entry
    };
    scene.server.apply(&json!({ "applications": [application("till", json!("ACME")), application("other", json!("ZETA"))] })).await;
    scene
}

async fn trade(scene: &Scene, client: &str, token: &str, more: &[(&str, &str)]) -> Answer {
    let fields = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
        ("subject_token_type", "urn:ietf:params:oauth:token-type:id_token"),
        ("subject_token", token),
    ];
    let mut request = call("POST", "/oauth/token", form(&[&fields, more].concat()));
    let basic = format!("Basic {}", STANDARD.encode(format!("{client}:{SECRET}")));
    request.headers_mut().insert(header::AUTHORIZATION, basic.parse().unwrap());
    request.headers_mut().insert(header::CONTENT_TYPE, "application/x-www-form-urlencoded".parse().unwrap());
    scene.server.send(request).await
}

fn token(scene: &Scene, more: Value) -> String {
    let mut claims = scene.provider.usual(None);
    for (name, value) in more.as_object().unwrap() {
        claims[name] = value.clone();
    }
    scene.provider.token(&claims)
}

#[tokio::test]
async fn an_id_token_begins_a_session_and_gives_tokens_within_it_once() {
    let scene = scene().await;
    let shown = token(&scene, json!({}));
    let answer = trade(&scene, "till", &shown, &[("scope", "orders")]).await;
    assert_eq!((answer.status, &answer.body["scope"]), (200, &json!("orders")), "{}", answer.text);
    assert_eq!(answer.body["issued_token_type"], "urn:ietf:params:oauth:token-type:access_token");
    assert!(answer.body["refresh_token"].is_string());
    let told = scene.told("session.created").await;
    assert_eq!((&told[0]["birth"], &told[0]["identity_provider"]), (&json!("login"), &json!("acme")));
    let again = trade(&scene, "till", &shown, &[]).await;
    assert_eq!((again.status, &again.body["error"]), (400, &json!("invalid_request")), "{}", again.text);
    assert_eq!(scene.told("session.created").await.len(), 1);
    let resigned = token(&scene, json!({}));
    assert_eq!(trade(&scene, "till", &resigned, &[]).await.status, 400, "the same, signed anew");
    let another = trade(&scene, "till", &token(&scene, json!({ "jti": "2", "aud": "till" })), &[]).await;
    assert_eq!(another.status, 200, "a listed audience: {}", another.text);
}

#[tokio::test]
async fn when_and_how_somebody_proved_who_they_are_is_told_as_far_as_the_provider_is_believed() {
    for (trusted, methods) in [(true, json!(["otp", "pwd"])), (false, Value::Null)] {
        let scene = scene().await;
        let settings = json!({ "create_users": true, "exchange_audiences": ["till"], "trust_amr": trusted });
        scene.provide("acme", &json!("ACME"), settings).await;
        let shown = token(&scene, json!({ "amr": ["pwd", "otp", "a method that nobody registered"], "auth_time": NOW - 300 }));
        let answer = trade(&scene, "till", &shown, &[]).await;
        let payload = answer.body["access_token"].as_str().unwrap().split('.').nth(1).unwrap();
        let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap();
        assert_eq!((&claims["amr"], &claims["auth_time"]), (&methods, &json!(NOW - 300)), "{claims}");
    }
}

#[tokio::test]
async fn what_is_old_of_others_or_for_others_is_one_refusal() {
    let scene = scene().await;
    for (what, client, more) in [
        ("ten minutes old", "till", json!({ "iat": NOW - 600 })),
        ("expired", "till", json!({ "iat": NOW - 300, "exp": NOW - 61 })),
        ("for another", "till", json!({ "aud": "another" })),
        ("for another, too", "till", json!({ "aud": [CLIENT_ID, "another"], "azp": CLIENT_ID })),
        ("of another issuer", "till", json!({ "iss": "https://attacker.example" })),
        ("to an application of another tenant", "other", json!({})),
    ] {
        let answer = trade(&scene, client, &token(&scene, more), &[]).await;
        assert_eq!((answer.status, &answer.body["error"]), (400, &json!("invalid_request")), "{what}: {}", answer.text);
    }
    assert_eq!(scene.told("session.created").await.len(), 0);
    let scope = trade(&scene, "till", &token(&scene, json!({})), &[("scope", "more")]).await;
    assert_eq!(scope.body["error"], "invalid_scope");
    let stranger = trade(&scene, "nobody", &token(&scene, json!({})), &[]).await;
    assert_eq!(stranger.status, 401);
    assert_eq!(trade(&scene, "till", &token(&scene, json!({})), &[]).await.status, 200, "and nothing used it up");
}

#[tokio::test]
async fn the_providers_logout_ends_what_was_traded_and_an_outage_is_503() {
    let scene = scene().await;
    let answer = trade(&scene, "till", &token(&scene, json!({})), &[]).await;
    let refresh = answer.body["refresh_token"].as_str().unwrap().to_owned();
    let logout = scene.provider.logout_token(&json!({ "sid": "their session" }));
    let mut request = call("POST", "/login/idp/acme/logout", form(&[("logout_token", logout.as_str())]));
    request.headers_mut().insert(header::CONTENT_TYPE, "application/x-www-form-urlencoded".parse().unwrap());
    assert_eq!(scene.server.send(request).await.status, 200);
    let fields = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
    let mut request = call("POST", "/oauth/token", form(&fields));
    let basic = format!("Basic {}", STANDARD.encode(format!("till:{SECRET}")));
    request.headers_mut().insert(header::AUTHORIZATION, basic.parse().unwrap());
    request.headers_mut().insert(header::CONTENT_TYPE, "application/x-www-form-urlencoded".parse().unwrap());
    assert_eq!(scene.server.send(request).await.body["error"], "invalid_grant");

    let away = Scene::of_tenant(json!({})).await;
    away.server
        .apply(&json!({ "applications": [{ "client_id": "till", "client_secret": SECRET, "kind": "service", "tenant": "ACME" }] }))
        .await;
    away.provider.says(|said| drop(said.answers.insert("/keys", (500, String::new()))));
    assert_eq!(trade(&away, "till", &token(&away, json!({})), &[]).await.status, 503);
}
