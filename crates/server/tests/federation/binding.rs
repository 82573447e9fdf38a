//! What binds an answer to the browser that was sent, and to the provider that it was sent to (RFC 9700 sections 4.4, 4.5, 4.7).

use serde_json::json;

use crate::browser::{Browser, form, led_to};
use crate::scene::Scene;

async fn scene() -> Scene {
    Scene::of_tenant(json!({ "create_users": true })).await
}

fn callback(provider: &str, pairs: &[(&str, &str)]) -> String {
    format!("/login/idp/{provider}/callback?{}", form(pairs))
}

#[tokio::test]
async fn an_answer_that_another_browser_got_signs_nobody_in() {
    let scene = scene().await;
    let (mut mallory, mut ada) = (Browser::of(&scene.server), Browser::of(&scene.server));
    let brought = scene.provider.signs_in(led_to(&mallory.get("/login/idp/acme").await));
    let pairs: Vec<_> = brought.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(ada.get(&callback("acme", &pairs)).await.status, 403, "ada was not sent anywhere");
    ada.get("/login/idp/acme").await;
    assert_eq!(ada.get(&callback("acme", &pairs)).await.status, 403, "ada was sent with another state");
    assert!(ada.held().is_none());
    assert_eq!(scene.provider.asked("/token"), 0, "the code went nowhere");
    assert_eq!(scene.told("sign_in.refused").await[0]["reason"], "not sent from this browser");
}

#[tokio::test]
async fn a_code_that_is_put_into_another_sign_in_is_refused_by_its_nonce() {
    let scene = scene().await;
    let (mut mallory, mut ada) = (Browser::of(&scene.server), Browser::of(&scene.server));
    let brought = scene.provider.signs_in(led_to(&mallory.get("/login/idp/acme").await));
    let own = scene.provider.signs_in(led_to(&ada.get("/login/idp/acme").await));
    // A provider that checks no PKCE would give the tokens.
    scene.provider.says(|said| {
        let claims = json!({ "nonce": "of the other sign-in" });
        said.claims = claims.as_object().unwrap().clone();
    });
    let answer = ada.get(&callback("acme", &[("state", &own["state"]), ("code", &own["code"])])).await;
    assert_eq!(
        (answer.status, scene.told("sign_in.refused").await[0]["reason"].clone()),
        (403, json!("the token was made for another sign-in"))
    );
    drop(brought);
}

#[tokio::test]
async fn an_answer_is_good_at_the_provider_that_the_browser_was_sent_to() {
    let scene = scene().await;
    scene.provide("other", &json!("ACME"), json!({ "create_users": true })).await;
    let mut browser = Browser::of(&scene.server);
    let brought = scene.provider.signs_in(led_to(&browser.get("/login/idp/acme").await));
    let pairs = [("state", brought["state"].as_str()), ("code", brought["code"].as_str())];
    assert_eq!(browser.get(&callback("other", &pairs)).await.status, 403, "a mix-up");
    assert_eq!(scene.provider.asked("/token"), 0);
    let with_issuer = |issuer| [pairs[0], pairs[1], ("iss", issuer)];
    assert_eq!(browser.get(&callback("acme", &with_issuer("https://attacker.example"))).await.status, 403, "RFC 9207");
    assert_eq!(scene.provider.asked("/token"), 0);
    let issuer = scene.provider.issuer.clone();
    assert_eq!(browser.get(&callback("acme", &with_issuer(&issuer))).await.status, 303);
}

#[tokio::test]
async fn a_provider_that_names_itself_in_its_answers_does_so_in_each() {
    let scene = scene().await;
    scene.provider.says(|said| {
        said.document.insert("authorization_response_iss_parameter_supported".into(), true.into());
    });
    assert_eq!(scene.comes_back().await, 403);
    assert_eq!(scene.provider.asked("/token"), 0);
}

#[tokio::test]
async fn a_sign_in_takes_ten_minutes_at_most_and_a_page_beside_it_takes_nothing_away() {
    let scene = scene().await;
    let mut browser = Browser::of(&scene.server);
    let brought = scene.provider.signs_in(led_to(&browser.get("/login/idp/acme?return_to=/here").await));
    let pairs = [("state", brought["state"].as_str()), ("code", brought["code"].as_str())];
    assert_eq!(browser.get("/login?return_to=/there").await.status, 200, "in another tab");
    let mut late = Browser { server: &scene.server, cookies: browser.cookies.clone(), language: "en" };
    assert_eq!(led_to(&browser.get(&callback("acme", &pairs)).await), "/there", "the last page says where to go");
    scene.server.pass(600);
    assert_eq!(late.get(&callback("acme", &pairs)).await.status, 403);
}

#[tokio::test]
async fn nothing_that_comes_back_is_shown_and_nobody_is_sent_elsewhere() {
    let scene = scene().await;
    let mut browser = Browser::of(&scene.server);
    browser.language = "de";
    let brought = scene.provider.signs_in(led_to(&browser.get("/login/idp/acme?return_to=https://evil.test/").await));
    let said = [
        ("state", brought["state"].as_str()),
        ("error", "access_denied"),
        ("error_description", "<script>evil</script>"),
        ("error_uri", "https://evil.test"),
    ];
    let answer = browser.get(&callback("acme", &said)).await;
    assert_eq!((answer.status, answer.text.contains("evil"), answer.text.contains("denied")), (403, false, false), "{}", answer.text);
    assert!(answer.text.contains("Sie wurden beim Anbieter nicht angemeldet."));
    let answer = scene.through(&mut browser, "/login/idp/acme?return_to=https://evil.test/").await;
    assert_eq!(led_to(&answer), "/");
    for path in ["/login/idp/nobody", "/login/idp/nobody/callback?state=1&code=2", "/login/idp/%3Cscript%3E"] {
        let answer = browser.get(path).await;
        assert_eq!((answer.status, answer.text.contains("script>")), (404, false), "{path}");
    }
}
