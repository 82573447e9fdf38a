//! The calls of this surface.

use reqwest::header::AUTHORIZATION;
use serde_json::Value;

use super::records::{ApplicationTokens, Introspection, JwkSet, PushedRequest, ServerMetadata, StandardClaims, SubjectKind};
use crate::auth::ClientCredentials;
use crate::client::Client;
use crate::error::Result;
use crate::request::{Call, Surface, text};
use crate::secret::Secret;

const SURFACE: Surface = Surface::new(&[], reading);

const TOKEN_EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";

/// The calls of this surface. What is asked of applications needs
/// [`Credentials::Application`](crate::Credentials::Application).
///
/// ```no_run
/// # use cloakroom_client::{Client, ClientCredentials, Secret};
/// # async fn example(client: Client, shown: Secret) -> cloakroom_client::Result<()> {
/// let api = ClientCredentials::new(&client, "api", Secret::new("clc_…")).client();
/// if !api.oauth().introspect(&shown).await?.active {
///     println!("who are you?");
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Oauth<'c>(pub(crate) &'c Client);

impl<'c> Oauth<'c> {
    /// What the server offers (RFC 8414).
    ///
    /// # Errors
    /// Where it does not answer.
    pub async fn metadata(self) -> Result<ServerMetadata> {
        SURFACE.get(self.0, &[".well-known", "oauth-authorization-server"]).send().await
    }

    /// The same, where OpenID Connect Discovery 1.0 has it.
    ///
    /// # Errors
    /// Where it does not answer.
    pub async fn openid_configuration(self) -> Result<ServerMetadata> {
        SURFACE.get(self.0, &[".well-known", "openid-configuration"]).send().await
    }

    /// Hands an authorization request over (RFC 9126). The browser is then sent to the authorization endpoint with `client_id` and the
    /// `request_uri` of the answer.
    ///
    /// # Errors
    /// `invalid_request`, `invalid_scope`, `unsupported_response_type` (400).
    pub async fn push_authorization_request(self, parameters: &[(&str, &str)]) -> Result<PushedRequest> {
        let form: Vec<(&str, Option<&str>)> = parameters.iter().map(|(name, value)| (*name, Some(*value))).collect();
        // The server keeps nothing of it.
        self.asking("par", &form)?.repeatable().send().await
    }

    /// The tokens of an authorization code (RFC 6749 section 4.1.3). A second use of the code ends what the first gave.
    ///
    /// # Errors
    /// `invalid_grant` (400).
    pub async fn redeem_code(self, code: &Secret, redirect_uri: &str, code_verifier: &Secret) -> Result<ApplicationTokens> {
        let proof = [("redirect_uri", Some(redirect_uri)), ("code_verifier", Some(code_verifier.expose()))];
        let form = [&[("grant_type", Some("authorization_code")), ("code", Some(code.expose()))][..], &proof].concat();
        self.asking("token", &form)?.send().await
    }

    /// Who let the application in, by the access token that it got.
    ///
    /// # Errors
    /// `invalid_token` (401), `insufficient_scope` (403).
    pub async fn user_info(self, access_token: &Secret) -> Result<StandardClaims> {
        let shown = format!("Bearer {}", access_token.expose());
        SURFACE.get(self.0, &["oauth", "userinfo"]).secret_header(AUTHORIZATION, &shown).send().await
    }

    /// The keys that access tokens are or will be signed with.
    ///
    /// # Errors
    /// 503.
    pub async fn jwks(self) -> Result<JwkSet> {
        SURFACE.get(self.0, &[".well-known", "jwks.json"]).send().await
    }

    /// An access token for the application itself (RFC 6749 section 4.4). [`ClientCredentials`] asks for it as it is needed.
    ///
    /// # Errors
    /// `invalid_client` (401), `invalid_scope` (400).
    pub async fn client_credentials(self, scope: Option<&str>) -> Result<ApplicationTokens> {
        let call = self.asking("token", &[("grant_type", Some("client_credentials")), ("scope", scope)])?;
        // The server stores nothing for it, so repeating is harmless.
        call.repeatable().send().await
    }

    /// Exchanges a refresh token that was issued to this application.
    ///
    /// # Errors
    /// `invalid_grant` (400).
    pub async fn refresh(self, refresh_token: &Secret, scope: Option<&str>) -> Result<ApplicationTokens> {
        let form = [("grant_type", Some("refresh_token")), ("refresh_token", Some(refresh_token.expose())), ("scope", scope)];
        self.asking("token", &form)?.send().await
    }

    /// Tokens within a user's session that the application was shown (RFC 8693).
    ///
    /// # Errors
    /// `invalid_request` and `invalid_scope` (400).
    pub async fn exchange(self, subject: &Secret, kind: SubjectKind, scope: Option<&str>) -> Result<ApplicationTokens> {
        let subject = [("subject_token", Some(subject.expose())), ("subject_token_type", Some(kind.as_str()))];
        let form = [&[("grant_type", Some(TOKEN_EXCHANGE)), ("scope", scope)][..], &subject].concat();
        self.asking("token", &form)?.send().await
    }

    /// Whether a token is valid at this moment, and what it stands for (RFC 7662).
    ///
    /// # Errors
    /// `invalid_client` (401).
    pub async fn introspect(self, token: &Secret) -> Result<Introspection> {
        self.asking("introspect", &[("token", Some(token.expose()))])?.repeatable().send().await
    }

    /// Ends what a token stands for (RFC 7009). The server answers the same for a token that is unknown or not the application's to revoke.
    ///
    /// # Errors
    /// `invalid_client` (401).
    pub async fn revoke(self, token: &Secret) -> Result<()> {
        // Revoking a token again gets the same answer.
        self.asking("revoke", &[("token", Some(token.expose()))])?.repeatable().send_for_nothing().await
    }

    /// A form with the application's credentials (RFC 6749 section 2.3.1).
    fn asking(self, verb: &'c str, form: &[(&str, Option<&str>)]) -> Result<Call<'c>> {
        let shown = basic(self.0.credentials.application()?);
        Ok(SURFACE.post(self.0, &["oauth", verb]).secret_header(AUTHORIZATION, &shown).form(form))
    }
}

/// `Basic`, both parts form-encoded before they are joined.
fn basic(application: &ClientCredentials) -> String {
    use base64::Engine as _;
    let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let joined = format!("{}:{}", encoded(application.client_id()), encoded(application.client_secret().expose()));
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(joined))
}

/// A refusal: `{"error", "error_description"}`.
fn reading(body: &Value) -> Option<(String, String, Option<Value>)> {
    let code = text(body, "/error")?;
    let message = text(body, "/error_description").unwrap_or_else(|| code.clone());
    Some((code, message, None))
}
