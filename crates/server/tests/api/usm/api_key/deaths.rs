//! Everything that kills a key, one cause each, and that none of it is undone (P2).

use serde_json::json;

use crate::support::{Owned, Server};

/// What befalls a key, and how a validation answers then: tag, minor tag, and the reason that a list shows.
const CAUSES: &[(&str, &str, &str, &str)] = &[
    ("revoke", "api-key-doomed", "revoked", "revoked"),
    ("revoke_all", "api-key-doomed", "revoked-with-account", "revoked-with-account"),
    ("revoke_all_org", "api-key-doomed", "revoked-with-org", "revoked-with-org"),
    ("account", "service-account-doomed", "", "service-account-doomed"),
    ("org", "api-key-doomed", "org-doomed", "org-doomed"),
    ("policy", "api-key-expired", "", "expired"),
    ("own expiry", "api-key-expired", "", "expired"),
];

async fn befall(owner: &Owned, cause: &str, account: &str, id: &str) {
    let of_account = json!({ "service_account_id": account });
    match cause {
        "revoke" => drop(owner.call("api_key/revoke", json!({ "api_key_id": id, "reason": "leaked" })).await.data()),
        "revoke_all" => drop(owner.call("api_key/revoke_all", of_account).await.data()),
        "revoke_all_org" => drop(owner.call("api_key/revoke_all_org", json!({})).await.data()),
        "account" => {
            owner.call("service_account/status", json!({ "service_account_id": account, "status": "doomed" })).await.data();
        }
        "org" => owner.server.set_org("ACME", "doomed").await,
        "policy" => drop(owner.call("api_key/policy_set", json!({ "max_age_days": 1 })).await.data()),
        _ => {}
    }
}

#[tokio::test]
async fn each_cause_kills_at_once_and_is_told() {
    for (cause, tag, minor, reason) in CAUSES {
        let server = Server::with_orgs().await;
        let account = server.acme().await.account().await;
        let mut wish = json!({ "service_account_id": account });
        if *cause == "own expiry" {
            wish["expires_at_utc"] = json!("2026-01-04T03:04:05Z");
        }
        let made = server.acme().await.call("api_key/create", wish).await.data().clone();
        let (key, id) = (made["api_key"].as_str().unwrap(), made["api_key_id"].as_str().unwrap());
        server.pass(86_400);
        server.shows(key).await.data();
        if *cause == "own expiry" {
            server.pass(86_400);
        }
        // Sessions do not live as long as keys.
        let owner = server.acme().await;
        befall(&owner, cause, &account, id).await;
        let answer = server.shows(key).await;
        assert_eq!((answer.refusal(), answer.minor()), ((401, *tag), *minor), "{cause}");
        let by_body = server.usm("api_key/validate", &json!({ "api_key": key, "orgcode": "OTHER" })).await;
        assert_eq!(by_body.refusal(), (401, *tag), "{cause}: a dead key is dead before it is another org's");
        let listed = owner.call("api_key/list", json!({ "service_account_id": account, "status": "doomed" })).await;
        let record = &listed.data()["api_keys"][0];
        assert_eq!((&record["api_key_id"], &record["status"], &record["doom_reason"]), (&json!(id), &json!("doomed"), &json!(reason)));
        assert!(record["doomed_at_utc"].is_string(), "{record}");
    }
}

#[tokio::test]
async fn a_revoked_key_stays_revoked_whatever_else_changes() {
    let server = Server::with_orgs().await;
    let owner = server.acme().await;
    let account = owner.account().await;
    let (key, id) = owner.key(&account).await;
    owner.call("api_key/policy_set", json!({ "max_age_days": 1 })).await.data();
    server.pass(86_400);
    let owner = server.acme().await;
    assert_eq!(server.shows(&key).await.refusal(), (401, "api-key-expired"));
    server.pass(5);
    let revoked = owner.call("api_key/revoke", json!({ "api_key_id": id })).await.data().clone();
    assert_eq!(revoked["doom_reason"], "expired", "it had died before");
    owner.call("api_key/policy_set", json!({ "max_age_days": null })).await.data();
    assert_eq!(server.shows(&key).await.refusal(), (401, "api-key-doomed"), "no policy brings it back");
    server.pass(5);
    let again = owner.call("api_key/revoke", json!({ "api_key_id": id })).await.data().clone();
    assert_eq!(
        (&again["doom_reason"], &again["doomed_at_utc"]),
        (&json!("revoked"), &json!("2026-01-03T03:04:10.007Z")),
        "the first time stands"
    );
}

#[tokio::test]
async fn a_doomed_org_stays_doomed() {
    let server = Server::with_orgs().await;
    let owner = server.acme().await;
    let (key, _) = owner.key(&owner.account().await).await;
    for status in ["suspended", "verified"] {
        server.set_org("ACME", status).await;
        assert_eq!(server.shows(&key).await.data()["org_status"], status);
    }
    server.set_org("ACME", "doomed").await;
    let kept = json!({ "tenants": [{ "code": "ACME", "status": "verified" }] });
    server.apply(&kept).await;
    assert_eq!(server.shows(&key).await.refusal(), (401, "api-key-doomed"));
}
