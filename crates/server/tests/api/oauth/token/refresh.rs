//! The refresh token grant: for tokens that were issued to the client that asks.

use serde_json::json;

use super::{INACTIVE, active, call, exchanged, introspect, log_in, peopled, refresh_of, refused, tokens};

#[tokio::test]
async fn each_use_rotates_and_the_scope_narrows_and_never_widens() {
    let server = peopled().await;
    let (login, _) = log_in(&server, "ada").await;
    let (first, refresh) = exchanged(&server, "portal", &login).await;
    let answer = refresh_of(&server, "portal", &refresh, "&scope=mail").await;
    let (second, next) = tokens(&answer);
    assert_eq!((&answer.body["scope"], answer.body.get("issued_token_type")), (&json!("mail"), None));
    assert_ne!(next, refresh);
    assert_eq!(introspect(&server, "shop", &first).await.text, INACTIVE, "the previous access token is dead");
    assert_eq!(active(&server, "shop", &second).await["scope"], json!("mail"));
    refused(&refresh_of(&server, "portal", &next, "&scope=mail+calendar").await, 400, "invalid_scope");
    let whole = refresh_of(&server, "portal", &next, "").await;
    assert_eq!(whole.body["scope"], json!("profile mail"), "the refresh token keeps what it was given, a refused widening uses nothing up");
}

#[tokio::test]
async fn a_lost_answer_is_given_again_and_a_later_reuse_ends_the_session() {
    let server = peopled().await;
    let (login, _) = log_in(&server, "ada").await;
    let (_, refresh) = exchanged(&server, "portal", &login).await;
    let (_, next) = tokens(&refresh_of(&server, "portal", &refresh, "").await);
    server.pass(10);
    assert_eq!(tokens(&refresh_of(&server, "portal", &refresh, "").await).1, next);
    assert_eq!(active(&server, "shop", &login).await["active"], json!(true));
    server.pass(1);
    refused(&refresh_of(&server, "portal", &refresh, "").await, 400, "invalid_grant");
    for dead in [&login, &next] {
        assert_eq!(introspect(&server, "shop", dead).await.text, INACTIVE);
    }
}

#[tokio::test]
async fn nobody_redeems_what_was_issued_to_somebody_else() {
    let server = peopled().await;
    let (login, pair) = log_in(&server, "ada").await;
    let (access, refresh) = exchanged(&server, "portal", &login).await;
    let mut answers = Vec::new();
    for (client_id, token) in [
        ("shop", refresh.as_str()),
        ("platform", &refresh),
        ("zeta-shop", &refresh),
        ("portal", &pair),
        ("platform", &pair),
        ("portal", &access),
        ("portal", "clr_1_0_x_y"),
        ("portal", "nonsense"),
    ] {
        let answer = refresh_of(&server, client_id, token, "").await;
        refused(&answer, 400, "invalid_grant");
        answers.push(answer.text);
    }
    answers.dedup();
    assert_eq!(answers.len(), 1);
    let at_the_user_surface = async |shown: &str, refresh: &str| {
        let mut request = call("POST", "/user/refreshToken", json!({ "refreshToken": refresh }).to_string());
        request.headers_mut().insert("authorization", shown.parse().unwrap());
        server.send(request).await.status
    };
    for (shown, refresh) in [(&login, &refresh), (&access, &refresh), (&access, &pair)] {
        assert_eq!(at_the_user_surface(shown, refresh).await, 401);
    }
    assert_eq!(at_the_user_surface(&login, &pair).await, 200, "and nothing of it ended or was used up");
    tokens(&refresh_of(&server, "portal", &refresh, "").await);
}

#[tokio::test]
async fn an_application_that_refreshes_keeps_no_session_alive() {
    let server = peopled().await;
    let (login, _) = log_in(&server, "ada").await;
    let (_, mut refresh) = exchanged(&server, "portal", &login).await;
    for _ in 0..29 {
        server.pass(86_400);
        refresh = tokens(&refresh_of(&server, "portal", &refresh, "").await).1;
    }
    server.pass(86_400);
    refused(&refresh_of(&server, "portal", &refresh, "").await, 400, "invalid_grant");
}
