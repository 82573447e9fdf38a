//! Somebody signs in through a provider.

use serde_json::{Value, json};

use crate::browser::{Browser, led_to, set_cookie};
use crate::pretender::{self, CLIENT_ID};
use crate::scene::{PASSWORD, Scene};

fn create() -> Value {
    json!({ "create_users": true })
}

#[tokio::test]
async fn a_browser_goes_there_and_comes_back_with_a_session_like_any_other() {
    let scene = Scene::of_tenant(create()).await;
    let mut browser = Browser::of(&scene.server);
    let sent = browser.get("/login/idp/acme?return_to=/console%3Fa%3Db&login_hint=ada%40acme.example&again=true").await;
    let asked: std::collections::BTreeMap<String, String> =
        form_urlencoded::parse(led_to(&sent).split_once('?').unwrap().1.as_bytes()).into_owned().collect();
    let said = |name: &str| asked.get(name).map_or("", String::as_str);
    assert_eq!([said("response_type"), said("client_id"), said("scope")], ["code", CLIENT_ID, "openid profile email"]);
    assert_eq!(said("redirect_uri"), "https://cloakroom.test/login/idp/acme/callback");
    assert_eq!([said("login_hint"), said("prompt"), said("code_challenge_method")], ["ada@acme.example", "login", "S256"]);
    let secrets = [said("state"), said("nonce"), said("code_challenge")];
    assert!(secrets.iter().all(|secret| secret.len() >= 32) && secrets[0] != secrets[1], "{asked:?}");
    assert!(!browser.cookies["__Host-cloakroom-flow"].contains(said("state")));

    let brought = scene.provider.signs_in(led_to(&sent));
    let path = format!("/login/idp/acme/callback?state={}&code={}", brought["state"], brought["code"].replace(' ', "+"));
    let back = browser.get(&path).await;
    assert_eq!(led_to(&back), "/console?a=b");
    assert!(set_cookie(&back, "__Host-cloakroom").unwrap().ends_with("HttpOnly; SameSite=Lax; Secure"));
    assert_eq!(scene.who(&browser).await, Some(("ada".into(), String::new())));
    assert_eq!(scene.provider.token_request()["basic"], pretender::basic());
    let told = scene.told("session.created").await;
    assert_eq!((&told[0]["birth"], &told[0]["identity_provider"]), (&json!("browser"), &json!("acme")));

    let again = browser.get(&path).await;
    assert_eq!(again.status, 403, "an answer is good once: {}", again.text);
}

#[tokio::test]
async fn whoever_comes_a_second_time_is_the_same_user_whatever_they_are_called_by_then() {
    let scene = Scene::of_tenant(create()).await;
    let first = scene.signed_in().await;
    scene.provider.claims(json!({ "preferred_username": "countess", "email": "lovelace@acme.example", "name": "Countess" }));
    let second = scene.signed_in().await;
    assert_eq!(scene.who(&second).await, scene.who(&first).await);
    assert_eq!(scene.told("user.created").await.len(), 1);
    assert_eq!(scene.told("user.identity_linked").await.len(), 1);
    scene.provider.claims(json!({ "sub": "another", "preferred_username": "bob", "email": null }));
    let other = scene.signed_in().await;
    assert_eq!(scene.who(&other).await.unwrap().0, "bob");
}

#[tokio::test]
async fn the_same_user_goes_on_in_the_session_that_there_is_and_another_begins_one() {
    let scene = Scene::of_tenant(json!({ "link_by_verified_email": true, "create_users": true })).await;
    scene.users(json!([Scene::ada()])).await;
    let mut browser = Browser::signed_in(&scene.server, "ada", PASSWORD).await;
    let (guid, before) = (browser.guid(), browser.held().cloned());
    scene.through(&mut browser, "/login/idp/acme").await;
    assert_ne!(browser.held().cloned(), before, "under a new secret");
    assert_ne!(scene.server.with_guid("session/get", &guid).await.status, 200);
    assert_eq!(scene.told("session.created").await.len(), 1, "no second session");
    assert_eq!(scene.told("session.reauthenticated").await[0]["identity_provider"], "acme");
    scene.provider.claims(json!({ "sub": "bobs", "preferred_username": "bob", "email": null }));
    scene.through(&mut browser, "/login/idp/acme").await;
    assert_eq!(scene.who(&browser).await.unwrap().0, "bob");
    assert_eq!(scene.told("session.ended").await.len(), 1, "of the other one nothing stays");
}

#[tokio::test]
async fn what_the_id_token_does_not_say_is_asked_of_user_info() {
    let scene = Scene::of_tenant(create()).await;
    scene.provider.claims(json!({ "preferred_username": null, "email": null, "email_verified": null, "groups": null }));
    scene.provider.says(|said| {
        said.user_info = json!({ "sub": "248289761001", "preferred_username": "Ada", "email": "ada@acme.example", "email_verified": true });
    });
    let browser = scene.signed_in().await;
    assert_eq!((scene.who(&browser).await.unwrap().0, scene.provider.asked("/userinfo")), ("ada".into(), 1));
    assert_eq!(scene.told("email.added").await[0]["email"], "ada@acme.example");
    scene.provider.says(|said| said.user_info = json!({ "sub": "somebody else", "preferred_username": "eve" }));
    assert_eq!(scene.comes_back().await, 403);
    scene.provider.claims(json!({ "sub": "2", "preferred_username": "dot", "email": "dot@acme.example", "email_verified": null }));
    scene.provider.says(|said| said.user_info = json!({ "sub": "2", "email": "x@acme.example", "email_verified": true }));
    scene
        .provider
        .claims(json!({ "sub": "2", "preferred_username": "dot", "email": "dot@acme.example", "email_verified": null, "name": null }));
    scene.signed_in().await;
    assert_eq!(scene.told("email.added").await.len(), 1, "whether an address is verified says whoever says the address");
}

#[tokio::test]
async fn who_may_not_sign_in_is_refused_like_everybody_on_one_page() {
    let scene = Scene::of_tenant(create()).await;
    drop(scene.signed_in().await);
    let mut pages = Vec::new();
    let suspended = json!([{ "username": "ada", "tenant": "ACME", "status": "suspended" }]);
    scene.users(suspended).await;
    pages.push(scene.through(&mut Browser::of(&scene.server), "/login/idp/acme").await);
    scene.users(json!([{ "username": "ada", "tenant": "ACME", "status": "verified" }])).await;
    scene.provide("acme", &json!("ACME"), json!({ "create_users": false })).await;
    scene.provider.claims(json!({ "sub": "nobody" }));
    pages.push(scene.through(&mut Browser::of(&scene.server), "/login/idp/acme").await);
    assert_eq!(pages[0].status, 403);
    assert_eq!(pages[0].text, pages[1].text);
    let told = scene.told("sign_in.refused").await;
    assert!(told.iter().all(|told| told["identity_provider"] == "acme"), "{told:?}");
    scene.provider.claims(json!({}));
    scene.server.apply(&json!({ "tenants": [{ "code": "ACME", "status": "suspended" }] })).await;
    let answer = Browser::of(&scene.server).get("/login/idp/acme").await;
    assert_eq!(answer.status, 404, "a provider of a closed tenant serves nobody");
}

#[tokio::test]
async fn floods_of_refusals_are_summed() {
    let scene = Scene::of_tenant(json!({})).await;
    for _ in 0..20 {
        assert_eq!(scene.comes_back().await, 403);
    }
    assert_eq!(scene.told("sign_in.refused").await.len(), 1);
}

#[tokio::test]
async fn names_that_cannot_be_or_are_taken_are_told_and_nothing_is_made_up() {
    let scene = Scene::of_tenant(create()).await;
    scene.users(json!([{ "username": "bob", "tenant": "ZETA", "password": PASSWORD }])).await;
    for name in [json!("bob"), json!("Bob"), json!(""), json!(null), json!("a b"), json!(7), json!("x".repeat(64))] {
        scene.provider.claims(json!({ "preferred_username": name }));
        assert_eq!(scene.comes_back().await, 409, "{name}");
    }
    scene.users(json!([{ "username": "eve", "email": "ada@acme.example", "tenant": "ZETA" }])).await;
    scene.provider.claims(json!({}));
    assert_eq!(scene.comes_back().await, 409, "the address is somebody's");
    assert_eq!(scene.told("user.created").await.len(), 2, "nobody was created");
}

#[tokio::test]
async fn who_was_created_has_no_password_and_the_verified_address_of_approved_domains_alone() {
    let scene = Scene::of_tenant(create()).await;
    scene.provider.claims(json!({ "email": "ada@elsewhere.example" }));
    let browser = scene.signed_in().await;
    assert_eq!(scene.told("email.added").await.len(), 0);
    assert_eq!(scene.who(&browser).await.unwrap().0, "ada");
    for password in ["", "ada", PASSWORD] {
        let answer = Browser::of(&scene.server).sign_in("/login", "ada", if password.is_empty() { " " } else { password }).await;
        assert_eq!(answer.status, 403);
    }
    scene.provider.claims(json!({ "sub": "2", "preferred_username": "bob", "email": "bob@acme.example", "email_verified": false }));
    scene.signed_in().await;
    scene.provider.claims(json!({ "sub": "3", "preferred_username": "cyd", "email": "cyd@acme.example", "email_verified": "true" }));
    scene.signed_in().await;
    assert_eq!(scene.told("email.added").await.len(), 0, "only what is verified");
}
