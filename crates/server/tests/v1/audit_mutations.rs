//! Every operation that any OpenAPI document describes and that may change something adds exactly its entries to the trail.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

use crate::authenticated_sessions;
use crate::server::{PASSWORD, Server};

/// What performing an operation once adds to the trail, oldest first.
const MUTATIONS: &[(&str, &[&str])] = &[
    ("POST /usm/session/create", &["session.created"]),
    ("POST /usm/session/close", &["session.ended"]),
    ("POST /usm/session/logout_other_devices", &["session.ended"]),
    ("POST /usm/session/logout_everywhere", &["session.ended", "session.ended"]),
    ("POST /user/login", &["session.created"]),
    ("POST /user/refreshtoken", &["tokens.refreshed"]),
    ("POST /user/logout", &["session.ended"]),
    ("POST /oauth/revoke", &["session.ended"]),
    // The grant that changes something beside those of `/user/`: client credentials leave nothing behind.
    ("POST /oauth/token", &["token.exchanged"]),
    ("POST /api/v1/me/sessions/revoke-all", &["session.ended"]),
    ("DELETE /api/v1/me/sessions/{session_id}", &["session.ended"]),
    ("POST /api/v1/tenants/{tenant_id}/sessions/revoke-all", &["sessions.revoked"]),
    ("POST /api/v1/tenants/{tenant_id}/sessions/users/{user_id}/revoke", &["session.ended", "session.ended"]),
    ("DELETE /api/v1/tenants/{tenant_id}/sessions/{session_id}", &["session.ended"]),
    ("POST /api/v1/admin/sessions/revoke-all", &["session.ended", "session.ended"]),
    ("DELETE /api/v1/admin/sessions/{session_id}", &["session.ended"]),
    ("POST /api/admin/v1/authenticated-sessions/revoke", &["session.ended"]),
    ("GET /api/v1/admin/audit/export", &["audit.exported"]),
];

/// What changes nothing though its method might: why.
const READERS: &[(&str, &str)] = &[
    ("POST /usm/session/validate", "moves the expiry, as a touch: nothing that anybody could dispute"),
    ("POST /usm/session/get", "its arguments stand in a body"),
    ("POST /usm/session/list", "its arguments stand in a body"),
    ("POST /oauth/introspect", "RFC 7662 asks by POST"),
];

/// Two sessions of one user, `guid` and that of `access`, and what leads to them.
struct Scene {
    root: String,
    user: String,
    tenant: String,
    guid: String,
    session: String,
    /// The number of either of them.
    number: Value,
    access: String,
    refresh: String,
}

async fn scene(server: &Server) -> Scene {
    let root = server.login("super_admin").await;
    let (user, tenant) = server.whereabouts("end_user", &root).await;
    server.post("/api/v1/admin/sessions/revoke-all", &root, json!({ "user_id": user })).await.expect(200);
    let guid = server.open("end_user").await;
    let (access, refresh) = server.tokens("end_user").await;
    let session = server.current(&access).await;
    let number = authenticated_sessions::sessions(server, &root, "end_user").await[0]["ID"].clone();
    Scene { root, user, tenant, guid, session, number, access, refresh }
}

/// A call of the application.
fn form(path: &str, fields: &str) -> Request<Body> {
    let body = format!("client_id=ops&client_secret=a-secret-of-operations&{fields}");
    Request::post(path).header("content-type", "application/x-www-form-urlencoded").body(Body::from(body)).unwrap()
}

fn request(operation: &str, scene: &Scene) -> Request<Body> {
    let (method, path) = operation.split_once(' ').unwrap();
    let by_guid = json!({ "session_guid": scene.guid });
    let (token, body) = match operation {
        "POST /usm/session/create" => (None, json!({ "email": "end_user@example.com", "passcode": PASSWORD })),
        "POST /usm/session/close" | "POST /usm/session/logout_other_devices" | "POST /usm/session/logout_everywhere" => (None, by_guid),
        "POST /user/login" => (None, json!({ "username": "end_user", "password": PASSWORD })),
        "POST /user/refreshtoken" => (Some(&scene.access), json!({ "refreshToken": scene.refresh })),
        "POST /user/logout" | "POST /api/v1/me/sessions/revoke-all" | "DELETE /api/v1/me/sessions/{session_id}" => {
            (Some(&scene.access), json!({}))
        }
        "POST /oauth/revoke" => return form(path, &format!("token={}", scene.refresh)),
        "POST /oauth/token" => {
            let exchange = "grant_type=urn:ietf:params:oauth:grant-type:token-exchange";
            let kind = "subject_token_type=urn:ietf:params:oauth:token-type:access_token";
            return form(path, &format!("{exchange}&{kind}&subject_token={}", scene.access));
        }
        "POST /api/v1/admin/sessions/revoke-all" => (Some(&scene.root), json!({ "user_id": scene.user })),
        "POST /api/v1/tenants/{tenant_id}/sessions/users/{user_id}/revoke" => (Some(&scene.root), json!({ "revoke_all": true })),
        "POST /api/admin/v1/authenticated-sessions/revoke" => (Some(&scene.root), json!({ "Session": scene.number })),
        _ => (Some(&scene.root), json!({})),
    };
    let path = [("tenant_id", &scene.tenant), ("user_id", &scene.user), ("session_id", &scene.session)]
        .iter()
        .fold(path.to_owned(), |path, (name, id)| path.replace(&format!("{{{name}}}"), id));
    let request = Request::builder().method(method).uri(path);
    let request = match token {
        Some(token) => request.header("authorization", format!("Bearer {token}")),
        None => request,
    };
    request.body(Body::from(body.to_string())).unwrap()
}

/// Every operation whose method may change something.
fn documented() -> BTreeSet<String> {
    let mut operations = BTreeSet::new();
    for (_, document) in cloakroom_server::router::documents() {
        let document = serde_json::to_value(document).unwrap();
        for (path, item) in document["paths"].as_object().unwrap() {
            let methods = item.as_object().unwrap().keys().filter(|method| ["post", "put", "patch", "delete"].contains(&method.as_str()));
            operations.extend(methods.map(|method| format!("{} {path}", method.to_uppercase())));
        }
    }
    operations
}

#[test]
fn every_documented_operation_says_what_it_adds_to_the_trail() {
    let said: BTreeSet<String> =
        MUTATIONS.iter().map(|(operation, _)| *operation).chain(READERS.iter().map(|(operation, _)| *operation)).map(Into::into).collect();
    let documented = documented();
    let unsaid: Vec<_> = documented.difference(&said).collect();
    assert!(
        unsaid.is_empty(),
        "say in MUTATIONS what each of these adds to the audit trail, or in READERS why it adds nothing: {unsaid:?}"
    );
    let gone: Vec<_> = said.difference(&documented).filter(|operation| !operation.starts_with("GET ")).collect();
    assert!(gone.is_empty(), "no document describes: {gone:?}");
}

#[tokio::test]
async fn every_mutation_adds_exactly_its_entries() {
    let server = Server::start().await;
    let application = json!({ "client_id": "ops", "tenant": "ACME", "client_secret": "a-secret-of-operations", "scopes": ["admin:write"] });
    server.apply(&json!({ "applications": [application] })).await;
    for (operation, expected) in MUTATIONS {
        let scene = scene(&server).await;
        let newest = |entries: &[Value]| entries.first().map_or(0, |entry| entry["id"].as_i64().unwrap());
        let before = newest(&server.trail(&scene.root, "").await);
        let answer = server.send(request(operation, &scene)).await;
        assert!(answer.status.is_success(), "{operation}: {answer:?}");
        let mut added = server.trail(&scene.root, "").await;
        added.retain(|entry| entry["id"].as_i64() > Some(before));
        added.reverse();
        let actions: Vec<_> = added.iter().map(|entry| entry["action"].as_str().unwrap()).collect();
        assert_eq!(actions, *expected, "{operation}");
        for entry in &added {
            assert_ne!(entry["actor"]["kind"], "system", "{operation}: {entry}");
            assert_eq!(entry["request_id"], "minted", "{operation}: {entry}");
        }
    }
}
