//! `/login`: whoever has the password gets a cookie, and nobody else is told anything.

use serde_json::json;

use crate::browser::{Browser, form_token, led_to, set_cookie};
use crate::support::{ADA, ADA_PASSCODE, MoodyHashing, Server, Setup};

#[tokio::test]
async fn a_name_or_an_address_and_the_password_open_a_session() {
    let server = Server::start().await;
    for name in ["ada", "ADA", " ada ", ADA] {
        let mut browser = Browser::of(&server);
        assert_eq!(led_to(&browser.get("/").await), "/login");
        let answer = browser.sign_in("/login", name, ADA_PASSCODE).await;
        assert_eq!(led_to(&answer), "/");
        let cookie = set_cookie(&answer, "__Host-cloakroom").unwrap();
        assert!(
            cookie.starts_with("__Host-cloakroom=clb_") && cookie.ends_with("; Path=/; Max-Age=43200; HttpOnly; SameSite=Lax; Secure"),
            "{cookie}"
        );
        assert_eq!(browser.cookies.len(), 1, "the sign-in is over: {:?}", browser.cookies);
        assert_eq!(led_to(&browser.get("/").await), "/account");
        let home = browser.get("/account").await;
        assert!(
            home.status == 200 && home.text.contains("<dd>ada</dd>") && home.text.contains("datetime=\"2026-01-02T15:04:05Z\""),
            "{}",
            home.text
        );
        // A session like any other.
        let record = server.with_guid("session/validate", &browser.guid()).await;
        assert_eq!(record.data()["status"], "active", "{}", record.text);
        assert_eq!(led_to(&browser.get("/login").await), "/");
    }
}

#[tokio::test]
async fn the_page_has_one_form_with_the_names_that_programs_know() {
    let server = Server::start().await;
    let page = Browser::of(&server).get("/login").await;
    assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
    assert_eq!(page.text.matches("<form").count(), 1);
    for part in [
        "<label for=\"username\">Username or email address</label>",
        "id=\"username\" name=\"username\" type=\"text\" autocomplete=\"username\"",
        "<label for=\"password\">Password</label>",
        "id=\"password\" name=\"password\" type=\"password\" autocomplete=\"current-password\"",
        "<html lang=\"en\">",
        "name=\"viewport\" content=\"width=device-width, initial-scale=1\"",
    ] {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }
    assert!(!page.text.contains("<script") && !page.text.contains(" style=") && !page.text.contains("<style"), "{}", page.text);
}

/// The answer but for what was typed and what is the browser's own.
fn told(answer: &crate::support::Answer, typed: &str) -> (u16, String, Vec<String>) {
    let text = answer.text.replace(&form_token(answer), "…").replace(&format!("value=\"{typed}\""), "value=\"…\"");
    let mut names: Vec<_> = answer.headers.keys().map(ToString::to_string).collect();
    names.sort();
    (answer.status, text, names)
}

#[tokio::test]
async fn unknown_wrong_locked_suspended_and_unverified_get_one_page_for_one_price() {
    let hashing = MoodyHashing::new();
    let server = Server::with(Setup { hashing: hashing.clone(), ..Setup::default() }).await;
    let users = json!({ "users": [
        { "username": "sue", "email": "sue@example.com", "password": ADA_PASSCODE, "status": "suspended" },
        { "username": "una", "email": "una@example.com", "email_status": "unverified", "password": ADA_PASSCODE },
    ] });
    server.apply(&users).await;
    hashing.take_count();
    let mut shown = Vec::new();
    for (name, password) in [
        ("nobody", "wrong-password-1"),
        ("nobody@example.com", "wrong-password-1"),
        ("-no name at all-", "wrong-password-1"),
        ("ada", "wrong-password-1"),
        ("sue", ADA_PASSCODE),
        ("sue@example.com", ADA_PASSCODE),
        ("una@example.com", ADA_PASSCODE),
    ] {
        let mut browser = Browser::of(&server);
        let answer = browser.sign_in("/login", name, password).await;
        assert!(browser.held().is_none() && answer.text.contains(&format!("value=\"{name}\"")), "{}", answer.text);
        assert_eq!(hashing.take_count(), 1, "{name}");
        shown.push((name, told(&answer, name)));
    }
    for _ in 0..3 {
        Browser::of(&server).sign_in("/login", "ada", "wrong-password-1").await;
    }
    hashing.take_count();
    let locked = Browser::of(&server).sign_in("/login", "ada", ADA_PASSCODE).await;
    assert_eq!(hashing.take_count(), 1, "a lock costs what a wrong password costs");
    shown.push(("ada, locked", told(&locked, "ada")));
    for (name, other) in &shown[1..] {
        assert_eq!(*other, shown[0].1, "{name}");
    }
    assert_eq!(shown[0].1.0, 403);
}

#[tokio::test]
async fn what_is_missing_is_said_beside_the_field_and_above() {
    let server = Server::start().await;
    let long = "x".repeat(1025);
    for (name, password, said) in [
        ("", ADA_PASSCODE, "Enter your username or email address."),
        ("ada", "", "Enter your password."),
        ("  ", "x", "Enter your username or email address."),
        ("ada", long.as_str(), "A password is shorter than this."),
        (long.as_str(), "x", "A username or email address is shorter than this."),
    ] {
        let answer = Browser::of(&server).sign_in("/login", name, password).await;
        assert_eq!((answer.status, answer.text.matches(said).count()), (422, 2), "{}", answer.text);
        assert!(answer.text.contains("aria-invalid=\"true\"") && answer.text.contains("role=\"alert\""), "{}", answer.text);
        assert!(answer.text.contains("<title>Problem: Sign in"), "{}", answer.text);
    }
}

#[tokio::test]
async fn what_was_typed_stays_and_is_text() {
    let server = Server::start().await;
    let typed = "\"><script>alert(1)</script>&'";
    let answer = Browser::of(&server).sign_in("/login", typed, "password-that-nobody-may-see").await;
    assert_eq!(answer.status, 403);
    assert!(!answer.text.contains("<script") && answer.text.contains("&#60;script&#62;"), "{}", answer.text);
    assert!(!answer.text.contains("password-that-nobody-may-see"));
}

#[tokio::test]
async fn each_sign_in_has_a_new_secret_whatever_the_browser_brought() {
    let server = Server::start().await;
    let mut first = Browser::signed_in(&server, "ada", ADA_PASSCODE).await;
    let planted = first.held().unwrap().clone();
    // A second browser in which somebody put the cookie of their own session, and which signs in from a page that was open.
    let mut second = Browser::of(&server);
    let page = second.get("/login").await;
    second.cookies.insert("__Host-cloakroom".into(), planted.clone());
    let fields = [("username", "bob"), ("password", "Battery-staple-8"), ("form_token", &form_token(&page))];
    assert_eq!(led_to(&second.post("/login", &fields).await), "/");
    assert_ne!(second.held(), Some(&planted));
    assert!(second.get("/account").await.text.contains("<dd>bob</dd>"));
    // Whose session the browser had has left it: nobody else is to go on with that.
    assert_eq!(led_to(&first.get("/").await), "/login");
}

#[tokio::test]
async fn at_the_cap_whoever_has_the_password_is_told_so() {
    let mut policy = cloakroom_engine::policy::Policy::default();
    policy.sessions.cap = 1;
    let server = Server::with(Setup { policy, ..Setup::default() }).await;
    Browser::signed_in(&server, "ada", ADA_PASSCODE).await;
    let answer = Browser::of(&server).sign_in("/login", "ada", ADA_PASSCODE).await;
    assert!(answer.status == 409 && answer.text.contains("as many devices as allowed"), "{}", answer.text);
    assert_eq!(Browser::of(&server).sign_in("/login", "ada", "wrong-password-1").await.status, 403);
}

#[tokio::test]
async fn overload_and_faults_are_pages() {
    use crate::support::HashingMood;
    let hashing = MoodyHashing::new();
    let server = Server::with(Setup { hashing: hashing.clone(), ..Setup::default() }).await;
    for (mood, status) in [(HashingMood::Overloaded, 503), (HashingMood::Panicking, 503)] {
        let mut browser = Browser::of(&server);
        let page = browser.get("/login").await;
        hashing.is_now(mood);
        let fields = [("username", "ada"), ("password", ADA_PASSCODE), ("form_token", &form_token(&page))];
        let answer = browser.post("/login", &fields).await;
        hashing.is_now(HashingMood::Working);
        assert_eq!((answer.status, answer.header("retry-after")), (status, Some("1")), "{}", answer.text);
        assert!(answer.text.contains("<h1>This did not work</h1>") && browser.held().is_none(), "{}", answer.text);
    }
}
