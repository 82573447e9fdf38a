//! What an application registers to sign people in with, as bodies and answers have it.

use cloakroom_engine::directory::ApplicationKind;
use cloakroom_engine::directory::changes::Patch;
use cloakroom_engine::directory::registration::{Registration, RegistrationChange};
use cloakroom_engine::tokens::TokenAlgorithm;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::declared::body;
use crate::http::declared::metadata::MemberNames;
use crate::http::declared::types::{Bool, Kind as _};
use crate::http::declared::web_address::{Origins, Resources, WebAddress, WebAddresses};
use crate::http::declared::words::OneOf;

body! {
    /// What an application registers to sign people in with.
    pub struct RegistrationFields {
        /// web unless said otherwise. native and spa are public: they have neither secret nor keys.
        kind: Option<OneOf<ApplicationKind>> = "web",
        /// Where people may be sent back to with a code: https, or http on loopback; of native also schemes of one's own with a dot.
        /// Compared to the letter; of native at every port of 127.0.0.1 and [::1]. None of a service.
        redirect_uris: Option<WebAddresses> = ["https://shop.example.com/callback"],
        /// Where people may be sent on to after a logout that the application began; likewise.
        post_logout_redirect_uris: Option<WebAddresses> = ["https://shop.example.com/goodbye"],
        /// Where it is told that a session is over: https, or http on loopback.
        backchannel_logout_uri: Patch<WebAddress> = "https://shop.example.com/backchannel",
        /// Resource servers that it may ask tokens for, by absolute URIs without a fragment (RFC 8707).
        resources: Option<Resources> = ["https://api.example.com"],
        /// Members of what is kept with sessions that go into its access tokens, at most 16.
        session_claims: Option<MemberNames> = ["tier"],
        /// Whose pages may read answers from another origin.
        origins: Option<Origins> = ["https://shop.example.com"],
        /// Whether nobody is asked for consent.
        is_first_party: Option<Bool> = false,
        /// How its ID and logout tokens are signed; RS256 unless said otherwise.
        id_token_signed_response_alg: Option<OneOf<TokenAlgorithm>> = "RS256",
    }
}

impl RegistrationFields {
    /// What is to change.
    pub fn change(self) -> RegistrationChange {
        RegistrationChange {
            kind: self.kind,
            redirect_uris: self.redirect_uris,
            post_logout_redirect_uris: self.post_logout_redirect_uris,
            backchannel_logout_uri: self.backchannel_logout_uri,
            resources: self.resources,
            session_claims: self.session_claims,
            origins: self.origins,
            is_first_party: self.is_first_party,
            id_token_algorithm: self.id_token_signed_response_alg,
        }
    }
}

/// What an application has registered to sign people in with.
#[derive(Serialize, ToSchema)]
pub struct RegistrationResponse {
    #[schema(schema_with = OneOf::<ApplicationKind>::schema)]
    kind: &'static str,
    #[schema(example = json!(["https://shop.example.com/callback"]))]
    redirect_uris: Vec<String>,
    #[schema(example = json!(["https://shop.example.com/goodbye"]))]
    post_logout_redirect_uris: Vec<String>,
    #[schema(required = true, example = "https://shop.example.com/backchannel")]
    backchannel_logout_uri: Option<String>,
    #[schema(example = json!(["https://api.example.com"]))]
    resources: Vec<String>,
    #[schema(max_items = 16, example = json!(["tier"]))]
    session_claims: Vec<String>,
    #[schema(example = json!(["https://shop.example.com"]))]
    origins: Vec<String>,
    is_first_party: bool,
    #[schema(schema_with = OneOf::<TokenAlgorithm>::schema)]
    id_token_signed_response_alg: &'static str,
}

impl RegistrationResponse {
    pub fn of(registration: &Registration) -> Self {
        Self {
            kind: registration.kind.as_str(),
            redirect_uris: registration.redirect_uris.clone(),
            post_logout_redirect_uris: registration.post_logout_redirect_uris.clone(),
            backchannel_logout_uri: registration.backchannel_logout_uri.clone(),
            resources: registration.resources.clone(),
            session_claims: registration.session_claims.clone(),
            origins: registration.origins.clone(),
            is_first_party: registration.is_first_party,
            id_token_signed_response_alg: registration.id_token_algorithm.as_str(),
        }
    }
}
