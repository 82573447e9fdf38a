//! A document on its way to whoever asks for it.

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::body::Bytes;
use axum::http::header;
use axum::routing::get;
use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa::openapi::path::{HttpMethod, OperationBuilder, PathItem};
use utoipa::openapi::{ContentBuilder, Object, OpenApi, ResponseBuilder, Type};

use crate::http::operations::EFFECT;
use crate::http::surface::DocumentAt;

const YAML: &str = "application/yaml";
const JSON: &str = "application/json";

/// A document as it is sent, in both formats. Made once.
#[derive(Clone)]
pub struct Served(Arc<LazyLock<Texts, Box<dyn FnOnce() -> Texts + Send>>>);

struct Texts {
    yaml: Bytes,
    json: Bytes,
}

impl Served {
    /// One that `describe` makes when somebody first asks: a server at rest need not hold it.
    #[must_use]
    pub fn when_asked(describe: fn() -> OpenApi) -> Self {
        Self(Arc::new(LazyLock::new(Box::new(move || Texts::of(&describe())))))
    }

    /// Serves both under `path`, whose ending is one of the two.
    pub fn routes<S: Clone + Send + Sync + 'static>(self, path: &str) -> Router<S> {
        let stem = path.trim_end_matches(".yaml").trim_end_matches(".json");
        let Self(texts) = self;
        let (yaml, json) = (texts.clone(), texts);
        Router::new()
            .route(&format!("{stem}.yaml"), get(async move || ([(header::CONTENT_TYPE, YAML)], yaml.yaml.clone())))
            .route(&format!("{stem}.json"), get(async move || ([(header::CONTENT_TYPE, JSON)], json.json.clone())))
    }
}

impl Texts {
    fn of(document: &OpenApi) -> Self {
        match (document.to_yaml(), document.to_json()) {
            (Ok(yaml), Ok(json)) => Self { yaml: yaml.into(), json: json.into() },
            (Err(error), _) => panic!("an OpenAPI document cannot be written: {error}"),
            (_, Err(error)) => panic!("an OpenAPI document cannot be written: {error}"),
        }
    }
}

/// Adds the operation that the document is served by.
pub fn describe_itself(document: &mut OpenApi, at: DocumentAt) {
    describe(document, at, "This document");
}

/// Adds the operation that a document is served by.
pub fn describe(document: &mut OpenApi, DocumentAt { path, operation_id }: DocumentAt, what: &str) {
    let content = ContentBuilder::new().schema(Some(Object::with_type(Type::Object))).build();
    let (kind, sibling) = if path.ends_with(".yaml") { (YAML, ".json") } else { (JSON, ".yaml") };
    let response = ResponseBuilder::new().description("OpenAPI 3.1.").content(kind, content).build();
    let operation = OperationBuilder::new()
        .operation_id(Some(operation_id))
        .tag("about")
        .summary(Some(format!("{what}; `{sibling}` in the place of its ending gives the other format.")))
        .response("200", response)
        .securities(Some([Default::default()]))
        .extensions(Some(ExtensionsBuilder::new().add(EFFECT, "reads").build()));
    document.paths.paths.insert(path.to_owned(), PathItem::new(HttpMethod::Get, operation));
}
