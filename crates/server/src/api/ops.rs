//! What operators and their machines ask: is it alive, may it be sent traffic, how is it doing.

use std::{pin::Pin, sync::Arc, time::Duration};

use axum::{
    Json, Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use serde::Serialize;
use serde_json::json;
use utoipa::{OpenApi, ToSchema};

use crate::http::description;
use crate::metrics::{self, Metrics};

/// After this long without an answer, a readiness check has failed.
const READINESS_TIMEOUT: Duration = Duration::from_secs(5);

/// Why traffic should go elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Reason {
    /// The part that is not ready, such as `store`.
    pub part: String,
    /// What is wrong with it, in words that are safe to show to anybody.
    pub problem: String,
}

/// What `/readyz` answers when it is not ready.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NotReady {
    ready: bool,
    reasons: Vec<Reason>,
}

/// What a readiness check finds: no reason means ready.
pub type Checking = Pin<Box<dyn Future<Output = Vec<Reason>> + Send>>;

/// Asked at each `/readyz`.
pub type Readiness = Arc<dyn Fn() -> Checking + Send + Sync>;

/// The OpenAPI document of these routes.
#[derive(OpenApi)]
#[openapi(
    info(title = "Cloakroom: operations", description = "What load balancers, orchestrators and Prometheus ask."),
    paths(healthz, readyz, metrics_page, document, crate::api::docs::page, crate::api::docs::file),
    components(schemas(NotReady, Reason))
)]
pub struct OpsApi;

/// `/healthz` and `/readyz`, and `/metrics` unless it has a listener of its own.
pub fn router(readiness: Readiness, metrics: Option<Arc<Metrics>>) -> Router {
    let router = Router::new().route("/healthz", get(healthz)).route("/readyz", get(readyz).with_state(readiness));
    match metrics {
        Some(metrics) => router.merge(metrics_router(metrics)),
        None => router,
    }
}

/// `/metrics` alone, for a listener of its own. Give it [`not_found`] as its fallback.
pub fn metrics_router(metrics: Arc<Metrics>) -> Router {
    Router::new().route("/metrics", get(metrics_page).with_state(metrics))
}

/// The answer to a path that is not ours: says nothing about what is.
pub async fn not_found() -> Response {
    (StatusCode::NOT_FOUND, Json(json!({ "error": "not_found" }))).into_response()
}

/// The answer to a method that a path does not know.
pub async fn method_not_allowed() -> Response {
    (StatusCode::METHOD_NOT_ALLOWED, Json(json!({ "error": "method_not_allowed" }))).into_response()
}

/// Whether the process serves at all. Restart it when this does not answer.
#[utoipa::path(get, path = "/healthz", tag = "operations", responses((status = 200, description = "It serves.", body = str, content_type = "text/plain")))]
async fn healthz() -> &'static str {
    "ok"
}

/// Whether it may be sent traffic. Do not restart it because of this: the cause is elsewhere, or it is stopping.
#[utoipa::path(get, path = "/readyz", tag = "operations", responses(
    (status = 200, description = "It may.", body = str, content_type = "text/plain"),
    (status = 503, description = "It may not, for these reasons.", body = NotReady),
))]
async fn readyz(State(check): State<Readiness>) -> Response {
    let reasons = tokio::time::timeout(READINESS_TIMEOUT, check())
        .await
        .unwrap_or_else(|_| vec![Reason { part: "check".into(), problem: "did not answer in time".into() }]);
    if reasons.is_empty() {
        return "ready".into_response();
    }
    (StatusCode::SERVICE_UNAVAILABLE, Json(NotReady { ready: false, reasons })).into_response()
}

/// Numbers about requests and the process, in the OpenMetrics text format.
#[utoipa::path(get, path = "/metrics", tag = "operations", responses((status = 200, description = "The numbers.", body = str, content_type = "application/openmetrics-text")))]
async fn metrics_page(State(metrics): State<Arc<Metrics>>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, metrics::CONTENT_TYPE)], metrics.render())
}

/// This document.
#[utoipa::path(get, path = "/openapi.yaml", tag = "operations", responses(
    (status = 200, description = "OpenAPI 3.1", body = str, content_type = "application/yaml"),
))]
pub async fn document() -> Response {
    description::yaml::<OpsApi>()
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
        router(readiness, Some(metrics)).fallback(not_found).method_not_allowed_fallback(method_not_allowed)
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

    #[test]
    fn every_route_is_documented() {
        let document = OpsApi::openapi();
        for path in ["/healthz", "/readyz", "/metrics"] {
            assert!(document.paths.paths.contains_key(path), "{path}");
        }
    }
}
