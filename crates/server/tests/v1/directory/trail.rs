//! Every change leaves its line: who, where, what; never a password, never a secret.

use cloakroom_store::driver::sqlite::{Location, Options, Sqlite};
use cloakroom_store::driver::{DriverError, query_all};
use serde_json::json;

use super::created;
use crate::server::Server;

/// A line: action, resource, whether it names a tenant, detail.
type Line = (String, String, bool, String);

#[tokio::test]
async fn every_change_is_in_the_trail_and_no_secret() {
    let folder = tempfile::tempdir().unwrap();
    let file = Location::File(folder.path().join("cloakroom.db"));
    let server = Server::at(&file).await;
    let root = server.login("super_admin").await;
    let partner = created(&server, &root, "partners", json!({ "code": "west" })).await;
    let (partners, tenants) = (format!("/api/v1/admin/partners/{partner}"), "/api/v1/admin/tenants/");
    let patch = async |path: &str, body| server.call("PATCH", path, Some(&root), Some(body)).await.expect(200);
    patch(&partners, json!({ "name": "West" })).await;
    patch(&partners, json!({ "name": "West" })).await;
    let tenant = created(&server, &root, "tenants", json!({ "code": "WEST", "partner_id": partner })).await;
    let at_tenant = format!("{tenants}{tenant}");
    patch(&at_tenant, json!({ "name": "West", "ttl_seconds": 60, "session_cap": null })).await;
    let body = json!({ "username": "will", "email": "will@x.org", "password": "Hunter-2-hunter", "tenant_id": tenant });
    let user = created(&server, &root, "users", body).await;
    let at_user = format!("/api/v1/admin/users/{user}");
    patch(&at_user, json!({ "display_name": "Will", "memberships": { tenant.clone(): "owner" }, "role": "tenant_admin" })).await;
    server.post(&format!("{at_user}/emails"), &root, json!({ "email": "w@x.org" })).await.expect(200);
    server.call("POST", &format!("{at_user}/emails/w@x.org/primary"), Some(&root), None).await.expect(200);
    server.delete(&format!("{at_user}/emails/will@x.org"), &root).await.expect(204);
    server.post(&format!("{at_user}/password"), &root, json!({ "password": "Hunter-3-hunter" })).await.expect(200);
    server.post(&format!("{at_user}/status"), &root, json!({ "status": "suspended" })).await.expect(200);
    server.delete(&at_user, &root).await.expect(204);
    let made = server.post("/api/v1/admin/applications/", &root, json!({ "client_id": "shop", "tenant_id": tenant })).await.expect(201);
    let (application, first) = (made.text_at("/data/id"), made.text_at("/data/secret/client_secret"));
    let at_application = format!("/api/v1/admin/applications/{application}");
    patch(&at_application, json!({ "name": "Shop", "kind": "service" })).await;
    let second = server.call("POST", &format!("{at_application}/secrets"), Some(&root), None).await.expect(201);
    server.delete(&format!("{at_application}/secrets/{}", second.text_at("/data/id")), &root).await.expect(204);
    server.delete(&at_application, &root).await.expect(204);
    server.delete(&at_tenant, &root).await.expect(204);
    server.delete(&partners, &root).await.expect(204);

    server.database.shutdown();
    let lines = lines(&file).await;
    let expected = expected([&partner, &tenant, &user, &application]);
    assert_eq!(lines.len(), expected.len(), "{lines:#?}");
    for ((action, on, within, detail), (wanted, wanted_on, wanted_detail)) in lines.iter().zip(expected) {
        assert_eq!((action.as_str(), on), (wanted, wanted_on), "{lines:#?}");
        assert_eq!(*within, !wanted.starts_with("partner."), "{wanted} names the tenant");
        assert!(
            detail == wanted_detail || (wanted_detail == "secret_id" && detail.starts_with(r#"{"secret_id":"csc_"#)),
            "{wanted}: {detail}"
        );
    }
    let raw = std::fs::read(folder.path().join("cloakroom.db")).unwrap();
    for secret in ["Hunter-2-hunter", "Hunter-3-hunter", &first[4..40], &second.text_at("/data/client_secret")[4..40]] {
        assert!(!raw.windows(secret.len()).any(|window| window == secret.as_bytes()), "a secret is in the database");
    }
}

/// What the trail is to say: action, resource, detail; `secret_id` where that names a secret.
fn expected([partner, tenant, user, application]: [&String; 4]) -> [(&'static str, &String, &'static str); 21] {
    [
        ("partner.created", partner, "{}"),
        ("partner.changed", partner, r#"{"changed":"name"}"#),
        ("tenant.created", tenant, "{}"),
        ("tenant.changed", tenant, r#"{"changed":"name ttl_seconds"}"#),
        ("user.created", user, r#"{"role":"none"}"#),
        ("email.added", user, r#"{"email":"will@x.org","status":"verified"}"#),
        ("user.changed", user, r#"{"changed":"display_name role memberships","role":"tenant_admin"}"#),
        ("email.added", user, r#"{"email":"w@x.org","status":"verified"}"#),
        ("email.changed", user, r#"{"email":"w@x.org","is_primary":"true"}"#),
        ("email.status_changed", user, r#"{"email":"will@x.org","from":"verified","to":"doomed"}"#),
        ("user.password_changed", user, "{}"),
        ("user.status_changed", user, r#"{"from":"verified","to":"suspended"}"#),
        ("user.status_changed", user, r#"{"from":"suspended","to":"doomed"}"#),
        ("application.created", application, "secret_id"),
        ("application.changed", application, r#"{"changed":"name kind"}"#),
        ("application.secret_added", application, "secret_id"),
        ("application.secret_removed", application, "secret_id"),
        ("application.secret_removed", application, "secret_id"),
        ("application.status_changed", application, r#"{"from":"active","to":"disabled"}"#),
        ("tenant.status_changed", tenant, r#"{"from":"verified","to":"doomed"}"#),
        ("partner.status_changed", partner, r#"{"from":"active","to":"doomed"}"#),
    ]
}

async fn lines(file: &Location) -> Vec<Line> {
    let trail = Sqlite::open(file, &Options::default()).unwrap();
    let lines = trail.read(|conn| {
        Box::pin(async move {
            let sql = "SELECT action, resource_id, tenant_number, detail FROM audit_log
                       WHERE actor_kind = 'user' AND request_id = 'minted' AND action NOT LIKE 'session%' ORDER BY sequence";
            query_all(conn, sql, &[], |row| {
                Ok((row.text(0)?.to_owned(), row.text(1)?.to_owned(), row.opt_int(2)?.is_some(), row.text(3)?.to_owned()))
            })
            .await
        })
    });
    let lines: Result<Vec<_>, DriverError> = lines.await;
    lines.unwrap()
}
