//! Who is there: users of two tenants, applications of every kind, and what they do until one is let in.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::{Request, header};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::browser::{Browser, behind, form, form_token, led_to};
use crate::support::{Answer, Server, Setup, call};

pub const PASSWORD: &str = "Correct-horse-7";
pub const SECRET: &str = "a-secret-of-the-shop";

/// RFC 7636 appendix B.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// The resource servers of the shop.
pub const RESOURCES: [&str; 2] = ["https://api.test/v1", "urn:test:files"];

/// The addresses of the applications.
pub const CALLBACKS: [(&str, &str); 5] = [
    ("shop", "https://shop.test/callback"),
    ("own", "https://own.test/callback"),
    ("desk", "https://desk.test/callback"),
    ("pages", "https://pages.test/callback"),
    ("native", "http://127.0.0.1/callback"),
];

/// Ada of ACME, Zoe of ZETA, Cleo of ZETA who is a member of ACME. Of ACME: the shop, which asks people; one of our own, which does not; pages
/// without a server, and a native application, which are public. Of the platform: the desk.
pub async fn peopled() -> Server {
    peopled_with(Setup::default()).await
}

pub async fn peopled_with(setup: Setup) -> Server {
    let server = Server::empty(setup);
    server.engine.refresh_signing_keys().await.unwrap();
    let user = |name: &str, tenant: &str| json!({ "username": name, "email": format!("{name}@example.com"), "password": PASSWORD, "tenant": tenant, "display_name": format!("{name} of {tenant}") });
    let mut cleo = user("cleo", "ZETA");
    cleo["memberships"] = json!({ "ACME": "member" });
    let application = |client_id: &str, kind: &str| {
        let callback = callback(client_id);
        json!({ "client_id": client_id, "name": format!("The {client_id}"), "tenant": "ACME", "kind": kind, "redirect_uris": [callback] })
    };
    let with = |mut application: Value, fields: Value| {
        application.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        application
    };
    server
        .apply(&json!({
            "tenants": [{ "code": "ACME" }, { "code": "ZETA" }],
            "users": [user("ada", "ACME"), user("zoe", "ZETA"), cleo],
            "applications": [
                with(application("shop", "web"), json!({ "client_secret": SECRET, "scopes": ["orders", "admin:read"], "resources": RESOURCES, "origins": ["https://shop.test"],
                    "redirect_uris": [callback("shop"), "https://shop.test/other?page=1"] })),
                with(application("own", "web"), json!({ "client_secret": SECRET, "is_first_party": true, "id_token_signed_response_alg": "ES256" })),
                with(application("desk", "web"), json!({ "client_secret": SECRET, "platform": true, "is_first_party": true })),
                with(application("pages", "spa"), json!({ "is_first_party": true, "origins": ["https://pages.test"] })),
                with(application("native", "native"), json!({ "is_first_party": true })),
                { "client_id": "machine", "tenant": "ACME", "client_secret": SECRET, "kind": "service", "scopes": ["admin:read"] },
            ],
        }))
        .await;
    server
}

pub fn callback(client_id: &str) -> &'static str {
    CALLBACKS.iter().find(|(known, _)| *known == client_id).unwrap().1
}

/// What an application asks with; `more` replaces and adds, and an empty value takes away.
pub fn request(client_id: &str, more: &[(&str, &str)]) -> String {
    let mut pairs = BTreeMap::from([
        ("response_type", "code"),
        ("client_id", client_id),
        ("redirect_uri", callback(client_id)),
        ("scope", "openid"),
        ("state", "st4te"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ]);
    pairs.extend(more.iter().copied());
    let pairs: Vec<_> = pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    format!("/oauth/authorize?{}", form(&pairs))
}

/// Says yes or no on the page that asks.
pub async fn decide(browser: &mut Browser<'_>, page: &Answer, decision: &str) -> Answer {
    assert_eq!(page.status, 200, "{}", page.text);
    let asked = unescaped(behind(&page.text, "name=\"request\" value=\""));
    browser.post("/oauth/consent", &[("form_token", &form_token(page)), ("request", &asked), ("decision", decision)]).await
}

/// The text of an attribute.
pub fn unescaped(text: &str) -> String {
    text.replace("&#38;", "&").replace("&amp;", "&").replace("&#61;", "=").replace("&#34;", "\"")
}

/// What the application at `callback` was answered.
pub fn answered(answer: &Answer, callback: &str) -> BTreeMap<String, String> {
    let location = led_to(answer);
    let (address, query) = location.split_once('?').unwrap();
    assert_eq!(address, callback, "{location}");
    let pairs: BTreeMap<String, String> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    assert_eq!(pairs["iss"], crate::support::ISSUER);
    pairs
}

/// The code that an application gets which is let in without a question, or after a yes.
pub async fn code(browser: &mut Browser<'_>, client_id: &str, more: &[(&str, &str)]) -> String {
    let mut answer = browser.get(&request(client_id, more)).await;
    if answer.status == 200 {
        answer = decide(browser, &answer, "allow").await;
    }
    let mut pairs = answered(&answer, callback(client_id));
    assert_eq!(pairs.get("error"), None, "{pairs:?}");
    pairs.remove("code").unwrap()
}

/// A form of a client at an endpoint: with its secret where it has one.
pub fn of_client(client_id: &str, path: &str, fields: &[(&str, &str)]) -> Request<Body> {
    let is_public = ["pages", "native"].contains(&client_id);
    let own: &[(&str, &str)] = if is_public { &[("client_id", client_id)] } else { &[] };
    let mut request = call("POST", path, form(&[fields, own].concat()));
    let headers = request.headers_mut();
    if !is_public {
        let basic = format!("Basic {}", STANDARD.encode(format!("{client_id}:{SECRET}")));
        headers.insert(header::AUTHORIZATION, basic.parse().unwrap());
    }
    headers.insert(header::CONTENT_TYPE, "application/x-www-form-urlencoded".parse().unwrap());
    request
}

pub async fn redeem(server: &Server, client_id: &str, code: &str, more: &[(&str, &str)]) -> Answer {
    let mut fields = BTreeMap::from([
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", callback(client_id)),
        ("code_verifier", VERIFIER),
    ]);
    fields.extend(more.iter().copied());
    let fields: Vec<_> = fields.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    server.send(of_client(client_id, "/oauth/token", &fields)).await
}

/// The tokens of an application that is let into this browser's session.
pub async fn tokens(browser: &mut Browser<'_>, client_id: &str, scope: &str) -> Value {
    let code = code(browser, client_id, &[("scope", scope)]).await;
    let answer = redeem(browser.server, client_id, &code, &[]).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.body
}

/// What an ID token or an access token says.
pub fn claims(token: &Value) -> Value {
    let payload = token.as_str().unwrap().split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

/// The header of a token.
pub fn head(token: &Value) -> Value {
    let head = token.as_str().unwrap().split('.').next().unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(head).unwrap()).unwrap()
}

pub async fn is_active(server: &Server, token: &Value) -> bool {
    let answer = server.send(of_client("machine", "/oauth/introspect", &[("token", token.as_str().unwrap())])).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.body["active"].as_bool().unwrap()
}

pub async fn user_info(server: &Server, token: &Value) -> Answer {
    let mut request = call("GET", "/oauth/userinfo", "");
    request.headers_mut().insert(header::AUTHORIZATION, format!("Bearer {}", token.as_str().unwrap()).parse().unwrap());
    server.send(request).await
}
