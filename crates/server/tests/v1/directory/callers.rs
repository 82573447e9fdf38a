//! Every route × every kind of caller × what is the caller's own, another's, nobody's.

use std::collections::BTreeSet;

use cloakroom_engine::directory::PlatformRole::{self, None as Plain, PartnerAdmin, SuperAdmin, TenantAdmin};
use serde_json::{Value, json};

use super::{created, fresh_provider, fresh_user, id_of};
use crate::server::{Answer, Server};

/// Method, path, body, the least role, the answer to whoever may.
struct Route(&'static str, &'static str, Option<fn(&Target) -> Value>, PlatformRole, u16);

/// What is called upon.
struct Target {
    partner: String,
    tenant: String,
    user: String,
    email: String,
    application: String,
    secret: String,
    identity_provider: String,
    /// A name that nobody has.
    name: String,
}

const ROUTES: &[Route] = &[
    Route("GET", "/api/v1/admin/partners", None, PartnerAdmin, 200),
    Route("GET", "/api/v1/admin/partners/", None, PartnerAdmin, 200),
    Route("POST", "/api/v1/admin/partners", Some(|to| json!({ "code": format!("a{}", to.name) })), SuperAdmin, 201),
    Route("POST", "/api/v1/admin/partners/", Some(|to| json!({ "code": to.name })), SuperAdmin, 201),
    Route("GET", "/api/v1/admin/partners/{partner_id}", None, PartnerAdmin, 200),
    Route("PATCH", "/api/v1/admin/partners/{partner_id}", Some(|_| json!({ "name": "Other" })), SuperAdmin, 200),
    Route("GET", "/api/v1/admin/tenants", None, TenantAdmin, 200),
    Route("GET", "/api/v1/admin/tenants/", None, TenantAdmin, 200),
    Route(
        "POST",
        "/api/v1/admin/tenants",
        Some(|to| json!({ "code": format!("a{}", to.name), "partner_id": to.partner })),
        PartnerAdmin,
        201,
    ),
    Route("POST", "/api/v1/admin/tenants/", Some(|to| json!({ "code": to.name, "partner_id": to.partner })), PartnerAdmin, 201),
    Route("GET", "/api/v1/admin/tenants/{tenant_id}", None, TenantAdmin, 200),
    Route("PATCH", "/api/v1/admin/tenants/{tenant_id}", Some(|_| json!({ "name": "Other", "ttl_seconds": 60 })), TenantAdmin, 200),
    Route("GET", "/api/v1/admin/users", None, TenantAdmin, 200),
    Route("GET", "/api/v1/admin/users/", None, TenantAdmin, 200),
    Route(
        "POST",
        "/api/v1/admin/users",
        Some(|to| json!({ "username": format!("a{}", to.name), "tenant_id": to.tenant })),
        TenantAdmin,
        201,
    ),
    Route("POST", "/api/v1/admin/users/", Some(|to| json!({ "username": to.name, "tenant_id": to.tenant })), TenantAdmin, 201),
    Route("GET", "/api/v1/admin/users/{user_id}", None, TenantAdmin, 200),
    Route("PATCH", "/api/v1/admin/users/{user_id}", Some(|to| json!({ "memberships": { to.tenant.clone(): "owner" } })), TenantAdmin, 200),
    Route("POST", "/api/v1/admin/users/{user_id}/status", Some(|_| json!({ "status": "suspended" })), TenantAdmin, 200),
    Route("POST", "/api/v1/admin/users/{user_id}/password", Some(|_| json!({ "password": "Battery-staple-8" })), TenantAdmin, 200),
    Route("GET", "/api/v1/admin/users/{user_id}/locks", None, TenantAdmin, 200),
    Route("DELETE", "/api/v1/admin/users/{user_id}/locks", None, TenantAdmin, 204),
    Route(
        "POST",
        "/api/v1/admin/users/{user_id}/emails",
        Some(|to| json!({ "email": format!("{}@other.org", to.name) })),
        TenantAdmin,
        200,
    ),
    Route("POST", "/api/v1/admin/users/{user_id}/emails/{email}/primary", None, TenantAdmin, 200),
    Route("POST", "/api/v1/admin/users/{user_id}/emails/{email}/status", Some(|_| json!({ "status": "unverified" })), TenantAdmin, 200),
    Route("DELETE", "/api/v1/admin/users/{user_id}/emails/{email}", None, TenantAdmin, 204),
    Route("DELETE", "/api/v1/admin/users/{user_id}", None, TenantAdmin, 204),
    Route("GET", "/api/v1/admin/applications", None, TenantAdmin, 200),
    Route("GET", "/api/v1/admin/applications/", None, TenantAdmin, 200),
    Route(
        "POST",
        "/api/v1/admin/applications",
        Some(|to| json!({ "client_id": format!("a{}", to.name), "tenant_id": to.tenant })),
        TenantAdmin,
        201,
    ),
    Route("POST", "/api/v1/admin/applications/", Some(|to| json!({ "client_id": to.name, "tenant_id": to.tenant })), TenantAdmin, 201),
    Route("GET", "/api/v1/admin/applications/{application_id}", None, TenantAdmin, 200),
    Route(
        "PATCH",
        "/api/v1/admin/applications/{application_id}",
        Some(|to| json!({ "status": "disabled", "owner_id": to.user })),
        TenantAdmin,
        200,
    ),
    Route("GET", "/api/v1/admin/applications/{application_id}/logouts", None, TenantAdmin, 200),
    Route("GET", "/api/v1/admin/applications/{application_id}/secrets", None, TenantAdmin, 200),
    Route("POST", "/api/v1/admin/applications/{application_id}/secrets", None, TenantAdmin, 201),
    Route("DELETE", "/api/v1/admin/applications/{application_id}/secrets/{secret_id}", None, TenantAdmin, 204),
    Route("DELETE", "/api/v1/admin/applications/{application_id}", None, TenantAdmin, 204),
    Route("GET", "/api/v1/admin/identity-providers", None, TenantAdmin, 200),
    Route("GET", "/api/v1/admin/identity-providers/", None, TenantAdmin, 200),
    Route("POST", "/api/v1/admin/identity-providers", Some(|to| provider(to, "a")), TenantAdmin, 201),
    Route("POST", "/api/v1/admin/identity-providers/", Some(|to| provider(to, "b")), TenantAdmin, 201),
    Route("GET", "/api/v1/admin/identity-providers/{identity_provider_id}", None, TenantAdmin, 200),
    Route(
        "PATCH",
        "/api/v1/admin/identity-providers/{identity_provider_id}",
        Some(|_| json!({ "status": "disabled", "domains": ["other.example"], "client_secret": null })),
        TenantAdmin,
        200,
    ),
    Route(
        "POST",
        "/api/v1/admin/identity-providers/{identity_provider_id}/approved-domains",
        Some(|_| json!({ "domains": [] })),
        SuperAdmin,
        200,
    ),
    Route("DELETE", "/api/v1/admin/identity-providers/{identity_provider_id}", None, TenantAdmin, 204),
    Route("DELETE", "/api/v1/admin/tenants/{tenant_id}", None, PartnerAdmin, 204),
    Route("DELETE", "/api/v1/admin/partners/{partner_id}", None, SuperAdmin, 204),
];

fn provider(to: &Target, mark: &str) -> Value {
    json!({ "code": format!("{mark}{}", to.name), "tenant_id": to.tenant, "issuer": "https://id.example", "client_id": "us",
        "groups_claim": "groups", "group_memberships": [{ "group": "staff", "tenant_id": to.tenant, "role": "owner" }] })
}

async fn call(server: &Server, Route(method, path, body, ..): &Route, token: Option<&str>, to: &Target) -> Answer {
    let path = path.replace("{partner_id}", &to.partner).replace("{tenant_id}", &to.tenant).replace("{user_id}", &to.user);
    let path = path.replace("{email}", &to.email).replace("{application_id}", &to.application).replace("{secret_id}", &to.secret);
    let path = path.replace("{identity_provider_id}", &to.identity_provider);
    server.call(method, &path, token, body.map(|body| body(to))).await
}

/// A fresh user with an application in the tenant.
async fn target(server: &Server, root: &str, name: String, (partner, tenant): (String, String)) -> Target {
    let user = fresh_user(server, root, &name, &tenant).await;
    let body = json!({ "client_id": format!("app-{name}"), "tenant_id": tenant });
    let made = server.post("/api/v1/admin/applications/", root, body).await.expect(201);
    let (application, secret) = (made.text_at("/data/id"), made.text_at("/data/secret/id"));
    let identity_provider = fresh_provider(server, root, &name, &tenant).await;
    let (email, name) = (format!("{name}@example.com"), format!("n{name}"));
    Target { partner, tenant, user, email, application, secret, identity_provider, name }
}

/// Every kind of caller, and the role that it stands as high as.
const PERSONAS: &[(&str, Option<PlatformRole>)] = &[
    ("anon", None),
    ("end_user", Some(Plain)),
    ("operator", Some(Plain)),
    ("homeless_admin", Some(Plain)),
    ("tenant_admin_a", Some(TenantAdmin)),
    ("partner_admin", Some(PartnerAdmin)),
    ("delegate", Some(Plain)),
    ("machine_unscoped", Some(Plain)),
    ("machine_homeless", Some(Plain)),
    ("machine_reader", Some(TenantAdmin)),
    ("machine_writer", Some(TenantAdmin)),
    ("machine_platform", Some(PartnerAdmin)),
    ("super_admin", Some(SuperAdmin)),
];

/// What nobody ever made.
fn missing(name: String) -> Target {
    let id = |prefix: &str| format!("{prefix}_01234567890123456789012345");
    Target {
        partner: id("prt"),
        tenant: id("tnt"),
        user: id("usr"),
        email: "nobody@example.com".into(),
        application: id("app"),
        secret: id("csc"),
        identity_provider: id("idp"),
        name,
    }
}

#[tokio::test]
async fn every_route_answers_every_caller_as_the_table_says() {
    let server = Server::start().await;
    let root = server.login("super_admin").await;
    let (north, south) = (id_of(&server, &root, "partners", "north").await, id_of(&server, &root, "partners", "south").await);
    let (acme, beta) = (id_of(&server, &root, "tenants", "acme").await, id_of(&server, &root, "tenants", "beta").await);
    let mut number = 0;
    for (persona, role) in PERSONAS.iter().copied() {
        let token = match persona {
            "anon" => None,
            "delegate" => Some(server.delegate("machine_platform", "super_admin").await),
            _ if persona.starts_with("machine") => Some(server.machine(persona).await),
            _ => Some(server.login(persona).await),
        };
        for route in ROUTES {
            number += 1;
            let fresh_partner = json!({ "code": format!("p{number}") });
            let partner = if persona == "super_admin" { created(&server, &root, "partners", fresh_partner).await } else { north.clone() };
            // One that nobody is at home in may be taken away.
            let empty = json!({ "code": format!("t{number}"), "partner_id": north });
            let tenant = if role == Some(TenantAdmin) { acme.clone() } else { created(&server, &root, "tenants", empty).await };
            let own = target(&server, &root, format!("o{number}"), (partner, tenant)).await;
            let foreign = target(&server, &root, format!("f{number}"), (south.clone(), beta.clone())).await;
            let missing = missing(format!("m{number}"));
            let (method, path, least, ok) = (route.0, route.1, route.3, route.4);
            let told = format!("{persona} {method} {path}");
            let expected = match role {
                None => 401,
                Some(role) if role == Plain || role < least => 403,
                _ if persona == "machine_reader" && method != "GET" => 403,
                Some(_) => ok,
            };
            let mentions = path.contains('{') || (method == "POST" && !path.contains("/partners"));
            let elsewhere = if expected == ok && mentions { 404 } else { expected };
            if mentions {
                assert_eq!(call(&server, route, token.as_deref(), &missing).await.status.as_u16(), elsewhere, "{told} of nobody");
            }
            if mentions && !["super_admin", "machine_platform"].contains(&persona) {
                assert_eq!(call(&server, route, token.as_deref(), &foreign).await.status.as_u16(), elsewhere, "{told} of others");
            }
            let answer = call(&server, route, token.as_deref(), &own).await;
            assert_eq!(answer.status.as_u16(), expected, "{told}: {answer:?}");
        }
    }
}

#[tokio::test]
async fn the_table_has_every_documented_route() {
    let documents = cloakroom_server::router::documents();
    let (_, document) = documents.iter().find(|(path, _)| *path == "/api/v1/directory/openapi.json").unwrap();
    let document = serde_json::to_value(document).unwrap();
    let mut documented = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        // A path that ends in a slash answers without it, too, and no document says so.
        let served = |method: &String| [path.as_str(), path.trim_end_matches('/')].map(|path| (method.to_uppercase(), path.to_owned()));
        documented.extend(item.as_object().unwrap().keys().flat_map(served));
    }
    documented.remove(&("GET".to_owned(), "/api/v1/directory/openapi.json".to_owned()));
    let in_the_table: BTreeSet<_> = ROUTES.iter().map(|Route(method, path, ..)| ((*method).to_owned(), (*path).to_owned())).collect();
    assert_eq!(documented, in_the_table);
    let server = Server::start().await;
    assert_eq!(server.call("GET", "/api/v1/directory/openapi.json", None, None).await.expect(200).json(), document);
}

#[tokio::test]
async fn bad_values_are_all_named() {
    let server = Server::start().await;
    let root = server.login("super_admin").await;
    let named = async |method: &str, path: &str, body: Value| {
        let answer = server.call(method, path, Some(&root), Some(body)).await.expect(422);
        let mut names: Vec<_> =
            answer.at("/detail").as_array().unwrap().iter().map(|bad| bad["loc"][1].as_str().unwrap().to_owned()).collect();
        names.sort();
        names
    };
    let bad = json!({ "username": ".x", "email": "x", "role": "king", "is_operator": 1, "session_cap": 31, "memberships": { "tnt_1": "boss" },
        "status": "gone" });
    assert_eq!(
        named("POST", "/api/v1/admin/users/", bad).await,
        ["email", "is_operator", "memberships", "role", "session_cap", "status", "username"]
    );
    assert_eq!(named("POST", "/api/v1/admin/users/", json!({})).await, ["username"]);
    assert_eq!(named("POST", "/api/v1/admin/tenants", json!({ "code": "a b", "ttl_seconds": 0 })).await, ["code", "ttl_seconds"]);
    let bad = json!({ "client_id": "a:b", "scopes": ["a b"], "kind": "x", "client_secret": "mine" });
    assert_eq!(named("POST", "/api/v1/admin/applications/", bad).await, ["client_id", "client_secret", "kind", "scopes"]);
    let user = "/api/v1/admin/users/usr_01234567890123456789012345";
    let fixed = json!({ "username": "x", "status": "verified", "password": "x", "email": null });
    assert_eq!(named("PATCH", user, fixed).await, ["email", "password", "status", "username"]);
    assert_eq!(named("POST", &format!("{user}/status"), json!({})).await, ["status"]);
    assert_eq!(named("POST", &format!("{user}/password"), json!({ "password": "" })).await, ["password"]);
    let status = server.get("/api/v1/admin/users/?status=gone&page=0", &root).await.expect(422);
    assert_eq!(status.at("/detail").as_array().unwrap().len(), 2);
}
