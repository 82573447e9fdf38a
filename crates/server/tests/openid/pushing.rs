//! Requests that applications hand over by themselves (RFC 9126).

use serde_json::json;

use crate::browser::{Browser, form, led_to};
use crate::scene::{PASSWORD, answered, callback, decide, of_client, peopled, redeem, request};
use crate::support::{Answer, Server, call};

async fn pushed(server: &Server, client_id: &str, more: &[(&str, &str)]) -> Answer {
    let asked = request(client_id, more);
    let pairs: Vec<(String, String)> = form_urlencoded::parse(asked.split_once('?').unwrap().1.as_bytes()).into_owned().collect();
    let fields: Vec<(&str, &str)> = pairs.iter().filter(|(name, _)| name != "client_id").map(|(name, value)| (&**name, &**value)).collect();
    server.send(of_client(client_id, "/oauth/par", &fields)).await
}

fn by_name(client_id: &str, name: &str) -> String {
    format!("/oauth/authorize?{}", form(&[("client_id", client_id), ("request_uri", name)]))
}

async fn name_of(server: &Server, client_id: &str, more: &[(&str, &str)]) -> String {
    let answer = pushed(server, client_id, more).await;
    assert_eq!((answer.status, &answer.body["expires_in"]), (201, &json!(90)), "{}", answer.text);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    answer.body["request_uri"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_browser_comes_with_the_name_of_the_request_alone() {
    let server = peopled().await;
    let mut browser = Browser::of(&server);
    let name = name_of(&server, "shop", &[("scope", "openid orders"), ("nonce", "n0nce")]).await;
    assert!(!name.contains("orders") && !name.contains("shop"), "{name}");
    let login = led_to(&browser.get(&by_name("shop", &name)).await).to_owned();
    // Whoever takes longer to sign in than the name lives has come in time.
    server.pass(90);
    let back = led_to(&browser.sign_in(&login, "ada", PASSWORD).await).to_owned();
    let page = browser.get(&back).await;
    let pairs = answered(&decide(&mut browser, &page, "allow").await, callback("shop"));
    let redeemed = redeem(&server, "shop", &pairs["code"], &[]).await;
    assert_eq!((redeemed.status, &redeemed.body["scope"], pairs["state"].as_str()), (200, &json!("openid orders"), "st4te"));
}

#[tokio::test]
async fn what_stands_beside_the_name_does_not_count() {
    let server = peopled().await;
    let mut browser = Browser::signed_in(&server, "ada", PASSWORD).await;
    let name = name_of(&server, "own", &[]).await;
    let altered =
        format!("{}&{}", by_name("own", &name), form(&[("redirect_uri", "https://evil.test"), ("state", "other"), ("prompt", "login")]));
    let pairs = answered(&browser.get(&altered).await, callback("own"));
    assert!(pairs["state"] == "st4te" && pairs.contains_key("code"), "{pairs:?}");
}

#[tokio::test]
async fn a_name_is_of_one_application_and_good_for_its_time() {
    let server = peopled().await;
    let mut browser = Browser::signed_in(&server, "ada", PASSWORD).await;
    let name = name_of(&server, "own", &[]).await;
    assert_eq!(browser.get(&by_name("shop", &name)).await.status, 400);
    assert_eq!(browser.get(&by_name("", &name)).await.status, 400);
    let mut altered = name.clone();
    altered.replace_range(60..61, if &name[60..61] == "A" { "B" } else { "A" });
    for wrong in [altered.as_str(), "urn:ietf:params:oauth:request_uri:", "urn:ietf:params:oauth:request_uri:x"] {
        let answer = browser.get(&by_name("own", wrong)).await;
        assert!(answer.status == 400 && answer.header("location").is_none(), "{wrong}");
    }
    server.pass(90);
    let late = browser.get(&by_name("own", &name)).await;
    assert!(late.status == 400 && late.text.contains("took too long"), "{}", late.text);
}

#[tokio::test]
async fn what_is_wrong_is_told_at_once() {
    let server = peopled().await;
    let long = "s".repeat(2048);
    for (more, error) in [
        (&[("code_challenge_method", "plain")][..], "invalid_request"),
        (&[("redirect_uri", "https://evil.test/")], "invalid_request"),
        (&[("redirect_uri", "")], "invalid_request"),
        (&[("response_type", "token")], "unsupported_response_type"),
        (&[("scope", "openid admin:read")], "invalid_scope"),
        (&[("request_uri", "urn:x")], "request_uri_not_supported"),
        (&[("request", "x")], "request_not_supported"),
        (&[("login_hint", &long)], "invalid_request"),
    ] {
        let answer = pushed(&server, "shop", more).await;
        assert_eq!((answer.status, &answer.body["error"]), (400, &json!(error)), "{more:?}: {}", answer.text);
    }
    let mut nobody = call("POST", "/oauth/par", form(&[("client_id", "shop"), ("client_secret", "wrong")]));
    nobody.headers_mut().insert("content-type", "application/x-www-form-urlencoded".parse().unwrap());
    assert_eq!(server.send(nobody).await.status, 401);
}
