//! An org with an owner, and what owners make in it.

use serde_json::{Value, json};

use super::answer::Answer;
use super::setup::{ADA, BOB, Server};

impl Server {
    /// ACME, which Ada owns and Bob is a member of, and OTHER, which Bob owns.
    pub async fn with_orgs() -> Self {
        let server = Self::start().await;
        let users = json!([
            { "username": "ada", "memberships": { "ACME": "owner" } },
            { "username": "bob", "memberships": { "ACME": "member", "OTHER": "owner" } },
        ]);
        server.apply(&json!({ "tenants": [{ "code": "ACME" }, { "code": "OTHER" }], "users": users })).await;
        server
    }

    pub async fn set_org(&self, code: &str, status: &str) {
        self.apply(&json!({ "tenants": [{ "code": code, "status": status }] })).await;
    }

    /// Ada's hold on ACME.
    pub async fn acme(&self) -> Owned {
        Owned { server: self.clone(), guid: self.open(ADA).await.bearer, org: "ACME" }
    }

    /// Bob's hold on OTHER.
    pub async fn other(&self) -> Owned {
        Owned { server: self.clone(), guid: self.open(BOB).await.bearer, org: "OTHER" }
    }

    /// Shows an API key in the header.
    pub async fn shows(&self, api_key: &str) -> Answer {
        self.shows_for(api_key, None).await
    }

    pub async fn shows_for(&self, api_key: &str, orgcode: Option<&str>) -> Answer {
        let mut request = super::usm("api_key/validate", &json!({ "orgcode": orgcode }));
        request.headers_mut().insert("x-api-key", api_key.parse().unwrap());
        self.send(request).await
    }
}

/// What an owner's session can do in one org.
#[derive(Clone)]
pub struct Owned {
    pub server: Server,
    pub guid: String,
    pub org: &'static str,
}

impl Owned {
    pub async fn call(&self, route: &str, more: Value) -> Answer {
        let mut body = json!({ "session_guid": self.guid, "orgcode": self.org });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.server.usm(route, &body).await
    }

    /// A new service account.
    pub async fn account(&self) -> String {
        let made = self.call("service_account/create", json!({ "caption": "till", "roles": ["pvv"] })).await;
        made.data()["service_account_id"].as_str().unwrap().to_owned()
    }

    /// A new key: its text and its id.
    pub async fn key(&self, account: &str) -> (String, String) {
        let made = self.call("api_key/create", json!({ "service_account_id": account })).await;
        let text = |name: &str| made.data()[name].as_str().unwrap().to_owned();
        (text("api_key"), text("api_key_id"))
    }
}
