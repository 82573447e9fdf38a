//! `POST /usm/service_account/list`: sides, cursors, churn.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::support::{Answer, Owned, Server};

fn ids(answer: &Answer) -> Vec<String> {
    let accounts = answer.data()["service_accounts"].as_array().unwrap();
    accounts.iter().map(|account| account["service_account_id"].as_str().unwrap().to_owned()).collect()
}

/// Five active and four doomed ones, newest first.
async fn nine(owner: &Owned) -> (Vec<String>, Vec<String>) {
    let (mut active, mut doomed) = (Vec::new(), Vec::new());
    for number in 0..9 {
        let account = owner.account().await;
        if number % 2 == 0 {
            active.insert(0, account);
        } else {
            owner.call("service_account/status", json!({ "service_account_id": account, "status": "doomed" })).await.data();
            doomed.insert(0, account);
        }
        owner.server.pass(u32::from(number % 3 == 0));
    }
    (active, doomed)
}

async fn walk(owner: &Owned, mut query: Value, cursor: &str) -> Vec<Vec<String>> {
    let mut pages = Vec::new();
    loop {
        let answer = owner.call("service_account/list", query.clone()).await;
        pages.push(ids(&answer));
        match &answer.data()[cursor] {
            Value::String(next) => query[cursor] = json!(next),
            _ => return pages,
        }
    }
}

#[tokio::test]
async fn each_side_is_walked_in_order_to_its_end() {
    let server = Server::with_orgs().await;
    let owner = server.acme().await;
    let (active, doomed) = nine(&owner).await;
    let pages = walk(&owner, json!({ "limit": 2 }), "next_token").await;
    assert_eq!((pages.len(), pages.concat()), (3, active.clone()));
    let pages = walk(&owner, json!({ "limit": 2, "status": "doomed" }), "next_token").await;
    assert_eq!((pages.len(), pages.concat()), (2, doomed.clone()));
    let first = owner.call("service_account/list", json!({ "status": "all", "limit": 2 })).await;
    let shown: HashSet<_> = ids(&first).into_iter().collect();
    assert_eq!(shown, [&active[..2], &doomed[..2]].concat().into_iter().collect());
    let mut one = json!({ "status": "all", "limit": 2 });
    one["doomed_next_token"] = first.data()["doomed_next_token"].clone();
    let pages = walk(&owner, one, "doomed_next_token").await;
    assert_eq!(pages.concat(), doomed[2..], "a walk that sends one cursor gets that side only");
    assert_eq!(owner.call("service_account/list", json!({ "status": "odd" })).await.refusal(), (400, "invalid-status"));
    assert_eq!(ids(&owner.call("service_account/list", json!({ "limit": 100_000, "status": "all" })).await).len(), 9, "clamped");
}

#[tokio::test]
async fn a_cursor_is_good_for_its_caller_org_list_and_side_alone() {
    let server = Server::with_orgs().await;
    server.apply(&json!({ "users": [{ "username": "bob", "memberships": { "ACME": "owner", "OTHER": "owner" } }] })).await;
    let (ada, bob) = (server.acme().await, server.other().await);
    nine(&ada).await;
    nine(&bob).await;
    let token = ada.call("service_account/list", json!({ "limit": 1 })).await.data()["next_token"].clone();
    let query = json!({ "limit": 1, "next_token": token });
    ada.call("service_account/list", query.clone()).await.data();
    for caller in [&bob, &Owned { org: "ACME", ..bob.clone() }] {
        let answer = caller.call("service_account/list", query.clone()).await;
        assert_eq!((answer.refusal(), answer.bad_fields()), ((400, "validation-error"), vec!["next_token"]));
    }
    let doomed = ada.call("service_account/list", json!({ "limit": 1, "status": "doomed", "next_token": token })).await;
    assert_eq!(doomed.bad_fields(), ["next_token"]);
    let sessions = ada.call("session/list", json!({ "limit": 1, "next_token": token })).await;
    assert_eq!(sessions.bad_fields(), ["next_token"]);
    let crossed = ada.call("service_account/list", json!({ "status": "all", "active_next_token": token })).await;
    crossed.data();
    let crossed = ada.call("service_account/list", json!({ "status": "all", "doomed_next_token": token })).await;
    assert_eq!(crossed.bad_fields(), ["doomed_next_token"]);
}

#[tokio::test]
async fn a_walk_under_churn_shows_what_stays_exactly_once() {
    let server = Server::with_orgs().await;
    let owner = server.acme().await;
    let mut there = Vec::new();
    for number in 0..12 {
        there.push(owner.account().await);
        server.pass(u32::from(number % 3 == 0));
    }
    let (mut seen, mut query, mut gone) = (Vec::new(), json!({ "limit": 2 }), HashSet::new());
    loop {
        let answer = owner.call("service_account/list", query.clone()).await;
        seen.extend(ids(&answer));
        let Value::String(next) = &answer.data()["next_token"] else { break };
        query["next_token"] = json!(next);
        owner.account().await;
        let ended = there.remove(there.len() / 2);
        owner.call("service_account/status", json!({ "service_account_id": ended, "status": "doomed" })).await.data();
        gone.insert(ended);
    }
    let once: HashSet<_> = seen.iter().collect();
    assert_eq!(once.len(), seen.len(), "something was shown twice");
    assert!(there.iter().all(|account| once.contains(account)), "something that was there throughout was not shown");
    assert!(gone.len() >= 3);
}
