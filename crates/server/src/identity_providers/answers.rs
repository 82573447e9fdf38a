//! What is asked at a provider's token and user-info endpoints.

use axum::http::{Request, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cloakroom_engine::federation::protocol::{BroughtCode, ProviderClient, ProviderFault};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::claims::Claims;
use super::known::KnownProviders;
use super::metadata::Metadata;

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

/// What a provider gives for a code.
pub struct GivenTokens {
    pub id_token: Zeroizing<String>,
    pub access_token: Option<Zeroizing<String>>,
}

#[derive(Deserialize)]
struct TokenResponse {
    id_token: String,
    access_token: Option<String>,
}

/// Redeems a code (RFC 6749 section 4.1.3).
///
/// # Errors
/// When the provider gives nothing for it.
pub async fn tokens(
    providers: &KnownProviders,
    metadata: &Metadata,
    client: &ProviderClient,
    brought: BroughtCode<'_>,
) -> Result<GivenTokens, ProviderFault> {
    let request = Request::post(&metadata.token_endpoint).header(header::CONTENT_TYPE, FORM).header(header::ACCEPT, JSON);
    let secret = client.client_secret.as_ref();
    let (request, in_form) = match secret.filter(|_| !metadata.wants_secret_in_form) {
        Some(secret) => (request.header(header::AUTHORIZATION, basic(&client.client_id, secret)), None),
        None => (request, Some((&client.client_id, secret))),
    };
    let (status, body) = providers.ask(request.body(form(brought, in_form))).await?;
    let body = Zeroizing::new(body);
    match status {
        200 => {
            let given: TokenResponse =
                serde_json::from_slice(&body).map_err(|_| ProviderFault::NotBelieved("the provider gives no ID token"))?;
            Ok(GivenTokens { id_token: Zeroizing::new(given.id_token), access_token: given.access_token.map(Zeroizing::new) })
        }
        500.. => Err(ProviderFault::Away("the provider cannot redeem the code now")),
        401 => Err(ProviderFault::NotBelieved("the provider does not know our credentials")),
        _ => Err(ProviderFault::NotBelieved("the provider gives nothing for the code")),
    }
}

/// What is sent for a code; `client`: what we prove ourselves by, where that is in the form.
fn form(brought: BroughtCode<'_>, client: Option<(&String, Option<&Zeroizing<String>>)>) -> Vec<u8> {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("grant_type", "authorization_code").append_pair("code", brought.code);
    form.append_pair("redirect_uri", brought.redirect_uri).append_pair("code_verifier", brought.verifier);
    if let Some((client_id, secret)) = client {
        form.append_pair("client_id", client_id).extend_pairs(secret.map(|secret| ("client_secret", secret.as_str())));
    }
    form.finish().into_bytes()
}

/// Both parts are encoded as in a form first (RFC 6749 section 2.3.1).
fn basic(client_id: &str, secret: &str) -> String {
    let encoded = |text: &str| -> String { form_urlencoded::byte_serialize(text.as_bytes()).collect() };
    let pair = Zeroizing::new(format!("{}:{}", encoded(client_id), encoded(secret)));
    format!("Basic {}", STANDARD.encode(pair.as_bytes()))
}

/// What the provider says of the user beside the ID token (OpenID Connect Core 1.0 section 5.3).
///
/// # Errors
/// When it says nothing.
pub async fn user_info(providers: &KnownProviders, endpoint: &axum::http::Uri, access_token: &str) -> Result<Claims, ProviderFault> {
    let request = Request::get(endpoint).header(header::AUTHORIZATION, format!("Bearer {access_token}")).header(header::ACCEPT, JSON);
    let (status, body) = providers.ask(request.body(Vec::new())).await?;
    if status != 200 {
        return Err(ProviderFault::Away("the provider does not say who the user is"));
    }
    serde_json::from_slice(&body).map_err(|_| ProviderFault::NotBelieved("the provider's user-info cannot be read"))
}
