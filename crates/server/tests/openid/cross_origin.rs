//! Pages of other origins read what their application was answered, and nobody else's do.

use axum::body::Body;
use axum::http::{Request, header};

use crate::browser::Browser;
use crate::scene::{PASSWORD, VERIFIER, callback, code, of_client, peopled, tokens};
use crate::support::{Answer, Server, call};

async fn from(server: &Server, origin: &str, mut request: Request<Body>) -> Answer {
    request.headers_mut().insert(header::ORIGIN, origin.parse().unwrap());
    server.send(request).await
}

fn readable(answer: &Answer) -> Option<&str> {
    assert!(answer.headers.get_all(header::VARY).iter().any(|vary| vary == "origin"), "{:?}", answer.headers);
    assert!(answer.header("access-control-allow-credentials").is_none());
    answer.header("access-control-allow-origin")
}

#[tokio::test]
async fn what_is_published_is_everybodys() {
    let server = peopled().await;
    for path in ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server", "/.well-known/jwks.json"] {
        assert_eq!(readable(&from(&server, "https://evil.test", call("GET", path, "")).await), Some("*"), "{path}");
        assert!(server.send(call("GET", path, "")).await.header("access-control-allow-origin").is_none());
    }
}

#[tokio::test]
async fn what_an_application_is_answered_its_own_pages_read() {
    let server = peopled().await;
    let mut browser = Browser::signed_in(&server, "ada", PASSWORD).await;
    for (origin, is_readable) in [
        ("https://pages.test", true),
        ("https://shop.test", false),
        ("https://evil.test", false),
        ("https://pages.test.evil.test", false),
        ("http://pages.test", false),
        ("null", false),
    ] {
        let expected = is_readable.then_some(origin);
        let code = code(&mut browser, "pages", &[]).await;
        let fields =
            [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", callback("pages")), ("code_verifier", VERIFIER)];
        let answer = from(&server, origin, of_client("pages", "/oauth/token", &fields)).await;
        assert_eq!((answer.status, readable(&answer)), (200, expected), "{origin}");
        let refused = from(&server, origin, of_client("pages", "/oauth/token", &fields)).await;
        assert_eq!((refused.status, readable(&refused)), (400, expected), "{origin}: refusals, too");
    }
    let got = tokens(&mut browser, "pages", "openid").await;
    for (origin, expected) in [("https://pages.test", Some("https://pages.test")), ("https://shop.test", None)] {
        let mut request = call("GET", "/oauth/userinfo", "");
        request.headers_mut().insert(header::AUTHORIZATION, format!("Bearer {}", got["access_token"].as_str().unwrap()).parse().unwrap());
        let answer = from(&server, origin, request).await;
        assert_eq!((answer.status, readable(&answer)), (200, expected), "{origin}");
    }
}

#[tokio::test]
async fn every_page_may_ask_whether_it_may_ask() {
    let server = peopled().await;
    for path in ["/oauth/token", "/oauth/userinfo", "/oauth/revoke", "/.well-known/jwks.json"] {
        let mut request = call("OPTIONS", path, "");
        request.headers_mut().insert(header::ACCESS_CONTROL_REQUEST_METHOD, "POST".parse().unwrap());
        let answer = from(&server, "https://pages.test", request).await;
        assert_eq!((answer.status, readable(&answer)), (204, Some("https://pages.test")), "{path}: {}", answer.text);
        assert_eq!(answer.header("access-control-allow-headers"), Some("authorization, content-type"));
    }
    // The pages for people are nothing for others' scripts.
    let mut request = call("OPTIONS", "/oauth/authorize", "");
    request.headers_mut().insert(header::ACCESS_CONTROL_REQUEST_METHOD, "GET".parse().unwrap());
    let answer = from(&server, "https://pages.test", request).await;
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (405, None));
}
