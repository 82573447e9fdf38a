//! Identity providers that are believed without a word over the network, for suites that are about what happens then.

#![allow(dead_code, reason = "made for more suites than one")]

use std::sync::Arc;

use async_trait::async_trait;
use cloakroom_engine::clock::ManualClock;
use cloakroom_engine::federation::protocol::{
    AuthorizationWish, BroughtCode, ProviderClient, ProviderFault, ProviderIdentity, ProviderLogout, ProviderProtocol, TradedIdentity,
};
use serde_json::{Value, json};

/// The provider's code.
pub const CODE: &str = "idp";

/// A code is the name of whoever signed in, and so is a logout token.
pub struct Vouching;

#[async_trait]
impl ProviderProtocol for Vouching {
    async fn authorization_address(&self, _: &ProviderClient, wish: AuthorizationWish<'_>) -> Result<String, ProviderFault> {
        Ok(format!("https://idp.test/?state={}", wish.state))
    }

    async fn redeem(&self, client: &ProviderClient, brought: BroughtCode<'_>) -> Result<ProviderIdentity, ProviderFault> {
        Ok(ProviderIdentity {
            issuer: client.issuer.clone(),
            subject: brought.code.to_owned(),
            provider_session: Some(format!("session of {}", brought.code)),
            email: Some((format!("{}@example.com", brought.code), true)),
            username: Some(brought.code.to_owned()),
            name: None,
            groups: Vec::new(),
            methods: Vec::new(),
            authenticated_at: None,
        })
    }

    async fn verify_id_token(&self, _: &ProviderClient, _: &str) -> Result<TradedIdentity, ProviderFault> {
        Err(ProviderFault::NotBelieved("no ID token is believed"))
    }

    async fn verify_logout_token(&self, client: &ProviderClient, logout_token: &str) -> Result<ProviderLogout, ProviderFault> {
        let _ = client;
        Ok(ProviderLogout {
            subject: None,
            provider_session: Some(format!("session of {logout_token}")),
            token_id: logout_token.to_owned(),
            expires_at: cloakroom_engine::clock::Timestamp::from_millis(i64::MAX),
        })
    }
}

pub fn vouching(_: Arc<ManualClock>) -> Arc<dyn ProviderProtocol> {
    Arc::new(Vouching)
}

/// Its entry in the directory: of the platform, and whoever has an address of example.com is known by it.
pub fn entry() -> Value {
    json!({ "code": CODE, "issuer": "https://idp.test", "client_id": "cloakroom", "domains": ["example.com"], "link_by_verified_email": true })
}

/// The state that a browser was sent with.
pub fn state(location: &str) -> &str {
    location.split_once("state=").unwrap_or_else(|| panic!("{location}")).1
}
