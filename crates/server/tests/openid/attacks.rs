//! RFC 9700's list: what others have fallen for.

use crate::browser::{Browser, led_to};
use crate::scene::{CHALLENGE, PASSWORD, answered, callback, code, peopled, redeem, request};

#[tokio::test]
async fn nobody_is_sent_to_an_address_that_is_not_the_applications() {
    let server = peopled().await;
    let mut browser = Browser::signed_in(&server, "ada", PASSWORD).await;
    for address in [
        "https://evil.test/callback",
        "https://own.test/callback/",
        "https://own.test/callback?x=1",
        "https://own.test/callback#x",
        "https://own.test/callback/../evil",
        "https://own.test/CALLBACK",
        "https://own.test:443/callback",
        "https://own.test@evil.test/callback",
        "https://own.test.evil.test/callback",
        "http://own.test/callback",
        "//own.test/callback",
        "https://shop.test/callback",
        "javascript:alert(1)",
        "/",
    ] {
        let answer = browser.get(&request("own", &[("redirect_uri", address)])).await;
        assert_eq!(answer.status, 400, "{address}: {:?}", answer.header("location"));
        assert!(answer.header("location").is_none() && !answer.text.contains("evil"), "{}", answer.text);
    }
    for (client_id, more) in [("own", [("client_id", "nobody")]), ("own", [("client_id", "")]), ("own", [("redirect_uri", "")])] {
        let answer = browser.get(&request(client_id, &more)).await;
        assert!(answer.status == 400 && answer.text.contains("unknown"), "{more:?}: {}", answer.text);
    }
    for address in
        ["http://127.0.0.1:8123/other", "http://127.0.0.2:8123/callback", "http://localhost:8123/callback", "https://127.0.0.1/callback"]
    {
        let answer = browser.get(&request("native", &[("redirect_uri", address)])).await;
        assert_eq!(answer.status, 400, "{address}");
    }
}

#[tokio::test]
async fn a_page_of_ours_reflects_nothing_of_a_bad_request() {
    let server = peopled().await;
    let mut browser = Browser::of(&server);
    let answer = browser.get("/oauth/authorize?client_id=%3Cscript%3Ealert(1)%3C/script%3E&redirect_uri=https://evil.test&state=x").await;
    assert!(answer.status == 400 && !answer.text.contains("script") && !answer.text.contains("evil"), "{}", answer.text);
    assert_eq!(browser.get("/oauth/authorize").await.status, 400);
}

#[tokio::test]
async fn no_request_goes_without_its_challenge() {
    let server = peopled().await;
    let mut browser = Browser::signed_in(&server, "ada", PASSWORD).await;
    for more in [
        &[("code_challenge", ""), ("code_challenge_method", "")][..],
        &[("code_challenge_method", "plain")],
        &[("code_challenge_method", "")],
        &[("code_challenge", "abc")],
    ] {
        let pairs = answered(&browser.get(&request("own", more)).await, callback("own"));
        assert_eq!(pairs["error"], "invalid_request", "{more:?}");
    }
    // Nor is a code redeemed without the verifier, by whomever.
    let code = code(&mut browser, "own", &[]).await;
    assert_eq!(redeem(&server, "own", &code, &[("code_verifier", "")]).await.body["error"], "invalid_request");
    assert_eq!(redeem(&server, "own", &code, &[("code_verifier", CHALLENGE)]).await.body["error"], "invalid_grant");
}

#[tokio::test]
async fn a_code_of_the_attackers_is_of_no_use_in_another_flow() {
    let server = peopled().await;
    let mut attacker = Browser::signed_in(&server, "cleo", PASSWORD).await;
    // Asked for by the attacker's own application run, with a challenge that the attacker chose.
    let injected = code(&mut attacker, "own", &[("code_challenge", "qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqo")]).await;
    let answer = redeem(&server, "own", &injected, &[]).await;
    assert_eq!((answer.status, &answer.body["error"]), (400, &serde_json::json!("invalid_grant")), "the victim's verifier is another");
}

#[tokio::test]
async fn a_parameter_that_stands_twice_is_refused() {
    let server = peopled().await;
    let mut browser = Browser::signed_in(&server, "ada", PASSWORD).await;
    for (twice, is_told) in [
        ("scope=openid", true),
        ("state=b", true),
        ("code_challenge=x", true),
        ("client_id=shop", false),
        ("redirect_uri=https%3A%2F%2Fevil.test", false),
    ] {
        let answer = browser.get(&format!("{}&{twice}", request("own", &[]))).await;
        if is_told {
            assert_eq!(answered(&answer, callback("own"))["error"], "invalid_request", "{twice}");
        } else {
            assert_eq!(answer.status, 400, "{twice}");
        }
    }
}

#[tokio::test]
async fn an_answer_says_whose_it_is() {
    let server = peopled().await;
    let mut browser = Browser::signed_in(&server, "ada", PASSWORD).await;
    // `answered` looks at `iss` of each, errors included (RFC 9207).
    answered(&browser.get(&request("own", &[])).await, callback("own"));
    answered(&browser.get(&request("own", &[("response_type", "token")])).await, callback("own"));
    let metadata = server.send(crate::support::call("GET", "/.well-known/openid-configuration", "")).await;
    assert_eq!(metadata.body["authorization_response_iss_parameter_supported"], true);
    assert_eq!(metadata.body["code_challenge_methods_supported"], serde_json::json!(["S256"]));
}

#[tokio::test]
async fn other_sites_have_nobody_signed_in_or_let_in() {
    let server = peopled().await;
    let mut browser = Browser::signed_in(&server, "ada", PASSWORD).await;
    // A link of another site begins it, as it should: what is let in without a question is one of our own.
    let mut linked = browser.request("GET", &request("shop", &[]), String::new());
    linked.headers_mut().insert("sec-fetch-site", "cross-site".parse().unwrap());
    let page = browser.send(linked).await;
    assert!(page.status == 200 && page.text.contains("The shop asks for access"), "asked, not let in: {}", page.text);
}

#[tokio::test]
async fn what_an_anonymous_visitor_does_writes_nothing() {
    let server = peopled().await;
    let written = || {
        let stats = server.database.stats();
        (stats.commands, stats.batches)
    };
    let before = written();
    let mut browser = Browser::of(&server);
    for _ in 0..5 {
        let page = led_to(&browser.get(&request("shop", &[])).await).to_owned();
        browser.get(&page).await;
        browser.get(&request("shop", &[("redirect_uri", "https://evil.test")])).await;
        browser.get(&request("own", &[("prompt", "none")])).await;
    }
    assert_eq!(written(), before);
}
