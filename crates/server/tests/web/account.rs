//! `/account`: people see where they are signed in, end it, name it. Consent is taken back in the suite of the OpenID provider.

use serde_json::json;

use crate::browser::{Browser, form, form_token, led_to};
use crate::support::{ADA, ADA_PASSCODE, Answer, BOB, Server, Setup, call};

const BOB_PASSCODE: &str = "Battery-staple-8";
const TO_SIGN_IN: &str = "/login?return_to=%2Faccount";

/// The rows of the sessions on a page, each from its id on.
fn rows(page: &Answer) -> Vec<&str> {
    assert_eq!(page.status, 200, "{}", page.text);
    let sessions = page.text.split("<section aria-labelledby=\"consents\">").next().unwrap();
    sessions.split("data-session=\"").skip(1).collect()
}

fn ids(page: &Answer) -> Vec<String> {
    rows(page).into_iter().map(id).collect()
}

fn id(row: &str) -> String {
    row.split('"').next().unwrap().to_owned()
}

/// The id of the one session beside that of the browser.
async fn other(browser: &mut Browser<'_>) -> String {
    let page = browser.get("/account").await;
    let others: Vec<_> = rows(&page).into_iter().filter(|row| !row.contains("class=\"mark\"")).map(id).collect();
    let [other] = others.try_into().unwrap();
    other
}

async fn send(browser: &mut Browser<'_>, form: &str, fields: &[(&str, &str)]) -> Answer {
    let token = form_token(&browser.get("/account").await);
    let fields: Vec<_> = fields.iter().copied().chain([("form_token", token.as_str())]).collect();
    browser.post(&format!("/account/{form}"), &fields).await
}

async fn lives(server: &Server, guid: &str) -> bool {
    server.with_guid("session/validate", guid).await.status == 200
}

async fn caption(server: &Server, guid: &str) -> serde_json::Value {
    server.with_guid("session/get", guid).await.data()["caption"].clone()
}

#[tokio::test]
async fn the_sessions_of_every_surface_are_shown_and_this_one_is_marked() {
    let server = Server::start().await;
    server.engine.refresh_signing_keys().await.unwrap();
    let login = json!({ "username": "ada", "password": ADA_PASSCODE }).to_string();
    assert_eq!(server.send(call("POST", "/user/login", login)).await.status, 200);
    server.pass(7200);
    let guid = server.open_as(ADA, Some("Till 4"), None).await.bearer;
    server.bob().await;
    let mut browser = Browser::signed_in(&server, "ada", ADA_PASSCODE).await;
    server.pass(60);
    let page = browser.get("/account").await;
    let rows = rows(&page);
    assert_eq!(rows.len(), 3, "{}", page.text);
    let [this, till, app] = [rows[0], rows[1], rows[2]];
    assert!(this.contains("This device</span>") && this.contains("on this site") && !this.contains("/account/sessions/end\""), "{this}");
    assert!(
        till.contains("Till 4") && till.contains("in an app") && till.contains("aria-label=\"Sign out: Till 4, Unknown place\""),
        "{till}"
    );
    assert!(app.contains("Unknown device") && app.contains("in an app, by login") && app.contains("192.0.2.7"), "{app}");
    assert!(app.contains("title=\"2026-01-02 03:04:05 UTC\">2 hours ago</time>"), "{app}");
    assert!(this.contains(">1 minute ago</time>"), "{this}");
    assert!(page.text.contains("2 other sessions end at once"), "{}", page.text);
    assert!(lives(&server, &guid).await);
    // It is looked at in German, too.
    browser.language = "de";
    let page = browser.get("/account").await;
    assert!(page.text.contains("<h1>Ihr Konto</h1>") && page.text.contains("Unbekanntes Gerät") && page.text.contains("vor 2 Stunden"));
}

/// It is data about the user, so the user sees it; and no browser writes it.
#[tokio::test]
async fn what_applications_keep_with_a_session_is_shown_and_no_browser_keeps_anything() {
    let server = Server::start().await;
    let metadata = json!({ "tier": "<b>gold</b>", "seats": [1, 2], "long": "x".repeat(200) });
    server.opened(json!({ "email": ADA, "passcode": ADA_PASSCODE, "metadata": metadata })).await;
    let mut browser = Browser::signed_in(&server, "ada", ADA_PASSCODE).await;
    let page = browser.get("/account").await;
    let rows = rows(&page);
    let [this, other] = [true, false].map(|is_this| *rows.iter().find(|row| row.contains("class=\"mark\"") == is_this).unwrap());
    assert!(!this.contains("class=\"kept\""), "{this}");
    let shortened = format!("<dd>{}…</dd>", "x".repeat(120));
    for text in ["Data of applications", "<dt>tier</dt>", "&#60;b&#62;gold&#60;/b&#62;", "<dd>[1,2]</dd>", &shortened] {
        assert!(other.contains(text), "{text}: {other}");
    }
    browser.language = "de";
    assert!(browser.get("/account").await.text.contains("Daten von Anwendungen"));
    let body = json!({ "session_guid": browser.guid(), "metadata": { "tier": "gold" }, "metadata_edition": 0 });
    assert_eq!(server.usm("session/update", &body).await.refusal(), (403, "session-held-by-browser"));
    assert_eq!(server.with_guid("session/get", &browser.guid()).await.data()["metadata"], json!({}));
}

#[tokio::test]
async fn whoever_is_signed_in_nowhere_else_is_told_so() {
    let server = Server::start().await;
    let mut browser = Browser::signed_in(&server, "ada", ADA_PASSCODE).await;
    let page = browser.get("/account").await;
    assert!(page.text.contains("You are signed in here and nowhere else.") && page.text.contains("You have let no application in."));
    assert!(!page.text.contains("end-others") && rows(&page).len() == 1, "{}", page.text);
    assert!(page.text.contains("href=\"/login/password\""), "{}", page.text);
    server.ada().await;
    assert!(browser.get("/account").await.text.contains("One other session ends at once"));
}

#[tokio::test]
async fn what_is_ended_is_dead_at_once_and_ends_once() {
    let server = Server::start().await;
    let guid = server.ada().await;
    let mut browser = Browser::signed_in(&server, "ada", ADA_PASSCODE).await;
    let session = other(&mut browser).await;
    assert!(lives(&server, &guid).await);
    let ended = send(&mut browser, "sessions/end", &[("session", &session)]).await;
    assert_eq!(led_to(&ended), "/account?notice=ended");
    assert_eq!(server.with_guid("session/validate", &guid).await.refusal(), (401, "session-doomed"));
    let page = browser.get(led_to(&ended)).await;
    assert!(page.text.contains("role=\"status\">That device is signed out.</p>") && rows(&page).len() == 1, "{}", page.text);
    let again = send(&mut browser, "sessions/end", &[("session", &session)]).await;
    assert_eq!(led_to(&again), "/account?notice=no-session");
    // Its own session ends like any other.
    let own = ids(&browser.get("/account").await)[0].clone();
    assert_eq!(led_to(&send(&mut browser, "sessions/end", &[("session", &own)]).await), "/account?notice=ended");
    assert_eq!(led_to(&browser.get("/account?notice=ended").await), TO_SIGN_IN);
}

#[tokio::test]
async fn somebody_elses_session_is_like_none() {
    let server = Server::start().await;
    let (bobs, mut bob) = (server.bob().await, Browser::signed_in(&server, "bob", BOB_PASSCODE).await);
    let session = other(&mut bob).await;
    let mut ada = Browser::signed_in(&server, "ada", ADA_PASSCODE).await;
    for session in [session.as_str(), "ses_01J8ZQ4N6WQ3V0R5T7Y9B1D3F5", "ses_", "", "<b>"] {
        for (form, fields) in [("sessions/end", &[][..]), ("sessions/name", &[("caption", "Mine")][..])] {
            let answer = send(&mut ada, form, &[&[("session", session)], fields].concat()).await;
            assert_eq!(led_to(&answer), "/account?notice=no-session", "{form} {session}");
        }
    }
    assert!(lives(&server, &bobs).await && caption(&server, &bobs).await.is_null());
}

#[tokio::test]
async fn all_others_end_and_this_one_goes_on() {
    let server = Server::start().await;
    let guids = [server.ada().await, server.ada().await];
    let bobs = server.bob().await;
    let mut elsewhere = Browser::signed_in(&server, "ada", ADA_PASSCODE).await;
    let mut browser = Browser::signed_in(&server, "ada", ADA_PASSCODE).await;
    assert!(browser.get("/account").await.text.contains("3 other sessions end at once"));
    for _ in 0..2 {
        assert_eq!(led_to(&send(&mut browser, "sessions/end-others", &[]).await), "/account?notice=others-ended");
    }
    for guid in guids {
        assert_eq!(server.with_guid("session/validate", &guid).await.refusal(), (401, "session-doomed"));
    }
    assert_eq!(led_to(&elsewhere.get("/account").await), TO_SIGN_IN);
    assert!(lives(&server, &bobs).await && browser.get("/account").await.status == 200);
}

#[tokio::test]
async fn a_session_is_called_what_its_user_calls_it() {
    let server = Server::start().await;
    let guid = server.ada().await;
    let mut browser = Browser::signed_in(&server, "ada", ADA_PASSCODE).await;
    let session = other(&mut browser).await;
    // So that it is remembered under the caption that it has.
    assert!(lives(&server, &guid).await && caption(&server, &guid).await.is_null());
    let hostile = "\"><script>alert(1)</script> & co";
    for (typed, kept) in [("  At work ", json!("At work")), (hostile, json!(hostile)), (&"ü".repeat(256), json!("ü".repeat(256)))] {
        let named = send(&mut browser, "sessions/name", &[("session", &session), ("caption", typed)]).await;
        assert_eq!(led_to(&named), "/account?notice=named");
        assert_eq!(caption(&server, &guid).await, kept);
        assert_eq!(server.with_guid("session/validate", &guid).await.data()["caption"], kept, "memory has it, too");
        let page = browser.get(led_to(&named)).await;
        assert!(!page.text.contains("<script") && page.text.contains("The name is saved."), "{}", page.text);
    }
    for refused in ["x".repeat(257).as_str(), "bell\u{7}"] {
        let answer = send(&mut browser, "sessions/name", &[("session", &session), ("caption", refused)]).await;
        assert!(answer.status == 422 && answer.text.contains("at most 256 characters") && !answer.text.contains("bell"), "{}", answer.text);
    }
    assert_eq!(caption(&server, &guid).await, json!("ü".repeat(256)));
    send(&mut browser, "sessions/name", &[("session", &session), ("caption", "   ")]).await;
    assert!(caption(&server, &guid).await.is_null(), "nothing takes it away");
}

#[tokio::test]
async fn forms_that_are_not_ours_do_nothing() {
    let server = Server::start().await;
    let guid = server.ada().await;
    let mut browser = Browser::signed_in(&server, "ada", ADA_PASSCODE).await;
    let session = other(&mut browser).await;
    let own = form_token(&browser.get("/account").await);
    let of_bob = form_token(&Browser::signed_in(&server, "bob", BOB_PASSCODE).await.get("/account").await);
    for path in ["sessions/end", "sessions/end-others", "sessions/name", "consents/withdraw"] {
        for (token, sent_by) in [
            ("", ("sec-fetch-site", "same-origin")),
            (of_bob.as_str(), ("sec-fetch-site", "same-origin")),
            (own.as_str(), ("sec-fetch-site", "cross-site")),
            (own.as_str(), ("sec-fetch-site", "same-site")),
            (own.as_str(), ("origin", "https://evil.test")),
            (own.as_str(), ("origin", "null")),
        ] {
            let fields = [("session", session.as_str()), ("caption", "Forged"), ("application", "app_"), ("form_token", token)];
            let mut request = browser.request("POST", &format!("/account/{path}"), form(&fields));
            request.headers_mut().remove("sec-fetch-site");
            request.headers_mut().insert(sent_by.0, sent_by.1.parse().unwrap());
            let answer = browser.send(request).await;
            assert_eq!(answer.status, 403, "{path} {sent_by:?}: {}", answer.text);
        }
    }
    assert!(lives(&server, &guid).await && caption(&server, &guid).await.is_null());
    assert_eq!(browser.get("/account").await.status, 200);
}

/// Nobody, somebody who has to choose a password first, and the holder of a session that was born elsewhere.
#[tokio::test]
async fn only_whoever_is_signed_in_at_the_browser_has_an_account_there() {
    const ONCE: &str = "one-time-password-of-root";
    let server = Server::empty(Setup::default());
    server.engine.create_first_administrator(ONCE.to_owned()).await.unwrap().unwrap();
    server.apply(&json!({ "users": [{ "username": "ada", "email": ADA, "password": ADA_PASSCODE }] })).await;
    let guid = server.ada().await;
    let mut due = Browser::of(&server);
    due.sign_in("/login", "admin", ONCE).await;
    let token = form_token(&due.get("/login/password").await);
    let mut of_usm = Browser::of(&server);
    let secret = cloakroom_engine::secret::SessionSecret::from_bytes(cloakroom_engine::ids::parse_guid(&guid).unwrap());
    of_usm.cookies.insert("__Host-cloakroom".into(), secret.cookie_value().to_string());
    let of_secret = form_token(&of_usm.get("/logout").await);
    for (mut browser, token, led) in
        [(Browser::of(&server), String::new(), TO_SIGN_IN), (due, token, "/login/password"), (of_usm, of_secret, TO_SIGN_IN)]
    {
        assert_eq!(led_to(&browser.get("/account").await), led);
        for path in ["sessions/end", "sessions/end-others", "sessions/name", "consents/withdraw"] {
            let fields = [("session", "ses_01J8ZQ4N6WQ3V0R5T7Y9B1D3F5"), ("form_token", token.as_str())];
            assert_eq!(led_to(&browser.post(&format!("/account/{path}"), &fields).await), led, "{path}");
        }
    }
    assert!(lives(&server, &guid).await);
    // The way to a password leads back here.
    let mut root = Browser::of(&server);
    root.sign_in("/login", "admin", ONCE).await;
    root.get("/account").await;
    let chosen =
        root.fill_in("/login/password", &[("username", "admin"), ("password", ONCE), ("new_password", "Chosen-by-root-alone-1")]).await;
    assert_eq!(led_to(&chosen), "/account");
    assert_eq!(led_to(&Browser::of(&server).sign_in(TO_SIGN_IN, "ada", ADA_PASSCODE).await), "/account");
}

#[tokio::test]
async fn many_sessions_stand_on_pages_whose_place_is_in_the_address() {
    let server = Server::start().await;
    for _ in 0..24 {
        server.open(ADA).await;
    }
    server.open(BOB).await;
    server.pass(1);
    let mut browser = Browser::signed_in(&server, "ada", ADA_PASSCODE).await;
    let first = browser.get("/account").await;
    let older = crate::browser::behind(&first.text, "<a href=\"/account?cursor=");
    let older = format!("/account?cursor={older}");
    let second = browser.get(&older).await;
    let (mut shown, rest) = (ids(&first), ids(&second));
    assert_eq!((shown.len(), rest.len()), (20, 5));
    assert!(!second.text.contains("rel=\"next\"") && second.text.contains("<a href=\"/account\">Newest</a>"), "{}", second.text);
    assert!(second.text.contains("24 other sessions end at once"), "on every page: {}", second.text);
    let cursor = crate::browser::behind(&second.text, "name=\"cursor\" value=\"").to_owned();
    let ended = send(&mut browser, "sessions/end", &[("session", &rest[0]), ("cursor", &cursor)]).await;
    assert_eq!(led_to(&ended), format!("/account?notice=ended&cursor={cursor}"), "back to where it was");
    assert_eq!(ids(&browser.get(led_to(&ended)).await), rest[1..]);
    shown.extend(rest);
    shown.sort_unstable();
    shown.dedup();
    assert_eq!(shown.len(), 25, "each once");
    // The place of another list, of another user or of nobody is none here.
    let mut bob = Browser::signed_in(&server, "bob", BOB_PASSCODE).await;
    assert_eq!(led_to(&bob.get(&older).await), "/account");
    assert_eq!(ids(&browser.get("/account?cursor=%3Cb%3E").await).len(), 20);
    for notice in ["nonsense", "%3Cscript%3E"] {
        assert!(!browser.get(&format!("/account?notice={notice}")).await.text.contains("role=\"status\""));
    }
}
