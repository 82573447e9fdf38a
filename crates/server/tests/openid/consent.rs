//! Whether an application may have what it asks for: its user says so, once, and nobody in the user's place.

use serde_json::json;

use crate::browser::{Browser, behind, form, form_token, led_to, set_cookie};
use crate::scene::{PASSWORD, answered, callback, code, decide, peopled, request, tokens, unescaped};
use crate::support::call;

#[tokio::test]
async fn a_no_is_told_to_the_application_and_nothing_is_kept() {
    let server = peopled().await;
    let mut browser = Browser::signed_in(&server, "ada", PASSWORD).await;
    for _ in 0..2 {
        let page = browser.get(&request("shop", &[])).await;
        let pairs = answered(&decide(&mut browser, &page, "deny").await, callback("shop"));
        assert_eq!((pairs["error"].as_str(), pairs["state"].as_str()), ("access_denied", "st4te"), "{pairs:?}");
    }
}

#[tokio::test]
async fn whoever_asks_for_more_than_was_let_in_is_asked_again() {
    let server = peopled().await;
    let mut browser = Browser::signed_in(&server, "ada", PASSWORD).await;
    code(&mut browser, "shop", &[("scope", "openid email")]).await;
    for (scope, is_asked) in [("openid", false), ("email openid", false), ("openid profile", true)] {
        let answer = browser.get(&request("shop", &[("scope", scope)])).await;
        assert_eq!(answer.status == 200, is_asked, "{scope}");
    }
    let page = browser.get(&request("shop", &[("scope", "openid profile")])).await;
    decide(&mut browser, &page, "allow").await;
    // What was let in before still is.
    assert_eq!(browser.get(&request("shop", &[("scope", "openid email profile")])).await.status, 303);
    assert_eq!(browser.get(&request("shop", &[("prompt", "consent")])).await.status, 200, "the application wants it said again");
    let mut other = Browser::signed_in(&server, "cleo", PASSWORD).await;
    assert_eq!(other.get(&request("shop", &[])).await.status, 200, "one speaks for oneself");
}

#[tokio::test]
async fn nobody_says_yes_in_the_place_of_the_user() {
    let server = peopled().await;
    let mut ada = Browser::signed_in(&server, "ada", PASSWORD).await;
    let mut cleo = Browser::signed_in(&server, "cleo", PASSWORD).await;
    let page = ada.get(&request("shop", &[])).await;
    let asked = unescaped(behind(&page.text, "name=\"request\" value=\""));
    let of_cleo = form_token(&cleo.get(&request("shop", &[])).await);
    let own = form_token(&page);
    let fields = |token: &str| form(&[("form_token", token), ("request", &asked), ("decision", "allow")]);
    for (token, site) in [("", "same-origin"), (of_cleo.as_str(), "same-origin"), (own.as_str(), "cross-site"), (own.as_str(), "same-site")]
    {
        let mut forged = ada.request("POST", "/oauth/consent", fields(token));
        forged.headers_mut().insert("sec-fetch-site", site.parse().unwrap());
        let answer = ada.send(forged).await;
        assert_eq!(answer.status, 403, "{site}: {}", answer.text);
        assert_eq!(ada.get(&request("shop", &[])).await.status, 200, "still a question");
    }
    // Without a session there is nobody to say it, whatever is said.
    for hostile in ["{\"\u{7f}\":null}", "\u{0}", "a=\r\nx: y", "é", ""] {
        let answer = Browser::of(&server).post("/oauth/consent", &[("request", hostile), ("decision", "allow")]).await;
        assert!(led_to(&answer).starts_with("/oauth/authorize?"), "{}", led_to(&answer));
    }
    let mut stranger = Browser::of(&server);
    let answer = stranger.send(stranger.request("POST", "/oauth/consent", fields(&own))).await;
    assert!(led_to(&answer).starts_with("/oauth/authorize?"), "{}", led_to(&answer));
    assert!(set_cookie(&answer, "__Host-cloakroom").is_none());
}

#[tokio::test]
async fn the_page_leads_to_the_application_alone_and_is_framed_by_nobody() {
    let server = peopled().await;
    let mut browser = Browser::of(&server);
    let login = led_to(&browser.get(&request("shop", &[])).await).to_owned();
    let policy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self' https://shop.test; base-uri 'none'; frame-ancestors 'none'";
    // Browsers follow the redirects of a form only where the policy of its page lets them.
    let page = browser.get(&login).await;
    assert_eq!(page.header("content-security-policy"), Some(policy));
    let refused = browser.sign_in(&login, "ada", "wrong-password-1").await;
    assert_eq!((refused.status, refused.header("content-security-policy")), (403, Some(policy)));
    let back = led_to(&browser.sign_in(&login, "ada", PASSWORD).await).to_owned();
    let question = browser.get(&back).await;
    assert_eq!(question.header("content-security-policy"), Some(policy));
    assert_eq!((question.header("x-frame-options"), question.header("cache-control")), (Some("DENY"), Some("no-store")));
    assert_eq!(question.header("referrer-policy"), Some("same-origin"), "no address of ours reaches the application");
}

#[tokio::test]
async fn what_an_application_is_called_is_text() {
    let server = peopled().await;
    let named = serde_json::json!({ "applications": [{ "client_id": "shop", "name": "<b>Shop</b> \" & co" }] });
    server.apply(&named).await;
    let mut browser = Browser::signed_in(&server, "ada", PASSWORD).await;
    let page = browser.get(&request("shop", &[("state", "<script>alert(1)</script>")])).await;
    assert!(page.status == 200 && !page.text.contains("<b>") && !page.text.contains("<script"), "{}", page.text);
    let pairs = answered(&decide(&mut browser, &page, "allow").await, callback("shop"));
    assert_eq!(pairs["state"], "<script>alert(1)</script>", "it comes back as it was");
}

/// What an application may not reach by itself it does not reach because a member of its tenant let it in.
#[tokio::test]
async fn seeing_ones_sessions_is_asked_for_and_stays_within_the_applications_tenant() {
    let server = peopled().await;
    server.apply(&json!({ "applications": [{ "client_id": "shop", "scopes": ["orders", "sessions:read"] }] })).await;
    for (user, status) in [("ada", 200), ("cleo", 403)] {
        let mut browser = Browser::signed_in(&server, user, PASSWORD).await;
        let page = browser.get(&request("shop", &[("scope", "openid sessions:read")])).await;
        assert!(page.text.contains("see where you are signed in, and with which devices"), "{}", page.text);
        let got = tokens(&mut browser, "shop", "openid sessions:read").await;
        let mut asked = call("GET", "/api/v1/me/sessions", "");
        asked.headers_mut().insert("authorization", format!("Bearer {}", got["access_token"].as_str().unwrap()).parse().unwrap());
        let answer = server.send(asked).await;
        assert_eq!(answer.status, status, "{user}: {}", answer.text);
    }
}
