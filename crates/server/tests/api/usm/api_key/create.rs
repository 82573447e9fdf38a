//! `POST /usm/api_key/create`

use serde_json::{Value, json};

use crate::support::Server;

#[tokio::test]
async fn a_key_is_shown_in_full_once() {
    let server = Server::with_orgs().await;
    let owner = server.acme().await;
    let account = owner.account().await;
    let made = owner.call("api_key/create", json!({ "service_account_id": account, "caption": "prod" })).await;
    let text = made.data()["api_key"].as_str().unwrap();
    let parts: Vec<_> = text.split('_').collect();
    assert_eq!((parts.len(), parts[0], parts[1].len(), parts[2].len(), parts[3].len()), (4, "clk", 22, 43, 6), "{text}");
    assert!(parts[1..].iter().all(|part| part.bytes().all(|byte| byte.is_ascii_alphanumeric())));
    assert_eq!(made.data()["api_key_id"], format!("apk_{}", parts[1]), "the id stands in the key");
    assert_eq!((&made.data()["service_account_id"], &made.data()["expires_at_utc"]), (&json!(account), &Value::Null));
    server.shows(text).await.data();
    let id = made.data()["api_key_id"].clone();
    for answer in [
        owner.call("api_key/list", json!({ "service_account_id": account })).await,
        owner.call("api_key/revoke", json!({ "api_key_id": id })).await,
        server.shows(text).await,
    ] {
        assert!(!answer.text.contains(parts[2]), "{}", answer.text);
    }
}

#[tokio::test]
async fn an_expiry_of_its_own_lies_in_the_future_and_holds() {
    let server = Server::with_orgs().await;
    let owner = server.acme().await;
    let account = owner.account().await;
    for past in ["2026-01-02T03:04:05.007Z", "1999-01-01T00:00:00Z"] {
        let answer = owner.call("api_key/create", json!({ "service_account_id": account, "expires_at_utc": past })).await;
        assert_eq!((answer.refusal(), answer.bad_fields()), ((400, "validation-error"), vec!["expires_at_utc"]));
    }
    let wish = json!({ "service_account_id": account, "expires_at_utc": "2026-01-02T03:04:06.007Z" });
    let made = owner.call("api_key/create", wish).await.data().clone();
    let key = made["api_key"].as_str().unwrap();
    assert_eq!(server.shows(key).await.data()["expires_at_utc"], made["expires_at_utc"]);
    server.pass(1);
    assert_eq!(server.shows(key).await.refusal(), (401, "api-key-expired"));
}
