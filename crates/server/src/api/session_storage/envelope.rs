//! Errors in both forms at once: the older `{ok, error}` and the newer list of problems, which name the request's path
//! (docs/contracts/session_storage.md). A handler's error travels in the response's extensions to [`BothForms`], which knows the path.

use axum::Json;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::error::StorageError;
use crate::http::envelope::Envelope;

/// Every refusal, in the older form and the newer.
#[derive(Serialize, ToSchema)]
pub struct Failure {
    /// Always false.
    #[schema(default = false)]
    ok: bool,
    error: String,
    errors: Vec<Problem>,
}

#[derive(Serialize, ToSchema)]
struct Problem {
    #[schema(example = "about:blank")]
    r#type: &'static str,
    #[schema(example = 400)]
    status: u16,
    #[schema(example = "Bad Request")]
    title: &'static str,
    detail: String,
    /// The request's path.
    #[schema(example = "/session-storage/sessions")]
    instance: String,
    #[schema(example = "invalid_request")]
    error_code: &'static str,
}

impl IntoResponse for StorageError {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Puts errors into words.
#[derive(Clone, Copy)]
pub struct BothForms;

impl Envelope for BothForms {
    async fn enclose<A: Future<Output = Response> + Send>(&self, request: Request, answer: impl FnOnce(Request) -> A + Send) -> Response {
        let path = request.uri().path().to_owned();
        let response = answer(request).await;
        put(response, &path)
    }
}

fn put(mut response: Response, path: &str) -> Response {
    let Some(error) = response.extensions_mut().remove::<StorageError>() else { return response };
    let mut answer = (error.status, Json(words(&error, path))).into_response();
    if let Some(seconds) = error.retry_after {
        answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if error.status == StatusCode::UNAUTHORIZED {
        answer.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("ClientSecret realm=\"session-storage\""));
    }
    answer
}

fn words(error: &StorageError, path: &str) -> Failure {
    let problem = |detail: &String| Problem {
        // RFC 9457 section 4.2.1: the title is that of the status; what is the matter in particular, the code says.
        r#type: "about:blank",
        status: error.status.as_u16(),
        title: error.status.canonical_reason().unwrap_or_default(),
        detail: detail.clone(),
        instance: path.to_owned(),
        error_code: error.code,
    };
    let details = error.details();
    Failure { ok: false, error: details.join("; "), errors: details.iter().map(problem).collect() }
}
