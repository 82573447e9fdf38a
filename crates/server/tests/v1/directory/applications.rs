//! Client applications: two live secrets, rotated without a gap, and their end.

use serde_json::json;

use super::{created, id_of};
use crate::server::Server;

/// What introspection answers a client with this secret.
async fn asked(server: &Server, client: &str, secret: &str, token: &str) -> u16 {
    let form = format!("client_id={client}&client_secret={secret}&token={token}");
    server.form("/oauth/introspect", &form).await.status.as_u16()
}

#[tokio::test]
async fn two_secrets_live_and_a_removed_one_opens_nothing() {
    let server = Server::start().await;
    let admin = server.login("tenant_admin_a").await;
    let made = server.post("/api/v1/admin/applications/", &admin, json!({ "client_id": "shop", "kind": "service" })).await.expect(201);
    let path = format!("/api/v1/admin/applications/{}/secrets", made.text_at("/data/id"));
    let (first, first_id) = (made.text_at("/data/secret/client_secret"), made.text_at("/data/secret/id"));
    assert!(first.starts_with("clc_") && first_id.starts_with("csc_"));
    assert_eq!(asked(&server, "shop", &first, &admin).await, 200);
    server.advance(1);
    let second = server.call("POST", &path, Some(&admin), None).await.expect(201);
    server.call("POST", &path, Some(&admin), None).await.expect(409);
    let listed = server.get(&path, &admin).await.expect(200);
    assert_eq!(listed.ids(), [second.text_at("/data/id"), first_id.clone()]);
    assert!(!listed.text.contains("clc_") && !listed.text.contains("hash"));
    let second = second.text_at("/data/client_secret");
    for secret in [&first, &second] {
        assert_eq!(asked(&server, "shop", secret, &admin).await, 200);
    }
    let other = created(&server, &admin, "applications", json!({ "client_id": "other" })).await;
    server.delete(&format!("/api/v1/admin/applications/{other}/secrets/{first_id}"), &admin).await.expect(404);
    server.delete(&format!("{path}/{first_id}"), &admin).await.expect(204);
    server.delete(&format!("{path}/{first_id}"), &admin).await.expect(404);
    assert_eq!(asked(&server, "shop", &first, &admin).await, 401);
    assert_eq!(asked(&server, "shop", &second, &admin).await, 200);
    assert_eq!(asked(&server, "shop", &second[..second.len() - 1], &admin).await, 401);
    server.call("POST", &path, Some(&admin), None).await.expect(201);
}

#[tokio::test]
async fn a_disabled_application_is_shut_out_and_a_removed_one_has_no_secret() {
    let server = Server::start().await;
    let admin = server.login("tenant_admin_a").await;
    let made = server.post("/api/v1/admin/applications/", &admin, json!({ "client_id": "shop", "scopes": ["a", "b"] })).await.expect(201);
    let (path, secret) = (format!("/api/v1/admin/applications/{}", made.text_at("/data/id")), made.text_at("/data/secret/client_secret"));
    let to = async |status: &str| server.call("PATCH", &path, Some(&admin), Some(json!({ "status": status }))).await.expect(200);
    assert_eq!(to("disabled").await.text_at("/data/status"), "disabled");
    assert_ne!(asked(&server, "shop", &secret, &admin).await, 200);
    to("active").await;
    assert_eq!(asked(&server, "shop", &secret, &admin).await, 200);
    server.delete(&path, &admin).await.expect(204);
    server.delete(&path, &admin).await.expect(204);
    to("active").await;
    assert_eq!(asked(&server, "shop", &secret, &admin).await, 401);
    assert_eq!(server.get(&format!("{path}/secrets"), &admin).await.ids(), Vec::<String>::new());
    server.post("/api/v1/admin/applications/", &admin, json!({ "client_id": "shop" })).await.expect(409);
    let root = server.login("super_admin").await;
    let owner = id_of(&server, &root, "users", "end_user").await;
    let owned = server.call("PATCH", &path, Some(&admin), Some(json!({ "owner_id": owner, "scopes": [] }))).await.expect(200);
    assert_eq!((owned.text_at("/data/owner_id"), owned.at("/data/scopes")), (owner, json!([])));
    // Where the owner moves out of reach, the id goes with them.
    let beta = id_of(&server, &root, "tenants", "beta").await;
    let user = format!("/api/v1/admin/users/{}", owned.text_at("/data/owner_id"));
    server.call("PATCH", &user, Some(&root), Some(json!({ "tenant_id": beta }))).await.expect(200);
    assert_eq!(server.get(&path, &admin).await.at("/data/owner_id"), json!(null));
}

#[tokio::test]
async fn an_application_with_the_scope_administers_its_tenant_and_gives_no_more_than_it_has() {
    let server = Server::start().await;
    let (writer, platform) = (server.machine("machine_writer").await, server.machine("machine_platform").await);
    let root = server.login("super_admin").await;
    for scopes in [json!(["admin:read"]), json!(["admin:write", "more"])] {
        let body = json!({ "client_id": "child", "scopes": scopes });
        let answer = server.post("/api/v1/admin/applications/", &writer, body).await.expect(403);
        assert_eq!(answer.text_at("/detail"), "An application gives no scope that it lacks.");
    }
    let child = created(&server, &writer, "applications", json!({ "client_id": "child", "scopes": ["admin:write"] })).await;
    let path = format!("/api/v1/admin/applications/{child}");
    let acme = id_of(&server, &root, "tenants", "acme").await;
    assert_eq!(server.get(&path, &writer).await.text_at("/data/tenant_id"), acme, "its own");
    server.call("PATCH", &path, Some(&writer), Some(json!({ "scopes": ["admin:read"] }))).await.expect(403);
    server.call("PATCH", &path, Some(&writer), Some(json!({ "platform": true }))).await.expect(403);
    server.call("PATCH", &path, Some(&platform), Some(json!({ "platform": true }))).await.expect(403);
    for token in [&writer, &platform] {
        server.post("/api/v1/admin/users/", token, json!({ "username": "riser", "role": "super_admin" })).await.expect(403);
        let operator = format!("/api/v1/admin/users/{}/password", id_of(&server, &root, "users", "operator").await);
        server.post(&operator, token, json!({ "password": "Taken-over-1" })).await.expect(403);
    }
    let refused = server.get("/api/v1/admin/users/", &server.machine("machine_unscoped").await).await.expect(403);
    assert_eq!(refused.text_at("/detail"), "Platform token requires admin:read or admin:write scope");
}

#[tokio::test]
async fn public_keys_are_kept_and_private_ones_refused() {
    let server = Server::start().await;
    let admin = server.login("tenant_admin_a").await;
    // RFC 7517 appendix A.1.
    let key = json!({ "kty": "EC", "crv": "P-256", "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
        "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM", "kid": "1" });
    let path = format!("/api/v1/admin/applications/{}", created(&server, &admin, "applications", json!({ "client_id": "signer" })).await);
    let with = async |jwks| server.call("PATCH", &path, Some(&admin), Some(json!({ "jwks": jwks }))).await;
    assert_eq!(with(key.clone()).await.expect(200).at("/data/jwks"), json!({ "keys": [key] }));
    let mut private = key;
    private["d"] = json!("870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE");
    let refused = with(private).await.expect(422);
    assert_eq!(refused.at("/detail/0/loc"), json!(["body", "jwks"]));
    assert!(!refused.text.contains("870MB"));
    assert_eq!(server.get(&path, &admin).await.at("/data/jwks/keys/0/kid"), "1");
    assert_eq!(with(json!(null)).await.expect(200).at("/data/jwks"), json!(null));
}
