//! What every answer says to whoever keeps or shows it (docs/contracts/README.md, Browsers).

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;

/// A year, as browsers want it before they remember.
const ONLY_TLS: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// Puts these headers around all routes that are there. `over_tls`: whether this process itself speaks TLS to clients; where a proxy
/// does, it also knows whether all of its host does.
pub fn said_by_all(router: Router, over_tls: bool) -> Router {
    router.layer(from_fn_with_state(over_tls, say))
}

/// Nobody may keep an answer unless its route says that it holds nothing of anybody's: so no credential is kept, and no list of
/// sessions, by whatever route comes to be added.
async fn say(State(over_tls): State<bool>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if over_tls {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, ONLY_TLS);
    }
    response
}
