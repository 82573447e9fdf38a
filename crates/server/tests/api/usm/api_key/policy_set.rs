//! `POST /usm/api_key/policy_set`

use serde_json::json;

use crate::support::Server;

#[tokio::test]
async fn a_policy_holds_for_old_keys_and_can_be_cleared() {
    let server = Server::with_orgs().await;
    let owner = server.acme().await;
    let account = owner.account().await;
    let (key, _) = owner.key(&account).await;
    let set = owner.call("api_key/policy_set", json!({ "max_age_days": 2 })).await;
    assert_eq!(*set.data(), json!({ "orgcode": "ACME", "max_age_days": 2 }));
    assert_eq!(server.shows(&key).await.data()["expires_at_utc"], "2026-01-04T03:04:05.007Z");
    server.pass(2 * 86_400 - 1);
    server.shows(&key).await.data();
    server.pass(1);
    assert_eq!(server.shows(&key).await.refusal(), (401, "api-key-expired"));
    let owner = server.acme().await;
    let cleared = owner.call("api_key/policy_set", json!({ "max_age_days": null })).await;
    assert_eq!(*cleared.data(), json!({ "orgcode": "ACME", "max_age_days": null }));
    assert!(server.shows(&key).await.data()["expires_at_utc"].is_null());
}

#[tokio::test]
async fn the_earlier_of_both_expiries_counts() {
    let server = Server::with_orgs().await;
    let owner = server.acme().await;
    let account = owner.account().await;
    let wish = json!({ "service_account_id": account, "expires_at_utc": "2026-01-05T00:00:00Z" });
    owner.call("api_key/policy_set", json!({ "max_age_days": 1 })).await.data();
    assert_eq!(owner.call("api_key/create", wish.clone()).await.data()["expires_at_utc"], "2026-01-03T03:04:05.007Z");
    owner.call("api_key/policy_set", json!({ "max_age_days": 30 })).await.data();
    assert_eq!(owner.call("api_key/create", wish).await.data()["expires_at_utc"], "2026-01-05T00:00:00.000Z");
}

#[tokio::test]
async fn days_have_bounds() {
    let server = Server::with_orgs().await;
    let owner = server.acme().await;
    for days in [json!(0), json!(-1), json!(36_501), json!(1.5), json!("7")] {
        let answer = owner.call("api_key/policy_set", json!({ "max_age_days": days })).await;
        assert_eq!((answer.refusal(), answer.bad_fields()), ((400, "validation-error"), vec!["max_age_days"]), "{days}");
    }
    owner.call("api_key/policy_set", json!({ "max_age_days": 36_500 })).await.data();
}
