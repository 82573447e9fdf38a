//! The buttons on the page of sign-in.

use serde_json::{Value, json};

use crate::browser::{Browser, behind, led_to};
use crate::scene::Scene;

/// A provider of the platform, one of ACME for acme.example, one of ZETA.
async fn scene() -> Scene {
    let scene = Scene::of_tenant(json!({})).await;
    scene.provide("platform", &Value::Null, json!({ "name": "The platform", "domains": [] })).await;
    scene.provide("zeta", &json!("ZETA"), json!({ "name": "Zeta", "domains": ["zeta.example"] })).await;
    scene.provide("gone", &Value::Null, json!({ "name": "Gone", "domains": [], "status": "disabled" })).await;
    scene
}

async fn offered(scene: &Scene, path: &str) -> Vec<String> {
    let page = Browser::of(&scene.server).get(path).await;
    assert_eq!(page.status, 200, "{}", page.text);
    page.text.split("href=\"/login/idp/").skip(1).map(|rest| rest.split(['"', '?']).next().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn those_of_everybody_are_offered_and_others_to_whom_they_may_serve() {
    let scene = scene().await;
    for (query, buttons) in [
        ("", &["platform"][..]),
        ("?login_hint=ada%40acme.example", &["acme", "platform"]),
        ("?login_hint=Nobody%40ACME.example", &["acme", "platform"]),
        ("?login_hint=ada%40sub.acme.example", &["platform"]),
        ("?login_hint=ada", &["platform"]),
        ("?login_hint=%40", &["platform"]),
        ("?login_hint=zoe%40zeta.example", &["zeta", "platform"]),
    ] {
        assert_eq!(offered(&scene, &format!("/login{query}")).await, buttons, "{query}");
    }
    scene
        .server
        .apply(
            &json!({ "applications": [{ "client_id": "shop", "tenant": "ZETA", "kind": "spa", "redirect_uris": ["https://shop.test/"] }] }),
        )
        .await;
    let asked = "response_type=code&client_id=shop&redirect_uri=https://shop.test/&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";
    let mut browser = Browser::of(&scene.server);
    let login = led_to(&browser.get(&format!("/oauth/authorize?{asked}")).await).to_owned();
    assert_eq!(offered(&scene, &login).await, ["zeta", "platform"], "the tenant of the application that asks");
}

#[tokio::test]
async fn the_form_is_first_the_text_is_text_and_what_the_page_was_asked_with_goes_along() {
    let scene = scene().await;
    let page = Browser::of(&scene.server).get("/login?return_to=/console&login_hint=ada%40acme.example&again=true").await;
    let (form, buttons) = (page.text.find("</form>").unwrap(), page.text.find("/login/idp/").unwrap());
    assert!(form < buttons);
    assert!(page.text.contains("Sign in with") && page.text.contains("Acme &#60;ID&#62;") && !page.text.contains("<ID>"), "{}", page.text);
    let address = behind(&page.text, "href=\"/login/idp/acme?").replace("&#38;", "&");
    assert_eq!(address, "return_to=%2Fconsole&login_hint=ada%40acme.example&again=true");
    // What somebody typed may be a password in the wrong field: it is nobody else's.
    let mut browser = Browser::of(&scene.server);
    let typed = browser.sign_in("/login", "ada@acme.example", "wrong").await;
    assert!(typed.text.contains("/login/idp/acme\""), "{}", typed.text);
    browser.language = "de";
    assert!(
        browser.get("/login").await.text.contains("Mit \u{2068}The platform\u{2069} anmelden")
            || browser.get("/login").await.text.contains("Mit The platform anmelden")
    );
}
