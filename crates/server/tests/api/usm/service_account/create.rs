//! `POST /usm/service_account/create`

use serde_json::json;

use crate::support::Server;

#[tokio::test]
async fn an_account_is_made_and_shown() {
    let server = Server::with_orgs().await;
    let owner = server.acme().await;
    let made = owner.call("service_account/create", json!({ "caption": "till 7", "roles": ["pvv", "x_1", "pvv"] })).await;
    let record = made.data();
    assert!(record["service_account_id"].as_str().unwrap().starts_with("sva_"));
    assert_eq!((&record["caption"], &record["roles"], &record["status"]), (&json!("till 7"), &json!(["pvv", "x_1"]), &json!("active")));
    assert_eq!(record["created_at_utc"], "2026-01-02T03:04:05.007Z");
    assert!(record["doomed_at_utc"].is_null() && record.get("details").is_none());
}

#[tokio::test]
async fn the_role_owner_is_allowed_with_a_warning() {
    let server = Server::with_orgs().await;
    let made = server.acme().await.call("service_account/create", json!({ "caption": "till", "roles": ["pma", "owner"] })).await;
    assert_eq!(made.data()["details"]["warnings"][0]["tag"], "owner-role");
}

#[tokio::test]
async fn roles_are_names_and_there_is_one_at_least() {
    let server = Server::with_orgs().await;
    let owner = server.acme().await;
    let many: Vec<_> = (0..33).map(|number| format!("role_{number}")).collect();
    for roles in
        [json!([]), json!(["p"]), json!(["Pvv"]), json!(["a b"]), json!(["1a"]), json!(["a".repeat(65)]), json!(many), json!("pvv")]
    {
        let answer = owner.call("service_account/create", json!({ "caption": "till", "roles": roles })).await;
        assert_eq!((answer.refusal(), answer.bad_fields()), ((400, "validation-error"), vec!["roles"]), "{roles}");
    }
    owner.call("service_account/create", json!({ "caption": "till", "roles": ["a".repeat(64)] })).await.data();
}

#[tokio::test]
async fn the_directory_file_and_the_api_see_the_same_accounts() {
    let server = Server::with_orgs().await;
    let owner = server.acme().await;
    let file = |roles: &str| json!({ "service_accounts": [{ "tenant": "ACME", "caption": "till", "roles": [roles] }] });
    server.apply(&file("pvv")).await;
    let listed = owner.call("service_account/list", json!({})).await;
    let account = listed.data()["service_accounts"][0]["service_account_id"].as_str().unwrap().to_owned();
    let (key, _) = owner.key(&account).await;
    assert_eq!(server.shows(&key).await.data()["roles"], json!(["pvv"]));
    server.apply(&file("vca")).await;
    assert_eq!(server.shows(&key).await.data()["roles"], json!(["vca"]), "roles are those of now");
    owner.call("service_account/status", json!({ "service_account_id": account, "status": "doomed" })).await.data();
    let second = owner.account().await;
    server.apply(&file("pma")).await;
    let listed = owner.call("service_account/list", json!({ "status": "all" })).await;
    let shown: Vec<_> = listed.data()["service_accounts"].as_array().unwrap().iter().map(|one| (&one["status"], &one["roles"])).collect();
    assert_eq!(shown, [(&json!("active"), &json!(["pma"])), (&json!("doomed"), &json!(["vca"]))], "the file means the one that is active");
    assert_eq!(listed.data()["service_accounts"][0]["service_account_id"], second);
    assert_eq!(server.shows(&key).await.refusal(), (401, "service-account-doomed"), "no file brings anything back");
}
