//! `/api/v1/me` and `/api/v1/me/password`.

use cloakroom_engine::account::MailPurpose;
use serde_json::json;

use crate::server::{PASSWORD, Server};

const NEW: &str = "Battery-staple-8";

#[tokio::test]
async fn one_sees_and_renames_oneself_and_nothing_else() {
    let server = Server::start().await;
    let own = server.login("end_user").await;
    let account = server.get("/api/v1/me", &own).await.expect(200);
    assert_eq!(account.text_at("/data/username"), "end_user");
    assert_eq!(account.at("/data/emails"), json!([{ "address": "end_user@example.com", "status": "verified", "is_primary": true }]));
    assert!(account.text_at("/data/tenant_id").starts_with("tnt_") && account.text_at("/data/id").starts_with("usr_"));
    assert!(!account.text.contains("argon2"));

    let renamed = json!({ "display_name": "Somebody", "role": "super_admin", "username": "root" });
    let renamed = server.call("PATCH", "/api/v1/me", Some(&own), Some(renamed)).await.expect(200);
    assert_eq!((renamed.text_at("/data/display_name"), renamed.text_at("/data/role")), ("Somebody".into(), "none".into()));
    assert_eq!(renamed.text_at("/data/username"), "end_user");
    let emptied = server.call("PATCH", "/api/v1/me", Some(&own), Some(json!({ "display_name": "" }))).await.expect(200);
    assert!(emptied.at("/data/display_name").is_null());
    for bad in [json!({}), json!({ "role": "super_admin" }), json!({ "display_name": 5 }), json!({ "display_name": "x".repeat(257) })] {
        server.call("PATCH", "/api/v1/me", Some(&own), Some(bad)).await.expect(422);
    }
    for (method, path) in [("GET", "/api/v1/me"), ("PATCH", "/api/v1/me"), ("POST", "/api/v1/me/password")] {
        server.call(method, path, None, Some(json!([]))).await.expect(401);
        server.call(method, path, Some("nonsense"), Some(json!([]))).await.expect(401);
    }
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions_and_the_old_password() {
    let server = Server::start().await;
    let own = server.login("end_user").await;
    let (other, guid) = (server.login("end_user").await, server.open("end_user").await);
    let somebody_else = server.login("bob").await;
    server.tell("/api/v1/auth/forgot-password", json!({ "username": "end_user" })).await.expect(202);
    let reset = server.mails().await[0].token.expose(MailPurpose::PasswordReset);

    let change = json!({ "current_password": PASSWORD, "new_password": NEW });
    let changed = server.post("/api/v1/me/password", &own, change.clone()).await.expect(200);
    assert_eq!(changed.number("/data/sessions_ended"), 2);
    server.get("/api/v1/me", &own).await.expect(200);
    server.get("/api/v1/me", &somebody_else).await.expect(200);
    server.get("/api/v1/me", &other).await.expect(401);
    assert_eq!(server.validate(&guid).await.expect(401).text_at("/error/minor/tag"), "manual");
    server.post("/api/v1/me/password", &own, change).await.expect(403);
    server.tell("/user/login", json!({ "username": "end_user", "password": PASSWORD })).await.expect(401);
    server.tell("/user/login", json!({ "username": "end_user", "password": NEW })).await.expect(200);
    // What was mailed before is void: the password that it would have replaced is gone.
    server.tell("/api/v1/auth/reset-password", json!({ "token": *reset, "new_password": "Third-horse-9" })).await.expect(422);
}

#[tokio::test]
async fn wrong_current_passwords_lock_like_wrong_sign_ins() {
    let server = Server::start().await;
    let own = server.login("end_user").await;
    let guess = json!({ "current_password": "Wrong-horse-9", "new_password": NEW });
    for _ in 0..3 {
        server.post("/api/v1/me/password", &own, guess.clone()).await.expect(403);
    }
    let locked = server.post("/api/v1/me/password", &own, json!({ "current_password": PASSWORD, "new_password": NEW })).await.expect(429);
    assert!(locked.headers["retry-after"].to_str().unwrap().parse::<u64>().unwrap() > 0);
    server.tell("/user/login", json!({ "username": "end_user", "password": PASSWORD })).await.expect(429);
    server.advance(601);
    server.post("/api/v1/me/password", &own, json!({ "current_password": PASSWORD, "new_password": NEW })).await.expect(200);
    for bad in [json!({}), json!({ "current_password": NEW }), json!({ "current_password": NEW, "new_password": "" })] {
        server.post("/api/v1/me/password", &own, bad).await.expect(422);
    }
}
