//! `/oauth/logout`: signing out because an application asks for it.

use axum::http::HeaderValue;
use serde_json::json;

use crate::browser::{Browser, behind, form, form_token, led_to, set_cookie};
use crate::pages;
use crate::support::{ADA_PASSCODE, Answer, Server};

const BYE: &str = "https://shop.example.com/bye";

/// With applications that may send browsers on, and one that is disabled.
async fn with_applications() -> Server {
    let server = Server::start().await;
    let application = |client_id: &str, kind: &str, bye: &str| {
        json!({
            "client_id": client_id, "name": format!("The {client_id}"), "kind": kind, "redirect_uris": [bye], "post_logout_redirect_uris": [bye],
            "id_token_signed_response_alg": "EdDSA",
        })
    };
    let mut asleep = application("asleep", "web", BYE);
    asleep["status"] = json!("disabled");
    let native = application("desk", "native", "com.example.desk:/bye");
    server.apply(&json!({ "applications": [application("shop", "web", BYE), native, asleep] })).await;
    server
}

/// The cookies as the browser holds them, for the helpers of other suites.
fn held(browser: &Browser<'_>) -> String {
    format!("__Host-cloakroom={}", browser.held().unwrap())
}

async fn hint(browser: &Browser<'_>, client_id: &str) -> String {
    pages::id_token(&browser.server.engine, client_id, &held(browser)).await
}

async fn ask(browser: &mut Browser<'_>, fields: &[(&str, &str)]) -> Answer {
    browser.get(&format!("/oauth/logout?{}", form(fields))).await
}

async fn lives(server: &Server, guid: &str) -> bool {
    server.with_guid("session/validate", guid).await.status == 200
}

#[tokio::test]
async fn an_id_token_of_the_session_ends_it_without_a_question_and_leads_back() {
    let server = with_applications().await;
    for (client_id, bye, state, goal) in [
        ("shop", BYE, "a b&c", "https://shop.example.com/bye?state=a+b%26c"),
        ("shop", BYE, "", BYE),
        ("desk", "com.example.desk:/bye", "", "com.example.desk:/bye"),
    ] {
        let mut browser = Browser::signed_in(&server, "ada", ADA_PASSCODE).await;
        let (guid, hint) = (browser.guid(), hint(&browser, client_id).await);
        let fields = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", bye), ("state", state)];
        let left = ask(&mut browser, &fields).await;
        assert_eq!(led_to(&left), goal);
        assert!(set_cookie(&left, "__Host-cloakroom").unwrap().contains("Max-Age=0;") && browser.held().is_none());
        assert!(!lives(&server, &guid).await);
        assert_eq!(led_to(&ask(&mut browser, &fields).await), goal, "twice is once");
    }
    let mut browser = Browser::signed_in(&server, "ada", ADA_PASSCODE).await;
    let hint = hint(&browser, "shop").await;
    let left = ask(&mut browser, &[("id_token_hint", &hint)]).await;
    assert!(left.status == 200 && left.text.contains("<h1>You are signed out</h1>") && browser.held().is_none(), "{}", left.text);
}

#[tokio::test]
async fn without_one_of_this_session_somebody_is_asked() {
    let server = with_applications().await;
    let mut other = Browser::signed_in(&server, "ada", ADA_PASSCODE).await;
    let theirs = hint(&other, "shop").await;
    let mut altered = theirs.clone();
    altered.truncate(altered.len() - 4);
    for (fields, goal) in [
        (vec![], None),
        (vec![("client_id", "shop"), ("post_logout_redirect_uri", BYE), ("state", "s")], Some("https://shop.example.com/bye?state=s")),
        (vec![("id_token_hint", theirs.as_str()), ("post_logout_redirect_uri", BYE)], Some(BYE)),
        (vec![("id_token_hint", altered.as_str())], None),
        (vec![("id_token_hint", "nonsense"), ("client_id", "shop")], None),
    ] {
        let mut browser = Browser::signed_in(&server, "ada", ADA_PASSCODE).await;
        let guid = browser.guid();
        let asked = ask(&mut browser, &fields).await;
        assert!(asked.status == 200 && asked.text.contains("<h1>Sign out?</h1>"), "{fields:?}: {}", asked.text);
        assert_eq!(asked.text.contains("The shop asks for it."), fields.iter().any(|(_, value)| *value == "shop" || *value == theirs));
        assert!(lives(&server, &guid).await, "asking ends nothing");
        let token = form_token(&asked);
        let said: Vec<_> = fields.iter().copied().chain([("form_token", token.as_str())]).collect();
        for (name, _) in &fields {
            assert!(asked.text.contains(&format!("name=\"{name}\"")), "what was asked goes along: {name}");
        }
        let left = browser.post(behind(&asked.text, "<form method=\"post\" action=\""), &said).await;
        assert!(left.status == 200 && left.text.contains("<h1>You are signed out</h1>"), "{}", left.text);
        match goal {
            Some(goal) => assert_eq!(behind(&left.text, "content=\"0; url="), goal),
            None => assert!(!left.text.contains("http-equiv")),
        }
        assert!(!lives(&server, &guid).await && browser.held().is_none());
    }
    assert_eq!(other.get("/account").await.status, 200, "the session of the other browser is another");
}

#[tokio::test]
async fn nobody_is_sent_where_no_application_of_that_name_wants_them() {
    let server = with_applications().await;
    let mut browser = Browser::signed_in(&server, "ada", ADA_PASSCODE).await;
    let guid = browser.guid();
    let (of_shop, of_asleep) = (hint(&browser, "shop").await, hint(&browser, "asleep").await);
    for fields in [
        vec![("post_logout_redirect_uri", BYE)],
        vec![("client_id", "shop"), ("post_logout_redirect_uri", "https://evil.example/")],
        vec![("client_id", "shop"), ("post_logout_redirect_uri", "https://shop.example.com/bye/")],
        vec![("client_id", "shop"), ("post_logout_redirect_uri", "https://shop.example.com/bye?x")],
        vec![("client_id", "desk"), ("post_logout_redirect_uri", BYE)],
        vec![("client_id", "nobody")],
        vec![("client_id", "asleep"), ("post_logout_redirect_uri", BYE)],
        vec![("id_token_hint", of_asleep.as_str()), ("post_logout_redirect_uri", BYE)],
        vec![("id_token_hint", of_shop.as_str()), ("client_id", "desk")],
        vec![("id_token_hint", of_shop.as_str()), ("post_logout_redirect_uri", "https://evil.example/")],
    ] {
        let answer = ask(&mut browser, &fields).await;
        assert_eq!(answer.status, 400, "{fields:?}: {}", answer.text);
        assert!(!answer.text.contains("evil.example") && answer.header("location").is_none());
        assert!(lives(&server, &guid).await && browser.held().is_some());
    }
    // Without a session nobody vouches for whoever only names an application.
    let mut stranger = Browser::of(&server);
    let answer = ask(&mut stranger, &[("client_id", "shop"), ("post_logout_redirect_uri", BYE)]).await;
    assert!(answer.status == 200 && !answer.text.contains("shop.example.com"), "{}", answer.text);
}

#[tokio::test]
async fn a_form_of_an_application_goes_on_by_get_and_a_forged_yes_ends_nothing() {
    let server = with_applications().await;
    let mut browser = Browser::signed_in(&server, "ada", ADA_PASSCODE).await;
    let (guid, hint) = (browser.guid(), hint(&browser, "shop").await);
    let mut elsewhere = Browser::of(&server);
    let sent = elsewhere.post("/oauth/logout", &[("id_token_hint", &hint), ("post_logout_redirect_uri", BYE), ("other", "x")]).await;
    let path = led_to(&sent).to_owned();
    assert!(path.starts_with("/oauth/logout?id_token_hint=") && !path.contains("other"), "{path}");
    let asked = ask(&mut browser, &[]).await;
    let token = form_token(&asked);
    for forged in ["", "AAAA", &token[1..]] {
        assert_eq!(browser.post("/oauth/logout/confirm", &[("form_token", forged)]).await.status, 403, "{forged}");
    }
    let mut foreign = browser.request("POST", "/oauth/logout/confirm", form(&[("form_token", &token)]));
    foreign.headers_mut().insert("sec-fetch-site", HeaderValue::from_static("cross-site"));
    assert_eq!(browser.send(foreign).await.status, 403);
    assert!(lives(&server, &guid).await);
    assert_eq!(led_to(&browser.get(&path).await), BYE);
    assert!(!lives(&server, &guid).await);
}
