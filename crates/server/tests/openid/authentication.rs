//! How somebody had signed in: what the tokens of one authorization say of it, and keep saying.

use cloakroom_engine::audit::RequestOrigin;
use cloakroom_engine::sessions::Birth;
use cloakroom_engine::sessions::credentials::{SignInName, SignInSubject};
use cloakroom_engine::sessions::open::{ProvenUser, SessionWish};
use cloakroom_engine::sessions::store::SessionStore as _;
use serde_json::{Value, json};

use crate::browser::{Browser, led_to};
use crate::scene::{PASSWORD, answered, callback, claims, code, of_client, peopled, redeem, request};
use crate::support::Server;

const EVERY_SCOPE: &[(&str, &str)] = &[("scope", "openid offline_access")];

fn told(claims: &Value) -> [Value; 3] {
    ["auth_time", "acr", "amr"].map(|name| claims[name].clone())
}

async fn introspected(server: &Server, token: &Value) -> [Value; 3] {
    let answer = server.send(of_client("machine", "/oauth/introspect", &[("token", token.as_str().unwrap())])).await;
    assert_eq!(answer.body["active"], true, "{}", answer.text);
    told(&answer.body)
}

fn proven_at(seconds: i64) -> [Value; 3] {
    [json!(seconds), json!("aal1"), json!(["pwd"])]
}

#[tokio::test]
async fn all_tokens_of_an_authorization_say_what_it_was_given_under_whatever_comes_later() {
    let server = peopled().await;
    let mut browser = Browser::signed_in(&server, "ada", PASSWORD).await;
    let began = server.engine.now().as_millis() / 1000;
    server.pass(30);
    // Asked for before the user signed in once more, and redeemed afterwards.
    let early = code(&mut browser, "desk", EVERY_SCOPE).await;
    let shop = redeem(&server, "shop", &code(&mut browser, "shop", EVERY_SCOPE).await, &[]).await.body;
    let page = led_to(&browser.get(&request("own", &[("prompt", "login")])).await).to_owned();
    led_to(&browser.sign_in(&page, "ada", PASSWORD).await);
    let desk = redeem(&server, "desk", &early, &[]).await.body;
    let pair = [("grant_type", "refresh_token"), ("refresh_token", desk["refresh_token"].as_str().unwrap())];
    let refreshed = server.send(of_client("desk", "/oauth/token", &pair)).await.body;
    let own = redeem(&server, "own", &code(&mut browser, "own", EVERY_SCOPE).await, &[]).await.body;
    for (tokens, at) in [(&shop, began), (&desk, began), (&refreshed, began), (&own, began + 30)] {
        assert_eq!(told(&claims(&tokens["access_token"])), proven_at(at), "{tokens}");
    }
    for (tokens, at) in [(&shop, began), (&refreshed, began), (&own, began + 30)] {
        assert_eq!(introspected(&server, &tokens["access_token"]).await, proven_at(at), "{tokens}");
        assert_eq!(introspected(&server, &tokens["refresh_token"]).await, proven_at(at), "{tokens}");
    }
    for (tokens, at) in [(&shop, began), (&desk, began), (&own, began + 30)] {
        assert_eq!(told(&claims(&tokens["id_token"])), proven_at(at), "{tokens}");
    }
}

#[tokio::test]
async fn a_wish_for_more_assurance_may_stay_unmet_and_the_token_says_so() {
    let server = peopled().await;
    let mut browser = Browser::signed_in(&server, "ada", PASSWORD).await;
    for wish in ["phr", "aal3 aal2", "aal1"] {
        let code = code(&mut browser, "own", &[("acr_values", wish)]).await;
        let tokens = redeem(&server, "own", &code, &[]).await.body;
        assert_eq!(claims(&tokens["id_token"])["acr"], "aal1", "{wish}");
    }
    let offered = browser.get("/.well-known/openid-configuration").await.body;
    assert_eq!(offered["acr_values_supported"], json!(["aal1"]));
    assert!(offered["claims_supported"].as_array().unwrap().contains(&json!("acr")), "{offered}");
}

#[tokio::test]
async fn nobody_is_let_in_within_a_session_in_which_nobody_proved_anything() {
    let server = peopled().await;
    let subject = SignInSubject { name: [0; 16], network: String::new() };
    let sought = SignInName::Username("ada".into()).sought();
    let record = server.database.sign_in_record(&sought, &subject, server.engine.now()).await.unwrap();
    let wish = SessionWish {
        birth: Birth::Browser,
        ttl_seconds: None,
        slides: None,
        caption: None,
        label: None,
        note: None,
        metadata: Default::default(),
    };
    let believed = ProvenUser::believed(record.credentials.unwrap());
    let opened = server.engine.open_session(believed, wish, RequestOrigin::default()).await.unwrap().unwrap();
    let mut browser = Browser::of(&server);
    browser.cookies.insert("__Host-cloakroom".into(), opened.secret.cookie_value().to_string());
    let silent = answered(&browser.get(&request("own", &[("prompt", "none")])).await, callback("own"));
    assert_eq!(silent["error"], "login_required");
    let page = led_to(&browser.get(&request("own", &[])).await).to_owned();
    assert!(page.starts_with("/login?"), "{page}");
    let back = led_to(&browser.sign_in(&page, "ada", PASSWORD).await).to_owned();
    let pairs = answered(&browser.get(&back).await, callback("own"));
    let tokens = redeem(&server, "own", &pairs["code"], &[]).await.body;
    let id = claims(&tokens["id_token"]);
    assert_eq!((&id["sid"], told(&id)), (&json!(opened.view.session.uid.to_string()), proven_at(server.engine.now().as_millis() / 1000)));
}
