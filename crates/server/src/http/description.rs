//! Completing and serving the OpenAPI document that was made from the handlers.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

/// The document `D` as YAML.
#[must_use]
pub fn yaml<D: OpenApi>() -> Response {
    match D::openapi().to_yaml() {
        Ok(yaml) => ([(header::CONTENT_TYPE, "application/yaml")], yaml).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// Documents how callers show their access tokens: as the security scheme `access token`.
pub struct AccessTokens;

impl Modify for AccessTokens {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
        document.components.get_or_insert_default().add_security_scheme("accessToken", SecurityScheme::Http(scheme));
    }
}

/// Documents that lists and creations answer with and without the slash at their end.
pub struct WithoutSlash;

impl Modify for WithoutSlash {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let paths = &mut document.paths.paths;
        let slashed: Vec<_> =
            paths.iter().filter(|(path, _)| path.ends_with('/')).map(|(path, item)| (path.clone(), item.clone())).collect();
        for (path, mut item) in slashed {
            for operation in [&mut item.get, &mut item.post].into_iter().flatten() {
                operation.operation_id = operation.operation_id.as_ref().map(|name| format!("{name}_without_slash"));
            }
            paths.insert(path.trim_end_matches('/').to_owned(), item);
        }
    }
}
