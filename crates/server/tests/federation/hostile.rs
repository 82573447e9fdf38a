//! Providers that are slow, down, careless or hostile: they let nobody in, and keep nobody else waiting.

use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::browser::{Browser, led_to};
use crate::keys::{ProviderKey, encode};
use crate::pretender::{CLIENT_ID, NOW, Pretender, Said};
use crate::scene::Scene;

async fn scene() -> Scene {
    Scene::of_tenant(json!({ "create_users": true })).await
}

/// That nobody is signed in, and why not.
async fn refused(scene: &Scene, what: &str) -> String {
    let mut browser = Browser::of(&scene.server);
    let answer = scene.through(&mut browser, "/login/idp/acme").await;
    assert_eq!((answer.status, browser.held()), (403, None), "{what}: {}", answer.text);
    // The next one is told, too: sums wait for their minute.
    scene.server.pass(60);
    let told = scene.told("sign_in.refused").await;
    told[0]["reason"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn each_algorithm_that_is_taken_is_verified() {
    for key in ProviderKey::of_each() {
        let (scene, algorithm) = (scene().await, key.algorithm());
        scene.provider.says(|said| {
            said.header = json!({ "alg": algorithm, "kid": algorithm });
            said.published.push(key.published(algorithm));
            said.key = key;
        });
        let mut browser = Browser::of(&scene.server);
        let answer = scene.through(&mut browser, "/login/idp/acme").await;
        assert_eq!(answer.status, 303, "{algorithm}: {}", answer.text);
    }
}

#[tokio::test]
async fn claims_that_are_not_as_they_have_to_be_are_not_believed() {
    for (what, claims) in [
        ("another issuer", json!({ "iss": "https://attacker.example" })),
        ("no issuer", json!({ "iss": null })),
        ("almost the issuer", json!({ "iss": "http://127.0.0.1/" })),
        ("for another", json!({ "aud": "another" })),
        ("for another, too", json!({ "aud": [CLIENT_ID, "another"], "azp": CLIENT_ID })),
        ("for nobody", json!({ "aud": [] })),
        ("no audience", json!({ "aud": null })),
        ("given to another", json!({ "azp": "another" })),
        ("expired", json!({ "iat": NOW - 600, "exp": NOW - 60 })),
        ("never expires", json!({ "exp": null })),
        ("expires some time", json!({ "exp": "soon" })),
        ("made later", json!({ "iat": NOW + 61 })),
        ("made some time", json!({ "iat": null })),
        ("another sign-in's", json!({ "nonce": "another" })),
        ("no nonce", json!({ "nonce": null })),
        ("nobody's", json!({ "sub": null })),
        ("nobody's at all", json!({ "sub": "" })),
        ("a number's", json!({ "sub": 7 })),
        ("somebody's with a long name", json!({ "sub": "s".repeat(256) })),
    ] {
        let scene = scene().await;
        scene.provider.claims(claims);
        let reason = refused(&scene, what).await;
        assert!(reason.starts_with("the token"), "{what}: {reason}");
        assert_eq!(scene.told("user.created").await.len(), 0, "{what}");
    }
}

#[tokio::test]
async fn what_is_within_the_leeway_of_clocks_is_believed() {
    let scene = scene().await;
    for claims in [
        json!({ "iat": NOW + 59, "exp": NOW + 300 }),
        json!({ "iat": NOW - 300, "exp": NOW - 59 }),
        json!({ "aud": [CLIENT_ID], "azp": CLIENT_ID }),
    ] {
        scene.provider.claims(claims.clone());
        assert_eq!(scene.comes_back().await, 303, "{claims}");
    }
}

#[tokio::test]
async fn signatures_that_prove_nothing_are_not_believed() {
    type Change = fn(&mut Said);
    let changes: [(&str, Change); 9] = [
        ("no algorithm", |said| said.header["alg"] = "none".into()),
        ("a shared key", |said| said.header["alg"] = "HS256".into()),
        ("an algorithm of another key", |said| said.header["alg"] = "ES256".into()),
        ("a longer hash", |said| said.header["alg"] = "RS512".into()),
        ("an access token", |said| said.header["typ"] = "at+jwt".into()),
        ("a logout token", |said| said.header["typ"] = "logout+jwt".into()),
        ("what has to be understood", |said| said.header["crit"] = json!(["b64"])),
        ("another key under the name", |said| said.key = ProviderKey::ed25519()),
        ("a key for something else", |said| said.published[0]["use"] = "enc".into()),
    ];
    for (what, change) in changes {
        let scene = scene().await;
        scene.provider.says(change);
        refused(&scene, what).await;
        assert_eq!(scene.told("user.created").await.len(), 0, "{what}");
    }
}

#[tokio::test]
async fn a_token_that_was_altered_or_is_none_is_not_believed() {
    let scene = scene().await;
    let usual = scene.provider.token(&scene.provider.usual(Some("n")));
    let mut parts: Vec<String> = usual.split('.').map(str::to_owned).collect();
    parts[1] = encode(scene.provider.usual(Some("other")).to_string().as_bytes());
    let long = format!("{}.{}.{}", parts[0], "A".repeat(20_000), parts[2]);
    let unsigned = format!("{}.{}.", encode(br#"{"alg":"none"}"#), parts[1]);
    for token in [parts.join("."), unsigned, String::new(), "a.b.c".into(), long, format!("{}.{}", parts[0], parts[1])] {
        scene.provider.says(|said| {
            said.answers.insert("/token", (200, json!({ "id_token": token }).to_string()));
        });
        refused(&scene, &token).await;
    }
    for answer in ["{}", "[]", "", "<html>", r#"{"id_token":7}"#] {
        scene.provider.says(|said| {
            said.answers.insert("/token", (200, answer.to_owned()));
        });
        refused(&scene, answer).await;
    }
}

#[tokio::test]
async fn documents_that_are_huge_or_lead_elsewhere_send_nobody_anywhere() {
    let huge = format!("{{\"a\":\"{}\"}}", "x".repeat(100_000));
    type Change = Box<dyn FnOnce(&mut Said)>;
    let field = |name: &'static str, value: Value| -> Change { Box::new(move |said| drop(said.document.insert(name.into(), value))) };
    let changes: Vec<(&str, Change)> = vec![
        ("another issuer", field("issuer", "https://attacker.example".into())),
        ("a slash more", field("issuer", "http://127.0.0.1/".into())),
        ("tokens from a neighbour", field("token_endpoint", "http://10.0.0.1/token".into())),
        ("tokens from a file", field("token_endpoint", "file:///etc/passwd".into())),
        ("tokens in clear", field("token_endpoint", "http://id.example.com/token".into())),
        ("keys from the cloud's metadata", field("jwks_uri", "http://169.254.169.254/latest".into())),
        ("user-info at home", field("userinfo_endpoint", "https://192.168.0.1/".into())),
        ("a script", field("authorization_endpoint", "javascript:alert(1)".into())),
        ("a page in clear", field("authorization_endpoint", "http://id.example.com/".into())),
        ("no endpoint", field("token_endpoint", Value::Null)),
        ("huge", Box::new(move |said| drop(said.answers.insert("/.well-known/openid-configuration", (200, huge))))),
        ("no JSON", Box::new(|said| drop(said.answers.insert("/.well-known/openid-configuration", (200, "<html>".into()))))),
        ("a redirection", Box::new(|said| drop(said.answers.insert("/.well-known/openid-configuration", (302, String::new()))))),
        ("a failure", Box::new(|said| drop(said.answers.insert("/.well-known/openid-configuration", (500, String::new()))))),
    ];
    for (what, change) in changes {
        let scene = scene().await;
        scene.provider.says(change);
        let answer = Browser::of(&scene.server).get("/login/idp/acme").await;
        assert!([403, 503].contains(&answer.status), "{what}: {}", answer.status);
        assert_eq!((answer.header("location"), scene.provider.asked("/elsewhere")), (None, 0), "{what}");
        assert!(scene.told("sign_in.refused").await.len() == 1, "{what}");
    }
}

#[tokio::test]
async fn redirections_and_failures_of_the_other_endpoints_let_nobody_in() {
    for (endpoint, status, answered) in
        [("/token", 302, 403), ("/token", 400, 403), ("/token", 401, 403), ("/token", 503, 503), ("/keys", 302, 503), ("/keys", 500, 503)]
    {
        let scene = scene().await;
        scene.provider.says(|said| drop(said.answers.insert(endpoint, (status, String::new()))));
        assert_eq!(scene.comes_back().await, answered, "{endpoint} {status}");
        assert_eq!(scene.provider.asked("/elsewhere"), 0, "{endpoint} {status}");
    }
}

#[tokio::test]
async fn addresses_that_are_not_public_are_asked_nothing() {
    let scene = scene().await;
    for issuer in ["https://10.0.0.1", "http://192.0.2.1", "http://localhost.example.com", "https://[::1]", "http://[::1]"] {
        scene.provide("inside", &Value::Null, json!({ "issuer": issuer, "domains": [] })).await;
        let answer = Browser::of(&scene.server).get("/login/idp/inside").await;
        assert_eq!(answer.status, 503, "{issuer}");
    }
}

#[tokio::test]
async fn a_provider_that_is_down_is_asked_once_in_ten_seconds_and_tells_when_to_come_back() {
    let scene = scene().await;
    let document = "/.well-known/openid-configuration";
    scene.provider.says(|said| drop(said.answers.insert(document, (500, String::new()))));
    for _ in 0..5 {
        let answer = Browser::of(&scene.server).get("/login/idp/acme").await;
        assert_eq!((answer.status, answer.header("retry-after")), (503, Some("10")), "{}", answer.text);
        assert!(answer.text.contains("does not answer now"), "{}", answer.text);
    }
    assert_eq!(scene.provider.asked(document), 1);
    scene.provider.says(|said| drop(said.answers.remove(document)));
    scene.server.pass(10);
    assert_eq!(scene.comes_back().await, 303);
    assert_eq!(scene.comes_back().await, 303);
    assert_eq!((scene.provider.asked(document), scene.provider.asked("/keys")), (2, 1), "and what it says is remembered");
}

#[tokio::test]
async fn one_that_never_answers_keeps_nobody_else_waiting_and_few_of_its_own() {
    let scene = scene().await;
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let issuer = format!("http://{}", silent.local_addr().unwrap());
    scene.provide("silent", &Value::Null, json!({ "issuer": issuer, "domains": [] })).await;
    let mut waiting: Vec<_> = (0..40)
        .map(|_| {
            let server = scene.server.clone();
            tokio::spawn(async move { Browser::of(&server).get("/login/idp/silent").await.status })
        })
        .collect();
    assert_eq!(scene.comes_back().await, 303);
    // Those who found no place are told at once; nobody else answers as long as the silence lasts.
    let mut told = 0;
    while told < 24 {
        tokio::task::yield_now().await;
        told = waiting.iter().filter(|one| one.is_finished()).count();
    }
    assert_eq!(told, 24, "sixteen wait");
    assert_eq!(scene.comes_back().await, 303);
    for one in waiting.drain(..) {
        if one.is_finished() {
            assert_eq!(one.await.unwrap(), 503);
        } else {
            one.abort();
        }
    }
    drop(silent);
}

#[tokio::test]
async fn keys_are_asked_for_again_once_a_minute_where_a_token_names_another_and_no_more_often() {
    let scene = scene().await;
    assert_eq!(scene.comes_back().await, 303);
    let next = ProviderKey::ed25519();
    scene.provider.says(|said| {
        said.header["kid"] = "two".into();
        said.published = vec![next.published("two")];
        said.key = next;
    });
    for _ in 0..3 {
        assert_eq!(scene.comes_back().await, 403);
    }
    assert_eq!(scene.provider.asked("/keys"), 1, "a token that anybody can write makes nobody ask");
    scene.server.pass(60);
    assert_eq!(scene.comes_back().await, 303);
    assert_eq!(scene.provider.asked("/keys"), 2);
    // What it published before is believed no longer.
    scene.provider.says(|said| said.header["kid"] = "one".into());
    assert_eq!(scene.comes_back().await, 403);
}

#[tokio::test]
async fn keys_that_are_taken_back_are_believed_for_ten_minutes_at_most() {
    let scene = scene().await;
    assert_eq!(scene.comes_back().await, 303);
    let other = ProviderKey::ed25519();
    scene.provider.says(|said| said.published = vec![other.published("another")]);
    scene.provider.claims(json!({ "iat": NOW + 599, "exp": NOW + 900 }));
    scene.server.pass(599);
    assert_eq!(scene.comes_back().await, 303);
    scene.server.pass(1);
    assert_eq!(scene.comes_back().await, 403);
}

#[tokio::test]
async fn public_clients_and_those_whose_provider_wants_it_send_no_header() {
    let scene = scene().await;
    scene.provider.says(|said| drop(said.document.insert("token_endpoint_auth_methods_supported".into(), json!(["client_secret_post"]))));
    assert_eq!(scene.comes_back().await, 303);
    let sent = scene.provider.token_request();
    assert_eq!(
        (sent.get("basic"), sent["client_id"].as_str(), sent["client_secret"].as_str()),
        (None, CLIENT_ID, crate::pretender::SECRET)
    );
    let open = Pretender::start().await;
    scene
        .server
        .apply(&json!({ "identity_providers": [{ "code": "open", "issuer": open.issuer, "client_id": CLIENT_ID, "create_users": true }] }))
        .await;
    open.claims(json!({ "sub": "open", "preferred_username": "dot" }));
    let mut browser = Browser::of(&scene.server);
    let brought = open.signs_in(led_to(&browser.get("/login/idp/open").await));
    let path = format!("/login/idp/open/callback?state={}&code={}", brought["state"], brought["code"].replace(' ', "+"));
    assert_eq!(browser.get(&path).await.status, 303);
    let sent = open.token_request();
    assert_eq!((sent.get("basic"), sent.get("client_secret"), sent["client_id"].as_str()), (None, None, CLIENT_ID));
}
