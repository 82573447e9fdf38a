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
