//! Whoever signs in and says yes is known to the application.

use serde_json::json;

use crate::browser::{Browser, led_to};
use crate::scene::{PASSWORD, answered, callback, claims, code, decide, head, peopled, redeem, request, tokens, user_info};
use crate::support::ISSUER;

#[tokio::test]
async fn somebody_signs_in_says_yes_and_is_known() {
    let server = peopled().await;
    let mut browser = Browser::of(&server);
    let asked = request("shop", &[("scope", "openid profile email offline_access orders"), ("nonce", "n0nce")]);
    let page = led_to(&browser.get(&asked).await).to_owned();
    assert!(page.starts_with("/login?return_to=%2Foauth%2Fauthorize%3F"), "{page}");
    let back = led_to(&browser.sign_in(&page, "ada", PASSWORD).await).to_owned();
    assert!(back.starts_with("/oauth/authorize?"), "{back}");
    let question = browser.get(&back).await;
    for text in ["<h1>The shop asks for access</h1>", "shop.test", "<dd>ada</dd>", "read your email address", "orders"] {
        assert!(question.text.contains(text), "{text}: {}", question.text);
    }
    let pairs = answered(&decide(&mut browser, &question, "allow").await, callback("shop"));
    assert_eq!((pairs["state"].as_str(), pairs["iss"].as_str(), pairs.len()), ("st4te", ISSUER, 3));
    let answer = redeem(&server, "shop", &pairs["code"], &[]).await;
    assert_eq!((answer.status, answer.header("cache-control")), (200, Some("no-store")), "{}", answer.text);
    assert_eq!(answer.body["scope"], "openid profile email offline_access orders");
    let (id, access) = (claims(&answer.body["id_token"]), claims(&answer.body["access_token"]));
    assert_eq!((&id["iss"], &id["aud"], &id["nonce"]), (&json!(ISSUER), &json!("shop"), &json!("n0nce")));
    assert_eq!((&id["sub"], &id["sid"], &id["amr"]), (&access["sub"], &access["sid"], &json!(["pwd"])));
    assert_eq!((&id["preferred_username"], &id["name"]), (&json!("ada"), &json!("ada of ACME")));
    assert_eq!((&id["email"], &id["email_verified"]), (&json!("ada@example.com"), &json!(true)));
    assert_eq!((&id["auth_time"], &id["iat"]), (&json!(1_767_323_045), &json!(1_767_323_045)));
    assert_eq!(head(&answer.body["id_token"])["alg"], "RS256");
    assert!(id["at_hash"].is_string() && access["client_id"] == "shop");
    let info = user_info(&server, &answer.body["access_token"]).await;
    assert_eq!((info.status, &info.body["sub"], &info.body["email"]), (200, &id["sub"], &id["email"]), "{}", info.text);
    // Whoever said yes is not asked again, and whoever asks for more is.
    code(&mut browser, "shop", &[("scope", "openid email")]).await;
    assert_eq!(led_to(&browser.get(&request("shop", &[("scope", "openid email")])).await).split('?').next(), Some(callback("shop")));
}

#[tokio::test]
async fn one_of_our_own_asks_nobody_and_signs_as_it_likes() {
    let server = peopled().await;
    let mut browser = Browser::signed_in(&server, "ada", PASSWORD).await;
    let answer = browser.get(&request("own", &[])).await;
    let pairs = answered(&answer, callback("own"));
    let redeemed = redeem(&server, "own", &pairs["code"], &[]).await;
    assert_eq!(head(&redeemed.body["id_token"])["alg"], "ES256");
    assert!(redeemed.body.get("refresh_token").is_none(), "nobody asked for offline_access");
}

#[tokio::test]
async fn public_applications_need_no_secret_and_native_ones_any_port() {
    let server = peopled().await;
    let mut browser = Browser::signed_in(&server, "ada", PASSWORD).await;
    let got = tokens(&mut browser, "pages", "openid offline_access").await;
    assert!(got["refresh_token"].is_string() && got["id_token"].is_string(), "{got}");
    for port in [None, Some(1024_u16), Some(u16::MAX)] {
        let address = format!("http://127.0.0.1{}/callback", port.map(|port| format!(":{port}")).unwrap_or_default());
        let answer = browser.get(&request("native", &[("redirect_uri", &address)])).await;
        let pairs = answered(&answer, &address);
        let redeemed = redeem(&server, "native", &pairs["code"], &[("redirect_uri", &address)]).await;
        assert_eq!(redeemed.status, 200, "{port:?}: {}", redeemed.text);
    }
}

#[tokio::test]
async fn an_application_admits_its_tenant_by_home_or_membership_and_one_of_the_platform_everybody() {
    let server = peopled().await;
    for (username, client_id, is_admitted) in
        [("ada", "own", true), ("cleo", "own", true), ("zoe", "own", false), ("ada", "desk", true), ("zoe", "desk", true)]
    {
        let mut browser = Browser::signed_in(&server, username, PASSWORD).await;
        let pairs = answered(&browser.get(&request(client_id, &[])).await, callback(client_id));
        assert_eq!(pairs.contains_key("code"), is_admitted, "{username} at {client_id}: {pairs:?}");
        assert_eq!(pairs.get("error").map(String::as_str), (!is_admitted).then_some("access_denied"));
        if let Some(code) = pairs.get("code") {
            let redeemed = redeem(&server, client_id, code, &[]).await;
            assert_eq!(user_info(&server, &redeemed.body["access_token"]).await.status, 200, "{username} at {client_id}");
        }
    }
}

#[tokio::test]
async fn without_openid_it_is_plain_oauth() {
    let server = peopled().await;
    let mut browser = Browser::signed_in(&server, "ada", PASSWORD).await;
    let got = tokens(&mut browser, "shop", "orders").await;
    assert!(got.get("id_token").is_none() && got["scope"] == "orders", "{got}");
    assert_eq!(user_info(&server, &got["access_token"]).await.status, 403);
    for scope in ["openid admin:read", "openid invoices"] {
        let pairs = answered(&browser.get(&request("shop", &[("scope", scope)])).await, callback("shop"));
        assert_eq!(pairs["error"], "invalid_scope", "{scope}");
    }
}

#[tokio::test]
async fn a_form_of_the_application_goes_on_by_get() {
    let server = peopled().await;
    let mut browser = Browser::signed_in(&server, "ada", PASSWORD).await;
    let asked = request("own", &[("state", "a b&c=d")]);
    let mut post = browser.request("POST", "/oauth/authorize", asked.split_once('?').unwrap().1.to_owned());
    post.headers_mut().insert("sec-fetch-site", "cross-site".parse().unwrap());
    let on = led_to(&browser.send(post).await).to_owned();
    let pairs = answered(&browser.get(&on).await, callback("own"));
    assert!(pairs["state"] == "a b&c=d" && pairs.contains_key("code"), "{pairs:?}");
}

#[tokio::test]
async fn the_session_names_the_applications_that_it_let_in() {
    let server = peopled().await;
    let mut browser = Browser::signed_in(&server, "ada", PASSWORD).await;
    tokens(&mut browser, "shop", "openid").await;
    server.pass(5);
    tokens(&mut browser, "own", "openid").await;
    let login = json!({ "username": "ada", "password": PASSWORD }).to_string();
    let own = server.send(crate::support::call("POST", "/user/login", login)).await;
    let mut list = crate::support::call("GET", "/api/v1/me/sessions", "");
    let bearer = format!("Bearer {}", own.body["accessToken"].as_str().unwrap());
    list.headers_mut().insert("authorization", bearer.parse().unwrap());
    let sessions = server.send(list).await;
    let of_browser = sessions.body["data"].as_array().unwrap_or_else(|| panic!("{}", sessions.text));
    let counts: Vec<_> = of_browser.iter().map(|session| session["app_count"].as_u64().unwrap()).collect();
    assert!(counts.contains(&2) && counts.contains(&0), "{}", sessions.text);
}
