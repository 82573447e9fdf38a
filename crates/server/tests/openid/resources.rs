//! Resource servers that an application asks for when it is let in (RFC 8707): what was asked for bounds all that comes of it.

use serde_json::{Value, json};

use crate::browser::Browser;
use crate::scene::{PASSWORD, RESOURCES, answered, callback, claims, code, of_client, peopled, redeem, request, user_info};
use crate::support::{Answer, ISSUER, Server};

const SCOPE: &str = "openid offline_access orders";
const API: &str = RESOURCES[0];
const FILES: &str = RESOURCES[1];

/// The parameters of a request for these.
fn naming(resources: &[&str]) -> String {
    let pairs = resources.iter().map(|resource| ("resource", *resource));
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

fn asking(resources: &[&str]) -> String {
    format!("{}&{}", request("shop", &[("scope", SCOPE)]), naming(resources))
}

/// The code of a request for these, which has nothing to ask.
async fn code_for(browser: &mut Browser<'_>, resources: &[&str]) -> String {
    let pairs = answered(&browser.get(&asking(resources)).await, callback("shop"));
    pairs.get("code").unwrap_or_else(|| panic!("{resources:?}: {pairs:?}")).clone()
}

async fn redeemed(server: &Server, code: &str, resources: &[&str]) -> Answer {
    let mut pairs = vec![("grant_type", "authorization_code"), ("code", code), ("redirect_uri", callback("shop"))];
    pairs.push(("code_verifier", crate::scene::VERIFIER));
    pairs.extend(resources.iter().map(|resource| ("resource", *resource)));
    server.send(of_client("shop", "/oauth/token", &pairs)).await
}

async fn refreshed(server: &Server, refresh: &Value, resources: &[&str]) -> Answer {
    let mut pairs = vec![("grant_type", "refresh_token"), ("refresh_token", refresh.as_str().unwrap())];
    pairs.extend(resources.iter().map(|resource| ("resource", *resource)));
    server.send(of_client("shop", "/oauth/token", &pairs)).await
}

fn audience(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{}", answer.text);
    claims(&answer.body["access_token"])["aud"].clone()
}

#[track_caller]
fn refused(answer: &Answer, why: &str) {
    assert_eq!((answer.status, &answer.body["error"]), (400, &json!("invalid_target")), "{why}: {}", answer.text);
}

async fn shop_of_ada(server: &Server) -> Browser<'_> {
    let mut browser = Browser::signed_in(server, "ada", PASSWORD).await;
    code(&mut browser, "shop", &[("scope", SCOPE)]).await;
    browser
}

#[tokio::test]
async fn what_was_asked_for_is_narrowed_when_it_is_redeemed_and_refreshed_and_comes_back_whole() {
    let server = peopled().await;
    let mut browser = shop_of_ada(&server).await;
    let code = code_for(&mut browser, &[API, FILES, API]).await;
    let first = redeemed(&server, &code, &[FILES]).await;
    assert_eq!(audience(&first), json!(FILES));
    assert_eq!(claims(&first.body["id_token"])["aud"], "shop", "an ID token is for the application");
    let whole = refreshed(&server, &first.body["refresh_token"], &[]).await;
    assert_eq!(audience(&whole), json!([API, FILES]));
    let narrow = refreshed(&server, &whole.body["refresh_token"], &[API]).await;
    assert_eq!(audience(&narrow), json!(API));
    // It is a resource server's, and opens nothing of ours; who may ask is told whose.
    assert_eq!(user_info(&server, &narrow.body["access_token"]).await.status, 401);
    let shown = [("token", narrow.body["access_token"].as_str().unwrap())];
    let told = server.send(of_client("machine", "/oauth/introspect", &shown)).await.body;
    assert_eq!((&told["active"], &told["aud"]), (&json!(true), &json!(API)), "{told}");
}

#[tokio::test]
async fn without_a_resource_and_with_the_issuer_a_token_is_for_this_server() {
    let server = peopled().await;
    let mut browser = shop_of_ada(&server).await;
    for asked in [&[][..], &[ISSUER]] {
        let answer = redeemed(&server, &code_for(&mut browser, asked).await, &[]).await;
        assert_eq!(audience(&answer), json!("cloakroom"));
        assert_eq!(user_info(&server, &answer.body["access_token"]).await.status, 200);
    }
    let answer = redeemed(&server, &code_for(&mut browser, &[API, ISSUER]).await, &[]).await;
    assert_eq!(audience(&answer), json!(["cloakroom", API]));
    assert_eq!(user_info(&server, &answer.body["access_token"]).await.status, 200);
}

#[tokio::test]
async fn what_the_directory_does_not_give_is_an_invalid_target_at_both_endpoints() {
    let server = peopled().await;
    let mut browser = shop_of_ada(&server).await;
    let many = vec![API; 9];
    for asked in [&["https://other.test"][..], &[API, "https://other.test"], &["https://api.test/v1#x"], &["/v1"], &["cloakroom"], &many] {
        let pairs = answered(&browser.get(&asking(asked)).await, callback("shop"));
        assert_eq!((pairs["error"].as_str(), pairs["state"].as_str()), ("invalid_target", "st4te"), "{asked:?}");
        let query = asking(asked).split_once('?').unwrap().1.to_owned();
        let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        refused(&server.send(of_client("shop", "/oauth/par", &pairs)).await, "pushed");
    }
}

#[tokio::test]
async fn nothing_widens_at_redemption_or_refresh_and_a_refusal_uses_nothing_up() {
    let server = peopled().await;
    let mut browser = shop_of_ada(&server).await;
    for (asked, more) in [
        (&[API][..], &[FILES][..]),
        (&[API], &[API, FILES]),
        (&[API], &[ISSUER]),
        (&[], &[API]),
        (&[], &[ISSUER, API]),
        (&[API], &["https://other.test"]),
    ] {
        let code = code_for(&mut browser, asked).await;
        refused(&redeemed(&server, &code, more).await, "widened at redemption");
        let first = redeemed(&server, &code, &[]).await;
        let refresh = &first.body["refresh_token"];
        refused(&refreshed(&server, refresh, more).await, "widened at refresh");
        assert_eq!(audience(&refreshed(&server, refresh, &[]).await), audience(&first), "{asked:?}");
    }
}

#[tokio::test]
async fn a_pushed_request_keeps_its_resources() {
    let server = peopled().await;
    let mut browser = shop_of_ada(&server).await;
    let query = asking(&[FILES, API]).split_once('?').unwrap().1.to_owned();
    let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let pushed = server.send(of_client("shop", "/oauth/par", &pairs)).await;
    let named = [("client_id", "shop"), ("request_uri", pushed.body["request_uri"].as_str().unwrap())];
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(named).finish();
    let pairs = answered(&browser.get(&format!("/oauth/authorize?{query}")).await, callback("shop"));
    assert_eq!(audience(&redeemed(&server, &pairs["code"], &[]).await), json!([FILES, API]));
}

#[tokio::test]
async fn what_the_directory_takes_away_is_gone_from_codes_grants_and_tokens() {
    let server = peopled().await;
    let mut browser = shop_of_ada(&server).await;
    let resources = async |resources: &[&str]| {
        server.apply(&json!({ "applications": [{ "client_id": "shop", "resources": resources }] })).await;
    };
    let both = redeemed(&server, &code_for(&mut browser, &[API, FILES]).await, &[]).await;
    let api = redeemed(&server, &code_for(&mut browser, &[API]).await, &[]).await;
    let (code_of_both, code_of_api) = (code_for(&mut browser, &[API, FILES]).await, code_for(&mut browser, &[API]).await);
    resources(&[FILES]).await;
    let told = async |answer: &Answer| {
        let shown = [("token", answer.body["access_token"].as_str().unwrap())];
        server.send(of_client("machine", "/oauth/introspect", &shown)).await.body
    };
    assert_eq!(told(&both).await["aud"], json!(FILES));
    assert_eq!(told(&api).await, json!({ "active": false }));
    refused(&redeemed(&server, &code_of_both, &[API]).await, "by name");
    refused(&redeemed(&server, &code_of_api, &[]).await, "nothing is left");
    assert_eq!(audience(&redeemed(&server, &code_of_both, &[]).await), json!(FILES));
    refused(&refreshed(&server, &api.body["refresh_token"], &[]).await, "nothing is left");
    assert_eq!(audience(&refreshed(&server, &both.body["refresh_token"], &[]).await), json!(FILES));
    resources(&[API, FILES]).await;
    assert_eq!(audience(&redeemed(&server, &code_of_api, &[]).await), json!(API), "a refusal used nothing up");
    let asked_again = redeem(&server, "shop", &code(&mut browser, "shop", &[("scope", SCOPE)]).await, &[]).await;
    assert_eq!(audience(&asked_again), json!("cloakroom"));
}
