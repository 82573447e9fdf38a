//! The id under which client, logs and support speak of one request.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue},
    middleware::Next,
    response::Response,
};

/// The header that brings an id in and carries it out.
pub const HEADER: HeaderName = HeaderName::from_static("x-request-id");

const MAX_CHARS: usize = 128;

/// Makes an id for a request that brought none; its characters must be those that [`RequestId`] allows.
pub type Mint = Arc<dyn Fn() -> String + Send + Sync>;

/// The id of the request at hand, in its extensions: 1 to 128 of `A-Z a-z 0-9 . _ -`, so safe in a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(Arc<str>);

impl RequestId {
    /// Takes an id if it is of the allowed shape.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
        (1..=MAX_CHARS).contains(&text.len()).then_some(())?;
        text.bytes().all(allowed).then(|| Self(text.into()))
    }

    /// The id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Middleware: takes the id that came in, or mints one, and sends it back. An id of another shape is replaced, not refused.
pub async fn assign(State(mint): State<Mint>, mut request: Request, next: Next) -> Response {
    let brought = request.headers().get(HEADER).and_then(|value| value.to_str().ok()).and_then(RequestId::parse);
    let id = brought.or_else(|| RequestId::parse(&mint())).unwrap_or_else(|| RequestId("-".into()));
    let header = HeaderValue::from_str(id.as_str());
    request.extensions_mut().insert(id);
    let mut response = next.run(request).await;
    if let Ok(header) = header {
        response.headers_mut().insert(HEADER, header);
    }
    response
}

#[cfg(test)]
mod tests {
    use axum::{Extension, Router, body::Body, middleware::from_fn_with_state, routing::get};
    use tower::ServiceExt as _;

    use super::*;

    async fn answer(brought: &[u8]) -> (String, String) {
        let mint: Mint = Arc::new(|| "minted".into());
        let app = Router::new()
            .route("/", get(|Extension(id): Extension<RequestId>| async move { id.as_str().to_owned() }))
            .layer(from_fn_with_state(mint, assign));
        let request = Request::get("/").header(HEADER, HeaderValue::from_bytes(brought).unwrap());
        let response = app.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let header = response.headers()[HEADER].to_str().unwrap().to_owned();
        let body = axum::body::to_bytes(response.into_body(), 999).await.unwrap();
        (header, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn keeps_a_good_id_and_replaces_others() {
        let both = |text: &str| (text.to_owned(), text.to_owned());
        assert_eq!(answer(b"Ab-9._").await, both("Ab-9._"));
        let longest = "x".repeat(128);
        assert_eq!(answer(longest.as_bytes()).await, both(&longest));
        for bad in [&b""[..], b"a b", b"a\"b", b"caf\xe9", "x".repeat(129).as_bytes()] {
            assert_eq!(answer(bad).await, both("minted"));
        }
    }
}
