//! `POST /usm/api_key/revoke_all` and `revoke_all_org`: what was made before is dead, what is made after works, whatever the clock.

use serde_json::json;
use tokio::task::JoinSet;

use crate::support::Server;

#[tokio::test]
async fn a_marker_divides_within_one_millisecond() {
    let server = Server::with_orgs().await;
    let owner = server.acme().await;
    let (account, sibling) = (owner.account().await, owner.account().await);
    for (route, body, reaches_sibling) in
        [("api_key/revoke_all", json!({ "service_account_id": account }), false), ("api_key/revoke_all_org", json!({}), true)]
    {
        // The clock stands still throughout.
        let ((before, _), (beside, _)) = (owner.key(&account).await, owner.key(&sibling).await);
        let marked = owner.call(route, body).await;
        assert_eq!(marked.data(), &json!({ "revoked_before_utc": "2026-01-02T03:04:05.007Z" }));
        let (after, _) = owner.key(&account).await;
        assert_eq!(server.shows(&before).await.refusal(), (401, "api-key-doomed"), "{route}");
        assert_eq!(server.shows(&beside).await.status, if reaches_sibling { 401 } else { 200 }, "{route}");
        server.shows(&after).await.data();
    }
}

#[tokio::test]
async fn a_marker_deletes_nothing_signs_nobody_out_and_stays_at_home() {
    let server = Server::with_orgs().await;
    let (ada, bob) = (server.acme().await, server.other().await);
    let (account, elsewhere) = (ada.account().await, bob.account().await);
    let (kept, _) = bob.key(&elsewhere).await;
    ada.key(&account).await;
    ada.call("api_key/revoke_all_org", json!({})).await.data();
    let listed = ada.call("api_key/list", json!({ "service_account_id": account, "status": "all" })).await;
    assert_eq!(listed.data()["api_keys"].as_array().unwrap().len(), 1);
    server.with_guid("session/validate", &ada.guid).await.data();
    server.shows(&kept).await.data();
}

#[tokio::test]
async fn the_time_of_a_marker_never_goes_back() {
    let server = Server::with_orgs().await;
    let owner = server.acme().await;
    server.pass(60);
    let late = owner.call("api_key/revoke_all_org", json!({})).await.data().clone();
    server.clock.set(cloakroom_engine::clock::Timestamp::from_millis(1_767_323_045_007));
    let (key, _) = owner.key(&owner.account().await).await;
    assert_eq!(*owner.call("api_key/revoke_all_org", json!({})).await.data(), late);
    assert_eq!(server.shows(&key).await.status, 401, "it was made before the second marker");
    let (after, _) = owner.key(&owner.account().await).await;
    server.shows(&after).await.data();
}

#[tokio::test]
async fn keys_made_while_a_marker_moves_are_on_one_side_of_it_and_stay_there() {
    let server = Server::with_orgs().await;
    let owner = server.acme().await;
    let account = owner.account().await;
    for _ in 0..5 {
        let mut making = JoinSet::new();
        for _ in 0..16 {
            let (owner, account) = (owner.clone(), account.clone());
            making.spawn(async move { owner.key(&account).await.0 });
        }
        owner.call("api_key/revoke_all", json!({ "service_account_id": account })).await.data();
        let (mut before, mut after) = (Vec::new(), Vec::new());
        for key in making.join_all().await {
            let answer = server.shows(&key).await;
            if answer.status == 200 { after.push(key) } else { before.push(key) }
        }
        // The acknowledgement of a second marker finds whatever was left.
        owner.call("api_key/revoke_all", json!({ "service_account_id": account })).await.data();
        for key in before.iter().chain(&after) {
            assert_eq!(server.shows(key).await.refusal(), (401, "api-key-doomed"));
        }
        server.shows(&owner.key(&account).await.0).await.data();
    }
}

#[tokio::test]
async fn no_validation_begun_after_the_acknowledgement_says_valid() {
    let server = Server::with_orgs().await;
    let owner = server.acme().await;
    let account = owner.account().await;
    let (key, id) = owner.key(&account).await;
    let acknowledged = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let mut asking = JoinSet::new();
    for _ in 0..8 {
        let (server, key, acknowledged) = (server.clone(), key.clone(), acknowledged.clone());
        asking.spawn(async move {
            let mut refused = 0;
            while refused < 50 {
                let was = acknowledged.load(std::sync::atomic::Ordering::SeqCst);
                let status = server.shows(&key).await.status;
                assert!(status == 401 || !was, "valid after the acknowledgement");
                refused += u32::from(status == 401);
                tokio::task::yield_now().await;
            }
        });
    }
    owner.call("api_key/revoke", json!({ "api_key_id": id })).await.data();
    acknowledged.store(true, std::sync::atomic::Ordering::SeqCst);
    asking.join_all().await;
}
