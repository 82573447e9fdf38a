//! Tokens of applications for themselves.

use serde_json::json;

use crate::support::call;

use super::{INACTIVE, active, ask, introspect, log_in, peopled, refused, revoke, tokens};

const FOR_ITSELF: &str = "grant_type=client_credentials";

#[tokio::test]
async fn an_application_gets_what_it_was_given_and_no_refresh_token() {
    let server = peopled().await;
    let answer = ask(&server, "platform", FOR_ITSELF).await;
    let (access, refresh) = tokens(&answer);
    assert_eq!((refresh.as_str(), &answer.body["scope"], &answer.body["expires_in"]), ("", &json!("admin:read admin:write"), &json!(1200)));
    let claims = active(&server, "platform", &access).await;
    assert_eq!(
        (&claims["active"], &claims["client_id"], &claims["scope"]),
        (&json!(true), &json!("platform"), &json!("admin:read admin:write"))
    );
    assert!(claims["sub"].as_str().unwrap().starts_with("app_") && claims.get("sid").is_none() && claims.get("role").is_none(), "{claims}");
    assert_eq!(["auth_time", "acr", "amr"].map(|name| claims.get(name)), [None; 3], "nobody signed in: {claims}");
    let narrowed = ask(&server, "platform", &format!("{FOR_ITSELF}&scope=admin%3Aread")).await;
    assert_eq!(narrowed.body["scope"], json!("admin:read"));
    for scope in ["admin:read+everything", "admin:reads", "ADMIN:READ", "admin:read%09admin:write"] {
        refused(&ask(&server, "platform", &format!("{FOR_ITSELF}&scope={scope}")).await, 400, "invalid_scope");
    }
    refused(&ask(&server, "shop", &format!("{FOR_ITSELF}&scope=admin:read")).await, 400, "invalid_scope");
}

#[tokio::test]
async fn it_dies_with_its_application_its_tenant_and_its_time_and_stays_dead() {
    let ends = [
        (
            json!({ "applications": [{ "client_id": "writer", "status": "disabled" }] }),
            json!({ "applications": [{ "client_id": "writer", "status": "active" }] }),
        ),
        (json!({ "tenants": [{ "code": "ACME", "status": "frozen" }] }), json!({ "tenants": [{ "code": "ACME", "status": "verified" }] })),
    ];
    for (ending, undoing) in ends {
        let server = peopled().await;
        let (access, _) = tokens(&ask(&server, "writer", FOR_ITSELF).await);
        assert_eq!(active(&server, "platform", &access).await["active"], json!(true));
        server.apply(&ending).await;
        assert_eq!(introspect(&server, "platform", &access).await.text, INACTIVE, "{ending}");
        server.apply(&undoing).await;
        assert_eq!(introspect(&server, "platform", &access).await.text, INACTIVE, "{undoing}: what died under an epoch stays dead");
        let (fresh, _) = tokens(&ask(&server, "writer", FOR_ITSELF).await);
        assert_eq!(active(&server, "platform", &fresh).await["active"], json!(true));
        server.pass(1200);
        assert_eq!(introspect(&server, "platform", &fresh).await.text, INACTIVE);
    }
}

#[tokio::test]
async fn a_closed_tenant_gets_no_tokens_and_a_scope_taken_away_is_gone() {
    let server = peopled().await;
    let (access, _) = tokens(&ask(&server, "writer", FOR_ITSELF).await);
    server.apply(&json!({ "applications": [{ "client_id": "writer", "scopes": [] }] })).await;
    assert_eq!(active(&server, "platform", &access).await["scope"], json!(""));
    server.apply(&json!({ "tenants": [{ "code": "ACME", "status": "suspended" }] })).await;
    refused(&ask(&server, "writer", FOR_ITSELF).await, 400, "unauthorized_client");
}

#[tokio::test]
async fn who_may_learn_of_it() {
    let server = peopled().await;
    let (access, _) = tokens(&ask(&server, "writer", FOR_ITSELF).await);
    assert_eq!(active(&server, "shop", &access).await["active"], json!(true), "one of its tenant");
    assert_eq!(introspect(&server, "zeta-shop", &access).await.text, INACTIVE);
    let (login, _) = log_in(&server, "ada").await;
    assert_ne!(active(&server, "shop", &login).await["sub"], active(&server, "shop", &access).await["sub"]);
}

#[tokio::test]
async fn it_is_revoked_by_its_application_and_by_whoever_may_revoke_within_its_reach() {
    let server = peopled().await;
    for (holder, stranger, revoker) in
        [("writer", "shop", "writer"), ("shop", "zeta-shop", "writer"), ("zeta-shop", "writer", "platform"), ("shop", "zeta-shop", "shop")]
    {
        let (access, _) = tokens(&ask(&server, holder, FOR_ITSELF).await);
        let (other, _) = tokens(&ask(&server, holder, FOR_ITSELF).await);
        revoke(&server, stranger, &access).await;
        assert_eq!(active(&server, "platform", &access).await["active"], json!(true), "{holder}, by {stranger}");
        for _ in 0..2 {
            revoke(&server, revoker, &access).await;
            assert_eq!(introspect(&server, "platform", &access).await.text, INACTIVE, "{holder}, by {revoker}");
        }
        assert_eq!(active(&server, "platform", &other).await["active"], json!(true), "{holder}: and no other one");
    }
}

#[tokio::test]
async fn a_revoked_one_opens_nothing() {
    let server = peopled().await;
    let (access, _) = tokens(&ask(&server, "writer", FOR_ITSELF).await);
    let list = |access: &str| {
        let mut request = call("GET", "/api/v1/admin/sessions", "");
        request.headers_mut().insert("authorization", format!("Bearer {access}").parse().unwrap());
        request
    };
    assert_ne!(server.send(list(&access)).await.status, 401);
    revoke(&server, "writer", &access).await;
    assert_eq!(server.send(list(&access)).await.status, 401);
    let exchange = "grant_type=urn:ietf:params:oauth:grant-type:token-exchange&subject_token_type=urn:ietf:params:oauth:token-type:jwt";
    refused(&ask(&server, "writer", &format!("{exchange}&subject_token={access}")).await, 400, "invalid_request");
}
