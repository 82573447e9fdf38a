//! `/logout`: asked first, then everywhere.

use crate::browser::{Browser, led_to, set_cookie};
use crate::support::{ADA_PASSCODE, Server};

#[tokio::test]
async fn signing_out_ends_the_session_everywhere_and_clears_the_cookie() {
    let server = Server::start().await;
    let mut browser = Browser::signed_in(&server, "ada", ADA_PASSCODE).await;
    let (guid, cookie) = (browser.guid(), browser.held().unwrap().clone());
    let asked = browser.get("/logout").await;
    assert!(asked.status == 200 && asked.text.contains("<h1>Sign out?</h1>"), "{}", asked.text);
    assert_eq!(server.with_guid("session/validate", &guid).await.status, 200, "asking ends nothing");
    let left = browser.fill_in("/logout", &[]).await;
    assert_eq!(led_to(&left), "/login");
    assert_eq!(set_cookie(&left, "__Host-cloakroom"), Some("__Host-cloakroom=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure"));
    assert!(browser.held().is_none());
    assert_eq!(server.with_guid("session/validate", &guid).await.refusal(), (401, "session-doomed"));
    browser.cookies.insert("__Host-cloakroom".into(), cookie);
    assert_eq!(led_to(&browser.get("/").await), "/login");
    // Twice is once.
    assert_eq!(led_to(&browser.fill_in("/logout", &[]).await), "/login");
    assert_eq!(led_to(&browser.post("/logout", &[]).await), "/login");
}

#[tokio::test]
async fn an_end_elsewhere_is_seen_at_the_next_request() {
    let server = Server::start().await;
    let mut browser = Browser::signed_in(&server, "ada", ADA_PASSCODE).await;
    assert_eq!(browser.get("/account").await.status, 200);
    let guid = server.ada().await;
    assert_eq!(server.with_guid("session/logout_everywhere", &guid).await.status, 200);
    assert_eq!(led_to(&browser.get("/").await), "/login");
    assert_eq!(browser.get("/login").await.status, 200);
    assert_eq!(led_to(&browser.get("/login/password").await), "/login");
}
