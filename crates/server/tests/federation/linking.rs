//! Who becomes whom: linking to a user who is there, and whom a provider may sign in at all.

use serde_json::{Value, json};

use crate::browser::Browser;
use crate::scene::Scene;

fn link() -> Value {
    json!({ "link_by_verified_email": true })
}

#[tokio::test]
async fn a_verified_address_of_an_approved_domain_links_where_that_is_wanted() {
    let scene = Scene::of_tenant(link()).await;
    scene.users(json!([Scene::ada()])).await;
    scene.provider.claims(json!({ "email": "ADA@Acme.Example" }));
    let browser = scene.signed_in().await;
    assert_eq!(scene.who(&browser).await.unwrap().0, "ada");
    scene.provider.claims(json!({ "email": "other@acme.example" }));
    let browser = scene.signed_in().await;
    assert_eq!(scene.who(&browser).await.unwrap().0, "ada", "from then on it is the identity");
}

#[tokio::test]
async fn everything_else_links_nobody() {
    for (what, settings, users, claims) in [
        ("it is off", json!({}), json!({}), json!({})),
        ("not verified there", link(), json!({}), json!({ "email_verified": false })),
        ("nothing is said of it", link(), json!({}), json!({ "email_verified": null })),
        ("a text is no truth", link(), json!({}), json!({ "email_verified": "true" })),
        ("another domain", json!({ "link_by_verified_email": true, "domains": ["other.example"] }), json!({}), json!({})),
        ("a subdomain", link(), json!({ "email": "ada@sub.acme.example" }), json!({ "email": "ada@sub.acme.example" })),
        ("not verified here", link(), json!({ "email_status": "unverified" }), json!({})),
        ("another tenant's user", link(), json!({ "tenant": "ZETA" }), json!({})),
        ("an administrator", link(), json!({ "role": "tenant_admin" }), json!({})),
        ("an operator", link(), json!({ "is_operator": true }), json!({})),
        ("suspended", link(), json!({ "status": "suspended" }), json!({})),
    ] {
        let scene = Scene::of_tenant(settings).await;
        let mut ada = Scene::ada();
        ada.as_object_mut().unwrap().extend(users.as_object().unwrap().clone());
        scene.users(json!([ada])).await;
        scene.provider.claims(claims);
        assert_eq!(scene.comes_back().await, 403, "{what}");
        assert_eq!(scene.told("user.identity_linked").await.len(), 0, "{what}");
    }
}

#[tokio::test]
async fn an_address_that_somebody_else_gets_one_day_makes_them_nobody_else() {
    let scene = Scene::of_tenant(link()).await;
    scene.users(json!([Scene::ada()])).await;
    drop(scene.signed_in().await);
    scene.provider.claims(json!({ "sub": "the next one of that address" }));
    assert_eq!(scene.comes_back().await, 403);
}

#[tokio::test]
async fn the_platforms_provider_may_sign_in_everybody_and_creates_users_without_a_home() {
    let scene = Scene::of_platform(json!({ "link_by_verified_email": true, "create_users": true })).await;
    let mut admin = Scene::ada();
    admin["role"] = "super_admin".into();
    scene.users(json!([admin])).await;
    let browser = scene.signed_in().await;
    assert!(scene.who(&browser).await.unwrap().1.contains("super_admin"));
    scene.provider.claims(json!({ "sub": "2", "preferred_username": "bob", "email": null }));
    let browser = scene.signed_in().await;
    assert_eq!(scene.who(&browser).await, Some(("bob".into(), String::new())));
}

#[tokio::test]
async fn who_was_given_power_or_another_home_is_no_longer_signed_in_by_the_tenants_own_provider() {
    let scene = Scene::of_tenant(json!({ "create_users": true })).await;
    drop(scene.signed_in().await);
    for change in [
        json!({ "role": "tenant_admin" }),
        json!({ "role": "none", "is_operator": true }),
        json!({ "is_operator": false, "tenant": "ZETA" }),
    ] {
        let mut ada = json!({ "username": "ada" });
        ada.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        scene.users(json!([ada])).await;
        assert_eq!(scene.comes_back().await, 403, "{change}");
    }
    scene.users(json!([{ "username": "ada", "tenant": "ACME" }])).await;
    assert_eq!(scene.comes_back().await, 303);
}

#[tokio::test]
async fn one_issuer_of_two_tenants_makes_nobody_a_user_of_both() {
    let scene = Scene::of_tenant(json!({ "create_users": true })).await;
    drop(scene.signed_in().await);
    scene.provide("zeta", &json!("ZETA"), json!({ "create_users": true })).await;
    let mut browser = Browser::of(&scene.server);
    let sent = browser.get("/login/idp/zeta").await;
    let brought = scene.provider.signs_in(crate::browser::led_to(&sent));
    let path = format!("/login/idp/zeta/callback?state={}&code={}", brought["state"], brought["code"].replace(' ', "+"));
    assert_eq!(browser.get(&path).await.status, 403);
}
