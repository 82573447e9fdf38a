//! What an application may ask of the sign-in itself: silence, another one, a recent one.

use crate::browser::{Browser, led_to};
use crate::scene::{PASSWORD, answered, callback, claims, code, is_active, peopled, redeem, request, tokens};

#[tokio::test]
async fn whoever_wants_silence_is_told_what_is_missing() {
    let server = peopled().await;
    let silent = |client_id| request(client_id, &[("prompt", "none")]);
    let mut browser = Browser::of(&server);
    let pairs = answered(&browser.get(&silent("own")).await, callback("own"));
    assert_eq!((pairs["error"].as_str(), pairs["state"].as_str()), ("login_required", "st4te"));
    let mut browser = Browser::signed_in(&server, "ada", PASSWORD).await;
    assert_eq!(answered(&browser.get(&silent("shop")).await, callback("shop"))["error"], "consent_required");
    assert!(answered(&browser.get(&silent("own")).await, callback("own")).contains_key("code"));
    code(&mut browser, "shop", &[]).await;
    assert!(answered(&browser.get(&silent("shop")).await, callback("shop")).contains_key("code"));
    server.pass(61);
    let aged = request("own", &[("prompt", "none"), ("max_age", "60")]);
    assert_eq!(answered(&browser.get(&aged).await, callback("own"))["error"], "login_required");
}

#[tokio::test]
async fn whoever_wants_a_sign_in_gets_one_within_the_same_session() {
    let server = peopled().await;
    for asked in [&[("prompt", "login")][..], &[("prompt", "select_account")], &[("max_age", "60")], &[("max_age", "0")]] {
        let mut browser = Browser::signed_in(&server, "ada", PASSWORD).await;
        let before = tokens(&mut browser, "desk", "openid").await;
        let held = browser.held().unwrap().clone();
        server.pass(61);
        let page = led_to(&browser.get(&request("own", asked)).await).to_owned();
        assert!(page.starts_with("/login?") && page.contains("again=true"), "{page}");
        let shown = browser.get(&page).await;
        assert!(shown.status == 200 && shown.text.contains("value=\"ada\""), "{asked:?}: {}", shown.text);
        let back = led_to(&browser.sign_in(&page, "ada", PASSWORD).await).to_owned();
        let pairs = answered(&browser.get(&back).await, callback("own"));
        let redeemed = redeem(&server, "own", &pairs["code"], &[]).await;
        let (old, new) = (claims(&before["id_token"]), claims(&redeemed.body["id_token"]));
        assert_eq!(old["sid"], new["sid"], "the same session");
        assert_eq!(new["auth_time"].as_i64().unwrap() - old["auth_time"].as_i64().unwrap(), 61);
        assert!(is_active(&server, &before["access_token"]).await, "and its applications");
        assert_ne!(browser.held().unwrap(), &held, "under a new secret");
        browser.cookies.insert("__Host-cloakroom".into(), held);
        assert_eq!(led_to(&browser.get("/").await), "/login", "the old one holds nothing");
    }
}

#[tokio::test]
async fn without_the_sign_in_that_was_asked_for_there_is_no_code() {
    let server = peopled().await;
    let mut browser = Browser::signed_in(&server, "ada", PASSWORD).await;
    server.pass(5);
    let page = led_to(&browser.get(&request("own", &[("prompt", "login")])).await).to_owned();
    let back =
        form_urlencoded::parse(page.split_once('?').unwrap().1.as_bytes()).find(|(name, _)| name == "return_to").unwrap().1.into_owned();
    // Whoever goes there by hand has not signed in meanwhile.
    for _ in 0..2 {
        let again = led_to(&browser.get(&back).await).to_owned();
        assert!(again.starts_with("/login?") && again.contains("again=true"), "{again}");
    }
    assert_eq!(browser.sign_in(&page, "ada", "wrong-password-1").await.status, 403);
    assert!(led_to(&browser.get(&back).await).starts_with("/login?"));
    assert_eq!(led_to(&browser.sign_in(&page, "ada", PASSWORD).await), back);
    assert!(answered(&browser.get(&back).await, callback("own")).contains_key("code"));
}

#[tokio::test]
async fn somebody_elses_sign_in_ends_the_session_that_the_browser_had() {
    let server = peopled().await;
    let mut browser = Browser::signed_in(&server, "ada", PASSWORD).await;
    let before = tokens(&mut browser, "desk", "openid").await;
    let page = led_to(&browser.get(&request("desk", &[("prompt", "select_account")])).await).to_owned();
    let back = led_to(&browser.sign_in(&page, "zoe", PASSWORD).await).to_owned();
    let pairs = answered(&browser.get(&back).await, callback("desk"));
    let redeemed = redeem(&server, "desk", &pairs["code"], &[]).await;
    assert_ne!(claims(&redeemed.body["id_token"])["sub"], claims(&before["id_token"])["sub"]);
    assert!(!is_active(&server, &before["access_token"]).await);
}

#[tokio::test]
async fn a_hint_is_filled_in() {
    let server = peopled().await;
    let mut browser = Browser::of(&server);
    let page = led_to(&browser.get(&request("own", &[("login_hint", "ada@example.com")])).await).to_owned();
    let shown = browser.get(&page).await;
    assert!(shown.text.contains("value=\"ada@example.com\""), "{}", shown.text);
    let long = "a".repeat(1025);
    let shown = browser.get(&format!("/login?login_hint={long}")).await;
    assert!(shown.status == 200 && !shown.text.contains(&long), "{}", shown.text);
}
