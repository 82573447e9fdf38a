//! Members of what is kept with a session, in the access tokens of an application that the directory gives them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::{GUID, active, exchange_of, exchanged, log_in, peopled, refresh_of, tokens};
use crate::support::{ADA_PASSCODE, Server};

fn claims(token: &str) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap()).unwrap()
}

async fn gives(server: &Server, client_id: &str, names: &[&str]) {
    server.apply(&json!({ "applications": [{ "client_id": client_id, "session_claims": names }] })).await;
}

async fn opened_with(server: &Server, metadata: Value) -> String {
    let opened = server.opened(json!({ "email": "ada@example.com", "passcode": ADA_PASSCODE, "metadata": metadata })).await;
    opened["session_guid"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_application_learns_what_the_directory_gives_it_and_no_more() {
    let server = peopled().await;
    gives(&server, "portal", &["tier", "seat", "missing"]).await;
    let guid = opened_with(&server, json!({ "tier": "gold", "seat": { "row": 7 }, "secret": "s3cret-marker" })).await;
    let (access, refresh) = tokens(&exchange_of(&server, "portal", &guid, GUID, "").await);
    let expected = json!({ "seat": { "row": 7 }, "tier": "gold" });
    assert_eq!(claims(&access)["session_metadata"], expected);
    assert_eq!(active(&server, "portal", &access).await["session_metadata"], expected, "introspection says the same");
    // Another one is given nothing of it, within the same session.
    let (others, _) = exchanged(&server, "platform", &access).await;
    assert!(claims(&others).get("session_metadata").is_none());
    // What was changed since is in the next token, and in none before.
    let body = json!({ "session_guid": guid, "metadata": { "tier": "silver" }, "metadata_edition": 1 });
    server.usm("session/update", &body).await.data();
    assert_eq!(active(&server, "portal", &access).await["session_metadata"], expected);
    let (access, refresh) = tokens(&refresh_of(&server, "portal", &refresh, "").await);
    assert_eq!(claims(&access)["session_metadata"], json!({ "tier": "silver" }));
    gives(&server, "portal", &["seat"]).await;
    let (access, _) = tokens(&refresh_of(&server, "portal", &refresh, "").await);
    assert!(claims(&access).get("session_metadata").is_none(), "nothing of it is there");
}

#[tokio::test]
async fn no_member_is_taken_for_a_claim_and_users_tokens_have_none() {
    let server = peopled().await;
    gives(&server, "portal", &["sub", "role", "scope", "exp", "gid"]).await;
    let other = "usr_01J8ZQ4Y7N3V5K2M6P9R1S0T8W";
    let hostile = json!({ "sub": other, "role": "super_admin", "scope": "admin:write", "exp": 9_999_999_999_i64, "gid": 1 });
    let guid = opened_with(&server, hostile.clone()).await;
    let (access, _) = tokens(&exchange_of(&server, "portal", &guid, GUID, "").await);
    let told = claims(&access);
    assert_eq!((&told["session_metadata"], &told["role"], &told["scope"]), (&hostile, &json!("none"), &json!("profile mail")));
    assert_ne!(told["sub"], hostile["sub"]);
    let worth = active(&server, "portal", &access).await;
    assert_eq!((&worth["sub"], &worth["role"]), (&told["sub"], &json!("none")));
    let (login, _) = log_in(&server, "ada").await;
    assert!(claims(&login).get("session_metadata").is_none());
}

#[tokio::test]
async fn a_token_stays_small_whatever_is_kept() {
    let server = peopled().await;
    gives(&server, "portal", &["first", "long", "last"]).await;
    let guid = opened_with(&server, json!({ "first": 1, "long": "x".repeat(1020), "last": [] })).await;
    let (access, _) = tokens(&exchange_of(&server, "portal", &guid, GUID, "").await);
    assert_eq!(claims(&access)["session_metadata"], json!({ "first": 1, "last": [] }));
    // Exactly 1024 bytes as compact JSON.
    let guid = opened_with(&server, json!({ "long": "x".repeat(1013) })).await;
    let (access, _) = tokens(&exchange_of(&server, "portal", &guid, GUID, "").await);
    assert_eq!(claims(&access)["session_metadata"]["long"].as_str().map(str::len), Some(1013));
    assert_eq!(active(&server, "portal", &access).await["active"], true);
}
