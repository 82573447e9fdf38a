//! What operators and their machines ask: is it alive, may it be sent traffic, how is it doing.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use serde::Serialize;
use serde_json::json;
use utoipa::openapi::OpenApi as Document;
use utoipa::{OpenApi, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::docs::{self, Docs};
use crate::http::arrival::note_path;
use crate::http::document::{Served, complete, describe, describe_itself, merged};
use crate::http::readiness::{self, Readiness, Reason};
use crate::http::surface::DocumentAt;
use crate::metrics::{self, Metrics};

/// What `/readyz` answers when it is not ready.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NotReady {
    /// Always false.
    #[schema(default = false)]
    ready: bool,
    reasons: Vec<Reason>,
}

/// Where the document of these routes is.
pub const DOCUMENT: DocumentAt = DocumentAt { path: "/openapi/operations.yaml", operation_id: "getOperationsDocument" };

/// Where the document of all routes of the server is.
pub const WHOLE: DocumentAt = DocumentAt { path: "/openapi.json", operation_id: "getDocument" };

#[derive(OpenApi)]
#[openapi(info(title = "Cloakroom", description = "Every API of the server."))]
struct AboutAll;

/// These documents as one.
#[must_use]
pub fn whole(documents: impl IntoIterator<Item = Document>) -> Document {
    let mut whole = merged(AboutAll::openapi(), documents);
    complete(&mut whole);
    whole
}

#[derive(OpenApi)]
#[openapi(
    info(title = "Cloakroom: operations", description = "What load balancers, orchestrators and Prometheus ask."),
    tags((name = "operations", description = "Health, numbers, documentation"), (name = "about", description = "These documents"))
)]
struct About;

fn alive() -> OpenApiRouter {
    OpenApiRouter::new().routes(routes!(healthz))
}

fn ready() -> OpenApiRouter<Readiness> {
    OpenApiRouter::new().routes(routes!(readyz))
}

fn numbers() -> OpenApiRouter<Arc<Metrics>> {
    OpenApiRouter::new().routes(routes!(metrics_page))
}

/// The OpenAPI document of these routes.
#[must_use]
pub fn document() -> Document {
    let mut document = About::openapi();
    for part in [alive().into_openapi(), ready().into_openapi(), numbers().into_openapi(), docs::pages().into_openapi()] {
        document.merge(part);
    }
    describe_itself(&mut document, DOCUMENT);
    describe(&mut document, WHOLE, "Every document as one");
    complete(&mut document);
    document
}

/// `/healthz`, `/readyz` and the document; `/metrics` unless it has a listener of its own, `/docs` where it is served. Nothing holds
/// them up: they answer when the server is too busy for all else.
pub fn routes(readiness: Readiness, metrics: Option<Arc<Metrics>>, docs: Option<Docs>) -> Router {
    let always = Router::from(alive()).merge(ready().with_state(readiness)).merge(Served::when_asked(document).routes(DOCUMENT.path));
    let numbers = metrics.map_or_else(Router::new, metrics_router);
    let pages = docs.map_or_else(Router::new, |docs| docs::pages().with_state(docs).into());
    always.merge(numbers).merge(pages)
}

/// `/metrics` alone, for a listener of its own. Give it [`not_found`] as its fallback.
pub fn metrics_router(metrics: Arc<Metrics>) -> Router {
    numbers().with_state(metrics).into()
}

/// The answer to a path that is not ours: says nothing about what is.
pub async fn not_found() -> Response {
    (StatusCode::NOT_FOUND, Json(json!({ "error": "not_found" }))).into_response()
}

/// The answer to a method that a path does not know.
pub async fn method_not_allowed(request: Request) -> Response {
    note_path(&request);
    (StatusCode::METHOD_NOT_ALLOWED, Json(json!({ "error": "method_not_allowed" }))).into_response()
}

/// Whether the process serves at all. Restart it when this does not answer.
#[utoipa::path(get, path = "/healthz", operation_id = "checkLiveness", tag = "operations",
    responses((status = 200, description = "It serves.", body = str, content_type = "text/plain")),
    security(()),
    extensions(("x-effect" = json!("reads")))
)]
async fn healthz() -> &'static str {
    "ok"
}

/// Whether it may be sent traffic. Do not restart it because of this: the cause is elsewhere, or it is stopping.
#[utoipa::path(get, path = "/readyz", operation_id = "checkReadiness", tag = "operations",
    responses(
        (status = 200, description = "It may.", body = str, content_type = "text/plain"),
        (status = 503, description = "It may not, for these reasons.", body = NotReady),
    ),
    security(()),
    extensions(("x-effect" = json!("reads")))
)]
async fn readyz(State(check): State<Readiness>) -> Response {
    let reasons = readiness::checked(&check).await;
    if reasons.is_empty() {
        return "ready".into_response();
    }
    (StatusCode::SERVICE_UNAVAILABLE, Json(NotReady { ready: false, reasons })).into_response()
}

/// Numbers about requests and the process, in the OpenMetrics text format.
#[utoipa::path(get, path = "/metrics", operation_id = "getMetrics", tag = "operations",
    responses((status = 200, description = "The numbers.", body = str, content_type = "application/openmetrics-text")),
    security(()),
    extensions(("x-effect" = json!("reads")))
)]
async fn metrics_page(State(metrics): State<Arc<Metrics>>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, metrics::CONTENT_TYPE)], metrics.render())
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, http::Request};
    use tower::ServiceExt as _;

    use super::*;

    fn app(reasons: Vec<Reason>) -> Router {
        let readiness: Readiness = Arc::new(move || {
            let reasons = reasons.clone();
            Box::pin(async { reasons })
        });
        let metrics = Arc::new(Metrics::new(Arc::new(|| 0)));
        routes(readiness, Some(metrics), None).fallback(not_found).method_not_allowed_fallback(method_not_allowed)
    }

    async fn answer(app: Router, method: &str, path: &str) -> (u16, String, String) {
        let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
        let response = app.oneshot(request).await.unwrap();
        let kind = response.headers()[header::CONTENT_TYPE].to_str().unwrap().to_owned();
        let status = response.status().as_u16();
        let body = axum::body::to_bytes(response.into_body(), 99_999).await.unwrap();
        (status, kind, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn alive_and_ready() {
        let (status, _, body) = answer(app(vec![]), "GET", "/healthz").await;
        assert_eq!((status, body.as_str()), (200, "ok"));
        let (status, _, body) = answer(app(vec![]), "GET", "/readyz").await;
        assert_eq!((status, body.as_str()), (200, "ready"));
        let (status, kind, body) = answer(app(vec![]), "GET", "/metrics").await;
        assert!(status == 200 && kind == metrics::CONTENT_TYPE && body.ends_with("# EOF\n"));
    }

    #[tokio::test]
    async fn not_ready_says_why() {
        let reason = Reason { part: "store".into(), problem: "does not answer".into() };
        let (status, kind, body) = answer(app(vec![reason]), "GET", "/readyz").await;
        assert_eq!((status, kind.as_str()), (503, "application/json"));
        assert_eq!(body, r#"{"ready":false,"reasons":[{"part":"store","problem":"does not answer"}]}"#);
    }

    #[tokio::test]
    async fn what_is_not_there_is_json_and_tells_nothing() {
        let not_found = (404, "application/json".to_owned(), r#"{"error":"not_found"}"#.to_owned());
        assert_eq!(answer(app(vec![]), "GET", "/nowhere/s3cret").await, not_found);
        assert_eq!(answer(app(vec![]), "POST", "/healthz").await.0, 405);
    }
}
