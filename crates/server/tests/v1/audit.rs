//! Every mutation leaves its line in the trail.

use cloakroom_store::driver::DriverError;
use cloakroom_store::driver::query_all;
use cloakroom_store::driver::sqlite::{Location, Options, Sqlite};
use serde_json::json;

use crate::server::Server;

#[tokio::test]
async fn every_mutation_is_in_the_trail() {
    let folder = tempfile::tempdir().unwrap();
    let file = Location::File(folder.path().join("cloakroom.db"));
    let server = Server::at(&file).await;
    let root = server.login("super_admin").await;
    let (user, tenant) = server.whereabouts("end_user", &root).await;
    let mut expected = Vec::new();
    let fresh = async || {
        let token = server.login("end_user").await;
        let session = server.current(&token).await;
        (token, session)
    };

    let (token, session) = fresh().await;
    server.delete(&format!("/api/v1/me/sessions/{session}"), &token).await.expect(200);
    expected.push(("session.ended", session, "closed"));
    let (_, session) = fresh().await;
    server.delete(&format!("/api/v1/admin/sessions/{session}"), &root).await.expect(204);
    expected.push(("session.ended", session, "revoked"));
    let (_, session) = fresh().await;
    server.delete(&format!("/api/v1/tenants/{tenant}/sessions/{session}"), &root).await.expect(204);
    expected.push(("session.ended", session, "revoked"));
    let (_, session) = fresh().await;
    let all = json!({ "revoke_all": true });
    server.post(&format!("/api/v1/tenants/{tenant}/sessions/users/{user}/revoke"), &root, all).await.expect(200);
    expected.push(("session.ended", session, "revoked"));
    let (_, session) = fresh().await;
    server.post("/api/v1/admin/sessions/revoke-all", &root, json!({ "user_id": user })).await.expect(200);
    expected.push(("session.ended", session, "revoked"));
    let (_, session) = fresh().await;
    let (token, _) = fresh().await;
    server.post("/api/v1/me/sessions/revoke-all", &token, json!({})).await.expect(200);
    expected.push(("session.ended", session, "revoked"));
    server.post(&format!("/api/v1/tenants/{tenant}/sessions/revoke-all"), &root, json!({})).await.expect(200);
    expected.push(("sessions.revoked", tenant.clone(), ""));
    server.post("/api/v1/admin/sessions/revoke-all", &root, json!({ "tenant_id": tenant })).await.expect(200);
    expected.push(("sessions.revoked", tenant, ""));

    server.database.shutdown();
    let trail = Sqlite::open(&file, &Options::default()).unwrap();
    let lines = trail.read(|conn| {
        Box::pin(async move {
            let sql = "SELECT action, resource_id, coalesce(detail ->> '$.end_reason', ''), actor_kind, tenant_number, request_id
                       FROM audit_log WHERE action LIKE 'session%.%ed' AND action <> 'session.created' ORDER BY sequence";
            query_all(conn, sql, &[], |row| {
                assert_eq!((row.text(3)?, row.opt_int(4)?.is_some(), row.text(5)?), ("user", true, "minted"));
                Ok((row.text(0)?.to_owned(), row.text(1)?.to_owned(), row.text(2)?.to_owned()))
            })
            .await
        })
    });
    let lines: Result<Vec<_>, DriverError> = lines.await;
    // The first is what `whereabouts` closed.
    let lines = lines.unwrap().split_off(1);
    let expected: Vec<_> = expected.into_iter().map(|(action, on, reason)| (action.to_owned(), on, reason.to_owned())).collect();
    assert_eq!(lines, expected);
}
