//! Where a browser is sent that has to sign in first.

use super::{ask, cookie, question, scene};
use crate::browser::Browser;
use crate::support::{Answer, Server, from_address};

const APP: [(&str, &str); 3] = [("x-forwarded-proto", "https"), ("x-forwarded-host", "app.example.com"), ("x-forwarded-uri", "/a?b=c")];
const BACK: &str = "https://cloakroom.test/login?return_to=https%3A%2F%2Fapp.example.com%2Fa%3Fb%3Dc";
const NAVIGATION: [(&str, &str); 2] = [("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")];

fn led(answer: &Answer) -> (u16, &str) {
    (answer.status, answer.header("location").unwrap_or_default())
}

#[tokio::test]
async fn the_address_leads_back_to_what_was_asked_for() {
    let server = scene().await;
    assert_eq!(led(&ask(&server, "", &APP).await), (401, BACK));
    let stale = [&APP[..], &[("cookie", "__Host-cloakroom=stale")]].concat();
    assert_eq!(led(&ask(&server, "", &stale).await), (401, BACK));
    assert_eq!(led(&ask(&server, "", &[]).await), (401, "https://cloakroom.test/login"));
}

#[tokio::test]
async fn only_our_own_proxies_say_what_was_asked_for() {
    let server = scene().await;
    let answer = server.send(from_address(question("", &APP), "203.0.113.9")).await;
    assert_eq!(led(&answer), (401, "https://cloakroom.test/login"));
    let forged = [&APP[..], &[("x-forwarded-for", "192.0.2.7")]].concat();
    assert_eq!(led(&server.send(from_address(question("", &forged), "203.0.113.9")).await), (401, "https://cloakroom.test/login"));
}

#[tokio::test]
async fn a_browser_is_redirected_where_that_is_asked_for_and_a_program_is_not() {
    let server = scene().await;
    let with = |more: &[(&'static str, &'static str)]| [&APP[..], more].concat();
    let old = [("accept", "text/html,application/xhtml+xml")];
    for (headers, status) in [
        (with(&NAVIGATION), 302),
        (with(&old), 302),
        (with(&[("sec-fetch-mode", "cors"), ("sec-fetch-dest", "empty"), ("accept", "text/html")]), 401),
        (with(&[("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "iframe")]), 401),
        (with(&[("accept", "application/json")]), 401),
        (with(&[("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document"), ("authorization", "Bearer x")]), 401),
        (with(&[]), 401),
    ] {
        assert_eq!(led(&ask(&server, "?redirect=1", &headers).await), (status, BACK), "{headers:?}");
        assert_eq!(led(&ask(&server, "", &headers).await), (401, BACK), "{headers:?}");
    }
    let cookie = cookie(&server, "bob").await;
    let refused = [&with(&NAVIGATION)[..], &[("cookie", &cookie)]].concat();
    assert_eq!(led(&ask(&server, "?redirect=1&tenant=ACME", &refused).await), (403, ""), "signing in again would not help");
}

/// Follows where a browser is led from a host that does not get the cookie: it ends at a page that says so, signed in or not.
#[tokio::test]
async fn who_comes_from_a_host_that_gets_no_cookie_is_told_so_and_goes_in_no_circle() {
    let server: Server = scene().await;
    let elsewhere = [&NAVIGATION[..], &[("x-forwarded-host", "other.example.net"), ("x-forwarded-uri", "/")]].concat();
    let answer = ask(&server, "?redirect=1", &elsewhere).await;
    assert_eq!(led(&answer), (302, "https://cloakroom.test/login/elsewhere"));
    for mut browser in [Browser::of(&server), Browser::signed_in(&server, "ada", super::PASSWORD).await] {
        let page = browser.get("/login/elsewhere").await;
        assert_eq!((page.status, page.header("location")), (200, None));
        assert!(page.text.contains("web.return_to_hosts") && !page.text.contains("other.example.net"), "{}", page.text);
    }
}

#[tokio::test]
async fn signing_in_leads_back_and_then_opens() {
    let server = scene().await;
    let at = BACK.strip_prefix("https://cloakroom.test").unwrap();
    let mut browser = Browser::of(&server);
    let answer = browser.sign_in(at, "ada", super::PASSWORD).await;
    assert_eq!(answer.header("location"), Some("https://app.example.com/a?b=c"));
    let cookie = format!("__Host-cloakroom={}", browser.held().unwrap());
    assert_eq!(ask(&server, "", &[("cookie", &cookie)]).await.status, 200);
    browser.fill_in("/logout", &[]).await;
    assert_eq!(ask(&server, "", &[("cookie", &cookie)]).await.status, 401, "at once");
}
