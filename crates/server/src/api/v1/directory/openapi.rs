//! What the directory says of itself: `/api/v1/directory/openapi.json`.

use axum::Json;
use utoipa::openapi::{Content, Ref, RefOr, Response};
use utoipa::{Modify, OpenApi};

use super::{applications, partners, tenants, users};
use crate::api::v1::envelope::{ErrorResponse, HTTPValidationError};
use crate::http::description::{AccessTokens, WithoutSlash};

/// The OpenAPI document, made from the handlers.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Cloakroom: directory",
        description = "Partners, tenants, users and applications, as far as the caller's role reaches."
    ),
    paths(
        partners::change::change,
        partners::create::create,
        partners::get::get,
        partners::list::list,
        partners::remove::remove,
        tenants::change::change,
        tenants::create::create,
        tenants::get::get,
        tenants::list::list,
        tenants::remove::remove,
        users::add_email::add_email,
        users::change::change,
        users::change_email_status::change_email_status,
        users::change_status::change_status,
        users::create::create,
        users::get::get,
        users::list::list,
        users::make_email_primary::make_email_primary,
        users::remove::remove,
        users::remove_email::remove_email,
        users::reset_password::reset_password,
        applications::add_secret::add_secret,
        applications::change::change,
        applications::create::create,
        applications::get::get,
        applications::list::list,
        applications::list_secrets::list_secrets,
        applications::remove::remove,
        applications::remove_secret::remove_secret,
        document,
    ),
    components(schemas(ErrorResponse, HTTPValidationError)),
    modifiers(&AccessTokens, &Refusals, &WithoutSlash),
    tags(
        (name = "partners", description = "Who stands above tenants"),
        (name = "tenants", description = "Organisations"),
        (name = "users", description = "People, with their addresses and memberships"),
        (name = "applications", description = "Client applications, with their secrets"),
        (name = "about", description = "This document")
    )
)]
pub struct DirectoryApi;

/// What every call of the directory may be refused with.
struct Refusals;

const READING: &[(&str, &str, &str)] = &[
    ("401", "The access token is missing or not valid", "ErrorResponse"),
    ("403", "The role does not allow this", "ErrorResponse"),
    ("404", "No such thing within reach", "ErrorResponse"),
    ("422", "Some value is missing or wrong", "HTTPValidationError"),
    ("503", "Try again shortly", "ErrorResponse"),
];

const CHANGING: &[(&str, &str, &str)] =
    &[("409", "A name is taken, or what is there stands against it", "ErrorResponse"), ("413", "The body is too large", "ErrorResponse")];

impl Modify for Refusals {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        for item in document.paths.paths.values_mut() {
            let reading = item.get.iter_mut().map(|operation| (operation, [READING, &[]]));
            let changing = [&mut item.post, &mut item.patch, &mut item.delete].into_iter().flatten();
            for (operation, refusals) in reading.chain(changing.map(|operation| (operation, [READING, CHANGING]))) {
                if operation.security.is_none() {
                    continue;
                }
                for (status, description, schema) in refusals.into_iter().flatten() {
                    let content = Content::new(Some(Ref::from_schema_name(*schema)));
                    let response = Response::builder().description(*description).content("application/json", content).build();
                    operation.responses.responses.insert((*status).to_owned(), RefOr::T(response));
                }
            }
        }
    }
}

/// This document.
#[utoipa::path(get, path = "/api/v1/directory/openapi.json", tag = "about", responses(
    (status = 200, description = "OpenAPI 3.1", content_type = "application/json", body = Object),
))]
pub async fn document() -> Json<utoipa::openapi::OpenApi> {
    Json(DirectoryApi::openapi())
}
