//! `POST /usm/api_key/validate`

use cloakroom_engine::audit::RequestOrigin;
use cloakroom_engine::ids::{ServiceAccountUid, parse_guid};
use cloakroom_engine::machine::api_keys::create::ApiKeyWish;
use cloakroom_engine::machine::api_keys::text::ShownApiKey;
use cloakroom_engine::sessions::get::SessionPointer;
use serde_json::json;

use crate::support::{Server, call, usm};

#[tokio::test]
async fn a_key_says_what_it_is_worth() {
    let server = Server::with_orgs().await;
    let owner = server.acme().await;
    let account = owner.account().await;
    let (key, id) = owner.key(&account).await;
    let expected = json!({
        "orgcode": "ACME", "org_status": "verified", "roles": ["pvv"], "service_account_id": account, "api_key_id": id, "expires_at_utc": null,
    });
    assert_eq!(*server.shows(&key).await.data(), expected);
    assert_eq!(*server.usm("api_key/validate", &json!({ "api_key": key })).await.data(), expected);
    let mut bare = call("POST", "/usm/api_key/validate", "");
    bare.headers_mut().insert("x-api-key", key.parse().unwrap());
    assert_eq!(*server.send(bare).await.data(), expected, "with the header no body is needed");
    for status in ["unverified", "parked", "suspended", "frozen"] {
        server.set_org("ACME", status).await;
        assert_eq!(server.shows(&key).await.data()["org_status"], status);
    }
}

#[tokio::test]
async fn the_header_wins_whatever_it_holds() {
    let server = Server::with_orgs().await;
    let owner = server.acme().await;
    let account = owner.account().await;
    let ((key, id), (other, _)) = (owner.key(&account).await, owner.key(&account).await);
    let both = |header: &str| {
        let mut request = usm("api_key/validate", &json!({ "api_key": other }));
        request.headers_mut().insert("x-api-key", header.parse().unwrap());
        request
    };
    assert_eq!(server.send(both(&key)).await.data()["api_key_id"], id);
    for header in ["", "nonsense", &key[..key.len() - 1]] {
        assert_eq!(server.send(both(header)).await.refusal(), (401, "invalid-api-key"), "{header:?}");
    }
    let mut twice = both(&key);
    twice.headers_mut().append("x-api-key", key.parse().unwrap());
    assert_eq!(server.send(twice).await.refusal(), (401, "invalid-api-key"));
    let missing = server.usm("api_key/validate", &json!({})).await;
    assert_eq!((missing.refusal(), missing.bad_fields()), ((400, "validation-error"), vec!["api_key"]));
}

#[tokio::test]
async fn another_orgs_key_is_not_found() {
    let server = Server::with_orgs().await;
    let owner = server.acme().await;
    let (key, _) = owner.key(&owner.account().await).await;
    for org in ["ACME", " acme "] {
        server.shows_for(&key, Some(org)).await.data();
    }
    for org in ["OTHER", "NOWHERE", "", "a b"] {
        assert_eq!(server.shows_for(&key, Some(org)).await.refusal(), (404, "not-found"), "{org:?}");
    }
}

#[tokio::test]
async fn an_unknown_key_and_a_wrong_secret_are_one_answer() {
    let server = Server::with_orgs().await;
    let owner = server.acme().await;
    let account = owner.account().await;
    let ((one, _), (two, _)) = (owner.key(&account).await, owner.key(&account).await);
    let elsewhere = Server::with_orgs().await;
    elsewhere.pass(77);
    let there = elsewhere.acme().await;
    let (unknown, _) = there.key(&there.account().await).await;
    // The id of one key with the secret of another, under a checksum that is right.
    let (one, two) = (ShownApiKey::parse(&one).unwrap(), ShownApiKey::parse(&two).unwrap());
    let wrong = ShownApiKey { uid: one.uid, secret: two.secret.clone() }.expose();
    let answers = [server.shows(&unknown).await, server.shows(&wrong).await, server.shows("nonsense").await];
    for answer in &answers {
        assert_eq!(answer.refusal(), (401, "invalid-api-key"));
        assert_eq!(answer.outside(), answers[0].outside());
    }
}

#[tokio::test]
async fn a_malformed_key_touches_no_store() {
    let server = Server::with_orgs().await;
    let owner = server.acme().await;
    let (key, _) = owner.key(&owner.account().await).await;
    server.database.shutdown();
    assert_eq!(server.shows(&key).await.status, 503, "a key that could be one is looked up");
    let long = "x".repeat(3000);
    let altered = key.replace("clk_", "clr_");
    for odd in ["nonsense", "clk_", "clk___", &key[1..], &key[..key.len() - 1], &altered, &long] {
        assert_eq!(server.shows(odd).await.refusal(), (401, "invalid-api-key"), "{odd}");
    }
    for at in 0..key.len() {
        let mut bytes = key.clone().into_bytes();
        bytes[at] = if bytes[at] == b'x' { b'y' } else { b'x' };
        assert_eq!(server.shows(&String::from_utf8(bytes).unwrap()).await.refusal(), (401, "invalid-api-key"));
    }
}

#[tokio::test]
async fn a_fingerprint_names_the_key_and_is_none_of_it() {
    let server = Server::with_orgs().await;
    let owner = server.acme().await;
    let account = owner.account().await;
    let ((one, _), (two, _)) = (owner.key(&account).await, owner.key(&account).await);
    let answer = server.shows(&one).await;
    let print = answer.stats()["api_key_fingerprint"].as_str().unwrap().to_owned();
    assert_eq!(server.shows(&one).await.stats()["api_key_fingerprint"], print, "stable");
    assert_ne!(server.shows(&two).await.stats()["api_key_fingerprint"], print);
    assert!(!one.contains(&print) && answer.stats().get("session_fingerprint").is_none());
    assert!(server.shows("nonsense").await.stats().get("api_key_fingerprint").is_none());
}

#[tokio::test]
async fn ten_thousand_keys_validate_and_a_marker_or_a_policy_ends_them_at_once() {
    let server = Server::with_orgs().await;
    let owner = server.acme().await;
    let account = owner.account().await;
    let keys = made_by_the_engine(&server, &owner.guid, &account, 10_000).await;
    for key in &keys {
        assert_eq!(valid(&server, key).await, None);
    }
    let all_are = async |expected: Option<&str>| {
        for key in keys.iter().step_by(97) {
            assert_eq!(valid(&server, key).await.as_deref(), expected);
        }
    };
    owner.call("api_key/policy_set", json!({ "max_age_days": 1 })).await.data();
    all_are(None).await;
    server.pass(86_400);
    let owner = server.acme().await;
    all_are(Some("Dead(Expired)")).await;
    owner.call("api_key/policy_set", json!({ "max_age_days": null })).await.data();
    all_are(None).await;
    owner.call("api_key/revoke_all", json!({ "service_account_id": account })).await.data();
    all_are(Some("Dead(RevokedWithAccount)")).await;
    server.shows(&owner.key(&account).await.0).await.data();
}

/// Why the engine does not take a key, past HTTP.
async fn valid(server: &Server, key: &ShownApiKey) -> Option<String> {
    server.engine.validate_api_key(key, None, &RequestOrigin::default()).await.unwrap().err().map(|refusal| format!("{refusal:?}"))
}

async fn made_by_the_engine(server: &Server, guid: &str, account: &str, count: usize) -> Vec<ShownApiKey> {
    let pointer = SessionPointer::from_guid(parse_guid(guid).unwrap());
    let caller = server.engine.authenticate_session(pointer.as_secret(), &RequestOrigin::default()).await.unwrap().unwrap();
    let owner = server.engine.org_owner(&caller, "ACME").await.unwrap().unwrap().writing().unwrap();
    let mut making = tokio::task::JoinSet::new();
    let account = ServiceAccountUid::parse(account).unwrap();
    let mut keys = Vec::with_capacity(count);
    while keys.len() < count {
        while making.len() < 256 && keys.len() + making.len() < count {
            let (engine, owner) = (server.engine.clone(), owner.clone());
            let wish = ApiKeyWish { account, caption: None, expires_at: None };
            making.spawn(async move { engine.create_api_key(&owner.into(), wish, &RequestOrigin::default()).await });
        }
        keys.push(making.join_next().await.unwrap().unwrap().unwrap().unwrap().shown);
    }
    keys
}
