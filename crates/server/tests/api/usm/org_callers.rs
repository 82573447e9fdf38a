//! Every route of an org × every kind of caller has an expected answer (ARCHITECTURE.md, rule 9; docs/contracts/README.md, order of checks).

use serde_json::{Value, json};

use crate::support::{ADA, BOB, Owned, Server};

const READS: &[&str] = &["service_account/list", "api_key/list"];
const WRITES: &[&str] = &[
    "service_account/create",
    "service_account/status",
    "api_key/create",
    "api_key/revoke",
    "api_key/revoke_all",
    "api_key/revoke_all_org",
    "api_key/policy_set",
];

/// Routes that name a record, which may be another org's.
const NAMES_A_RECORD: &[&str] = &["service_account/status", "api_key/create", "api_key/list", "api_key/revoke", "api_key/revoke_all"];

fn routes() -> impl Iterator<Item = &'static str> {
    READS.iter().chain(WRITES).copied()
}

/// Everything that any of the routes requires; what a route does not read, it lets be.
fn everything(account: &str, key: &str, route: &str) -> Value {
    let status = if route.ends_with("/status") { "doomed" } else { "all" };
    json!({ "service_account_id": account, "api_key_id": key, "caption": "till", "roles": ["pvv"], "status": status })
}

async fn made(owned: &Owned) -> (String, String) {
    let account = owned.account().await;
    let (_, key) = owned.key(&account).await;
    (account, key)
}

#[tokio::test]
async fn only_owners_get_in_and_others_learn_no_more_than_they_may() {
    let server = Server::with_orgs().await;
    let users = json!([
        { "username": "zoe", "email": "zoe@example.com" },
        { "username": "kim", "email": "kim@example.com", "tenant": "ACME" },
        { "username": "max", "email": "max@example.com", "memberships": { "ACME": "admin" } },
    ]);
    server.apply(&json!({ "users": users })).await;
    let owner = server.acme().await;
    let (account, key) = made(&owner).await;
    let dead = server.open(ADA).await;
    server.with_guid("session/close", &dead.bearer).await.data();
    let unknown = "01234567-89ab-cdef-0123-456789abcdef".to_owned();
    for route in routes() {
        let callers = [
            ("nobody", unknown.clone(), (404, "session-not-found")),
            ("a reference", server.open(ADA).await.reference, (404, "session-not-found")),
            ("a doomed session", dead.bearer.clone(), (401, "session-doomed")),
            ("a stranger", server.open("zoe@example.com").await.bearer, (404, "not-found")),
            ("at home without a membership", server.open("kim@example.com").await.bearer, (403, "not-owner")),
            ("a member, owner of another org", server.open(BOB).await.bearer, (403, "not-owner")),
            ("an admin", server.open("max@example.com").await.bearer, (403, "not-owner")),
        ];
        for (who, guid, expected) in callers {
            let caller = Owned { server: server.clone(), guid, org: "ACME" };
            let answer = caller.call(route, everything(&account, &key, route)).await;
            assert_eq!(answer.refusal(), expected, "{route}: {who}");
            // Role before validation.
            let answer = caller.call(route, json!({ "service_account_id": 5, "limit": "x", "status": 7, "roles": 3 })).await;
            assert_eq!(answer.refusal(), expected, "{route}: {who}, with bad fields");
        }
        let nowhere = Owned { org: "NOWHERE", ..owner.clone() };
        assert_eq!(nowhere.call(route, everything(&account, &key, route)).await.refusal(), (404, "not-found"), "{route}");
    }
    let listed = owner.call("api_key/list", json!({ "service_account_id": account })).await;
    assert_eq!(listed.data()["api_keys"][0]["status"], "active", "nobody of them did anything");
    for route in routes() {
        let (account, key) = made(&owner).await;
        owner.call(route, everything(&account, &key, route)).await.data();
    }
}

#[tokio::test]
async fn another_orgs_record_is_as_one_that_does_not_exist() {
    let server = Server::with_orgs().await;
    let (ada, bob) = (server.acme().await, server.other().await);
    let (account, key) = made(&ada).await;
    let missing = ("sva_00000000000000000000000000", "apk_0000000000000000000000");
    for route in NAMES_A_RECORD {
        let foreign = bob.call(route, everything(&account, &key, route)).await;
        let none = bob.call(route, everything(missing.0, missing.1, route)).await;
        let odd = bob.call(route, everything("nonsense", "nonsense", route)).await;
        assert_eq!(foreign.refusal(), (404, "not-found"), "{route}");
        assert_eq!(foreign.outside(), none.outside(), "{route}");
        assert_eq!(foreign.outside(), odd.outside(), "{route}");
    }
    let listed = ada.call("api_key/list", json!({ "service_account_id": account })).await;
    assert_eq!(listed.data()["api_keys"].as_array().unwrap().len(), 1);
    assert_eq!(listed.data()["api_keys"][0]["status"], "active");
}

#[tokio::test]
async fn an_org_that_is_not_verified_is_read_and_not_written() {
    for status in ["unverified", "parked", "suspended", "frozen", "doomed"] {
        let server = Server::with_orgs().await;
        let owner = server.acme().await;
        let (account, key) = made(&owner).await;
        server.set_org("ACME", status).await;
        for route in READS {
            owner.call(route, everything(&account, &key, route)).await.data();
        }
        for route in WRITES {
            let answer = owner.call(route, everything(&account, &key, route)).await;
            assert_eq!(answer.refusal(), (403, "org-write-blocked"), "{status}: {route}");
            let answer = owner.call(route, json!({})).await;
            assert_eq!(answer.status, 403, "{status}: {route}, before validation");
        }
    }
}

#[tokio::test]
async fn whoever_stops_owning_stops_at_once() {
    let server = Server::with_orgs().await;
    let owner = server.acme().await;
    owner.call("service_account/list", json!({})).await.data();
    server.apply(&json!({ "users": [{ "username": "ada", "memberships": { "ACME": "member" } }] })).await;
    assert_eq!(owner.call("service_account/list", json!({})).await.refusal(), (403, "not-owner"));
    server.apply(&json!({ "users": [{ "username": "ada", "memberships": {} }] })).await;
    assert_eq!(owner.call("service_account/list", json!({})).await.refusal(), (404, "not-found"));
}

#[tokio::test]
async fn the_orgcode_matches_in_any_case() {
    let server = Server::with_orgs().await;
    let owner = Owned { org: " acme ", ..server.acme().await };
    let made = owner.call("service_account/create", json!({ "caption": "till", "roles": ["pvv"] })).await;
    assert_eq!(made.data()["orgcode"], "ACME");
    assert_eq!(made.stats()["orgcode"], " acme ", "the echo is what was sent");
}
