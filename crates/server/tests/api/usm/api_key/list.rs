//! `POST /usm/api_key/list`: sides, cursors, last uses.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::support::{Answer, Owned, Server};

fn ids(answer: &Answer) -> Vec<String> {
    answer.data()["api_keys"].as_array().unwrap().iter().map(|key| key["api_key_id"].as_str().unwrap().to_owned()).collect()
}

async fn list(owner: &Owned, account: &str, mut query: Value) -> Answer {
    query["service_account_id"] = json!(account);
    owner.call("api_key/list", query).await
}

#[tokio::test]
async fn each_status_is_walked_in_order_to_its_end() {
    let server = Server::with_orgs().await;
    let owner = server.acme().await;
    let account = owner.account().await;
    let (mut live, mut dead, mut all) = (Vec::new(), Vec::new(), Vec::new());
    for number in 0..9 {
        let (_, id) = owner.key(&account).await;
        all.insert(0, id.clone());
        if number % 2 == 0 {
            live.insert(0, id);
        } else {
            owner.call("api_key/revoke", json!({ "api_key_id": id })).await.data();
            dead.insert(0, id);
        }
        server.pass(u32::from(number % 3 == 0));
    }
    for (status, expected, pages) in
        [(json!("active"), &live, 3), (json!("doomed"), &dead, 2), (json!("all"), &all, 5), (Value::Null, &live, 3)]
    {
        let (mut seen, mut query, mut count) = (Vec::new(), json!({ "status": status, "limit": 2 }), 0);
        loop {
            let answer = list(&owner, &account, query.clone()).await;
            count += 1;
            seen.extend(ids(&answer));
            let Value::String(next) = &answer.data()["next_token"] else { break };
            query["next_token"] = json!(next);
        }
        assert_eq!((&seen, count), (expected, pages), "{status}");
    }
    assert_eq!(list(&owner, &account, json!({ "status": "odd" })).await.refusal(), (400, "invalid-status"));
}

#[tokio::test]
async fn a_cursor_is_good_for_its_account_and_filter_alone() {
    let server = Server::with_orgs().await;
    let owner = server.acme().await;
    let (account, other) = (owner.account().await, owner.account().await);
    for account in [&account, &other] {
        owner.key(account).await;
        owner.key(account).await;
    }
    let token = list(&owner, &account, json!({ "limit": 1 })).await.data()["next_token"].clone();
    list(&owner, &account, json!({ "limit": 9, "next_token": token })).await.data();
    for (account, query) in [
        (&other, json!({ "next_token": token })),
        (&account, json!({ "next_token": token, "status": "all" })),
        (&account, json!({ "next_token": token, "status": "doomed" })),
        (&account, json!({ "next_token": "nonsense" })),
    ] {
        let answer = list(&owner, account, query).await;
        assert_eq!((answer.refusal(), answer.bad_fields()), ((400, "validation-error"), vec!["next_token"]));
    }
    let accounts = owner.call("service_account/list", json!({ "next_token": token })).await;
    assert_eq!(accounts.bad_fields(), ["next_token"]);
}

#[tokio::test]
async fn a_walk_under_churn_shows_what_stays_exactly_once() {
    let server = Server::with_orgs().await;
    let owner = server.acme().await;
    let account = owner.account().await;
    let mut there = Vec::new();
    for number in 0..14 {
        there.push(owner.key(&account).await.1);
        server.pass(u32::from(number % 4 == 0));
    }
    let (mut seen, mut query) = (Vec::new(), json!({ "limit": 2 }));
    loop {
        let answer = list(&owner, &account, query.clone()).await;
        seen.extend(ids(&answer));
        let Value::String(next) = &answer.data()["next_token"] else { break };
        query["next_token"] = json!(next);
        owner.key(&account).await;
        let ended = there.remove(there.len() / 2);
        owner.call("api_key/revoke", json!({ "api_key_id": ended })).await.data();
    }
    let once: HashSet<_> = seen.iter().collect();
    assert_eq!(once.len(), seen.len(), "something was shown twice");
    assert!(there.iter().all(|key| once.contains(key)), "something that was there throughout was not shown");
}

#[tokio::test]
async fn a_last_use_is_shown_at_once_and_stored_once_per_lag() {
    let server = Server::with_orgs().await;
    let owner = server.acme().await;
    let account = owner.account().await;
    let (key, id) = owner.key(&account).await;
    let last_use = async || list(&owner, &account, json!({ "status": "all" })).await.data()["api_keys"][0]["last_used_at_utc"].clone();
    assert_eq!(last_use().await, Value::Null);
    let mut rows = 0;
    for _ in 0..60 {
        server.shows(&key).await.data();
        rows += server.engine.save_api_key_uses(false, 100).await.unwrap();
        server.pass(1);
    }
    assert!((4..=6).contains(&rows), "{rows}: sixty uses in a minute, a lag of ten seconds");
    assert_eq!(last_use().await, "2026-01-02T03:05:04.007Z", "what is not on disk is shown too");
    while server.engine.save_api_key_uses(true, 100).await.unwrap() > 0 {}
    assert_eq!(last_use().await, "2026-01-02T03:05:04.007Z");
    server.shows_for(&key, Some("OTHER")).await;
    owner.call("api_key/revoke", json!({ "api_key_id": id })).await.data();
    server.shows(&key).await;
    assert_eq!(last_use().await, "2026-01-02T03:05:04.007Z", "a refusal is no use");
}
