//! `POST /usm/service_account/status`

use serde_json::json;

use crate::support::Server;

#[tokio::test]
async fn doomed_is_terminal_and_kills_the_keys() {
    let server = Server::with_orgs().await;
    let owner = server.acme().await;
    let (account, bystander) = (owner.account().await, owner.account().await);
    let ((key, _), (other, _)) = (owner.key(&account).await, owner.key(&bystander).await);
    server.pass(5);
    let doom = json!({ "service_account_id": account, "status": "doomed" });
    let doomed = owner.call("service_account/status", doom.clone()).await.data().clone();
    assert_eq!((&doomed["status"], &doomed["doomed_at_utc"]), (&json!("doomed"), &json!("2026-01-02T03:04:10.007Z")));
    assert_eq!(server.shows(&key).await.refusal(), (401, "service-account-doomed"));
    server.shows(&other).await.data();
    server.pass(5);
    assert_eq!(*owner.call("service_account/status", doom).await.data(), doomed, "a second time changes nothing");
    let made = owner.call("api_key/create", json!({ "service_account_id": account })).await;
    assert_eq!(made.refusal(), (401, "service-account-doomed"), "no key is made for it");
    for status in ["active", "suspended", "", "DOOMED", "all"] {
        let answer = owner.call("service_account/status", json!({ "service_account_id": account, "status": status })).await;
        let expected = if status.is_empty() { "validation-error" } else { "invalid-status" };
        assert_eq!(answer.refusal(), (400, expected), "{status}");
    }
    assert_eq!(server.shows(&key).await.refusal(), (401, "service-account-doomed"));
}
