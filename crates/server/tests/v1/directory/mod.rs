//! The directory over HTTP: who may do what, what it ends, what the trail keeps of it.

mod applications;
mod callers;
mod lists;
mod powers;
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

/// A user without a password at home in this tenant.
pub async fn fresh_user(server: &Server, root: &str, name: &str, tenant: &str) -> String {
    let body = json!({ "username": name, "email": format!("{name}@example.com"), "tenant_id": tenant });
    created(server, root, "users", body).await
}
