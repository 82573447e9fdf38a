//! Who is not let in.

use serde_json::json;

use super::{ask, cookie, given, key, question, scene, token, why};
use crate::browser::Browser;
use crate::support::{Server, Setup};

const NOBODYS: &str = "01234567-89ab-cdef-0123-456789abcdef";

#[tokio::test]
async fn nobody_is_nobody() {
    let server = scene().await;
    assert_eq!(why(&ask(&server, "", &[]).await), (401, "no-credential"));
    let cookie = cloakroom_engine::secret::SessionSecret::from_bytes([7; 16]).cookie_value();
    let cookie = format!("__Host-cloakroom={}", &*cookie);
    let guid = format!("Session {NOBODYS}");
    for shown in
        [("cookie", cookie.as_str()), ("authorization", "Bearer nonsense"), ("authorization", &guid), ("x-api-key", "clk_nonsense")]
    {
        let answer = ask(&server, "", &[shown]).await;
        assert_eq!((why(&answer), answer.header("www-authenticate")), ((401, "bad-credential"), Some("Bearer")), "{shown:?}");
    }
}

/// A credential that is bad is not passed over for a good one of a later kind.
#[tokio::test]
async fn the_first_kind_that_is_shown_decides() {
    let server = scene().await;
    let (ada, bob) = (cookie(&server, "ada").await, cookie(&server, "bob").await);
    let guid = format!("Session {}", server.open("ada@example.com").await.bearer);
    let (key, account) = key(&server).await;
    let bearer = format!("Bearer {}", token(&server, "bob").await);
    for (shown, who) in [
        (&[("authorization", bearer.as_str()), ("x-api-key", "clk_x"), ("cookie", &ada)][..], "bob"),
        (&[("x-api-key", &key), ("cookie", &ada), ("authorization", &guid)], account.as_str()),
        (&[("cookie", &bob), ("authorization", &guid)], "bob"),
        (&[("authorization", "Basic YTpi"), ("cookie", &ada)], "ada"),
        (&[("authorization", "Bearer x"), ("cookie", &ada)], ""),
        (&[("authorization", "Bearer"), ("cookie", &ada)], ""),
        (&[("x-api-key", "clk_x"), ("cookie", &ada)], ""),
        (&[("x-api-key", &key), ("x-api-key", &key), ("cookie", &ada)], ""),
        (&[("cookie", "__Host-cloakroom=x"), ("authorization", &guid)], ""),
        (&[("cookie", &ada), ("cookie", &bob)], ""),
        (&[("authorization", &guid), ("authorization", &bearer)], ""),
    ] {
        let answer = ask(&server, "", shown).await;
        let expected = if who.is_empty() { (401, "bad-credential") } else { (200, "") };
        assert_eq!((why(&answer), answer.header("remote-user").unwrap_or_default()), (expected, who), "{shown:?}");
    }
}

#[tokio::test]
async fn a_cookie_holds_a_session_of_a_browser_and_no_other() {
    let server = scene().await;
    let guid = server.open("ada@example.com").await.bearer;
    let bytes = cloakroom_engine::ids::parse_guid(&guid).unwrap();
    let cookie = format!("__Host-cloakroom={}", &*cloakroom_engine::secret::SessionSecret::from_bytes(bytes).cookie_value());
    assert_eq!(ask(&server, "", &[("cookie", &cookie)]).await.status, 401);
    let reference = format!("Session {}", server.open("ada@example.com").await.reference);
    assert_eq!(ask(&server, "", &[("authorization", &reference)]).await.status, 401, "a reference opens nothing");
}

#[tokio::test]
async fn an_application_within_a_session_is_not_its_user() {
    let server = scene().await;
    let login = token(&server, "ada").await;
    let exchange = format!(
        "grant_type=urn:ietf:params:oauth:grant-type:token-exchange&subject_token={login}&subject_token_type=urn:ietf:params:oauth:token-type:access_token"
    );
    let delegate = format!("Bearer {}", given(&server, "portal", &exchange).await);
    for query in ["", "?scope=profile", "?role=ACME:owner"] {
        assert_eq!(why(&ask(&server, query, &[("authorization", &delegate)]).await), (403, "application-within-session"), "{query}");
    }
}

#[tokio::test]
async fn who_has_a_password_to_choose_chooses_it_first() {
    let server = Server::empty(Setup::default());
    server.engine.refresh_signing_keys().await.unwrap();
    server.engine.create_first_administrator("one-time-password-of-root".to_owned()).await.unwrap().unwrap();
    let mut browser = Browser::of(&server);
    browser.sign_in("/login", "admin", "one-time-password-of-root").await;
    let cookie = format!("__Host-cloakroom={}", browser.held().unwrap());
    let answer = ask(&server, "", &[("cookie", &cookie)]).await;
    assert_eq!((why(&answer), answer.header("location")), ((401, "password-due"), Some("https://cloakroom.test/login")));
    let guid = format!("Session {}", browser.guid());
    let answer = ask(&server, "", &[("authorization", &guid)]).await;
    assert_eq!((why(&answer), answer.header("location")), ((403, "password-due"), None));
    let body = json!({ "username": "admin", "password": "one-time-password-of-root" });
    let login = server.send(crate::support::call("POST", "/user/login", body.to_string())).await;
    let bearer = format!("Bearer {}", login.body["accessToken"].as_str().unwrap());
    assert_eq!(why(&ask(&server, "", &[("authorization", &bearer)]).await), (403, "password-due"));
}

#[tokio::test]
async fn what_the_server_refuses_of_itself_is_one_of_four_answers() {
    let server = scene().await;
    let large = question("", &[("x-large", &"x".repeat(70_000))]);
    let answer = server.send(large).await;
    assert_eq!(why(&answer), (403, "head-too-large"), "{}", answer.text);
    let full = Server::empty(Setup { max_in_flight: 0, ..Setup::default() });
    let answer = full.send(question("", &[])).await;
    assert_eq!((why(&answer), answer.header("retry-after")), ((503, "unavailable"), Some("1")), "{}", answer.text);
    // Nobody can tell: nobody is let in.
    let cookie = cookie(&server, "ada").await;
    server.database.shutdown();
    server.pass(4000);
    let answer = ask(&server, "", &[("cookie", &cookie)]).await;
    assert_eq!((why(&answer), answer.header("retry-after")), ((503, "unavailable"), Some("1")), "{}", answer.text);
}
