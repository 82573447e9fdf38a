//! What every page tells browsers, in which language, and what they load with it.

use crate::browser::{Browser, behind};
use crate::support::{ADA_PASSCODE, Answer, Server, call};

const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

fn is_strict(answer: &Answer) {
    for (name, value) in [
        ("content-security-policy", POLICY),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("x-content-type-options", "nosniff"),
        ("cross-origin-opener-policy", "same-origin"),
    ] {
        assert_eq!(answer.header(name), Some(value), "{name}: {}", answer.text);
    }
}

fn is_a_page(answer: &Answer) {
    is_strict(answer);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"));
    assert!(answer.text.starts_with("<!doctype html>") && answer.text.trim_end().ends_with("</html>"), "{}", answer.text);
    assert!(!answer.text.contains("<script") && !answer.text.contains("style="), "{}", answer.text);
    assert_eq!(answer.text.matches("<h1>").count(), 1, "{}", answer.text);
}

#[tokio::test]
async fn every_page_is_strict() {
    let server = Server::start().await;
    let mut stranger = Browser::of(&server);
    is_strict(&stranger.get("/").await);
    is_a_page(&stranger.get("/login").await);
    is_a_page(&stranger.sign_in("/login", "ada", "wrong-password-1").await);
    is_a_page(&stranger.post("/login", &[]).await);
    let mut ada = Browser::signed_in(&server, "ada", ADA_PASSCODE).await;
    is_strict(&ada.get("/").await);
    for path in ["/account", "/logout", "/login/password"] {
        is_a_page(&ada.get(path).await);
    }
    is_a_page(&ada.post("/logout", &[]).await);
    for (method, path, status) in [("DELETE", "/login", 405), ("PUT", "/", 405), ("GET", "/assets/none.css", 404)] {
        let answer = ada.send(ada.request(method, path, String::new())).await;
        assert_eq!(answer.status, status);
        is_a_page(&answer);
    }
    let mut large = ada.request("POST", "/login", "x".repeat(70_000));
    large.headers_mut().insert("sec-fetch-site", "same-origin".parse().unwrap());
    let answer = ada.send(large).await;
    assert_eq!(answer.status, 413);
    is_a_page(&answer);
}

#[tokio::test]
async fn what_is_not_there_is_a_page_for_whoever_looks_at_it() {
    let server = Server::start().await;
    let browser = Browser::of(&server);
    let mut navigation = browser.request("GET", "/nowhere/%3Cb%3Esecret", String::new());
    navigation.headers_mut().insert("sec-fetch-mode", "navigate".parse().unwrap());
    navigation.headers_mut().insert("sec-fetch-dest", "document".parse().unwrap());
    let page = server.send(navigation).await;
    assert_eq!(page.status, 404);
    is_a_page(&page);
    assert!(!page.text.contains("secret"));
    let program = server.send(call("GET", "/nowhere", "")).await;
    assert_eq!((program.status, program.text.as_str()), (404, r#"{"error":"not_found"}"#));
}

#[tokio::test]
async fn pages_speak_the_language_of_the_browser() {
    let server = Server::start().await;
    let mut browser = Browser { language: "de-CH,de;q=0.9,en;q=0.5", ..Browser::of(&server) };
    let page = browser.get("/login").await;
    assert!(page.text.contains("<html lang=\"de\">") && page.text.contains("<h1>Anmelden</h1>"), "{}", page.text);
    let refused = browser.sign_in("/login", "ada", "wrong-password-1").await;
    assert!(refused.text.contains("Name oder Passwort ist falsch"), "{}", refused.text);
    let mut forged = Browser { language: "de", ..Browser::signed_in(&server, "ada", ADA_PASSCODE).await };
    assert!(forged.post("/logout", &[]).await.text.contains("<h1>Das hat nicht geklappt</h1>"));
}

#[tokio::test]
async fn the_style_sheet_is_kept_for_ever_under_the_name_of_its_content() {
    let server = Server::start().await;
    let mut browser = Browser::of(&server);
    let page = browser.get("/login").await;
    for (text, kind) in [("<link rel=\"stylesheet\" href=\"", "text/css; charset=utf-8"), ("<link rel=\"icon\" href=\"", "image/svg+xml")] {
        let path = behind(&page.text, text);
        let asset = browser.get(path).await;
        assert_eq!((asset.status, asset.header("content-type")), (200, Some(kind)), "{path}");
        assert_eq!(asset.header("cache-control"), Some("public, max-age=31536000, immutable"));
        assert!(!asset.text.contains('{') || kind.starts_with("text/css"), "{}", asset.text);
    }
}
