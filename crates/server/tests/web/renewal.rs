//! The cookie is renewed when half of its life is over: the same secret, a later expiry.

use crate::browser::{Browser, led_to, set_cookie};
use crate::support::{ADA_PASSCODE, Server};

#[tokio::test]
async fn half_way_the_same_secret_gets_a_later_expiry() {
    let server = Server::start().await;
    let mut browser = Browser::signed_in(&server, "ada", ADA_PASSCODE).await;
    let held = browser.held().unwrap().clone();
    server.pass(21_600);
    let before = browser.get("/account").await;
    assert!(set_cookie(&before, "__Host-cloakroom").is_none() && before.text.contains("2026-01-02T15:04:05Z"), "{}", before.text);
    server.pass(1);
    let after = browser.get("/account").await;
    let renewed = set_cookie(&after, "__Host-cloakroom").unwrap();
    assert!(renewed.starts_with(&format!("__Host-cloakroom={held};")) && renewed.contains("; Max-Age=43200;"), "{renewed}");
    assert!(after.text.contains("2026-01-02T21:04:06Z"), "{}", after.text);
    assert!(set_cookie(&browser.get("/account").await, "__Host-cloakroom").is_none(), "once");
    server.pass(21_601);
    assert_eq!(led_to(&browser.get("/").await), "/account");
    server.pass(43_199);
    assert_eq!(browser.get("/account").await.status, 200);
}

#[tokio::test]
async fn without_a_visit_it_is_over_in_time() {
    let server = Server::start().await;
    let mut browser = Browser::signed_in(&server, "ada", ADA_PASSCODE).await;
    server.pass(43_200);
    assert_eq!(led_to(&browser.get("/").await), "/login");
}

#[tokio::test]
async fn no_renewal_goes_past_the_absolute_lifetime() {
    let mut policy = cloakroom_engine::policy::Policy::default();
    (policy.sessions.browser_ttl_seconds, policy.sessions.browser_absolute_ttl_seconds) = (3600, 4000);
    let server = Server::with(crate::support::Setup { policy, ..Default::default() }).await;
    let mut browser = Browser::signed_in(&server, "ada", ADA_PASSCODE).await;
    server.pass(3000);
    assert!(set_cookie(&browser.get("/account").await, "__Host-cloakroom").unwrap().contains("; Max-Age=1000;"));
    server.pass(900);
    assert!(set_cookie(&browser.get("/account").await, "__Host-cloakroom").is_none(), "nothing is left to give");
    server.pass(100);
    assert_eq!(led_to(&browser.get("/").await), "/login");
}
