//! A server in this process with a directory of two partners and four tenants.

use std::ops::Deref;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use cloakroom_engine::account::mail::Mail;
use cloakroom_engine::audit::archive::TrailArchive;
use cloakroom_engine::clock::{Span, Timestamp};
use cloakroom_engine::directory::PlatformRole;
use cloakroom_engine::directory::document::{ApplicationEntry, DirectoryDocument, PartnerEntry, TenantEntry, UserEntry};
use cloakroom_engine::directory::password::{PasswordHash, hash};
use cloakroom_engine::policy::Policy;
use cloakroom_engine::secret::{ClientSecret, Passcode};
use cloakroom_server::http::geolocation::Places;
use cloakroom_server::tasks::pooled_recognition::PooledRecognition;
use cloakroom_store::driver::sqlite::Location;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::gathering::Gathering;
use crate::in_process::{InProcess, Made, Routed, body_limits};
use crate::mailbox::Mailbox;
use crate::vouching::Vouching;

pub const IPHONE: &str =
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1";
pub const PASSWORD: &str = "Correct-horse-7";

/// Every kind of caller: name of the user, home tenant, role, operator.
pub const USERS: &[(&str, Option<&str>, PlatformRole, bool)] = &[
    ("end_user", Some("ACME"), PlatformRole::None, false),
    ("operator", Some("ACME"), PlatformRole::None, true),
    ("roaming_operator", None, PlatformRole::None, true),
    ("tenant_admin_a", Some("ACME"), PlatformRole::TenantAdmin, false),
    ("tenant_admin_b", Some("BETA"), PlatformRole::TenantAdmin, false),
    ("partner_admin", Some("ACME"), PlatformRole::PartnerAdmin, false),
    ("super_admin", None, PlatformRole::SuperAdmin, false),
    ("gina", Some("GAMMA"), PlatformRole::None, false),
    ("bob", Some("BETA"), PlatformRole::None, false),
    ("homeless_admin", None, PlatformRole::TenantAdmin, false),
    ("partnerless_admin", Some("LONE"), PlatformRole::PartnerAdmin, false),
];

/// Every kind of application: client id, tenant, of the platform, scopes.
pub const APPLICATIONS: &[(&str, Option<&str>, bool, &[&str])] = &[
    ("machine_unscoped", Some("ACME"), false, &["profile"]),
    ("machine_reader", Some("ACME"), false, &["admin:read"]),
    ("machine_writer", Some("ACME"), false, &["admin:write"]),
    ("machine_homeless", None, false, &["admin:read", "admin:write"]),
    ("machine_platform_reader", None, true, &["admin:read"]),
    ("machine_platform", None, true, &["admin:read", "admin:write"]),
];

pub const CLIENT_SECRET: &str = "a-secret-of-a-machine";

pub struct Server {
    inside: InProcess,
    /// For whoever serves it on a socket.
    pub router: Router,
    pub mailbox: Arc<Mailbox>,
    pub hashing: Arc<Gathering>,
}

impl Deref for Server {
    type Target = InProcess;

    fn deref(&self) -> &InProcess {
        &self.inside
    }
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {self:?}"))
    }

    /// The value at a JSON pointer.
    pub fn at(&self, pointer: &str) -> Value {
        self.json().pointer(pointer).unwrap_or_else(|| panic!("no {pointer} in {self:?}")).clone()
    }

    pub fn text_at(&self, pointer: &str) -> String {
        self.at(pointer).as_str().unwrap().to_owned()
    }

    pub fn number(&self, pointer: &str) -> u64 {
        self.at(pointer).as_u64().unwrap()
    }

    /// The ids of a list's items.
    pub fn ids(&self) -> Vec<String> {
        self.at("/data").as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
    }

    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{self:?}");
        self
    }
}

fn password_hash() -> PasswordHash {
    static HASH: OnceLock<PasswordHash> = OnceLock::new();
    HASH.get_or_init(|| hash(&Passcode::new(PASSWORD.into()), [7; 16]).unwrap()).clone()
}

/// One for all tests of this process: its rules take a moment to compile.
fn recognition() -> Arc<PooledRecognition> {
    static RECOGNITION: OnceLock<Arc<PooledRecognition>> = OnceLock::new();
    RECOGNITION.get_or_init(|| Arc::new(PooledRecognition::start().unwrap())).clone()
}

fn directory() -> DirectoryDocument {
    let partner = |code: &str| PartnerEntry { code: code.into(), name: None };
    let tenant =
        |code: &str, partner: Option<&str>| TenantEntry { code: code.into(), partner: partner.map(Into::into), ..TenantEntry::default() };
    let user = |(name, tenant, role, is_operator): &(&str, Option<&str>, PlatformRole, bool)| UserEntry {
        username: (*name).into(),
        email: Some(format!("{name}@example.com")),
        display_name: Some(format!("The {name}")),
        password_hash: Some(password_hash()),
        tenant: tenant.map(Into::into),
        role: Some(*role),
        is_operator: Some(*is_operator),
        ..UserEntry::default()
    };
    DirectoryDocument {
        partners: vec![partner("north"), partner("south")],
        tenants: vec![tenant("ACME", Some("north")), tenant("BETA", Some("south")), tenant("GAMMA", Some("north")), tenant("LONE", None)],
        users: USERS.iter().map(user).collect(),
        applications: APPLICATIONS.iter().map(application).collect(),
        ..DirectoryDocument::default()
    }
}

fn application((client_id, tenant, platform, scopes): &(&str, Option<&str>, bool, &[&str])) -> ApplicationEntry {
    ApplicationEntry {
        tenant: tenant.map(Into::into),
        client_id: (*client_id).into(),
        client_secret: Some(ClientSecret::new(CLIENT_SECRET.into())),
        scopes: Some(scopes.iter().map(ToString::to_string).collect()),
        platform: Some(*platform),
        ..ApplicationEntry::default()
    }
}

impl Server {
    pub async fn start() -> Self {
        Self::at(&Location::Temporary).await
    }

    pub async fn at(location: &Location) -> Self {
        Self::of(location, |_| {}).await
    }

    /// With a database of places.
    pub async fn knowing(places: Places) -> Self {
        Self::of(&Location::Temporary, |made| made.places = Some(places)).await
    }

    /// With this policy, and with somebody who keeps what leaves the trail.
    pub async fn keeping(location: &Location, policy: Policy, archive: Arc<dyn TrailArchive>) -> Self {
        Self::of(location, |made| (made.policy, made.archive) = (policy, Some(archive))).await
    }

    async fn of(location: &Location, otherwise: impl FnOnce(&mut Made)) -> Self {
        let (mailbox, hashing) = (Arc::new(Mailbox::default()), Arc::new(Gathering::default()));
        let mut made = Made {
            location: location.clone(),
            hashing: hashing.clone(),
            mail: Some(mailbox.clone()),
            recognition: Some(recognition()),
            providers: Some(Arc::new(Vouching)),
            ..Made::at(Timestamp::from_millis(1_767_225_600_123), "http://here")
        };
        otherwise(&mut made);
        let inside = InProcess::new(made);
        inside.engine.refresh_signing_keys().await.unwrap();
        inside.engine.apply_directory(directory(), false, "test").await.unwrap().unwrap();
        let body_limits = body_limits(1_048_576, Duration::from_secs(60));
        let router =
            inside.router(&Routed { max_in_flight: 64, max_streams: 2, max_header_bytes: 16_384, body_limits, ..Routed::default() });
        Self { inside, router, mailbox, hashing }
    }

    /// What a stranger posts.
    pub async fn tell(&self, path: &str, body: Value) -> Answer {
        self.call("POST", path, None, Some(body)).await
    }

    /// The mails that were asked for, delivered now.
    pub async fn mails(&self) -> Vec<Mail> {
        while self.engine.deliver_mails(10).await.unwrap().1 {}
        self.mailbox.take()
    }

    pub fn advance(&self, seconds: u32) {
        self.clock.advance(Span::from_seconds(seconds));
    }

    pub async fn call(&self, method: &str, path: &str, token: Option<&str>, body: Option<Value>) -> Answer {
        self.call_from((IPHONE, None), method, path, token, body).await
    }

    /// A call by this user agent from this address.
    pub async fn call_from(
        &self,
        (user_agent, address): (&str, Option<&str>),
        method: &str,
        path: &str,
        token: Option<&str>,
        body: Option<Value>,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header("user-agent", user_agent);
        if let Some(address) = address {
            let peer = std::net::SocketAddr::new(address.parse().unwrap(), 0);
            request = request.extension(axum::extract::ConnectInfo(peer));
        }
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        self.send(request.body(body).unwrap()).await
    }

    /// A form, as the standard endpoints take it.
    pub async fn form(&self, path: &str, form: &str) -> Answer {
        let request = Request::builder().method("POST").uri(path).header("content-type", "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(form.to_owned())).unwrap()).await
    }

    /// A call of session storage.
    pub async fn as_client(&self, client_id: &str, method: &str, path: &str) -> Answer {
        self.as_client_saying(client_id, method, path, None).await
    }

    /// The same with a body.
    pub async fn as_client_saying(&self, client_id: &str, method: &str, path: &str, body: Option<Value>) -> Answer {
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        let request = Request::builder().method(method).uri(path).header("ClientID", client_id).header("ClientSecret", CLIENT_SECRET);
        self.send(request.body(body).unwrap()).await
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        Answer { status, headers, text: String::from_utf8(bytes.to_vec()).unwrap() }
    }

    pub async fn get(&self, path: &str, token: &str) -> Answer {
        self.call("GET", path, Some(token), None).await
    }

    pub async fn post(&self, path: &str, token: &str, body: Value) -> Answer {
        self.call("POST", path, Some(token), Some(body)).await
    }

    pub async fn delete(&self, path: &str, token: &str) -> Answer {
        self.call("DELETE", path, Some(token), None).await
    }

    /// An access token of a new session.
    pub async fn login(&self, user: &str) -> String {
        self.login_from((IPHONE, None), user).await
    }

    /// An access token of a new session that this user agent opened from this address.
    pub async fn login_from(&self, from: (&str, Option<&str>), user: &str) -> String {
        let answer = self.call_from(from, "POST", "/user/login", None, Some(json!({ "username": user, "password": PASSWORD }))).await;
        answer.expect(200).text_at("/accessToken")
    }

    /// The access token of a grant that an application asks for.
    pub async fn granted(&self, client_id: &str, grant: &str) -> String {
        let body = format!("client_id={client_id}&client_secret={CLIENT_SECRET}&{grant}");
        self.form("/oauth/token", &body).await.expect(200).text_at("/access_token")
    }

    /// An access token of an application for itself.
    pub async fn machine(&self, client_id: &str) -> String {
        self.granted(client_id, "grant_type=client_credentials").await
    }

    /// An access token of an application within a new session of a user's.
    pub async fn delegate(&self, client_id: &str, user: &str) -> String {
        let exchange = "grant_type=urn:ietf:params:oauth:grant-type:token-exchange";
        let kind = "subject_token_type=urn:ietf:params:oauth:token-type:access_token";
        let login = self.login(user).await;
        self.granted(client_id, &format!("{exchange}&{kind}&subject_token={login}")).await
    }

    /// An access token of a new session that is asked for from this address.
    pub async fn login_at(&self, address: &str, user: &str) -> String {
        self.login_from((IPHONE, Some(address)), user).await
    }

    /// An access and a refresh token of a new session.
    pub async fn tokens(&self, user: &str) -> (String, String) {
        let answer = self.call("POST", "/user/login", None, Some(json!({ "username": user, "password": PASSWORD }))).await.expect(200);
        (answer.text_at("/accessToken"), answer.text_at("/refreshToken"))
    }

    /// Applies a directory document beside what is there.
    pub async fn apply(&self, document: &Value) {
        let read = cloakroom_server::directory_file::read(&document.to_string()).unwrap();
        self.engine.apply_directory(read, false, "test").await.unwrap().unwrap();
    }

    /// Every entry of the trail that this token reaches under a query, newest first; the walk of the pages must be exact.
    pub async fn trail(&self, token: &str, query: &str) -> Vec<Value> {
        let (mut all, mut page) = (Vec::new(), 1);
        loop {
            let answer = self.get(&format!("/api/v1/admin/audit/?per_page=37&page={page}{query}"), token).await.expect(200);
            let items = answer.at("/data").as_array().unwrap().clone();
            if items.is_empty() {
                assert_eq!(answer.number("/pagination/total_items"), all.len() as u64, "{query}");
                return all;
            }
            all.extend(items);
            page += 1;
        }
    }

    /// What the upkeep does for the trail.
    pub async fn seal(&self) {
        while self.engine.seal_audit_entries(7).await.unwrap().1 {}
    }

    /// The bearer guid of a new session, born on another surface.
    pub async fn open(&self, user: &str) -> String {
        let email = format!("{user}@example.com");
        let answer = self.call("POST", "/usm/session/create", None, Some(json!({ "email": email, "passcode": PASSWORD }))).await;
        answer.expect(200).text_at("/data/session_guid")
    }

    pub async fn validate(&self, guid: &str) -> Answer {
        self.call("POST", "/usm/session/validate", None, Some(json!({ "session_guid": guid }))).await
    }

    /// The id of the user's newest session, as the user sees it.
    pub async fn newest(&self, token: &str) -> String {
        self.get("/api/v1/me/sessions", token).await.expect(200).text_at("/data/0/id")
    }

    /// The id of the session of this token.
    pub async fn current(&self, token: &str) -> String {
        let listed = self.get("/api/v1/me/sessions", token).await.expect(200).at("/data");
        let current = listed.as_array().unwrap().iter().find(|item| item["is_current"] == true).unwrap();
        current["id"].as_str().unwrap().to_owned()
    }

    /// The public ids of a user and of the home tenant.
    pub async fn whereabouts(&self, user: &str, root: &str) -> (String, String) {
        let token = self.login(user).await;
        let session = self.current(&token).await;
        let listed = self.get("/api/v1/admin/sessions/?per_page=100", root).await.expect(200).at("/data");
        let item = listed.as_array().unwrap().iter().find(|item| item["id"] == session.as_str()).unwrap().clone();
        self.delete(&format!("/api/v1/me/sessions/{session}"), &token).await.expect(200);
        (item["user_id"].as_str().unwrap().to_owned(), item["tenant_id"].as_str().unwrap_or_default().to_owned())
    }
}
