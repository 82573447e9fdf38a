//! Administrators of a tenant see the refused sign-ins of their own people, and of nobody else.

use serde_json::{Value, json};

use crate::server::Server;

const REFUSED: &str = "&action=sign_in.refused";

async fn fails(server: &Server, username: &str, address: &str) {
    let body = json!({ "username": username, "password": "Wrong-horse-7" });
    server.call_from(("test", Some(address)), "POST", "/user/login", None, Some(body)).await;
}

/// What an administrator reads of them: the name that was tried, and how many one line tells of.
async fn read(server: &Server, admin: &str) -> Vec<(Value, Value)> {
    let token = server.login(admin).await;
    let trail = server.trail(&token, REFUSED).await;
    trail.into_iter().map(|mut entry| (entry["detail"]["name"].take(), entry["detail"]["further_refusals"].take())).collect()
}

async fn settle(server: &Server) {
    server.advance(120);
    while server.engine.settle_sign_in_failures(100).await.unwrap() > 0 {}
}

#[tokio::test]
async fn they_are_told_within_the_tenant_of_whoever_has_the_name() {
    let server = Server::start().await;
    for name in ["end_user", "END_USER", "bob", "nobody_has_this", "roaming_operator"] {
        fails(&server, name, "192.0.2.1").await;
    }
    let usm = json!({ "email": "end_user@example.com", "passcode": "Wrong-horse-7" });
    server.call_from(("test", Some("198.51.100.1")), "POST", "/usm/session/create", None, Some(usm)).await.expect(401);
    let names = |read: Vec<(Value, Value)>| read.into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    assert_eq!(names(read(&server, "tenant_admin_a").await), ["end_user@example.com", "end_user"]);
    assert_eq!(names(read(&server, "tenant_admin_b").await), ["bob"]);
    assert_eq!(names(read(&server, "partner_admin").await), ["end_user@example.com", "end_user"], "of the tenants of the partner");
    settle(&server).await;
    let of_a = read(&server, "tenant_admin_a").await;
    assert_eq!((of_a.len(), &of_a[0]), (3, &(json!("end_user"), json!("1"))), "the sum of a minute is theirs, too");
    assert_eq!(names(read(&server, "tenant_admin_b").await), ["bob"]);
    let all = read(&server, "super_admin").await;
    assert!(all.iter().any(|(name, _)| name.is_null()) && all.iter().any(|(name, _)| name == "roaming_operator"), "{all:?}");
}

/// What was tried before the move is not the new tenant's, and what was tried after it not the old one's.
#[tokio::test]
async fn a_sum_over_a_move_is_nobodys() {
    let server = Server::start().await;
    let root = server.login("super_admin").await;
    let (gina, _) = server.whereabouts("gina", &root).await;
    let beta = super::directory::id_of(&server, &root, "tenants", "beta").await;
    fails(&server, "gina", "192.0.2.1").await;
    fails(&server, "gina", "192.0.2.1").await;
    server.call("PATCH", &format!("/api/v1/admin/users/{gina}"), Some(&root), Some(json!({ "tenant_id": beta }))).await.expect(200);
    fails(&server, "gina", "192.0.2.1").await;
    settle(&server).await;
    assert_eq!(read(&server, "tenant_admin_b").await, []);
    let seen = read(&server, "super_admin").await;
    assert_eq!(seen.len(), 2, "{seen:?}");
}
