//! `POST /oauth/introspect`

use serde_json::json;

use super::{INACTIVE, introspect, log_in, peopled};
use crate::support::{ISSUER, call};

#[tokio::test]
async fn an_access_token_is_described_while_its_session_lives() {
    let server = peopled().await;
    let (access, refresh) = log_in(&server, "ada").await;
    let answer = introspect(&server, "shop", &access).await;
    let claims = &answer.body;
    assert_eq!(claims["active"], json!(true), "{}", answer.text);
    assert_eq!((&claims["token_type"], &claims["iss"], &claims["aud"]), (&json!("Bearer"), &json!(ISSUER), &json!("cloakroom")));
    assert!(claims["sub"].as_str().unwrap().starts_with("usr_") && claims["sid"].as_str().unwrap().starts_with("ses_"));
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 1200);
    let refreshed = introspect(&server, "shop", &refresh).await;
    assert_eq!((&refreshed.body["active"], &refreshed.body["sid"]), (&json!(true), &claims["sid"]));
    assert!(!answer.text.contains(&access) && !refreshed.text.contains(&refresh));
}

#[tokio::test]
async fn nothing_is_active_once_the_session_ended_wherever_it_was_ended() {
    for ending in ["logout", "usm", "suspension", "tenant", "expiry"] {
        let server = peopled().await;
        let (access, refresh) = log_in(&server, "ada").await;
        match ending {
            "logout" => {
                let mut request = call("POST", "/user/logout", "");
                request.headers_mut().insert("authorization", format!("Bearer {access}").parse().unwrap());
                assert_eq!(server.send(request).await.status, 200);
            }
            "usm" => {
                let guid = server.opened(json!({ "email": "ada@example.com", "passcode": "Correct-horse-7" })).await;
                let answer = server.with_guid("session/logout_everywhere", guid["session_guid"].as_str().unwrap()).await;
                assert_eq!(answer.data()["doomed_count"], json!(2));
            }
            "suspension" => server.apply(&json!({ "users": [{ "username": "ada", "status": "suspended" }] })).await,
            "tenant" => server.apply(&json!({ "tenants": [{ "code": "ACME", "status": "frozen" }] })).await,
            _ => server.pass(31 * 86_400),
        }
        assert_eq!(introspect(&server, "shop", &access).await.text, INACTIVE, "{ending}");
        assert_eq!(introspect(&server, "shop", &refresh).await.text, INACTIVE, "{ending}");
    }
}

#[tokio::test]
async fn other_tenants_expired_replaced_and_made_up_tokens_look_alike() {
    let server = peopled().await;
    let (access, refresh) = log_in(&server, "ada").await;
    for token in [access.as_str(), refresh.as_str()] {
        assert_eq!(introspect(&server, "zeta-shop", token).await.text, INACTIVE);
        assert_eq!(introspect(&server, "platform", token).await.body["active"], json!(true), "the platform reaches every tenant");
    }
    let mut request = call("POST", "/user/refreshToken", json!({ "refreshToken": refresh }).to_string());
    request.headers_mut().insert("authorization", access.parse().unwrap());
    assert_eq!(server.send(request).await.status, 200);
    for token in [access.as_str(), refresh.as_str(), "nonsense", "a.b.c", "clr_1_0_x_y"] {
        assert_eq!(introspect(&server, "shop", token).await.text, INACTIVE, "{token}");
    }
    let (access, _) = log_in(&server, "ada").await;
    server.pass(1200);
    assert_eq!(introspect(&server, "shop", &access).await.text, INACTIVE);
}
