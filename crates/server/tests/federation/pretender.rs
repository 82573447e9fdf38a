//! An identity provider that says whatever a test wants.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use parking_lot::Mutex;
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;

use crate::keys::{ProviderKey, encode};

pub const CLIENT_ID: &str = "cloakroom:at+acme";
/// With what a form has to encode.
pub const SECRET: &str = "se:cret +%ä";

/// 2026-01-02T03:04:05Z, when every server of these tests begins.
pub const NOW: i64 = 1_767_323_045;

/// What it says, and what it was asked.
pub struct Said {
    pub key: ProviderKey,
    /// Of tokens; `alg` stands there, too.
    pub header: Value,
    pub published: Vec<Value>,
    /// In place of what its document has; `null` takes away.
    pub document: Map<String, Value>,
    /// Likewise of ID tokens.
    pub claims: Map<String, Value>,
    pub user_info: Value,
    /// In place of the answer of an endpoint: status and body.
    pub answers: BTreeMap<&'static str, (u16, String)>,
    /// How often each endpoint was asked.
    pub asked: BTreeMap<String, usize>,
    /// The last request for tokens: its form, and how the client authenticated.
    pub token_request: BTreeMap<String, String>,
    /// What browsers were sent with, by the code that they were given.
    sent: BTreeMap<String, BTreeMap<String, String>>,
}

#[derive(Clone)]
pub struct Pretender {
    pub issuer: String,
    said: Arc<Mutex<Said>>,
}

impl Pretender {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let key = ProviderKey::ed25519();
        let said = Said {
            header: json!({ "alg": key.algorithm(), "kid": "one", "typ": "JWT" }),
            published: vec![key.published("one")],
            key,
            document: Map::new(),
            claims: Map::new(),
            user_info: json!({}),
            answers: BTreeMap::new(),
            asked: BTreeMap::new(),
            token_request: BTreeMap::new(),
            sent: BTreeMap::new(),
        };
        let pretender = Self { issuer, said: Arc::new(Mutex::new(said)) };
        let router = Router::new().fallback(answer).with_state(pretender.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        pretender
    }

    /// Has it say something else.
    pub fn says(&self, change: impl FnOnce(&mut Said)) {
        change(&mut self.said.lock());
    }

    /// Has it claim something of whoever signs in; `null` takes a claim away.
    pub fn claims(&self, claims: Value) {
        self.said.lock().claims = claims.as_object().unwrap().clone();
    }

    pub fn asked(&self, path: &str) -> usize {
        self.said.lock().asked.get(path).copied().unwrap_or_default()
    }

    pub fn token_request(&self) -> BTreeMap<String, String> {
        self.said.lock().token_request.clone()
    }

    /// Somebody signs in there, who was sent to `address`; with what the browser comes back.
    pub fn signs_in(&self, address: &str) -> BTreeMap<String, String> {
        let (endpoint, query) = address.split_once('?').unwrap();
        assert_eq!(endpoint, format!("{}/authorize", self.issuer));
        let sent: BTreeMap<String, String> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let mut said = self.said.lock();
        let code = format!("code {}", said.sent.len());
        let state = sent["state"].clone();
        said.sent.insert(code.clone(), sent);
        BTreeMap::from([("code".to_owned(), code), ("state".to_owned(), state)])
    }

    /// What its tokens say unless the test wants otherwise.
    pub fn usual(&self, nonce: Option<&str>) -> Value {
        let mut claims = json!({ "iss": self.issuer, "sub": "248289761001", "aud": CLIENT_ID, "iat": NOW, "exp": NOW + 300, "auth_time": NOW - 30,
            "sid": "their session", "email": "ada@acme.example", "email_verified": true, "preferred_username": "ada", "name": "Ada of Acme",
            "groups": [] });
        if let Some(nonce) = nonce {
            claims["nonce"] = nonce.into();
        }
        replaced(claims, &self.said.lock().claims)
    }

    /// A token that it signs.
    pub fn token(&self, claims: &Value) -> String {
        let said = self.said.lock();
        said.key.token(&said.header, claims)
    }

    /// A logout token that says this beside what all of them say.
    pub fn logout_token(&self, claims: &Value) -> String {
        let usual = json!({ "iss": self.issuer, "aud": CLIENT_ID, "iat": NOW, "exp": NOW + 120, "jti": "1",
            "events": { "http://schemas.openid.net/event/backchannel-logout": {} } });
        let claims = replaced(usual, claims.as_object().unwrap());
        let said = self.said.lock();
        let mut header = said.header.clone();
        header["typ"] = "logout+jwt".into();
        said.key.token(&header, &claims)
    }

    fn document(&self) -> Value {
        let at = |path: &str| format!("{}{path}", self.issuer);
        let usual = json!({ "issuer": self.issuer, "authorization_endpoint": at("/authorize"), "token_endpoint": at("/token"),
            "userinfo_endpoint": at("/userinfo"), "jwks_uri": at("/keys") });
        replaced(usual, &self.said.lock().document)
    }

    fn tokens(&self, headers: &HeaderMap, body: &[u8]) -> Response {
        let mut form: BTreeMap<String, String> = form_urlencoded::parse(body).into_owned().collect();
        if let Some(basic) = headers.get(header::AUTHORIZATION) {
            form.insert("basic".to_owned(), basic.to_str().unwrap().to_owned());
        }
        self.said.lock().token_request = form.clone();
        let Some(sent) = self.said.lock().sent.remove(form.get("code").map_or("", String::as_str)) else {
            return (StatusCode::BAD_REQUEST, r#"{"error":"invalid_grant","error_description":"<b>secret</b>"}"#).into_response();
        };
        let challenge = encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, form["code_verifier"].as_bytes()).as_ref());
        assert_eq!((&sent["code_challenge"], sent["code_challenge_method"].as_str()), (&challenge, "S256"));
        assert_eq!(sent["redirect_uri"], form["redirect_uri"]);
        let id_token = self.token(&self.usual(Some(&sent["nonce"])));
        json!({ "access_token": "an access token", "token_type": "Bearer", "id_token": id_token }).to_string().into_response()
    }
}

fn replaced(mut usual: Value, with: &Map<String, Value>) -> Value {
    let fields = usual.as_object_mut().unwrap();
    for (name, value) in with {
        if value.is_null() {
            fields.remove(name);
        } else {
            fields.insert(name.clone(), value.clone());
        }
    }
    usual
}

async fn answer(State(pretender): State<Pretender>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path().to_owned();
    let body: Bytes = axum::body::to_bytes(body, 65_536).await.unwrap();
    *pretender.said.lock().asked.entry(path.clone()).or_default() += 1;
    let instead = pretender.said.lock().answers.get(path.as_str()).cloned();
    if let Some((status, text)) = instead {
        let location = [(header::LOCATION, format!("{}/elsewhere", pretender.issuer))];
        return (StatusCode::from_u16(status).unwrap(), location, text).into_response();
    }
    match path.as_str() {
        "/.well-known/openid-configuration" => pretender.document().to_string().into_response(),
        "/keys" => json!({ "keys": pretender.said.lock().published }).to_string().into_response(),
        "/userinfo" => {
            assert_eq!(parts.headers[header::AUTHORIZATION], "Bearer an access token");
            let subject = pretender.usual(None)["sub"].clone();
            let mut said = pretender.said.lock().user_info.clone();
            said.as_object_mut().unwrap().entry("sub").or_insert(subject);
            said.to_string().into_response()
        }
        "/token" => pretender.tokens(&parts.headers, &body),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

/// How a client with an id and a secret authenticates (RFC 6749 section 2.3.1).
pub fn basic() -> String {
    let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    format!("Basic {}", STANDARD.encode(format!("{}:{}", encoded(CLIENT_ID), encoded(SECRET))))
}
