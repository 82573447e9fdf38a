//! User Session Management: `/usm/…`, every route a POST with JSON in and out (docs/contracts/usm.md).

mod api_key;
mod call;
mod callers;
mod echo;
mod envelope;
mod error;
mod lists;
mod protocol;
mod service_account;
mod session;

use axum::Router;
use axum::middleware::from_fn_with_state;
use utoipa::OpenApi;

use self::envelope::Failed;
use self::error::UsmError;
use crate::http::document::{Refusal, When};
use crate::http::operations::{Operations, operations};
use crate::http::surface::{Desk, DocumentAt, Serving, Surface};

/// This surface.
#[derive(Clone)]
pub struct Usm;

type UsmDesk = Desk<Usm>;

/// What the surface serves.
pub fn operations() -> Operations<Usm> {
    operations![
        session::create,
        session::validate,
        session::close,
        session::get,
        session::list,
        session::logout_other_devices,
        session::logout_everywhere,
        service_account::create,
        service_account::list,
        service_account::status,
        api_key::create,
        api_key::list,
        api_key::revoke,
        api_key::revoke_all,
        api_key::revoke_all_org,
        api_key::policy_set,
        api_key::validate,
        protocol::protocol,
    ]
    .nothing_at("/usm")
    .nothing_at("/usm/")
    .nothing_at("/usm/{*rest}")
}

/// Its routes.
pub fn routes(serving: &Serving) -> Router {
    operations().mount_all(serving, Usm).layer(from_fn_with_state(serving.clock.clone(), envelope::enclose))
}

impl Surface for Usm {
    type Error = UsmError;

    const DOCUMENT: DocumentAt = DocumentAt { path: "/usm/openapi.yaml", operation_id: "getUsmDocument" };

    const REFUSALS: &'static [Refusal] = &[
        Refusal::new::<Failed>(When::Body, "400", "validation-error"),
        Refusal::new::<Failed>(When::Body, "408", "request-timeout"),
        Refusal::new::<Failed>(When::Body, "413", "payload-too-large"),
        Refusal::new::<Failed>(When::Always, "431", "headers-too-large"),
        Refusal::new::<Failed>(When::Always, "500", "internal-error"),
        Refusal::new::<Failed>(When::Always, "503", "service-unavailable"),
    ];

    fn about() -> utoipa::openapi::OpenApi {
        About::openapi()
    }
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Cloakroom: User Session Management",
        description = "Sessions, service accounts and API keys over JSON: every route is a POST, credentials stand in the body. See PROTOCOL.md for the whole picture."
    ),
    security(()),
    tags(
        (name = "sessions", description = "Sessions from birth to archive"),
        (name = "service accounts", description = "The machines of an org, for its owners"),
        (name = "API keys", description = "What service accounts prove themselves with"),
        (name = "about", description = "This surface itself"),
    )
)]
struct About;
