//! Completing and serving the OpenAPI document that was made from the handlers.

mod examples;
mod finished;
mod merged;
mod served;

use std::collections::BTreeMap;

use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ContentBuilder, OpenApi, Ref, RefOr, Response, ResponseBuilder, Schema};
use utoipa::{Modify, ToSchema};

pub use finished::{complete, finished};
pub use merged::merged;
pub use served::{Served, describe, describe_itself};

/// Which operations refuse something.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum When {
    /// All.
    Always,
    /// Those that ask for credentials beside the body.
    Secured,
    /// Those that read a body.
    Body,
    /// Those with parameters in the query.
    Query,
    /// Those with an id in the path.
    PathId,
    /// Those that change something.
    Changes,
}

/// Schemas by name.
type Schemas = Vec<(String, RefOr<Schema>)>;

/// One refusal that operations have by their kind. What an operation itself documents of that status goes before.
pub struct Refusal {
    when: When,
    status: &'static str,
    description: &'static str,
    shape: fn() -> (String, Schemas),
}

impl Refusal {
    /// `B` is what is answered.
    pub const fn new<B: ToSchema>(when: When, status: &'static str, description: &'static str) -> Self {
        Self { when, status, description, shape: shape::<B> }
    }
}

/// Statuses and descriptions as responses with a `B`: for `IntoResponses` of what several operations refuse alike. `B` must stand in the
/// surface's own list of refusals, so that the document has its schema.
#[must_use]
pub fn refusals<B: ToSchema>(rows: &[(&str, &str)]) -> BTreeMap<String, RefOr<Response>> {
    let row = |(status, description): &(&str, &str)| ((*status).to_owned(), response(description, &B::name()).into());
    rows.iter().map(row).collect()
}

/// A response with the schema of this name.
fn response(description: &str, schema: &str) -> Response {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(schema))).build();
    ResponseBuilder::new().description(description).content("application/json", content).build()
}

/// The name of a schema, and the schemas that it needs, itself included.
fn shape<B: ToSchema>() -> (String, Schemas) {
    let mut schemas = Vec::new();
    B::schemas(&mut schemas);
    schemas.push((B::name().into_owned(), B::schema()));
    (B::name().into_owned(), schemas)
}

/// The operations of a path.
pub fn operations(item: &PathItem) -> impl Iterator<Item = &Operation> {
    [&item.get, &item.put, &item.post, &item.patch, &item.delete, &item.head, &item.options].into_iter().flatten()
}

/// The operations of a path.
pub fn operations_mut(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem { get, put, post, patch, delete, head, options, .. } = item;
    [get, put, post, patch, delete, head, options].into_iter().flatten()
}

/// Documents how callers show their access tokens: as the security scheme `accessToken`.
pub struct AccessTokens;

impl Modify for AccessTokens {
    fn modify(&self, document: &mut OpenApi) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
        document.components.get_or_insert_default().add_security_scheme("accessToken", SecurityScheme::Http(scheme));
    }
}
