//! Nobody rises above the own height, reaches further than the own reach, or shuts the last door.

use serde_json::json;

use super::{created, fresh_user, id_of};
use crate::server::Server;

#[tokio::test]
async fn nobody_gives_or_alters_what_stands_above() {
    let server = Server::start().await;
    let root = server.login("super_admin").await;
    let (tenant_admin, partner_admin) = (server.login("tenant_admin_a").await, server.login("partner_admin").await);
    let user = async |name: &str| format!("/api/v1/admin/users/{}", id_of(&server, &root, "users", name).await);
    let plain = user("end_user").await;
    for (token, role) in [(&tenant_admin, "partner_admin"), (&tenant_admin, "super_admin"), (&partner_admin, "super_admin")] {
        server.call("PATCH", &plain, Some(token), Some(json!({ "role": role }))).await.expect(403);
        server.post("/api/v1/admin/users/", token, json!({ "username": "riser", "role": role })).await.expect(403);
        server.call("PATCH", &plain, Some(token), Some(json!({ "is_operator": true }))).await.expect(403);
        server.call("PATCH", &plain, Some(token), Some(json!({ "tenant_id": null }))).await.expect(403);
    }
    // An operator's password would open every tenant, and a partner administrator's every tenant of the partner.
    let password = json!({ "password": "Taken-over-1" });
    for above in [user("operator").await, user("partner_admin").await] {
        for (path, body) in [("/password", &password), ("/status", &json!({ "status": "suspended" }))] {
            server.post(&format!("{above}{path}"), &tenant_admin, body.clone()).await.expect(403);
        }
        let stolen = json!({ "email": "stolen@example.com", "is_primary": true });
        server.post(&format!("{above}/emails"), &tenant_admin, stolen).await.expect(403);
        server.delete(&above, &tenant_admin).await.expect(403);
        server.call("PATCH", &above, Some(&tenant_admin), Some(json!({ "display_name": "x" }))).await.expect(403);
        server.get(&above, &tenant_admin).await.expect(200);
    }
    server.post(&format!("{}/password", user("operator").await), &partner_admin, password).await.expect(403);
    server.login("operator").await;
    // A platform application reaches every tenant.
    let acme = id_of(&server, &root, "tenants", "acme").await;
    let platform = json!({ "client_id": "wide", "tenant_id": acme, "platform": true });
    server.post("/api/v1/admin/applications/", &tenant_admin, platform.clone()).await.expect(403);
    let wide = format!("/api/v1/admin/applications/{}", created(&server, &root, "applications", platform).await);
    server.post(&format!("{wide}/secrets"), &tenant_admin, json!({})).await.expect(403);
    server.call("PATCH", &wide, Some(&tenant_admin), Some(json!({ "name": "x" }))).await.expect(403);
    server.delete(&wide, &partner_admin).await.expect(403);
    let narrow = created(&server, &tenant_admin, "applications", json!({ "client_id": "narrow" })).await;
    let widened = Some(json!({ "platform": true }));
    server.call("PATCH", &format!("/api/v1/admin/applications/{narrow}"), Some(&tenant_admin), widened).await.expect(403);
    // A tenant's administrator neither closes it nor moves it to another partner.
    let own = format!("/api/v1/admin/tenants/{acme}");
    server.call("PATCH", &own, Some(&tenant_admin), Some(json!({ "status": "parked" }))).await.expect(403);
    server.call("PATCH", &own, Some(&partner_admin), Some(json!({ "partner_id": null }))).await.expect(403);
}

#[tokio::test]
async fn nobody_moves_anything_out_of_or_into_a_foreign_tenant() {
    let server = Server::start().await;
    let root = server.login("super_admin").await;
    let admin = server.login("tenant_admin_a").await;
    let beta = id_of(&server, &root, "tenants", "beta").await;
    let bob = id_of(&server, &root, "users", "bob").await;
    let plain = format!("/api/v1/admin/users/{}", id_of(&server, &root, "users", "end_user").await);
    let patch = async |path: &str, body| server.call("PATCH", path, Some(&admin), Some(body)).await;
    patch(&plain, json!({ "tenant_id": beta })).await.expect(404);
    patch(&plain, json!({ "memberships": { beta.clone(): "owner" } })).await.expect(404);
    server.post("/api/v1/admin/users/", &admin, json!({ "username": "spy", "tenant_id": beta })).await.expect(404);
    server.post("/api/v1/admin/applications/", &admin, json!({ "client_id": "spy", "owner_id": bob })).await.expect(404);
    // A foreign membership is neither shown nor lost when the own ones are replaced.
    server.call("PATCH", &plain, Some(&root), Some(json!({ "memberships": { beta.clone(): "member" } }))).await.expect(200);
    assert_eq!(server.get(&plain, &admin).await.at("/data/memberships"), json!({}));
    let acme = id_of(&server, &root, "tenants", "acme").await;
    let shown = patch(&plain, json!({ "memberships": { acme.clone(): "admin" } })).await.expect(200).at("/data/memberships");
    assert_eq!(shown, json!({ acme.clone(): "admin" }));
    assert_eq!(server.get(&plain, &root).await.at("/data/memberships"), json!({ acme: "admin", beta: "member" }));
}

#[tokio::test]
async fn a_taken_name_is_taken_and_nothing_more_is_said() {
    let server = Server::start().await;
    let root = server.login("super_admin").await;
    let admin = server.login("tenant_admin_a").await;
    let beta = id_of(&server, &root, "tenants", "beta").await;
    created(&server, &root, "applications", json!({ "client_id": "theirs", "tenant_id": beta })).await;
    let doomed = fresh_user(&server, &root, "doomed", &beta).await;
    server.delete(&format!("/api/v1/admin/users/{doomed}"), &root).await.expect(204);
    for (noun, body, detail) in [
        ("users", json!({ "username": "bob" }), "This username is taken."),
        ("users", json!({ "username": "doomed" }), "This username is taken."),
        ("users", json!({ "username": "fresh", "email": "BOB@example.com" }), "This email is taken."),
        ("applications", json!({ "client_id": "theirs" }), "This client_id is taken."),
    ] {
        let answer = server.post(&format!("/api/v1/admin/{noun}/"), &admin, body).await.expect(409);
        assert_eq!(answer.json(), json!({ "detail": detail }));
    }
    assert_eq!(server.get("/api/v1/admin/users/?search=fresh", &root).await.ids(), Vec::<String>::new(), "nothing of it was written");
    server.post("/api/v1/admin/tenants/", &root, json!({ "code": " acme " })).await.expect(409);
    server.post("/api/v1/admin/partners/", &root, json!({ "code": "north" })).await.expect(409);
}

#[tokio::test]
async fn nobody_locks_themselves_out_and_one_super_administrator_stays() {
    let server = Server::start().await;
    let root = server.login("super_admin").await;
    let own = format!("/api/v1/admin/users/{}", id_of(&server, &root, "users", "super_admin").await);
    server.call("PATCH", &own, Some(&root), Some(json!({ "role": "none" }))).await.expect(409);
    server.post(&format!("{own}/status"), &root, json!({ "status": "suspended" })).await.expect(409);
    server.delete(&own, &root).await.expect(409);
    let primary = format!("{own}/emails/super_admin@example.com");
    server.post(&format!("{primary}/status"), &root, json!({ "status": "unverified" })).await.expect(409);
    server.delete(&primary, &root).await.expect(409);
    let partner_admin = server.login("partner_admin").await;
    let home = format!("/api/v1/admin/tenants/{}", id_of(&server, &root, "tenants", "acme").await);
    server.delete(&home, &partner_admin).await.expect(409);
    // A second one, whom the first can make and unmake; of two, each unmaking the other, one stays.
    let second = json!({ "username": "second", "email": "second@example.com", "password": "Correct-horse-7", "role": "super_admin" });
    let second_path = format!("/api/v1/admin/users/{}", created(&server, &root, "users", second).await);
    let other = server.login("second").await;
    server.post(&format!("{own}/status"), &other, json!({ "status": "suspended" })).await.expect(200);
    server.get(&own, &root).await.expect(401);
    let admin = id_of(&server, &other, "users", "tenant_admin_a").await;
    server.call("PATCH", &format!("/api/v1/admin/users/{admin}"), Some(&other), Some(json!({ "role": "super_admin" }))).await.expect(200);
    let third = server.login("tenant_admin_a").await;
    server.call("PATCH", &second_path, Some(&third), Some(json!({ "role": "none" }))).await.expect(200);
    // The last one's home cannot be closed over the head of who is left, not even by somebody who reaches it.
    server.delete(&home, &partner_admin).await.expect(409);
    let gamma_admin = json!({ "username": "pam", "password": "Correct-horse-7", "role": "partner_admin",
        "tenant_id": id_of(&server, &third, "tenants", "gamma").await });
    created(&server, &third, "users", gamma_admin).await;
    let pam = server.login("pam").await;
    let refused = server.delete(&home, &pam).await.expect(409);
    assert_eq!(refused.text_at("/detail"), "No super administrator would be left who can sign in.");
    server.get(&home, &third).await.expect(200);
}

#[tokio::test]
async fn states_take_only_their_steps_and_doomed_is_the_last() {
    let server = Server::start().await;
    let root = server.login("super_admin").await;
    let acme = id_of(&server, &root, "tenants", "acme").await;
    let user = format!("/api/v1/admin/users/{}", fresh_user(&server, &root, "walker", &acme).await);
    let to = async |status: &str| server.post(&format!("{user}/status"), &root, json!({ "status": status })).await;
    to("unverified").await.expect(409);
    assert_eq!(to("suspended").await.expect(200).text_at("/data/status"), "suspended");
    to("unverified").await.expect(409);
    to("verified").await.expect(200);
    server.delete(&user, &root).await.expect(204);
    server.delete(&user, &root).await.expect(204);
    to("verified").await.expect(409);
    server.call("PATCH", &user, Some(&root), Some(json!({ "display_name": "x" }))).await.expect(409);
    server.post(&format!("{user}/password"), &root, json!({ "password": "Battery-staple-8" })).await.expect(409);
    assert_eq!(server.get(&user, &root).await.expect(200).text_at("/data/status"), "doomed");
    let partner = created(&server, &root, "partners", json!({ "code": "west" })).await;
    let west = format!("/api/v1/admin/partners/{partner}");
    let tenant = created(&server, &root, "tenants", json!({ "code": "WEST", "partner_id": partner })).await;
    server.delete(&west, &root).await.expect(409);
    server.delete(&format!("/api/v1/admin/tenants/{tenant}"), &root).await.expect(204);
    let back = Some(json!({ "status": "verified" }));
    server.call("PATCH", &format!("/api/v1/admin/tenants/{tenant}"), Some(&root), back).await.expect(409);
    server.delete(&west, &root).await.expect(204);
    assert_eq!(server.get(&west, &root).await.text_at("/data/status"), "doomed");
    server.post("/api/v1/admin/tenants/", &root, json!({ "code": "EAST", "partner_id": partner })).await.expect(409);
}
