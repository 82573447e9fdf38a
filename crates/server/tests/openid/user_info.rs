//! `/oauth/userinfo`: claims about the user, as far as the scope has them.

use axum::http::header;
use serde_json::json;

use crate::browser::Browser;
use crate::scene::{PASSWORD, of_client, peopled, tokens, user_info};
use crate::support::call;

#[tokio::test]
async fn claims_come_with_their_scopes() {
    let server = peopled().await;
    let mut browser = Browser::signed_in(&server, "ada", PASSWORD).await;
    for (scope, names) in [
        ("openid", &["sub"][..]),
        ("openid email", &["email", "email_verified", "sub"]),
        ("openid profile", &["name", "preferred_username", "sub", "updated_at"]),
        ("openid profile email", &["email", "email_verified", "name", "preferred_username", "sub", "updated_at"]),
    ] {
        let got = tokens(&mut browser, "own", scope).await;
        let info = user_info(&server, &got["access_token"]).await;
        assert_eq!((info.status, info.header("cache-control")), (200, Some("no-store")), "{}", info.text);
        let told: Vec<_> = info.body.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(told, names, "{scope}");
    }
}

#[tokio::test]
async fn whoever_shows_no_such_token_learns_nothing() {
    let server = peopled().await;
    let nothing = server.send(call("GET", "/oauth/userinfo", "")).await;
    assert_eq!((nothing.status, nothing.header("www-authenticate")), (401, Some("Bearer realm=\"cloakroom\"")));
    let wrong = user_info(&server, &json!("x")).await;
    let challenge = Some("Bearer realm=\"cloakroom\", error=\"invalid_token\"");
    assert_eq!((wrong.status, wrong.header("www-authenticate")), (401, challenge));
    let own = server.send(of_client("machine", "/oauth/token", &[("grant_type", "client_credentials")])).await;
    assert_eq!(user_info(&server, &own.body["access_token"]).await.status, 403);
    let login = json!({ "username": "ada", "password": PASSWORD }).to_string();
    let login = server.send(call("POST", "/user/login", login)).await;
    let of_user = user_info(&server, &login.body["accessToken"]).await;
    let challenge = Some("Bearer realm=\"cloakroom\", error=\"insufficient_scope\", scope=\"openid\"");
    assert_eq!((of_user.status, of_user.header("www-authenticate")), (403, challenge));
    let mut browser = Browser::signed_in(&server, "ada", PASSWORD).await;
    let got = tokens(&mut browser, "own", "openid").await;
    let of_id_token = user_info(&server, &got["id_token"]).await;
    assert_eq!(of_id_token.status, 401, "an ID token opens nothing");
    let mut by_post = call("POST", "/oauth/userinfo", "");
    by_post.headers_mut().insert(header::AUTHORIZATION, format!("Bearer {}", got["access_token"].as_str().unwrap()).parse().unwrap());
    assert_eq!(server.send(by_post).await.status, 200);
    server.pass(3600);
    assert_eq!(user_info(&server, &got["access_token"]).await.status, 401, "its time is over");
}
