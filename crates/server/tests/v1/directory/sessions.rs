//! What a change ends, it ends at once on every surface.

use serde_json::{Value, json};

use super::id_of;
use crate::server::Server;

/// Method, path, body; `null` for none.
type Call = (&'static str, String, Value);

#[tokio::test]
async fn every_fall_ends_the_sessions_at_once_everywhere() {
    let server = Server::start().await;
    let root = server.login("super_admin").await;
    let user = format!("/api/v1/admin/users/{}", id_of(&server, &root, "users", "end_user").await);
    let tenant = format!("/api/v1/admin/tenants/{}", id_of(&server, &root, "tenants", "acme").await);
    let email = format!("{user}/emails/end_user@example.com");
    let status = |status: &str| json!({ "status": status });
    let call = |method, path: &str, body: Value| -> Call { (method, path.to_owned(), body) };
    let (at_user, at_email) = (format!("{user}/status"), format!("{email}/status"));
    let password = json!({ "password": "Correct-horse-7" });
    let falls = [
        (call("POST", &at_user, status("suspended")), "user_suspended", Some(call("POST", &at_user, status("verified")))),
        (call("POST", &at_email, status("unverified")), "email_unverified", Some(call("POST", &at_email, status("verified")))),
        (call("POST", &format!("{user}/password"), password), "password_changed", None),
        (call("PATCH", &tenant, status("suspended")), "tenant_closed", Some(call("PATCH", &tenant, status("verified")))),
        (call("DELETE", &email, Value::Null), "email_doomed", None),
        (call("DELETE", &user, Value::Null), "user_doomed", None),
    ];
    for ((method, path, body), reason, back) in falls {
        if reason == "user_doomed" {
            let another = json!({ "email": "another@example.com", "is_primary": true });
            server.post(&format!("{user}/emails"), &root, another).await.expect(200);
        }
        let (token, guid) =
            (server.login("end_user").await, if reason == "user_doomed" { None } else { Some(server.open("end_user").await) });
        let bystander = server.open("bob").await;
        let session = server.current(&token).await;
        let answer = server.call(method, &path, Some(&root), (!body.is_null()).then_some(body)).await;
        assert!(answer.status.is_success(), "{method} {path}: {answer:?}");
        server.get("/api/v1/me/sessions", &token).await.expect(401);
        if let Some(guid) = &guid {
            assert_eq!(server.validate(guid).await.expect(401).text_at("/error/major/tag"), "session-doomed", "{reason}");
        }
        server.validate(&bystander).await.expect(200);
        let stats = id_of(&server, &root, "tenants", "acme").await;
        let counted = server.get(&format!("/api/v1/tenants/{stats}/sessions/stats"), &root).await.expect(200);
        assert!(counted.number(&format!("/data/by_end_reason/{reason}")) > 0, "{reason}: {counted:?}");
        server.get(&format!("/api/v1/admin/sessions/{session}"), &root).await.expect(200);
        if let Some((method, path, body)) = back {
            server.call(method, &path, Some(&root), Some(body)).await.expect(200);
        }
    }
}

#[tokio::test]
async fn a_new_password_spares_what_it_is_told_to_spare() {
    let server = Server::start().await;
    let root = server.login("super_admin").await;
    let path = format!("/api/v1/admin/users/{}/password", id_of(&server, &root, "users", "end_user").await);
    let (token, guid) = (server.login("end_user").await, server.open("end_user").await);
    let kept = json!({ "password": "Correct-horse-7", "keep_sessions": true });
    server.post(&path, &root, kept).await.expect(200);
    server.validate(&guid).await.expect(200);
    server.get("/api/v1/me/sessions", &token).await.expect(200);
    server.post(&path, &root, json!({ "password": "Other-horse-8" })).await.expect(200);
    server.validate(&guid).await.expect(401);
    server.get("/api/v1/me/sessions", &token).await.expect(401);
    let login = json!({ "username": "end_user", "password": "Other-horse-8" });
    server.call("POST", "/user/login", None, Some(login)).await.expect(200);
}

#[tokio::test]
async fn whoever_moves_to_another_home_keeps_no_session() {
    let server = Server::start().await;
    let root = server.login("super_admin").await;
    let user = format!("/api/v1/admin/users/{}", id_of(&server, &root, "users", "tenant_admin_a").await);
    let beta = id_of(&server, &root, "tenants", "beta").await;
    for home in [json!(beta), json!(null), json!(beta)] {
        let (token, guid) = (server.login("tenant_admin_a").await, server.open("tenant_admin_a").await);
        let same = json!({ "display_name": "Same" });
        server.call("PATCH", &user, Some(&root), Some(same)).await.expect(200);
        server.validate(&guid).await.expect(200);
        server.call("PATCH", &user, Some(&root), Some(json!({ "tenant_id": home }))).await.expect(200);
        server.get("/api/v1/me/sessions", &token).await.expect(401);
        assert_eq!(server.validate(&guid).await.expect(401).text_at("/error/major/tag"), "session-doomed", "{home}");
    }
    // What is born there dies with it.
    let token = server.login("tenant_admin_a").await;
    server.call("PATCH", &format!("/api/v1/admin/tenants/{beta}"), Some(&root), Some(json!({ "status": "suspended" }))).await.expect(200);
    server.get("/api/v1/admin/users/", &token).await.expect(401);
}

#[tokio::test]
async fn addresses_move_and_one_is_primary() {
    let server = Server::start().await;
    let root = server.login("super_admin").await;
    let user = format!("/api/v1/admin/users/{}", id_of(&server, &root, "users", "end_user").await);
    let added = server.post(&format!("{user}/emails"), &root, json!({ "email": " Second@Example.com " })).await.expect(200);
    assert_eq!(added.text_at("/data/emails/1/email"), "second@example.com");
    let second = format!("{user}/emails/SECOND@example.com");
    let moved = server.call("POST", &format!("{second}/primary"), Some(&root), None).await.expect(200);
    assert_eq!((moved.text_at("/data/emails/0/email"), moved.at("/data/emails/1/is_primary")), ("second@example.com".into(), json!(false)));
    // What is another user's is not there.
    server.delete(&format!("{user}/emails/bob@example.com"), &root).await.expect(404);
    server.delete(&format!("{user}/emails/nobody@example.com"), &root).await.expect(404);
    server.delete(&format!("{user}/emails/end_user@example.com"), &root).await.expect(204);
    let first = format!("{user}/emails/end_user@example.com");
    server.post(&format!("{first}/status"), &root, json!({ "status": "verified" })).await.expect(409);
    server.call("POST", &format!("{first}/primary"), Some(&root), None).await.expect(409);
}
