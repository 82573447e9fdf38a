//! `GET /.well-known/oauth-authorization-server`

use cloakroom_engine::clock::Timestamp;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::peopled;
use crate::support::server::{InProcess, Made, Routed};
use crate::support::{Answer, ISSUER, call};

const METADATA: &str = "/.well-known/oauth-authorization-server";

#[tokio::test]
async fn every_endpoint_is_absolute_and_answers_and_nothing_more_is_promised() {
    let server = peopled().await;
    let answer = server.send(call("GET", METADATA, "")).await;
    assert_eq!((answer.status, answer.header("cache-control")), (200, Some("public, max-age=300")));
    let document = &answer.body;
    assert_eq!(document["issuer"], json!(ISSUER));
    for (name, method) in
        [("token_endpoint", "POST"), ("introspection_endpoint", "POST"), ("revocation_endpoint", "POST"), ("jwks_uri", "GET")]
    {
        let served = document[name].as_str().unwrap().strip_prefix(ISSUER).unwrap();
        let status = server.send(call(method, served, "")).await.status;
        assert!([200, 401].contains(&status), "{name}: {status}");
    }
    for (name, status) in [("authorization_endpoint", 400), ("userinfo_endpoint", 401), ("end_session_endpoint", 200)] {
        let served = document[name].as_str().unwrap().strip_prefix(ISSUER).unwrap();
        assert_eq!(server.send(call("GET", served, "")).await.status, status, "{name}");
    }
    assert_eq!(server.send(call("POST", "/oauth/par", "")).await.status, 401);
    assert!(document.get("registration_endpoint").is_none());
    let proofs = json!(["client_secret_basic", "client_secret_post", "private_key_jwt"]);
    let methods = json!(["client_secret_basic", "client_secret_post", "private_key_jwt", "none"]);
    assert_eq!(document["token_endpoint_auth_methods_supported"], methods);
    assert_eq!(document["revocation_endpoint_auth_methods_supported"], methods);
    assert_eq!(document["introspection_endpoint_auth_methods_supported"], proofs);
    let algorithms = document["token_endpoint_auth_signing_alg_values_supported"].as_array().unwrap();
    assert!(algorithms.iter().all(|algorithm| !algorithm.as_str().unwrap().starts_with("HS") && algorithm != "none"));
}

#[tokio::test]
async fn what_there_is_none_of_is_left_out() {
    let document = peopled().await.send(call("GET", METADATA, "")).await.body;
    for (name, value) in document.as_object().unwrap() {
        assert!(!value.is_null() && value.as_array().is_none_or(|list| !list.is_empty()), "{name}: RFC 8414 section 3.2");
    }
}

#[tokio::test]
async fn an_openid_provider_says_the_same_and_nothing_of_other_issuers() {
    let server = peopled().await;
    let openid = server.send(call("GET", "/.well-known/openid-configuration", "")).await;
    assert_eq!((openid.status, openid.body), (200, server.send(call("GET", METADATA, "")).await.body));
    let other = server.send(call("GET", "/.well-known/oauth-authorization-server/auth", "")).await;
    assert_eq!((other.status, other.body), (404, json!({ "error": "not_found" })));
}

/// The metadata of an issuer, as the server of it answers at `path`.
async fn asked(issuer: &'static str, path: &str) -> Answer {
    let server = InProcess::new(Made::at(Timestamp::from_millis(1_767_323_045_007), issuer));
    let router = server.router(&Routed { request_id: "minted-by-the-test", ..Routed::default() });
    Answer::read(call("GET", path, ""), |request| router.clone().oneshot(request)).await
}

#[tokio::test]
async fn an_issuer_with_a_path_is_described_where_rfc_8414_looks_for_it() {
    for (issuer, path) in [("https://id.test/auth", "/auth"), ("https://id.test/a/b", "/a/b")] {
        for path in [METADATA.to_owned(), format!("{METADATA}{path}")] {
            let answer = asked(issuer, &path).await;
            assert_eq!((answer.status, &answer.body["issuer"]), (200, &Value::from(issuer)), "{path}: {}", answer.text);
        }
        assert_eq!(asked(issuer, &format!("{METADATA}{path}/other")).await.status, 404);
        assert_eq!(asked(issuer, &format!("{METADATA}/other")).await.status, 404);
    }
}
