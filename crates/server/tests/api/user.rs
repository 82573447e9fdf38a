//! `/user/…`: what is answered when the server cannot. The rest is in `tests/tokens/`.

use serde_json::json;

use crate::support::{ADA_PASSCODE, HashingMood, MoodyHashing, Server, Setup, call};

#[tokio::test]
async fn a_login_that_breaks_half_way_has_an_unknown_outcome() {
    let hashing = MoodyHashing::new();
    let server = Server::with(Setup { hashing: hashing.clone(), ..Setup::default() }).await;
    server.engine.refresh_signing_keys().await.unwrap();
    let login = json!({ "username": "ada", "password": ADA_PASSCODE }).to_string();
    hashing.is_now(HashingMood::Panicking);
    let answer = server.send(call("POST", "/user/login", login.clone())).await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, Some("1")), "P1: {}", answer.text);
    assert!(!answer.text.contains("as the test wishes"));
    hashing.is_now(HashingMood::Working);
    assert_eq!(server.send(call("POST", "/user/login", login)).await.status, 200);
}
