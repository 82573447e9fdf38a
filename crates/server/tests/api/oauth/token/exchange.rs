//! Token exchange: an application within a user's session.

use serde_json::json;

use super::{
    ACCESS, GUID, INACTIVE, active, ask, exchange_of, exchanged, guid_of, introspect, log_in, peopled, refresh_of, refused, revoke, tokens,
    with_bearer,
};

const JWT: &str = "urn:ietf:params:oauth:token-type:jwt";

#[tokio::test]
async fn either_credential_of_a_live_session_is_taken_and_the_token_is_within_it() {
    let server = peopled().await;
    let (login, _) = log_in(&server, "ada").await;
    let guid = guid_of(&server, "ada@example.com").await;
    for (token, kind) in [(&login, ACCESS), (&login, JWT), (&guid, GUID)] {
        let answer = exchange_of(&server, "portal", token, kind, "").await;
        let (access, refresh) = tokens(&answer);
        assert_eq!((&answer.body["issued_token_type"], &answer.body["scope"]), (&json!(ACCESS), &json!("profile mail")), "{kind}");
        assert!(refresh.starts_with("clr_"));
        let claims = active(&server, "portal", &access).await;
        assert_eq!((&claims["active"], &claims["client_id"], &claims["scope"]), (&json!(true), &json!("portal"), &json!("profile mail")));
        assert!(claims["sub"].as_str().unwrap().starts_with("usr_"), "{claims}");
        if kind != GUID {
            assert_eq!(claims["sid"], active(&server, "shop", &login).await["sid"]);
        }
        let described = active(&server, "shop", &refresh).await;
        assert_eq!((&described["active"], &described["client_id"], &described["sid"]), (&json!(true), &json!("portal"), &claims["sid"]));
    }
    let asked = exchange_of(&server, "portal", &login, ACCESS, &format!("&requested_token_type={JWT}&scope=mail")).await;
    assert_eq!((&asked.body["issued_token_type"], &asked.body["scope"]), (&json!(JWT), &json!("mail")));
}

#[tokio::test]
async fn it_says_how_the_user_had_signed_in_and_nothing_where_nobody_did() {
    let server = peopled().await;
    let (login, refresh) = log_in(&server, "ada").await;
    let told = |claims: &serde_json::Value| ["auth_time", "acr", "amr"].map(|name| claims.get(name).cloned());
    let (of_login, began) = (active(&server, "shop", &login).await, server.engine.now().as_millis() / 1000);
    let proven = [json!(began), json!("aal1"), json!(["pwd"])].map(Some);
    server.pass(300);
    let (delegated, next) = exchanged(&server, "portal", &login).await;
    let (handed_on, _) = exchanged(&server, "platform", &delegated).await;
    server.pass(300);
    let (refreshed, last) = tokens(&refresh_of(&server, "portal", &next, "").await);
    assert_eq!(told(&of_login), proven);
    for token in [&login, &refresh, &refreshed, &handed_on, &last] {
        assert_eq!(told(&active(&server, "shop", token).await), proven);
    }
    // Of a session that was opened on somebody's word.
    let believed = server.open("ada@example.com").await.bearer;
    let (access, refresh) = tokens(&exchange_of(&server, "portal", &believed, GUID, "").await);
    for token in [&access, &refresh] {
        let claims = active(&server, "shop", token).await;
        assert_eq!((&claims["active"], told(&claims)), (&json!(true), [None, None, None]), "{claims}");
    }
}

#[tokio::test]
async fn what_an_application_may_do_for_itself_does_not_go_with_a_user() {
    let server = peopled().await;
    let (login, _) = log_in(&server, "ada").await;
    let answer = exchange_of(&server, "writer", &login, ACCESS, "").await;
    assert_eq!(answer.body["scope"], json!(""));
    for scope in ["admin:write", "profile"] {
        refused(&exchange_of(&server, "writer", &login, ACCESS, &format!("&scope={scope}")).await, 400, "invalid_scope");
    }
    let (narrow, _) = tokens(&exchange_of(&server, "portal", &login, ACCESS, "&scope=profile").await);
    let handed_on = exchange_of(&server, "portal", &narrow, ACCESS, "").await;
    assert_eq!(handed_on.body["scope"], json!("profile"), "a token that was handed on widens nothing");
    refused(&exchange_of(&server, "portal", &narrow, ACCESS, "&scope=profile+mail").await, 400, "invalid_scope");
}

#[tokio::test]
async fn what_is_no_live_credential_within_reach_is_one_answer() {
    let server = peopled().await;
    let (ada, ada_refresh) = log_in(&server, "ada").await;
    let (zoe, _) = log_in(&server, "zoe").await;
    let zoes_guid = guid_of(&server, "zoe@example.com").await;
    let (machine, _) = tokens(&ask(&server, "portal", "grant_type=client_credentials").await);
    let ended = guid_of(&server, "ada@example.com").await;
    server.with_guid("session/close", &ended).await;
    let mut answers = Vec::new();
    for (token, kind) in [
        (zoe.as_str(), ACCESS),
        (&zoes_guid, GUID),
        (&ended, GUID),
        ("01234567-89ab-cdef-0123-456789abcdef", GUID),
        ("nonsense", GUID),
        ("nonsense", ACCESS),
        (&ada_refresh, ACCESS),
        (&ada, GUID),
        (&machine, ACCESS),
    ] {
        let answer = exchange_of(&server, "portal", token, kind, "").await;
        refused(&answer, 400, "invalid_request");
        answers.push(answer.text);
    }
    server.pass(1200);
    answers.push(exchange_of(&server, "portal", &ada, ACCESS, "").await.text);
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    let (again, _) = log_in(&server, "zoe").await;
    exchanged(&server, "platform", &again).await;
}

#[tokio::test]
async fn targets_types_and_actors_that_are_not_served_are_refused() {
    let server = peopled().await;
    let (ada, _) = log_in(&server, "ada").await;
    for rest in ["&audience=cloakroom", "&audience=portal&audience=cloakroom", "&resource=https%3A%2F%2Fcloakroom.test"] {
        tokens(&exchange_of(&server, "portal", &ada, ACCESS, rest).await);
    }
    for rest in ["&audience=shop", "&audience=cloakroom&audience=other", "&resource=https%3A%2F%2Fother.test"] {
        refused(&exchange_of(&server, "portal", &ada, ACCESS, rest).await, 400, "invalid_target");
    }
    for rest in [
        "&requested_token_type=urn:ietf:params:oauth:token-type:refresh_token",
        "&requested_token_type=urn:ietf:params:oauth:token-type:saml2",
        "&actor_token=x",
        "&actor_token_type=x",
        "&scope=profile&scope=mail",
    ] {
        refused(&exchange_of(&server, "portal", &ada, ACCESS, rest).await, 400, "invalid_request");
    }
    refused(&exchange_of(&server, "portal", &ada, "urn:ietf:params:oauth:token-type:id_token", "").await, 400, "invalid_request");
}

#[tokio::test]
async fn it_ends_with_the_session_with_the_user_and_with_the_application_at_once() {
    for ending in ["logout", "suspension", "disabled", "tenant", "revoked"] {
        let server = peopled().await;
        let (login, _) = log_in(&server, "ada").await;
        let (access, refresh) = exchanged(&server, "portal", &login).await;
        assert_eq!(active(&server, "shop", &access).await["active"], json!(true));
        match ending {
            "logout" => assert_eq!(with_bearer(&server, "POST", "/user/logout", &login).await.status, 200),
            "suspension" => server.apply(&json!({ "users": [{ "username": "ada", "status": "suspended" }] })).await,
            "disabled" => {
                server.apply(&json!({ "applications": [{ "client_id": "portal", "status": "disabled" }] })).await;
                assert_eq!(introspect(&server, "shop", &access).await.text, INACTIVE);
                server.apply(&json!({ "applications": [{ "client_id": "portal", "status": "active" }] })).await;
                assert_eq!(active(&server, "shop", &login).await["active"], json!(true), "the session itself lives on");
            }
            "tenant" => server.apply(&json!({ "tenants": [{ "code": "ACME", "status": "frozen" }] })).await,
            _ => revoke(&server, "writer", &login).await,
        }
        assert_eq!(introspect(&server, "platform", &access).await.text, INACTIVE, "{ending}");
        assert_eq!(introspect(&server, "platform", &refresh).await.text, INACTIVE, "{ending}");
        refused(&refresh_of(&server, "portal", &refresh, "").await, 400, "invalid_grant");
    }
}

#[tokio::test]
async fn revoking_it_ends_the_session_and_all_its_tokens() {
    for by_refresh in [false, true] {
        let server = peopled().await;
        let (login, _) = log_in(&server, "ada").await;
        let (access, refresh) = exchanged(&server, "portal", &login).await;
        let (other, _) = exchanged(&server, "shop", &login).await;
        let token = if by_refresh { &refresh } else { &access };
        revoke(&server, "shop", token).await;
        assert_eq!(active(&server, "shop", &access).await["active"], json!(true), "not the client's, and no scope for it");
        revoke(&server, "portal", token).await;
        for dead in [&access, &refresh, &login, &other] {
            assert_eq!(introspect(&server, "shop", dead).await.text, INACTIVE);
        }
        refused(&refresh_of(&server, "portal", &refresh, "").await, 400, "invalid_grant");
        let (login, _) = log_in(&server, "ada").await;
        let (again, _) = exchanged(&server, "portal", &login).await;
        revoke(&server, "writer", &again).await;
        assert_eq!(introspect(&server, "shop", &login).await.text, INACTIVE, "one with the scope may, too");
    }
}

#[tokio::test]
async fn an_application_holds_so_many_grants_and_the_rested_ones_make_room() {
    let server = peopled().await;
    let (login, _) = log_in(&server, "ada").await;
    let (neighbour, _) = exchanged(&server, "shop", &login).await;
    let mut given = Vec::new();
    for _ in 0..20 {
        given.push(exchanged(&server, "portal", &login).await.0);
        server.pass(1);
    }
    let mut alive = Vec::new();
    for token in &given {
        alive.push(active(&server, "shop", token).await["active"] == json!(true));
    }
    assert_eq!(alive, [vec![false; 4], vec![true; 16]].concat());
    assert_eq!(active(&server, "shop", &neighbour).await["active"], json!(true));
}

#[tokio::test]
async fn a_session_shows_which_applications_got_a_token_and_when() {
    let server = peopled().await;
    let (login, _) = log_in(&server, "ada").await;
    let own = with_bearer(&server, "GET", "/api/v1/me/sessions", &login).await;
    assert_eq!(own.body["data"][0]["app_count"], json!(0));
    exchanged(&server, "portal", &login).await;
    server.pass(60);
    let (_, refresh) = exchanged(&server, "shop", &login).await;
    server.pass(60);
    exchanged(&server, "portal", &login).await;
    server.pass(60);
    tokens(&refresh_of(&server, "shop", &refresh, "").await);
    let own = with_bearer(&server, "GET", "/api/v1/me/sessions", &login).await;
    assert_eq!(own.body["data"][0]["app_count"], json!(2), "{}", own.text);
    let (reader, _) = tokens(&ask(&server, "platform", "grant_type=client_credentials").await);
    let path = format!("/api/v1/admin/sessions/{}", own.body["data"][0]["id"].as_str().unwrap());
    let shown = with_bearer(&server, "GET", &path, &reader).await;
    let applications = shown.body["data"]["sso_apps"].as_array().unwrap();
    let names: Vec<_> = applications.iter().map(|application| application["application_name"].as_str().unwrap()).collect();
    let times: Vec<_> = applications.iter().map(|application| application["accessed_at"].as_str().unwrap()).collect();
    assert_eq!((names, times), (vec!["shop", "portal"], vec!["2026-01-02T03:07:05.007Z", "2026-01-02T03:06:05.007Z"]), "{}", shown.text);
    assert!(applications[0]["application_id"].as_str().unwrap().starts_with("app_"));
}
