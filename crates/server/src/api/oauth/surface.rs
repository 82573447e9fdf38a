//! What the surface is, and what it refuses whatever is asked.

use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

use super::error::{OauthError, OauthFailure};
use crate::http::document::{Refusal, When};
use crate::http::surface::{Desk, DocumentAt, Surface};

/// This surface.
#[derive(Clone, OpenApi)]
#[openapi(
    info(
        title = "Cloakroom: standard protocols",
        description = "What resource servers and verifiers of access tokens ask. Clients authenticate with client_secret_basic, \
                       client_secret_post or private_key_jwt; public ones name themselves."
    ),
    modifiers(&ClientAuthentication),
    security(("clientBasic" = []), ()),
    tags((name = "oauth", description = "Standard endpoints"), (name = "openid", description = "OpenID Connect"), (name = "about", description = "This surface itself"))
)]
pub struct Oauth {
    /// What tokens name as their issuer.
    pub issuer: String,
    /// What tokens name as their audience.
    pub audience: String,
}

pub type Protocols = Desk<Oauth>;

impl Surface for Oauth {
    type Error = OauthError;

    const DOCUMENT: DocumentAt = DocumentAt { path: "/oauth/openapi.yaml", operation_id: "getOauthDocument" };

    const REFUSALS: &'static [Refusal] = &[
        Refusal::new::<OauthFailure>(When::Body, "400", "invalid_request"),
        Refusal::new::<OauthFailure>(When::Secured, "401", "invalid_client"),
        Refusal::new::<OauthFailure>(When::Body, "408", "The body did not arrive in time"),
        Refusal::new::<OauthFailure>(When::Body, "413", "The body is too large"),
        Refusal::new::<OauthFailure>(When::Always, "429", "temporarily_unavailable: too many requests from here"),
        Refusal::new::<OauthFailure>(When::Always, "431", "The head of the request is too large"),
        Refusal::new::<OauthFailure>(When::Always, "500", "server_error"),
        Refusal::new::<OauthFailure>(When::Always, "503", "temporarily_unavailable"),
    ];
}

/// The ways that are no part of the body.
struct ClientAuthentication;

impl Modify for ClientAuthentication {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let basic = HttpBuilder::new().scheme(HttpAuthScheme::Basic).description(Some("client_secret_basic")).build();
        let bearer = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("The access token of an application that was let into a session"))
            .build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("clientBasic", SecurityScheme::Http(basic));
        components.add_security_scheme("delegatedToken", SecurityScheme::Http(bearer));
    }
}
