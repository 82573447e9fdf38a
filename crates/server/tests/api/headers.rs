//! What every answer says to whoever keeps or shows it.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::routing::get;
use cloakroom_server::http::access_log::Observed;
use cloakroom_server::http::answers::Answers;
use cloakroom_server::http::client_address::TrustedProxies;
use cloakroom_server::http::request_id::RequestId;
use cloakroom_server::http::{Kit, wrap};
use cloakroom_server::metrics::Metrics;
use cloakroom_server::router::documents;
use tower::ServiceExt as _;

use crate::support::{Server, Setup, call};

/// What says of itself that everybody may keep it, and `/docs`, which asks each time.
const KEPT: &[&str] = &["/.well-known/", "/docs"];

#[tokio::test]
async fn every_answer_of_every_operation_is_kept_by_nobody_and_read_as_what_it_is() {
    let server = Server::empty(Setup::default());
    let mut seen = 0;
    for (_, document) in documents() {
        let document = serde_json::to_value(document).unwrap();
        for (path, item) in document["paths"].as_object().unwrap() {
            for method in ["get", "put", "post", "delete", "patch"].into_iter().filter(|method| item.get(*method).is_some()) {
                let answer = server.send(call(&method.to_uppercase(), &path.replace(['{', '}'], ""), "{}")).await;
                assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{method} {path}");
                assert_eq!(answer.header("strict-transport-security"), None, "without TLS, nobody is to remember it");
                let kept = answer.header("cache-control");
                assert!(kept == Some("no-store") || KEPT.iter().any(|open| path.starts_with(open)), "{method} {path}: {kept:?}");
                seen += 1;
            }
        }
    }
    assert!(seen > 80, "{seen}");
    for (method, path) in [("GET", "/nowhere"), ("PATCH", "/usm/session/create"), ("GET", "/metrics")] {
        let answer = server.send(call(method, path, "")).await;
        assert_eq!(
            (answer.header("x-content-type-options"), answer.header("cache-control")),
            (Some("nosniff"), Some("no-store")),
            "{path}"
        );
    }
}

#[tokio::test]
async fn over_tls_a_browser_is_told_to_stay_there() {
    let routes = Router::new().route("/", get(|| async { ([("cache-control", "public, max-age=300")], "open to all") }));
    let kit = Kit {
        mint_request_id: Arc::new(|| RequestId::UNKNOWN),
        trusted_proxies: TrustedProxies::default(),
        answers: Answers::new(Duration::from_secs(60), 9),
        observed: Observed { metrics: Arc::new(Metrics::new(Arc::new(|| 0))), log: None },
        over_tls: true,
    };
    let answer = wrap(routes, kit).oneshot(Request::new(Body::empty())).await.unwrap();
    assert_eq!(answer.headers()["strict-transport-security"], "max-age=31536000");
    assert_eq!(answer.headers()["cache-control"], "public, max-age=300", "a route may say that it holds nothing of anybody's");
}
