//! The tokens of a session that an application keeps: what they say, who takes them, how long they verify.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::{SECRET, ask, created, one, peopled};
use crate::oauth::{INACTIVE, introspect};
use crate::support::{Server, call};

fn part(token: &str, at: usize) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(at).unwrap()).unwrap()).unwrap()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

async fn revoke(server: &Server, client_id: &str, token: &str) {
    let body = format!("client_id={client_id}&client_secret={SECRET}&token={token}");
    let mut request = call("POST", "/oauth/revoke", body);
    request.headers_mut().insert("content-type", "application/x-www-form-urlencoded".parse().unwrap());
    assert_eq!(server.send(request).await.status, 200);
}

#[tokio::test]
async fn they_name_the_session_and_no_user() {
    let server = peopled().await;
    let data = created(&server, "keeper", &json!({ "ttl_seconds": 60, "subscriber_count": 1 })).await;
    for (token, scope) in [(&data["publisher"], "session:write"), (&data["subscriber"][0], "session:read")] {
        let token = text(token);
        assert_eq!(part(&token, 0)["typ"], json!("session+jwt"));
        let claims = part(&token, 1);
        assert_eq!((&claims["scope"], &claims["client_id"]), (&json!(scope), &json!("keeper")));
        assert!(claims["sub"] == claims["sid"] && text(&claims["sub"]).starts_with("ses_"), "{claims}");
        let absent = ["role", "gid", "epochs", "auth_time", "acr", "amr"];
        assert_eq!(absent.map(|name| claims.get(name)), [None; 6], "{claims}");
        assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 60);
        let told = introspect(&server, "keeper", &token).await.body;
        let expected = ["scope", "client_id", "sub", "sid", "exp"].map(|name| claims[name].clone());
        assert_eq!(["scope", "client_id", "sub", "sid", "exp"].map(|name| told[name].clone()), expected);
        assert_eq!(introspect(&server, "bobs", &token).await.text, INACTIVE, "of another tenant");
    }
}

#[tokio::test]
async fn nobody_takes_them_for_a_user_or_an_application() {
    let server = peopled().await;
    let data = created(&server, "keeper", &json!({ "subscriber_count": 1 })).await;
    for token in [text(&data["publisher"]), text(&data["subscriber"][0])] {
        for (method, path) in [
            ("GET", "/api/v1/me/sessions"),
            ("GET", "/api/v1/admin/sessions"),
            ("POST", "/user/logout"),
            ("POST", "/user/refreshToken"),
            ("GET", "/session-storage/sessions"),
        ] {
            let mut request = call(method, path, r#"{"refreshToken":"x"}"#);
            request.headers_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
            assert_eq!(server.send(request).await.status, 401, "{method} {path}");
        }
        let exchange = "grant_type=urn:ietf:params:oauth:grant-type:token-exchange";
        let kind = "subject_token_type=urn:ietf:params:oauth:token-type:access_token";
        let body = format!("client_id=keeper&client_secret={SECRET}&{exchange}&{kind}&subject_token={token}");
        let mut request = call("POST", "/oauth/token", body);
        request.headers_mut().insert("content-type", "application/x-www-form-urlencoded".parse().unwrap());
        assert_eq!(server.send(request).await.status, 400);
    }
    assert_eq!(ask(&server, "keeper", "GET", &one(&data["id"])).await.status, 200, "nothing ended");
}

#[tokio::test]
async fn revoking_one_ends_the_session_and_only_its_own_client_may() {
    let server = peopled().await;
    let data = created(&server, "keeper", &json!({ "subscriber_count": 1 })).await;
    let (publisher, subscriber) = (text(&data["publisher"]), text(&data["subscriber"][0]));
    revoke(&server, "bobs", &subscriber).await;
    revoke(&server, "orphan", &subscriber).await;
    assert_eq!(introspect(&server, "keeper", &publisher).await.body["active"], json!(true));
    revoke(&server, "keeper", &subscriber).await;
    assert_eq!(introspect(&server, "keeper", &publisher).await.text, INACTIVE);
    assert_eq!(ask(&server, "keeper", "GET", &one(&data["id"])).await.status, 404);
}

#[tokio::test]
async fn a_signing_key_outlives_the_longest_of_them() {
    let server = peopled().await;
    let data = created(&server, "keeper", &json!({ "ttl_seconds": 300 * 86_400 })).await;
    let publisher = text(&data["publisher"]);
    server.engine.rotate_signing_keys("test").await.unwrap();
    for _ in 0..2 {
        server.pass(100 * 86_400);
        server.engine.refresh_signing_keys().await.unwrap();
        assert_eq!(introspect(&server, "keeper", &publisher).await.body["active"], json!(true));
    }
    assert_eq!(ask(&server, "keeper", "DELETE", &one(&data["id"])).await.status, 204);
    let before = server.engine.published_keys().await.unwrap().len();
    server.engine.refresh_signing_keys().await.unwrap();
    assert_eq!(server.engine.published_keys().await.unwrap().len(), before - 1, "and goes when the last is dead");
}
