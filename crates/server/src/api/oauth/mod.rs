//! The standard protocols over the same sessions. One file per RFC.

mod client;
mod error;
mod form;
mod introspect;
mod jwks;
mod metadata;
mod revoke;
mod token;
mod token_exchange;

use axum::Router;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

use self::error::{OauthError, OauthFailure};
use crate::http::document::{Refusal, When};
use crate::http::operations::{Operations, operations};
use crate::http::surface::{Desk, DocumentAt, Serving, Surface};

/// This surface.
#[derive(Clone)]
pub struct Oauth {
    /// What tokens name as their issuer.
    pub issuer: String,
    /// What tokens name as their audience.
    pub audience: String,
}

type Protocols = Desk<Oauth>;

/// What the surface serves.
pub fn operations() -> Operations<Oauth> {
    operations![
        metadata::authorization_server,
        metadata::openid_configuration,
        jwks::jwks,
        token::token,
        introspect::introspect,
        revoke::revoke,
    ]
}

/// Its routes.
pub fn routes(serving: &Serving, surface: Oauth) -> Router {
    operations().mount_all(serving, surface)
}

impl Surface for Oauth {
    type Error = OauthError;

    const DOCUMENT: DocumentAt = DocumentAt { path: "/oauth/openapi.yaml", operation_id: "getOauthDocument" };

    const REFUSALS: &'static [Refusal] = &[
        Refusal::new::<OauthFailure>(When::Body, "400", "invalid_request"),
        Refusal::new::<OauthFailure>(When::Secured, "401", "invalid_client"),
        Refusal::new::<OauthFailure>(When::Body, "408", "The body did not arrive in time"),
        Refusal::new::<OauthFailure>(When::Body, "413", "The body is too large"),
        Refusal::new::<OauthFailure>(When::Always, "431", "The head of the request is too large"),
        Refusal::new::<OauthFailure>(When::Always, "500", "server_error"),
        Refusal::new::<OauthFailure>(When::Always, "503", "temporarily_unavailable"),
    ];

    fn about() -> utoipa::openapi::OpenApi {
        About::openapi()
    }
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Cloakroom: standard protocols",
        description = "What resource servers and verifiers of access tokens ask. Clients authenticate with client_secret_basic, \
                       client_secret_post or private_key_jwt."
    ),
    modifiers(&ClientAuthentication),
    security(("clientBasic" = []), ()),
    tags((name = "oauth", description = "Standard endpoints"), (name = "about", description = "This surface itself"))
)]
struct About;

/// The one way that is no part of the body.
struct ClientAuthentication;

impl Modify for ClientAuthentication {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let basic = HttpBuilder::new().scheme(HttpAuthScheme::Basic).description(Some("client_secret_basic")).build();
        document.components.get_or_insert_default().add_security_scheme("clientBasic", SecurityScheme::Http(basic));
    }
}
