//! A server with a pretended provider, and whoever signs in through it.

use std::sync::Arc;
use std::time::Duration;

use cloakroom_engine::audit::Action;
use cloakroom_engine::audit::store::{AuditFilter, AuditScope, AuditStore as _, ListAudit};
use cloakroom_engine::page::PageNumber;
use cloakroom_server::http::server_clock::ServerClock;
use cloakroom_server::identity_providers::IdentityProviders;
use cloakroom_server::outbound::{Limits, Outbound, Reachable};
use serde_json::{Value, json};

use crate::browser::{Browser, form, led_to};
use crate::pretender::{CLIENT_ID, Pretender, SECRET};
use crate::support::{Answer, Server, Setup, call};

pub const PASSWORD: &str = "Correct-horse-7";

/// Who asks servers of others: this machine's loopback is allowed.
pub fn outbound() -> Arc<Outbound> {
    let limits = Limits { timeout: Duration::from_secs(5), max_body_bytes: 65_536, at_a_time: 64 };
    Arc::new(Outbound::new(Reachable::with(vec!["127.0.0.0/8".parse().unwrap()]), limits))
}

pub struct Scene {
    pub server: Server,
    pub provider: Pretender,
}

impl Scene {
    /// Tenants ACME and ZETA; the provider is ACME's, speaks for acme.example, and does what `settings` says beside that.
    pub async fn of_tenant(settings: Value) -> Self {
        Self::with(json!("ACME"), settings).await
    }

    /// As [`Self::of_tenant`], where it is the platform's.
    pub async fn of_platform(settings: Value) -> Self {
        Self::with(Value::Null, settings).await
    }

    async fn with(tenant: Value, settings: Value) -> Self {
        let setup =
            Setup { providers: Some(|clock| Arc::new(IdentityProviders::new(outbound(), ServerClock::new(clock)))), ..Setup::default() };
        let scene = Self { server: Server::empty(setup), provider: Pretender::start().await };
        scene.server.engine.refresh_signing_keys().await.unwrap();
        scene.server.apply(&json!({ "tenants": [{ "code": "ACME" }, { "code": "ZETA" }] })).await;
        scene.provide("acme", &tenant, settings).await;
        scene
    }

    /// Has the directory know the pretended provider, under this code.
    pub async fn provide(&self, code: &str, tenant: &Value, settings: Value) {
        let mut entry = json!({ "code": code, "name": "Acme <ID>", "issuer": self.provider.issuer, "client_id": CLIENT_ID,
            "client_secret": SECRET, "domains": ["acme.example"], "groups_claim": "groups" });
        if !tenant.is_null() {
            entry["tenant"] = tenant.clone();
        }
        entry.as_object_mut().unwrap().extend(settings.as_object().unwrap().clone());
        self.server.apply(&json!({ "identity_providers": [entry] })).await;
    }

    pub async fn users(&self, users: Value) {
        self.server.apply(&json!({ "users": users })).await;
    }

    /// A user of ACME with a verified address there.
    pub fn ada() -> Value {
        json!({ "username": "ada", "email": "ada@acme.example", "password": PASSWORD, "tenant": "ACME" })
    }

    /// Goes to the provider, signs in there and comes back.
    pub async fn through(&self, browser: &mut Browser<'_>, path: &str) -> Answer {
        let sent = browser.get(path).await;
        let brought = self.provider.signs_in(led_to(&sent));
        let brought: Vec<_> = brought.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        browser.get(&format!("/login/idp/acme/callback?{}", form(&brought))).await
    }

    /// The status that a new browser is answered when it comes back.
    pub async fn comes_back(&self) -> u16 {
        self.through(&mut Browser::of(&self.server), "/login/idp/acme").await.status
    }

    /// A browser that is signed in.
    pub async fn signed_in(&self) -> Browser<'_> {
        let mut browser = Browser::of(&self.server);
        let answer = self.through(&mut browser, "/login/idp/acme").await;
        assert_eq!(answer.status, 303, "{}", answer.text);
        browser
    }

    /// The user whom this browser's session is of, and their groups; `None` where nobody is signed in.
    pub async fn who(&self, browser: &Browser<'_>) -> Option<(String, String)> {
        let mut request = call("GET", "/auth/verify", "");
        let cookie = format!("__Host-cloakroom={}", browser.held()?);
        request.headers_mut().insert("cookie", cookie.parse().unwrap());
        let answer = self.server.send(request).await;
        let told = |name| answer.header(name).unwrap_or_default().to_owned();
        (answer.status == 200).then(|| (told("remote-user"), told("remote-groups")))
    }

    /// The trail's newest entries of an action, the newest first, with their facts.
    pub async fn told(&self, action: &str) -> Vec<Value> {
        let filter = AuditFilter { action: Action::parse(action), ..AuditFilter::default() };
        assert!(filter.action.is_some(), "{action}");
        let page = PageNumber { page: 1, per_page: 100 };
        let list = ListAudit { scope: AuditScope::default(), filter, page: page.into() };
        let page = self.server.database.audit_page(list).await.unwrap();
        page.rows.iter().map(|entry| serde_json::from_str(&entry.detail).unwrap()).collect()
    }
}
