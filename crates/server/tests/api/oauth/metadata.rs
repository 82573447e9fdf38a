//! `GET /.well-known/oauth-authorization-server` and `GET /.well-known/openid-configuration`

use serde_json::json;

use super::peopled;
use crate::support::{ISSUER, call};

#[tokio::test]
async fn every_endpoint_is_absolute_and_answers_and_nothing_more_is_promised() {
    let server = peopled().await;
    for path in ["/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"] {
        let answer = server.send(call("GET", path, "")).await;
        assert_eq!((answer.status, answer.header("cache-control")), (200, Some("public, max-age=300")), "{path}");
        let document = &answer.body;
        assert_eq!(document["issuer"], json!(ISSUER));
        for (name, method) in
            [("token_endpoint", "POST"), ("introspection_endpoint", "POST"), ("revocation_endpoint", "POST"), ("jwks_uri", "GET")]
        {
            let served = document[name].as_str().unwrap().strip_prefix(ISSUER).unwrap();
            let status = server.send(call(method, served, "")).await.status;
            assert!([200, 401].contains(&status), "{name}: {status}");
        }
        for absent in ["authorization_endpoint", "userinfo_endpoint", "registration_endpoint", "end_session_endpoint"] {
            assert!(document.get(absent).is_none(), "{path}: {absent}");
        }
        assert_eq!(document["response_types_supported"], json!([]));
        let methods = json!(["client_secret_basic", "client_secret_post", "private_key_jwt"]);
        assert_eq!(document["token_endpoint_auth_methods_supported"], methods);
        let algorithms = document["token_endpoint_auth_signing_alg_values_supported"].as_array().unwrap();
        assert!(algorithms.iter().all(|algorithm| !algorithm.as_str().unwrap().starts_with("HS") && algorithm != "none"));
    }
}
