//! Where a sign-in leads: where it began, if that is ours or listed. What is allowed, the table in src/web/return_to.rs says.

use cloakroom_server::web::DoorSettings;

use crate::browser::{Browser, form, led_to};
use crate::support::{ADA_PASSCODE, Server, Setup};

async fn server() -> Server {
    let door = DoorSettings {
        cookie_domain: Some("cloakroom.test".into()),
        return_to_hosts: vec!["app.cloakroom.test".into()],
        ..DoorSettings::default()
    };
    Server::with(Setup { door, ..Setup::default() }).await
}

fn login(return_to: &str) -> String {
    format!("/login?{}", form(&[("return_to", return_to)]))
}

#[tokio::test]
async fn a_sign_in_leads_back_to_where_it_began_if_that_is_allowed() {
    let server = server().await;
    for (asked, led) in [
        ("/console?a=b", "/console?a=b"),
        ("https://cloakroom.test/x", "/x"),
        ("https://app.cloakroom.test/a?b=c", "https://app.cloakroom.test/a?b=c"),
        ("https://evil.test/", "/"),
        ("//evil.test", "/"),
        ("/\\evil.test", "/"),
        ("https:\\\\evil.test", "/"),
        ("https://app.cloakroom.test@evil.test/", "/"),
        ("javascript:alert(1)", "/"),
        ("/\r\nSet-Cookie: a=b", "/"),
        ("/.//evil.test", "/"),
        ("", "/"),
    ] {
        let mut browser = Browser::of(&server);
        let page = browser.get(&login(asked)).await;
        assert!(asked.is_empty() || asked.len() < 3 || !page.text.contains(asked), "nothing is reflected: {}", page.text);
        assert_eq!(led_to(&browser.sign_in(&login(asked), "ada", ADA_PASSCODE).await), led, "{asked:?}");
    }
}

#[tokio::test]
async fn a_refused_try_forgets_nothing_and_the_last_page_counts() {
    let server = server().await;
    let mut browser = Browser::of(&server);
    let refused = browser.sign_in(&login("/first"), "ada", "wrong-password-1").await;
    let fields = |token| [("username", "ada"), ("password", ADA_PASSCODE), ("form_token", token)];
    let token = crate::browser::form_token(&refused);
    assert_eq!(led_to(&browser.post("/login", &fields(&token)).await), "/first");
}

#[tokio::test]
async fn whoever_is_signed_in_goes_on_at_once_or_is_told_why_not() {
    let server = server().await;
    let mut browser = Browser::signed_in(&server, "ada", ADA_PASSCODE).await;
    assert_eq!(led_to(&browser.get(&login("https://app.cloakroom.test/x")).await), "https://app.cloakroom.test/x");
    let led = browser.get(&login("https://evil.test/")).await;
    assert_eq!(led_to(&led), "/account?notice=elsewhere");
    let told = browser.get(led_to(&led)).await;
    assert!(told.status == 200 && told.text.contains("not one that you can be sent back to"), "no loop: {}", told.text);
    assert!(!told.text.contains("evil.test"), "{}", told.text);
}

#[tokio::test]
async fn the_cookie_of_a_domain_is_called_so() {
    let server = server().await;
    let mut browser = Browser::of(&server);
    let answer = browser.sign_in("/login", "ada", ADA_PASSCODE).await;
    let cookie = crate::browser::set_cookie(&answer, "__Secure-cloakroom").unwrap();
    assert!(cookie.ends_with("; Secure; Domain=cloakroom.test"), "{cookie}");
    assert_eq!(browser.get("/account").await.status, 200);
    let left = browser.fill_in("/logout", &[]).await;
    assert!(crate::browser::set_cookie(&left, "__Secure-cloakroom").unwrap().ends_with("; Domain=cloakroom.test"));
}
