//! What is said of an identity provider, as bodies and answers have it.

use cloakroom_engine::directory::changes::Patch;
use cloakroom_engine::directory::identity_provider::{ProviderSettings, ProviderSettingsChange};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::declared::body;
use crate::http::declared::names::{Caption, Domains, ProviderValue, ProviderValues};
use crate::http::declared::types::Bool;

body! {
    /// What may be said of an identity provider, besides what it is.
    pub struct ProviderFields {
        /// What the button says. Of a new one without it the code.
        name: Option<Caption> = "Acme",
        /// openid, profile and email unless said otherwise; openid must be among them.
        scopes: Option<ProviderValues> = ["openid", "profile", "email"],
        /// Domains of the mail addresses that it may speak for, to the letter. What a super administrator names counts at once; anything
        /// else when it is approved.
        domains: Option<Domains> = ["acme.example"],
        /// The claim that becomes the username: preferred_username unless said otherwise.
        username_claim: Option<ProviderValue> = "preferred_username",
        /// The claim that becomes the display name: name unless said otherwise.
        name_claim: Option<ProviderValue> = "name",
        /// The claim that names groups.
        groups_claim: Patch<ProviderValue> = "groups",
        /// Whether whoever is unknown becomes a user: false unless said otherwise.
        create_users: Option<Bool> = true,
        /// Whether whoever is unknown is the user of the same verified address, within the domains that count: false unless said otherwise.
        link_by_verified_email: Option<Bool> = false,
        /// Whether it is believed how somebody proved who they are (amr): false unless said otherwise.
        trust_amr: Option<Bool> = false,
        /// What ID tokens that are exchanged for a session may be made for, besides the client id.
        exchange_audiences: Option<ProviderValues> = ["https://app.acme.example"],
    }
}

impl ProviderFields {
    /// What is to change, with what the provider is.
    pub fn change(self, issuer: Option<String>, client_id: Option<String>) -> ProviderSettingsChange {
        ProviderSettingsChange {
            name: self.name,
            issuer,
            client_id,
            scopes: self.scopes,
            domains: self.domains,
            username_claim: self.username_claim,
            name_claim: self.name_claim,
            create_users: self.create_users,
            link_by_verified_email: self.link_by_verified_email,
            trust_amr: self.trust_amr,
            exchange_audiences: self.exchange_audiences,
            groups_claim: self.groups_claim,
        }
    }
}

/// What is said of an identity provider.
#[derive(Serialize, ToSchema)]
pub struct ProviderSettingsResponse {
    #[schema(example = "Acme")]
    name: String,
    #[schema(example = "https://id.acme.example")]
    issuer: String,
    #[schema(example = "cloakroom")]
    client_id: String,
    #[schema(example = json!(["openid", "profile", "email"]))]
    scopes: Vec<String>,
    #[schema(example = json!(["acme.example"]))]
    domains: Vec<String>,
    #[schema(example = "preferred_username")]
    username_claim: String,
    #[schema(example = "name")]
    name_claim: String,
    #[schema(required = true, example = "groups")]
    groups_claim: Option<String>,
    create_users: bool,
    link_by_verified_email: bool,
    trust_amr: bool,
    #[schema(example = json!(["https://app.acme.example"]))]
    exchange_audiences: Vec<String>,
}

impl From<&ProviderSettings> for ProviderSettingsResponse {
    fn from(settings: &ProviderSettings) -> Self {
        Self {
            name: settings.name.clone(),
            issuer: settings.issuer.clone(),
            client_id: settings.client_id.clone(),
            scopes: settings.scopes.clone(),
            domains: settings.domains.clone(),
            username_claim: settings.username_claim.clone(),
            name_claim: settings.name_claim.clone(),
            groups_claim: settings.groups_claim.clone(),
            create_users: settings.create_users,
            link_by_verified_email: settings.link_by_verified_email,
            trust_amr: settings.trust_amr,
            exchange_audiences: settings.exchange_audiences.clone(),
        }
    }
}
