//! What is another's looks like what does not exist (P4): every operation of every OpenAPI document that takes an id × every
//! caller who reaches it not. The operations come from the documents, so a new route is in here as soon as it is described.
//!
//! An operation with a parameter that nothing here knows fails: add one line to `PARAMETERS`. One that is refused before anything is
//! looked up fails, too: say in `COMPANIONS` what it wants besides.

use cloakroom_server::router::documents;
use serde_json::{Map, Value, json};

use crate::directory::{created, fresh_user, id_of};
use crate::server::{Answer, CLIENT_SECRET, Server};

/// Everything of one tenant that an id can name.
struct Ids {
    partner: String,
    tenant: String,
    user: String,
    email: String,
    session: String,
    /// An access token of a session.
    token: String,
    application: String,
    secret: String,
}

/// Whom a call is made by.
struct Persona {
    name: &'static str,
    token: Option<String>,
    /// The bearer guid of a session of their own.
    guid: Option<String>,
    administers: bool,
}

/// What a parameter is.
enum Parameter {
    /// An id: what is compared.
    Id(fn(&Ids) -> Value),
    /// The caller's own credential.
    Credential(fn(&Persona) -> Value),
    /// Names nothing; filled only where it is required.
    Plain(fn() -> Value),
}
use Parameter::{Credential, Id, Plain};

/// Every name that a document gives to something in a path, a query or a body. One that stands for different things carries the
/// path that it is meant on before it.
const PARAMETERS: &[(&str, Parameter)] = &[
    ("partner_id", Id(|ids| json!(ids.partner))),
    ("tenant_id", Id(|ids| json!(ids.tenant))),
    ("user_id", Id(|ids| json!(ids.user))),
    ("owner_id", Id(|ids| json!(ids.user))),
    ("session_id", Id(|ids| json!(ids.session))),
    ("session_ids", Id(|ids| json!([ids.session]))),
    ("application_id", Id(|ids| json!(ids.application))),
    ("secret_id", Id(|ids| json!(ids.secret))),
    ("memberships", Id(|ids| json!({ ids.tenant.clone(): "member" }))),
    ("/api/v1/admin/users/{user_id}/emails/{email}/status email", Id(|ids| json!(ids.email))),
    ("/api/v1/admin/users/{user_id}/emails/{email}/primary email", Id(|ids| json!(ids.email))),
    ("/api/v1/admin/users/{user_id}/emails/{email} email", Id(|ids| json!(ids.email))),
    // USM has no other credential: whoever holds a guid of a session may do with it what that guid allows (contracts/usm.md).
    ("session_guid", Credential(|persona| json!(persona.guid))),
    ("token", Id(|ids| json!(ids.token))),
    ("subject_token", Id(|ids| json!(ids.token))),
    ("subject_token_type", Plain(|| json!("urn:ietf:params:oauth:token-type:access_token"))),
    ("requested_token_type", Plain(|| json!("urn:ietf:params:oauth:token-type:access_token"))),
    ("grant_type", Plain(|| json!("urn:ietf:params:oauth:grant-type:token-exchange"))),
    ("scope", Plain(|| json!("profile"))),
    ("audience", Plain(|| json!("cloakroom"))),
    ("resource", Plain(|| json!("http://here"))),
    ("refresh_token", Plain(|| json!("clr_0"))),
    ("client_id", Plain(|| json!("machine_unscoped"))),
    ("client_secret", Plain(|| json!(CLIENT_SECRET))),
    ("client_assertion", Plain(|| json!("e30.e30.e30"))),
    ("client_assertion_type", Plain(|| json!("urn:ietf:params:oauth:client-assertion-type:jwt-bearer"))),
    ("file", Plain(|| json!("style.css"))),
    ("jwks", Plain(|| json!({ "keys": [] }))),
    ("/user/login username", Plain(|| json!("nobody-of-that-name"))),
    ("username", Plain(|| json!("somebody-new"))),
    ("email", Plain(|| json!("somebody-new@example.com"))),
    ("passcode", Plain(|| json!("Wrong-horse-7"))),
    ("password", Plain(|| json!("Wrong-horse-7"))),
    ("refreshToken", Plain(|| json!("clr_0"))),
    ("code", Plain(|| json!("somewhere-new"))),
    ("status", Plain(|| json!("verified"))),
    ("Name", Plain(|| json!("countries"))),
    ("name", Plain(|| json!("Somebody"))),
    ("token_type_hint", Plain(|| json!("access_token"))),
    ("email_status", Plain(|| json!("verified"))),
    ("display_name", Plain(|| json!("Somebody"))),
    ("role", Plain(|| json!("none"))),
    ("is_operator", Plain(|| json!(false))),
    ("is_primary", Plain(|| json!(false))),
    ("keep_sessions", Plain(|| json!(false))),
    ("except_current", Plain(|| json!(false))),
    ("revoke_all", Plain(|| json!(true))),
    ("active_only", Plain(|| json!(false))),
    ("search", Plain(|| json!("a"))),
    ("page", Plain(|| json!(1))),
    ("per_page", Plain(|| json!(20))),
    ("session_cap", Plain(|| json!(64))),
    ("ttl_seconds", Plain(|| json!(600))),
    ("absolute_ttl_seconds", Plain(|| json!(600))),
    ("sliding", Plain(|| json!(true))),
    ("api_key_max_age_days", Plain(|| json!(9))),
    ("kind", Plain(|| json!("web"))),
    ("scopes", Plain(|| json!([]))),
    ("redirect_uris", Plain(|| json!([]))),
    ("platform", Plain(|| json!(false))),
    ("caption", Plain(|| json!("x"))),
    ("session_label", Plain(|| json!("x"))),
    ("ttl_refresh_enabled", Plain(|| json!(true))),
    ("reason", Plain(|| json!("x"))),
    ("actor", Plain(|| json!("x"))),
    ("orgcode", Plain(|| json!("x"))),
    ("cccode", Plain(|| json!("x"))),
    ("include_archived", Plain(|| json!(true))),
    ("limit", Plain(|| json!(10))),
    ("next_token", Plain(|| json!("x"))),
    ("active_next_token", Plain(|| json!("x"))),
    ("doomed_next_token", Plain(|| json!("x"))),
    ("archived_from_utc", Plain(|| json!("2026-01-01T00:00:00Z"))),
    ("archived_to_utc", Plain(|| json!("2026-01-01T00:00:00Z"))),
];

/// What an operation wants besides what its document calls required.
const COMPANIONS: &[(&str, &str, &str)] = &[
    ("POST", "/api/v1/tenants/{tenant_id}/sessions/users/{user_id}/revoke", "revoke_all"),
    ("POST", "/oauth/introspect", "client_id"),
    ("POST", "/oauth/introspect", "client_secret"),
    ("POST", "/oauth/token", "client_id"),
    ("POST", "/oauth/token", "client_secret"),
    ("POST", "/oauth/token", "subject_token_type"),
    ("POST", "/oauth/revoke", "client_id"),
    ("POST", "/oauth/revoke", "client_secret"),
];

/// Operations whose answer to an administrator is not "not found": they skip or say nothing of what is not there.
const SAYS_NOTHING: &[(&str, &str, &str)] = &[
    ("POST", "/api/v1/tenants/{tenant_id}/sessions/users/{user_id}/revoke", "session_ids"),
    ("POST", "/oauth/token", "subject_token"),
    ("POST", "/oauth/introspect", "token"),
    ("POST", "/oauth/revoke", "token"),
];

/// Where a value goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Place {
    Path,
    Query,
    Json,
    Form,
}

struct Operation {
    method: String,
    path: String,
    /// Name, place, whether it is required.
    parameters: Vec<(String, Place, bool)>,
}

fn body_parameters(document: &Value, operation: &Value, kind: &str, place: Place) -> Vec<(String, Place, bool)> {
    let schema = &operation["requestBody"]["content"][kind]["schema"];
    let pointer = schema["$ref"].as_str().map(|reference| reference.trim_start_matches('#'));
    let schema = pointer.map_or(schema, |pointer| document.pointer(pointer).unwrap());
    let required: Vec<_> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let names = schema["properties"].as_object().into_iter().flat_map(Map::keys);
    names.map(|name| (name.clone(), place, required.contains(&name.as_str()))).collect()
}

fn operations() -> Vec<Operation> {
    let mut found = Vec::new();
    for (_, document) in documents() {
        let document = serde_json::to_value(document).unwrap();
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let mut parameters = body_parameters(&document, operation, "application/json", Place::Json);
                parameters.extend(body_parameters(&document, operation, "application/x-www-form-urlencoded", Place::Form));
                for parameter in operation["parameters"].as_array().into_iter().flatten() {
                    let place = match parameter["in"].as_str().unwrap() {
                        "path" => Place::Path,
                        "query" => Place::Query,
                        // Headers name credentials and versions.
                        _ => continue,
                    };
                    parameters.push((parameter["name"].as_str().unwrap().to_owned(), place, parameter["required"] == true));
                }
                found.push(Operation { method: method.to_uppercase(), path: path.clone(), parameters });
            }
        }
    }
    found
}

fn known(operation: &Operation, name: &str) -> &'static Parameter {
    let here = format!("{} {name}", operation.path);
    let found = PARAMETERS.iter().find(|(known, _)| *known == here).or_else(|| PARAMETERS.iter().find(|(known, _)| *known == name));
    let (method, path) = (&operation.method, &operation.path);
    let Some((_, parameter)) = found else {
        panic!(
            "crates/server/tests/v1/foreign.rs: PARAMETERS does not know `{name}` of {method} {path}: add one line that says what it is"
        );
    };
    parameter
}

fn is_listed(list: &[(&str, &str, &str)], operation: &Operation, name: &str) -> bool {
    list.iter().any(|(method, path, listed)| *method == operation.method && *path == operation.path && *listed == name)
}

fn encoded(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

/// Calls the operation with `asked` from `theirs` and every other id from `own`.
async fn call(server: &Server, operation: &Operation, persona: &Persona, asked: &str, theirs: &Ids, own: &Ids) -> Answer {
    let (mut path, mut query, mut form, mut body) = (operation.path.clone(), Vec::new(), Vec::new(), Map::new());
    let asked_in_body = operation.parameters.iter().any(|(name, place, _)| name == asked && *place == Place::Json);
    for (name, place, required) in &operation.parameters {
        let is_asked = name == asked || (asked == "*" && *place == Place::Path);
        // What the body names stands for itself: a companion there would mean more than that.
        let accompanies = is_listed(COMPANIONS, operation, name) && !asked_in_body;
        if !is_asked && !required && !accompanies {
            continue;
        }
        let value = match known(operation, name) {
            Id(of) => of(if is_asked { theirs } else { own }),
            Credential(of) => of(persona),
            Plain(of) => of(),
        };
        match place {
            Place::Path => path = path.replace(&format!("{{{name}}}"), &encoded(&value)),
            Place::Query => query.push(format!("{name}={}", encoded(&value))),
            Place::Form => form.push(format!("{name}={}", encoded(&value))),
            Place::Json => {
                body.insert(name.clone(), value);
            }
        }
    }
    if !query.is_empty() {
        path = format!("{path}?{}", query.join("&"));
    }
    if !form.is_empty() {
        return server.form(&path, &form.join("&")).await;
    }
    let takes_body = operation.parameters.iter().any(|(_, place, _)| *place == Place::Json);
    server.call(&operation.method, &path, persona.token.as_deref(), takes_body.then_some(Value::Object(body))).await
}

/// The answer without what names the request and its moment.
fn comparable(mut answer: Answer) -> (u16, Value, Vec<(String, String)>) {
    for name in ["x-request-id", "date"] {
        answer.headers.remove(name);
    }
    let headers = answer.headers.iter().map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
    let mut body = serde_json::from_str(&answer.text).unwrap_or(Value::String(answer.text.clone()));
    for pointer in ["/meta", "/stats"] {
        if let Some(told) = body.pointer_mut(pointer).and_then(Value::as_object_mut) {
            for name in ["timestamp", "request_id", "timestamp_utc", "latency_ms", "session_fingerprint"] {
                told.remove(name);
            }
        }
    }
    (answer.status.as_u16(), body, headers)
}

/// Everything that there is to name of a tenant, made by root; the user's session is fresh.
async fn ids_of(server: &Server, root: &str, tenant: &str, partner: &str, user: &str) -> Ids {
    let (tenant_id, partner_id) = (id_of(server, root, "tenants", tenant).await, id_of(server, root, "partners", partner).await);
    let token = server.login(user).await;
    let body = json!({ "client_id": format!("app-of-{user}"), "tenant_id": tenant_id });
    let made = server.post("/api/v1/admin/applications/", root, body).await.expect(201);
    Ids {
        partner: partner_id,
        tenant: tenant_id,
        user: id_of(server, root, "users", user).await,
        email: format!("{user}@example.com"),
        session: server.current(&token).await,
        token,
        application: made.text_at("/data/id"),
        secret: made.text_at("/data/secret/id"),
    }
}

fn missing() -> Ids {
    let id = |prefix: &str| format!("{prefix}_01234567890123456789012345");
    Ids {
        partner: id("prt"),
        tenant: id("tnt"),
        user: id("usr"),
        email: "nobody@example.com".into(),
        session: id("ses"),
        token: "e30.e30.e30".into(),
        application: id("app"),
        secret: id("csc"),
    }
}

async fn personas(server: &Server) -> Vec<Persona> {
    let mut personas = vec![Persona { name: "anon", token: None, guid: None, administers: false }];
    for name in ["end_user", "operator", "homeless_admin", "partnerless_admin", "tenant_admin_a", "partner_admin"] {
        let (token, guid) = (Some(server.login(name).await), Some(server.open(name).await));
        personas.push(Persona { name, token, guid, administers: matches!(name, "tenant_admin_a" | "partner_admin") });
    }
    for name in ["machine_unscoped", "machine_reader", "machine_writer"] {
        let administers = name == "machine_writer";
        personas.push(Persona { name, token: Some(server.machine(name).await), guid: None, administers });
    }
    personas
}

#[tokio::test]
async fn another_tenants_ids_and_missing_ones_are_answered_alike() {
    let server = Server::start().await;
    let root = server.login("super_admin").await;
    let theirs = ids_of(&server, &root, "beta", "south", "bob").await;
    let own = ids_of(&server, &root, "acme", "north", "end_user").await;
    let missing = missing();
    let personas = personas(&server).await;
    let (mut compared, mut looked_up) = (0, 0);
    for operation in operations() {
        let is_id = |name: &&str| matches!(known(&operation, name), Id(_));
        let names: Vec<&str> = operation.parameters.iter().map(|(name, ..)| name.as_str()).filter(is_id).collect();
        let in_path = operation.parameters.iter().filter(|(_, place, _)| *place == Place::Path).count();
        // One by one among one's own, and all that the path names at once.
        for asked in names.iter().copied().chain((in_path > 1).then_some("*")) {
            let told = format!("{} {} `{asked}`", operation.method, operation.path);
            for persona in &personas {
                let foreign = comparable(call(&server, &operation, persona, asked, &theirs, &own).await);
                let none = comparable(call(&server, &operation, persona, asked, &missing, &own).await);
                assert_eq!(foreign, none, "{told} by {}", persona.name);
                compared += 1;
                let silent = is_listed(SAYS_NOTHING, &operation, asked);
                if persona.administers && !silent {
                    assert!(matches!(foreign.0, 403 | 404), "{told} by {}: {} before anything was looked up", persona.name, foreign.0);
                    looked_up += usize::from(foreign.0 == 404);
                }
            }
        }
    }
    assert!(compared > 300 && looked_up > 80, "{compared} answers compared, {looked_up} of them of a look-up");
    // Nothing of theirs was touched, and nothing of one's own.
    for ids in [&theirs, &own] {
        server.get("/api/v1/me/sessions", &ids.token).await.expect(200);
        assert_eq!(server.get(&format!("/api/v1/admin/users/{}", ids.user), &root).await.text_at("/data/status"), "verified");
        server.get(&format!("/api/v1/admin/applications/{}/secrets", ids.application), &root).await.expect(200).text_at("/data/0/id");
    }
}

#[tokio::test]
async fn what_the_table_calls_foreign_exists() {
    let server = Server::start().await;
    let root = server.login("super_admin").await;
    let theirs = ids_of(&server, &root, "beta", "south", "bob").await;
    let here = fresh_user(&server, &root, "here", &theirs.tenant).await;
    for path in [
        format!("/api/v1/admin/partners/{}", theirs.partner),
        format!("/api/v1/admin/tenants/{}", theirs.tenant),
        format!("/api/v1/admin/users/{}", theirs.user),
        format!("/api/v1/admin/users/{here}"),
        format!("/api/v1/admin/sessions/{}", theirs.session),
        format!("/api/v1/admin/applications/{}", theirs.application),
    ] {
        server.get(&path, &root).await.expect(200);
    }
    created(&server, &root, "tenants", json!({ "code": "NEXT" })).await;
}
