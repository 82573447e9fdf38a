//! Which pages of other origins may read our answers (CORS; Fetch standard section 3.2): of what is published, all; of what an application asks
//! for, those that it has registered. No cookie counts here, so that nobody's session is within their reach.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::http::envelope::Envelope;

/// Where what is published stands.
const PUBLISHED: &str = "/.well-known/";

/// Seconds for which a browser need not ask again whether it may ask.
const PREFLIGHT_SECONDS: HeaderValue = HeaderValue::from_static("600");
const METHODS: HeaderValue = HeaderValue::from_static("GET, POST");
const HEADERS: HeaderValue = HeaderValue::from_static("authorization, content-type");
const EXPOSED: HeaderValue = HeaderValue::from_static("www-authenticate, retry-after");
const VARIES: HeaderValue = HeaderValue::from_static("origin");

/// Stands around the standard endpoints.
#[derive(Clone, Copy, Debug)]
pub struct CrossOrigin;

/// The page that asks. Whether it may read the answer is said when it is known for which application it asks.
#[derive(Clone, Debug)]
pub struct Reader {
    origin: HeaderValue,
    is_admitted: Arc<AtomicBool>,
}

impl Reader {
    /// Lets the page read the answer, if it is of one of these origins.
    pub fn admit(&self, origins: &[String]) {
        if origins.iter().any(|origin| origin.as_bytes() == self.origin.as_bytes()) {
            self.is_admitted.store(true, Relaxed);
        }
    }
}

impl Envelope for CrossOrigin {
    async fn enclose<A: Future<Output = Response> + Send>(
        &self,
        mut request: Request,
        answer: impl FnOnce(Request) -> A + Send,
    ) -> Response {
        let Some(origin) = request.headers().get(header::ORIGIN).cloned() else { return answer(request).await };
        let is_published = request.uri().path().starts_with(PUBLISHED);
        if request.method() == Method::OPTIONS && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD) {
            return asked_before(origin);
        }
        let reader = Reader { origin: origin.clone(), is_admitted: Arc::default() };
        request.extensions_mut().insert(reader.clone());
        let mut response = answer(request).await;
        let allowed = match (is_published, reader.is_admitted.load(Relaxed)) {
            (true, _) => Some(HeaderValue::from_static("*")),
            (false, true) => Some(origin),
            (false, false) => None,
        };
        allow(response.headers_mut(), allowed, [(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED)]);
        response
    }
}

/// The answer to the question before a request. It does not say yet who asks, so that every page may ask: it learns nothing by that.
fn asked_before(origin: HeaderValue) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let allowances = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, METHODS),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, HEADERS),
        (header::ACCESS_CONTROL_MAX_AGE, PREFLIGHT_SECONDS),
    ];
    allow(response.headers_mut(), Some(origin), allowances);
    response
}

fn allow(headers: &mut HeaderMap, origin: Option<HeaderValue>, more: impl IntoIterator<Item = (HeaderName, HeaderValue)>) {
    headers.append(header::VARY, VARIES);
    if let Some(origin) = origin {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.extend(more);
    }
}
