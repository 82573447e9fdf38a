//! Who was refused stands in the trail: what they showed, whom they claimed to be, from which network, and how often.

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use cloakroom_store::driver::sqlite::Location;
use serde_json::{Value, json};

use crate::audit_verify::verify;
use crate::server::{CLIENT_SECRET, Server};

/// One refused request: from which address, what it is, and what the trail says of it.
struct Kind {
    what: &'static str,
    request: Request<Body>,
    status: u16,
    action: &'static str,
    reason: &'static str,
    claimed: Option<String>,
}

struct Scene {
    server: Server,
    root: String,
    kinds: Vec<Kind>,
}

fn basic(id: &str, secret: &str) -> (&'static str, String) {
    ("authorization", format!("Basic {}", STANDARD.encode(format!("{id}:{secret}"))))
}

fn assertion(client_id: &str) -> String {
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let claims = json!({ "iss": client_id, "sub": client_id, "aud": "http://here", "jti": "1", "exp": 9_999_999_999_i64 });
    let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    let header = part(json!({ "alg": "ES256" }));
    format!("client_assertion={header}.{}.AAAA&client_assertion_type={kind}&grant_type=client_credentials", part(claims))
}

fn form(path: &str, headers: &[(&str, String)], body: &str) -> Request<Body> {
    let mut request = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
    for (name, value) in headers {
        request = request.header(*name, value);
    }
    request.body(Body::from(body.to_owned())).unwrap()
}

fn storage(headers: &[(&str, &str)]) -> Request<Body> {
    let mut request = Request::get("/session-storage/sessions");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Body::empty()).unwrap()
}

fn with_token(method: &str, path: &str, token: &str, body: Value) -> Request<Body> {
    let request = Request::builder().method(method).uri(path).header("authorization", format!("Bearer {token}"));
    request.body(Body::from(body.to_string())).unwrap()
}

fn key_shown(key: &str, org: Option<&str>) -> Request<Body> {
    let body = json!({ "api_key": key, "orgcode": org });
    Request::post("/usm/api_key/validate").body(Body::from(body.to_string())).unwrap()
}

impl Scene {
    async fn new(file: &std::path::Path) -> Self {
        let server = Server::at(&Location::File(file.to_owned())).await;
        let app = |client_id: &str, status: &str| json!({ "client_id": client_id, "tenant": "ACME", "client_secret": CLIENT_SECRET, "scopes": ["admin:read"], "status": status });
        server.apply(&json!({ "applications": [app("gone", "disabled"), app("passing", "active")] })).await;
        let root = server.login("super_admin").await;
        Self { server, root, kinds: Vec::new() }
    }

    fn add(&mut self, what: &'static str, request: Request<Body>, status: u16, told: (&'static str, &'static str, Option<&str>)) {
        let (action, reason, claimed) = told;
        self.kinds.push(Kind { what, request, status, action, reason, claimed: claimed.map(Into::into) });
    }

    fn clients(&mut self) {
        const ACTION: &str = "client.refused";
        let known = Some("machine_reader");
        let post = |id: &str, secret: &str| format!("client_id={id}&client_secret={secret}&grant_type=client_credentials");
        self.add("unknown", form("/oauth/token", &[], &post("nobody", "x")), 401, (ACTION, "unknown client", None));
        self.add("wrong", form("/oauth/token", &[], &post("machine_reader", "x")), 401, (ACTION, "wrong secret", known));
        self.add("malformed", form("/oauth/token", &[], &post("machine_reader", "clc_x")), 401, (ACTION, "malformed secret", known));
        self.add("malformed of nobody", form("/oauth/token", &[], &post("nobody", "clc_x")), 401, (ACTION, "unknown client", None));
        self.add("disabled", form("/oauth/token", &[], &post("gone", CLIENT_SECRET)), 401, (ACTION, "disabled", Some("gone")));
        self.add("introspect", form("/oauth/introspect", &[basic("machine_reader", "x")], "token=x"), 401, (ACTION, "wrong secret", known));
        self.add("revoke", form("/oauth/revoke", &[basic("nobody", "x")], "token=x"), 401, (ACTION, "unknown client", None));
        self.add("no basic", form("/oauth/revoke", &[("authorization", "Basic ***".into())], "token=x"), 401, (ACTION, "malformed", None));
        self.add("assertion of nobody", form("/oauth/token", &[], &assertion("nobody")), 401, (ACTION, "unknown client", None));
        self.add("assertion", form("/oauth/token", &[], &assertion("machine_reader")), 401, (ACTION, "wrong assertion", known));
        let kindless = assertion("machine_reader").replace("jwt-bearer", "other");
        self.add("other assertion", form("/oauth/token", &[], &kindless), 401, (ACTION, "malformed", None));
        let shown = |id: &'static str, secret: &'static str| storage(&[("clientid", id), ("clientsecret", secret)]);
        self.add("storage, unknown", shown("nobody", "x"), 401, (ACTION, "unknown client", None));
        self.add("storage, wrong", shown("machine_reader", "x"), 401, (ACTION, "wrong secret", known));
        self.add("storage, malformed", shown("machine_reader", "clc_x"), 401, (ACTION, "malformed secret", known));
        self.add("storage, half", storage(&[("clientid", "machine_reader")]), 401, (ACTION, "malformed", None));
        self.add("storage, disabled", shown("gone", CLIENT_SECRET), 403, (ACTION, "disabled", Some("gone")));
    }

    async fn tokens(&mut self) {
        const ACTION: &str = "token.refused";
        let (ours, refresh) = self.server.tokens("end_user").await;
        let theirs = Server::start().await.login("end_user").await;
        self.add("garbage", with_token("GET", "/api/v1/me", "garbage", json!({})), 401, (ACTION, "not ours", None));
        self.add("forged", with_token("GET", "/api/v1/me", &theirs[..theirs.len() - 4], json!({})), 401, (ACTION, "not ours", None));
        let list = "/api/admin/v1/authenticated-sessions/list";
        self.add("operators", with_token("GET", list, "garbage", json!({})), 401, (ACTION, "not ours", None));
        self.add("directory", with_token("GET", "/api/v1/admin/users", "garbage", json!({})), 401, (ACTION, "not ours", None));
        self.add("logout", with_token("POST", "/user/logout", "garbage", json!({})), 401, (ACTION, "not ours", None));
        let redeem = |access: &str, refresh: &str| with_token("POST", "/user/refreshToken", access, json!({ "refreshToken": refresh }));
        self.add("refresh, access", redeem("garbage", &refresh), 401, (ACTION, "not ours", None));
        self.add("refresh, made up", redeem(&ours, "clr_x"), 401, (ACTION, "refresh token not valid", None));
        let machine = format!("client_id=machine_reader&client_secret={CLIENT_SECRET}&grant_type=refresh_token&refresh_token={refresh}");
        self.add("another's refresh", form("/oauth/token", &[], &machine), 400, (ACTION, "refresh token not valid", None));
        let over = self.server.machine("passing").await;
        let passing = self.server.get("/api/v1/admin/applications?search=passing", &self.root).await;
        let uid = passing.at("/data").as_array().unwrap().iter().find(|app| app["client_id"] == "passing").unwrap()["id"].clone();
        self.server.delete(&format!("/api/v1/admin/applications/{}", uid.as_str().unwrap()), &self.root).await;
        self.add("application over", with_token("GET", "/api/v1/admin/users", &over, json!({})), 401, (ACTION, "application over", None));
    }

    async fn roles(&mut self) {
        const ACTION: &str = "role.refused";
        let user = self.server.login("end_user").await;
        let (id, _) = self.server.whereabouts("end_user", &self.root).await;
        let them = Some(id.as_str());
        let sessions = "/api/v1/admin/sessions/";
        self.add("sessions", with_token("GET", sessions, &user, json!({})), 403, (ACTION, "role", them));
        self.add("ends", with_token("POST", "/api/v1/admin/sessions/revoke-all", &user, json!({})), 403, (ACTION, "role", them));
        self.add("reads", with_token("GET", "/api/v1/admin/users", &user, json!({})), 403, (ACTION, "role", them));
        self.add("changes", with_token("POST", "/api/v1/admin/users", &user, json!({})), 403, (ACTION, "role", them));
        let list = "/api/admin/v1/authenticated-sessions/list";
        self.add("operators", with_token("GET", list, &user, json!({})), 403, (ACTION, "not an operator", them));
        let unscoped = self.server.machine("machine_unscoped").await;
        self.add("scope", with_token("GET", sessions, &unscoped, json!({})), 403, (ACTION, "scope", Some("machine_unscoped")));
        let reader = self.server.machine("machine_reader").await;
        let reading = Some("machine_reader");
        self.add("writes", with_token("POST", "/api/v1/admin/users", &reader, json!({})), 403, (ACTION, "scope", reading));
        self.add("is no user", with_token("GET", "/api/v1/me", &reader, json!({})), 403, (ACTION, "not a user", reading));
        self.add("logs nobody out", with_token("POST", "/user/logout", &reader, json!({})), 401, (ACTION, "not a user", reading));
        let delegate = self.server.delegate("machine_reader", "end_user").await;
        self.add("delegate", with_token("GET", sessions, &delegate, json!({})), 403, (ACTION, "not the user", None));
        let wish = format!("client_id=machine_reader&client_secret={CLIENT_SECRET}&grant_type=client_credentials&scope=admin:write");
        self.add("wishes", form("/oauth/token", &[], &wish), 400, (ACTION, "scope", reading));
    }

    async fn api_keys(&mut self) {
        const ACTION: &str = "api_key.refused";
        let (user, tenant) = self.server.whereabouts("end_user", &self.root).await;
        let owner = json!({ "memberships": { tenant: "owner" } });
        self.server.call("PATCH", &format!("/api/v1/admin/users/{user}"), Some(&self.root), Some(owner)).await.expect(200);
        let guid = self.server.open("end_user").await;
        let usm = async |operation: &str, more: Value| {
            let mut body = json!({ "session_guid": guid, "orgcode": "ACME" });
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            self.server.call("POST", &format!("/usm/{operation}"), None, Some(body)).await.expect(200)
        };
        let account = usm("service_account/create", json!({ "caption": "a", "roles": ["pvv"] })).await.text_at("/data/service_account_id");
        let made = usm("api_key/create", json!({ "service_account_id": account })).await;
        let live = usm("api_key/create", json!({ "service_account_id": account })).await;
        let (key, id) = (made.text_at("/data/api_key"), made.text_at("/data/api_key_id"));
        usm("api_key/revoke", json!({ "api_key_id": id })).await;
        let (live, live_id) = (live.text_at("/data/api_key"), live.text_at("/data/api_key_id"));
        self.add("garbage", key_shown("clk_x", None), 401, (ACTION, "malformed", None));
        self.add("revoked", key_shown(&key, None), 401, (ACTION, "revoked", Some(&id)));
        self.add("another org's", key_shown(&live, Some("BETA")), 404, (ACTION, "another org", Some(&live_id)));
    }
}

/// What the trail says of refusals from this network.
fn told<'t>(trail: &'t [Value], network: &str) -> Vec<&'t Value> {
    trail.iter().filter(|entry| entry["detail"]["network"] == network).collect()
}

#[tokio::test]
async fn every_kind_of_refusal_stands_in_the_trail() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cloakroom.db");
    let mut scene = Scene::new(&file).await;
    scene.clients();
    scene.tokens().await;
    scene.roles().await;
    scene.api_keys().await;
    assert!(scene.kinds.len() >= 35, "{}", scene.kinds.len());
    let Scene { server, root, kinds } = scene;
    let mut expected = Vec::new();
    for (number, kind) in kinds.into_iter().enumerate() {
        let Kind { what, mut request, status, action, reason, claimed } = kind;
        let address = format!("10.7.{number}.9");
        request.extensions_mut().insert(ConnectInfo(std::net::SocketAddr::new(address.parse().unwrap(), 0)));
        let answer = server.send(request).await;
        assert_eq!(answer.status.as_u16(), status, "{what}: {answer:?}");
        expected.push((what, format!("10.7.{number}.0/24"), action, reason, claimed));
    }
    let before = server.trail(&root, "&result=refused").await;
    assert_eq!(before, Vec::<Value>::new(), "no row for each");
    server.advance(60);
    while server.engine.tell_refusals(false, 7).await.unwrap() > 0 {}
    let root = server.login("super_admin").await;
    let trail = server.trail(&root, "&result=refused").await;
    for (what, network, action, reason, claimed) in expected {
        let told = told(&trail, &network);
        assert_eq!(told.len(), 1, "{what}: {told:?}");
        let (entry, detail) = (told[0], &told[0]["detail"]);
        assert_eq!((&entry["action"], &entry["actor"]["kind"]), (&json!(action), &json!("stranger")), "{what}");
        assert_eq!((&detail["reason"], &detail["refusals"]), (&json!(reason), &json!("1")), "{what}: {entry}");
        assert_eq!(detail.get("claimed").and_then(Value::as_str), claimed.as_deref(), "{what}: {entry}");
        // What nobody is called may be a secret in the wrong field.
        assert!(!entry.to_string().contains("nobody"), "{what}: {entry}");
    }
    server.seal().await;
    assert_eq!(verify(&file, &[]).0, 0);
}

#[tokio::test]
async fn what_time_does_to_honest_tokens_is_one_line_a_minute_for_all_networks() {
    let server = Server::start().await;
    let (superseded, refresh) = server.tokens("end_user").await;
    server.post("/user/refreshToken", &superseded, json!({ "refreshToken": refresh })).await.expect(200);
    let ended = server.login("end_user").await;
    server.post("/user/logout", &ended, json!({})).await.expect(200);
    let late = server.login("bob").await;
    server.advance(1201);
    for number in 0..9 {
        for token in [&superseded, &ended, &late] {
            let address = format!("10.8.{number}.9");
            server.call_from(("x", Some(&address)), "GET", "/api/v1/me", Some(token), None).await.expect(401);
        }
    }
    server.advance(60);
    while server.engine.tell_refusals(false, 100).await.unwrap() > 0 {}
    let trail = server.trail(&server.login("super_admin").await, "&action=token.refused").await;
    let told: u32 = trail.iter().map(|entry| entry["detail"]["refusals"].as_str().unwrap().parse::<u32>().unwrap()).sum();
    assert_eq!(told, 27);
    assert!(trail.len() <= 3 && trail.iter().all(|entry| entry["detail"]["network"] == "everywhere"), "{trail:?}");
}

#[tokio::test]
async fn a_flood_of_refusals_writes_one_entry_a_minute_and_no_stop_loses_it() {
    let server = Server::start().await;
    let root = server.login("super_admin").await;
    let (entries, sums) = (server.trail(&root, "").await.len(), async || {
        let told = server.trail(&root, "&action=api_key.refused").await;
        told.iter().map(|entry| entry["detail"]["refusals"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    });
    for number in 0..200 {
        let mut request = key_shown(&format!("clk_{number}"), None);
        request.extensions_mut().insert(ConnectInfo(std::net::SocketAddr::new("10.9.0.1".parse().unwrap(), 0)));
        assert_eq!(server.send(request).await.status.as_u16(), 401);
    }
    assert_eq!(server.engine.tell_refusals(false, 100).await.unwrap(), 0, "the minute is not over");
    assert_eq!(server.trail(&root, "").await.len(), entries);
    // A server that stops does not wait for the minute.
    cloakroom_server::tasks::upkeep::save_all_touches(&server.engine, 100).await.unwrap();
    assert_eq!(sums().await, ["200"]);
    assert_eq!(server.trail(&root, "").await.len(), entries + 1);
}

/// Guesses are limited for their network and client, unknown ones alike; others are not.
#[tokio::test]
async fn wrong_secrets_are_limited_by_client_and_network() {
    let server = Server::start().await;
    let asked = async |address: &str, client_id: &str, secret: &str| {
        let body = format!("client_id={client_id}&client_secret={secret}&grant_type=client_credentials");
        let mut request = form("/oauth/token", &[], &body);
        request.extensions_mut().insert(ConnectInfo(std::net::SocketAddr::new(address.parse().unwrap(), 0)));
        server.send(request).await
    };
    for client_id in ["machine_reader", "nobody"] {
        for _ in 0..10 {
            assert_eq!(asked("10.1.0.1", client_id, "x").await.status.as_u16(), 401);
        }
        let limited = asked("10.1.0.77", client_id, CLIENT_SECRET).await;
        assert_eq!((limited.status.as_u16(), &limited.headers["retry-after"]), (429, &"60".parse().unwrap()), "{limited:?}");
        assert_eq!(limited.json()["error"], "temporarily_unavailable");
    }
    let mut stored = storage(&[("clientid", "machine_reader"), ("clientsecret", CLIENT_SECRET)]);
    stored.extensions_mut().insert(ConnectInfo(std::net::SocketAddr::new("10.1.0.2".parse().unwrap(), 0)));
    let stored = server.send(stored).await;
    assert_eq!((stored.status.as_u16(), stored.json()["errors"][0]["error_code"].as_str()), (429, Some("rate_limited")), "{stored:?}");
    assert_eq!(stored.headers["retry-after"], "60");
    asked("10.2.0.1", "machine_reader", CLIENT_SECRET).await.expect(200);
    asked("10.1.0.1", "machine_writer", CLIENT_SECRET).await.expect(200);
    // All clients together: whoever goes through ids is limited, too.
    for invented in 0..80 {
        asked("10.1.0.1", &format!("invented{invented}"), "x").await.expect(401);
    }
    asked("10.1.0.1", "machine_writer", CLIENT_SECRET).await.expect(429);
    server.advance(60);
    asked("10.1.0.1", "machine_reader", CLIENT_SECRET).await.expect(200);
}

#[tokio::test]
async fn a_grant_to_a_client_for_itself_stands_in_the_trail() {
    let server = Server::start().await;
    server.machine("machine_reader").await;
    let root = server.login("super_admin").await;
    let told = server.trail(&root, "&action=token.granted").await;
    assert_eq!(told.len(), 1);
    assert_eq!((&told[0]["actor"]["kind"], &told[0]["result"]), (&json!("application"), &json!("success")));
    assert_eq!((&told[0]["actor"]["id"], &told[0]["resource_type"]), (&told[0]["resource_id"], &json!("application")));
    assert_eq!(told[0]["detail"], json!({ "client_id": "machine_reader", "scope": "admin:read" }));
    assert_eq!(server.trail(&server.login("tenant_admin_a").await, "&action=token.granted").await.len(), 1);
    assert_eq!(server.trail(&server.login("tenant_admin_b").await, "&action=token.granted").await.len(), 0);
}
