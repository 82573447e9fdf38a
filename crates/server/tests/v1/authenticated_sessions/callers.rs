//! Every route × every kind of caller, and what lies outside of a caller's reach.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{LIST, NOBODY, REVOKE, USER_SESSIONS, guid, refusal, revoke, sessions};
use crate::server::{Answer, Server};

#[tokio::test]
async fn every_route_answers_every_caller_as_the_table_says() {
    let server = Server::start().await;
    let root = server.login("super_admin").await;
    // Status of the lists, and what becomes of revoking a session of gina, who is of GAMMA, a tenant of the partner of ACME.
    for (persona, lists, ends) in [
        ("anon", 401, 401),
        ("end_user", 403, 403),
        ("homeless_admin", 403, 403),
        ("partnerless_admin", 403, 403),
        ("machine_platform", 403, 403),
        ("delegate", 403, 403),
        ("operator", 200, 400),
        ("tenant_admin_a", 200, 400),
        ("tenant_admin_b", 200, 400),
        ("partner_admin", 200, 200),
        ("roaming_operator", 200, 200),
        ("super_admin", 200, 200),
    ] {
        let token = match persona {
            "anon" => None,
            "delegate" => Some(server.delegate("machine_platform", "super_admin").await),
            "machine_platform" => Some(server.machine(persona).await),
            _ => Some(server.login(persona).await),
        };
        let token = token.as_deref();
        server.open("gina").await;
        let session = sessions(&server, &root, "gina").await[0]["ID"].clone();
        let of_gina = format!("{USER_SESSIONS}/{}", guid(&server, &root, "gina").await);
        let answers = [
            server.call("GET", LIST, token, None).await,
            server.call("GET", &of_gina, token, None).await,
            server.call("POST", REVOKE, token, Some(json!({ "Session": session }))).await,
        ];
        let statuses = answers.each_ref().map(|answer| answer.status.as_u16());
        assert_eq!(statuses, [lists, lists, ends], "{persona}");
        for answer in answers.iter().filter(|answer| answer.status != 200) {
            let code = match answer.status.as_u16() {
                401 => "err_Unauthorized",
                403 => "err_Forbidden",
                _ => "err_NoActiveSession",
            };
            assert_eq!(refusal(answer), (false, code.to_owned()), "{persona}");
            assert_eq!(answer.headers.contains_key("www-authenticate"), answer.status == 401);
        }
        if lists == 200 {
            assert_eq!(answers[1].json().as_array().unwrap().is_empty(), ends == 400, "{persona}: sees what may be ended");
        }
    }
}

#[tokio::test]
async fn the_table_has_every_documented_route() {
    let documents = cloakroom_server::router::documents();
    let (_, document) = documents.iter().find(|(path, _)| *path == "/api/admin/openapi.json").unwrap();
    let document = serde_json::to_value(document).unwrap();
    let documented: BTreeSet<_> = document["paths"].as_object().unwrap().keys().cloned().collect();
    let by_guid = format!("{USER_SESSIONS}/{{guid}}");
    let tried = [LIST, &by_guid, REVOKE, "/api/admin/openapi.json"].map(str::to_owned);
    assert_eq!(documented, BTreeSet::from(tried));
    let server = Server::start().await;
    assert_eq!(server.call("GET", "/api/admin/openapi.json", None, None).await.expect(200).json(), document);
}

#[tokio::test]
async fn a_list_shows_what_is_within_reach_and_counts_nothing_else() {
    let server = Server::start().await;
    let root = server.login("super_admin").await;
    for user in ["end_user", "gina", "bob", "bob"] {
        server.open(user).await;
    }
    let seen = async |persona: &str| {
        let token = server.login(persona).await;
        let answer = server.get(LIST, &token).await.expect(200);
        let rows = answer.json().as_array().unwrap().clone();
        assert_eq!(answer.headers["x-total-count"], rows.len().to_string());
        server.delete(&format!("/api/v1/me/sessions/{}", server.current(&token).await), &token).await.expect(200);
        rows.iter().map(|row| format!("{} {}", row["UserName"].as_str().unwrap(), row["SessionCount"])).collect::<Vec<_>>()
    };
    assert_eq!(seen("operator").await, ["end_user 1", "operator 1"]);
    assert_eq!(seen("tenant_admin_a").await, ["end_user 1", "tenant_admin_a 1"]);
    assert_eq!(seen("tenant_admin_b").await, ["bob 2", "tenant_admin_b 1"]);
    assert_eq!(seen("partner_admin").await, ["end_user 1", "gina 1", "partner_admin 1"]);
    assert_eq!(seen("roaming_operator").await, ["bob 2", "end_user 1", "gina 1", "roaming_operator 1", "super_admin 1"]);
    server.get(LIST, &root).await.expect(200);
}

/// The answer without what names the request.
fn anonymous(mut answer: Answer, guid: &str) -> (u16, String, Vec<(String, String)>) {
    answer.headers.remove("x-request-id");
    let told = |value: &str| value.replace(guid, "GUID");
    let headers = answer.headers.iter().map(|(name, value)| (name.to_string(), told(value.to_str().unwrap()))).collect();
    (answer.status.as_u16(), told(&answer.text), headers)
}

#[tokio::test]
async fn what_is_out_of_reach_looks_like_what_does_not_exist() {
    let server = Server::start().await;
    let root = server.login("super_admin").await;
    let secret = server.open("bob").await;
    let bob = guid(&server, &root, "bob").await;
    let session = sessions(&server, &root, "bob").await[0]["ID"].clone();
    for persona in ["operator", "tenant_admin_a", "partner_admin"] {
        let token = server.login(persona).await;
        let seen = async |guid: &str| anonymous(server.get(&format!("{USER_SESSIONS}/{guid}"), &token).await, guid);
        let theirs = seen(&bob).await;
        assert_eq!((theirs.0, theirs.1.as_str()), (200, "[]"));
        assert_eq!(theirs, seen(NOBODY).await, "{persona}");
        let ended = async |session: &Value| anonymous(revoke(&server, &token, session).await, "-");
        assert_eq!(ended(&session).await, ended(&json!(1_000_000_007)).await, "{persona}");
    }
    server.validate(&secret).await.expect(200);
}

#[tokio::test]
async fn role_comes_before_validation_and_validation_before_existence() {
    let server = Server::start().await;
    let (plain, operator) = (server.login("end_user").await, server.login("operator").await);
    let bad = format!("{USER_SESSIONS}/{NOBODY}?page=0");
    server.call("GET", &bad, None, None).await.expect(401);
    server.get(&bad, &plain).await.expect(403);
    server.get(&bad, &operator).await.expect(400);
    server.call("POST", REVOKE, None, None).await.expect(401);
    server.call("POST", REVOKE, Some(&plain), None).await.expect(403);
    assert_eq!(refusal(&server.call("POST", REVOKE, Some(&operator), None).await.expect(400)).1, "err_InvalidRequest");
    assert_eq!(refusal(&server.call("PUT", LIST, Some(&operator), None).await.expect(405)).1, "err_InvalidRequest");
}
