//! Groups of a provider become memberships, and stop being them.

use serde_json::{Value, json};

use crate::scene::Scene;

fn mapped(mappings: Value) -> Value {
    json!({ "create_users": true, "group_memberships": mappings })
}

async fn groups(scene: &Scene, groups: Value) -> String {
    scene.provider.claims(json!({ "groups": groups }));
    let browser = scene.signed_in().await;
    scene.who(&browser).await.unwrap().1
}

#[tokio::test]
async fn at_each_sign_in_memberships_become_what_the_groups_say_and_others_stay() {
    let scene = Scene::of_platform(mapped(json!([
        { "group": "staff", "tenant": "ACME", "role": "member" },
        { "group": "bosses", "tenant": "ACME", "role": "owner" },
    ])))
    .await;
    assert_eq!(groups(&scene, json!(["staff", "whatever"])).await, "ACME:member");
    scene.users(json!([{ "username": "ada", "memberships": { "ACME": "member", "ZETA": "admin" } }])).await;
    assert_eq!(groups(&scene, json!(["bosses", "staff"])).await, "ACME:owner,ZETA:admin", "the one that gives most");
    let changes = scene.told("user.changed").await.len();
    assert_eq!(groups(&scene, json!(["staff", "bosses"])).await, "ACME:owner,ZETA:admin");
    assert_eq!(scene.told("user.changed").await.len(), changes, "what is so already is not written");
    assert_eq!(groups(&scene, json!("staff")).await, "ACME:member,ZETA:admin", "one group may be a text");
    assert_eq!(scene.told("user.changed").await[0]["changed"], "memberships");
    assert_eq!(groups(&scene, json!(null)).await, "ZETA:admin", "who says nothing of groups says that there are none");
}

#[tokio::test]
async fn a_tenants_own_provider_governs_its_tenant_alone() {
    let scene = Scene::of_tenant(mapped(json!([{ "group": "staff", "tenant": "ACME", "role": "admin" }]))).await;
    assert_eq!(groups(&scene, json!(["staff"])).await, "ACME:admin");
    scene.users(json!([{ "username": "ada", "memberships": { "ACME": "admin", "ZETA": "owner" } }])).await;
    assert_eq!(groups(&scene, json!([])).await, "ZETA:owner");
}

#[tokio::test]
async fn without_a_mapping_nothing_is_governed() {
    let scene = Scene::of_tenant(json!({ "create_users": true })).await;
    assert_eq!(groups(&scene, json!(["staff"])).await, "");
    scene.users(json!([{ "username": "ada", "memberships": { "ACME": "owner" } }])).await;
    assert_eq!(groups(&scene, json!([])).await, "ACME:owner");
}
