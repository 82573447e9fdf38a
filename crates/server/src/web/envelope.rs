//! What stands around every page: the words of refusals in the reader's language, and what browsers are told to be strict about.

use std::sync::Arc;

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Response;

use super::authorize::FormTarget;
use super::console::Scripted;
use super::door::Door;
use super::error::{PageError, problem_page};
use super::{forward_auth, language};
use crate::http::envelope::Envelope;

/// Pages of this door.
#[derive(Clone, Debug)]
pub struct Framed(pub Arc<Door>);

impl Envelope for Framed {
    async fn enclose<A: Future<Output = Response> + Send>(&self, request: Request, answer: impl FnOnce(Request) -> A + Send) -> Response {
        if request.uri().path() == forward_auth::PATH {
            return forward_auth::answers::understood(answer(request).await);
        }
        let language = language::of(request.headers());
        let mut response = answer(request).await;
        if let Some(PageError { status, text, .. }) = response.extensions_mut().remove::<PageError>() {
            let page = problem_page(&self.0, language, status, text);
            let (mut parts, body) = page.into_parts();
            parts.headers.extend(response.headers_mut().remove(header::RETRY_AFTER).map(|wait| (header::RETRY_AFTER, wait)));
            response = Response::from_parts(parts, body);
        }
        dressed(&self.0, response)
    }
}

/// An answer with what browsers are told.
///
/// Content comes from here alone, without script (but for the files of the console) and without anything that stands in the page itself; nobody frames it; forms lead here and to the
/// hosts that people are sent on to, or to the application that asks to be let in (browsers hold redirects after a form to this, too). The referrer stays within this origin: `no-referrer`
/// would have browsers say `Origin: null` of our own forms, and take a check from us.
pub fn dressed(door: &Door, mut response: Response) -> Response {
    const SAME_ORIGIN: HeaderValue = HeaderValue::from_static("same-origin");
    let beyond = response.extensions_mut().remove::<FormTarget>().map(|target| format!(" {}", target.as_str())).unwrap_or_default();
    let scripts = response.extensions_mut().remove::<Scripted>().map_or("", |_| " script-src 'self'; connect-src 'self';");
    let policy = format!(
        "default-src 'none';{scripts} style-src 'self'; img-src 'self'; form-action 'self'{}{beyond}; base-uri 'none'; frame-ancestors 'none'",
        door.form_targets
    );
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    // Pages whose address is a secret say so themselves.
    headers.entry(header::REFERRER_POLICY).or_insert(SAME_ORIGIN);
    headers.insert(HeaderName::from_static("cross-origin-opener-policy"), SAME_ORIGIN);
    headers.insert(HeaderName::from_static("cross-origin-resource-policy"), SAME_ORIGIN);
    headers.append(header::VARY, HeaderValue::from_static("accept-language, cookie"));
    response
}
