//! What an application was given within a session dies with it, by whatever ends either.

use serde_json::json;

use crate::browser::Browser;
use crate::scene::{PASSWORD, code, is_active, peopled, redeem, tokens, user_info};
use crate::support::Server;

async fn is_over(server: &Server, got: &serde_json::Value, why: &str) {
    for token in ["access_token", "refresh_token"] {
        assert!(!is_active(server, &got[token]).await, "{why}: {token}");
    }
    assert_eq!(user_info(server, &got["access_token"]).await.status, 401, "{why}");
}

#[tokio::test]
async fn every_end_of_the_session_is_one_of_the_application() {
    for why in ["signed out", "elsewhere", "a new password", "suspended", "a closed tenant", "a disabled application", "expired"] {
        let server = peopled().await;
        let mut browser = Browser::signed_in(&server, "ada", PASSWORD).await;
        let got = tokens(&mut browser, "own", "openid offline_access").await;
        assert!(is_active(&server, &got["access_token"]).await && is_active(&server, &got["refresh_token"]).await);
        match why {
            "signed out" => drop(browser.fill_in("/logout", &[]).await),
            "elsewhere" => {
                let guid = browser.guid();
                assert_eq!(server.with_guid("session/logout_everywhere", &guid).await.status, 200);
            }
            "a new password" => {
                let login = json!({ "username": "ada", "password": PASSWORD }).to_string();
                let login = server.send(crate::support::call("POST", "/user/login", login)).await;
                let body = json!({ "current_password": PASSWORD, "new_password": "Another-staple-9" }).to_string();
                let mut change = crate::support::call("POST", "/api/v1/me/password", body);
                let bearer = format!("Bearer {}", login.body["accessToken"].as_str().unwrap());
                change.headers_mut().insert("authorization", bearer.parse().unwrap());
                let changed = server.send(change).await;
                assert!(changed.status < 300, "{}", changed.text);
            }
            "suspended" => server.apply(&json!({ "users": [{ "username": "ada", "status": "suspended" }] })).await,
            "a closed tenant" => server.apply(&json!({ "tenants": [{ "code": "ACME", "status": "suspended" }] })).await,
            "a disabled application" => server.apply(&json!({ "applications": [{ "client_id": "own", "status": "disabled" }] })).await,
            _ => server.pass(43_200),
        }
        if why == "a closed tenant" {
            // Nobody of it may ask any more.
            assert_eq!(user_info(&server, &got["access_token"]).await.status, 401, "{why}");
        } else {
            is_over(&server, &got, why).await;
        }
    }
}

#[tokio::test]
async fn a_membership_that_is_taken_away_takes_the_tokens_with_it() {
    let server = peopled().await;
    let mut browser = Browser::signed_in(&server, "cleo", PASSWORD).await;
    let got = tokens(&mut browser, "own", "openid offline_access").await;
    for _ in 0..2 {
        assert_eq!(user_info(&server, &got["access_token"]).await.status, 200);
    }
    let open = code(&mut browser, "own", &[]).await;
    server.apply(&json!({ "users": [{ "username": "cleo", "memberships": {} }] })).await;
    assert_eq!(user_info(&server, &got["access_token"]).await.status, 401);
    assert_eq!(redeem(&server, "own", &open, &[]).await.status, 400);
}
