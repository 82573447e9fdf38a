//! Every operation of every OpenAPI document that takes an id × every caller who reaches it not. The operations come from the documents, so a new route is in here as soon as it is described.
//!
//! An operation with a parameter that `foreign/parameters.rs` does not know fails: add one line to `PARAMETERS` there. One that is refused before anything is
//! looked up fails, too: say in `COMPANIONS` what it wants besides.

use cloakroom_server::router::documents;
use serde_json::{Map, Value, json};

use crate::authenticated_sessions;
use crate::directory::{created, fresh_provider, fresh_user, id_of};
use crate::server::{Answer, CLIENT_SECRET, Server};

use super::parameters::Parameter::{Credential, Id, Own, Plain};
use super::parameters::{COMPANIONS, Ids, PARAMETERS, Parameter, Persona, SAYS_NOTHING};

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
                // A list answers without the slash at its end, too.
                let twin = path.strip_suffix('/').filter(|twin| document["paths"].get(twin).is_none());
                let names = std::iter::once(path.as_str()).chain(twin);
                found.extend(names.map(|path| Operation {
                    method: method.to_uppercase(),
                    path: path.to_owned(),
                    parameters: parameters.clone(),
                }));
            }
        }
    }
    found
}

fn known(operation: &Operation, name: &str) -> &'static Parameter {
    let meant = |known: &str| match known.split_once(' ') {
        Some((path, known)) => known == name && (path == operation.path || (path.ends_with('/') && operation.path.starts_with(path))),
        None => false,
    };
    let found = PARAMETERS.iter().find(|(known, _)| meant(known)).or_else(|| PARAMETERS.iter().find(|(known, _)| *known == name));
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
    for (name, place, required) in &operation.parameters {
        let is_asked = name == asked || (asked == "*" && *place == Place::Path);
        let accompanies = COMPANIONS.iter().any(|(method, path, companion, unless)| {
            (*method, *path, *companion) == (&*operation.method, &*operation.path, &**name) && *unless != asked
        });
        if !is_asked && !required && !accompanies {
            continue;
        }
        let value = match known(operation, name) {
            Id(of) => of(if is_asked { theirs } else { own }),
            Credential(of) => of(persona),
            Own(of) => of(own),
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
    if persona.name == "keeper" {
        let said = (!body.is_empty()).then_some(Value::Object(body));
        return server.as_client_saying("keeper-of-end_user", &operation.method, &path, said).await;
    }
    let takes_body = operation.parameters.iter().any(|(_, place, _)| *place == Place::Json);
    server.call(&operation.method, &path, persona.token.as_deref(), takes_body.then_some(Value::Object(body))).await
}

/// The answer without what names the request and its moment, and without what it says after the caller.
fn comparable(mut answer: Answer, asked: &Ids) -> (u16, Value, Vec<(String, String)>) {
    // The length varies with the latency that is told; what is told besides is compared itself.
    for name in ["x-request-id", "date", "content-length"] {
        answer.headers.remove(name);
    }
    // Links, and the way back from signing in, repeat what was asked for.
    let repeated = [&asked.guid, &asked.user, &asked.tenant, &asked.partner, &asked.application, &asked.session, &asked.identity_provider];
    let said = |value: &str| repeated.iter().fold(value.to_owned(), |said, id| said.replace(*id, "…"));
    let headers = answer.headers.iter().map(|(name, value)| (name.to_string(), said(value.to_str().unwrap()))).collect();
    let mut body = serde_json::from_str(&answer.text).unwrap_or(Value::String(answer.text.clone()));
    // The path is what was asked.
    for problem in body.pointer_mut("/errors").and_then(Value::as_array_mut).into_iter().flatten() {
        problem.as_object_mut().unwrap().remove("instance");
    }
    for pointer in ["/meta", "/stats"] {
        if let Some(told) = body.pointer_mut(pointer).and_then(Value::as_object_mut) {
            for name in ["timestamp", "request_id", "timestamp_utc", "latency_ms", "metrics", "session_fingerprint", "orgcode"] {
                told.remove(name);
            }
        }
    }
    (answer.status.as_u16(), body, headers)
}

/// Everything that there is to name of a tenant, made by root; the user owns it, the session is fresh.
async fn ids_of(server: &Server, root: &str, tenant: &str, partner: &str, user: &str) -> Ids {
    let (tenant_id, partner_id) = (id_of(server, root, "tenants", tenant).await, id_of(server, root, "partners", partner).await);
    let user_id = id_of(server, root, "users", user).await;
    let owner = json!({ "memberships": { tenant_id.clone(): "owner" } });
    server.call("PATCH", &format!("/api/v1/admin/users/{user_id}"), Some(root), Some(owner)).await.expect(200);
    let (token, orgcode, guid) = (server.login(user).await, tenant.to_uppercase(), server.open(user).await);
    let rows = authenticated_sessions::sessions(server, root, user).await;
    let account = json!({ "session_guid": guid, "orgcode": orgcode, "caption": "till", "roles": ["pvv"] });
    let account = server.call("POST", "/usm/service_account/create", None, Some(account)).await.expect(200);
    let service_account = account.text_at("/data/service_account_id");
    let key = json!({ "session_guid": guid, "orgcode": orgcode, "service_account_id": service_account });
    let key = server.call("POST", "/usm/api_key/create", None, Some(key)).await.expect(200);
    let keeper = format!("keeper-of-{user}");
    server.apply(&json!({ "applications": [{ "client_id": keeper, "owner": user, "client_secret": CLIENT_SECRET }] })).await;
    let stored = server.as_client(&keeper, "POST", "/session-storage/session").await.expect(201).text_at("/data/id");
    let body = json!({ "client_id": format!("app-of-{user}"), "tenant_id": tenant_id });
    let made = server.post("/api/v1/admin/applications/", root, body).await.expect(201);
    let tenant_of_provider = tenant_id.clone();
    Ids {
        partner: partner_id,
        tenant: tenant_id,
        user: user_id,
        email: format!("{user}@example.com"),
        session: server.current(&token).await,
        number: rows[0]["ID"].clone(),
        guid: rows[0]["UserGuid"].as_str().unwrap().to_owned(),
        stored,
        token,
        application: made.text_at("/data/id"),
        secret: made.text_at("/data/secret/id"),
        identity_provider: fresh_provider(server, root, &format!("of-{}", user.replace('_', "-")), &tenant_of_provider).await,
        orgcode,
        service_account,
        api_key: key.text_at("/data/api_key_id"),
        api_key_text: key.text_at("/data/api_key"),
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
        number: json!(999_999),
        guid: "01234567-89ab-cdef-0123-456789abcdef".into(),
        stored: "nobody.01234567.89abcdef".into(),
        token: "e30.e30.e30".into(),
        application: id("app"),
        secret: id("csc"),
        identity_provider: id("idp"),
        orgcode: "NONE".into(),
        service_account: id("sva"),
        api_key: "apk_0123456789012345678901".into(),
        api_key_text: String::new(),
    }
}

async fn personas(server: &Server) -> Vec<Persona> {
    let anon = Persona { name: "anon", token: None, guid: None, administers: None };
    let mut personas = vec![anon, Persona { name: "keeper", token: None, guid: None, administers: Some("/session-storage/") }];
    for name in ["end_user", "operator", "homeless_admin", "partnerless_admin", "tenant_admin_a", "partner_admin"] {
        let (token, guid) = (Some(server.login(name).await), Some(server.open(name).await));
        let administers = match name {
            // An owner of the org ACME.
            "end_user" => Some("/usm/"),
            "tenant_admin_a" | "partner_admin" => Some("/api/v1/"),
            _ => None,
        };
        personas.push(Persona { name, token, guid, administers });
    }
    for name in ["machine_unscoped", "machine_reader", "machine_writer"] {
        let administers = (name == "machine_writer").then_some("/api/v1/");
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
                let foreign = comparable(call(&server, &operation, persona, asked, &theirs, &own).await, &theirs);
                let none = comparable(call(&server, &operation, persona, asked, &missing, &own).await, &missing);
                assert_eq!(foreign, none, "{told} by {}", persona.name);
                compared += 1;
                let silent = is_listed(SAYS_NOTHING, &operation, asked);
                if !silent && persona.administers.is_some_and(|paths| operation.path.starts_with(paths)) {
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
        let keeper = format!("keeper-of-{}", ids.stored.split('.').next().unwrap());
        server.as_client(&keeper, "GET", &format!("/session-storage/sessions/{}", ids.stored)).await.expect(200);
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
        format!("/api/v1/admin/identity-providers/{}", theirs.identity_provider),
    ] {
        server.get(&path, &root).await.expect(200);
    }
    created(&server, &root, "tenants", json!({ "code": "NEXT" })).await;
}
