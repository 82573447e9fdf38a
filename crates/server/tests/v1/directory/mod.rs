//! The directory over HTTP: who may do what, what it ends, what the trail keeps of it.

mod addresses;
mod applications;
mod callers;
mod identity_providers;
mod lists;
mod locks;
mod powers;
mod reach;
mod registration;
mod sessions;
mod trail;

use serde_json::{Value, json};

use crate::server::Server;

/// The id of the entry whose name begins with this text.
pub async fn id_of(server: &Server, root: &str, noun: &str, search: &str) -> String {
    let listed = server.get(&format!("/api/v1/admin/{noun}/?search={search}&per_page=1"), root).await.expect(200);
    listed.text_at("/data/0/id")
}

/// Creates an entry and gives its id.
pub async fn created(server: &Server, token: &str, noun: &str, body: Value) -> String {
    server.post(&format!("/api/v1/admin/{noun}/"), token, body).await.expect(201).text_at("/data/id")
}

/// Everything that a call of the directory may name, fresh and under nothing that anybody signs in by.
pub struct Made {
    pub partner: String,
    pub tenant: String,
    pub user: String,
    /// The user's second address.
    pub email: String,
    pub application: String,
    pub secret: String,
    pub identity_provider: String,
}

impl Made {
    pub async fn fresh(server: &Server, root: &str, name: &str) -> Self {
        let partner = created(server, root, "partners", json!({ "code": format!("p-{name}") })).await;
        let tenant = created(server, root, "tenants", json!({ "code": format!("t-{name}") })).await;
        let user = fresh_user(server, root, name, &tenant).await;
        let email = format!("{name}@second.example.com");
        server.post(&format!("/api/v1/admin/users/{user}/emails"), root, json!({ "email": email })).await.expect(200);
        let body = json!({ "client_id": format!("a-{name}"), "tenant_id": tenant });
        let made = server.post("/api/v1/admin/applications/", root, body).await.expect(201);
        let (application, secret) = (made.text_at("/data/id"), made.text_at("/data/secret/id"));
        let identity_provider = fresh_provider(server, root, name, &tenant).await;
        Self { partner, tenant, user, email, application, secret, identity_provider }
    }
}

/// An identity provider of this tenant with a secret and a domain that counts.
pub async fn fresh_provider(server: &Server, root: &str, name: &str, tenant: &str) -> String {
    let body = json!({ "code": format!("i-{name}"), "tenant_id": tenant, "issuer": "https://id.example", "client_id": "us",
        "client_secret": "a-secret-of-ours", "domains": [format!("{name}.example")] });
    created(server, root, "identity-providers", body).await
}

/// A user without a password at home in this tenant.
pub async fn fresh_user(server: &Server, root: &str, name: &str, tenant: &str) -> String {
    let body = json!({ "username": name, "email": format!("{name}@example.com"), "tenant_id": tenant });
    created(server, root, "users", body).await
}
