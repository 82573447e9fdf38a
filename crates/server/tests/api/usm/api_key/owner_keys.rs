//! `api_key` in the place of `session_guid`: a machine with the role `owner` manages the keys of its own org, and nothing else.

use serde_json::{Value, json};

use crate::support::{Answer, Server};

/// The routes that take one, with what they want besides.
fn routes(account: &str, id: &str) -> [(&'static str, Value); 6] {
    [
        ("api_key/list", json!({ "service_account_id": account })),
        ("api_key/create", json!({ "service_account_id": account })),
        ("api_key/revoke", json!({ "api_key_id": id })),
        ("api_key/policy_set", json!({ "max_age_days": 9 })),
        ("api_key/revoke_all", json!({ "service_account_id": account })),
        ("api_key/revoke_all_org", json!({})),
    ]
}

/// A server with a till of ACME, which has a key, and a keeper who is an owner.
struct Scene {
    server: Server,
    till: String,
    till_key: (String, String),
    keeper: String,
    key: String,
}

impl Scene {
    async fn new() -> Self {
        let server = Server::with_orgs().await;
        let owner = server.acme().await;
        let till = owner.account().await;
        let till_key = owner.key(&till).await;
        let keeper = owner.call("service_account/create", json!({ "caption": "keeper", "roles": ["owner"] })).await;
        let keeper = keeper.data()["service_account_id"].as_str().unwrap().to_owned();
        let (key, _) = owner.key(&keeper).await;
        Self { server, till, till_key, keeper, key }
    }

    async fn by(&self, key: &str, route: &str, more: &Value) -> Answer {
        let mut body = json!({ "api_key": key, "orgcode": " acme " });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.server.usm(route, &body).await
    }

    async fn each(&self, key: &str) -> Vec<(u16, String)> {
        let mut answered = Vec::new();
        for (route, more) in routes(&self.till, &self.till_key.1) {
            let answer = self.by(key, route, &more).await;
            answered.push((answer.status, answer.tag().to_owned()));
        }
        answered
    }
}

fn all(status: u16, tag: &str) -> Vec<(u16, String)> {
    vec![(status, tag.to_owned()); 6]
}

#[tokio::test]
async fn a_machine_that_is_an_owner_manages_every_key_of_its_org() {
    let scene = Scene::new().await;
    assert_eq!(scene.each(&scene.key).await, all(200, ""));
    assert_eq!(scene.server.shows(&scene.till_key.0).await.refusal().0, 401, "it was revoked");
    assert_eq!(scene.each(&scene.key).await, all(401, "api-key-doomed"), "the last call revoked its own key");
}

#[tokio::test]
async fn the_fingerprint_of_the_key_is_told_and_the_key_never() {
    let scene = Scene::new().await;
    let listed = scene.by(&scene.key, "api_key/list", &json!({ "service_account_id": scene.keeper })).await;
    assert!(listed.stats()["api_key_fingerprint"].is_string() && listed.stats().get("session_fingerprint").is_none(), "{}", listed.text);
    assert!(!listed.text.contains(scene.key.split('_').nth(2).unwrap()));
}

#[tokio::test]
async fn one_of_the_two_is_shown_and_not_both() {
    let scene = Scene::new().await;
    let guid = scene.server.acme().await.guid;
    for (route, more) in routes(&scene.till, &scene.till_key.1) {
        let mut both = more.clone();
        both["session_guid"] = json!(guid);
        let answer = scene.by(&scene.key, route, &both).await;
        assert_eq!((answer.refusal(), answer.bad_fields()), ((400, "validation-error"), vec!["api_key"]), "{route}");
        let mut neither = more;
        neither["orgcode"] = json!("ACME");
        let answer = scene.server.usm(route, &neither).await;
        assert_eq!((answer.status, answer.bad_fields()[0]), (400, "session_guid"), "{route}");
    }
    assert_eq!(scene.server.shows(&scene.till_key.0).await.status, 200, "nothing was revoked");
}

#[tokio::test]
async fn no_other_key_manages_any() {
    let scene = Scene::new().await;
    assert_eq!(scene.each(&scene.till_key.0).await, all(403, "not-owner"), "of a till");
    let other = scene.server.other().await;
    let stranger = other.call("service_account/create", json!({ "caption": "keeper", "roles": ["owner"] })).await;
    let (foreign, _) = other.key(stranger.data()["service_account_id"].as_str().unwrap()).await;
    assert_eq!(scene.each(&foreign).await, all(404, "not-found"), "of another org");
    for nonsense in ["clk_nonsense", &scene.key[..scene.key.len() - 1], &foreign.replace("clk_", "clr_")] {
        assert_eq!(scene.each(nonsense).await, all(401, "invalid-api-key"), "{nonsense:?}");
    }
    let wrong = json!({ "api_key": scene.key, "orgcode": "OTHER", "service_account_id": scene.till });
    assert_eq!(scene.server.usm("api_key/create", &wrong).await.refusal(), (404, "not-found"), "its own key, another's org");
    assert_eq!(scene.server.shows(&scene.till_key.0).await.status, 200, "nothing was revoked");
}

#[tokio::test]
async fn a_key_that_is_dead_or_of_a_closed_org_manages_none() {
    let scene = Scene::new().await;
    scene.server.set_org("ACME", "suspended").await;
    let answered = scene.each(&scene.key).await;
    assert_eq!((answered[0].0, &answered[1..]), (200, &all(403, "org-write-blocked")[1..]), "a suspended org is read, not changed");
    scene.server.set_org("ACME", "verified").await;
    let owner = scene.server.acme().await;
    let (revoked, id) = owner.key(&scene.keeper).await;
    owner.call("api_key/revoke", json!({ "api_key_id": id })).await.data();
    assert_eq!(scene.each(&revoked).await, all(401, "api-key-doomed"));
    owner.call("api_key/policy_set", json!({ "max_age_days": 1 })).await.data();
    scene.server.pass(86_400);
    assert_eq!(scene.each(&scene.key).await, all(401, "api-key-expired"));
    let owner = scene.server.acme().await;
    owner.call("service_account/status", json!({ "service_account_id": scene.keeper, "status": "doomed" })).await.data();
    let (status, tag) = scene.each(&scene.key).await.remove(0);
    assert!(status == 401 && ["service-account-doomed", "api-key-expired"].contains(&tag.as_str()), "{tag}");
    scene.server.set_org("ACME", "doomed").await;
    assert!(scene.each(&scene.key).await.iter().all(|(status, _)| *status == 401));
}

/// It is no way to make accounts, nor to lift oneself to what one is not.
#[tokio::test]
async fn service_accounts_stay_the_owners() {
    let scene = Scene::new().await;
    for (route, more) in [
        ("service_account/create", json!({ "caption": "more", "roles": ["owner"] })),
        ("service_account/list", json!({})),
        ("service_account/status", json!({ "service_account_id": scene.till, "status": "doomed" })),
    ] {
        let answer = scene.by(&scene.key, route, &more).await;
        assert_eq!((answer.status, answer.bad_fields()[0]), (400, "session_guid"), "{route}: {}", answer.text);
    }
}

#[tokio::test]
async fn a_walk_is_bound_to_whoever_began_it() {
    let scene = Scene::new().await;
    let owner = scene.server.acme().await;
    owner.key(&scene.till).await;
    let more = json!({ "service_account_id": scene.till, "limit": 1 });
    let first = scene.by(&scene.key, "api_key/list", &more).await;
    let mut next = more.clone();
    next["next_token"] = first.data()["next_token"].clone();
    assert_eq!(scene.by(&scene.key, "api_key/list", &next).await.data()["api_keys"].as_array().unwrap().len(), 1);
    assert_eq!(owner.call("api_key/list", next).await.refusal(), (400, "validation-error"));
}
