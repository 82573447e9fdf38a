//! Taking back what an application was let have, on the page of the account: whatever it has of that within the user's sessions is dead.

use serde_json::json;

use crate::browser::{Browser, behind, form_token, led_to};
use crate::scene::{PASSWORD, code, is_active, of_client, peopled, redeem, request, tokens, user_info};
use crate::support::{Answer, Server, call};

/// The ids of the applications that the user let in, as the page names them.
fn let_in(page: &Answer) -> Vec<String> {
    page.text.split("name=\"application\" value=\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

async fn take_back(browser: &mut Browser<'_>, application: &str) -> Answer {
    let token = form_token(&browser.get("/account").await);
    browser.post("/account/consents/withdraw", &[("application", application), ("form_token", &token)]).await
}

async fn is_alive(server: &Server, got: &serde_json::Value) -> bool {
    user_info(server, &got["access_token"]).await.status == 200
}

#[tokio::test]
async fn what_the_application_has_dies_in_all_sessions_of_the_user_and_nothing_else_does() {
    let server = peopled().await;
    let mut browser = Browser::signed_in(&server, "ada", PASSWORD).await;
    let mut phone = Browser::signed_in(&server, "ada", PASSWORD).await;
    let mut cleo = Browser::signed_in(&server, "cleo", PASSWORD).await;
    let scope = "openid email offline_access";
    let gone = [tokens(&mut browser, "shop", scope).await, tokens(&mut phone, "shop", scope).await];
    let kept = [tokens(&mut browser, "own", "openid offline_access").await, tokens(&mut cleo, "shop", scope).await];
    let open = code(&mut phone, "shop", &[("scope", scope)]).await;
    for got in gone.iter().chain(&kept) {
        assert!(is_alive(&server, got).await);
    }
    assert!(is_active(&server, &gone[0]["access_token"]).await && is_active(&server, &gone[1]["refresh_token"]).await);
    let page = browser.get("/account").await;
    for text in ["The shop", "read your email address", "stay signed in as long as this session lasts", "Take back access: The shop"] {
        assert!(page.text.contains(text), "{text}: {}", page.text);
    }
    assert!(page.text.contains("<span class=\"line\">The own</span>"), "it stands beside its session: {}", page.text);
    let [shop] = let_in(&page).try_into().unwrap();

    assert_eq!(led_to(&take_back(&mut browser, &shop).await), "/account?notice=withdrawn");
    for got in &gone {
        assert!(!is_alive(&server, got).await);
        assert!(!is_active(&server, &got["access_token"]).await && !is_active(&server, &got["refresh_token"]).await);
        let refreshed = [("grant_type", "refresh_token"), ("refresh_token", got["refresh_token"].as_str().unwrap())];
        assert_eq!(server.send(of_client("shop", "/oauth/token", &refreshed)).await.status, 400);
    }
    assert_eq!(redeem(&server, "shop", &open, &[]).await.status, 400, "a code that was still good");
    for got in &kept {
        assert!(is_alive(&server, got).await);
    }
    let page = browser.get("/account?notice=withdrawn").await;
    assert!(page.text.contains("Access is taken back.") && let_in(&page).is_empty(), "{}", page.text);
    assert!(!page.text.contains("The shop") && phone.get("/account").await.status == 200, "the sessions go on: {}", page.text);
    // It asks before it gets in again.
    assert_eq!(phone.get(&request("shop", &[("scope", scope)])).await.status, 200);
    assert_eq!(led_to(&take_back(&mut browser, &shop).await), "/account?notice=no-consent", "once");
    // What was let in anew lives.
    assert!(is_alive(&server, &tokens(&mut phone, "shop", scope).await).await);
}

/// A call of `/api/v1/me/consents…` by a new login of the user.
async fn by_token(server: &Server, user: &str, method: &str, application: &str) -> Answer {
    let login = json!({ "username": user, "password": PASSWORD }).to_string();
    let login = server.send(call("POST", "/user/login", login)).await;
    let path = format!("/api/v1/me/consents{application}");
    let mut asked = call(method, &path, "");
    let bearer = format!("Bearer {}", login.body["accessToken"].as_str().unwrap());
    asked.headers_mut().insert("authorization", bearer.parse().unwrap());
    server.send(asked).await
}

#[tokio::test]
async fn programs_of_the_user_see_and_take_back_the_same() {
    let server = peopled().await;
    let mut browser = Browser::signed_in(&server, "ada", PASSWORD).await;
    let got = tokens(&mut browser, "shop", "openid email").await;
    let kept = tokens(&mut browser, "own", "openid").await;
    let listed = by_token(&server, "ada", "GET", "").await;
    let [consent] = listed.body["data"].as_array().unwrap().as_slice() else { panic!("{}", listed.text) };
    let [shop] = let_in(&browser.get("/account").await).try_into().unwrap();
    assert_eq!(consent["application_id"], shop);
    assert_eq!((&consent["name"], &consent["scopes"]), (&json!("The shop"), &json!(["openid", "email"])));
    assert!(consent["given_at"].as_str().unwrap().ends_with('Z'), "{consent}");
    assert_eq!(by_token(&server, "cleo", "GET", "").await.body["data"], json!([]));
    // What is another's, nobody's and no id is one answer, and takes nothing back.
    for (user, application) in [("cleo", shop.as_str()), ("ada", "app_01J8ZQ4N6WQ3V0R5T7Y9B1D3F5"), ("ada", "app_"), ("ada", "%ff")] {
        let refused = by_token(&server, user, "DELETE", &format!("/{application}")).await;
        assert_eq!((refused.status, &refused.body), (404, &json!({ "detail": "Not found." })), "{user} {application}");
    }
    // An application within the session takes nothing back, and sees nothing.
    for method in ["GET", "DELETE"] {
        let path = if method == "GET" { "/api/v1/me/consents".to_owned() } else { format!("/api/v1/me/consents/{shop}") };
        let mut asked = call(method, &path, "");
        asked.headers_mut().insert("authorization", format!("Bearer {}", got["access_token"].as_str().unwrap()).parse().unwrap());
        assert_eq!(server.send(asked).await.status, 403, "{method}");
    }
    assert!(is_alive(&server, &got).await);
    assert_eq!(by_token(&server, "ada", "DELETE", &format!("/{shop}")).await.status, 204);
    assert!(!is_alive(&server, &got).await && is_alive(&server, &kept).await);
    assert_eq!(by_token(&server, "ada", "DELETE", &format!("/{shop}")).await.status, 404, "once");
    assert_eq!(by_token(&server, "ada", "GET", "").await.body["data"], json!([]));
}

#[tokio::test]
async fn nobody_takes_back_for_somebody_else() {
    let server = peopled().await;
    let mut ada = Browser::signed_in(&server, "ada", PASSWORD).await;
    let got = tokens(&mut ada, "shop", "openid offline_access").await;
    let shop = behind(&ada.get("/account").await.text, "name=\"application\" value=\"").to_owned();
    let mut cleo = Browser::signed_in(&server, "cleo", PASSWORD).await;
    for application in [shop.as_str(), "app_01J8ZQ4N6WQ3V0R5T7Y9B1D3F5", "app_", ""] {
        assert_eq!(led_to(&take_back(&mut cleo, application).await), "/account?notice=no-consent", "{application}");
    }
    assert!(is_alive(&server, &got).await);
}

/// Consent is looked at once more in the transaction that keeps a code.
#[tokio::test]
async fn a_code_that_is_on_its_way_does_not_outlive_the_consent() {
    let server = peopled().await;
    let mut browser = Browser::signed_in(&server, "ada", PASSWORD).await;
    tokens(&mut browser, "shop", "openid").await;
    let shop = behind(&browser.get("/account").await.text, "name=\"application\" value=\"").to_owned();
    let token = form_token(&browser.get("/account").await);
    let asked = browser.request("GET", &request("shop", &[]), String::new());
    let mut closed = server.database.gate.close();
    let mut sent = Box::pin(server.send(asked));
    tokio::select! {
        answer = &mut sent => panic!("no code is kept: {}", answer.text),
        () = closed.reached() => {}
    }
    let fields = [("application", shop.as_str()), ("form_token", token.as_str())];
    assert_eq!(led_to(&browser.post("/account/consents/withdraw", &fields).await), "/account?notice=withdrawn");
    closed.open();
    let led = sent.await;
    assert!(led_to(&led).starts_with("/oauth/authorize?"), "looked at anew: {}", led_to(&led));
    assert_eq!(browser.get(led_to(&led)).await.status, 200, "and so the user is asked");
}

#[tokio::test]
async fn an_application_is_called_by_text() {
    let server = peopled().await;
    let mut browser = Browser::signed_in(&server, "ada", PASSWORD).await;
    tokens(&mut browser, "shop", "openid").await;
    server.apply(&json!({ "applications": [{ "client_id": "shop", "name": "<b>Shop</b> \" & co" }] })).await;
    let page = browser.get("/account").await;
    assert!(!page.text.contains("<b>") && page.text.contains("&#60;b&#62;Shop"), "{}", page.text);
}
