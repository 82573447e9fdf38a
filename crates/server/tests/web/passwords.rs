//! `/login/password`: whoever got a password to be used once chooses another first.

use crate::browser::{Browser, led_to, set_cookie};
use crate::support::{ADA, ADA_PASSCODE, Server, Setup};

const ONCE: &str = "one-time-password-of-root";
const CHOSEN: &str = "Chosen-by-root-alone-1";

/// A server whose first administrator has not chosen a password.
async fn with_root() -> Server {
    let server = Server::empty(Setup::default());
    server.engine.create_first_administrator(ONCE.to_owned()).await.unwrap().unwrap();
    server
}

#[tokio::test]
async fn a_one_time_password_leads_to_choosing_one_and_then_on() {
    let server = with_root().await;
    let mut browser = Browser::of(&server);
    assert_eq!(led_to(&browser.sign_in("/login?return_to=/console", "admin", ONCE).await), "/console");
    for page in ["/", "/login"] {
        assert_eq!(led_to(&browser.get(page).await), "/login/password", "{page}");
    }
    let page = browser.get("/login/password").await;
    assert!(
        page.text.contains("can be used once")
            && page.text.contains("At least 8 characters")
            && page.text.contains("readonly value=\"admin\""),
        "{}",
        page.text
    );
    assert_eq!(page.text.matches("<form").count(), 1);
    let before = browser.held().unwrap().clone();
    let chosen = browser.fill_in("/login/password", &[("username", "admin"), ("password", ONCE), ("new_password", CHOSEN)]).await;
    assert_eq!(led_to(&chosen), "/");
    assert!(set_cookie(&chosen, "__Host-cloakroom").unwrap().contains("; Max-Age=43200;"));
    assert_ne!(browser.held(), Some(&before), "a new secret");
    assert!(browser.get("/account").await.text.contains("<dd>Administrator (admin)</dd>"));
    let mut old = Browser::of(&server);
    old.cookies.insert("__Host-cloakroom".into(), before);
    assert_eq!(led_to(&old.get("/").await), "/login", "the old secret holds nothing");
    assert_eq!(Browser::of(&server).sign_in("/login", "admin", ONCE).await.status, 403);
    Browser::signed_in(&server, "admin", CHOSEN).await;
}

#[tokio::test]
async fn a_sign_in_for_somewhere_leads_there_once_the_password_is_chosen() {
    let server = with_root().await;
    let mut browser = Browser::of(&server);
    browser.sign_in("/login?return_to=/console", "admin", ONCE).await;
    let fields = [("username", "admin"), ("password", ONCE), ("new_password", CHOSEN)];
    assert_eq!(led_to(&browser.fill_in("/login/password", &fields).await), "/console");
}

#[tokio::test]
async fn what_may_not_be_a_password_is_said_and_changes_nothing() {
    let server = Server::start().await;
    let mut browser = Browser::signed_in(&server, "ada", ADA_PASSCODE).await;
    let held = browser.held().cloned();
    for (current, new, status, said) in [
        (ADA_PASSCODE, "short", 422, "Choose a longer or less common password."),
        (ADA_PASSCODE, "", 422, "Choose a longer or less common password."),
        (ADA_PASSCODE, ADA, 422, "Choose a longer or less common password."),
        ("wrong-password-1", CHOSEN, 403, "This is not your password until now."),
        ("", CHOSEN, 403, "This is not your password until now."),
    ] {
        let answer = browser.fill_in("/login/password", &[("username", "ada"), ("password", current), ("new_password", new)]).await;
        assert_eq!((answer.status, answer.text.matches(said).count()), (status, 2), "{}", answer.text);
        assert!(!answer.text.contains(CHOSEN) && answer.text.contains("readonly value=\"ada\""), "{}", answer.text);
        assert_eq!(browser.held().cloned(), held);
    }
    browser.fill_in("/login/password", &[("password", "wrong-password-1"), ("new_password", CHOSEN)]).await;
    let locked = browser.fill_in("/login/password", &[("password", ADA_PASSCODE), ("new_password", CHOSEN)]).await;
    assert!(locked.status == 403 && locked.text.contains("locked the account for a while"), "{}", locked.text);
    assert_eq!(browser.get("/account").await.status, 200);
}

#[tokio::test]
async fn a_new_password_ends_all_other_sessions() {
    let server = Server::start().await;
    let (mut one, mut other) =
        (Browser::signed_in(&server, "ada", ADA_PASSCODE).await, Browser::signed_in(&server, "ada", ADA_PASSCODE).await);
    let guid = server.ada().await;
    one.fill_in("/login/password", &[("password", ADA_PASSCODE), ("new_password", CHOSEN)]).await;
    assert_eq!(one.get("/account").await.status, 200);
    assert_eq!(led_to(&other.get("/").await), "/login");
    assert_eq!(server.with_guid("session/validate", &guid).await.refusal(), (401, "session-doomed"));
    assert_eq!(server.with_guid("session/validate", &one.guid()).await.status, 200);
}

#[tokio::test]
async fn nobody_chooses_for_nobody() {
    let server = Server::start().await;
    let mut browser = Browser::of(&server);
    assert_eq!(led_to(&browser.get("/login/password").await), "/login");
    assert_eq!(led_to(&browser.post("/login/password", &[("password", ADA_PASSCODE), ("new_password", CHOSEN)]).await), "/login");
}
