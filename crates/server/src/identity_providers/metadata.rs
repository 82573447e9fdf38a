//! What a provider says of itself (OpenID Connect Discovery 1.0).

use axum::http::Uri;
use serde::Deserialize;

use crate::outbound::Outbound;

/// The part of it that matters here.
pub struct Metadata {
    pub authorization_endpoint: url::Url,
    pub token_endpoint: Uri,
    pub userinfo_endpoint: Option<Uri>,
    pub jwks_uri: Uri,
    /// Whether its answers name it (RFC 9207 section 3).
    pub names_itself: bool,
    /// Whether the client's secret goes into the form, for providers that take no `client_secret_basic`.
    pub wants_secret_in_form: bool,
}

#[derive(Deserialize)]
struct Document {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    userinfo_endpoint: Option<String>,
    jwks_uri: String,
    authorization_response_iss_parameter_supported: Option<bool>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
}

/// Where the document of an issuer is (section 4).
pub fn address(issuer: &str) -> String {
    format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'))
}

impl Metadata {
    /// Reads the document of `issuer`. No endpoint leads where nobody may be asked.
    ///
    /// # Errors
    /// Why it is not believed.
    pub fn read(document: &[u8], issuer: &str, outbound: &Outbound) -> Result<Self, &'static str> {
        let document: Document = serde_json::from_slice(document).map_err(|_| "the provider's document cannot be read")?;
        if document.issuer != issuer {
            return Err("the provider's document is of another issuer");
        }
        let endpoint = |text: &str| {
            let uri = text.parse::<Uri>().ok().filter(|uri| outbound.may_ask(uri).is_ok());
            uri.ok_or("an endpoint of the provider leads where nothing is asked")
        };
        endpoint(&document.authorization_endpoint)?;
        let authorization_endpoint = url::Url::parse(&document.authorization_endpoint).ok().filter(|url| url.fragment().is_none());
        let methods = document.token_endpoint_auth_methods_supported;
        let offers = |method: &str| methods.as_ref().is_some_and(|offered| offered.iter().any(|offered| offered == method));
        Ok(Self {
            authorization_endpoint: authorization_endpoint.ok_or("the provider's authorization endpoint is no address")?,
            token_endpoint: endpoint(&document.token_endpoint)?,
            userinfo_endpoint: document.userinfo_endpoint.as_deref().map(endpoint).transpose()?,
            jwks_uri: endpoint(&document.jwks_uri)?,
            names_itself: document.authorization_response_iss_parameter_supported.unwrap_or_default(),
            wants_secret_in_form: offers("client_secret_post") && !offers("client_secret_basic"),
        })
    }
}
