//! What an access token says (docs/contracts/user_tokens.md), read without any of the server's code.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cloakroom_engine::directory::PlatformRole;
use cloakroom_engine::directory::document::UserEntry;
use cloakroom_engine::tokens::refresh::RefreshRefusal;
use serde_json::{Value, json};

use super::scene::{AUDIENCE, ISSUER, NOON, Scene, user};

/// A part of a token, as JSON.
pub fn part(token: &str, at: usize) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(at).unwrap()).unwrap()).unwrap()
}

#[tokio::test]
async fn a_token_has_the_documented_claims_and_header() {
    let scene = Scene::new().await;
    let pair = scene.log_in("alice").await;
    let (header, claims) = (part(&pair.access.text, 0), part(&pair.access.text, 1));
    let kid = scene.crypto.active().0.kid;
    assert_eq!(header, json!({ "typ": "at+jwt", "alg": "ES256", "kid": kid }));
    assert_eq!(claims["client_id"], "cloakroom");
    for name in ["iss", "sub", "aud", "client_id", "iat", "nbf", "exp", "jti", "sid", "tenant_id", "role", "scope"] {
        assert!(claims.get(name).is_some(), "{name}");
    }
    assert_eq!((claims["iss"].as_str(), claims["aud"].as_str()), (Some(ISSUER), Some(AUDIENCE)));
    assert_eq!(claims["iat"].as_i64(), Some(NOON.as_millis() / 1000));
    assert_eq!(claims["nbf"], claims["iat"]);
    assert_eq!(claims["exp"].as_i64(), Some(NOON.as_millis() / 1000 + 1200));
    for (name, prefix) in [("sub", "usr_"), ("sid", "ses_"), ("tenant_id", "tnt_")] {
        assert!(claims[name].as_str().unwrap().starts_with(prefix), "{name}: {}", claims[name]);
    }
    assert_eq!(claims["role"], "none");
    assert_eq!((&claims["auth_time"], &claims["acr"], &claims["amr"]), (&claims["iat"], &json!("aal1"), &json!(["pwd"])));
    let other = scene.log_in("alice").await;
    assert_ne!(part(&other.access.text, 1)["jti"], claims["jti"]);
}

#[tokio::test]
async fn role_and_tenant_follow_the_directory_with_the_next_token() {
    let scene = Scene::new().await;
    let first = scene.log_in("alice").await;
    let before = part(&first.access.text, 1);
    let role = Some(PlatformRole::TenantAdmin);
    scene.change_user(UserEntry { role, ..user("alice") }).await;
    let second = scene.rotate(&first).await.unwrap();
    assert_eq!(part(&second.access.text, 1)["role"], "tenant_admin");
    assert_eq!(part(&second.access.text, 1)["tenant_id"], before["tenant_id"]);
    scene.change_user(UserEntry { role: Some(PlatformRole::None), ..user("alice") }).await;
    let again = scene.rotate(&first).await.unwrap();
    assert_eq!(part(&again.access.text, 1)["role"], "none", "also when the same child is given again");
    let third = scene.rotate(&second).await.unwrap();
    let after = part(&third.access.text, 1);
    assert_eq!((&after["sid"], &after["sub"]), (&before["sid"], &before["sub"]));
    // Whoever moves to another tenant leaves the session behind.
    scene.change_user(UserEntry { tenant: Some("GLOBEX".into()), ..user("alice") }).await;
    assert_eq!(scene.rotate(&third).await.unwrap_err(), RefreshRefusal::SessionOver);
    let moved = part(&scene.log_in("alice").await.access.text, 1);
    assert_ne!(moved["tenant_id"], before["tenant_id"]);
    assert_eq!(moved["sub"], before["sub"]);
}

#[tokio::test]
async fn what_a_caller_may_do_is_read_from_the_directory_not_from_the_token() {
    let scene = Scene::new().await;
    let pair = scene.log_in("alice").await;
    let bearer = async || {
        let caller = scene.engine.authenticate_token(&pair.access.text, &Default::default()).await.unwrap().unwrap();
        caller.bearer().role
    };
    assert_eq!(bearer().await, PlatformRole::None);
    scene.change_user(UserEntry { role: Some(PlatformRole::SuperAdmin), ..user("alice") }).await;
    assert_eq!(bearer().await, PlatformRole::SuperAdmin);
}
