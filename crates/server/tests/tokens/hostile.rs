//! Every forged token at every route that takes one: refused, and nothing ends.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cloakroom_engine::clock::Span;
use cloakroom_engine::tokens::wish::TokenWish;
use serde_json::json;

use super::forgeries::Forge;
use super::over_http::Client;
use super::scene::{CLIENT_SECRET, Scene};

#[tokio::test]
async fn no_forged_token_is_taken_anywhere() {
    let scene = Scene::new().await;
    let client = Client::of(&scene);
    let pair = scene.log_in("alice").await;
    let bystander = scene.log_in("bob").await;
    let forge = Forge::new(&scene, &pair.access.text);
    let forged = forge.all();
    assert!(forged.len() >= 100, "{} forgeries", forged.len());
    let refresh = json!({ "refreshToken": pair.refresh.expose().to_string() }).to_string();
    for (what, token) in &forged {
        for path in ["/user/logout", "/user/refreshToken"] {
            for value in [token.clone(), format!("Bearer {token}")] {
                // What no header can hold never arrives.
                let Ok(value) = header::HeaderValue::from_bytes(value.as_bytes()) else { continue };
                let request = Request::post(path).header(header::AUTHORIZATION, value);
                let status = client.send(request.body(Body::from(refresh.clone())).unwrap()).await.status;
                let refused = [StatusCode::UNAUTHORIZED, StatusCode::BAD_REQUEST, StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE];
                // A later `exp` or `nbf` alone is no forgery to a refresh, which does not judge time.
                assert!(refused.contains(&status), "{what} at {path}: {status}");
            }
        }
    }
    for untouched in [&pair, &bystander] {
        assert_eq!(scene.end_reason(untouched).await, None);
        assert!(scene.opens(&untouched.access.text).await);
    }
    assert_eq!(client.log_out(&forge.genuine()).await.status, StatusCode::OK, "the same hand makes a good one");
}

#[tokio::test]
async fn expired_and_early_tokens_log_nobody_out() {
    let scene = Scene::new().await;
    let client = Client::of(&scene);
    let pair = scene.log_in("alice").await;
    let born = scene.engine.now();
    // Earlier than the leeway that a clock may have stepped back by.
    for now in [born.plus(Span::from_seconds(1200)), born.minus(Span::from_seconds(6))] {
        scene.clock.set(now);
        assert_eq!(client.log_out(&pair.access.text).await.status, StatusCode::UNAUTHORIZED);
    }
    scene.clock.set(born);
    assert_eq!(client.call(Method::GET, "/user/logout", &[], "").await.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(scene.opens(&pair.access.text).await);
}

#[tokio::test]
async fn no_forged_token_of_an_application_is_taken() {
    let scene = Scene::new().await;
    let client = Client::of(&scene);
    let pair = scene.log_in("alice").await;
    let application = scene.application().await;
    let delegate = scene.exchange(&application, &pair.access.text).await;
    let machine = scene.engine.issue_machine_token(&application, TokenWish::default(), &Default::default()).await.unwrap().unwrap();
    let active = async |token: &str| {
        let basic = format!("Basic {}", STANDARD.encode(format!("portal:{CLIENT_SECRET}")));
        let kind = "application/x-www-form-urlencoded";
        let token: String = form_urlencoded::byte_serialize(token.as_bytes()).collect();
        let answer = client
            .call(Method::POST, "/oauth/introspect", &[("authorization", &basic), ("content-type", kind)], format!("token={token}"))
            .await;
        answer.json()["active"] == json!(true)
    };
    for (what, good) in [("delegate", &delegate.access.text), ("machine", &machine.access.text)] {
        let forge = Forge::new(&scene, good);
        let forged = forge.all();
        assert!(forged.len() >= 100, "{} forgeries", forged.len());
        for (wrong, token) in &forged {
            assert!(!active(token).await, "{what}: {wrong}");
            let Ok(value) = header::HeaderValue::from_bytes(format!("Bearer {token}").as_bytes()) else { continue };
            for path in ["/api/v1/admin/sessions", "/api/v1/me/sessions"] {
                let request = Request::get(path).header(header::AUTHORIZATION, value.clone());
                let status = client.send(request.body(Body::empty()).unwrap()).await.status;
                let refused = [StatusCode::UNAUTHORIZED, StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE];
                assert!(refused.contains(&status), "{what}: {wrong} at {path}: {status}");
            }
        }
        assert!(active(&forge.genuine()).await, "{what}: the same hand makes a good one");
    }
    assert!(scene.opens(&pair.access.text).await);
}
