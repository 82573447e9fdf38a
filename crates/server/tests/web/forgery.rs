//! Forms that other sites send, and cookies that other hosts put there.

use axum::http::{Request, header};

use crate::browser::{Browser, form, form_token, led_to};
use crate::support::{ADA_PASSCODE, Answer, BOB, Server, call};

const BOB_PASSCODE: &str = "Battery-staple-8";

type Fields = &'static [(&'static str, &'static str)];

/// Every form: its page, where it goes, and the fields that make it do something.
const FORMS: [(&str, &str, Fields); 3] = [
    ("/logout", "/logout", &[]),
    ("/account", "/logout", &[]),
    ("/login/password", "/login/password", &[("password", ADA_PASSCODE), ("new_password", "Another-staple-9")]),
];

async fn is_untouched(browser: &mut Browser<'_>, answer: &Answer) {
    assert_eq!(answer.status, 403, "{}", answer.text);
    assert_eq!(answer.headers.get_all(header::SET_COOKIE).iter().count(), 0);
    assert!(browser.get("/account").await.text.contains("<dd>ada</dd>"));
    assert_eq!(
        browser.server.opened(serde_json::json!({ "email": crate::support::ADA, "passcode": ADA_PASSCODE })).await["status"],
        "active"
    );
}

#[tokio::test]
async fn a_form_without_the_token_of_its_session_does_nothing() {
    let server = Server::start().await;
    let mut ada = Browser::signed_in(&server, "ada", ADA_PASSCODE).await;
    let mut bob = Browser::signed_in(&server, "bob", BOB_PASSCODE).await;
    let of_a_sign_in = form_token(&Browser::of(&server).get("/login").await);
    for (page, target, fields) in FORMS {
        let of_another = form_token(&bob.get(page).await);
        for token in ["", "AAAA", of_another.as_str(), of_a_sign_in.as_str()] {
            let fields: Vec<_> = fields.iter().copied().chain([("form_token", token)]).collect();
            let answer = ada.post(target, &fields).await;
            is_untouched(&mut ada, &answer).await;
        }
        let answer = ada.post(target, fields).await;
        is_untouched(&mut ada, &answer).await;
    }
}

#[tokio::test]
async fn a_form_that_another_site_sends_does_nothing_even_with_the_token() {
    let server = Server::start().await;
    let mut ada = Browser::signed_in(&server, "ada", ADA_PASSCODE).await;
    let hostile: [&[(&str, &str)]; 5] = [
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "none")],
        &[("origin", "https://evil.test")],
        &[("origin", "null")],
    ];
    for (page, target, fields) in FORMS {
        let token = form_token(&ada.get(page).await);
        for headers in hostile {
            let fields: Vec<_> = fields.iter().copied().chain([("form_token", token.as_str())]).collect();
            let mut request = ada.request("POST", target, form(&fields));
            request.headers_mut().remove("sec-fetch-site");
            for (name, value) in headers {
                request.headers_mut().insert(*name, value.parse().unwrap());
            }
            let answer = ada.send(request).await;
            is_untouched(&mut ada, &answer).await;
        }
    }
}

#[tokio::test]
async fn nobody_is_signed_in_as_somebody_else() {
    let server = Server::start().await;
    // The attacker has a page of their own, and its token.
    let mut attacker = Browser::of(&server);
    let token = form_token(&attacker.get("/login").await);
    let fields = [("username", "bob"), ("password", BOB_PASSCODE), ("form_token", token.as_str())];
    let mut victim = Browser::of(&server);
    for victim_has_a_page in [false, true] {
        if victim_has_a_page {
            victim.get("/login").await;
        }
        let answer = victim.post("/login", &fields).await;
        assert!(answer.status == 403 && victim.held().is_none(), "{}", answer.text);
        let mut forged = victim.request("POST", "/login", form(&fields));
        forged.headers_mut().insert("sec-fetch-site", "cross-site".parse().unwrap());
        assert_eq!(victim.send(forged).await.status, 403);
        assert!(victim.held().is_none());
    }
    // With the flow that belongs to it, the page of the attacker's own site is still another site's.
    let mut planted = attacker.request("POST", "/login", form(&fields));
    planted.headers_mut().insert("sec-fetch-site", "same-site".parse().unwrap());
    assert!(attacker.send(planted).await.status == 403 && attacker.held().is_none());
    assert_eq!(led_to(&attacker.post("/login", &fields).await), "/");
}

#[tokio::test]
async fn a_page_that_was_open_for_too_long_asks_again() {
    let server = Server::start().await;
    let mut browser = Browser::of(&server);
    let token = form_token(&browser.get("/login?return_to=/console").await);
    server.pass(600);
    let answer = browser.post("/login", &[("username", "ada"), ("password", ADA_PASSCODE), ("form_token", &token)]).await;
    assert!(answer.status == 403 && answer.text.contains("open for too long") && !answer.text.contains("ada"), "{}", answer.text);
    let fields = [("username", "ada"), ("password", ADA_PASSCODE), ("form_token", &form_token(&answer))];
    assert_eq!(led_to(&browser.post("/login", &fields).await), "/");
}

#[tokio::test]
async fn pages_of_several_tabs_stay_good() {
    let server = Server::start().await;
    let mut browser = Browser::of(&server);
    let first = form_token(&browser.get("/login").await);
    browser.get("/login").await;
    assert_eq!(led_to(&browser.post("/login", &[("username", "ada"), ("password", ADA_PASSCODE), ("form_token", &first)]).await), "/");
}

#[tokio::test]
async fn cookies_that_stand_twice_are_nobodys() {
    let server = Server::start().await;
    let ada = Browser::signed_in(&server, "ada", ADA_PASSCODE).await;
    let bob = Browser::signed_in(&server, "bob", BOB_PASSCODE).await;
    let (mine, tossed) = (ada.held().unwrap(), bob.held().unwrap());
    let asked = async |cookie: String| {
        let request: Request<_> = {
            let mut request = call("GET", "/account", "");
            request.headers_mut().insert(header::COOKIE, cookie.parse().unwrap());
            request
        };
        server.send(request).await.status
    };
    assert_eq!(asked(format!("__Host-cloakroom={mine}")).await, 200);
    for cookies in [
        format!("__Host-cloakroom={mine}; __Host-cloakroom={tossed}"),
        format!("__Host-cloakroom={tossed}; __Host-cloakroom={mine}"),
        format!("__Host-cloakroom={mine}; __Host-cloakroom="),
    ] {
        assert_eq!(asked(cookies).await, 303);
    }
    // What another host of the domain can put there has another name.
    for name in ["cloakroom", "__Secure-cloakroom", "__host-cloakroom", "__Host-cloakroom-flow"] {
        assert_eq!(asked(format!("{name}={mine}")).await, 303, "{name}");
    }
}

#[tokio::test]
async fn a_cookie_is_the_secret_of_a_browsers_session_and_of_nothing_else() {
    let server = Server::start().await;
    let guid = server.ada().await;
    let bytes = cloakroom_engine::ids::parse_guid(&guid).unwrap();
    let mut browser = Browser::of(&server);
    let secret = cloakroom_engine::secret::SessionSecret::from_bytes(bytes);
    browser.cookies.insert("__Host-cloakroom".into(), secret.cookie_value().to_string());
    assert_eq!(led_to(&browser.get("/").await), "/login");
    let opened = server.opened(serde_json::json!({ "email": BOB, "passcode": BOB_PASSCODE })).await;
    for value in ["clb_", "x", opened["session_guid"].as_str().unwrap(), &"a".repeat(5000)] {
        browser.cookies.insert("__Host-cloakroom".into(), value.to_owned());
        assert_eq!(led_to(&browser.get("/").await), "/login");
    }
}
