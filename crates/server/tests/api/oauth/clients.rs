//! Client authentication (RFC 6749 section 2.3.1), judged before everything else.

use axum::http::header;

use super::{SECRET, form_of, peopled};
use crate::support::call;

#[tokio::test]
async fn unknown_wrong_and_disabled_clients_get_one_answer() {
    let server = peopled().await;
    let mut bodies = Vec::new();
    for (client_id, secret) in [("nobody", SECRET), ("shop", "wrong"), ("disabled", SECRET)] {
        let mut request = call("POST", "/oauth/introspect", format!("client_id={client_id}&client_secret={secret}&token=x"));
        request.headers_mut().insert(header::CONTENT_TYPE, "application/x-www-form-urlencoded".parse().unwrap());
        let answer = server.send(request).await;
        assert_eq!((answer.status, answer.header("www-authenticate")), (401, None), "{client_id}");
        bodies.push(answer.text);
        let mut basic = form_of(client_id, "/oauth/revoke", "token=x");
        if secret != SECRET {
            basic.headers_mut().insert(header::AUTHORIZATION, "Basic c2hvcDp3cm9uZw==".parse().unwrap());
        }
        let answer = server.send(basic).await;
        assert_eq!((answer.status, answer.header("www-authenticate")), (401, Some("Basic realm=\"cloakroom\"")), "{client_id}");
        bodies.push(answer.text);
    }
    bodies.dedup();
    assert_eq!(bodies, [r#"{"error":"invalid_client","error_description":"the client is not authenticated"}"#]);
}

#[tokio::test]
async fn who_it_is_comes_before_what_it_says() {
    let server = peopled().await;
    for path in ["/oauth/introspect", "/oauth/revoke"] {
        assert_eq!(server.send(call("POST", path, "{not json")).await.status, 401, "{path}");
        let mut json = form_of("shop", path, "{}");
        json.headers_mut().insert(header::CONTENT_TYPE, "application/json".parse().unwrap());
        assert_eq!(server.send(json).await.status, 400, "{path}");
        for body in ["", "token=", "token=a&token=b", "tok%ZZ", "\u{0}"] {
            let answer = server.send(form_of("shop", path, body)).await;
            assert_eq!((answer.status, answer.body["error"].as_str()), (400, Some("invalid_request")), "{path} {body:?}");
        }
        let both = format!("token=x&client_id=shop&client_secret={SECRET}");
        assert_eq!(server.send(form_of("shop", path, &both)).await.status, 400, "{path}: credentials in two places");
        assert_eq!(server.send(form_of("shop", path, "token=x&client_id=writer")).await.status, 401, "{path}: two names");
        assert_eq!(server.send(form_of("shop", path, &"x".repeat(70_000))).await.status, 413, "{path}");
        assert_eq!(server.send(call("GET", path, "")).await.status, 405, "{path}");
    }
}

#[tokio::test]
async fn a_replaced_secret_is_dead_and_the_new_one_works() {
    let server = peopled().await;
    let document = serde_json::json!({ "applications": [{ "client_id": "shop", "client_secret": "another-secret" }] });
    server.apply(&document).await;
    assert_eq!(server.send(form_of("shop", "/oauth/introspect", "token=x")).await.status, 401);
    let mut request = form_of("shop", "/oauth/introspect", "token=x");
    request.headers_mut().insert(header::AUTHORIZATION, "Basic c2hvcDphbm90aGVyLXNlY3JldA==".parse().unwrap());
    assert_eq!(server.send(request).await.text, super::INACTIVE);
}
