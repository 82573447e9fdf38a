//! Nobody acts beyond themselves: not through an application, not through another's account, not on their own.

use serde_json::{Value, json};

use super::{created, id_of};
use crate::server::{Answer, Server};

const ABOVE: &str = "The owner of this application stands above your role.";
const NO_ADMINISTRATOR: &str = "An application changes no administrator and makes none.";
/// RFC 7517 appendix A.1.
const KEY: &str = r#"{"kty":"EC","crv":"P-256","kid":"1","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
    "y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}"#;

async fn patch(server: &Server, token: &str, path: &str, body: Value) -> Answer {
    server.call("PATCH", path, Some(token), Some(body)).await
}

/// Where the user is, among those whom `root` sees.
async fn user(server: &Server, root: &str, name: &str) -> String {
    format!("/api/v1/admin/users/{}", id_of(server, root, "users", name).await)
}

#[tokio::test]
async fn an_application_is_endowed_only_by_who_may_change_its_owner() {
    let server = Server::start().await;
    let root = server.login("super_admin").await;
    let admin = server.login("tenant_admin_a").await;
    let acme = id_of(&server, &root, "tenants", "acme").await;
    for owner in ["super_admin", "partner_admin", "operator", "bob"] {
        let body =
            json!({ "client_id": format!("of-{owner}"), "tenant_id": acme, "owner_id": id_of(&server, &root, "users", owner).await });
        let path = format!("/api/v1/admin/applications/{}", created(&server, &root, "applications", body).await);
        let endowing = [
            server.call("POST", &format!("{path}/secrets"), Some(&admin), None).await,
            patch(&server, &admin, &path, json!({ "jwks": serde_json::from_str::<Value>(KEY).unwrap() })).await,
            patch(&server, &admin, &path, json!({ "scopes": ["admin:write"] })).await,
        ];
        for refused in endowing {
            assert_eq!(refused.expect(403).text_at("/detail"), ABOVE, "{owner}");
        }
        assert_eq!(server.get(&format!("{path}/secrets"), &root).await.ids().len(), 1, "{owner}");
        // What takes power away is the tenant's to do.
        patch(&server, &admin, &path, json!({ "name": "Renamed", "status": "disabled" })).await.expect(200);
        patch(&server, &admin, &path, json!({ "status": "active" })).await.expect(403);
        patch(&server, &admin, &path, json!({ "owner_id": null, "status": "active" })).await.expect(200);
        server.call("POST", &format!("{path}/secrets"), Some(&admin), None).await.expect(201);
    }
}

#[tokio::test]
async fn nobody_is_made_an_owner_by_who_may_not_change_them() {
    let server = Server::start().await;
    let root = server.login("super_admin").await;
    let admin = server.login("tenant_admin_a").await;
    let own = format!("/api/v1/admin/applications/{}", created(&server, &admin, "applications", json!({ "client_id": "own" })).await);
    for (owner, status) in
        [("partner_admin", 403), ("operator", 403), ("super_admin", 404), ("bob", 404), ("end_user", 200), ("tenant_admin_a", 200)]
    {
        let id = id_of(&server, &root, "users", owner).await;
        patch(&server, &admin, &own, json!({ "owner_id": id })).await.expect(status);
        let made = server.post("/api/v1/admin/applications/", &admin, json!({ "client_id": format!("new-{owner}"), "owner_id": id })).await;
        made.expect(if status == 200 { 201 } else { status });
        let listed = server.get(&format!("/api/v1/admin/applications/?search=new-{owner}"), &root).await.ids();
        assert_eq!(listed.len(), usize::from(status == 200), "{owner}: a refusal leaves nothing behind");
    }
}

#[tokio::test]
async fn a_machine_endows_no_sibling_that_holds_more() {
    let server = Server::start().await;
    let root = server.login("super_admin").await;
    let writer = server.machine("machine_writer").await;
    let reader = format!("/api/v1/admin/applications/{}", id_of(&server, &root, "applications", "machine_reader").await);
    server.call("POST", &format!("{reader}/secrets"), Some(&writer), None).await.expect(403);
    patch(&server, &writer, &reader, json!({ "jwks": serde_json::from_str::<Value>(KEY).unwrap() })).await.expect(403);
    let lesser = json!({ "client_id": "lesser", "scopes": ["admin:write"] });
    let lesser = format!("/api/v1/admin/applications/{}", created(&server, &writer, "applications", lesser).await);
    server.call("POST", &format!("{lesser}/secrets"), Some(&writer), None).await.expect(201);
    let administrator = json!({ "owner_id": id_of(&server, &root, "users", "tenant_admin_a").await });
    assert_eq!(patch(&server, &writer, &lesser, administrator).await.expect(403).text_at("/detail"), ABOVE);
}

#[tokio::test]
async fn a_machine_changes_no_administrator_and_makes_none() {
    let server = Server::start().await;
    let root = server.login("super_admin").await;
    let plain = user(&server, &root, "end_user").await;
    for machine in ["machine_writer", "machine_platform"] {
        let token = server.machine(machine).await;
        for administrator in ["tenant_admin_a", "operator"] {
            let at = user(&server, &root, administrator).await;
            let refused = [
                server.post(&format!("{at}/password"), &token, json!({ "password": "Taken-over-1" })).await,
                server.post(&format!("{at}/status"), &token, json!({ "status": "suspended" })).await,
                server.post(&format!("{at}/emails"), &token, json!({ "email": "x@example.com", "is_primary": true })).await,
                patch(&server, &token, &at, json!({ "role": "none" })).await,
                server.delete(&at, &token).await,
            ];
            for answer in refused {
                assert_eq!(answer.expect(403).text_at("/detail"), NO_ADMINISTRATOR, "{machine} {administrator}");
            }
        }
        patch(&server, &token, &plain, json!({ "role": "tenant_admin" })).await.expect(403);
        let acme = id_of(&server, &root, "tenants", "acme").await;
        let new = json!({ "username": "riser", "tenant_id": acme, "role": "tenant_admin", "password": "Taken-over-1" });
        assert_eq!(server.post("/api/v1/admin/users/", &token, new).await.expect(403).text_at("/detail"), NO_ADMINISTRATOR);
        server.post(&format!("{plain}/password"), &token, json!({ "password": "Battery-staple-8" })).await.expect(200);
    }
    server.login("tenant_admin_a").await;
}

#[tokio::test]
async fn nobody_changes_their_own_sign_in_through_an_administrators_route() {
    let server = Server::start().await;
    let root = server.login("super_admin").await;
    for name in ["tenant_admin_a", "partner_admin", "super_admin"] {
        let token = server.login(name).await;
        let own = user(&server, &root, name).await;
        let address = format!("{own}/emails/{name}@example.com");
        let refused = [
            server.post(&format!("{own}/password"), &token, json!({ "password": "Taken-over-1" })).await,
            server.post(&format!("{own}/password"), &token, json!({ "password": "Taken-over-1", "keep_sessions": true })).await,
            server.post(&format!("{own}/emails"), &token, json!({ "email": "thief@example.com" })).await,
            server.call("POST", &format!("{address}/primary"), Some(&token), None).await,
            server.post(&format!("{address}/status"), &token, json!({ "status": "unverified" })).await,
            server.delete(&address, &token).await,
            server.post(&format!("{own}/status"), &token, json!({ "status": "suspended" })).await,
            patch(&server, &token, &own, json!({ "role": "none" })).await,
            server.delete(&own, &token).await,
        ];
        for answer in refused {
            assert!(answer.expect(409).text_at("/detail").contains("POST /api/v1/me/password"), "{name}");
        }
        assert_eq!(server.get(&own, &root).await.at("/data/emails").as_array().unwrap().len(), 1);
        patch(&server, &token, &own, json!({ "display_name": "Me" })).await.expect(200);
        server.login(name).await;
    }
}

#[tokio::test]
async fn a_tenants_administrator_is_no_owner_of_the_org_by_its_own_word() {
    let server = Server::start().await;
    let root = server.login("super_admin").await;
    let acme = id_of(&server, &root, "tenants", "acme").await;
    let admin = server.login("tenant_admin_a").await;
    let owner = json!({ "memberships": { acme.clone(): "owner" } });
    patch(&server, &admin, &user(&server, &root, "tenant_admin_a").await, owner.clone()).await.expect(409);
    patch(&server, &admin, &user(&server, &root, "partner_admin").await, owner.clone()).await.expect(403);
    patch(&server, &admin, &user(&server, &root, "end_user").await, owner.clone()).await.expect(200);
    patch(&server, &server.login("partner_admin").await, &user(&server, &root, "tenant_admin_a").await, owner).await.expect(200);
}
