//! Accounts that were guessed at: who sees their locks, and what lifts them.

use serde_json::json;

use super::id_of;
use crate::server::{PASSWORD, Server};

/// Guesses until the account is locked, under its username and its address.
async fn locked(server: &Server, name: &str) {
    for _ in 0..2 {
        server.call("POST", "/user/login", None, Some(json!({ "username": name, "password": "wrong" }))).await.expect(401);
    }
    let by_address = json!({ "email": format!("{name}@example.com"), "passcode": "wrong" });
    server.call("POST", "/usm/session/create", None, Some(by_address)).await.expect(401);
    assert_eq!(log_in(server, name, PASSWORD).await, 429);
}

async fn log_in(server: &Server, name: &str, password: &str) -> u16 {
    server.call("POST", "/user/login", None, Some(json!({ "username": name, "password": password }))).await.status.as_u16()
}

#[tokio::test]
async fn an_administrator_sees_and_lifts_them() {
    let server = Server::start().await;
    let admin = server.login("tenant_admin_a").await;
    let path = format!("/api/v1/admin/users/{}/locks", id_of(&server, &admin, "users", "end_user").await);
    assert_eq!(server.get(&path, &admin).await.expect(200).at("/data"), json!([]));
    locked(&server, "end_user").await;
    let shown = server.get(&path, &admin).await.expect(200);
    assert_eq!(shown.at("/data").as_array().unwrap().len(), 1, "{shown:?}");
    assert!(shown.at("/data/0/network").is_string() && shown.text_at("/data/0/locked_until").ends_with('Z'));
    server.delete(&path, &admin).await.expect(204);
    assert_eq!(server.get(&path, &admin).await.at("/data"), json!([]));
    assert_eq!(log_in(&server, "end_user", PASSWORD).await, 200);
    locked(&server, "end_user").await;
    server.advance(600);
    assert_eq!(server.get(&path, &admin).await.at("/data"), json!([]), "what is over is no lock");
}

#[tokio::test]
async fn nobody_lifts_their_own_nor_those_above() {
    let server = Server::start().await;
    let root = server.login("super_admin").await;
    let admin = server.login("tenant_admin_a").await;
    let machine = server.machine("machine_writer").await;
    let of = async |name: &str| format!("/api/v1/admin/users/{}/locks", id_of(&server, &root, "users", name).await);
    locked(&server, "tenant_admin_a").await;
    server.delete(&of("tenant_admin_a").await, &admin).await.expect(409);
    server.delete(&of("tenant_admin_a").await, &machine).await.expect(403);
    server.delete(&of("partner_admin").await, &admin).await.expect(403);
    server.delete(&of("bob").await, &admin).await.expect(404);
    assert_eq!(log_in(&server, "tenant_admin_a", PASSWORD).await, 429);
}

#[tokio::test]
async fn a_new_password_lifts_them_set_by_an_administrator_or_by_mail() {
    let server = Server::start().await;
    let root = server.login("super_admin").await;
    locked(&server, "end_user").await;
    let path = format!("/api/v1/admin/users/{}/password", id_of(&server, &root, "users", "end_user").await);
    server.post(&path, &root, json!({ "password": PASSWORD })).await.expect(200);
    assert_eq!(log_in(&server, "end_user", PASSWORD).await, 200);
    locked(&server, "end_user").await;
    server.tell("/api/v1/auth/forgot-password", json!({ "username": "end_user" })).await.expect(202);
    let mail = server.mails().await.pop().unwrap();
    let reset = json!({ "token": mail.token.expose(mail.purpose).to_string(), "new_password": "Battery-staple-8" });
    server.tell("/api/v1/auth/reset-password", reset).await.expect(204);
    assert_eq!(log_in(&server, "end_user", "Battery-staple-8").await, 200);
}
