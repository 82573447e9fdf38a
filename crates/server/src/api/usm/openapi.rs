//! What this surface says of itself: `/usm/openapi.yaml` and `/usm/PROTOCOL.md`.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use utoipa::openapi::{ContentBuilder, OpenApi as Document, Ref, ResponseBuilder};
use utoipa::{Modify, OpenApi};

use crate::http::description;

/// The OpenAPI document, made from the handlers.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Cloakroom: User Session Management",
        description = "Sessions, service accounts and API keys over JSON: every route is a POST, credentials stand in the body. See PROTOCOL.md for the whole picture."
    ),
    paths(
        super::session::create::create,
        super::session::validate::validate,
        super::session::close::close,
        super::session::get::get,
        super::session::list::list,
        super::session::logout_other_devices::logout_other_devices,
        super::session::logout_everywhere::logout_everywhere,
        super::service_account::create::create,
        super::service_account::list::list,
        super::service_account::status::status,
        super::api_key::create::create,
        super::api_key::list::list,
        super::api_key::revoke::revoke,
        super::api_key::revoke_all::revoke_all,
        super::api_key::revoke_all_org::revoke_all_org,
        super::api_key::policy_set::policy_set,
        super::api_key::validate::validate,
        document,
        protocol,
    ),
    modifiers(&AnyCall),
    tags(
        (name = "sessions", description = "Sessions from birth to archive"),
        (name = "service accounts", description = "The machines of an org, for its owners"),
        (name = "API keys", description = "What service accounts prove themselves with"),
        (name = "about", description = "This surface itself"),
    )
)]
pub struct UsmApi;

/// What every call may answer, whatever it does.
const ANY_CALL: &[(&str, &str)] = &[
    ("408", "request-timeout"),
    ("413", "payload-too-large"),
    ("431", "headers-too-large"),
    ("500", "internal-error"),
    ("503", "service-unavailable"),
];

/// Adds to each call what stands around all of them, so that no route can forget it.
struct AnyCall;

impl Modify for AnyCall {
    fn modify(&self, document: &mut Document) {
        for operation in document.paths.paths.values_mut().filter_map(|item| item.post.as_mut()) {
            for (status, tag) in ANY_CALL {
                let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Failed"))).build();
                let response = ResponseBuilder::new().description(*tag).content("application/json", content).build();
                operation.responses.responses.entry((*status).to_owned()).or_insert_with(|| response.into());
            }
        }
    }
}

const PROTOCOL: &str = include_str!("PROTOCOL.md");

/// This document.
#[utoipa::path(get, path = "/usm/openapi.yaml", tag = "about", responses(
    (status = 200, description = "OpenAPI 3.1", content_type = "application/yaml", body = String),
    (status = 500, description = "The document could not be written"),
))]
pub async fn document() -> Response {
    description::yaml::<UsmApi>()
}

/// The protocol in words.
#[utoipa::path(get, path = "/usm/PROTOCOL.md", tag = "about", responses(
    (status = 200, description = "Markdown", content_type = "text/markdown", body = String),
))]
pub async fn protocol() -> Response {
    ([(header::CONTENT_TYPE, "text/markdown; charset=utf-8")], PROTOCOL).into_response()
}
