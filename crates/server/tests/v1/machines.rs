//! Applications with tokens of their own, and those within a user's session.

use cloakroom_store::driver::sqlite::{Location, Options, Sqlite};
use cloakroom_store::driver::{DriverError, query_all};
use serde_json::json;

use crate::server::Server;

const SCOPE: &str = r#"{"detail":"Platform token requires admin:read or admin:write scope"}"#;

#[tokio::test]
async fn without_the_scope_the_contracts_words_come_before_any_look_up() {
    let server = Server::start().await;
    let (unscoped, reader) = (server.machine("machine_unscoped").await, server.machine("machine_reader").await);
    for (token, method, path) in [
        (&unscoped, "GET", "/api/v1/admin/sessions?page=0"),
        (&unscoped, "GET", "/api/v1/tenants/tnt_nothing/sessions"),
        (&unscoped, "DELETE", "/api/v1/admin/sessions/ses_nothing"),
        (&reader, "DELETE", "/api/v1/admin/sessions/ses_nothing"),
        (&reader, "POST", "/api/v1/admin/sessions/revoke-all"),
        (&reader, "POST", "/api/v1/tenants/tnt_nothing/sessions/users/usr_nothing/revoke"),
    ] {
        assert_eq!(server.call(method, path, Some(token), None).await.expect(403).text, SCOPE, "{method} {path}");
    }
    server.get("/api/v1/admin/sessions?page=0", &reader).await.expect(422);
}

#[tokio::test]
async fn a_writing_application_ends_what_is_its_tenants_and_the_trail_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = Location::File(folder.path().join("cloakroom.db"));
    let server = Server::at(&file).await;
    let root = server.login("super_admin").await;
    let (user, tenant) = server.whereabouts("end_user", &root).await;
    let writer = server.machine("machine_writer").await;
    let own = server.login("end_user").await;
    let session = server.current(&own).await;
    let shown = server.get(&format!("/api/v1/tenants/{tenant}/sessions/{session}"), &writer).await.expect(200);
    assert_eq!(shown.at("/data/is_current"), json!(false));
    server.delete(&format!("/api/v1/tenants/{tenant}/sessions/{session}"), &writer).await.expect(204);
    server.get("/api/v1/me/sessions", &own).await.expect(401);
    let again = server.login("end_user").await;
    let revoke = format!("/api/v1/tenants/{tenant}/sessions/users/{user}/revoke");
    let ended = server.post(&revoke, &writer, json!({ "revoke_all": true, "except_current": true })).await.expect(200);
    assert_eq!(ended.number("/data/revoked_count"), 1, "an application has no current session to spare");
    server.get("/api/v1/me/sessions", &again).await.expect(401);
    server.login("end_user").await;
    server.post(&format!("/api/v1/tenants/{tenant}/sessions/revoke-all"), &writer, json!({})).await.expect(200);
    server.database.shutdown();
    let trail = Sqlite::open(&file, &Options::default()).unwrap();
    let told = trail.read(|conn| {
        Box::pin(async move {
            let sql = "SELECT action FROM audit_log WHERE actor_kind = 'application' AND actor_id LIKE 'app_%' ORDER BY sequence";
            query_all(conn, sql, &[], |row| Ok(row.text(0)?.to_owned())).await
        })
    });
    let told: Result<Vec<String>, DriverError> = told.await;
    assert_eq!(told.unwrap(), ["token.granted", "session.ended", "session.ended", "sessions.revoked"]);
}

#[tokio::test]
async fn a_delegate_and_a_machine_that_died_are_strangers() {
    let server = Server::start().await;
    let (machine, delegate) = (server.machine("machine_platform").await, server.delegate("machine_platform", "gina").await);
    server.get("/api/v1/me/sessions", &machine).await.expect(403);
    server.get("/api/v1/me/sessions", &delegate).await.expect(403);
    server.advance(1200);
    for token in [&machine, &delegate] {
        for path in ["/api/v1/me/sessions", "/api/v1/admin/sessions"] {
            assert_eq!(server.get(path, token).await.expect(401).headers["www-authenticate"], "Bearer");
        }
    }
}

/// Applications that show people their sessions: of end_user's tenant, of another, of the platform.
async fn with_readers(server: &Server) {
    let reader = |client_id: &str, tenant: &str, platform: bool| {
        json!({ "client_id": client_id, "tenant": tenant, "platform": platform, "client_secret": crate::server::CLIENT_SECRET,
            "scopes": ["sessions:read", "profile"] })
    };
    let keeper = json!({ "client_id": "keeper", "owner": "end_user", "client_secret": crate::server::CLIENT_SECRET });
    server.apply(&json!({ "applications": [reader("devices", "ACME", false), reader("everywhere", "ACME", true), keeper] })).await;
}

/// A token that the application is given for the user's, with this much of its scope.
async fn exchanged(server: &Server, client_id: &str, login: &str, scope: &str) -> String {
    let grant = "grant_type=urn:ietf:params:oauth:grant-type:token-exchange";
    let kind = "subject_token_type=urn:ietf:params:oauth:token-type:access_token";
    server.granted(client_id, &format!("{grant}&{kind}&subject_token={login}&scope={scope}")).await
}

const NOT_A_USER: &str = r#"{"detail":"An application's token opens nothing that is a user's."}"#;

#[tokio::test]
async fn an_application_within_a_session_lists_the_users_sessions_where_its_scope_says_so() {
    let server = Server::start().await;
    with_readers(&server).await;
    let (login, other) = (server.login("end_user").await, server.login("end_user").await);
    server.login("bob").await;
    server.login("operator").await;
    server.as_client("keeper", "POST", "/session-storage/session").await.expect(201);
    let own = server.get("/api/v1/me/sessions", &login).await.expect(200).ids();
    assert_eq!(own.len(), 3);
    let reader = exchanged(&server, "devices", &login, "sessions:read").await;
    let shown = server.get("/api/v1/me/sessions", &reader).await.expect(200);
    // What is stored for the user belongs to no tenant here, and so not to the application's.
    assert_eq!(shown.ids(), own[1..], "{shown:?}");
    let current: Vec<_> = shown.at("/data").as_array().unwrap().iter().filter(|item| item["is_current"] == true).cloned().collect();
    assert_eq!(current.len(), 1);
    assert_eq!(current[0]["id"], server.current(&login).await);
    let everywhere = exchanged(&server, "everywhere", &login, "sessions:read").await;
    assert_eq!(server.get("/api/v1/me/sessions", &everywhere).await.expect(200).ids(), own, "one of the platform");
    // Pages go on where they stopped, and a place of another list is none of this one.
    let first = server.get("/api/v1/me/sessions?per_page=1", &reader).await.expect(200);
    let next = format!("/api/v1/me/sessions?per_page=1&cursor={}", first.text_at("/next_cursor"));
    let second = server.get(&next, &reader).await.expect(200);
    assert_eq!([first.ids(), second.ids()].concat(), own[1..]);
    server.get(&next, &login).await.expect(422);
    // It sees, and does nothing else.
    for (method, path) in [
        ("POST", "/api/v1/me/sessions/revoke-all".to_owned()),
        ("DELETE", format!("/api/v1/me/sessions/{}", own[1])),
        ("GET", "/api/v1/me".to_owned()),
        ("GET", "/api/v1/me/consents".to_owned()),
        ("GET", "/api/v1/admin/sessions".to_owned()),
    ] {
        assert_eq!(server.call(method, &path, Some(&reader), None).await.expect(403).text, NOT_A_USER, "{method} {path}");
    }
    server.get("/api/v1/me/sessions", &other).await.expect(200);
}

#[tokio::test]
async fn without_the_scope_it_lists_nothing() {
    let server = Server::start().await;
    with_readers(&server).await;
    let login = server.login("end_user").await;
    let refused = async |token: &str| assert_eq!(server.get("/api/v1/me/sessions", token).await.expect(403).text, NOT_A_USER);
    refused(&exchanged(&server, "devices", &login, "profile").await).await;
    refused(&exchanged(&server, "machine_unscoped", &login, "profile").await).await;
    // By itself it is nobody whose sessions there are.
    refused(&server.machine("devices").await).await;
    let reader = exchanged(&server, "devices", &login, "sessions:read").await;
    server.get("/api/v1/me/sessions", &reader).await.expect(200);
    // A scope that is taken away is gone from tokens, too.
    server.apply(&json!({ "applications": [{ "client_id": "devices", "scopes": ["profile"] }] })).await;
    refused(&reader).await;
    with_readers(&server).await;
    server.get("/api/v1/me/sessions", &reader).await.expect(200);
    server.post("/user/logout", &login, json!({})).await.expect(200);
    server.get("/api/v1/me/sessions", &reader).await.expect(401);
}
