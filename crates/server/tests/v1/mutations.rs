//! Every operation that any OpenAPI document calls a change or an end, and a request that performs it.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::Request;
use cloakroom_engine::ids::{SessionNumber, StorageId};
use serde_json::{Value, json};

use crate::authenticated_sessions;
use crate::directory::Made;
use crate::pages;
use crate::server::{PASSWORD, Server};
use crate::vouching;

/// The application of the requests, and somebody whose address is to be verified, as the requests need them.
pub async fn with_ops(server: &Server) {
    let application = json!({ "client_id": "ops", "tenant": "ACME", "owner": "end_user", "client_secret": "a-secret-of-operations", "scopes": ["admin:write"],
        "kind": "web", "redirect_uris": ["https://ops.test/"], "is_first_party": true, "id_token_signed_response_alg": "EdDSA" });
    let unverified = json!({ "username": "una", "email": "una@example.com", "email_status": "unverified" });
    let document = json!({ "applications": [application], "users": [unverified], "identity_providers": [vouching::entry()] });
    let read = cloakroom_server::directory_file::read(&document.to_string()).unwrap();
    server.engine.apply_directory(read, true, "test").await.unwrap().unwrap();
}

/// Two sessions of one user, `guid` and that of `access`, and what leads to them.
pub struct Scene {
    pub root: String,
    pub user: String,
    pub tenant: String,
    guid: String,
    session: String,
    /// The number of either of them.
    number: Value,
    access: String,
    refresh: String,
    /// What the directory's calls name.
    made: Made,
    /// What an org's calls name.
    service_account: String,
    api_key: String,
    /// What the mail said, where the operation needs one.
    mailed: String,
    /// The cookies of a browser and the token of its page's form, where the operation is one of a page.
    browser: (String, String),
    /// The application that the user let in.
    let_in: String,
}

pub fn is_page(path: &str) -> bool {
    ["/account", "/console", "/log", "/password/", "/email/", "/oauth/authorize", "/oauth/consent", "/oauth/logout"]
        .iter()
        .any(|begin| path.starts_with(begin))
}

/// What the application asks with to be let in.
const AUTHORIZATION: &str = "response_type=code&client_id=ops&redirect_uri=https://ops.test/&scope=openid&code_challenge_method=S256\
                             &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// What takes back a consent, which a browser must have given before.
const TAKES_BACK: [&str; 2] = ["/account/consents/withdraw", "/api/v1/me/consents/{application_id}"];

/// A browser before the page of the operation.
async fn browser(server: &Server, path: &str) -> (String, String) {
    if !is_page(path) && !TAKES_BACK.contains(&path) {
        return Default::default();
    }
    if path.starts_with("/login/idp/") {
        return at_provider(server, path).await;
    }
    let page = server.send(pages::visit("/login", "")).await;
    let begun = (pages::cookies(&page.headers), pages::form_token(&page.text));
    if ["/login", "/password/reset", "/email/verify"].contains(&path) {
        return begun;
    }
    let whose = if path.starts_with("/console") { "super_admin" } else { "end_user" };
    let fields = [("username", whose), ("password", PASSWORD), ("form_token", &begun.1)];
    let signed_in = server.send(pages::filled("/login", &begun.0, &fields)).await;
    let held = pages::cookies(&signed_in.headers);
    if path == "/oauth/logout" {
        let hint = pages::id_token(&server.engine, "ops", &held).await;
        return (held, hint);
    }
    let page = server.send(pages::visit("/logout", &held)).await;
    let token = pages::form_token(&page.text);
    if TAKES_BACK.contains(&path) {
        let said = [("request", AUTHORIZATION), ("decision", "allow"), ("form_token", token.as_str())];
        assert_eq!(server.send(pages::filled("/oauth/consent", &held, &said)).await.status, 303);
    }
    (held, token)
}

/// The application that the browser's user let in, as the page of the account names it; empty where nobody did.
async fn let_in(server: &Server, path: &str, held: &str) -> String {
    if !TAKES_BACK.contains(&path) {
        return String::new();
    }
    let page = server.send(pages::visit("/account", held)).await.text;
    page.split_once("name=\"application\" value=\"").unwrap().1.split('"').next().unwrap().to_owned()
}

/// A browser that an identity provider is about to send back, or that is signed in through it: its cookies, and the state that it was sent
/// with.
async fn at_provider(server: &Server, path: &str) -> (String, String) {
    let sent = server.send(pages::visit(&format!("/login/idp/{}", vouching::CODE), "")).await;
    let begun = (pages::cookies(&sent.headers), vouching::state(sent.headers["location"].to_str().unwrap()).to_owned());
    if path.ends_with("/callback") {
        return begun;
    }
    let signed_in = server.send(pages::visit(&brought(&begun.1), &begun.0)).await;
    (pages::cookies(&signed_in.headers), String::new())
}

/// What a browser brings back.
fn brought(state: &str) -> String {
    format!("/login/idp/{}/callback?state={state}&code=end_user", vouching::CODE)
}

fn page_form(path: &str, scene: &Scene) -> Request<Body> {
    let Scene { browser: (cookies, token), mailed, session, let_in, .. } = scene;
    if path.ends_with("/callback") {
        return pages::visit(&brought(token), cookies);
    }
    if path.starts_with("/login/idp/") {
        return pages::filled(&path.replace("{code}", vouching::CODE), "", &[("logout_token", "end_user")]);
    }
    if path == "/oauth/logout" {
        return pages::visit(&format!("{path}?id_token_hint={token}"), cookies);
    }
    if path == "/oauth/authorize" {
        return pages::visit(&format!("{path}?{AUTHORIZATION}"), cookies);
    }
    if ["/console/directory", "/console/audit"].iter().any(|begin| path.starts_with(begin)) {
        return console_form(path, scene);
    }
    let of_account = [("username", "end_user"), ("password", PASSWORD), ("new_password", PASSWORD)];
    let of_mail = [("token", mailed.as_str())];
    let of_consent = [("request", AUTHORIZATION), ("decision", "allow"), ("form_token", token)];
    // How many they are is told by the page, and typed.
    let of_search = [("sought", "user=end_user"), ("told", "2"), ("count", "2")];
    let of_devices = [("session", session.as_str()), ("caption", "At work"), ("application", let_in)];
    pages::filled(path, cookies, &[&of_account[..], &of_mail, &of_consent, &of_devices, &of_search].concat())
}

/// A form of the console. Of the nouns that one operation is for, each path has another.
fn console_form(path: &str, Scene { browser: (cookies, token), made, .. }: &Scene) -> Request<Body> {
    let (noun, entry) = if path.ends_with("/edit") { ("partners", &made.partner) } else { ("users", &made.user) };
    let path = [
        ("{noun}", noun),
        ("{entry_id}", entry),
        ("{user_id}", &made.user),
        ("{application_id}", &made.application),
        ("{identity_provider_id}", &made.identity_provider),
    ]
    .into_iter()
    .fold(path.to_owned(), |path, (name, value)| path.replace(name, value));
    let of_entry = [("username", "at-the-console"), ("role", "none"), ("name", "Another"), ("password", PASSWORD), ("status", "suspended")];
    let of_deed = [("email", "fourth@example.com"), ("deed", "add"), ("secret_id", made.secret.as_str()), ("format", "csv")];
    let of_deed = if path.ends_with("/new") { &[][..] } else { &of_deed };
    pages::filled(&path, cookies, &[&of_entry[..], of_deed, &[("form_token", token)]].concat())
}

/// The token of the mail that the operation redeems.
async fn mailed(server: &Server, operation: &str) -> String {
    match operation {
        "POST /api/v1/auth/reset-password" | "POST /password/reset" => {
            server.tell("/api/v1/auth/forgot-password", json!({ "username": "end_user" })).await
        }
        "POST /api/v1/auth/verify-email" => server.tell("/api/v1/auth/resend-verification", json!({ "email": "una@example.com" })).await,
        // Whoever adds an address that is not verified has a mail sent there.
        "POST /email/verify" => {
            let root = server.login("super_admin").await;
            let (user, _) = server.whereabouts("end_user", &root).await;
            let new = json!({ "email": "added@example.com", "status": "unverified" });
            server.post(&format!("/api/v1/admin/users/{user}/emails"), &root, new).await
        }
        _ => return String::new(),
    };
    let mail = server.mails().await.pop().unwrap();
    mail.token.expose(mail.purpose).to_string()
}

pub async fn scene(server: &Server, name: &str, operation: &str) -> Scene {
    let mailed = mailed(server, operation).await;
    let root = server.login("super_admin").await;
    let (user, tenant) = server.whereabouts("end_user", &root).await;
    server.post("/api/v1/admin/sessions/revoke-all", &root, json!({ "user_id": user })).await.expect(200);
    let guid = server.open("end_user").await;
    let (access, refresh) = server.tokens("end_user").await;
    let session = server.current(&access).await;
    let number = authenticated_sessions::sessions(server, &root, "end_user").await[0]["ID"].clone();
    let made = Made::fresh(server, &root, name).await;
    let owner = json!({ "memberships": { tenant.clone(): "owner" } });
    server.call("PATCH", &format!("/api/v1/admin/users/{user}"), Some(&root), Some(owner)).await.expect(200);
    let account = json!({ "session_guid": guid, "orgcode": "ACME", "caption": name, "roles": ["pvv"] });
    let account = server.call("POST", "/usm/service_account/create", None, Some(account)).await.expect(200);
    let service_account = account.text_at("/data/service_account_id");
    let key = json!({ "session_guid": guid, "orgcode": "ACME", "service_account_id": service_account });
    let api_key = server.call("POST", "/usm/api_key/create", None, Some(key)).await.expect(200).text_at("/data/api_key_id");
    let path = operation.split_once(' ').unwrap().1;
    let browser = browser(server, path).await;
    let let_in = let_in(server, path, &browser.0).await;
    Scene { let_in, root, user, tenant, guid, session, number, access, refresh, made, service_account, api_key, mailed, browser }
}

/// A call of the application.
fn form(path: &str, fields: &str) -> Request<Body> {
    let body = format!("client_id=ops&client_secret=a-secret-of-operations&{fields}");
    Request::post(path).header("content-type", "application/x-www-form-urlencoded").body(Body::from(body)).unwrap()
}

fn is_directory(path: &str) -> bool {
    ["partners", "tenants", "users", "applications", "identity-providers"]
        .iter()
        .any(|noun| path.starts_with(&format!("/api/v1/admin/{noun}")))
}

/// What each call of the directory takes; the names that are to be new are new by the path.
fn directory_body(path: &str) -> Value {
    let name = if path.ends_with('/') { "slashed" } else { "unslashed" };
    match path.trim_end_matches('/').rsplit('/').next().unwrap() {
        "partners" | "tenants" => json!({ "code": name }),
        "users" => json!({ "username": name, "email": format!("{name}@example.com") }),
        "applications" => json!({ "client_id": name }),
        "identity-providers" => json!({ "code": name, "issuer": "https://id.example", "client_id": "us" }),
        "approved-domains" => json!({ "domains": [] }),
        "status" => json!({ "status": if path.contains("/emails/") { "unverified" } else { "suspended" } }),
        "password" => json!({ "password": PASSWORD }),
        "emails" => json!({ "email": "third@example.com" }),
        "{user_id}" => json!({ "display_name": "Another" }),
        _ => json!({ "name": "Another" }),
    }
}

/// Everything that any call of an org takes.
fn org_body(path: &str, scene: &Scene) -> Value {
    json!({ "session_guid": scene.guid, "orgcode": "ACME", "caption": "another", "roles": ["pvv"], "max_age_days": path.len(),
        "service_account_id": scene.service_account, "api_key_id": scene.api_key, "status": "doomed" })
}

/// A call of the application for its owner.
fn storage(method: &str, path: &str, scene: &Scene) -> Request<Body> {
    let id = StorageId { owner: "end_user".into(), session: SessionNumber(scene.number.as_i64().unwrap()) };
    let uri = path.replace("{session_id}", &id.to_string());
    let (uri, body) = if path.ends_with("/metadata") {
        (uri, json!({ "data": { "metadata": { "game": "chess" }, "metadata_edition": 0 } }).to_string())
    } else {
        (format!("{uri}?ttl_seconds=9"), String::new())
    };
    let request = Request::builder().method(method).uri(uri).header("ClientID", "ops").header("ClientSecret", "a-secret-of-operations");
    request.body(Body::from(body)).unwrap()
}

pub fn request(operation: &str, scene: &Scene) -> Request<Body> {
    let (method, path) = operation.split_once(' ').unwrap();
    if path.starts_with("/session-storage/") {
        return storage(method, path, scene);
    }
    if is_page(path) {
        return page_form(path, scene);
    }
    let by_guid = json!({ "session_guid": scene.guid });
    let (token, body) = match operation {
        "POST /usm/session/create" => (None, json!({ "email": "end_user@example.com", "passcode": PASSWORD })),
        "POST /usm/session/close" | "POST /usm/session/logout_other_devices" | "POST /usm/session/logout_everywhere" => (None, by_guid),
        "POST /usm/session/update" => (None, json!({ "session_guid": scene.guid, "metadata": { "tier": "gold" }, "metadata_edition": 0 })),
        "POST /user/login" => (None, json!({ "username": "end_user", "password": PASSWORD })),
        "POST /user/refreshtoken" => (Some(&scene.access), json!({ "refreshToken": scene.refresh })),
        "POST /user/logout"
        | "POST /api/v1/me/sessions/revoke-all"
        | "DELETE /api/v1/me/sessions/{session_id}"
        | "DELETE /api/v1/me/consents/{application_id}" => (Some(&scene.access), json!({})),
        "POST /oauth/introspect" => return form(path, &format!("token={}", scene.access)),
        "POST /oauth/par" => return form(path, &AUTHORIZATION.replace("client_id=ops&", "")),
        "POST /oauth/revoke" => return form(path, &format!("token={}", scene.refresh)),
        "POST /oauth/token" => {
            let exchange = "grant_type=urn:ietf:params:oauth:grant-type:token-exchange";
            let kind = "subject_token_type=urn:ietf:params:oauth:token-type:access_token";
            return form(path, &format!("{exchange}&{kind}&subject_token={}", scene.access));
        }
        "POST /api/v1/admin/sessions/revoke-all" => (Some(&scene.root), json!({ "user_id": scene.user })),
        "POST /api/v1/tenants/{tenant_id}/sessions/users/{user_id}/revoke" => (Some(&scene.root), json!({ "revoke_all": true })),
        "POST /api/admin/v1/authenticated-sessions/revoke" => (Some(&scene.root), json!({ "Session": scene.number })),
        "PATCH /api/v1/me" => (Some(&scene.access), json!({ "display_name": "Renamed" })),
        "POST /api/v1/me/password" => (Some(&scene.access), json!({ "current_password": PASSWORD, "new_password": PASSWORD })),
        "POST /api/v1/auth/forgot-password" => (None, json!({ "username": "end_user" })),
        "POST /api/v1/auth/reset-password" => (None, json!({ "token": scene.mailed, "new_password": PASSWORD })),
        "POST /api/v1/auth/resend-verification" => (None, json!({ "email": "una@example.com" })),
        "POST /api/v1/auth/verify-email" => (None, json!({ "token": scene.mailed })),
        _ if path.starts_with("/usm/") => (None, org_body(path, scene)),
        _ if is_directory(path) => (Some(&scene.root), directory_body(path)),
        _ => (Some(&scene.root), json!({})),
    };
    let made = &scene.made;
    let (tenant, user) = if is_directory(path) { (&made.tenant, &made.user) } else { (&scene.tenant, &scene.user) };
    let application = if TAKES_BACK.contains(&path) { &scene.let_in } else { &made.application };
    let ids = [("tenant_id", tenant), ("user_id", user), ("session_id", &scene.session), ("partner_id", &made.partner)];
    let path = ids
        .into_iter()
        .chain([("email", &made.email), ("application_id", application), ("secret_id", &made.secret)])
        .chain([("identity_provider_id", &made.identity_provider)])
        .fold(path.to_owned(), |path, (name, id)| path.replace(&format!("{{{name}}}"), id));
    let request = Request::builder().method(method).uri(path);
    let request = match token {
        Some(token) => request.header("authorization", format!("Bearer {token}")),
        None => request,
    };
    request.body(Body::from(body.to_string())).unwrap()
}

/// Every operation that changes or ends something. A path that ends in a slash answers without it, too, and no document says so.
pub fn documented() -> BTreeSet<String> {
    let mut operations = BTreeSet::new();
    for (_, document) in cloakroom_server::router::documents() {
        let document = serde_json::to_value(document).unwrap();
        for (path, item) in document["paths"].as_object().unwrap() {
            let changing = item.as_object().unwrap().iter().filter(|(_, operation)| operation["x-effect"] != "reads");
            let served = |(method, _): (&String, &Value)| {
                [path.as_str(), path.trim_end_matches('/')].map(|path| format!("{} {path}", method.to_uppercase()))
            };
            operations.extend(changing.flat_map(served));
        }
    }
    operations
}
