//! A code is redeemed once, within its minute, by the application that it was made for and nobody else.

use crate::browser::Browser;
use crate::scene::{PASSWORD, code, is_active, of_client, peopled, redeem, user_info};
use crate::support::Answer;

fn is_refused(answer: &Answer) {
    assert_eq!((answer.status, &answer.body["error"]), (400, &serde_json::json!("invalid_grant")), "{}", answer.text);
}

#[tokio::test]
async fn a_second_use_ends_what_the_first_gave() {
    let server = peopled().await;
    let mut browser = Browser::signed_in(&server, "ada", PASSWORD).await;
    let code = code(&mut browser, "shop", &[("scope", "openid offline_access")]).await;
    let first = redeem(&server, "shop", &code, &[]).await;
    let (access, refresh) = (&first.body["access_token"], &first.body["refresh_token"]);
    assert!(is_active(&server, access).await && is_active(&server, refresh).await);
    is_refused(&redeem(&server, "shop", &code, &[]).await);
    assert!(!is_active(&server, access).await && !is_active(&server, refresh).await);
    assert_eq!(user_info(&server, access).await.status, 401);
    let refreshed = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str().unwrap())];
    is_refused(&server.send(of_client("shop", "/oauth/token", &refreshed)).await);
    // The browser's session is not the application's: it goes on.
    assert!(browser.get("/account").await.text.contains("<dd>ada of ACME (ada)</dd>"));
}

#[tokio::test]
async fn of_many_at_once_at_most_one_has_tokens() {
    let server = peopled().await;
    let mut browser = Browser::signed_in(&server, "ada", PASSWORD).await;
    let code = code(&mut browser, "shop", &[]).await;
    let tries: Vec<_> = (0..8)
        .map(|_| {
            let (server, code) = (server.clone(), code.clone());
            tokio::spawn(async move { redeem(&server, "shop", &code, &[]).await })
        })
        .collect();
    let mut given = Vec::new();
    for tried in tries {
        let answer = tried.await.unwrap();
        if answer.status == 200 {
            given.push(answer.body["access_token"].clone());
        } else {
            is_refused(&answer);
        }
    }
    assert_eq!(given.len(), 1);
    assert!(!is_active(&server, &given[0]).await, "the others were replays");
}

#[tokio::test]
async fn a_code_is_of_one_application_one_address_and_one_verifier() {
    let server = peopled().await;
    let mut browser = Browser::signed_in(&server, "ada", PASSWORD).await;
    let code = code(&mut browser, "shop", &[]).await;
    for (client_id, more) in [
        ("own", &[][..]),
        ("own", &[("redirect_uri", "https://shop.test/callback")]),
        ("pages", &[]),
        ("shop", &[("redirect_uri", "https://shop.test/other?page=1")]),
        ("shop", &[("redirect_uri", "https://shop.test/callback/")]),
        ("shop", &[("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXK")]),
        ("shop", &[("code_verifier", "short")]),
    ] {
        is_refused(&redeem(&server, client_id, &code, more).await);
    }
    for missing in ["code", "redirect_uri", "code_verifier"] {
        let answer = redeem(&server, "shop", &code, &[(missing, "")]).await;
        assert_eq!((answer.status, &answer.body["error"]), (400, &serde_json::json!("invalid_request")), "{missing}: {}", answer.text);
    }
    let longer = format!("{code}x");
    for wrong in ["x", "cla_", &code[..code.len() - 1], &longer] {
        is_refused(&redeem(&server, "shop", wrong, &[]).await);
    }
    assert_eq!(redeem(&server, "shop", &code, &[]).await.status, 200, "none of this used it up");
}

#[tokio::test]
async fn a_code_lives_for_a_minute_and_dies_with_its_session() {
    let server = peopled().await;
    let mut browser = Browser::signed_in(&server, "ada", PASSWORD).await;
    let (early, late) = (code(&mut browser, "own", &[]).await, code(&mut browser, "own", &[]).await);
    server.pass(59);
    assert_eq!(redeem(&server, "own", &early, &[]).await.status, 200);
    server.pass(1);
    is_refused(&redeem(&server, "own", &late, &[]).await);
    let open = code(&mut browser, "own", &[]).await;
    browser.fill_in("/logout", &[]).await;
    is_refused(&redeem(&server, "own", &open, &[]).await);
}

#[tokio::test]
async fn what_an_application_loses_its_codes_lose() {
    let server = peopled().await;
    let mut browser = Browser::signed_in(&server, "ada", PASSWORD).await;
    let code = code(&mut browser, "own", &[]).await;
    let disabled = serde_json::json!({ "applications": [{ "client_id": "own", "status": "disabled" }] });
    server.apply(&disabled).await;
    let answer = redeem(&server, "own", &code, &[]).await;
    assert_eq!(answer.status, 401, "{}", answer.text);
    server.apply(&serde_json::json!({ "applications": [{ "client_id": "own", "status": "active" }] })).await;
    is_refused(&redeem(&server, "own", &code, &[]).await);
}
